"""Rows in every table of an organisation, full of a word that must never be read by anybody else."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa
from django.apps import apps
from django.db import models

from klankbord.lake import bring_rows
from klankbord.web.centre.rows import Reading
from klankbord.web.kernel.lakes import lake_of
from klankbord.web.kernel.models import Job, Organisation
from klankbord.web.kernel.tenancy import Owned, acting_in
from klankbord.web.surveys.library import starting_point

# What is only read in one form: a job without a key stands for itself, and a file was read before it was kept.
_PARTICULAR = {
    ("Job", "key"): "",
    ("BroughtFile", "kind"): "team",
    ("BroughtFile", "reading"): Reading(rows=()).to_json(),
    ("Version", "content"): starting_point("nps", brand="Merk", mode="research").to_dict(),
}
_MOMENT = datetime(2026, 11, 1, 9, tzinfo=UTC)


def owned_models() -> list[type[models.Model]]:
    """Return every table whose rows belong to an organisation."""
    found = [model for model in apps.get_models() if issubclass(model, Owned)]
    return [*found, Job]


def populate(organisation: Organisation, word: str, rows: int = 1) -> dict[str, list[Any]]:
    """Make rows in every table of an organisation, and return them by the name of their model."""
    with acting_in(organisation):
        made: dict[str, list[Any]] = {}
        for place in range(rows):
            for model in owned_models():
                made.setdefault(_name(model), []).append(_made(model, organisation, f"{word}{place}"))
        return made


def _name(model: type[models.Model]) -> str:
    """Name a model; with its room where two rooms have one of that name."""
    alike = [one for one in owned_models() if one.__name__ == model.__name__]
    return model._meta.label if len(alike) > 1 else model.__name__


def bring_in(contact: Any) -> None:
    """Have the lake hold a contact as well, so that pages have it to show."""
    told = {name: [getattr(contact, name)] for name in ("source", "external_id", "team", "client", "started_at")}
    bring_rows(lake_of(contact.organisation), contacts=pa.table(told))


def _made(model: type[models.Model], organisation: Organisation, word: str) -> Any:
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    values = {
        field.attname: _value(field, organisation, word)
        for field in fields
        if not getattr(field, "auto_now_add", False) and field.name != "organisation"
    }
    names = [field.attname for field in fields if _identifies(field) and field.attname in values]
    names += [
        name if name in values else f"{name}_id"
        for constraint in model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint)
        for name in constraint.fields
        if name != "organisation"
    ]
    rows = model._default_manager.filter(organisation=organisation)
    is_single = any(getattr(constraint, "fields", ()) == ("organisation",) for constraint in model._meta.constraints)
    found = rows.filter(**{name: values[name] for name in names}).first() if names or is_single else None
    return found or model._default_manager.create(organisation=organisation, **values)


def _identifies(field: Any) -> bool:
    # What is unique by chance alone finds no row that is there already.
    return field.unique and field.get_default() in {field.get_default(), None}


def _value(field: Any, organisation: Organisation, word: str) -> Any:  # noqa: C901, PLR0911, PLR0912  one line a kind of field
    if (field.model.__name__, field.name) in _PARTICULAR:
        return _PARTICULAR[field.model.__name__, field.name]
    if field.is_relation:
        return _related(field, organisation, word)
    if field.choices:
        return field.default if field.has_default() else next(value for value, _ in field.flatchoices if value)
    match field:
        case models.BooleanField() | models.JSONField() if field.has_default():
            return field.get_default()
        case models.EmailField():
            return f"{word.lower()}@geheim.example"
        case models.CharField() | models.TextField() | models.SlugField():
            return field.get_default() if field.has_default() and field.get_default() else word[: field.max_length]
        case models.DateTimeField():
            return _moment(field)
        case models.DateField():
            return date(2026, 11, 1)
        case models.IntegerField() | models.FloatField():
            return field.get_default() if field.has_default() else 1
        case models.BooleanField():
            return False
        case models.FloatField() | models.TimeField() if field.null:
            return None
        case models.FloatField():
            return 0.5
        case models.BinaryField():
            return None if field.null else word.encode()
        case models.UUIDField():
            return field.get_default()
        case _:
            raise AssertionError(f"{field}: say here what may stand in it")


def _moment(field: Any) -> datetime | None:
    if field.null:
        return None
    return _MOMENT + timedelta(days=365) if "expires" in field.name or "until" in field.name else _MOMENT


def _related(field: Any, organisation: Organisation, word: str) -> Any:
    related = field.related_model
    if related is Organisation:
        return organisation.pk
    if related._meta.model_name == "user":
        return related.objects.get_or_create(email=f"{word.lower()}@geheim.example", defaults={"name": word})[0].pk
    if field.null and related is field.model:
        return None
    return _made(related, organisation, word).pk
