"""A small power in which every recurring duty has something to look at; files and occasions for the duties themselves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any, cast

from qingfeng.catalogue.build import version_from_document
from qingfeng.catalogue.power import PowerVersion
from qingfeng.duties import configure
from qingfeng.duties.duty import CaseFile, Duty, DutyFinding, Occasion, Register, period_of
from qingfeng.engine.event import Event
from qingfeng.terms.people import People
from tests.sample import FIELDS, at, calendar, document, people, word

POWER = "s900/duties"
EXTRA = {
    "external_no": {"type": "text", "zh": "外部编号", "en": "External number", "index": True},
    "gifts": {"type": "text", "zh": "礼品", "en": "Gifts"},
    "contacts": {"type": "text", "zh": "接触", "en": "Contacts"},
    "interference": {"type": "text", "zh": "打招呼", "en": "Words put in"},
    "checklist": {"type": "answers", "zh": "检查表", "en": "Checklist"},
    "goods": {"type": "quantities", "zh": "财物", "en": "Goods"},
    "marks": {"type": "answers", "zh": "识别号", "en": "Marks"},
    "rating": {"type": "text", "zh": "评价", "en": "Rating"},
    "contact_outcome": {"type": "text", "zh": "接待结果", "en": "Outcome of the contact"},
    "decision_outcome": {"type": "text", "zh": "结果", "en": "Outcome"},
    "custodian": {"type": "officer", "zh": "保管人员", "en": "Custodian"},
}
WORDS = {
    "register_lead": word("登记线索", "Register a lead", "external_no"),
    "answer": word("作答", "Answer", "gifts", "contacts", "interference"),
    "send_back": word("退回", "Send back"),
    "inspect": word("检查", "Inspect", "checklist", "officers"),
    "seize": word("扣押", "Seize", "goods", "marks"),
    "store": word("入库", "Store", "goods", "custodian"),
    "give_back": word("退还", "Give back", "goods", "marks"),
    "note": word("记录", "Note", "text"),
    "refuse": word("不予受理", "Refuse"),
    "decide": word("决定", "Decide", "decision_outcome"),
    "meet": word("接待", "Meet", "contact_outcome"),
    "rate": word("评价", "Rate", "rating"),
    "order": word("责令纠正", "Order correction", "due_on"),
    "confirm": word("确认纠正", "Confirm correction"),
    "close": word("结案", "Close"),
}
RHYTHM: dict[str, Any] = {"every": "month", "by": "head", "within": {"n": 10, "unit": "working_day"}}
SOURCE = {"kind": "lottery", "source": "双色球", "weekdays": [2, 4, 7]}
SETTINGS: dict[str, dict[str, Any]] = {
    "integrity_call_back": {
        **RHYTHM,
        "closes": ["close"],
        "returns": ["send_back"],
        "answers": ["answer"],
        "seed_source": SOURCE,
        "share": 30,
    },
    "reinspection": {**RHYTHM, "inspects": ["inspect"], "seed_source": SOURCE, "share": 10},
    "file_sampling": {**RHYTHM, "closes": ["close"], "seed_source": SOURCE, "share": 20},
    "stock_count": {**RHYTHM, "takes": ["seize"], "keeps": ["store"], "gives": ["give_back"]},
    "refused_call_back": {
        **RHYTHM,
        "refuses": ["refuse"],
        "decisions": ["decide"],
        "contacts": ["meet"],
        "returns": ["send_back"],
    },
    "service_rating_review": {**RHYTHM, "closes": ["close"], "rates": ["rate"]},
    "ex_post_visit": {**RHYTHM, "grants": ["decide"], "items": ["exit", "tank"], "seed_source": SOURCE, "share": 50},
    "integrity_training": {**RHYTHM, "posts": ["clerk", "inspector"]},
    "disclosure_audit": {**RHYTHM, "publishes": ["note"], "seed_source": SOURCE, "share": 50},
    "supervision_round": {**RHYTHM, "orders": ["order"], "confirms": ["confirm"]},
    "peer_evaluation": {**RHYTHM, "closes": ["close"], "seed_source": SOURCE, "share": 10},
    "hotline_check": {**RHYTHM, "phones": ["supervision", "service"]},
    "lead_reconciliation": {**RHYTHM, "every": "week", "sources": ["hotline_12345", "petition"]},
}
DECEMBER = period_of(date(2025, 12, 1), "month")
BEACON = {"on": "2026-01-01", "round": "2026001", "value": "03 11 24 26 29 31 05"}
WHO = people(
    [("ann", "clerk"), ("bob", "inspector"), ("carl", "head"), ("dan", "head"), ("eve", "deputy"), ("fay", "clerk")]
)


def plain(duties: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the document of the power: every act at any time by the clerk and the inspector; `close` closes."""
    rows = [
        {"act": a, "at": ["work"], "by": ["clerk", "inspector"], "opens_case": "again"} for a in WORDS if a != "close"
    ]
    rows.append({"act": "close", "at": ["work"], "by": ["clerk", "inspector", "head"], "to": "closed"})
    made = document(
        POWER, WORDS, rows, steps=[("work", "办理", "Work")], duties=dict(SETTINGS if duties is None else duties)
    )
    made["words"]["fields"] = {**FIELDS, **EXTRA}
    return made


@cache
def version() -> PowerVersion:
    """Return the power, built."""
    return version_from_document(plain())


def duty(name: str, **changes: Any) -> Duty:
    """Return a duty of the power with other settings.  Raises BadSetting."""
    settings = {name: {**SETTINGS[name], **changes}}
    return configure(version_from_document(plain(settings)))[name]


def file(case: str, *said: str | tuple[str, dict[str, Any]]) -> CaseFile:
    """Return a case: "act who day[/entered]" in December 2025 (days from 32 on lie in January), with what it says."""
    events = []
    for seq, one in enumerate(said, 1):
        words, data = (one, {}) if isinstance(one, str) else one
        act, who, days = words.split()
        day, _, entered = days.partition("/")
        events.append(Event(stream=f"case/{case}", seq=seq, kind="act", act=act, at=at(_day(day)), entered=at(_day(entered or day)),
                            actor=who, data=data))  # fmt: skip
    return CaseFile(case, tuple(events))


def register(*files: CaseFile, known: tuple[str, ...] = ()) -> Register:
    """Return a register that holds these cases."""
    return Register(len(files), {}, {one.case: one for one in files}, frozenset(known))


def occasion(actor: str = "carl", on: str = "2026-01-05", who: People = WHO, **more: Any) -> Occasion:
    """Return the report of December on a day."""
    fields = {
        "power": POWER,
        "period": DECEMBER,
        "actor": actor,
        "on": date.fromisoformat(on),
        "calendar": calendar(),
        "people": who,
    }
    return Occasion(**cast(Any, {**fields, **more}))


def lacks(one: Duty, report: Mapping[str, Any], book: Register, when: Occasion | None = None) -> str:
    """Return what a report lacks, in both languages; "" if it counts as done."""
    found = one.lacks(report, book, when or occasion())
    assert all(text.zh and text.en for text in found)
    return "；".join(f"{text.zh} {text.en}" for text in found)


def finds(one: Duty, report: Mapping[str, Any], book: Register, when: Occasion | None = None) -> list[tuple[str, str]]:
    """Return (case, key) of what a report that counts brings to light."""
    assert lacks(one, report, book, when) == ""
    found: list[DutyFinding] = list(one.finds(report, book, when or occasion()))
    assert all(text.what.zh and text.what.en and text.evidence for text in found)
    return [(each.case, each.key) for each in found]


def _day(number: str) -> date:
    return date.fromordinal(date(2025, 11, 30).toordinal() + int(number))
