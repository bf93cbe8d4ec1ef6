"""LimeSurvey: the table export, headed by codes, question text or both (layout: public exports in de, en, fr)."""

from collections.abc import Sequence

from klankbord.lake.readers.dialect import Dialect, Head, Layout, Rule
from klankbord.lake.readers.dialects.columns import answers, fields, unique
from klankbord.lake.readers.dialects.questions import find

_HEADINGS = {
    "id": ("response id", "antwort id", "id de la réponse"),
    "submitdate": ("date submitted", "datum abgeschickt", "date de soumission"),
    "lastpage": ("last page", "letzte seite", "dernière page"),
    "startlanguage": ("start language", "start-sprache", "langue de départ"),
    "seed": ("seed", "zufallsstartwert", "tête de série"),
    "token": ("access code", "zugangscode", "code d'accès"),
    "startdate": ("date started", "datum gestartet", "date de lancement"),
    "datestamp": ("date last action", "datum letzte aktivität", "date de la dernière action"),
    "ipaddr": ("ip address", "ip-adresse", "adresse ip"),
    "refurl": ("referrer url", "referrer-url", "url référente"),
}
_CODES = {heading: code for code, headings in _HEADINGS.items() for heading in (code, *headings)}
_TIMINGS = ("interviewtime", "grouptime", "questiontime")
_NO_DATE = "1980-01-01"  # what LimeSurvey writes as the moment of answers that must stay undated


def _code(heading: str) -> str | None:
    """Return the code of LimeSurvey's own column, whether its heading is the code, its name or "code. name"."""
    name = heading.strip().casefold()
    return _CODES.get(name) or _CODES.get(name.partition(". ")[0])


def _recognises(head: Head) -> bool:
    codes = {_code(heading) for heading in head.header}
    return {"id", "startlanguage"} <= codes and bool(codes & {"submitdate", "lastpage"})


def _layout(head: Head) -> Layout:
    columns = unique(head.header)
    own = {code: name for name in columns if (code := _code(name))}
    given = answers(head, columns)
    wording = {name: name for name in columns if not _code(name) and not name.casefold().startswith(_TIMINGS)}
    found = find(wording, given)
    dates = [own[code] for code in ("datestamp", "submitdate") if code in own and _is_dated(given[own[code]])]
    submitted = own.get("submitdate")
    named = fields(
        columns,
        score=found.score,
        comment=found.comment,
        external_id=own["id"],
        answered_at=next(iter(dates), None),
        updated_at=next(iter(dates), None),
        respondent=own.get("token"),
        language=own["startlanguage"],
    )
    return Layout(
        columns=columns,
        fields=named,
        measure=found.measure,
        partial=Rule(reason="unfinished", column=submitted, empty=True) if submitted else None,
        questions=wording,
    )


def _is_dated(moments: Sequence[str]) -> bool:
    return not any(moment.startswith(_NO_DATE) for moment in moments)


DIALECT = Dialect(name="limesurvey", title="LimeSurvey", layout=_layout, recognises_table=_recognises)
