"""The lake: made, opened, read by many at once and written by one at a time."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from klankbord.errors import LakeError, MissingExtraError, OptionError
from klankbord.lake.schema import TABLES
from klankbord.lake.store.batch import Batch
from klankbord.lake.store.delta import create_table, ran_ahead, restore
from klankbord.lake.store.keys import Key, find_key, make_key
from klankbord.lake.store.settings import MANIFEST, Manifest, Settings, load_manifest
from klankbord.lake.store.snapshot import Snapshot

_ODD = re.compile(r"[][{}*?=%]")  # engines take these for patterns, partitions or escapes, some of them in silence
_PATIENCE = 60.0  # seconds to wait for another writer: an import of a day is done by then


class Lake:
    """A folder of open tables, one organisation's.

    Parameters
    ----------
    folder : Path
        Where it lies.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     lake = Lake.create(Path(place, "lake"), Settings(zone="Europe/Amsterdam"))
    ...     lake.snapshot().rows("contacts")
    0
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def create(
        cls, folder: str | os.PathLike[str], settings: Settings | None = None, *, key: bytes | None = None
    ) -> "Lake":
        """Make an empty lake.

        Parameters
        ----------
        folder : path
            Where; it must be empty or not exist.
        settings : Settings, optional
            What the organisation decided.
        key : bytes, optional
            Secret of the pseudonyms; otherwise from `KLANKBORD_LAKE_KEY`, or a new one. It is kept beside the lake
            unless the environment gives it.

        Raises
        ------
        LakeError
            When there is something in the folder, or engines would misread its name.
        """
        place = _placed(folder)
        if place.exists() and (not place.is_dir() or any(place.iterdir())):
            raise LakeError(
                f"{place} is not empty",
                hint="choose another folder for the lake",
                folder=str(place),
                case="place_taken",
            )
        place.mkdir(parents=True, exist_ok=True)
        fingerprint = make_key(place, key).fingerprint
        for table in TABLES.values():
            create_table(place / table.name, table)
        # The manifest comes last: a folder without one is no lake yet, whatever happened before.
        Manifest(settings=settings or Settings(), key=fingerprint, tables=dict.fromkeys(TABLES, 0)).save(place)
        return cls(place)

    @classmethod
    def open(cls, folder: str | os.PathLike[str]) -> "Lake":
        """Open a lake.

        Raises
        ------
        LakeError
            When there is none, or one of a later version.
        """
        lake = cls(_placed(folder))
        load_manifest(lake.folder)
        return lake

    @staticmethod
    def is_at(folder: str | os.PathLike[str]) -> bool:
        """Whether there is a lake in a folder."""
        return Path(folder, MANIFEST).is_file()

    @property
    def settings(self) -> Settings:
        """What the organisation decided."""
        return load_manifest(self.folder).settings

    @property
    def key(self) -> Key:
        """The key of pseudonyms.

        Raises
        ------
        LakeError
            When there is none, or another one than the lake was made with.
        """
        key = find_key(self.folder)
        if key.fingerprint != load_manifest(self.folder).key:
            raise LakeError(
                "this is not the key that the lake was made with",
                hint="its pseudonyms would not match",
                case="wrong_key",
            )
        return key

    def snapshot(self) -> Snapshot:
        """Return the lake as it stands now; later writes do not change what it shows."""
        return Snapshot(self.folder, load_manifest(self.folder))

    @contextmanager
    def writing(self, name: str | None = None) -> Iterator[Batch]:
        """Write: what is added within the block is seen by nobody until it ends, and then at once.

        Parameters
        ----------
        name : str, optional
            Names the files and stands in the logs of the tables: letters, digits, dots and dashes, unique in the lake.

        Raises
        ------
        LakeError
            When somebody else has been writing for a minute.
        """
        if name is not None and not re.fullmatch(r"[\w.-]+", name, re.ASCII):
            raise OptionError(
                f"a write cannot be called {name!r}",
                hint="take letters, digits, dots and dashes",
                case="bad_name",
                name=name,
            )
        with self._alone():
            batch = Batch(self.folder, self._mended(), name or f"write-{uuid4().hex[:12]}")
            try:
                yield batch
                batch.finish()
            except BaseException:
                batch.abandon()
                raise

    def _mended(self) -> Manifest:
        """Take back what a write that was cut short left in the tables, and return the manifest."""
        manifest = load_manifest(self.folder)
        ahead = {
            table: version for table, version in manifest.tables.items() if ran_ahead(self.folder / table, version)
        }
        if not ahead:
            return manifest
        manifest = manifest.at({table: restore(self.folder / table, version) for table, version in ahead.items()})
        manifest.save(self.folder)
        return manifest

    @contextmanager
    def _alone(self) -> Iterator[None]:
        try:
            from filelock import FileLock, Timeout
        except ImportError:
            raise MissingExtraError("a lake needs filelock", hint='pip install "klankbord[lake]"') from None
        try:
            with FileLock(self.folder / ".lock", timeout=_PATIENCE):
                yield
        except Timeout:
            hint = "try again when the other import is done"
            raise LakeError(f"somebody else is writing to {self.folder}", hint=hint, case="busy_lake") from None


def _placed(folder: str | os.PathLike[str]) -> Path:
    place = Path(folder).absolute()
    if odd := _ODD.search(str(place)):
        raise LakeError(
            f"a lake cannot lie in {place}: engines read {odd[0]!r} in a path as something else",
            hint="choose a folder without any of [ ] { } * ? = % in its path",
            folder=str(place),
            case="bad_place",
        )
    return place
