"""The right to be forgotten: a customer's rows leave every table, and the old files that held them leave the disk."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from uuid import uuid4

from klankbord.errors import OptionError
from klankbord.lake.engine import connect, literal
from klankbord.lake.schema import TABLES
from klankbord.lake.store import Batch, Key, Lake
from klankbord.lake.store.keys import LENGTH
from klankbord.lake.upkeep.compacting import remove_old_files
from klankbord.lake.upkeep.rewriting import rewrite


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What was removed.

    Parameters
    ----------
    rows : Mapping of str to int
        Rows by table.
    rewritten : int
        Files that were written again without them.
    removed : int
        Old files that were removed from the disk.
    """

    rows: Mapping[str, int]
    rewritten: int
    removed: int


def erase(lake: Lake, customer: str | Collection[str], *, pseudonyms: bool | None = None) -> Erased:
    """Remove customers from every table and from the old files, and remember not to let them in again.

    Parameters
    ----------
    lake : Lake
        Where to.
    customer : str or collection of str
        One customer or several, as a source names them (a number, an e-mail address, a telephone number), or their
        pseudonyms.
    pseudonyms : bool, optional
        Whether these are pseudonyms; told by their form without.

    Notes
    -----
    Who opened the lake just before finds files gone that the question needs, and has to ask again: a right goes before
    a report. What is remembered is a keyed mark of the pseudonym (see `Key.mark`), so that a later import of an old
    file does not bring the customer back.

    Raises
    ------
    OptionError
        When something that is said to be a pseudonym is none.
    LakeError
        When the key is missing, or somebody else is writing.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     lake = Lake.create(f"{place}/lake")
    ...     dict(erase(lake, lake.key.pseudonym("jan@voorbeeld.example"), pseudonyms=True).rows)
    {'contacts': 0, 'responses': 0, 'outcomes': 0}
    """
    key = lake.key
    named = (customer,) if isinstance(customer, str) else tuple(customer)
    people = sorted({_pseudonym(one, key, pseudonyms) for one in named})
    rows, rewritten = {}, 0
    with lake.writing(f"erase-{uuid4().hex[:12]}") as batch:
        for table, schema in TABLES.items():
            if "customer" in schema.names:
                rows[table], files = _take_out(batch, table, people)
                rewritten += files
        marks = tuple(sorted({*batch.manifest.erased, *map(key.mark, people)}))
        batch.manifest = replace(batch.manifest, erased=marks)
    return Erased(rows=rows, rewritten=rewritten, removed=remove_old_files(lake, hours=0))


def forget_agent(lake: Lake, codes: Collection[str]) -> Erased:
    """Empty the agent of every row that names one of these, and remove the old files that did.

    What happened stays, and so does the team: only who it was goes. Nothing is remembered; rows that come in later
    with such a code name the agent again.

    Parameters
    ----------
    lake : Lake
        Where.
    codes : collection of str
        The agent as the lake may know them: by the id of the source, or by its pseudonym (`Lake.key`).

    Raises
    ------
    LakeError
        When somebody else is writing.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     lake = Lake.create(f"{place}/lake")
    ...     sum(forget_agent(lake, ["a-17", lake.key.pseudonym("a-17")]).rows.values())
    0
    """
    gone = f"coalesce(agent in ({', '.join(map(literal, codes)) or 'null'}), false)"
    rows, rewritten = {}, 0
    with lake.writing(f"forget-{uuid4().hex[:12]}") as batch, connect() as engine:
        for table, schema in TABLES.items():
            if "agent" in schema.names:
                rows[table], files = rewrite(engine, batch, table, batch.paths(table), gone=gone, emptied=("agent",))
                rewritten += files
    return Erased(rows=rows, rewritten=rewritten, removed=remove_old_files(lake, hours=0))


def _take_out(batch: Batch, table: str, people: Collection[str]) -> tuple[int, int]:
    listed = ", ".join(map(literal, people)) or "null"
    with connect() as engine:
        return rewrite(engine, batch, table, batch.paths(table), gone=f"coalesce(customer in ({listed}), false)")


def _pseudonym(customer: str, key: Key, pseudonyms: bool | None) -> str:
    if pseudonyms and not _is_pseudonym(customer):
        raise OptionError(f"a pseudonym has {LENGTH} hexadecimal digits", hint="or erase by the name of the source")
    given = _is_pseudonym(customer) if pseudonyms is None else pseudonyms
    return customer if given else key.pseudonym(customer)


def _is_pseudonym(text: str) -> bool:
    return len(text) == LENGTH and all(sign in "0123456789abcdef" for sign in text)
