"""A small honest centre, and every abuse that the tests of trust look for, planted in it at a strength."""

import numpy as np

from klankbord.score import NPS
from klankbord.trust import (
    all_links,
    cells_of,
    decompose,
    fast_answers,
    level_of_each,
    lock_step,
    mix_shift,
    rates,
    repeated_customers,
    scale_change,
    selection,
    wording_change,
)

LEVEL = level_of_each(0.95)
SHARES = np.array([0.05, 0.02, 0.03, 0.03, 0.03, 0.06, 0.07, 0.13, 0.18, 0.18, 0.22])
AGENTS, EACH, ANSWERS = 40, 200, 2_000
CHEAT = 7


def scores(rng, n):
    return rng.choice(11, n, p=SHARES)


class Contacts:
    """Contacts of honest agents in four queues and three months, who expect a score and talk as long as it takes."""

    def __init__(self, rng, agents=AGENTS, each=EACH):
        n = agents * each
        self.agent = np.repeat(np.arange(agents), each)
        self.queue, self.month = rng.integers(0, 4, n), rng.integers(0, 3, n)
        mood = 7.5 + rng.normal(0, 0.5, agents)[self.agent] + 0.3 * self.queue + rng.normal(0, 1.5, n)
        self.expected = np.clip(np.round(mood), 0, 10)
        self.handle = 100 * np.log(1 + np.exp(rng.normal(6, 0.6, n)))
        self.long = self.handle > np.median(self.handle)
        self.invited = rng.random(n) < np.array([0.3, 0.5, 0.7, 0.8])[self.queue]
        self.handed = (
            rng.random(n) < np.where(self.expected < 7, 1.5, 1.0) * np.array([0.05, 0.08, 0.12, 0.1])[self.queue]
        )
        self.mine, self.chance = self.agent == CHEAT, rng.random(n)

    def cells(self, chosen, signal=None):
        return cells_of(self.agent, chosen, signal=signal, strata=[self.queue, self.month])


def inviting_rate(rng, strength):
    there = Contacts(rng)
    asked = there.invited & ~(there.mine & (there.chance < strength))
    return rates(there.cells(asked), "inviting_rate", level=LEVEL)


def selective_inviting(rng, strength):
    there = Contacts(rng)
    asked = there.invited & ~(there.mine & (there.expected < 8) & (there.chance < strength))
    return selection(there.cells(asked, there.expected), "selective_inviting", level=LEVEL)


def inviting_by_handle_time(rng, strength):
    there = Contacts(rng)
    asked = there.invited & ~(there.mine & there.long & (there.chance < strength))
    return selection(there.cells(asked, there.handle), "inviting_by_handle_time", level=LEVEL)


def transfer_rate(rng, strength):
    there = Contacts(rng)
    handed = there.handed | (there.mine & (there.chance < strength))
    return rates(there.cells(handed), "transfer_rate", level=LEVEL)


def selective_transferring(rng, strength):
    there = Contacts(rng)
    handed = there.handed | (there.mine & (there.expected < 7) & (there.chance < strength))
    cells = there.cells(handed, there.expected)
    return selection(cells, "selective_transferring", against="colleagues", level=LEVEL)


def shed_ratings(rng, strength):
    agent, given = np.repeat(np.arange(AGENTS), ANSWERS // AGENTS), scores(rng, ANSWERS)
    moved = (rng.random(ANSWERS) < 0.05) | ((agent == CHEAT) & (given <= 6) & (rng.random(ANSWERS) < strength))
    return selection(cells_of(agent, moved, signal=given), "shed_ratings", level=LEVEL)


def delays(rng, n):
    return np.exp(rng.normal(np.log(5 * 3600), 1.4, n)).clip(20)


def fast(rng, strength):
    machines = rng.poisson(strength * ANSWERS)
    seconds = np.append(delays(rng, ANSWERS), rng.exponential(5, machines))
    return fast_answers(seconds, scores(rng, len(seconds)), level=LEVEL)


def links(rng, strength):
    """Of 10,000 people some change their mind, again and again; one scanner opens a link every `strength` seconds."""
    invitation, clicks = np.arange(10_000), []
    again = invitation
    moment = np.zeros(10_000)
    for chance in (0.03, 0.15, 0.15, 0.15, 0.15, 0.15):
        clicks += zip(again, rng.integers(0, 11, len(again)), moment, strict=True)
        on = rng.random(len(again)) < chance
        again, moment = again[on], moment[on] + np.exp(rng.normal(np.log(30), 1, int(on.sum())))
    if strength:
        clicks += [(-1, link, at) for link, at in enumerate(np.cumsum(rng.exponential(strength, 11)))]
    return all_links(*map(list, zip(*clicks, strict=True)))


def repeated(rng, strength):
    people = np.append(rng.integers(0, 3_000, ANSWERS), np.full(int(strength), -1))
    return repeated_customers(people, scores(rng, len(people)), level=LEVEL)


def in_step(rng, strength):
    many = int(strength)
    moments = np.append(np.sort(rng.uniform(0, 30 * 86_400, ANSWERS)), 1e6 + 2.0 * np.arange(many))
    return lock_step(np.append(scores(rng, ANSWERS), np.full(many, 10)), moments, level=LEVEL)


def lost_zero(rng, strength):
    month = np.repeat(np.arange(12), ANSWERS // 12)
    given = scores(rng, len(month))
    lost = (month >= 12 - strength) & (given == 0)
    return scale_change(month, np.where(lost, 1, given), level=LEVEL)


def reworded(rng, strength):
    version = np.where(np.arange(ANSWERS) < ANSWERS / 2, "1", "2" if strength else "1")
    return wording_change(version.tolist(), scores(rng, ANSWERS), np.arange(ANSWERS))


def other_mix(rng, strength):
    """Two channels 40 points apart; the lower one grows by `strength` of all answers, 1,000 in each period."""
    low = np.append(SHARES[:7] * 1.9, SHARES[7:] * (1 - 1.9 * SHARES[:7].sum()) / SHARES[7:].sum())
    tables = [
        [rng.multinomial(1_000 - lower, SHARES), rng.multinomial(lower, low)]
        for lower in (rng.binomial(1_000, 0.3), rng.binomial(1_000, 0.3 + strength))
    ]
    return mix_shift(decompose(["phone", "chat"], *tables, NPS), level=LEVEL)


ABUSES = {
    "inviting_rate": inviting_rate,
    "selective_inviting": selective_inviting,
    "inviting_by_handle_time": inviting_by_handle_time,
    "transfer_rate": transfer_rate,
    "selective_transferring": selective_transferring,
    "shed_ratings": shed_ratings,
    "fast_answers": fast,
    "all_links": links,
    "repeated_customers": repeated,
    "lock_step": in_step,
    "scale_change": lost_zero,
    "wording_change": reworded,
    "mix_shift": other_mix,
}
"""What plants each abuse and looks for it; at a strength of 0 nothing is planted."""
