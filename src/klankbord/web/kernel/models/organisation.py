"""An organisation: the tenant that everything else belongs to."""

from django.db import models

from klankbord.lake.store.settings import TELLING_AGENTS_APART


class Organisation(models.Model):
    """One contact centre, or one company with its centres; what it holds is seen by nobody of another."""

    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    zone = models.CharField(max_length=60, default="Europe/Brussels")
    language = models.CharField(max_length=2, default="en")
    created_at = models.DateTimeField(auto_now_add=True)
    # Days that each class of data is kept; the privacy officer decides. See the privacy room.
    retention = models.JSONField(default=dict)
    # How far contacts are attributed to people, and why; see lake.Settings.
    attribution = models.CharField(max_length=10, default="team")
    attribution_reason = models.CharField(max_length=400, blank=True)
    # What customers were told who answered another tool: `research` (anonymous to the line) or `service`. Only the
    # organisation knows, so that the stricter promise holds until it says so.
    history_mode = models.CharField(max_length=10, default="research")
    history_reason = models.CharField(max_length=400, blank=True)

    def __str__(self) -> str:
        return self.name

    @property
    def tells_agents_apart(self) -> bool:
        """Whether contacts are attributed to single agents, by name or by pseudonym."""
        return self.attribution in TELLING_AGENTS_APART
