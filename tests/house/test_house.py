"""House rules: sizes, banned words, layout. Each rule proves here that it catches its bad example."""

from __future__ import annotations

import os
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

from tests.house.rules import ENGINE_LINES, PACKAGE, RULES, Rule, catch_all

TOP = Path(__file__).resolve().parents[2]
NOT_OURS = {".git", ".venv", "var", "dist", "build", "__pycache__", "node_modules"}
TEXT_SUFFIXES = {"", ".py", ".sh", ".md", ".toml", ".txt", ".in", ".yaml", ".yml", ".json", ".sql", ".html", ".css"}
TEXT_SUFFIXES |= {".js", ".svg", ".po", ".csv", ".ini", ".cfg"}

# The folders of the package, as the design fixes them: a new one is a change of the design.
FOLDERS = {
    "terms", "ledger", "catalogue", "facts", "engine", "controls", "duties", "detection", "casework", "draw", "store",
    "notary", "importing", "drawing", "documents", "simulation", "web", "cli",
}  # fmt: skip
CORE = {"terms", "ledger", "catalogue", "facts", "engine", "controls", "duties", "detection", "draw"}


@cache
def files() -> dict[str, str]:
    """Every text file of the tree by its path from the top."""
    found: dict[str, str] = {}
    for folder, folders, names in os.walk(TOP):
        folders[:] = [name for name in folders if name not in NOT_OURS and not name.endswith(("_cache", ".egg-info"))]
        folders[:] = [name for name in folders if name != ".hypothesis"]
        for name in names:
            path = Path(folder, name)
            if path.suffix in TEXT_SUFFIXES and path.is_file():
                found[path.relative_to(TOP).as_posix()] = path.read_text(encoding="utf-8")
    return found


def pyproject() -> dict[str, object]:
    """pyproject.toml, read."""
    return tomllib.loads(files()["pyproject.toml"])


def contract(kind: str) -> dict[str, list[str]]:
    """The import contract of this type, of which there is one."""
    contracts = pyproject()["tool"]["importlinter"]["contracts"]  # type: ignore[index]
    (only,) = [each for each in contracts if each["type"] == kind]
    return only


def folders() -> set[str]:
    """The folders that stand in the package today."""
    return {path.removeprefix(PACKAGE).split("/")[0] for path in files() if re.match(PACKAGE + r"\w+/.*\.py$", path)}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_tree_keeps_the_house_rule(rule: Rule) -> None:
    complaints = [c for path, text in files().items() if rule.applies(path) for c in rule.complaints(path, text)]
    assert not complaints, f"{rule.name}:\n" + "\n".join(complaints)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_rule_catches_its_bad_example_and_passes_the_good_one(rule: Rule) -> None:
    assert rule.applies(rule.bad_path)
    assert list(rule.complaints(rule.bad_path, rule.bad_text))
    assert not list(rule.complaints(rule.bad_path, rule.good_text))


def test_the_rules_see_the_whole_tree() -> None:
    for path in ("start", "test", "dev", ".ci/run", "pyproject.toml", "requirements/base.txt", "tests/house/rules.py"):
        assert path in files(), path


def test_only_the_decision_may_catch_everything_and_only_once() -> None:
    once = "try:\n    f()\nexcept Exception:\n    g()\n"
    assert not list(catch_all(PACKAGE + "engine/decide.py", once))
    assert len(list(catch_all(PACKAGE + "engine/decide.py", once * 2))) == 1
    assert len(list(catch_all(PACKAGE + "engine/case.py", once))) == 1


def test_the_engine_stays_small_for_ever() -> None:
    lines = sum(text.count("\n") for path, text in files().items() if path.startswith(PACKAGE + "engine/"))
    assert lines <= ENGINE_LINES


def test_the_folders_are_those_of_the_design() -> None:
    assert folders() <= FOLDERS, "a folder that the design does not know"
    layers = [name.strip() for line in contract("layers")["layers"] for name in line.split("|")]
    missing = {name.strip("()") for name in layers if name.startswith("(")} & FOLDERS
    standing = set(layers) & FOLDERS
    assert missing | standing == FOLDERS, "the layers of pyproject.toml and the design differ"
    assert folders() == standing, "brackets in the layers mean: not written yet; take them off when the folder stands"


def test_the_core_contract_names_every_core_folder() -> None:
    named = {name.removeprefix("qingfeng.") for name in contract("forbidden")["source_modules"]}
    assert named == CORE & folders()


def test_what_is_delivered_is_what_is_tested() -> None:
    def pins(path: str) -> set[str]:
        return set(re.findall(r"(?m)^[\w.-]+==[^ \\]+", files()[path]))

    assert pins("requirements/base.txt")
    assert pins("requirements/base.txt") <= pins("requirements/analysis.txt") <= pins("requirements/dev.txt")


def test_the_scripts_can_be_run() -> None:
    for name in ("start", "test", "dev", ".ci/run"):
        assert os.access(TOP / name, os.X_OK), name
