"""What this room does apart from requests: sessions that ended are removed."""

from datetime import timedelta

from django.contrib.sessions.backends.db import SessionStore

from klankbord.web.kernel.jobs import Run, every, job


@job("people.tidy_sessions", quiet=True)
def tidy_sessions(run: Run) -> None:
    """Remove sessions that have ended."""
    SessionStore.clear_expired()
    run.progress(1, 1)


every(timedelta(hours=6), tidy_sessions, per_organisation=False)
