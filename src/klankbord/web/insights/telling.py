"""One contact told in order: what came before, how it went, what was predicted, asked and answered, what came after."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from klankbord.lake.looking import Event, Line, Story
from klankbord.lake.looking.selecting import kind_of
from klankbord.web.insights.addresses import Addresses
from klankbord.web.insights.naming import Names, measure_name, reason
from klankbord.web.insights.values import lasting
from klankbord.web.kernel.wording import say

_TONES = {"good": "turning", "bad": "trouble"}
_SURVEY = ("sent", "delivered", "opened", "started")
_AFTER = 1_000  # behind the legs of any conversation, where moments are equal
_LATEST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One thing that happened."""

    at: datetime | None
    what: str
    facts: tuple[str, ...] = ()
    words: str = ""
    language: str = ""
    tone: str = ""
    url: str = ""
    order: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """Tells a story."""

    story: Story
    names: Names
    addresses: Addresses
    asking: tuple[Moment, ...] = ()

    def moments(self) -> list[Moment]:
        """Return what happened, in order."""
        told = [
            *map(self._other, self.story.journey),
            *map(self._event, self.story.events),
            *(moment for place, leg in enumerate(self.story.legs, 1) for moment in self._leg(leg, place)),
            *self._prediction(),
            *self._invitation(),
            *map(self._answer, self.story.answers),
            *self.asking,
        ]
        return sorted(told, key=lambda moment: (moment.at or _LATEST, moment.order))

    @property
    def _ended(self) -> datetime | None:
        """When the last leg ended: what has no moment of its own came after it."""
        return max((leg.ended_at for leg in self.story.legs if leg.ended_at), default=None)

    def _other(self, line: Line) -> Moment:
        at = self.story.contact.started_at
        is_before = line.started_at is not None and at is not None and line.started_at < at
        return Moment(
            at=line.started_at,
            what=say(f"insights.story.{'earlier' if is_before else 'later'}"),
            facts=(*self._places(line), *self._score(line)),
            url=self.addresses.story(line.source, line.external_id),
        )

    def _event(self, event: Event) -> Moment:
        return Moment(
            at=event.started_at,
            what=event.title or event.kind or say("insights.story.event"),
            facts=(say("insights.story.around"),),
            tone="trouble",
        )

    def _leg(self, leg: Line, place: int) -> Iterator[Moment]:
        contact = self.story.contact
        is_this = (leg.source, leg.external_id) == (contact.source, contact.external_id)
        key = "begins" if place == 1 else "goes_on"
        yield Moment(
            at=leg.started_at,
            what=say(f"insights.story.{key}", channel=self.names("channel", leg.channel)),
            facts=self._places(leg),
            url="" if is_this else self.addresses.story(leg.source, leg.external_id),
            order=(place, 1),
        )
        yield from self._waited(leg, place)
        if leg.ended_at is not None and leg.answered:
            handed = leg.transferred_to and say("insights.story.handed_to", team=self.names("team", leg.transferred_to))
            yield Moment(
                at=leg.ended_at,
                what=handed or say("insights.story.ends"),
                facts=tuple(_durations(leg)),
                tone="trouble" if handed else "",
                order=(place, 3),
            )

    def _waited(self, leg: Line, place: int) -> Iterator[Moment]:
        if leg.wait_s is None or leg.started_at is None:
            return
        at, waited = leg.started_at + timedelta(seconds=leg.wait_s), lasting(leg.wait_s)
        if leg.abandoned:
            yield Moment(at=at, what=say("insights.story.abandoned", wait=waited), tone="trouble", order=(place, 2))
        elif leg.answered:
            late = leg.threshold_s is not None and leg.wait_s > leg.threshold_s
            told = (say("insights.story.late", threshold=lasting(leg.threshold_s)),) if late and leg.threshold_s else ()
            yield Moment(at=at, what=say("insights.story.taken", wait=waited), facts=told, order=(place, 2))

    def _prediction(self) -> Iterator[Moment]:
        if self.story.prediction is not None:
            at = self.story.predicted_at or self._ended
            yield Moment(at=at, what=say("insights.story.predicted", score=self.story.prediction), order=(_AFTER, 4))

    def _invitation(self) -> Iterator[Moment]:
        contact = self.story.contact
        reached = {step.name: step.reached for step in self.story.steps}
        if contact.not_asked_reason:
            why = reason(contact.not_asked_reason)
            yield Moment(at=self._ended, what=say("insights.story.not_asked"), facts=(why,), order=(_AFTER, 5))
        elif reached.get("invited"):
            told = [say(f"insights.story.steps.{name}") for name in _SURVEY if reached.get(name)]
            by = self.names("survey_channel", contact.survey_channel) if contact.survey_channel else ""
            facts = tuple(filter(None, (by, ", ".join(told))))
            yield Moment(
                at=contact.invited_at or self._ended,
                what=say("insights.story.invited"),
                facts=facts,
                order=(_AFTER, 6),
            )

    def _answer(self, answer: Line) -> Moment:
        kind = kind_of(answer.metric, answer.score) or ""
        counted = answer.counted is not False
        why = () if counted else (say("insights.not_counted"), reason(answer.not_counted_reason or ""))
        name = measure_name(answer.metric) if answer.metric else ""
        what = say("insights.story.answered", measure=name, score=answer.score if answer.score is not None else "–")
        return Moment(
            at=answer.answered_at or answer.at,
            what=what,
            facts=tuple(filter(None, why)),
            words=answer.comment or "",
            language=answer.language or "",
            tone=_TONES.get(kind, "") if counted else "",
            order=(_AFTER, 7),
        )

    def _places(self, line: Line) -> tuple[str, ...]:
        found = [
            self.names(name, value)
            for name in ("queue", "team", "touchpoint", "reason")
            if (value := getattr(line, name)) is not None
        ]
        return tuple(dict.fromkeys(found))

    def _score(self, line: Line) -> tuple[str, ...]:
        return () if line.score is None else (say("insights.score", score=line.score),)


def _durations(leg: Line) -> Iterator[str]:
    for name in ("talk_s", "hold_s", "wrap_s"):
        seconds = getattr(leg, name)
        if seconds:
            yield say(f"insights.story.{name}", time=lasting(seconds))
    if leg.resolved is not None:
        yield say(f"insights.story.{'solved' if leg.resolved else 'not_solved'}")
