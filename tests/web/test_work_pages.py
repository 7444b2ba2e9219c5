"""The working pages around a case: documents, files, log, meeting, hearing, counter, store rooms, money, the record on the spot."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from qingfeng.casework.desk.diagram import shape
from qingfeng.casework.desk.rules import BUNDLE, on_site_acts
from qingfeng.casework.office import load_case
from qingfeng.engine.case import Case
from qingfeng.engine.event import ACT
from qingfeng.engine.order import possible
from qingfeng.engine.shape import word_of
from qingfeng.terms.instants import LOCAL
from qingfeng.web import agency

from .browser import Visitor
from .site_kit import Site

if TYPE_CHECKING:
    from django.test import Client

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(64))
_LINK = re.compile(r"/files/([0-9a-f]{64})/")
As = Callable[..., "Client"]


def loaded(site: Site, power: str, fits: Callable[[Case], bool]) -> list[Case]:
    """Return the cases of a power that fit."""
    with site.office.store.read() as tx:
        registry = site.office.registry(tx)
        cases = [load_case(site.office, tx, registry, row.case)[0] for row in tx.case_rows(power=power, limit=100)]
    return [case for case in cases if fits(case)]


def one_with(site: Site, act: str, *powers: str) -> Case:
    """Return a case on which an act was done."""
    found = [
        c
        for power in powers
        for c in loaded(site, power, lambda c: any(e.kind == ACT and e.act == act for e in c.events))
    ]
    if not found:
        pytest.skip(f"the seeded agency never did {act}")
    return found[0]


def test_a_diamond_stands_only_where_one_post_decides_where_the_case_goes(site: Site) -> None:
    case = one_with(site, "register_lead", "a000/penalty")
    shapes = {step.id: shape(case.version, step, place) for place, step in enumerate(case.version.steps)}
    assert shapes == {
        "found": "start",
        "open_case": "decision",
        "investigate": "box",
        "review": "decision",
        "notice": "box",
        "decide": "decision",
        "serve": "box",
        "execute": "box",
        "conclude": "end",
    }


def test_the_case_page_shows_the_latest_twelve_entries_and_the_log_all(site: Site, as_: As) -> None:
    case = next(c for c in loaded(site, "a000/penalty", lambda c: c.seq > 15))
    client = as_("kezhang")
    page, log = client.get(f"/cases/{case.id}/").content.decode(), client.get(f"/cases/{case.id}/log/").content.decode()
    assert page.count("<time datetime") == 12
    assert log.count("<time datetime") >= case.seq
    assert client.get(f"/cases/{case.id}/log/?show=%3Cscript%3E").status_code == 200


def test_a_paper_is_approved_issued_and_never_under_another_hash(fresh_site: Site) -> None:
    case = next(
        c
        for c in loaded(
            fresh_site,
            "a000/penalty",
            lambda c: not c.closed and any(e.act == "approve_case_opening" for e in c.events),
        )
    )
    client = fresh_site.client("juzhang")
    base = f"/cases/{case.id}/documents"
    assert client.get(f"{base}/").status_code == 200
    event = next(e.seq for e in case.events if e.act == "approve_case_opening")
    assert client.get(f"{base}/draft/case_opening_approval/draft.docx?event={event}").status_code == 200
    made = client.post(f"{base}/approve/case_opening_approval/", {"event": event})
    assert made.status_code == 302
    paper = made.headers["Location"]
    shown = re.search(r'name="shown" value="([0-9a-f]{64})"', client.get(paper).content.decode())
    assert shown is not None
    for wrong in ("", "0" * 64, "<b>", shown[1][:8]):
        assert client.post(f"{paper}issue/", {"shown": wrong}).status_code == 422
    assert client.post(f"{paper}issue/", {"shown": shown[1]}).status_code == 302
    assert client.post(f"{paper}issue/", {"shown": shown[1]}).status_code == 409
    assert client.post(f"{paper}void/", {"reason": " "}).status_code == 422
    assert client.post(f"{paper}void/", {"reason": "文本有误，另行制作"}).status_code == 302
    assert "已作废" in client.get(paper).content.decode()


@pytest.mark.parametrize(
    "path",
    ["999/", "draft/no_such_kind/", "draft/file_cover/", "999/receipt.pdf", "ahead/penalty_decision/no_such_act/",
     "ahead/penalty_decision/investigate/"],
)
def test_a_document_that_is_not_there_is_a_page_that_says_so(site: Site, as_: As, path: str) -> None:
    case = loaded(site, "a000/penalty", lambda c: True)[0]
    assert as_("kezhang").get(f"/cases/{case.id}/documents/{path}").status_code == 404


def test_the_packed_file_has_its_index_and_the_hashes_of_the_evidence(site: Site, as_: As) -> None:
    case = one_with(site, "register_evidence", "a000/penalty")
    response = as_("kezhang").get(f"/cases/{case.id}/documents/file.zip")
    packed = zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))  # type: ignore[arg-type]
    names = packed.namelist()
    assert any(name.startswith("001-") for name in names)
    assert "案卷.pdf" in names
    digest = next(str(e.data["evidence_hash"]) for e in case.events if e.data.get("evidence_hash"))
    assert digest in packed.read("证据文件校验值.txt").decode()


def test_a_file_says_whether_it_is_still_what_it_was(fresh_site: Site) -> None:
    case = one_with(fresh_site, "register_evidence", "a000/penalty")
    client = fresh_site.client("kezhang")
    digest = next(str(e.data["evidence_hash"]) for e in case.events if e.data.get("evidence_hash"))
    page = f"/cases/{case.id}/files/{digest}/"
    assert "不在库" in client.get(page).content.decode()
    place = agency.shelf()._path(digest)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(b"%PDF-1.7 altered")
    assert "被改动" in client.get(page).content.decode()
    assert client.get(page + "content").status_code == 409
    assert client.get(f"/cases/{case.id}/files/{'0' * 64}/").status_code == 404


def test_who_only_sees_the_outline_gets_no_page_with_what_is_in_the_file(site: Site, as_: As) -> None:
    case = one_with(site, "register_evidence", "a000/penalty")
    client = as_("shouli")  # has no part in penalties
    for path in ("documents/", "log/", "meeting/", "hearing/", "field/", "documents/file.pdf"):
        response = client.get(f"/cases/{case.id}/{path}")
        assert response.status_code == 403, path
        assert not _LINK.search(response.content.decode())


def test_a_power_without_hearing_has_no_such_page(site: Site, as_: As) -> None:
    award, licence = loaded(site, "a000/award", lambda c: True)[0], loaded(site, "a001/licence", lambda c: True)[0]
    client = as_("juzhang")
    client.post(f"/cases/{award.id}/purpose/", {"purpose": "督办本案进度"})
    assert client.get(f"/cases/{award.id}/hearing/").status_code == 404
    assert client.get(f"/cases/{award.id}/meeting/").status_code == 200
    assert as_("kezhang").get(f"/cases/{licence.id}/hearing/").status_code == 200


def test_a_hearing_that_the_party_waived_is_not_said_to_be_asked_for(site: Site, as_: As) -> None:
    case = one_with(site, "waive_hearing", "a000/penalty", "a001/penalty")
    client = as_("juzhang")
    client.post(f"/cases/{case.id}/purpose/", {"purpose": "督办本案进度"})
    text = client.get(f"/cases/{case.id}/hearing/").content.decode()
    assert "当事人已放弃，不举行听证" in text
    assert "当事人书面放弃听证" in text
    assert "（下一步）" not in text
    assert "steps4" not in text


def test_a_meeting_shows_each_members_own_words_in_the_order_of_speaking(site: Site, as_: As) -> None:
    case = one_with(site, "cast_vote", "a000/award", "a000/compulsory_measure", "a000/inspection")
    page = as_("juzhang").get(f"/cases/{case.id}/meeting/").content.decode()
    said = [str(e.data["opinion"]) for e in case.events if e.act == "cast_vote" and e.data.get("opinion")]
    assert all(words in page for words in said)


@pytest.mark.parametrize("query", ["", "?day=2026-10-14", "?day=%3Cb%3E", "?day=9999-99-99", "?day=" + "1" * 5000])
def test_the_counter_takes_any_day(site: Site, as_: As, query: str) -> None:
    assert as_("shouli").get(f"/counter/{query}").status_code == 200


def test_a_number_drawn_for_a_visitor_follows_on_the_last(fresh_site: Site) -> None:
    client = fresh_site.client("shouli")
    drawn = []
    for _ in range(2):
        made = client.post("/counter/ticket/", {"power": "a001/licence", "first": "XK2026-0001", "matter": "咨询"})
        assert made.status_code == 302, made.content.decode()[-2000:]
        case = made.headers["Location"].removeprefix("/cases/").rstrip("/")
        (found,) = loaded(fresh_site, "a001/licence", lambda c, case=case: c.id == case)
        drawn.append(int(str(found.events[0].data["ticket_no"])[-4:]))
        assert found.events[0].actor == "party"
    assert drawn[1] == drawn[0] + 1
    assert client.post("/counter/ticket/", {"power": "a001/licence", "first": "XK2026-0500"}).status_code == 404
    assert (
        client.post(
            "/counter/ticket/", {"power": "a001/licence", "first": "XK2026-0001", "matter": "字" * 200}
        ).status_code
        == 422
    )


@pytest.mark.parametrize(
    "path",
    ["/stores/", "/stores/?room=evidence&all=1", "/stores/?power=%00&room=x", "/money/?all=1", "/money/?power=a/b"],
)
def test_the_books_take_any_question(site: Site, as_: As, path: str) -> None:
    assert as_("kezhang").get(path).status_code == 200


def test_the_store_room_shows_nothing_of_a_file_that_one_may_not_read(site: Site, as_: As) -> None:
    case = one_with(site, "take_into_custody", "a002/disciplinary_sanction")
    assert case.id not in as_("shencha").get("/stores/?room=evidence&all=1").content.decode()
    assert case.id in as_("jiwei").get("/stores/?room=evidence&all=1").content.decode()


def _spots(site: Site, name: str) -> Iterator[tuple[Case, str, str]]:
    """Yield (case, act, officer) for every act on the spot whose field of that name the bundle goes to, that somebody who worked on the
    case may do now."""
    with site.office.store.read() as tx:
        people = site.office.registry(tx).people
        accounts = {bound.officer: bound.account for bound in agency.bindings(tx).bindings.values()}
    for power in (
        "a000/penalty",
        "a001/penalty",
        "a001/licence",
        "a002/inspection",
        "a000/inspection",
        "a002/acceptance",
    ):
        for case in loaded(site, power, lambda c: not c.closed):
            fields = {row.act: {f.id for f in row.word.fields} for row in on_site_acts(case.version)}
            on_site = {act for act, known in fields.items() if next((one for one in BUNDLE if one in known), None) == name}
            for row in possible(case):
                for officer in {e.actor for e in case.events if e.actor in accounts} if row.act in on_site else ():
                    if officer is not None and people.authorities(
                        officer, row.by, site.now.date(), act=row.act, may_delegate=False
                    ):
                        yield case, row.act, officer


def test_the_form_on_the_spot_names_who_is_on_the_case_first_and_tells_the_time_of_the_site(
    fresh_site: Site, visit: Callable[..., Visitor]
) -> None:
    with fresh_site.office.store.read() as tx:
        accounts = {bound.officer: bound.account for bound in agency.bindings(tx).bindings.values()}
    told = ((case, act, who) for name in BUNDLE for case, act, who in _spots(fresh_site, name) if who in accounts)
    case, act, officer = next(one for one in told if _names_officers(one[0], one[1]))
    concerned = {e.actor for e in case.events} | {o for e in case.events for o in e.data.get("officers") or ()}
    window = visit(accounts[officer])
    far = window.context.new_cdp_session(window.page)
    far.send("Emulation.setTimezoneOverride", {"timezoneId": "America/New_York"})
    before = datetime.now(LOCAL) - timedelta(minutes=1)
    window.go(f"/cases/{case.id}/field/?act={act}")
    offered = [one.get_attribute("value") for one in window.page.locator('[name="f.officers"]').all()]
    assert offered[0] in concerned, "who is on the case stands first, not the head of the agency"
    shown = datetime.fromisoformat(window.page.input_value("[name=at]")).replace(tzinfo=LOCAL)
    assert before <= shown <= datetime.now(LOCAL), "whatever the clock of the phone is set to"


def _names_officers(case: Case, act: str) -> bool:
    word = word_of(case.version, act)
    return word is not None and "officers" in {f.id for f in word.fields}


@pytest.mark.parametrize("name", BUNDLE)
def test_a_record_made_on_the_spot_keeps_its_pictures_and_is_recorded_once(fresh_site: Site, name: str) -> None:
    with fresh_site.office.store.read() as tx:
        accounts = {bound.officer: bound.account for bound in agency.bindings(tx).bindings.values()}

    def send(case: Case, act: str, officer: str, key: str, **more: object) -> dict[str, object]:
        others = [str(e.actor) for e in case.events if e.act == act and e.actor != officer] or \
            [o for e in case.events for o in e.data.get("officers") or () if o != officer]  # fmt: skip
        sent = {
            "act": act,
            "key": key,
            "at": f"{fresh_site.now:%Y-%m-%dT%H:%M}",
            "spot": "30.1,114.2 ±12m",
            "signers": "李某",
            "f.facts": "现场核查情况属实",
            "f.content": "询问在场负责人",
            "f.place": "厂区",
            "f.person": "李某",
            "f.officers": [officer, *others[:1]],
            "photos": [SimpleUploadedFile("a.png", PNG, "image/png")],
            "signatures": [SimpleUploadedFile("s.png", PNG + b"s", "image/png")],
            "f.recording_hash": SimpleUploadedFile("r.mp3", b"ID3" + key.encode() * 9, "audio/mpeg"),
        } | more
        known = {"f." + f.id for row in possible(case) if row.act == act for f in row.word.fields}
        sent = {name: value for name, value in sent.items() if not name.startswith("f.") or name in known}
        response = fresh_site.client(accounts[officer]).post(
            f"/cases/{case.id}/field/", sent, headers={"X-Field-Record": "1"}
        )
        return {"status": response.status_code, **json.loads(response.content)}

    tried = []
    for case, act, officer in _spots(fresh_site, name):
        told = send(case, act, officer, f"k{len(tried)}")
        tried.append((case.id, act, told))
        if told["state"] == "done":
            break
        assert told["messages"], "who is refused is told why"
    else:
        pytest.fail(f"nothing could be recorded on the spot: {tried}")
    assert send(case, act, officer, f"k{len(tried) - 1}")["repeated"] is True
    (after,) = loaded(fresh_site, case.version.power, lambda c: c.id == case.id)
    event = after.events[-1]
    assert (event.act, event.seq) == (act, case.seq + 1)
    bundle = agency.shelf().path(str(event.data[name]))
    assert bundle is not None
    record = json.loads(zipfile.ZipFile(bundle).read("record.json"))
    assert record["place"] == "30.1,114.2 ±12m"
    assert record["signers"] == ["李某"]
    assert sha256(PNG).hexdigest() in {one["sha256"] for one in record["files"]}
    wrong = send(case, act, officer, "bad", photos=[SimpleUploadedFile("a.png", b"<script>", "image/png")])
    assert (wrong["status"], wrong["state"]) == (422, "refused")
    unnamed = send(case, act, officer, "own", **{f"f.{name}": SimpleUploadedFile("own.png", PNG + b"own", "image/png")})
    assert (unnamed["status"], "没有记录" in str(unnamed["messages"])) == (422, True), "no field would name the signature"


def test_the_worker_of_the_record_is_public_and_a_script(site: Site, as_: As) -> None:
    response = as_(None).get("/sw.js")
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/javascript")


def test_the_first_contact_is_not_asked_again_what_was_said_at_the_ticket(fresh_site: Site) -> None:
    clerk = fresh_site.client("shouli")
    made = clerk.post("/counter/ticket/", {"power": "a001/licence", "first": "XK2026-0001", "matter": "咨询加油站改建许可"})
    assert made.status_code == 302
    form = clerk.get(f"{made.headers['Location']}?act=register_first_contact").content.decode()
    assert re.search(r'<textarea[^>]*name="f\.content"[^>]*>咨询加油站改建许可</textarea>', form)


def test_what_was_recorded_is_not_said_above_the_next_form(fresh_site: Site, visit: Callable[..., Any]) -> None:
    window = visit("shouli")
    window.go("/counter/")
    window.page.locator('form[action="/counter/ticket/"] button').first.click()
    window.page.wait_for_url("**/cases/**")
    assert window.page.locator("[data-saved]").inner_text() == "已记录。"
    window.page.locator('a[href^="?act="]').first.click()
    window.page.locator("#panel form.f").wait_for()
    assert window.page.locator("[data-saved]").count() == 0
