"""In their own words: comments by kind of respondent, without personal data."""

from unicodedata import category

from klankbord.charts.kinds import kinds_of
from klankbord.reports.document import Block, Paragraph, Quote, Quotes, Section
from klankbord.reports.evidence import Comments, Evidence
from klankbord.reports.wording import Wording
from klankbord.voice import redact


def verbatims(evidence: Evidence, wording: Wording) -> Section:
    """Write the chapter with comments."""
    words = {kind: word for kind, (_, word) in kinds_of(evidence.score.measure).items()}
    blocks: list[Block] = [_quotes(comments, words[comments.kind], wording) for comments in evidence.comments]
    if not any(comments.count for comments in evidence.comments):
        blocks = [Paragraph(text=wording("quotes.none"))]
    return Section(key="quotes", title=wording("quotes.title"), blocks=tuple(blocks))


def _quotes(comments: Comments, word: str, wording: Wording) -> Quotes:
    hidden = wording.table("quotes.redacted")
    chosen = comments.chosen
    return Quotes(
        kind=comments.kind,
        title=wording.word(word),
        remark=wording("quotes.remark", n=comments.count, shown=len(chosen)) if chosen else wording("quotes.nobody"),
        items=tuple(
            Quote(text=redact(_plain(comment.text), hidden), score=comment.score, on=comment.on) for comment in chosen
        ),
    )


def _plain(text: str) -> str:
    """Return text on one line, without characters that steer machines and show nothing."""
    return " ".join("".join(" " if category(sign) == "Cc" else sign for sign in text).split())
