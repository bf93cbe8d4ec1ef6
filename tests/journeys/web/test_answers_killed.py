"""Power cuts in the middle of 10,000 answers: what was acknowledged is there, once; what was not can be sent again."""

import json
import queue
import threading
import time
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

import pytest
from tests.journeys.web.installation import until
from tests.journeys.web.killing import installation_on, killed_again_and_again

from klankbord.lake import Lake
from klankbord.lake.engine import connect

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]
ANSWERS, SENDERS, CUTS = 10_000, 6, 6
_PREPARE = """
import json, os
os.environ["DJANGO_SETTINGS_MODULE"] = "klankbord.web.kernel.settings"
import django; django.setup()
from datetime import timedelta
from django.utils import timezone
from klankbord.web.contacts.actions import receive_contacts
from klankbord.web.contacts.models import Contact
from klankbord.web.invitations.links import page_url
from klankbord.web.invitations.models import Invitation
from klankbord.web.kernel.access import the_product
from klankbord.web.kernel.tenancy import acting_in
from klankbord.web.people.actions import create_organisation
from klankbord.web.site.setting_up import migrate
from klankbord.web.surveys.library import starting_point
from klankbord.web.surveys.models import Survey, Version
migrate()
owner = create_organisation(name="Noord", slug="noord", zone="Europe/Brussels", language="nl",
                            owner_email="els@noord.example", owner_name="Els", password="een lang wachtwoord")
now = timezone.now()
with acting_in(owner.organisation):
    rows = [{"external_id": f"c{n}", "started_at": (now - timedelta(hours=9, seconds=n)).isoformat(), "team": "Ghent",
             "customer": f"k{n}"} for n in range(ANSWERS)]
    receive_contacts(actor=the_product(owner.organisation), source="exchange", rows=rows)
    survey = Survey.objects.create(name="Na contact", code="na-contact", metric="nps", mode="service")
    content = starting_point("nps", brand="Noord", mode="service").to_dict()
    version = Version.objects.create(survey=survey, number=1, content=content, published_at=now)
    left = now - timedelta(hours=3)
    invitations = Invitation.objects.bulk_create([Invitation(
        survey=survey, version=version, metric="nps", channel="email", language="nl", contact=contact,
        customer_id=contact.customer_id, state="sent", planned_at=left, due_at=left, asked_at=left, sent_at=left,
        circumstances={"team": "Ghent"}, expires_at=now + timedelta(days=14)) for contact in
        Contact.objects.order_by("pk")])
    print("LINKS", json.dumps([[page_url(one), one.contact.external_id] for one in invitations]))
"""
_REGISTER = """
import json, os
os.environ["DJANGO_SETTINGS_MODULE"] = "klankbord.web.kernel.settings"
import django; django.setup()
from klankbord.web.kernel.tenancy import everywhere
from klankbord.web.responses.models import Response
with everywhere():
    told = Response.objects.values_list("circumstances__external_id", "score", "counted")
    print("ANSWERS", json.dumps(list(told)))
"""


def answer(place, path, number, score):
    """Open the page and send a score from it; whoever is not told that it was taken tries again."""
    headers = {"User-Agent": f"Visitor {number}"}
    while True:
        connection = HTTPConnection(place.hostname, place.port, timeout=60)
        try:
            connection.request("GET", path, headers=headers)
            page = connection.getresponse()
            action = page.read().decode().partition('<form method="post" action="')[2].partition('"')[0]
            if page.status == 200 and action:
                time.sleep(0.55)  # nobody reads faster
                form = headers | {"Content-Type": "application/x-www-form-urlencoded"}
                connection.request("POST", action.replace("&amp;", "&"), f"score={score}", form)
                taken = connection.getresponse()
                taken.read()
                if taken.status == 303:
                    return
                assert taken.status >= 500, taken.status
        except (OSError, HTTPException):
            pass
        finally:
            connection.close()
        time.sleep(0.2)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_no_acknowledged_answer_is_lost_or_doubled_when_everything_is_killed(tmp_path, kind):
    with installation_on(kind, tmp_path) as (installation, database):
        made = installation.python(_PREPARE.replace("ANSWERS", str(ANSWERS)))
        assert made.returncode == 0, made.stderr
        links = json.loads(made.stdout.split("LINKS ")[1])
        installation.start()
        waiting, given, wrong = queue.SimpleQueue(), {}, []
        for number, link in enumerate(links):
            waiting.put((number, *link))

        def send():
            while True:
                try:
                    number, link, contact = waiting.get_nowait()
                except queue.Empty:
                    return
                try:
                    place = urlsplit(link)
                    answer(urlsplit(installation.url), place.path, number, number % 11)
                except AssertionError as error:
                    wrong.append(error)
                    return
                given[contact] = number % 11

        senders = [threading.Thread(target=send) for _ in range(SENDERS * 8)]
        with killed_again_and_again(installation, database, times=CUTS, between=(4.0, 12.0)) as cuts:
            for sender in senders:
                sender.start()
            for sender in senders:
                sender.join()
        assert not wrong
        assert cuts, "nothing was killed: it was too quick for the test to mean anything"
        told = installation.python(_REGISTER)
        stored = json.loads(told.stdout.split("ANSWERS ")[1])
        assert len(stored) == len(given) == ANSWERS
        assert {contact: score for contact, score, counted in stored if counted} == given
        lake = Lake.open(installation.home / "lakes" / "1")
        until(lambda: lake.snapshot().rows("responses") >= ANSWERS, "the lake lacks answers", patience=240)
        time.sleep(5)  # long enough for a doubled row to arrive
        with connect() as engine:
            there = lake.snapshot().relation("responses")
            rows = engine.execute(f"select contact, score from {there}").fetchall()  # noqa: S608  names are ours
        assert len(rows) == ANSWERS
        assert dict(rows) == given
        installation.stop()
