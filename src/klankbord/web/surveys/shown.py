"""A questionnaire as the editor's page shows it: fields in one language, with what is missing and what is wrong."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from klankbord.reports.wording import LANGUAGES
from klankbord.score import MEASURES
from klankbord.web.kernel.wording import say, worded_in
from klankbord.web.surveys.editing import Content, field_of
from klankbord.web.surveys.flaws import LONGEST, MOST_CHOICES, MOST_QUESTIONS, Flaw, Place
from klankbord.web.surveys.library import STARTING_POINTS
from klankbord.web.surveys.parts import EVERYONE

Shown = dict[str, Any]
_AREAS = {"question", "thanks"}
_SPARE_CHOICES = 2


def editor_shown(content: Content, language: str, flaws: Iterable[Flaw] = (), *, blank: bool = False) -> Shown:
    """Return what the editor's page shows; `blank` adds a question that is not there yet."""
    told = [flaw for flaw in flaws if not flaw.place.language or flaw.place.language == language]
    page = _Page(content, language, told)
    questions = content["questions"]
    return {
        "content": content,
        "language": language,
        "flaws": [flaw_said(flaw) for flaw in flaws],
        "offered": [{"code": code, "spoken": code in content["languages"]} for code in LANGUAGES],
        "scale": MEASURES[content["metric"]].levels,
        "library": [kind for kind, metric in STARTING_POINTS.items() if metric == content["metric"]],
        **{part: page.text(part, part, content[part]) for part in ("question", "low", "high")},
        **{part: page.by_segment(part) for part in ("why", "thanks")},
        **{part: page.plain(part) for part in ("brand", "privacy_url", "logo")},
        **{part: page.plain(part, content["branding"][part]) for part in ("accent", "accent_dark")},
        "spoken": page.plain("languages"),
        "callback": page.callback(),
        "questions": [page.closed(number, one) for number, one in enumerate(questions)]
        + ([page.closed(len(questions), _BLANK)] if blank and len(questions) < MOST_QUESTIONS else []),
        "can_ask_more": len(questions) < MOST_QUESTIONS and not blank,
    }


def place_said(place: Place) -> str:
    """Say where something is."""
    said = [
        language_said(place.language) if place.language else "",
        say("surveys.places.nth_question", n=place.question) if place.question else "",
        say("surveys.places.nth_choice", n=place.choice) if place.choice else "",
        "" if place.question and place.part in {"text", "choice"} else part_said(place.part),
        say(f"surveys.segments.{place.segment}") if place.segment else "",
    ]
    return " · ".join(word for word in said if word)


def language_said(code: str) -> str:
    """Say what a language is called; one that is none of ours is named by its code."""
    return say(f"surveys.languages.{code}") if code in LANGUAGES else code


def part_said(part: str) -> str:
    """Say what a part of a questionnaire is called; one that is none of ours is named by itself."""
    key = f"surveys.parts.{part}"
    return say(key) if worded_in("en").knows(key) else part


def flaw_said(flaw: Flaw) -> dict[str, str]:
    """Say what is wrong, and in which field it is put right."""
    text = say(
        f"surveys.flaws.{flaw.code}",
        near=flaw.near,
        most=LONGEST.get(flaw.place.part, 0),
        questions=MOST_QUESTIONS,
        choices=MOST_CHOICES,
    )
    return {"field": field_of(flaw.place), "place": place_said(flaw.place), "text": text}


def gaps_said(gaps: Iterable[Flaw]) -> list[dict[str, Any]]:
    """Return how many texts are missing, by language."""
    counts = Counter(gap.place.language for gap in gaps)
    return [{"code": code, "n": counts[code]} for code in LANGUAGES if counts[code]]


_BLANK: Content = {"id": "", "kind": "single", "text": {}, "choices": [], "scores": None}


class _Page:
    """Makes fields of the parts of one questionnaire."""

    def __init__(self, content: Content, language: str, flaws: list[Flaw]) -> None:
        self.content, self.language, self.own = content, language, content["language"]
        self.wrong = {field_of(flaw.place): flaw_said(flaw)["text"] for flaw in flaws}

    def plain(self, name: str, value: str | None = None) -> Shown:
        value = self.content.get(name, "") if value is None else value
        return {"name": name, "value": value, "most": LONGEST.get(name, 7), "wrong": self.wrong.get(name)}

    def text(self, name: str, part: str, told: Mapping[str, str], label: str = "") -> Shown:
        """Return a field for a text, with the text in the survey's own language beside it while it is translated."""
        return {
            "name": name,
            "id": name.replace(".", "-"),
            "label": label or part_said(part),
            "value": told.get(self.language, ""),
            "origin": told.get(self.own, "") if self.language != self.own else "",
            "own": self.own,
            "language": self.language,
            "most": LONGEST[part],
            "area": part in _AREAS,
            "wrong": self.wrong.get(name),
        }

    def by_segment(self, part: str) -> Shown:
        told = self.content[part]
        named = [(EVERYONE, ""), *((one, say(f"surveys.segments.{one}")) for one in told if one != EVERYONE)]
        return {
            "split": len(told) > 1,
            "fields": [self.text(f"{part}.{one}", part, told.get(one, {}), label) for one, label in named],
        }

    def callback(self) -> Shown:
        told = self.content.get("callback")
        on = told is not None
        field = self.text("callback", "callback", told["text"]) if told else None
        return {"on": on, "field": field, "scores": _ends(told["scores"] if told else None)}

    def closed(self, number: int, question: Content) -> Shown:
        name = f"q.{number}"
        spare = [{"id": "", "text": {}}] * min(_SPARE_CHOICES, MOST_CHOICES - len(question["choices"]))
        return {
            "name": name,
            "number": number,
            "nth": number + 1,
            "id": question["id"],
            "kind": question["kind"],
            "scores": _ends(question["scores"]),
            "field": self.text(f"{name}.text", "text", question["text"]),
            "choices": [
                {"id": choice["id"], "number": place}
                | {"field": self.text(f"{name}.c.{place}.text", "choice", choice["text"], _nth_choice(place))}
                for place, choice in enumerate([*question["choices"], *spare])
            ],
        }


def _nth_choice(place: int) -> str:
    return say("surveys.places.nth_choice", n=place + 1)


def _ends(scores: list[int] | None) -> Shown:
    return {"from": scores[0], "to": scores[1]} if scores else {"from": "", "to": ""}
