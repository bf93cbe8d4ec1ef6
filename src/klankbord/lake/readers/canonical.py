"""From staged text to canonical answers, step by step in the engine: the relation `responses` holds what counts."""

from collections.abc import Iterable

from klankbord.errors import DataError
from klankbord.lake.engine import literal, quoted
from klankbord.lake.readers.dates import read_moments, way_of
from klankbord.lake.readers.equal_rows import equal_rows
from klankbord.lake.readers.metrics import Meaning, settle_meaning
from klankbord.lake.readers.rules import condition
from klankbord.lake.readers.scores import judge
from klankbord.lake.readers.sifting import Sifting
from klankbord.lake.readers.wishes import Wishes
from klankbord.score import Measure

TEXTS = ("external_id", "comment", "respondent", "contact", "agent", "channel", "language", "survey", "metric")


def sift(sifting: Sifting, wishes: Wishes, *, guessed: bool) -> Meaning:
    """Set apart every row that is no answer, give the others scores and moments, and show them as `responses`.

    Parameters
    ----------
    sifting : Sifting
        The staged rows.
    wishes : Wishes
        What the user said.
    guessed : bool
        Whether the layout was guessed from headings, and not known from the tool that wrote the file.

    Raises
    ------
    ScaleError, ScoreError
        When the column of scores holds another scale, several measures, or no scores.
    DataError
        When no moment in the column of dates can be read.
    """
    for rule in sifting.layout.drops:
        if rule.column in sifting.staged.physical:
            column = sifting.staged.column(rule.column)
            sifting.set_apart(rule.reason, condition(rule, column), column)
    partial = _partial(sifting)
    if wishes.complete_only:
        sifting.set_apart("unfinished", partial)
    _read_updates(sifting)
    _keep_newest(sifting)
    meaning = settle_meaning(sifting, wishes, guessed=guessed)
    _read_scores(sifting, meaning)
    _read_dates(sifting, insist="answered_at" in wishes.columns or not guessed)
    _doubt_equals(sifting)
    _show(sifting, meaning.measure, partial)
    return meaning


def _partial(sifting: Sifting) -> str:
    rule = sifting.layout.partial
    if rule is None or rule.column not in sifting.staged.physical:
        return "false"
    return condition(rule, sifting.staged.column(rule.column))


def _read_updates(sifting: Sifting) -> None:
    column = sifting.column("updated_at")
    way = way_of(sifting.staged, column, sifting.layout.zone) if column else None
    if column and way:
        read_moments(sifting.staged, way, column, "updated_at", sifting.layout.zone)


def _read_dates(sifting: Sifting, *, insist: bool) -> None:
    column, zone = sifting.column("answered_at"), sifting.layout.zone
    if column is None:
        return
    way = way_of(sifting.staged, column, zone)
    if way:
        sifting.notices.extend(way.doubts)
        read_moments(sifting.staged, way, column, "answered_at", zone)
        sifting.set_apart("date_unreadable", f"answered_at is null and trim({column}) <> ''", column)
    elif insist and (example := sifting.run(f"select any_value({column}) from staged")[0][0]):
        raise DataError(
            f"no date in column {sifting.layout.fields.answered_at!r} can be read, for example {str(example)[:40]!r}",
            hint="write dates as 2026-11-22 14:30, or name another column: date=...",
            column=sifting.layout.fields.answered_at,
            case="unread_dates",
            example=str(example)[:40],
        )


def _keep_newest(sifting: Sifting) -> None:
    """Set older copies apart: of one external id the newest counts; without ids a row counts once over all files."""
    identity = sifting.column("external_id")
    if identity:
        counts = f"select count({identity}) > count(distinct {identity}) from staged where reason is null"
        if sifting.run(counts)[0][0]:
            older = f"""select id from (select rowid as id, row_number() over (
                partition by {identity} order by updated_at desc nulls last, rowid desc) as copy
                from staged where reason is null and {identity} is not null) where copy > 1"""
            sifting.set_apart("duplicate", f"rowid in ({older})", identity)
    if sifting.run("select max(file) > 0 from staged")[0][0]:
        # Equal rows within a file are different people: the second one there matches the second one elsewhere.
        anonymous = f"and {identity} is null" if identity else ""
        content = ", ".join(map(quoted, sifting.staged.physical.values()))
        again = f"""select id from (select id, row_number() over (partition by content, time order by file) as copy
            from (select rowid as id, file, hash({content}) as content,
                row_number() over (partition by hash({content}), file order by rowid) as time
                from staged where reason is null {anonymous})) where copy > 1"""
        sifting.set_apart("duplicate", f"rowid in ({again})")


def _doubt_equals(sifting: Sifting) -> None:
    if sifting.column("external_id"):
        return
    columns = tuple(sifting.staged.physical.values())
    content = f"file, hash({', '.join(map(quoted, columns))})"
    if not sifting.run(f"select count(*) > count(distinct ({content})) from staged where reason is null")[0][0]:
        return
    sifting.run(
        "create temp table again as select id, file, row from (select rowid as id, file, row, row_number() over "
        f"(partition by {content} order by rowid) as time from staged where reason is null) where time > 1"
    )
    firsts = "(select * from staged where reason is null and rowid not in (select id from again))"
    sifting.notices.extend(equal_rows(sifting.run, firsts, "again", columns))
    sifting.run("drop table again")


def _read_scores(sifting: Sifting, meaning: Meaning) -> None:
    """Judge every distinct cell once, and write the scores that came of it."""
    column = sifting.column("score") or "null"
    found = sifting.run(f"select {column}, count(*) from staged where reason is null group by 1")
    cells = {None if cell is None else str(cell): int(count) for cell, count in found}
    verdict = judge(cells, meaning.measure, sifting.layout.fields.score, certain=meaning.declared)
    arms = " ".join(f"when {literal(cell)} then {score}" for cell, score in verdict.scores.items())
    if arms:
        sifting.run(f"update staged set score = case {column} {arms} end where reason is null")
    sifting.set_apart("no_score", f"{column} is null or {column} in ({_list(verdict.empty)})")
    sifting.set_apart("off_scale", f"{column} in ({_list(verdict.outside)})", column)
    sifting.set_apart("not_a_score", "score is null", column)


def _list(cells: Iterable[str]) -> str:
    return ", ".join(map(literal, sorted(cells))) or "null"


def _show(sifting: Sifting, measure: Measure, partial: str) -> None:
    texts = {name: sifting.column(name) or "null::varchar" for name in TEXTS}
    texts["comment"] = f"nullif(trim({texts['comment']}), '')"
    if sifting.column("metric") is None:
        texts["metric"] = literal(measure.name)
    canonical = ", ".join(f"{sql} as {name}" for name, sql in texts.items())
    original = ", ".join(map(quoted, sifting.staged.physical.values()))
    sifting.run(
        f"create view responses as select rowid as position, row, file, score, answered_at, updated_at, {canonical}, "
        f"case when {partial} then 'partial' else 'complete' end as status, {original} "
        "from staged where reason is null"
    )
