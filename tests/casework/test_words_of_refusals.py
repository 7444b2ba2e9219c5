"""Nobody is shown an id of a field, an act, a post or an officer: every refusal and demand of every power, as the pages say it, when the
acts of its ordinary course are tried with each field left out, with nothing at all, and by somebody else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from qingfeng import wiring
from qingfeng.casework.desk.forecast import Outlook
from qingfeng.casework.office import Office, load_case
from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.clock import clocks
from qingfeng.engine.shape import word_of
from qingfeng.simulation import script
from qingfeng.terms.people import People
from qingfeng.terms.text import Text, spoken

PATHS = wiring.power_paths([wiring.data_folder("powers")])
WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]*(?:/\d+)?")


def ids_of(version: PowerVersion, people: People) -> set[str]:
    """Return what a program calls things by."""
    fields = {f.id for word in version.words.values() for f in word.fields}
    return {*fields, *version.words, *version.posts, *people.names, *(step.id for step in version.steps), "party", "system"}


def bare(text: Text, known: set[str]) -> set[str]:
    """Return the ids in a message; in English sentences only those that are no English word."""
    return {*WORD.findall(text.zh)} & known | {one for one in WORD.findall(text.en) if "_" in one or "/" in one} & known


def lacking(data: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what an act says with nothing, and with each field left out."""
    yield {}
    for name in data:
        yield {other: value for other, value in data.items() if other != name}


def tried(office: Office, case_id: str, row: script.Row, at: Any) -> Iterator[tuple[Text, set[str]]]:
    """Yield what a person would read of an act, and the ids that the power has."""
    with office.store.read() as tx:
        registry = office.registry(tx)
        case, controls = load_case(office, tx, registry, case_id)
        if word_of(case.version, row.does) is None:
            return
        known = ids_of(case.version, registry.people)
        titles = {control.name: control.title for control in controls}
        outlook = Outlook(tx, registry, case, controls, clocks(case, registry.calendar), titles)
        others = (*sorted(registry.people.names)[:2], "party")
        asked = [(row.who, data) for data in lacking(row.data)] + [(who, dict(row.data)) for who in others]
        for who, data in asked:
            for check in outlook.tried(row.does, data, actor=who, post=None, at=at, entered=at).checks:
                yield from ((text, known) for text in (check.reason, check.remedy) if text is not None)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_who_is_refused_reads_words(path: Path) -> None:
    (read,) = wiring.read_powers([path])
    power = read.loaded.power
    if power is None:
        pytest.skip("the file cannot be used: another test says why")
    story = power.versions[-1].stories[0]
    told: list[script.Result] = []
    wrong: dict[str, Text] = {}
    with wiring.throwaway([power]) as office:

        def rows() -> Iterator[script.Row]:
            for row in map(script.row_from_story, story.rows):
                main = next((one.case for one in told if one.case and one.row.case == script.MAIN), None)
                if main is not None:
                    at = script.moment_of(row.day, told[-1].at)
                    for text, known in tried(office, main, row, at):
                        wrong.update(dict.fromkeys(bare(text, known), text))
                yield row

        for result in script.run(office, rows(), power=power.id):
            told.append(result)
    assert wrong == {}


def test_an_id_behind_its_word_is_for_who_types_it() -> None:
    said = Text(zh="缺少必填项“意见”(opinion)；请写明理由（reasons、basis）。", en="“Opinion” (opinion) is missing; say why (reasons, basis) (at most 3).")
    assert spoken(said) == Text(zh="缺少必填项“意见”；请写明理由。", en="“Opinion” is missing; say why (at most 3).")
    kept = Text(zh="须在（一）至（三）项之内", en="one of (a) to (c)")
    assert spoken(kept) == kept
