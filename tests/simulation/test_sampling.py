"""A drilled case among honest ones: found as often as the duty draws, and only where its record really can be gainsaid."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from qingfeng import wiring
from qingfeng.casework.office import Office
from qingfeng.casework.registry import publish
from qingfeng.catalogue.power import Power
from qingfeng.draw.chain import anchor
from qingfeng.simulation.drill import Outcome, Tried, run_drill
from qingfeng.simulation.drill_watch import SEEDS, enough
from qingfeng.simulation.keeping import keep_duties
from qingfeng.simulation.sampling import sampling
from qingfeng.store.sqlite import SqliteStore
from tests.casework.agency import FOUNDED, begin, change, do, furnished
from tests.drilled import drill, drilled
from tests.duties.power import POWER, SETTINGS, SOURCE, plain
from tests.sample import at

SINCE = date(2025, 12, 8)


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Any]:
    """Makes an agency with the small power and some of its duties."""
    stores: list[SqliteStore] = []

    def made(duties: dict[str, Any] | None = None) -> Office:
        store = SqliteStore.open(tmp_path / f"{len(stores)}.db", create=True)
        stores.append(store)
        office = furnished(Office(store, salts=secrets.token_bytes))
        with store.write() as tx:
            publish(office, tx, plain(duties), by=FOUNDED)
        change(office, "appointed", {"officer": "dan", "post": "head", "from": "2024-01-01"}, on="2025-12-02")
        return office

    yield made
    for store in stores:
        store.close()


def days(office: Office, case: str, name: str, since: date = SINCE) -> list[date | None]:
    find = sampling(office, case, f"duty:{name}", since)
    return [find(seed) for seed in range(SEEDS)]


def share(found: list[date | None]) -> float:
    return sum(day is not None for day in found) / len(found)


def told(office: Office, *acts: tuple[str, str, dict[str, Any]]) -> str:
    case = begin(office, "2025-12-08", power=POWER)
    for hour, (act, who, data) in enumerate(acts, 10):
        answer = do(office, case, act, who, at("2025-12-08", hour), data=data)
        assert type(answer).__name__ == "Done", answer
    return case


CLOSE: tuple[str, str, dict[str, Any]] = ("close", "ann", {})
DENIED = ("answer", "ann", {"gifts": "none", "contacts": "none", "interference": "none"})
DECLARED = ("answer", "ann", {"gifts": "handed_in", "contacts": "some", "interference": "recorded"})


def test_a_sampled_case_is_found_as_often_as_the_share_says(make: Any) -> None:
    office = make()
    case = told(office, DENIED, ("inspect", "bob", {"checklist": {"fire": "ok"}}), CLOSE)
    for name, stated in (("integrity_call_back", 0.3), ("file_sampling", 0.2), ("reinspection", 0.1)):
        found = days(office, case, name)
        assert enough(share(found), stated), name
        assert share(found) < stated + 0.11, name
        assert {day for day in found if day} == {date(2026, 1, 15)}, "the tenth working day after December"


def test_what_is_not_in_the_population_is_never_drawn(make: Any) -> None:
    office = make()
    open_case = told(office, DENIED)
    for name in ("integrity_call_back", "file_sampling", "reinspection", "no_such_duty"):
        assert share(days(office, open_case, name)) == 0.0, name
    closed = told(office, DENIED, CLOSE)
    assert share(days(office, closed, "file_sampling", date(2026, 1, 2))) == 0.0, (
        "that period was over before the attempt"
    )
    assert share(days(make({}), "", "lead_reconciliation")) == 0.0, "the power has no such duty"


def test_a_record_that_cannot_be_gainsaid_is_not_found(make: Any) -> None:
    office = make()
    assert share(days(office, told(office, DECLARED, CLOSE), "integrity_call_back")) == 0.0
    empty = told(office, ("inspect", "bob", {}), CLOSE)
    assert share(days(office, empty, "reinspection")) == 0.0, "no item to compare"
    nobody = told(office, DENIED, ("inspect", "bob", {"officers": ["carl", "dan"]}), CLOSE)
    assert share(days(office, nobody, "integrity_call_back")) == 0.0, "everybody who could ask took part"


def test_who_was_returned_twice_is_asked_for_certain(make: Any) -> None:
    office = make()
    case = told(office, ("send_back", "ann", {}), ("send_back", "ann", {}))
    assert share(days(office, case, "integrity_call_back")) == 1.0


def test_a_published_chain_does_not_stop_drills(make: Any) -> None:
    source = {**SOURCE, "anchor": anchor(b"x" * 32, length=9), "since": "2025-12-01"}
    office = make({"file_sampling": {**SETTINGS["file_sampling"], "seed_source": source}})
    assert enough(share(days(office, told(office, CLOSE), "file_sampling")), 0.2)


def test_a_count_and_a_reconciliation_find_what_they_look_at_every_time(make: Any) -> None:
    office = make()
    held = told(
        office, ("seize", "bob", {"goods": {"W1": 20}}), ("store", "ann", {"goods": {"W1": 20}, "custodian": "ann"})
    )
    assert set(days(office, held, "stock_count")) == {date(2026, 1, 15)}
    gone = told(office, ("seize", "bob", {"goods": {"W1": 20}}), ("give_back", "ann", {"goods": {"W1": 20}}))
    assert share(days(office, gone, "stock_count")) == 0.0
    assert set(days(office, "", "lead_reconciliation")) == {date(2025, 12, 26)}, "a lead that never became a case"
    entered = told(office, ("register_lead", "bob", {"external_no": "A-1"}))
    assert share(days(office, entered, "lead_reconciliation")) == 0.0
    unnumbered = told(office, ("register_lead", "bob", {}))
    assert share(days(office, unnumbered, "lead_reconciliation")) == 0.0, (
        "the number is what is matched: the case stands for another lead"
    )


DUTY = """\
      register_check: {every: month, by: section_head, within: {n: 5, unit: working_day}}
      file_sampling: {every: week, by: discipline_inspector, within: {n: 10, unit: working_day}, closes: [decide_application], share: 40,
        seed_source: {kind: lottery, source: 双色球, weekdays: [2, 4, 7]}}
"""
FALSE_FILE = """\
      - id: false_file
        risk: decide.r1
        attempt: {zh: 分管领导明知材料不实仍准予, en: The deputy grants what he knows to be false}
        from: full_course
        before: decide_application
        rows: [{day: 2026-04-01, who: deputy_in_charge, does: decide_application, with: {decision_outcome: granted, reasons: 材料齐全}}]
        ring: found
        by: [duty:file_sampling]
        probability: 0.4
"""
CHECK = "      register_check: {every: month, by: section_head, within: {n: 5, unit: working_day}}\n"
SAMPLED = ((CHECK, DUTY), ("    stories:\n", FALSE_FILE + "    stories:\n"))


def tried(power: Power, **more: Any) -> Tried:
    with wiring.throwaways([power]) as agencies:
        return run_drill(
            agencies, power.versions[-1], drill(power, "false_file"), hits=lambda *_, only=None: set(), sampling=sampling, **more
        )


def test_a_drill_that_rests_on_a_sample_is_borne_out_by_the_duty_and_missed_without_it() -> None:
    result = tried(drilled(*SAMPLED))
    assert result.stopped, result.problem
    assert (result.outcome, set(result.by), result.after) == (Outcome.FOUND, {"duty:file_sampling"}, 19)
    assert 0.3 < result.probability < 0.52
    assert tried(drilled(*SAMPLED), without={"duty:file_sampling"}).outcome is Outcome.MISSED
    boasted = tried(drilled(*SAMPLED, ("        probability: 0.4\n", "        probability: 0.6\n")))
    assert not boasted.stopped


def test_honest_officers_do_every_duty_and_nothing_is_found(make: Any) -> None:
    office = make()
    told(office, DENIED, ("inspect", "bob", {"checklist": {"fire": "ok", "dust": "problem"}}), CLOSE)
    told(
        office,
        ("seize", "bob", {"goods": {"W1": 20, "W2": 1}, "marks": {"W2": "SN-1"}}),
        ("store", "ann", {"custodian": "ann"}),
    )
    told(office, ("register_lead", "bob", {"external_no": "A-1"}), ("send_back", "ann", {}), ("send_back", "ann", {}))
    kept = []
    for day in ("2025-12-15", "2025-12-22", "2025-12-29", "2026-01-05", "2026-01-12"):
        kept += [(one.stream.rpartition("/")[2], one.period) for one in keep_duties(office, [POWER], at=at(day))]
    weekly = [("lead_reconciliation", f"2025-W{week}") for week in (49, 50, 51)]
    monthly = [(name, "2025-12") for name, settings in SETTINGS.items() if settings["every"] == "month"]
    assert kept == [
        *weekly,
        *sorted([*monthly, ("lead_reconciliation", "2025-W52")]),
        ("lead_reconciliation", "2026-W01"),
    ]
    with office.store.read() as tx:
        found = [
            row for row in tx.all_events(limit=1_000) if b'"duty_finding"' in row.entry or b'"duty_missed"' in row.entry
        ]
    assert found == []


HIDDEN = """\
      - id: hidden_application
        risk: accept.r1
        part: p1
        attempt: {zh: 受理人员收件不登记, en: The clerk takes the papers and registers nothing}
        from: full_course
        before: receive_application
        rows: [{day: 2026-03-02, who: clock, does: wait}]
        ring: found
        by: [duty:lead_reconciliation]
        probability: 1
"""


def test_what_was_kept_back_has_no_case_and_is_asked_for_all_the_same() -> None:
    asked = []

    def sample(office: Office, case_id: str, name: str, since: date, /) -> Any:
        asked.append((case_id, name, since))
        return lambda seed: date(2026, 3, 13)

    power = drilled((CHECK, DUTY), ("    stories:\n", HIDDEN + "    stories:\n"))
    with wiring.throwaways([power]) as agencies:
        version = power.versions[-1]
        result = run_drill(
            agencies, version, drill(power, "hidden_application"), hits=lambda *_, only=None: set(), sampling=sample
        )
    assert asked == [("", "duty:lead_reconciliation", date(2026, 3, 2))]
    assert (result.stopped, result.after, result.probability) == (True, 11, 1.0)
