"""The tables of this room as they begin."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import klankbord.web.kernel.encryption
import klankbord.web.kernel.tenancy
import klankbord.web.surveys.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("invitations", "0001_initial"),
        ("kernel", "0001_initial"),
        ("surveys", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Response",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("external_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("customer", models.CharField(blank=True, db_index=True, max_length=40)),
                ("circumstances", models.JSONField(default=dict)),
                ("metric", models.CharField(max_length=20)),
                ("channel", models.CharField(max_length=20)),
                ("language", models.CharField(max_length=2)),
                ("score", models.SmallIntegerField(null=True)),
                ("comment", klankbord.web.kernel.encryption.EncryptedTextField(null=True)),
                ("choices", models.JSONField(default=dict)),
                ("wants_call", models.BooleanField(default=False)),
                (
                    "status",
                    models.CharField(
                        choices=[("partial", "Partial"), ("complete", "Complete")], default="partial", max_length=10
                    ),
                ),
                ("confirmed", models.BooleanField(default=False)),
                ("counted", models.BooleanField(default=True)),
                ("not_counted_reason", models.CharField(blank=True, max_length=40)),
                ("decided_by_hand", models.BooleanField(default=False)),
                ("started_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("visitor", models.CharField(blank=True, max_length=24)),
                (
                    "public_id",
                    models.CharField(default=klankbord.web.surveys.models.new_public_id, max_length=16, unique=True),
                ),
                ("lake_version", models.IntegerField(default=1)),
                ("projected_version", models.IntegerField(default=0)),
                (
                    "invitation",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="response",
                        to="invitations.invitation",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        default=klankbord.web.kernel.tenancy.here_id,
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="kernel.organisation",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="responses", to="surveys.version"
                    ),
                ),
            ],
            options={
                "ordering": ("-answered_at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="Change",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("score", "Score"),
                            ("confirmed", "Confirmed"),
                            ("words", "Words"),
                            ("ignored", "Ignored"),
                            ("suspected", "Suspected"),
                            ("decided", "Decided"),
                        ],
                        max_length=20,
                    ),
                ),
                ("before", models.CharField(blank=True, max_length=40)),
                ("after", models.CharField(blank=True, max_length=40)),
                ("by", models.CharField(blank=True, max_length=120)),
                ("visitor", models.CharField(blank=True, max_length=24)),
                ("view", models.CharField(blank=True, max_length=16)),
                ("waited_ms", models.PositiveIntegerField(null=True)),
                ("confirmed", models.BooleanField(default=True)),
                ("suspect", models.CharField(blank=True, max_length=40)),
                (
                    "organisation",
                    models.ForeignKey(
                        default=klankbord.web.kernel.tenancy.here_id,
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="kernel.organisation",
                    ),
                ),
                (
                    "response",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="changes", to="responses.response"
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="Visit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("page", "Page"), ("score", "Score"), ("honeypot", "Honeypot"), ("stop", "Stop")],
                        max_length=12,
                    ),
                ),
                ("score", models.SmallIntegerField(null=True)),
                ("visitor", models.CharField(max_length=24)),
                (
                    "invitation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="visits", to="invitations.invitation"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        default=klankbord.web.kernel.tenancy.here_id,
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="kernel.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.AddIndex(
            model_name="response",
            index=models.Index(fields=["organisation", "answered_at", "id"], name="responses_by_moment"),
        ),
        migrations.AddIndex(
            model_name="response",
            index=models.Index(fields=["organisation", "changed_at", "id"], name="responses_by_change"),
        ),
        migrations.AddIndex(
            model_name="response",
            index=models.Index(fields=["visitor", "changed_at"], name="responses_of_a_visitor"),
        ),
        migrations.AddIndex(
            model_name="response",
            index=models.Index(
                condition=models.Q(("lake_version__gt", models.F("projected_version"))),
                fields=["organisation", "id"],
                name="responses_ahead_of_the_lake",
            ),
        ),
        migrations.AddIndex(
            model_name="visit",
            index=models.Index(fields=["invitation", "visitor", "at"], name="visits_of_an_invitation"),
        ),
        migrations.AddIndex(
            model_name="visit",
            index=models.Index(fields=["visitor", "at"], name="visits_of_a_visitor"),
        ),
        migrations.AddIndex(
            model_name="visit",
            index=models.Index(fields=["at"], name="visits_by_age"),
        ),
    ]
