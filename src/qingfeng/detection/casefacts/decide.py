"""What a rule says of cases by their facts: one of the four outcomes, or that the acts themselves have to be looked at."""

from __future__ import annotations

from collections.abc import Callable, Collection
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from qingfeng.detection.evaluate import World, gathered
from qingfeng.detection.foreign import MAX_ROWS, Part, stands_without
from qingfeng.facts.rule import Expr, GateRule, Gather, LateRule, Op

from .algebra import true_false
from .facts import Facts
from .late import Ends, late_said, lying_said
from .plan import OWN
from .scene import Results, Scene
from .values import MISSING, THERE, Flags, Ints, Kind

Answers = NDArray[np.int8]
Asked = Callable[[str], Collection[str]]
TRIED = 4
"""So many tied acts have at most MAX_ORDERS orders (4!)."""


class Answer(IntEnum):
    """What the facts say.  EMPTY, DAY: not evaluable, because of what is silent or known to the day only; LACKS: … by the rule itself."""

    NOT_APPLICABLE = 0
    SATISFIED = 1
    VIOLATED = 2
    EMPTY = 3
    DAY = 4
    LACKS = 5
    OPEN = 6


class Judge:
    """Rules over a batch of cases; what they share is computed once."""

    def __init__(
        self, facts: Facts, world: World, *, row_order: bool, never_said: frozenset[str] = frozenset(), common: Common | None = None
    ) -> None:  # fmt: skip
        """common: of the batches before, so that expressions are compared once only."""
        self.facts, self.world, self.row_order, self.never_said = facts, world, row_order, never_said
        self._scenes: dict[str, Scene] = {}
        self._common = common or Common()

    def scene(self, act: str) -> Scene:
        """Return the cases in which an act was done."""
        found = self._scenes.get(act)
        if found is None:
            found = self._scenes[act] = Scene(
                self.facts, act, self.world, row_order=self.row_order, results=self._common.results
            )
        return found

    def on(self, part: Part) -> Flags:
        """Return in which cases there is an act that the rule is about."""
        return np.ones(len(self.facts.began), dtype=np.bool_) if part.on is None else self.done(part.on)

    def done(self, acts: Collection[str]) -> Flags:
        """Return in which cases one of the acts was done, of those whose facts are known."""
        done = np.zeros(len(self.facts.began), dtype=np.bool_)
        for act in self.facts.count.keys() & set(acts):
            done |= self.facts.count[act] > 0
        return done

    def said(self, part: Part) -> Answers:
        """Return the answer of a rule for every case: what `judge_case` says, or OPEN."""
        known, on = self.facts.count, self.on(part)
        if not on.any():
            return np.zeros(on.shape, dtype=np.int8)
        acts = sorted(known.keys() if part.on is None else part.on & known.keys())
        concerned = sorted(known.keys() if part.concerned is None else part.concerned & known.keys())
        kept: Ints = np.sum([known[act] for act in concerned], axis=0, dtype=np.int64)
        if isinstance(part.rule, LateRule):
            told = lying_said if part.rule.lying else late_said
            found = told(self.facts, part, self.world, self._common.ends)
        else:
            assert isinstance(part.rule, GateRule), "AnyOf was taken apart"
            found = self._gate(part, part.rule, acts)
        if part.ordered and not self.row_order:
            found[(self.facts.tied > TRIED) & (kept > TRIED)] = Answer.OPEN
        if isinstance(part.rule, GateRule) and part.rule.needs:
            rule = part.rule
            asked = None if rule.on is None else rule.on | gathered(rule.violated) | gathered(rule.applies)
            found[self._silent([a for a in concerned if asked is None or a in asked], lambda _: rule.needs)] = (
                Answer.LACKS
            )
        if "_at" in part.reads:
            found[np.any([self.facts.whole[act] > 0 for act in concerned], axis=0)] = Answer.DAY
        silent = self._silent(concerned, lambda act: self._required(part, act))
        found[silent] = Answer.EMPTY
        if stands_without(part, ()):  # what other acts say may be enough: a look at them
            found[silent & self._speaks(part, acts)] = Answer.OPEN
        found[kept > MAX_ROWS] = Answer.OPEN
        if "_lag" in part.reads:  # it is worked out by the calendar, act by act
            found[:] = Answer.OPEN
        found[~on] = Answer.NOT_APPLICABLE
        return found

    def _required(self, part: Part, act: str) -> Collection[str]:
        """What an act of ours always says and the rule reads."""
        word = part.version.words.get(act)
        own = {name for name in ("_actor", "_post") if name in part.reads}
        return own if word is None else own | ((word.required & part.reads) - self.never_said)

    def _silent(self, acts: Collection[str], names: Asked) -> Flags:
        """Return where an act says nothing about one of some fields."""
        silent = np.zeros(len(self.facts.began), dtype=np.bool_)
        for act in acts:
            for name in names(act):
                if name.startswith("_") and name not in ("_actor", "_post", "_reason"):
                    continue
                said = self.facts.said.get((act, OWN.get(name, f"f_{name}")))
                done = self.facts.count[act] > 0
                silent |= done if said is None else done & (said.null != THERE)
        return silent

    def _speaks(self, part: Part, acts: Collection[str]) -> Flags:
        """Return where some act that the rule is about may say all that is read of it."""
        speaks = np.zeros(len(self.facts.began), dtype=np.bool_)
        for act in acts:
            told = self.facts.count[act] > 0
            for name in self._required(part, act):
                said = self.facts.said.get((act, OWN.get(name, f"f_{name}")))
                told &= said is not None and said.null != MISSING
            speaks |= told
        return speaks

    def _gate(self, part: Part, rule: GateRule, acts: Collection[str]) -> Answers:
        n = len(self.facts.began)
        violated, open_, applied, bad = (np.zeros(n, dtype=np.bool_) for _ in range(4))
        applies, wrong = self._common.one(rule.applies), self._common.one(rule.violated)
        for act in acts:
            scene = self.scene(act)
            if not scene.size:
                continue
            fits, misfits = (
                np.broadcast_to(one, (scene.size,)) for one in true_false(scene.value(applies), self.facts.pool)
            )
            yes, no = (np.broadcast_to(one, (scene.size,)) for one in true_false(scene.value(wrong), self.facts.pool))
            failing = np.zeros(scene.size, dtype=np.bool_)
            for one, where in ((scene.value(applies).bad, ~failing), (scene.value(wrong).bad, ~misfits)):
                if one is not None:
                    failing |= one & where
            if rule.each is not None:
                listed = self.facts.said.get((act, f"f_{rule.each}"))
                gone = np.ones(scene.size, dtype=np.bool_) if listed is None else listed.at(scene.at).null == MISSING
                if listed is not None:
                    told = self.facts.pool.apply(lambda many: not isinstance(many, list | tuple | dict) or not many, [listed.at(scene.at)],
                                                 kind=Kind.TRUTH, bounds=(0, 1), null=THERE)  # fmt: skip
                    gone = gone | (told.lo == 1)
                fits, yes, misfits, failing = fits & gone & False, yes & gone & False, misfits | gone, failing & ~gone
            violated[scene.at] |= fits & yes
            open_[scene.at] |= ~(misfits | (fits & yes) | (fits & no))
            applied[scene.at] |= fits
            bad[scene.at] |= failing
        # Where it certainly does not hold but may not have applied, nothing is known but that it is not violated.
        answer = np.where(
            violated, Answer.VIOLATED, np.where(open_, Answer.OPEN, np.where(applied, Answer.SATISFIED, 0))
        )
        answer[bad] = Answer.OPEN
        return answer.astype(np.int8)


class Common:
    """Makes equal expressions one, so that each is computed once; results, ends: of functions of one text and of
    limits, from batch to batch, in one world."""

    def __init__(self) -> None:
        self.results = Results()
        self.ends: Ends = {}
        self._known: dict[Expr, Expr] = {}
        self._seen: dict[int, tuple[Expr, Expr]] = {}

    def one(self, expr: Expr) -> Expr:
        """Return the expression that stands for all that equal it."""
        if not isinstance(expr, Op | Gather):
            return expr
        seen = self._seen.get(id(expr))
        if seen is None:
            made: Expr = expr
            if isinstance(expr, Op):
                made = Op(expr.op, tuple(self.one(arg) for arg in expr.args))
            seen = self._seen[id(expr)] = (expr, self._known.setdefault(made, made))
        return seen[1]
