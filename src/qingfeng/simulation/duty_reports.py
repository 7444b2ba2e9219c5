"""Reports of recurring duties as an honest officer makes them; and as he makes them where the record of a case does not tell the truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from qingfeng.draw.plan import BeaconKind
from qingfeng.duties.case_by_case import LEAST_TEAM, NONE, REACHED, SOME
from qingfeng.duties.disclosure_audit import QUESTIONS as LOOKED_UP
from qingfeng.duties.disclosure_audit import DisclosureAudit
from qingfeng.duties.duty import CaseFile, Duty, Occasion, Register
from qingfeng.duties.ex_post_visit import ExPostVisit
from qingfeng.duties.file_sampling import FAIL, GATES, PASS, FileSampling
from qingfeng.duties.hotline_check import HotlineCheck
from qingfeng.duties.integrity_call_back import QUESTIONS, IntegrityCallBack
from qingfeng.duties.integrity_training import IntegrityTraining
from qingfeng.duties.lead_reconciliation import EXTERNAL, LeadReconciliation
from qingfeng.duties.peer_evaluation import PeerEvaluation
from qingfeng.duties.refused_call_back import QUESTIONS as ASKED
from qingfeng.duties.refused_call_back import RefusedCallBack
from qingfeng.duties.register_check import RegisterCheck
from qingfeng.duties.reinspection import OK, PROBLEM, Reinspection
from qingfeng.duties.sampling import Samples
from qingfeng.duties.service_rating_review import NO, YES, ServiceRatingReview
from qingfeng.duties.service_rating_review import QUESTIONS as RATED
from qingfeng.duties.stock_count import StockCount
from qingfeng.duties.supervision_round import DONE, NOT_DONE, QUESTION, SupervisionRound

Report = dict[str, Any]
BALLS, HIGHEST_BALL = 7, 33
HIDDEN = "HIDDEN-1"
"""The number that others gave a lead which nobody here entered."""


def honest_report(duty: Duty, register: Register, occasion: Occasion) -> Report:
    """Return what somebody reports who does the duty and finds all as the register has it."""
    report: Report = {"beacon": beacon(duty, occasion)} if isinstance(duty, Samples) else {}
    files, sheet = register.files, duty.sheet(report, register, occasion)
    match duty:
        case RegisterCheck():
            return {"opened": register.opened, "remarks": dict.fromkeys(sheet, "已督促承办人，本周内办理")}
        case IntegrityCallBack():
            answers = dict.fromkeys(QUESTIONS, NONE)
            return report | {
                "answers": {one: {"reached": REACHED, **answers, **_asker(duty, files[one], occasion)} for one in sheet}
            }
        case FileSampling():
            points = {"gates": dict.fromkeys(GATES, PASS), "cover": duty.cover_points, "content": duty.content_points}
            return report | {"files": {one: {**points, **_asker(duty, files[one], occasion)} for one in sheet}}
        case Reinspection():
            return report | {"visits": {one: _visit(duty, files[one], occasion) for one in sheet}}
        case StockCount():
            held = duty.held(register, occasion.on)
            counts = {one: {"goods": dict(book.goods), "marks": dict(book.marks)} for one, book in held.items()}
            return {"counted_on": occasion.on.isoformat(), "counts": counts}
        case LeadReconciliation():
            return {"lists": _lists(duty, _registered(duty, register, occasion))}
        case RefusedCallBack():
            said = {"reached": REACHED, **dict.fromkeys(ASKED, NONE)}
            return {"answers": {one: {**said, **_asker(duty, files[one], occasion)} for one in sheet}}
        case ServiceRatingReview():
            said = {"reached": YES, **dict.fromkeys(RATED, YES), "words": "收到回复，问题已经解决"}
            return {"ratings": {one: {**said, **_asker(duty, files[one], occasion)} for one in sheet}}
        case HotlineCheck():
            return _phoned(duty, occasion, [])
        case ExPostVisit():
            return report | {"visits": {one: _after(duty, files[one], occasion) for one in sheet}}
        case SupervisionRound():
            said = {QUESTION: DONE, "on": occasion.on.isoformat(), "words": "到场查看，已按要求纠正"}
            return {"orders": {one: {**said, **_asker(duty, files[one], occasion)} for one in sheet}}
        case PeerEvaluation():
            return report | {"files": {one: _marked(duty, files[one], occasion) for one in sheet}}
    return report | _more(duty, files, sheet, occasion)


def _more(duty: Duty, files: Mapping[str, CaseFile], sheet: Mapping[str, Sequence[str]], occasion: Occasion) -> Report:
    """The same of duties that came later."""
    match duty:
        case IntegrityTraining():
            return _taught(duty, occasion)
        case DisclosureAudit():
            said = {**dict.fromkeys(LOOKED_UP, YES), "on": occasion.on.isoformat()}
            return {duty.part: {one: {**said, **_asker(duty, files[one], occasion)} for one in sheet}}
    raise AssertionError(f"nobody has said how {duty.name} is done honestly")


def told_otherwise(duty: Duty, report: Mapping[str, Any], case: str) -> Report:
    """Return an honest report when the record of the case ("": of a lead never entered) is false in all that the duty looks at."""
    match duty:
        case IntegrityCallBack():
            said = {**dict.fromkeys(QUESTIONS, SOME), "words": "当事人称送过、被要过，并私下见过面"}
            return _changed(report, "answers", case, said)
        case FileSampling():
            failed = {
                "gates": {**dict.fromkeys(GATES, PASS), "facts": FAIL},
                "cover": 0,
                "content": 0,
                "words": "事实与证据不符",
            }
            return _changed(report, "files", case, failed)
        case Reinspection():
            seen = report["visits"].get(case, {}).get("checklist", {})
            return _changed(
                report,
                "visits",
                case,
                {"checklist": {item: PROBLEM if said == OK else OK for item, said in seen.items()}},
            )
        case StockCount():
            there = report["counts"].get(case, {}).get("goods", {})
            return _changed(report, "counts", case, {"goods": {code: number - 1 for code, number in there.items()}})
        case LeadReconciliation() if not case:
            numbers = report["lists"][duty.sources[0]]["numbers"]
            return {**report, "lists": {**report["lists"], **_lists(duty, [*numbers, HIDDEN])}}
        case RefusedCallBack():
            said = {**dict.fromkeys(ASKED, SOME), "words": "申请人称被要求另交材料，等了半天又被劝回"}
            return _changed(report, "answers", case, said)
        case ServiceRatingReview():
            return _changed(report, "ratings", case, {**dict.fromkeys(RATED, NO), "words": "申请人称没有收到回复"})
        case ExPostVisit():
            return _changed(
                report, "visits", case, {"checklist": dict.fromkeys(duty.items, PROBLEM), "words": "现场与许可条件不符"}
            )
        case SupervisionRound():
            return _changed(report, "orders", case, {QUESTION: NOT_DONE, "words": "到场查看，没有任何纠正"})
        case PeerEvaluation():
            marks = report["files"].get(case, {}).get("marks", {})
            return _changed(report, "files", case, {"marks": dict.fromkeys(marks, 0)})
        case DisclosureAudit():
            return _changed(report, duty.part, case, {**dict.fromkeys(LOOKED_UP, NO), "words": "网上查到的与案卷不符"})
        case HotlineCheck() if not case:
            box = {**report["box"], **_box([HIDDEN])}
            return {"calls": {one: {**said, "answered": NO} for one, said in report["calls"].items()}, "box": box}
    return dict(report)


def beacon(duty: Samples, occasion: Occasion) -> Report:
    """Return an invented public value of the day that counts: always the same for a source and a day."""
    source = duty.seed_source
    on = source.day(occasion.period)
    digest = sha256(f"{source.source} {on}".encode()).digest()
    balls = " ".join(f"{byte % HIGHEST_BALL + 1:02}" for byte in digest[:BALLS])
    value = digest.hex() if source.kind == BeaconKind.DRAND else balls
    return {"on": on.isoformat(), "round": f"{on:%Y%j}", "value": value}


def _phoned(duty: HotlineCheck, occasion: Occasion, numbers: Sequence[str]) -> Report:
    """Every phone was answered; two officers opened the box and found these papers."""
    day, people = occasion.period.last.isoformat(), occasion.people
    two = [who for who in sorted(people.names) if people.in_service(who, occasion.on)][:2]
    call = {"on": day, "answered": YES, "words": "已接听，答复了受理范围"}
    return {"calls": dict.fromkeys(duty.phones, call), "box": {"on": day, "officers": two, **_box(numbers)}}


def _taught(duty: IntegrityTraining, occasion: Occasion) -> Report:
    """Everybody was there on the last day of the period; another marked the paper of who teaches."""
    people = occasion.people
    others = [who for who in sorted(people.names) if people.in_service(who, occasion.on)]
    day = min(occasion.period.last, occasion.on).isoformat()
    told = {who: {"on": day, "points": 90, "by": next((one for one in [occasion.actor, *others] if one != who), who)}
            for who in duty.taught(occasion)}  # fmt: skip
    return {"topic": "廉政纪律和本岗位风险点", "paper_hash": sha256(occasion.period.name.encode()).hexdigest(), duty.part: told}


def _box(numbers: Sequence[str]) -> Report:
    return {"numbers": list(numbers), "list_hash": sha256("\n".join(numbers).encode()).hexdigest()}


def _asker(duty: Duty, file: CaseFile, occasion: Occasion) -> dict[str, str]:
    """Somebody of the post who took no part; the reporter himself where he may."""
    if occasion.actor not in file.officers:
        return {}
    return {
        "by": next(
            (who for who in occasion.people.holders(duty.by, occasion.on) if who not in file.officers), occasion.actor
        )
    }


def _free(file: CaseFile, occasion: Occasion) -> list[str]:
    """Who is in service and took no part."""
    people = occasion.people
    return [who for who in sorted(people.names) if people.in_service(who, occasion.on) and who not in file.officers]


def _visit(duty: Reinspection, file: CaseFile, occasion: Occasion) -> Report:
    answers = {item: said for item, (said, _) in duty.first_record(file, occasion.period).items()}
    return {"officers": _free(file, occasion)[:LEAST_TEAM], "on": occasion.on.isoformat(), "checklist": answers}


def _after(duty: ExPostVisit, file: CaseFile, occasion: Occasion) -> Report:
    return {
        "officers": _free(file, occasion)[:LEAST_TEAM],
        "on": occasion.on.isoformat(),
        "checklist": dict.fromkeys(duty.items, OK),
    }


def _marked(duty: PeerEvaluation, file: CaseFile, occasion: Occasion) -> Report:
    several = _free(file, occasion)[: duty.members]
    remarks = {who: f"{number}号评语：事实清楚，文书齐全" for number, who in enumerate(several, 1)}
    return {"marks": dict.fromkeys(several, 90), "remarks": remarks}


def _lists(duty: LeadReconciliation, numbers: Sequence[str]) -> Report:
    """All numbers come from the first source."""
    lists = {source: list(numbers) if place == 0 else [] for place, source in enumerate(duty.sources)}
    return {
        source: {"numbers": said, "list_hash": sha256("\n".join(said).encode()).hexdigest()}
        for source, said in lists.items()
    }


def _registered(duty: LeadReconciliation, register: Register, occasion: Occasion) -> list[str]:
    period = occasion.period
    return sorted(
        {no for file in register.files.values() if file.did(duty.registers, period) for no in _numbers(duty, file)}
    )


def _numbers(duty: LeadReconciliation, file: CaseFile) -> set[str]:
    return {str(act.data[EXTERNAL]) for act in file.acts if act.act in duty.registers and act.data.get(EXTERNAL)}


def _changed(report: Mapping[str, Any], part: str, case: str, entry: Mapping[str, Any]) -> Report:
    table = report[part]
    return {**report, part: {**table, case: {**table[case], **entry}}} if case in table else dict(report)
