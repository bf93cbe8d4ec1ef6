"""Keeping a lake: compaction, erasure, verification and export."""

from klankbord.lake.upkeep.compacting import Compacted, compact
from klankbord.lake.upkeep.erasing import Erased, erase
from klankbord.lake.upkeep.exporting import export
from klankbord.lake.upkeep.verifying import Finding, verify

__all__ = ["Compacted", "Erased", "Finding", "compact", "erase", "export", "verify"]
