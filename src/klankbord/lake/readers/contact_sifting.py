"""From typed rows to contacts: older copies are set apart, words are judged, the rest is shown as `contacts`."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from klankbord.lake.engine import literal, quoted
from klankbord.lake.readers.contact_dialect import EXTRAS, ContactLayout
from klankbord.lake.readers.drops import SHOWN, Dropped, dropped
from klankbord.lake.readers.equal_rows import equal_rows
from klankbord.lake.readers.scores import judge
from klankbord.lake.readers.table import Staged
from klankbord.lake.readers.vocabulary import JUDGED, judge_words
from klankbord.lake.schema import TABLES, Type
from klankbord.results import Notice
from klankbord.score import MEASURES, Measure

_MOST_WORDS = 1000  # a column with more different cells holds no words


@dataclass(slots=True)
class ContactSifting:
    """The relation `typed` on its way to `contacts`."""

    staged: Staged
    layout: ContactLayout
    source: str
    identified: bool
    notices: list[Notice] = field(default_factory=list)
    columns: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        described = self.run("describe typed")
        self.columns = frozenset(str(row[0]) for row in described)

    def run(self, sql: str) -> list[tuple[Any, ...]]:
        """Return what the engine answers."""
        return self.staged.engine.execute(sql).fetchall()

    def identify(self) -> None:
        """Tell rows of one file that are equal in all cells apart: without an id, they are different contacts."""
        self.run("create table copies (file uinteger, row integer, copy bigint)")
        if not self.identified and self._repeats("external_id", "true"):
            self.run(
                "insert into copies select * from (select file, row, row_number() over "
                "(partition by external_id, file order by row) as copy from typed) where copy > 1"
            )
            told = "* exclude (copy) replace (external_id || coalesce('-' || copy, '') as external_id)"
            self.run(f"create view known as select {told} from typed left join copies using (file, row)")
            cells = [name for name in self.layout.fields if name in self.columns]
            self.notices += equal_rows(
                self.run, "(select * from typed anti join copies using (file, row))", "copies", cells
            )
        else:
            self.run("create view known as select * from typed")

    def set_older_apart(self) -> None:
        """Of several copies of a contact the newest counts: tools deliver a record again when something changed."""
        self.run("create table older (file uinteger, row integer)")
        if self._repeats("external_id", "why is null", "known"):
            newest = "updated_at desc nulls last, " if "updated_at" in self.columns else ""
            self.run(
                "insert into older select file, row from (select file, row, row_number() over "
                f"(partition by external_id order by {newest}file desc, row desc) as copy "
                "from known where why is null) where copy > 1"
            )

    def _repeats(self, column: str, where: str, relation: str = "typed") -> bool:
        ((repeats,),) = self.run(f"select count({column}) > count(distinct {column}) from {relation} where {where}")
        return bool(repeats)

    def show(self, measures: Mapping[str, Measure], keep: Sequence[str]) -> tuple[str, ...]:
        """Show what is left as `contacts`, and return which columns of the schema it has, and of the extras."""
        told = self._told(measures)
        told |= self._followed(told)
        if keep:
            pairs = ", ".join(f"{{'key': {literal(name)}, 'value': {quoted('kept.' + name)}}}" for name in keep)
            told["attributes"] = f"map_from_entries(list_filter([{pairs}], lambda pair: pair.value is not null))"
        order = [name for name in (*TABLES["contacts"].names, *EXTRAS) if name in told]
        listed = ", ".join(f"{_cast(name, told[name])} as {quoted(name)}" for name in order)
        left = " anti join older using (file, row)" if self.run("select count(*) from older")[0][0] else ""
        self.run(
            f"create view contacts as select row, file, {listed} from (select known.*, {self._leg()} as leg_found "
            f"from known{' left join legs using (file, row)' if self._legs else ''}) known{left} where why is null"
        )
        return tuple(order)

    @property
    def _legs(self) -> bool:
        return "conversation" in self.columns and "leg" not in self.columns

    def _leg(self) -> str:
        """Return the number of a leg as SQL: by time, where a conversation has several."""
        if not self._legs:
            return "null"
        self.run("create table legs (file uinteger, row integer, leg_by_time bigint)")
        fine = "conversation is not null and why is null"
        if self._repeats("conversation", fine, "known"):
            self.run(
                "insert into legs select file, row, row_number() over "
                f"(partition by conversation order by started_at, file, row) "
                f"from known anti join older using (file, row) where {fine}"
            )
        return "coalesce(leg_by_time, 1)"

    def _told(self, measures: Mapping[str, Measure]) -> dict[str, str]:
        """Return every column that the files tell as SQL, words judged and scores read."""
        schema = {*TABLES["contacts"].names, *EXTRAS}
        told = {name: quoted(name) for name in self.columns if name in schema}
        for name in sorted(JUDGED & told.keys()):
            meanings = judge_words(name, self._distinct(name), self.layout.words.get(name, {}))
            told[name] = _mapped(name, {cell: literal(meaning) for cell, meaning in meanings.items()})
        if "score" in told:
            told |= self._scores(measures)
        if self._legs:
            told["leg"] = "leg_found"
        return told | {"source": literal(self.source)}

    def _distinct(self, name: str) -> list[str]:
        found = self.run(
            f"select distinct {quoted(name)} from known where {quoted(name)} is not null and why is null "
            f"limit {_MOST_WORDS}"
        )
        return [str(cell) for (cell,) in found]

    def _scores(self, measures: Mapping[str, Measure]) -> dict[str, str]:
        """Read the scores of each measure from their distinct cells; a cell that is none leaves the contact without."""
        metric = "lower(trim(metric))" if "metric" in self.columns else "null"
        found = self.run(
            f"select {metric}, score, count(*) from known where why is null and score is not null group by all"
        )
        arms, unread = [], 0
        for said in {metric for metric, *_ in found}:
            cells: dict[str | None, int] = {str(cell): int(count) for metric, cell, count in found if metric == said}
            measure = measures.get(str(said)) or measures[""]
            verdict = judge(cells, measure, "score", certain=said is not None)
            unread += sum(cells.values()) - sum(
                cells[cell] for cell in {*verdict.scores, *verdict.empty} & cells.keys()
            )
            same = f"{metric} = {literal(str(said))} and " if said is not None else ""
            arms += [f"when {same}score = {literal(cell)} then {score}" for cell, score in verdict.scores.items()]
        if unread:
            message = f"{unread:,} scores are no whole numbers on the scale; their contacts count without them"
            self.notices.append(Notice(code="scores_unread", message=message, data={"cells": unread}))
        score = f"case {' '.join(arms)} end" if arms else "null"
        named = "metric" if "metric" in self.columns else literal(measures[""].name)
        return {"score": score, "metric": f"case when ({score}) is not null then {named} end"}

    def _followed(self, told: Mapping[str, str]) -> dict[str, str]:
        """Return what follows from what is told: answered from abandoned, offered and handled by whom from both."""
        follows: dict[str, str] = {}
        if "answered" not in told and "abandoned" in told:
            took = "agent is not null" if "agent" in self.columns else "true"
            lost = f"({told['abandoned']})::boolean"
            follows["answered"] = f"case when {lost} then false when not {lost} then {took} end"
        answered = told.get("answered") or follows.get("answered")
        if answered and "offered" not in told:
            lost = f"coalesce(({told['abandoned']})::boolean, false)" if "abandoned" in told else "false"
            waited = "wait_s is not null" if "wait_s" in self.columns else "false"
            follows["offered"] = f"case when coalesce(({answered})::boolean, false) or {lost} or {waited} then true end"
        if answered and "handled_by" not in told:
            follows["handled_by"] = f"case when ({answered})::boolean then 'human' end"
        return follows

    def drops(self, files: Sequence[str]) -> tuple[Dropped, ...]:
        """List by reason what was set apart and what was broken."""
        counts = Counter[str](dict(self.run("select why, count(*) from typed where why is not null group by 1")))
        counts["duplicate"] += int(self.run("select count(*) from older")[0][0])
        for broken in self.staged.broken:
            counts[broken.reason] += broken.count
        return tuple(self._drop(reason, count, files) for reason, count in sorted(counts.items()) if count)

    def _drop(self, reason: str, count: int, files: Sequence[str]) -> Dropped:
        first = f"order by file, row limit {SHOWN}"
        if reason == "duplicate":
            found = self.run(f"select file, row, external_id from known semi join older using (file, row) {first}")
        else:
            found = self.run(f"select file, row, cell from typed where why = {literal(reason)} {first}")
        found += [
            (item.file, item.row, item.what if reason == "broken_row" else None)
            for item in self.staged.broken
            if item.reason == reason
        ]
        ordered = sorted(found, key=lambda place: (place[0], place[1]))
        return dropped(reason, count, [(files[file], row, cell) for file, row, cell in ordered])

    def doubts(self) -> Iterable[Notice]:
        """Tell how many durations, counts and moments could not be read."""
        unread = int(self.run("select coalesce(sum(unread), 0) from typed where why is null")[0][0])
        if unread:
            message = f"{unread:,} durations, counts or moments could not be read and are empty"
            yield Notice(code="cells_unread", message=message, data={"cells": unread})


def _mapped(name: str, meanings: Mapping[str, str]) -> str:
    arms = " ".join(f"when {literal(cell)} then {meaning}" for cell, meaning in meanings.items())
    return f"case {quoted(name)} {arms} end" if arms else "null"


def _cast(name: str, sql: str) -> str:
    kinds = {column.name: column.type for column in TABLES["contacts"].columns}
    return f"({sql})::{kinds.get(name, Type.TEXT).engine}"


def measures_of(metrics: Iterable[str], default: Measure) -> dict[str, Measure]:
    """Return the measure of every name that a column of metrics holds, and of none the default.

    Examples
    --------
    >>> sorted(measures_of(["csat", "mood"], MEASURES["nps"]))
    ['', 'csat']
    """
    return {name: MEASURES[name] for name in metrics if name in MEASURES} | {"": default}
