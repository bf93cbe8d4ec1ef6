"""What an organisation decided about its lake, and the manifest: which versions of the tables belong together."""

import json
import os
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from klankbord.errors import LakeError, OptionError
from klankbord.lake.schema import VERSION

Attribution = Literal["off", "team", "pseudonym", "named"]
TELLING_AGENTS_APART = frozenset[Attribution]({"pseudonym", "named"})
MANIFEST = "lake.json"
_FORMAT = "klankbord lake"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an organisation decided about its lake.

    Parameters
    ----------
    zone : str
        IANA time zone of calendar days and hours.
    attribution : {"off", "team", "pseudonym", "named"}
        How far contacts are attributed to the people who handled them: not at all, to their team, to a keyed pseudonym,
        or to the id that the source gives.
    reason : str
        Why agents are told apart, where they are; a works council will ask.
    keep_originals : bool
        Whether comments are kept as they were written, beside their redacted form.

    Raises
    ------
    OptionError
        When the zone or the level is unknown, or agents are told apart without a reason.

    Examples
    --------
    >>> Settings(zone="Europe/Amsterdam").attribution
    'team'
    """

    zone: str = "UTC"
    attribution: Attribution = "team"
    reason: str = ""
    keep_originals: bool = False

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.zone)
        except (KeyError, ValueError, OSError):
            hint = "write it as Europe/Amsterdam"
            raise OptionError(
                f"{self.zone!r} is not a time zone", hint=hint, zone=self.zone, case="unknown_zone"
            ) from None
        if self.attribution not in get_args(Attribution):
            listed = ", ".join(get_args(Attribution))
            raise OptionError(
                f"there is no attribution {self.attribution!r}",
                hint=f"levels: {listed}",
                case="unknown_attribution",
                attribution=self.attribution,
            )
        if self.attribution in TELLING_AGENTS_APART and not self.reason.strip():
            raise OptionError(
                f"attribution {self.attribution!r} tells agents apart and needs a reason",
                hint="say why, for whom it is recorded: reason='agreed with the works council on ...'",
                case="attribution_without_reason",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """Which version of every table belongs together, with the settings and the key that they were written with.

    Parameters
    ----------
    settings : Settings
        What the organisation decided.
    key : str
        Fingerprint of the key of pseudonyms; the key itself lies elsewhere.
    tables : dict of str to int
        Version of each table.
    erased : tuple of str
        Fingerprints of customers who were erased and must not come back.
    """

    settings: Settings
    key: str
    tables: dict[str, int] = field(default_factory=dict)
    erased: tuple[str, ...] = ()

    def at(self, tables: dict[str, int]) -> "Manifest":
        """Return the manifest with newer versions of some tables."""
        return replace(self, tables=self.tables | tables)

    def save(self, folder: Path) -> None:
        """Write the manifest in one step: whoever opens the lake sees the old one or the new one, whole."""
        told = {"format": _FORMAT, "schema": VERSION, **asdict(self)}
        draft = folder / f".{MANIFEST}"
        with draft.open("w", encoding="utf-8") as file:
            json.dump(told, file, indent=1, ensure_ascii=False)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(folder / MANIFEST)
        settle(folder)


def load_manifest(folder: Path) -> Manifest:
    """Read the manifest of a lake.

    Raises
    ------
    LakeError
        When there is no lake in the folder, or one of a later version.
    """
    try:
        told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        hint = f"make one: klankbord lake create {folder}"
        raise LakeError(f"there is no lake in {folder}", hint=hint, folder=str(folder), case="no_lake") from None
    except (OSError, ValueError) as error:
        raise LakeError(
            f"{folder / MANIFEST} cannot be read: {error}", hint="restore it from a backup", case="broken_lake"
        ) from error
    if told.get("format") != _FORMAT or told.get("schema", 0) > VERSION:
        raise LakeError(
            f"{folder} was written by a later version of Klankbord (schema {told.get('schema')}; here {VERSION})",
            hint="upgrade Klankbord",
            case="newer_lake",
        )
    return Manifest(
        settings=Settings(**told["settings"]),
        key=told["key"],
        tables=dict(told["tables"]),
        erased=tuple(told["erased"]),
    )


def settle(folder: Path) -> None:
    """Make sure that names in a folder outlive a loss of power, where the system can promise that."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
