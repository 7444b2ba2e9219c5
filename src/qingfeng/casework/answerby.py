"""By when somebody outside is answered, by whom, and what he can do if he is not: said on the receipt, on its page, and to who answers.

The promise for a complaint is the limit that the agency has published for answering petitions: who shortens it there answers the portal's
complaints sooner too (a promised limit is public, 优化营商环境条例 36).  Limits of a case are told from its power.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from qingfeng.terms.calendar import CalendarMissing, WorkCalendar
from qingfeng.terms.text import Text

from .office import Registry

ANSWER = 60
"""Calendar days within which a complaint or a bad rating is answered in writing where no published limit says it (信访工作条例 34)."""
PETITIONS, ANSWERS = "supervision/complaint_petition", "answer_petition"
"""The power of petitions, and the act that answers one."""
REGISTER = 1
"""Working days within which the counter registers what was sent online."""
SUPERVISION = Text(zh="纪检监督", en="Discipline supervision")
COUNTER = Text(zh="受理窗口", en="The counter")


@dataclass(frozen=True, slots=True)
class AnswerBy:
    """by: the last day; who: who answers; what: what is done by then; if_not: what to do when it was not; over: the day is past."""

    by: date
    who: Text
    what: Text
    if_not: Text
    over: bool = False


def days_to_answer(registry: Registry, on: date) -> int:
    """Return within how many calendar days a complaint that came in on a day is answered, as published for that day."""
    if not registry.in_force(PETITIONS, on):
        return ANSWER
    limits = registry.versions[PETITIONS, registry.version_on(PETITIONS, on)]["version"]["procedure"]["limits"]
    told = [one["n"] for one in limits if ANSWERS in one["ends"] and one["unit"] == "calendar_day"]
    return min(told, default=ANSWER)


def of_complaint(registry: Registry, on: date, *, today: date) -> AnswerBy:
    """Return by when a complaint or a bad rating of that day is answered."""
    days = days_to_answer(registry, on)
    last = on + timedelta(days=days)
    return AnswerBy(
        last, SUPERVISION, Text(zh=f"核实后书面答复（收到之日起{days}日内）", en=f"looks into it and answers in writing (within {days} days)"),
        Text(zh="到期没有答复的，请凭回执号拨打监管电话，或者向上一级纪检监察机关、信访部门反映；逾期的在纪检监督的待办中标明超期。",
             en="If no answer came by then, call the supervision telephone with this number, or write to the discipline body one level up; "
                "a late one is marked so in the list of discipline supervision."),
        today > last)  # fmt: skip


def of_application(on: date, calendar: WorkCalendar, *, today: date) -> AnswerBy | None:
    """Return by when what was sent online that day is registered; None where no calendar reaches."""
    try:
        last = calendar.add_working(on, REGISTER)
    except CalendarMissing:
        return None
    return AnswerBy(
        last, COUNTER, Text(zh=f"登记收件并出具受理单（提交后{REGISTER}个工作日内）",
                            en=f"registers it and makes out an acceptance slip (within {REGISTER} working days)"),
        Text(zh="到期没有登记的，办理期限仍自提交之日起算；请打服务电话，或者凭回执号投诉。",
             en="If it was not, limits count from the day you sent it even so; call the service telephone or complain with this number."),
        today > last)  # fmt: skip

