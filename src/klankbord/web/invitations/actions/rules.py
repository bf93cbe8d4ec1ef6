"""Keeping rules, clocks and the sender: who is asked, for how long nobody asks them again, and by whom."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from klankbord.errors import KlankbordError, OptionError
from klankbord.web.invitations.conditions import ATTRIBUTE, COLUMNS, checked
from klankbord.web.invitations.hours import Quiet
from klankbord.web.invitations.models import Clock, Invitation, Rule, Sender
from klankbord.web.kernel import audit
from klankbord.web.kernel.access import Actor, Permission
from klankbord.web.kernel.tenancy import here
from klankbord.web.surveys.models import Survey
from klankbord.web.surveys.parts import OF_CONTACTS
from klankbord.web.surveys.queries import for_customers

_ADDED = audit.entry_type("invitations.rule_added", shred=audit.keep_all)
_CHANGED = audit.entry_type("invitations.rule_changed", shred=audit.keep_all)
_SWITCHED = audit.entry_type("invitations.rule_switched", shred=audit.keep_all)
_MOVED = audit.entry_type("invitations.rule_moved", shred=audit.keep_all)
_REMOVED = audit.entry_type("invitations.rule_removed", shred=audit.keep_all)
_CLOCKS = audit.entry_type("invitations.clocks_set", shred=audit.keep_all)
_SENDER = audit.entry_type("invitations.sender_set", shred=audit.keep_all)
# What decides how likely a contact is drawn: another of these, and what was worked out of it is worked out anew.
_DRAWS: Final = frozenset({"conditions", "share", "weekly_per_agent"})
FIELDS: Final = (
    *("name", "survey", "channel", "conditions", "share", "weekly_per_agent", "delay_minutes"),
    *("quiet_from", "quiet_until", "quiet_days", "reminder_after_days", "open_days"),
)


class RuleError(KlankbordError):
    """A rule cannot be as it was wanted; `field` is what is wrong."""

    code = "bad_rule"

    def __init__(self, message: str, *, hint: str, field: str, case: str) -> None:
        super().__init__(message, hint=hint, field=field, case=case)
        self.field = field


def add_rule(actor: Actor, **values: Any) -> Rule:
    """Make a rule, the last in the order; it asks nobody until it is switched on."""
    actor.require(Permission.MANAGE_SURVEYS)
    rule = Rule(**_checked(values))
    with transaction.atomic():
        last = Rule.objects.order_by("-position").first()
        rule.position = last.position + 1 if last else 0
        rule.save()
        audit.record(actor, _ADDED, f"rule {rule.pk}")
    return rule


def change_rule(actor: Actor, *, rule: Rule, **values: Any) -> Rule:
    """Change a rule: for contacts that come in from now on, and for the hours in which what is planned may leave."""
    actor.require(Permission.MANAGE_SURVEYS)
    told = _checked(values)
    with transaction.atomic():
        kept: Rule = Rule.objects.select_for_update().get(pk=rule.pk)
        changed = [name for name, value in told.items() if getattr(kept, name) != value]
        for name in changed:
            setattr(kept, name, told[name])
        if changed:
            kept.save(update_fields=changed)
            audit.record(actor, _CHANGED, f"rule {kept.pk}", columns=changed)
        if _DRAWS & set(changed):
            kept.allowances.all().delete()
    return kept


def switch_rule(actor: Actor, *, rule: Rule, live: bool) -> None:
    """Let a rule ask, or stop it: then nothing of it leaves that has not left."""
    actor.require(Permission.MANAGE_SURVEYS)
    with transaction.atomic():
        kept = Rule.objects.select_for_update(of=("self",)).select_related("survey").get(pk=rule.pk)
        if kept.live == live:
            return
        if live:
            _refuse_to_ask(kept.survey)
        kept.live, kept.live_since = live, timezone.now() if live else None
        kept.save(update_fields=["live", "live_since"])
        audit.record(actor, _SWITCHED, f"rule {kept.pk}", live=live)


def move_rule(actor: Actor, *, rule: Rule, up: bool) -> None:
    """Let a rule change places with its neighbour: of the rules that a contact meets, the first decides."""
    actor.require(Permission.MANAGE_SURVEYS)
    with transaction.atomic():
        order = list(Rule.objects.select_for_update().order_by("position", "id"))
        at = next(place for place, one in enumerate(order) if one.pk == rule.pk)
        other = at - 1 if up else at + 1
        if not 0 <= other < len(order):
            return
        order[at], order[other] = order[other], order[at]
        for place, one in enumerate(order):
            one.position = place
        Rule.objects.bulk_update(order, ["position"])
        audit.record(actor, _MOVED, f"rule {rule.pk}", place=other)


def remove_rule(actor: Actor, *, rule: Rule) -> None:
    """Take a rule away that never asked anybody; one that did is what its invitations are explained by."""
    actor.require(Permission.MANAGE_SURVEYS)
    with transaction.atomic():
        if Invitation.objects.filter(rule=rule.pk).exists():
            raise RuleError(
                "people were asked by this rule",
                hint="switch it off instead",
                field="name",
                case="invitations.rule_that_asked",
            )
        Rule.objects.filter(pk=rule.pk).delete()
        audit.record(actor, _REMOVED, f"rule {rule.pk}")


def set_clocks(actor: Actor, *, clocks: Sequence[tuple[str, str, int]]) -> None:
    """Set all clocks anew, each as kind, name and days; of the organisation there is one, without a name."""
    actor.require(Permission.MANAGE_SURVEYS)
    wanted = {(kind, name): days for kind, name, days in clocks}
    for kind, name in wanted:
        _check_clock(kind, name)
    with transaction.atomic():
        Clock.objects.all().delete()
        Clock.objects.bulk_create(Clock(kind=kind, name=name, days=days) for (kind, name), days in wanted.items())
        told = {f"{kind} {name}".strip(): days for (kind, name), days in wanted.items()}
        audit.record(actor, _CLOCKS, "clocks", days=told)


def set_sender(actor: Actor, *, name: str, address: str, reply_to: str) -> None:
    """Set who the customers of the organisation get mail from."""
    actor.require(Permission.MANAGE_SURVEYS)
    if any(sign in name for sign in "\r\n"):
        raise OptionError("a name is one line", hint="leave out line ends")
    with transaction.atomic():
        Sender.objects.update_or_create(
            organisation=here(), defaults={"name": name.strip(), "address": address, "reply_to": reply_to}
        )
        audit.record(actor, _SENDER, "sender")


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: values[name] for name in FIELDS if name in values}
    if "conditions" in told:
        try:
            told["conditions"] = checked(told["conditions"])
        except OptionError as error:
            raise RuleError(
                error.message, hint=error.hint or "", field="conditions", case="invitations.conditions"
            ) from None
    share, weekly = told.get("share"), told.get("weekly_per_agent")
    if {"share", "weekly_per_agent"} & told.keys() and (share is None) == (weekly is None):
        raise RuleError(
            "a share or so many a week, one of the two",
            hint="leave the other empty",
            field="share",
            case="invitations.share",
        )
    if share is not None and not 0 < share <= 1:
        raise RuleError(
            "a share lies between nothing and all",
            hint="give 1 to 100 per cent",
            field="share",
            case="invitations.share",
        )
    if "survey" in told:
        _refuse_unfit(told["survey"])
    if "quiet_days" in told:
        told["quiet_days"] = sorted({int(day) for day in told["quiet_days"]})
        try:
            Quiet(zone=_zone(), days=told["quiet_days"])
        except OptionError as error:
            raise RuleError(
                error.message, hint=error.hint or "", field="quiet_days", case="invitations.quiet_days"
            ) from None
    return told


def _refuse_unfit(survey: Survey) -> None:
    """Refuse a survey that customers cannot be asked."""
    if survey.about != "contact":
        raise RuleError(
            f"the survey {survey.code!r} asks employees about their work, and a rule asks customers about a contact",
            hint="choose a survey of NPS, CSAT or CES, and hand this one out by its link",
            field="survey",
            case="invitations.survey_of_work",
        )
    if not for_customers().filter(pk=survey.pk).exists():
        raise RuleError(
            "there is no such survey", hint="choose one that is in use", field="survey", case="invitations.no_survey"
        )


def _refuse_to_ask(survey: Survey) -> None:
    """Refuse a survey of which nothing can be asked now."""
    _refuse_unfit(survey)
    if survey.current is None:
        raise RuleError(
            "its survey is not published",
            hint="publish the survey first",
            field="survey",
            case="invitations.unpublished_survey",
        )


def _check_clock(kind: str, name: str) -> None:
    known = {
        Clock.Kind.ORGANISATION: name == "",
        Clock.Kind.METRIC: name in OF_CONTACTS,
        Clock.Kind.ATTRIBUTE: name in COLUMNS or name.startswith(ATTRIBUTE),
    }
    if not known.get(Clock.Kind(kind), False):
        raise OptionError(f"there is no clock of {name[:60]!r}", hint=f"take one of {', '.join(COLUMNS)}")


def _zone() -> ZoneInfo:
    return ZoneInfo(here().zone)
