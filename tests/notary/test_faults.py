"""Every file call of append, checkpoint, witness, backup and restore fails in every way: nothing acknowledged is lost, all verifies."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from tests.notary.fault_scenes import SCENES, Scene, acknowledge
from tests.notary.injector import DONE, REFUSED, Point, points, possible, run

pytestmark = pytest.mark.skipif(not possible(), reason="faults are injected by ptrace on Linux, x86-64")
SAMPLE = 12
"""Faults of each kind of work in the short run."""
Outcomes = Counter[tuple[str, str, str]]
"""(call, mode, how the work ended) → how many."""


def befall(scene: Scene, master: Path, root: Path, fault: Point | None) -> tuple[int, list[str]]:
    """Do the work on a copy, with a fault; see that all holds afterwards.  Raises AssertionError."""
    shutil.copytree(master, root)
    acknowledge(0)
    harmless = False
    try:
        code, calls = run(lambda: scene.child(root), fault)
        assert code in (DONE, REFUSED, -9), f"{scene.name}, {fault}: ended with {code}"
        scene.after(root)
        harmless = True
    finally:
        if not harmless:
            print(f"harm: {scene.name}, {fault}")
        shutil.rmtree(root)
    return code, calls


def all_of(scene: Scene, folder: Path, *, sample: int | None = None) -> Outcomes:
    """Let faults befall a scene, all of them or a sample; return how each ended."""
    master = folder / "master"
    master.mkdir(parents=True)
    scene.before(master)
    befall(scene, master, folder / "warm", None)  # nothing is imported for the first time below
    code, calls = befall(scene, master, folder / "honest", None)
    assert code == DONE
    faults = list(points(calls))
    if sample is not None:
        faults = Random(sample).sample(faults, sample)
    told: Outcomes = Counter()
    for fault in faults:
        ended, _ = befall(scene, master, folder / "now", fault)
        told[fault.call, fault.mode, {DONE: "done", REFUSED: "refused"}.get(ended, "killed")] += 1
    return told


@pytest.mark.parametrize("scene", SCENES, ids=[one.name for one in SCENES])
def test_some_faults_do_no_harm(scene: Scene, tmp_path: Path) -> None:
    assert sum(all_of(scene, tmp_path / "f", sample=SAMPLE).values()) == SAMPLE


@pytest.mark.slow
def test_no_fault_at_any_file_call_does_harm(tmp_path: Path) -> None:
    told = {scene.name: all_of(scene, tmp_path / scene.name) for scene in SCENES}
    assert sum(sum(one.values()) for one in told.values()) >= 500, "every piece of work makes enough calls"
    for name, outcomes in told.items():
        assert {ended for _, _, ended in outcomes} >= {"refused", "killed"}, f"{name}: no fault was felt"
