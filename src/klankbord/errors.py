"""The one tree of errors: each says what was wrong, where, and what to do; statistical doubt is a `Notice` instead."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any, ClassVar


class KlankbordError(Exception):
    """Base of every error that Klankbord raises on purpose.

    Parameters
    ----------
    message : str
        What was wrong, in one sentence, with the place where it was found.
    hint : str, optional
        What the user can do about it.
    case : str, optional
        Which of the errors under one code this is, by which pages say it in the reader's language; else the code.
    **data : object
        The facts behind the message (file, row, column, ...), for machines.

    Examples
    --------
    >>> KlankbordError("the file is empty", hint="export it again", file="answers.csv").to_dict()
    {'code': 'error', 'case': 'error', 'message': 'the file is empty', 'hint': 'export it again', 'data': {'file': ...}}
    """

    code: ClassVar[str] = "error"

    def __init__(self, message: str, *, hint: str | None = None, case: str = "", **data: object) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.case = case or self.code
        self.data = data

    def to_dict(self) -> dict[str, object]:
        """Return code, case, message, hint and data, as `--format json` shows them."""
        return {
            "code": self.code,
            "case": self.case,
            "message": self.message,
            "hint": self.hint,
            "data": self.data,
        }

    @classmethod
    def of_dict(cls, told: Mapping[str, Any]) -> "KlankbordError":
        """Return an error as it was written down, to be shown again."""
        data: Any = told.get("data", {})
        return cls(told["message"], hint=told.get("hint"), case=told.get("case", ""), **data)


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
            case=self.code,
            column=column,
            columns=there,
            near=near,
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
