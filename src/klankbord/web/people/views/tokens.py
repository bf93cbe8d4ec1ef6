"""Pages of API tokens: which there are, making one, ending one."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from klankbord.web.kernel.access import Actor, Permission, needs
from klankbord.web.kernel.wording import say
from klankbord.web.people import actions, queries
from klankbord.web.people.errors import PeopleError
from klankbord.web.people.forms import TokenForm

_A_PAGE = 50


@needs(Permission.MANAGE_TOKENS)
def token_list(request: HttpRequest) -> HttpResponse:
    """List tokens, newest first."""
    page = Paginator(queries.tokens(_actor(request)), _A_PAGE).get_page(request.GET.get("page"))
    return render(request, "people/token_list.html", {"page": page, "now": timezone.now()})


@needs(Permission.MANAGE_TOKENS)
def token_new(request: HttpRequest) -> HttpResponse:
    """Make a token; the answer shows it, once."""
    form = TokenForm(request.POST or None)
    if form.is_valid():
        try:
            token, secret = actions.create_token(_actor(request), **form.cleaned_data)
        except PeopleError as error:
            form.refuse(error)
        else:
            return render(request, "people/token_created.html", {"token": token, "secret": secret})
    return render(request, "people/token_new.html", {"form": form})


@needs(Permission.MANAGE_TOKENS)
@require_POST
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """End a token."""
    actor = _actor(request)
    actions.revoke_token(actor, get_object_or_404(queries.tokens(actor), pk=pk))
    messages.success(request, say("people.done.token_revoked"))
    return redirect("token-list", organisation=actor.organisation.slug)


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined, no-any-return]
