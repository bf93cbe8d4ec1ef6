"""The threads of journeys around the rows of a desk, in the months that they can reach and no others."""

from klankbord.lake.importing.journeys import LINKS, TALKS, THREADED, threaded_sql
from klankbord.lake.importing.straight.desk import Desk
from klankbord.lake.schema import TABLES

# A journey goes on within 14 days and a repeat is looked for within 30; a day more covers the ends of a conversation.
_REACH = "interval 31 days"
_PLACES = ", ".join(THREADED)
_KIN = "source, external_id, conversation, customer, started_at, ended_at, touchpoint, filename"


def thread(desk: Desk) -> int:
    """Thread the contacts of all customers whom the rows are about, or were; return how many others change.

    `now_contacts` gets its steps, and `rethreaded` lists what changes of other contacts.
    """
    desk.make(
        "who",
        "select customer as code, row_number() over () as number from (select customer from now_contacts union "
        "select customer from old_contacts) where customer is not null",
    )
    desk.make(
        "moved",
        "select number as who, max(started_at) as latest, min(started_at) as earliest, "
        "max(coalesce(ended_at, started_at)) as until from (select customer, started_at, ended_at from now_contacts "
        "union all select customer, started_at, ended_at from old_contacts) join who on code = customer group by 1",
    )
    ((first, last),) = desk.run(
        f"select {desk.month_of(f'min(earliest) - {_REACH}')}, {desk.month_of(f'max(until) + {_REACH}')} from moved"
    )
    if first is None:
        desk.make("rethreaded", f"select {_KIN}, {_PLACES} from old_contacts where false")
        return 0
    _reach(desk, str(first), str(last))
    _place(desk)
    return desk.count("rethreaded")


def _reach(desk: Desk, first: str, last: str) -> None:
    """Thread what lies in some months, and go on for as long as what changes there can change what comes later."""
    held = {file.month for file in desk.batch.files("contacts")}
    while True:
        _link(desk, sorted(month for month in held if first <= month <= last))
        _rethread(desk)
        ((farther,),) = desk.run(
            f"select {desk.month_of(f'max(t.ended_at) + {_REACH}')} from talks t join moved m using (who) "
            "where t.started_at <= m.latest or exists (select 1 from links l join rethreaded r "
            "using (source, external_id) where l.who = t.who and l.talk = t.talk)"
        )
        if farther is None or not any(last < month <= str(farther) for month in held):
            return
        last = str(farther)


def _link(desk: Desk, months: list[str]) -> None:
    """Put the rows of the desk, and what else the lake has of their customers, in the table `links`."""
    desk.make(
        "kin",
        f"select {_KIN}, {_PLACES} from {desk.there('contacts', months)} there semi join who on code = customer "
        "anti join keys_contacts using (source, external_id)",
    )
    desk.engine.execute(LINKS)
    linked = (
        "source, external_id, number, hash(source, coalesce(conversation, external_id)), started_at, "
        "coalesce(ended_at, started_at), touchpoint"
    )
    # Only what lies before every row of the desk stands on a place that nothing here can change.
    kept = ", ".join(f"case when started_at < earliest then {name} end" for name in THREADED)
    desk.engine.execute(
        f"insert into links select 1, {linked}, null, null, null from now_contacts join who on code = customer"
    )
    desk.engine.execute(
        f"insert into links select null, {linked}, {kept} from kin "
        "join who on code = customer join moved on who = number"
    )
    desk.make("talks", threaded_sql(TALKS))


def _rethread(desk: Desk) -> None:
    """List kin whose place changes; what comes after the last row of the desk keeps the contact that it waits for."""
    after = "case when t.started_at > m.latest then k.next_contact_after_s else t.next_contact_after_s end"
    desk.make(
        "rethreaded",
        f"select k.* exclude ({_PLACES}), t.step, t.previous_touchpoint, {after} as next_contact_after_s "
        "from links l join talks t using (who, talk) join moved m using (who) join kin k using (source, external_id) "
        "where l.place is null and (t.step is distinct from k.step or "
        f"t.previous_touchpoint is distinct from k.previous_touchpoint or ({after}) is distinct from "
        "k.next_contact_after_s)",
    )


def _place(desk: Desk) -> None:
    """Give the rows of the desk their place."""
    others = ", ".join(f"n.{name}" for name in (*TABLES["contacts"].names, "filename", "came") if name not in THREADED)
    found = ", ".join(f"t.{name}" for name in THREADED)
    desk.make(
        "now_contacts",
        f"select {others}, {found} from now_contacts n "
        "left join links l on l.place = 1 and l.source = n.source and l.external_id = n.external_id "
        "left join talks t on t.who = l.who and t.talk = l.talk",
    )
