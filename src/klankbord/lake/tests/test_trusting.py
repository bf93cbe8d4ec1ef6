"""Trust of a lake and of files: counts equal those of plain Python, and what cannot be known is said."""

from collections import Counter

import numpy as np
import pytest

from klankbord.errors import DataError, OptionError
from klankbord.lake import Lake, Settings, import_files, read, read_contacts, trust_of
from klankbord.lake.engines.local import LocalEngine
from klankbord.lake.questions import Question, ask
from klankbord.lake.questions.answering import scope_of
from klankbord.lake.trusting import trust_of_file, trust_of_lake
from klankbord.lake.trusting.counting import Counting, count_answers, count_cells
from klankbord.trust import STAGES, cells_of


def counting(lake, **asked):
    snapshot, engine = lake.snapshot(), LocalEngine()
    scope = scope_of(Question.of("response_rate", **asked), snapshot, engine)
    return Counting(snapshot=snapshot, scope=scope, engine=engine)


def came(row, at):
    return any(row.get(stage) for stage in STAGES[at:])


def passed(row, at):
    if at < 0:
        return True
    if STAGES[at] == "opened":
        return passed(row, at - 1)
    return came(row, at) or (row.get(STAGES[at]) is None and passed(row, at - 1))


@pytest.mark.parametrize(
    ("where", "chosen"), [((), lambda _: True), ("channel=chat", lambda row: row["channel"] == "chat")]
)
def test_funnel_equals_plain_python(centre, centre_rows, where, chosen):
    rows = [row for row in centre_rows["contacts"] if chosen(row)]
    told = trust_of_lake(centre, where=where).funnel
    assert told.contacts == len(rows)
    for at, step in enumerate(told.steps):
        counted = [row for row in rows if row.get(step.stage) is not None and came(row, at)]
        recorded = [row for row in rows if row.get(step.stage) is not None and passed(row, at - 1)]
        assert step.count == len(counted), step.stage
        before = told[step.of].count if step.of != "contacts" else len(rows)
        assert step.known == pytest.approx(len(recorded) / before), step.stage
    assert sum(told.not_asked.values()) == sum(not row["invited"] for row in rows)


def test_opening_that_is_half_recorded_is_said_so(centre):
    told = trust_of_lake(centre).funnel
    assert 0.5 < told["opened"].known < 0.8
    assert told["started"].of == "delivered"
    assert "stages_partly_known" in [notice.code for notice in told.notices]


def test_parts_are_the_funnels_of_their_groups(centre):
    report = trust_of_lake(centre, by=["channel", "segment"])
    assert report.parts.by == ("channel", "segment")
    for key, part in report.parts:
        alone = trust_of_lake(centre, where=[f"channel={key[0]}", f"segment={key[1]}"]).funnel
        assert part == alone
    assert sum(part.contacts for _, part in report.parts) == report.funnel.contacts


def test_score_is_the_one_that_is_asked_for(centre):
    assert trust_of_lake(centre, period="2026").score == ask("nps in 2026", centre).total


def test_cells_equal_those_of_rows(centre, centre_rows):
    rows = [row for row in centre_rows["contacts"] if row["eligible"]]
    handled = [row for row in rows if row["handle_s"] is not None]
    found = count_cells(counting(centre), "agent", "coalesce(invited, false)", where=["eligible"])
    for kind, of, signal in (
        ("rate", rows, None),
        ("handle", handled, [100 * np.log(1 + row["handle_s"]) for row in handled]),
    ):
        mine = cells_of(
            [row["agent"] for row in of], [row["invited"] for row in of], signal=signal,
            strata=[[row["month"] for row in of]],
        )  # fmt: skip
        cells = found[kind]
        for part in ("n", "chosen", "total", "squares", "chosen_total"):
            theirs = dict(zip(cells.groups, cells.summed(getattr(cells, part)), strict=True))
            assert theirs == pytest.approx(dict(zip(mine.groups, mine.summed(getattr(mine, part)), strict=True))), part


def test_answers_and_contacts_by_dimension_equal_plain_python(centre, centre_rows):
    _, contacts = count_answers(counting(centre), ["channel", "segment"], "nps")
    pairs = zip(contacts["channel"], contacts["segment"], contacts["n"], strict=True)
    assert Counter({(channel, segment): int(n) for channel, segment, n in pairs}) == Counter(
        (row["channel"], row["segment"]) for row in centre_rows["contacts"] if row["eligible"]
    )


def test_change_of_wording_is_found_where_it_is_asked_about(centre):
    assert trust_of_lake(centre, period="2026").finding("wording_change").found
    assert not trust_of_lake(centre, period="2025").finding("wording_change").found


def test_period_takes_the_change_apart(centre):
    report = trust_of_lake(centre, period="2026-Q1", target=-90)
    asked = ask("nps in 2026-Q1 compare previous", centre)
    assert report.moved.change == pytest.approx(asked.total_comparison.value)
    assert report.turning.than == -90
    assert trust_of_lake(centre).finding("mix_shift").state == "not tested"


def test_nobody_is_told_apart_below_the_attribution_level(tmp_path):
    lake = Lake.create(tmp_path / "lake")
    assert lake.snapshot().settings.attribution == "team"
    report = trust_of_lake(lake)
    assert report.funnel.contacts == 0
    assert report.verdict.grade == "do not use"
    assert report.finding("fast_answers").state == "not tested"


def test_what_is_no_score_of_customers_is_refused(centre):
    with pytest.raises(OptionError, match="response_rate is no score of customers"):
        trust_of_lake(centre, "response_rate")


def test_a_file_tells_what_it_can_and_says_what_it_cannot(tmp_path):
    rng = np.random.default_rng(1)
    rows = [
        f"{score},2026-0{1 + at // 150}-{1 + at % 28:02d}T{at % 24:02d}:{at % 60:02d}:11Z,c{at % 190},v{1 + at // 300}"
        for at, score in enumerate(rng.integers(0, 11, 600).tolist())
    ]
    path = tmp_path / "answers.csv"
    path.write_text("score,answered_at,customer,survey_version\n" + "\n".join(rows) + "\n", encoding="utf-8")
    report = trust_of_file(read(path))
    states = {finding.code: finding.state for finding in report.findings}
    assert states["wording_change"] == "found"
    assert states["repeated_customers"] == states["scale_change"] == states["lock_step"] == "nothing seen"
    assert states["fast_answers"] == states["selective_inviting"] == states["mix_shift"] == "not tested"
    assert report.funnel is None
    assert "answers_only" in [notice.code for notice in report.notices]


def test_a_bare_file_of_nothing_but_tens_is_not_solid(tmp_path):
    path = tmp_path / "answers.csv"
    path.write_text("score\n" + "10\n" * 30, encoding="utf-8")
    report = trust_of_file(read(path))
    assert {finding.state for finding in report.findings} == {"not tested"}
    assert report.score.value == 100
    assert report.verdict.grade == "with care"


@pytest.fixture
def contacts_file(tmp_path):
    """Contacts of four agents; one asks only whom they expect to be happy, and nobody wrote comments down."""
    rng = np.random.default_rng(8)
    lines = ["external_id,agent,channel,started_at,prediction,eligible,invited,sent,score"]
    for at in range(1_600):
        expected = int(rng.integers(3, 11))
        asked = rng.random() < 0.5 if at % 4 else expected >= 8
        score = min(max(expected + int(rng.integers(-2, 3)), 0), 10) if asked and rng.random() < 0.4 else ""
        who, channel, moment = ("mila", "omar", "jan", "an")[at % 4], ("phone", "chat")[at % 3 == 0], f"{at % 60:02}:00"
        flags = f"true,{str(asked).lower()},{str(asked).lower()}"
        lines.append(f"c{at},{who},{channel},2026-02-{at % 28 + 1:02} 09:{moment},{expected},{flags},{score}")
    path = tmp_path / "contacts.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_a_file_of_contacts_is_judged_as_a_lake_of_them_is(contacts_file, tmp_path):
    records = read_contacts(contacts_file)
    report = trust_of(records, by="channel", target=20)
    assert [group["group"] for group in report.finding("selective_inviting").groups] == ["mila"]
    assert report.question["files"] == ["contacts.csv"]
    assert report.funnel["commented"].count is None
    lake = Lake.create(tmp_path / "lake", Settings(attribution="named", reason="a test"))
    import_files(lake, contacts_file, table="contacts")
    same = trust_of(lake, by="channel", target=20)
    assert report.findings == same.findings
    assert (report.funnel, report.parts, report.verdict) == (same.funnel, same.parts, same.verdict)
    # Judging leaves the records as they were.
    assert trust_of(records, by="channel", target=20).funnel == report.funnel


def test_contacts_without_scores_are_refused(tmp_path):
    path = tmp_path / "contacts.csv"
    path.write_text("contact id,started at,queue\nc1,2026-01-05 09:00:00,bills\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"contacts\.csv: contacts without scores cannot be judged"):
        trust_of(read_contacts(path))
