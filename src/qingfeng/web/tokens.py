"""The token of a client: who speaks, how often he may, and the refusals of the API as problem details."""

from __future__ import annotations

import threading
from datetime import date, datetime
from weakref import WeakKeyDictionary

from django.http import HttpRequest, HttpResponse
from ninja.security import HttpBearer

from qingfeng.casework import clients
from qingfeng.casework.clients import Client, Clients
from qingfeng.casework.desk.access import PUBLIC, Part, client_viewer, may_enter, note_denial, viewer_of
from qingfeng.casework.office import Office
from qingfeng.casework.ports import ReadTx
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text

from . import agency, flood
from .errors import TITLES
from .problem import problem
from .visit import viewer_in, visit_of

STRANGERS_PER_MINUTE = 30
"""Requests with a wrong token from one address in a clock minute."""
_LOCK = threading.Lock()
_KNOWN: WeakKeyDictionary[Office, Clients] = WeakKeyDictionary()
_SEEN: WeakKeyDictionary[Office, dict[str, date]] = WeakKeyDictionary()
"""The last day on which each client came, so that only its first request of a day writes."""
_NO_TOKEN = Text(zh="请求没有有效的令牌：未提供、已撤销或已过期", en="the request bears no valid token: none given, ended or over")
_GET_TOKEN = Text(zh="请用 Authorization: Bearer qf_… 提供令牌；没有令牌的，由系统管理员提出、安全管理员确认。",
                  en="Send it as Authorization: Bearer qf_…; two administrators let a client in.")  # fmt: skip
_SLOWER = Text(zh="请求过于频繁，本分钟的次数已用完", en="too many requests: none are left in this minute")
_WAIT = Text(zh="请在响应头 Retry-After 所写的秒数之后重试。", en="Try again after the seconds in Retry-After.")
_NO_OFFICER = Text(
    zh="该客户端没有绑定人员，只能读取名册，不能办理或查阅案卷",
    en="this client is bound to no officer: it reads lists, and neither acts nor opens files",
)
_BIND = Text(
    zh="如工作需要，请由两名管理员另行登记绑定人员的客户端。",
    en="If your work needs it, have two administrators let in a client bound to an officer.",
)


class Halted(Exception):
    """The request ends here, with this answer."""

    def __init__(self, answer: HttpResponse) -> None:
        super().__init__(str(answer.status_code))
        self.answer = answer


def bindings(tx: ReadTx) -> Clients:
    """Return the clients as of this look; only what is new is read."""
    office = agency.office()
    with _LOCK:
        known = _KNOWN[office] = clients.standing(tx, _KNOWN.get(office, clients.EMPTY))
    return known


class Token(HttpBearer):
    """Believes a token whose digest the log holds; the visitor is then its officer, with his posts of today."""

    def authenticate(self, request: HttpRequest, token: str) -> Client | None:
        """Return the client, None for an unknown token.  Raises Halted when there were too many requests."""
        visit, office = visit_of(request), agency.office()
        today = local_day(visit.now)
        with office.store.read() as tx:
            client = bindings(tx).of_token(token, today)
            people = office.registry(tx).people
        if client is None:
            _count("stranger", request.META.get("REMOTE_ADDR", ""), STRANGERS_PER_MINUTE, visit.now)
            note_denial(office, PUBLIC, f"token {request.path}", at=visit.now)
            return None
        _count("client", client.name, client.per_minute, visit.now)
        _note_use(office, client.name, visit.now)
        visit.viewer = viewer_of(people, client.officer, today) if client.officer else client_viewer(client.name)
        return client


def _note_use(office: Office, name: str, now: datetime) -> None:
    """Lay down once a day that a client came."""
    with _LOCK:
        seen = _SEEN.setdefault(office, {})
        first, seen[name] = seen.get(name) != local_day(now), local_day(now)
    if first:
        clients.note_use(office, name, at=now)


def _count(kind: str, key: str, most: int, at: datetime) -> None:
    """Count a request of this clock minute, all workers together.  Raises Halted above the bound."""
    if flood.count(f"api-{kind}", f"{key}/{at:%M}", at) > most:
        answer = problem(429, title=TITLES[429], reason=_SLOWER, remedy=_WAIT)
        answer.headers["Retry-After"] = str(60 - at.second)
        raise Halted(answer)


def no_token(_request: HttpRequest) -> HttpResponse:
    """Return the answer to a request without a good token."""
    answer = problem(401, title=Text(zh="请先表明身份", en="Say who you are"), reason=_NO_TOKEN, remedy=_GET_TOKEN)
    answer.headers["WWW-Authenticate"] = 'Bearer realm="qingfeng"'
    return answer


def admit(request: HttpRequest, which: Part, *, officer: bool = False) -> None:
    """Let the visitor into a part, as the pages do; raises Halted with why not, laid down.  officer: clients without one stay out."""
    viewer = viewer_in(request)
    barred = may_enter(viewer, which)
    reason, remedy = (barred.reason, barred.remedy) if barred is not None else (_NO_OFFICER, _BIND)
    if barred is None and (viewer.officer is not None or not officer):
        return
    note_denial(agency.office(), viewer, f"{which} {request.method} {request.path}", at=visit_of(request).now)
    raise Halted(problem(403, title=TITLES[403], reason=reason, remedy=remedy))
