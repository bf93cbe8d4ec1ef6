"""Numbers for programs: the same questions as on the pages and the command line, with the same answers."""

from typing import Annotated, Any

from ninja import Field, Query, Router, Schema

from klankbord.lake.looking import Line
from klankbord.lake.questions import DEFINITIONS
from klankbord.web.insights.asked import Asked
from klankbord.web.insights.behind import Behind
from klankbord.web.insights.downloads import plain
from klankbord.web.insights.listing import is_anonymous
from klankbord.web.insights.queries import Look
from klankbord.web.insights.reach import may_ask_by_agent
from klankbord.web.insights.references import place_in, seal
from klankbord.web.insights.requests import Request
from klankbord.web.kernel.problem import Problem
from klankbord.web.people.tokens import TokenAuth

router = Router(tags=["numbers"], auth=TokenAuth())


class QuestionQuery(Schema):
    """A question, part by part; docs/ask.md says what each part takes."""

    measure: str = Field(description="A measure, such as nps or service_level(30).", examples=["nps"])
    by: list[str] = Field([], description="Dimensions to divide by.", examples=[["team"]])
    where: list[str] = Field([], description="Conditions on what counts.", examples=[["channel=phone"]])
    period: str | None = Field(None, description="Days; all without.", examples=["last 3 months"])
    grain: str | None = Field(None, description="What to cut time into.", examples=["month"])
    compare: str | None = Field(None, description="previous, last year, rest or a period.", examples=["previous"])


class NumbersQuery(QuestionQuery):
    """A question with the order of its rows."""

    sort: str | None = Field(None, description="name, best, worst or most.", examples=["most"])


class ContactsQuery(QuestionQuery):
    """A question with the row and the part of its answer whose contacts are wanted."""

    group: list[str] = Field([], description="A row of the answer, by its key.", examples=[["team=Ghent"]])
    part: str | None = Field(None, description="good, middle, bad; or hit, miss for shares.", examples=["bad"])
    after: str | None = Field(None, description="What `next` was on the page before.")


class NoticeOut(Schema):
    """A doubt that belongs to a number."""

    code: str
    message: str
    data: dict[str, Any]


class NumbersOut(Schema):
    """An answer: the question as it was understood, everything together, and one row a group."""

    question: dict[str, Any] = Field(description="The question as it was understood.")
    total: dict[str, Any] = Field(description="All rows together.")
    rows: list[dict[str, Any]] = Field(description="One row a group; its key is under `by`.")
    groups: int = Field(description="How many groups there are.")
    trend: dict[str, Any] | None = Field(None, description="What moved, where a score runs over time.")
    notices: list[NoticeOut] = Field(description="Doubts that hold for the whole answer.")


class ContactsOut(Schema):
    """Contacts behind a number, newest first."""

    items: list[dict[str, Any]] = Field(description="Contacts; `anonymous` where an answer would be kept from you.")
    next: str | None = Field(description="Give it as `after` for the next page; null on the last.")


class MeasureOut(Schema):
    """A measure that can be asked for."""

    name: str
    usage: str
    title: str
    kind: str
    unit: str
    better: str
    table: str
    definition: str


class MeasuresOut(Schema):
    """All measures."""

    items: list[MeasureOut]
    next: None = None


_PROBLEMS: dict[Any, Any] = dict.fromkeys((400, 401, 403, 422), Problem)


@router.get("", response={200: NumbersOut} | _PROBLEMS, exclude_unset=True, summary="Answer a question")
def numbers(request: Request, query: Annotated[NumbersQuery, Query()]) -> dict[str, Any]:
    """Answer a question: a score, share or duration with its interval, by group and over time."""
    del query  # described by it, and read from the address as pages read it
    asked = Asked.of_parts(request.GET)
    answer = Look.of(request.actor).answer(asked.question)
    return plain(request.actor, answer.arranged(asked.order) if request.GET.get("sort") else answer)


@router.get("/contacts", response={200: ContactsOut} | _PROBLEMS, summary="List the contacts behind a number")
def contacts(request: Request, query: Annotated[ContactsQuery, Query()]) -> dict[str, Any]:
    """List the contacts that a number counts, newest first, fifty at a time."""
    del query
    look, asked = Look.of(request.actor), Asked.of_parts(request.GET)
    behind = Behind.read(request.GET, asked.question)
    page = look.behind(
        asked.question, group=behind.group, part=behind.part or None, after=place_in(request.actor, request.GET)
    )
    after = page.after and seal(request.actor.organisation, "place", str(page.after))
    return {"items": [_contact(line, look) for line in page], "next": after}


@router.get("/measures", response={200: MeasuresOut} | _PROBLEMS, summary="List the measures")
def measures(request: Request) -> dict[str, Any]:
    """List what can be measured, each with its definition."""
    Look.of(request.actor)
    return {"items": [one.to_dict() | {"usage": one.usage, "definition": one.sentence} for one in DEFINITIONS.values()]}


def _contact(line: Line, look: Look) -> dict[str, Any]:
    told = line.to_dict() | {"anonymous": is_anonymous(line)}
    if not may_ask_by_agent(look.actor, look.attribution):
        told["agent"] = None
    return told
