"""Rows of a script and what happened to them, for people and as JSON."""

from __future__ import annotations

from typing import Any

from qingfeng.simulation.script import Result, Stop
from qingfeng.terms.instants import format_instant
from qingfeng.terms.text import Text

from .screen import Screen

SHOWN = 60
_RINGS = {
    "shape": Text(zh="格式", en="shape"),
    "order": Text(zh="程序", en="order"),
    "control": Text(zh="防控", en="control"),
}


def show_result(screen: Screen, result: Result, *, indent: str = "") -> None:
    """Write a row, what happened, by which rule and why."""
    row = result.row
    mark = {"accepted": "✓", "refused": "✗", "demand": "?", "clock": "⏰", "conflict": "⇄", "error": "!"}[
        result.outcome
    ]
    place = screen.pick(f"第{row.line}行", f"line {row.line}")
    words = [f"{mark} {place}", short(row.day), short(row.who), short(row.does), f"→ {result.happened}"]
    screen.line(indent + "  ".join(words))
    for fired in result.fired:
        if result.outcome != "clock":
            screen.line(f"{indent}    ⏰ {fired}")
    for stop in result.stops:
        _show_stop(screen, stop, indent + "    ")
    if not result.as_expected:
        screen.say(
            f"{indent}    ≠ 预期：{short(str(row.then))}；实际：{_real(result)}",
            f"{indent}    ≠ expected: {short(str(row.then))}; got: {_real(result)}",
        )


def short(text: str) -> str:
    """Return a text that may come from anywhere, cut to what fits a line."""
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"


def _real(result: Result) -> str:
    if result.outcome == "clock" and result.fired:
        return "; ".join([*result.fired, str(result.step)])
    return result.happened


def _show_stop(screen: Screen, stop: Stop, indent: str) -> None:
    ring = screen.words(_RINGS.get(stop.ring, Text(zh=stop.ring, en=stop.ring)))
    screen.line(f"{indent}[{stop.by} · {ring}] {screen.words(stop.reason)}")
    if stop.citation is not None:
        screen.line(f"{indent}{screen.pick('依据：', 'Law: ')}{stop.citation.say(screen.lang)}")
    if stop.remedy is not None:
        screen.line(f"{indent}→ {screen.words(stop.remedy)}")


def result_data(result: Result) -> dict[str, Any]:
    """Return a row and what happened as JSON has it."""
    row = result.row
    return {
        "line": row.line,
        "case": result.case,
        "day": row.day,
        "at": format_instant(result.at),
        "who": row.who,
        "does": row.does,
        "outcome": result.outcome,
        "happened": result.happened,
        "by": [s.by for s in result.stops],
        "ring": result.stops[0].ring if result.stops else None,
        "reasons": [{"zh": s.reason.zh, "en": s.reason.en} for s in result.stops],
        "remedies": [{"zh": s.remedy.zh, "en": s.remedy.en} if s.remedy else None for s in result.stops],
        "citations": [
            {"zh": s.citation.say("zh"), "en": s.citation.say("en")} if s.citation else None for s in result.stops
        ],
        "fired": list(result.fired),
        "step": result.step,
        "seq": result.seq,
        "expected": row.then,
        "as_expected": result.as_expected,
    }
