"""Files that people bring in, and what is kept of them once they are in the lake."""

from django.db import models

from klankbord.web.kernel.tenancy import Owned


class Upload(Owned):
    """One import of one or more files of one tool, from the first look to the report."""

    class State(models.TextChoices):
        """How far it is."""

        LOOKING = "looking"
        LOOKED_AT = "looked_at"
        UNREADABLE = "unreadable"
        COMING_IN = "coming_in"
        BROUGHT_IN = "brought_in"
        FAILED = "failed"
        ERASED = "erased"

    names = models.JSONField(default=list)
    digest = models.CharField(max_length=64)
    size = models.BigIntegerField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.LOOKING)
    # What the person said about the files: columns, keep, measure, scale, zone, table.
    said = models.JSONField(default=dict)
    found = models.JSONField(default=dict)
    report = models.JSONField(default=dict)
    problem = models.JSONField(default=dict)
    brought_by = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"upload {self.pk}"


class Extract(Owned):
    """Rows of one table that came into the lake from files: with the register, all that a lake is rebuilt from."""

    upload = models.ForeignKey(Upload, on_delete=models.SET_NULL, null=True, related_name="extracts")
    import_id = models.CharField(max_length=80)
    table = models.CharField(max_length=40)
    rows = models.BigIntegerField()
    # How far agents were told apart when it was made: later levels must not tell more, and may tell less.
    attribution = models.CharField(max_length=10)
    brought_in_at = models.DateTimeField()

    class Meta:
        ordering = ("brought_in_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("organisation", "import_id", "table"), name="one_extract_an_import_and_table"
            ),
        )

    def __str__(self) -> str:
        return f"{self.import_id} {self.table}"
