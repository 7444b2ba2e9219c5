"""What happened on a case, in words: names of acts, marks and papers, and for what a reason was given."""

from __future__ import annotations

from qingfeng.engine.case import Case
from qingfeng.engine.event import ACT, MARK, OVERRIDE, Event
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text

from .words import MARKS

NO_EFFECT = Text(
    zh="期限届满，效果未发生（理由见拦截记录）",
    en="time is up, but the effect did not arise (see the refusals)",
)
PAPER_STEPS = {
    "document_approve": Text(zh="核定文书", en="Approve a document"),
    "document_issue": Text(zh="签发文书", en="Issue a document"),
    "document_seal": Text(zh="文书用印", en="Seal a document"),
    "document_serve": Text(zh="登记送达", en="Record service of a document"),
    "document_void": Text(zh="作废文书", en="Void a document"),
    "document_step": Text(zh="经办文书", en="Handle a document"),
}
OTHERS = {
    "read_file": Text(zh="查阅案卷", en="Read the file"),
    "unknown": Text(zh="没有的动作", en="No such act"),
}
"""What is no act of a procedure but may be refused."""


def act_name(case: Case, event: Event) -> Text:
    """Return the name of what happened: an act, a mark of a limit, an override, a step of a paper."""
    if event.kind == MARK:
        limit = case.version.procedure.limits[event.act].name
        mark = MARKS[str(event.facts["mark"])] if arose(case, event) else NO_EFFECT
        return Text(zh=f"{mark.zh}：{limit.zh}", en=f"{mark.en}: {limit.en}")
    if event.kind == OVERRIDE:
        return Text(zh="特批放行", en="Override")
    word = case.version.words.get(event.act)
    return word.name if word is not None else (PAPER_STEPS | OTHERS).get(event.act, Text(zh=event.act, en=event.act))


def arose(case: Case, event: Event) -> bool:
    """False for the mark of an effect that the clock then did not record: the next event of the case is not that act."""
    if event.facts["mark"] != "effect":
        return True
    effect = case.version.procedure.limits[event.act].effect
    return event.seq < case.seq and case.events[event.seq].kind == ACT and case.events[event.seq].act == effect


def came_in_time(case: Case, event: Event) -> Event | None:
    """Return the act, entered after a mark of lateness, that ended the limit before its time was up; None if none did."""
    if event.kind != MARK or event.facts["mark"] not in ("red", "lapsed"):
        return None
    ends = case.version.procedure.limits[event.act].ends
    first = next((e for e in case.events[event.seq :] if e.kind == ACT and e.act in ends), None)
    if first is None or (first.at >= event.at and first.effective_day >= local_day(event.at)):
        return None
    return first


def reason_is_for(event: Event) -> Text:
    """Return what a reason was asked for."""
    demanded = event.facts.get("demanded") or ()
    day = event.effective_day
    if "time_limit" in demanded and day < local_day(event.at):
        return Text(
            zh=f"登记晚于期限的理由（实际送达或收到于{day}）",
            en=f"reason for the late record (served or received on {day})",
        )
    if "time_limit" in demanded:
        return Text(zh="超期的理由", en="reason for being late")
    if "prompt_registration" in demanded:
        return Text(zh="迟延录入的理由", en="reason for the late entry")
    return Text(zh="理由", en="reason")
