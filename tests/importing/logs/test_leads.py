"""Findings of a log as leads: the events that prove them, whom they concern, how often the rule is not kept; and the roll-up."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from qingfeng.detection.foreign import WHY
from qingfeng.importing.logs.canonical import Canonical
from qingfeng.importing.logs.hold import Holding
from qingfeng.importing.logs.leads import LEAD, Leads, origin_of, roll_up, write_leads
from qingfeng.importing.logs.mapping import read_mapping
from qingfeng.importing.logs.outcomes import summary
from qingfeng.importing.logs.outgoing import Going, going, leaving
from qingfeng.importing.logs.writers import MAPPING, write_canonical

from .foreign_kit import calendar
from .leaving_kit import POWER, agency, power, what

Told = tuple[Canonical, list[dict[str, Any]], list[dict[str, Any]]]


def judged(folder: Path, cases: list[list[Going]]) -> Told:
    """Write cases as a canonical log, judge them; return the log, the summary and the leads."""
    write_canonical(folder / "log", what(), cases)
    log = Canonical(folder / "log")
    mapping = read_mapping((folder / "log" / MAPPING).read_text(encoding="utf-8"), name=MAPPING)
    told = summary(Holding(log, mapping, power(), calendar()).judge(folder / "found.parquet"), WHY)
    return log, told, list(Leads(log, mapping, power()).of_rules(folder / "found.parquet", told))


@pytest.fixture(scope="module")
def record() -> list[list[Going]]:
    with agency() as office, office.store.read() as tx:
        return list(going(tx, leaving(office, office.registry(tx), POWER)))


@pytest.fixture(scope="module")
def wrong(record: list[list[Going]], tmp_path_factory: pytest.TempPathFactory) -> Told:
    """One case whose notice was never served, and which one person opened, reviewed and closed."""
    big = max(record, key=len)
    own = {"approve_case_opening", "pass_review", "investigate", "close_case"}
    one = [replace(a, actor=big[8].actor) if a.act in own else a for a in big]
    kept = [a for a in one if a.act != "serve_prior_notice"]
    return judged(tmp_path_factory.mktemp("wrong"), [kept if case is big else case for case in record])


def test_an_honest_record_gives_no_leads_but_what_was_entered_late(record: list[list[Going]], tmp_path: Path) -> None:
    log, told, found = judged(tmp_path, record)
    late = {(a.case, a.act) for case in record for a in case if a.entered is not None and (a.entered - a.at).days > 3}
    assert {(one["rule"], one["case"], one["act"]) for one in found} == {("prompt_registration", *one) for one in late}
    leads = [one for one in found if (one["case"], one["act"]) not in late]
    assert leads == []
    assert sum(one["satisfied"] > 0 for one in told) > 100
    write_leads(tmp_path / "leads.parquet", leads, log=log)
    assert roll_up(tmp_path / "leads.parquet", log) == []


def test_a_lead_names_the_events_that_prove_it(record: list[list[Going]], wrong: Told) -> None:
    case = max(record, key=len)[0].case
    notice = [one for one in wrong[2] if one["rule"].startswith("prior_notice")]
    assert {one["case"] for one in notice} == {case}
    assert all(one["risks"] and one["level"] in power().versions[-1].level_scheme for one in notice)
    for one in wrong[2]:
        first = one["evidence"][0]
        assert (first["case"], first["row"], first["act"]) == (one["case"], one["row"], one["act"])
        assert first["id"] == one["id"] is not None
        assert one["case"] == one["id"].rpartition("#")[0]
        assert bool(one["risks"]) == (one["level"] is not None), one["rule"]
        assert one["judged"] >= one["found"] >= 1
        assert one["base"] == pytest.approx(one["found"] / one["judged"], abs=1e-5)
        assert "须核实" in one["zh"]
        assert "to be checked" in one["en"]


def test_two_acts_of_one_person_stand_beside_each_other(record: list[list[Going]], wrong: Told) -> None:
    who = max(record, key=len)[8].actor
    apart = [one for one in wrong[2] if one["rule"].startswith("separate_duties")]
    assert apart
    assert {one["actor"] for one in apart} == {who}
    assert all(len({e["act"] for e in one["evidence"] if e["actor"] == who}) > 1 for one in apart)


def test_leads_are_written_with_their_log_and_rolled_up(record: list[list[Going]], wrong: Told, tmp_path: Path) -> None:
    log, _, leads = wrong
    path = tmp_path / "leads.parquet"
    assert write_leads(path, leads, log=log) == len(leads)
    assert pq.read_schema(path).names == LEAD.names
    origin = origin_of(path)
    assert origin is not None
    assert origin["log"] == log.manifest["sha256"]
    assert origin_of(log.path) is None
    rolled, who = roll_up(path, log), max(record, key=len)[8].actor
    mine = next(one for one in rolled if one["by"] == "officer" and one["name"] == who)
    assert mine["leads"] == sum(one["actor"] == who for one in leads)
    of = sum(any(a.actor == who for a in case) for case in record)
    assert (mine["cases_with_leads"], mine["cases"], mine["share"]) == (1, of, round(1 / of, 6))
    parties = [one for one in rolled if one["by"] == "party"]
    assert sum(one["leads"] for one in parties) == len(leads)
