"""What pages show of uploads: what was found and what became of it, in the reader's language."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from klankbord.errors import KlankbordError
from klankbord.results import Notice
from klankbord.web.contacts.models import Upload
from klankbord.web.kernel.models import Job
from klankbord.web.kernel.wording import in_words, say, wording

_SHOWN_ROWS = 8
_BUSY = {Upload.State.LOOKING, Upload.State.COMING_IN}
_HANDLERS = {Upload.State.LOOKING: "contacts.look_at_upload", Upload.State.COMING_IN: "contacts.import_upload"}


def upload_shown(upload: Upload) -> dict[str, Any]:
    """Return what the page of an upload shows."""
    told = upload.report or upload.found
    job = _job_of(upload)
    return {
        "upload": upload,
        "is_busy": upload.state in _BUSY,
        "job": job,
        "is_dead": job is not None and job.state == Job.State.DEAD,
        "told": told,
        "dropped": told["read"] - told["kept"] if told else 0,
        "first_at": _moment(upload.found.get("first_at")),
        "last_at": _moment(upload.found.get("last_at")),
        "fields": list(_fields(upload.found.get("fields") or {})),
        "given": [_column(name) for name in upload.found.get("columns") or ()],
        "drops": list(_drops(told.get("dropped") or ())),
        "notices": [wording().notice(Notice(**notice)) for notice in told.get("notices") or ()],
        "problem": in_words(KlankbordError.of_dict(upload.problem)) if upload.problem else None,
        "people": list(_people(told)),
        "tables": [(say(f"contacts.kinds.{name}"), met) for name, met in (upload.report.get("tables") or {}).items()],
        "twin": _twin(upload),
    }


def _fields(fields: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    return ((_column(name), heading) for name, heading in fields.items())


def _column(name: str) -> str:
    key = f"contacts.columns.{name}"
    return wording()(key) if wording().knows(key) else name.replace("_", " ")


def _drops(dropped: Iterable[Mapping[str, Any]]) -> Iterable[dict[str, Any]]:
    for drop in dropped:
        named = len(set(drop["files"])) > 1
        places = list(zip(drop["files"], drop["rows"], strict=True))[:_SHOWN_ROWS]
        rows = ", ".join(f"{file}: {row}" if named else str(row) for file, row in places)
        yield {
            "reason": wording().reason(drop["reason"]),
            "count": drop["count"],
            "rows": rows + (" …" if drop["count"] > len(places) else ""),
            "examples": ", ".join(drop["examples"]),
        }


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _job_of(upload: Upload) -> Job | None:
    name = _HANDLERS.get(Upload.State(upload.state))
    if name is None:
        return None
    jobs = Job.objects.filter(organisation=upload.organisation_id, name=name, arguments__upload=upload.pk)
    return jobs.order_by("-id").first()


def _people(told: Mapping[str, Any]) -> Iterable[tuple[str, int]]:
    """Return how many people files tell of, by what they tell of them, and what became of that."""
    people = told if told.get("kind") == "people" else told.get("people") or {}
    counted = {**(people.get("counts") or {}), **(people.get("became") or {})}
    return ((say(f"contacts.people.{name}"), count) for name, count in counted.items())


def _twin(upload: Upload) -> Upload | None:
    """Return another upload of the very same files that was brought in."""
    same = Upload.objects.filter(digest=upload.digest, state=Upload.State.BROUGHT_IN).exclude(pk=upload.pk)
    twin: Upload | None = same.first() if upload.state != Upload.State.BROUGHT_IN else None
    return twin
