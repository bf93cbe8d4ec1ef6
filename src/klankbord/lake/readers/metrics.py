"""Which measure the scores are: by the user's word, by the tool's, or by a column that names it row by row."""

from collections.abc import Mapping
from dataclasses import dataclass

from klankbord.errors import ScaleError
from klankbord.lake.engine import literal
from klankbord.lake.readers.sifting import Sifting
from klankbord.lake.readers.wishes import Wishes
from klankbord.score import NPS, Measure, measure_named, other_scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """The measure of the scores, and whether the user or the tool says so; otherwise it is a guess."""

    measure: Measure
    declared: bool


def settle_meaning(sifting: Sifting, wishes: Wishes, *, guessed: bool) -> Meaning:
    """Choose one measure, and set apart the answers to other ones.

    Raises
    ------
    ScaleError
        When the file holds several measures and the user chose none of them.
    """
    said = wishes.measure
    told = _by_metric(sifting, said) or sifting.layout.measure
    measure = told or NPS
    if said is not None and _value(said) not in sifting.layout.metrics:
        measure = measure_named(said)
    declared = said is not None or wishes.scale is not None or (told is not None and not guessed)
    if wishes.scale is not None:
        scaled = measure.on_scale(wishes.scale)
        if scaled is not measure:
            sifting.notices.append(other_scale(measure, wishes.scale))
        measure = scaled
    return Meaning(measure=measure, declared=declared)


def _by_metric(sifting: Sifting, said: Measure | str | None) -> Measure | None:
    column, score, metrics = sifting.column("metric"), sifting.column("score"), sifting.layout.metrics
    if column is None or not metrics:
        return None
    found = sifting.run(
        f"select lower(trim({column})), count(*) from staged "
        f"where reason is null and {score} is not null and {column} is not null group by 1 order by 2 desc, 1"
    )
    counts = {str(value): int(count) for value, count in found if str(value) in metrics}
    if not counts:
        return None
    measure = _chosen({value: metrics[value] for value in counts}, counts, said)
    chosen = ", ".join(literal(value) for value in counts if metrics[value] == measure)
    sifting.set_apart("other_measure", f"lower(trim({column})) not in ({chosen})", column)
    return measure


def _chosen(present: Mapping[str, Measure], counts: Mapping[str, int], said: Measure | str | None) -> Measure:
    measures = list(dict.fromkeys(present.values()))
    if said is not None and _value(said) in present:
        return present[_value(said)]
    if len(measures) == 1:
        return measures[0]
    named = [measure for measure in measures if said is not None and measure.name == measure_named(said).name]
    if named:
        return named[0]
    listed = ", ".join(f"{value} ({count:,})" for value, count in counts.items())
    raise ScaleError(
        f"the answers are to several kinds of question: {listed}",
        hint=f"choose one: measure={next(iter(counts))!r}",
        found=dict(counts),
        case="several_measures",
    )


def _value(said: Measure | str) -> str:
    return said.casefold() if isinstance(said, str) else said.name
