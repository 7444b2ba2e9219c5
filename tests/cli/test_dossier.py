"""qingfeng findings dossier, findings check: one sealed file that is checked without the agency; whatever is changed in it is named."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from pypdf import PdfReader

from qingfeng.casework.dossier import DOSSIERS
from qingfeng.casework.office import event_of
from qingfeng.notary.dossier import MANIFEST, PAPER, RECORDS
from tests.cli.conftest import Run, Told, Until

INSPECTOR = ("--as", "discipline_inspector")


@pytest.fixture
def made(agency: Path, run: Run, told: Told, until: Until) -> Path:
    """The dossier of a finding, in an agency with a log."""
    run("notary", "begin", "--origin", "log.example/agency")
    until(2026, 6, 3, 10)
    told("deadlines", "run", "--confirm-clock")
    run("detect", code=1)
    run("notary", "run", "--once")
    out = agency.parent / "dossier.zip"
    run("findings", "dossier", "1", "--out", str(out), *INSPECTOR)
    return out


def files_in(path: Path) -> dict[str, bytes]:
    with ZipFile(path) as pack:
        return {name: pack.read(name) for name in pack.namelist()}


def packed(files: Mapping[str, bytes]) -> bytes:
    into = BytesIO()
    with ZipFile(into, "w") as pack:
        for name, data in files.items():
            pack.writestr(name, data)
    return into.getvalue()


def test_a_dossier_holds_paper_records_and_receipts_and_is_checked_without_the_agency(
    made: Path, agency: Path, run: Run, told: Told
) -> None:
    files = files_in(made)
    text = "".join("".join(page.extract_text() for page in PdfReader(BytesIO(files[PAPER])).pages).split())
    assert "第1号线索专卷" in text
    assert "不是结论" in text
    assert "rule:" not in text  # what the records say is said in words
    assert not re.search("party|system(?!_)", text)
    records = json.loads(files[RECORDS])
    assert records[0]["stream"] == "findings"
    assert all(one["receipt"] in files for one in records)
    policy = made.with_name("policy")
    shutil.copy(agency.parent / "notary" / "policy", policy)
    for gone in ("agency.db", "notary", "notary-head", "notary-key"):
        path = agency.parent / gone
        path.rename(agency.parent / f"away-{gone}")
    found = told("findings", "check", str(made), "--policy", str(policy))
    assert (found["finding"], found["wrong"], found["records"]) == (1, [], len(records))
    assert "完整" in run("findings", "check", str(made), "--policy", str(policy)).output


def changes(files: Mapping[str, bytes]) -> Mapping[str, Mapping[str, bytes | None]]:
    """What somebody might change in a dossier: files by name, None for one that is gone."""
    records, said = json.loads(files[RECORDS]), json.loads(files[MANIFEST])
    records[0]["fields"]["data.rule"] = "other"
    return {
        "paper": {PAPER: files[PAPER] + b" "},
        "record": {RECORDS: json.dumps(records).encode()},
        "left out": {PAPER: None},
        "put in": {"evidence/" + "0" * 64: b"put in"},
        "list": {MANIFEST: json.dumps({**said, "by": "somebody_else"}).encode()},
        "unsigned": {"manifest.note": b"qingfeng.dossier/1\n"},
        "other finding": {MANIFEST: json.dumps({**said, "finding": 2}, ensure_ascii=False, indent=1, sort_keys=True).encode()},
    }


def test_whatever_is_changed_in_a_dossier_is_named(made: Path, run: Run) -> None:
    files, changed = files_in(made), made.with_name("changed.zip")
    for what, change in changes(files).items():
        changed.write_bytes(packed({name: data for name, data in {**files, **change}.items() if data is not None}))
        assert "✗" in run("findings", "check", str(changed), code=1).output, what
    changed.write_bytes(packed(files))
    assert "✓" in run("findings", "check", str(changed), code=0).output, "packed anew it says the same: what is signed is what is in it"
    for data in (b"", b"no zip", packed({"a": b"b"}), packed({MANIFEST: b"{}", "manifest.note": b"", RECORDS: b"[]"})):
        changed.write_bytes(data)
        assert "不是专卷" in run("findings", "check", str(changed), code=1).output


def test_a_list_signed_for_changed_records_is_found_by_their_receipts(made: Path, agency: Path, run: Run) -> None:
    from qingfeng.notary.dossier import manifest_of, sealed
    from qingfeng.notary.keys import log_signer

    files = {name: data for name, data in files_in(made).items() if not name.startswith("manifest")}
    records = json.loads(files[RECORDS])
    records[0]["fields"]["data.rule"] = "other"
    files[RECORDS] = json.dumps(records).encode()
    manifest = manifest_of(files, finding=1, made="", by="", unproved=[], missing=[])
    made.write_bytes(sealed(files, manifest, finding=1, signer=log_signer(agency.parent / "notary-key" / "log.key")))
    assert "与存证日志不符" in run("findings", "check", str(made), code=1).output


def test_a_dossier_is_made_by_an_inspector_alone_and_laid_down(made: Path, agency: Path, run: Run) -> None:
    from qingfeng import wiring

    other = made.with_name("other.zip")
    for who in ((), ("--as", "case_handler"), ("--as", "agency_head")):
        assert "没有第1号线索" in run("findings", "dossier", "1", "--out", str(other), *who, code=2).output
    assert not other.exists()
    assert "已经存在" in run("findings", "dossier", "1", "--out", str(made), *INSPECTOR, code=2).output
    store = wiring.open_store(str(agency))
    try:
        with store.read() as tx:
            told = [event_of(row) for row in tx.events(DOSSIERS)]
    finally:
        store.close()
    assert [(one.actor, one.data["finding"]) for one in told] == [("discipline_inspector", 1)]


def test_without_a_log_there_is_nothing_to_prove_a_dossier_by(run: Run, told: Told, until: Until, tmp_path: Path) -> None:
    until(2026, 6, 3, 10)
    told("deadlines", "run", "--confirm-clock")
    run("detect", code=1)
    assert "还没有存证日志" in run("findings", "dossier", "1", "--out", str(tmp_path / "d.zip"), *INSPECTOR, code=None).output
