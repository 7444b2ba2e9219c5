"""A log of another system, made up: penalties of a year in which one head signs unread, and one case skips what the law asks."""

from __future__ import annotations

import csv
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

from qingfeng import wiring
from qingfeng.importing.logs.canonical import Canonical
from qingfeng.importing.logs.mapping import Mapping_, read_mapping
from qingfeng.importing.logs.source import source_of
from qingfeng.importing.logs.stage import import_log
from qingfeng.terms.calendar import WorkCalendar

HEADS = [f"head{n}" for n in range(1, 8)]
UNREAD, SHORT = "head3", "案0007"
COLUMNS = ("案号", "环节", "时间", "人员", "岗位", "科室", "当事人", "金额")
STEPS = (("立案", "approve_case_opening", "section_head"), ("告知", "serve_prior_notice", "enforcement_officer"),
         ("审批", "approve_decision", "deputy_in_charge"), ("处罚", "decide_penalty", "agency_head"))  # fmt: skip
MAPPING = """
power: a000/penalty
zone: "+08:00"
columns: {case: 案号, activity: 环节, at: 时间, actor: 人员, post: 岗位}
activities: {立案: approve_case_opening, 告知: serve_prior_notice, 审批: approve_disclosure, 处罚: decide_penalty}
posts: {section_head: section_head, enforcement_officer: enforcement_officer, deputy_in_charge: deputy_in_charge, agency_head: agency_head}
fields: {party: {from: 当事人, kind: text}, amount: {from: 金额, kind: yuan}}
row_order: meaningful
"""


def write(path: Path, *, cases: int = 350, entered: bool = False) -> None:
    """Write the log as CSV."""
    rng, at = Random(5), datetime(2026, 3, 2, 8, 30)
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(COLUMNS)
        for n in range(1, cases + 1):
            case, head, at = f"案{n:04d}", HEADS[n % len(HEADS)], at + timedelta(hours=rng.randrange(3, 9))
            when = at.replace(hour=9 + n % 6, minute=rng.randrange(60), second=rng.randrange(60))
            for step, _, post in STEPS:
                if step == "告知" and case == SHORT:
                    continue
                quick = step == "审批" and head == UNREAD
                when += (
                    timedelta(seconds=rng.randrange(8, 40))
                    if quick
                    else timedelta(days=8, minutes=rng.randrange(30, 200))
                )
                who = head if step == "审批" else f"officer{n % 5}"
                out.writerow(
                    (case, step, when.isoformat(sep=" "), who, post, f"{n % 3}科", f"企业{n % 40}", f"{1000 + n}.00")
                )


def imported(folder: Path, *, mapping: str = MAPPING) -> tuple[Canonical, Mapping_]:
    """Write the log, import it."""
    write(folder / "log.csv")
    read = read_mapping(mapping, name="mapping.yaml")
    import_log(source_of(str(folder / "log.csv")), read, folder / "log")
    return Canonical(folder / "log"), read


def calendar() -> WorkCalendar:
    """Return the shipped calendar."""
    return WorkCalendar(wiring.calendars())


AS_OF = date(2026, 12, 31)
