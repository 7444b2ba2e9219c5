"""A transcript that anybody touched is refused: whatever place, whatever change, by our reader and by the script that shares no code."""

from __future__ import annotations

import contextlib
import copy
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from qingfeng.draw.canonical import canonical
from qingfeng.draw.run import read_record
from qingfeng.draw.transcript import DrawTranscript

from .sample import drawn

SCRIPT = Path(__file__).parents[2] / "scripts" / "verify_draw.py"
STRANGE: tuple[Any, ...] = (None, "", 0, -1, 2**53, [], {}, "f" * 64, "2026-03-05T21:15:00+08:00", "officer_1", "A001", "given", [[]])


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place below the top."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in members:
        yield (*path, key)
        yield from places(one, (*path, key))


def at(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


def changed(value: Any, chance: Random) -> Any:
    """A value that differs, mostly by little."""
    if isinstance(value, str) and value and chance.random() < 0.7:
        place = chance.randrange(len(value))
        return value[:place] + chance.choice("0123456789abcdefABD店 ") + value[place + chance.randrange(2) :]
    if isinstance(value, int) and chance.random() < 0.7:
        return value + chance.choice((-1, 1, 2))
    return copy.deepcopy(chance.choice(STRANGE))


def mutated(plain: str, where: list[tuple[Any, ...]], chance: Random) -> Any:
    """A copy of a transcript with one to three changes: a value, a member less, a member twice, two places exchanged."""
    made = json.loads(plain)
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        *above, key = path = chance.choice(where)
        with contextlib.suppress(KeyError, IndexError, TypeError):  # an earlier change took the place away
            parent, kind = at(made, tuple(above)), chance.randrange(4)
            if not isinstance(parent, dict if isinstance(key, str) else list):
                continue
            if kind == 0:
                del parent[key]
            elif kind == 1 and isinstance(parent, list):
                parent.insert(chance.randrange(len(parent) + 1), copy.deepcopy(parent[key]))
            elif kind == 2:
                *other, last = chance.choice(where)
                there = at(made, tuple(other))
                if isinstance(there, dict if isinstance(last, str) else list):
                    parent[key], there[last] = copy.deepcopy(there[last]), copy.deepcopy(at(made, path))
            else:
                parent[key] = changed(parent[key], chance)
    return made


def written(plain: Any) -> str:
    """A transcript as one text."""
    return json.dumps(plain, sort_keys=True)


@pytest.mark.parametrize("n", [2_000, pytest.param(100_000, marks=pytest.mark.slow)])
def test_no_changed_transcript_is_taken(n: int) -> None:
    plain = drawn().plain()
    text, where, chance, refused = written(plain), list(places(plain)), Random(20260305), 0
    for _ in range(n):
        bent = mutated(text, where, chance)
        if written(bent) == text:
            continue
        assert isinstance(read_record(bent), tuple), json.dumps(bent, ensure_ascii=False)[:2_000]
        refused += 1
    assert refused > n * 0.9, "most of what was tried were changes"
    assert isinstance(read_record(plain), DrawTranscript)


def script_says(text: str, path: Path, code: Any) -> int:
    """Run the script in this process; return its exit code."""
    path.write_text(text, encoding="utf-8")
    kept, sys.argv = sys.argv, [str(SCRIPT), str(path)]
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()), pytest.raises(SystemExit) as told:
            exec(code, {"__name__": "__main__"})
    finally:
        sys.argv = kept
    return int(told.value.code or 0)


@pytest.mark.parametrize("n", [300, pytest.param(20_000, marks=pytest.mark.slow)])
def test_the_script_takes_none_either(n: int, tmp_path: Path) -> None:
    plain, code = drawn().plain(), compile(SCRIPT.read_text("utf-8"), str(SCRIPT), "exec")
    text, where, chance = written(plain), list(places(plain)), Random(20260306)
    assert script_says(canonical(plain).decode(), tmp_path / "t.json", code) == 0
    for _ in range(n):
        bent = mutated(text, where, chance)
        if written(bent) != text:
            assert script_says(json.dumps(bent), tmp_path / "t.json", code) in (1, 2), json.dumps(bent, ensure_ascii=False)[:2_000]
