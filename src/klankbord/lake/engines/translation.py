"""The plan's SQL in Spark's dialect, with every text taken out of it and bound as a value."""

from klankbord.errors import MissingExtraError


def translated(sql: str, *, table: str, view: str) -> tuple[str, dict[str, str]]:
    """Return SQL for Spark over a view that stands for the table, and the texts that its placeholders stand for.

    Parameters
    ----------
    sql : str
        The plan's SQL, in the local engine's dialect.
    table, view : str
        Name of the table in it, and of the view that has its rows.

    Raises
    ------
    MissingExtraError
        When sqlglot is not installed.

    Examples
    --------
    >>> translated("select count(*) as n from responses where team = 'O''Neill'", table="responses", view="r1")
    ('SELECT COUNT(*) AS n FROM r1 AS responses WHERE team = :v0', {'v0': "O'Neill"})
    """
    try:
        from sqlglot import ErrorLevel, exp, parse_one  # noqa: PLC0415 - loads in 100 ms, and only clusters need it
    except ImportError:
        raise MissingExtraError("a cluster needs sqlglot", hint='pip install "klankbord[cluster]"') from None
    names: dict[str, str] = {}

    def replaced(node: exp.Expression) -> exp.Expression:
        if isinstance(node, exp.Literal) and node.is_string:
            # Within a text Spark would fill in `${env:HOME}`, and read `\n` by a setting of the session.
            return exp.Placeholder(this=names.setdefault(node.name, f"v{len(names)}"))
        if isinstance(node, exp.Table) and node.name == table:
            return exp.to_table(view, alias=node.alias or table)
        return node

    spark = parse_one(sql, read="duckdb").transform(replaced).sql("spark", unsupported_level=ErrorLevel.RAISE)
    return spark, {name: text for text, name in names.items()}
