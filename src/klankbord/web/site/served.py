"""The application as the server's processes load it: ready before somebody waits for it, and gone with the server."""

import os
import signal
import threading
import time

from klankbord.web.site.wsgi import application

__all__ = ["application"]


def _make_ready() -> None:
    """Draw something: the libraries of charts load, and compile what they draw with, when they are first used."""
    from klankbord import charts  # noqa: PLC0415  takes a second, while requests are answered already
    from klankbord.score import nps  # noqa: PLC0415

    charts.svg(charts.distribution(nps([10, 8, 3])), "en", label="")


def _leave_with(server: int) -> None:
    """Stop when the server is gone: killed, it cannot say so, and its port would be held by nobody's process."""
    while os.getppid() == server:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)


for task, given in ((_make_ready, ()), (_leave_with, (os.getppid(),))):
    threading.Thread(target=task, args=given, name=task.__name__, daemon=True).start()
