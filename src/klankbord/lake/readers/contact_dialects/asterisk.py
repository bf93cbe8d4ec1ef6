"""Asterisk: the queue log and call records (CDR as CSV), each alone or both together, joined by the call's unique id.

Layouts: docs.asterisk.org (Queue Logs; CDR backends) and files written by Asterisk 22. The queue log tells queue,
wait and
member; call records tell the caller, and when the customer was gone. Clocks of call records are the
machine's: say its zone.
Where `setinterfacevar` is off, or nobody was rung, no agent is known.
"""

import re
from collections.abc import Mapping, Sequence

from klankbord.lake.readers.contact_dialect import ContactDialect, ContactLayout
from klankbord.lake.readers.contact_dialects.events import all_text, column_or_null
from klankbord.lake.readers.dialect import Head

_LOG = ("time", "uniqueid", "queue", "member", "event", "data1", "data2", "data3", "data4", "data5")
_CALL = ("accountcode", "src", "dst", "dcontext", "clid", "channel", "dstchannel", "lastapp", "lastdata", "start",
         "answer", "end", "duration", "billsec", "disposition", "amaflags", "cdr uniqueid", "userfield")  # fmt: skip
_EVENTS = {"ENTERQUEUE", "CONNECT", "COMPLETEAGENT", "COMPLETECALLER", "ABANDON", "QUEUESTART", "ADDMEMBER",
           "CONFIGRELOAD", "RINGNOANSWER", "EXITWITHTIMEOUT", "DID", "REMOVEMEMBER", "PAUSE", "UNPAUSE"}  # fmt: skip
_ENDINGS = {"ANSWERED", "NO ANSWER", "BUSY", "FAILED", "CONGESTION"}
_MOVED = "('BLINDTRANSFER', 'ATTENDEDTRANSFER', 'TRANSFER')"
_DONE = "('COMPLETEAGENT', 'COMPLETECALLER')"
_CHANNEL = r"'-[0-9a-f]{8}$'"  # what Asterisk adds to a device to name one call of it


def _is_log(head: Head) -> bool:
    record = head.header
    return len(record) >= 5 and bool(re.fullmatch(r"\d{10}(\.\d+)?", record[0])) and record[4] in _EVENTS


def _is_calls(head: Head) -> bool:
    record = head.header
    moments = all(re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d|", cell) for cell in record[9:12])
    return len(record) in range(16, 19) and moments and record[14] in _ENDINGS and record[12].isdigit()


def _layout(head: Head) -> ContactLayout:
    columns = _LOG if _is_log(head) else _CALL[: len(head.header)]
    return ContactLayout(columns=columns, header_records=0, fields={})


def _assemble(there: Mapping[str, str], _keep: Sequence[str]) -> str:
    logged, called = "uniqueid" in there, "cdr uniqueid" in there
    if not logged:
        return all_text(f"with {_calls(there)} select * from calls")
    if not called:
        return all_text(f"with {_legs(there)} select *, ended as ended_at, caller as customer from legs")
    both = (
        "select l.*, case when l.leg = l.legs_of_call then coalesce(c.ended_at, l.ended) else l.ended end as ended_at, "
        "coalesce(c.customer, l.caller) as customer from legs l left join calls c on c.external_id = l.conversation"
    )
    alone = "select calls.* from calls anti join legs on legs.conversation = calls.external_id"
    return all_text(f"with {_legs(there)}, {_calls(there)} {both} union all by name {alone}")


def _legs(there: Mapping[str, str]) -> str:
    """Return the queue log as legs: one for each time that a call entered a queue, or that a member had it before."""
    named = ", ".join(f"{column_or_null(there, name)} as {name}" for name in _LOG)
    done = f"max(try_cast(data2 as double)) filter (event in {_DONE})"
    talk = f"coalesce({done}, max(moment - joined) filter (event in {_MOVED}))"
    return f"""events as (select file, row, {named}, try_cast({there["time"]} as double) as moment from staged
            where {there["uniqueid"]} is not null and {there["event"]} in ('ENTERQUEUE', 'CONNECT', 'ABANDON',
            'EXITWITHTIMEOUT',
            'EXITWITHKEY', 'EXITEMPTY', 'COMPLETEAGENT', 'COMPLETECALLER', 'BLINDTRANSFER', 'ATTENDEDTRANSFER',
            'TRANSFER')),
        parted as (select *, greatest(1, count(*) filter (event = 'ENTERQUEUE') over (partition by uniqueid order
        by moment,
            file, row)) as leg from events),
        timed as (select *, max(case when event = 'CONNECT' then moment end) over (partition by uniqueid, leg) as
        joined from
            parted),
        grouped as (select uniqueid, leg, min(file) as file, arg_min(row, moment) as row, any_value(queue) as queue,
            max(member) filter (event in ('CONNECT', 'COMPLETEAGENT', 'COMPLETECALLER') and member <> 'NONE') as
            agent,
            max(data2) filter (event = 'ENTERQUEUE') as caller, min(moment) filter (event = 'ENTERQUEUE') as entered,
            max(joined) as joined, max(moment) as ended, {talk} as talk, bool_or(event = 'ABANDON') as abandoned,
            max(try_cast(coalesce(case when event = 'CONNECT' then data1 when event in {_DONE} then data1 when
            event = 'ABANDON'
            then data3 end, '') as double)) as waited, bool_or(event in ('CONNECT', 'COMPLETEAGENT',
            'COMPLETECALLER')) as
            answered, bool_or(event in {_MOVED})::int as transfers from timed group by uniqueid, leg),
        legs as (select file, row, uniqueid || case when leg > 1 then '-' || leg else '' end as external_id,
        uniqueid as
            conversation, leg, max(leg) over (partition by uniqueid) as legs_of_call, queue,
            regexp_replace(agent, {_CHANNEL}, '') as agent, caller, 'phone' as channel, 'inbound' as direction,
            to_timestamp(coalesce(entered, ended - coalesce(talk, 0) - coalesce(waited, 0)))::varchar as started_at,
            to_timestamp(ended)::varchar as ended, coalesce(waited, joined - entered, ended - entered) as wait_s,
            talk as talk_s, transfers, true as offered, answered, abandoned, case when answered then 'human' end
            as handled_by
            from grouped)"""


def _calls(there: Mapping[str, str]) -> str:
    """Return call records as one row a call, whatever the dialplan made of it in several lines."""
    cell = {name: column_or_null(there, name) for name in _CALL}
    reached = f"coalesce({cell['dstchannel']}, '') <> '' and {cell['disposition']} = 'ANSWERED'"
    first = f"arg_min(regexp_replace({cell['dstchannel']}, {_CHANNEL}, ''), row) filter ({reached})"
    waited = f"date_diff('second', try_cast({cell['start']} as timestamp), try_cast({cell['answer']} as timestamp))"
    return f"""calls as (select min(file) as file, min(row) as row, {cell["cdr uniqueid"]} as external_id,
            {cell["cdr uniqueid"]} as conversation, 1 as leg, nullif(arg_min({cell["src"]}, row), '') as customer,
            {first} as agent,
            'phone' as channel, min({cell["start"]}) as started_at, max({cell["end"]}) as ended_at,
            min({waited}) filter ({reached}) as wait_s, sum(try_cast({cell["billsec"]} as integer)) filter
            ({reached}) as talk_s,
            bool_or({reached}) as answered, case when bool_or({reached}) then 'human' end as handled_by
            from staged where {cell["cdr uniqueid"]} is not null group by {cell["cdr uniqueid"]})"""


DIALECT = ContactDialect(
    name="asterisk",
    title="Asterisk queue log and call records",
    layout=_layout,
    recognises_table=lambda head: _is_log(head) or _is_calls(head),
    assemble=_assemble,
)
