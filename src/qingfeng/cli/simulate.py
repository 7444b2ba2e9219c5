"""qingfeng simulate, qingfeng evaluate: logs in which it is known who did wrong, and how well the rules find it."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from qingfeng.terms.text import Text

from .frame import Told, screen_of
from .screen import FINE, FOUND, CommandFailed

if TYPE_CHECKING:
    from qingfeng.catalogue.power import Power
    from qingfeng.importing.logs.multiplied import Course
    from qingfeng.importing.logs.outgoing import Leaving

MOST = 200_000_000
PLAYED = Text(zh="已走完的案件过程", en="courses played")
WRITTEN = Text(zh="已写记录", en="events written")
READ = Text(zh="已核对案件", en="cases judged")


@click.command(cls=Told)
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--power", help="职权文件或编号。 Power file or id.")
@click.option(
    "--events",
    type=click.IntRange(1_000, MOST),
    default=100_000,
    show_default=True,
    help="大约多少条记录。 About how many events.",
)
@click.option(
    "--rate",
    type=click.FloatRange(0, 1),
    default=0.02,
    show_default=True,
    help="违规案件的比例。 Share of cases with a misconduct.",
)
@click.option(
    "--risk",
    "risks",
    multiple=True,
    metavar="STEP.RISK",
    help="只植入这个风险点的，可重复。 Plant only this risk; may be repeated.",
)
@click.option(
    "--seed", type=int, default=1, show_default=True, help="同一种子得到同一日志。 The same seed gives the same log."
)
@click.option(
    "--habits", is_flag=True, help="改写一年的办案习惯，供疑点规律用。 A year of habits instead, for patterns."
)
@click.option(
    "--cases",
    type=click.IntRange(100, 200_000),
    default=4_000,
    show_default=True,
    help="--habits 的案件数。 Cases of --habits.",
)
def simulate(
    out: Path, power: str | None, events: int, rate: float, risks: tuple[str, ...], seed: int, habits: bool, cases: int
) -> int:
    """写一份知道谁违规的模拟日志：案件过程由实例和演练走出，再成倍写出，附标签。 A simulated log with labels.

    OUT：新文件夹。 A new folder.
    """
    from .log_steps import can_run

    can_run()
    from qingfeng.importing.logs.multiplied import multiply
    from qingfeng.importing.logs.outgoing import leaving_of

    from .powers_files import one_power
    from .progress import working

    if out.exists() and any(out.iterdir()):
        raise CommandFailed(Text(zh=f"{out}不是空的；请另选文件夹。", en=f"{out} is not empty; choose another folder."))
    if habits:
        from .habits import write

        return write(out, cases=cases, seed=seed, honest=rate == 0)
    if power is None:
        raise CommandFailed(
            Text(zh="请用 --power 写明职权，或者用 --habits。", en="Say which power with --power, or use --habits.")
        )
    screen, known = screen_of(), one_power(power)
    version = known.versions[-1]
    names = {drill.risk for drill in version.drills}
    for risk in risks:
        if risk not in names:
            raise CommandFailed(Text(zh=f"没有风险点“{risk[:60]}”的演练；有：{'、'.join(sorted(names))[:400]}",
                                     en=f"no drill of risk {risk[:60]!r}; there are: {', '.join(sorted(names))[:400]}"))  # fmt: skip
    what = leaving_of(known.id, known.versions)
    with working(screen, PLAYED, every=1) as tick:
        played, untold = _played(known, what, risks if rate else ("-",), tick)
    with working(screen, WRITTEN, every=1) as tick:
        told = multiply(out, what, played, events=events, rate=rate, seed=seed, progress=tick)
    wrongs = sorted({one.misconduct for one in played if one.misconduct})
    texts = len({one.text for one in played if one.misconduct})
    honest = sum(not one.misconduct for one in played)
    screen.say(f"{told['cases']}案{told['events']}条记录，已放到 {out}；由{honest}个诚实的、{len(played) - honest}个违规的过程成倍写出"
               f"（{len(wrongs)}种企图、{texts}个风险点）。",
               f"{told['events']} events in {told['cases']} cases, in {out}; multiplied from {honest} honest and {len(played) - honest} "
               f"corrupt courses ({len(wrongs)} attempts at {texts} risks).")  # fmt: skip
    if untold:
        screen.say(f"案件记录里看不出的企图{len(untold)}种，没有植入：{'、'.join(untold[:12])}",
                   f"{len(untold)} attempts of which no act of a case tells were not planted: {', '.join(untold[:12])}")  # fmt: skip
    screen.data({"out": str(out), "power": known.id, "events": told["events"], "cases": told["cases"], "seed": seed, "rate": rate,
                 "honest_courses": honest, "misconducts": wrongs, "risks": texts, "untold": untold, "sha256": told["sha256"]})  # fmt: skip
    return FINE


def _played(known: Power, what: Leaving, risks: tuple[str, ...], tick: Any) -> tuple[list[Course], list[str]]:
    from qingfeng import wiring
    from qingfeng.controls import discover
    from qingfeng.importing.logs.multiplied import Course
    from qingfeng.importing.logs.outgoing import going_of
    from qingfeng.simulation.wrongdoing import courses, without_guards

    with wiring.throwaways([known]) as agencies, wiring.throwaways([without_guards(known)]) as loose:
        found = courses(agencies, loose, known.versions[-1], frozenset(discover()), only=risks, progress=tick)
    honest = [Course(acts=[going_of(event, what) for event in one.events]) for one in found.honest]
    wrong = [Course(acts=[going_of(event, what) for event in one.events], misconduct=one.name, risk=one.wrong.risk, text=one.text,
                    by=tuple(sorted(one.wrong.by))) for one in found.wrong if one.wrong is not None]  # fmt: skip
    return [*honest, *wrong], [drill.id for drill in found.untold]


@click.command(cls=Told)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--power", help="职权文件或编号，缺省为日志的。 Power file or id; the log's by default.")
def evaluate(folder: Path, power: str | None) -> int:
    """以模拟日志的标签核对规则：每条规则、每种违规的查准、查全和误报。 Precision, recall and false alarms against the labels."""
    from .log_steps import can_run, mapping_of

    can_run()
    from qingfeng import wiring
    from qingfeng.controls import configure
    from qingfeng.detection.foreign import WHY, parts_of
    from qingfeng.importing.logs.canonical import Canonical
    from qingfeng.importing.logs.evaluated import evaluate as compared
    from qingfeng.importing.logs.habits import PLANTED
    from qingfeng.importing.logs.hold import Holding
    from qingfeng.importing.logs.multiplied import labels_of
    from qingfeng.importing.logs.outcomes import summary
    from qingfeng.importing.logs.writers import MAPPING
    from qingfeng.terms.calendar import WorkCalendar

    from .progress import working

    if (folder / PLANTED).is_file():
        from .habits import judge

        return judge(folder)
    screen = screen_of()
    labels = labels_of(folder)
    read, known = mapping_of(folder / MAPPING, power)
    log = Canonical(folder)
    holding = Holding(log, read, known, WorkCalendar(wiring.calendars()))
    with TemporaryDirectory(dir=folder, prefix=".judging") as scratch:
        findings = Path(scratch) / "findings.parquet"
        with working(screen, READ, every=1) as tick:
            told = summary(holding.judge(findings, progress=tick), WHY)
        across = {
            part.name for version in known.versions for part in parts_of(configure(version), version) if part.shares
        }
        said = compared(findings, labels, told, cases=log.manifest["cases"], across=across).plain()
    _show(said, len(across))
    screen.data({**said, "across": sorted(across)})
    return FINE if not said["false_cases"] and not said["missed"] else FOUND


def _show(said: dict[str, Any], across: int) -> None:
    from .table import show_table

    screen = screen_of()
    heads = [screen.pick(zh, en) for zh, en in (("违规", "misconduct"), ("查出", "found"), ("别的规则", "by others"), ("说不出", "blind"),
                                                ("漏", "missed"))]  # fmt: skip
    show_table(screen, heads, [(name, *(str(counts.get(key, 0)) for key in ("found", "beside", "blind", "missed")))
                               for name, counts in said["wrongs"].items()])  # fmt: skip
    wrong = {name: one for name, one in said["rules"].items() if one["false"]}
    if wrong:
        heads = [
            screen.pick(zh, en)
            for zh, en in (("规则", "rule"), ("查出", "found"), ("误报", "false"), ("查准", "precision"))
        ]
        show_table(
            screen,
            heads,
            [(name, str(one["found"]), str(one["false"]), f"{one['precision']:.1%}") for name, one in wrong.items()],
        )

    def share(value: float | None) -> str:
        return "—" if value is None else f"{value:.2%}"

    screen.say(
        f"植入{said['planted']}案：所指规则查出{said['found']}，别的规则查出{said['beside']}，日志说不出{said['blind']}，漏{said['missed']}；"
        f"查全{share(said['recall'])}（全部植入的{share(said['recall_of_all'])}）。",
        f"{said['planted']} planted: {said['found']} found by the rule meant, {said['beside']} by another, {said['blind']} blind, "
        f"{said['missed']} missed; recall {share(said['recall'])} ({share(said['recall_of_all'])} of all planted).",
    )
    screen.say(
        f"诚实{said['honest']}案中误报{said['false_cases']}案；比较不同案件的规则{across}条没有计入（成倍写出的案件彼此无关）。",
        f"{said['false_cases']} of {said['honest']} honest cases were accused; {across} rules that compare cases are left out "
        "(multiplied cases have nothing to do with each other).",
    )
