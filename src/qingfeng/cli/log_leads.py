"""Leads of a foreign log written out: Parquet for programs, a workbook for people, with the roll-up by officer, party and unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from qingfeng.terms.text import Text

from .frame import screen_of
from .screen import CommandFailed
from .table import show_table

if TYPE_CHECKING:
    from qingfeng.importing.logs.canonical import Canonical

SHEET = 100_000
"""Leads that a workbook holds; more go to Parquet."""
SHOWN = 10
FLAT = ("rule", "title_zh", "level", "power", "case", "row", "id", "act", "actor", "post", "at", "party", "unit", "subject", "hits",
        "trials", "base", "judged", "found", "zh", "en")  # fmt: skip
BY = {"officer": ("按人员", "by officer"), "party": ("按当事人", "by party"), "unit": ("按单位", "by unit")}


def checked_name(out: Path) -> None:
    """Raise CommandFailed unless a file's name is that of Parquet or a workbook."""
    if out.suffix not in (".xlsx", ".parquet"):
        raise CommandFailed(Text(zh="--out 须以 .xlsx 或 .parquet 结尾。", en="--out ends with .xlsx or .parquet."))


def export(leads: Iterable[Mapping[str, Any]], log: Canonical, told: Sequence[Mapping[str, Any]], *, out: Path | None, unit: str | None
           ) -> list[dict[str, Any]]:  # fmt: skip
    """Write leads (and what every rule said) to `out` if there is one; return the roll-up.  Raises OSError, CommandFailed."""
    from qingfeng.importing.logs.leads import roll_up, write_leads

    with TemporaryDirectory(dir=log.folder, prefix=".leads") as scratch:
        held = Path(scratch) / "leads.parquet"
        many = write_leads(held, leads, log=log)
        rolled = roll_up(held, log, unit=unit)
        if out is not None:
            beside = out.with_name(out.name + ".tmp")
            beside.write_bytes(held.read_bytes() if out.suffix == ".parquet" else _workbook(held, many, rolled, told))
            beside.replace(out)
    return rolled


def _workbook(held: Path, many: int, rolled: Sequence[Mapping[str, Any]], told: Sequence[Mapping[str, Any]]) -> bytes:
    import pyarrow.parquet as pq

    from qingfeng.documents.workbook import written

    if many > SHEET:
        raise CommandFailed(Text(zh=f"发现超过{SHEET}条，工作簿放不下；请用 --out 文件.parquet。",
                                 en=f"More than {SHEET} findings do not fit a workbook; use --out FILE.parquet."))  # fmt: skip
    rows = []
    for one in pq.read_table(held).to_pylist():
        risks = "；".join(f"{risk['step']}.{risk['risk']} {risk['text']}" for risk in one["risks"] or ())
        events = "；".join(
            f"{e['case']} #{e['row']} {e['at']} {e['act']} {e['actor'] or ''}".strip() for e in one["evidence"] or ()
        )
        rows.append([*(_cell(one[key]) for key in FLAT), "、".join(one["officers"] or ()), risks, events[:30_000]])
    sheets: list[tuple[str, Sequence[str], Iterable[Sequence[Any]]]] = [
        ("线索 leads", [*FLAT, "officers", "risks", "evidence"], rows)
    ]
    for kind, (zh, en) in BY.items():
        keys = ("name", "leads", "cases_with_leads", "cases", "share")
        sheets.append((f"{zh} {en}", keys, [[_cell(one[key]) for key in keys] for one in rolled if one["by"] == kind]))
    heads = [key for key in told[0] if key not in ("why", "title", "found")] if told else []
    sheets.append(("规则 rules", [*heads, "why"], [[*(_cell(one[key]) for key in heads), _why(one)] for one in told]))
    return written(sheets)


def _cell(value: Any) -> Any:
    return "" if value is None else value


def _why(one: Mapping[str, Any]) -> str:
    why = one["why"] or ()
    return "；".join(f"{w['zh']} {w['en']}" for w in ([why] if isinstance(why, Mapping) else why))


def show_roll_up(rolled: Sequence[Mapping[str, Any]]) -> None:
    """Write who has most leads, of how many cases."""
    screen = screen_of()
    for kind, (zh, en) in BY.items():
        mine = [one for one in rolled if one["by"] == kind][:SHOWN]
        if mine:
            heads = [screen.pick(zh, en), *(screen.pick(*two) for two in (("线索", "leads"), ("涉及案件", "cases with leads"),
                                                                          ("全部案件", "all cases")))]  # fmt: skip
            show_table(
                screen,
                heads,
                [(one["name"], str(one["leads"]), str(one["cases_with_leads"]), str(one["cases"])) for one in mine],
            )
