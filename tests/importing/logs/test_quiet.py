"""Nothing but what a command says stands in its output: no bar of the database, even where it takes the program for a terminal."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from .made_kit import as_csv

WATCHED = """
import sys
from pathlib import Path
import duckdb
connect, seen = duckdb.connect, []
class Watched:
    def __init__(self, db):
        self.db = db
    def __getattr__(self, name):
        return getattr(self.db, name)
    def __enter__(self):
        return self
    def __exit__(self, *what):
        seen.append(self.db.execute("SELECT current_setting('enable_progress_bar')").fetchone()[0])
        self.db.close()
with connect() as plain:
    assert plain.execute("SELECT current_setting('enable_progress_bar')").fetchone()[0], "no terminal: nothing is tried"
duckdb.connect = lambda *args, **options: Watched(connect(*args, **options))
from tests.importing.logs.made_kit import imported
imported(Path(sys.argv[1]), "log.csv")
print(seen)
"""


def test_no_bar_of_the_database(tmp_path: Path) -> None:
    as_csv(tmp_path / "log.csv")
    root = Path(__file__).parents[3]
    run = subprocess.run(
        [sys.executable, "-c", WATCHED, str(tmp_path)], cwd=root, capture_output=True, text=True, check=True
    )
    assert run.stdout == "[False]\n"


def test_every_session_begins_with_it() -> None:
    folder = Path(__file__).parents[3] / "src" / "qingfeng" / "importing"
    for path in folder.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert text.count("execute(QUIET)") == text.count("duckdb.connect("), path.name
