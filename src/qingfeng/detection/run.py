"""All rules of a power over one case: what `detect` and `watch` of its controls find, red limits, and every override."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.control import Control
from qingfeng.engine.event import MARK, OVERRIDE, Event
from qingfeng.facts.rows import ActRow
from qingfeng.facts.rule import Rule
from qingfeng.terms.text import Text

from .evaluate import Hit, Sharing, World, judge

OVERRIDDEN, OVERRIDE_CHAIN, LATENESS, BROKEN = "override", "override_chain", "time_limit", "broken_control"
BACKDATED = "back_dated_registration"
LOOSENED = "settings_loosened"
COMPLAINT_WAITS, TIP_WAITS, ACCUSATION = "complaint_unanswered", "tip_unopened", "accusation_received"
LOG = "log:"
"""Findings in the log of another system bear the name of their rule after this."""
CHAIN = 2
"""So many overrides on one case are no longer an exception: the finding names a leader and goes one level up."""
OWN_TITLES: Mapping[str, Text] = {
    OVERRIDDEN: Text(zh="越级放行", en="Control overridden"),
    OVERRIDE_CHAIN: Text(zh="连续越级放行", en="Chain of overrides"),
    BROKEN: Text(zh="规则失灵", en="Broken control"),
    BACKDATED: Text(zh="倒填任职或证件", en="Post or credential registered backwards"),
    LOOSENED: Text(zh="放宽或改动设置", en="Settings loosened or changed"),
    COMPLAINT_WAITS: Text(zh="投诉到期未答复", en="Complaint not answered in time"),
    TIP_WAITS: Text(zh="举报无人打开或者上一级没有答复", en="Tip not opened, or not answered from above"),
    ACCUSATION: Text(zh="收到署名的检举控告", en="Signed accusation received"),
}


def own_rule(rule: str) -> str:
    """Return the rule of ours by which something was found, here or in the log of another system."""
    return rule.removeprefix(LOG)


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """One finding: the rule, the case, the event that proves it (negative: a reading; 0: none), the element of a list."""

    rule: str
    case: str
    seq: int
    key: str = ""


def rules_of(control: Control, version: PowerVersion) -> list[Rule]:
    """Return what a control looks for in a log: what it would have objected to, and what was not done."""
    watch = getattr(control, "watch", None)
    return [control.detect(version)] + ([watch(version)] if watch is not None else [])


def found_in(
    rows: Sequence[ActRow], events: Sequence[Event], version: PowerVersion, controls: Iterable[Control], world: World, *,
    log: Sharing | None = None,
) -> list[Found]:  # fmt: skip
    """Return everything found in one case, in order.  rows: its acts (and readings); events: all of its events."""
    case = rows[0].case if rows else ""
    found: set[Found] = set()
    for control in controls:
        for rule in rules_of(control, version):
            _, hits = judge(rule, rows, version, world, log=log)
            found |= {_found(control.name, hit) for hit in hits}
    found |= {Found(LATENESS, case, e.seq) for e in events if e.kind == MARK and e.facts["mark"] == "red"}
    given = [e for e in events if e.kind == OVERRIDE]
    found |= {Found(OVERRIDDEN, case, e.seq, str(e.data["act"])) for e in given}
    found |= {Found(OVERRIDE_CHAIN, case, e.seq) for e in given[CHAIN - 1 :]}
    return sorted(found)


def _found(name: str, hit: Hit) -> Found:
    return Found(name, hit.case, hit.seq, hit.key or "")
