"""How long a map takes: layout and SVG, PDF and PNG through typst, Word, web page, BPMN; the shipped maps, after one to warm up.

Beside them, in turn and in the same run, a peer: typst setting one page of plain text of the same words.
Run: python -m bench.draw_map --rounds 9
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

from qingfeng import wiring
from qingfeng.drawing.formats import FORMATS
from qingfeng.drawing.sheet import Sheet, sheet_of

LINKS = (("公开页", "https://www.example.gov.cn/powers/"), ("存证日志", "https://www.example.gov.cn/log/"))
GOALS = {"svg": 5.0, "pdf": 300.0}
"""Milliseconds of a map, after warm-up."""


def main() -> None:
    """Measure, and write a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    powers = [read.loaded.power for read in wiring.read_powers([])]
    sheets = [sheet_of(power.versions[-1], links=LINKS) for power in powers if power is not None]
    tasks: dict[str, Callable[[Sheet], object]] = {name: _maker(name) for name in FORMATS}
    tasks["plain text by typst"] = _plain
    times: dict[str, list[float]] = {name: [] for name in tasks}
    for task in tasks.values():
        for sheet in sheets:
            task(sheet)
    for _ in range(rounds):
        for sheet in sheets:
            for name, task in tasks.items():
                begun = time.perf_counter()
                task(sheet)
                times[name].append((time.perf_counter() - begun) * 1000)
    print(f"{len(sheets)} maps, {rounds} rounds; milliseconds a map")
    print("| | median | 95 of 100 | most | goal |\n|---|---|---|---|---|")
    for name, some in times.items():
        some.sort()
        print(f"| {name} | {statistics.median(some):.1f} | {some[int(len(some) * 0.95)]:.1f} | {some[-1]:.1f} | {GOALS.get(name, '')} |")


def _maker(name: str) -> Callable[[Sheet], object]:
    form = FORMATS[name]
    return lambda sheet: form.make(sheet, form.paper or "")


def _plain(sheet: Sheet) -> object:
    import typst

    words = "\n\n".join(item.text for block in sheet.blocks for item in (*block.risks, *block.measures))
    quoted = words.replace("\\", "\\\\").replace("#", "\\#").replace("*", "\\*").replace("_", "\\_").replace("[", "\\[").replace("]", "\\]")
    return typst.compile(('#set text(font: "Noto Sans CJK SC")\n' + quoted).encode(), format="pdf")


if __name__ == "__main__":
    main()
