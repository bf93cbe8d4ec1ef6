"""What agents expected of contacts, out of a lake or of files: which rows count, and which columns models may see."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from klankbord import prediction
from klankbord.errors import ColumnError, DataError, FileError, KlankbordError
from klankbord.frames import Floats
from klankbord.lake.columns import Array, Columns, columns_of
from klankbord.lake.questions import Condition, Period
from klankbord.lake.readers.contact_dialects.headings import fields_of
from klankbord.lake.readers.contact_reading import read_contacts
from klankbord.lake.readers.contact_records import ContactRecords
from klankbord.lake.readers.drops import left_out
from klankbord.lake.readers.reading import read
from klankbord.lake.readers.responses import Responses
from klankbord.results import Notice
from klankbord.score import MEASURES, NPS, Measure

if TYPE_CHECKING:
    from klankbord.lake.store import Lake, Snapshot

RECORDED = (
    "channel", "queue", "touchpoint", "previous_touchpoint", "reason", "language", "segment", "age_band", "client",
    "direction", "step", "leg", "hour", "wait_s", "handle_s", "holds", "transfers", "resolved",
)  # fmt: skip
"""What is recorded of contacts whether their customer answers or not: what models may see."""
_ALWAYS = ("prediction", "score", "agent")
_OF_CONTACTS = ("metric", "not_counted_reason", "eligible", "answered", "day", "external_id")
_TELLING = ("day", "hour", "channel", "queue")
_DAYS = ("day", "answered_at")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Expected:
    """Contacts with what was expected and what came, ready for `klankbord.prediction`.

    Parameters
    ----------
    predicted, actual : ndarray, shape (n,)
        Scores; nan where there is none or it does not count.
    columns : Mapping of str to ndarray
        Whatever else was found, by name; columns without a value are left out.
    open : ndarray of bool, shape (n,)
        Contacts that could be asked about.
    measure : Measure
        What was asked.
    silent : bool
        Whether the source holds customers who did not answer.
    notices : tuple of Notice
        What makes the rows mean less than it seems.
    question : Mapping
        Where they come from.
    """

    predicted: Floats
    actual: Floats
    columns: Mapping[str, Array]
    open: Array
    measure: Measure
    silent: bool
    notices: tuple[Notice, ...]
    question: Mapping[str, object]

    def column(self, name: str) -> Array:
        """Return a column that has values.

        Raises
        ------
        ColumnError
            When there is none of that name.
        """
        if name not in self.columns:
            raise ColumnError(name, self.columns)
        return self.columns[name]

    def skill(self, *, level: float = 0.95) -> prediction.Skill:
        """Hold predictions against answers; where agents are few or not told apart, days are drawn again."""
        return prediction.skill(
            self.predicted,
            self.actual,
            agent=self.columns.get("agent"),
            cluster=self._days(),
            measure=self.measure,
            level=level,
        )

    def skill_by(self, by: str, *, level: float = 0.95) -> prediction.Skills:
        """Do the same for each group of a column, and for all."""
        groups = prediction.skill(
            self.predicted,
            self.actual,
            by=self.column(by),
            agent=self.columns.get("agent"),
            cluster=self._days(),
            measure=self.measure,
            level=level,
        )
        return replace(groups, by=(by,))

    def learning(self, *, level: float = 0.95) -> prediction.Learning:
        """Compare the first half of each agent's answered predictions with the second; the queue is held fixed."""
        days = self._days()
        if days is None:
            raise DataError("there are no days: nothing can be said of learning", hint="name the column: date=...")
        known = ~np.isnat(days)
        case = self.columns.get("queue")
        return prediction.learning(
            self.predicted[known],
            self.actual[known],
            agent=self.column("agent")[known],
            when=days[known],
            case=None if case is None else case[known],
            measure=self.measure,
            level=level,
        )

    def recalibration(self, *, level: float = 0.95) -> prediction.Recalibration:
        """Say what predictions of each agent should have said."""
        agent = self.columns.get("agent")
        return prediction.recalibrate(self.predicted, self.actual, agent=agent, measure=self.measure, level=level)

    def everybody(self, *, level: float = 0.95) -> prediction.AssistedScore:
        """Estimate the score of all contacts that could be asked about."""
        predicted, actual, contacts, _ = self._open()
        found = prediction.assisted_score(predicted, actual, contacts=contacts, measure=self.measure, level=level)
        return replace(found, notices=(*self._assumed(), *found.notices))

    def silent_detractors(
        self, *, limit: int | None = None, level: float = 0.95, by: str | None = None
    ) -> prediction.SilentDetractors:
        """List the silent contacts whose customer is most probably unhappy, with what helps to choose whom to call.

        `by` is a column to tell beside it; agents are named only so.
        """
        predicted, actual, contacts, names = self._open()
        told, days = [name for name in _TELLING if name in self.columns and name != by], self._days()
        found = prediction.silent_detractors(
            predicted,
            actual,
            contacts=contacts,
            names=names,
            details={
                "predicted": predicted,
                **{name: self.columns[name][self.open] for name in told},
                **({by: self.column(by)[self.open]} if by else {}),
            },
            when=None if days is None else days[self.open],
            measure=self.measure,
            limit=limit,
            level=level,
        )
        return replace(found, notices=(*self._assumed(), *found.notices))

    def _assumed(self) -> tuple[Notice, ...]:
        """Say that nobody recorded which contacts could be asked about, where that is so."""
        if "eligible" in self.columns:
            return ()
        contacts = int(self.open.sum())
        message = (
            f"nobody recorded which contacts could be asked about: {contacts:,} of {self.open.size:,} count as such"
        )
        return (Notice(code="eligible_assumed", message=message, data={"contacts": contacts}),)

    def _open(self) -> tuple[Floats, Floats, dict[str, Array], Array | None]:
        if not self.silent:
            raise DataError(
                "these are answers only: nothing is known of customers who did not answer",
                hint="pass contacts, with a column that tells when they began, and empty scores of the silent",
            )
        rows = self.open
        recorded = {name: self.columns[name][rows] for name in RECORDED if name in self.columns}
        names = self.columns.get("external_id")
        return self.predicted[rows], self.actual[rows], recorded, None if names is None else names[rows]

    def _days(self) -> Array | None:
        for name in _DAYS:
            if name in self.columns:
                return self.columns[name].astype("datetime64[D]")
        return None


def expected_of(
    source: "Lake | Snapshot | Responses | ContactRecords",
    *,
    predicted: str | None = None,
    by: Sequence[str] = (),
    where: str | Condition | Iterable[str | Condition] = (),
    period: str | Period | None = None,
    measure: Measure | None = None,
) -> Expected:
    r"""Take predictions, answers and what goes with them out of a lake or of files.

    Parameters
    ----------
    source : Lake, Snapshot, Responses or ContactRecords
        A lake, or what `read` or `read_contacts` returned.
    predicted : str, optional
        Heading of the prediction in a file of answers, where it is not recognised.
    by : sequence of str
        Columns to group by later.
    where, period : conditions and period, optional
        Which contacts of a lake.
    measure : Measure, optional
        What was asked; what most answers are about when not given.

    Raises
    ------
    ColumnError, OptionError, DataError
        When there is no such column, condition or period, or not one prediction.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "answers.csv")
    ...     _ = path.write_text("score,predicted,agent\n9,8,mila\n3,7,mila\n")
    ...     expected_of(read(path)).predicted
    array([8., 7.])
    """
    if isinstance(source, Responses):
        return _of_answers(source, predicted, by)
    there = set(source.columns) | {"day", "hour"} if isinstance(source, ContactRecords) else None
    wanted = dict.fromkeys([*_ALWAYS, *_OF_CONTACTS, *RECORDED, *by])
    if there is not None and "prediction" not in there:
        raise ColumnError("prediction", source.columns)  # type: ignore[union-attr]
    names = [name for name in wanted if there is None or name in there or name in by]
    columns = columns_of(source, names, table="contacts", where=where, period=period)
    if isinstance(source, ContactRecords):
        return _of_contacts(columns, measure or source.measure or _usual(columns), left_out(source.drops))
    return _of_contacts(columns, measure or _usual(columns))


def read_expected(
    *paths: str | os.PathLike[str],
    predicted: str | None = None,
    score: str | None = None,
    agent: str | None = None,
    date: str | None = None,
    by: Sequence[str] = (),
    measure: str | None = None,
    scale: tuple[int, int] | None = None,
    zone: str | None = None,
) -> Expected:
    """Read predictions from files: contacts where rows have a moment, so that silent customers count; else answers.

    Parameters
    ----------
    *paths : path
        Files of one kind.
    predicted, score, agent, date : str, optional
        Headings, where the file does not speak for itself.
    by : sequence of str
        Columns to group by later.
    measure, scale, zone : optional
        As `read` takes them.

    Raises
    ------
    FileError, ColumnError, OptionError, DataError
        When files cannot be read, or a heading is not there.
    """
    named = {"prediction": predicted, "score": score, "agent": agent, "started_at": date}
    columns = {name: heading for name, heading in named.items() if heading is not None}
    try:
        records = read_contacts(*paths, columns=columns, zone=zone, scale=scale, measure=measure)
        return expected_of(records, by=by)
    except (ColumnError, DataError, FileError) as refused:
        try:
            answers = read(*paths, score=score, date=date, measure=measure, scale=scale, zone=zone)
        except KlankbordError as other:
            # Whatever is no file of contacts is most probably one of answers, and that says more of what is wrong.
            raise (other if refused.case == "no_start_column" else refused) from None
    return _of_answers(answers, predicted, by, agent)


def _of_answers(answers: Responses, predicted: str | None, by: Sequence[str], agent: str | None = None) -> Expected:
    guessed = fields_of(answers.columns)
    heading = predicted or guessed.get("prediction", "prediction")
    dimensions = (*answers.dimensions, *answers.columns)
    teller = agent or ("agent" if "agent" in answers.dimensions else guessed.get("agent"))
    names = [heading, "score", *([teller] if teller else []), *by]
    names += ["answered_at"] if answers.first_at is not None else []
    names += [name for name in RECORDED if name in dimensions]
    columns = columns_of(answers, names)
    if not columns.rows:
        raise DataError("no row has a score", hint="name the column that holds it, or look whether it is filled")
    actual, foreseen = columns["score"], _numbers(columns[heading], heading)
    others = {name: array for name, array in columns.items() if name not in {heading, "score"}}
    if teller:
        others["agent"] = columns[teller]
    everybody = np.ones(actual.size, dtype=np.bool_)
    doubts = left_out(answers.drops)
    return _checked(columns, foreseen, actual, others, everybody, answers.measure, silent=False, doubts=doubts)


def _of_contacts(columns: Columns, measure: Measure, doubts: tuple[Notice, ...] = ()) -> Expected:
    foreseen, actual = columns["prediction"], columns["score"].copy() if "score" in columns else None
    if actual is None:
        raise ColumnError("score", columns)
    if "metric" in columns:
        metric = columns["metric"]
        actual[np.array([one is not None and one != measure.name for one in metric], dtype=np.bool_)] = np.nan
    if "not_counted_reason" in columns:
        actual[np.array([reason is not None for reason in columns["not_counted_reason"]], dtype=np.bool_)] = np.nan
    others = {name: array for name, array in columns.items() if name not in {"prediction", "score"}}
    return _checked(columns, foreseen, actual, others, _askable(columns), measure, silent=True, doubts=doubts)


def _askable(columns: Columns) -> Array:
    """Return which contacts could be asked about: as the source says, or else those that a person took."""
    for name in ("eligible", "answered"):
        if name in columns and (columns[name] == 1).any():
            return np.asarray(columns[name] == 1)
    return np.ones(columns.rows, dtype=np.bool_)


def _checked(
    columns: Columns,
    foreseen: Floats,
    actual: Floats,
    others: Mapping[str, Array],
    askable: Array,
    measure: Measure,
    *,
    silent: bool,
    doubts: tuple[Notice, ...] = (),
) -> Expected:
    if np.isnan(foreseen).all():
        raise DataError(
            "there is not one prediction among these rows",
            hint="name the column that holds them, or take another period",
            rows=columns.rows,
        )
    return Expected(
        predicted=foreseen,
        actual=actual,
        columns={name: array for name, array in others.items() if _filled(array)},
        open=askable,
        measure=measure,
        silent=silent and bool(np.isnan(actual).any()),
        notices=(*columns.notices, *doubts),
        question=columns.question,
    )


def _filled(array: Array) -> bool:
    if array.dtype.kind == "M":
        return not bool(np.isnat(array).all())
    if array.dtype.kind == "f":
        return not bool(np.isnan(array).all())
    return any(value is not None for value in array.tolist())


def _numbers(column: Array, name: str) -> Floats:
    from klankbord.prediction.pairs import floats_of  # noqa: PLC0415 - only files hold numbers as text

    return floats_of(column, name)


def _usual(columns: Columns) -> Measure:
    """Return the measure that most answers are about."""
    metrics = [name for name in columns["metric"].tolist() if name in MEASURES] if "metric" in columns else []
    return MEASURES[max(set(metrics), key=metrics.count)] if metrics else NPS
