"""States of lakes: each opened once a process, and known by the files that hold its rows."""

import hashlib
from dataclasses import dataclass, field

from klankbord.lake import Lake, Snapshot
from klankbord.lake.store.settings import MANIFEST
from klankbord.web.insights.remembering import Memory


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class State:
    """One state of a lake."""

    snapshot: Snapshot
    _fingerprints: dict[str, str] = field(default_factory=dict)

    def fingerprint(self, table: str) -> str:
        """Return what tells the rows of a table from those of any other state, of this lake or of one rebuilt.

        Files are never changed once they are there, so that the same files hold the same rows.
        """
        if table not in self._fingerprints:
            version = self.snapshot.manifest.tables[table]
            told = repr((version, [(file.path, file.rows, file.size) for file in self.snapshot.data_files(table)]))
            self._fingerprints[table] = hashlib.sha256(told.encode()).hexdigest()[:24]
        return self._fingerprints[table]


_states: Memory[State] = Memory(64)


def state_of(lake: Lake) -> State:
    """Return the lake as it stands now."""
    # The manifest is replaced as a whole at every write, so a file that is the same file says the same.
    manifest = (lake.folder / MANIFEST).stat()
    key = (lake.folder, manifest.st_ino, manifest.st_mtime_ns, manifest.st_size)
    return _states.get(key, lambda: State(snapshot=lake.snapshot()))
