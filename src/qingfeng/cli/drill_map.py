"""The map of a power with what stopped each of its risks, and the short table of all powers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from qingfeng.casework.words import rule_name
from qingfeng.catalogue.drills import WHOLE_PROCESS, Target
from qingfeng.catalogue.power import SUPERVISION, PowerVersion
from qingfeng.simulation.drill import Outcome, Tried
from qingfeng.terms.text import Text

from .screen import Screen
from .table import show_table

_WHOLE = Text(zh="（全过程）", en="(whole process)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """The drills of one power as they went, against all of its map that was to be tried."""

    version: PowerVersion
    targets: Sequence[Target]
    tried: Sequence[Tried]

    @property
    def builtin(self) -> bool:
        """True if the map is ours: supervision of the agency itself."""
        return self.version.kind == SUPERVISION

    def of(self, target: Target) -> list[Tried]:
        """Return the drills of one risk, or part of it."""
        return [one for one in self.tried if target.tried_by(one.drill)]

    def stopped(self, target: Target) -> bool:
        """True if it was tried and every attempt was stopped as stated."""
        tried = self.of(target)
        return bool(tried) and all(one.stopped for one in tried)

    @property
    def untried(self) -> list[Target]:
        """What no drill tries."""
        return [one for one in self.targets if not self.of(one)]

    @property
    def risks(self) -> int:
        """How many risks there are, parts not counted apart."""
        return sum(1 for _ in self._risks())

    @property
    def risks_tried(self) -> int:
        """How many of them were tried at all."""
        return sum(any(self.of(part) for part in parts) for parts in self._risks())

    @property
    def risks_stopped(self) -> int:
        """How many had every part stopped by all its drills."""
        return sum(all(self.stopped(part) for part in parts) for parts in self._risks())

    @property
    def all_stopped(self) -> bool:
        """True if nothing is left untried or not stopped."""
        return all(self.stopped(one) for one in self.targets)

    def as_data(self) -> Iterator[dict[str, Any]]:
        """Yield each drill as JSON has it: what is not stopped as stated counts as missed."""
        for target in self.targets:
            for one in self.of(target):
                yield {
                    "power": self.version.power,
                    "step": target.step,
                    "risk": target.risk.id,
                    "part": target.part.id if target.part else None,
                    "text": target.text,
                    "attempt": one.drill.attempt.zh,
                    "ring": one.drill.ring.value,
                    "outcome": one.outcome.value if one.stopped else Outcome.MISSED.value,
                    "by": sorted(one.by),
                    "after": f"P{one.after}D" if one.after is not None else None,
                    "probability": round(one.probability, 4),
                }

    def complaints(self) -> Iterator[Text]:
        """Yield in words what was not stopped as stated, and what no drill tries."""
        power = self.version.power
        for one in self.tried:
            if one.problem is not None:
                where = f"{power} {one.drill.risk} {one.drill.id}"
                yield Text(zh=f"{where}：{one.problem.zh}", en=f"{where}: {one.problem.en}")
        if self.untried:
            places = [one.place for one in self.untried]
            yield Text(zh=f"{power}：没有演练：{'、'.join(places)}", en=f"{power}: no drill for {', '.join(places)}")

    def _risks(self) -> Iterator[list[Target]]:
        for _, parts in groupby(self.targets, key=lambda one: (one.step, one.risk.id)):
            yield list(parts)


def show_map(screen: Screen, played: Played) -> None:
    """Write the map of a power: steps in order, each risk with its attempts and what stopped them."""
    version = played.version
    screen.say(
        f"{version.power}  {version.title.zh}  {version.version}起施行",
        f"{version.power}  {version.title.en}  in force from {version.version}",
    )
    names = {step.id: screen.words(step.name) for step in version.steps} | {WHOLE_PROCESS: screen.words(_WHOLE)}
    rows: list[list[str]] = []
    for step, inside in groupby(played.targets, key=lambda one: one.step):
        box = names[step]
        for target in inside:
            label = f"{target.risk.id}{'.' + target.part.id if target.part else ''} {target.text}"
            cells = [[screen.words(one.drill.attempt), _outcome(screen, one)] for one in played.of(target)]
            for attempt, outcome in cells or [["—", screen.pick("✗ 没有演练", "✗ no drill")]]:
                rows.append([box, label, attempt, outcome])
                box = label = ""
    heads = (("环节", "Step"), ("风险点", "Risk"), ("企图", "Attempt"), ("结果", "Outcome"))
    show_table(screen, [screen.pick(*head) for head in heads], rows)
    screen.line()


def show_totals(screen: Screen, played: Sequence[Played]) -> None:
    """Write how many risks there are, how many were stopped, and what is missing; the built-in powers apart."""
    counts = {
        ours: (sum(one.risks for one in played if one.builtin is ours), sum(one.risks_stopped for one in played if one.builtin is ours))
        for ours in (False, True)
    }
    (risks, stopped), (own, held) = counts[False], counts[True]
    untried = sum(len(one.untried) for one in played)
    wrong = sum(not one.stopped for power in played for one in power.tried)
    drills = sum(len(one.tried) for one in played)
    maps = sum(not one.builtin for one in played)
    if maps:
        screen.say(f"防控图{maps}张，风险点{risks}个，拦住{stopped}个。", f"{maps} maps, {risks} risks, {stopped} stopped: {stopped} of {risks}.")
    if len(played) > maps:
        screen.say(f"内置的监督职权{len(played) - maps}项，风险点{own}个，拦住{held}个。",
                   f"{len(played) - maps} built-in powers of supervision, {own} risks, {held} stopped: {held} of {own}.")  # fmt: skip
    screen.say(
        f"演练{drills}次，没有照所述拦下或发现{wrong}次；没有演练的{untried}处。",
        f"{drills} drills, {wrong} not stopped as stated; {untried} places without a drill.",
    )


def show_summary(screen: Screen, played: Sequence[Played]) -> None:
    """Write one line for each power."""
    heads = (("职权", "Power"), ("风险点", "risks"), ("已演练", "tried"), ("拦住", "stopped"), ("演练", "drills"),
             ("当场拦下", "refused"), ("事后发现", "found"), ("最迟", "latest"))  # fmt: skip
    rows = []
    for one in played:
        days = [tried.after for tried in one.tried if tried.after is not None]
        kinds = [sum(t.stopped and t.outcome is kind for t in one.tried) for kind in (Outcome.REFUSED, Outcome.FOUND)]
        latest = screen.pick(f"{max(days)}天", f"{max(days)} d") if days else "—"
        numbers = [one.risks, one.risks_tried, one.risks_stopped, len(one.tried), *kinds]
        rows.append([f"{one.version.power} {screen.words(one.version.title)}", *map(str, numbers), latest])
    show_table(screen, [screen.pick(*head) for head in heads], rows)


def _outcome(screen: Screen, tried: Tried) -> str:
    if tried.problem is not None:
        return f"✗ {screen.words(tried.problem)}"
    by = screen.pick("、", ", ").join(screen.words(rule_name(name)) for name in sorted(tried.by))
    if tried.outcome is Outcome.REFUSED:
        return screen.pick(f"✓ 拦下：{by}", f"✓ refused: {by}")
    when = (
        screen.pick("当天", "on the same day")
        if tried.after == 0
        else screen.pick(f"{tried.after}天后", f"after {tried.after} days")
    )
    chance = (
        screen.pick(f"，概率{tried.probability:.2f}", f", probability {tried.probability:.2f}")
        if tried.probability < 1
        else ""
    )
    return screen.pick(f"✓ {when}发现：{by}{chance}", f"✓ found {when}: {by}{chance}")
