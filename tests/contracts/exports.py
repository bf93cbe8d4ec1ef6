"""Exports of an invented contact centre, as four survey tools would write them, with what a reader must find in them.

Run it to get the files: `python tests/contracts/exports.py FOLDER [ROWS]`.
"""

import csv
import json
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

_ZONE = ZoneInfo("Europe/Amsterdam")
_FIRST = datetime(2026, 6, 1, tzinfo=_ZONE)
_SHIFT = datetime(2026, 9, 14, tzinfo=_ZONE)
_DAYS = 174
_QUEUES = ("Facturen", "Verhuizen", "Storingen", "Opzeggen")
_TEAMS = ("Amsterdam", "Brussel", "Keulen", "Gent")
_CHANNELS = ("phone", "email", "chat", "whatsapp")
_AGENTS = (
    "a.bakker",
    "b.claes",
    "c.dubois",
    "d.eggers",
    "e.fontaine",
    "f.groot",
    "g.hermans",
    "h.ibrahim",
    "i.janssens",
)
# Chance of a detractor, a passive and a promoter, before the shift and after it.
_BEFORE, _AFTER = (0.32, 0.28, 0.40), (0.20, 0.26, 0.54)
_COMMENTS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "nl": {
        "bad": (
            "Drie keer gebeld en nog geen antwoord",
            'De "oplossing" werkte niet;\nik wacht nog steeds',
            "Bel mij terug op 06-12345678, dit kan zo niet",
        ),
        "fair": ("Goed geholpen, maar de wachttijd was lang", "Prima, niets bijzonders"),
        "good": ("Snel en vriendelijk geholpen, dank!", "Meteen opgelost 👍"),
    },
    "fr": {
        "bad": ("J'attends toujours qu'on me rappelle", "Facture erronée, écrivez-moi à client@exemple.example"),
        "fair": ("Correct, mais un peu long",),
        "good": ("Très aimable et efficace", "Réponse claire, merci"),
    },
    "de": {
        "bad": ("Niemand fühlt sich zuständig", "Zweimal weiterverbunden, dann aufgelegt"),
        "fair": ("Ganz in Ordnung", "Freundlich, aber langsam"),
        "good": ("Schnell gelöst, sehr freundlich", "Kompetent und geduldig"),
    },
    "en": {
        "bad": ("Passed around four departments", "Still no refund, order 20261120"),
        "fair": ("Fine, though the queue was long",),
        "good": ("Sorted in five minutes, great", "Friendly and clear"),
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What one customer did with an invitation: a score or none, and the contact that it was about."""

    number: int
    score: int | None
    comment: str
    at: datetime
    queue: str
    team: str
    agent: str
    channel: str
    language: str
    status: str = "answered"
    finished: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """A file that was written, and what is in it: records in all, answers that count by score, the rest by reason."""

    path: Path
    records: int
    counts: Mapping[int, int]
    partial: int = 0
    drops: Mapping[str, int] = field(default_factory=dict)

    @property
    def kept(self) -> int:
        """How many answers count."""
        return sum(self.counts.values())


def replies(rows: int, seed: int = 1, scale: Sequence[int] = range(11)) -> Iterator[Reply]:
    """Yield `rows` replies in the order in which they came in; in mid-September the centre becomes clearly better."""
    chance = random.Random(seed)
    moments = sorted(
        _FIRST + timedelta(days=chance.randrange(_DAYS), seconds=chance.randrange(8 * 3600, 20 * 3600))
        for _ in range(rows)
    )
    for number, at in enumerate(moments, 1):
        place = chance.randrange(len(_TEAMS))
        kind = chance.choices(("bad", "fair", "good"), _AFTER if at >= _SHIFT else _BEFORE)[0]
        language = chance.choices(tuple(_COMMENTS), (55, 15, 15, 15))[0]
        yield Reply(
            number=number,
            score=None if chance.random() < 0.04 else _score(kind, scale, chance),
            comment=chance.choice(_COMMENTS[language][kind]) if chance.random() < 0.5 else "",
            at=at.astimezone(UTC),
            queue=chance.choice(_QUEUES),
            team=_TEAMS[place],
            agent=_AGENTS[2 * place + chance.randrange(3)],
            channel=chance.choice(_CHANNELS),
            language=language,
            status=chance.choices(("answered", "preview", "test", "spam"), (95, 3, 1, 1))[0],
            finished=chance.random() > 0.05,
        )


def _score(kind: str, scale: Sequence[int], chance: random.Random) -> int:
    return chance.choice({"bad": scale[:-4], "fair": scale[-4:-2], "good": scale[-2:]}[kind])


def write_delighted(path: Path, rows: int, seed: int = 1) -> Export:
    """Write the JSON of Delighted's API; every fiftieth answer is in it a second time, as the customer changed it."""
    found = list(replies(rows, seed))
    changed = [replace(reply, score=10 - reply.score, comment="") for reply in found[::50] if reply.score is not None]
    documents = [_delighted(reply, 0) for reply in found] + [_delighted(reply, 600) for reply in changed]
    path.write_text(json.dumps(documents, ensure_ascii=False), encoding="utf-8")
    final = {reply.number: reply.score for reply in (*found, *changed)}
    return Export(
        path=path,
        records=len(documents),
        counts=Counter(score for score in final.values() if score is not None),
        drops={"duplicate": len(changed), "no_score": sum(score is None for score in final.values())},
    )


def _delighted(reply: Reply, later: int) -> dict[str, object]:
    seconds = int(reply.at.timestamp())
    return {
        "id": str(210_000_000 + reply.number),
        "person": str(980_000_000 + reply.number),
        "survey_type": "nps",
        "score": reply.score,
        "comment": reply.comment or None,
        "permalink": f"https://delighted.example/r/{reply.number}",
        "created_at": seconds,
        "updated_at": seconds + later,
        "person_properties": {
            "queue": reply.queue,
            "team": reply.team,
            "agent": reply.agent,
            "Locale": reply.language,
            "Delighted Source": reply.channel,
        },
        "notes": [],
        "tags": ["terugbellen"] if reply.number % 40 == 0 else [],
        "additional_answers": [],
    }


_QUALTRICS = (
    *("StartDate", "EndDate", "Status", "IPAddress", "Progress", "Duration (in seconds)", "Finished", "RecordedDate"),
    *("ResponseId", "RecipientEmail", "ExternalReference", "DistributionChannel", "UserLanguage"),
)
_IMPORTS = (
    *("startDate", "endDate", "status", "ipAddress", "progress", "duration", "finished", "recordedDate"),
    *("_recordId", "recipientEmail", "externalDataReference", "distributionChannel", "userLanguage"),
)
_STATUS = {"answered": "IP Address", "preview": "Survey Preview", "test": "Survey Test", "spam": "Spam"}


def write_qualtrics(path: Path, rows: int, seed: int = 2) -> Export:
    """Write Qualtrics' CSV with its three header records, previews, tests, spam and unfinished answers."""
    found = list(replies(rows, seed))
    names = (*_QUALTRICS, "Q1", "Q1_NPS_GROUP", "Q2", "queue", "team", "agent")
    texts = (
        *_QUALTRICS,
        "Hoe waarschijnlijk is het\ndat u ons aanbeveelt?",
        "Group",
        "Waarom?",
        "queue",
        "team",
        "agent",
    )
    dated = {"startDate", "endDate", "recordedDate"}
    imports = [
        json.dumps(
            {"ImportId": name} | ({"timeZone": "Europe/Amsterdam"} if name in dated else {}), separators=(",", ":")
        )
        for name in (*_IMPORTS, "QID1", "QID1_NPS_GROUP", "QID2_TEXT", "queue", "team", "agent")
    ]
    _write(path, [names, texts, imports, *map(_qualtrics, found)])
    real = [reply for reply in found if reply.status == "answered"]
    return Export(
        path=path,
        records=len(found),
        counts=Counter(reply.score for reply in real if reply.score is not None),
        partial=sum(not reply.finished for reply in real if reply.score is not None),
        drops=Counter(reply.status for reply in found if reply.status != "answered")
        | {"no_score": sum(reply.score is None for reply in real)},
    )


def _qualtrics(reply: Reply) -> list[object]:
    at = reply.at.astimezone(_ZONE)
    group = "" if reply.score is None else ("Detractor", "Passive", "Promoter")[(reply.score > 6) + (reply.score > 8)]
    return [
        *(f"{at - timedelta(seconds=54):%Y-%m-%d %H:%M:%S}", f"{at:%Y-%m-%d %H:%M:%S}", _STATUS[reply.status]),
        *("203.0.113.7", 100 if reply.finished else 50, 54, reply.finished),
        f"{at + (timedelta(0) if reply.finished else timedelta(days=7)):%Y-%m-%d %H:%M:%S}",
        *(f"R_{reply.number}", f"klant{reply.number}@voorbeeld.example", f"CRM-{reply.number}"),
        *(reply.channel, reply.language.upper(), "" if reply.score is None else reply.score, group),
        *(reply.comment, reply.queue, reply.team, reply.agent),
    ]


def write_surveymonkey(path: Path, rows: int, seed: int = 3) -> Export:
    """Write SurveyMonkey's CSV with its two header records, American dates and labels on both ends of the scale."""
    found = list(replies(rows, seed))
    own = (
        "Respondent ID",
        "Collector ID",
        "Start Date",
        "End Date",
        "IP Address",
        "Email Address",
        "First Name",
        "Last Name",
    )
    names = (*own, "Custom Data 1", "queue", "team", "agent", "language", "channel")
    questions = (
        "How likely is it that you would recommend us?",
        "What is the main reason for your score?",
        "What did you use?",
        "",
    )
    choices = (*[""] * len(names), "Response", "Open-Ended Response", "Phone", "Chat")
    _write(path, [(*names, *questions), choices, *map(_surveymonkey, found)])
    counts = Counter(reply.score for reply in found if reply.score is not None)
    return Export(path=path, records=len(found), counts=counts, drops={"no_score": len(found) - counts.total()})


def _surveymonkey(reply: Reply) -> list[object]:
    label = {None: "", 0: "Not at all likely - 0", 10: "Extremely likely - 10"}.get(reply.score, reply.score)
    start = reply.at - timedelta(seconds=54)
    return [
        *(
            118_052_000_000 + reply.number,
            446_111_201,
            f"{start:%m/%d/%Y %I:%M:%S %p}",
            f"{reply.at:%m/%d/%Y %I:%M:%S %p}",
        ),
        *("203.0.113.7", f"klant{reply.number}@voorbeeld.example", "", "", f"CRM-{reply.number}"),
        *(reply.queue, reply.team, reply.agent, reply.language, reply.channel, label, reply.comment),
        *("Phone" if reply.channel == "phone" else "", "Chat" if reply.channel == "chat" else ""),
    ]


def write_chatwoot(path: Path, rows: int, seed: int = 4) -> Export:
    """Write Chatwoot's CSV of ratings from 1 to 5, with the line that names the period at its end."""
    found = [reply for reply in replies(rows, seed, range(1, 6)) if reply.score is not None]
    names = (
        *("Agent Name", "Rating", "Feedback Comment", "Contact Name", "Contact Email Address"),
        *("Contact Phone Number", "Link to the conversation", "Recorded date"),
    )
    _write(path, [names, *map(_chatwoot, found), ("Reporting period 2026-06-01 to 2026-11-22",)])
    return Export(
        path=path,
        records=len(found) + 1,
        counts=Counter(reply.score for reply in found if reply.score is not None),
        drops={"period_line": 1},
    )


def _chatwoot(reply: Reply) -> list[object]:
    agent = f"{reply.agent.title()} ({reply.agent}@bedrijf.example)" if reply.number % 30 else ""
    link = f"https://chat.bedrijf.example/app/accounts/1/conversations/{reply.number}"
    return [
        *(agent, reply.score, reply.comment, f"Klant {reply.number}", f"klant{reply.number}@voorbeeld.example"),
        *("'+31612345678" if reply.number % 3 else "", link, f"{reply.at:%Y-%m-%d %H:%M:%S} UTC"),
    ]


def _write(path: Path, records: Sequence[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(records)


WRITERS: Mapping[str, Callable[[Path, int], Export]] = {
    "delighted.json": write_delighted,
    "qualtrics.csv": write_qualtrics,
    "surveymonkey.csv": write_surveymonkey,
    "chatwoot.csv": write_chatwoot,
}


def main(folder: str, rows: str = "5000") -> None:
    """Write all exports into a folder."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    for name, write in WRITERS.items():
        export = write(Path(folder) / name, int(rows))
        print(f"{export.path}: {export.records:,} records, {export.kept:,} answers")  # noqa: T201 - a command says what it did


if __name__ == "__main__":
    main(*sys.argv[1:])
