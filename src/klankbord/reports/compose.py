"""Evidence becomes a document: the chapters in their order, with title and imprint."""

from datetime import date

from klankbord.reports.chapters.answers import answers
from klankbord.reports.chapters.method import method
from klankbord.reports.chapters.movement import over_time
from klankbord.reports.chapters.segments import segments
from klankbord.reports.chapters.summary import summary
from klankbord.reports.chapters.trust import trust
from klankbord.reports.chapters.verbatims import verbatims
from klankbord.reports.document import Document
from klankbord.reports.evidence import Evidence
from klankbord.reports.wording import Wording

_FILES = 3  # named under the title
_CHAPTERS = (summary, answers, over_time, segments, verbatims, trust, method)


def compose(evidence: Evidence, *, language: str, made_on: date, title: str | None = None) -> Document:
    """Write the report.

    Parameters
    ----------
    evidence : Evidence
        What there is to say.
    language : str
        One of nl, fr, de, en.
    made_on : date
        The day that is printed on it.
    title : str, optional
        Its title; by default one that fits the measure.
    """
    measure = evidence.score.measure
    wording = Wording(language, share=not measure.bad)
    named = f"title.{measure.name.partition('_')[0]}"
    return Document(
        title=title or wording(named if wording.knows(named) else "title.other"),
        subtitle=wording(
            "page.made_from_tool" if evidence.tool else "page.made_from", files=_files(evidence), tool=evidence.tool
        ),
        language=language,
        share=not measure.bad,
        made_on=made_on,
        sections=tuple(chapter(evidence, wording) for chapter in _CHAPTERS),
        imprint=wording("page.trademark"),
    )


def _files(evidence: Evidence) -> str:
    named = evidence.files[:_FILES]
    return ", ".join(named) + (" …" if len(evidence.files) > len(named) else "")
