"""qingfeng findings import: leads from the log of another system onto the board of findings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from qingfeng.terms.text import Text

from .frame import Told, screen_of
from .screen import FINE, FOUND, CommandFailed

if TYPE_CHECKING:
    from qingfeng.casework.foreignleads import Lead

DONE = Text(zh="已登记线索", en="leads laid down")


@click.command("import", cls=Told)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--log", "name", required=True, help="源系统的名称，每次相同。 What the system is called; the same every time."
)
@click.option("--rule", "rules", multiple=True, help="只登记这条规则的，可重复。 Only of this rule; may be repeated.")
@click.option(
    "--level", "levels", multiple=True, help="只登记防控图上这一等级的，可重复。 Only of this level of the map."
)
def import_(file: Path, name: str, rules: tuple[str, ...], levels: tuple[str, ...]) -> int:
    """把其他系统日志的线索（log judge、log patterns 写出的 .parquet）登记入台账；登记过的不重复。 Leads of a log onto the board, once."""
    from .log_steps import can_run

    can_run()
    from qingfeng.casework import foreignleads
    from qingfeng.casework.desk.access import Part, may_enter

    from .agency import now, opened
    from .findings import found_data, show_found
    from .progress import working
    from .reader import reader

    screen = screen_of()
    name = name.strip()
    if not 0 < len(name) <= 60 or any(not sign.isprintable() for sign in name):
        raise CommandFailed(
            Text(zh="--log 是一行60字以内的名称。", en="--log is a name of one line and 60 characters at most.")
        )
    leads, digest = _read(file, rules, levels)
    with opened(screen) as office:
        with office.store.read() as tx:
            viewer = reader(screen, office.registry(tx))
        denied = may_enter(viewer, Part.SUPERVISION)
        if viewer.officer is None:
            raise CommandFailed(
                Text(
                    zh="登记线索须写明是谁：请加 --as 人员编号",
                    en="leads are laid down by an officer: add --as OFFICER",
                )
            )
        if denied is not None:
            raise CommandFailed(denied.reason, denied.remedy, code=FOUND)
        foreignleads.must_be_few(leads)
        with working(screen, DONE, every=1) as tick:
            took = foreignleads.take_in(
                office, leads, log=name, digest=digest, who=viewer.officer, now=now(), progress=tick
            )
        told = found_data(office, list(took.new))
    show_found(screen, told)
    screen.say(
        f"新登记{len(told)}条，已在台账的{took.known}条。", f"{len(told)} new, {took.known} on the board already."
    )
    screen.data({"findings": told, "known": took.known, "log": name})
    return FOUND if told else FINE


def _read(file: Path, rules: tuple[str, ...], levels: tuple[str, ...]) -> tuple[list[Lead], str]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from qingfeng.importing.logs.leads import origin_of

    why = Text(zh=f"{file.name}不是线索文件；请用 qingfeng log judge 或 log patterns 的 --out 文件.parquet。",
               en=f"{file.name} is no file of leads; make one with qingfeng log judge or log patterns, --out FILE.parquet.")  # fmt: skip
    try:
        origin = origin_of(file)
        rows = pq.read_table(file).to_pylist() if origin is not None else []
    except pa.ArrowException as error:
        raise CommandFailed(why) from error
    if origin is None:
        raise CommandFailed(why)
    chosen = [row for row in rows if (not rules or row["rule"] in rules or row["rule"].partition("#")[0] in rules)
              and (not levels or row["level"] in levels)]  # fmt: skip
    return [_lead(row) for row in chosen], origin["sha256"]


def _lead(row: dict[str, Any]) -> Lead:
    from qingfeng.casework.foreignleads import Lead

    events = row["evidence"] or []
    shown = row["id"] or f"{row['act']}|{row['at']}|{row['actor']}"
    what = row["subject"] if row["case"] is None else "\0".join((row["case"], shown, row["key"] or ""))
    return Lead(
        rule=row["rule"], power=row["power"], version=row["version"], what=what, words=Text(zh=row["zh"], en=row["en"]),
        officers=tuple(row["officers"] or ()), post=row["post"], events=tuple(_event(one) for one in events),
        seen=tuple(one["at"] for one in events), judged=row["judged"] or 0, found=row["found"] or 0)  # fmt: skip


def _event(one: dict[str, Any]) -> str:
    who = f" {one['actor']}" if one["actor"] else ""
    known = f"（{one['id']}）" if one["id"] else ""
    return f"{one['case']} 第{one['row']}行{known} {one['at'][:16].replace('T', ' ')} {one['act']}{who}"
