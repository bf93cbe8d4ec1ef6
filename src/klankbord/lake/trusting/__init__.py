"""How far a number of a lake or a file can be trusted: fetched and counted here, judged in `klankbord.trust`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from klankbord.errors import OptionError
from klankbord.lake.questions import Condition
from klankbord.lake.readers.contact_records import ContactRecords
from klankbord.lake.readers.responses import Responses
from klankbord.lake.trusting.of_files import trust_of_file
from klankbord.lake.trusting.of_lakes import trust_of_lake
from klankbord.lake.trusting.of_records import trust_of_records
from klankbord.trust import TrustReport

if TYPE_CHECKING:
    from klankbord.lake.store import Lake, Snapshot


def trust_of(
    source: "Lake | Snapshot | Responses | ContactRecords",
    *,
    measure: str | None = None,
    by: str | Sequence[str] = (),
    where: str | Condition | Sequence[str | Condition] = (),
    period: str | None = None,
    level: float = 0.95,
    **options: Any,
) -> TrustReport:
    """Say how far a score can be trusted, and why.

    Parameters
    ----------
    source : Lake, Snapshot, Responses or ContactRecords
        A lake, or what `read` or `read_contacts` returned; a file of answers tells less.
    measure : str, optional
        Which score of a lake; nps unless told.
    by : str or sequence of str
        Dimensions of a lake, or of a file of contacts, to show the funnel by.
    where, period : optional
        Which contacts of a lake, as `ask` takes them; with a period, the change since the one before is taken apart.
    level : float
        Confidence level.
    **options
        `target` and `mix`, as `trust_of_lake` describes them.

    Raises
    ------
    OptionError
        When a question to a lake is asked of a file of answers.
    """
    asked = {"by": by, "where": where, "period": period, **options}
    if isinstance(source, ContactRecords):
        return trust_of_records(source, measure, level=level, **asked)
    if isinstance(source, Responses):
        said = [name for name, value in asked.items() if value and (name, value) != ("mix", "channel")]
        if said:
            raise OptionError(
                f"a file of answers cannot be asked for {said[0]!r}",
                hint="read it as contacts, if that is what its rows are, or import it first: klankbord import FILE",
            )
        return trust_of_file(source, level=level)
    return trust_of_lake(source, measure or "nps", level=level, **asked)


__all__ = ["trust_of", "trust_of_file", "trust_of_lake", "trust_of_records"]
