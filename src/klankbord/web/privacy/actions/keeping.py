"""Deciding how long data stay, how far contacts are attributed to people, and whose answers are anonymous."""

from collections.abc import Mapping

from django.conf import settings
from django.db import transaction

from klankbord.errors import OptionError
from klankbord.lake import Lake, Settings
from klankbord.web.kernel import audit
from klankbord.web.kernel.access import Actor, Permission
from klankbord.web.kernel.jobs import enqueue
from klankbord.web.kernel.models import Organisation
from klankbord.web.privacy.jobs import change_level
from klankbord.web.privacy.keeping import KINDS, days_kept
from klankbord.web.surveys.parts import MODES

_RETENTION = audit.entry_type("privacy.retention_changed", shred=audit.keep_all)
_HISTORY = audit.entry_type("privacy.history_changed", shred=audit.keep_all)
_ATTRIBUTION = audit.entry_type("privacy.attribution_changed", shred=audit.keep_all)


def change_retention(actor: Actor, *, days: Mapping[str, int]) -> None:
    """Decide for how many days each class of data is kept; it holds from the next night on."""
    actor.require(Permission.MANAGE_PRIVACY)
    for kind in KINDS:
        if not kind.least <= days.get(kind.name, kind.days) <= kind.most:
            raise OptionError(
                f"{kind.name} cannot be kept for {days[kind.name]} days",
                hint=f"choose from {kind.least} to {kind.most}",
                case="privacy.days_out_of_range",
                option=kind.name,
                least=kind.least,
                most=kind.most,
            )
    with transaction.atomic():
        organisation = Organisation.objects.select_for_update().get(pk=actor.organisation.pk)
        changed = {
            kind.name: [days_kept(organisation, kind), days[kind.name]]
            for kind in KINDS
            if kind.name in days and days[kind.name] != days_kept(organisation, kind)
        }
        if not changed:
            return
        organisation.retention = {**organisation.retention, **{name: now for name, (_, now) in changed.items()}}
        organisation.save(update_fields=["retention"])
        audit.record(actor, _RETENTION, **{name: f"{was} → {now}" for name, (was, now) in changed.items()})


def change_history(actor: Actor, *, mode: str, reason: str) -> None:
    """Say what customers were told who answered another tool; from then on their answers are seen accordingly."""
    actor.require(Permission.MANAGE_PRIVACY)
    if mode not in MODES:
        raise OptionError(
            f"there is no mode {mode!r}", hint=f"modes: {', '.join(MODES)}", option="mode", case="privacy.unknown_mode"
        )
    if not reason.strip():
        raise OptionError(
            "what customers were told needs a source", hint="say how it is known", case="privacy.no_source"
        )
    with transaction.atomic():
        organisation = Organisation.objects.select_for_update().get(pk=actor.organisation.pk)
        before = organisation.history_mode
        organisation.history_mode, organisation.history_reason = mode, reason.strip()
        organisation.save(update_fields=["history_mode", "history_reason"])
        audit.record(actor, _HISTORY, mode=f"{before} → {mode}", reason=reason.strip())
    actor.organisation.refresh_from_db()


def change_attribution(actor: Actor, *, level: str, reason: str) -> None:
    """Decide how far contacts are attributed to people; every change says why, and the lake follows by a job."""
    actor.require(Permission.MANAGE_PRIVACY)
    if not reason.strip():
        raise OptionError(
            "a change of attribution needs a reason",
            hint="say why, and with whom it was agreed",
            case="attribution_without_reason",
        )
    Settings(zone=actor.organisation.zone, attribution=level, reason=reason)  # type: ignore[arg-type]  # refuses what it does not know
    with transaction.atomic():
        organisation = Organisation.objects.select_for_update().get(pk=actor.organisation.pk)
        before = organisation.attribution
        organisation.attribution, organisation.attribution_reason = level, reason.strip()
        organisation.save(update_fields=["attribution", "attribution_reason"])
        audit.record(actor, _ATTRIBUTION, level=f"{before} → {level}", reason=reason.strip())
        if level != before and Lake.is_at(settings.HOME.lakes / str(organisation.pk)):
            enqueue(change_level, organisation, key="level")
    actor.organisation.refresh_from_db()
