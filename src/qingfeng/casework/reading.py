"""Opening a file: who reads what of a case is asked like any act, and every reading leaves its record (stream reads/<case>)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from qingfeng.catalogue.power import READ_FILE, ActRule, ActWord, Field, FieldType
from qingfeng.engine.case import Case
from qingfeng.engine.clock import clocks
from qingfeng.engine.control import Basis, Command, Control, Demand, Refusal, Situation
from qingfeng.engine.decide import Refused
from qingfeng.engine.event import Event
from qingfeng.engine.shape import parse_data
from qingfeng.terms.people import Authority
from qingfeng.terms.text import Text

from .elsewhere import OtherCases
from .handle import Sitting, note_refusal
from .office import CASE, READS, REFUSALS, Office, Registry, load_case
from .ports import WriteTx

READ = "read"
ASKED = frozenset({"need_to_know", "tip_access"})
PARTS = {
    "file": Text(zh="案卷", en="The file"),
    "handled": Text(zh="经手的证据、财物和文书", en="Evidence, goods and papers in hand"),
    "lead": Text(zh="线索和举报材料", en="The lead and what was reported"),
    "draft": Text(zh="文书草稿", en="Drafts"),
    "plan": Text(zh="方案", en="The plan"),
    "pool": Text(zh="抽取名单", en="The pool of a draw"),
}
WORD = ActWord(
    id=READ_FILE,
    name=Text(zh="查阅", en="Read"),
    fields=(
        Field(id="part", type=FieldType.CHOICE, name=Text(zh="查阅内容", en="What is read"), choices=PARTS),
        Field(id="purpose", type=FieldType.NOTE, name=Text(zh="用途", en="Purpose")),
    ),
    required=frozenset({"part", "purpose"}),
)


def open_file(
    office: Office, case_id: str, *, reader: str, data: Mapping[str, Any], at: datetime
) -> Case | tuple[Refusal, ...]:
    """Return the case to who may read this part of it, or why he may not; both leave a record.  Raises UnknownThing.

    A power without rules on reading refuses nobody who serves in the agency.
    """
    with office.store.write() as tx:
        return open_within(office, tx, case_id, reader=reader, data=data, at=at)


def open_within(
    office: Office, tx: WriteTx, case_id: str, *, reader: str, data: Mapping[str, Any], at: datetime
) -> Case | tuple[Refusal, ...]:
    """The same inside a transaction of the caller."""
    tx.lock(CASE + case_id)  # nobody acts on the case meanwhile: so it is known after which act it was read
    registry = office.registry(tx)
    case, controls = load_case(office, tx, registry, case_id)
    command = Command(case=case_id, act=READ_FILE, actor=reader, at=at, entered=at, data=data)
    posts = registry.people.posts_of(reader, command.day) or [""]
    answers = [(post, _objections(tx, registry, case, controls, command, post)) for post in posts]
    post, refusals = min(answers, key=lambda answer: len(answer[1]))  # a reader reads in the post that lets him
    if refusals:
        note_refusal(Sitting(office, tx, registry), REFUSALS + case_id, command, case.version, Refused(refusals))
        return refusals
    stream = READS + case_id
    tx.lock(stream)
    office.append(tx, Event(
        stream=stream, seq=tx.head(stream) + 1, kind=READ, act=READ_FILE, at=at, entered=at, power=case.version.power,
        version=case.version.version, actor=reader, post=post or None, facts={"after": case.seq}, data=dict(data),
        private=frozenset({"purpose"})))  # fmt: skip
    return case


def _objections(
    tx: WriteTx, registry: Registry, case: Case, controls: tuple[Control, ...], command: Command, post: str
) -> tuple[Refusal, ...]:
    data = parse_data(command, WORD)
    if isinstance(data, Refusal):
        return (data,)
    people, day = registry.people, command.day
    if not people.in_service(command.actor, day):
        who = people.name(command.actor)[:100]
        return (Refusal(by="need_to_know", ring="order", basis=Basis.RULE,
            reason=Text(zh=f"{who}在{day}不是本单位人员", en=f"{who} does not serve in this agency on {day}"),
            remedy=Text(zh="请由在职人员查阅，或者按规定调阅。", en="Let somebody in service read it, or ask for it in writing.")),)  # fmt: skip
    rule = ActRule(word=WORD, at=frozenset({case.step}), by=())
    situation = Situation(
        case=case, proposed=command, rule=rule, authority=Authority(post, "own"), people=registry.people,
        calendar=registry.calendar, clocks=clocks(case, registry.calendar), elsewhere=OtherCases(tx, case.id))  # fmt: skip
    answers = [control.check(situation) for control in controls if control.name in ASKED]
    return tuple(a for a in answers if a is not None and not isinstance(a, Demand))
