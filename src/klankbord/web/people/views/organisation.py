"""The page of the organisation itself."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from klankbord.web.kernel.access import Actor, Permission, needs
from klankbord.web.kernel.wording import say
from klankbord.web.people import actions
from klankbord.web.people.errors import PeopleError
from klankbord.web.people.forms import OrganisationForm


@needs(Permission.MANAGE_ORGANISATION)
def organisation_settings(request: HttpRequest) -> HttpResponse:
    """Change what the organisation is called, where its days begin, and what it speaks."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    now = {field: getattr(actor.organisation, field) for field in ("name", "zone", "language")}
    form = OrganisationForm(request.POST or None, initial=now)
    if form.is_valid():
        try:
            actions.change_organisation(actor, **form.cleaned_data)
        except PeopleError as error:
            form.refuse(error)
        else:
            messages.success(request, say("people.done.organisation_changed"))
            return redirect("organisation-settings", organisation=actor.organisation.slug)
    return render(request, "people/organisation_settings.html", {"form": form})
