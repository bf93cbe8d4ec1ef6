"""On which sites a survey may be shown inside a page."""

import re
from collections.abc import Iterable
from typing import Final

from django.db import transaction

from klankbord.errors import OptionError
from klankbord.web.kernel import audit
from klankbord.web.kernel.access import Actor, Permission
from klankbord.web.kernel.wording import say
from klankbord.web.responses.models import Widget
from klankbord.web.surveys.models import Survey

_ALLOWED = audit.entry_type("responses.widget_allowed", shred=audit.keep_all)
_ORIGIN: Final = re.compile(r"https://[a-z0-9.-]+(:\d{1,5})?|http://(localhost|127\.0\.0\.1)(:\d{1,5})?")
_MOST: Final = 20


def allow_widget(actor: Actor, *, survey: Survey, origins: Iterable[str]) -> Widget:
    """Allow a survey on these sites and no others: each as https://example.org, without a path."""
    actor.require(Permission.MANAGE_SURVEYS)
    wanted = sorted({origin.strip().rstrip("/").casefold() for origin in origins} - {""})
    for origin in wanted:
        if not _ORIGIN.fullmatch(origin):
            raise OptionError(say("responses.widget.wrong", origin=origin[:80]), hint=say("responses.widget.hint"))
    if len(wanted) > _MOST:
        raise OptionError(say("responses.widget.too_many", most=_MOST), hint=say("responses.widget.hint"))
    with transaction.atomic():
        widget: Widget = Widget.objects.update_or_create(survey=survey, defaults={"origins": wanted})[0]
        audit.record(actor, _ALLOWED, f"survey {survey.code}", origins=wanted)
    return widget
