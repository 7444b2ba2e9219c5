"""A sample in a tale retold: another number comes out, by which the files and the reviewers that the story tells of are drawn again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

from qingfeng.draw.sample import Sample, sample

from .tale import Tale

SAMPLE = "sample_redone"
VALUE, PLAN = "seed_value", "plan_id"
HASHES = ("result_hash", "transcript_hash")
TRIES, BALLS, HIGHEST_BALL = 1_000_000, 7, 33


def resampled(tale: Tale, n: int, tell: Callable[[Any], Any]) -> dict[str, Any]:
    """Return what line n says otherwise: the number by which what is told is drawn, or the hashes of that draw.

    tell: what a told number or officer is called here.  Hashes that were wrong in the story are left to be wrong.
    """
    setting: Mapping[str, Any] = tale.version.controls.get(SAMPLE, {})
    line = tale.lines[n]
    enters, draws = line.does in setting.get("numbers", ()) and line.data.get(VALUE), line.does in setting.get("draws", ())
    plan = _latest(tale, n, setting["pools"]) if enters or draws else None
    if plan is None:
        return {}
    if enters:
        later = next((one.data for one in tale.lines[n:] if one.does in setting["draws"]), {})
        return {VALUE: _number(plan, str(line.data[VALUE]), len(later.get("substitutes") or ()), tell)}
    number, spare = _latest(tale, n, setting["numbers"]), len(line.data.get("substitutes") or ())
    if number is None or not number.get(VALUE):
        return {}
    told, here = _drawn(plan, str(number[VALUE]), spare), _drawn(_here(plan, tell), _number(plan, str(number[VALUE]), spare, tell), spare)
    return {name: getattr(here, name) for name in HASHES if line.data.get(name) == getattr(told, name)}


def _number(plan: Mapping[str, Any], told: str, spare: int, tell: Callable[[Any], Any]) -> str:
    """Return a number by which the same files and officers are drawn as in the story, under their names here."""
    right, here = _drawn(plan, told, spare), _here(plan, tell)
    wanted = [{*tell(list(one))} for one in (right.files, right.reviewers, right.spare)]
    for k in range(TRIES):
        digest = sha256(f"{here[PLAN]} {k}".encode()).digest()
        number = told if k == 0 else " ".join(f"{byte % HIGHEST_BALL + 1:02}" for byte in digest[:BALLS])
        drawn = _drawn(here, number, spare)
        if [{*drawn.files}, {*drawn.reviewers}, {*drawn.spare}] == wanted:
            return number
    raise AssertionError(f"no number draws what the story tells: {plan[PLAN]}")


def _here(plan: Mapping[str, Any], tell: Callable[[Any], Any]) -> dict[str, Any]:
    return {**plan, **{name: tell(plan[name]) for name in (PLAN, "pool", "officer_pool")}}


def _drawn(plan: Mapping[str, Any], number: str, spare: int) -> Sample:
    return sample(str(plan[PLAN]), number, plan["pool"], plan["subject_count"], plan["officer_pool"], plan["officer_count"], spare)


def _latest(tale: Tale, n: int, acts: Any) -> Mapping[str, Any] | None:
    return next((line.data for line in reversed(tale.lines[:n]) if line.does in acts), None)
