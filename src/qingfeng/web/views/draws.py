"""Draws for everybody: how each goes on, and a published transcript redone here or, better, at home."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse

from qingfeng.casework import publicvalues
from qingfeng.casework.desk.drawroom import POWER, draws, room
from qingfeng.draw.fault import Fault
from qingfeng.draw.run import Record, read_record
from qingfeng.draw.transcript import DrawTranscript
from qingfeng.terms.teams import line_of, same_teams
from qingfeng.terms.text import Text

from .. import agency
from ..gate import public
from .public import shown

MOST = 3_000_000
"""Bytes of a transcript that is redone here; a larger one is redone at home, by verify_draw.py."""
_LARGE = Text(
    zh="记录太大，请下载核对程序在自己的电脑上重做。",
    en="This is too large to be redone here: take the program and redo it at home.",
)
_NONE = Text(
    zh="这不是抽取记录：应为公布的 transcript.json。", en="This is no transcript: choose the published transcript.json."
)
FAULTS = 10
VALUES = 60


@public
def listed(request: HttpRequest) -> HttpResponse:
    """The latest draws; a transcript that somebody brings is redone."""
    record, faults = _redone(request) if request.method == "POST" else (None, [])
    office = agency.office()
    with office.store.read() as tx:
        found = draws(office, tx)
        values = publicvalues.entries(tx)[: -VALUES - 1 : -1]
    names = {firm.id: firm.name for firm in record.plan.pool} if isinstance(record, DrawTranscript) else {}
    teams = [(team, names[team.firm]) for team in record.teams] if isinstance(record, DrawTranscript) else []
    logged = [one for one in found if record is not None and one.root == record.root]
    lines = [line_of(name, team.officers, team.substitutes) for team, name in teams]
    swapped = any(one.teams and not same_teams(one.teams, lines) for one in logged)
    context = {"draws": found, "record": record, "teams": teams, "faults": faults, "logged": logged, "swapped": swapped, "values": values}
    return shown(request, "draws.html", context, 422 if faults else 200)


def _redone(request: HttpRequest) -> tuple[Record | None, list[Text]]:
    file = request.FILES.get("file")
    if file is None or (file.size or 0) > MOST:
        return None, [_NONE if file is None else _LARGE]
    try:
        plain = json.loads(file.read().decode("utf-8"))
    except (ValueError, RecursionError):
        return None, [_NONE]
    record = read_record(plain)
    if isinstance(record, tuple):
        return None, [_said(fault) for fault in record[:FAULTS]]
    return record, []


def _said(fault: Fault) -> Text:
    if not fault.path:
        return fault.what
    return Text(zh=f"{fault.place}：{fault.what.zh}", en=f"{fault.place}: {fault.what.en}")


@public
def one(request: HttpRequest, year: str, number: str) -> HttpResponse:
    """The room of one draw."""
    office = agency.office()
    with office.store.read() as tx:
        page = room(office, tx, f"{POWER}/{year}/{number}")
    return shown(request, "draw_room.html", {"page": page})
