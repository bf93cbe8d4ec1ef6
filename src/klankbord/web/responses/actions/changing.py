"""One answer changes: only from the state in which it was read, so that two at once follow each other."""

from datetime import datetime
from typing import Any

from klankbord.web.responses.models import Response


class OvertakenError(Exception):
    """Somebody else changed the answer meanwhile: look at it again."""


def change(response: Response, at: datetime, changes: dict[str, Any]) -> None:
    """Change an answer, here and in the register, so that the lake comes to know.

    A row lock would not do: what is joined to a row that had to be waited for is as it was before the wait.
    """
    before = response.lake_version
    changes = changes | {"changed_at": at, "lake_version": before + 1}
    if not Response.objects.filter(pk=response.pk, lake_version=before).update(**changes):
        raise OvertakenError
    for name, value in changes.items():
        setattr(response, name, value)
