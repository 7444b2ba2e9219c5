"""independent_recheck 独立复核: another officer answers the same points before seeing the first answers; differences are settled openly.

Why: 检查不准确: a re-check that copies the first look finds what the first look found.
Finds: a re-check by who did the first look or opened the file since; points left out; a review passed over a difference
that was not deliberated.
Not: two officers who agree outside the system (reinspection and patterns look for that).
Source: the agency's own map (检查不及时、不准确; 审查、复核); fields compared are a setting.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import READ_FILE, PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, R, T
from qingfeng.terms.text import Text

# fmt: off
_FIRST = "inspect_site bob 0 checklist={exit:ok,gas:ok} measured={gas:8ppm}"
_SAME = "recheck_examination {} {} checklist={{exit:ok,gas:ok}} measured={{gas:8ppm}}"
_OTHER, _ODD = _SAME.format("carl", 2).replace("gas:ok", "gas:problem"), _SAME.format("carl", 2).replace("8ppm", "90ppm")
_READ, _PASS = "read_file carl 1", "pass_review eve 9"
_MET = "deliberate dan 4 settled={gas:以复测为准}"


@dataclass(frozen=True, slots=True)
class IndependentRecheck:
    """`fields` (maps by point) of the latest first act and the latest re-check; `settled` of a deliberation says what holds."""

    name: ClassVar[str] = "independent_recheck"
    title: ClassVar[Text] = Text(zh="独立复核", en="Independent re-check")
    basis: ClassVar[Basis] = Basis.MAP
    example: ClassVar[dict[str, Any]] = {"readings": ["read_file"], "fields": ["checklist", "measured"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        *((_FIRST, _SAME.format(who, n), _PASS) for who in ("carl", "dan", "fay") for n in (1, 2, 3)), (_FIRST, _SAME.format("carl", 2)),
        *((_FIRST, one, _MET, _PASS) for one in (_OTHER, _ODD)), (_FIRST, _READ, _SAME.format("dan", 2), _PASS), (_PASS,), (_FIRST, _OTHER),
        (_FIRST, _ODD), (_FIRST, _SAME.format("carl", 2), _READ.replace("1", "3"), _PASS), (_FIRST, _OTHER, _SAME.format("dan", 3), _PASS),
        (_FIRST, _OTHER, _MET), (_FIRST, _SAME.format("carl", 2), _PASS, _PASS), (_FIRST, _SAME.format("dan", 2) + " opinion=一致", _PASS),
        (_READ, _PASS), (_READ.replace("1", "0"), _FIRST, _SAME.format("carl", 2), _PASS), (_FIRST, _SAME.format("carl", 2), _READ, _PASS),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_FIRST, _PASS), (_FIRST, _SAME.format("bob", 2)), (_FIRST, _READ, _SAME.format("carl", 2)),
        (_FIRST, _SAME.format("carl", 2).replace(",gas:ok", "")), (_FIRST, "recheck_examination carl 2 checklist={exit:ok,gas:ok}"),
        (_FIRST, _OTHER, _PASS), (_FIRST, _ODD, _PASS), (_FIRST, _MET, _OTHER, _PASS),
        (_FIRST, _OTHER, _MET.replace("gas:", "exit:"), _PASS), (_FIRST, _OTHER, _MET.replace("dan", "carl"), _PASS),
        (_FIRST, _OTHER, _MET.replace("dan", "bob"), _PASS), (_FIRST, _SAME.format("carl", 2), _FIRST, _PASS),
        ("recheck_examination carl 0 opinion=一致",), (_READ, _FIRST, _READ, _SAME.format("carl", 2)),
        (_FIRST, _READ, _FIRST.replace(" 0", " 1"), _SAME.format("carl", 2)),
        (_FIRST, _READ.replace("carl", "dan"), _SAME.format("dan", 2)),
    )

    fields: tuple[str, ...] = ("checklist",)
    first: tuple[str, ...] = ("inspect_site",)
    rechecks: tuple[str, ...] = ("recheck_examination",)
    deliberations: tuple[str, ...] = ("deliberate",)
    passes: tuple[str, ...] = ("pass_review",)
    readings: tuple[str, ...] = (READ_FILE,)

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        readings = [act for act in self.readings if act != READ_FILE]  # built in, no act of the procedure
        return unfit(version, self.first, self.rechecks, self.deliberations, self.passes, more=readings) or (
            None if self.fields else Text(zh="至少要比对一个字段", en="one field at least must be compared"))

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a re-check that is not independent, and to pass the review over a difference."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="请由没有参加、没有看过初查结果的人逐项独立复核；结果不一致的，由他人主持集体研究并逐项写明以何为准，再通过审查。",
            en="Have one who neither did nor read the first look answer every point; what differs is settled by a deliberation of others."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p = s.proposed
        done = [e for e in s.case.events if e.kind == ACT]
        firsts, again = ([n for n, e in enumerate(done) if e.act in acts] for acts in (self.first, self.rechecks))
        if p.act in self.rechecks:
            log = s.acts()
            begun = next((n for n, e in enumerate(log) if e.act in self.first), len(log))
            knows = p.actor in s.case.actors_of(self.first) or any(e.actor == p.actor for e in log[begun:] if e.act in self.readings)
            who = s.people.name(p.actor)
            yield knows, f"{who}参加过初查或在初查之后看过案卷", f"{who} did the first look or has opened the file since"
            for field in self.fields:
                asked: dict[str, str] = next((e.data[field] for e in reversed(done) if e.act in self.first and field in e.data), {})
                left = sorted({*asked} - {*p.data.get(field, {})})
                yield left or not p.data.get(field), f"复核没有逐项作答：{s.told(left).zh}", f"points not answered: {s.told(left).en}"
        if p.act in self.passes and firsts:
            yield not again or again[-1] < firsts[-1], "最近一次检查之后没有复核", "nothing was re-checked since the latest inspection"
            if again:
                one, two, later = done[firsts[-1]].data, done[again[-1]].data, done[again[-1] + 1 :]
                hands = s.case.actors_of([*self.first, *self.rechecks])
                settled = {point for e in later if e.act in self.deliberations and e.actor not in hands for point in e.data.get("settled",
                    {})}
                odd = {point for f in self.fields for point, said in one.get(f, {}).items() if two.get(f, {}).get(point) != said} - settled
                yield odd, f"初查与复核不一致，没有集体研究：{s.told(sorted(odd)).zh}", f"answers differ and are not settled: {s.told(sorted(odd)).en}"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Compare the latest first look with the latest re-check, and what deliberations since have settled."""
        hands = say.gather("set", [*self.first, *self.rechecks], R("_actor"))
        settled = say.gather("set", self.deliberations, R("_key"), say.negated(say.is_in(R("_actor"), hands)), each="settled",
            since=self.rechecks)
        opened = say.over(R("_position"), say.gather("first", self.first, R("_position")))
        knows = say.either(say.some(self.first, say.same_actor()), say.some(self.readings, say.both(say.same_actor(), opened)))
        newest, latest = (say.equal(R("_seq"), say.last(acts, "_seq")) for acts in (self.first, self.rechecks))
        unlike, left = [], []
        for field in self.fields:
            second = say.gather("last", self.rechecks, R(field), latest)
            said = say.both(newest, say.negated(say.equal(say.value_of(second, R("_key")), R("_value"))))
            unlike.append(say.over(say.without(say.gather("set", self.first, R("_key"), said, each=field), settled), 0))
            left += [say.missing(T(field)), say.over(say.without(say.last(self.first, field), T(field)), 0)]
        return AnyOf((
            say.gate(self.rechecks, say.either(knows, *left), needs=["_actor"]),
            say.gate(self.passes, say.both(
                say.some(self.first), say.either(say.none(self.rechecks, since=self.first), *unlike)))))
