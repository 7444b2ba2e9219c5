"""Seized goods go by a penalty only if the penalty power made that decision, against this party, and it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from qingfeng import wiring
from qingfeng.catalogue.power import Power
from qingfeng.simulation import script

WORDS = wiring.vocabulary()
DAYS = 91  # thirteen weeks on: after the penalty, on the same days of the week
DAY = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}")
FINED, SEIZED = "示例烟花经营部", "示例化工经营部"
NUMBER, TEXT = "示应急罚〔2026〕11号", "8462ee62f9b1b2bf2451c58e54a04bbf9548661f7dba176292e78abbc5d966bd"
REVOKED = (
    ("2026-06-01", "legal_reviewer", "propose_revocation", {"reasons": "处罚主体认定错误，应当纠正"}),
    ("2026-06-02", "agency_head", "decide_on_revocation", {"decision_outcome": "granted"}),
    ("2026-06-02 10:00", "agency_head", "revoke_decision", {"reasons": "处罚主体认定错误，主动纠正", "refund_due": "no"}),
)


def power_of(name: str) -> Power:
    path = next(p for p in wiring.power_paths([wiring.data_folder("powers")]) if str(p).endswith(f"{name}.yaml"))
    power = wiring.read_power(path, WORDS).loaded.power
    assert power is not None
    return power


def rows_of(power: Power, story: str) -> list[script.Row]:
    told = next(s for version in power.versions for s in version.stories if s.id == story)
    return [script.row_from_story(row) for row in told.rows]


def later(value: Any) -> Any:
    if isinstance(value, str):
        return DAY.sub(lambda found: (date.fromisoformat(found[0]) + timedelta(days=DAYS)).isoformat(), value)
    if isinstance(value, list | tuple):
        return [later(one) for one in value]
    return {later(key): later(one) for key, one in value.items()} if isinstance(value, dict) else value


def seizure(power: Power, *, party: str, number: str, text: str) -> Iterator[script.Row]:
    for n, row in enumerate(rows_of(power, "seizure")):
        data = {key: value.replace(SEIZED, party) if isinstance(value, str) else value for key, value in dict(row.data).items()}
        if row.does == "decide_on_goods":
            data = {key: value for key, value in data.items() if key not in ("legal_basis", "reasons")}
            data |= {"disposal_ground": "penalty", "penalty_no": number, "penalty_hash": text}
        data = {key: later(value) for key, value in data.items()}
        yield replace(row, day=later(row.day), data=data, case="goods", power=None if n else power.id)


@pytest.mark.parametrize(
    ("party", "number", "text", "revoked", "by"),
    [
        (FINED, NUMBER, TEXT, False, []),
        (SEIZED, NUMBER, TEXT, False, ["ground_decision"]),
        (FINED, "示应急罚〔2026〕99号", TEXT, False, ["ground_decision"]),
        (FINED, NUMBER, TEXT[::-1], False, ["ground_decision"]),
        (FINED, NUMBER, TEXT, True, ["ground_decision"]),
    ],
    ids=["stands", "of_another_party", "invented", "another_text", "revoked"],
)
def test_goods_go_by_a_penalty_that_stands(party: str, number: str, text: str, revoked: bool, by: list[str]) -> None:
    penalty, measure = power_of("a000/penalty"), power_of("a000/compulsory_measure")
    fined = [replace(row, case="fined", power=None if n else penalty.id) for n, row in enumerate(rows_of(penalty, "returned"))]
    undone = [script.Row(day=day, who=who, does=act, data=data, case="fined") for day, who, act, data in REVOKED if revoked]
    goods = list(seizure(measure, party=party, number=number, text=text))
    with wiring.throwaway([penalty, measure]) as office:
        results = list(script.run(office, [*fined, *undone, *goods], power=None))
    assert [r for r in results[: len(fined)] if not r.as_expected] == []
    assert [r.happened for r in results[len(fined) : -len(goods)] if r.outcome != "accepted"] == []
    decided = next(r for r in results if r.row.does == "decide_on_goods")
    assert [stop.by for stop in decided.stops] == by
    if not by:
        assert [(r.row.line, r.happened) for r in results if not r.as_expected] == []
