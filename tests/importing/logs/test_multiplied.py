"""Simulated logs: what is multiplied is what was played, labelled, the same for the same seed; and what is planted is found."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from qingfeng import wiring
from qingfeng.controls import configure, discover
from qingfeng.detection.foreign import WHY, parts_of
from qingfeng.importing.failure import ImportFailed
from qingfeng.importing.logs.canonical import LOG, Canonical
from qingfeng.importing.logs.evaluated import evaluate
from qingfeng.importing.logs.hold import Holding
from qingfeng.importing.logs.mapping import read_mapping
from qingfeng.importing.logs.multiplied import CASES, LABELS, TEAMS, Course, labels_of, multiply
from qingfeng.importing.logs.outcomes import summary
from qingfeng.importing.logs.outgoing import going_of
from qingfeng.importing.logs.values import table_text
from qingfeng.importing.logs.writers import MAPPING
from qingfeng.simulation.wrongdoing import Courses, courses, without_guards

from .foreign_kit import calendar
from .leaving_kit import power, what


@pytest.fixture(scope="module")
def played() -> Courses:
    names = frozenset(discover())
    risks = sorted({drill.risk for drill in power().versions[-1].drills})[:2]
    with wiring.throwaways([power()]) as agencies, wiring.throwaways([without_guards(power())]) as loose:
        return courses(agencies, loose, power().versions[-1], names, moves=1, only=risks)


@pytest.fixture(scope="module")
def every(played: Courses) -> list[Course]:
    honest = [Course(acts=[going_of(event, what()) for event in one.events]) for one in played.honest]
    wrong = [Course(acts=[going_of(event, what()) for event in one.events], misconduct=one.name, risk=one.wrong.risk, text=one.text,
                    by=tuple(sorted(one.wrong.by))) for one in played.wrong if one.wrong is not None]  # fmt: skip
    return [*honest, *wrong]


def test_courses_are_honest_or_bear_the_drill_that_they_commit(played: Courses) -> None:
    assert len({one.name for one in played.honest}) >= 10
    assert any(one.days for one in played.honest)
    assert played.wrong
    for one in played.wrong:
        assert one.wrong is not None
        assert one.events
        assert one.text
    told = {one.name for one in played.wrong} | {drill.id for drill in played.untold}
    assert told == {d.id for d in power().versions[-1].drills if d.risk in {one.wrong.risk for one in played.wrong if one.wrong} | {
        drill.risk for drill in played.untold}}  # fmt: skip


def test_a_log_of_the_wanted_size_with_labels_and_the_same_for_a_seed(every: list[Course], tmp_path: Path) -> None:
    told = multiply(tmp_path / "one", what(), every, events=20_000, rate=0.2, seed=4)
    assert 20_000 <= told["events"] < 20_000 + 200
    log = Canonical(tmp_path / "one")
    assert (log.manifest["cases"], log.manifest["sha256"]) == (told["cases"], told["sha256"])
    labels = labels_of(tmp_path / "one")
    assert 0.1 < len(labels) / told["cases"] < 0.3
    assert Counter(one["text"] for one in labels).keys() == {one.text for one in every if one.misconduct}
    multiply(tmp_path / "two", what(), every, events=20_000, rate=0.2, seed=4)
    multiply(tmp_path / "other", what(), every, events=20_000, rate=0.2, seed=5)
    first, second, other = ((tmp_path / name / LABELS).read_bytes() for name in ("one", "two", "other"))
    assert first == second != other
    assert pq.read_table(tmp_path / "one" / LOG).equals(pq.read_table(tmp_path / "two" / LOG))
    with pytest.raises(ImportFailed):
        multiply(tmp_path / "one", what(), every, events=1_000, rate=0.2)
    with pytest.raises(ImportFailed):
        labels_of(tmp_path)


def test_every_case_is_a_course_as_it_was_played(every: list[Course], tmp_path: Path) -> None:
    multiply(tmp_path / "log", what(), every, events=3_000, rate=0.3, seed=2)
    known = Counter()  # type: ignore[var-annotated]
    for course in every:
        known[tuple((one.act, one.at) for one in sorted(course.acts, key=lambda one: (one.at, one.seq)))] += 1
    seen: dict[str, list[tuple[object, ...]]] = {}
    rows = pq.read_table(tmp_path / "log" / LOG, columns=["case", "act", "at", "actor", "row", "id"]).to_pylist()
    for row in rows:
        seen.setdefault(row["case"], []).append((row["act"], row["at"]))
    assert all(tuple(acts) in known for acts in seen.values())
    assert list(seen) == sorted(seen)
    assert [row["row"] for row in rows] == list(range(1, len(rows) + 1))
    assert len({row["id"] for row in rows}) == len(rows)


def test_another_unit_has_people_of_its_own_and_teams_share_nobody(every: list[Course], tmp_path: Path) -> None:
    short = sorted((one for one in every if not one.misconduct), key=lambda one: len(one.acts))[:1]
    multiply(tmp_path / "log", what(), short, events=(CASES + 10) * len(short[0].acts), rate=0)
    table = pq.read_table(tmp_path / "log" / LOG, columns=["case", "actor", "f_officers"])
    actors: dict[str, set[str]] = {}
    for row in table.to_pylist():
        if row["actor"] not in ("system", "party"):
            actors.setdefault(row["case"][:6], set()).add(row["actor"])
        for who in row["f_officers"] or ():
            actors.setdefault(row["case"][:6], set()).add(who)
    assert set(actors) == {"000001", "000002"}
    assert not actors["000001"] & actors["000002"]
    assert len(actors["000001"]) % TEAMS == 0
    assert all(who.endswith("@2") for who in actors["000002"])


def test_what_was_planted_is_found_and_nobody_else_is_accused(every: list[Course], tmp_path: Path) -> None:
    told = multiply(tmp_path / "log", what(), every, events=4_000, rate=0.3, seed=3)
    mapping = read_mapping((tmp_path / "log" / MAPPING).read_text(encoding="utf-8"), name=MAPPING)
    summed = summary(
        Holding(Canonical(tmp_path / "log"), mapping, power(), calendar()).judge(tmp_path / "found.parquet"), WHY
    )
    version = power().versions[-1]
    across = {part.name for part in parts_of(configure(version), version) if part.shares}
    said = evaluate(tmp_path / "found.parquet", labels_of(tmp_path / "log"), summed, cases=told["cases"], across=across)
    plain = said.plain()
    assert plain["false_cases"] == 0, {name: one for name, one in plain["rules"].items() if one["false"]}
    assert (
        plain["planted"]
        == len(labels_of(tmp_path / "log"))
        == plain["found"] + plain["beside"] + plain["blind"] + plain["missed"]
    )
    assert plain["found"] > 0
    assert all(one["precision"] == 1.0 for one in plain["rules"].values())
    none = evaluate(tmp_path / "found.parquet", [], summed, cases=told["cases"], across=across).plain()
    assert none["false_cases"] > 0, "without labels all of it would be false: the figure can fail"


def test_who_is_named_in_words_lists_and_tables_is_of_the_unit_too(every: list[Course], tmp_path: Path) -> None:
    (short, *_) = sorted((one for one in every if not one.misconduct), key=lambda one: len(one.acts))
    first, who = short.acts[0], next(one.actor for one in short.acts if one.actor not in (None, "system", "party"))
    told = {"facts": who, "standard": table_text({"fact": str(who), "party": "met"})}
    acts = [replace(one, said={**one.said, **told}) if one is first else one for one in short.acts]
    multiply(tmp_path / "log", what(), [replace(short, acts=acts)], events=(CASES + 10) * len(acts), rate=0)
    rows = pq.read_table(tmp_path / "log" / LOG, columns=["case", "f_facts", "f_standard"]).to_pylist()
    seen = [(row["case"][:6], row["f_facts"], json.loads(row["f_standard"])) for row in rows
            if row["f_facts"] and row["f_facts"].startswith(who)]  # fmt: skip
    assert all(table == {"fact": name, "party": "met"} for _, name, table in seen), "one name, wherever it stands"
    assert len({name for unit, name, _ in seen if unit == "000001"}) == TEAMS
    assert all(name.endswith("@2") for unit, name, _ in seen if unit == "000002")
    assert {unit for unit, _, _ in seen} == {"000001", "000002"}
