"""A simulated day as rows of the lake's tables `contacts` and `responses`, and of the truth about each contact."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from klankbord.lake.schema import TABLES
from klankbord.twin.arrow import NULL, Rows, table_of
from klankbord.twin.asking import NOT_COUNTED, REASONS, SURVEY_CHANNELS, VERSIONS
from klankbord.twin.customers import Customers
from klankbord.twin.identities import pseudonyms, serials
from klankbord.twin.serving import HANDLERS
from klankbord.twin.world import WARM_UP, World

SOURCE = "simulated"
_STATUS = ("complete", "partial")
_SURVEY = "after-contact"
_COMPACT = {
    "step": np.int8, "leg": np.int8, "transfers": np.int8, "hour": np.int8, "segment": np.int8, "age_band": np.int8,
    "language": np.int8, "client": np.int8, "site": np.int16, "channel": np.int8, "touchpoint": np.int8,
    "previous_touchpoint": np.int8, "handled_by": np.int8, "team": np.int16, "queue": np.int16, "reason": np.int16,
    "month": np.int16, "agent": np.int32, "survey_channel": np.int8, "survey_version": np.int8, "survey": np.int8,
    "metric": np.int8, "not_asked_reason": np.int8, "not_counted_reason": np.int8, "source": np.int8,
    "direction": np.int8, "contact_source": np.int8, "status": np.int8,
}  # fmt: skip
_BESIDE_THE_SCORE = (
    "segment", "age_band", "client", "site", "team", "agent", "queue", "channel", "direction", "touchpoint",
    "previous_touchpoint", "step", "language", "reason", "handled_by", "resolved", "transfers", "wait_s", "handle_s",
    "started_at", "survey", "survey_version", "survey_channel", "metric", "prediction", "source", "number", "leg",
    "person_number",
)  # fmt: skip


def contact_rows(world: World, customers: Customers, calls: Rows, legs: Rows, day: int, first: int) -> Rows:
    """Return a row for each leg; what was asked and answered stands on the last leg of its conversation.

    Parameters
    ----------
    world, customers : World, Customers
        Who is there.
    calls, legs : dict of arrays
        The day, lived through.
    day : int
        Which day.
    first : int
        Number of the day's first conversation.
    """
    call, organisation = legs["call"], world.organisation
    count = len(call)
    slots, queue = calls["customer"][call], legs["queue"]
    is_last = np.zeros(count, bool)
    is_last[calls["last"]] = True
    local_day, second = world.clock.local(legs["start"])
    zeros = np.zeros(count, np.int8)
    rows: Rows = {
        "source": zeros,
        "number": first + call,
        "person_number": customers.numbers(slots),
        "leg": legs["leg"],
        "segment": customers.segment[slots],
        "age_band": customers.age[slots],
        "language": customers.language[slots],
        "client": organisation.queue_client[queue],
        "site": np.where(legs["team"] >= 0, organisation.team_site[legs["team"]], NULL),
        "team": legs["team"],
        "agent": legs["agent"],
        "queue": queue,
        "channel": organisation.queue_channel[queue],
        "direction": zeros,
        "touchpoint": calls["touchpoint"][call],
        "previous_touchpoint": calls["previous"][call],
        "step": calls["step"][call],
        "reason": calls["reason"][call],
        "handled_by": legs["handled_by"],
        "started_at": legs["start"],
        "ended_at": legs["end"],
        "day": (world.clock.first_number + local_day).astype(np.int32),
        "hour": second // 3600,
        "month": world.month[local_day],
        **_handling(world, legs),
        "resolved": np.where(is_last & ~legs["abandoned"], calls["resolved"][call], NULL).astype(np.int8),
        "updated_at": np.where(calls["scored"][call], calls["answered_at"][call], legs["end"]),
        **_funnel(world, calls, call, is_last, day),
    }
    return {name: column.astype(_COMPACT.get(name, column.dtype)) for name, column in rows.items()}


def _handling(world: World, legs: Rows) -> Rows:
    person = legs["answered"]
    shown = {name: np.where(person, legs[name], NULL) for name in ("talk_s", "hold_s", "wrap_s", "holds")}
    handle = legs["talk_s"] + legs["hold_s"] + legs["wrap_s"]
    return {
        **{name: column.astype(np.int32) for name, column in shown.items()},
        "handle_s": np.where(person, handle, NULL).astype(np.int32),
        "offered": legs["offered"],
        "answered": person,
        "abandoned": legs["abandoned"],
        "wait_s": legs["wait_s"],
        "threshold_s": world.organisation.queue_threshold_s[legs["queue"]],
        "transfers": legs["moved"],
        "transferred_from": legs["from"].astype(np.int16),
        "transferred_to": legs["to"].astype(np.int16),
        "prediction": legs["prediction"],
        "predicted_at": legs["predicted_at"],
    }


def _funnel(world: World, calls: Rows, call: NDArray[np.int64], is_last: NDArray[np.bool_], day: int) -> Rows:
    stages = ("eligible", "invited", "sent", "delivered", "opened", "started", "scored", "commented")
    rows = {name: calls[name][call] & is_last for name in stages}
    answer = np.where(calls["fooled"], calls["scanner_score"], calls["score"])[call]
    scanned = calls["scanned"][call] & ~calls["scored"][call] & is_last
    asked = np.where(rows["invited"], 0, NULL)
    return rows | {
        "not_asked_reason": np.where(is_last, calls["why_not"][call], REASONS.index("transferred")),
        "invited_at": np.where(rows["invited"], calls["invited_at"][call], NULL),
        "survey": asked,
        "survey_version": np.where(rows["invited"], int(_is_reworded(world, day)), NULL),
        "survey_channel": np.where(rows["invited"], calls["survey_channel"][call], NULL),
        "metric": asked,
        "score": np.where(rows["scored"], answer, NULL).astype(np.int8),
        "answered_at": np.where(rows["scored"], calls["answered_at"][call], NULL),
        "not_counted_reason": np.where(scanned, 0, NULL),
    }


def _is_reworded(world: World, day: int) -> bool:
    turn = world.parameters.asking.new_wording_month
    return turn >= 0 and bool(world.month[day] - world.month[WARM_UP] >= turn)


def response_rows(world: World, calls: Rows, contacts: Rows) -> Rows:
    """Return a row for each answer of a person, in order of the contacts, and after them the clicks of scanners.

    Parameters
    ----------
    world : World
        Its calendar.
    calls, contacts : dict of arrays
        The day, and its rows in the table `contacts`.
    """
    people, machines = np.flatnonzero(calls["person"]), np.flatnonzero(calls["scanned"])
    call = np.concatenate([people, machines])
    by_machine = np.arange(len(call)) >= len(people)
    rows = {name: contacts[name][calls["last"][call]] for name in _BESIDE_THE_SCORE}
    answered_at = np.where(by_machine, calls["scanned_at"][call], calls["answered_at"][call])
    day, second = world.clock.local(answered_at)
    counted = ~by_machine | calls["fooled"][call]
    return rows | {
        "by_machine": by_machine,
        "contact_source": rows["source"],
        "answered_at": answered_at,
        "day": (world.clock.first_number + day).astype(np.int32),
        "hour": (second // 3600).astype(np.int8),
        "month": world.month[day].astype(np.int16),
        "score": np.where(by_machine, calls["scanner_score"][call], calls["score"][call]).astype(np.int8),
        "status": (calls["partial"][call] & ~by_machine).astype(np.int8),
        "counted": counted,
        "not_counted_reason": np.where(counted, NULL, 0).astype(np.int8),
        "updated_at": answered_at,
    }


@dataclass(frozen=True, slots=True)
class Tables:
    """Turns rows into tables."""

    words: Mapping[str, tuple[str, ...]]
    key: int

    @classmethod
    def of(cls, world: World) -> "Tables":
        """Gather the words behind the codes."""
        organisation = world.organisation
        words = {
            "source": (SOURCE,), "contact_source": (SOURCE,), "direction": ("inbound",), "survey": (_SURVEY,),
            "survey_version": VERSIONS, "survey_channel": SURVEY_CHANNELS, "not_asked_reason": REASONS,
            "not_counted_reason": NOT_COUNTED, "handled_by": HANDLERS, "status": _STATUS, "month": world.months,
            "metric": (world.parameters.asking.metric,), "segment": organisation.segments, "team": organisation.teams,
            "age_band": organisation.age_bands, "language": organisation.languages, "client": organisation.clients,
            "site": organisation.sites, "queue": organisation.queues, "channel": organisation.channels,
            "touchpoint": organisation.touchpoints, "previous_touchpoint": organisation.touchpoints,
            "reason": organisation.reasons, "transferred_from": organisation.teams,
            "transferred_to": organisation.teams, "agent": organisation.agent_ids,
        }  # fmt: skip
        return cls(words, key_of(world.seed))

    def contacts(self, rows: Rows) -> pa.Table:
        """Return rows of `contacts`."""
        texts = {
            "external_id": serials("c", rows["number"], rows["leg"]),
            "conversation": serials("c", rows["number"]),
            "customer": pseudonyms(rows["person_number"], self.key),
        }
        return table_of(rows, TABLES["contacts"], self.words, texts)

    def responses(self, rows: Rows, comments: pa.Array) -> pa.Table:
        """Return rows of `responses`; a scanner's click has an id of its own."""
        ids = serials("r", rows["number"]), serials("s", rows["number"])
        texts = {
            "external_id": pc.if_else(pa.array(rows["by_machine"]), ids[1], ids[0]),
            "contact": serials("c", rows["number"], rows["leg"]),
            "customer": pseudonyms(rows["person_number"], self.key),
            "comment": comments,
        }
        return table_of(rows, TABLES["responses"], self.words, texts)


def key_of(seed: int) -> int:
    """Return the key of the pseudonyms of a seed."""
    return int(np.random.SeedSequence([seed, 1]).generate_state(1, np.uint64)[0])
