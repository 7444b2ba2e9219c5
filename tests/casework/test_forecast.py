"""What a form says before it is filled in: what stops an act whatever is written there is told at once, and it does stop it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from qingfeng import wiring
from qingfeng.casework.desk.forecast import Forecast, Outlook
from qingfeng.casework.office import Office, load_case
from qingfeng.catalogue.power import PARTY, SYSTEM
from qingfeng.engine.clock import clocks
from qingfeng.simulation import script

TRIED = ("a000/penalty", "a001/licence")
PATHS = [path for path in wiring.power_paths([wiring.data_folder("powers")]) if f"{path.parent.name}/{path.stem}" in TRIED]


def before(office: Office, case_id: str, row: script.Row, at: object) -> Forecast | None:
    """What the form of a row says before anybody fills it in; None for what is no act of the power."""
    with office.store.read() as tx:
        registry = office.registry(tx)
        case, controls = load_case(office, tx, registry, case_id)
        rule = next((one for one in case.version.procedure.rows if one.act == row.does), None)
        if rule is None:
            return None
        outlook = Outlook(tx, registry, case, controls, clocks(case, registry.calendar), {c.name: c.title for c in controls})
        return outlook.before_filling(rule, actor=row.who, post=row.who.split("/")[0], at=at)  # type: ignore[arg-type]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_what_stops_every_form_is_told_at_once_and_no_honest_act_is_stopped_so(path: object) -> None:
    (read,) = wiring.read_powers([path])  # type: ignore[list-item]
    power = read.loaded.power
    assert power is not None
    said: list[tuple[str, frozenset[str], str]] = []  # act, the rules that stop it anyhow, what came of it
    told: list[script.Result] = []
    with wiring.throwaway([power]) as office:

        def rows() -> Iterator[script.Row]:
            for row in map(script.row_from_story, power.versions[-1].stories[0].rows):
                main = next((one.case for one in told if one.case and one.row.case == script.MAIN), None)
                if main is not None and row.who not in (PARTY, SYSTEM):
                    found = before(office, main, row, script.moment_of(row.day, told[-1].at))
                    if found is not None:
                        said.append((row.does, frozenset(c.rule for c in found.first), row.then or ""))
                yield row

        for result in script.run(office, rows(), power=power.id):
            told.append(result)
    wrong = [(act, rules, then) for act, rules, then in said if rules and not then.startswith("refused")]
    assert wrong == []
    assert len(said) > 5


def test_who_has_not_answered_yet_reads_it_before_he_writes_his_report() -> None:
    power = next(f.loaded.power for f in wiring.read_powers(PATHS) if f.loaded.power is not None and f.loaded.power.id == "a000/penalty")
    story = next(one for one in power.versions[-1].stories if one.id == "full_course")
    rows = list(map(script.row_from_story, story.rows))
    until = next(n for n, row in enumerate(rows) if row.does == "answer_contacts")
    report = next(row for row in rows if row.does == "submit_final_report")
    with wiring.throwaway([power]) as office:
        told = list(script.run(office, iter(rows[:until]), power=power.id))
        case = next(one.case for one in told if one.case)
        found = before(office, case, report, told[-1].at)
    assert found is not None
    assert {c.rule for c in found.first} == {"contact_record", "gift_register", "interference_record"}
    assert all(c.remedy is not None and "“" in c.remedy.zh for c in found.first)
    assert "final_report_complete" in {c.rule for c in found.stops} - {c.rule for c in found.first}  # this one asks for words
