"""The funnel: how many of all contacts came to each next step towards an answer, and why the others did not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from klankbord.errors import DataError
from klankbord.results import Estimate, Interval, Notice, Record, Result, Table, numbered
from klankbord.score.intervals import normal_quantile, wilson_interval

STAGES = ("eligible", "invited", "sent", "delivered", "opened", "started", "scored", "commented")
WHAT_STAGES_ARE: Mapping[str, str] = {
    "eligible": "could be asked about",
    "invited": "the rules chose it",
    "sent": "an invitation left",
    "delivered": "it arrived",
    "opened": "it was opened",
    "started": "the survey was begun",
    "scored": "a score was given that counts",
    "commented": "a reason was given too",
}
_HALF_KNOWN = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One stage of the funnel.

    Parameters
    ----------
    stage : str
        Its name.
    count : int or None
        How many came so far; None when nobody recorded it, which is not the same as none.
    of : str or None
        The stage before it that is known, and that its rate is a share of.
    rate : Estimate or None
        Per cent of those who came to that stage, with Wilson's interval.
    known : float
        Share of those that came to the stage before of which this stage was recorded, from 0 to 1.
    """

    stage: str
    count: int | None
    of: str | None
    rate: Estimate | None
    known: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel(Result):
    """From all contacts to those with a score and a reason, with what fell out on the way.

    Parameters
    ----------
    contacts : int
        All contacts (legs) that were looked at.
    steps : tuple of Step
        The stages in order.
    response_rate : Estimate or None
        Per cent of invitations sent that gave a score that counts; None when either is not known.
    not_asked, not_counted : mapping of str to int
        Why contacts were not asked about, and why answers do not count.
    """

    contacts: int
    steps: tuple[Step, ...]
    response_rate: Estimate | None
    not_asked: Mapping[str, int] = field(default_factory=dict)
    not_counted: Mapping[str, int] = field(default_factory=dict)

    def __getitem__(self, stage: str) -> Step:
        """Return one stage.

        Raises
        ------
        KeyError
            When there is no such stage.
        """
        return {step.stage: step for step in self.steps}[stage]

    @property
    def unknown(self) -> tuple[str, ...]:
        """Stages that nobody recorded."""
        return tuple(step.stage for step in self.steps if step.count is None)

    def records(self) -> list[Record]:
        """Return one row a stage, then one row a reason."""
        stages: list[Record] = [
            {
                "stage": step.stage,
                "count": step.count,
                "of": step.of,
                "rate": step.rate.value if step.rate else None,
                "low": step.rate.interval.low if step.rate and step.rate.interval else None,
                "high": step.rate.interval.high if step.rate and step.rate.interval else None,
                "known": step.known,
            }
            for step in self.steps
        ]
        why = (("not_asked", self.not_asked), ("not_counted", self.not_counted))
        return stages + [
            {"stage": kind, "reason": reason, "count": count} for kind, found in why for reason, count in found.items()
        ]

    def to_dict(self) -> Record:
        """Return the funnel as plain data, its response rate apart."""
        rate = self.response_rate.records()[0] if self.response_rate else None
        return {**super(Funnel, self).to_dict(), "contacts": self.contacts, "response_rate": rate}

    def summary(self) -> str:
        """Return the funnel in words."""
        told = [f"{step.stage} {step.count:,}" for step in self.steps if step.count is not None]
        unknown = f"; not known: {', '.join(self.unknown)}" if self.unknown else ""
        rate = self.response_rate
        answered = f"; {rate.value:.1f} % of what was sent was answered" if rate and rate.value is not None else ""
        return f"{numbered(self.contacts, 'contact')}: {', '.join(told) or 'nothing'}{unknown}{answered}"


def funnel(
    counts: Mapping[str, int],
    *,
    contacts: int,
    recorded: Mapping[str, int] | None = None,
    not_asked: Mapping[str | None, int] | None = None,
    not_counted: Mapping[str | None, int] | None = None,
    level: float = 0.95,
) -> Funnel:
    """Build a funnel from counts.

    Parameters
    ----------
    counts : mapping of str to int
        How many contacts came to each stage; a stage that is left out is not known.
    contacts : int
        All contacts.
    recorded : mapping of str to int, optional
        Of how many contacts that came to the stage before each stage was recorded at all; a stage with none is not
        known, whatever its count.
    not_asked, not_counted : mapping of reason to int, optional
        Reasons, None for those without one.
    level : float
        Confidence level.

    Raises
    ------
    DataError
        When a stage has more than one before it.

    Examples
    --------
    >>> print(funnel({"eligible": 900, "sent": 600, "scored": 120}, contacts=1000).summary())
    1,000 contacts: eligible 900, sent 600, scored 120; not known: invited, delivered, opened, started, commented;
    20.0 % of what was sent was answered
    """
    steps, before, of = list[Step](), contacts, "contacts"
    for stage in STAGES:
        known = _known(stage, before, recorded)
        count = counts.get(stage) if known > 0 else None
        if count is None:
            steps.append(Step(stage=stage, count=None, of=None, rate=None, known=0.0))
            continue
        if count > before:
            raise DataError(
                f"{count:,} contacts were {stage}, but only {before:,} came so far ({of})",
                hint="each stage lies within the one before it",
                stage=stage,
            )
        # Where a stage was recorded for some only, its rate is that of those.
        seen = round(known * before)
        rate = _rate(count, seen, level) if count <= seen else _rate(count, before, level)
        steps.append(Step(stage=stage, count=count, of=of, rate=rate, known=known))
        # A half-recorded stage is no measure for the next one.
        if known >= _HALF_KNOWN:
            before, of = count, stage
    sent, scored = counts.get("sent"), counts.get("scored")
    return Funnel(
        question={"contacts": contacts, "level": level},
        notices=tuple(_doubts(steps)),
        contacts=contacts,
        steps=tuple(steps),
        response_rate=_rate(scored, sent, level) if scored is not None and sent and scored <= sent else None,
        not_asked=_sorted(not_asked),
        not_counted=_sorted(not_counted),
    )


def funnels(by: Sequence[str], parts: Mapping[tuple[object, ...], Funnel]) -> Table[Funnel]:
    """Return funnels by key as a table, the largest group first."""
    keys = sorted(parts, key=lambda key: -parts[key].contacts)
    return Table(by=tuple(by), keys=tuple(keys), rows=[parts[key] for key in keys])


def _known(stage: str, before: int, recorded: Mapping[str, int] | None) -> float:
    if recorded is None:
        return 1.0
    return recorded.get(stage, 0) / before if before else 1.0


def _rate(count: int, of: int, level: float) -> Estimate:
    if not of:
        return Estimate(value=None, interval=None, n=0, method="wilson")
    one = np.array([float(count)])
    low, high = wilson_interval(one, np.zeros(1), np.array([float(of)]), normal_quantile(level))
    interval = Interval(low=100 * float(low[0]), high=100 * float(high[0]), level=level)
    return Estimate(value=100 * count / of, interval=interval, n=of, method="wilson")


def _sorted(reasons: Mapping[str | None, int] | None) -> dict[str, int]:
    pairs = sorted((reasons or {}).items(), key=lambda pair: -pair[1])
    return {str(reason) if reason is not None else "no reason recorded": count for reason, count in pairs if count}


def _doubts(steps: Sequence[Step]) -> list[Notice]:
    missing = [step.stage for step in steps if step.count is None]
    partly = [step.stage for step in steps if step.count is not None and step.known < _HALF_KNOWN]
    doubts = []
    if missing:
        message = f"not recorded, so not known (which is not zero): {', '.join(missing)}"
        doubts.append(Notice(code="stages_unknown", message=message, data={"stages": missing}))
    if partly:
        message = f"recorded for a part of the contacts only: {', '.join(partly)}"
        doubts.append(Notice(code="stages_partly_known", message=message, data={"stages": partly}))
    return doubts
