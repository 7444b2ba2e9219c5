"""Programs die at any instant: what they reported is there, nothing is there by halves, nothing happens twice."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import pytest

from qingfeng.ledger.entry import unseal
from qingfeng.store.sqlite import SqliteStore

from .conftest import AnyStore
from .samples import NOON, deadline, run_all

HERE = Path(__file__).parent


@pytest.fixture
def program(opener: Callable[..., AnyStore]) -> Iterator[Callable[[str, str], subprocess.Popen[str]]]:
    """Starts writer.py on the store."""
    store = opener()
    if isinstance(store, SqliteStore):
        where = ["sqlite", str(store._path)]
    else:
        where = ["postgres", f"{store._dsn}|{store._schema}"]
    store.close()
    started: list[subprocess.Popen[str]] = []

    def start(act: str, name: str) -> subprocess.Popen[str]:
        command = [sys.executable, str(HERE / "writer.py"), act, *where, name]
        environment = {**os.environ, "PYTHONPATH": str(HERE.parents[1] / "src")}
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


@pytest.mark.parametrize("rounds", [30, pytest.param(1_000, marks=pytest.mark.slow)])
def test_what_was_reported_is_kept_and_nothing_by_halves(
    opener: Callable[..., AnyStore], program: Callable[[str, str], subprocess.Popen[str]], rounds: int
) -> None:
    chance = random.Random(20260302)
    reported: dict[str, int] = {}
    for _ in range(rounds):
        process = program("write", "c")
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(chance.uniform(0, 0.03))
        process.kill()
        for line in (first + process.stdout.read()).splitlines():
            stream, _, seq = line.partition(" ")
            reported[stream] = max(reported.get(stream, 0), int(seq or 0))
        process.wait()
        process.stdout.close()
        _look_over(opener, reported)
    assert sum(reported.values()) > rounds


def _look_over(opener: Callable[..., AnyStore], reported: dict[str, int]) -> None:
    store = opener(create=False)
    with store.read() as look:
        total = 0
        expected: Counter[tuple[str, str]] = Counter()
        numbers: list[int] = []
        # A stream whose first event was kept but not yet reported counts too.
        for stream, seq in {**{e.stream: 0 for e in look.all_events(limit=10)}, **reported}.items():
            events = look.events(stream)
            head = len(events)
            assert [e.seq for e in events] == list(range(1, head + 1))
            # One more than reported may be there: kept, and killed before it could say so.
            assert seq <= head
            total += head
            numbers += [unseal(e.entry, e.opening, e.private).fields["number"] for e in events]
            row = look.case_row(stream)
            assert row is not None
            assert (row.seq, row.step) == (head, f"step{head % 4}")
            expected[row.step, row.status] += 1
            assert look.deadlines(case=stream) == [deadline(stream, days=head)]
            assert look.answer(f"{stream}/{head}") == (b"digest", b"answer")
            assert look.answer(f"{stream}/{head + 1}") is None
            assert (row in look.inbox([row.step])) == (row.status == "open")
        assert sorted(numbers) == list(range(1, total + 1))
        assert len(look.outbox(limit=10**6)) == total == len(look.all_events(limit=10**6))
        assert {(step, status): n for _, step, status, n in look.counts()} == expected
    store.close()


def _arm(store: AnyStore, cases: int) -> None:
    with store.write() as tx:
        for number in range(cases):
            name = f"c{number}"
            tx.put_deadlines(name, [deadline(name, days=number, mark=mark) for mark in ("yellow", "red")])


def _check_once(store: AnyStore, cases: int) -> None:
    with store.read() as look:
        assert look.deadlines() == []
        for number in range(cases):
            events = look.events(f"c{number}")
            marks = [unseal(e.entry, e.opening, e.private).fields["mark"] for e in events]
            assert sorted(marks) == ["red", "yellow"]


def test_three_programs_take_each_deadline_once_though_one_is_killed(
    opener: Callable[..., AnyStore], program: Callable[[str, str], subprocess.Popen[str]]
) -> None:
    store = opener()
    _arm(store, 60)
    processes = [program("claim", f"worker {n}") for n in range(3)]
    assert processes[0].stdout is not None
    processes[0].stdout.readline()
    processes[0].kill()
    lines = [line for process in processes[1:] for line in process.communicate(timeout=120)[0].splitlines()]
    assert [process.returncode for process in processes[1:]] == [0, 0]
    assert len(lines) == len(set(lines)) > 0
    _check_once(store, 60)
    store.close()


def test_three_threads_take_each_deadline_once(store: AnyStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(HERE))
    writer = import_module("writer")

    _arm(store, 30)
    barrier = threading.Barrier(3)

    def act(name: str) -> None:
        barrier.wait()
        writer.claim(store, name)

    run_all(*[lambda name=str(n): act(name) for n in range(3)])
    _check_once(store, 30)
    assert NOON < writer.LATE
