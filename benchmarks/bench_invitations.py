"""Deciding whom to ask about 100,000 contacts, against two bare statements of SQL that do nothing but decide.

The rival knows one rule, one clock and a draw that anybody could foresee; it looks at no block, writes no circumstances
and could not be tried on the past. `KLANKBORD_DATABASE_URL` measures on PostgreSQL.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

HOME = Path(os.environ.get("KLANKBORD_HOME") or tempfile.mkdtemp(prefix="klankbord-bench-"))
os.environ |= {"KLANKBORD_HOME": str(HOME), "DJANGO_SETTINGS_MODULE": "klankbord.web.kernel.settings"}

import django  # noqa: E402

django.setup()

from django.db import connection, transaction  # noqa: E402

from klankbord.web.contacts.actions import receive_contacts  # noqa: E402
from klankbord.web.invitations.actions import block, plan_contacts  # noqa: E402
from klankbord.web.invitations.models import Invitation, Passed, Planning, Rule  # noqa: E402
from klankbord.web.kernel.access import the_product  # noqa: E402
from klankbord.web.kernel.lakes import lake_of  # noqa: E402
from klankbord.web.kernel.models import Organisation  # noqa: E402
from klankbord.web.kernel.tenancy import acting_in  # noqa: E402
from klankbord.web.site.setting_up import migrate  # noqa: E402
from klankbord.web.surveys.models import Survey, Version  # noqa: E402

CONTACTS, CUSTOMERS, BATCH, TIMES = 100_000, 60_000, 10_000, 3
ENDED = datetime.now(UTC) - timedelta(hours=1)


def timed(call: Callable[[], object]) -> float:
    begun = perf_counter()
    call()
    return perf_counter() - begun


def prepare(organisation: Organisation) -> None:
    """Let contacts come in, most of customers that come again, and block one in two hundred."""
    actor = the_product(organisation)
    for start in range(0, CONTACTS, BATCH):
        rows = [
            {
                "external_id": str(number),
                "customer": {"id": f"c{number * 7919 % CUSTOMERS}", "email": f"c{number * 7919 % CUSTOMERS}@x.example"},
                "channel": ("phone", "phone", "chat")[number % 3],
                "agent": f"A{number % 200}",
                "queue": f"Q{number % 12}",
                "started_at": ENDED.isoformat(),
                "ended_at": ENDED.isoformat(),
            }
            for number in range(start, start + BATCH)
        ]
        receive_contacts(actor=actor, source="bench", rows=rows)
    survey = Survey.objects.create(name="Bench", code="bench", metric="nps", mode="research")
    Version.objects.create(survey=survey, number=1, published_at=ENDED)
    conditions = {"channel": ["phone"]}
    Rule.objects.create(name="Phone", survey=survey, share=0.3, conditions=conditions, live=True, live_since=ENDED)
    key = lake_of(organisation).key
    block(actor, digests=[key.pseudonym(f"c{n}") for n in range(0, CUSTOMERS, 200)], reason="opted_out", source="bench")


def forget() -> None:
    """Undo what was decided."""
    with connection.cursor() as cursor:
        for model in (Invitation, Passed, Planning):
            cursor.execute(f"delete from {model._meta.db_table}")  # noqa: SLF001  names are ours


def bare(organisation: Organisation) -> None:
    """Decide in two statements."""
    decided = (
        "from (select c.*, row_number() over (partition by c.customer_id order by c.id) as nth from contacts_contact c "
        "where c.organisation_id = %s and c.channel = 'phone' and c.customer_id is not null "
        "and not exists (select 1 from invitations_invitation i where i.contact_id = c.id)) d "
        "where d.nth = 1 and (d.id * 2654435761) %% 1000 < 300"
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "insert into invitations_invitation (organisation_id, public_id, metric, channel, language, contact_id, "
            "customer_id, person, recipient, circumstances, chance, state, reason, planned_at, due_at, asked_at, "
            "message_id, tries, lake_version, projected_version) "
            "select organisation_id, cast(id as varchar(16)), 'nps', 'email', '', id, customer_id, '', '', '{}', 0.3, "
            f"'planned', '', ended_at, ended_at, ended_at, '', 0, 1, 0 {decided}",
            [organisation.pk],
        )
        cursor.execute(
            "insert into invitations_passed (organisation_id, contact_id, eligible, reason, decided_at, lake_version, "
            "projected_version) select c.organisation_id, c.id, c.channel = 'phone', 'not_sampled', c.ended_at, 1, 0 "
            "from contacts_contact c where c.organisation_id = %s "
            "and not exists (select 1 from invitations_invitation i where i.contact_id = c.id)",
            [organisation.pk],
        )


def main() -> None:
    """Print times and their ratio."""
    migrate()
    organisation = Organisation.objects.create(name="Bench", slug="bench")
    with acting_in(organisation):
        prepare(organisation)
        ours, theirs = [], []
        for _ in range(TIMES):
            ours.append(timed(lambda: plan_contacts(organisation)))
            asked, passed = Invitation.objects.count(), Passed.objects.count()
            forget()
            theirs.append(timed(lambda: bare(organisation)))
            forget()
    if asked + passed != CONTACTS:
        raise SystemExit(f"{asked + passed:,} of {CONTACTS:,} contacts were decided about")
    sys.stdout.write(
        f"{CONTACTS:,} contacts decided about on {connection.vendor} ({asked:,} asked): {min(ours):.2f} s, "
        f"bare SQL {min(theirs):.2f} s, ratio {min(ours) / min(theirs):.1f}\n"
    )
    shutil.rmtree(HOME, ignore_errors=True)


if __name__ == "__main__":
    main()
