"""What is asked from now on: versions published, surveys put out of use, and who may answer without being invited."""

import re
from typing import Final
from urllib.parse import urlsplit

from django.db import transaction
from django.utils import timezone

from klankbord.errors import KlankbordError
from klankbord.web.kernel import audit
from klankbord.web.kernel.access import Actor, Permission
from klankbord.web.kernel.events import emit
from klankbord.web.surveys.events import SurveyPublished
from klankbord.web.surveys.models import Survey, Version
from klankbord.web.surveys.queries import reworded

PUBLISHED = audit.entry_type("surveys.published", shred=audit.keep_all)
ARCHIVED = audit.entry_type("surveys.archived", shred=audit.keep_all)
RESTORED = audit.entry_type("surveys.restored", shred=audit.keep_all)
RENAMED = audit.entry_type("surveys.renamed", shred=audit.keep_all)
DISTRIBUTED = audit.entry_type("surveys.distributed", shred=audit.keep_all)
_HOST: Final = re.compile(r"[a-z0-9.-]+(:\d{1,5})?")
_MOST_ORIGINS: Final = 20


class NothingToPublishError(KlankbordError):
    """A survey has no draft."""

    code = "nothing_to_publish"


class OriginError(KlankbordError):
    """Something is not the origin of a web page."""

    code = "bad_origin"


def publish(*, actor: Actor, survey: Survey) -> Version:
    """Ask the draft from now on; it cannot be changed any more.

    The number of its wording rises only when the score question reads otherwise than in a version of the same wording.
    """
    actor.require(Permission.MANAGE_SURVEYS)
    with transaction.atomic():
        survey = Survey.objects.select_for_update().get(pk=survey.pk)
        draft = Version.objects.filter(survey=survey, published_at=None).first()
        if draft is None:
            raise NothingToPublishError(
                "this survey has no draft", hint="change it first", case="surveys.nothing_to_publish", status=409
            )
        draft.questionnaire.refuse_gaps()
        current = survey.current
        breaks = bool(reworded(survey, draft.questionnaire))
        draft.wording = current.wording + breaks if current else 1
        draft.published_at = timezone.now()
        draft.published_by_id = actor.id if actor.kind == "person" else None
        draft.save()
        audit.record(actor, PUBLISHED, f"survey {survey.code}", version=draft.number, wording=draft.wording)
        emit(
            SurveyPublished(organisation=actor.organisation, survey=survey.pk, version=draft.pk, breaks=breaks),
        )
    return draft


def archive_survey(*, actor: Actor, survey: Survey) -> None:
    """Put a survey out of use: nobody is asked any more, and what was answered stays."""
    actor.require(Permission.MANAGE_SURVEYS)
    with transaction.atomic():
        if Survey.objects.filter(pk=survey.pk, archived_at=None).update(archived_at=timezone.now()):
            audit.record(actor, ARCHIVED, f"survey {survey.code}")


def restore_survey(*, actor: Actor, survey: Survey) -> None:
    """Take a survey into use again."""
    actor.require(Permission.MANAGE_SURVEYS)
    with transaction.atomic():
        if Survey.objects.filter(pk=survey.pk).exclude(archived_at=None).update(archived_at=None):
            audit.record(actor, RESTORED, f"survey {survey.code}")


def rename(*, actor: Actor, survey: Survey, name: str) -> None:
    """Call a survey otherwise; what the lake calls it stays."""
    actor.require(Permission.MANAGE_SURVEYS)
    with transaction.atomic():
        if name and Survey.objects.filter(pk=survey.pk).exclude(name=name).update(name=name):
            audit.record(actor, RENAMED, f"survey {survey.code}")


def distribute(*, actor: Actor, survey: Survey, open_link: bool, widget_origins: list[str]) -> None:
    """Say whether anybody may answer who has the address, and on whose pages it may stand."""
    actor.require(Permission.MANAGE_SURVEYS)
    origins = list(dict.fromkeys(origin_of(told) for told in widget_origins))
    if len(origins) > _MOST_ORIGINS:
        raise OriginError(
            f"at most {_MOST_ORIGINS} origins", hint="name fewer", case="surveys.too_many_origins", most=_MOST_ORIGINS
        )
    with transaction.atomic():
        survey.open_link, survey.widget_origins = open_link, origins
        survey.save(update_fields=["open_link", "widget_origins"])
        audit.record(actor, DISTRIBUTED, f"survey {survey.code}", open_link=open_link, widget_origins=origins)


def origin_of(told: str) -> str:
    """Return an origin as browsers write it; only https, or the own machine for trying.

    >>> origin_of("https://www.Halder.example/contact?x=1")
    'https://www.halder.example'
    """
    parts = urlsplit(told.strip())
    host = parts.netloc.casefold()
    own_machine = host.partition(":")[0] in {"localhost", "127.0.0.1"}
    if not _HOST.fullmatch(host) or not (parts.scheme == "https" or (parts.scheme == "http" and own_machine)):
        raise OriginError(f"{told!r} is no address of a site", hint="write it as https://www.example.org")
    return f"{parts.scheme}://{host}"
