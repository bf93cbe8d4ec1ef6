"""What tools and people call a channel, a direction, a yes (nl, fr, de, en): every distinct word is judged once."""

import re
from collections.abc import Iterable, Mapping

from klankbord.lake.schema import TABLES, Type

YES = ("true", "yes", "y", "ja", "j", "oui", "o", "1", "t", "waar", "wahr", "vrai", "x")
NO = ("false", "no", "n", "nee", "nein", "non", "0", "f", "onwaar", "falsch", "faux")

_CHANNELS: Mapping[str, str] = {
    "phone": "voice call calls phone telephone telephony telefoon telefonie téléphone appel anruf telefon inboundcall"
    " callback pstn workitemvoice",
    "chat": "chat webchat livechat live_chat flow web_chat chatting widget tchat webmessaging",
    "email": "email mail e-mail courriel outbound_email",
    "messaging": "whatsapp messenger messaging message open apple telegram viber line wechat rcs berichten"
    " native_messaging instagram_dm any_channel messagerie nachricht",
    "sms": "sms text textmessage",
    "social": "social facebook twitter x instagram tweet linkedin youtube forum sociaal réseaux",
    "video": "video videocall cobrowse screenshare",
    "web": "web portal form webform website formulier formulaire formular api help_center feedback_widget",
    "bot": "bot chatbot voicebot virtual_agent ivr",
    "visit": "visit bezoek balie desk counter store winkel guichet schalter besuch face-to-face",
    "letter": "letter brief post mail_post lettre courrier fax",
}
_DIRECTIONS: Mapping[str, str] = {
    "inbound": "inbound incoming in inkomend binnenkomend entrant eingehend inbounddir terminating abandoned missed"
    " short_abandoned queue_transfer",
    "outbound": "outbound outgoing out uitgaand sortant ausgehend outbounddir originating manual preview dialer"
    " external_outbound outbound_missed",
    "internal": "internal intern interne agent_to_agent",
}
_HANDLERS: Mapping[str, str] = {
    "human": "human agent person mens medewerker humain mensch mitarbeiter",
    "automated": "automated bot automatic automatisch automatique automatisiert self-service selfservice ivr",
    "both": "both beide hybrid les_deux",
}
_LANGUAGES: Mapping[str, str] = {
    "nl": "nl nld dut dutch nederlands néerlandais niederländisch vlaams flemish",
    "fr": "fr fra fre french frans français französisch",
    "de": "de deu ger german duits allemand deutsch",
    "en": "en eng english engels anglais englisch",
}


def _by_word(groups: Mapping[str, str]) -> Mapping[str, str]:
    return {_plain(word): meaning for meaning, words in groups.items() for word in words.split()}


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text).strip().casefold()


_KNOWN: Mapping[str, Mapping[str, str]] = {
    "channel": _by_word(_CHANNELS),
    "survey_channel": _by_word(_CHANNELS),
    "direction": _by_word(_DIRECTIONS),
    "handled_by": _by_word(_HANDLERS),
    "language": _by_word(_LANGUAGES),
}
_FLAGS = dict.fromkeys(YES, "true") | dict.fromkeys(NO, "false")
JUDGED = frozenset(
    column.name for column in TABLES["contacts"].columns if column.type is Type.FLAG or column.name in _KNOWN
)


def judge_words(column: str, cells: Iterable[str], own: Mapping[str, str]) -> dict[str, str]:
    """Return what the distinct cells of a column mean; a cell that means nothing is left out.

    Parameters
    ----------
    column : str
        Column of the schema.
    cells : iterable of str
        Its distinct cells.
    own : Mapping of str to str
        What the tool's own words mean (case folded); they go before common ones.

    Examples
    --------
    >>> judge_words("channel", ["Voice Call", "fax machine", "pigeon"], {})
    {'Voice Call': 'phone', 'fax machine': 'letter', 'pigeon': 'other'}
    >>> judge_words("language", ["nl-BE", "Deutsch", "pl"], {})
    {'nl-BE': 'nl', 'Deutsch': 'de', 'pl': 'pl'}
    >>> judge_words("resolved", ["Ja", "?"], {})
    {'Ja': 'true'}
    """
    known = _KNOWN.get(column, _FLAGS)
    found = ((cell, _meaning(column, cell, known, own)) for cell in cells)
    return {cell: meaning for cell, meaning in found if meaning is not None}


def _meaning(column: str, cell: str, known: Mapping[str, str], own: Mapping[str, str]) -> str | None:
    folded = cell.strip().casefold()
    if folded in own:
        return own[folded] or None
    plain = _plain(cell)
    if not plain:
        return None
    whole = known.get(plain) or known.get(plain.replace(" ", ""))
    if whole or column not in _KNOWN:
        return whole
    part = next((known[word] for word in plain.split() if word in known), None)
    if part or column not in {"channel", "survey_channel", "language"}:
        return part
    if column == "language":
        return plain.split()[0]
    return None if plain in {"none", "null", "n a", "unknown"} else "other"
