"""Suspicions in the live store: laid down once, for discipline alone, in neutral words, erasable, and again only on new evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest

from qingfeng.casework import followup, suspicions
from qingfeng.casework.actlog import relations_of
from qingfeng.casework.desk.findinghelp import cause_of
from qingfeng.casework.discretion import discreet
from qingfeng.casework.findings import STREAM, act_behind, kept, risks_of, rules_known, sentence, title_of
from qingfeng.casework.office import CASE, Office
from qingfeng.casework.reading import open_file
from qingfeng.casework.words import rule_name
from qingfeng.detection.relations import RELATIONS, Relations
from qingfeng.store.analytics import Analytics
from qingfeng.terms.instants import parse_instant
from qingfeng.wiring import read_powers

from .agency import COURSE, FREE, begin, change, do

NOW = parse_instant("2026-03-05 10:00")
RULE = "pattern:clock_stop_abuse"
ONLY = ["clock_stop_abuse"]


class Canned:
    """A session that has one answer: ann stops the clock far more often than the others."""

    def __init__(self, evidence: Sequence[str], hits: int = 40) -> None:
        self.evidence, self.hits, self.closed = list(evidence), hits, False

    def __call__(self, relations: Relations) -> Canned:
        assert set(relations) == set(RELATIONS)
        return self

    def ask(self, sql: str) -> Sequence[Mapping[str, Any]]:
        """Answer as DuckDB would."""
        if sql.startswith("CREATE"):
            return []
        if "AS whole FROM" in sql:
            return [{"n": 100, "whole": 0}]
        if "AS _all" in sql:
            return [{"_all": 400, "actor": 400}] if "'stop'" in sql else [{"_all": 0}]
        counts = {"ann": self.hits, **{f"o{n}": 2 for n in range(7)}}
        return [{"subject": who, "stratum": "s", "hits": h, "trials": 50, "rest_hits": sum(counts.values()) - h, "rest_trials": 350,
                 "peers": 7, "power": COURSE, "officers": [who], "evidence": self.evidence if who == "ann" else []}
                for who, h in counts.items()]  # fmt: skip

    def close(self) -> None:
        """Let go."""
        self.closed = True


def _staff(office: Office) -> None:
    for who, post in (("zhou", followup.INSPECTOR), ("wu", followup.CHIEF), ("zheng", followup.CHIEF)):
        change(office, "officer_added", {"officer": who, "name": who})
        change(office, "appointed", {"officer": who, "post": post, "from": "2024-01-01"})


def _ended(office: Office, number: int, outcome: str) -> None:
    words = {"words": "查阅了案卷并询问有关人员"}
    followup.take(office, number, "review", {"outcome": outcome}, by="zhou", at=NOW + timedelta(hours=1), **words)
    if outcome == "upheld":
        followup.take(office, number, "dispose", {"disposition": "none"}, by="wu", at=NOW + timedelta(hours=2), **words)
    followup.take(office, number, "close", {}, by="wu", at=NOW + timedelta(hours=3), **words)


def test_a_suspicion_is_laid_down_once_with_its_evidence_and_base_rate(office: Office) -> None:
    case = begin(office)
    canned = Canned([f"{case}#1"])
    told = suspicions.run(office, canned, now=NOW, only=ONLY)
    assert canned.closed
    (new,) = told.new
    assert new.found.rule == RULE
    assert not suspicions.run(office, canned, now=NOW + timedelta(days=1), only=ONLY).new, "once, not twice"
    with office.store.read() as tx:
        assert [one.number for one in kept(tx)] == [new.number]
        event = act_behind(office, tx, new)
        registry = office.registry(tx)
        version, _ = office.version(registry, new.power, new.version)
        cause = cause_of(tx, registry, new, event, None, ())
    assert event is not None
    assert suspicions.evidence_of(event) == ((case, 1),) == cause.evidence
    said = sentence(new, event, version, registry.people.name)
    assert registry.people.name("ann") in said.zh
    assert "50次中有40次（80.0%）" in said.zh
    assert "也可能是" in said.zh
    assert "请核查" in said.zh
    assert "please check" in said.en
    assert "ann" not in new.found.key, "a subject is known by a code in what cannot be erased"


def test_only_discipline_sees_it(office: Office) -> None:
    (new,) = suspicions.run(office, Canned([]), now=NOW, only=ONLY).new
    assert discreet(RULE, None)
    with office.store.read() as tx:
        standing = followup.standing(office, tx)
        assert standing.found[new.number].discreet
        assert act_behind(office, tx, new).facts["seen_by"] == "discipline"  # type: ignore[union-attr]


def test_who_is_suspected_does_not_verify_it(office: Office) -> None:
    _staff(office)
    change(office, "appointed", {"officer": "ann", "post": followup.INSPECTOR, "from": "2024-01-01"})
    (new,) = suspicions.run(office, Canned([]), now=NOW, only=ONLY).new
    with pytest.raises(followup.BadStep):
        followup.take(office, new.number, "review", {"outcome": "false_alarm"}, words="没有问题的", by="ann", at=NOW)


@pytest.mark.parametrize("outcome", ["upheld", "false_alarm"])
def test_after_it_is_closed_it_comes_again_only_on_new_evidence(office: Office, outcome: str) -> None:
    _staff(office)
    old = [f"{begin(office)}#1" for _ in range(8)]
    (first,) = suspicions.run(office, Canned(old), now=NOW, only=ONLY).new
    _ended(office, first.number, outcome)
    later = NOW + timedelta(days=30)
    assert not suspicions.run(office, Canned(old), now=later, only=ONLY).new
    fresh = [f"{begin(office, '2026-04-01')}#1" for _ in range(8)]
    (again,) = suspicions.run(office, Canned(old + fresh), now=later, only=ONLY).new
    assert again.found.key == first.found.key + "#2"
    assert not suspicions.run(office, Canned(old + fresh), now=later, only=ONLY).new


def test_the_rate_of_false_alarms_is_told_of_the_pattern(office: Office) -> None:
    _staff(office)
    suspicions.run(office, Canned([]), now=NOW)
    (new,) = [one for one in _all(office) if one.found.rule == RULE]
    _ended(office, new.number, "false_alarm")
    with office.store.read() as tx:
        rate = followup.rates(followup.standing(office, tx), {}, suspicions.judged(tx))[RULE]
    assert (rate.found, rate.judged, rate.reviewed, rate.false) == (1, 8, 1, 1)


def _all(office: Office) -> list[Any]:
    with office.store.read() as tx:
        return kept(tx)


def test_all_patterns_run_once_a_day(office: Office) -> None:
    assert suspicions.daily(office, Canned([]), now=NOW) is not None
    assert suspicions.daily(office, Canned([]), now=NOW + timedelta(hours=3)) is None
    assert suspicions.daily(office, Canned([]), now=NOW + timedelta(days=1)) == 0


def test_what_names_somebody_can_be_erased_and_the_finding_still_reads(office: Office) -> None:
    (new,) = suspicions.run(office, Canned([]), now=NOW, only=ONLY).new
    with office.store.write() as tx:
        assert tx.erase(STREAM, new.number)
    with office.store.read() as tx:
        registry = office.registry(tx)
        event = act_behind(office, tx, new)
        version, _ = office.version(registry, new.power, new.version)
        assert "清除" in sentence(new, event, version, registry.people.name).zh
        assert kept(tx)


def test_a_pattern_has_a_name_and_points_to_risk_points() -> None:
    assert RULE in rules_known()
    assert title_of(RULE) == rule_name(RULE)
    assert title_of(RULE).zh == "滥用停表"
    power = next(f.loaded.power for f in read_powers() if f.loaded.power is not None and f.loaded.power.id == "a000/penalty")
    assert risks_of(power.versions[-1], RULE)


def test_the_store_becomes_relations(office: Office) -> None:
    case = begin(office)
    do(office, case, "register", "bob", "2026-03-03", data={})
    open_file(office, case, reader="ann", data={"part": "file", "purpose": "核对"}, at=NOW)
    free = begin(office, power=FREE)
    with office.store.read() as tx:
        relations = relations_of(tx, office.registry(tx), today=NOW.date())
        many = sum(len(tx.events(CASE + one)) for one in (case, free))
    assert len(list(relations["acts"])) <= many
    session = Analytics(relations)
    acts = session.ask("SELECT * FROM acts ORDER BY entered, case_id, seq")
    assert {row["case_id"] for row in acts} == {case, free}
    assert {row["actor"] for row in acts} >= {"ann"}
    assert all(row["at"].tzinfo is None for row in acts)
    (read,) = session.ask("SELECT * FROM reads")
    assert (read["case_id"], read["reader"], read["part"]) == (case, "ann", "file")
    days = session.ask("SELECT working, number FROM calendar WHERE day BETWEEN DATE '2026-02-13' AND DATE '2026-02-14' ORDER BY day")
    assert [day["working"] for day in days] == [True, True], "a made-up Saturday"
    session.close()
