"""How numbers, scores and dates are written in each language of the product."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal, format_percent

from klankbord.errors import OptionError

LOCALES = {"en": "en_GB", "nl": "nl", "fr": "fr", "de": "de"}
NO_VALUE = "–"
MINUS = "−"


@dataclass(frozen=True, kw_only=True)
class Formats:
    """Numbers and dates as one language writes them.

    Parameters
    ----------
    language : str
        One of nl, fr, de, en.
    share : bool
        Whether scores are shares from 0 to 100 rather than balances from -100 to 100.

    Raises
    ------
    OptionError
        When the language is not one of the four.

    Examples
    --------
    >>> Formats(language="nl").count(1204), Formats(language="en").score(31.4)
    ('1.204', '+31')
    >>> Formats(language="de").day(date(2026, 3, 1))
    '1. März 2026'
    """

    language: str
    share: bool = False

    def __post_init__(self) -> None:
        if self.language not in LOCALES:
            raise OptionError(
                f"there is no language {self.language!r}",
                hint=f"languages: {', '.join(LOCALES)}",
                language=self.language,
            )

    @cached_property
    def locale(self) -> Locale:
        """The Babel locale behind the language."""
        return Locale.parse(LOCALES[self.language])

    def count(self, value: float) -> str:
        """Write a number of answers; weighted ones are rounded."""
        return self._decimal(value)

    def number(self, value: float) -> str:
        """Write a plain number, with one decimal where it has any."""
        return format_decimal(_whole(value, 1), format="#,##0.#", locale=self.locale).replace("-", MINUS)

    def distance(self, value: float) -> str:
        """Write a distance in points: whole, but never hidden by it."""
        return self.count(abs(value)) if abs(value) >= 1 else self.number(max(abs(value), 0.1))

    def score(self, value: float, digits: int = 0) -> str:
        """Write a score: signed with a true minus for a balance, a percentage for a share."""
        return self.percent(value / 100, digits) if self.share else self._signed(value, digits)

    def difference(self, value: float) -> str:
        """Write a difference of two scores, in points and always signed."""
        return self._signed(value)

    def percent(self, value: float, digits: int = 0) -> str:
        """Write a fraction of one as a percentage, as close to the number as the language wants it."""
        sign = format_percent(0, locale=self.locale).removeprefix("0")
        return f"{self._decimal(100 * value, digits)}{sign}"

    def month(self, value: date, *, year: bool = True) -> str:
        """Name the month of a day."""
        return format_date(value, "LLLL y" if year else "LLLL", locale=self.locale)

    def day(self, value: date, *, year: bool = True) -> str:
        """Write a day in full."""
        pattern = self.locale.date_formats["long"].pattern
        text = format_date(value, pattern if year else pattern.removesuffix(" y"), locale=self.locale)
        return _first_in_french(text) if self.language == "fr" else text

    def short_day(self, value: date) -> str:
        """Write a day for a table."""
        text = format_skeleton("yMMMd", value, locale=self.locale)
        return _first_in_french(text) if self.language == "fr" else text

    def period(self, value: date, every: str) -> str:
        """Name the period that begins on `value`."""
        if every == "month":
            return self.month(value)
        if every == "quarter":
            return format_skeleton("yQQQ", value, locale=self.locale)
        return str(value.year) if every == "year" else self.short_day(value)

    def tick(self, value: date, every: str) -> str:
        """Name the period that begins on `value` as briefly as an axis wants it, without the year."""
        if every == "quarter":
            # CLDR has no skeleton for a quarter without its year.
            return str(self.locale.quarters["format"]["abbreviated"][(value.month + 2) // 3])
        if every == "year":
            return str(value.year)
        return format_skeleton("MMM" if every == "month" else "MMMd", value, locale=self.locale)

    def vega_numbers(self) -> dict[str, object]:
        """Return the number locale that Vega's formatter wants."""
        symbols = self.locale.number_symbols["latn"]
        percent = self.percent(0).removeprefix("0")
        return {
            "decimal": symbols["decimal"],
            "thousands": symbols["group"],
            "grouping": [3],
            "currency": ["", ""],
            "percent": percent,
            "minus": MINUS,
        }

    def vega_dates(self) -> dict[str, object]:
        """Return the date locale that Vega's formatter wants."""
        months, days = self.locale.months["format"], self.locale.days["format"]
        return {
            "dateTime": "%x %X",
            "date": "%d/%m/%Y",
            "time": "%H:%M",
            "periods": ["", ""],
            "days": [days["wide"][(day + 6) % 7] for day in range(7)],
            "shortDays": [days["abbreviated"][(day + 6) % 7] for day in range(7)],
            "months": [months["wide"][month] for month in range(1, 13)],
            "shortMonths": [months["abbreviated"][month] for month in range(1, 13)],
        }

    def _decimal(self, value: float, digits: int = 0) -> str:
        pattern = f"#,##0.{'0' * digits}" if digits else "#,##0"
        return format_decimal(_whole(value, digits), format=pattern, locale=self.locale).replace("-", MINUS)

    def _signed(self, value: float, digits: int = 0) -> str:
        return ("+" if _whole(value, digits) > 0 else "") + self._decimal(value, digits)


def _whole(value: float, digits: int = 0) -> Decimal:
    # Halves go away from zero, as readers expect; adding zero turns -0 into 0.
    return Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP) + 0


def _first_in_french(text: str) -> str:
    # CLDR writes "1 mars"; French typography asks for the ordinal on the first of a month only.
    return f"1er{text[1:]}" if text.startswith("1 ") else text
