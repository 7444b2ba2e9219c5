"""What everybody may see of a power: its course with risks and measures, law, conditions, papers, limits, phones, who decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from qingfeng.catalogue.power import PARTY, SUPERVISION, ActRule, Limit, Measure, PowerVersion, Step
from qingfeng.terms.citation import Citation
from qingfeng.terms.text import Text
from qingfeng.terms.timelimit import LimitKind, Unit

from ..applications import matter_name, matters, receiving, ticket_rule
from ..office import Office, Registry, UnknownThing
from ..words import listed, post_name
from .diagram import MeasureView, RiskView, StepView, shape, tone
from .said import plain

_UNITS: Mapping[Unit, Text] = {
    Unit.WORKING_DAY: Text(zh="个工作日", en="working days"),
    Unit.CALENDAR_DAY: Text(zh="日（自然日）", en="calendar days"),
    Unit.HOUR: Text(zh="小时", en="hours"),
    Unit.MONTH: Text(zh="个月", en="months"),
    Unit.YEAR: Text(zh="年", en="years"),
}
_KINDS: Mapping[LimitKind, Text] = {
    LimitKind.STATUTORY: Text(zh="法定", en="by statute"),
    LimitKind.PROMISED: Text(zh="承诺", en="promised"),
    LimitKind.SETTING: Text(zh="本单位规定", en="rule of the agency"),
}
_CARRIED = {
    "control": Text(zh="系统校验", en="checked by the system"),
    "act": Text(zh="逐件办理", en="done in each case"),
    "limit": Text(zh="限时", en="time limit"),
    "duty": Text(zh="定期检查", en="checked regularly"),
}
INTERNAL = frozenset({"disciplinary_sanction", SUPERVISION})
"""Kinds of power whose decisions concern the agency's own people: announced inside, never on the portal."""


@dataclass(frozen=True, slots=True)
class PowerLine:
    """A power in the list."""

    id: str
    title: Text
    agency: Text | None
    steps: int
    risks: int
    applies: bool


@dataclass(frozen=True, slots=True)
class LimitLine:
    """A limit in words.  holder: agency | party."""

    name: Text
    length: Text
    kind: Text
    basis: Citation | None
    holder: str


@dataclass(frozen=True, slots=True)
class MatterView:
    """A published matter with its papers: (code, name, whether only in some cases)."""

    code: str
    name: Text
    papers: tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True, slots=True)
class PowerPage:
    """Everything on the public page of a power."""

    id: str
    title: Text
    agency: Text | None
    version: str
    basis: tuple[Text, ...]
    boxes: tuple[StepView, ...]  # those of the whole process first
    limits: tuple[LimitLine, ...]
    matters: tuple[MatterView, ...]
    edition: str
    conditions: tuple[str, ...]
    deciders: tuple[tuple[Text, Text], ...]
    fees: Text | None
    phones: Mapping[str, str]
    applies: bool
    party_acts: tuple[tuple[str, Text], ...]

    @property
    def risks(self) -> int:
        """How many risk points are on the map."""
        return sum(len(box.risks) for box in self.boxes)

    @property
    def measures(self) -> int:
        """How many measures are on the map."""
        return sum(len(box.measures) for box in self.boxes)

    @property
    def steps(self) -> tuple[StepView, ...]:
        """The boxes that are steps."""
        return tuple(box for box in self.boxes if box.number)


def version_now(office: Office, registry: Registry, power: str, day: date) -> PowerVersion:
    """Return the version of a power in force.  Raises UnknownThing."""
    version, _ = office.version(registry, power, registry.version_on(power, day))
    return version


def power_lines(office: Office, registry: Registry, day: date) -> Sequence[PowerLine]:
    """Return the powers in force."""
    told = []
    for power in registry.powers():
        try:
            version = version_now(office, registry, power, day)
        except UnknownThing:  # published, not yet in force
            continue
        risks = sum(len(step.risks) for step in version.steps) + len(version.whole_process.risks)
        told.append(PowerLine(power, version.title, agency_of(version), len(version.steps), risks, applies(version)))
    return told


def agency_of(version: PowerVersion) -> Text | None:
    """Return the agency that the map names, None if it names none."""
    said = version.document["power"].get("agency")
    return Text.of(said) if said else None


def applies(version: PowerVersion) -> bool:
    """True if one may apply online: the counter registers it, or the party opens the case itself."""
    return receiving(version) is not None or bool(opening_acts(version))


def opening_acts(version: PowerVersion) -> tuple[ActRule, ...]:
    """Return the acts with which the party itself opens a case; drawing a number at the counter is none of them."""
    ticket = ticket_rule(version)
    return tuple(row for row in version.procedure.rows if row.opens_case and PARTY in row.by and row != ticket)


def power_page(office: Office, registry: Registry, power: str, day: date) -> PowerPage:
    """Return the public page of a power.  Raises UnknownThing."""
    version = version_now(office, registry, power, day)
    requirements = version.controls.get("published_requirements") or {}
    reasons = version.controls.get("reasoned_refusal") or {}
    acts = dict.fromkeys((row.act, row.word.name) for row in version.procedure.rows if PARTY in row.by)
    return PowerPage(
        id=power, title=version.title, agency=agency_of(version), version=version.version, basis=tuple(_basis(version)),
        boxes=(*_whole(version), *(_step(version, step, place) for place, step in enumerate(version.steps))),
        limits=tuple(_limit(limit) for limit in version.procedure.limits.values()),
        matters=tuple(matter_views(version)) if receiving(version) is not None else (), edition=str(requirements.get("edition") or ""),
        conditions=tuple(str(c["name"]) for c in reasons.get("conditions") or ()), deciders=tuple(_deciders(version)), fees=_fees(version),
        phones=version.document["power"].get("phones") or {}, applies=applies(version), party_acts=tuple(acts))  # fmt: skip


def matter_views(version: PowerVersion) -> Sequence[MatterView]:
    """Return the published matters."""
    return [
        MatterView(
            str(m["code"]),
            matter_name(version, str(m["code"])),
            tuple((str(p["code"]), str(p["name"]), bool(p.get("optional"))) for p in m["papers"]),
        )
        for m in matters(version)
    ]


def _basis(version: PowerVersion) -> Sequence[Text]:
    return [Text(zh=f"《{name}》第{'、'.join(articles)}条", en=f"{name}, art. {', '.join(articles)}")
            for name, articles in version.basis]  # fmt: skip


def _step(version: PowerVersion, step: Step, place: int) -> StepView:
    own = [one for one in version.procedure.limits.values() if one.holder == "agency" and one.until is None
           and one.ends & {act for at, act in version.rules if at == step.id} and _home(version, one) == step.id]  # fmt: skip
    note = length_of(own[0]) if own else Text(zh="", en="")
    return StepView(
        id=step.id, number=place + 1, name=step.name, level=step.level, shape=shape(version, step, place), state="plain", note=note,
        owner=step.owner.source if step.owner is not None else "", tone=tone(version, step.level),
        risks=tuple(RiskView(r.id, r.text, ()) for r in step.risks), measures=tuple(_measure(one) for one in step.measures))  # fmt: skip


def _home(version: PowerVersion, limit: Limit) -> str | None:
    """Return the step in which a limit begins: the first where one of its starting acts may be done."""
    order = version.step_order
    places = [at for at, act in version.rules if act in limit.starts and at in order]
    return min(places, key=lambda at: order[at], default=None)


def _whole(version: PowerVersion) -> Sequence[StepView]:
    whole = version.whole_process
    if not whole.risks and not whole.measures:
        return ()
    return (StepView(
        id="whole_process", number=0, name=Text(zh="全过程", en="Whole process"), level=None, shape="whole", state="whole",
        note=Text(zh="贯穿各环节", en="at every step"), owner=whole.owner.source if whole.owner is not None else "", tone="lo",
        risks=tuple(RiskView(r.id, r.text, ()) for r in whole.risks), measures=tuple(_measure(m) for m in whole.measures)),)  # fmt: skip


def _measure(measure: Measure) -> MeasureView:
    kinds = {one.partition(":")[0] if ":" in one else "control" for one in measure.carried_by}
    note = next((name for kind, name in _CARRIED.items() if kind in kinds), Text(zh="人工落实", en="by hand"))
    return MeasureView(measure.id, measure.text, "running" if "control" in kinds else "waiting", note)


def length_of(limit: Limit) -> Text:
    """Return how long a limit is, in words."""
    if limit.until is not None:
        return Text(zh="至载明的日期", en="to the day that is named")
    unit = _UNITS[limit.length.unit]
    return Text(zh=f"{limit.length.n}{unit.zh}", en=f"{limit.length.n} {unit.en}")


def _limit(limit: Limit) -> LimitLine:
    return LimitLine(limit.name, length_of(limit), _KINDS[limit.length.kind], limit.basis, limit.holder)


def _deciders(version: PowerVersion) -> Sequence[tuple[Text, Text]]:
    due = version.controls.get("disclosure_due") or {}
    wanted = set(due.get("decisions") or ()) or {
        row.act for row in version.procedure.rows if row.act.startswith("decide_")
    }
    told: dict[str, tuple[Text, Text]] = {}
    for row in version.procedure.rows:
        if row.act in wanted and row.act not in told and set(row.by) & set(version.posts):
            told[row.act] = (row.word.name, listed([post_name(version, post) for post in row.by]))
    return list(told.values())


def _fees(version: PowerVersion) -> Text | None:
    said = version.controls.get("free_choice_of_intermediary")
    if said is None or "fees" not in said:
        return None
    if not said["fees"]:
        return Text(zh="不收费；办件中登记任何收费都会被系统拦下", en="Free of charge; the system stops any fee")
    names = "、".join(
        str(fee.get("name", fee.get("code", ""))) if isinstance(fee, Mapping) else str(fee) for fee in said["fees"]
    )
    return plain(names)
