"""The portal: what everybody sees, applying, receipts, acts of the party, published results, complaints."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from qingfeng.casework import applications, receipts
from qingfeng.casework.complaints import NotYours, answer, worked_on
from qingfeng.casework.desk.published import is_person, masked, published, stands, without_names
from qingfeng.casework.findings import sweep
from qingfeng.casework.office import event_of, load_case
from qingfeng.casework.rebuild import compare
from qingfeng.catalogue.power import PARTY
from qingfeng.engine.event import ACT
from qingfeng.terms.instants import local_day

from .site_kit import Site

if TYPE_CHECKING:
    from django.test import Client

PAGES = (
    "/?public",
    "/powers/",
    "/apply/",
    "/progress/",
    "/published/",
    "/complain/",
    "/complain/service/",
    "/tip/",
    "/help/",
)
LICENCE = "a001/licence"


def upload(name: str = "申请书.txt", content: bytes = "申请书内容".encode()) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile(name, content)


def applied(client: Client, **changes: Any) -> Any:
    """Send an application for a licence to operate."""
    told = {
        "matter": "operate",
        "applicant": "江城顺达燃气有限公司",
        "person": "陈一鸣",
        "phone": "13800000000",
        "incomplete": "1",
        "paper.form": upload(),
    }
    return client.post(f"/apply/{LICENCE}/", {**told, **changes})


def slip(answer: Any) -> tuple[str, str]:
    """Return number and code from a receipt page."""
    text = answer.content.decode()
    number, code = re.search(r'id="rn">([\d-]+)<', text), re.search(r'id="rc">([\w-]+)<', text)
    assert number, text[-3_000:]
    assert code
    return number[1], code[1]


def opened(client: Client, number: str, code: str) -> Any:
    return client.post("/progress/", {"number": number, "code": code}, follow=True)


def test_what_supervises_the_agency_itself_stands_apart_from_what_it_does_for_people(site: Site) -> None:
    client = site.client()
    assert "/powers/supervision/" not in client.get("/").content.decode()
    assert "supervision/" not in client.get("/complain/service/").content.decode()
    listed = client.get("/powers/").content.decode()
    before, after = listed.split("对本单位自身的监督")
    assert "/powers/supervision/" not in before
    assert "/powers/a0" not in after
    assert after.count("/powers/supervision/") == 7


@pytest.mark.parametrize("path", PAGES)
def test_public_pages_are_open_to_everybody_in_both_languages(site: Site, path: str) -> None:
    for account in (None, "chengban"):
        for lang in ("zh", "en"):
            client = site.client(account)
            client.cookies["lang"] = lang
            answer = client.get(path)
            assert answer.status_code == 200
            assert b"<h1" in answer.content


def test_the_page_of_a_power_shows_every_risk_measure_limit_and_paper(site: Site) -> None:
    with site.office.store.read() as tx:
        registry = site.office.registry(tx)
        for power in registry.powers():
            version, _ = site.office.version(registry, power, registry.version_on(power, local_day(site.now)))
            answer = site.client().get(f"/powers/{power}/")
            text = answer.content.decode()
            for step in version.steps:
                for one in (*step.risks, *step.measures):
                    assert one.text.replace('"', "&quot;") in text, (power, one.id)
            assert all(limit.name.zh in text for limit in version.procedure.limits.values())


def test_an_application_is_kept_with_its_papers_and_only_the_digest_of_its_code(fresh_site: Site) -> None:
    answer = applied(fresh_site.client())
    number, code = slip(answer)
    with fresh_site.office.store.read() as tx:
        kept, receipt = applications.read(tx, number), receipts.read(tx, number)
        said = [event_of(row) for row in tx.events(receipts.STREAM + number)]
    assert kept.applicant == "江城顺达燃气有限公司"
    assert [f.paper for s in kept.sent for f in s.files] == ["form"]
    assert receipt is not None
    assert receipts.fits(receipt, number, receipts.plain_code(code))
    plain = receipts.plain_code(code)
    assert not any(plain in str(e.data) or code in str(e.data) for e in said)
    assert (fresh_site.home / "files" / kept.sent[0].files[0].digest[:2] / kept.sent[0].files[0].digest).is_file()


@pytest.mark.parametrize(
    "changes",
    [{"applicant": ""}, {"phone": "<script>"}, {"incomplete": ""}, {"matter": "nothing"}, {"paper.form": None},
     {"paper.form": ("x.pdf", b"MZ not a pdf")}, {"paper.form": ("x.txt", b"")}, {"paper.form": ("x.txt", b"<html>")}],
)  # fmt: skip
def test_a_faulty_application_is_not_kept_and_says_why(site: Site, changes: dict[str, Any]) -> None:
    before = site.heads()
    told = {name: upload(*value) if isinstance(value, tuple) else value for name, value in changes.items()}
    if told.get("paper.form", 1) is None:
        told = {"paper.form": "", "incomplete": ""}
    answer = applied(site.client(), **told)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert site.heads() == before


def test_the_counter_registers_an_application_as_a_case_of_the_party(fresh_site: Site) -> None:
    number, code = slip(applied(fresh_site.client()))
    clerk = fresh_site.client("shouli")
    assert number in clerk.get("/applications/").content.decode()
    assert number not in fresh_site.client("chengban").get("/applications/").content.decode()
    assert fresh_site.client("chengban").get(f"/applications/{number}/").status_code == 403
    before = set(fresh_site.cases(LICENCE))
    assert clerk.post(f"/applications/{number}/register/").status_code == 302
    case = (set(fresh_site.cases(LICENCE)) - before).pop()
    with fresh_site.office.store.read() as tx:
        loaded, _ = load_case(fresh_site.office, tx, fresh_site.office.registry(tx), case)
        receipt = receipts.read(tx, number)
    assert (loaded.events[0].act, loaded.events[0].actor) == ("take_ticket", PARTY)
    assert receipt is not None
    assert receipt.case == case
    assert number not in clerk.get("/applications/").content.decode()
    assert clerk.post(f"/applications/{number}/register/").status_code == 404, "once only"
    for form in (clerk.post(f"/applications/{number}/fill/", follow=True), clerk.get(f"/cases/{case}/?act=receive_application")):
        assert "江城顺达燃气有限公司" in form.content.decode(), "filled in whichever way one came to the form"
    page = opened(fresh_site.client(), number, code).content.decode()
    assert loaded.version.steps[0].name.zh in page


def test_the_inbox_says_that_an_application_waits_to_who_registers_it_and_to_nobody_else(fresh_site: Site) -> None:
    shown = '<a href="/applications/">待登记的网上申请和补交</a> <span class="tag amb">1</span>'
    assert shown not in fresh_site.client("shouli").get("/inbox/").content.decode()
    number = slip(applied(fresh_site.client()))[0]
    assert shown in fresh_site.client("shouli").get("/inbox/").content.decode()
    assert "待登记的网上申请和补交" not in fresh_site.client("caiwu").get("/inbox/").content.decode()
    fresh_site.client("shouli").post(f"/applications/{number}/register/")
    assert "待登记的网上申请和补交" not in fresh_site.client("shouli").get("/inbox/").content.decode()


def test_a_wrong_code_says_the_same_whether_the_receipt_exists_or_not_and_is_slowed_down(fresh_site: Site) -> None:
    number, code = slip(applied(fresh_site.client()))
    for wanted in (number, "2026-0000-0000"):
        client = fresh_site.client()
        told = [client.post("/progress/", {"number": wanted, "code": "2222-2222-2222"}) for _ in range(6)]
        assert [one.status_code for one in told] == [422] * 5 + [429]
        assert "receipt" not in client.session
    plain = [
        re.sub(r'value="[\w-]*"', "", t)
        for t in (_wrong(fresh_site, "2026-1111-1111"), _wrong(fresh_site, _another(fresh_site)))
    ]
    assert plain[0] == plain[1]
    assert fresh_site.client().post("/progress/", {"number": number, "code": code}).status_code == 429, (
        "even the right one, for the hour"
    )
    fresh_site.clock.later(hours=1)
    assert opened(fresh_site.client(), number, code).redirect_chain[-1][0] == "/progress/case/"


def _another(site: Site) -> str:
    return slip(applied(site.client()))[0]


def _wrong(site: Site, number: str) -> str:
    text: str = site.client().post("/progress/", {"number": number, "code": "3333"}).content.decode()
    return re.sub(r"[A-Za-z0-9]{64}", "", text).replace(number, "")


HANDED = {"purpose": "交给当事人", "hand_out": "1", "to": "李小燕", "channel": "signed", "reference": "签收单2026-18"}


def handed_out(site: Site, case: str) -> tuple[str, str]:
    """Return a receipt that the head of the section hands out."""
    answer = site.client("kezhang").post(f"/cases/{case}/receipt/", HANDED)
    number, code = re.findall(r'class="big">([\w-]+)<', answer.content.decode())
    return number, code


def test_a_code_that_an_officer_handed_out_is_changed_at_its_first_use(fresh_site: Site) -> None:
    number, code = handed_out(fresh_site, fresh_site.cases(LICENCE)[0])
    party = fresh_site.client()
    told = party.post("/progress/", {"number": number, "code": code})
    _, fresh = slip(told)
    assert party.get("/progress/case/").status_code == 200
    assert fresh_site.client().post("/progress/", {"number": number, "code": code}).status_code == 422
    assert opened(fresh_site.client(), number, fresh).redirect_chain[-1][0] == "/progress/case/"


def test_the_party_acts_on_its_own_case_and_on_no_other(fresh_site: Site) -> None:
    number, code = slip(applied(fresh_site.client()))
    fresh_site.client("shouli").post(f"/applications/{number}/register/")
    party = fresh_site.client()
    opened(party, number, code)
    assert party.get("/progress/do/decide_application/").status_code == 404
    assert party.get("/progress/do/take_ticket/").status_code == 404
    before = fresh_site.heads()
    assert party.post("/progress/do/withdraw_application/", {"f.reasons": "x" * 100_000}).status_code == 422
    assert party.post("/progress/do/withdraw_application/", {"f.document_no": "1"}).status_code == 422, "a forged field"
    assert {s for s, n in fresh_site.heads().items() if n != before.get(s)} <= {
        s for s in fresh_site.heads() if s.startswith("refusals/")
    }
    assert party.post("/progress/do/withdraw_application/", {"f.reasons": "业务调整"}).status_code == 302
    text = party.get("/progress/case/").content.decode()
    assert "申请人撤回申请" in text
    assert "业务调整" in text
    party.post("/progress/leave/")
    assert party.get("/progress/case/").status_code == 302
    assert party.post("/progress/do/withdraw_application/", {}).status_code == 302


def test_an_open_receipt_closes_by_itself(fresh_site: Site) -> None:
    number, code = slip(applied(fresh_site.client()))
    party = fresh_site.client()
    opened(party, number, code)
    fresh_site.clock.later(minutes=31)
    assert party.get("/progress/case/").headers["Location"] == "/progress/"


def test_what_is_published_has_its_act_and_what_was_withdrawn_is_gone(site: Site) -> None:
    with site.office.store.read() as tx:
        registry = site.office.registry(tx)
        page = published(site.office, tx, power=None, before=local_day(site.now), today=local_day(site.now))
        assert page.shown, "the seeded agency has published something"
        assert not any("sanction" in one.power for one in page.shown), "sanctions of officers are announced inside"
        seen = 0
        for case in site.cases():
            loaded, _ = load_case(site.office, tx, registry, case)
            for event in loaded.events:
                if (
                    event.kind == ACT
                    and "published_fields" in event.data
                    and stands(loaded.version, loaded.events, event.seq)
                ):
                    down = type(event)(
                        **{
                            **{f: getattr(event, f) for f in event.__slots__},
                            "act": "withdraw_publication",
                            "seq": loaded.seq + 1,
                            "data": {},
                        }
                    )
                    assert not stands(loaded.version, (*loaded.events, down), event.seq)
                    seen += 1
    assert seen


def test_names_of_persons_are_masked_and_those_of_firms_are_not() -> None:
    assert masked("王小明") == "王某某"
    assert masked("江城顺达燃气有限公司") == "江城顺达燃气有限公司"
    assert masked("清溪村委会") == "清溪村委会"
    assert not is_person("老王饭店")
    assert without_names("对王小明作出决定，王小明不服", ["王小明"]) == "对王某某作出决定，王某某不服"


@pytest.mark.parametrize("query", ["before=x", "before=9999-99-99", "before=0001-01-01", "power=", "before=2026-01-01"])
def test_published_results_bear_any_query(site: Site, query: str) -> None:
    assert site.client().get(f"/published/?{query}").status_code == 200


def test_a_complaint_and_a_bad_rating_reach_discipline_and_are_answered_with_the_receipt(fresh_site: Site) -> None:
    told = {"about": "service", "content": "九月十日上午去了三次窗口都没有人。", "power": LICENCE}
    number, code = slip(fresh_site.client().post("/complain/service/", told))
    other, second = slip(applied(fresh_site.client()))
    party = fresh_site.client()
    opened(party, other, second)
    assert party.post("/progress/rate/", {"rating": "no_such"}).status_code in (404, 422)
    inspector = fresh_site.client("jiwei")
    assert fresh_site.client("kezhang").get("/complaints/").status_code == 403
    assert number in inspector.get("/complaints/").content.decode()
    assert inspector.post(f"/complaints/{number}/", {"answer": "短"}).status_code == 422
    assert (
        inspector.post(f"/complaints/{number}/", {"answer": "经查属实，已约谈窗口负责人并安排AB角。"}).status_code
        == 302
    )
    page = opened(fresh_site.client(), number, code).content.decode()
    assert "经查属实" in page
    assert number not in inspector.get("/complaints/").content.decode().partition("已经答复的")[0]


def test_a_bad_rating_of_a_power_without_an_act_for_it_goes_to_discipline(fresh_site: Site) -> None:
    with fresh_site.office.store.read() as tx:
        events = {c: [event_of(row) for row in tx.events(f"case/{c}")] for c in fresh_site.cases()}
    acts = {c: {e.act for e in told} for c, told in events.items() if "discipline_inspector'" not in repr(told)}  # he takes no part
    case = next(
        c
        for c, done in acts.items()
        if not c.startswith(LICENCE) and any(act.startswith("serve_decision") for act in done)
    )
    number, code = handed_out(fresh_site, case)
    party = fresh_site.client()
    party.post("/progress/", {"number": number, "code": code})
    assert party.post("/progress/rate/", {"rating": "very_bad", "content": "等了很久"}).status_code == 302
    assert party.post("/progress/rate/", {"rating": "very_good"}).status_code == 404, "once"
    inspector = fresh_site.client("jiwei")
    assert "等了很久" in inspector.get(f"/complaints/{number}/").content.decode()
    year = f"{fresh_site.now:%Y}"
    with fresh_site.office.store.read() as tx:
        counted = {value.rpartition(" ")[2]: n for value, n in tx.tally("_rated", year, year + "~")}
    assert counted["very_bad"] >= 1, "it is counted beside the ratings of powers that have an act for it"
    assert receipts.STREAM + number not in compare(fresh_site.office), "and a rebuild counts the same"
    told = {"answer": "经查属实，已增开窗口并向您道歉。", "outcome": "confirmed"}
    assert inspector.post(f"/complaints/{number}/", {**told, "outcome": ""}).status_code == 422, "an outcome is needed"
    with fresh_site.office.store.read() as tx:
        rated = worked_on(fresh_site.office, tx, case)
    assert rated, "somebody worked on the case"
    for officer in sorted(rated - {"party", "system"}):
        with pytest.raises(NotYours):
            answer(fresh_site.office, number, "没有问题，不属实。", outcome="unfounded", by=officer, at=fresh_site.now)
    free = next(who for who in ("discipline_inspector", "discipline_inspector/2", "discipline_inspector/3") if who not in rated)
    inspector = fresh_site.client("jiwei" if free == "discipline_inspector" else free.replace("/", "."))
    assert inspector.post(f"/complaints/{number}/", told).status_code == 302
    assert inspector.post(f"/complaints/{number}/", told).status_code == 422, "answered once"
    assert "已增开窗口" in party.get("/progress/case/").content.decode()


def test_the_next_ticket_follows_whatever_the_length_of_the_series() -> None:
    class Drawn:
        def __init__(self, last: int) -> None:
            self.last, self.looks = last, 0

        def uses(self, _field: str, value: str, *, limit: int) -> list[tuple[str, int]]:
            self.looks += 1
            return [("c", 1)] if int(value.removeprefix("XK2026-")) <= self.last else []

    for last in (0, 1, 2, 3, 7, 8, 99, 1_000, 9_998):
        drawn = Drawn(last)
        number: Callable[..., str] = applications.next_ticket
        assert number(drawn, "XK2026-0001") == f"XK2026-{last + 1:04d}"
        assert drawn.looks < 40


def test_an_application_registered_late_counts_from_the_day_it_was_sent_and_is_found(fresh_site: Site) -> None:
    sent_on = local_day(fresh_site.now)
    number, _ = slip(applied(fresh_site.client()))
    fresh_site.clock.later(days=6)
    clerk = fresh_site.client("shouli")
    assert clerk.post(f"/applications/{number}/register/").status_code == 422, "so late only with a reason"
    before = set(fresh_site.cases(LICENCE))
    assert clerk.post(f"/applications/{number}/register/", {"reason": "窗口系统停机，补登记"}).status_code == 302
    case = (set(fresh_site.cases(LICENCE)) - before).pop()
    with fresh_site.office.store.read() as tx:
        loaded, _ = load_case(fresh_site.office, tx, fresh_site.office.registry(tx), case)
    assert local_day(loaded.events[0].at) == sent_on
    form = clerk.post(f"/applications/{number}/fill/", follow=True).content.decode()
    assert re.search(rf'name="f.received_on"[^>]*value="{sent_on}"', form), "the receipt is dated when it was sent, not today"
    found = [one.found for one in sweep(fresh_site.office, now=fresh_site.clock.later(hours=3)) if one.found.case == case]
    assert "prompt_registration" in {one.rule for one in found}


def test_what_is_no_application_is_turned_away_with_a_reason_and_discipline_may_put_it_back(fresh_site: Site) -> None:
    number, code = slip(applied(fresh_site.client()))
    clerk, inspector = fresh_site.client("shouli"), fresh_site.client("jiwei")
    away = f"/applications/{number}/turn-away/"
    assert inspector.get(f"/applications/{number}/").status_code == 403, "before that it is the counter's"
    for told in ({}, {"ground": "twice"}, {"ground": "not_ours", "why": "不属于本机关职权范围的事项"}, {"ground": "twice", "why": "<b>"}):
        assert clerk.post(away, told).status_code == 422
    assert fresh_site.client("chengban").post(away, {"ground": "twice", "why": "与另一件重复提交"}).status_code == 403
    assert clerk.post(away, {"ground": "twice", "why": "与回执2026-0000-0000重复提交"}).status_code == 302
    assert number not in clerk.get("/applications/").content.decode()
    party = opened(fresh_site.client(), number, code).content.decode()
    assert "重复提交" in party
    assert "/complain/service/" in party
    assert clerk.post(f"/applications/{number}/register/").status_code == 404
    assert clerk.post(f"/applications/{number}/review/", {"does": "keep"}).status_code == 403
    assert number in inspector.get("/complaints/").content.decode()
    assert inspector.post(f"/applications/{number}/review/", {"does": "back"}).status_code == 422, "say why"
    assert inspector.post(f"/applications/{number}/review/", {"does": "back", "why": "两件不是同一事项"}).status_code == 302
    assert number not in inspector.get("/complaints/").content.decode()
    assert number in clerk.get("/applications/").content.decode()
    assert clerk.post(f"/applications/{number}/register/").status_code == 302
