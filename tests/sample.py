"""Two small invented powers built from plain documents, and builders for people, calendars and commands.

`free`: one step at which any act may be done at any time, for the tests of controls.
`course`: branches, returns, pending matters, waits, limits of every unit, stops, extensions, a window, an effect.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import yaml

from qingfeng.catalogue.build import version_from_document
from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.case import Case, evolve, new_case
from qingfeng.engine.control import Command, Control
from qingfeng.engine.decide import Accepted, Demanded, Outcome, Refused, decide
from qingfeng.engine.event import Event
from qingfeng.terms.calendar import WorkCalendar, YearTable
from qingfeng.terms.instants import LOCAL
from qingfeng.terms.people import Appointment, Delegation, Interest, People, Span, StandIn

CALENDARS = Path(__file__).resolve().parents[1] / "calendars"
MONDAY = date(2026, 3, 2)
FREE_ACTS = ("investigate", "interview", "approve", "note", "suspend", "resume", "order_review", "receive_review")
EXTRA_ACTS = ("extend", "extend_more", "fill", "set_day", "move_day")
POSTS = {
    "clerk": ("承办人员", "Clerk", 1),
    "inspector": ("检查人员", "Inspector", 1),
    "head": ("科室负责人", "Section head", 2),
    "deputy": ("分管领导", "Deputy head", 3),
    "chief": ("主要负责人", "Chief", 4),
}
CHOICES = {
    "approved": {"zh": "同意", "en": "Approved"},
    "returned": {"zh": "退回", "en": "Returned"},
    "redo": {"zh": "重作", "en": "To be redone"},
}
FIELDS: dict[str, dict[str, Any]] = {
    name: {"type": name, "zh": f"字段{name}", "en": f"Field {name}"}
    for name in ("text", "note", "date", "instant", "money", "count", "officer", "officers", "lines", "file")
}
FIELDS |= {
    "choice": {"type": "choice", "zh": "选择", "en": "Choice", "choices": CHOICES},
    "outcome": {"type": "choice", "zh": "结论", "en": "Outcome", "choices": CHOICES},
    "applicant": {"type": "text", "zh": "申请人", "en": "Applicant", "personal": True},
    **{n: {"type": "date", "zh": zh, "en": en} for n, zh, en in (("due_on", "届满日", "Due on"), ("served_on", "送达日", "Served on"))},
    "matter": {"type": "text", "zh": "事项", "en": "Matter"},
    "occurred_on": {"type": "date", "zh": "发生日", "en": "Done on"},
}


def word(zh: str, en: str, *fields: str, credential: bool = False) -> dict[str, Any]:
    """Return an act's word; a required field ends in `!`."""
    return {"zh": zh, "en": en, "fields": list(fields), "credential": credential}


def document(
    power: str,
    words: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]],
    *,
    steps: Sequence[tuple[str, str, str]],
    in_force_from: str = "2024-01-01",
    **more: Any,
) -> dict[str, Any]:
    """Return the plain document of a power; `more` adds to its version: controls, duties; or to its procedure."""
    procedure = {
        "start": steps[0][0],
        "acts": list(rows),
        "pending": more.pop("pending", []),
        "branches": {},
        "limits": [dict(one) for one in more.pop("limits", [])],
    }
    plain_steps = [
        {"id": s, "name": {"zh": zh, "en": en}, "owner": None, "level": "高", "risks": [], "measures": []}
        for s, zh, en in steps
    ]
    return {
        "power": {
            "id": power,
            "title": {"zh": "示例职权", "en": "Sample power"},
            "agency": None,
            "kind": "licence",
            "source": {"document": "sample.txt", "diagram": 1},
            "level_scheme": ["低", "高"],
            "phones": {},
        },
        "version": {
            "in_force_from": in_force_from,
            "basis": [],
            "steps": plain_steps,
            "procedure": procedure,
            "controls": more.pop("controls", {}),
            "duties": more.pop("duties", {}),
            "stories": [],
            **more,
        },
        "words": {
            "posts": {p: {"zh": zh, "en": en, "rank": rank} for p, (zh, en, rank) in POSTS.items()},
            "fields": FIELDS,
            "acts": dict(words),
        },
    }


def limit(name: str, starts: Sequence[str], ends: Sequence[str], n: int, unit: str, **more: Any) -> dict[str, Any]:
    """Return a limit as a power file writes it."""
    return {
        "id": name,
        "name": {"zh": f"期限{name}", "en": f"Limit {name}"},
        "starts": list(starts),
        "ends": list(ends),
        "n": n,
        "unit": unit,
        "kind": "promised",
        "basis": None,
        "rolls": "agency",
        "for": "agency",
        **more,
    }


def free_document(
    limits: Iterable[Mapping[str, Any]] = (), *, acts: Iterable[str] = (), by: Iterable[str] = ("clerk",), **more: Any
) -> dict[str, Any]:
    """Return a power with one step, at which clerks (or posts `by`) may do every act at any time, also as the first."""
    words = {act: word(f"动作{act}", f"Act {act}") for act in acts}
    words |= {act: word(f"动作{act}", f"Act {act}") for act in FREE_ACTS}
    words |= {"extend": word("延长", "Extend"), "extend_more": word("再延长", "Extend more")}
    words["fill"] = word("填写", "Fill in", "text!", *[f for f in FIELDS if f != "text"])
    words |= {a: word(f"动作{a}", f"Act {a}", "due_on!") for a in ("set_day", "move_day")}
    rows = [{"act": a, "at": ["work"], "by": [*by, "party", "system"], "opens_case": "again"} for a in words]
    return document("s900/free", words, rows, steps=[("work", "办理", "Work")], limits=limits, **more)


def free_version(limits: Iterable[Mapping[str, Any]] = (), **more: Any) -> PowerVersion:
    """Return the free power, built: every act may open a case, and be done again."""
    return version_from_document(free_document(limits, **more))


COURSE_WORDS = {
    "apply": word("收件", "Receive", "matter!", "applicant"),
    "tell_missing": word("告知补正", "Tell what is missing"),
    "supplement": word("补正", "Supplement"),
    "accept": word("受理", "Accept"),
    "deem_accept": word("视为受理", "Deemed accepted"),
    "inspect": word("现场检查", "Inspect", credential=True),
    "record": word("制作记录", "Record"),
    "suspend": word("中止", "Suspend", "served_on"),
    "resume": word("恢复", "Resume", "served_on"),
    "order_review": word("委托评审", "Order a review"),
    "receive_review": word("收到评审", "Receive the review"),
    "send_up": word("报审", "Send up"),
    "review": word("审批", "Review", "outcome!"),
    "ask_hearing": word("申请听证", "Ask for a hearing"),
    "hold_hearing": word("举行听证", "Hold the hearing"),
    "extend": word("延期", "Extend"),
    "extend_more": word("再延期", "Extend more"),
    "waive": word("放弃异议", "Waive"),
    "serve": word("送达", "Serve"),
    "object": word("提出复议", "Object"),
    "answer": word("复议结果", "Outcome of the objection", "outcome!"),
    "give_days": word("责令整改", "Order mending", "due_on!"),
    "mended": word("整改完成", "Mended"),
    "drop": word("撤件", "Withdraw"),
}
COURSE_ROWS: list[dict[str, Any]] = [
    {"act": "apply", "at": ["take"], "by": ["clerk"], "once": True},
    {"act": "tell_missing", "at": ["take"], "by": ["clerk"], "after": ["apply"], "opens": "supplementation"},
    {"act": "supplement", "at": ["take"], "by": ["party", "clerk"], "closes": "supplementation"},
    {"act": "accept", "at": ["take"], "by": ["clerk", "head"], "to": "look", "after": ["apply"]},
    {"act": "deem_accept", "at": ["take"], "by": ["system"], "to": "look", "after": ["apply"]},
    {"act": "drop", "at": ["any"], "by": ["party"], "to": "closed", "during": ["suspension"]},
    {"act": "inspect", "at": ["look"], "by": ["inspector"]},
    {"act": "record", "at": ["look"], "by": ["inspector"], "once": True},
    {"act": "suspend", "at": ["look", "decide"], "by": ["head"], "opens": "suspension"},
    {"act": "resume", "at": ["look", "decide"], "by": ["head"], "closes": "suspension"},
    {"act": "order_review", "at": ["look"], "by": ["clerk"]},
    {"act": "receive_review", "at": ["look"], "by": ["clerk"], "after": ["order_review"]},
    {"act": "send_up", "at": ["look"], "by": ["clerk"], "to": "decide", "after": ["inspect|record"]},
    {"act": "ask_hearing", "at": ["decide"], "by": ["party"], "opens": "hearing"},
    {"act": "hold_hearing", "at": ["decide"], "by": ["head"], "closes": "hearing"},
    {"act": "extend", "at": ["look", "decide"], "by": ["chief"], "no_delegation": True},
    {"act": "extend_more", "at": ["look", "decide"], "by": ["chief"]},
    {
        "act": "review",
        "at": ["decide"],
        "by": ["head", "deputy"],
        "to": {"field": "outcome", "approved": "serve", "returned": "look"},
    },
    {"act": "waive", "at": ["serve"], "by": ["party"]},
    {"act": "give_days", "at": ["serve"], "by": ["clerk"]},
    {"act": "mended", "at": ["serve"], "by": ["party"]},
    {"act": "serve", "at": ["serve"], "by": ["clerk"], "to": "closed", "waits": ["window"]},
    {"act": "object", "at": ["closed"], "by": ["party"], "opens": "objection"},
    {
        "act": "answer",
        "at": ["closed"],
        "by": ["deputy"],
        "closes": "objection",
        "to": {"field": "outcome", "approved": "stay", "redo": "look"},
        "opens": {"field": "outcome", "returned": "hearing"},
    },
]
COURSE_LIMITS = [
    limit(
        "notice_5",
        ["apply"],
        ["tell_missing", "accept"],
        5,
        "working_day",
        effect="deem_accept",
        kind="statutory",
        basis={"instrument": "行政许可法", "article": "32"},
    ),
    limit(
        "decide_20",
        ["accept", "deem_accept"],
        ["review"],
        20,
        "working_day",
        yellow={"n": 5, "unit": "working_day"},
        stops=[
            {"from": "suspend", "to": "resume", "basis": None},
            {"from": "order_review", "to": "receive_review", "basis": None},
        ],
        extend=[
            {"by": "extend", "n": 10, "unit": "working_day", "times": 1},
            {"by": "extend_more", "n": 5, "unit": "working_day", "times": 1},
        ],
    ),
    limit("visit_48", ["inspect"], ["record"], 48, "hour", rolls="never"),
    limit("window", ["review"], ["waive"], 5, "working_day", rolls="party", **{"for": "party"}),
    limit("object_2m", ["serve"], ["object"], 2, "month", rolls="party", **{"for": "party"}),
    limit("file_1y", ["serve"], ["answer"], 1, "year"),
    limit("pay_15", ["review"], ["serve"], 15, "calendar_day"),
    {**limit("mend", ["give_days"], ["mended"], 1, "calendar_day", **{"for": "party"}), "until": "due_on"},
]
COURSE_PENDING = [
    {"id": "supplementation", "name": {"zh": "待补正", "en": "Awaiting material"}, "blocks": ["accept"]},
    {"id": "hearing", "name": {"zh": "听证未结", "en": "Hearing pending"}, "blocks": ["review"]},
    {"id": "suspension", "name": {"zh": "中止中", "en": "Suspended"}, "blocks": "all"},
    {"id": "objection", "name": {"zh": "复议中", "en": "Objection pending"}, "blocks": []},
]
COURSE_STEPS = [
    ("take", "收件受理", "Taking in"),
    ("look", "审查", "Examination"),
    ("decide", "决定", "Decision"),
    ("serve", "送达", "Service"),
]
SEPARATE = {"separate_duties": {"pairs": [{"first": ["inspect", "record"], "second": ["review"]}]}}


def course_document(**more: Any) -> dict[str, Any]:
    """Return the document of the power with a full course."""
    kept = {"limits": COURSE_LIMITS, "pending": COURSE_PENDING, "controls": SEPARATE, **more}
    return document("s900/course", COURSE_WORDS, COURSE_ROWS, steps=COURSE_STEPS, **kept)


@cache
def course() -> PowerVersion:
    """Return the power with a full course, built."""
    return version_from_document(course_document())


@cache
def calendar() -> WorkCalendar:
    """Return the shipped tables as one calendar."""
    return WorkCalendar(tables())


def tables() -> list[YearTable]:
    """Return the shipped year tables, oldest first."""
    return [YearTable.of(yaml.safe_load(path.read_text(encoding="utf-8"))) for path in sorted(CALENDARS.glob("*.yaml"))]


NAMES = {"ann": "安然", "bob": "柏青", "carl": "常林", "dan": "段明", "eve": "易文", "fay": "方圆"}
HELD = (("ann", "clerk"), ("bob", "inspector"), ("carl", "head"), ("dan", "deputy"), ("eve", "chief"))
ALWAYS = Span(date(2024, 1, 1))


def people(
    held: Iterable[tuple[str, str] | tuple[str, str, Span]] = HELD,
    *,
    dismissed: Mapping[str, date] | None = None,
    credentials: Mapping[str, tuple[Span, ...]] | None = None,
    absences: Mapping[str, tuple[Span, ...]] | None = None,
    stand_ins: Sequence[StandIn] = (),
    delegations: Sequence[Delegation] = (),
    interests: Sequence[Interest] = (),
) -> People:
    """Return people: who holds what (for ever unless a span is given), with credentials for all unless said."""
    appointments = tuple(Appointment(row[0], row[1], row[2] if len(row) == 3 else ALWAYS) for row in held)
    cards = dict.fromkeys(NAMES, (ALWAYS,)) if credentials is None else credentials
    return People(
        NAMES,
        dismissed or {},
        appointments,
        cards,
        absences or {},
        tuple(stand_ins),
        tuple(delegations),
        tuple(interests),
    )


EVERYBODY_CLERK = people([(who, "clerk") for who in NAMES])


def at(day: date | str, hour: int = 9, minute: int = 0) -> datetime:
    """Return an instant of a day, local."""
    day = date.fromisoformat(day) if isinstance(day, str) else day
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=LOCAL)


def command(act: str, actor: str, when: datetime | str, **more: Any) -> Command:
    """Return a command entered when it happened, unless said otherwise."""
    happened = at(when) if isinstance(when, str) else when
    return Command(**{"case": "", "act": act, "actor": actor, "at": happened, "entered": happened, "data": {}, **more})


def ask(case: Case, wanted: Command, *, who: People | None = None, controls: Sequence[Control] = ()) -> Outcome:
    """Return what the heart says."""
    return decide(case, wanted, people=who or people(), calendar=calendar(), controls=controls, stream="case/c1")


def refusals(outcome: Outcome) -> list[str]:
    """Return by what an act was refused; empty if it was not."""
    return [r.by for r in outcome.refusals] if isinstance(outcome, Refused) else []


def one_refusal(outcome: Outcome) -> tuple[str, str]:
    """Return the words of the only refusal, reason and remedy together, in both languages."""
    assert isinstance(outcome, Refused), outcome
    (only,) = outcome.refusals
    return only.reason.zh + only.remedy.zh, only.reason.en + only.remedy.en


class Walk:
    """A case being walked: each `do` must be accepted, and the story goes on."""

    def __init__(
        self, version: PowerVersion | None = None, *, who: People | None = None, controls: Sequence[Control] = ()
    ) -> None:
        self.case = new_case("c1", version or course())
        self.who, self.controls = who or people(), controls

    def do(self, act: str, actor: str, when: datetime | str, **more: Any) -> Event:
        """Do an act that must be accepted; return its event."""
        outcome = self.ask(act, actor, when, **more)
        assert isinstance(outcome, Accepted), outcome
        self.case = evolve(self.case, outcome.event)
        return outcome.event

    def ask(self, act: str, actor: str, when: datetime | str, **more: Any) -> Outcome:
        """Return what would be said to an act."""
        return ask(self.case, command(act, actor, when, **more), who=self.who, controls=self.controls)

    def to(self, step: str) -> Walk:
        """Walk straight to a step: applied on 2 March, a day for each act."""
        path = [
            ("apply", "ann", "2026-03-02", {"matter": "示例"}),
            ("accept", "ann", "2026-03-03", {}),
            ("inspect", "bob", "2026-03-04", {}),
            ("send_up", "ann", "2026-03-05", {}),
            ("review", "carl", "2026-03-06", {"outcome": "approved"}),
            ("serve", "ann", "2026-03-16", {}),
        ]
        goal = {"take": 1, "look": 2, "decide": 4, "serve": 5, "closed": 6}[step]
        for act, actor, day, data in path[:goal]:
            self.do(act, actor, day, data=data)
        return self


def salts() -> Any:
    """Return a source of salts that repeats itself, for tests that compare bytes."""
    numbers = count()

    def fresh(n: int) -> bytes:
        blocks = (hashlib.sha256(b"%d" % next(numbers)).digest() for _ in range(n // 32 + 1))
        return b"".join(blocks)[:n]

    return fresh


def later(when: datetime, **span: float) -> datetime:
    """Return an instant so much later."""
    return when + timedelta(**span)


def demands(outcome: Outcome) -> list[str]:
    """Return by what a reason was demanded; empty if it was not."""
    return [d.by for d in outcome.demands] if isinstance(outcome, Demanded) else []
