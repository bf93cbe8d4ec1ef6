"""What can be wrong with an action on people: one error, told in the language of whoever acts."""

from klankbord.errors import KlankbordError
from klankbord.web.kernel.wording import say


class PeopleError(KlankbordError):
    """An action cannot be carried out; `reason` names its text in the catalogue, `field` the field that it is about."""

    code = "people"

    def __init__(self, reason: str, *, field: str | None = None, **data: object) -> None:
        super().__init__(
            say(f"people.errors.{reason}.message", **data),
            hint=say(f"people.errors.{reason}.hint", **data),
            case=f"people.{reason}",
            reason=reason,
            **data,
        )
        self.field = field
