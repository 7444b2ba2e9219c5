"""Help on the page of a finding: what exactly the rule objected to, whose turn it is, and whom one may name, those of the case first.

Every rule is told twice, so a finding is explained by asking its first telling anew: the case as it stood before the act, and the act
as it was done.  The answer is the sentence which the officer had before him, or would have had.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from qingfeng.catalogue.power import ActRule, PowerVersion
from qingfeng.detection.pattern import PREFIX
from qingfeng.detection.patterns import discover as patterns
from qingfeng.detection.run import LATENESS
from qingfeng.engine import order
from qingfeng.engine.case import Case, fold
from qingfeng.engine.clock import clocks
from qingfeng.engine.control import Command, Control, Demand
from qingfeng.engine.decide import asked
from qingfeng.engine.event import ACT, MARK, Event
from qingfeng.terms.citation import Citation
from qingfeng.terms.instants import local_day
from qingfeng.terms.people import People
from qingfeng.terms.text import Text

from ..dutywork import MISSED
from ..findings import Finding, title_of
from ..followup import ACTS, CHIEF, INSPECTOR, STATES, Followed, Taken, barred, involved, next_of
from ..foreignleads import origin_of
from ..office import Registry
from ..ports import ReadTx
from ..suspicions import evidence_of
from ..words import listed
from .forecast import Outlook
from .roster import ADMINS

MOST_NAMED = 6
"""So many people are named as those whose turn it is."""


@dataclass(frozen=True, slots=True)
class Cause:
    """What the rule objects to.  explained: whether a reason was given with the act, None where none is asked for; prompted: these
    are the words that the officer read when he did it; evidence: of a suspicion, the acts it rests on (case, number; 0: its readings)."""

    what: Text
    citation: Citation | None = None
    explained: bool | None = None
    prompted: bool = False
    evidence: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """People to choose from under one heading: (officer, name and posts)."""

    name: Text
    officers: tuple[tuple[str, Text], ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """A step that comes next, and who may take it."""

    act: Text
    who: Text


def cause_of(
    tx: ReadTx, registry: Registry, finding: Finding, proof: Event | None, case: Case | None, controls: Sequence[Control]
) -> Cause:
    """Return what a rule objects to in the act that proves a finding.  Raises CalendarMissing."""
    title = title_of(finding.found.rule)
    origin = origin_of(proof)
    if origin is not None:
        return _elsewhere(title, *origin)
    if proof is not None and finding.found.rule.startswith(PREFIX):
        pattern = patterns()[finding.found.rule.removeprefix(PREFIX)]
        zh, en = f"像这样的问题：{pattern.resembles.zh}。比较对象：", f"What it resembles: {pattern.resembles.en}. Compared with: "
        return Cause(Text(zh=f"{zh}{pattern.peers.zh}。少于{pattern.minimum}次的不作判断。",
                          en=f"{en}{pattern.peers.en}. Below {pattern.minimum} nothing is judged."),
                     evidence=evidence_of(proof))  # fmt: skip
    if proof is not None and proof.kind == MISSED:
        last, period = local_day(proof.at - datetime.resolution), finding.found.key
        return Cause(Text(zh=f"“{title.zh}”{period}这一期应在{last}以前完成并登记，到期没有登记。",
                          en=f"“{title.en}” of {period} was to be done and registered by {last}; it was not."))  # fmt: skip
    if proof is not None and proof.kind == MARK and finding.found.rule == LATENESS and case is not None:
        return _ran_out(case.version, proof)
    if proof is not None and proof.kind == ACT and case is not None and finding.found.seq > 0:
        answer = _asked_again(tx, registry, finding, proof, case, controls)
        if answer is not None:
            return answer
    return Cause(
        Text(zh=f"记录与规则“{title.zh}”不符，或者这条规则要求的事项没有按时登记；请打开案卷核对前后记录。",
             en=f"The record does not agree with “{title.en}”, or what it asks for was not registered: compare the file.")
    )  # fmt: skip


def _elsewhere(title: Text, log: str, digest: str, events: Sequence[str]) -> Cause:
    """Return what the log of another system shows, and which log that was."""
    said = "；".join(events)
    return Cause(Text(
        zh=f"在“{log}”的日志（SHA-256 {digest[:12]}…）中发现，规则“{title.zh}”。证明它的记录：{said}。请到该系统核对原始记录。",
        en=f"Found in the log of {log} (SHA-256 {digest[:12]}…) by “{title.en}”. The events that show it: {said}. "
        "Compare the records of that system."))  # fmt: skip


def _ran_out(version: PowerVersion, mark: Event) -> Cause:
    limit = version.procedure.limits.get(mark.act)
    name = limit.name if limit is not None else Text(zh=mark.act, en=mark.act)
    day = local_day(mark.at - datetime.resolution)
    told = Text(zh=f"时限“{name.zh}”到{day}届满时，应办的事项还没有办理。", en=f"When “{name.en}” ran out on {day}, it had not been done.")
    return Cause(told, limit.basis if limit is not None else None)


def _asked_again(
    tx: ReadTx, registry: Registry, finding: Finding, proof: Event, case: Case, controls: Sequence[Control]
) -> Cause | None:
    control = next((one for one in controls if one.name == finding.found.rule), None)
    before = fold(case.id, case.version, [event for event in case.events if event.seq < proof.seq])
    rule = order.sequence(before, proof.act)
    if control is None or not isinstance(rule, ActRule):
        return None
    command = Command(case=case.id, act=proof.act, actor=proof.actor or "", at=proof.at, entered=proof.entered, data=proof.data,
                      post=proof.post)  # fmt: skip
    outlook = Outlook(tx, registry, before, controls, clocks(before, registry.calendar), {})
    answer = asked(control, outlook.situation(rule, command))
    if answer is None or getattr(answer, "broken", False):
        return None
    given = bool(proof.facts.get("reason")) if isinstance(answer, Demand) else None
    return Cause(answer.reason, answer.citation, given, prompted=True)


def turns(people: People, one: Followed, proof: Event | None, day: date, *, mine: Sequence[str] = ()) -> tuple[Turn, ...]:
    """Return the steps that come next with the names of those who may take them, but for those that are `mine`."""
    told = []
    for act in next_of(one):
        if act in mine or (one.discreet and act == "assign"):
            continue
        if act == "self_check":
            who = people.name(one.assigned_to or "")
            told.append(Turn(ACTS[act], Text(zh=f"{who}（{one.due}以前）", en=f"{who} (by {one.due})")))
            continue
        if act == "report":
            who = "、".join(people.name(name) for name in one.ordered)
            told.append(Turn(ACTS[act], Text(zh=f"{who}（{one.due}以前）", en=f"{who} (by {one.due})")))
            continue
        staff = dict.fromkeys([*people.holders(INSPECTOR, day), *people.holders(CHIEF, day)])
        may = [people.name(by) for by in staff if barred(people, one, proof, act, by, day) is None]
        more = len(may) - MOST_NAMED
        names = "、".join(may[:MOST_NAMED]) + (f"等{len(may)}人" if more > 0 else "")
        told.append(Turn(ACTS[act], Text(zh=names or "没有人：请系统管理员登记纪检监察人员", en=", ".join(may) or "nobody: appoint somebody")))
    return tuple(told)


_THERE: Mapping[str, tuple[str, Text]] = {
    "self_check": ("submit_material", Text(zh="提交自查材料", en="Hand in material")),
    "rectify": ("order_rectification", Text(zh="责令限期整改", en="Order rectification")),
    "report": ("report_rectification", Text(zh="报告整改完成", en="Report it rectified")),
    "recheck": ("recheck_rectification", Text(zh="复查整改情况", en="Re-check the rectification")),
}
"""Step -> the act that is done on the page of the case: instead of it (ALONE), or besides."""
ALONE = ("report", "recheck")
SEVERITIES = {
    "minor": Text(zh="较轻", en="minor"),
    "serious": Text(zh="较重", en="serious"),
    "grave": Text(zh="严重", en="grave"),
}


def on_case(one: Followed, acts: Sequence[str]) -> tuple[tuple[Text, str], ...]:
    """Return what a viewer who may take these steps does on the page of the case of the finding: (name, address)."""
    if one.case is None:
        return ()
    return tuple((name, f"/cases/{one.case}/?act={act}#act") for step, (act, name) in _THERE.items() if step in acts)


def people_to_name(
    versions: Mapping[str, PowerVersion], people: People, finding: Finding, proof: Event | None, case: Case | None, day: date
) -> tuple[Group, ...]:
    """Return everybody in service with his posts: first who worked on the case, the one who did the act marked, or whose post bears
    the duty."""
    words = dict(ADMINS)
    for version in versions.values():
        words |= {post.id: post.name for post in version.posts.values()}
    doers = involved(proof, people)
    near = {str(event.actor) for event in case.events if event.kind == ACT} | doers if case is not None else set(doers)
    kind, _, duty = finding.found.rule.rpartition(":")
    version_now = versions.get(finding.power)
    if kind == "duty" and version_now is not None:
        near |= set(people.holders(str(version_now.duties.get(duty, {}).get("by", "")), day))
    heading = Text(zh="参与本案的人员", en="Worked on this case") if case is not None else Text(zh="承担这项职责的人员", en="Bear this duty")
    named = sorted(people.names, key=lambda one: (one not in doers, people.name(one)))
    serving = [one for one in named if people.in_service(one, day)]

    def label(officer: str) -> Text:
        posts = listed(words.get(post, Text(zh=post, en=post)) for post in people.posts_of(officer, day))
        name = people.name(officer)
        mark = Text(zh=" · 本条办理人", en=" · did this act") if officer in doers else Text(zh="", en="")
        return Text(zh=f"{name}（{posts.zh}）{mark.zh}", en=f"{name} ({posts.en}){mark.en}")

    told = [
        Group(heading, tuple((one, label(one)) for one in serving if one in near)),
        Group(Text(zh="其他人员", en="Others"), tuple((one, label(one)) for one in serving if one not in near)),
    ]
    return tuple(group for group in told if group.officers)


def verdict(step: Taken, people: People) -> Text:
    """Return what a verification came to: how it stands, how grave it is, who answers."""
    told, severity = [STATES[str(step.data["outcome"])]], SEVERITIES.get(str(step.data.get("severity")))
    names = "、".join(people.name(str(who)) for who in step.data.get("responsible") or ())
    told += [severity] if severity is not None else []
    told += [Text(zh=f"责任人{names}", en=f"{names} answers for it")] if names else []
    return Text(zh="，".join(one.zh for one in told), en=", ".join(one.en for one in told))
