"""What jobs are called: `contacts.import_upload` by the text `jobs.import_upload` of the contacts room."""

from klankbord.web.kernel.wording import wording


def title_of(name: str) -> str:
    """Return what a job is called in the language that is being spoken, or its name where nobody said."""
    room, _, kind = name.partition(".")
    key = f"{room}.jobs.{kind}"
    return wording()(key) if wording().knows(key) else name
