"""Lists of contacts: what stands behind a number, and whatever fulfils some conditions."""

from collections.abc import Mapping

from klankbord.lake.engine import literal
from klankbord.lake.looking.lines import Cursor, Page
from klankbord.lake.looking.opened import Opened
from klankbord.lake.looking.paging import page_of
from klankbord.lake.looking.selecting import Part, Where, rows_behind, rows_where
from klankbord.lake.questions import Period, Question
from klankbord.lake.store import Lake, Snapshot


def contacts_behind(
    question: Question | str,
    lake: Lake | Snapshot,
    *,
    group: Mapping[str, object] | None = None,
    part: Part | None = None,
    after: Cursor | str | None = None,
    limit: int = 50,
) -> Page:
    """Return the contacts that a question counts, newest first; for a score, the answers with their contacts.

    Parameters
    ----------
    question : Question or str
        What was asked; what it groups by and compares with says nothing here.
    lake : Lake or Snapshot
        Where.
    group : Mapping of str to object, optional
        Key of one row of the answer, such as ``{"team": "Ghent", "month": date(2026, 3, 1)}``. None is an empty value;
        a period is named by its first day, or as text.
    part : {"good", "middle", "bad", "hit", "miss"}, optional
        Only scores of this kind; or only what a share counts (hit), or does not (miss).
    after : Cursor or str, optional
        Where the page before ended.
    limit : int
        Lines on a page.

    Raises
    ------
    ColumnError, OptionError
        When there is no such measure, group, part or page.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     contacts_behind("abandonment", Lake.create(f"{place}/lake"), part="hit")
    Page(rows=(), after=None)
    """
    asked = Question.parse(question) if isinstance(question, str) else question
    opened = Opened.of(lake)
    return page_of(rows_behind(asked, opened, group or {}, part), opened, after, limit)


def contacts(
    lake: Lake | Snapshot,
    *,
    where: Where = (),
    period: str | Period | None = None,
    search: str | None = None,
    after: Cursor | str | None = None,
    limit: int = 50,
) -> Page:
    """Return contacts of any kind, newest first.

    Parameters
    ----------
    lake : Lake or Snapshot
        Where.
    where : str, Condition, or several
        What a contact must fulfil, such as ``"channel=phone"``.
    period : str or Period, optional
        When.
    search : str, optional
        Id of a leg or of a conversation, exactly.
    after : Cursor or str, optional
        Where the page before ended.
    limit : int
        Lines on a page.

    Raises
    ------
    ColumnError, OptionError
        When a condition, the period or the page cannot be.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     len(contacts(Lake.create(f"{place}/lake"), where="channel=phone", search="17"))
    0
    """
    opened = Opened.of(lake)
    selection = rows_where(opened, "contacts", where, period)
    if search is not None:
        wanted = literal(search.strip())
        selection = selection.and_also(f"external_id = {wanted} or conversation = {wanted}")
    return page_of(selection, opened, after, limit)
