"""A sample by one public number: the same for whoever knows plan and number, and nobody's choice."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from hashlib import sha256
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from qingfeng.draw.canonical import canonical
from qingfeng.draw.sample import first, part, redone, sample

IDS = st.lists(st.text("abcF0123", min_size=1, max_size=5), unique=True, max_size=12)


@given(ids=IDS, count=st.integers(-1, 14), value=st.text("0123 ", min_size=1, max_size=9))
def test_as_many_as_asked_are_drawn_whatever_the_order_of_the_list(ids: list[str], count: int, value: str) -> None:
    drawn = first("P1", value, "file", ids, count)
    assert drawn == first("P1", value, "file", ids[::-1], count)
    assert len({*drawn}) == len(drawn) == min(len(ids), max(count, 0))
    assert {*drawn} <= {*ids}
    assert first("P1", value, "file", ids, len(ids))[: max(count, 0)] == drawn, "those in reserve come after"


def test_every_file_is_drawn_about_as_often_as_any_other_and_another_role_is_another_draw() -> None:
    ids = [f"F{n}" for n in range(10)]
    times = Counter(one for n in range(2_000) for one in first("P1", str(n), "file", ids, 3))
    assert min(times.values()) > 500
    assert max(times.values()) < 700
    assert any(first("P1", str(n), "file", ids, 3) != first("P1", str(n), "reviewer", ids, 3) for n in range(9))


def test_the_hashes_are_those_of_the_bytes_that_are_documented() -> None:
    drawn = sample("PC-2026-1", "16 11 24 31 21 20 07", ["F1", "F2", "F3", "F4", "F5"], 2, ["ann", "bob", "carl"], 2, 1)
    assert drawn.transcript_hash == sha256(canonical(drawn.plain())).hexdigest()
    assert json.loads(canonical(drawn.plain()))["result"] == drawn.result_hash
    other = sample("PC-2026-1", "16 11 24 31 21 20 08", ["F1", "F2", "F3", "F4", "F5"], 2, ["ann", "bob", "carl"], 2, 1)
    assert other.transcript_hash != drawn.transcript_hash
    golden = (Path(__file__).parent / "golden" / "sample.json").read_bytes()
    assert golden == canonical(drawn.plain()) + b"\n"


def test_a_transcript_is_redone_by_the_program_and_by_the_independent_checker(tmp_path: Path) -> None:
    golden = Path(__file__).parent / "golden" / "sample.json"
    plain = json.loads(golden.read_bytes())
    made = redone(plain)
    assert made is not None
    assert made.plain() == plain
    assert _checked(golden, made.transcript_hash) == 0
    assert _checked(golden, "0" * 64) == 1
    for name, other in (("files", ["F1", "F3"]), ("value", "1"), ("result", "0" * 64), ("spare", []), ("file_pool", ["F1", "F3"])):
        bent = tmp_path / "bent.json"
        bent.write_text(json.dumps({**plain, name: other}), encoding="utf-8")
        assert _checked(bent) == 1, name
        again = redone({**plain, name: other})
        assert again is not None
        assert again.plain() != {**plain, name: other}
    for odd in ({}, {"sample": "x"}, {**plain, "files": "F1"}, {**plain, "value": 1}, {**plain, "files": [1]}):
        assert redone(odd) is None


def _checked(path: Path, *root: str) -> int:
    script = Path(__file__).parents[2] / "scripts" / "verify_sample.py"
    return subprocess.run([sys.executable, str(script), str(path), *root], check=False, capture_output=True).returncode


def test_what_is_missing_in_a_log_counts_as_nothing() -> None:
    assert part("files", None, None, None, None, None, None, None) == ()
    assert len(part("transcript_hash", None, None, None, None, None, None, None)) == 64
