"""What can be wrong with an action on webhooks: one error, told in the language of whoever acts."""

from klankbord.errors import KlankbordError
from klankbord.web.kernel.outgoing import RefusedAddressError, destination
from klankbord.web.kernel.wording import say


class WebhookError(KlankbordError):
    """An action cannot be carried out; `reason` names its text in the catalogue, `field` the field that it is about."""

    code = "webhook"

    def __init__(self, reason: str, *, field: str | None = None, **data: object) -> None:
        told = f"webhooks.errors.{reason}"
        super().__init__(
            say(f"{told}.message", **data),
            hint=say(f"{told}.hint", **data),
            case=f"webhooks.{reason}",
            reason=reason,
            **data,
        )
        self.field = field


def require_destination(url: str) -> None:
    """Refuse an address that nothing would ever be sent to."""
    try:
        destination(url)
    except RefusedAddressError as error:
        raise WebhookError(error.reason, field="url") from None
