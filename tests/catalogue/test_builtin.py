"""Built-in powers: their maps are ours, they say so, and nothing in them may stay empty."""

from __future__ import annotations

from pathlib import Path

import pytest

from qingfeng import wiring
from qingfeng.catalogue.checks_catalogue import check_catalogue
from qingfeng.catalogue.export import export_catalogue
from qingfeng.catalogue.load import Loaded, load_power
from qingfeng.catalogue.power import SUPERVISION

WORDS = wiring.vocabulary()
FILES = sorted((wiring.data_folder("powers") / "supervision").glob("*.yaml"))
TEXT = FILES[0].read_text(encoding="utf-8")


def read(text: str) -> Loaded:
    return load_power(text, name=f"powers/supervision/{FILES[0].name}", vocabulary=WORDS)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_built_in_power_has_no_source_and_no_gap(path: Path) -> None:
    loaded = wiring.read_power(path, WORDS).loaded
    assert loaded.power is not None, loaded.errors
    assert (loaded.power.builtin, loaded.power.kind, loaded.power.document, loaded.power.diagram) == (True, SUPERVISION, "", 0)
    assert loaded.gaps == (), "nothing was copied, so nothing can be lacking"


def test_two_built_in_powers_are_not_one_diagram() -> None:
    powers = [wiring.read_power(path, WORDS).loaded.power for path in FILES]
    assert check_catalogue([power for power in powers if power is not None]) == ()


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("source: {builtin: true}", "source: {builtin: false}", "source.builtin"),
        ("source: {builtin: true}", "source: {}", "source"),
        ("source: {builtin: true}", "source: {builtin: true, document: 000.txt, diagram: 1}", "source.document"),
        ("source: {builtin: true}", "source: {document: 000.txt, diagram: 1}", "source"),
        ("kind: supervision", "kind: penalty", "source"),
        ("level: 中", "level: null", "level"),
        ("owner: {source: 纪检监察人员, post: discipline_inspector}", "owner: null", "owner"),
    ],
)
def test_what_is_neither_copied_nor_ours_is_an_error(old: str, new: str, place: str) -> None:
    loaded = read(TEXT.replace(old, new, 1))
    assert loaded.power is None
    assert any(fault.place.endswith(place) for fault in loaded.errors), loaded.errors


def test_a_built_in_power_says_who_exercises_it() -> None:
    line = next(line for line in TEXT.splitlines() if line.startswith("agency: "))
    assert read(TEXT.replace(line, "agency: null")).power is None


def test_the_export_sets_ours_apart() -> None:
    powers = [(read(TEXT).power, ())]
    assert export_catalogue([(power, faults) for power, faults in powers if power is not None]).keys() == {"powers", "builtin"}
    assert export_catalogue([]) == {"powers": []}
