"""qingfeng powers stories: the stories written in power files, each run in an agency that goes away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from qingfeng import wiring
from qingfeng.catalogue.power import Power, Story
from qingfeng.simulation import script
from qingfeng.terms.text import Text

from .powers_check import show_fault
from .powers_files import read_files
from .progress import working
from .results import result_data, show_result
from .screen import FINE, FOUND, CommandFailed, Screen, near


def run_stories(screen: Screen, files: Iterable[Path], *, only: str | None) -> int:
    """Run the stories of files (the shipped ones by default); FOUND if a file is faulty or a row went otherwise."""
    told: list[dict[str, Any]] = []
    good = True
    for read in read_files(files):
        power = read.loaded.power
        if power is None:
            good = False
            screen.say(f"✗ {near(read.path)}：有错，案例未运行", f"✗ {near(read.path)}: faulty, stories not run")
            for fault in read.loaded.errors:
                show_fault(screen, read.path, fault)
            told.append({"file": str(read.path), "power": None, "story": None, "ok": False, "rows": []})
            continue
        screen.line(f"{power.id}  {near(read.path)}")
        for story, results in _run(screen, power, only):
            failed = [r for r in results if not r.as_expected]
            good = good and not failed
            told.append(
                {
                    "file": str(read.path),
                    "power": power.id,
                    "story": story.id,
                    "ok": not failed,
                    "rows": [result_data(r) for r in results],
                }
            )
            screen.line(f"  {'✗' if failed else '✓ OK'}  {story.id}  {screen.words(story.title)}  ({len(results)})")
            for result in failed:
                show_result(screen, result, indent="      ")
    if only is not None and not any(t["story"] for t in told) and good:
        raise CommandFailed(Text(zh=f"没有案例“{only[:50]}”。", en=f"There is no story {only[:50]!r}."))
    screen.data({"stories": told, "ok": good})
    return FINE if good else FOUND


def _run(screen: Screen, power: Power, only: str | None) -> Iterator[tuple[Story, list[script.Result]]]:
    for version in power.versions:
        for story in version.stories:
            if only is not None and story.id != only:
                continue
            rows = [script.row_from_story(row) for row in story.rows]
            with working(screen, story.title), wiring.throwaway([power]) as office:
                yield story, list(script.run(office, rows, power=power.id))
