"""One run of a job, as its handler sees it: for whom, and how to tell how far it is."""

from dataclasses import dataclass, field

from klankbord.web.kernel.access import Actor, the_product
from klankbord.web.kernel.models import Job, Organisation


class LostError(Exception):
    """The job is somebody else's by now: it was discarded, or its lease ran out and another worker took it up."""


@dataclass(slots=True, eq=False)
class Run:
    """A run of a job; what the handler tells of its progress is written down by the worker's heartbeat."""

    job: Job
    at: tuple[int, int] = field(default=(0, 0))
    lost: bool = False

    @property
    def organisation(self) -> Organisation:
        """The organisation that the job is for."""
        if self.job.organisation is None:
            raise LookupError(f"{self.job.name} is a job of the installation, of no organisation")
        return self.job.organisation

    @property
    def actor(self) -> Actor:
        """Who acts in a job: the product itself."""
        return the_product(self.organisation)

    def progress(self, done: int, total: int) -> None:
        """Tell how far the job is, as often as one likes; stops a handler whose job has been taken away."""
        if self.lost:
            raise LostError
        self.at = (done, total)
