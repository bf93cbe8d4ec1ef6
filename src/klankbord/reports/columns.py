"""Which columns of a file can divide its answers, and why the others cannot."""

import re
from collections.abc import Iterable, Iterator

from klankbord.lake import ColumnProfile, Responses
from klankbord.reports.evidence import LeftOut

MANY = 60  # values from which a column is a register rather than a division
_SAMPLE = 2_000
_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[\W_]+")
_AGENT = re.compile(
    r"(assigned |support |call |service )?"
    r"(agents?|medewerkers?|employees?|collaborateurs?|mitarbeiter(in)?|advis[eo]rs?|adviseurs?|conseillers?"
    r"|berater(in)?|assignee|operator)"
    r"( (name|naam|nom|id|nr|no|number|nummer|code|e ?mail))?"
    r"|(handled|answered|behandeld|beantwoord) (by|door)|assigned to"
)
_BARE = re.compile(r"(full )?name|naam|nom|prénom|prenom|ip|mail|mobile|gsm|tel|adres|adresse|address|street|straat")
_PERSONAL = re.compile(
    r"\b(e ?mail|phone|telephone|téléphone|telefoon|telefoonnummer|telefon|telefonnummer|ip ?address|iban|bsn|ssn"
    r"|(first|last|sur|user|customer|contact|recipient|respondent|client|klant|kunden) ?names?"
    r"|voornaam|achternaam|klantnaam|vorname|nachname|kundenname|nom du client"
    r"|birth ?da(te|y)|date of birth|geboortedatum|date de naissance|geburtsdatum"
    r"|e ?mail address|e ?mailadres|postcode|zip ?code|postal code|plz|latitude|longitude)\b"
)
_LOOKS = {
    "personal": r"^[^@\s]+@[^@\s]+\.[^@\s]+$",
    "date": r"^(\d{4}-\d\d?-\d\d?|\d\d?[-/.]\d\d?[-/.]\d{2,4})([ T].*)?$",
}


def usable_columns(responses: Responses) -> tuple[list[str], list[LeftOut]]:
    """Divide the columns of a file into those that can group its answers and those that cannot, each with a reason."""
    usable, left_out = [], []
    for column in responses.profile():
        reason = _reason(column, responses)
        if reason:
            left_out.append(LeftOut(column=column.name, reason=reason))
        else:
            usable.append(column.name)
    looks = dict(_looks(usable, responses))
    left_out += [LeftOut(column=name, reason=reason) for name, reason in looks.items()]
    return [name for name in usable if name not in looks], left_out


def names_people(column: str) -> bool:
    """Say whether a column names the employees who were in contact with the customers.

    Examples
    --------
    >>> names_people("Agent Name"), names_people("agent_team")
    (True, False)
    """
    return _AGENT.fullmatch(_plain(column)) is not None


def _reason(column: ColumnProfile, responses: Responses) -> str | None:
    name, given = _plain(column.name), column.filled * responses.kept
    checks = {
        "agent": names_people(column.name) or column.name == responses.layout.fields.agent,
        "personal": bool(_BARE.fullmatch(name) or _PERSONAL.search(name)),
        "empty": column.distinct == 0,
        "single": column.distinct == 1,
        "free_text": column.median_length > 40,
        "identifier": column.distinct > MANY / 2 and column.distinct > 0.5 * given,
        "many": column.distinct > MANY,
    }
    return next((reason for reason, holds in checks.items() if holds), None)


def _looks(names: Iterable[str], responses: Responses) -> Iterator[tuple[str, str]]:
    """Yield the columns whose values are e-mail addresses or dates, whatever the column is called."""
    columns = {name: responses.dimension(name) for name in names}
    if not columns:
        return
    shares = ", ".join(
        f"avg(regexp_matches(trim({sql}), '{pattern}')::int)" for sql in columns.values() for pattern in _LOOKS.values()
    )
    (found,) = responses.query(f"select {shares} from (from responses limit {_SAMPLE})")  # noqa: S608 - quoted by lake
    looks = iter(found)
    for name in columns:
        for reason in _LOOKS:
            share = next(looks)
            if isinstance(share, float) and share > 0.5:
                yield name, reason


def _plain(name: str) -> str:
    return " ".join(_WORDS.sub(" ", name).casefold().split())
