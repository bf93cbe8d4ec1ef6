"""Comments worth reading: long enough to say why, spread over the whole period, and always the same choice."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, zip_longest
from typing import Any, Literal

Kind = Literal["good", "neutral", "bad"]
Query = Callable[[str], list[tuple[Any, ...]]]
_LONG = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """One comment with its answer; `row` as a spreadsheet numbers it, `answered_at` in UTC."""

    row: int
    score: int
    comment: str
    answered_at: datetime | None


def choose_comments(query: Query, levels: Collection[int], limit: int) -> tuple[Comment, ...]:
    """Take the longest comment of each stretch of time in turn; beyond 300 characters longer is not better."""
    if not levels or limit < 1:
        return ()
    given = f"""select min(position) as place, arg_min(answered_at, position) as moment, length(lower(comment)) as size
        from responses where score in ({", ".join(map(str, levels))}) and length(comment) > 2 group by lower(comment)"""
    # No two comments have the same worth, so that the choice does not depend on how the engine divides its work.
    found = query(f"""
        with given as ({given}),
        bounds as (select epoch(min(moment)) as low, epoch(max(moment)) + 1 as high from given),
        parted as (select place, least(size, {_LONG}) * 1000000000000 - place as worth,
            coalesce(floor((epoch(moment) - low) / (high - low) * {limit}), -1) as stretch from given, bounds),
        best as (select stretch, unnest(max(worth, {limit})) as worth from parted group by stretch)
        select stretch, row, score, comment, answered_at
        from best join parted using (stretch, worth) join responses on place = position
        order by stretch, worth desc""")
    stretches: dict[object, list[Comment]] = {}
    for stretch, row, score, comment, answered_at in found:
        at = answered_at.replace(tzinfo=UTC) if answered_at else None
        stretches.setdefault(stretch, []).append(Comment(row=row, score=score, comment=comment, answered_at=at))
    in_turn = chain.from_iterable(zip_longest(*stretches.values()))
    return tuple(comment for comment in in_turn if comment is not None)[:limit]
