"""A table that nobody knows may hold answers, or contacts most of whose customers kept silent: which of the two."""

from collections.abc import Sequence
from pathlib import Path

from klankbord.lake.engine import connect, scratch
from klankbord.lake.readers.contact_dialects.generic import found_in
from klankbord.lake.readers.contact_opening import open_head
from klankbord.lake.readers.documents import Documents
from klankbord.lake.readers.responses import Responses
from klankbord.lake.readers.table import Staged

_ASKING = frozenset({"eligible", "invited", "sent", "not_asked_reason"})


def are_contacts(answers: Responses, paths: Sequence[Path], *, begins: str | None = None) -> bool:
    """Return whether rows that were read as answers are contacts after all.

    They are where a column tells when each began (`begins` names it where the heading does not), and the file says who
    was asked, or more than half of its rows have no score: hardly a survey is skipped so often, and hardly a centre
    hears of more than half of its customers.
    """
    if not answers.guessed:
        return False
    columns = _columns(paths[0])
    if begins is None and "started_at" not in columns:
        return False
    silent = sum(drop.count for drop in answers.drops if drop.reason == "no_score")
    return bool(_ASKING & columns) or 2 * silent > answers.read


def _columns(path: Path) -> frozenset[str]:
    with scratch() as folder:
        file = open_head(path, Path(folder), Staged(connect()))
        return frozenset() if isinstance(file, Documents) else frozenset(found_in(file.head))
