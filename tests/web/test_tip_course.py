"""The course of a tip: whom it is sealed to, its files, a name read by two of three, summaries passed on, nothing in the clear."""

from __future__ import annotations

import base64
import json
import os
import re
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from qingfeng.casework import identity, referrals, tips
from qingfeng.casework.office import event_of
from qingfeng.cli.main import cli
from qingfeng.terms.instants import LOCAL, local_day
from qingfeng.terms.people import People
from qingfeng.web import flood

from .site_kit import Site
from .test_tips import (
    OUTSIDE_KEY,
    SECOND,
    SECOND_KEY,
    SECRET,
    THIRD,
    THIRD_KEY,
    b64,
    id_of,
    opened,
    publish,
    publish_for,
    sealed,
    sent,
    spki_of,
    unpadded,
    unwrapped,
    wrapped,
)

NAME = "欧阳举报 13900001234 清江路8号"
SUMMARY = "反映窗口人员以加急为名收取费用，时间在上半年，金额不大，有票据可查。"
PAGE = f"/tips/{tips.mailbox_of(SECRET)}/"
KEY = ec.generate_private_key(ec.SECP256R1())
THIRD_OFFICER = "discipline_inspector/2"
HANDLER = "case_handler"


@pytest.fixture
def site(fresh_site: Site) -> Site:
    """A site on which three inspectors and the body above have published keys."""
    publish(fresh_site, KEY)
    publish_for(fresh_site, THIRD_KEY, by=THIRD, confirmed_by="jiwei")
    publish_for(fresh_site, OUTSIDE_KEY, by="jiwei", confirmed_by=SECOND, does="outside")
    return fresh_site


def kinds(site: Site) -> list[str]:
    with site.office.store.read() as tx:
        return [event_of(row).kind for row in tx.events(tips.STREAM + tips.mailbox_of(SECRET))]


def look(site: Site) -> Mapping[str, Any]:
    asked = site.client().post("/tip/look/", json.dumps({"secret": SECRET}), content_type="application/json")
    told: Mapping[str, Any] = asked.json()
    return told


def lines(site: Site) -> str:
    return "；".join(one["zh"] for one in look(site)["told"])


def routes(site: Site) -> Mapping[str, set[str]]:
    """Return the keys that the reporter's page names for each officer of the list."""
    text = site.client().get("/tip/").content.decode()
    found = re.findall(r'data-keys="([^"]*)"> (\S+) <span class="muted">([^<]*)<', text)
    return {f"{name} {post}": set(keys.split()) for keys, name, post in found}


def test_the_page_names_for_each_officer_the_keys_that_may_open_a_tip_about_him(site: Site) -> None:
    told, all_ = routes(site), {id_of(KEY), id_of(SECOND_KEY), id_of(THIRD_KEY)}
    assert len(told) > 20
    inspectors = {name: keys for name, keys in told.items() if "纪检" in name}
    assert len(inspectors) > 2
    assert not any(inspectors.values()), "of discipline staff: nobody here"
    assert all(keys == all_ for name, keys in told.items() if name not in inspectors)
    text = site.client().get("/tip/").content.decode()
    assert f'data-key="{id_of(OUTSIDE_KEY)}" data-spki="{spki_of(OUTSIDE_KEY)}" data-outside="1"' in text


def test_an_inspector_tied_to_the_accused_gets_no_key(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with site.office.store.read() as tx:
        people = site.office.registry(tx).people
    tied = "qingfeng.casework.tipkeys.org_of"
    from dataclasses import replace

    from qingfeng.casework.recipients import org_of

    def with_tie(people: People, *rest: Any) -> Any:
        org = org_of(people, *rest)
        return replace(org, ties=frozenset({("discipline_inspector", HANDLER)}))

    monkeypatch.setattr(tied, with_tie)
    told = {keys for who, keys in ((who, frozenset(keys)) for who, keys in routes(site).items()) if people.name(HANDLER) in who}
    assert told == {frozenset({id_of(SECOND_KEY), id_of(THIRD_KEY)})}


def test_whom_a_tip_is_not_sealed_to_neither_finds_nor_opens_it(site: Site) -> None:
    assert sent(site.client(), sealed("反映一名纪检人员的亲属", SECOND_KEY, THIRD_KEY)).status_code == 200
    mailbox = tips.mailbox_of(SECRET)
    assert mailbox in site.client(SECOND).get("/tips/").content.decode()
    outside = site.client("jiwei", raise_request_exception=False)
    assert mailbox not in outside.get("/tips/").content.decode()
    for path in (PAGE, f"{PAGE}files/{'0' * 64}/"):
        assert outside.get(path).status_code == 404
    answer = {"key": "reply", "nonce": b64(os.urandom(12)), "text": b64(os.urandom(1040))}
    for told in (answer, {"close": "propose", "ground": "nothing"}, {"close": "confirm"}):
        assert outside.post(PAGE, told).status_code == 404
    assert outside.post(f"{PAGE}refer/", {"text": SUMMARY, "accused": HANDLER, "bodies": "县信访局"}).status_code == 404
    assert outside.post(f"{PAGE}identity/", {"does": "read"}).status_code == 404
    assert kinds(site) == [tips.TIP]


def test_what_is_added_goes_to_the_first_recipients_and_to_nobody_else(site: Site) -> None:
    assert sent(site.client(), sealed("x", SECOND_KEY, THIRD_KEY)).status_code == 200
    assert {one["kid"] for one in look(site)["to"]} == {id_of(SECOND_KEY), id_of(THIRD_KEY)}
    assert sent(site.client(), sealed("y", KEY, SECOND_KEY)).status_code == 422
    assert sent(site.client(), sealed("y", SECOND_KEY)).status_code == 200


def test_who_alone_can_open_a_tip_does_not_close_it_but_passes_it_up(site: Site) -> None:
    assert sent(site.client(), sealed("x", SECOND_KEY)).status_code == 200
    one = site.client(SECOND)
    one.get(PAGE)
    for ground in ("nothing", "registered"):
        assert one.post(PAGE, {"close": "propose", "ground": ground}).status_code == 422
    assert one.post(PAGE, {"close": "propose", "ground": tips.PASSED_ON}).status_code == 422, "nothing was passed on"
    assert refer(site, SECOND, officer=[]).status_code == 302
    assert one.post(PAGE, {"close": "propose", "ground": tips.PASSED_ON}).status_code == 302
    assert kinds(site)[-1] == tips.CLOSED


def test_a_tip_about_discipline_goes_one_level_up_and_its_reporter_sees_when_it_was_taken_there(site: Site) -> None:
    told = sealed("反映纪检负责人", OUTSIDE_KEY)
    assert sent(site.client(), told).status_code == 200
    assert sent(site.client(), sealed("x", OUTSIDE_KEY, KEY), secret="cd" * 32).status_code == 422, "above or here, not both"
    assert "还没有送到上一级" in lines(site)
    for account in ("jiwei", SECOND, THIRD):
        assert tips.mailbox_of(SECRET) not in site.client(account).get("/tips/").content.decode()
        assert site.client(account, raise_request_exception=False).get(PAGE).status_code == 404
    assert "有1件只封给上一级" in site.client("jiwei").get("/tips/").content.decode()
    bundle = json.loads(site.client("jiwei").post("/tips/up/").content)
    (letter,) = bundle["mailboxes"][tips.mailbox_of(SECRET)]
    assert opened(letter["sealed"], OUTSIDE_KEY) == "反映纪检负责人"
    assert f"{local_day(site.now)}已取出送上一级" in lines(site)
    again = json.loads(site.client("jiwei").post("/tips/up/").content)["mailboxes"]
    assert again == bundle["mailboxes"], "until the body above has answered: who takes it and drops it buries nothing"


def test_sealed_files_are_kept_with_the_day_handed_to_recipients_and_refused_when_they_are_not_those_named(site: Site) -> None:
    files = (os.urandom(70_000), os.urandom(65_552))
    told = sealed("x", KEY, files=files)
    for wrong in ((), files[:1], files[::-1], (*files, b"more")):
        assert sent(site.client(), told, files=wrong).status_code == 422
    assert sent(site.client(), told, files=files).status_code == 200
    digest = sha256(files[1]).hexdigest()
    assert site.client(SECOND).get(f"{PAGE}files/{digest}/").content == files[1]
    assert site.client(THIRD, raise_request_exception=False).get(f"{PAGE}files/{digest}/").status_code == 404
    assert site.client("chengban", raise_request_exception=False).get(f"{PAGE}files/{digest}/").status_code == 403
    at = (Path(settings.HOME) / "files" / digest[:2] / digest).stat().st_mtime
    midnight = site.now.astimezone(LOCAL).replace(hour=0, minute=0, second=0)
    assert at == midnight.timestamp(), "the day, not the second"
    large = os.urandom(tips.MAX_FILE + 1)
    assert sent(site.client(), sealed("x", KEY, files=(large,)), files=(large,)).status_code == 422
    used = [path.stat().st_mtime for path in (Path(settings.HOME) / "flood" / "used").iterdir()]
    assert used
    assert all(one % 3600 == 0 for one in used), "no second of sending stands on the disk"


def test_the_work_of_a_tip_is_as_hard_as_the_setting_says(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    assert 'data-bits="16"' in site.client().get("/tip/").content.decode()
    monkeypatch.setattr(settings, "TIP_BITS", 12)
    assert 'data-bits="12"' in site.client().get("/tip/").content.decode()
    easy = flood.challenge(site.now, 10)
    assert sent(site.client(), sealed("x", KEY), challenge=easy).status_code == 409
    assert sent(site.client(), sealed("x", KEY)).status_code == 200


def halves(
    named: Mapping[str, str], who: ec.EllipticCurvePrivateKey, others: Mapping[str, ec.EllipticCurvePrivateKey]
) -> Mapping[str, str]:
    """Seal one's halves to the others, as static/tip_read.js does."""
    told = {}
    for other, key in others.items():
        kid = id_of(key)
        told[other] = f"{kid}.{wrapped(share(named, who, key), key, f'half {kid}')}"
    return told


def share(named: Mapping[str, str], who: ec.EllipticCurvePrivateKey, other: ec.EllipticCurvePrivateKey) -> bytes:
    found = next(one.split(".") for one in named["idshares"].split() if one.startswith(f"{id_of(who)}.{id_of(other)}."))
    return unwrapped(found[2:], who, f"share {id_of(who)} {id_of(other)}")


def test_a_name_is_read_by_two_of_three_with_a_ground_and_its_reporter_sees_how_often_and_why(site: Site) -> None:
    told = sealed("实名反映", KEY, SECOND_KEY, THIRD_KEY, name=NAME)
    assert sent(site.client(), told).status_code == 200
    one, two, three = site.client("jiwei"), site.client(SECOND), site.client(THIRD)
    path = f"{PAGE}identity/"
    given = json.dumps(halves(told, KEY, {"discipline_head": SECOND_KEY, THIRD_OFFICER: THIRD_KEY}))
    assert one.post(path, {"does": "read"}).status_code == 422, "nobody agreed"
    assert one.post(path, {"does": "ask", "ground": "curious", "halves": given}).status_code == 422
    assert one.post(path, {"does": "ask", "ground": "hear", "halves": "{}"}).status_code == 422
    assert told["idtext"] not in one.get(PAGE).content.decode(), "the sealed name itself is not on the page"
    assert one.post(path, {"does": "ask", "ground": "hear", "halves": given}).status_code == 302
    own = halves(told, KEY, {"x": SECOND_KEY})["x"]
    assert one.post(path, {"does": "agree", "half": own}).status_code == 422, "not with himself"
    assert two.post(path, {"does": "agree", "half": ""}).status_code == 422
    assert "须当面向举报人核实情况" in two.get(PAGE).content.decode()
    assert "开启过0次" in lines(site)
    back = halves(told, SECOND_KEY, {"discipline_inspector": KEY})["discipline_inspector"]
    assert two.post(path, {"does": "agree", "half": back}).status_code == 302
    assert three.post(path, {"does": "read"}).status_code == 422, "who took no part reads nothing"
    for client, own, other in ((one, KEY, SECOND_KEY), (two, SECOND_KEY, KEY)):
        handed = client.post(path, {"does": "read"}).json()
        assert handed["other"] == id_of(other)
        theirs = unwrapped(handed["half"].split(".")[1:], own, f"half {id_of(own)}")
        whole = bytes(a ^ b for a, b in zip(share(told, own, other), theirs, strict=True))
        plain = AESGCM(whole).decrypt(base64.b64decode(handed["idnonce"]), base64.b64decode(handed["idtext"]), b"identity")
        assert unpadded(plain).decode() == NAME
    assert kinds(site).count(identity.READ) == 2, "each time it is handed out is a record"
    assert "开启过1次" in lines(site)
    assert "须当面向举报人核实情况" in lines(site)
    site.clock.later(days=identity.DAYS, hours=1)
    assert site.client("jiwei").post(path, {"does": "read"}).status_code == 422, "after a week it is asked for anew"


def test_one_holder_refuses_and_the_name_stays_closed(site: Site) -> None:
    told = sealed("实名反映", KEY, SECOND_KEY, THIRD_KEY, name=NAME)
    sent(site.client(), told)
    one, two, path = site.client("jiwei"), site.client(SECOND), f"{PAGE}identity/"
    given = json.dumps(halves(told, KEY, {"discipline_head": SECOND_KEY, THIRD_OFFICER: THIRD_KEY}))
    assert one.post(path, {"does": "ask", "ground": "protect", "halves": given}).status_code == 302
    assert two.post(path, {"does": "refuse"}).status_code == 302
    assert one.post(path, {"does": "read"}).status_code == two.post(path, {"does": "read"}).status_code == 422
    assert "不同意" in one.get(PAGE).content.decode()
    assert "开启过0次" in lines(site)


@pytest.mark.parametrize("change", ["two holders", "a holder who is no recipient", "one twice", "no shares"])
def test_a_name_that_is_not_divided_among_three_recipients_is_not_taken_in(site: Site, change: str) -> None:
    told = sealed("x", KEY, SECOND_KEY, THIRD_KEY, name=NAME)
    shares = told["idshares"].split()
    match change:
        case "two holders":
            told["idshares"] = " ".join(shares[:2])
        case "a holder who is no recipient":
            told["idshares"] = " ".join(shares).replace(id_of(THIRD_KEY), id_of(OUTSIDE_KEY))
        case "one twice":
            told["idshares"] = " ".join([*shares[:5], shares[0]])
        case _:
            del told["idshares"]
    assert sent(site.client(), told).status_code == 422
    assert kinds(site) == []


def refer(site: Site, by: str = "jiwei", **changes: Any) -> Any:
    told = {"text": SUMMARY, "accused": [HANDLER], "officer": ["legal_reviewer"], "bodies": "县信访局\n县财政局", **changes}
    return site.client(by).post(f"{PAGE}refer/", told)


def test_a_summary_is_passed_on_in_marked_copies_and_a_leak_names_its_holder(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    sent(site.client(), sealed("x", KEY))
    assert refer(site).status_code == 302
    with site.office.store.read() as tx:
        legal, petition, finance = referrals.copies(tx)
    reader = site.client("fazhi", raise_request_exception=False)
    assert f"{legal.number:010x}" in reader.get("/referrals/").content.decode()
    assert "转给我的问题线索摘要" in reader.get("/inbox/").content.decode()
    page = reader.post(f"/referrals/{legal.number:010x}/").content.decode()
    assert SUMMARY in re.sub("[\u200c\u200d\u2060]", "", page)
    for other in (petition, finance):
        assert reader.post(f"/referrals/{other.number:010x}/").status_code == 404
    for account in ("chengban", "juzhang", SECOND):
        assert site.client(account, raise_request_exception=False).post(f"/referrals/{legal.number:010x}/").status_code == 404
    leaked = site.client("jiwei").post(f"/referrals/{finance.number:010x}/", {"as": "file"}).content.decode()
    with site.office.store.read() as tx:
        found = {what: referrals.whose(tx, text) for what, text in {
            "whole": leaked, "one line": leaked.split("\n")[3], "typed anew": re.sub("[\u200c\u200d\u2060]", "", leaked).partition("编号")[0],
            "the text alone": SUMMARY}.items()}  # fmt: skip
        assert [one.opened for one in referrals.copies(tx)] == [1, 0, 1], "every opening is on record"
    assert {what: ([one.to for one in copies], sure) for what, (copies, sure) in found.items()} == {
        "whole": (["县财政局"], True), "one line": (["县财政局"], True), "typed anew": (["县财政局"], False),
        "the text alone": ([], False)}  # fmt: skip
    assert "摘要已转出3份" in lines(site)
    file = Path(settings.HOME) / "leaked.txt"
    file.write_text(leaked, encoding="utf-8")
    monkeypatch.setenv("QINGFENG_AGENCY", settings.AGENCY_STORE)
    told = CliRunner().invoke(cli, ["tip", "whose", str(file), "--as", "discipline_inspector"])
    assert (told.exit_code, "县财政局" in told.output) == (0, True), told.output
    for who in ((), ("--as", HANDLER)):
        told = CliRunner().invoke(cli, ["tip", "whose", str(file), *who])
        assert (told.exit_code, "县财政局" in told.output) == (1, False)


@pytest.mark.parametrize("changes", [
    {"officer": [HANDLER]}, {"officer": ["agency_head"]}, {"officer": ["section_head"]}, {"accused": []}, {"officer": [], "bodies": ""},
    {"officer": ["nobody"]}, {"text": "太短"}, {"text": SUMMARY + "联系电话13900001234"}, {"text": SUMMARY + "本人亲见"},
    {"text": SUMMARY + "a.b@example.org"}, {"text": SUMMARY + "身份证110101199001011234"},
    {"accused": ["discipline_head"], "officer": [THIRD_OFFICER]},
    {"text": SUMMARY + "联系电话138 0013 8000"}, {"text": SUMMARY + "联系电话１３９００００１２３４"}, {"text": SUMMARY + "vx：abc12345"},
    {"text": SUMMARY + "身份证110101 19900307 7758"}, {"text": SUMMARY + "举报者：某某"}, {"bodies": "{legal}"},
    {"text": SUMMARY + "另涉及{legal}"}, {"bodies": "{handler}（承办人）", "officer": []},
])  # fmt: skip
def test_a_summary_goes_neither_to_those_concerned_nor_with_what_gives_the_reporter_away(site: Site, changes: Mapping[str, Any]) -> None:
    sent(site.client(), sealed("x", KEY))
    with site.office.store.read() as tx:
        people = site.office.registry(tx).people
    names = {"legal": people.name("legal_reviewer"), "handler": people.name(HANDLER)}
    changes = {key: said.format(**names) if isinstance(said, str) else said for key, said in changes.items()}
    assert refer(site, **changes).status_code == 422
    with site.office.store.read() as tx:
        assert not referrals.copies(tx)


@pytest.mark.slow
def test_no_byte_of_a_reporter_stands_anywhere_after_a_course_and_a_planted_one_is_found(
    site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    words = ("欧阳举报", "13900001234", "清江路8号", "亲见其收钱", "203.0.113.77", "reporter-browser")
    told = sealed("我亲见其收钱，我叫欧阳举报", KEY, SECOND_KEY, THIRD_KEY, files=(os.urandom(66_000),), name=NAME)
    files = (os.urandom(66_000),)
    told = {**told, "files": f"{sha256(files[0]).hexdigest()}.{b64(os.urandom(12))}"}
    reporter = site.client(REMOTE_ADDR="203.0.113.77", HTTP_USER_AGENT="reporter-browser")
    assert sent(reporter, told, files=files).status_code == 200
    one, two, path = site.client("jiwei"), site.client(SECOND), f"{PAGE}identity/"
    given = json.dumps(halves(told, KEY, {"discipline_head": SECOND_KEY, THIRD_OFFICER: THIRD_KEY}))
    pages = [one.get(PAGE), one.post(path, {"does": "ask", "ground": "hear", "halves": given})]
    pages += [two.post(path, {"does": "agree", "half": halves(told, SECOND_KEY, {"x": KEY})["x"]}), one.post(path, {"does": "read"})]
    pages += [one.post(PAGE, {"key": "reply", "nonce": b64(os.urandom(12)), "text": b64(os.urandom(1040))}), refer(site)]
    pages += [site.client(who, raise_request_exception=False).get(page) for who in ("jiwei", "fazhi", "juzhang", "shenji")
              for page in ("/tips/", PAGE, "/referrals/", "/inbox/", "/audit/", "/findings/", "/complaints/")]  # fmt: skip
    with site.office.store.read() as tx:
        copies = referrals.copies(tx)
    pages += [one.post(f"/referrals/{copy.number:010x}/", {"as": "file"}) for copy in copies[1:]]
    out = tmp_path / "out"
    out.mkdir()
    for place, page in enumerate(pages):
        (out / f"page-{place}").write_bytes(page.content)
    (out / "log").write_text(caplog.text + "".join(capsys.readouterr()), encoding="utf-8")
    monkeypatch.setenv("QINGFENG_AGENCY", settings.AGENCY_STORE)
    backup = CliRunner().invoke(cli, ["backup", str(tmp_path / "backup")])
    assert backup.exit_code == 0, backup.output
    places = [settings.HOME, out, tmp_path / "backup"]

    def scanned(*which: str) -> Mapping[str, Any]:
        done = CliRunner().invoke(cli, ["tip", "scan", "--json", *map(str, places)], input="\n".join(which))
        found: Mapping[str, Any] = json.loads(done.stdout)
        assert done.exit_code == (1 if found["found"] else 0)
        return found

    clean = scanned(*words)
    assert clean["found"] == []
    assert clean["files"] > 30
    with site.office.store.write() as tx:  # whoever writes a name into a record, if only in base64
        leak = {"text": b64(b"x" + NAME.encode())}
        tips._append(site.office, tx, "tip/planted", tips.TIP, leak, by=None, at=site.now - timedelta(days=1))
    leaks = scanned(*words)["found"]
    assert {one["word"] for one in leaks} == {1, 2, 3}
    assert any(one["part"].startswith("[") for one in leaks), "the values of the database are looked at, not its pages alone"
    assert not any(word in json.dumps(leaks, ensure_ascii=False) for word in words), "what is found is not repeated"
