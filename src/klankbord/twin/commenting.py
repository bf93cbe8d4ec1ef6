"""Why customers say that they gave their score: topics from what happened, words from the grammar of comments."""

import numpy as np
import pyarrow as pa

from klankbord.twin.arrow import Rows
from klankbord.twin.comments import TOPICS, Comments, write_comments
from klankbord.twin.identities import serials
from klankbord.twin.world import World
from klankbord.voice import redact

_LONG_WAIT_S = 240
_KEEPS_TO_SUBJECT = 0.45
TRUTH = pa.schema(
    [
        ("external_id", pa.string()),
        ("original", pa.string()),
        ("topics", pa.list_(pa.string())),
        ("sentiment", pa.float32()),
        ("emotion", pa.string()),
        ("personal", pa.list_(pa.struct([("kind", pa.string()), ("text", pa.string())]))),
    ]
)


def comment(world: World, calls: Rows, legs: Rows, responses: Rows, day: int) -> tuple[pa.Array, pa.Table]:
    """Return the comments beside the day's responses, personal data taken out, and the truth about each.

    Parameters
    ----------
    world : World
        Its languages and style.
    calls, legs, responses : dict of arrays
        The day, and its answers: those of persons first, in order of their conversations.
    day : int
        Which day.
    """
    people = np.flatnonzero(calls["person"])
    talks = np.flatnonzero(calls["commented"][people])
    found = np.full(len(responses["score"]), None, object)
    if not len(talks):
        return pa.array(found, pa.string()), TRUTH.empty_table()
    call, rng, style = people[talks], world.stream("comments", day), world.parameters.comments
    languages = np.array(world.organisation.languages)[responses["language"][talks]]
    written = write_comments(
        rng,
        language=languages.tolist(),
        topic=_topics(world, calls, legs, call, day),
        # Eight is where praise begins; the words follow the answer, not quite exactly.
        mood=np.clip((calls["score"][call] - 7.0) / 3 + 0.15 * rng.standard_normal(len(call)), -1, 1),
        irony=style.irony,
        typos=style.typos,
        personal=style.personal,
    )
    found[talks] = [redact(text) for text in written.texts]
    return pa.array(found, pa.string()), _truth(responses["number"][talks], written)


def _topics(world: World, calls: Rows, legs: Rows, call: np.ndarray, day: int) -> list[str]:
    """Return what each comment is about: what stood out in the contact, or else one of the subject's own topics."""
    rng, last = world.stream("topics", day), calls["last"][call]
    own = [world.organisation.queue_comments[queue] for queue in calls["queue"][call].tolist()]
    chances = rng.random((3, len(call)))
    waited = (legs["wait_s"][last] > _LONG_WAIT_S) & (calls["score"][call] < 9)
    stands_out = np.select(
        [calls["transfers"][call] > 0, waited, ~calls["resolved"][call], calls["score"][call] >= 9],
        [TOPICS.index(word) for word in ("transfer", "waiting", "resolution", "politeness")],
        -1,
    )
    stands_out = np.where(chances[0] < _KEEPS_TO_SUBJECT, -1, stands_out)
    topics = [
        TOPICS[code] if code >= 0 else words[int(chance * len(words))]
        for code, words, chance in zip(stands_out.tolist(), own, chances[1].tolist(), strict=True)
    ]
    silent = chances[2] < 0.03
    return ["no_reason" if none else topic for none, topic in zip(silent.tolist(), topics, strict=True)]


def _truth(numbers: np.ndarray, written: Comments) -> pa.Table:
    return pa.table(
        {
            "external_id": serials("r", numbers),
            "original": pa.array(written.texts, pa.string()),
            "topics": pa.array([list(each) for each in written.topics], TRUTH.field("topics").type),
            "sentiment": pa.array(written.sentiment, pa.float32()),
            "emotion": pa.array(written.emotion, pa.string()),
            "personal": pa.array(
                [[{"kind": kind, "text": text} for kind, text in each] for each in written.personal],
                TRUTH.field("personal").type,
            ),
        },
        schema=TRUTH,
    )
