"""The report for print: a tagged PDF that screen readers can read (PDF/UA-1), set by Typst."""

import json
import re
from dataclasses import asdict
from importlib.resources import files
from typing import Any, cast

import typst

from klankbord.charts import svg
from klankbord.reports.cells import written
from klankbord.reports.document import Block, Document, Figure, Grid, Quotes
from klankbord.reports.wording import Wording

_FONT = "Libertinus Serif"  # comes with Typst, so that a report looks the same on every machine
_WIDTH = 600.0  # pixels over the width of the text: labels come out at nine points
_UNUSUAL = re.compile(r"[^\u0000-\u024f\u2010-\u203a\u20ac\u2212]")
_NOT_DISPLAYED = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
_PROBE = f'#set document(title: "-")\n#set text(font: "{_FONT}")\n#sys.inputs.text'.encode()
_BOX = "□"
_ROUNDS = 40  # characters that are tried one by one before all other unusual ones become boxes too


def render_pdf(document: Document) -> bytes:
    """Write the report as PDF/UA-1.

    Characters that no font of this machine has, emoji for example, become boxes: PDF/UA forbids text that cannot be
    displayed.
    """
    compiler = typst.Compiler()
    content = json.dumps(_plain(document), ensure_ascii=False)
    for character in _undisplayable(set(_UNUSUAL.findall(content)), compiler):
        content = content.replace(character, _BOX)
    template = files(__package__).joinpath("templates/report.typ").read_bytes()
    return cast(bytes, compiler.compile(template, sys_inputs={"report": content}, pdf_standards="ua-1"))


def _undisplayable(characters: set[str], compiler: typst.Compiler) -> set[str]:
    """Return the characters that no font at hand can show; only the compiler knows, so it is asked."""
    left, missing = sorted(characters), set[str]()
    for _ in range(_ROUNDS if left else 0):
        try:
            compiler.compile(_PROBE, sys_inputs={"text": " ".join(left)}, pdf_standards="ua-1")
        except typst.TypstError as problem:
            found = _NOT_DISPLAYED.search(str(problem))
            if found is None:
                raise
            named = _ESCAPED.sub(lambda code: chr(int(code[1], 16)), found[1])
            missing |= characters & set(named)
            left = [character for character in left if character not in missing]
        else:
            return missing
    return missing | set(left)


def _plain(document: Document) -> dict[str, Any]:
    """Return the document as the template wants it: plain data, every cell written."""
    wording = Wording(document.language, share=document.share)
    return {
        "title": document.title,
        "subtitle": document.subtitle,
        "language": document.language,
        "made_on": {"year": document.made_on.year, "month": document.made_on.month, "day": document.made_on.day},
        "made": wording("page.made", day=document.made_on),
        "imprint": document.imprint,
        "sections": [
            {
                "title": section.title,
                "blocks": [{"block": type(block).__name__, **_block(block, wording)} for block in section.blocks],
            }
            for section in document.sections
        ],
    }


def _block(block: Block, wording: Wording) -> dict[str, Any]:
    match block:
        case Figure():
            return {
                "title": block.title,
                "finding": block.finding,
                "text": block.text,
                "picture": svg(block.draw(_WIDTH), wording.language, label=block.text, font=_FONT),
                "grid": _grid(block.grid, wording) if block.grid else None,
                "remarks": " ".join(block.remarks),
            }
        case Grid():
            return _grid(block, wording)
        case Quotes():
            items = [
                {
                    "text": quote.text,
                    "source": " · ".join(
                        [
                            wording("quotes.score", score=quote.score),
                            *([wording.formats.short_day(quote.on)] if quote.on else []),
                        ]
                    ),
                }
                for quote in block.items
            ]
            return {"kind": block.kind, "title": block.title, "remark": block.remark, "items": items}
        case _:
            return asdict(block)


def _grid(grid: Grid, wording: Wording) -> dict[str, Any]:
    kinds = [column.kind for column in grid.columns]
    return {
        "caption": grid.caption,
        "columns": [{"name": column.name, "kind": column.kind} for column in grid.columns],
        "rows": [[written(cell, kind, wording) for cell, kind in zip(row, kinds, strict=True)] for row in grid.rows],
    }
