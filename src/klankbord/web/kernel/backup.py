"""Backup and restore: register, lakes, files and keys of one moment in one archive, and back again, all or nothing.

The register marks which rows have been brought into a lake. A copy whose register is newer than its lakes would call
rows brought in that its lakes do not have, and they would be lost; a copy whose lakes are newer would hold what the
register took back since. So for an instant nobody writes to a lake: the register's view is pinned, the lakes' files,
which never change once written, are linked aside, and then everybody goes on while the archive is written.
"""

import errno
import json
import os
import shutil
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import IO, Any

from django.conf import settings

from klankbord.errors import KlankbordError
from klankbord.lake import Lake
from klankbord.lake.schema import TABLES
from klankbord.web.kernel.home import Home
from klankbord.web.kernel.in_use import alone_in
from klankbord.web.kernel.register import REGISTERS, Register, the_register

MANIFEST = "manifest.json"
STAGED = ".backup"  # what a backup links aside, and a restore unpacks, inside the home: links cannot leave a disk
RESTORING = ".restoring"
_FORMAT, _VERSION = "klankbord backup", 1
_FORMS = {".tar": "w", ".gz": "w:gz", ".tgz": "w:gz"}
_DAMAGED = (OSError, tarfile.TarError, zlib.error, EOFError, ValueError, LookupError)
_PLACES = ("lakes", "files", "secrets", "register.sqlite3", "register.sqlite3-wal", "register.sqlite3-shm")


class BackupError(KlankbordError):
    """A backup cannot be made, is broken, or cannot be put back here."""

    code = "bad_backup"


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """What an archive holds; `outside` names the settings whose secrets come from the environment and are not in it."""

    path: Path
    made_at: datetime
    register: str
    lakes: int
    files: int
    size: int
    outside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was put back, and where what was there before has been laid aside, if anything was."""

    backup: Backup
    home: Path
    replaced: Path | None


def backup(path: str | os.PathLike[str]) -> Backup:
    """Write everything of this installation into one archive (.tar, .tar.gz), while people go on working.

    It holds the keys as well, and is readable by its owner only: keep it as you would keep the installation.
    """
    target = Path(path).absolute()
    if target.suffix not in _FORMS:
        raise BackupError(f"{target.name}: the ending says no format", hint=f"use one of {', '.join(_FORMS)}")
    if target.exists():
        raise BackupError(f"{target} exists", hint="choose another name: a backup never replaces another")
    if not os.access(target.parent, os.W_OK):
        raise BackupError(f"nothing can be written to {target.parent}", hint="choose a folder that is yours")
    draft = target.with_name(f".{target.name}.part")
    register = the_register()
    try:
        with _staged(settings.HOME.folder / STAGED) as folder:
            _copy_moment(register, folder)
            _pack(folder, draft, _FORMS[target.suffix], register)
        draft.rename(target)
    finally:
        draft.unlink(missing_ok=True)
    return verify_backup(target)


def verify_backup(path: str | os.PathLike[str]) -> Backup:
    """Read an archive to its end, hold every file to its checksum, and say what it holds."""
    return _read(Path(path), None)


def restore(
    path: str | os.PathLike[str], into: str | os.PathLike[str] | None = None, *, force: bool = False
) -> Restored:
    """Put everything back into a home, and into the database that the settings name; nothing changes unless all does.

    The product must not be running from this home, which is looked at. `force` replaces what is there: files are laid
    aside, a database is overwritten. Who was erased after the backup was made is in it again, and has to be erased
    again.
    """
    home = Home(Path(into) if into is not None else settings.HOME.folder)
    register = the_register(home.register)
    if not force and (there := _contents(home) or register.contents()):
        raise BackupError(f"there is something already: {there}", hint="choose an empty home, or say --replace")
    with alone_in(home.folder) as is_alone, _staged(home.folder / RESTORING) as folder:
        if not is_alone:
            raise BackupError(f"Klankbord is running from {home.folder}", hint="stop it, and its workers, first")
        found = _read(Path(path), folder)
        if found.register != register.kind:
            hint = f"set KLANKBORD_DATABASE_URL to a {found.register} database, or leave it out for SQLite"
            raise BackupError(
                f"this backup holds a register of {found.register}, here it is {register.kind}", hint=hint
            )
        aside = home.folder / f".replaced-{datetime.now(UTC):%Y%m%d-%H%M%S}"
        with _moved_in(folder, home.folder, aside):
            register.load(folder)
    if not force:
        shutil.rmtree(aside, ignore_errors=True)  # keys and empty folders that a first start made
    return Restored(backup=found, home=home.folder, replaced=aside if aside.exists() else None)


@contextmanager
def _staged(folder: Path) -> Iterator[Path]:
    shutil.rmtree(folder, ignore_errors=True)  # of a run that was killed
    folder.mkdir(mode=0o700, parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def _copy_moment(register: Register, folder: Path) -> None:
    lakes = [
        Lake(place) for place in sorted(settings.HOME.lakes.iterdir()) if place.name.isdigit() and Lake.is_at(place)
    ]
    with ExitStack() as moment:
        with ExitStack() as nobody_writes:
            for lake in lakes:
                nobody_writes.enter_context(lake.writing())
            copy = moment.enter_context(register.pinned())
            for lake in lakes:
                _link_lake(lake, folder / "lakes")
            for place in (settings.HOME.files, settings.HOME.secrets):
                _link_tree(place, folder / place.name)
        copy(folder)


def _link_lake(lake: Lake, lakes: Path) -> None:
    snapshot, target = lake.snapshot(), lakes / lake.folder.name
    for table in TABLES:
        _link_tree(lake.folder / table / "_delta_log", target / table / "_delta_log")
        for file in snapshot.data_files(table):
            _link(lake.folder / table / file.path, target / table / file.path)
    for path in (lake.folder / "lake.json", lake.folder.with_name(f"{lake.folder.name}.key")):
        if path.exists():
            _link(path, (lakes if path.suffix == ".key" else target) / path.name)


def _link_tree(source: Path, target: Path) -> None:
    for path in sorted(source.rglob("*")):
        if path.is_file() and not path.is_symlink():
            _link(path, target / path.relative_to(source))


def _link(source: Path, target: Path) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except FileNotFoundError:
        # An upload may be done with its file at any time; a table of the lake may not.
        if source.suffix in {".parquet", ".json"} and settings.HOME.lakes in source.parents:
            raise BackupError(f"{source} is missing", hint="run klankbord doctor: the lake is not whole") from None
    except OSError as error:
        if error.errno not in {errno.EPERM, errno.ENOTSUP, errno.EXDEV, errno.EMLINK}:
            raise
        shutil.copy2(source, target)


def _pack(folder: Path, draft: Path, mode: str, register: Register) -> None:
    told: dict[str, Any] = {
        "format": _FORMAT,
        "version": _VERSION,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "register": register.kind,
        "outside": _outside(),
        "files": {},
    }
    options: dict[str, Any] = {"compresslevel": 1} if mode == "w:gz" else {}
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        with tarfile.open(fileobj=file, mode=mode, **options) as archive:  # type: ignore[call-overload]
            for path in sorted(path for path in folder.rglob("*") if path.is_file()):
                told["files"][path.relative_to(folder).as_posix()] = _add(archive, path, folder)
            # Last, so that an archive that was cut short has none.
            (folder / MANIFEST).write_text(json.dumps(told, indent=1), encoding="utf-8")
            _add(archive, folder / MANIFEST, folder)
        file.flush()
        os.fsync(file.fileno())


def _add(archive: tarfile.TarFile, path: Path, folder: Path) -> str:
    info = tarfile.TarInfo(path.relative_to(folder).as_posix())
    with path.open("rb") as file:
        told = os.fstat(file.fileno())
        info.size, info.mtime, info.mode = told.st_size, int(told.st_mtime), 0o600
        reading = _Digesting(file)
        archive.addfile(info, reading)
    return reading.digest.hexdigest()


def _outside() -> list[str]:
    given = {name: bool(getattr(settings.OPTIONS, name.lower())) for name in ("SECRET_KEY", "FIELD_KEYS")}
    given["LAKE_KEY"] = bool(os.environ.get("KLANKBORD_LAKE_KEY") or os.environ.get("KLANKBORD_LAKE_KEY_FILE"))
    return [f"KLANKBORD_{name}" for name, there in given.items() if there]


def _read(path: Path, into: Path | None) -> Backup:
    """Read every member once: hold it to its checksum, and write it where it is wanted."""
    if not path.is_file():
        raise BackupError(f"there is no file {path}", hint="check the path")
    found: dict[str, str] = {}
    told: dict[str, Any] = {}
    try:
        with tarfile.open(path) as archive:
            for member in archive:
                content = archive.extractfile(member) if member.isreg() and _is_plain(member.name) else None
                if content is None:
                    raise BackupError(f"{path}: {member.name} is no file of a backup", hint="take another archive")
                if member.name == MANIFEST:
                    told = json.loads(content.read())
                else:
                    found[member.name] = _unpack(content, into / member.name if into else None)
        _hold_to_manifest(path, told, found)
        return _described(path, told, found)
    except _DAMAGED as error:
        raise BackupError(f"{path} cannot be read: {error}", hint="it may have been cut short; take another") from error


def _described(path: Path, told: dict[str, Any], found: dict[str, str]) -> Backup:
    return Backup(
        path=path,
        made_at=datetime.fromisoformat(told["made_at"]),
        register=told["register"],
        lakes=sum(name.startswith("lakes/") and name.endswith("/lake.json") for name in found),
        files=len(found),
        size=path.stat().st_size,
        outside=tuple(told["outside"]),
    )


def _hold_to_manifest(path: Path, told: dict[str, Any], found: dict[str, str]) -> None:
    if told.get("format") != _FORMAT:
        raise BackupError(f"{path} has no manifest", hint="it was cut short, or is no backup; take another archive")
    if told["version"] > _VERSION or told["register"] not in REGISTERS:
        raise BackupError(f"{path} was written by a later version of Klankbord", hint="upgrade Klankbord")
    wrong = sorted(name for name in told["files"].keys() | found.keys() if told["files"].get(name) != found.get(name))
    if wrong:
        hint = "the archive was damaged; take another"
        raise BackupError(f"{path}: {wrong[0]} is not as it was packed ({len(wrong)} such files)", hint=hint)


def _unpack(content: IO[bytes], target: Path | None) -> str:
    reading = _Digesting(content)
    if target is None:
        while reading.read(1 << 20):
            pass
    else:
        _make(target.parent)
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            shutil.copyfileobj(reading, file, 1 << 20)
            file.flush()
            os.fsync(file.fileno())
    return reading.digest.hexdigest()


def _make(folder: Path) -> None:
    """Make a folder and those above it for their owner alone: `mkdir` heeds its mode for the last one only."""
    if not folder.exists():
        _make(folder.parent)
        folder.mkdir(mode=0o700)


def _is_plain(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return bool(parts) and not name.startswith("/") and ".." not in parts


def _contents(home: Home) -> str:
    """Name something that a restore would replace; keys alone are made by any command, and guard nothing yet."""
    for place in (home.register, home.lakes, home.files):
        if place.is_file() or (place.is_dir() and any(place.iterdir())):
            return str(place)
    return ""


@contextmanager
def _moved_in(staged: Path, home: Path, aside: Path) -> Iterator[None]:
    """Let what was unpacked take its place, what was there step aside, and all go back if something fails."""
    moved: list[tuple[Path, Path]] = []

    def move(source: Path, target: Path) -> None:
        if source.exists():
            _make(target.parent)
            source.rename(target)
            moved.append((source, target))

    try:
        for name in _PLACES:
            move(home / name, aside / name)
            move(staged / name, home / name)
        yield
    except BaseException:
        for source, target in reversed(moved):
            target.rename(source)
        shutil.rmtree(aside, ignore_errors=True)
        raise
    Home(home).make()


class _Digesting:
    """A file whose checksum grows while it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = sha256()

    def read(self, size: int = -1) -> bytes:
        """Read on."""
        content = self._file.read(size)
        self.digest.update(content)
        return content
