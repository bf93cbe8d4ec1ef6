"""What a dialect's rule says of a cell, in the engine and, for records that never came there, in Python."""

from klankbord.lake.engine import literal
from klankbord.lake.readers.dialect import Rule


def condition(rule: Rule, column: str) -> str:
    """Return SQL that is true for the rows that the rule is about; `column` is SQL, too.

    Examples
    --------
    >>> condition(Rule(reason="preview", column="Status", values=frozenset({"test"})), "status")
    "lower(trim(status)) in ('test')"
    """
    values = ", ".join(literal(value) for value in sorted(rule.values))
    said = f"lower(trim({column})) in ({values})" if values else "false"
    return f"({said} or coalesce(trim({column}), '') = '')" if rule.empty else said


def holds(rule: Rule, cell: str) -> bool:
    """Return whether the rule is about a row with this cell.

    Examples
    --------
    >>> holds(Rule(reason="unfinished", column="submitdate", empty=True), " ")
    True
    """
    text = cell.strip().casefold()
    return text in rule.values or (rule.empty and not text)
