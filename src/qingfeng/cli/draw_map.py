"""qingfeng draw-map: a power's map as picture, print, Word, web page or BPMN; also two versions on one, or with what was found."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from qingfeng.terms.text import Text

from .frame import Told, screen_of
from .powers_files import one_power
from .screen import CommandFailed, Screen

if TYPE_CHECKING:
    from qingfeng.catalogue.power import PowerVersion
    from qingfeng.drawing.formats import Format
    from qingfeng.drawing.sheet import Sheet

NAMES = ("svg", "png", "pdf", "docx", "bpmn", "html")
PAPER_NAMES = ("auto", "a4", "a4-landscape", "a3", "a3-landscape", "screen")
_PAPER = "纸张；auto：一页A4看得清就用A4，否则A3；screen：不分页。 Paper; auto: A4 if one page of it can be read, else A3."


@click.command("draw-map", cls=Told)
@click.argument("power")
@click.option("--svg", "forms", flag_value="svg", multiple=True, help="矢量图。 Vector picture.")
@click.option("--png", "forms", flag_value="png", multiple=True, help="图片。 Picture.")
@click.option("--pdf", "forms", flag_value="pdf", multiple=True, help="打印件。 For print.")
@click.option("--docx", "forms", flag_value="docx", multiple=True, help="Word，图形可编辑。 Word, shapes to edit.")
@click.option("--bpmn", "forms", flag_value="bpmn", multiple=True, help="流程模型BPMN 2.0。 Process model.")
@click.option("--html", "forms", flag_value="html", multiple=True, help="网页。 Web page.")
@click.option("--out", type=click.Path(path_type=Path), help="文件或文件夹，缺省当前文件夹。 File or folder, by default here.")
@click.option("--version", help="施行日期，缺省为最新版。 Version by its first day; the latest by default.")
@click.option("--paper", type=click.Choice(PAPER_NAMES), help=_PAPER)
@click.option("--turns/--no-turns", default=None, help="画不画退回、终结等分支；Word缺省不画。 Show branches and returns; Word: not by default.")
@click.option("--compare", metavar="OLD", help="与旧版对照：施行日期或文件。 Both versions on one drawing: a day or a file.")
@click.option("--findings", is_flag=True, help="按发现给环节标数（用单位的库）。 Count the findings at each step (of the agency's store).")
@click.option("--public", metavar="URL", help="网站地址：印上公开页和存证日志的二维码。 Address of the site: QR codes of page and log.")
def draw_map(power: str, forms: tuple[str, ...], out: Path | None, version: str | None, paper: str | None, turns: bool | None,
             compare: str | None, findings: bool, public: str | None) -> None:  # fmt: skip
    """画防控图；POWER为编号或文件。 Draw the map of a power; POWER is an id or a file."""
    from qingfeng.drawing.formats import FORMATS

    from .powers_diff import version_of

    screen = screen_of()
    chosen = [FORMATS[name] for name in dict.fromkeys(forms or ("svg",))]
    _fits(chosen, paper, out, compare=compare, findings=findings)
    known = one_power(power)
    shown = version_of(known, version)
    links = _links(public, shown.power) if public is not None else ()
    written = []
    for one in chosen:
        sheet = _sheet(screen, shown, one, turns=turns, links=links, old=_older(known.id, power, compare), findings=findings)
        written += _written(one, sheet, paper, out, shown)
    for path in written:
        screen.say(f"已画：{path}", f"drawn: {path}")
    screen.data({"power": shown.power, "version": shown.version, "files": [str(path) for path in written]})


def _fits(chosen: list[Format], paper: str | None, out: Path | None, *, compare: str | None, findings: bool) -> None:
    """Raises CommandFailed for wishes that do not go together."""
    if compare is not None and findings:
        raise CommandFailed(Text(zh="--compare 和 --findings 不能同时用：一张图只说一件事；请分两次画。",
                                 en="--compare and --findings do not go together: one drawing says one thing; draw twice."))  # fmt: skip
    if paper is not None and all(one.paper is None for one in chosen):
        raise CommandFailed(Text(zh="网页和BPMN没有纸张；请去掉 --paper，或加上 --pdf、--docx、--svg、--png。",
                                 en="A web page and BPMN have no paper; leave out --paper, or add --pdf, --docx …"))  # fmt: skip
    if out is not None and not out.is_dir() and len(chosen) > 1:
        raise CommandFailed(Text(zh=f"一次画{len(chosen)}种格式时，--out 须是已有的文件夹：{str(out)[:200]}不是。",
                                 en=f"With several formats --out must be a folder that exists; {str(out)[:200]} is none."))  # fmt: skip


def _links(public: str, power: str) -> tuple[tuple[str, str], ...]:
    base = public.rstrip("/")
    parts = urlsplit(base)
    if parts.scheme not in ("http", "https") or not parts.netloc or len(base) > 200 or any(char.isspace() for char in base):
        raise CommandFailed(
            Text(zh=f"“{public[:100]}”不是网站地址；请写成 https://域名。", en=f"{public[:100]!r} is no address of a site: write https://HOST.")
        )
    return (("公开页", f"{base}/powers/{power}/"), ("存证日志", f"{base}/log/"))


def _older(known: str, power: str, compare: str | None) -> PowerVersion | None:
    from .powers_diff import version_of

    if compare is None:
        return None
    path = Path(compare)
    if path.suffix in (".yaml", ".yml") or path.is_file():
        other = one_power(compare)
        if other.id != known:
            raise CommandFailed(Text(zh=f"{compare[:100]}是职权{other.id}，不是{known}；只能对照同一职权的两个版本。",
                                     en=f"{compare[:100]} is the power {other.id}, not {known}: compare versions of one."))  # fmt: skip
        return version_of(other, None)
    return version_of(one_power(power), compare)


def _sheet(screen: Screen, shown: PowerVersion, one: Format, *, turns: bool | None, links: tuple[tuple[str, str], ...],
           old: PowerVersion | None, findings: bool) -> Sheet:  # fmt: skip
    from qingfeng.drawing.sheet import sheet_of, with_findings
    from qingfeng.drawing.versions import compared

    with_turns = one.turns if turns is None else turns
    sheet = sheet_of(shown, turns=with_turns, verbatim=one.verbatim, links=links)
    if old is not None:
        sheet = compared(sheet_of(old, turns=with_turns, verbatim=one.verbatim), sheet)
    return with_findings(sheet, *_found(screen, shown)) if findings else sheet


def _found(screen: Screen, shown: PowerVersion) -> tuple[Counter[str], date]:
    """Return how many findings touch each step, as far as the reader may know of them, and the day."""
    from qingfeng.casework.findings import kept, risks_of
    from qingfeng.terms.instants import local_day

    from .agency import now, opened
    from .reader import reader, told_to

    steps: Counter[str] = Counter()
    with opened(screen) as office, office.store.read() as tx:
        told = told_to(reader(screen, office.registry(tx)), office, tx)
        for one in kept(tx):
            if one.power == shown.power and one.number in told:
                steps.update({step for step, *_ in risks_of(shown, one.found.rule)})
    return steps, local_day(now())


def _written(one: Format, sheet: Sheet, paper: str | None, out: Path | None, shown: PowerVersion) -> list[Path]:
    """Write the files of one format, each whole or not at all and never over another.  Raises CannotDraw, OSError."""
    from .draw_files import write_new

    pages = one.make(sheet, paper or one.paper or "")
    folder = out if out is not None and out.is_dir() else Path()
    path = folder / f"{shown.power.replace('/', '-')}.{one.name}" if out is None or out.is_dir() else out
    paths = [path] if len(pages) == 1 else [path.with_stem(f"{path.stem}-{number}") for number in range(1, len(pages) + 1)]
    for each, page in zip(paths, pages, strict=True):
        write_new(each, page)
    return paths
