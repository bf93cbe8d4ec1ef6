"""How the API tells of an error, for its description."""

from ninja import Schema


class Problem(Schema):
    """What went wrong, as RFC 9457 says, with a code for programs and a hint for people."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    hint: str | None
