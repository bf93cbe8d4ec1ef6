"""Answers and contacts of a desk find each other; what is known of the one is put beside the other."""

from klankbord.lake.importing.attaching import ANSWERED, BESIDE_SQL, BEST
from klankbord.lake.importing.journeys import THREADED
from klankbord.lake.importing.straight.desk import Desk, all_of
from klankbord.lake.schema import TABLES

_TAKEN_BACK = {"scored": "false", "commented": "false"} | dict.fromkeys(
    ("score", "metric", "answered_at", "not_counted_reason"), "null"
)


def attach(desk: Desk) -> tuple[int, int]:
    """Let answers find their contacts; return how many answers found one, and how many that came are alone."""
    _name(desk)
    if not desk.count("named"):
        return 0, 0
    _add_contacts(desk)
    _add_answers(desk)
    desk.make("candidates", "select row_number() over () as place, * from now_contacts")
    desk.make("lonely", "select row_number() over () as place, * from now_responses where contact is not null")
    desk.make("matched", BEST)
    attached = desk.count(
        "matched m join lonely r using (place) left join old_responses o using (source, external_id, metric) "
        "where o.contact_source is null"
    )
    alone = desk.count("lonely anti join matched using (place) where came")
    _tell_answers(desk)
    _tell_contacts(desk)
    return attached, alone


def _name(desk: Desk) -> None:
    """List the ids by which answers and contacts of the desk can name each other, now or as it was."""
    ids = [f"select contact as id from {rows}_responses where contact is not null" for rows in ("now", "old")] + [
        f"select {name} as id from {rows}_contacts where {name} is not null"
        for rows in ("now", "old")
        for name in ("external_id", "conversation")
    ]
    desk.make("named", " union ".join(ids))


def _add_contacts(desk: Desk) -> None:
    """Fetch contacts that are named, beside those that came."""
    months = desk.months(
        "select distinct month from now_contacts",
        f"select distinct {desk.month_of('started_at')} from now_responses",
        f"select distinct {desk.month_of('answered_at')} from now_responses",
    )
    there = (
        f"select * from {desk.there('contacts', months)} there anti join keys_contacts using (source, external_id) "
        "where external_id in (select id from named) or conversation in (select id from named)"
    )
    desk.engine.execute(f"insert into old_contacts by name {there}")
    desk.engine.execute(
        "insert into now_contacts by name select *, false as came from old_contacts "
        "anti join keys_contacts using (source, external_id)"
    )
    # A contact that is named can also be one whose place in the journey changed.
    threaded = ", ".join(f"{name} = r.{name}" for name in THREADED)
    desk.engine.execute(
        f"update now_contacts n set {threaded} from rethreaded r "
        "where n.source = r.source and n.external_id = r.external_id"
    )


def _add_answers(desk: Desk) -> None:
    """Fetch answers that are about these contacts or may be, beside those that came."""
    months = desk.months(
        "select distinct month from now_responses",
        "select distinct month from now_contacts",
        f"select distinct {desk.month_of('answered_at')} from now_contacts",
    )
    about = "(contact_source, contact) in (select (source, external_id) from old_contacts)"
    desk.engine.execute(
        f"insert into old_responses by name select * from {desk.there('responses', months)} there "
        f"anti join keys_responses using (source, external_id, metric) "
        f"where contact in (select id from named) and (contact_source is null or {about})"
    )
    desk.engine.execute(
        "insert into now_responses by name select *, false as came from old_responses "
        "anti join keys_responses using (source, external_id, metric)"
    )


def _tell_answers(desk: Desk) -> None:
    """Put what contacts tell beside their answers: the contact's word goes first, but for what is frozen."""
    told = BESIDE_SQL | {"contact_source": "c.source", "contact": "coalesce(c.external_id, r.contact)"}
    columns = ", ".join(f"{told.get(name, f'r.{name}')} as {name}" for name in TABLES["responses"].names)
    desk.make(
        "now_responses",
        f"select {columns}, r.filename, r.came, c.place as contact_place from lonely r "
        "left join matched m using (place) left join candidates c on c.place = m.contact_place "
        f"union all by name select {all_of('responses')}, filename, came from now_responses where contact is null",
    )


def _tell_contacts(desk: Desk) -> None:
    """Put the newest answer that counts into its contact, and take out what an answer told that is gone."""
    told = {name: f"a.{name}" for name in ANSWERED} | {
        "scored": "a.counted",
        "commented": "a.counted and a.comment is not null",
    }
    desk.make(
        "asked",
        "select distinct on (contact_place) * from now_responses where contact_place is not null "
        "order by contact_place, coalesce(counted, false) desc, answered_at desc nulls last, metric desc, "
        "source, external_id",
    )
    # What a contact tells can come from an answer that is not on the desk; only an answer on it may take that back.
    desk.make(
        "told",
        "select c.place, (c.source, c.external_id, c.answered_at) in (select (contact_source, contact, answered_at) "
        "from old_responses where contact_source is not null) as by_the_desk from candidates c",
    )
    later = "(coalesce(a.counted, false), a.answered_at) >= (coalesce(c.scored, false), c.answered_at)"
    takes = f"a.contact_place is not null and (c.answered_at is null or by_the_desk or {later})"
    loses = "by_the_desk and not c.came" if "score" in desk.told["contacts"] else "by_the_desk"
    columns = ", ".join(
        f"case when takes then {told[name]} "
        f"{f'when loses then {_TAKEN_BACK[name]} ' if name in _TAKEN_BACK else ''}else c.{name} end as {name}"
        if name in told
        else f"c.{name}"
        for name in (*TABLES["contacts"].names, "filename", "came")
    )
    desk.make(
        "now_contacts",
        f"select {columns} from (select c.*, coalesce({takes}, false) as takes, coalesce({loses}, false) as loses "
        "from candidates c join told using (place) left join asked a on a.contact_place = c.place) c "
        "left join asked a on a.contact_place = c.place",
    )
