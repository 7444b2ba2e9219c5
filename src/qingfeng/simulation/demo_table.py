"""The demonstration month as a table that a person likes to read, from 80 columns on, with Chinese aligned."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from rich.box import SIMPLE_HEAD
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Line

from qingfeng.catalogue.schema_procedure import BRANCHES
from qingfeng.terms.text import Text

from .demo_report import DemoReport, PowerLine, totals

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
        grid = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, expand=True, title=self._heading(), title_style="bold",
                     show_footer=True, title_justify="left")  # fmt: skip
        sums = totals(lines)
        grid.add_column(self._say("职权", "Power"), footer=self._say("合计", "Total"), ratio=3, overflow="fold")
        for name, label, style in _NUMBERS:
            grid.add_column(label.say(self.lang), footer=str(sums[name]), justify="right", style=style, width=4, no_wrap=True)
        grid.add_column(self._say("平均用时/期限", "Mean time/limit"), justify="right", width=13 if self.lang == "zh" else 16, no_wrap=True)
        if wide:
            grid.add_column(self._say("走过的分支", "Branches taken"), ratio=2, overflow="fold", style="dim")
        for agency, group in groupby(lines, key=lambda line: line.agency):
            grid.add_section()
            for line in group:
                grid.add_row(*self._row(line, wide))
        yield grid
        yield Line(self._legend(), style="dim")

    def _say(self, zh: str, en: str) -> str:
        return Text(zh=zh, en=en).say(self.lang)

    def _heading(self) -> str:
        first, last, n = self.report.first, self.report.last, len(self.report.lines)
        cases = sum(line.opened for line in self.report.lines)
        return self._say(
            f"演示：{first.year}年{first.month}月{first.day}日—{last.month}月{last.day}日　{n}项职权　{cases}件　{self.report.acts}个动作（人员和企业均为虚构）",
            f"Demonstration {first:%d %b} – {last:%d %b %Y}: {n} powers, {cases} cases, {self.report.acts} acts (people and firms invented)",
        )

    def _legend(self) -> str:
        return self._say(
            "黄灯=临期提醒　红灯=到期未办　迟办=超期办理并说明了理由　挡下=填写有误被拒后改正",
            "yel. = due soon, red = ran out, late = done late with a reason given, stop = refused, then corrected",
        )

    def _row(self, line: PowerLine, wide: bool) -> list[RenderableType]:
        taken = _branches(line, self.lang)
        name = Line(_short(line.title.say(self.lang), 34 if self.lang == "en" else 17))
        if taken and not wide:
            name = Line.assemble(name, "\n", (taken, "dim"))
        numbers = [str(n) if (n := getattr(line, key)) else "·" for key, _, _ in _NUMBERS]
        return [name, *numbers, _used(line, self.lang), *([taken] if wide else [])]


def _branches(line: PowerLine, lang: str) -> str:
    joint = "、" if lang == "zh" else ", "
    return joint.join(f"{_branch(name).say(lang)}{'' if lang == 'zh' else ' '}{n}" for name, n in line.branches.items())


def _branch(name: str) -> Text:
    return _EFFECTS.get(name) or Text(zh=BRANCHES.get(name, name), en=name.replace("_", " "))


def _used(line: PowerLine, lang: str) -> str:
    if line.used is None or line.unit is None:
        return "—"
    unit = line.unit.say(lang)
    return f"{line.used:.1f}/{line.allowed}{'' if lang == 'zh' else ' '}{unit}"


def _short(title: str, most: int) -> str:
    return title if len(title) <= most else title[: most - 1] + "…"


def _told(report: DemoReport, lang: str) -> RenderableType:
    rows: list[RenderableType] = [Line(Text(zh="这一个月里发生了什么", en="What happened in that month").say(lang), style="bold")]
    rows += [_item(text.say(lang)) for text in _all(report)]
    return Group(*rows)


def _item(sentence: str) -> RenderableType:
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(width=1)
    grid.add_column(overflow="fold")
    number, colon, rest = sentence.partition("：") if "：" in sentence[:60] else sentence.partition(":")
    grid.add_row("•", Line.assemble((number, "cyan"), colon, rest))
    return Padding(grid, (0, 0, 0, 0))


def _all(report: DemoReport) -> Sequence[Text]:
    if not report.kept:
        return report.told
    kept = Text(
        zh=f"定期职责：上月台账检查{report.kept}项，负责人在期限内逐项核对并报告；没有人报告的，到期由系统记为未做。",
        en=f"Duties: {report.kept} registers of the month before were checked and reported in time; one that nobody reports is found.",
    )
    return (*report.told, kept)
