"""Keeping a lake: compaction, erasure, retention, verification and export."""

from klankbord.lake.upkeep.compacting import Compacted, compact, needs_compaction
from klankbord.lake.upkeep.erasing import Erased, erase, forget_agent
from klankbord.lake.upkeep.exporting import export
from klankbord.lake.upkeep.retaining import Forgotten, forget_before
from klankbord.lake.upkeep.verifying import Finding, verify

__all__ = [
    "Compacted",
    "Erased",
    "Finding",
    "Forgotten",
    "compact",
    "erase",
    "export",
    "forget_agent",
    "forget_before",
    "needs_compaction",
    "verify",
]
