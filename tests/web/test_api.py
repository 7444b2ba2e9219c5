"""The API: the same door, the same predicates, problem details, tokens that two administrators let in."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from qingfeng.casework import clients
from qingfeng.casework.desk.access import STREAM as DENIALS
from qingfeng.casework.handle import Done
from qingfeng.casework.twofold import BadChange
from qingfeng.terms.instants import local_day

from .site_kit import Site

Api = Callable[..., Any]
V1 = "/api/v1"


def token_of(n: int) -> str:
    return clients.PREFIX + f"{n:043d}"


def let_in(site: Site, name: str, officer: str | None, n: int, *, per_minute: int = 1_000) -> str:
    until = local_day(site.now) + timedelta(days=90)
    number = clients.let_in(
        site.office,
        name,
        officer=officer,
        digest=clients.digest_of(token_of(n)),
        until=until,
        per_minute=per_minute,
        reason="信息化建设批复〔2026〕1号",
        by="system_administrator",
        at=site.now,
    )
    clients.decide_on(site.office, number, confirm=True, by="security_administrator", at=site.now)
    return token_of(n)


@pytest.fixture
def api(fresh_site: Site) -> Api:
    """Return how to ask: api("GET", "/cases", token=…, body)."""
    client = fresh_site.client(None, raise_request_exception=False)

    def ask(method: str, path: str, token: str | None = None, body: object = None, **headers: str) -> Any:
        extra: dict[str, Any] = {"HTTP_AUTHORIZATION": f"Bearer {token}"} if token else {}
        extra |= {f"HTTP_{name.upper()}": value for name, value in headers.items()}
        if method == "GET":
            return client.get(V1 + path, body or {}, **extra)
        text = body if isinstance(body, str) else json.dumps(body if body is not None else {})
        return client.post(V1 + path, text, content_type="application/json", **extra)

    return ask


def a_problem(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    assert told["status"] == status
    assert {"type", "title", "title_zh", "detail", "detail_zh"} <= told.keys()
    return told


def test_nobody_comes_in_without_a_good_token(api: Api, fresh_site: Site) -> None:
    before = fresh_site.heads().get(DENIALS, 0)
    for token in (None, "qf_" + "x" * 43, "nothing", token_of(1)):
        told = a_problem(api("GET", "/cases", token), 401)
        assert "令牌" in told["detail_zh"]
    assert fresh_site.heads().get(DENIALS, 0) >= before + 1
    token = let_in(fresh_site, "tax", "case_handler", 1)
    assert api("GET", "/me", token).json()["officer"] == "case_handler"
    fresh_site.clock.later(days=100)
    a_problem(api("GET", "/me", token), 401)


def test_an_ended_client_is_out_at_once(api: Api, fresh_site: Site) -> None:
    token = let_in(fresh_site, "tax", "case_handler", 1)
    assert api("GET", "/me", token).status_code == 200
    clients.end(fresh_site.office, "tax", reason="项目结束", by="case_handler", at=fresh_site.now)
    a_problem(api("GET", "/me", token), 401)


def test_one_administrator_alone_lets_nobody_in(fresh_site: Site) -> None:
    until = local_day(fresh_site.now) + timedelta(days=9)
    told: dict[str, Any] = {
        "officer": "security_administrator",
        "digest": "0" * 64,
        "until": until,
        "reason": "批复1号",
        "at": fresh_site.now,
    }
    with pytest.raises(BadChange):
        clients.let_in(fresh_site.office, "a", **told, by="case_handler")
    number = clients.let_in(fresh_site.office, "a", **told, by="system_administrator")
    for who in ("system_administrator", "security_administrator", "case_handler"):  # the one bound to it does not confirm it either
        with pytest.raises(BadChange):
            clients.decide_on(fresh_site.office, number, confirm=True, by=who, at=fresh_site.now)
    clients.decide_on(fresh_site.office, number, confirm=True, by="security_administrator/2", at=fresh_site.now)
    for wrong in (
        {"digest": token_of(1)},
        {"until": until + timedelta(days=999)},
        {"until": until - timedelta(days=9)},
        {"officer": "nobody"},
        {"per_minute": 0},
    ):
        with pytest.raises(BadChange):
            clients.let_in(fresh_site.office, "b", **{**told, "digest": "1" * 64, **wrong}, by="system_administrator")


def test_the_record_holds_no_token(fresh_site: Site) -> None:
    token = let_in(fresh_site, "tax", "case_handler", 1)
    with fresh_site.office.store.read() as tx:
        held = b"".join(row.entry + row.opening + (row.private or b"") for row in tx.events(clients.STREAM))
    assert clients.digest_of(token).encode() in held
    assert token.encode() not in held


def test_a_client_of_nobody_reads_lists_and_nothing_else(api: Api, fresh_site: Site) -> None:
    token, case = let_in(fresh_site, "province", None, 1), fresh_site.cases(power="a000/penalty")[0]
    for path in ("/me", "/powers", "/powers/a000/penalty", "/cases", "/deadlines"):
        assert api("GET", path, token).status_code == 200, path
    before = {k: v for k, v in fresh_site.heads().items() if k != DENIALS}
    for path in ("/inbox", f"/cases/{case}", f"/cases/{case}/log", f"/cases/{case}/documents", "/findings"):
        a_problem(api("GET", path, token), 403)
    a_problem(api("POST", f"/cases/{case}/investigate", token), 403)
    a_problem(api("POST", "/powers/a000/penalty/register_lead", token), 403)
    assert {k: v for k, v in fresh_site.heads().items() if k != DENIALS} == before


def test_findings_are_for_discipline_and_denials_are_laid_down(api: Api, fresh_site: Site) -> None:
    handler, inspector = let_in(fresh_site, "a", "case_handler", 1), let_in(fresh_site, "b", "discipline_inspector", 2)
    before = fresh_site.heads().get(DENIALS, 0)
    a_problem(api("GET", "/findings", handler), 403)
    assert fresh_site.heads()[DENIALS] == before + 1
    assert api("GET", "/findings", inspector).json().keys() == {"findings", "many", "next"}


def test_a_case_is_read_as_on_its_page_and_the_reading_is_laid_down(api: Api, fresh_site: Site) -> None:
    case = fresh_site.cases(power="a000/penalty", status="open")[0]
    stranger = let_in(fresh_site, "a", "meeting_secretary/3", 1)
    assert "用途" in a_problem(api("GET", f"/cases/{case}", stranger), 403)["detail_zh"]
    token = let_in(fresh_site, "b", "discipline_inspector", 2)
    told = api("GET", f"/cases/{case}", token, {"purpose": "核查线索"})
    assert told.status_code == 200
    assert told.json()["seq"] == int(told.headers["ETag"].strip('"'))
    assert fresh_site.heads()[f"reads/{case}"] >= 1
    log = api("GET", f"/cases/{case}/log", token).json()["entries"]
    assert log[0]["name"]["zh"]
    assert api("GET", f"/cases/{case}/documents", token).status_code == 200


OPENING = {"lead_source": "report", "lead_no": "接〔2026〕901号", "summary": "群众举报无证上岗", "allegations": ["A1"]}


def opened(api: Api, token: str, **headers: str) -> Any:
    return api("POST", "/powers/a000/penalty/register_lead", token, {"data": OPENING}, **headers)


def opening_act(site: Site) -> str:
    with site.office.store.read() as tx:
        registry = site.office.registry(tx)
        version, _ = site.office.version(registry, "a000/penalty", registry.version_on("a000/penalty", local_day(site.now)))
    return next(row.act for row in version.procedure.rows if row.opens_case)


def test_a_case_is_opened_and_worked_on_through_the_same_door(api: Api, fresh_site: Site) -> None:
    act, token = opening_act(fresh_site), let_in(fresh_site, "hotline", "intake_officer", 1)
    fine = api("POST", f"/powers/a000/penalty/{act}/check", token, {"data": OPENING})
    assert fine.json()["fine"] is True, fine.content
    first = api("POST", f"/powers/a000/penalty/{act}", token, {"data": OPENING}, idempotency_key="k1")
    assert first.status_code == 201, first.content
    case = first.json()["case"]
    assert first.headers["Location"] == f"{V1}/cases/{case}"
    again = api("POST", f"/powers/a000/penalty/{act}", token, {"data": OPENING}, idempotency_key="k1")
    assert (again.json()["case"], again.json()["repeated"]) == (case, True)
    other = api("POST", f"/powers/a000/penalty/{act}", token, {"data": {**OPENING, "summary": "另一件"}}, idempotency_key="k1")
    a_problem(other, 422)
    handler = let_in(fresh_site, "desk", "case_handler", 2)
    bare = api("POST", f"/cases/{case}/propose_case_opening", handler, {"data": {}})
    told = a_problem(bare, 422)
    assert told["type"] == "urn:qingfeng:refused"
    assert all(one["reason_zh"] and one["by"] for one in told["refusals"])
    before = fresh_site.heads()[f"case/{case}"]
    checked = api("POST", f"/cases/{case}/propose_case_opening/check", handler, {"data": {}}).json()
    assert checked["fine"] is False
    full = {
        "party": "接口建材厂",
        "violation": "无证上岗",
        "facts": "初步核实属实",
        "violation_code": "AQ30",
        "party_kind": "organisation",
        "standard": {"fact": "met", "party": "met", "jurisdiction": "met", "in_time": "met"},
    }
    stale = api("POST", f"/cases/{case}/propose_case_opening", handler, {"data": full}, if_match='"99"')
    assert a_problem(stale, 412)["seq"] == before
    a_problem(api("POST", f"/cases/{case}/propose_case_opening", handler, {"data": full, "seen": 99}), 409)
    assert fresh_site.heads()[f"case/{case}"] == before
    done = api("POST", f"/cases/{case}/propose_case_opening", handler, {"data": full}, if_match=f'"{before}"')
    assert done.status_code == 200, done.content
    assert done.json()["seq"] == before + 1


def test_two_clients_never_share_a_key(api: Api, fresh_site: Site) -> None:
    act = opening_act(fresh_site)
    one, two = let_in(fresh_site, "a", "intake_officer", 1), let_in(fresh_site, "b", "intake_officer", 2)
    first = api("POST", f"/powers/a000/penalty/{act}", one, {"data": OPENING}, idempotency_key="k").json()["case"]
    second = api(
        "POST", f"/powers/a000/penalty/{act}", two, {"data": {**OPENING, "lead_no": "接〔2026〕902号"}}, idempotency_key="k"
    ).json()["case"]
    assert first != second


GARBAGE = (
    "",
    "[]",
    "null",
    "1",
    '"x"',
    "{",
    "{" * 50_000,
    "[" * 50_000,
    '{"data": []}',
    '{"data": {"a": NaN}}',
    '{"data": {"a": 1e999}}',
    '{"data": {"\\ud800": "x"}}',
    '{"data": {}, "extra": 1}',
    '{"seen": -1}',
    '{"seen": 1e99}',
    '{"at": "never"}',
    '{"at": "2026-13-45"}',
    '{"post": {"a": 1}}',
    '{"reason": "\\u0000"}',
    '{"data": {"a": ' + "9" * 5_000 + "}}",
    '{"data": {"a": "' + "x" * 300_000 + '"}}',
    '{"data": {"party": {"$ne": 1}}}',
    "\xff\xfe",
    '{"data":{"a":1.5}}',
)


@pytest.mark.parametrize(
    "where",
    ["/cases/{case}/investigate", "/cases/{case}/investigate/check", "/powers/a000/penalty/{act}", "/powers/a000/penalty/{act}/check"],
)
def test_nothing_that_is_sent_breaks_it_or_changes_anything(api: Api, fresh_site: Site, where: str) -> None:
    token, case = let_in(fresh_site, "a", "case_handler", 1), fresh_site.cases(power="a000/penalty", status="open")[0]
    path = where.format(case=case, act=opening_act(fresh_site))
    before = {k: v for k, v in fresh_site.heads().items() if not k.startswith(("refusals/", "reads/", "clients/", DENIALS))}
    for text in GARBAGE:
        answer = api("POST", path, token, text)
        assert answer.status_code in (200, 400, 403, 422), (text[:50], answer.status_code, answer.content[:300])
    assert {k: v for k, v in fresh_site.heads().items() if not k.startswith(("refusals/", "reads/", "clients/", DENIALS))} == before


@pytest.mark.parametrize(
    "query", [{"limit": "x"}, {"limit": "9" * 30}, {"limit": "-1"}, {"power": "../x"}, {"status": "<b>"}, {"after": "x" * 5_000}]
)
def test_nothing_in_a_query_breaks_it(api: Api, fresh_site: Site, query: dict[str, str]) -> None:
    token = let_in(fresh_site, "a", "case_handler", 1)
    answer = api("GET", "/cases", token, query)
    assert answer.status_code in (200, 404, 422), answer.content
    assert answer.status_code == 200 or answer.headers["Content-Type"] == "application/problem+json"
    a_problem(api("GET", "/cases/a000/penalty/2026/99999", token), 404)
    a_problem(api("GET", "/nothing/here", token), 404)
    a_problem(api("POST", "/cases/a000/penalty/2026/99999/investigate", token), 404)


def test_lists_go_on_page_by_page(api: Api, fresh_site: Site) -> None:
    token, found, after = let_in(fresh_site, "a", "case_handler", 1), [], ""
    while True:
        page = api("GET", "/cases", token, {"limit": "7", "after": after}).json()
        found += [one["id"] for one in page["cases"]]
        if page["next"] is None:
            break
        after = page["next"]
    hidden = ("supervision/", "a002/disciplinary_sanction/")
    assert found == [case for case in fresh_site.cases() if not case.startswith(hidden)], "only who works on it knows"


def test_a_client_has_so_many_requests_a_minute(api: Api, fresh_site: Site) -> None:
    token = let_in(fresh_site, "a", "case_handler", 1, per_minute=3)
    assert [api("GET", "/me", token).status_code for _ in range(5)] == [200, 200, 200, 429, 429]
    told = api("GET", "/me", token)
    a_problem(told, 429)
    assert 0 < int(told.headers["Retry-After"]) <= 60
    fresh_site.clock.later(minutes=1)
    assert api("GET", "/me", token).status_code == 200


def test_guessing_tokens_is_slowed_down(api: Api, fresh_site: Site) -> None:
    seen = [api("GET", "/me", token_of(900 + n)).status_code for n in range(40)]
    assert seen[0] == 401
    assert seen[-1] == 429


def test_the_description_is_complete_and_the_page_needs_nothing_from_elsewhere(fresh_site: Site) -> None:
    client = fresh_site.client(None)
    told = client.get(f"{V1}/openapi.json").json()
    assert told["openapi"].startswith("3.")
    assert {
        "/api/v1/cases/{case}",
        "/api/v1/cases/{case}/{act}",
        "/api/v1/powers/{power}/{act}",
        "/api/v1/inbox",
        "/api/v1/findings",
    } <= told["paths"].keys()
    page = client.get("/api/").content.decode()
    for path in told["paths"]:
        assert path in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "https://" not in page


def test_done_is_what_the_door_says() -> None:
    assert {"case", "seq", "step", "repeated"} <= set(Done.__dataclass_fields__)
