"""Personal data that customers write down: names, numbers and addresses of nobody, in the shapes that people use.

Telephone numbers come from the ranges that Ofcom, ARCEP and the Bundesnetzagentur keep for fiction; Dutch and Belgian
ones are placeholders. IBANs belong to no account, but their check digits are right.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence

from klankbord.twin.comments.slips import LOWER, UPPER, dress

Planted = tuple[str, str]

_SLOT = re.compile(r"\{(\w+)\}")
_FILL = re.compile(r"[#%@]")
_LETTERS = "ABCDEFGHJKLMNPRSTUVWXZ"
_KINDS = {"agent": "name", "surname": "name"}
_AS_TYPED = ("name", "address", "birth_date")  # follow the case of the text; numbers and e-mail addresses do not
DRAWS = 160  # whole numbers that one comment can use up


class _Lots:
    """Whole numbers drawn beforehand, used up one after the other."""

    def __init__(self, numbers: Sequence[int]) -> None:
        self._numbers = iter(numbers)

    def below(self, bound: int) -> int:
        return next(self._numbers) % bound

    def one(self, choices: Sequence[str]) -> str:
        return choices[self.below(len(choices))]

    def shape(self, pattern: str) -> str:
        """Fill a shape: `#` is a digit, `%` one that is not zero, `@` a capital."""
        return _FILL.sub(self._sign, pattern)

    def _sign(self, match: re.Match[str]) -> str:
        match match[0]:
            case "#":
                return str(self.below(10))
            case "%":
                return str(1 + self.below(9))
            case _:
                return _LETTERS[self.below(len(_LETTERS))]


class _Someone:
    """A person who does not exist, with everything that such a person may write down."""

    def __init__(self, people: Mapping[str, Sequence[str]], lots: _Lots) -> None:
        self._people, self._lots = people, lots
        self._first, self._last = lots.one(people["first"]), lots.one(people["last"])

    def tell(self, slot: str) -> str:
        telling: dict[str, Callable[[], str]] = {
            "name": self._name,
            "agent": self._agent,
            "surname": lambda: self._lots.one(self._people["last"]),
            "phone": lambda: self._lots.shape(self._lots.one(self._people["phone"])),
            "email": self._email,
            "iban": self._iban,
            "customer_number": lambda: self._lots.shape(self._lots.one(self._people["customer_number"])),
            "address": self._address,
            "birth_date": self._birth_date,
        }
        return telling[slot]()

    def _name(self) -> str:
        form = self._lots.below(10)
        return f"{self._first[0]}. {self._last}" if form == 0 else f"{self._first} {self._last}"

    def _agent(self) -> str:
        first = self._lots.one(self._people["first"])
        return f"{first} {self._lots.one(self._people['last'])}" if self._lots.below(4) == 0 else first

    def _email(self) -> str:
        first, last = _ascii(self._first), _ascii(self._last)
        box = (f"{first}.{last}", f"{first[0]}.{last}", f"{first}_{last}", f"{first}{last}##", f"{last}.{first}")
        return f"{self._lots.shape(self._lots.one(box))}@{self._lots.one(self._people['domain'])}"

    def _iban(self) -> str:
        country, _, pattern = self._lots.one(self._people["iban"]).partition(" ")
        whole = iban(country, self._lots.shape(pattern))
        form = self._lots.below(10)
        if form < 6:
            return " ".join(whole[at : at + 4] for at in range(0, len(whole), 4))
        return whole if form < 9 else whole.lower()

    def _address(self) -> str:
        street, town = self._lots.one(self._people["street"]), self._lots.one(self._people["town"])
        return self._lots.shape(self._lots.one(self._people["address"])).format(street=street, town=town)

    def _birth_date(self) -> str:
        day, month, year = 1 + self._lots.below(28), self._lots.below(12), 1938 + self._lots.below(68)
        return self._lots.one(self._people["birth_date"]).format(
            d=day,
            dd=f"{day:02}",
            m=month + 1,
            mm=f"{month + 1:02}",
            month=self._people["month"][month],
            year=year,
            yy=f"{year % 100:02}",
        )


def iban(country: str, account: str) -> str:
    """Return an IBAN with the check digits of ISO 13616: 98 less the remainder of the rearranged number by 97.

    Examples
    --------
    >>> iban("NL", "ABNA0417164300")
    'NL91ABNA0417164300'
    """
    number = int("".join(str(int(sign, 36)) for sign in f"{account}{country}00"))
    return f"{country}{98 - number % 97:02}{account}"


def sentence_about(
    template: str, people: Mapping[str, Sequence[str]], numbers: Sequence[int], manner: str
) -> tuple[str, tuple[Planted, ...]]:
    """Fill a sentence with personal data, and return it with every (kind, substring) that stands in it."""
    someone = _Someone(people, _Lots(numbers))
    planted: list[Planted] = []
    words = []
    for place, part in enumerate(_SLOT.split(template)):
        if place % 2 == 0:
            # Loose writers keep these marks: without them, numbers of two kinds would run together.
            words.append(dress(part, manner) if manner in {LOWER, UPPER} else part)
            continue
        kind, told = _KINDS.get(part, part), someone.tell(part)
        told = dress(told, manner) if kind in _AS_TYPED and manner in {LOWER, UPPER} else told
        planted.append((kind, told))
        words.append(told)
    return "".join(words), tuple(planted)


def _ascii(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.lower().replace("ß", "ss").replace("ı", "i"))
    return "".join(sign for sign in plain if sign.isascii() and sign.isalpha())
