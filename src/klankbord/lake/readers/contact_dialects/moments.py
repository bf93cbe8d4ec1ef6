"""Moments in documents: read where a duration is the time between two of them."""

from datetime import UTC, datetime


def moment_of(value: object) -> datetime | None:
    """Return a moment that is written as ISO 8601 or as an epoch, in UTC; None when it is neither.

    Examples
    --------
    >>> moment_of("2026-11-20T09:01:12Z") == moment_of(1795165272), moment_of("soon")
    (True, None)
    """
    try:
        if isinstance(value, int | float) or (isinstance(value, str) and value.replace(".", "", 1).isdigit()):
            return datetime.fromtimestamp(float(value), UTC)
        moment = datetime.fromisoformat(str(value))
    except (ValueError, OverflowError, OSError):
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)


def between(first: object, second: object) -> float | None:
    """Return the seconds from one moment to another; None when one of them is not known.

    Examples
    --------
    >>> between("2026-11-20T09:01:12Z", "2026-11-20T09:02:10Z")
    58.0
    """
    start = first if isinstance(first, datetime) else moment_of(first)
    end = second if isinstance(second, datetime) else moment_of(second)
    return None if start is None or end is None else (end - start).total_seconds()
