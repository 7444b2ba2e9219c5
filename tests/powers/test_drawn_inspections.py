"""Inspections drawn at random: several firms of one draw, an inspector who falls ill, a firm that nobody visits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest

from qingfeng import wiring
from qingfeng.catalogue.power import Power
from qingfeng.simulation import script

WORDS = wiring.vocabulary()
FIRMS = {"F01a": "示例面粉有限公司", "F01b": "示例饲料加工厂", "F01c": "示例家具加工厂"}
FIRST = FIRMS["F01a"]
HASH, SCAN, NUMBER = re.compile(r"[0-9a-f]{64}"), "SM-2026-01", "〔2026〕1号"
SHARED = {"draw_up_pool", "draw_inspection", "publish_library", "form_inspection_team"}
"""What the cases of one draw say alike."""
HOURS = {2: ("10:30", "12:00", "12:20"), 3: ("16:40", "17:50", "18:10")}


@pytest.fixture(scope="module")
def power() -> Power:
    path = next(
        p for p in wiring.power_paths([wiring.data_folder("powers")]) if str(p).endswith("a000/inspection.yaml")
    )
    found = wiring.read_power(path, WORDS).loaded.power
    assert found is not None
    return found


def rows_of(power: Power, story: str) -> list[script.Row]:
    told = next(s for version in power.versions for s in version.stories if s.id == story)
    return [script.row_from_story(row) for row in told.rows]


def drawn_together(power: Power, n: int, code: str, *, cites: Mapping[str, Any] | None = None) -> Iterator[script.Row]:
    """The honest story for one of three firms drawn together: a case of its own, which cites the draw they share."""

    def own(value: Any) -> Any:
        if isinstance(value, str):
            told = value.replace(FIRST, FIRMS[code]).replace(SCAN, f"SM-2026-{n}1").replace(NUMBER, f"〔2026〕{n}号")
            return HASH.sub(lambda found: sha256(f"{n}{found[0]}".encode()).hexdigest() if n > 1 else found[0], told)
        if isinstance(value, list | tuple):
            return [own(one) for one in value]
        return {key: own(one) for key, one in value.items()} if isinstance(value, Mapping) else value

    for place, said in enumerate(rows_of(power, "normal")):
        row = said
        data = dict(row.data) if row.does in SHARED else {key: own(value) for key, value in row.data.items()}
        if row.does == "draw_up_pool":
            data["subject_count"] = 3
        if row.does == "draw_inspection":
            teams = [f"{firm}：inspection_leader、inspector；inspector/2" for firm in FIRMS.values()]
            data |= {
                "drawn": list(FIRMS),
                "subjects": list(FIRMS.values()),
                "subject": FIRMS[code],
                "teams": teams,
                **(cites or {}),
            }
        if row.does == "form_inspection_team":
            data["subjects"] = [FIRMS[code]]
        if row.does == "inspect_site" and n > 1:
            first, last, written = HOURS[n]
            data |= {"started": f"2026-03-05T{first}:00+08:00", "ended": f"2026-03-05T{last}:00+08:00"}
            row = replace(row, day=f"2026-03-05 {written}")
        yield replace(row, data=data, case=f"firm{n}", power=None if place else power.id, then=None)


def outcomes(power: Power, rows: list[script.Row]) -> list[tuple[str, str, list[str]]]:
    """What of the rows was not accepted: (case, act, by which rules)."""
    with wiring.throwaway([power]) as office:
        results = list(script.run(office, rows, power=None))
    return [
        (r.row.case, r.row.does, [stop.by for stop in r.stops])
        for r in results
        if r.outcome not in ("accepted", "clock")
    ]


def in_order(*cases: Iterator[script.Row]) -> list[script.Row]:
    rows = [row for case in cases for row in case]
    return sorted(rows, key=lambda row: (row.day[:10], row.day[11:]))


def test_three_firms_of_one_draw_are_inspected_each_in_a_case_of_its_own(power: Power) -> None:
    rows = in_order(*(drawn_together(power, n, code) for n, code in enumerate(FIRMS, 1)))
    assert outcomes(power, rows) == []


@pytest.mark.parametrize(
    ("code", "cites"),
    [
        ("F01a", {}),
        ("F01b", {"draw_id": "CQ-2026-01-9"}),
        ("F01b", {"officers": ["inspection_leader", "inspector/3"]}),
        ("F01b", {"substitutes": ["inspector/3"]}),
    ],
    ids=["the_same_firm_again", "another_draw", "other_officers", "other_substitutes"],
)
def test_who_cites_the_draw_of_another_case_cites_it_whole_and_for_another_firm(
    power: Power, code: str, cites: dict[str, Any]
) -> None:
    rows = [*drawn_together(power, 1, "F01a"), *drawn_together(power, 2, code, cites=cites)]
    refused = outcomes(power, rows)
    case, act, by = refused[0]
    assert (case, act) == ("firm2", "draw_inspection")
    assert "drawn_from_pool" in by


def test_an_inspector_who_is_registered_as_ill_is_replaced_by_a_drawn_substitute(power: Power) -> None:
    told: list[script.Row] = []
    for row in rows_of(power, "normal"):
        if row.does == "notify_inspection":
            said = {"officers": ["inspector"], "reasons": "急病请假，已按考勤登记"}
            team = {
                "officers": ["inspection_leader", "inspector/2"],
                "leader": "inspection_leader",
                "subjects": [FIRST],
            }
            away = {"officer": "inspector", "from": "2026-03-05", "until": "2026-03-05"}
            told += [
                script.Row(
                    day="2026-03-05",
                    who="deputy_in_charge",
                    does="record_unavailable",
                    data=said,
                    then="refused: drawn_at_random",
                ),
                script.Row(day="2026-03-05", who="system_administrator", does="absent", data=away, then="accepted"),
                script.Row(
                    day="2026-03-05", who="deputy_in_charge", does="record_unavailable", data=said, then="inspect"
                ),
                script.Row(
                    day="2026-03-05", who="section_head", does="form_inspection_team", data=team, then="inspect"
                ),
                script.Row(
                    day="2026-03-05",
                    who="inspector/2",
                    does="declare_no_interest",
                    data={"officers": ["inspector/2"]},
                    then="inspect",
                ),
            ]
        if row.does == "inspect_site":
            told.append(replace(row, data={**row.data, "officers": ["inspection_leader", "inspector/2"]}))
        else:
            his = row.who == "inspector" and row.does.startswith("answer_")
            told.append(replace(row, who="inspector/2") if his else row)
    with wiring.throwaway([power]) as office:
        results = list(script.run(office, told, power=power.id))
    assert [(r.row.does, r.happened, [stop.by for stop in r.stops]) for r in results if not r.as_expected] == []
