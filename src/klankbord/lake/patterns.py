"""Answers that look odd: one person, second, comment or score more often than chance would have it."""

import math
from collections.abc import Iterator

import numpy as np

from klankbord.lake.readers.responses import Responses
from klankbord.results import Notice

_CHANCE = 0.001  # how often chance alone may raise each of these notices
_LEAST = 5
_LONG_COMMENT = 40


def patterns(responses: Responses) -> tuple[Notice, ...]:
    """Find suspicious patterns in answers.

    Parameters
    ----------
    responses : Responses
        An import.

    Returns
    -------
    tuple of Notice
        Codes `one_respondent`, `one_second`, `one_comment`, `one_score_in_a_row` and `one_sided`; each says how many
        answers it is about (`count`) and their share of all (`share`). A pattern is a reason to look, not a proof.

    Notes
    -----
    Thresholds come from what chance would do with the same volume and the same shares of scores: a burst from a Poisson
    process at the rate of the busiest hour, a run from independent answers, one-sidedness from odds three times those
    of all answers together; each is raised by chance in at most one file out of a thousand.
    """
    return tuple(
        notice for find in (_respondents, _seconds, _comments, _runs, _one_sided) for notice in find(responses)
    )


def _respondents(responses: Responses) -> Iterator[Notice]:
    if responses.layout.fields.respondent is None:
        return
    people, answers, most = _numbers(
        responses,
        """with given as (select count(*) as times from responses where respondent is not null group by respondent),
        usual as (select greatest(20, 5 * quantile_disc(times, 0.9)) as most from given)
        select count(*), sum(times), max(times) from given, usual where times >= most""",
    )
    if people:
        message = f"{people:,} respondents gave {answers:,} answers, one of them {most:,}"
        yield _notice(responses, "one_respondent", message, answers, respondents=people, most=most)


def _seconds(responses: Responses) -> Iterator[Notice]:
    span, whole_minutes, busiest = _numbers(
        responses,
        """with hours as (select count(*) as times from responses where answered_at is not null
            group by date_trunc('hour', answered_at))
        select epoch(max(answered_at)) - epoch(min(answered_at)) + 1,
            count(*) filter (second(answered_at) = 0) * 100 // greatest(count(answered_at), 1),
            (select max(times) from hours) from responses""",
    )
    # Where seconds were cut off, everything of one minute seems to come in one second.
    if not span or whole_minutes > 20:
        return
    least = max(_LEAST, _burst(busiest / 3600, span))
    seconds, answers, most = _numbers(
        responses,
        f"""select count(*), sum(times), max(times) from (select count(*) as times from responses
        where answered_at is not null group by date_trunc('second', answered_at) having count(*) >= {least})""",
    )
    if seconds:
        message = f"{answers:,} answers came in {seconds:,} bursts, up to {most:,} within one second"
        yield _notice(responses, "one_second", message, answers, seconds=seconds, most=most)


def _burst(rate: float, seconds: int) -> int:
    """Return how many answers in one second chance brings in no second of all, at a rate a second.

    Beyond the mean, the tail of a Poisson distribution is less than its first term over 1 - rate / (first + 1).
    """
    least = int(rate) + 1
    while _term(least, rate) / (1 - rate / (least + 1)) > _CHANCE / seconds:
        least += 1
    return least


def _term(count: int, rate: float) -> float:
    return math.exp(count * math.log(rate) - rate - math.lgamma(count + 1))


def _comments(responses: Responses) -> Iterator[Notice]:
    texts, answers, most = _numbers(
        responses,
        f"""with given as (select lower(comment) as said from responses where length(comment) >= {_LONG_COMMENT}),
        same as (select count(*) as times from given group by said)
        select count(*), sum(times), max(times) from same
        where times >= greatest({_LEAST}, 0.001 * (select count(*) from given))""",
    )
    if texts:
        message = f"{answers:,} answers repeat one of {texts:,} long comments word for word, up to {most:,} times"
        yield _notice(responses, "one_comment", message, answers, comments=texts, most=most)


def _runs(responses: Responses) -> Iterator[Notice]:
    timed, moments = _numbers(responses, "select count(answered_at), approx_count_distinct(answered_at) from responses")
    # Answers of the same moment lie in the order of the file, which may have been sorted by score.
    if timed < 100 or moments < 0.9 * timed:
        return
    ordered = "select score from responses where answered_at is not null order by answered_at, position"
    values, scores = np.unique(responses.engine.cursor().execute(ordered).fetchnumpy()["score"], return_inverse=True)
    starts = np.flatnonzero(np.diff(scores, prepend=-1))
    lengths = np.diff(np.append(starts, scores.size))
    least = np.array([_run(float(np.mean(scores == value)), scores.size) for value in range(len(values))])[
        scores[starts]
    ]
    long = lengths[lengths >= least]
    if long.size:
        answers, most = int(long.sum()), int(long.max())
        message = f"{answers:,} answers stand in {long.size:,} runs of one and the same score, up to {most:,} on end"
        yield _notice(responses, "one_score_in_a_row", message, answers, runs=int(long.size), most=most)


def _run(share: float, answers: int) -> float:
    """Return from which length on a run of a score with this share is longer than chance would have it."""
    if share >= 1:
        return math.inf
    return max(20.0, 1.5 * math.log(_CHANCE / (answers * (1 - share))) / math.log(share))


def _one_sided(responses: Responses) -> Iterator[Notice]:
    ends = responses.measure.levels[0], responses.measure.levels[-1]
    for name in ("respondent", "agent"):
        if getattr(responses.layout.fields, name) is None:
            continue
        found = responses.query(
            f"""with given as (select {name} as who, count(*) as times, min(score) as low, max(score) as high
                from responses where {name} is not null group by {name}),
            alike as (select low as score, times from given where low = high and low in {ends} and times >= 10)
            select score, times, (select count(*) from given),
                (select count(*) filter (responses.score = alike.score) / count(*) from responses) from alike"""
        )
        odd = [int(times) for _, times, groups, share in found if _surely(float(share), int(times), int(groups))]
        if odd:
            message = f"{len(odd):,} {name}s have {sum(odd):,} answers that all give one and the same extreme score"
            yield _notice(responses, "one_sided", message, sum(odd), by=name, groups=len(odd), most=max(odd))


def _surely(share: float, times: int, groups: int) -> bool:
    """Return whether so many equal scores are beyond chance even for somebody with three times the usual odds."""
    odds = 3 * share / (1 - share) if share < 1 else math.inf
    likely = odds / (1 + odds) if math.isfinite(odds) else 1.0
    return groups * likely**times < _CHANCE


def _numbers(responses: Responses, sql: str) -> list[int]:
    return [int(number or 0) for number in responses.query(sql)[0]]


def _notice(responses: Responses, code: str, message: str, count: int, **data: object) -> Notice:
    share = count / responses.kept
    return Notice(code=code, message=f"{message} ({share:.1%} of all)", data={"count": count, "share": share, **data})
