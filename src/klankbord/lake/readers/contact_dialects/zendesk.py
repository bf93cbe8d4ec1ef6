"""Zendesk: tickets with their metrics, and the calls and legs of Talk, in one file or in several.

Fields: the vendor's API reference (tickets, ticket metrics, Talk incremental exports). The ticket of a call is not a
second contact: where calls are given, they stand for it. The first reply is what a ticket waited for.
"""

from collections.abc import Iterator, Mapping, Sequence

from klankbord.lake.readers.contact_dialect import ContactDialect
from klankbord.lake.readers.contact_dialects.events import all_text, column_or_null
from klankbord.lake.readers.dialect import FlatRow
from klankbord.lake.readers.dialects.records import Record, first_record, flat, mapping, records

_GOOD = {"good": 1, "bad": 0}
_LISTS = {"tickets": "ticket", "ticket": "ticket", "ticket_metrics": "metric", "ticket_metric": "metric",
          "metric_sets": "metric", "calls": "call", "legs": "leg"}  # fmt: skip
_KEYS: Mapping[str, set[str]] = {
    "ticket": {"id", "requester_id", "via", "status", "created_at"},
    "metric": {"ticket_id", "reply_time_in_minutes", "assignee_stations"},
    "call": {"id", "completion_status", "wait_time", "direction"},
    "leg": {"id", "call_id", "talk_time", "completion_status"},
}
_CHANNELS = {
    "web": "web",
    "voice": "phone",
    "email": "email",
    "chat": "chat",
    "api": "other",
    "native_messaging": "messaging",
}
_TICKET = (
    "customer",
    "agent",
    "team",
    "client",
    "channel",
    "reason",
    "started_at",
    "resolved",
    "score",
    "metric",
    "comment",
)
_METRIC = ("ended_at", "wait_s", "transfers", "answered")
_CALL = ("customer", "agent", "team", "direction", "started_at", "wait_s", "talk_s", "hold_s", "wrap_s",
         "answered", "abandoned")  # fmt: skip


def _kind(record: Record) -> str | None:
    return next((kind for kind, keys in _KEYS.items() if record.keys() >= keys), None)


def _recognises(document: object) -> bool:
    record = first_record(document)
    inner = [first_record(record[name]) or mapping(record[name]) for name in _LISTS if name in record]
    return any(_kind(found) is not None for found in [record, *inner])


def _flatten(document: object) -> Iterator[FlatRow]:
    for record in records(document):
        lists = [name for name in _LISTS if name in record]
        found = [(_LISTS[name], item) for name in lists for item in records(record[name])]
        kind_of_one = _kind(record)
        for kind, item in found or ([(kind_of_one, record)] if kind_of_one else []):
            yield _READ[kind](item)
            if kind == "ticket" and isinstance(item.get("metric_set"), dict):
                yield _metric({"ticket_id": item.get("id"), **mapping(item["metric_set"])})


def _ticket(ticket: Record) -> FlatRow:
    via = str(mapping(ticket.get("via")).get("channel"))
    rating = mapping(ticket.get("satisfaction_rating"))
    score = _GOOD.get(str(rating.get("score")))
    return {
        "kind": "ticket",
        "id": ticket.get("id"),
        "ticket": ticket.get("id"),
        "customer": ticket.get("requester_id"),
        "agent": ticket.get("assignee_id"),
        "team": ticket.get("group_id"),
        "client": ticket.get("brand_id"),
        "channel": _CHANNELS.get(via, via),
        "reason": ticket.get("type"),
        "started_at": ticket.get("created_at"),
        "resolved": str(ticket.get("status")) in {"solved", "closed"},
        "updated": ticket.get("updated_at"),
        "score": score,
        "metric": None if score is None else "csat_good_bad",
        "comment": rating.get("comment"),
        **{name: value for name, value in flat(ticket).items() if name not in _RESERVED},
    }


def _metric(metric: Record) -> FlatRow:
    seconds = mapping(metric.get("reply_time_in_seconds")).get("calendar")
    minutes = mapping(metric.get("reply_time_in_minutes")).get("calendar")
    wait = seconds if seconds is not None else minutes * 60 if isinstance(minutes, int | float) else None
    stations = metric.get("assignee_stations")
    return {
        "kind": "metric",
        "id": metric.get("ticket_id"),
        "ticket": metric.get("ticket_id"),
        "ended_at": metric.get("solved_at"),
        "wait_s": wait,
        "transfers": max(0, stations - 1) if isinstance(stations, int) else None,
        "answered": wait is not None,
        "updated": metric.get("updated_at"),
    }


def _call(call: Record) -> FlatRow:
    status = str(call.get("completion_status"))
    return {
        "kind": "call",
        "id": call.get("id"),
        "ticket": call.get("ticket_id"),
        "customer": call.get("customer_id") or call.get("phone_number"),
        "agent": call.get("agent_id"),
        "team": call.get("call_group_id"),
        "direction": call.get("direction"),
        "started_at": call.get("created_at"),
        "wait_s": call.get("wait_time"),
        "talk_s": call.get("talk_time"),
        "hold_s": call.get("hold_time"),
        "wrap_s": call.get("wrap_up_time"),
        "answered": status == "completed",
        "abandoned": status == "abandoned_in_queue",
        "updated": call.get("updated_at"),
    }


def _leg(leg: Record) -> FlatRow:
    return {
        "kind": "leg" if leg.get("type") == "agent" and leg.get("completion_status") == "completed" else "other leg",
        "id": leg.get("id"),
        "call": leg.get("call_id"),
        "agent": leg.get("agent_id"),
        "started_at": leg.get("created_at"),
        "talk_s": leg.get("talk_time"),
        "hold_s": leg.get("hold_time"),
        "wrap_s": leg.get("wrap_up_time"),
        "updated": leg.get("updated_at"),
    }


_READ = {"ticket": _ticket, "metric": _metric, "call": _call, "leg": _leg}
_RESERVED = {"kind", "id", "ticket", "call", "updated", *_TICKET, *_METRIC, *_CALL}


def _assemble(there: Mapping[str, str], keep: Sequence[str]) -> str:
    names = ("kind", "id", "ticket", "call", "updated", *dict.fromkeys((*_TICKET, *_METRIC, *_CALL)))
    told = ", ".join([f"{column_or_null(there, name)} as {name}" for name in names])
    own = "".join(f', {there[name]} as "{name}"' for name in keep)
    metric = ", ".join(f"m.{name}" for name in _METRIC)
    shown = "".join(f', t."{name}"' for name in keep)
    return all_text(f"""
        with told as (select file, row, {told}{own} from staged),
        newest as (select * from told qualify row_number() over (partition by kind, id order by updated desc nulls
        last, file
            desc, row desc) = 1),
        calls as (select * from newest where kind = 'call'),
        legs as (select l.*, row_number() over (partition by l.call order by l.started_at, l.id) as n from newest
        l where kind =
            'leg'),
        tickets as (select t.file, t.row, t.id as external_id, t.id as conversation, 1 as leg,
            {", ".join(f"t.{name}" for name in _TICKET)}, {metric}, true as offered, 'inbound' as direction,
            greatest(t.updated, m.updated) as updated_at{shown} from newest t
            left join newest m on m.kind = 'metric' and m.ticket = t.ticket
            where t.kind = 'ticket' and not (t.channel = 'phone' and t.ticket in (select ticket from calls where
            ticket is not
            null)))
        select * from tickets union all by name
        select coalesce(l.file, c.file) as file, coalesce(l.row, c.row) as row, 'call-' || c.id || case when n > 1
        then '-' ||
            l.id else '' end as external_id, coalesce(c.ticket, 'call-' || c.id) as conversation, coalesce(n, 1)
            as leg,
            c.customer, coalesce(l.agent, c.agent) as agent, c.team, 'phone' as channel, c.direction,
            case when n > 1 then l.started_at else c.started_at end as started_at,
            case when coalesce(n, 1) = 1 then c.wait_s end as wait_s, coalesce(l.talk_s, c.talk_s) as talk_s,
            coalesce(l.hold_s, c.hold_s) as hold_s, coalesce(l.wrap_s, c.wrap_s) as wrap_s, (l.id is not null and
            lead(l.id)
            over (partition by c.id order by n) is not null)::int as transfers, true as offered, c.answered,
            c.abandoned,
            greatest(c.updated, l.updated) as updated_at from calls c left join legs l on l.call = c.id""")


DIALECT = ContactDialect(
    name="zendesk",
    title="Zendesk tickets and calls",
    recognises_document=_recognises,
    flatten=_flatten,
    assemble=_assemble,
)
