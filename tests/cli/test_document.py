"""qingfeng document and case file: what a clerk types, what is written, what the exit code says."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tests.cli.conftest import LEAD, PROPOSE, Run, Told, Until

OPENING = "case_opening_approval"
PANEL = ("section_head", "enforcement_officer", "case_handler")


@pytest.fixture
def begun(told: Told) -> str:
    """A case whose opening was approved."""
    case = str(told("case", "open", "a000/penalty", "--who", "intake_officer", *LEAD, "party=示例商行")["case"])
    told("case", "do", case, *PROPOSE)
    told(
        "case",
        "do",
        case,
        "approve_case_opening",
        "--who",
        "deputy_in_charge",
        "opinion=同意",
        "officers=case_handler",
        "officers=enforcement_officer",
    )
    return case


def test_a_document_is_made_as_word_pdf_and_text(told: Told, begun: str, tmp_path: Path) -> None:
    made = told("document", "make", begun, OPENING, "--as", "case_handler", "--out", str(tmp_path), "--format", "docx,pdf,txt")
    assert made["state"] == "draft"
    assert [Path(f).suffix for f in made["files"]] == [".docx", ".pdf", ".txt"]
    assert (tmp_path / "立案审批表.pdf").read_bytes().startswith(b"%PDF")
    assert "示例商行" in (tmp_path / "立案审批表.txt").read_text(encoding="utf-8")


def test_what_cannot_be_made_says_which_act_is_lacking(run: Run, begun: str) -> None:
    said = run("document", "make", begun, "penalty_decision", "--as", "case_handler", code=2)
    assert "decide_penalty" in said.stderr
    assert "decide_penalty" in run("--lang", "en", "document", "make", begun, "penalty_decision", "--as", "case_handler", code=2).stderr
    assert "docx" in run("document", "make", begun, OPENING, "--as", "case_handler", "--format", "odt", code=2).stderr
    run("document", "make", begun, "poem", "--as", "case_handler", code=2)
    run("document", "make", "a000/penalty/2026/09999", OPENING, code=2)


def test_a_paper_goes_through_its_steps_by_the_word_file_in_hand(
    run: Run, told: Told, begun: str, tmp_path: Path
) -> None:
    run("document", "approve", begun, OPENING, "--who", "case_handler", code=1)
    done = told("document", "approve", begun, OPENING, "--who", "section_head")
    assert done["state"] == "approved"
    run("document", "issue", begun, OPENING, "--who", "case_handler", code=2)
    assert told("document", "issue", begun, OPENING, "--who", "case_handler", "--hash", "0" * 64, code=1)["by"] == [
        "document_control"
    ]
    told("document", "make", begun, OPENING, "--as", "case_handler", "--out", str(tmp_path), "--format", "docx")
    odd = tmp_path / "odd.docx"
    odd.write_bytes(b"no word file")
    run("document", "issue", begun, OPENING, "--who", "case_handler", "--file", str(odd), code=1)
    assert "签发文书" in run("case", "history", begun, "--as", "case_handler").stdout
    assert (
        told("document", "issue", begun, OPENING, "--who", "case_handler", "--file", str(tmp_path / "立案审批表.docx"))[
            "state"
        ]
        == "issued"
    )
    assert told("document", "seal", begun, OPENING, "--who", "archivist", "--hash", done["hash"], code=1)["by"] == [
        "seal_use"
    ]
    listed = told("document", "list", begun, "--as", "case_handler")
    assert [(p["state"], p["hash"]) for p in listed["papers"]] == [("issued", done["hash"])]
    assert {k["kind"]: k["lacks"] for k in listed["kinds"]}[OPENING] is None
    assert "已签发" in run("document", "list", begun, "--as", "case_handler").stdout


def test_a_notice_is_approved_numbered_sealed_and_served_before_its_act(
    run: Run, told: Told, begun: str, until: Until
) -> None:
    until(2026, 3, 4, 9)
    for who, act, *fields in (
        ("case_handler", "draw_up_investigation_plan", "plan=现场核查", "officers=case_handler", 'covers:=["A1"]'),
        ("section_head", "approve_investigation_plan", "plan=现场核查", *(f"members={who}" for who in PANEL)),
        ("enforcement_officer", "declare_no_interest"),
        ("case_handler", "declare_no_interest"),
    ):
        run("case", "do", begun, act, "--who", who, *fields)
    said = ("content=案件需要检测", "matter=成分检测", "until=2026-03-20")
    run("document", "approve", begun, "appraisal_notice", "--who", "section_head", *said, code=2)
    got = told("document", "approve", begun, "appraisal_notice", "--who", "section_head", *said[1:])
    steps = ("--hash", got["hash"])
    assert (
        told("document", "issue", begun, "appraisal_notice", "--who", "case_handler", *steps)["number"]
        == "示例鉴告〔2026〕1号"
    )
    told("document", "seal", begun, "appraisal_notice", "--who", "archivist", *steps)
    serve = ("document", "serve", begun, "appraisal_notice", "--who", "case_handler", *steps, "--way", "direct")
    assert told(*serve, code=1)["by"] == ["proof_of_service"] * 4
    proof = ("received_by=张某", "capacity=经理", "received_on=2026-03-04", f"receipt_hash={'a' * 64}")
    assert (
        told(*serve, *proof, "--server", "case_handler", "--server", "enforcement_officer")["served_on"] == "2026-03-04"
    )
    assert "示例鉴告〔2026〕1号" in run("document", "register", "appraisal_notice", "--year", "2026").stdout
    assert told("document", "register", "appraisal_notice", "--year", "2026")["numbers"][0]["state"] == "served"


def test_a_paper_is_voided_with_a_reason(run: Run, told: Told, begun: str) -> None:
    told("document", "approve", begun, OPENING, "--who", "section_head")
    run("document", "void", begun, OPENING, "--who", "case_handler", "--reason", "不该由我作废", code=1)
    assert (
        told("document", "void", begun, OPENING, "--who", "section_head", "--reason", "事实须补充")["state"] == "voided"
    )


def test_the_agency_says_once_what_its_documents_need(run: Run, told: Told) -> None:
    assert told("document", "agency", "bank=示例银行")["agency"]["bank"] == "示例银行"
    assert "示例银行" in run("document", "agency").stdout
    run("document", "agency", "motto=x", code=1)


def test_a_case_file_is_a_folder_or_a_zip_with_an_index(run: Run, told: Told, begun: str, tmp_path: Path) -> None:
    said = told("case", "file", begun, "--out", str(tmp_path), "--by", "archivist")
    names = sorted(p.name for p in Path(said["out"]).iterdir())
    assert names == ["000-案卷首页.docx", "001-卷内目录.docx", "002-立案审批表.docx", "003-备考表.docx", "案卷.pdf"]
    assert said["lacks"] == []
    packed = told("case", "file", begun, "--out", str(tmp_path), "--by", "archivist", "--zip")
    with zipfile.ZipFile(packed["out"]) as read:
        assert sorted(read.namelist()) == names
    told("document", "approve", begun, "appraisal_notice", "--who", "section_head", "matter=检测", "until=2026-03-20")
    assert "没有送达证明" in run("case", "file", begun, "--out", str(tmp_path), "--by", "archivist", code=1).stdout
