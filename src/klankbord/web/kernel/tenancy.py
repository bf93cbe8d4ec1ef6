"""Which organisation is meant: everything that belongs to one is found only while that organisation is acted in."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models

from klankbord.errors import KlankbordError

if TYPE_CHECKING:
    from klankbord.web.kernel.models import Organisation

_EVERYWHERE = object()
_here: ContextVar[Any] = ContextVar("organisation", default=None)
_Model = TypeVar("_Model", bound=models.Model)


class NoOrganisationError(KlankbordError):
    """Something of an organisation was asked for without saying which: a mistake of ours, never the user's."""

    code = "no_organisation"


@contextmanager
def acting_in(organisation: "Organisation") -> Iterator[None]:
    """Act in one organisation: queries of its models find its rows, and no other's."""
    token = _here.set(organisation)
    try:
        yield
    finally:
        _here.reset(token)


@contextmanager
def everywhere() -> Iterator[None]:
    """Act across organisations: for upkeep of the installation only, never for somebody's request."""
    token = _here.set(_EVERYWHERE)
    try:
        yield
    finally:
        _here.reset(token)


def here() -> "Organisation":
    """Return the organisation that is acted in."""
    organisation = _here.get()
    if organisation is None or organisation is _EVERYWHERE:
        raise NoOrganisationError("no organisation is acted in", hint="wrap the call in acting_in(organisation)")
    return organisation  # type: ignore[no-any-return]


class OwnedManager(models.Manager[_Model]):
    """Finds rows of the organisation that is acted in; refuses where there is none."""

    def get_queryset(self) -> models.QuerySet[_Model]:
        """Return the rows of this organisation."""
        rows = super().get_queryset()
        return rows if _here.get() is _EVERYWHERE else rows.filter(organisation=here())


def here_id() -> int:
    """Return the id of the organisation that is acted in: whose new rows are."""
    return here().pk


class Owned(models.Model):
    """A row that belongs to one organisation: the one that is acted in when it is made."""

    organisation = models.ForeignKey(
        "kernel.Organisation", on_delete=models.CASCADE, related_name="+", default=here_id, editable=False
    )

    objects: OwnedManager[Any] = OwnedManager()

    class Meta:
        abstract = True
