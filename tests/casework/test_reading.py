"""Opening a file: a reading leaves its record, a refused one too, and rules find who read without a part in the case."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from qingfeng.casework.findings import kept, sweep
from qingfeng.casework.handle import Done, Stopped
from qingfeng.casework.logbook import found_on, hits
from qingfeng.casework.office import Office, UnknownThing, event_of
from qingfeng.casework.reading import open_file
from qingfeng.casework.registry import PERSON_ACTS
from qingfeng.catalogue.checks_stories import REGISTERED
from qingfeng.engine.case import Case
from qingfeng.engine.control import Basis, Refusal, Situation
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


class Watches:
    """A rule that refuses an inspection by who opened the file since somebody accepted the case."""

    name, title, basis = "watches", Text(zh="看过的不得检查", en="Not by a reader"), Basis.MAP

    def __init__(self) -> None:
        self.seen: list[list[tuple[str, str | None]]] = []

    def check(self, situation: Situation) -> Refusal | None:
        acts = [(event.act, event.actor) for event in situation.acts()]
        self.seen.append(acts)
        accepted = next((n for n, (act, _) in enumerate(acts) if act == "accept"), len(acts))
        if situation.proposed.act != "inspect" or ("read_file", situation.proposed.actor) not in acts[accepted:]:
            return None
        return Refusal(by=self.name, ring="control", basis=self.basis, reason=self.title, remedy=self.title)


def test_a_rule_sees_who_opened_the_file_and_after_which_act(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    rule, sound = Watches(), office.version
    monkeypatch.setattr(office, "version", lambda *args: (sound(*args)[0], (rule,)))
    case, other = begin(office), begin(office)
    look = {"part": "file", "purpose": "核对案情"}
    open_file(office, case, reader="fay", data=look, at=at("2026-03-02", 12))
    do(office, case, "accept", "ann", "2026-03-03")
    open_file(office, other, reader="bob", data=look, at=at("2026-03-03", 12))
    open_file(office, case, reader="bob", data=look, at=at("2026-03-03", 12))
    answer = do(office, case, "inspect", "bob", "2026-03-04")
    assert isinstance(answer, Stopped)
    assert [refusal.by for refusal in answer.refusals] == ["watches"]
    assert rule.seen[-1] == [("apply", "ann"), ("read_file", "fay"), ("accept", "ann"), ("read_file", "bob")]
    do(office, other, "accept", "ann", "2026-03-04")
    assert isinstance(do(office, other, "inspect", "bob", "2026-03-04", entered=at("2026-03-04", 15)), Done), "nothing was there to see"
    with office.store.read() as tx:
        assert [event_of(stored).facts["after"] for stored in tx.events(f"reads/{case}")] == [1, 2]
