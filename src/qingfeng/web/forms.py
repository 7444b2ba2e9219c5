"""The form of an act with its help: what comes first, what is filled in from the record, what there is to choose."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from qingfeng.casework.desk.aid import Aid, aid_for
from qingfeng.casework.desk.forecast import Outlook
from qingfeng.casework.office import Registry
from qingfeng.casework.ports import ReadTx
from qingfeng.catalogue.power import ActRule
from qingfeng.engine.case import Case
from qingfeng.engine.clock import clocks
from qingfeng.engine.control import Command, Control, Refusal
from qingfeng.engine.shape import parse_data
from qingfeng.terms.instants import local_day

from .fields import Sent, as_written, inputs, sent


def act_form(
    request: HttpRequest, tx: ReadTx, registry: Registry, case: Case, controls: tuple[Control, ...], rule: ActRule, *,
    actor: str, post: str, now: datetime, given: Sent | None, seen: Case | None = None, also: Mapping[str, str] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Return the inputs of an act for a template: `inputs` to be seen at once, `more_inputs` on demand, `lead` before them.

    given: what was sent (its data empty: to be read from the request); None: nothing yet, then what is known is filled in, and
    what is known `also`.
    """
    word = rule.word
    data = None if given is None else given.data or sent(request, word).data
    aid = aid_of(tx, registry, case, controls, rule, actor=actor, post=post, now=now, data=data, seen=seen)
    shown = as_written(word, {**aid.known, **(also or {})} if data is None else data)
    made = inputs(case.version, word, registry.people, local_day(now), given=shown, case=case, aid=aid)
    first = [one for one in made if one.first or one.value]
    return {"inputs": first, "more_inputs": [one for one in made if one not in first], "lead": aid.lead}


def aid_of(
    tx: ReadTx, registry: Registry, case: Case, controls: tuple[Control, ...], rule: ActRule, *, actor: str, post: str, now: datetime,
    data: dict[str, Any] | None, seen: Case | None = None,
) -> Aid:  # fmt: skip
    """Return the help for an act on a case, or for the act that opens one (a case of no event yet)."""
    running = clocks(case, registry.calendar) if case.seq else {}
    outlook = Outlook(tx, registry, case, controls, running, {c.name: c.title for c in controls})
    command = Command(case=case.id, act=rule.act, actor=actor, at=now, entered=now, data=data or {}, post=post)
    if data:
        parsed = parse_data(command, rule.word)
        data = data if isinstance(parsed, Refusal) else dict(parsed)
        command = Command(case=case.id, act=rule.act, actor=actor, at=now, entered=now, data=data, post=post)
    return aid_for(outlook, outlook.situation(rule, command), data=data, seen=seen)
