"""Work that is done apart from a request: what, when, how often it was tried, and what went wrong."""

from django.db import models
from django.db.models.functions import Coalesce


class Job(models.Model):
    """One piece of work for one organisation, or for the installation; a recurring one is a single row that stays."""

    class State(models.TextChoices):
        """How far it got; dead means that it failed for good and waits for somebody to look."""

        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        DEAD = "dead"

    organisation = models.ForeignKey("kernel.Organisation", on_delete=models.CASCADE, null=True, related_name="+")
    name = models.CharField(max_length=80)
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    # One that waits stands for all that are asked for meanwhile under the same key.
    key = models.CharField(max_length=120, blank=True)
    recurring = models.BooleanField(default=False)
    # When it may be taken up; while it runs, when its lease ends; empty once there is nothing left to do. One column
    # for all three keeps the question "what is due?" a look at the first row of one small index.
    run_at = models.DateTimeField(null=True)
    worker = models.CharField(max_length=120, blank=True)
    started_at = models.DateTimeField(null=True)  # while it runs, and only then
    attempts = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    error = models.TextField(blank=True)
    problem = models.JSONField(default=dict)  # the same where it is an error of ours, to be said in any language
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(fields=("run_at", "id"), condition=models.Q(run_at__isnull=False), name="job_is_due"),
            models.Index(fields=("organisation", "state", "-id"), name="job_of_organisation"),
            models.Index(fields=("started_at",), condition=models.Q(started_at__isnull=False), name="job_runs"),
        )
        constraints = (
            models.UniqueConstraint(
                Coalesce("organisation", 0),
                "name",
                "key",
                condition=~models.Q(key="") & (models.Q(state="waiting") | models.Q(recurring=True)),
                name="one_waiting_job_a_key",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.state})"
