"""Work that takes longer than a page may: a process of its own that writes what it has done, line by line, into a file.

`python -m qingfeng.web.jobs sweep|drill|draft FILE [POWER …]`: started by a view, read by every worker.  A line is a JSON object; the last
one says how it ended; a file without one whose process is gone was broken off.  One job of a kind at a time.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qingfeng.terms.instants import LOCAL

if TYPE_CHECKING:
    from qingfeng.catalogue.power import Power

KINDS = ("sweep", "drill", "draft")
PAUSE, PATIENCE = 0.05, 10.0
"""Seconds."""
KINDNESS = 10
"""Whoever works on cases comes first."""
LINES = 5_000
"""A drill of all maps writes some thousand lines."""


@dataclass(frozen=True, slots=True)
class Job:
    """One job as far as it has come.  state: none | running | done | broken."""

    state: str
    begun: datetime | None
    by: str
    powers: tuple[str, ...]
    lines: tuple[Mapping[str, Any], ...]
    last: Mapping[str, Any]

    @property
    def running(self) -> bool:
        """True while it is at work."""
        return self.state == "running"


NONE = Job("none", None, "", (), (), {})


def folder(home: Path) -> Path:
    """Return where jobs write."""
    return home / "jobs"


def read(home: Path, kind: str) -> Job:
    """Return the last job of a kind."""
    try:
        text = (folder(home) / f"{kind}.jsonl").read_text(encoding="utf-8")
    except FileNotFoundError:
        return NONE
    told = []
    for line in text.splitlines()[:LINES]:
        with suppress(ValueError):  # a line half written
            told.append(json.loads(line))
    if not told or "begun" not in told[0]:
        return NONE
    head, last = told[0], told[-1]
    state = "done" if "ended" in last else "running" if _alive(int(head["pid"])) else "broken"
    lines = tuple(one for one in told[1:] if "ended" not in one)
    return Job(state, datetime.fromisoformat(head["begun"]), str(head["by"]), tuple(head["powers"]), lines, last)


def _alive(pid: int) -> bool:
    with suppress(ChildProcessError):  # our own child that has ended is reaped here
        os.waitpid(pid, os.WNOHANG)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def start(home: Path, kind: str, *, by: str, powers: Sequence[str] = (), store: str) -> bool:
    """Start a job; False if one of its kind is at work."""
    assert kind in KINDS, f"no job {kind}"
    where = folder(home)
    where.mkdir(parents=True, exist_ok=True)
    path, lock = where / f"{kind}.jsonl", where / f"{kind}.lock"
    before = read(home, kind)
    if before.running:
        return False
    lock.unlink(missing_ok=True)
    try:
        os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:  # somebody else starts one this very moment
        return False
    path.unlink(missing_ok=True)
    command = [sys.executable, "-m", "qingfeng.web.jobs", kind, str(path), by, store, *powers]
    source = str(Path(__file__).parents[2])
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, [source, os.environ.get("PYTHONPATH", "")])),
    }
    child = subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    head = {"begun": datetime.now(LOCAL).isoformat(), "pid": child.pid, "by": by, "powers": list(powers)}
    kept = [line for line in before.lines if line.get("power") and line["power"] not in powers]
    _write(path, head, *kept)  # what other powers came to stays on the board
    return True


def _write(path: Path, *lines: Mapping[str, Any]) -> None:
    """Add lines in one write, so that lines of two processes never mix."""
    data = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()
    handle = os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
    try:
        os.write(handle, data)
    finally:
        os.close(handle)


def _sweep(path: Path, store: str) -> Mapping[str, Any]:
    from qingfeng import wiring
    from qingfeng.casework.findings import sweep

    office = wiring.office_over(wiring.open_agency(store))
    every = 5

    def progress(n: int) -> None:
        if n % every == 0:
            _write(path, {"cases": n})

    return {"new": len(sweep(office, now=datetime.now(LOCAL).replace(microsecond=0), progress=progress))}


def _drill(path: Path, powers: Iterable[str]) -> Mapping[str, Any]:
    """Drill the shipped maps of these powers, two at a time, each in agencies of its own that go away."""
    wanted = list(powers)
    with ProcessPoolExecutor(
        min(len(wanted), os.cpu_count() or 1) or 1, mp_context=multiprocessing.get_context("spawn")
    ) as pool:
        many = sum(pool.map(drill_one, wanted, [str(path)] * len(wanted)))
    return {"drills": many}


def drill_one(power: str, path: str) -> int:
    """Drill one power in a process of its own, writing each attempt as it is over; return how many."""
    from qingfeng import wiring

    file = wiring.data_folder("powers") / f"{power}.yaml"
    known = wiring.read_power(file, wiring.vocabulary()).loaded.power if file.is_file() else None
    return _tried(known, Path(path)) if known is not None else 0


def _draft(path: Path, store: str, power: str, by: str) -> Mapping[str, Any]:
    """Drill the draft of a power as it was last saved, and lay down on the draft what came of it."""
    from qingfeng import wiring
    from qingfeng.casework import drafts
    from qingfeng.casework.desk.drillpage import board
    from qingfeng.casework.registry import By
    from qingfeng.store.files import FileShelf

    from .drafting import for_drills

    office = wiring.office_over(wiring.open_agency(store))
    with office.store.read() as tx:
        draft = drafts.standing(tx, power)
        text = drafts.text_of(tx, draft, FileShelf(path.parent.parent / "files")) if draft.state != drafts.NONE else ""
    known = for_drills(power, text, draft.base) if text else None
    if known is None:
        return {"drills": 0}
    many = _tried(known, path)
    told = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    lines = [line for line in told if line.get("power") == power]
    came = board({power: known.versions[-1]}, lines, {power}, running=False)
    with suppress(drafts.BadDraft):  # saved anew meanwhile: this run proves nothing of the new text
        drafts.note_drills(office, power, digest=drafts.digest_of(text), risks=came.risks, green=came.green,
                           by=By(actor=by, entered=datetime.now(LOCAL).replace(microsecond=0)))  # fmt: skip
    return {"drills": many}


def _tried(known: Power, path: Path) -> int:
    """Drill the last version of a power, writing each attempt as it is over; return how many."""
    from qingfeng import wiring
    from qingfeng.casework.logbook import hits
    from qingfeng.simulation.drill import run_drills
    from qingfeng.simulation.sampling import sampling

    many = 0
    with wiring.throwaways([known]) as agencies:
        for tried in run_drills(agencies, known.versions[-1], hits=hits, sampling=sampling):
            many += 1
            problem = {"zh": tried.problem.zh, "en": tried.problem.en} if tried.problem is not None else None
            attempt = {"zh": tried.drill.attempt.zh, "en": tried.drill.attempt.en}
            _write(
                path,
                {
                    "power": known.id,
                    "risk": tried.drill.risk,
                    "part": tried.drill.part,
                    "drill": tried.drill.id,
                    "attempt": attempt,
                    "ok": tried.stopped,
                    "outcome": tried.outcome.value,
                    "by": sorted(tried.by),
                    "after": tried.after,
                    "problem": problem,
                },
            )
    return many


def main(argv: Sequence[str]) -> int:
    """Do one job; how it ended is its last line."""
    kind, path, by, store, *powers = argv
    os.nice(KINDNESS)
    place = Path(path)
    waited = 0.0
    while not place.exists():  # the first line is written by whoever started us
        time.sleep(PAUSE)
        waited += PAUSE
        if waited > PATIENCE:
            return 1
    told = (
        _sweep(place, store)
        if kind == "sweep"
        else _draft(place, store, powers[0], by)
        if kind == "draft"
        else _drill(place, powers)
    )
    _write(place, {"ended": datetime.now(LOCAL).isoformat(), **told})
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
