"""A questionnaire as plain data: read with every oddity named, and written as it is kept and shown."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from klankbord.web.surveys.flaws import Flaw, Place, QuestionnaireError
from klankbord.web.surveys.parts import EVERYONE, Branding, BySegment, Callback, Choice, Question, Scores, Texts

if TYPE_CHECKING:
    from klankbord.web.surveys.questionnaire import Questionnaire

KEYS: Final = (
    *("metric", "mode", "brand", "languages", "language", "question", "low", "high", "why", "thanks"),
    *("questions", "callback", "privacy_url", "branding"),
)


def fields_in(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a questionnaire that plain data describe; what is not told is empty."""
    data = _mapping(told, Place(part="questionnaire"), KEYS)
    place = {key: Place(part=key) for key in KEYS}
    plain = {key: _word(data.get(key, ""), place[key]) for key in ("metric", "mode", "brand", "language")}
    languages = [_word(one, place["languages"]) for one in _sequence(data.get("languages", ()), place["languages"])]
    callback = data.get("callback")
    return plain | {
        "languages": tuple(languages),
        **{key: _texts(data.get(key, {}), place[key]) for key in ("question", "low", "high")},
        **{key: _by_segment(data.get(key, {}), place[key]) for key in ("why", "thanks")},
        "questions": tuple(
            _question(one, Place(part="text", question=number))
            for number, one in enumerate(_sequence(data.get("questions", ()), place["questions"]), 1)
        ),
        "callback": None if callback is None else _callback(callback, place["callback"]),
        "privacy_url": _word(data.get("privacy_url", ""), place["privacy_url"]),
        "branding": _branding(data.get("branding", {}), place["branding"]),
    }


def written(questionnaire: "Questionnaire") -> dict[str, Any]:
    """Return a questionnaire as plain data, from which it can be read again."""
    callback, look = questionnaire.callback, questionnaire.branding
    return {
        **{key: getattr(questionnaire, key) for key in ("metric", "mode", "brand", "language", "privacy_url")},
        "languages": list(questionnaire.languages),
        **{key: getattr(questionnaire, key).to_dict() for key in ("question", "low", "high")},
        **{
            key: {segment: texts.to_dict() for segment, texts in getattr(questionnaire, key).parts()}
            for key in ("why", "thanks")
        },
        "questions": [
            {
                "id": question.id,
                "kind": question.kind,
                "text": question.text.to_dict(),
                "choices": [{"id": choice.id, "text": choice.text.to_dict()} for choice in question.choices],
                "scores": _ends(question.scores),
            }
            for question in questionnaire.questions
        ],
        "callback": callback and {"text": callback.text.to_dict(), "scores": _ends(callback.scores)},
        "branding": {"accent": look.accent, "accent_dark": look.accent_dark, "logo": look.logo},
    }


def _ends(scores: Scores | None) -> list[int] | None:
    return None if scores is None else [scores.low, scores.high]


def _question(told: object, place: Place) -> Question:
    data = _mapping(told, place, ("id", "kind", "text", "choices", "scores"))
    return Question(
        id=_word(data.get("id", ""), place),
        kind=_word(data.get("kind", ""), place),
        text=_texts(data.get("text", {}), place),
        choices=tuple(
            _choice(one, Place(part="choice", question=place.question, choice=number))
            for number, one in enumerate(_sequence(data.get("choices", ()), place), 1)
        ),
        scores=_scores(data.get("scores"), place),
    )


def _choice(told: object, place: Place) -> Choice:
    data = _mapping(told, place, ("id", "text"))
    return Choice(id=_word(data.get("id", ""), place), text=_texts(data.get("text", {}), place))


def _callback(told: object, place: Place) -> Callback:
    data = _mapping(told, place, ("text", "scores"))
    return Callback(text=_texts(data.get("text", {}), place), scores=_scores(data.get("scores"), place))


def _branding(told: object, place: Place) -> Branding:
    data = _mapping(told, place, ("accent", "accent_dark", "logo"))
    return Branding(**{key: _word(value, Place(part=key)) for key, value in data.items()})


def _by_segment(told: object, place: Place) -> BySegment:
    parts = {
        segment: _texts(texts, Place(part=place.part, segment=segment))
        for segment, texts in _mapping(told, place).items()
    }
    return BySegment(parts.pop(EVERYONE, Texts()), tuple(parts.items()))


def _texts(told: object, place: Place) -> Texts:
    return Texts.of({language: _word(text, place) for language, text in _mapping(told, place).items()})


def _scores(told: object, place: Place) -> Scores | None:
    if told is None:
        return None
    ends = _sequence(told, place)
    if len(ends) != 2 or not all(type(end) is int for end in ends):
        raise QuestionnaireError(Flaw(code="bad_scores", place=place))
    return Scores(*ends)


def _mapping(told: object, place: Place, known: Sequence[str] = ()) -> Mapping[str, Any]:
    if not isinstance(told, Mapping):
        raise QuestionnaireError(Flaw(code="wrong_shape", place=place))
    for key in told:
        if known and key not in known:
            raise QuestionnaireError(Flaw(code="unknown_key", place=Place(part=str(key), question=place.question)))
    return told


def _sequence(told: object, place: Place) -> Sequence[Any]:
    if isinstance(told, str) or not isinstance(told, Sequence):
        raise QuestionnaireError(Flaw(code="wrong_shape", place=place))
    return told


def _word(told: object, place: Place) -> str:
    if not isinstance(told, str) or "\x00" in told:  # which no database takes
        raise QuestionnaireError(Flaw(code="wrong_shape", place=place))
    return told
