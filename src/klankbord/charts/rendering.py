"""Charts as pictures: SVG that screen readers announce, with numbers and dates in the reader's language."""

import re
from html import escape

import altair as alt
import vl_convert

from klankbord.charts.formats import Formats
from klankbord.charts.theme import FONT

_OPENING = re.compile(r"<svg [^>]*?width=\"([\d.]+)\" height=\"([\d.]+)\"[^>]*>")
_ROLES = re.compile(r' (?:role="graphics-[^"]*"|aria-[a-z]+="[^"]*"|class="[^"]*")')


def svg(chart: alt.LayerChart | alt.VConcatChart, language: str = "en", *, label: str, font: str = FONT) -> str:
    """Render a chart as one SVG image.

    Parameters
    ----------
    chart : Altair chart
        As the functions of this room return it.
    language : str
        One of nl, fr, de, en.
    label : str
        Text alternative: what the figure shows, in words.
    font : str
        Family for all text.

    Returns
    -------
    str
        An `<svg role="img">` that scales with its box, without scripts, styles or references.
    """
    formats = Formats(language=language)
    drawn = vl_convert.vegalite_to_svg(
        chart.to_dict(validate=False),
        config={"font": font},
        format_locale=formats.vega_numbers(),
        time_format_locale=formats.vega_dates(),
    )
    opening = _OPENING.match(drawn)
    assert opening is not None  # noqa: S101  vl-convert always opens with the size
    width, height = opening.groups()
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(label)}" '
        f'width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
    )
    return head + _ROLES.sub("", drawn[opening.end() :])
