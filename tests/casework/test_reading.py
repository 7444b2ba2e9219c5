"""Opening a file: a reading leaves its record, a refused one too, and rules find who read without a part in the case."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from qingfeng.casework.findings import kept, sweep
from qingfeng.casework.handle import Stopped
from qingfeng.casework.logbook import found_on, hits
from qingfeng.casework.office import Office, UnknownThing, event_of
from qingfeng.casework.reading import open_file
from qingfeng.casework.registry import PERSON_ACTS
from qingfeng.catalogue.checks_stories import REGISTERED
from qingfeng.engine.case import Case
from qingfeng.engine.control import Basis
from qingfeng.facts.rule import AnyOf
from qingfeng.terms.text import Text
from tests.casework.agency import begin, do
from tests.sample import at


def test_stories_may_tell_what_the_registry_takes() -> None:
    assert set(PERSON_ACTS) == REGISTERED


def test_a_reading_is_recorded_and_a_stranger_reads_nothing(office: Office) -> None:
    case = begin(office)
    read = open_file(office, case, reader="ann", data={"part": "file", "purpose": "核对"}, at=at("2026-03-03"))
    assert isinstance(read, Case)
    refused = open_file(office, case, reader="stranger", data={"part": "file", "purpose": "看看"}, at=at("2026-03-03"))
    assert isinstance(refused, tuple)
    assert "stranger" in refused[0].reason.zh
    malformed = open_file(office, case, reader="ann", data={"part": "everything"}, at=at("2026-03-03"))
    assert isinstance(malformed, tuple)
    with pytest.raises(UnknownThing):
        open_file(
            office, "nothing/2026/00001", reader="ann", data={"part": "file", "purpose": "核对"}, at=at("2026-03-03")
        )
    with office.store.read() as tx:
        (stored,) = tx.events(f"reads/{case}")
        event = event_of(stored)
        assert (event.actor, event.data["part"], event.seq) == ("ann", "file", 1)
        assert tx.head(f"refusals/{case}") == 2
        assert tx.head(f"case/{case}") == 1, "readings are numbered apart"


def test_a_late_act_is_found_once_and_kept_with_its_act(office: Office) -> None:
    case = begin(office, entered=at("2026-03-20"), reason="补录")
    assert ("prompt_registration", 1) in hits(office, case, date(2026, 3, 21))
    first = sweep(office, now=at("2026-03-21"))
    assert [(f.found.rule, f.found.case, f.found.seq) for f in first] == [
        (f.rule, f.case, f.seq) for f in found_on(office, case, date(2026, 3, 21))
    ]
    assert first
    assert sweep(office, now=at("2026-03-22")) == []
    with office.store.read() as tx:
        assert kept(tx) == first


class Breaks:
    """A rule that cannot answer."""

    name, title, basis = "breaks", Text(zh="坏规则", en="Broken rule"), Basis.RULE

    def check(self, _: object) -> None:
        raise ZeroDivisionError

    def detect(self, _: object) -> AnyOf:
        return AnyOf(())


def test_a_rule_that_breaks_lets_nothing_pass_and_is_reported(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    case = begin(office)
    sound = office.version

    def broken(*args: Any) -> Any:
        version, controls = sound(*args)
        return version, (*controls, Breaks())

    monkeypatch.setattr(office, "version", broken)
    answer = do(office, case, "accept", "ann", "2026-03-03")
    assert isinstance(answer, Stopped)
    assert [r.by for r in answer.refusals] == ["breaks"]
    assert [(f.found.rule, f.found.key) for f in sweep(office, now=at("2026-03-04"))] == [("broken_control", "breaks")]
