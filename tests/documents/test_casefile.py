"""A case file holds everything in lawful order, says on which page, and says what is missing."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime
from io import BytesIO

import pypdf
import pytest

from qingfeng.casework.office import Office
from qingfeng.documents import desk
from qingfeng.documents.casefile import CaseFile, Shelf, assemble
from qingfeng.documents.papers import Paper
from qingfeng.engine.case import Case
from qingfeng.terms.instants import LOCAL
from tests.documents.conftest import FIRST, Told, shelf_of

DAY = datetime(2026, 3, 30, 9, tzinfo=LOCAL)
H = "cd" * 32
DIRECT = {"received_by": "张某", "capacity": "法定代表人", "received_on": "2026-03-30", "receipt_hash": H}


def put_together(told: Told, case: Case | None = None) -> CaseFile:
    registry = told.registry
    shelf = Shelf(
        case=case or told.case, papers=(), agency=registry.agency, people=registry.people, calendar=registry.calendar
    )
    return assemble(shelf, by="archivist", on=date(2026, 4, 13), paged=False)


def served(office: Office, kind: str = "penalty_decision") -> Paper:
    """Bring a paper all the way."""
    approved = desk.approve(office, FIRST, kind, actor="deputy_in_charge", at=DAY)
    assert isinstance(approved, Paper)
    for step in (
        desk.issue(office, FIRST, kind, actor="case_handler", at=DAY, shown=approved.hash),
        desk.seal(office, FIRST, kind, actor="archivist", at=DAY, shown=approved.hash),
        desk.serve(office, FIRST, kind, actor="case_handler", at=DAY, shown=approved.hash, way="direct", proof=DIRECT,
                   servers=("case_handler", "enforcement_officer")),
    ):  # fmt: skip
        assert isinstance(step, Paper), step
    return step


def test_the_decision_comes_first_with_its_proof_of_service_then_the_rest_by_time(office: Office) -> None:
    paper = served(office)
    made = assemble(shelf_of(office), by="archivist", on=date(2026, 4, 13))
    titles = [e.document.title for e in made.entries]
    assert titles[:2] == ["行政处罚决定书", "送达回证"]
    rest = made.entries[2:]
    assert [e.day for e in rest] == sorted(e.day for e in rest)
    assert {
        "立案审批表",
        "现场检查（勘验）笔录",
        "询问笔录",
        "调查终结报告",
        "行政处罚告知书",
        "当事人陈述申辩笔录",
        "陈述申辩复核意见书",
    } <= set(titles)
    proof = made.entries[1].document.text
    for words in (paper.number, "《行政处罚决定书》", paper.hash[:16], "直接送达", "2026年3月30日", "张某", H[:16]):
        assert words
        assert words in proof


def test_the_index_names_every_paper_and_the_page_on_which_it_begins(office: Office) -> None:
    served(office)
    made = assemble(shelf_of(office), by="archivist", on=date(2026, 4, 13))
    pages = [re.sub(r"\s", "", p.extract_text()) for p in pypdf.PdfReader(BytesIO(made.pdf())).pages]
    rows = next(b for b in made.index.blocks if b["type"] == "list")["rows"]
    assert [row[1] for row in rows] == [e.document.title for e in made.entries]
    first = next(n for n, page in enumerate(pages) if "—1—" in page)
    for row in rows:
        assert row[1] in pages[first + int(row[4]) - 1], row
    assert "案卷首页" in pages[0]
    assert "备考表" in pages[-1]
    assert f"{len(made.entries)}件" in pages[0]


def test_what_is_missing_is_said_in_the_note_and_not_passed_over(office: Office) -> None:
    for kind in ("prior_notice", "penalty_decision"):
        approved = desk.approve(office, FIRST, kind, actor="deputy_in_charge", at=DAY)
        assert isinstance(approved, Paper)
        assert isinstance(desk.issue(office, FIRST, kind, actor="case_handler", at=DAY, shown=approved.hash), Paper)
    assert isinstance(desk.void(office, FIRST, "prior_notice", actor="agency_head", at=DAY, reason="印制有误"), Paper)
    made = assemble(shelf_of(office), by="archivist", on=date(2026, 4, 13), paged=False)
    lacks = "\n".join(lack.zh for lack in made.lacks)
    assert "行政处罚决定书》示例罚〔2026〕1号没有送达证明" in lacks
    assert "行政处罚告知书》示例罚告〔2026〕1号已作废" in lacks
    assert all(lack.zh.rstrip("。") in made.note.text for lack in made.lacks)


def test_papers_that_were_not_issued_here_are_marked(full: Told) -> None:
    made = put_together(full)
    remarks = {e.document.title: e.remark for e in made.entries}
    assert remarks["行政处罚决定书"] == "未经本系统签发"
    assert remarks["询问笔录"] == ""


def served_as(full: Told, **data: str) -> Case:
    """Return the case as if the act that served the decision had said so."""
    events = [
        replace(e, data={"service_method": "direct", **data}) if e.act == "serve_decision" else e
        for e in full.case.events
    ]
    return replace(full.case, events=tuple(events))


@pytest.mark.parametrize(
    ("data", "proof"),
    [({"served_on": "2026-03-30", "receipt_hash": H}, "直接送达"), ({"service_method": "left", "photo_hash": H}, "留置送达"),
     ({"service_method": "left", "witness": "居委会李某"}, "居委会李某"), ({"service_method": "post", "tracking_no": "EX7"}, "EX7"),
     ({"service_method": "announcement", "reasons": "下落不明", "photo_hash": H, "served_on": "2026-03-30"}, "2026年4月29日")],
)  # fmt: skip
def test_an_act_that_carries_its_proof_gives_the_proof_of_service(full: Told, data: dict[str, str], proof: str) -> None:
    made = put_together(full, served_as(full, **data))
    assert [e.document.title for e in made.entries[:2]] == ["行政处罚决定书", "送达回证"]
    assert proof in made.entries[1].document.text


@pytest.mark.parametrize(
    "data",
    [{}, {"service_method": "left"}, {"service_method": "post"}, {"service_method": "announcement", "photo_hash": H}],
)
def test_an_act_without_its_proof_is_told_in_the_note(full: Told, data: dict[str, str]) -> None:
    made = put_together(full, served_as(full, **data))
    assert "行政处罚决定书》示应急罚〔2026〕1号没有登记送达及其证明" in made.note.text


def test_a_notice_approved_before_its_act_stands_in_the_file_once(office: Office) -> None:
    """The act names the paper by hash: the file holds the paper as approved, not a second one made from the act."""
    shelf = shelf_of(office)
    approved = desk.approve(office, FIRST, "interview_record", actor="section_head", at=DAY)
    assert isinstance(approved, Paper)
    before = assemble(shelf, by="archivist", on=date(2026, 4, 13), paged=False)
    after = assemble(shelf_of(office), by="archivist", on=date(2026, 4, 13), paged=False)
    count = [[e.document.title for e in made.entries].count("询问笔录") for made in (before, after)]
    assert count == [1, 1]
    assert next(e.remark for e in after.entries if e.document.title == "询问笔录") == "已核定"


def test_every_honest_case_of_enforcement_has_a_file(told: list[Told]) -> None:
    kinds = set()
    for one in told:
        made = put_together(one)
        kinds |= {e.document.kind.id for e in made.entries}
        acts = {e.act for e in one.case.events}
        if "decide_penalty" in acts:
            assert made.entries[0].document.kind.id in ("penalty_decision", "no_penalty_decision"), one.story
        assert all("{{" not in document.text for document in (made.cover, made.index, made.note))
    assert len(kinds) > 35
