"""The report: answers in, one document out, saved as a page, for print or as a workbook."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path
from secrets import token_hex

from klankbord.charts.formats import Formats
from klankbord.errors import FileError, OptionError
from klankbord.lake import Responses, read
from klankbord.reports.compose import compose
from klankbord.reports.document import Document
from klankbord.reports.gathering import gather


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report that can be shown and saved.

    Parameters
    ----------
    document : Document
        What it says.
    """

    document: Document

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the report as its file name asks: .html, .pdf or .xlsx.

        The file appears when it is complete, in place of an older one; a report that fails leaves nothing behind.

        Raises
        ------
        OptionError
            When the name ends otherwise.
        FileError
            When the file cannot be written there.
        """
        target = Path(path)
        render = _outlet(target)
        content = render(self.document)
        try:
            _replace(target, content)
        except OSError as problem:
            reason = problem.strerror or str(problem)
            raise FileError(
                f"{target} cannot be written: {reason}", hint="choose another place", file=str(target)
            ) from None
        return target

    def _repr_html_(self) -> str:
        from klankbord.reports.html import render_html  # noqa: PLC0415 - loads the charts

        page = escape(render_html(self.document))
        return f'<iframe title="{escape(self.document.title)}" srcdoc="{page}" width="100%" height="800"></iframe>'


def build_report(
    answers: Responses | str | os.PathLike[str],
    *,
    by: str | Sequence[str] | None = None,
    language: str = "en",
    title: str | None = None,
    level: float = 0.95,
) -> Report:
    r"""Make a report of survey answers.

    Parameters
    ----------
    answers : Responses or path
        What `klankbord.read` gave, or a file that it can read.
    by : str or sequence of str, optional
        Columns to divide the answers by; by default those that tell most, employees' names left out.
    language : {"nl", "fr", "de", "en"}
        Language of the report.
    title : str, optional
        Title; by default one that fits the measure.
    level : float
        Confidence level of intervals and verdicts.

    Raises
    ------
    KlankbordError
        What `read` raises, a column that is not there, or a language that is not spoken.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "answers.csv")
    ...     _ = path.write_text("score,team\n" + "9,a\n3,b\n10,a\n8,b\n" * 5)
    ...     report = build_report(path, language="nl")
    ...     report.document.sections[0].blocks[0].text
    '20 klanten gaven antwoord: NPS\xa0+25 (95%-interval −13 tot +56).'
    """
    Formats(language=language)  # refuses an unknown language before a large file is read
    responses = answers if isinstance(answers, Responses) else read(answers)
    columns = (by,) if isinstance(by, str) else by
    evidence = gather(responses, by=columns or None, level=level)
    today = datetime.now().astimezone().date()
    return Report(document=compose(evidence, language=language, made_on=today, title=title))


def _outlet(path: Path) -> Callable[[Document], bytes]:
    """Return the renderer of a kind of file; each loads its own heavy parts, only when it is asked for."""
    match path.suffix.casefold():
        case ".html" | ".htm":
            from klankbord.reports.html import render_html  # noqa: PLC0415

            return lambda document: render_html(document).encode()
        case ".pdf":
            from klankbord.reports.pdf import render_pdf  # noqa: PLC0415

            return render_pdf
        case ".xlsx":
            from klankbord.reports.xlsx import render_xlsx  # noqa: PLC0415

            return render_xlsx
    raise OptionError(
        f"{path.name}: a report is written as .html, .pdf or .xlsx",
        hint=f"for example {path.with_suffix('.html').name}",
        path=str(path),
    )


def _replace(target: Path, content: bytes) -> None:
    temporary = target.with_name(f".{target.name}-{token_hex(4)}")
    try:
        temporary.write_bytes(content)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
