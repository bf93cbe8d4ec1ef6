"""The one door to the lake's numbers: questions narrowed to the actor's reach, answered from one state of the lake."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from klankbord.lake import Lake, Snapshot, looking
from klankbord.lake.looking import Line, Page, Remark, Story
from klankbord.lake.questions import Answer, Condition, Period, Question, ask
from klankbord.lake.schema import TABLES
from klankbord.lake.store.settings import Attribution
from klankbord.web.insights import reach, stories
from klankbord.web.insights.engines import OnceEngine
from klankbord.web.insights.guarding import Guard
from klankbord.web.insights.promise import Promise, looks_at_answers, touches_answers
from klankbord.web.insights.remembering import Memory, rows_of
from klankbord.web.insights.states import State, state_of
from klankbord.web.kernel.access import Actor, Permission
from klankbord.web.kernel.lakes import lake_of

LEVEL = 0.95
PAGE = 50
_answers: Memory[Answer] = Memory(200_000, rows_of)
_comments: Memory[tuple[Remark, ...]] = Memory(500)
_choices: Memory[tuple[tuple[object, int], ...]] = Memory(5_000)


def answer(actor: Actor, question: Question) -> Answer:
    """Answer a question as far as the actor sees, with the numbers that the command line gives."""
    return Look.of(actor).answer(question)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One actor's look at one state of their organisation's lake: a page asks everything of the same one."""

    actor: Actor
    lake: Lake
    state: State
    engine: OnceEngine
    promise: Promise

    @classmethod
    def of(cls, actor: Actor) -> "Look":
        """Open the lake as it stands now."""
        actor.require(Permission.SEE_NUMBERS)
        lake = lake_of(actor.organisation)
        return cls(actor=actor, lake=lake, state=state_of(lake), engine=OnceEngine(), promise=Promise.to(actor))

    @property
    def snapshot(self) -> Snapshot:
        """The state of the lake that is looked at."""
        return self.state.snapshot

    @property
    def attribution(self) -> Attribution:
        """How far contacts are attributed to people here."""
        return self.snapshot.settings.attribution

    @property
    def is_empty(self) -> bool:
        """Whether nothing has ever been brought into the lake."""
        return not any(self.snapshot.rows(table) for table in ("contacts", "responses"))

    @property
    def has_nothing(self) -> bool:
        """Whether there is nothing to show to this member: nothing came in, or nothing that is told apart as theirs."""
        return self.is_empty or not reach.has_own(self.actor, self.attribution)

    @property
    def keeps_any(self) -> bool:
        """Whether the lake holds answers that are anonymous to this actor, within their reach or beyond."""
        if not self.promise.holds:
            return False
        given = (*self.promise.kept, Condition(column="scored", values=("true",)))
        return self._has_any("responses", self.promise.kept) or self._has_any("contacts", given)

    @property
    def may_see_contacts(self) -> bool:
        """Whether single contacts may be looked at, and not only their numbers."""
        return self.actor.may(Permission.SEE_CONTACTS)

    def answer(self, question: Question) -> Answer:
        """Answer a question within the actor's reach, with what is anonymous to them only as the promise allows."""
        if not (self.keeps_any and looks_at_answers(question)):
            return self._ask(question)
        today = datetime.now(ZoneInfo(self.actor.organisation.zone)).date()
        return Guard(promise=self.promise, ask=self._ask, today=today).answer(question)

    def stamp(self, question: Question) -> str:
        """Return what changes when an answer comes in that this actor may see one by one.

        To whom answers are anonymous, the moment of one would tell whose it is.
        """
        if not self.keeps_any:
            return self.state.fingerprint("responses")
        seen = self._ask(self._openly(question))
        return sha256(repr(seen.total.records()).encode()).hexdigest()[:24]

    def behind(self, question: Question, *, group: Mapping[str, object] | None = None, **place: Any) -> Page:
        """Return the contacts that a number counts, newest first."""
        self.actor.require(Permission.SEE_CONTACTS)
        reach.check_dimensions(self.actor, group or (), self.attribution)
        asked = self._openly(question) if looks_at_answers(question) or touches_answers(*(group or ())) else question
        mine = reach.narrowed(self.actor, asked, self.lake, self.attribution)
        return self._masked(looking.contacts_behind(mine, self.snapshot, group=group, limit=PAGE, **place))

    def contacts(self, where: Collection[Condition], period: Period | None, **place: Any) -> Page:
        """Return contacts, newest first."""
        self.actor.require(Permission.SEE_CONTACTS)
        mine = self._within("contacts", self._seen(where))
        return self._masked(looking.contacts(self.snapshot, where=mine, period=period, limit=PAGE, **place))

    def comments(self, where: Collection[Condition], period: Period | None, **which: Any) -> tuple[Remark, ...]:
        """Return the newest comments, personal data taken out; none that is anonymous to the actor.

        Words can tell whose they are, however many stand beside them.
        """
        mine = self._within("responses", (*where, *self._shown))
        return _comments.get(
            (*self._key("responses"), mine, period, tuple(sorted(which.items()))),
            lambda: looking.latest_comments(self.snapshot, where=mine, period=period, **which),
        )

    def choices(
        self, dimension: str, *, table: str, where: Collection[Condition] = (), period: Period | None = None
    ) -> tuple[tuple[object, int], ...]:
        """Return the values of a dimension with how many rows have them, most frequent first."""
        reach.check_dimensions(self.actor, [dimension], self.attribution)
        mine = self._within(table, self._seen(where, dimension))
        return _choices.get(
            (*self._key(table), dimension, mine, period),
            lambda: looking.distinct(self.snapshot, dimension, where=mine, period=period, table=table),
        )

    def known(self, dimension: str) -> tuple[tuple[object, int], ...]:
        """Return every value of a dimension that this actor can meet, for a list to choose from."""
        return self.choices(dimension, table="responses" if self.snapshot.rows("responses") else "contacts")

    def story(self, source: str, external_id: str) -> "stories.Told | None":
        """Return the story of a contact as far as the actor sees, or nothing where it is beyond their reach."""
        self.actor.require(Permission.SEE_CONTACTS)
        found = looking.story(self.snapshot, source, external_id)
        mine = reach.reach_on(self.actor, TABLES["contacts"], self.lake, self.attribution)
        return stories.within(self._kept_from(found), mine) if found else None

    def _ask(self, question: Question, without: frozenset[tuple[object, ...]] = frozenset()) -> Answer:
        mine = reach.narrowed(self.actor, question, self.lake, self.attribution)
        key = (*self._key(mine.definition.table), mine, LEVEL, without)
        return _answers.get(key, lambda: ask(mine, self.snapshot, self.engine, level=LEVEL, without=without))

    def _has_any(self, table: str, where: tuple[Condition, ...]) -> bool:
        key = (*self._key(table), "any", where)
        return bool(_choices.get(key, lambda: looking.distinct(self.snapshot, "metric", where=where, table=table)))

    @property
    def _shown(self) -> tuple[Condition, ...]:
        return self.promise.shown if self.keeps_any else ()

    def _openly(self, question: Question) -> Question:
        return replace(question, where=(*question.where, *self._shown))

    def _seen(self, where: Collection[Condition], *more: str) -> tuple[Condition, ...]:
        """Return conditions that choose rows by nothing that is anonymous to the actor."""
        chosen = touches_answers(*more, *(one.column for one in where))
        return (*where, *self._shown) if chosen else tuple(where)

    def _masked(self, page: Page) -> Page:
        return replace(page, rows=tuple(map(self._line, page.rows)))

    def _line(self, line: Line) -> Line:
        return self.promise.masked(line) if self.keeps_any else line

    def _kept_from(self, story: Story) -> Story:
        """Return a story without the answers that are anonymous to the actor, and without how far their asking came."""
        contact = self._line(story.contact)
        legs, journey = (tuple(map(self._line, lines)) for lines in (story.legs, story.journey))
        answers = tuple(line for line in story.answers if line is self._line(line))
        steps = tuple(step for step in story.steps if contact is story.contact or not touches_answers(step.name))
        return replace(story, contact=contact, legs=legs, journey=journey, answers=answers, steps=steps)

    def _within(self, table: str, where: Collection[Condition]) -> tuple[Condition, ...]:
        reach.check_dimensions(self.actor, [one.column for one in where], self.attribution)
        return (*where, *reach.reach_on(self.actor, TABLES[table], self.lake, self.attribution))

    def _key(self, table: str) -> tuple[object, ...]:
        # The organisation leads the key, so that no other's answer is ever found under it.
        return self.actor.organisation.pk, self.state.fingerprint(table), self.attribution
