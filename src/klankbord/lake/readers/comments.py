"""Comments worth reading: long enough to say why, spread over the whole period, and always the same choice."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, zip_longest
from typing import Any, Literal

Kind = Literal["good", "neutral", "bad"]
Query = Callable[[str], list[tuple[Any, ...]]]
_PERIODS = 12
_LONG = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """One comment with its answer; `row` as a spreadsheet numbers it, `answered_at` in UTC."""

    row: int
    score: int
    comment: str
    answered_at: datetime | None


def choose_comments(query: Query, levels: Collection[int], limit: int) -> tuple[Comment, ...]:
    """Take the longest comments of each stretch of time in turn; beyond 300 characters longer is not better."""
    if not levels or limit < 1:
        return ()
    given = f"""select file, row, answered_at, length(comment) as size from responses
        where score in ({", ".join(map(str, levels))}) and length(comment) > 2"""
    # The key is different for every row, so that the choice does not depend on how the engine divides the work.
    found = query(f"""
        with given as ({given}),
        bounds as (select epoch(min(answered_at)) as low, epoch(max(answered_at)) + 1 as high from given),
        parted as (select file, row,
            coalesce(floor((epoch(answered_at) - low) / (high - low) * {_PERIODS}), -1) as stretch,
            least(size, {_LONG})::hugeint * 1000000000000 - file::hugeint * 10000000000 - row as worth
            from given, bounds),
        best as (select stretch, unnest(max(worth, {3 * limit})) as worth from parted group by stretch)
        select stretch, row, score, comment, answered_at
        from best join parted using (stretch, worth) join responses using (file, row)
        order by stretch, worth desc""")
    stretches: dict[object, list[Comment]] = {}
    seen: set[str] = set()
    for stretch, row, score, comment, answered_at in found:
        text = str(comment)
        if text.casefold() not in seen:
            seen.add(text.casefold())
            at = answered_at.replace(tzinfo=UTC) if isinstance(answered_at, datetime) else None
            one = Comment(row=int(row), score=int(score), comment=text, answered_at=at)
            stretches.setdefault(stretch, []).append(one)
    in_turn = chain.from_iterable(zip_longest(*stretches.values()))
    return tuple(comment for comment in in_turn if comment is not None)[:limit]
