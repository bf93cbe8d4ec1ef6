"""The store: open tables on disk that are written whole or not at all, and read as they stood at one moment."""

from klankbord.lake.store.batch import Batch
from klankbord.lake.store.keys import Key
from klankbord.lake.store.opening import Lake
from klankbord.lake.store.settings import Attribution, Settings
from klankbord.lake.store.snapshot import Snapshot

__all__ = ["Attribution", "Batch", "Key", "Lake", "Settings", "Snapshot"]
