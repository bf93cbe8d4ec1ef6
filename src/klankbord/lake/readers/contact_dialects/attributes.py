"""Scores among the attributes that a flow puts on a contact, under whatever name its makers chose."""

from collections.abc import Mapping

from klankbord.lake.readers.dialect import FlatRow
from klankbord.lake.readers.dialects.questions import asked
from klankbord.lake.readers.scores import whole_number

_COMMENTS = ("comment", "nps_comment", "csat_comment", "verbatim", "feedback")
_LANGUAGES = ("language", "locale", "taal", "lang")


def scored(attributes: Mapping[str, object]) -> FlatRow:
    """Return score, measure, comment and language that stand among attributes.

    Examples
    --------
    >>> scored({"language": "nl-NL", "survey_consent": "yes", "nps": "9"})
    {'score': 9, 'metric': 'nps', 'language': 'nl-NL'}
    """
    by_fold = {name.casefold(): value for name, value in attributes.items()}
    found: FlatRow = {}
    for name, value in by_fold.items():
        measure, score = asked(name.replace("_", " ")), whole_number(str(value))
        if measure is not None and score is not None and score in measure.levels:
            found = {"score": score, "metric": measure.name}
            break
    comment = next((by_fold[name] for name in _COMMENTS if by_fold.get(name)), None)
    language = next((by_fold[name] for name in _LANGUAGES if by_fold.get(name)), None)
    told = {"comment": comment if found else None, "language": language}
    return found | {name: value for name, value in told.items() if value is not None}
