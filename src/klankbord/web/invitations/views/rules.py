"""Pages of rules: in which order they stand, what each asks, and what it would have done."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from klankbord.web.invitations import actions, queries, shown
from klankbord.web.invitations.forms import RuleForm
from klankbord.web.invitations.models import Rule
from klankbord.web.invitations.steps import next_step
from klankbord.web.invitations.trying import try_rule
from klankbord.web.kernel.access import Actor, Permission, needs
from klankbord.web.kernel.wording import in_words, say

_P = Permission


@needs(_P.SEE_SURVEYS)
@require_safe
def rule_list(request: HttpRequest) -> HttpResponse:
    """List the rules in the order in which they decide, and say why contacts are not asked about."""
    actor = _actor(request)
    rules = [shown.rule(one) for one in queries.rules(actor)]
    context = {
        "rules": rules,
        "step": None if rules else next_step(actor),
        "passed": shown.counted(queries.passed_lately(actor)),
        "blocks": shown.counted(queries.block_counts(actor).items()),
        "may_keep": actor.may(_P.MANAGE_SURVEYS),
    }
    return render(request, "invitations/rule_list.html", context)


@needs(_P.SEE_SURVEYS)
@require_safe
def rule_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a rule asks, of whom and when."""
    rule = _rule(request, pk)
    context = {"rule": shown.rule(rule), "may_keep": _actor(request).may(_P.MANAGE_SURVEYS)}
    return render(request, "invitations/rule_detail.html", context)


@needs(_P.SEE_SURVEYS)
@require_safe
def rule_try(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a rule would have done with the contacts of the last month."""
    actor, rule = _actor(request), _rule(request, pk)
    trial = try_rule(actor, rule=rule)
    context = {
        "rule": shown.rule(rule),
        "trial": trial,
        "reasons": shown.counted(trial.reasons.items()),
        "may_keep": actor.may(_P.MANAGE_SURVEYS),
    }
    return render(request, "invitations/rule_try.html", context)


@needs(_P.MANAGE_SURVEYS)
def rule_new(request: HttpRequest) -> HttpResponse:
    """Make a rule."""
    form = RuleForm(request.POST or None)
    return _kept(request, form, None)


@needs(_P.MANAGE_SURVEYS)
def rule_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a rule."""
    rule = _rule(request, pk)
    return _kept(request, RuleForm(request.POST or None, rule=rule), rule)


@needs(_P.MANAGE_SURVEYS)
@require_POST
def rule_switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a rule ask, or stop it."""
    rule, live = _rule(request, pk), request.POST.get("live") == "yes"
    try:
        actions.switch_rule(_actor(request), rule=rule, live=live)
    except actions.RuleError as error:
        messages.error(request, str(in_words(error)))
    else:
        messages.success(request, say(f"invitations.done.{'live' if live else 'stopped'}", name=rule.name))
    return redirect("rule-detail", organisation=_actor(request).organisation.slug, pk=rule.pk)


@needs(_P.MANAGE_SURVEYS)
@require_POST
def rule_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a rule change places with its neighbour."""
    actions.move_rule(_actor(request), rule=_rule(request, pk), up=request.POST.get("to") == "up")
    return redirect("rule-list", organisation=_actor(request).organisation.slug)


@needs(_P.MANAGE_SURVEYS)
@require_POST
def rule_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a rule away that never asked anybody."""
    rule = _rule(request, pk)
    try:
        actions.remove_rule(_actor(request), rule=rule)
    except actions.RuleError as error:
        messages.error(request, str(in_words(error)))
        return redirect("rule-detail", organisation=_actor(request).organisation.slug, pk=pk)
    messages.success(request, say("invitations.done.removed", name=rule.name))
    return redirect("rule-list", organisation=_actor(request).organisation.slug)


def _kept(request: HttpRequest, form: RuleForm, rule: Rule | None) -> HttpResponse:
    actor = _actor(request)
    if form.is_valid():
        try:
            kept = (
                actions.change_rule(actor, rule=rule, **form.values())
                if rule
                else actions.add_rule(actor, **form.values())
            )
        except actions.RuleError as error:
            form.refuse(error)
        else:
            messages.success(request, say("invitations.done.kept"))
            return redirect("rule-detail", organisation=actor.organisation.slug, pk=kept.pk)
    return render(request, "invitations/rule_form.html", {"form": form, "rule": rule})


def _rule(request: HttpRequest, pk: int) -> Rule:
    found: Rule = get_object_or_404(queries.rules(_actor(request)), pk=pk)
    return found


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]
