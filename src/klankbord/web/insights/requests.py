"""What the pages of this room are asked with."""

from django.http import HttpRequest

from klankbord.web.kernel.access import Actor


class Request(HttpRequest):
    """A request of a member of the organisation."""

    actor: Actor
