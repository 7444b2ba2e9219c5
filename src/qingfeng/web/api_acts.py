"""The JSON API: commands.  Generic over the acts of every power, through the same door as the pages (casework.handle)."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Header, Status

from qingfeng.casework import handle as door
from qingfeng.casework.desk.access import Part
from qingfeng.casework.desk.forecast import Outlook
from qingfeng.casework.office import UnknownThing, load_case
from qingfeng.engine.case import new_case
from qingfeng.engine.clock import clocks
from qingfeng.engine.control import Command, Demand, Refusal
from qingfeng.engine.shape import word_of
from qingfeng.terms.instants import BadInstant, local_day, parse_instant
from qingfeng.terms.text import Text

from . import agency
from . import api_shapes as shape
from .api import FAULTS, api, check_data, client_of, open_first
from .errors import TITLES
from .problem import problem
from .tokens import Halted, admit
from .visit import viewer_in, visit_of

MAX_KEY = 64
_REASON = Text(zh="须说明理由", en="A reason is wanted")
_REFUSED = Text(zh="不予办理，原因见各条", en="refused: see each of the refusals")
_GIVE_REASON = Text(zh="请在 reason 中写明理由后重新提交；未保存任何内容。", en="Say why in `reason` and send it again; nothing was saved.")
_LOOK_AGAIN = Text(zh="请重新读取案件，核对后再提交。", en="Read the case again, then decide anew.")
_BAD_KEY = Text(
    zh=f"Idempotency-Key 应为1至{MAX_KEY}个可见的ASCII字符", en=f"Idempotency-Key has 1 to {MAX_KEY} printable ASCII characters"
)
_BAD_MATCH = Text(zh='If-Match 应为读取案件时的 ETag，如 "12"', en='If-Match is the ETag with which the case was read, such as "12"')
Key = Annotated[str | None, Header(alias="Idempotency-Key", description="同一请求重发时用同一个键 / the same for a request sent again")]
Match = Annotated[str | None, Header(alias="If-Match", description="读取案件时的 ETag / the ETag with which the case was read")]


@api.post(
    "/cases/{case:case}/{name:act}/check",
    response={200: shape.ForecastOut, **FAULTS},
    operation_id="check",
    summary="提交前检查，不记录 / what would come of a command; nothing is recorded",
)
def check(request: HttpRequest, case: str, act: str, body: shape.CommandIn) -> dict[str, Any]:
    """Ask every rule about a command."""
    open_first(request, case, body.purpose)
    visit, office = visit_of(request), agency.office()
    with office.store.read() as tx:
        registry = office.registry(tx)
        loaded, controls = load_case(office, tx, registry, case)
        _known(loaded.version, act)
        outlook = Outlook(tx, registry, loaded, controls, clocks(loaded, registry.calendar), {c.name: c.title for c in controls})
        told = outlook.tried(
            act,
            body.data,
            actor=visit.viewer.officer or "",
            post=body.post,
            at=_at(body) or visit.now,
            entered=visit.now,
            reason=body.reason,
        )
    return {"fine": not told.stops and not told.reasons, "checks": [check_data(one) for one in told.checks]}


@api.post(
    "/powers/{power:power}/{name:act}/check",
    response={200: shape.ForecastOut, **FAULTS},
    operation_id="check_opening",
    summary="开案前检查，不记录 / what would come of opening a case",
)
def check_opening(request: HttpRequest, power: str, act: str, body: shape.CommandIn) -> dict[str, Any]:
    """Ask every rule about a command that opens a case."""
    admit(request, Part.WORK, officer=True)
    visit, office = visit_of(request), agency.office()
    at = _at(body) or visit.now
    with office.store.read() as tx:
        registry = office.registry(tx)
        version, controls = office.version(registry, power, registry.version_on(power, local_day(at)))
        _known(version, act)
        outlook = Outlook(tx, registry, new_case("", version), controls, {}, {c.name: c.title for c in controls})
        told = outlook.tried(act, body.data, actor=visit.viewer.officer or "", post=body.post, at=at, entered=visit.now, reason=body.reason)
    return {"fine": not told.stops and not told.reasons, "checks": [check_data(one) for one in told.checks]}


@api.post(
    "/cases/{case:case}/{name:act}", response={200: shape.DoneOut, **FAULTS}, operation_id="act", summary="办理一个动作 / give a command"
)
def act_on_case(
    request: HttpRequest, response: HttpResponse, case: str, act: str, body: shape.CommandIn, key: Key = None, match: Match = None
) -> Any:
    """Do an act on a case, or say every reason why not."""
    open_first(request, case, body.purpose)
    office = agency.office()
    with office.store.read() as tx:
        loaded, _ = load_case(office, tx, office.registry(tx), case)
        _known(loaded.version, act)
    seen = _matched(match) if match is not None else body.seen
    answer = door.handle(office, _command(request, case, act, body, key, seen))
    if isinstance(answer, door.Stale) and match is not None:
        return _refused(412, answer.message, _LOOK_AGAIN, seq=answer.seq)
    return _answer(response, answer, 200)


@api.post(
    "/powers/{power:power}/{name:act}", response={201: shape.DoneOut, **FAULTS}, operation_id="open_case", summary="开案 / open a case"
)
def open_case(request: HttpRequest, response: HttpResponse, power: str, act: str, body: shape.CommandIn, key: Key = None) -> Any:
    """Open a case, or say every reason why not."""
    admit(request, Part.WORK, officer=True)
    office = agency.office()
    with office.store.read() as tx:
        registry = office.registry(tx)
        version, _ = office.version(registry, power, registry.version_on(power, local_day(visit_of(request).now)))
        if not any(row.act == act and row.opens_case for row in version.procedure.rows):
            raise UnknownThing("这项职权不能由此开案", "no case of this power is opened so")
    answer = door.handle(office, _command(request, "", act, body, key, None), power=power)
    if isinstance(answer, door.Done):
        response.headers["Location"] = f"/api/v1/cases/{answer.case}"
    return _answer(response, answer, 201)


def _known(version: Any, act: str) -> None:
    if word_of(version, act) is None:
        raise UnknownThing("这项职权没有这个动作", "this power has no such act")


def _at(body: shape.CommandIn) -> Any:
    try:
        return parse_instant(body.at) if body.at else None
    except BadInstant as error:
        raise Halted(problem(422, title=TITLES[400], reason=error.text)) from error


def _matched(match: str) -> int:
    text = match.strip().removeprefix("W/").strip('"')
    if not (text.isascii() and text.isdecimal() and len(text) < 9):
        raise Halted(problem(422, title=TITLES[400], reason=_BAD_MATCH))
    return int(text)


def _command(request: HttpRequest, case: str, act: str, body: shape.CommandIn, key: str | None, seen: int | None) -> Command:
    """Return the command; its key bears the client's name: two clients never meet in one."""
    if key is not None and not (key.isascii() and key.isprintable() and 0 < len(key) <= MAX_KEY):
        raise Halted(problem(422, title=TITLES[400], reason=_BAD_KEY))
    now = visit_of(request).now
    return Command(
        case=case,
        act=act,
        actor=viewer_in(request).officer or "",
        at=_at(body) or now,
        entered=now,
        data=body.data,
        post=body.post or None,
        reason=(body.reason or "").strip() or None,
        key=f"api/{client_of(request).name}/{key}" if key else None,
        seen=seen,
    )


def _answer(response: HttpResponse, answer: door.Answer, fine: int) -> Any:
    match answer:
        case door.Done():
            response.headers["ETag"] = f'"{answer.seq}"'
            return Status(fine, {"case": answer.case, "seq": answer.seq, "step": answer.step, "repeated": answer.repeated,
                                 "promise": agency.promise(answer.case, answer.seq)})  # fmt: skip
        case door.Stopped():
            first = answer.refusals[0]
            alone = len(answer.refusals) == 1
            return _refused(
                422,
                first.reason if alone else _REFUSED,
                first.remedy if alone else None,
                "urn:qingfeng:refused",
                refusals=[_stop(one) for one in answer.refusals],
            )
        case door.Asked():
            return _refused(422, _REASON, _GIVE_REASON, "urn:qingfeng:reason-wanted", refusals=[_stop(one) for one in answer.demands])
        case door.Stale():
            return _refused(409, answer.message, _LOOK_AGAIN, seq=answer.seq)


def _refused(status: int, reason: Text, remedy: Text | None, kind: str = "about:blank", **more: Any) -> HttpResponse:
    return problem(status, title=TITLES.get(status, TITLES[409]), reason=reason, remedy=remedy, type=kind, **more)


def _stop(one: Refusal | Demand) -> dict[str, Any]:
    told: dict[str, Any] = {"by": one.by, "ring": getattr(one, "ring", "control"), "reason": one.reason.en, "reason_zh": one.reason.zh}
    if one.citation is not None:
        told |= {"law": one.citation.say("en"), "law_zh": one.citation.say("zh")}
    remedy = getattr(one, "remedy", None)
    return told | ({"remedy": remedy.en, "remedy_zh": remedy.zh} if remedy is not None else {})
