"""What kinds of jobs there are, and which of them come back by themselves: rooms register theirs at start."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from klankbord.web.kernel.jobs.run import Run

PAUSES = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
)


@dataclass(frozen=True, slots=True, eq=False)
class Handler:
    """The function that does a kind of job, how often it is tried, and whether a success leaves a trace.

    Of long ones a worker does only some at a time, so that whatever is short is not kept waiting by them.
    """

    name: str
    function: Callable[..., None]
    attempts: int
    quiet: bool
    long: bool

    def __call__(self, run: "Run", **arguments: Any) -> None:
        """Do the job here and now."""
        self.function(run, **arguments)

    def pause_after(self, attempts: int) -> timedelta:
        """Return how long to wait after having failed so many times."""
        return PAUSES[min(attempts, len(PAUSES)) - 1]


@dataclass(frozen=True, slots=True)
class Schedule:
    """A kind of job that comes back after a while, for every organisation or once for the installation."""

    handler: Handler
    period: timedelta
    per_organisation: bool


def names(*, long: bool) -> list[str]:
    """Return the kinds of jobs that may be taken up; without long ones where enough of them run."""
    return [name for name, handler in HANDLERS.items() if long or not handler.long]


HANDLERS: dict[str, Handler] = {}
SCHEDULES: dict[str, Schedule] = {}


def job(
    name: str, *, attempts: int = 5, quiet: bool = False, long: bool = False
) -> Callable[[Callable[..., None]], Handler]:
    """Register a function as the handler of a kind of job: `@job("contacts.import_upload")`.

    A handler must be safe to run twice: a worker that was killed cannot say how far it got. A quiet job that succeeds
    is forgotten at once instead of being listed as done. What can take more than some seconds is long.
    """

    def registered(function: Callable[..., None]) -> Handler:
        if name in HANDLERS and HANDLERS[name].function.__qualname__ != function.__qualname__:
            raise LookupError(f"two handlers are called {name}")
        HANDLERS[name] = Handler(name, function, attempts, quiet, long)
        return HANDLERS[name]

    return registered


def every(period: timedelta, handler: Handler, *, per_organisation: bool = True) -> None:
    """Let a job without arguments come back after every period; however many workers there are, it runs once."""
    SCHEDULES[handler.name] = Schedule(handler, period, per_organisation)
