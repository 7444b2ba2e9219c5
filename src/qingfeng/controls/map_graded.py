"""map_graded 防控图分级: the level of a risk is worked out from likelihood and severity as two people gave them, and what was found is answered.

Why: 防控图照抄上年: a level typed by hand goes down where it looks bad, and the year's findings teach nobody anything.
Finds: a grading without a risk or half of one, or outside the scale; a proposal that leaves out a risk, rests on too few people, gives
another level than the highest grading does, changes a level without reasons, or is silent on a finding; levels published otherwise than
proposed; a risk added without words.
Not: whether the gradings are wise; findings that the opening did not list (duty of who reconciles); who approves (separate_duties).
Source: likelihood × severity as agencies do it (law notes 3); the scale, the bands and the number of people are settings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT, Event
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, R, T
from qingfeng.terms.text import Text

WORDS, RISKS, FORMER, FINDINGS, NEW = 4, "risks", "former", "findings", "risk_no"  # characters of a reason; fields
LIKELY, SEVERE, LEVELS, CHANGES, LEARNED, REASONS = "likelihood", "severity", "levels", "changes", "learned", "reasons"

# fmt: off
_OPEN = "open eve 0 risks=[r1,r2] former={r1:low,r2:high} findings=[f1]"
_ANN, _BOB = (f"grade {who} 1 likelihood={{r1:{a},r2:4}} severity={{r1:2,r2:3}}" for who, a in (("ann", 1), ("bob", 2)))
_DRAFT = "propose carl 3 levels={r1:low,r2:high} learned={f1:缩短审核时限}"
_OUT, _ADD = "publish dan 5 levels={r1:low,r2:high}", "add fay 1 risk_no=r3 reasons=新增上门服务"
_MORE = tuple(one.replace("r2:4", "r2:4,r3:2").replace("r2:3", "r2:3,r3:3") for one in (_ANN, _BOB))
_WIDER = _DRAFT.replace("r2:high", "r2:high,r3:mid")
_READY, _RISEN, _UP = (_OPEN, _ANN, _BOB), _BOB.replace("r1:2,", "r1:3,"), _DRAFT.replace("r1:low", "r1:mid")
_ANEW, _LEAST = _OPEN.replace("eve 0", "eve 4"), "grade dan 2 likelihood={r1:1,r2:1} severity={r1:1,r2:1}"


@dataclass(frozen=True, slots=True)
class Band:
    """A level and the least product of likelihood and severity that it takes."""

    level: str
    least: int


@dataclass(frozen=True, slots=True)
class MapGraded:
    """`opens` list the risks; `adds` add one; `grades` give `likelihood` and `severity`; `proposes` and `publishes` give the `levels`."""

    name: ClassVar[str] = "map_graded"
    title: ClassVar[Text] = Text(zh="防控图分级", en="Grading of the map")
    basis: ClassVar[Basis] = Basis.RULE
    example: ClassVar[dict[str, Any]] = {"opens": ["open"], "adds": ["add"], "grades": ["grade"], "proposes": ["propose"],
        "publishes": ["publish"], "bands": [{"level": "low", "least": 1}, {"level": "mid", "least": 5}, {"level": "high", "least": 10}]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (*_READY, _DRAFT, _OUT), (_OPEN, _ADD, *_MORE, _WIDER, _OUT.replace("r2:high", "r2:high,r3:mid")), (*_READY, _DRAFT), (_OPEN, _ADD),
        (_OPEN, _ANN, _RISEN, _UP + " changes={r1:两人认为更易发生}"), (_OPEN, _ANN), (*_READY, _DRAFT, _DRAFT), (*_READY, _LEAST, _DRAFT, _OUT),
        (_OPEN.replace(" findings=[f1]", ""), _ANN, _BOB, _DRAFT), (*_READY, _DRAFT, _ANEW, _ANN.replace(" 1 ", " 5 ")),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        *((_OPEN, _ANN.replace(old, new)) for old, new in (("r1:1,r2:4", "r1:1"), ("r1:2,r2:3", "r1:2"), ("r2:4", "r2:6"), ("r2:3", "r2:9"),
            ("r1:1,", "r1:0,"), ("{r1:2,", "{r1:0,"), ("r2:4", "r2:4,r9:1"))), (_ANN,), (_OPEN, _ADD, _ANN), (_OPEN, _ADD, *_MORE, _DRAFT),
        *((_OPEN, _ADD.replace(old, new)) for old, new in (("新增上门服务", "补"), ("risk_no=r3 ", ""))), (_OPEN, _ANN, _DRAFT), (_DRAFT,),
        *((*_READY, _DRAFT.replace(old, new)) for old, new in (("r1:low,", ""), ("r1:low", "r1:mid"), ("r2:high", "r2:mid"),
            ("缩短审核时限", "无"), ("learned={f1", "learned={f2"), (" learned={f1:缩短审核时限}", ""), ("r2:high", "r2:high,r9:low"))),
        *((_OPEN, _ANN, _RISEN, one) for one in (_DRAFT, _UP, _UP + " changes={r1:上升}")), (*_READY, _OUT), (*_READY, _ANEW, _DRAFT),
        *((*_READY, _DRAFT, _OUT.replace(old, new)) for old, new in (("r1:low,", ""), ("r2:high", "r2:mid"), ("r2:high", "r2:high,r3:low"),
            (" levels={r1:low,r2:high}", ""))), (_OPEN, _ANN, _ANN, _DRAFT),
    )

    opens: tuple[str, ...]
    grades: tuple[str, ...]
    proposes: tuple[str, ...]
    publishes: tuple[str, ...]
    bands: tuple[Band, ...]
    adds: tuple[str, ...] = ()
    most: int = 5
    people: int = 2

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        steps, levels = [one.least for one in self.bands], [one.level for one in self.bands]
        fine = steps[:1] == [1] and steps == sorted({*steps}) and steps[-1] <= self.most**2 and len({*levels}) == len(levels)
        return unfit(version, self.opens, self.grades, self.proposes, self.publishes, more=self.adds) or (
            None if fine and 2 <= self.most <= 10 and 1 <= self.people <= 9 else Text(
                zh="分级从1起、由低到高、不重名，不超过最高分之积；最高分2至10，评级人1至9",
                en="bands rise from 1, named once, within the scale; scale 2 to 10, 1 to 9 people"))

    def level_of(self, product: int | None) -> str | None:
        """Return the level of a product of likelihood and severity, None if there is none."""
        return next((one.level for one in reversed(self.bands) if product is not None and one.least <= product), None)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse gradings with gaps, and levels that are not worked out from them."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh=f"请{self.people}人各自对每个风险点按可能性、后果（1至{self.most}）评分；等级由乘积得出，以高的为准；改级说明理由，发现逐条说明教训。",
            en=f"Let {self.people} grade every risk by likelihood and severity (1 to {self.most}); the higher product gives the "
               "level; say why a level changes, and what each finding taught."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, d, done = s.proposed, s.proposed.data, [e for e in s.case.events if e.kind == ACT]
        at = max((n for n, e in enumerate(done) if e.act in self.opens), default=None)
        began: Mapping[str, Any] = done[at].data if at is not None else {}
        since = done[at + 1 :] if at is not None else done
        risks = {*(began.get(RISKS) or ()), *(e.data[NEW] for e in since if e.act in self.adds and e.data.get(NEW))}
        if p.act in self.adds:
            yield not d.get(NEW) or len(str(d.get(REASONS) or "")) < WORDS, "新增的风险点没有编号或者理由", "a risk is added without number or reasons"
        if p.act in self.grades:
            marks = [d.get(LIKELY) or {}, d.get(SEVERE) or {}]
            odd = sorted(set().union(*(risks ^ {*half} | {one for one, n in half.items() if not 1 <= n <= self.most} for half in marks)))
            yield odd or not risks, f"没有逐个评分，或者不是1至{self.most}：{s.told(odd).zh}", f"not graded, or not 1 to {self.most}: {s.told(odd).en}"
        if p.act in self.proposes:
            yield from self._levels(s, risks, began, [e for e in since if e.act in self.grades])
        if p.act in self.publishes:
            last: Mapping[str, Any] = next((e.data for e in reversed(done) if e.act in self.proposes), {})
            yield not d.get(LEVELS) or d[LEVELS] != last.get(LEVELS), "发布的等级与提出并审定的不一致", "the levels are not those that were proposed"

    def _levels(self, s: Situation, risks: set[str], began: Mapping[str, Any], grades: list[Event]) -> Iterator[tuple[object, str, str]]:
        d, former, levels = s.proposed.data, began.get(FORMER) or {}, s.proposed.data.get(LEVELS) or {}
        odd = sorted(risks ^ {*levels})
        yield odd or not risks, f"没有逐个风险点写明等级：{s.told(odd).zh}", f"a level is missing, or for no risk: {s.told(odd).en}"
        for one in levels:
            seen = [(e.actor, e.data[LIKELY][one], (e.data.get(SEVERE) or {}).get(one)) for e in grades if one in e.data.get(LIKELY, ())]
            right, name = self.level_of(max((a * b for _, a, b in seen if b is not None), default=None)), s.told([one])
            few, level = len({who for who, _, _ in seen}) < self.people, s.told([right] if right else [])
            yield few, f"{name.zh}评级不足{self.people}人", f"fewer than {self.people} graded {name.en}"
            yield right not in (None, levels[one]), f"{name.zh}按得分应为{level.zh}", f"by its marks {name.en} is {level.en}"
            moved = one in former and former[one] != levels[one] and len(str((d.get(CHANGES) or {}).get(one) or "")) < WORDS
            yield moved, f"{name.zh}改级没有说明理由", f"the level of {name.en} changes without reasons"
        told = d.get(LEARNED) or {}
        left = sorted(one for one in {*(began.get(FINDINGS) or ()), *told} if len(str(told.get(one) or "")) < WORDS)
        yield left, f"没有说明这些发现的教训：{s.told(left).zh}", f"what these findings taught is not said: {s.told(left).en}"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Work every level out anew from the gradings since the opening, and lay it beside what was proposed and published."""
        key, value, since = T("_key"), T("_value"), self.opens
        newest, newer = (say.equal(R("_seq"), say.last(acts, "_seq")) for acts in (self.opens, self.proposes))
        opened = {field: say.last(self.opens, field, where=newest) for field in (RISKS, FORMER, FINDINGS)}
        risks = say.joined(opened[RISKS], say.gather("set", self.adds, R(NEW), since=since)) if self.adds else opened[RISKS]
        apart = [say.over(say.plus(say.without(risks, half), say.without(half, risks)), 0) for half in (T(LIKELY), T(SEVERE), T(LEVELS))]
        outside, mine = say.negated(say.both(say.at_least(value, 1), say.at_least(self.most, value))), say.equal(R("_key"), key)
        people = say.gather("distinct", self.grades, R("_actor"), mine, each=LIKELY, since=since)
        product = say.gather("max", self.grades, say.times(R("_value"), say.value_of(R(SEVERE), R("_key"))), mine, each=LIKELY, since=since)
        tops = [*(one.least for one in self.bands[1:]), self.most**2 * 100]
        wrong = say.either(*(say.both(say.over(top, product), say.at_least(product, one.least), say.negated(say.equal(value, one.level)))
                             for one, top in zip(self.bands, tops, strict=True)))
        latest = say.last(self.proposes, LEVELS, where=newer)
        moved = say.both(say.differs(say.value_of(opened[FORMER], key), value), say.over(WORDS, say.length(say.value_of(T(CHANGES), key))))
        return AnyOf((
            say.gate(self.grades, say.either(say.over(1, say.size(risks)), *apart[:2])),
            *(say.gate(self.grades, outside, each=half) for half in (LIKELY, SEVERE)),
            say.gate(self.proposes, say.either(
                say.over(1, say.size(risks)), apart[2], say.over(say.without(opened[FINDINGS], T(LEARNED)), 0))),
            say.gate(self.proposes, say.either(say.over(self.people, people), wrong, moved), each=LEVELS, needs=["_actor"]),
            say.gate(self.proposes, say.over(WORDS, say.length(value)), each=LEARNED),
            say.gate(self.publishes, say.either(say.missing(T(LEVELS)), say.over(say.without(latest, T(LEVELS)), 0))),
            say.gate(self.publishes, say.negated(say.equal(value, say.value_of(latest, key))), each=LEVELS),
            *([say.gate(self.adds, say.either(say.missing(T(NEW)), say.over(WORDS, say.length(T(REASONS)))))] if self.adds else [])))
