"""What somebody with bad intent tried and no longer gets: learn of a suspicion, guess a password, read or rate another's case."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from qingfeng.casework import complaints, followup, mirrored
from qingfeng.casework.desk.access import client_viewer, viewer_of
from qingfeng.casework.desk.board import waiting
from qingfeng.catalogue.power import ActRule, FieldType
from qingfeng.terms.instants import local_day

from .site_kit import Site
from .test_api import let_in
from .test_public import HANDED, applied, slip

if TYPE_CHECKING:
    from django.test import Client

As = Callable[[str | None], "Client"]
LICENCE, PASSWORD = "a001/licence", "qingfeng-demo-2026"


def handled(site: Site) -> list[str]:
    """Return the cases in which findings are handled."""
    with site.office.store.read() as tx:
        return [one.case for one in followup.standing(site.office, tx).found.values() if one.case is not None]


def test_a_program_of_nobody_learns_of_no_finding(fresh_site: Site) -> None:
    token = let_in(fresh_site, "register", None, 1)
    for path in ("cases?limit=200", f"cases?power={mirrored.POWER}", "deadlines?limit=200"):
        answer = fresh_site.client().get(f"/api/v1/{path}", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 200
        assert not [case for case in handled(fresh_site) if case in answer.content.decode()], path


def test_the_search_does_not_tell_whether_a_finding_s_case_is_there(site: Site, as_: As) -> None:
    there, nowhere = handled(site)[0], f"{mirrored.POWER}/2026/99999"
    for account in ("chengban", "juzhang", "fazhi"):
        told = [as_(account).get("/find/", {"q": case}) for case in (there, nowhere)]
        assert [one.status_code for one in told] == [200, 200], account
    assert as_("jiwei").get("/find/", {"q": there}).status_code == 302
    assert as_("chengban").get("/find/", {"q": site.cases(LICENCE)[0]}).status_code == 302


def test_the_inbox_of_an_inspector_is_silent_about_what_concerns_himself(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from qingfeng.casework.desk import board

    with site.office.store.read() as tx:
        known = followup.standing(site.office, tx)
        people = site.office.registry(tx).people
        case = next(one.case for one in known.found.values() if one.case is not None)
        himself = frozenset({"discipline_inspector"})
        found = {n: replace(one, accused=himself) if one.case == case else one for n, one in known.found.items()}
        monkeypatch.setattr(board, "standing", lambda *_: replace(known, found=found))
        monkeypatch.setattr(board, "sees_case", lambda *_: False)
        for who, sees in (("discipline_inspector", False), ("discipline_inspector/2", True)):
            viewer = viewer_of(people, who, local_day(site.now))
            told = waiting(site.office, tx, viewer, now=site.now, shown=200, counted=200)
            assert (case in {line.id for line in told.lines}) is sees, who
            assert told.many == len(told.lines)
        assert not board.cases(site.office, tx, client_viewer("x"), now=site.now, power=mirrored.POWER, status=None, after="", limit=50)


def test_the_overview_of_a_head_counts_no_case_of_supervision(site: Site, as_: As) -> None:
    with site.office.store.read() as tx:
        mine = [row for row in tx.case_rows(limit=1_000) if not row.power.startswith("supervision/") and row.power != SANCTION]
    for period in ("today", "month"):
        first = local_day(site.now).replace(day=1) if period == "month" else local_day(site.now)
        opened = sum(row.opened_at[:10] >= first.isoformat() for row in mine)
        text = as_("juzhang").get("/overview/", {"period": period}).content.decode()
        assert re.search(rf"新立{opened}，", text), (period, opened, re.findall(r"新立\d+", text))


SANCTION = "a002/disciplinary_sanction"


def test_the_accused_of_a_lead_does_not_learn_of_it_and_neither_does_who_has_no_part_in_it(site: Site) -> None:
    from qingfeng.casework.office import load_case
    from qingfeng.web import agency

    with site.office.store.read() as tx:
        registry, accounts = site.office.registry(tx), {b.officer: a for a, b in agency.bindings(tx).bindings.items()}
        leads = {one: load_case(site.office, tx, registry, one)[0] for one in site.cases(SANCTION)}
        titles = {one: row.title for one, row in tx.cases_by_ids(list(leads)).items()}
    case, accused = next((one, who) for one, lead in leads.items() for e in lead.events for who in e.data.get("accused") or ())
    for account in (accounts[accused], "zhifa"):  # an enforcement officer: none of its acts is open to that post
        client = site.client(account)
        for path in ("/inbox/", f"/cases/?power={SANCTION}", "/cases/", f"/find/?q={case}"):
            answer = client.get(path)
            text = answer.content.decode()
            assert answer.status_code == 200, (account, path)
            assert f"/cases/{case}/" not in text, (account, path)
            assert titles[case] not in text, (account, path)
    assert site.client(accounts[accused]).get(f"/cases/{case}/").status_code == 404
    for account in ("jiwei", "juzhang"):
        assert case in site.client(account).get(f"/cases/?power={SANCTION}").content.decode(), account


def told(client: Client, name: str, old: str) -> Any:
    """Try to set a password."""
    return client.post("/password/", {"username": name, "old": old, "new": "keen-otter-river-5", "again": "keen-otter-river-5"})


def plain(answer: Any) -> str:
    """Return the words of the page."""
    return re.sub(r'value="[^"]*"|[A-Za-z0-9]{64}', "", answer.content.decode())


def test_setting_a_password_tells_nobody_which_accounts_there_are_and_cannot_be_guessed_through(fresh_site: Site) -> None:
    known, unknown = (told(fresh_site.client(), name, "wrong-one") for name in ("juzhang", "no-such-account"))
    assert plain(known) == plain(unknown)
    assert [told(fresh_site.client(), "juzhang", f"wrong-{n}").status_code for n in range(6)] == [422] * 4 + [429] * 2
    assert told(fresh_site.client(), "juzhang", PASSWORD).status_code == 429, "even the right one, for the hour"
    fresh_site.clock.later(hours=1)
    assert told(fresh_site.client(), "juzhang", PASSWORD).status_code == 302


def test_who_is_complained_of_does_not_learn_who_complained(fresh_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    said = {"about": "service", "content": "三次都说材料不齐，态度恶劣", "name": "李小燕", "phone": "13900001111", "case": fresh_site.cases(LICENCE)[0]}
    number, _ = slip(fresh_site.client().post("/complain/service/", said))
    page = f"/complaints/{number}/"
    assert "李小燕" in fresh_site.client("jiwei").get(page).content.decode()
    barred = frozenset({"discipline_inspector"})
    monkeypatch.setattr(complaints, "worked_on", lambda *_: barred)
    text = fresh_site.client("jiwei").get(page).content.decode()
    assert not [word for word in ("李小燕", "13900001111", "态度恶劣") if word in text]
    assert "由没有参与的人员核实答复" in text
    with fresh_site.office.store.read() as tx:
        people, day = fresh_site.office.registry(tx).people, local_day(fresh_site.now)
    barred = frozenset(one for post in ("discipline_inspector", "discipline_head") for one in people.holders(post, day))
    text = fresh_site.client("jiwei").get(page).content.decode()
    assert "李小燕" not in text, "who passes it up needs no name"
    assert "态度恶劣" in text, "with nobody else somebody must see what it is, to pass it up"


@pytest.mark.parametrize("where", ["progress", "tip/look"])
def test_guesses_of_one_do_not_close_the_door_to_all(fresh_site: Site, where: str) -> None:
    from qingfeng.web import flood
    from qingfeng.web.views.progress import WRONG_PLACE

    number, code = slip(applied(fresh_site.client()))
    for _ in range(WRONG_PLACE):
        flood.count("wrong-from", "203.0.113.0/24", fresh_site.now)
    if where == "progress":
        there = fresh_site.client(REMOTE_ADDR="203.0.113.5")
        assert there.post("/progress/", {"number": number, "code": code}).status_code == 429, "who guesses waits"
        assert fresh_site.client().post("/progress/", {"number": number, "code": code}).status_code == 302
        return
    asked = fresh_site.client().post("/tip/look/", {"secret": "0" * 20}, content_type="application/json")
    assert asked.status_code in (200, 422)


def test_no_receipt_is_handed_out_for_what_concerns_the_agency_s_own_people(fresh_site: Site) -> None:
    inner = [handled(fresh_site)[0], *fresh_site.cases("a002/disciplinary_sanction")[:1]]
    for case in inner:
        for account in ("jiwei", "discipline_head"):
            before = fresh_site.heads()
            answer = fresh_site.client(account).post(f"/cases/{case}/receipt/", HANDED)
            assert answer.status_code in (403, 404), (case, account)
            assert not {one for one in fresh_site.heads() if one.startswith("receipts/")} - set(before)


def test_an_application_is_not_bound_to_the_case_of_another(fresh_site: Site) -> None:
    number, _ = slip(applied(fresh_site.client()))
    clerk = fresh_site.client("shouli")
    with fresh_site.office.store.read() as tx:
        from qingfeng.casework.office import load_case

        registry = fresh_site.office.registry(tx)
        others = [one for one in fresh_site.cases(LICENCE)
                  if any(e.data.get("applicant") for e in load_case(fresh_site.office, tx, registry, one)[0].events)]  # fmt: skip
    answer = clerk.post(f"/applications/{number}/register/", {"case": others[0], "reason": "补登"})
    assert answer.status_code == 422
    assert "申请人" in answer.content.decode()


def test_a_flood_of_papers_from_outside_is_cut_off_before_it_is_kept(fresh_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[str] = []

    def keep(_shelf: object, name: str, _chunks: object) -> str:
        kept.append(name)
        return "0" * 64

    monkeypatch.setattr("qingfeng.web.flood.TIMES", 0)
    monkeypatch.setattr("qingfeng.store.files.FileShelf.keep", keep)
    power, row = with_a_file(fresh_site)
    monkeypatch.setattr("qingfeng.casework.desk.public.opening_acts", lambda _version: [row])
    name = next(f"f.{one.id}" for one in row.word.fields if one.type is FieldType.FILE)
    answer = fresh_site.client().post(f"/apply/{power}/{row.act}/", {name: SimpleUploadedFile("a.pdf", b"%PDF-1.7 x")})
    assert answer.status_code == 429
    assert not kept


def with_a_file(site: Site) -> tuple[str, ActRule]:
    """Return a power and an act of it that takes a file: as if a party began a case with it."""
    with site.office.store.read() as tx:
        registry = site.office.registry(tx)
        for power in registry.powers():
            version, _ = site.office.version(registry, power, registry.version_on(power, local_day(site.now)))
            for row in version.procedure.rows:
                if any(one.type is FieldType.FILE for one in row.word.fields):
                    return power, row
    raise AssertionError("no act takes a file")


def test_who_signs_out_leaves_nothing_written_in_the_browser(fresh_site: Site, visit: Callable[..., Any]) -> None:
    visitor = visit("chengban")
    page = visitor.page
    visitor.go("/inbox/")
    page.evaluate("localStorage.setItem('draft:a/b/1', '{\"f.content\": [\"秘密\"]}'); localStorage.setItem('other', '1')")
    page.locator('form[action="/sign-out/"] button').click()
    page.wait_for_url("**/")
    assert page.evaluate("Object.keys(localStorage)") == ["other"]


def test_the_audit_shows_who_let_programs_in_and_news_out(fresh_site: Site, as_: As) -> None:
    let_in(fresh_site, "register", None, 1)
    page = as_("shenji").get("/audit/", {"kind": "clients"}).content.decode()
    assert "register" in page
    assert "提出接口令牌 № 1" in page
    assert "确认接口令牌 № 1" in page
    assert "register" in as_("shenji").get("/audit/").content.decode()
