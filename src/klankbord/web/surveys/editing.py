"""What was filled in on the editor's page, back as plain data: one language at a time, the others stay as they were."""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

from django.http import QueryDict
from django.utils.text import slugify

from klankbord.reports.wording import LANGUAGES
from klankbord.score import MEASURES
from klankbord.web.surveys.flaws import Place
from klankbord.web.surveys.library import STARTING_POINTS, follow_ups, texts
from klankbord.web.surveys.parts import EVERYONE

Content = dict[str, Any]
_ENDS = ("question", "low", "high")


def read(post: QueryDict, base: Mapping[str, Any], language: str, taken: Iterable[str] = ()) -> Content:
    """Return the questionnaire that a form holds, on the ground of the one that it was opened with.

    `taken` are the ids that any version gave to a question or choice: a new one is never called like an old one, so
    that no answer is read as something that was not asked.
    """
    content: Content = deepcopy(dict(base))
    content |= {key: post.get(key, "").strip() for key in ("brand", "privacy_url")}
    content["languages"] = [one for one in LANGUAGES if one in post.getlist("languages")]
    content["language"] = post.get("own", content["language"])
    for part in _ENDS:
        content[part] = _put(base[part], language, post.get(part, ""))
    for part in ("why", "thanks"):
        content[part] = _by_segment(post, base[part], part, language, MEASURES[base["metric"]].words)
    content["callback"] = _callback(post, base.get("callback"), language)
    content["questions"] = _questions(post, base["questions"], language, set(taken))
    look = base["branding"] | {key: post.get(key, "").strip().casefold() for key in ("accent", "accent_dark")}
    content["branding"] = look | ({"logo": ""} if post.get("logo_away") else {})
    return content


def changed(content: Content, what: str, post: QueryDict) -> Content:
    """Return a questionnaire after a button: `drop.0` and `up.0` for a question, `drop.0.1` for a choice."""
    verb, *numbers = what.split(".")
    if verb == "library" and STARTING_POINTS.get(post.get("library", "")) == content["metric"]:
        return content | {part: texts(f"{post['library']}.{part}").to_dict() for part in _ENDS}
    if verb not in {"drop", "up"} or not all(number.isdecimal() for number in numbers):
        return content
    rows, at = content["questions"], [int(number) for number in numbers]
    if len(at) == 2 and at[0] < len(rows):
        rows = rows[at[0]]["choices"]
    if at and at[-1] < len(rows):
        row = rows.pop(at[-1])
        if verb == "up":
            rows.insert(max(at[-1] - 1, 0), row)
    return content


def ids_in(contents: Iterable[Mapping[str, Any]]) -> set[str]:
    """Return the ids of all questions and choices."""
    questions = [question for content in contents for question in content.get("questions", ())]
    return {one["id"] for question in questions for one in (question, *question["choices"])}


def field_of(place: Place) -> str:
    """Return the field of the form in which something is put right."""
    if place.choice:
        return f"q.{place.question - 1}.c.{place.choice - 1}.text"
    if place.question:
        return f"q.{place.question - 1}.text"
    if place.part in {"why", "thanks"}:
        return f"{place.part}.{place.segment or EVERYONE}"
    return {"language": "own"}.get(place.part, place.part)


def _put(told: Mapping[str, str], language: str, text: str) -> dict[str, str]:
    rest = {key: value for key, value in told.items() if key != language}
    return rest | ({language: text.strip()} if text.strip() else {})


def _by_segment(
    post: QueryDict, base: Mapping[str, Any], part: str, language: str, segments: tuple[str, ...]
) -> dict[str, Any]:
    found = {EVERYONE: _put(base.get(EVERYONE, {}), language, post.get(f"{part}.{EVERYONE}", ""))}
    if not post.get(f"{part}.split"):
        return found
    for segment in segments:
        if f"{part}.{segment}" in post:
            found[segment] = _put(base.get(segment, {}), language, post.get(f"{part}.{segment}", ""))
        else:  # asked to tell groups apart just now: begin with what the library says, or with what everyone is told
            found[segment] = _begun(part, segment, base, segments)
    return found


def _begun(part: str, segment: str, base: Mapping[str, Any], segments: tuple[str, ...]) -> dict[str, str]:
    if part == "why":
        metric = next(name for name, measure in MEASURES.items() if measure.words == segments)
        return follow_ups(metric).for_segment(segment).to_dict()
    return dict(base.get(EVERYONE, {}))


def _callback(post: QueryDict, base: Mapping[str, Any] | None, language: str) -> Content | None:
    if not post.get("callback.on"):
        return None
    if base is None:
        return {"text": texts("callback").to_dict(), "scores": None}
    return {"text": _put(base["text"], language, post.get("callback", "")), "scores": _scores(post, "callback")}


def _questions(post: QueryDict, base: list[Content], language: str, taken: set[str]) -> list[Content]:
    known = {question["id"]: question for question in base}
    taken |= ids_in([{"questions": base}])
    found = []
    for number in range(len(post)):
        name = f"q.{number}"
        if f"{name}.id" not in post:
            break
        before = known.get(post[f"{name}.id"], {"id": "", "text": {}, "choices": []})
        choices = _choices(post, name, before["choices"], language, taken)
        text = post.get(f"{name}.text", "")
        if not before["id"] and not text.strip() and not choices:
            continue
        found.append(
            {
                "id": before["id"] or _new_id(text, "question", taken),
                "kind": post.get(f"{name}.kind", "single"),
                "text": _put(before["text"], language, text),
                "choices": choices,
                "scores": _scores(post, name),
            }
        )
    return found


def _choices(post: QueryDict, question: str, base: list[Content], language: str, taken: set[str]) -> list[Content]:
    known = {choice["id"]: choice for choice in base}
    found = []
    for number in range(len(post)):
        name = f"{question}.c.{number}"
        if f"{name}.id" not in post:
            break
        before = known.get(post[f"{name}.id"], {"id": "", "text": {}})
        text = post.get(f"{name}.text", "")
        if before["id"] or text.strip():
            id_ = before["id"] or _new_id(text, "choice", taken)
            found.append({"id": id_, "text": _put(before["text"], language, text)})
    return found


def _new_id(text: str, otherwise: str, taken: set[str]) -> str:
    stem = slugify(text)[:32].strip("-_") or otherwise
    number, found = 2, stem
    while found in taken:
        found, number = f"{stem}-{number}", number + 1
    taken.add(found)
    return found


def _scores(post: QueryDict, name: str) -> list[int] | None:
    ends = [post.get(f"{name}.{end}", "") for end in ("from", "to")]
    return [int(end) for end in ends] if all(end.isdecimal() and len(end) < 4 for end in ends) else None
