"""Work apart from requests: rooms register handlers and ask for jobs; workers do them, again where need be."""

from klankbord.web.kernel.jobs import upkeep
from klankbord.web.kernel.jobs.queue import enqueue, wake
from klankbord.web.kernel.jobs.registry import Handler, every, job
from klankbord.web.kernel.jobs.run import LostError, Run
from klankbord.web.kernel.jobs.worker import work

__all__ = ["Handler", "LostError", "Run", "enqueue", "every", "job", "upkeep", "wake", "work"]
