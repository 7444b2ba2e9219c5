"""Is the whole map carried?  Every risk (or part) against what stops it and the drills that try it, every measure against
what carries it, and every reason why that is not enough yet.

The names of controls and duties are arguments: the catalogue stands below them and imports none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from json import dumps

from qingfeng.catalogue.checks_stories import WAIT, happens
from qingfeng.catalogue.drills import WHOLE_PROCESS, Target, by_risk, targets
from qingfeng.catalogue.faults import Fault
from qingfeng.catalogue.power import Drill, Measure, Power, PowerVersion
from qingfeng.catalogue.roles import foreign_words
from qingfeng.terms.text import Text

SHARE = 15
"""Percent of all risks that one control may be named by: what stops everything has been looked at for nothing."""
WEAK = frozenset({"lawful_order", "time_limit", "authority_scope"})
"""They keep order and time; who means harm keeps both (issue of the enforcement powers, binding and coverage)."""
INTENT = (
    "故意", "有意", "蓄意", "隐瞒", "隐报", "瞒报", "不如实", "利益", "好处", "贿赂", "行贿", "受贿", "请托", "委托", "打招呼",
    "收受", "谋", "宴请", "吃请", "礼", "包庇", "袒护", "庇护", "人情", "关系", "截留", "私分", "挪用", "侵占", "泄露", "泄密",
    "徇私", "舞弊", "串通", "勾结", "刁难", "索要", "索取", "吃拿卡要", "伪造", "篡改",
)  # fmt: skip
"""Words of a risk that speak of intent, concealment or benefit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What there is: names of controls and duties, and those of them (and of the engine's guards) that every power has."""

    controls: Collection[str]
    duties: Collection[str]
    always: Collection[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskLine:
    """One risk, or part of one, with the drills that try it."""

    power: str
    target: Target
    drills: tuple[Drill, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureLine:
    """One measure, in its box."""

    power: str
    step: str
    measure: Measure


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Every risk and measure of the powers looked at, and what is wrong; complete when nothing is."""

    risks: tuple[RiskLine, ...]
    measures: tuple[MeasureLine, ...]
    faults: tuple[Fault, ...]

    @property
    def complete(self) -> bool:
        """True if every risk is stopped and tried, and every measure carried."""
        return not self.faults


def prove(powers: Sequence[Power], known: Known, *, catalogue: Iterable[Power]) -> Proof:
    """Look at the latest version of each power.  catalogue: all powers read, of which one control may bear its share only."""
    risks: list[RiskLine] = []
    measures: list[MeasureLine] = []
    faults: list[Fault] = []
    for power in powers:
        version = power.versions[-1]
        lines = [
            RiskLine(power=power.id, target=one, drills=tuple(d for d in version.drills if one.tried_by(d)))
            for one in targets(version)
        ]
        risks += lines
        for line in lines:
            faults += _of_risk(version, line, known)
        faults += _shared(version, lines)
        boxes = [*((step.id, step.measures) for step in version.steps), (WHOLE_PROCESS, version.whole_process.measures)]
        mine = [MeasureLine(power=power.id, step=step, measure=one) for step, all_of in boxes for one in all_of]
        done = _done(version)
        measures += mine
        for measure in mine:
            faults += _of_measure(version, measure, known, done)
    faults += _crowded(list(catalogue))
    return Proof(risks=tuple(risks), measures=tuple(measures), faults=tuple(faults))


def _of_risk(version: PowerVersion, line: RiskLine, known: Known) -> Iterator[Fault]:
    target, place = line.target, f"{version.power}.{line.target.place}"
    if not target.stopped_by:
        yield _fault(place, Text(zh="没有任何规则拦下或发现它。", en="Nothing stops or finds it."),
                     Text(zh="请在 stopped_by 写明。", en="Say what does in `stopped_by`."))  # fmt: skip
    for name in target.stopped_by:
        yield from _absent(version, place, name, known)
    yield from _unread(version, place, target.risk.text)
    words = [word for word in INTENT if word in target.text]
    if words and target.stopped_by and WEAK.issuperset(target.stopped_by):
        yield _fault(place, Text(zh=f"说的是故意、隐瞒或利益（{'、'.join(words)}），却只靠{'、'.join(target.stopped_by)}。",
                                 en=f"It speaks of intent, concealment or benefit ({', '.join(words)}) "
                                    f"and rests on {', '.join(target.stopped_by)} alone."),
                     Text(zh="守顺序、守期限的人也能做这件坏事；请补上能拦下或发现它的规则。",
                          en="Who keeps order and time can do it all the same: add what stops or finds it."))  # fmt: skip
    if not line.drills:
        yield _fault(
            place,
            Text(zh="没有演练。", en="There is no drill."),
            Text(zh="请在 drills 中写一次企图。", en="Write an attempt under `drills`."),
        )
    for drill in line.drills:
        for name in sorted(drill.by):
            yield from _absent(version, f"{version.power}.drills.{drill.id}", name, known)


def _unread(version: PowerVersion, place: str, text: str) -> Iterator[Fault]:
    """Words that stand for somebody or something that such a power does not have, and nobody says for whom."""
    said = {reading.word for reading in version.role_map}
    words = [word for word in foreign_words(version.kind, text) if word not in said]
    if words:
        yield _fault(place, Text(zh=f"原文用了从别处抄来的词：{'、'.join(words)}，本职权没有这样的人或事。",
                                 en=f"The text uses words copied from elsewhere ({', '.join(words)}): "
                                    "this power has nobody and nothing of the kind."),
                     Text(zh="请在 role_map 写明在此指谁、指什么，并写明存疑之处。",
                          en="Say in `role_map` what they stand for here, with the doubt."))  # fmt: skip


def _absent(version: PowerVersion, place: str, name: str, known: Known) -> Iterator[Fault]:
    """A name that nothing bears, or that is not switched on for this power."""
    kind, colon, duty = name.partition(":")
    there, on = (known.duties, version.duties) if colon else (known.controls, version.controls)
    bare = duty if colon else name
    if (colon and kind != "duty") or not (bare in there or (not colon and bare in known.always)):
        yield _fault(place, Text(zh=f"没有名为“{name}”的规则。", en=f'There is no rule named "{name}".'),
                     Text(zh="请改名，或先写这条规则。", en="Correct the name, or write the rule first."))  # fmt: skip
    elif bare not in on and (colon or bare not in known.always):
        key = "duties" if colon else "controls"
        yield _fault(place, Text(zh=f"“{name}”在本职权没有启用。", en=f'"{name}" is not switched on for this power.'),
                     Text(zh=f"请在 {key} 中设置。", en=f"Set it under `{key}`."))  # fmt: skip


def _shared(version: PowerVersion, lines: Sequence[RiskLine]) -> Iterator[Fault]:
    """The same rows from the same story are one drill: it can try two wrongs only if they are worded alike."""
    tried: dict[str, dict[str, list[str]]] = {}
    for line in lines:
        for drill in line.drills:
            tried.setdefault(_deed(drill), {}).setdefault(line.target.text, []).append(drill.id)
    for by_text in tried.values():
        if len(by_text) > 1:
            ids = sorted({drill for drills in by_text.values() for drill in drills})
            yield _fault(f"{version.power}.drills.{ids[-1]}",
                         Text(zh=f"原文不同的风险点共用一次演练：{'、'.join(ids)}。", en=f"Risks of different wording share a drill: {', '.join(ids)}."),
                         Text(zh="请为每个风险点另写一次企图。", en="Write an attempt of its own for each."))  # fmt: skip


def _deed(drill: Drill) -> str:
    rows = [[row.day, row.who, row.does, row.data, row.entered, row.reason] for row in drill.rows]
    return dumps([drill.story, rows], ensure_ascii=False, sort_keys=True)


def _done(version: PowerVersion) -> frozenset[str]:
    """The acts that honest stories really do: rows that are refused or met with a demand do nothing."""
    rows = (row for story in version.stories for row in story.rows)
    return frozenset(row.does for row in rows if row.does != WAIT and happens(row.then)[0] == "then")


def _of_measure(version: PowerVersion, line: MeasureLine, known: Known, done: Collection[str]) -> Iterator[Fault]:
    place = f"{version.power}.{line.step}.{line.measure.id}"
    yield from _unread(version, place, line.measure.text)
    if not line.measure.carried_by:
        yield _fault(
            place,
            Text(zh="没有任何东西落实它。", en="Nothing carries it out."),
            Text(zh="请在 carried_by 写明。", en="Say what does in `carried_by`."),
        )
    for name in line.measure.carried_by:
        kind, _, rest = name.partition(":")
        if kind == "act" and rest not in done:
            yield _fault(place, Text(zh=f"动作“{rest}”在任何实例中都没有办成过。", en=f'No honest story does the act "{rest}".'),
                         Text(zh="请补一个办理它的实例，或改由别的落实。", en="Add a story that does it, or name something else."))  # fmt: skip
        elif kind == "limit" and rest not in version.procedure.limits:
            yield _fault(
                place,
                Text(zh=f"没有名为“{rest}”的期限。", en=f'There is no limit named "{rest}".'),
                Text(zh="请改正。", en="Correct it."),
            )
        elif kind not in ("act", "limit"):
            yield from _absent(version, place, name, known)


def _crowded(catalogue: Sequence[Power]) -> Iterator[Fault]:
    """Controls that too many risks name; one risk may always name one."""
    named: Counter[str] = Counter()
    total = 0
    for power in catalogue:
        for _, found in by_risk(power.versions[-1]):
            total += 1
            named.update({name for one in found for name in one.stopped_by})
    allowed = max(1, total * SHARE // 100)
    for name, count in sorted(named.items()):
        if count > allowed:
            yield _fault(name, Text(zh=f"{total}个风险点中有{count}个写由它防控，超过{SHARE}%（至多{allowed}个）。",
                                    en=f"{count} of {total} risks name it, more than {SHARE} % ({allowed} at most)."),
                         Text(zh="请为这些风险点各找真正拦得住它的规则。", en="Find for each of them the rule that really stops it."))  # fmt: skip


def counted(lines: Iterable[RiskLine]) -> Mapping[str, int]:
    """Return how many risks there are, parts not counted apart, for each power."""
    return Counter(power for power, _ in {(line.power, f"{line.target.step}.{line.target.risk.id}") for line in lines})


def _fault(place: str, what: Text, hint: Text) -> Fault:
    return Fault(place=place, line=None, what=what, hint=hint)
