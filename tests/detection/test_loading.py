"""Who names a pattern loads no library of numbers; and each of these libraries is spoken to in its one place."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import qingfeng

SOURCE = Path(qingfeng.__file__).parent
PLACES = {
    "duckdb": ("store/analytics.py", "importing/logs/", "importing/casefacts/queries.py"),
    "scipy": ("detection/chance.py",),
    "numpy": ("store/analytics.py", "detection/alike.py", "detection/casefacts/", "importing/logs/", "importing/casefacts/"),
}
"""Where each may be named: the live store, the logs of other systems, the facts of their cases."""


def test_naming_patterns_loads_no_library_of_numbers() -> None:
    code = (
        "import sys; from qingfeng.casework.findings import rules_known, title_of; [title_of(rule) for rule in rules_known()]; "
        "print(sorted({'duckdb', 'scipy', 'numpy', 'pandas', 'ibis'} & set(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONPATH": str(SOURCE.parent)})
    assert told.stdout.strip() == "[]"


def test_each_library_has_its_place() -> None:
    found: dict[str, set[str]] = {name: set() for name in PLACES}
    for path in SOURCE.rglob("*.py"):
        for name in re.findall(r"^\s*(?:from|import) (duckdb|scipy|numpy)\b", path.read_text(encoding="utf-8"), re.M):
            found[name].add(path.relative_to(SOURCE).as_posix())
    assert all(found.values())
    assert {name: {one for one in places if not one.startswith(PLACES[name])} for name, places in found.items()} == {
        name: set() for name in PLACES
    }
