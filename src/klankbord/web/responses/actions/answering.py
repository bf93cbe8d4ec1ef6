"""An answer is taken: the score, which counts by itself, and what is said beside it.

A score costs two turns with the register: the link with its answer and its sitting is looked up, and the answer, the
steps in its history and that the invitation was answered are written at once. When this returns, they are on disk.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import Q

from klankbord.web.invitations.actions import answered
from klankbord.web.kernel.statements import Statement, insertion, write
from klankbord.web.kernel.tenancy import acting_in
from klankbord.web.responses.actions.changing import OvertakenError, change
from klankbord.web.responses.actions.doubting import doubt, take_back
from klankbord.web.responses.models import Change, Response
from klankbord.web.responses.occasions import Occasion, with_sending
from klankbord.web.responses.page_views import PageView
from klankbord.web.responses.rules import FORGIVEN, OF_ONE_VIEW, Sitting, distrust, suspicion

LONGEST: Final = 4_000
"""Letters of a comment that are kept."""
_TURNS: Final = 30
_ANSWER: Final = "(select id from responses_response where public_id = %s)"
_Status = Response.Status
_Kind = Change.Kind
Look = Callable[[], Occasion | None]
Compose = Callable[[Occasion], "Sending | None"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """What was sent, by which visitor, from which view of the page, in which language, and when.

    `confirmed` says that somebody pressed a button; a page that sends the chosen score by itself says otherwise.
    """

    visitor: str
    view: PageView
    language: str
    at: datetime
    score: int
    words: "Words | None" = None
    confirmed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What is said beside the score, all of it as it is to be."""

    comment: str = ""
    choices: dict[str, list[str]] = field(default_factory=dict)
    wants_call: bool = False

    def told(self) -> dict[str, Any]:
        """Return it as an answer holds it."""
        comment = self.comment.strip()[:LONGEST]
        return {"comment": comment, "choices": self.choices, "wants_call": self.wants_call, "status": _Status.COMPLETE}


@dataclass(slots=True)
class _Taking:
    """One taking: the occasion, what a rule says of it, and the history that comes of it."""

    occasion: Occasion
    sending: Sending
    suspect: str
    response: Response | None
    steps: list[Change] = field(default_factory=list)

    def remember(self, kind: str, before: str, after: str) -> None:
        sending = self.sending
        step = Change(
            at=sending.at,
            kind=kind,
            before=before,
            after=after[:40],
            by="customer",
            visitor=sending.visitor,
            view=sending.view.id,
            waited_ms=min(sending.view.waited_ms, 2**31 - 1),
            confirmed=sending.confirmed,
            suspect=self.suspect,
        )
        self.steps.append(step)


def take_answer(look: Look, compose: Compose) -> tuple[Occasion | None, Response | None]:
    """Store an answer, and return it with what it is about; no answer where nothing that could be stored was sent.

    `look` looks the occasion up, again where two at once got into each other's way; `compose` reads what was sent. The
    same again changes nothing: sending twice is sending once.
    """
    taking = _taken_in_turn(look, compose)
    if taking is None:
        return None, None
    if isinstance(taking, Occasion):
        return taking, None
    occasion, sending = taking.occasion, taking.sending
    if occasion.invitation is None and (reason := distrust(occasion.sitting)):
        with acting_in(occasion.organisation):
            doubt(sending.visitor, reason, sending.at)
    return occasion, taking.response


def _taken_in_turn(look: Look, compose: Compose) -> "_Taking | Occasion | None":
    for _ in range(_TURNS):
        try:
            return _take(look, compose)
        except (IntegrityError, OvertakenError):
            continue
    return _take(look, compose)


def _take(look: Look, compose: Compose) -> _Taking | Occasion | None:
    # Looked at before the transaction: on SQLite a writer keeps all others out for as long as it takes.
    occasion = look()
    sending = compose(occasion) if occasion is not None and occasion.is_open else None
    if occasion is None or sending is None:
        return occasion
    sitting = with_sending(occasion, waited_ms=sending.view.waited_ms, confirmed=sending.confirmed)
    taking = _Taking(occasion, sending, suspicion(sitting), occasion.response)
    with acting_in(occasion.organisation):
        if taking.response is None:
            _begin(taking)
        else:
            with transaction.atomic():
                _continue(taking, taking.response)
                _settle(taking, taking.response, sitting)
    return taking


def _begin(taking: _Taking) -> None:
    occasion, sending = taking.occasion, taking.sending
    words = sending.words
    invitation, about = occasion.invitation, dict(occasion.about)
    customer = about.pop("customer", "")
    begun_at = about.pop("started_at", None)
    about |= {"started_at": begun_at.isoformat()} if begun_at else {}
    response = Response(
        invitation=invitation,
        customer=customer,
        circumstances=(invitation.circumstances if invitation else {}) | about,
        version_id=occasion.version_id,
        metric=occasion.metric,
        channel=occasion.channel,
        language=sending.language,
        score=sending.score,
        confirmed=sending.confirmed,
        counted=not taking.suspect,
        not_counted_reason=taking.suspect,
        started_at=sending.at - sending.view.age,
        answered_at=sending.at,
        changed_at=sending.at,
        visitor=sending.visitor,
        **({"public_id": occasion.answer_id} if occasion.answer_id else {}),
        **(words.told() if words else {}),
    )
    taking.remember(_Kind.SCORE, "", str(sending.score))
    if words:
        taking.remember(_Kind.WORDS, "", _named(words.told()))
    (response.pk,) = write([insertion(response), *_steps(taking, response), *_noted(taking, response)])
    taking.response = response


def _continue(taking: _Taking, response: Response) -> None:
    """Let the newest word of a person stand; a machine's is kept beside it, and stands only where no person's does."""
    score, words = taking.sending.score, taking.sending.words
    a_persons_stands = response.counted or response.decided_by_hand
    by_itself = not taking.sending.confirmed
    before = str(response.score)
    if taking.suspect and a_persons_stands:
        if score != response.score:
            taking.remember(_Kind.SCORE, before, str(score))
        elif words:
            taking.remember(_Kind.IGNORED, "", _named(words.told()))
        return
    if by_itself and a_persons_stands and response.confirmed:
        return  # a page that sends by itself never changes what somebody pressed a button for
    changes = _of_the_score(taking, response)
    if changes:
        is_a_take = score != response.score or not response.counted
        taking.remember(_Kind.SCORE if is_a_take else _Kind.CONFIRMED, before, str(score))
    told = {name: value for name, value in (words.told() if words else {}).items() if value != getattr(response, name)}
    if told.keys() - {"status"}:
        taking.remember(_Kind.WORDS, "", _named(told))
    if changes or told:
        change(response, taking.sending.at, changes | told)


def _of_the_score(taking: _Taking, response: Response) -> dict[str, Any]:
    """Return what a take makes different; nothing where it says the same again."""
    sending, suspect = taking.sending, taking.suspect
    score = sending.score
    confirms = sending.confirmed and not response.confirmed
    rights = not suspect and not response.counted and not response.decided_by_hand
    if score == response.score and not confirms and not rights:
        return {}
    changes: dict[str, Any] = {"score": score, "visitor": sending.visitor, "language": sending.language}
    # A button that a machine pressed confirms nothing of the person who comes after it.
    kept = not rights and score == response.score and response.confirmed
    changes |= {"confirmed": sending.confirmed or kept}
    if not response.decided_by_hand:
        changes |= {"counted": not suspect, "not_counted_reason": suspect}
    if rights and response.not_counted_reason in FORGIVEN and response.visitor == sending.visitor:
        Change.objects.filter(response=response, visitor=sending.visitor, suspect__in=FORGIVEN).update(suspect="")
    elif rights:
        # A person comes after a machine: nothing that the machine said is theirs.
        changes |= {"answered_at": sending.at, "comment": "", "choices": {}, "wants_call": False}
        changes |= {"status": _Status.PARTIAL}
    return changes


def _settle(taking: _Taking, response: Response, sitting: Sitting) -> None:
    write(_steps(taking, response))
    if taking.suspect == OF_ONE_VIEW and sitting.scores_sent:
        take_back(response, Q(view=taking.sending.view.id), taking.suspect, taking.sending.at)
    write(_noted(taking, response))


def _steps(taking: _Taking, response: Response) -> list[Statement]:
    return [insertion(step, response_id=(_ANSWER, response.public_id)) for step in taking.steps]


def _noted(taking: _Taking, response: Response) -> list[Statement]:
    """Return what notes once that the invitation was answered."""
    invitation = taking.occasion.invitation
    if invitation is None or invitation.answered_at is not None or not response.counted:
        return []
    return [answered(invitation, taking.sending.at)]


def _named(told: dict[str, Any]) -> str:
    """Name what was said, not what it says."""
    return ",".join(sorted(name for name, value in told.items() if value and name != "status"))
