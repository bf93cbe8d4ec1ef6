"""Where a questionnaire was worded otherwise: what a series before and after it does not share."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from klankbord.results import Notice

if TYPE_CHECKING:
    from klankbord.lake.readers.responses import Responses

VERSIONS: Final = ("survey_version", "version", "wording", "questionnaire")
"""What files call the column that says which wording an answer is to, the first that there is."""

_CODE = "wording_changed"
_MOST = 20  # a column with more values is no list of wordings


def wordings_told(rows: Iterable[Sequence[object]]) -> Iterator[Notice]:
    """Tell of each questionnaire whose wording changed, from rows of (questionnaire, version, month, answers)."""
    # Version numbers are per questionnaire: two that run side by side are no change.
    versions: dict[object, dict[object, str]] = {}
    for survey, version, month, *_ in rows:
        found = versions.setdefault(survey, {})
        found[version] = min(found.get(version, str(month)), str(month))
    for survey, found in sorted(versions.items(), key=str):
        if len(found) > 1:
            told = sorted(found.items(), key=lambda one: (one[1], str(one[0])))
            shown = ", ".join(f"{version or '(none)'} from {month}" for version, month in told)
            yield Notice(
                code=_CODE,
                message=f"the wording of {survey or 'the questionnaire'} changed: version {shown}; scores before and "
                "after may differ for that alone",
                data={"survey": survey, "versions": [{"version": version, "from": month} for version, month in told]},
            )


def wordings_in(responses: "Responses") -> tuple[Notice, ...]:
    """Tell what changed in the wording of the questions that answers are to; nothing where files do not say."""
    there = {name.casefold() for name in (*responses.columns, *responses.dimensions)}
    version = next((name for name in VERSIONS if name in there), None)
    if version is None or responses.first_at is None:
        return ()
    survey = responses.dimension("survey") if responses.layout.fields.survey else "null"
    worded, month = responses.dimension(version), responses.period("month")
    rows = responses.query(
        f"select {survey}, {worded}::varchar as worded, strftime({month}, '%Y-%m'), count(*) from responses "
        "where worded is not null and answered_at is not null group by all"
    )
    return tuple(wordings_told(rows)) if len({row[1] for row in rows}) <= _MOST else ()


def reworded_in(notices: Iterable[Notice]) -> tuple[date, ...]:
    """Return the first days of the months from which a questionnaire was worded otherwise: a series breaks there."""
    told: list[Any] = [notice.data["versions"] for notice in notices if notice.code == _CODE]
    # Versions that a questionnaire begins with break nothing.
    later = (version["from"] for versions in told for version in versions if version["from"] != versions[0]["from"])
    months = {str(month) for month in later}
    return tuple(date.fromisoformat(f"{month}-01") for month in sorted(months))
