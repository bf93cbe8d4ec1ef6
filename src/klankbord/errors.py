"""The one tree of errors: each says what was wrong, where, and what to do; statistical doubt is a `Notice` instead."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import ClassVar


class KlankbordError(Exception):
    """Base of every error that Klankbord raises on purpose.

    Parameters
    ----------
    message : str
        What was wrong, in one sentence, with the place where it was found.
    hint : str, optional
        What the user can do about it.
    **data : object
        The facts behind the message (file, row, column, ...), for machines.

    Examples
    --------
    >>> KlankbordError("the file is empty", hint="export it again", file="answers.csv").to_dict()
    {'code': 'error', 'message': 'the file is empty', 'hint': 'export it again', 'data': {'file': 'answers.csv'}}
    """

    code: ClassVar[str] = "error"

    def __init__(self, message: str, *, hint: str | None = None, **data: object) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.data = data

    def to_dict(self) -> dict[str, object]:
        """Return code, message, hint and data, as the API and `--format json` show them."""
        return {"code": self.code, "message": self.message, "hint": self.hint, "data": self.data}


class OptionError(KlankbordError):
    """An option has a value that cannot be used."""

    code = "bad_option"


class DataError(KlankbordError):
    """The data that came in cannot be used as they are."""

    code = "bad_data"


class ScoreError(DataError):
    """A value is not a score: not a whole number, or not a number at all."""

    code = "bad_score"


class ScaleError(DataError):
    """The values are scores, but on another scale than the measure's."""

    code = "wrong_scale"


class FileError(DataError):
    """A file cannot be read: missing, empty, broken, or not a table."""

    code = "bad_file"


class ColumnError(DataError):
    """A column was asked for that is not there."""

    code = "unknown_column"

    def __init__(self, column: str, columns: Iterable[str], **data: object) -> None:
        there = [str(name) for name in columns]
        near = nearest(column, there)
        guess = f"did you mean {near!r}? " if near else ""
        super().__init__(
            f"there is no column {column!r}",
            hint=f"{guess}columns: {', '.join(there)}",
            column=column,
            columns=there,
            **data,
        )


class LakeError(KlankbordError):
    """A lake cannot be opened, is of another make, or is being written by somebody else."""

    code = "bad_lake"


class MissingExtraError(KlankbordError):
    """A part of Klankbord was used whose optional packages are not installed."""

    code = "missing_extra"


def nearest(word: str, words: Iterable[str]) -> str | None:
    """Return the word that was most likely meant, or None when none is near.

    Examples
    --------
    >>> nearest("quue", ["team", "Queue"])
    'Queue'
    >>> nearest("zebra", ["team", "queue"]) is None
    True
    """
    by_fold = {candidate.casefold(): candidate for candidate in words}
    found = get_close_matches(word.casefold(), by_fold, n=1)
    return by_fold[found[0]] if found else None
