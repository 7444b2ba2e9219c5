"""qingfeng document list, agency, register."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qingfeng.casework.office import load_case
from qingfeng.casework.registry import By
from qingfeng.casework.words import both
from qingfeng.documents.agency import describe
from qingfeng.documents.casefile import Shelf
from qingfeng.documents.fill import Unfilled, anchor_of, kind_named
from qingfeng.documents.kinds import Kind, instruments
from qingfeng.documents.papers import STATES, VOIDED, read_papers, read_register
from qingfeng.terms.text import Text

from .agency import now, opened
from .document_steps import paper_data
from .reader import hidden_among, must_read
from .screen import Screen


def list_documents(screen: Screen, case_id: str) -> None:
    """Show the papers of a case and which documents can be made.  Raises UnknownThing."""
    with opened(screen) as office:
        must_read(screen, office, case_id)
        with office.store.read() as tx:
            registry = office.registry(tx)
            case, _ = load_case(office, tx, registry, case_id)
            papers = read_papers(tx, case_id)
    shelf = Shelf(case=case, papers=papers, agency=registry.agency, people=registry.people, calendar=registry.calendar)
    known = [k for k in instruments().of_power(case.version.kind) if k.after]
    screen.say("已有文书：" if papers else "还没有核定的文书。", "Papers:" if papers else "No paper was approved yet.")
    for paper in papers:
        state, number = STATES[paper.state], paper.number or ""
        screen.say(f"  {paper.id}　{paper.title}　{number}　{state.zh}　{paper.hash[:16]}",
                   f"  {paper.id}  {paper.kind}  {number}  {state.en}  {paper.hash[:16]}")  # fmt: skip
    screen.say("可以制作：", "Can be made:")
    told = [_one(shelf, each) for each in known]
    for each, lack in zip(known, told, strict=True):
        ready = Text(zh="齐备", en="ready") if lack is None else lack
        screen.say(f"  {each.id}　{each.title.zh}　{ready.zh}", f"  {each.id}  {each.title.en}  {ready.en}")
    makes = [{"kind": k.id, "title": both(k.title), "lacks": both(lack)} for k, lack in zip(known, told, strict=True)]
    screen.data({"case": case_id, "papers": [paper_data(p) for p in papers], "kinds": makes})


def _one(shelf: Shelf, kind: Kind) -> Text | None:
    if anchor_of(shelf.case, kind) is None:
        return Text(zh="尚无所依据的动作", en="nothing gives rise to it yet")
    try:
        shelf.fill(kind.id)
    except Unfilled as error:
        return error.message
    return None


def agency_particulars(screen: Screen, said: Mapping[str, str], *, who: str) -> None:
    """Register or show what the agency says of itself.  Raises BadRegistration."""
    with opened(screen) as office:
        if said:
            with office.store.write() as tx:
                describe(office, tx, said, by=By(actor=who, entered=now()))
        with office.store.read() as tx:
            registered = dict(office.registry(tx).agency)
    known = instruments().particulars
    for name, label in known.items():
        value = registered.get(name)
        screen.say(f"  {name}　{label.zh}：{value or '未登记'}", f"  {name}  {label.en}: {value or 'not registered'}")
    screen.data({"agency": {name: registered.get(name) for name in known}})


def show_register(screen: Screen, kind: str, year: int) -> None:
    """Show every number drawn for an instrument in a year, in order, the void ones too."""
    what = kind_named(instruments(), kind)
    with opened(screen) as office, office.store.read() as tx:
        drawn = read_register(tx, what.id, year)
        hidden = hidden_among(screen, office, tx, [e.data["case"] for e in drawn])
        drawn = [e for e in drawn if e.data["case"] not in hidden]
        state = {(e.data["case"], p.number): p for e in drawn for p in read_papers(tx, e.data["case"]) if p.number}
    rows: list[dict[str, Any]] = []
    for event in drawn:
        paper = state.get((event.data["case"], event.data["number"]))
        now_is = paper.state if paper else VOIDED
        rows.append(
            {"number": event.data["number"], "case": event.data["case"], "hash": event.data["hash"], "state": now_is}
        )
        words = STATES[now_is]
        screen.say(f"  {event.data['number']}　{event.data['case']}　{words.zh}　{event.at:%Y-%m-%d}",
                   f"  {event.data['number']}  {event.data['case']}  {words.en}  {event.at:%Y-%m-%d}")  # fmt: skip
    if not rows:
        screen.say("没有编过号。", "No number was drawn.")
    screen.data({"kind": what.id, "year": year, "numbers": rows})
