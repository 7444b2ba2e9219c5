"""What a finding's reader needs to know of other cases: some rules are about what happened over the agency's life, not in one case."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from qingfeng.catalogue import wording
from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.event import ACT, Event
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text

from .elsewhere import OtherCases
from .office import CASE, event_of
from .ports import ReadTx

VISITS = "repeated_visits"


@dataclass(frozen=True, slots=True)
class _Visit:
    case: str
    day: date
    actor: str | None
    data: Mapping[str, Any]


def lead_of(
    tx: ReadTx, rule: str, case: str, event: Event | None, version: PowerVersion, name: Callable[[str], str]
) -> Text | None:
    """Return who was turned away, how often, when and by whom, and what was asked for only on the later visit; None for other rules."""
    if rule != VISITS or event is None or event.act not in _concerned(version, "outcomes", "receives"):
        return None
    own = [event_of(row) for row in tx.events(CASE + case)]
    who = str(event.data.get("applicant") or next((e.data["applicant"] for e in own if e.data.get("applicant")), ""))
    matter = event.data.get("matter_code")
    seen = [_Visit(case, local_day(e.at), e.actor, e.data) for e in own if e.kind == ACT and _came(version, e.act, e.data)]
    beside = OtherCases(tx, case).uses("applicant", who) if who else ()
    seen += [_Visit(use.case, use.day, use.actor, use.data) for use in beside if _came(version, use.act, use.data)]
    alike = [one for one in seen if matter is None or one.data.get("matter_code") in (None, matter)]
    return _said(case, who, sorted(alike, key=lambda one: one.day), version, name)


def _concerned(version: PowerVersion, *settings: str) -> frozenset[str]:
    said = version.controls.get(VISITS) or {}
    acts = {"outcomes": ["record_contact_outcome"], **said}
    return frozenset(act for setting in settings for act in acts.get(setting) or ())


def _came(version: PowerVersion, act: str, data: Mapping[str, Any]) -> bool:
    if act in _concerned(version, "receives"):
        return True
    return act in _concerned(version, "outcomes") and data.get("contact_outcome") not in (None, "registered", "decided")


def _said(case: str, who: str, visits: Sequence[_Visit], version: PowerVersion, name: Callable[[str], str]) -> Text:
    told = [(one, name(one.actor or "")) for one in visits]
    zh = "、".join(f"{one.day}（{one.case}，{by}）" for one, by in told)
    en = ", ".join(f"{one.day} ({one.case}, {by})" for one, by in told)
    asked: list[str] = []
    fresh: list[str] = []
    for one in visits:
        codes = list(one.data.get("missing_codes") or ())
        fresh += [code for code in codes if asked and code not in asked]
        asked += codes
    new = wording.papers(version, fresh)
    more = Text(zh=f"；后来才要的材料：{new.zh}", en=f"; asked for only later: {new.en}") if fresh else Text(zh="", en="")
    person = Text(zh=who or "同一来访人", en=who or "the same visitor")
    return Text(
        zh=f"{case}：{person.zh}为同一事项来窗口{len(visits)}次：{zh}{more.zh}。所缺材料应当一次告知，原因待查，请核查。",
        en=f"{case}: {person.en} came {len(visits)} times in one matter: {en}{more.en}. What is missing should be told at once; "
        "the reason is not known, please check.",
    )
