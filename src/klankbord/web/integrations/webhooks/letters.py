"""Letters about webhooks: that one has stopped cannot be told by webhook, so those who keep them are told by mail."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from klankbord.web.integrations.webhooks.models import Endpoint
from klankbord.web.kernel import mail
from klankbord.web.kernel.access import Permission
from klankbord.web.kernel.jobs import Run, enqueue, job
from klankbord.web.kernel.models import Organisation
from klankbord.web.kernel.wording import say
from klankbord.web.people.queries import members_who_may


def tell_that_it_stopped(organisation: Organisation, endpoint: Endpoint) -> None:
    """Have everybody told who may switch an endpoint on again, where this installation can send mail.

    A letter is a job of its own, so that one that is tried again is not sent to the others twice.
    """
    if mail.is_set_up():
        for member in members_who_may(Permission.MANAGE_WEBHOOKS):
            enqueue(tell_member, organisation, endpoint=endpoint.pk, member=member.pk)


@job("webhooks.tell_member", quiet=True)
def tell_member(run: Run, *, endpoint: int, member: int) -> None:
    """Write to one member that an endpoint has stopped; nothing where that is no longer so."""
    stopped = Endpoint.objects.filter(pk=endpoint).exclude(stopped="").first()
    reader = members_who_may(Permission.MANAGE_WEBHOOKS).filter(pk=member).first()
    if stopped is None or reader is None:
        return
    path = reverse("webhook-detail", kwargs={"organisation": run.organisation.slug, "endpoint": endpoint})
    language = reader.user.language
    with translation.override(language):
        why = say(f"webhooks.stopped.{stopped.stopped}")
    letter = mail.Letter.worded(
        "webhooks.mail.stopped",
        reader.user.email,
        language=language,
        organisation=run.organisation.name,
        webhook=stopped.called,
        host=stopped.host,
        why=why,
        link=f"{settings.OPTIONS.url.rstrip('/')}{path}",
    )
    with mail.posting() as post:
        try:
            post(letter)
        except mail.MailError as error:
            if not error.is_final:
                raise
