"""Changes of people that wait for the second administrator: read them, confirm or reject."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from qingfeng.casework import peoplechanges
from qingfeng.casework.desk.access import Part
from qingfeng.casework.desk.roster import post_names
from qingfeng.casework.office import UnknownThing
from qingfeng.casework.peoplechanges import Proposal
from qingfeng.casework.peoplesheet import ACT_NAMES, HEADINGS, columns
from qingfeng.casework.registry import BadRegistration
from qingfeng.casework.twofold import BadChange
from qingfeng.terms.people import People
from qingfeng.terms.text import Text

from .. import agency
from ..gate import part
from ..visit import visit_of
from .catalogue import by_of

SHOWN = 20
"""So many registrations of one proposal are shown beside the others; on its own page all."""


@part(Part.APPOINTMENTS)
def changes(request: HttpRequest) -> HttpResponse:
    """What waits, and what was dealt with."""
    return _changes(request)


def _changes(request: HttpRequest, *, fault: Text | None = None, status: int = 200) -> HttpResponse:
    visit, office = visit_of(request), agency.office()
    asked, proposed = (request.GET.get(name, "") for name in ("number", "proposed"))
    one = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 10 else None
    with office.store.read() as tx:
        registry, known = office.registry(tx), peoplechanges.standing(tx)
        posts = post_names(office, registry)
    people = registry.people
    if asked and one not in known.waiting:
        raise UnknownThing("没有这一事项，或者已经处理", "there is no such proposal, or it was dealt with")
    lines = [_line(people, posts, p, visit.viewer.officer, peoplechanges.confirmers(people, p, visit.now), all_=one is not None)
             for p in known.waiting.values() if one is None or p.number == one]  # fmt: skip
    dealt = [(d.proposal.number, len(d.proposal.entries), people.name(d.proposal.by), d.confirmed, people.name(d.by), d.at)
             for d in known.decided] if one is None else ()  # fmt: skip
    context = {"lines": lines, "dealt": dealt, "one": one, "fault": fault, "proposed": proposed if proposed.isdecimal() else ""}
    return render(request, "admin_pages/people_changes.html", context, status=status)


def _line(
    people: People, posts: Mapping[str, Text], proposal: Proposal, viewer: str | None, may: tuple[str, ...], *, all_: bool
) -> dict[str, Any]:
    shown = proposal.entries if all_ else proposal.entries[:SHOWN]
    return {"p": proposal, "by": people.name(proposal.by), "may": viewer in may, "able": [people.name(one) for one in may],
            "rows": [(ACT_NAMES[act], _words(people, posts, act, data)) for act, data in shown],
            "more": len(proposal.entries) - len(shown)}  # fmt: skip


def _words(people: People, posts: Mapping[str, Text], act: str, data: Mapping[str, Any]) -> list[tuple[Text, Text]]:
    """Return (field, value) of a registration in words: officers and posts by name."""
    told = []
    for name in columns(act):
        value = data.get(name)
        if not value:
            continue
        plain = "；".join(value) if isinstance(value, list) else str(value)
        if name in ("officer", "deputy", "to") and plain in people.names:
            plain = f"{people.name(plain)}（{plain}）"
        told.append((HEADINGS[name], posts[plain] if name == "post" and plain in posts else Text(zh=plain, en=plain)))
    return told


@part(Part.APPOINTMENTS)
@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """Confirm or reject."""
    text, does = request.POST.get("number", ""), request.POST.get("does") == "confirm"
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
    try:
        peoplechanges.decide_on(agency.office(), number, confirm=does, by=by_of(request))
    except (BadRegistration, BadChange) as error:
        return _changes(request, fault=error.message, status=422)
    messages.success(request, "done")
    return redirect("/people/changes/")
