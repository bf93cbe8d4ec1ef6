"""Who was asked, who answered, what silence hides: the funnel, tests of what makes answers worth less, one verdict."""

from klankbord.trust.cells import Cells, cells_of, coded, summed_cells
from klankbord.trust.choosing import CHOICES, rates, selection
from klankbord.trust.clicking import all_links, fast_answers, lock_step, repeated_customers
from klankbord.trust.defining import scale_change, wording_change
from klankbord.trust.finding import BY_CHANCE, Finding, level_of_each, not_tested
from klankbord.trust.funnel import STAGES, WHAT_STAGES_ARE, Funnel, Step, funnel, funnels
from klankbord.trust.judging import GRADES, RULES, Evidence, Reason, Rule, Verdict, verdict
from klankbord.trust.mixing import Decomposition, Part, decompose, mix_shift
from klankbord.trust.report import TrustReport

__all__ = [
    "BY_CHANCE",
    "CHOICES",
    "GRADES",
    "RULES",
    "STAGES",
    "WHAT_STAGES_ARE",
    "Cells",
    "Decomposition",
    "Evidence",
    "Finding",
    "Funnel",
    "Part",
    "Reason",
    "Rule",
    "Step",
    "TrustReport",
    "Verdict",
    "all_links",
    "cells_of",
    "coded",
    "decompose",
    "fast_answers",
    "funnel",
    "funnels",
    "level_of_each",
    "lock_step",
    "mix_shift",
    "not_tested",
    "rates",
    "repeated_customers",
    "scale_change",
    "selection",
    "summed_cells",
    "verdict",
    "wording_change",
]
