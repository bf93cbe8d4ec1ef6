"""Twilio TaskRouter: events of tasks and reservations become a row for each worker who took a task.

Events come as form-encoded bodies, one a line, or as CloudEvents; at least once and in any order. Names of form fields:
the vendor's event reference; of CloudEvents, the same in small letters (public code, id 14158087358). Attributes
are JSON inside a field, under names that each customer chooses: those that Flex itself uses are read.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from klankbord.lake.engine import quoted
from klankbord.lake.readers.contact_dialect import ContactDialect
from klankbord.lake.readers.contact_dialects.attributes import scored
from klankbord.lake.readers.contact_dialects.events import all_text, column_or_null, seconds_between
from klankbord.lake.readers.contact_dialects.moments import moment_of
from klankbord.lake.readers.dialect import FlatRow
from klankbord.lake.readers.dialects.records import Record, first_record, flat, mapping, records

_PREFIX = "com.twilio.taskrouter."
_OF_THE_TASK = (
    "queue",
    "channel",
    "direction",
    "customer",
    "conversation",
    "reason",
    "language",
    "score",
    "metric",
    "comment",
)
_ALL = ("event", "said_at", "task", "age", "reservation", "worker", "team", *_OF_THE_TASK)


def _recognises(document: object) -> bool:
    record = first_record(document)
    form = record.keys() >= {"EventType", "WorkspaceSid", "ResourceType"}
    return form or str(record.get("type", "")).startswith(_PREFIX)


def _flatten(document: object) -> Iterator[FlatRow]:
    for record in records(document):
        data = mapping(record.get("data"))
        event = mapping(data.get("payload")) or data or record
        told = {_small(name): value for name, value in event.items()}
        kind = str(record.get("type") or told.get("event_type") or "").removeprefix(_PREFIX)
        if told.get("task_sid"):
            moment = told.get("timestamp") or data.get("timestamp") or record.get("time")
            yield _event(kind, moment, told)


def _event(kind: str, moment: object, told: Record) -> FlatRow:
    attributes = flat(_inner(told.get("task_attributes")))
    worker = flat(_inner(told.get("worker_attributes")))
    at = moment_of(moment)
    outbound = attributes.get("direction") == "outbound"
    numbers = ("to", "outbound_to", "from") if outbound else ("from", "customerAddress", "customers.phone")
    known = ("customers.customer_id", "customers.external_id", "customers.email", *numbers)
    row: FlatRow = {
        "event": kind,
        "said_at": at.isoformat() if at else None,
        "task": told.get("task_sid"),
        "age": told.get("task_age"),
        "reservation": told.get("reservation_sid"),
        "worker": told.get("worker_sid"),
        "team": next((worker[name] for name in ("team", "team_name", "team_id") if worker.get(name)), None),
        "queue": told.get("task_queue_name"),
        "channel": told.get("task_channel_unique_name") or attributes.get("channelType"),
        "direction": attributes.get("direction"),
        "customer": next((attributes[name] for name in known if attributes.get(name)), None),
        "conversation": attributes.get("conversations.conversation_id") or attributes.get("conversationSid"),
        "reason": told.get("task_completed_reason") or told.get("task_canceled_reason"),
    }
    own = {f"TaskAttributes.{name}": value for name, value in attributes.items()}
    return {**row, **scored(attributes), **own}


def _small(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).casefold()


def _inner(text: object) -> Record:
    """Return the JSON that stands in a field; an empty object when it is none."""
    if isinstance(text, str):
        try:
            return mapping(json.loads(text))
        except ValueError:
            return {}
    return mapping(text)


def _assemble(there: Mapping[str, str], keep: Sequence[str]) -> str:
    own = "".join(f", {quoted(name)}" for name in keep)
    # What a customer says of a task is about who closed it.
    said = {name: f"case when leg = legs then {name} end as {name}" for name in ("score", "metric", "comment")}
    shown = ", ".join(said.get(name, name) for name in _OF_THE_TASK if name != "conversation")
    begun = "case when leg = 1 then begun else coalesce(before, taken) end"
    wait = seconds_between(begun, "coalesce(taken, case when canceled then closed end)")
    return all_text(f"""
        with told as ({_told(there, keep)}), tasks as ({_tasks(keep)}), takes as ({_TAKES}), legs as ({_LEGS})
        select file, row, task || case when leg > 1 then '/' || reservation else '' end as external_id,
            coalesce(conversation, task) as conversation, leg, agent, of_team as team, {shown}{own},
            {begun} as started_at, coalesce(wrapped, done) as ended_at, {wait} as wait_s,
            {seconds_between("taken", "wrapped")} as talk_s, {seconds_between("wrapped", "done")} as wrap_s,
            {seconds_between("taken", "done")} as handle_s, (leg < legs)::int as transfers, true as offered,
            taken is not null or (closed is not null and not canceled and agent is not null) as answered,
            taken is null and canceled as abandoned, updated as updated_at from legs""")


def _told(there: Mapping[str, str], keep: Sequence[str]) -> str:
    events = ", ".join(f"{column_or_null(there, name)} as {name}" for name in _ALL)
    own = "".join(f", {there[name]} as {quoted(name)}" for name in keep)
    return f"select *, said_at::timestamptz as moment from (select file, row, {events}{own} from staged)"


def _tasks(keep: Sequence[str]) -> str:
    """Return the query for one row a task: when it began and ended, and the last that was said of it."""
    last = ", ".join(_last(name) for name in (*_OF_THE_TASK, "worker", "team", *map(quoted, keep)))
    return f"""select task, arg_min(file, moment) as file, arg_min(row, moment) as row, {last}, max(moment) as updated,
        coalesce(min(moment) filter (event in ('task.created', 'task-queue.entered')),
            min(moment - to_seconds(try_cast(age as double)))) as begun,
        max(moment) filter (event in ('task.completed', 'task.canceled')) as closed,
        bool_or(event = 'task.canceled') as canceled, min(moment) filter (event = 'task.wrapup') as wrapping
        from told group by task"""


def _last(name: str) -> str:
    return f"arg_max({name}, moment) filter ({name} is not null) as {name}"


_TAKES = """select task, reservation, any_value(worker) as worker, any_value(team) as team,
    min(moment) filter (event = 'reservation.accepted') as taken,
    min(moment) filter (event = 'reservation.wrapup') as wrapping,
    max(moment) filter (event = 'reservation.completed') as done
    from told where reservation is not null group by all having taken is not null"""
_LEGS = """select t.* exclude (worker, team, wrapping), coalesce(k.worker, t.worker) as agent,
    coalesce(k.team, t.team) as of_team, row_number() over (partition by t.task order by taken) as leg,
    count(*) over (partition by t.task) as legs, taken, reservation, coalesce(k.wrapping, t.wrapping) as wrapped,
    coalesce(done, closed) as done, lag(done) over (partition by t.task order by taken) as before
    from tasks t left join takes k on k.task = t.task"""


DIALECT = ContactDialect(
    name="twilio",
    title="Twilio TaskRouter events",
    recognises_document=_recognises,
    flatten=_flatten,
    assemble=_assemble,
)
