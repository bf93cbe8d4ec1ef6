"""The report as one HTML file: no script, no request, no style outside its one sheet."""

from base64 import b64encode
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from klankbord.charts.theme import NARROW, WIDE
from klankbord.reports.cells import written
from klankbord.reports.document import Document, Figure
from klankbord.reports.wording import Wording


def render_html(document: Document) -> str:
    """Write the report as a self-contained HTML page.

    Returns
    -------
    str
        The page; its content security policy allows nothing but its own style sheet.
    """
    wording = Wording(document.language, share=document.share)
    style = files(__package__).joinpath("templates/report.css").read_text(encoding="utf-8")
    digest = b64encode(sha256(style.encode()).digest()).decode()
    template = _environment(wording).get_template("report.html")
    return template.render(
        document=document,
        wording=wording,
        style=Markup(style),  # noqa: S704 - our own sheet
        policy=f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
        pictures=lambda figure: _pictures(figure, document.language),
    )


def _environment(wording: Wording) -> Environment:
    environment = Environment(
        loader=PackageLoader("klankbord.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["written"] = lambda value, kind: written(value, kind, wording)
    environment.tests["a"] = lambda block, name: type(block).__name__ == name
    return environment


def _pictures(figure: Figure, language: str) -> dict[str, Markup]:
    """Draw a figure for a page and for a phone; the style sheet shows one of them."""
    from klankbord.charts import svg  # noqa: PLC0415 - loads Altair

    widths = {"wide": WIDE, "narrow": NARROW}
    return {
        name: Markup(svg(figure.draw(width), language, label=figure.text))  # noqa: S704 - drawn by us, escaped there
        for name, width in widths.items()
    }
