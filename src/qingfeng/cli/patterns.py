"""qingfeng patterns …: red flags without a crisp line, what each compares, and what they say of the record today."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from qingfeng.casework.words import both
from qingfeng.terms.text import Text

from .frame import Section, screen_of
from .screen import FINE, FOUND, CommandFailed

if TYPE_CHECKING:
    from qingfeng.detection.pattern import Pattern, Verdict

LACKING = Text(
    zh="没有安装疑点分析所需的软件包，疑点规律没有运行：请安装 requirements/analysis.txt（pip install --require-hashes -r requirements/analysis.txt）",
    en="The packages for patterns are not installed, so patterns did not run: install requirements/analysis.txt with pip",
)
NEVER = 100
"""A pattern that asks for so many times fewer asks for none at all."""
OUTCOMES = {
    "violated": Text(zh="有疑点", en="suspicion"),
    "satisfied": Text(zh="无疑点", en="none"),
    "not_applicable": Text(zh="没有这类记录", en="no such acts"),
    "not_evaluable": Text(zh="无法判断", en="cannot be judged"),
}


@click.group(cls=Section, invoke_without_command=True)
@click.pass_context
def patterns(ctx: click.Context) -> None:
    """疑点规律：各比较什么；对全部记录运行一遍。 Patterns: what each compares; run them over the record."""
    if ctx.invoked_subcommand is None:
        _list()


@patterns.command("list")
def list_() -> None:
    """列出全部疑点规律。 List all patterns."""
    _list()


@patterns.command()
@click.argument("name")
def show(name: str) -> None:
    """一条疑点规律：像什么、可能的正当原因、怎么比较、门槛。 One pattern: what it resembles, how it compares, its thresholds."""
    pattern = known_pattern(name)
    screen = screen_of()
    screen.say(f"{pattern.title.zh}（{pattern.name}）", f"{pattern.title.en} ({pattern.name})")
    told = (("像什么", "Resembles", pattern.resembles), ("也可能是", "Innocent", pattern.innocent), ("一次", "One trial", pattern.unit),
            ("同谁比较", "Peers", pattern.peers))  # fmt: skip
    for zh, en, words in told:
        screen.say(f"{zh}：{words.zh}", f"{en}: {words.en}")
    apart = Text(zh=f"相差{pattern.ratio:g}倍以上", en=f"{pattern.ratio:g} times apart")
    apart = Text(zh="一次也没有", en="never once") if pattern.ratio >= NEVER else apart
    screen.say(
        f"门槛：至少{pattern.minimum}次，同行至少{pattern.peers_needed}个，{apart.zh}；全部对象合并计算，误指比例不超过{pattern.rate:.0%}",
        f"Thresholds: {pattern.minimum} trials, {pattern.peers_needed} peers, {apart.en}; "
        f"all subjects together: at most {pattern.rate:.0%} false leads",
    )
    screen.say(f"相关规则：{'、'.join(pattern.touches)}", f"Controls beside it: {', '.join(pattern.touches)}")
    screen.data({**_plain(pattern), "minimum": pattern.minimum, "peers": pattern.peers_needed, "ratio": pattern.ratio, "rate": pattern.rate,
                 "controls": list(pattern.touches)})  # fmt: skip


@patterns.command()
@click.option("--only", "names", multiple=True, metavar="NAME", help="只运行这条，可重复。 Only this one; may be repeated.")
@click.option("--now", "at", metavar="TIME", help="以此刻为准（不晚于现在）。 As of this time, not later than now.")
def run(names: tuple[str, ...], at: str | None) -> int:
    """对全部记录运行，新的疑点记入台账（仅纪检监察可见）。 Run over the whole record; keep what is new, for discipline alone."""
    from qingfeng import wiring
    from qingfeng.casework import suspicions
    from qingfeng.casework.desk.access import sees_suspicion

    from .agency import opened, past_or_now
    from .findings import found_data, show_found
    from .progress import working
    from .reader import reader

    screen = screen_of()
    for name in names:
        known_pattern(name)
    if not wiring.patterns_can_run():
        raise CommandFailed(LACKING)
    moment = past_or_now(at)
    with opened(screen) as office:
        with working(screen, Text(zh="已读记录", en="events read"), every=1_000) as tick:
            told = suspicions.run(office, wiring.analytics_over, now=moment, only=names or None, progress=tick)
        with office.store.read() as tx:
            inner = sees_suspicion(reader(screen, office.registry(tx)))
        new = found_data(office, list(told.new) if inner else [])
    verdicts = told.verdicts if inner else ()
    show_verdicts(verdicts)
    show_found(screen, new)
    if inner:
        screen.say(f"新疑点{len(new)}条。" if new else "没有新的疑点。", f"{len(new)} new." if new else "Nothing new.")
    else:
        screen.say("已运行；疑点只有纪检监察看得到（--as 人员）。", "Run; suspicion is told to discipline alone (--as OFFICER).")
    screen.data({"patterns": [verdict_data(one) for one in verdicts], "findings": new})
    return FOUND if new else FINE


def known_pattern(name: str) -> Pattern:
    """Return a pattern by its name.  Raises CommandFailed."""
    from qingfeng.detection.patterns import discover

    pattern = discover().get(name)
    if pattern is None:
        why = Text(zh=f"没有疑点规律“{name[:60]}”；用 qingfeng patterns 查看全部。", en=f"No pattern {name[:60]!r}; see qingfeng patterns.")
        raise CommandFailed(why)
    return pattern


def _list() -> None:
    from qingfeng.detection.patterns import discover

    from .table import show_table

    screen = screen_of()
    known = [pattern for _, pattern in sorted(discover().items())]
    heads = [screen.pick(zh, en) for zh, en in (("规律", "pattern"), ("名称", "title"), ("像什么", "resembles"))]
    show_table(screen, heads, [(p.name, screen.words(p.title), screen.words(p.resembles)) for p in known])
    screen.data({"patterns": [_plain(pattern) for pattern in known]})


def _plain(pattern: Pattern) -> dict[str, Any]:
    return {"name": pattern.name, "title": both(pattern.title), "resembles": both(pattern.resembles), "innocent": both(pattern.innocent)}


def show_verdicts(verdicts: tuple[Verdict, ...]) -> None:
    """Write what every pattern said as a table."""
    from qingfeng.detection.patterns import discover

    from .table import show_table

    screen = screen_of()
    heads = [screen.pick(zh, en) for zh, en in (("规律", "pattern"), ("结果", "outcome"), ("可判断", "judged"), ("样本不足", "too few"),
                                                ("无同行", "no peers"), ("基准", "base rate"), ("说明", "why"))]  # fmt: skip
    rows = [
        (screen.words(discover()[v.pattern].title), screen.words(OUTCOMES[v.outcome.value]), str(v.judged), str(v.too_small),
         str(v.no_peers), f"{v.base:.1%}" if v.judged else "", screen.words(v.why) if v.why else "")
        for v in verdicts
    ]  # fmt: skip
    show_table(screen, heads, rows)


def verdict_data(one: Verdict) -> dict[str, Any]:
    """Return what a pattern said as JSON has it."""
    return {"pattern": one.pattern, "outcome": one.outcome.value, "why": both(one.why) if one.why else None, "judged": one.judged,
            "too_small": one.too_small, "no_peers": one.no_peers, "base": round(one.base, 6),
            "found": [{"subject": s.subject, "hits": s.hits, "trials": s.trials, "base": round(s.base, 6), "p": s.p, "adjusted": s.adjusted,
                       "evidence": list(s.evidence)} for s in one.found]}  # fmt: skip
