"""The JSON API: everything that one may read.  Who may is decided by the same predicates as for the pages (casework/desk/access)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from qingfeng.casework import followup
from qingfeng.casework.clients import Client
from qingfeng.casework.desk import board, findingpage
from qingfeng.casework.desk.access import Part
from qingfeng.casework.desk.caselog import log_of, papers_of
from qingfeng.casework.desk.casepage import case_page
from qingfeng.casework.desk.opening import ASKED, BARRED, OPEN, opening
from qingfeng.casework.desk.public import power_lines, version_now
from qingfeng.casework.office import REFUSALS, UnknownThing, event_of, load_case
from qingfeng.catalogue.power import PowerVersion
from qingfeng.documents.papers import read_papers
from qingfeng.terms.instants import BadInstant, local_day, parse_instant
from qingfeng.terms.text import Text

from . import agency
from . import api_shapes as shape
from .errors import TITLES
from .problem import problem
from .tokens import Halted, Token, admit, no_token
from .visit import viewer_in, visit_of

MOST = 200
"""Rows of one answer."""
_PURPOSE = Text(zh="您未参与本案，查阅案卷须说明用途", en="you take no part in this case: say what you read its file for")
_SAY_IT = Text(
    zh="请在参数 purpose 中写明用途；查阅会留下记录。", en="Give the purpose in the parameter purpose; the reading is laid down."
)
_UNREADABLE = Text(zh="请求无法读懂，没有保存任何内容", en="the request cannot be read; nothing was saved")
_SEE_DOCS = Text(zh="请按 /api/v1/openapi.json 的说明改正后重试。", en="Correct it as /api/v1/openapi.json says and try again.")

FAULTS: dict[int, Any] = dict.fromkeys((400, 401, 403, 404, 409, 412, 422, 429, 503), shape.Problem)
api = NinjaAPI(
    title="清风 Qingfeng",
    version="1",
    docs_url=None,
    openapi_url="/openapi.json",
    auth=Token(),
    urls_namespace="api",
    description="请求带 Authorization: Bearer qf_…；错误按 RFC 9457 返回，理由、依据、怎么办中英文并列。"
    " Requests bear a token; errors are RFC 9457 problem details with reason, law and remedy in both languages.",
)


@api.exception_handler(Halted)
def _halted(_request: HttpRequest, error: Halted) -> HttpResponse:
    return error.answer


@api.exception_handler(AuthenticationError)
def _stranger(request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    return no_token(request)


@api.exception_handler(HttpError)
def _unreadable(_request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(error.status_code, title=TITLES.get(error.status_code, TITLES[400]), reason=_UNREADABLE, remedy=_SEE_DOCS)


@api.exception_handler(ValidationError)
def _invalid(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    wrong = [{"where": [str(part)[:100] for part in one["loc"]], "what": str(one["msg"])[:300]} for one in error.errors[:20]]
    return problem(422, title=TITLES[400], reason=_UNREADABLE, remedy=_SEE_DOCS, errors=wrong)


def client_of(request: HttpRequest) -> Client:
    """Return the client of a request that bore a token."""
    client: Client = request.auth  # type: ignore[attr-defined]
    return client


def within(n: int, most: int = MOST) -> int:
    """Return a number of rows that is no less than one and no more than the bound."""
    return max(1, min(n, most))


@api.get("/me", response={200: shape.Me, **FAULTS}, summary="令牌代表谁 / who the token speaks for", operation_id="me")
def me(request: HttpRequest) -> dict[str, Any]:
    """Return the client, its officer and his posts of today."""
    client, viewer = client_of(request), viewer_in(request)
    return {
        "client": client.name,
        "officer": viewer.officer,
        "name": viewer.name,
        "posts": list(viewer.posts),
        "until": client.until,
        "per_minute": client.per_minute,
    }


@api.get("/powers", response={200: shape.PowersOut, **FAULTS}, summary="施行的职权 / powers in force", operation_id="powers")
def powers(request: HttpRequest) -> dict[str, Any]:
    """Return the powers in force."""
    admit(request, Part.REGISTER)
    office = agency.office()
    with office.store.read() as tx:
        return {"powers": power_lines(office, office.registry(tx), local_day(visit_of(request).now))}


@api.get(
    "/powers/{power:power}",
    response={200: shape.PowerOut, **FAULTS},
    summary="一项职权的防控图和动作 / a power, its map and its commands",
    operation_id="power",
)
def power(request: HttpRequest, power: str) -> dict[str, Any]:
    """Return a power as in force today."""
    admit(request, Part.REGISTER)
    office = agency.office()
    with office.store.read() as tx:
        return _power(version_now(office, office.registry(tx), power, local_day(visit_of(request).now)))


def _power(version: PowerVersion) -> dict[str, Any]:
    rows = {row.act: row for row in version.procedure.rows}
    acts = [
        {
            "act": row.act,
            "name": row.word.name,
            "at": list(row.at),
            "by": list(row.by),
            "opens_case": row.opens_case,
            "fields": [
                {"id": f.id, "type": f.type.value, "name": f.name, "required": f.id in row.word.required, "choices": dict(f.choices)}
                for f in row.word.fields
            ],
        }
        for row in rows.values()
    ]
    steps = [
        {"id": s.id, "name": s.name, "level": s.level, "risks": [r.text for r in s.risks], "measures": [m.text for m in s.measures]}
        for s in version.steps
    ]
    basis = [Text(zh=f"《{name}》第{'、'.join(articles)}条", en=f"{name}, art. {', '.join(articles)}") for name, articles in version.basis]
    return {
        "id": version.power,
        "version": version.version,
        "title": version.title,
        "kind": version.kind,
        "basis": basis,
        "steps": steps,
        "acts": acts,
    }


@api.get("/cases", response={200: shape.CasesOut, **FAULTS}, summary="案件名册 / the register of cases", operation_id="cases")
def cases(request: HttpRequest, power: str | None = None, status: str | None = None, after: str = "", limit: int = 50) -> dict[str, Any]:
    """Return cases in order of their numbers.  status: open, suspended or closed."""
    admit(request, Part.REGISTER)
    office, most = agency.office(), within(limit)
    with office.store.read() as tx:
        if power is not None and power not in office.registry(tx).powers():
            raise UnknownThing("没有这项职权", "there is no such power")
        if status not in (None, "open", "suspended", "closed"):
            raise UnknownThing("没有这种状态；可用：open、suspended、closed", "there is no such status; there are open, suspended, closed")
        visit, since = visit_of(request), after[:MOST]
        lines = board.cases(office, tx, visit.viewer, now=visit.now, power=power, status=status, after=since, limit=most + 1)
    return {"cases": lines[:most], "next": lines[most - 1].id if len(lines) > most else None}


@api.get("/inbox", response={200: shape.CasesOut, **FAULTS}, summary="待办，按紧急程度 / what waits, by urgency", operation_id="inbox")
def inbox(request: HttpRequest, limit: int = 100) -> dict[str, Any]:
    """Return what waits for the officer in any of his posts."""
    admit(request, Part.WORK, officer=True)
    visit, office = visit_of(request), agency.office()
    with office.store.read() as tx:
        return {"cases": board.inbox(office, tx, visit.viewer, now=visit.now, limit=within(limit))}


@api.get("/cases/{case:case}", response={200: shape.CaseOut, **FAULTS}, summary="一件案件 / a case", operation_id="case")
def one_case(request: HttpRequest, response: HttpResponse, case: str, purpose: str = "") -> dict[str, Any]:
    """Return a case and the commands that the officer may give now."""
    outline = open_first(request, case, purpose)
    visit, office = visit_of(request), agency.office()
    with office.store.read() as tx:
        page = case_page(office, tx, case, visit.viewer, now=visit.now, outline=outline)
    response.headers["ETag"] = f'"{page.seq}"'
    acts = [{"act": a.act, "name": a.name, "post": a.post, "blocked": [check_data(c) for c in a.blocked]} for a in page.acts]
    return {
        "id": page.id,
        "power": page.power,
        "version": page.version,
        "title": page.title,
        "state": page.state,
        "status": page.status,
        "step": page.step,
        "seq": page.seq,
        "outline": outline,
        "limits": page.limits,
        "facts": page.facts,
        "matters": page.matters,
        "acts": acts,
    }


@api.get("/cases/{case:case}/log", response={200: shape.LogOut, **FAULTS}, summary="办案日志 / the log of a case", operation_id="case_log")
def case_log(request: HttpRequest, case: str, purpose: str = "") -> dict[str, Any]:
    """Return what was done, refused and marked, latest first."""
    _open_whole(request, case, purpose)
    office = agency.office()
    with office.store.read() as tx:
        registry = office.registry(tx)
        loaded, _ = load_case(office, tx, registry, case)
        refused = [event_of(row) for row in tx.events(REFUSALS + case)]
        return {"case": case, "entries": log_of(loaded, refused, registry.people)}


@api.get(
    "/cases/{case:case}/documents",
    response={200: shape.DocumentsOut, **FAULTS},
    summary="文书和文件 / documents and files",
    operation_id="case_documents",
)
def case_documents(request: HttpRequest, case: str, purpose: str = "") -> dict[str, Any]:
    """Return the papers of a case and the files that its acts name."""
    _open_whole(request, case, purpose)
    office, shelf = agency.office(), agency.shelf()
    with office.store.read() as tx:
        registry = office.registry(tx)
        loaded, _ = load_case(office, tx, registry, case)
        papers, files = read_papers(tx, case), papers_of(loaded, registry.people)
    return {
        "case": case,
        "documents": papers,
        "files": [
            {"name": f.name, "act": f.act, "at": f.at, "digest": f.digest, "held": shelf.path(f.digest) is not None} for f in files[:MOST]
        ],
    }


@api.get(
    "/findings", response={200: shape.FindingsOut, **FAULTS}, summary="线索（纪检监察） / findings (discipline)", operation_id="findings"
)
def findings(request: HttpRequest, power: str = "", rule: str = "", state: str = "", before: int | None = None) -> dict[str, Any]:
    """Return findings, latest first; to discipline alone."""
    admit(request, Part.SUPERVISION, officer=True)
    visit, office = visit_of(request), agency.office()
    with office.store.read() as tx:
        desk = findingpage.Desk.at(office, tx, followup.standing(office, tx), now=visit.now)
        chosen = findingpage.board(desk, visit.viewer, power=power[:MOST], rule=rule[:MOST], state=state[:MOST], level="", before=before)
    return {"findings": chosen.lines, "many": chosen.many, "next": chosen.next}


@api.get("/deadlines", response={200: shape.DeadlinesOut, **FAULTS}, summary="将到的期限 / limits to come", operation_id="deadlines")
def deadlines(request: HttpRequest, before: str | None = None, limit: int = 100) -> dict[str, Any]:
    """Return the marks to come, earliest first."""
    admit(request, Part.REGISTER)
    try:
        until = parse_instant(before[:40]) if before else None
    except BadInstant as error:
        raise Halted(problem(422, title=TITLES[400], reason=error.text)) from error
    office, viewer = agency.office(), visit_of(request).viewer
    with office.store.read() as tx:
        marks = tx.deadlines(before=until, limit=within(limit))
        rows = tx.cases_by_ids(list(dict.fromkeys(one.case for one in marks)))
        known = {row.case for row in board.known_to(office, tx, office.registry(tx), viewer, list(rows.values()))}
        return {"deadlines": [one for one in marks if one.case in known or one.case not in rows]}


def open_first(request: HttpRequest, case: str, purpose: str) -> bool:
    """Lay down that a file is read; return whether only the outline may be seen.  Raises Halted, UnknownThing."""
    admit(request, Part.WORK, officer=True)
    visit = visit_of(request)
    came = opening(agency.office(), case, visit.viewer, purpose=purpose.strip()[:500], own_work="承办本案（接口）", now=visit.now)
    if came.state == ASKED:
        raise Halted(problem(403, title=TITLES[403], reason=_PURPOSE, remedy=_SAY_IT))
    if came.state == BARRED:
        raise Halted(problem(403, title=TITLES[403], reason=came.refusals[0].reason, remedy=came.refusals[0].remedy))
    return came.state != OPEN


def _open_whole(request: HttpRequest, case: str, purpose: str) -> None:
    from .whole import OUTLINE_ONLY, TAKE_PART

    if open_first(request, case, purpose):
        raise Halted(problem(403, title=TITLES[403], reason=OUTLINE_ONLY, remedy=TAKE_PART))


def check_data(check: Any) -> dict[str, Any]:
    """Return a rule's answer as the API says it."""
    law = Text(zh=check.citation.say("zh"), en=check.citation.say("en")) if check.citation is not None else None
    return {"rule": check.rule, "title": check.title, "state": check.state, "reason": check.reason, "remedy": check.remedy, "law": law}
