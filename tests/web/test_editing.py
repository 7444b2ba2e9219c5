"""The legal office and the three administrators: what their pages promise, to whom, and what they lay down."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

import qingfeng.web
from qingfeng.casework import accounts, drafts, peoplechanges
from qingfeng.casework.desk.access import Part
from qingfeng.casework.registry import By
from qingfeng.web import agency
from qingfeng.wiring import data_folder, power_paths

from .site_kit import Site

As = Callable[[str | None], Any]
POWER = "a001/penalty"
BASE = f"/catalogue/{POWER}/"
NOTICE = "元旦：1月1日至3日放假。春节：2月5日至11日放假调休，共7天。2月14日、2月20日上班。"


def standing(site: Site) -> drafts.Draft:
    with site.office.store.read() as tx:
        return drafts.standing(tx, POWER)


def versions(site: Site) -> list[str]:
    with site.office.store.read() as tx:
        return sorted(v for p, v in site.office.registry(tx).versions if p == POWER)


@pytest.fixture
def begun(fresh_site: Site, as_: As) -> Site:
    """A site with a draft that the legal office began."""
    assert as_("fazhi").post(BASE + "draft/begin/").status_code == 302
    return fresh_site


def step(client: Any, site: Site, act: str, note: str = "按新办法修订") -> Any:
    return client.post(BASE + "draft/step/", {"act": act, "note": note, "seen": standing(site).saved})


def drilled(site: Site, green: int = 0, digest: str | None = None) -> None:
    """Lay down that the drills of the draft were run: all risk points stopped, or some fewer (green < 0)."""
    drafts.note_drills(site.office, POWER, digest=digest or standing(site).digest, risks=14, green=14 + green,
                       by=By(actor="legal_reviewer", entered=site.now))  # fmt: skip


@pytest.mark.parametrize("tab", ["map", "course", "limits", "controls", "duties", "drills", "gaps", "<b>"])
def test_a_version_is_told_in_words(site: Site, as_: As, tab: str) -> None:
    answer = as_("fazhi").get(BASE, {"tab": tab})
    assert answer.status_code == 200
    assert "行政处罚" in answer.content.decode()


def test_the_catalogue_asks_no_more_for_more_cases(site: Site, as_: As) -> None:
    client = as_("kezhang")
    answer = client.get("/catalogue/")
    powers = power_paths([data_folder("powers")])
    assert answer.content.decode().count("<tr>") == 1 + len(powers), "a head, and a row for each power, ours among them"
    assert client.get(BASE, {"version": "1999-01-01"}).status_code == 404


def test_a_new_version_is_written_by_one_and_published_by_another(begun: Site, as_: As) -> None:
    editor, head = as_("fazhi"), as_("kezhang")
    before = versions(begun)
    assert editor.post(BASE + "draft/form/limits/", {"seen": standing(begun).saved, "l0.n": "9"}).status_code == 302
    page = editor.get(BASE + "draft/").content.decode()
    assert "数目由7改为9" in page
    assert "没有错误，可以发布" in page
    assert step(editor, begun, "confirm").status_code == 422, "not before it is proposed"
    assert step(editor, begun, "propose").status_code == 302
    refused = step(editor, begun, "confirm")
    assert refused.status_code == 422
    assert "起草人和提请人不能自己确认" in refused.content.decode()
    assert versions(begun) == before
    undrilled = step(head, begun, "confirm", note="")
    assert undrilled.status_code == 422, "not without drills"
    assert "还没有全部通过演练" in undrilled.content.decode()
    drilled(begun, green=-1)
    assert step(head, begun, "confirm", note="").status_code == 422, "not when one risk point was not stopped"
    drilled(begun)
    assert versions(begun) == before
    assert step(head, begun, "confirm", note="").status_code == 302
    assert versions(begun) == [*before, "2026-10-31"]
    assert "数目由7改为9" in editor.get(BASE + "diff/").content.decode()


def test_who_wrote_any_of_it_does_not_confirm(begun: Site, as_: As) -> None:
    second = as_("legal_reviewer.2")
    assert second.post(BASE + "draft/form/limits/", {"seen": standing(begun).saved, "l0.n": "8"}).status_code == 302
    assert step(as_("fazhi"), begun, "propose").status_code == 302
    assert step(second, begun, "confirm").status_code == 422
    assert step(as_("legal_reviewer.3"), begun, "return", note="").status_code == 422, "a return needs a reason"
    assert step(as_("legal_reviewer.3"), begun, "return", note="期限过长").status_code == 302
    assert standing(begun).state == drafts.EDITING


def test_a_head_writes_no_draft(begun: Site, as_: As) -> None:
    head, before = as_("kezhang"), standing(begun)
    assert head.post(BASE + "draft/text/", {"text": "x", "seen": before.saved}).status_code == 403
    assert step(head, begun, "propose").status_code == 422
    assert standing(begun) == before


def test_a_draft_with_faults_is_kept_and_told_but_not_proposed(begun: Site, as_: As) -> None:
    editor = as_("fazhi")
    with begun.office.store.read() as tx:
        text = drafts.text_of(tx, standing(begun), agency.shelf())
    broken = text.replace("unit: working_day", "unit: fortnight", 1)
    checked = editor.post(
        BASE + "draft/text/",
        {"text": broken, "check": "1", "seen": standing(begun).saved},
        headers={"HX-Request": "true"},
    )
    line = broken[: broken.index("fortnight")].count("\n") + 1
    assert f"第{line}行" in checked.content.decode()
    assert standing(begun).saved == 1, "looking saves nothing"
    assert editor.post(BASE + "draft/text/", {"text": broken, "seen": 1}).status_code == 302
    assert step(editor, begun, "propose").status_code == 422
    assert editor.get(BASE + "draft/form/limits/").status_code == 302, "forms wait until the text can be read"


def test_what_was_saved_meanwhile_is_not_overwritten(begun: Site, as_: As) -> None:
    editor = as_("fazhi")
    assert editor.post(BASE + "draft/form/limits/", {"seen": 1, "l0.n": "9"}).status_code == 302
    answer = editor.post(BASE + "draft/text/", {"text": "id: mine", "seen": 1})
    assert answer.status_code == 409
    assert "id: mine" in answer.content.decode(), "nothing typed is lost"


def test_a_day_of_force_that_is_past_is_a_fault_when_there_are_cases(begun: Site, as_: As) -> None:
    editor = as_("fazhi")
    assert editor.post(BASE + "draft/form/head/", {"seen": 1, "in_force_from": "2026-10-01"}).status_code == 302
    assert "必须晚于今天" in editor.get(BASE + "draft/").content.decode()
    assert step(editor, begun, "propose").status_code == 422


@pytest.mark.parametrize("value", ["x", "", "-", "9" * 400, "1.5", "<b>"])
def test_a_form_refuses_what_is_no_number(begun: Site, as_: As, value: str) -> None:
    answer = as_("fazhi").post(BASE + "draft/form/limits/", {"seen": 1, "l0.n": value})
    assert answer.status_code == 422
    assert standing(begun).saved == 1


def test_every_setting_of_a_power_has_a_form_that_changes_nothing_when_sent_back(begun: Site, as_: As) -> None:
    from qingfeng.casework.desk import draftform

    with begun.office.store.read() as tx:
        version, _ = begun.office.version(begun.office.registry(tx), POWER, versions(begun)[0])
    for kind, rule, _ in draftform.rules_of(version):
        entries = draftform.entries(version, kind, rule)
        sent = {
            e.name: [*e.chosen, ""] if e.kind == "many" else [str(e.value).lower() if e.kind == "yes" else e.shown]
            for e in entries
        }
        changed, faults = draftform.changes(entries, lambda name: sent[name][0], lambda name: sent[name])  # noqa: B023
        assert (changed, faults) == ({}, []), (kind, rule)
        assert as_("fazhi").get(f"{BASE}draft/form/{kind}/{rule}/").status_code == 200


def test_a_calendar_is_looked_at_first_and_loaded_then(fresh_site: Site, as_: As) -> None:
    admin, sent = as_("xitong"), {"form": "notice", "year": "2027", "source": "国办发明电〔2026〕9号", "text": NOTICE}

    def official() -> bool:
        with fresh_site.office.store.read() as tx:
            return fresh_site.office.registry(tx).tables[2027].official

    looked = admin.post("/calendars/", sent)
    assert "请核对：2027年" in looked.content.decode()
    assert not official()
    assert admin.post("/calendars/", {**sent, "load": "1"}).status_code == 302
    assert not official(), "one administrator alone moves no limit"
    assert admin.post("/calendars/decide/", {"number": "1", "does": "confirm"}).status_code == 422
    assert not official()
    second = as_("anquan")
    assert "待确认：2027年日历" in second.get("/calendars/").content.decode()
    assert second.post("/calendars/decide/", {"number": "7", "does": "confirm"}).status_code == 422
    assert second.post("/calendars/decide/", {"number": "1", "does": "confirm"}).status_code == 302
    assert official()
    assert second.post("/calendars/decide/", {"number": "1", "does": "confirm"}).status_code == 422, "once"
    assert second.post("/calendars/", {**sent, "load": "1"}).status_code == 422, "who confirms does not propose"
    told = as_("shenji").get("/audit/", {"kind": "calendars"}).content.decode()
    assert told.index("确认日历变更 № 1") < told.index("提出日历变更 № 1：国办发明电〔2026〕9号"), "the auditor reads both"
    assert admin.post("/calendars/", {"form": "yaml", "text": "year: [", "load": "1"}).status_code == 422
    assert admin.post("/calendars/", {**sent, "year": "2031", "text": NOTICE, "load": "1"}).status_code == 422, (
        "no gap between years"
    )


def workbook_of(*sheets: tuple[str, list[str], list[list[str]]]) -> SimpleUploadedFile:
    from qingfeng.documents.workbook import written

    return SimpleUploadedFile("people.xlsx", written(sheets))


PAPER = "任命文件2026第12号"


def confirmed(site: Site) -> None:
    """Confirm as the security administrator the change of people that waits."""
    with site.office.store.read() as tx:
        (number,) = peoplechanges.standing(tx).waiting
    assert site.client("anquan").post("/people/changes/decide/", {"number": number, "does": "confirm"}).status_code == 302


def test_people_come_from_a_workbook_all_or_none(fresh_site: Site, as_: As) -> None:
    admin = as_("xitong")
    people = ("人员", ["人员编号", "姓名"], [["wang/1", "王一"], ["wang/2", "王二"]])
    bad = (
        "任职",
        ["人员编号", "岗位", "起始日"],
        [["wang/1", "承办人", "2026/12/1"], ["nobody", "承办人", "2026-12-01"], ["wang/2", "承办人", "明天"]],
    )
    before = fresh_site.heads()
    answer = admin.post("/people/import/", {"book": workbook_of(people, bad)})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert ">3</td><td>—</td><td>人员“nobody”未登记" in page.replace('<span class="only-s">行 </span>', "")
    assert "C4" in page
    assert fresh_site.heads() == before
    fine = ("任职", bad[1], bad[2][:1])
    assert admin.post("/people/import/", {"book": workbook_of(people, fine)}).status_code == 422, "no paper is named"
    told = admin.post("/people/import/", {"book": workbook_of(people, fine), "paper": PAPER}).content.decode()
    assert "已提出3行，第1号" in told
    with fresh_site.office.store.read() as tx:
        assert "wang/1" not in fresh_site.office.registry(tx).people.names, "one administrator alone registers nobody"
    confirmed(fresh_site)
    with fresh_site.office.store.read() as tx:
        registry = fresh_site.office.registry(tx)
    assert registry.people.names["wang/1"] == "王一"
    assert [a.span.first.isoformat() for a in registry.people.appointments if a.officer == "wang/1"] == ["2026-12-01"]


def test_what_is_exported_can_be_read_again_and_holds_no_formula(fresh_site: Site, as_: As) -> None:
    from qingfeng.documents import workbook

    admin = as_("xitong")
    admin.post("/people/register/", {"act": "officer_added", "officer": "evil", "name": "=1+1", "paper": PAPER})
    confirmed(fresh_site)
    book = workbook.read(BytesIO(admin.get("/people/export.xlsx").content))
    cells = [cell for rows in book.sheets.values() for _, row in rows for cell in row.values()]
    assert not any(cell.formula for cell in cells)
    assert "'=1+1" in {cell.value for cell in cells}


def bomb(part: str, text: str) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w") as parts:
        parts.writestr(part, text)
    return out.getvalue()


@pytest.mark.parametrize("data", [
    b"", b"PK", b"\x00" * 1_000, bomb("xl/workbook.xml", "<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"),
    bomb("xl/workbook.xml", "<a"), bomb("other", "x"),
])  # fmt: skip
def test_what_is_no_workbook_is_refused_in_words(site: Site, as_: As, data: bytes) -> None:
    answer = as_("xitong").post("/people/import/", {"book": SimpleUploadedFile("a.xlsx", data)})
    assert answer.status_code == 422
    assert "没有办成" in answer.content.decode()


def test_nobody_registers_his_own_post(fresh_site: Site, as_: As) -> None:
    sent = {"act": "appointed", "officer": "system_administrator", "post": "agency_head", "from": "2026-11-01", "paper": PAPER}
    assert as_("xitong").post("/people/register/", sent).status_code == 422


def test_an_account_is_proposed_by_one_confirmed_by_another_and_set_by_its_owner(fresh_site: Site, as_: As) -> None:
    system, security = as_("xitong"), as_("anquan")
    for sent in ({"act": "officer_added", "name": "张新"}, {"act": "appointed", "post": "case_handler", "from": "2026-10-01"}):
        assert system.post("/people/register/", {**sent, "officer": "zhang/1", "paper": PAPER}).status_code == 302
        confirmed(fresh_site)
    assert (
        system.post(
            "/accounts/propose/", {"act": "bind", "account": "zhangxin", "officer": "zhang/1", "reason": "任命文件12号"}
        ).status_code
        == 302
    )
    with fresh_site.office.store.read() as tx:
        (number,) = accounts.standing(tx).waiting
    assert system.post("/accounts/decide/", {"number": number, "does": "confirm"}).status_code == 422, (
        "the same person does not do both"
    )
    page = security.post("/accounts/decide/", {"number": number, "does": "confirm"}).content.decode()
    found = re.search(r'class="word">([A-Z0-9-]+)<', page)
    assert found is not None
    owner, new = as_(None), "qing-shan-lu-shui-9"
    sent = {"username": "zhangxin", "new": new, "again": new}
    assert owner.post("/password/", {**sent, "old": "WRONG"}).status_code == 422
    assert owner.post("/password/", {**sent, "old": found[1]}).status_code == 302
    assert owner.post("/password/", {**sent, "old": found[1]}).status_code == 422, "the word works once"
    assert owner.post("/sign-in/", {"username": "zhangxin", "password": new}).status_code == 302
    assert found[1] not in security.get("/accounts/").content.decode()


def test_a_reset_ends_what_the_account_had_open(fresh_site: Site, as_: As) -> None:
    handler = as_("chengban")
    assert handler.get("/inbox/").status_code == 200
    as_("xitong").post(
        "/accounts/propose/", {"act": "reset_password", "account": "chengban", "reason": "口令外泄，申请单3号"}
    )
    with fresh_site.office.store.read() as tx:
        (number,) = accounts.standing(tx).waiting
    as_("anquan").post("/accounts/decide/", {"number": number, "does": "confirm"})
    assert handler.get("/inbox/").status_code == 302


def test_a_locked_account_is_released_and_it_is_laid_down(fresh_site: Site, as_: As) -> None:
    someone = as_(None)
    for _ in range(5):
        someone.post("/sign-in/", {"username": "chengban", "password": "wrong-wrong-wrong"})
    right = {"username": "chengban", "password": "qingfeng-demo-2026"}
    assert someone.post("/sign-in/", right).status_code == 429
    admin = as_("anquan")
    assert "chengban" in admin.get("/accounts/").content.decode()
    assert admin.post("/accounts/release/", {"account": "chengban"}).status_code == 302
    assert someone.post("/sign-in/", right).status_code == 302
    assert "解除锁定" in as_("shenji").get("/audit/", {"kind": "accounts"}).content.decode()


def test_the_audit_shows_who_was_not_let_in_and_changes_nothing(fresh_site: Site, as_: As) -> None:
    assert as_("chengban").get("/accounts/").status_code == 403
    auditor, before = as_("shenji"), fresh_site.heads()
    page = auditor.get("/audit/", {"kind": "denied"}).content.decode()
    assert "/accounts/" in page
    for kind in ("", "sign_in", "accounts", "reads", "refusals", "registry", "<b>"):
        assert auditor.get("/audit/", {"kind": kind, "who": "李", "case": "x/y", "before": "99999"}).status_code == 200
    assert auditor.get("/audit/export.xlsx").status_code == 200
    assert auditor.post("/audit/").status_code in (200, 405)
    assert fresh_site.heads() == before


def test_nothing_is_registered_with_the_admin_and_it_has_no_address() -> None:
    from django.contrib import admin

    from .every import patterns

    assert not [model for model in admin.site._registry if model.__module__.startswith("qingfeng")]
    assert not [
        whole for whole, one in patterns() if "admin" in (getattr(one.callback, "__module__", "") or "").split(".")
    ]


def test_every_page_of_the_editor_and_the_administrators_says_who_may_enter() -> None:
    from qingfeng.web.routes_editing import urlpatterns

    allowed = {Part.CATALOGUE, Part.DRAFTS, Part.PUBLISHING, Part.PEOPLE, Part.APPOINTMENTS, Part.ACCOUNTS, Part.AUDIT}
    assert {getattr(one.callback, "part", None) for one in urlpatterns} == allowed


def test_only_the_web_imports_django() -> None:
    source = Path(qingfeng.web.__file__).parent.parent
    found = [
        path.relative_to(source).as_posix()
        for path in source.rglob("*.py")
        if re.search(r"^\s*(?:from|import) django", path.read_text(encoding="utf-8"), re.M)
    ]
    assert found
    assert [path for path in found if not path.startswith("web/")] == []


def test_the_site_loads_no_number_crunchers(tmp_path: Path) -> None:
    code = (
        "import django; django.setup(); import qingfeng.web.urls, sys; "
        "print(sorted({'duckdb', 'ibis', 'scipy', 'numpy', 'pandas'} & set(sys.modules)))"
    )
    environment = {
        "QINGFENG_HOME": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "qingfeng.web.settings",
        "PYTHONPATH": str(Path(qingfeng.web.__file__).parents[2]),
    }
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
