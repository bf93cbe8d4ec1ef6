"""From answers to evidence: every question a report asks of an import, asked once."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from klankbord.charts.kinds import kinds_of
from klankbord.lake import Responses
from klankbord.lake.patterns import patterns
from klankbord.lake.wordings import reworded_in
from klankbord.reports.dimensions import find_dimensions, named_dimensions
from klankbord.reports.evidence import Comment, Comments, Evidence, Intake, Movement, Timeline
from klankbord.results import Notice
from klankbord.score import Score, Trend, compare, score, trend

_FIELDS = ("score", "answered_at", "comment", "respondent", "contact", "agent", "channel", "language", "survey")
_QUOTES = 6  # comments of each kind
_THIN = 8  # answers a week below which months show more
_SLACK = {"day": 0, "week": 2, "month": 3, "quarter": 7, "year": 14}  # closed days that may end a finished period
_SPANS = (("week", 200), ("month", 1_500), ("quarter", 6_000))  # longest span in days that a period suits


def gather(responses: Responses, *, by: Sequence[str] | None, level: float) -> Evidence:
    """Ask everything that a report tells.

    Parameters
    ----------
    responses : Responses
        The answers.
    by : sequence of str or None
        Columns to divide by; None lets the answers say which.
    level : float
        Confidence level of intervals and verdicts.
    """
    total = score(responses, level=level)
    found, left_out = find_dimensions(responses, level) if by is None else (named_dimensions(responses, by, level), [])
    timeline = _timeline(responses, level)
    return Evidence(
        files=responses.paths,
        tool="" if responses.guessed else responses.title,
        score=total,
        level=level,
        first_on=_day(responses.first_at, responses.zone),
        last_on=_day(responses.last_at, responses.zone),
        timeline=timeline,
        movement=_by_month(responses, level) or (timeline.latest if timeline else None),
        dimensions=tuple(found),
        left_out=tuple(left_out),
        comments=_comments(responses, total),
        intake=_intake(responses, [*total.notices, *(timeline.trend.notices if timeline else ())]),
    )


def _day(moment: datetime | None, zone: str) -> date | None:
    return moment.astimezone(ZoneInfo(zone)).date() if moment else None


def _timeline(responses: Responses, level: float) -> Timeline | None:
    """Cut the span into weeks, months, quarters or years, coarser where weeks would hold too few answers."""
    first, last = _day(responses.first_at, responses.zone), _day(responses.last_at, responses.zone)
    if first is None or last is None:
        return None
    days = (last - first).days
    every = next((every for every, longest in _SPANS if days <= longest), "year")
    if every == "week" and responses.kept * 7 < _THIN * days:
        every = "month"
    return _by_period(responses, every, last, level)


def _by_month(responses: Responses, level: float) -> Movement | None:
    """Compare months: people speak of months, also where weeks show the movement better."""
    first, last = _day(responses.first_at, responses.zone), _day(responses.last_at, responses.zone)
    if first is None or last is None or (first.year, first.month) == (last.year, last.month):
        return None
    return _by_period(responses, "month", last, level).latest


def _by_period(responses: Responses, every: str, last: date, level: float) -> Timeline:
    found = trend(responses, every=every, level=level)
    end = _next(found.periods[-1], every) - timedelta(days=1)
    running = (end - last).days > _SLACK[every]
    return Timeline(
        trend=found,
        running=running,
        latest=_latest(found, running, level),
        reworded=reworded_in(responses.notices),
    )


def _latest(found: Trend, running: bool, level: float) -> Movement | None:
    """Compare the last two finished periods; a running one only where there is no other."""
    last = -2 if running and len(found.periods) > 2 else -1
    if len(found.periods) < 2:
        return None
    return Movement(
        every=found.every,
        at=found.periods[last],
        before=found.periods[last - 1],
        comparison=compare(found.scores[last], found.scores[last - 1], level=level),
    )


def _next(start: date, every: str) -> date:
    if every in {"day", "week"}:
        return start + timedelta(days=1 if every == "day" else 7)
    months = {"month": 1, "quarter": 3, "year": 12}[every]
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, 1)


def _comments(responses: Responses, total: Score) -> tuple[Comments, ...]:
    kinds = list(reversed(kinds_of(total.measure)))
    if responses.layout.fields.comment is None:
        return ()
    given = dict(responses.query("select score, count(comment) from responses group by score"))
    return tuple(
        Comments(
            kind=kind,
            count=sum(int(str(given.get(level, 0))) for level in kinds_of(total.measure)[kind][0]),
            chosen=tuple(
                Comment(text=one.comment, score=one.score, on=_day(one.answered_at, responses.zone))
                for one in responses.comments(kind, _QUOTES)
            ),
        )
        for kind in kinds
    )


def _intake(responses: Responses, doubts: Sequence[Notice]) -> Intake:
    # Skipped questions and small groups are told elsewhere, with more than a notice can say.
    notices = {notice.code: notice for notice in (*responses.notices, *doubts)}
    told = {"skipped", "few_answers"}
    columns = ((name, getattr(responses.layout.fields, name)) for name in _FIELDS)
    return Intake(
        fields=tuple((name, column) for name, column in columns if column),
        read=responses.read,
        kept=responses.kept,
        partial=responses.partial,
        drops=responses.drops,
        notices=tuple(notice for code, notice in notices.items() if code not in told),
        patterns=patterns(responses),
    )
