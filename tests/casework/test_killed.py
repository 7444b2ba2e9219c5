"""Programs of an agency die at any instant: what was acknowledged is there, nothing by halves, no deadline twice."""

from __future__ import annotations

import os
import random
import secrets
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from qingfeng.casework.handle import Done
from qingfeng.casework.office import CASE, Office, load_case
from qingfeng.casework.rebuild import compare
from tests.casework.agency import COURSE, FREE, begin, do, seqs
from tests.sample import at, command

TOP = Path(__file__).resolve().parents[2]
Program = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def program(where: str) -> Iterator[Program]:
    """Starts agency.py on the store."""
    started: list[subprocess.Popen[str]] = []

    def start(what: str, case: str, name: str) -> subprocess.Popen[str]:
        line = [sys.executable, "-m", "tests.casework.agency", what, where, case, name]
        environment = {**os.environ, "PYTHONPATH": f"{TOP / 'src'}{os.pathsep}{TOP}"}
        started.append(subprocess.Popen(line, stdout=subprocess.PIPE, text=True, env=environment, cwd=TOP))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


@pytest.mark.parametrize("kills", [pytest.param(16, id="16"), pytest.param(1_000, marks=pytest.mark.slow, id="1000")])
def test_nothing_acknowledged_is_lost_and_nothing_is_there_by_halves(
    office: Office, program: Program, kills: int
) -> None:
    chance, case = random.Random(20260302), begin(office, power=FREE)
    said: list[list[str]] = []
    turn = 0
    while turn < kills:
        pair = [program("act", case, f"p{turn + n}") for n in range(2)]
        for process in pair:
            assert process.stdout is not None
            said.append(process.stdout.readline().split())
            time.sleep(chance.uniform(0, 0.02))
            process.kill()
            said += [line.split() for line in process.stdout.read().splitlines()]
            process.wait()
        turn += 2
    acknowledged = {int(words[2]): words[3] for words in said if len(words) == 4 and words[0] == "done"}
    opened = [words[1] for words in said if len(words) == 2 and words[0] == "opened"]
    assert len(acknowledged) >= kills // 2
    numbers = seqs(office, CASE + case)
    assert numbers == list(range(1, len(numbers) + 1))
    assert set(acknowledged) <= set(numbers)
    assert len(opened) == len(set(opened))
    with office.store.read() as tx:
        for seq, key in acknowledged.items():
            kept = tx.answer(key)
            assert kept is not None
            assert f'"seq":{seq}' in kept[1].decode()
        every = [row.case for row in tx.case_rows(power=FREE, limit=10**6)]
        assert every == [f"{FREE}/2026/{n:05d}" for n in range(1, len(every) + 1)], "numbered without a hole"
        assert set(opened) <= set(every)
        assert len(tx.outbox(limit=10**6)) == len(tx.all_events(limit=10**6))
    assert compare(office) == []


def test_a_command_whose_answer_was_lost_is_asked_again_by_its_key(office: Office) -> None:
    from qingfeng.casework.handle import handle

    first = handle(office, command("note", "ann", "2026-03-02", key="k"), power=FREE)
    again = handle(office, command("note", "ann", "2026-03-02", key="k"), power=FREE)
    assert isinstance(first, Done)
    assert isinstance(again, Done)
    assert again.case == first.case


@pytest.mark.parametrize(
    "cases", [pytest.param(40, id="40"), pytest.param(50_000, marks=pytest.mark.slow, id="100000 deadlines")]
)
def test_three_workers_one_of_them_killed_make_every_mark_and_effect_exactly_once(
    office: Office, program: Program, cases: int
) -> None:
    names = [begin(office, "2026-03-02") for _ in range(cases)]
    for name in names[::2]:
        assert isinstance(do(office, name, "tell_missing", "ann", "2026-03-03"), Done)
    waiting = set(names[1::2])
    processes = [program("tick", "-", f"w{n}") for n in range(3)]
    assert processes[0].stdout is not None
    time.sleep(random.Random(cases).uniform(0.2, 0.6))
    processes[0].kill()
    lines = [line for process in processes[1:] for line in process.communicate(timeout=3_000)[0].splitlines()]
    assert [process.returncode for process in processes[1:]] == [0, 0]
    said = Counter(lines)
    assert max(said.values(), default=1) == 1
    with office.store.read() as tx:
        assert tx.deadlines(before=at("2026-03-12"), limit=1) == []
    fresh = Office(office.store, salts=secrets.token_bytes)
    with fresh.store.read() as tx:
        registry = fresh.registry(tx)
        for name in names:
            kinds = [(e.kind, e.act) for e in load_case(fresh, tx, registry, name)[0].events]
            effect = [("mark", "notice_5"), ("act", "deem_accept")]
            assert kinds == [("act", "apply"), *(effect if name in waiting else [("act", "tell_missing")])], name
    assert compare(office) == []


def test_two_processes_on_one_case_give_every_number_once(office: Office, program: Program) -> None:
    case = begin(office, power=FREE)
    pair = [program("act", case, f"p{n}") for n in range(2)]
    said = [line for process in pair if process.stdout for line in process.stdout.readline().splitlines()]  # both are at work
    said = [line for line in said if line.startswith("done") and len(line.split()) == 4]
    time.sleep(1.5)
    for process in pair:
        process.kill()
        assert process.stdout is not None
        said += [
            line for line in process.stdout.read().splitlines() if line.startswith("done") and len(line.split()) == 4
        ]
    numbers = [int(line.split()[2]) for line in said]
    assert len(numbers) == len(set(numbers)) > 0
    stored = seqs(office, CASE + case)
    assert stored == list(range(1, len(stored) + 1))
    assert COURSE != FREE
    assert compare(office) == []
