"""Honest cases for documents: the stories of all powers, and an agency with two penalties decided."""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from qingfeng import wiring
from qingfeng.casework.office import Office, Registry, load_case
from qingfeng.catalogue.power import Power, Story
from qingfeng.documents.casefile import Shelf
from qingfeng.documents.fill import Document, fill
from qingfeng.documents.papers import read_papers
from qingfeng.engine.case import Case
from qingfeng.simulation import script

ENFORCEMENT = ("a000/penalty", "a000/compulsory_measure", "a000/inspection", "a001/penalty", "a002/inspection")
OTHERS = ("a000/award", "a001/licence", "a001/other_power", "a002/acceptance", "a002/announcement_six", "a002/announcement_three",
          "a002/budget", "a002/disciplinary_sanction", "a002/record_filing")  # fmt: skip
WATCHING = ("supervision/complaint_petition", "supervision/enforcement_supervision", "supervision/file_review",
            "supervision/finding_handling", "supervision/accountability")  # fmt: skip
FIRST, SECOND = "a000/penalty/2026/00001", "a000/penalty/2026/00002"


@dataclass(frozen=True, slots=True)
class Told:
    """A case as a story left it."""

    story: str
    case: Case
    registry: Registry

    def fill(self, kind: str, anchor: Any = None, **more: Any) -> Document:
        """Return a document of the case."""
        given = {"case": self.case.id, **more.pop("given", {})}
        return fill(self.case, kind, agency=self.registry.agency, people=self.registry.people, calendar=self.registry.calendar,
                    anchor=anchor, given=given, **more)  # fmt: skip


def power_of(name: str) -> Power:
    """Return a shipped power."""
    loaded = wiring.read_power(wiring.data_folder("powers") / f"{name}.yaml", wiring.vocabulary()).loaded
    assert loaded.power is not None, [f.what.zh for f in loaded.faults]
    return loaded.power


def tell(office: Office, power: Power, story: Story, until: str | None = None) -> str:
    """Run a story up to and with the first accepted row that does `until`; return its main case."""
    case = ""
    rows = [
        script.Row(day=r.day, who=r.who, does=r.does, data=r.data, entered=r.entered, reason=r.reason)
        for r in story.rows
    ]
    for result in script.run(office, rows, power=power.id):
        case = case or result.case or ""
        if until is not None and result.row.does == until and result.outcome == "accepted":
            break
    return case


def cases_of(name: str) -> Iterator[Told]:
    """Yield every honest case of a power, each as its story left it in an agency of its own."""
    power = power_of(name)
    with wiring.throwaways([power]) as fresh:
        for story in power.versions[-1].stories:
            with fresh() as office:
                case_id = tell(office, power, story)
                with office.store.read() as tx:
                    registry = office.registry(tx)
                    yield Told(f"{name}/{story.id}", load_case(office, tx, registry, case_id)[0], registry)


@pytest.fixture(scope="session")
def told() -> list[Told]:
    """Every honest case of the enforcement powers."""
    return [one for name in ENFORCEMENT for one in cases_of(name)]


@pytest.fixture(scope="session")
def others() -> list[Told]:
    """Every honest case of the nine other powers."""
    return [one for name in OTHERS for one in cases_of(name)]


@pytest.fixture(scope="session")
def watching() -> list[Told]:
    """Every honest case of the powers of supervision that issue papers."""
    return [one for name in WATCHING for one in cases_of(name)]


@pytest.fixture(scope="session")
def full(told: list[Told]) -> Told:
    """The ordinary penalty, to its end."""
    return next(t for t in told if t.story == "a000/penalty/full_course")


@pytest.fixture(scope="session")
def decided_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with two penalties decided and not yet served; no test changes it."""
    path = tmp_path_factory.mktemp("decided") / "agency.db"
    store = wiring.open_store(str(path), create=True)
    decide_two(wiring.office_over(store))
    store.close()
    return path


def story_of(name: str) -> Story:
    """Return a story of the penalty."""
    return next(s for s in power_of("a000/penalty").versions[-1].stories if s.id == name)


def decide_two(office: Office) -> None:
    """Found an agency and run two penalties up to the decision."""
    power = power_of("a000/penalty")
    wiring.furnish(office, [power], name="示例县应急管理局", demo_people=True)
    story = story_of("full_course")
    assert [tell(office, power, one, until="decide_penalty") for one in (story, another(story))] == [FIRST, SECOND]


def another(story: Story) -> Story:
    """The same course of another party: numbers and hashes that no two cases share are changed."""

    def fresh(name: str, said: Any) -> Any:
        if name.endswith("_hash"):
            return said[::-1]
        if name == "party":
            return "样本机电修理部"
        if name == "document_no":
            return re.sub(r"[0-9]+(?=号?$)", lambda found: str(int(found[0]) + 1), said)
        if name == "place":
            return f"样{said}"
        return f"{said}2" if name in ("lead_no", "external_no", "receipt_no") else said

    rows = tuple(replace(row, data={name: fresh(name, said) for name, said in row.data.items()}) for row in story.rows)
    return replace(story, rows=rows)


@pytest.fixture
def opened(decided_store: Path, tmp_path: Path) -> Iterator[Callable[[], Office]]:
    """Opens the test's own copy of that store, each time through a connection of its own."""
    path = tmp_path / "agency.db"
    shutil.copy(decided_store, path)
    with ExitStack() as stack:

        def another() -> Office:
            store = wiring.open_store(str(path))
            stack.callback(store.close)
            return Office(store, salts=secrets.token_bytes)

        yield another


@pytest.fixture
def office(opened: Callable[[], Office]) -> Office:
    return opened()


def shelf_of(office: Office, case_id: str = FIRST) -> Shelf:
    """Return what a case's file is put together from."""
    with office.store.read() as tx:
        registry = office.registry(tx)
        case, _ = load_case(office, tx, registry, case_id)
        return Shelf(
            case=case,
            papers=read_papers(tx, case_id),
            agency=registry.agency,
            people=registry.people,
            calendar=registry.calendar,
        )
