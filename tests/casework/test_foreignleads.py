"""Leads of another system's log on the board: once, with the log named, routed like other findings, counted against the rule."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from qingfeng.casework import followup, foreignleads, suspicions
from qingfeng.casework.desk.findinghelp import cause_of
from qingfeng.casework.findings import STREAM, act_behind, kept, level_of, place_of, risks_of, sentence, title_of
from qingfeng.casework.foreignleads import Lead, origin_of, take_in
from qingfeng.casework.office import Office, UnknownThing
from qingfeng.casework.words import rule_name
from qingfeng.terms.instants import parse_instant
from qingfeng.terms.text import Text
from qingfeng.wiring import read_powers

from .agency import COURSE, change

NOW = parse_instant("2026-03-05 10:00")
LOG, DIGEST = "审批系统", "ab" * 32


def lead(what: str = "案1\x00e7", **changes: Any) -> Lead:
    said = {"rule": "two_officers#1", "power": COURSE, "version": "2020-01-01", "what": what, "officers": ("ann", "外人"), "post": None,
            "words": Text(zh="案件案1：与规则不符，须核实。", en="Case 案1 disagrees; to be checked."), "events": ("案1 第7行 检查 ann",),
            "seen": ("2026-02-01T09:00:00+08:00",), "judged": 40, "found": 3}  # fmt: skip
    return Lead(**{**said, **changes})


def taken(office: Office, *leads: Lead, later: int = 0, log: str = LOG) -> foreignleads.Took:
    return take_in(office, leads, log=log, digest=DIGEST, who="zhou", now=NOW + timedelta(days=later))


def staff(office: Office) -> None:
    for who, post in (("zhou", followup.INSPECTOR), ("wu", followup.CHIEF)):
        change(office, "officer_added", {"officer": who, "name": who})
        change(office, "appointed", {"officer": who, "post": post, "from": "2024-01-01"})


def test_a_lead_stands_on_the_board_once_and_names_its_log(office: Office) -> None:
    (new,) = taken(office, lead(), lead(rule="two_officers#2")).new
    again = taken(office, lead(), later=1)
    assert (again.new, again.known) == ((), 1)
    assert len(taken(office, lead(), log="另一系统").new) == 1, "another system is another matter"
    assert new.found.rule == "log:two_officers"
    assert "案1" not in new.found.key, "what it names can be erased"
    with office.store.read() as tx:
        event = act_behind(office, tx, new)
        registry = office.registry(tx)
        version, _ = office.version(registry, new.power, new.version)
        said = sentence(new, event, version, registry.people.name)
        cause = cause_of(tx, registry, new, event, None, ())
        assert followup.standing(office, tx).found[new.number].discreet is False
    assert said.zh.startswith("［审批系统］")
    assert origin_of(event) == (LOG, DIGEST, ("案1 第7行 检查 ann",))
    assert LOG in cause.what.zh
    assert "案1 第7行 检查 ann" in cause.what.zh
    assert "案1 第7行 检查 ann" in cause.what.en
    assert event is not None
    assert event.data["officers"] == ["ann"], "who is not ours is told in words only"


def test_suspicion_and_leaders_are_for_discipline_alone(office: Office) -> None:
    leads = [
        lead("a", rule="pattern:clock_stop_abuse"),
        lead("b", post="agency_head"),
        lead("c", rule="tip_access"),
        lead("d"),
    ]
    new = taken(office, *leads).new
    with office.store.read() as tx:
        found = followup.standing(office, tx).found
        assert [found[one.number].discreet for one in new] == [True, True, True, False]


def test_it_is_verified_like_any_other_and_feeds_the_rate_of_its_rule(office: Office) -> None:
    staff(office)
    first, _ = taken(office, lead("a"), lead("b")).new
    words = {"words": "到源系统核对了原始记录"}
    with pytest.raises(followup.BadStep):
        followup.take(office, first.number, "review", {"outcome": "upheld"}, by="ann", at=NOW, **words)
    followup.take(
        office, first.number, "review", {"outcome": "false_alarm"}, by="zhou", at=NOW + timedelta(hours=1), **words
    )
    with office.store.read() as tx:
        standing = followup.standing(office, tx)
        rate = followup.rates(standing, {}, suspicions.judged(tx))["log:two_officers"]
    assert (rate.found, rate.judged, rate.reviewed, rate.false) == (2, 40, 1, 1)


def test_a_closed_suspicion_comes_again_only_when_enough_has_happened_since(office: Office) -> None:
    staff(office)
    old = lead("ann", rule="pattern:clock_stop_abuse")
    (first,) = taken(office, old).new
    words = {"words": "到源系统核对了原始记录"}
    assert taken(office, old, later=1).new == ()
    followup.take(
        office, first.number, "review", {"outcome": "not_upheld"}, by="zhou", at=NOW + timedelta(days=2), **words
    )
    followup.take(office, first.number, "close", {}, by="wu", at=NOW + timedelta(days=3), **words)
    assert taken(office, old, later=30).new == ()
    fresh = lead(
        "ann", rule="pattern:clock_stop_abuse", seen=tuple(f"2026-04-{day:02d}T09:00:00+08:00" for day in range(1, 9))
    )
    (again,) = taken(office, fresh, later=60).new
    assert again.found.key == first.found.key + "#2"


def test_a_power_that_is_not_published_is_named_and_nothing_is_kept(office: Office) -> None:
    with pytest.raises(UnknownThing):
        taken(office, lead(), lead("b", power="a009/none"))
    with office.store.read() as tx:
        assert kept(tx) == []
    with pytest.raises(UnknownThing):
        foreignleads.must_be_few([lead()] * (foreignleads.MOST + 1))


def test_what_names_somebody_can_be_erased_and_the_finding_still_reads(office: Office) -> None:
    (new,) = taken(office, lead()).new
    with office.store.write() as tx:
        assert tx.erase(STREAM, new.number)
    with office.store.read() as tx:
        registry = office.registry(tx)
        version, _ = office.version(registry, new.power, new.version)
        event = act_behind(office, tx, new)
        assert "清除" in sentence(new, event, version, registry.people.name).zh
        assert origin_of(event) == (LOG, DIGEST, ())


def test_a_rule_has_its_name_its_risk_points_and_its_level_there_too(office: Office) -> None:
    power = next(
        f.loaded.power for f in read_powers() if f.loaded.power is not None and f.loaded.power.id == "a000/penalty"
    )
    for rule in ("two_officers", "pattern:clock_stop_abuse"):
        assert title_of("log:" + rule) == title_of(rule) == rule_name("log:" + rule)
        assert risks_of(power.versions[-1], "log:" + rule) == risks_of(power.versions[-1], rule)
        assert level_of(power.versions[-1], "log:" + rule) == level_of(power.versions[-1], rule)
    (new,) = taken(office, lead()).new
    assert place_of(new) == (STREAM, new.number)
