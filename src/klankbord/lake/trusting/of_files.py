"""A trust report of a file: what answers alone can tell, and what they cannot."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from klankbord.errors import ColumnError
from klankbord.lake.columns import columns_of
from klankbord.lake.patterns import patterns
from klankbord.lake.readers.responses import Responses
from klankbord.lake.wordings import VERSIONS
from klankbord.results import Notice, numbered
from klankbord.score import score as score_of
from klankbord.trust import (
    Finding,
    TrustReport,
    level_of_each,
    lock_step,
    not_tested,
    repeated_customers,
    scale_change,
    verdict,
    wording_change,
)

_US = 1e6
_BY_CHANCE = 3  # tests of a file that chance alone can alarm


def trust_of_file(answers: Responses, *, level: float = 0.95) -> TrustReport:
    r"""Say how far the score of a file can be trusted, as far as answers alone can say.

    Parameters
    ----------
    answers : Responses
        What `klankbord.read` returned.
    level : float
        Confidence level.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from klankbord.lake import read
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "answers.csv")
    ...     _ = path.write_text("score,date\n" + "9,2026-01-05\n3,2026-02-05\n" * 40)
    ...     report = trust_of_file(read(path))
    >>> report.verdict.grade, report.funnel is None
    ('with care', True)
    """
    found = tuple(_tests(answers, level))
    order = ("found", "nothing seen", "not tested")
    score = score_of(answers, level=level)
    return TrustReport(
        question={
            "files": list(answers.paths),
            "measure": answers.measure.definition(),
            "level": level,
            "tests_level": level_of_each(level, _BY_CHANCE),
        },
        notices=(_taken(answers), *answers.notices, *patterns(answers), _BLIND),
        score=score,
        verdict=verdict(score, findings=found),
        findings=tuple(sorted(found, key=lambda finding: order.index(finding.state))),
    )


_BLIND = Notice(
    code="answers_only",
    message="a file of answers does not say who was asked: response, selection and silence cannot be judged from it",
)


def _taken(answers: Responses) -> Notice:
    left = answers.read - answers.kept
    counts = "counts" if answers.kept == 1 else "count"
    others = f"the other {numbered(left, 'row')} {'is' if left == 1 else 'are'} left out"
    rest = f"; {others}: {', '.join(drop.message for drop in answers.drops)}" if left else ""
    return Notice(
        code="taken_for_answers",
        message=f"{', '.join(answers.paths)} was taken for answers: {answers.kept:,} of them {counts}{rest}",
        data={"rows": answers.read, "answers": answers.kept},
    )


def _tests(answers: Responses, level: float) -> Iterator[Finding]:
    measure, scores = answers.measure, columns_of(answers, ["score"])["score"]
    who = _column(answers, "respondent")
    moments, months = _column(answers, "answered_at"), _column(answers, "month")
    version = next((found for found in (_column(answers, name) for name in VERSIONS) if found is not None), None)
    whole, each = scores.astype(np.int64), level_of_each(level, _BY_CHANCE)
    yield (
        repeated_customers(who, whole, measure, level=each)
        if who is not None
        else not_tested("repeated_customers", "the file does not say who answered", needs="a column with the customer")
    )
    when = None if moments is None else np.where(np.isnat(moments), np.nan, moments.astype(np.int64) / _US)
    yield (
        lock_step(whole, when, level=each)
        if when is not None and np.any(when % 86_400 > 0)
        else not_tested("lock_step", "the file has no moments of answers", needs="dates with the time of day")
    )
    yield (
        scale_change(months, whole, measure, level=each)
        if months is not None
        else not_tested("scale_change", "the file has no dates", needs="a column with dates")
    )
    yield (
        wording_change(version, whole, when, measure, level=level)
        if version is not None and when is not None
        else not_tested("wording_change", "the file does not say which question was asked", needs="a survey version")
    )
    for code, why, needs in _BEYOND:
        yield not_tested(code, why, needs=needs)


_BEYOND = (
    ("fast_answers", "a file of answers does not say when customers were asked", "a lake with contacts"),
    ("selective_inviting", "a file of answers does not hold those who were not asked", "a lake with contacts"),
    ("transfer_rate", "a file of answers does not hold contacts that were handed on", "a lake with contacts"),
    ("shed_ratings", "a file of answers knows one agent an answer", "a lake with contacts"),
    ("mix_shift", "a file is one period", "a lake, and a period to compare"),
)


def _column(answers: Responses, name: str) -> Any:
    """Return one column; None where the file has none or leaves it empty."""
    try:
        column = columns_of(answers, [name])[name]
    except ColumnError:
        return None
    empty = np.isnat(column) if column.dtype.kind == "M" else np.array([one is None or one != one for one in column])  # noqa: PLR0124
    return None if empty.all() else column
