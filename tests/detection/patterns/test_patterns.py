"""Every pattern: the guilty one is found with acts that prove it, nobody honest is, few trials say nothing, and a poor log says so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qingfeng.casework.words import guards
from qingfeng.catalogue.load import load_vocabulary
from qingfeng.controls import discover as controls
from qingfeng.detection.patterns import discover
from qingfeng.detection.relations import RELATIONS, ROLES
from qingfeng.facts.rows import Outcome
from qingfeng.wiring import HERE, read_powers
from tests.detection.patterns.kit import Book
from tests.detection.patterns.scenes import SCENES

NAMES = sorted(discover())


def written(name: str, *, bad: bool, many: int) -> Book:
    book = Book()
    SCENES[name][0](book, bad, many)
    return book


def test_every_pattern_has_a_scene() -> None:
    assert set(SCENES) == set(discover())


@pytest.mark.parametrize("name", NAMES)
def test_the_guilty_one_is_found_and_nobody_else(name: str) -> None:
    _, many, _, guilty = SCENES[name]
    book = written(name, bad=True, many=many)
    verdict = book.verdict(name)
    assert verdict.outcome is Outcome.VIOLATED, (verdict.why, verdict.subjects.get(guilty))
    assert [one.subject for one in verdict.found] == [guilty]
    (found,) = verdict.found
    assert 0 < found.base < 1
    assert found.p <= found.adjusted <= discover()[name].rate
    acts = {f"{row[0]}#{row[1]}" for row in book.rows["acts"]} | {f"{row[0]}#0" for row in book.rows["reads"]}
    assert set(found.evidence) <= acts
    assert found.evidence or name == "never_inspected", "what never happened has no acts"


@pytest.mark.parametrize("name", NAMES)
def test_honest_people_are_left_alone(name: str) -> None:
    _, many, _, guilty = SCENES[name]
    verdict = written(name, bad=False, many=many).verdict(name)
    assert verdict.outcome in (Outcome.SATISFIED, Outcome.NOT_EVALUABLE), [one.subject for one in verdict.found]
    assert not verdict.found
    if name != "repeated_pairing":  # no pair comes about among honest people often enough to be judged
        assert verdict.subjects[guilty] is Outcome.SATISFIED


@pytest.mark.parametrize("name", [name for name in NAMES if SCENES[name][2]])
def test_too_few_trials_say_nothing(name: str) -> None:
    _, _, few, guilty = SCENES[name]
    verdict = written(name, bad=True, many=few).verdict(name)
    assert not verdict.found
    assert verdict.subjects.get(guilty) is Outcome.NOT_EVALUABLE
    assert verdict.too_small + verdict.no_peers > 0


@pytest.mark.parametrize("name", NAMES)
def test_a_log_without_what_it_needs_is_not_passed_as_clean(name: str) -> None:
    _, many, _, _ = SCENES[name]
    for need in discover()[name].needs:
        empty = written(name, bad=True, many=many)
        acts = tuple(act for role in need.roles for act in ROLES[role])
        empty.drop(need.relation if need.relation in RELATIONS else "acts", acts)
        if not acts and need.relation not in RELATIONS:
            continue
        verdict = empty.verdict(name)
        assert verdict.outcome is Outcome.NOT_APPLICABLE, need
        assert verdict.why is not None
        columns = tuple(c for c in need.columns if c not in ("entered", "at"))
        if columns:
            poor = written(name, bad=True, many=many)
            poor.blank(need.relation if need.relation in RELATIONS else "acts", columns)
            verdict = poor.verdict(name)
            assert verdict.outcome is Outcome.NOT_EVALUABLE, need
            assert verdict.why is not None


@pytest.mark.parametrize("name", ["rubber_stamping", "off_hours_access", "impossible_presence", "back_entry_batches"])
def test_a_log_of_whole_days_cannot_be_read_by_the_clock(name: str) -> None:
    book = written(name, bad=True, many=SCENES[name][1])
    for relation, column in (("acts", "entered"), ("reads", "at")):
        place = list(RELATIONS[relation]).index(column)
        book.rows[relation] = [
            tuple(v.replace(hour=0, minute=0, second=0) if n == place else v for n, v in enumerate(row))  # type: ignore[attr-defined]
            for row in book.rows[relation]
        ]
    verdict = book.verdict(name)
    assert verdict.outcome is Outcome.NOT_EVALUABLE
    assert verdict.why is not None
    assert "整点" in verdict.why.zh


@pytest.mark.parametrize("name", ["clock_stop_abuse", "rubber_stamping", "ping_pong"])
def test_who_alone_does_something_has_no_peers_and_is_not_judged(name: str) -> None:
    book = written(name, bad=True, many=SCENES[name][1])
    place = list(RELATIONS["acts"]).index("actor")
    book.rows["acts"] = [row for row in book.rows["acts"] if not str(row[place]).startswith("officer")]
    verdict = book.verdict(name)
    assert verdict.outcome is Outcome.NOT_EVALUABLE
    assert verdict.no_peers == 1


def test_a_failure_of_the_system_makes_nobody_suspect() -> None:
    book = written("back_entry_batches", bad=True, many=60)
    entered, actor = list(RELATIONS["acts"]).index("entered"), list(RELATIONS["acts"]).index("actor")
    late = [row for row in book.rows["acts"] if row[actor] == "guilty"]
    for other in ("officer1", "officer2", "officer3"):  # all make up for it on the same days
        mine = [row for row in book.rows["acts"] if row[actor] == other]
        book.rows["acts"] = [row for row in book.rows["acts"] if row[actor] != other]
        book.rows["acts"] += [
            tuple(theirs[n] if n == entered else v for n, v in enumerate(row)) for row, theirs in zip(mine, late, strict=True)
        ]
    assert not book.verdict("back_entry_batches").found


def test_the_order_of_the_rows_does_not_matter() -> None:
    book = written("rubber_stamping", bad=True, many=40)
    told = book.verdict("rubber_stamping")
    book.rows["acts"].reverse()
    again = book.verdict("rubber_stamping")
    assert replace(again, found=()) == replace(told, found=())
    assert [(one.subject, one.hits, one.p) for one in again.found] == [(one.subject, one.hits, one.p) for one in told.found]


def test_a_pattern_speaks_of_rules_and_acts_that_there_are() -> None:
    words = load_vocabulary((HERE / "catalogue" / "vocabulary.yaml").read_text(encoding="utf-8"))
    powers = [f.loaded.power for f in read_powers() if f.loaded.power is not None]
    acts = {*words.acts, *(row.act for power in powers for version in power.versions for row in version.procedure.rows)}
    for role, named in ROLES.items():
        assert set(named) <= acts | set(ROLES), role
    for pattern in discover().values():
        assert set(pattern.touches) <= {*controls(), *guards()}, pattern.name
        assert {role for need in pattern.needs for role in need.roles} <= set(ROLES), pattern.name
        for text in (pattern.title, pattern.resembles, pattern.innocent, pattern.unit, pattern.peers):
            assert text.zh.strip()
            assert text.en.strip()
