"""What customers wrote, newest first, with the score and the place it is about."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from klankbord.errors import OptionError
from klankbord.lake.engine import literal
from klankbord.lake.looking.lines import Line
from klankbord.lake.looking.opened import Opened
from klankbord.lake.looking.paging import line_of, newest
from klankbord.lake.looking.selecting import Kind, Where, kind_of, kinds_sql, rows_where
from klankbord.lake.questions import Period
from klankbord.lake.store import Lake, Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One comment.

    Parameters
    ----------
    at : datetime
        When the answer was given.
    metric, score : str and int
        What was asked, and what was answered.
    kind : {"good", "middle", "bad"} or None
        Of which kind the score is, by the cut-offs of its metric.
    comment : str
        The words, personal data taken out.
    counted : bool or None
        Whether the answer counts.
    language, channel, client, team, agent, queue, touchpoint : str or None
        Of the contact.
    contact : (str, str) or None
        Key of the contact; None where the answer has found none.
    response : (str, str, str)
        Key of the answer.
    """

    at: datetime
    metric: str
    score: int | None
    kind: Kind | None
    comment: str
    counted: bool | None
    language: str | None
    channel: str | None
    client: str | None
    team: str | None
    agent: str | None
    queue: str | None
    touchpoint: str | None
    contact: tuple[str, str] | None
    response: tuple[str, str, str]


def latest_comments(
    lake: Lake | Snapshot,
    *,
    where: Where = (),
    period: str | Period | None = None,
    metric: str | None = "nps",
    kinds: Collection[Kind] = (),
    limit: int = 20,
) -> tuple[Remark, ...]:
    """Return the newest comments.

    Parameters
    ----------
    lake : Lake or Snapshot
        Where.
    where : str, Condition, or several
        What an answer must fulfil, such as ``"team=Ghent"``.
    period : str or Period, optional
        When.
    metric : str, optional
        What was asked; None for anything.
    kinds : collection of {"good", "middle", "bad"}
        Kinds of scores; all when empty.
    limit : int
        How many.

    Raises
    ------
    ColumnError, OptionError
        When a condition, the period or a kind cannot be.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     latest_comments(Lake.create(f"{place}/lake"), kinds=["bad"])
    ()
    """
    if limit < 1:
        raise OptionError(
            f"{limit} comments cannot be shown", hint="ask for one or more", limit=limit, case="bad_limit"
        )
    opened = Opened.of(lake)
    selection = rows_where(opened, "responses", where, period).and_also("comment is not null")
    if metric is not None:
        selection = selection.and_also(f"metric = {literal(metric)}")
    if kinds:
        selection = selection.and_also(kinds_sql(kinds))
    lines = [line_of(row, "responses") for row in newest(selection, opened, limit)]
    return tuple(_remark(line) for line in lines)


def _remark(line: Line) -> Remark:
    # Rows that were selected have a moment, an answer and a comment.
    assert line.at is not None and line.response is not None  # noqa: S101, PT018
    return Remark(
        at=line.at,
        metric=line.metric or "",
        score=line.score,
        kind=kind_of(line.metric, line.score),
        comment=line.comment or "",
        counted=line.counted,
        language=line.language,
        channel=line.channel,
        client=line.client,
        team=line.team,
        agent=line.agent,
        queue=line.queue,
        touchpoint=line.touchpoint,
        contact=(line.source, line.external_id) if line.source and line.external_id else None,
        response=line.response,
    )
