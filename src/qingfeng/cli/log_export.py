"""qingfeng log export: our own record as a log that others read."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qingfeng.terms.text import Text

from .frame import Told, screen_of
from .screen import FINE, FOUND, CommandFailed

if TYPE_CHECKING:
    from qingfeng.casework.desk.access import Viewer
    from qingfeng.importing.logs.outgoing import Going

BLOCK = 1 << 20
CASES = Text(zh="已导出案件", en="cases exported")


@click.command(cls=Told)
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--power", required=True, help="职权编号。 The power.")
@click.option("--force", is_flag=True, help="覆盖已有的文件。 Write over a file that is there.")
def export(out: Path, power: str, force: bool) -> int:
    """导出本单位一项职权的办理记录，供其他软件读取；写明读者（--as），每次留痕。 Export our own record of a power.

    OUT：.parquet、.xes、.xes.gz、.jsonocel、.xmlocel、.sqlite（OCEL 2.0），或者一个新文件夹（规范日志）；映射写在旁边。
    """
    from .log_steps import can_run

    can_run()
    from qingfeng.importing.logs.writers import MAPPING, form_of, mapped_as, write_canonical, write_log

    screen = screen_of()
    folder = not out.suffix or out.is_dir()
    form = "canonical" if folder else form_of(out)
    if out.exists() and (folder or not force):
        raise CommandFailed(Text(zh=f"{out}已经存在；请另取名字{'' if folder else '，或加 --force 覆盖'}。",
                                 en=f"{out} is there; choose another name{'' if folder else ', or --force'}."))  # fmt: skip
    from qingfeng.casework.departures import note_export
    from qingfeng.importing.logs.outgoing import going, leaving, mapping_text

    from .agency import now, opened
    from .progress import working
    from .reader import reader

    with opened(screen) as office, working(screen, CASES, every=1) as tick:
        with office.store.read() as tx:
            registry = office.registry(tx)
            viewer = reader(screen, registry)
            _must_be_allowed(viewer)
            what = leaving(office, registry, power)
            counted = _Counted(going(tx, what, progress=tick))
            if folder:
                write_canonical(out, what, counted)
                written, beside = out / "log.parquet", out / MAPPING
            else:
                write_log(out, form, what, counted)
                written, beside = out, out.with_name(out.name + f".{MAPPING}")
                beside.write_text(mapping_text(what, mapped_as(form)), encoding="utf-8")
        digest = _hashed(written)
        assert viewer.officer is not None, "nobody by name exports nothing"
        note_export(
            office,
            who=viewer.officer,
            power=power,
            form=form,
            cases=counted.cases,
            acts=counted.acts,
            digest=digest,
            now=now(),
        )
    screen.say(f"{counted.cases}案{counted.acts}个动作，已写到 {out}；映射：{beside}。",
               f"{counted.acts} acts in {counted.cases} cases, in {out}; mapping: {beside}.")  # fmt: skip
    screen.data({"out": str(out), "mapping": str(beside), "form": form, "power": power, "cases": counted.cases, "acts": counted.acts,
                 "sha256": digest})  # fmt: skip
    return FINE if counted.acts else FOUND


class _Counted:
    """Cases as they pass."""

    def __init__(self, cases: Iterator[list[Going]]) -> None:
        self._from, self.cases, self.acts = cases, 0, 0

    def __iter__(self) -> Iterator[list[Going]]:
        for case in self._from:
            self.cases += 1
            self.acts += len(case)
            yield case


def _must_be_allowed(viewer: Viewer) -> None:
    from qingfeng.casework.desk.access import Part, may_enter

    denied = may_enter(viewer, Part.SUPERVISION)
    if viewer.officer is None:
        raise CommandFailed(Text(zh="导出全部办理记录须写明是谁，每次留痕：请加 --as 人员编号",
                                 en="an export is made by an officer and recorded: add --as OFFICER"))  # fmt: skip
    if denied is not None:
        raise CommandFailed(denied.reason, denied.remedy, code=FOUND)


def _hashed(path: Path) -> str:
    found = sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            found.update(block)
    return found.hexdigest()
