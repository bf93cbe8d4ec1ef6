"""Whatever is sent in whatever order: a link has one answer, and the last word of a person stands."""

import threading
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.db import connections
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.together import patiently

from klankbord.web.invitations.models import Invitation
from klankbord.web.kernel.tenancy import acting_in, everywhere
from klankbord.web.responses.actions import Sending, Words, note_visit, take_answer
from klankbord.web.responses.models import Change, Response, Visit
from klankbord.web.responses.occasions import sent_occasion
from klankbord.web.responses.page_views import PageView

_BEGUN = datetime(2026, 11, 10, 9, tzinfo=UTC)


def look(invitation, visitor, now, **more):
    return sent_occasion(invitation.public_id, visitor, now, **more)


def send(invitation, visitor, score, now, *, view="v", waited=4.0, words=None, confirmed=True):
    sending = Sending(
        visitor=visitor,
        view=PageView(id=view, age=timedelta(seconds=waited)),
        language="nl",
        at=now,
        score=score,
        words=words,
        confirmed=confirmed,
    )
    return take_answer(lambda: look(invitation, visitor, now, view=view, score=score), lambda _: sending)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("person"), st.integers(0, 10), st.booleans(), st.booleans()),
        st.tuples(st.just("hasty"), st.integers(0, 10), st.booleans(), st.booleans()),
        st.tuples(st.just("scanner"), st.integers(0, 10), st.booleans(), st.booleans()),
    ),
    max_size=14,
)


@given(steps=STEPS)
@example(steps=[("hasty", 0, True, False), ("person", 0, False, False), ("person", 1, False, False)])
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_last_word_of_a_person_stands_and_there_is_one_answer(acting, invite, steps):
    """A person takes their time, a hasty machine does not, and a scanner follows the hidden link first."""
    with acting_in(acting):
        Response.objects.all().delete()
        Invitation.objects.all().delete()
    invitation = invite(invitation={"sent_at": _BEGUN - timedelta(hours=3), "expires_at": _BEGUN + timedelta(days=300)})
    said = []
    for place, (who, score, button, words) in enumerate(steps):
        now = _BEGUN + timedelta(minutes=place)
        if who == "scanner":
            note_visit(look(invitation, who, now), Visit.Kind.HONEYPOT, who, now)
        told = Words(comment=f"{who} {place}") if words and button else None
        waited = 0.1 if who == "hasty" else 4.0
        occasion, _ = send(invitation, who, score, now, view=f"v{place}", waited=waited, words=told, confirmed=button)
        if who == "person" and (button or not said or not said[-1][1]):
            said.append((score, button or (bool(said) and said[-1] == (score, True))))
        assert occasion is not None
    answers = list(Response.objects.all())
    assert len(answers) == bool(steps)
    if said:
        (answer,) = answers
        assert (answer.score, answer.counted, answer.not_counted_reason) == (said[-1][0], True, "")
        assert (answer.comment or "").partition(" ")[0] in {"", "person"}
    elif steps:
        assert not answers[0].counted
        assert answers[0].not_counted_reason in {"too_quick", "honeypot"}


@pytest.mark.usefixtures("acting")
def test_the_same_again_changes_nothing(invite):
    invitation, now = invite(), _BEGUN
    send(invitation, "a", 9, now, words=Words(comment="Prima"))
    before = Response.objects.values().get(), Change.objects.count()
    send(invitation, "a", 9, now + timedelta(seconds=3), words=Words(comment="Prima"))
    assert (Response.objects.values().get(), Change.objects.count()) == before


@pytest.mark.usefixtures("acting")
def test_link_that_ended_or_was_taken_back_takes_nothing(invite):
    invitation = invite(invitation={"expires_at": _BEGUN})
    assert send(invitation, "a", 9, _BEGUN + timedelta(days=1))[1] is None
    assert not Response.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_many_at_once_leave_one_answer(invite):
    """Every one of them is acknowledged, each by a connection of its own, and the last one to come stands."""
    invitation, failed = invite(), []
    gate = threading.Barrier(8)

    def answer(number):
        try:
            gate.wait()
            for round_ in range(4):
                told = (invitation, f"v{number}", (number + round_) % 11, _BEGUN + timedelta(seconds=number))
                _, response = patiently(lambda told=told, view=f"{number} {round_}": send(*told, view=view))
                assert response is not None
        except Exception as error:  # noqa: BLE001  told below
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=answer, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    with everywhere():
        response = Response.objects.get()
        takes = list(Change.objects.filter(kind="score").order_by("id"))
    assert int(takes[-1].after) == response.score
    chain = [take.before for take in takes[1:]]
    assert chain == [take.after for take in takes[:-1]], "each take begins where the one before it ended"
    assert response.lake_version == len(takes)


@pytest.mark.django_db(transaction=True)
def test_open_page_sent_twice_at_once_is_one_answer(survey):
    from klankbord.web.responses.occasions import open_occasion

    gate, found, failed = threading.Barrier(6), [], []

    def answer():
        sending = Sending(
            visitor="v", view=PageView(id="one", age=timedelta(seconds=4)), language="nl", at=_BEGUN, score=7
        )
        try:
            gate.wait()
            look_up = partial(open_occasion, survey.public_id, "a" * 16, "v", _BEGUN)
            _, response = patiently(lambda: take_answer(look_up, lambda _: sending))
            found.append(response.pk)
        except Exception as error:  # noqa: BLE001  told below
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=answer) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert len(set(found)) == 1
    assert len(found) == 6
