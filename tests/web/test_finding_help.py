"""What the page of a finding says to who handles it: the rule's own words, whose turn it is, whom he may name; and who may answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from qingfeng.casework import boxes, complaints, followup
from qingfeng.casework.desk import findingpage
from qingfeng.casework.desk.access import viewer_of
from qingfeng.casework.office import event_of
from qingfeng.engine.event import ACT
from qingfeng.terms.instants import local_day

from .site_kit import Site
from .test_public import HANDED

As = Callable[[str | None], Any]


def pages(site: Site, officer: str) -> Mapping[int, findingpage.Page]:
    """Return the page of every finding as an officer sees it."""
    with site.office.store.read() as tx:
        desk = findingpage.Desk.at(site.office, tx, followup.standing(site.office, tx), now=site.now)
        viewer = viewer_of(desk.registry.people, officer, local_day(site.now))
        return {number: findingpage.page(desk, number, viewer) for number in desk.known.found}


def test_a_late_entry_is_told_in_the_words_that_its_officer_read(site: Site) -> None:
    late = [one for one in pages(site, "discipline_inspector").values() if one.line.rule == "prompt_registration"]
    assert late
    for one in late:
        assert "个工作日后才录入" in one.cause.what.zh
        assert "working days later" in one.cause.what.en
        assert one.cause.prompted
        assert one.cause.explained, "the seeded officers say why"


def test_a_duty_not_done_is_told_with_its_day_and_names_first_who_bears_it(site: Site) -> None:
    missed = [one for one in pages(site, "discipline_inspector").values() if one.line.by_duty]
    assert missed
    for one in missed:
        assert "以前完成并登记" in one.cause.what.zh
        assert one.people[0].name.zh == "承担这项职责的人员"
        assert 0 < len(one.people[0].officers) < len(one.people[1].officers)


def test_only_what_the_viewer_may_do_is_offered_and_the_rest_names_who_may(fresh_site: Site, as_: As) -> None:
    number = next(n for n, one in pages(fresh_site, "discipline_inspector").items() if not one.line.discreet)
    step = {"words": "已核对原始记录和当事人说法"}
    as_("jiwei").post(f"/findings/{number}/step/", {"act": "review", "outcome": "upheld", **step})
    inspector, chief = (pages(fresh_site, one)[number] for one in ("discipline_inspector", "discipline_head"))
    assert [act for act, _ in inspector.acts] == ["rectify"]
    assert [turn.act for turn in inspector.turns] == [followup.ACTS["dispose"]]
    assert {act for act, _ in chief.acts} == {"rectify", "dispose"}
    with fresh_site.office.store.read() as tx:
        name = fresh_site.office.registry(tx).people.name("discipline_head")
    assert name in inspector.turns[0].who.zh
    refused = as_("jiwei").post(f"/findings/{number}/step/", {"act": "dispose", "disposition": "none", **step})
    assert refused.status_code == 422
    assert name in refused.content.decode(), "a refusal stands beside the name of who decides"


def test_who_worked_on_a_case_does_not_answer_a_complaint_that_names_it_by_its_receipt(fresh_site: Site) -> None:
    case = fresh_site.cases("a000/penalty")[0]
    citizen, clerk = fresh_site.client(), fresh_site.client("kezhang")
    answer = clerk.post(f"/cases/{case}/receipt/", HANDED).content.decode()
    number = answer.split('class="big">')[1].split("<")[0]
    citizen.post(
        "/complain/service/",
        {"about": "procedure", "power": "", "case": number, "content": "办理时没有给我陈述申辩的机会。"},
    )
    with fresh_site.office.store.read() as tx:
        waiting = boxes.waiting(fresh_site.office, tx, complaints.BOX, today=local_day(fresh_site.now))
        actor = next(
            str(e.actor)
            for e in map(event_of, tx.events(f"case/{case}"))
            if e.kind == ACT and e.actor not in (None, "party")
        )
        assert complaints.case_meant(tx, number) == case
        assert complaints.case_meant(tx, case) == case
        assert complaints.case_meant(tx, "无此号") == "无此号"
    with pytest.raises(complaints.NotYours):
        complaints.answer(
            fresh_site.office, waiting[-1].number, "已经核实，程序没有问题。", by=actor, at=fresh_site.now
        )


def test_what_was_answered_can_be_found_again_until_it_comes_back(fresh_site: Site) -> None:
    office, day = fresh_site.office, local_day(fresh_site.now)
    with office.store.write() as tx:
        boxes.put(office, tx, "tips", "m1", power="", what="tip", at=fresh_site.now)
        boxes.take(office, tx, "tips", "m1", by="discipline_inspector", at=fresh_site.now)
    with office.store.read() as tx:
        assert [(one.number, one.by) for one in boxes.settled(office, tx, "tips", today=day)] == [
            ("m1", "discipline_inspector")
        ]
    with office.store.write() as tx:
        boxes.put(office, tx, "tips", "m1", power="", what="tip", at=fresh_site.now)
    with office.store.read() as tx:
        assert not boxes.settled(office, tx, "tips", today=day)
        assert [one.number for one in boxes.waiting(office, tx, "tips", today=day)] == ["m1"]
