"""The demonstration month as a table that a person likes to read, from 80 columns on, with Chinese aligned."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Line

from qingfeng.catalogue.schema_procedure import BRANCHES
from qingfeng.terms.text import Text

from .demo_report import DemoReport, PowerLine, totals

_PIECES = re.compile(r"[（《“【(]*(?:[!-'*-~]+|.)[）》”】，。；：、！？)]* *")
"""What is not torn apart: a Latin word or number, or one other character, with the marks that belong to it."""
WIDE = 96
"""Columns from which the branches get a column of their own."""
_EFFECTS = {"deemed_acceptance": Text(zh="视为受理", en="deemed acceptance"), "deemed_renewal": Text(zh="视为延续", en="deemed renewal")}
_NUMBERS = (
    ("opened", Text(zh="收案", en="new"), ""),
    ("closed", Text(zh="办结", en="done"), "green"),
    ("still", Text(zh="在办", en="open"), ""),
    ("returned", Text(zh="退回", en="back"), ""),
    ("yellow", Text(zh="黄灯", en="yel."), "yellow"),
    ("red", Text(zh="红灯", en="red"), "red"),
    ("late", Text(zh="迟办", en="late"), "red"),
    ("stopped", Text(zh="挡下", en="stop"), "magenta"),
)


def table(report: DemoReport, lang: str = "zh") -> RenderableType:
    """Return the month for a terminal: heading, a row for each power, what happened.  `lang` is zh or en."""
    return Group(_Month(report, lang), Line(""), _told(report, lang))


class _Month:
    """The table itself; chooses its columns by the width that it gets."""

    def __init__(self, report: DemoReport, lang: str) -> None:
        self.report, self.lang = report, lang

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        wide = options.max_width >= WIDE
        lines = self.report.lines
        grid = Table(box=SIMPLE_HEAD, padding=0, pad_edge=False, expand=True, show_footer=True)
        sums = totals(lines)
        title = 26 if self.lang == "zh" else 28
        grid.add_column(self._say("职权", "Power"), footer=self._say("合计", "Total"), width=title if wide else None,
                        ratio=None if wide else 1, overflow="ellipsis", no_wrap=True)  # fmt: skip
        for name, label, style in _NUMBERS:
            grid.add_column(label.say(self.lang), footer=str(sums[name]), justify="right", style=style, width=4, no_wrap=True)
        mean = 12 if self.lang == "zh" else 11
        grid.add_column(self._say("平均/期限", "mean/limit"), justify="right", width=mean, no_wrap=True)
        if wide:
            grid.add_column(self._say(" 走过的分支", " branches taken"), ratio=1, overflow="fold", style="dim")
        for agency, group in groupby(lines, key=lambda line: line.agency):
            grid.add_section()
            grid.add_row(Line(self._agency(agency), style="bold cyan"))
            for line in group:
                grid.add_row(*self._row(line, wide))
        yield from (Line(row, style="bold") for row in broken(self._heading(), options.max_width))
        yield grid
        notes = [self._legend(), *([] if wide else [self._all_branches()])]
        yield from (Line(row, style="dim") for note in notes for row in broken(note, options.max_width))

    def _say(self, zh: str, en: str) -> str:
        return Text(zh=zh, en=en).say(self.lang)

    def _heading(self) -> str:
        first, last, n = self.report.first, self.report.last, len(self.report.lines)
        cases = sum(line.opened for line in self.report.lines)
        return self._say(
            f"演示：{first.year}年{first.month}月{first.day}日—{last.month}月{last.day}日　{n}项职权　{cases}件"
            f"　{self.report.acts}个动作（人员和企业均为虚构）",
            f"Demonstration {first:%d %b} – {last:%d %b %Y}: {n} powers, {cases} cases, {self.report.acts} acts"
            " (people and firms invented)",
        )

    def _legend(self) -> str:
        return self._say(
            "黄灯=临期提醒　红灯=到期未办　迟办=超期办理并说明了理由　挡下=填写有误被拒后改正",
            "yel. = due soon, red = ran out, late = done late with a reason given, stop = refused, then corrected, "
            "d/wd = days/working days",
        )

    def _agency(self, agency: Text | None) -> str:
        return agency.say(self.lang) if agency is not None else self._say("原文未写明机关", "agency not named")

    def _all_branches(self) -> str:
        taken: Counter[str] = Counter()
        for line in self.report.lines:
            taken.update(line.branches)
        return self._say("走过的分支：", "Branches taken: ") + " ".join(_counted(taken, self.lang))

    def _row(self, line: PowerLine, wide: bool) -> list[RenderableType]:
        name = Line("  ").append(line.title.say(self.lang))
        numbers = [str(n) if (n := getattr(line, key)) else "·" for key, _, _ in _NUMBERS]
        taken = Padding(" ".join(_counted(line.branches, self.lang)), (0, 0, 0, 1))
        return [name, *numbers, _used(line, self.lang), *([taken] if wide else [])]


def _counted(branches: Mapping[str, int], lang: str) -> list[str]:
    """Return each branch with its number, without a place inside where a line could break."""
    ordered = sorted(branches.items(), key=lambda b: (-b[1], b[0]))
    return [f"{_branch(name).say(lang).replace(' ', chr(160))}{'' if lang == 'zh' else chr(160)}{n}" for name, n in ordered]


def _branch(name: str) -> Text:
    zh = BRANCHES.get(name, name).partition("（")[0]
    return _EFFECTS.get(name) or Text(zh=zh, en=name.replace("_", " "))


def _used(line: PowerLine, lang: str) -> str:
    if line.used is None or line.unit is None:
        return "—"
    unit = line.unit.say(lang)
    return f"{line.used:.1f}/{line.allowed}{'' if lang == 'zh' else ' '}{unit}"


def _told(report: DemoReport, lang: str) -> RenderableType:
    rows: list[RenderableType] = [Line(_span(report).say(lang), style="bold")]
    rows += [_Item(text.say(lang)) for text in _all(report)]
    return Group(*rows)


def _span(report: DemoReport) -> Text:
    """Return the heading over what happened, with the weeks that were run."""
    weeks = round(((report.last - report.first).days + 1) / 7)
    return Text(zh=f"这{weeks}周里发生了什么", en=f"What happened in those {weeks} weeks")


@dataclass(frozen=True, slots=True)
class _Item:
    """One sentence with its mark, broken where a person would break it."""

    sentence: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for number, row in enumerate(broken(self.sentence, options.max_width - 2)):
            yield Line(("• " if number == 0 else "  ") + row)


def broken(text: str, width: int) -> list[str]:
    """Break a text into rows of at most so many columns: not within a number or Latin word, nor before a closing mark."""
    rows, row = [], ""
    for piece in _PIECES.findall(text):
        if row and cell_len(row) + cell_len(piece.rstrip()) > width:
            rows.append(row.rstrip())
            row = piece.lstrip()
        else:
            row += piece
    return [*rows, row.rstrip()]


def _all(report: DemoReport) -> Sequence[Text]:
    if not report.kept:
        return report.told
    kept = Text(
        zh=f"定期职责：期满后{report.kept}项，负责的人在期限内逐项做完并报告；没有人报告的，到期由系统记为未做。",
        en=f"Duties: {report.kept} were done and reported in time when their period was over; one that nobody reports is found.",
    )
    return (*report.told, kept)
