"""Charts out of the command line: to a file of the kind that its name says, or as SVG to standard output."""

import sys
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from klankbord.errors import OptionError

if TYPE_CHECKING:
    from klankbord.results import Result

DRAWN = (".svg", ".html", ".png")
_STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}svg{max-width:100%;height:auto}"
    "table{border-collapse:collapse;font-size:.8rem}td,th{padding:.2rem .6rem;text-align:right}"
)


def check_drawable(output: Path | None) -> None:
    """Refuse a file that cannot hold a chart, before anything is computed.

    Raises
    ------
    OptionError
        When its name ends in something else than .svg, .html or .png.
    """
    if output is not None and output.suffix.lower() not in DRAWN:
        raise OptionError(f"{output.name} cannot hold a chart", hint=f"end it in {', '.join(DRAWN)}")


def draw_result(result: "Result", output: Path | None, *, title: str, about: str) -> None:
    """Draw a result to a file, a page with the numbers beside it where that is HTML, or as SVG to standard output."""
    from klankbord.charts import draw, svg

    drawn = svg(draw(result), label=result.summary())
    if output is None:
        sys.stdout.write(f"{drawn}\n")
        return
    if output.suffix.lower() == ".png":
        import vl_convert

        # A picture without a ground is unreadable where the page is dark.
        grounded = drawn.replace(">", '><rect width="100%" height="100%" fill="white"/>', 1)
        output.write_bytes(vl_convert.svg_to_png(grounded, scale=2))
    else:
        page = _page(result, drawn, title, about) if output.suffix.lower() == ".html" else drawn
        output.write_text(f"{page}\n", encoding="utf-8")
    sys.stdout.write(f"{output}\n")


def _page(result: "Result", drawn: str, title: str, about: str) -> str:
    """Return a page that stands alone: the chart, then the numbers and doubts behind it."""
    head = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}</style>'
    return f"{head}<h1>{escape(title)}</h1>{drawn}<p>{escape(about)}</p>{result._repr_html_()}</html>"
