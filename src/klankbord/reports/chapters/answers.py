"""The answers themselves: how often each was given."""

from klankbord import charts
from klankbord.charts.kinds import Kind, kinds_of
from klankbord.reports.document import Block, Column, Figure, Grid, Paragraph, Section
from klankbord.reports.evidence import Evidence
from klankbord.reports.speech import chart_labels, parts
from klankbord.reports.wording import Wording
from klankbord.score import Score


def answers(evidence: Evidence, wording: Wording) -> Section:
    """Write the chapter on the answers."""
    score = evidence.score
    blocks: list[Block] = [Paragraph(text=_sum(score, wording))] if score.n else []
    if score.n:
        blocks.append(_distribution(score, wording))
    return Section(key="answers", title=wording("answers.title"), blocks=tuple(blocks))


def _sum(score: Score, wording: Wording) -> str:
    if score.value is None:
        return wording("answers.few")
    words = {kind: wording.within(word) for kind, (_, word) in kinds_of(score.measure).items()}
    if not score.measure.bad:
        return wording(
            "answers.sum_share",
            measure=score.measure.title,
            good_word=words["good"],
            count=score.good,
            all=sum(score.counts),
            value=score.value,
        )
    good, bad, value = _adding_up(score, wording)
    return wording(
        "answers.sum_balance",
        measure=score.measure.title,
        good_word=words["good"],
        bad_word=words["bad"],
        good=good,
        bad=bad,
        value=value,
    )


def _adding_up(score: Score, wording: Wording) -> tuple[str, str, str]:
    """Write the shares and their difference with as many decimals as it takes for the sum to be right."""
    good, bad = (count / sum(score.counts) for count in (score.good, score.bad))
    digits = 0 if round(100 * good) - round(100 * bad) == round(100 * (good - bad)) else 1
    formats = wording.formats
    return formats.percent(good, digits), formats.percent(bad, digits), formats.score(100 * (good - bad), digits)


def _distribution(score: Score, wording: Wording) -> Figure:
    most = max(score.counts)
    text = wording(
        "answers.text",
        low=score.measure.levels[0],
        high=score.measure.levels[-1],
        parts=parts(score, wording),
        most=score.measure.levels[score.counts.index(most)],
        count=most,
    )
    return Figure(
        kind="distribution",
        text=text,
        draw=lambda width: charts.distribution(score, labels=chart_labels(wording), width=width),
        grid=_grid(score, wording),
    )


def _grid(score: Score, wording: Wording) -> Grid:
    names: dict[int, Kind] = {level: kind for kind, (levels, _) in kinds_of(score.measure).items() for level in levels}
    words = {kind: wording.word(word) for kind, (_, word) in kinds_of(score.measure).items()}
    total = sum(score.counts)
    rows = tuple(
        (level, words[names[level]], count, count / total if score.value is not None else None)
        for level, count in zip(score.measure.levels, score.counts, strict=True)
    )
    columns = (
        Column(name=wording("columns.answer"), kind="count"),
        Column(name=wording("columns.kind")),
        Column(name=wording("columns.answers"), kind="count"),
        Column(name=wording("columns.share"), kind="share"),
    )
    return Grid(caption=wording("answers.caption"), columns=columns, rows=rows)
