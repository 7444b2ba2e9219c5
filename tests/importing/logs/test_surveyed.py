"""Patterns over a canonical log: the same relations as the live store, and "not evaluable" wherever the log leaves something out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from qingfeng.casework.actlog import relations_of
from qingfeng.detection.patterns import discover
from qingfeng.detection.relations import RELATIONS
from qingfeng.facts.rows import Outcome
from qingfeng.importing.failure import ImportFailed
from qingfeng.importing.logs.canonical import Canonical
from qingfeng.importing.logs.habits import write_habits
from qingfeng.importing.logs.leads import Leads
from qingfeng.importing.logs.mapping import read_mapping
from qingfeng.importing.logs.outgoing import going, leaving
from qingfeng.importing.logs.surveyed import Surveying
from qingfeng.importing.logs.writers import MAPPING, write_canonical
from qingfeng.simulation.worldcases import write_year
from qingfeng.simulation.worldlog import found_world
from qingfeng.simulation.wrongs import WRONGS, plant
from qingfeng.store.analytics import Analytics

from .foreign_kit import AS_OF, UNREAD, calendar, imported
from .foreign_kit import MAPPING as FOREIGN
from .leaving_kit import POWER, agency, power

UNTIL = date(2027, 1, 15)


def test_an_exported_record_gives_the_relations_of_the_live_store(tmp_path: Path) -> None:
    with agency(cases=3) as office, office.store.read() as tx:
        registry = office.registry(tx)
        what = leaving(office, registry, POWER)
        write_canonical(tmp_path / "log", what, going(tx, what))
        live = Analytics(relations_of(tx, registry, today=date(2027, 3, 31)))
    mapping = read_mapping((tmp_path / "log" / MAPPING).read_text(encoding="utf-8"), name=MAPPING)
    session = Surveying(Canonical(tmp_path / "log"), mapping, power(), calendar())
    columns = ", ".join(f'"{name}"' for name in RELATIONS["acts"] if name != "seq")
    for query in (
        f"SELECT {columns} FROM acts ORDER BY ALL",
        "SELECT * FROM thresholds ORDER BY ALL",
        "SELECT * FROM calendar ORDER BY ALL",
    ):
        mine, theirs = session.ask(query), live.ask(query)
        assert mine == theirs
        assert len(mine) > 3
    session.close()


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("foreign")
    imported(folder)
    return folder


def survey_of(folder: Path, *, mapping: str = FOREIGN, companions: dict[str, Path] | None = None) -> Surveying:
    return Surveying(
        Canonical(folder / "log"),
        read_mapping(mapping, name="m"),
        power(),
        calendar(),
        as_of=AS_OF,
        companions=companions,
    )


def test_who_signs_unread_is_suspected_and_nobody_else(foreign: Path) -> None:
    session = survey_of(foreign)
    told = {one.pattern: one for one in session.verdicts()}
    session.close()
    assert set(told) == set(discover())
    found = told["rubber_stamping"]
    assert [one.subject for one in found.found] == [UNREAD]
    assert found.why is not None
    assert "没有查阅记录" in found.why.zh
    assert [name for name, one in told.items() if one.found] == ["rubber_stamping"]
    assert told["favoured_party"].outcome is Outcome.SATISFIED
    assert told["favoured_party"].judged == 40


def test_what_the_log_cannot_feed_is_not_evaluable_with_the_reason(foreign: Path) -> None:
    session = survey_of(foreign)
    told = {one.pattern: one for one in session.verdicts()}
    session.close()
    for name, word in (("off_hours_access", "查阅"), ("never_inspected", "名录"), ("back_entry_batches", "录入时间"),
                       ("impossible_presence", "没有记载"), ("ping_pong", "没有记载")):  # fmt: skip
        assert told[name].outcome is Outcome.NOT_EVALUABLE, name
        assert told[name].why is not None
        assert word in told[name].why.zh, name  # type: ignore[union-attr]
        assert told[name].judged == 0


def test_acts_that_truly_never_happened_make_it_not_applicable(foreign: Path) -> None:
    log, mapping = Canonical(foreign / "log"), read_mapping(FOREIGN, name="m")
    session = Surveying(
        log, replace(mapping, never_done=frozenset({"return_on_review"})), power(), calendar(), as_of=AS_OF
    )
    (told,) = session.verdicts(only=["ping_pong"])
    session.close()
    assert told.outcome is Outcome.NOT_APPLICABLE


def test_a_table_beside_the_log_feeds_what_it_lacks(foreign: Path, tmp_path: Path) -> None:
    reads = tmp_path / "reads.csv"
    lines = [f"案{n:04d},officer{n % 5},,2026-0{3 + n % 4}-1{n % 9} 10:{n % 60:02d}:11,file" for n in range(1, 300)]
    reads.write_text("case_id,reader,post,at,part\n" + "\n".join(lines), encoding="utf-8")
    session = survey_of(foreign, companions={"reads": reads})
    told = {one.pattern: one for one in session.verdicts(only=["off_hours_access"])}
    session.close()
    assert told["off_hours_access"].judged == 5
    bad = tmp_path / "bad.csv"
    bad.write_text("who,when\na,b\n", encoding="utf-8")
    for name, path in (("reads", bad), ("nothing", reads), ("reads", tmp_path / "none.csv")):
        with pytest.raises(ImportFailed):
            survey_of(foreign, companions={name: path})
    assert not list((foreign / "log").glob(".surveying*"))


def test_a_suspicion_becomes_a_lead_with_its_events_and_its_risk_points(foreign: Path) -> None:
    session = survey_of(foreign)
    verdicts = session.verdicts(only=["rubber_stamping"])
    session.close()
    (lead,) = Leads(Canonical(foreign / "log"), read_mapping(FOREIGN, name="m"), power()).of_patterns(verdicts)
    assert lead["officers"] == [UNREAD]
    assert lead["hits"] == lead["trials"] == 50
    assert {(one["actor"], one["act"]) for one in lead["evidence"]} == {(UNREAD, "approve_disclosure")}
    assert all(one["row"] > 0 and one["case"].startswith("案") for one in lead["evidence"])
    assert lead["risks"]
    assert lead["level"] in power().versions[-1].level_scheme
    assert "也可能是" in lead["zh"]
    assert "may be explained" in lead["en"]


def test_days_are_those_of_the_agency_whatever_its_zone(tmp_path: Path) -> None:
    for zone, hour in (('"+08:00"', 9), ("Asia/Shanghai", 9), ('"+05:30"', 9)):
        folder = tmp_path / zone.strip('"').replace("/", "-")
        folder.mkdir()
        imported(folder, mapping=FOREIGN.replace('"+08:00"', zone))
        session = survey_of(folder, mapping=FOREIGN.replace('"+08:00"', zone))
        (row,) = session.ask("SELECT min(hour(\"at\")) AS h FROM acts WHERE act = 'approve_case_opening'")
        session.close()
        assert row["h"] == hour, zone


def test_a_simulated_year_gives_the_relations_that_were_written(tmp_path: Path) -> None:
    world = found_world(seed=21, size=300)
    plant(world, WRONGS)
    log = write_year(world)
    write_habits(tmp_path, log.rows, log.planted, until=UNTIL, cases=300)
    folder = tmp_path / "penalty"
    mapping = read_mapping((folder / MAPPING).read_text(encoding="utf-8"), name=MAPPING)
    beside = {name: folder / f"{name}.parquet" for name in ("reads", "thresholds")}
    session = Surveying(Canonical(folder), mapping, power(), calendar(), as_of=UNTIL, companions=beside)
    live = Analytics({"acts": [row for row in log.rows["acts"] if row[2] == "penalty"],
                      "reads": [row for row in log.rows["reads"] if str(row[0]).startswith("penalty/")]})  # fmt: skip
    columns = ", ".join(f'"{name}"' for name in RELATIONS["acts"] if name not in ("seq", "power", "post"))
    for query in (f"SELECT {columns} FROM acts ORDER BY ALL", "SELECT * FROM reads ORDER BY ALL"):
        assert session.ask(query) == live.ask(query)
        assert len(live.ask(query)) > 100
    assert {row["amount"] for row in session.ask("SELECT amount FROM thresholds")} >= {50_000.0, 100_000.0}
    session.close()
