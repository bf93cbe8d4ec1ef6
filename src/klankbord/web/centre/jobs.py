"""What the centre does by itself: forget files that nobody brought in."""

from datetime import timedelta

from klankbord.web.centre.actions import drop_stale_files
from klankbord.web.kernel.jobs import Run, every, job


@job("centre.drop_stale_files", quiet=True)
def drop(run: Run) -> None:
    """Forget files that were tried and not brought in within a day."""
    del run
    drop_stale_files()


every(timedelta(hours=1), drop)
