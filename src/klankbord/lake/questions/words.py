"""How a question is cut into words and how a word is quoted; what the words mean is decided elsewhere."""

import re

from klankbord.errors import OptionError

KEYWORDS = frozenset({"by", "where", "and", "in", "per", "compare", "is", "not", "empty"})
_BARE = re.compile(r"[\w.:\-]+")
_WORD = re.compile(
    r"""\s*(?:
        "(?P<quoted>(?:[^"]|"")*)"
      | (?P<sign><=|>=|!=|=|<|>|,|\|)
      | (?P<bare>\w+\s*\(\s*\w+\s*\)|[^\s"=<>!|,]+)
    )""",
    re.VERBOSE,
)


class Word(str):
    """A word of a question; `quoted` ones are never keywords."""

    __slots__ = ("quoted",)
    quoted: bool

    @classmethod
    def of(cls, text: str, *, quoted: bool) -> "Word":
        """Return a word that knows whether it was quoted."""
        word = cls(text)
        word.quoted = quoted
        return word

    def means(self, keyword: str) -> bool:
        """Whether this is that keyword or sign, in capitals or not."""
        return not self.quoted and self.casefold() == keyword


def cut(text: str) -> list[Word]:
    """Cut text into words, signs and quoted words.

    Raises
    ------
    OptionError
        Where a quote is left open.

    Examples
    --------
    >>> cut('nps where team="Ghent and Co"')
    ['nps', 'where', 'team', '=', 'Ghent and Co']
    """
    words, at = list[Word](), 0
    text = text.strip()
    while at < len(text):
        found = _WORD.match(text, at)
        if found is None:
            raise OptionError(
                f"the question cannot be read from {text[at:].strip()!r} on",
                hint='close the quotes; a quote within them is written twice: team="the ""old"" team"',
                text=text,
                case="open_quotes",
                rest=text[at:].strip(),
            )
        at = found.end()
        # Quotes are what tells the value "by" from the keyword.
        quoted = found["quoted"]
        word = found[0].strip() if quoted is None else quoted.replace('""', '"')
        words.append(Word.of(word, quoted=quoted is not None))
    return words


def written(word: str) -> str:
    """Return a name or value as it stands in a question: in quotes where it needs them.

    Examples
    --------
    >>> written("phone"), written("Ghent and Co"), written("and")
    ('phone', '"Ghent and Co"', '"and"')
    """
    if _BARE.fullmatch(word) and word.casefold() not in KEYWORDS:
        return word
    return '"' + word.replace('"', '""') + '"'
