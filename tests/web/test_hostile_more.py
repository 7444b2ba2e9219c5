"""More of what somebody with bad intent tried and no longer gets: act as the party, appoint a friend, close a form, take the tips."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from qingfeng.casework import boxes, callbacks, complaints, peoplechanges, receipts, tips
from qingfeng.casework.handle import Done, handle
from qingfeng.casework.office import event_of, load_case
from qingfeng.casework.tipkeys import KEYS, key_id
from qingfeng.engine.control import Command
from qingfeng.engine.event import ACT
from qingfeng.terms.instants import local_day
from qingfeng.web import flood

from .site_kit import Site
from .test_public import HANDED, LICENCE, applied, handed_out, opened, slip
from .test_tips import SECOND, SECRET, challenge_of, publish, sealed, sent, spki_of

if TYPE_CHECKING:
    from django.test import Client

As = Callable[[str | None], "Client"]


@pytest.fixture
def settings_() -> Iterator[Callable[..., None]]:
    """Set what the environment would, for one test."""
    from django.conf import settings

    before: dict[str, object] = {}

    def put(**changes: object) -> None:
        for name, value in changes.items():
            before.setdefault(name, getattr(settings, name))
            setattr(settings, name, value)

    yield put
    for name, value in before.items():
        setattr(settings, name, value)


def test_one_administrator_alone_appoints_nobody(fresh_site: Site, as_: As) -> None:
    system, security, paper = as_("xitong"), as_("anquan"), "任命文件2026第12号"
    sent = {"act": "appointed", "officer": "case_handler", "post": "agency_head", "from": "2026-10-30"}
    assert system.post("/people/register/", sent).status_code == 422, "no paper"
    assert system.post("/people/register/", {**sent, "paper": paper}).status_code == 302

    def heads() -> list[str]:
        with fresh_site.office.store.read() as tx:
            return list(fresh_site.office.registry(tx).people.holders("agency_head", fresh_site.now.date()))

    assert "case_handler" not in heads()
    with fresh_site.office.store.read() as tx:
        (number,) = peoplechanges.standing(tx).waiting
    told = {"number": number, "does": "confirm"}
    for account, status in (("xitong", 422), ("shenji", 422), ("chengban", 403), ("juzhang", 403)):
        assert as_(account).post("/people/changes/decide/", told).status_code == status, account
    assert "case_handler" not in heads()
    page = security.get("/people/changes/").content.decode()
    assert paper in page
    assert "局长" in page or "负责人" in page
    assert security.post("/people/changes/decide/", told).status_code == 302
    assert "case_handler" in heads()
    assert security.post("/people/changes/decide/", told).status_code == 422, "dealt with"
    with fresh_site.office.store.read() as tx:
        last = list(tx.events("registry"))[-1]
    assert b"security_administrator" in str(last).encode(), "who confirmed stands in the event"


def test_what_concerns_the_security_administrator_another_confirms(fresh_site: Site, as_: As) -> None:
    with fresh_site.office.store.read() as tx:
        mine = fresh_site.office.registry(tx).people.holders("security_administrator", fresh_site.now.date())
    sent = {"act": "absent", "from": "2026-11-02", "until": "2026-11-06", "paper": "请假单5号"}
    entries = [("absent", {"officer": one, "from": sent["from"], "until": sent["until"]}) for one in mine]
    by = peoplechanges.By(actor="system_administrator", entered=fresh_site.now)
    number = peoplechanges.propose(fresh_site.office, entries, paper="请假单5号", by=by)
    told = {"number": number, "does": "confirm"}
    assert as_("anquan").post("/people/changes/decide/", told).status_code == 422
    assert as_("shenji").post("/people/changes/decide/", told).status_code == 302, "with nobody else apart the auditor does"
    assert as_("shenji").get("/people/").status_code == 403


def test_a_change_of_people_is_tried_again_when_it_is_confirmed(fresh_site: Site, as_: As) -> None:
    sent = {"act": "officer_added", "officer": "li/9", "name": "李九", "paper": "任命文件9号"}
    for _ in range(2):
        assert as_("xitong").post("/people/register/", sent).status_code == 302
    with fresh_site.office.store.read() as tx:
        first, second = peoplechanges.standing(tx).waiting
    assert as_("anquan").post("/people/changes/decide/", {"number": first, "does": "confirm"}).status_code == 302
    before = fresh_site.heads()
    assert as_("anquan").post("/people/changes/decide/", {"number": second, "does": "confirm"}).status_code == 422
    assert fresh_site.heads() == before
    assert as_("anquan").post("/people/changes/decide/", {"number": second, "does": "reject"}).status_code == 302


def test_one_inspector_alone_neither_replaces_the_key_nor_closes_a_tip(fresh_site: Site, as_: As) -> None:
    first, other = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    publish(fresh_site, first)
    one, two = as_("jiwei"), as_(SECOND)
    assert one.post("/tips/key/", {"spki": spki_of(other)}).status_code == 302
    told = {"key": key_id(spki_of(other)), "does": "confirm"}
    assert one.post("/tips/key/", told).status_code == 422, "who made it does not confirm it"
    assert two.post("/tips/key/", {**told, "key": key_id(spki_of(first))}).status_code == 422
    assert f'data-key="{key_id(spki_of(first))}"' in as_(None).get("/tip/").content.decode()
    assert "待您核对确认" in two.get("/inbox/").content.decode()
    assert key_id(spki_of(other)) in two.get("/tips/key/").content.decode()
    assert two.post("/tips/key/", {**told, "does": "reject"}).status_code == 302
    assert two.post("/tips/key/", told).status_code == 422
    assert sent(as_(None), sealed("某科长收受财物", first)).status_code == 200
    page = f"/tips/{tips.mailbox_of(SECRET)}/"
    one.get(page)
    assert one.post(page, {"close": "1"}).status_code == 422, "no ground"
    assert one.post(page, {"close": "propose", "ground": "nothing"}).status_code == 302
    assert one.post(page, {"close": "confirm"}).status_code == 422, "not by himself"
    assert two.post(page, {"close": "confirm"}).status_code == 422, "not unread"
    two.get(page)
    assert sent(as_(None), sealed("再说一次", first)).status_code == 200
    assert two.post(page, {"close": "confirm"}).status_code == 422, "the reporter has written more"
    assert one.post(page, {"close": "propose", "ground": "nothing"}).status_code == 302
    assert two.post(page, {"close": "reject"}).status_code == 302
    assert "已经办结的" not in one.get("/tips/").content.decode()
    assert one.post(page, {"close": "propose", "ground": "registered"}).status_code == 302
    assert "已按规定登记为线索并处置" in two.get(page).content.decode()
    assert two.post(page, {"close": "confirm"}).status_code == 302
    assert "已经办结的" in one.get("/tips/").content.decode()
    with fresh_site.office.store.read() as tx:
        keys = list(tx.events(KEYS))
        kinds = [event_of(row).kind for row in tx.events(tips.STREAM + tips.mailbox_of(SECRET))]
    assert len(keys) == 6, "proposed, published, twice; proposed, rejected: all on record"
    assert kinds.count(tips.CLOSING) == 3
    assert kinds[-1] == tips.CLOSED


def waiting(site: Site, box: str) -> list[str]:
    with site.office.store.read() as tx:
        return [one.number for one in boxes.waiting(site.office, tx, box, today=local_day(site.now))]


def acted(site: Site) -> tuple[str, str, str]:
    """Withdraw an application with a receipt that the head of the section handed out; return number of the receipt, its case, the act."""
    own, _ = slip(applied(site.client()))
    site.client("shouli").post(f"/applications/{own}/register/")
    with site.office.store.read() as tx:
        case = receipts.read(tx, own).case  # type: ignore[union-attr]
    assert case is not None
    number, code = handed_out(site, case)
    party = site.client()
    opened(party, number, code)
    assert party.post("/progress/do/withdraw_application/", {"f.reasons": "业务调整，不再申请"}).status_code == 302
    return number, case, "withdraw_application"


def test_an_officer_is_not_the_party_neither_signed_in_nor_in_his_browser(fresh_site: Site) -> None:
    case = fresh_site.cases(LICENCE)[0]
    number, code = handed_out(fresh_site, case)
    clerk = fresh_site.client("kezhang")
    clerk.get("/inbox/")
    said = clerk.post("/progress/", {"number": number, "code": code})
    assert said.status_code == 403
    assert "不能在办公的电脑" in said.content.decode()
    clerk.post("/sign-out/")
    assert clerk.post("/progress/", {"number": number, "code": code}).status_code == 403, "nor after signing out, in the same browser"
    party = fresh_site.client()
    assert opened(party, number, code).status_code == 200, "the code is still the one that was handed out: the party opens it"
    session = party.session
    browser = fresh_site.client("kezhang")
    browser.get("/inbox/")
    stolen = browser.session
    stolen["receipt"] = session["receipt"]
    stolen.save()
    assert browser.get("/progress/case/").status_code == 302
    for path in ("do/withdraw_application/", "rate/", "material/"):
        assert browser.post(f"/progress/{path}", {"rating": "very_good"}).status_code == 302
    with fresh_site.office.store.read() as tx:
        assert receipts.read(tx, number).used == ()  # type: ignore[union-attr]


def test_from_the_office_s_own_network_no_receipt_is_used(fresh_site: Site, settings_: Callable[..., None]) -> None:
    number, code = handed_out(fresh_site, fresh_site.cases(LICENCE)[0])
    settings_(INSIDE="10.1.0.0/16,2001:db8::/32", PROXIES=1)
    inner = {"HTTP_X_FORWARDED_FOR": "203.0.113.9, 10.1.2.3"}
    assert fresh_site.client(**inner).post("/progress/", {"number": number, "code": code}).status_code == 403
    outer = {"HTTP_X_FORWARDED_FOR": "10.1.2.3, 203.0.113.9"}
    party = fresh_site.client(**outer)
    assert party.post("/progress/", {"number": number, "code": code}).status_code == 200, "what the visitor says is not believed"


def test_a_receipt_is_handed_to_somebody_in_a_way_that_is_laid_down(fresh_site: Site, as_: As) -> None:
    case = fresh_site.cases(LICENCE)[0]
    before = fresh_site.heads()
    for lack in ("to", "channel", "reference"):
        answer = as_("kezhang").post(f"/cases/{case}/receipt/", {**HANDED, lack: ""})
        assert answer.status_code == 422, lack
    assert not {one for one in fresh_site.heads() if one.startswith("receipts/")} - set(before)
    number, code = handed_out(fresh_site, case)
    page = as_("kezhang").get(f"/cases/{case}/receipt/").content.decode()
    assert number in page
    assert "签收单2026-18" in page
    assert code not in page, "shown once"


def test_what_is_done_with_a_handed_out_code_is_found_and_the_party_is_asked_by_somebody_apart(fresh_site: Site, as_: As) -> None:
    number, case, act = acted(fresh_site)
    assert waiting(fresh_site, callbacks.BOX) == [number]
    inspector, page = as_("jiwei"), f"/calls/{number}/"
    assert "凭回执办理、待回访当事人" in inspector.get("/inbox/").content.decode()
    text = inspector.get(page).content.decode()
    assert "签收单2026-18" in text
    assert "13800000000" in text, "the number that the party gave itself"
    with fresh_site.office.store.read() as tx:
        office = fresh_site.office
        version = load_case(office, tx, office.registry(tx), case)[0].version
    assert next(row.word.name.zh for row in version.procedure.rows if row.act == act) in text
    assert as_("kezhang").get(page).status_code == 403, "who handed it out does not ask"
    assert inspector.post(page, {"outcome": "confirmed", "words": ""}).status_code == 422
    assert inspector.post(page, {"outcome": "not_reached", "words": "打13900000001无人接听"}).status_code == 302
    assert waiting(fresh_site, callbacks.BOX) == [number], "tried on one day only"
    assert inspector.post(page, {"outcome": "denied", "words": "打13900000001，本人说没有办过"}).status_code == 302
    assert waiting(fresh_site, callbacks.BOX) == []
    (found,) = [one for one in waiting(fresh_site, complaints.BOX) if one.startswith(number)]
    assert "本人说没有办过" in inspector.get(f"/complaints/{found}/").content.decode()
    assert inspector.post(page, {"outcome": "confirmed", "words": "再打一次，本人确认"}).status_code == 422, "dealt with"


def test_nobody_with_a_part_in_the_case_asks_the_party(fresh_site: Site) -> None:
    number, case, _ = acted(fresh_site)
    with fresh_site.office.store.read() as tx:
        office = fresh_site.office
        events = load_case(office, tx, office.registry(tx), case)[0].events
        worked = {e.actor for e in events if e.kind == ACT and e.actor not in ("party", None)}
        barred = callbacks.barred(office, tx, receipts.read(tx, number))  # type: ignore[arg-type]
    assert worked <= barred
    for who in sorted(str(one) for one in barred):
        with pytest.raises(callbacks.BadCall):
            callbacks.called(office, number, outcome="confirmed", words="打13900000001，本人确认", by=who, at=fresh_site.now)


def test_a_party_that_drew_its_own_code_is_not_called(fresh_site: Site) -> None:
    number, code = slip(applied(fresh_site.client()))
    fresh_site.client("shouli").post(f"/applications/{number}/register/")
    party = fresh_site.client()
    opened(party, number, code)
    for act in ("withdraw_application", "rate_service"):
        party.post(f"/progress/do/{act}/", {"f.content": "不再申请", "f.reasons": "不再申请", "f.rating": "very_good"})
    assert waiting(fresh_site, callbacks.BOX) == []


APPLY = f"/apply/{LICENCE}/"


def works(page: str, kind: str) -> dict[str, str]:
    """Return what a browser with scripts adds to a form that asks for work."""
    found = re.search(r'data-work="([^"]+)" data-bits="(\d+)"', page)
    assert found, "the form asks for work"
    head, n = f"{found[1]}:{sha256(kind.encode()).hexdigest()}:", 0
    while int.from_bytes(sha256(f"{head}{n}".encode()).digest()[:4], "big") >> (32 - int(found[2])):
        n += 1
    return {"challenge": found[1], "work": str(n)}


def crowded(site: Site, kind: str, place: str, many: int) -> None:
    """Let a network have sent so often within the hour."""
    for _ in range(many):
        flood.count(kind, place, site.now)
        flood.count(kind, "all", site.now)


def test_a_flood_from_one_network_closes_the_form_to_nobody_else(fresh_site: Site) -> None:
    from qingfeng.web.views.apply import HOURLY

    crowded(fresh_site, "apply", "203.0.113.0/24", flood.SHARE * flood.TIMES)
    there, elsewhere = fresh_site.client(REMOTE_ADDR="203.0.113.9"), fresh_site.client(REMOTE_ADDR="198.51.100.7")
    told = applied(there, **works(there.get(APPLY, {"matter": "operate"}).content.decode(), "apply"))
    assert told.status_code == 429, "a network has its bound, with work too"
    assert flood.counted("apply", "all", fresh_site.now) > HOURLY
    first = applied(elsewhere)
    assert first.status_code == 429
    page = first.content.decode()
    assert "江城顺达燃气有限公司" in page, "what was written stands in the form"
    assert applied(elsewhere, **works(page, "apply")).status_code == 200, "with work, of somebody else's network"
    assert applied(elsewhere, **works(page, "apply")).status_code == 429, "a sum is good once"
    crowded(fresh_site, "apply", "192.0.2.0/24", HOURLY * flood.SITE_TIMES - flood.counted("apply", "all", fresh_site.now))
    late = fresh_site.client(REMOTE_ADDR="198.51.200.7")
    assert applied(late, **works(applied(late).content.decode(), "apply")).status_code == 200, "however full the site is"


def test_an_office_behind_one_address_can_still_work(fresh_site: Site) -> None:
    hall = {"REMOTE_ADDR": "203.0.113.5"}
    crowded(fresh_site, "complain", "203.0.113.0/24", flood.SHARE - 1)
    said = {"about": "service", "content": "九月十日上午去了三次窗口都没有人。"}
    client = fresh_site.client(**hall)
    assert client.post("/complain/service/", said).status_code == 200, "its share is free"
    refused = client.post("/complain/service/", said)
    assert refused.status_code == 429
    page = refused.content.decode()
    assert "九月十日上午" in page, "what was written stands in the form"
    assert client.post("/complain/service/", {**said, **works(page, "complain")}).status_code == 200
    held = re.search(r'name="challenge" value="([^"]+)"', client.post("/complain/service/", said).content.decode())
    assert held is not None
    waits = {**said, "challenge": held[1], "work": ""}
    assert client.post("/complain/service/", waits).status_code == 429, "at once"
    fresh_site.clock.later(seconds=flood.WAIT)
    assert client.post("/complain/service/", waits).status_code == 200, "without scripts, after a while"
    assert client.post("/complain/service/", waits).status_code == 429, "once"


def test_a_flood_of_tips_makes_the_sum_longer_and_closes_nothing_and_knows_no_address(fresh_site: Site) -> None:
    from qingfeng.web.views.tips import HOURLY

    key = ec.generate_private_key(ec.SECP256R1())
    publish(fresh_site, key)
    calm = challenge_of(fresh_site.client())
    assert calm[1] == flood.WORK_BITS
    crowded(fresh_site, "tip", "x", 2 * HOURLY)
    assert challenge_of(fresh_site.client())[1] == flood.WORK_BITS + 2
    answer = sent(fresh_site.client(), sealed("某科长收受财物", key), challenge=calm[0])
    assert answer.status_code == 409, "a sum of calmer times is too easy: the page takes another by itself"
    asked = fresh_site.client(REMOTE_ADDR="203.0.113.77")
    assert sent(asked, sealed("某科长收受财物", key)).status_code == 200
    names = {path.name.partition("-")[0] for path in (fresh_site.home / "flood").rglob("tip*")}
    assert names == {"tip"}
    assert len(list((fresh_site.home / "flood").rglob("tip-*"))) == 2, "all together, and the test's own: no network"


SANCTION = "a002/disciplinary_sanction"


def led(site: Site, accused: str) -> None:
    """Register a lead that accuses somebody."""
    data = {"lead_source": "report", "summary": "举报接受服务对象宴请。", "received_on": "2026-10-30", "lead_no": "线〔2026〕9001号",
            "accused": [accused], "allegations": ["A1"], "reporter": "named"}  # fmt: skip
    command = Command(case="", act="register_lead", actor="counter_clerk", at=site.now, entered=site.now, data=data)
    answer = handle(site.office, command, power=SANCTION)
    assert isinstance(answer, Done), answer


def figures(site: Site, account: str) -> list[str]:
    """Return the figures of the overview and of the reports, in every period, as somebody sees them."""
    client = site.client(account)
    told = [repr(client.get("/overview/", {"period": one}).context["page"]) for one in ("today", "week", "month", "year")]
    return told + [repr(client.get(f"/reports/{one}/").context["report"]) for one in ("day/2026-10-30", "month/2026-10", "year/2026")]


def test_no_figure_tells_a_head_of_a_case_about_the_agency_s_own_people(fresh_site: Site) -> None:
    before = figures(fresh_site, "juzhang")
    led(fresh_site, "agency_head")
    assert figures(fresh_site, "juzhang") == before
    with fresh_site.office.store.read() as tx:
        versions = fresh_site.office.registry(tx).versions
        title = versions[max(key for key in versions if key[0] == SANCTION)]["power"]["title"]["zh"]
    assert title not in before[0], "the power stands in no figure, whoever is accused"
    assert title in figures(fresh_site, "jiwei")[0]
    assert fresh_site.client("juzhang").get(f"/overview/?power={SANCTION}").status_code == 200


def test_an_inspector_counts_no_case_about_himself_and_all_others(fresh_site: Site) -> None:
    own, other = figures(fresh_site, "discipline_inspector.2"), figures(fresh_site, "jiwei")
    led(fresh_site, "discipline_inspector/2")
    assert figures(fresh_site, "discipline_inspector.2") == own
    changed = figures(fresh_site, "jiwei")
    assert all(a != b for a, b in zip(changed, other, strict=True)), "who is not concerned counts it everywhere"
