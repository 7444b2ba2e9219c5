"""What is unclear in a case of a foreign log, and what of a rule's answer stands in spite of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from qingfeng.facts.rows import Outcome
from qingfeng.facts.rule import GateRule

from .foreign import Part, Verdict, stands_without

ASIDE, CUT, ALIKE, SPLIT = "aside", "cut", "alike", "split"


@dataclass(frozen=True, slots=True)
class Doubt:
    """aside: acts of which a record could not be read (None among them: nobody knows of which act); cut: the beginning lies before the
    log; alike: two spellings in the case may be one person; split: part of it may stand under a number that looks the same."""

    aside: frozenset[str | None] | None = None
    cut: bool = False
    alike: bool = False
    split: bool = False


def doubted(part: Part, said: Verdict, doubt: Doubt, acts: Collection[str]) -> Verdict:
    """Return a rule's answer for a case in which something is unclear.  acts: those that the case records.

    A finding stands where more of what is missing could only find more; all else that depends on it is not evaluable.
    """
    aside = doubt.aside or frozenset()
    asked = None in aside or part.on is None or not part.on.isdisjoint({*acts, *aside})  # an act of the rule was done, or may have been
    if said.outcome is Outcome.NOT_EVALUABLE or not asked:
        return said
    if aside and (None in aside or part.concerned is None or not part.concerned.isdisjoint(aside)):
        known = frozenset(act for act in aside if act is not None)
        if said.outcome is not Outcome.VIOLATED or known != aside or not stands_without(part, known):
            return replace(said, outcome=Outcome.NOT_EVALUABLE, hits=(), why=ASIDE)
    if doubt.split:
        return replace(said, outcome=Outcome.NOT_EVALUABLE, hits=(), why=SPLIT)
    if doubt.cut and (part.asks or part.any_act or not isinstance(part.rule, GateRule)):
        wanted = frozenset[str]().union(*(one for one, _ in part.asks))
        if said.outcome is not Outcome.VIOLATED or not stands_without(part, wanted):
            return replace(said, outcome=Outcome.NOT_EVALUABLE, hits=(), why=CUT)
    if doubt.alike and said.outcome is not Outcome.NOT_APPLICABLE and "_actor" in part.reads:
        return replace(said, outcome=Outcome.NOT_EVALUABLE, hits=(), why=ALIKE)
    return said

