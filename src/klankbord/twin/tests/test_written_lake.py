"""A simulated lake is whole, can be kept like any other, and holds the hour that spring skips."""

from klankbord.lake import Lake
from klankbord.lake.upkeep import compact, erase, verify
from klankbord.twin import Centre


def test_a_simulated_lake_passes_every_check_and_can_be_kept(tmp_path):
    Centre(contacts=4_000, months=6, seed=3).write(tmp_path / "lake")
    lake = Lake.open(tmp_path / "lake")
    assert [finding for finding in verify(lake) if not finding.well] == []
    before = {table: lake.snapshot().rows(table) for table in ("contacts", "responses")}
    compact(lake)
    assert {table: lake.snapshot().rows(table) for table in ("contacts", "responses")} == before
    assert erase(lake, "nobody@nowhere.example").rows["contacts"] == 0
