"""The one door to the lake's numbers: questions narrowed to the actor's reach, answered from one state of the lake."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from klankbord.lake import Lake, Snapshot, looking
from klankbord.lake.looking import Page, Remark
from klankbord.lake.questions import Answer, Condition, Period, Question, ask
from klankbord.lake.schema import TABLES
from klankbord.lake.store.settings import Attribution
from klankbord.web.insights import reach, stories
from klankbord.web.insights.engines import OnceEngine
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

    @classmethod
    def of(cls, actor: Actor) -> "Look":
        """Open the lake as it stands now."""
        actor.require(Permission.SEE_NUMBERS)
        lake = lake_of(actor.organisation)
        return cls(actor=actor, lake=lake, state=state_of(lake), engine=OnceEngine())

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
    def may_see_contacts(self) -> bool:
        """Whether single contacts may be looked at, and not only their numbers."""
        return self.actor.may(Permission.SEE_CONTACTS)

    def answer(self, question: Question) -> Answer:
        """Answer a question within the actor's reach."""
        mine = reach.narrowed(self.actor, question, self.lake, self.attribution)
        key = (*self._key(mine.definition.table), mine, LEVEL)
        return _answers.get(key, lambda: ask(mine, self.snapshot, self.engine, level=LEVEL))

    def behind(self, question: Question, *, group: Mapping[str, object] | None = None, **place: Any) -> Page:
        """Return the contacts that a number counts, newest first."""
        self.actor.require(Permission.SEE_CONTACTS)
        reach.check_dimensions(self.actor, group or (), self.attribution)
        mine = reach.narrowed(self.actor, question, self.lake, self.attribution)
        return looking.contacts_behind(mine, self.snapshot, group=group, limit=PAGE, **place)

    def contacts(self, where: Collection[Condition], period: Period | None, **place: Any) -> Page:
        """Return contacts, newest first."""
        self.actor.require(Permission.SEE_CONTACTS)
        return looking.contacts(
            self.snapshot, where=self._within("contacts", where), period=period, limit=PAGE, **place
        )

    def comments(self, where: Collection[Condition], period: Period | None, **which: Any) -> tuple[Remark, ...]:
        """Return the newest comments, personal data taken out."""
        mine = self._within("responses", where)
        return _comments.get(
            (*self._key("responses"), mine, period, tuple(sorted(which.items()))),
            lambda: looking.latest_comments(self.snapshot, where=mine, period=period, **which),
        )

    def choices(
        self, dimension: str, *, table: str, where: Collection[Condition] = (), period: Period | None = None
    ) -> tuple[tuple[object, int], ...]:
        """Return the values of a dimension with how many rows have them, most frequent first."""
        reach.check_dimensions(self.actor, [dimension], self.attribution)
        mine = self._within(table, where)
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
        return stories.within(found, mine) if found else None

    def _within(self, table: str, where: Collection[Condition]) -> tuple[Condition, ...]:
        reach.check_dimensions(self.actor, [one.column for one in where], self.attribution)
        return (*where, *reach.reach_on(self.actor, TABLES[table], self.lake, self.attribution))

    def _key(self, table: str) -> tuple[object, ...]:
        # The organisation leads the key, so that no other's answer is ever found under it.
        return self.actor.organisation.pk, self.state.fingerprint(table), self.attribution
