"""Pages for bringing in files: what came in, a new one, what was found, corrections, and the report."""

from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from klankbord.errors import KlankbordError
from klankbord.web.contacts import actions
from klankbord.web.contacts.forms import CorrectionForm, UploadForm
from klankbord.web.contacts.models import Upload
from klankbord.web.contacts.shown import upload_shown
from klankbord.web.kernel.access import Actor, Permission, needs
from klankbord.web.kernel.wording import in_words, say

_P = Permission
_A_PAGE = 50


@needs(_P.BRING_IN)
def upload_list(request: HttpRequest) -> HttpResponse:
    """List what was brought in from files."""
    page = Paginator(Upload.objects.all(), _A_PAGE).get_page(request.GET.get("page"))
    return render(request, "contacts/upload_list.html", {"page": page})


@needs(_P.BRING_IN)
def upload_new(request: HttpRequest) -> HttpResponse:
    """Take in files to look at."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            upload = actions.start_upload(actor=_actor(request), files=form.cleaned_data["files"])
        except KlankbordError as error:
            form.add_error("files", str(in_words(error)))
        else:
            return _to(request, upload)
    return render(request, "contacts/upload_new.html", {"form": form})


@needs(_P.BRING_IN)
def upload_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far an upload is, what was found in it, and what became of its rows."""
    part = request.headers.get("HX-Request") == "true"
    template = "contacts/upload_state.html" if part else "contacts/upload_detail.html"
    return render(request, template, upload_shown(_upload(pk)))


@needs(_P.BRING_IN)
def upload_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what files hold where the guess is wrong."""
    upload = _upload(pk)
    form = CorrectionForm(request.POST or None, upload=upload)
    if form.is_valid():
        actions.correct_upload(actor=_actor(request), upload=upload, said=form.said())
        return _to(request, upload)
    return render(request, "contacts/upload_correct.html", {"form": form, "upload": upload})


@require_POST
@needs(_P.BRING_IN)
def upload_bring_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring files into the lake."""
    upload = _upload(pk)
    actions.bring_in_upload(actor=_actor(request), upload=upload)
    return _to(request, upload)


@require_POST
@needs(_P.BRING_IN)
def upload_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw files away that were not brought in."""
    actions.discard_upload(actor=_actor(request), upload=_upload(pk))
    messages.success(request, say("contacts.upload.discarded"))
    return redirect("upload-list", organisation=_actor(request).organisation.slug)


def _actor(request: HttpRequest) -> Actor:
    return cast(Actor, request.actor)  # type: ignore[attr-defined]


def _upload(pk: int) -> Upload:
    return get_object_or_404(Upload, pk=pk)


def _to(request: HttpRequest, upload: Upload) -> HttpResponse:
    return redirect("upload-detail", organisation=_actor(request).organisation.slug, pk=upload.pk)
