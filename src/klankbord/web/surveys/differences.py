"""What is different between two questionnaires, place by place, with what was said before and after."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from klankbord.web.surveys.flaws import Place, texts_in
from klankbord.web.surveys.parts import Scores
from klankbord.web.surveys.questionnaire import Questionnaire


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One place that changed; before is empty where it is new, and after where it is gone."""

    place: Place
    before: str
    after: str


def differences(earlier: Questionnaire, later: Questionnaire) -> tuple[Difference, ...]:
    """Return what changed, in the order of the later questionnaire, then what is gone from the earlier one.

    Questions and choices are known by their ids, so that one that moved is not taken for another.
    """
    before, after = dict(_said(earlier)), dict(_said(later))
    keys = [*after, *(key for key in before if key not in after)]
    places = _places(earlier) | _places(later)
    return tuple(
        Difference(place=_place(key, places), before=before.get(key, ""), after=after.get(key, ""))
        for key in keys
        if before.get(key, "") != after.get(key, "") and not _is_told_already(key, before, after)
    )


def _is_told_already(key: "_Key", before: dict["_Key", str], after: dict["_Key", str]) -> bool:
    """Say whether an order is another only because choices came or went, each of which is told by itself."""
    told = [set(side.get(key, "").split(", ")) for side in (before, after)]
    return key[0] == "order" and told[0] != told[1]


# A part, the ids of its question and choice, its group and its language.
_Key = tuple[str, str, str, str, str]


def _said(questionnaire: Questionnaire) -> Iterator[tuple[_Key, str]]:
    questions = questionnaire.questions
    for part in ("brand", "privacy_url", "language"):
        yield (part, "", "", "", ""), getattr(questionnaire, part)
    yield ("languages", "", "", "", ""), ", ".join(questionnaire.languages)
    for part in ("accent", "accent_dark", "logo"):
        yield (part, "", "", "", ""), getattr(questionnaire.branding, part)
    for place, texts in texts_in(questionnaire):
        question = questions[place.question - 1] if place.question else None
        choice = question.choices[place.choice - 1] if question and place.choice else None
        ids = (question.id if question else "", choice.id if choice else "")
        for language, text in texts.by_language:
            if language in questionnaire.languages:
                yield (place.part, *ids, place.segment, language), text
    for question in questions:
        yield ("kind", question.id, "", "", ""), question.kind
        yield ("scores", question.id, "", "", ""), _ends(question.scores)
        yield ("order", question.id, "", "", ""), ", ".join(choice.id for choice in question.choices)
    if questionnaire.callback:
        yield ("callback_scores", "", "", "", ""), _ends(questionnaire.callback.scores)


def _places(questionnaire: Questionnaire) -> dict[tuple[str, str], Place]:
    places = {}
    for number, question in enumerate(questionnaire.questions, 1):
        places[question.id, ""] = Place(part="text", question=number)
        for place, choice in enumerate(question.choices, 1):
            places[question.id, choice.id] = Place(part="choice", question=number, choice=place)
    return places


def _place(key: _Key, places: dict[tuple[str, str], Place]) -> Place:
    part, question, choice, segment, language = key
    here = places.get((question, choice), Place(part=part))
    return replace(here, part=part, segment=segment, language=language)


def _ends(scores: Scores | None) -> str:
    return "" if scores is None else f"{scores.low}–{scores.high}"
