"""qingfeng draw freeze, reveal, publish: what the drawing office does with lists of firms and people, links of parties, and the result."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable, Mapping
from hashlib import sha256
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import click

from qingfeng.terms.text import Text

from .frame import Told, screen_of
from .screen import FINE, FOUND, CommandFailed, near

FILE = click.Path(path_type=Path)
MAX_LIST_BYTES = 20_000_000
"""Bytes of a list: a hundred thousand firms with their names."""
MAX_LIST_ROWS = 200_000
"""Rows of a list in a workbook."""
FIRMS: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "编号"), "name": ("name", "名称"), "class": ("class", "类别"), "needs": ("needs", "所需专业")}  # fmt: skip
OFFICERS: Mapping[str, tuple[str, ...]] = {"id": ("id", "编号"), "skills": ("skills", "专业"), "conflicts": ("conflicts", "回避对象")}


@click.command(cls=Told)
@click.argument("file", type=FILE)
@click.option("--pool", required=True, type=FILE, help="企业名单，CSV 或 Excel（.xlsx）：编号、名称、类别、所需专业。 Firms: id, name, class, needs.")
@click.option("--officers", required=True, type=FILE, help="人员名单，CSV 或 Excel：编号、专业、回避对象。 Officers: id, skills, conflicts.")
@click.option("--out", required=True, type=FILE, help="写入冻结的方案。 Write the frozen plan, never over a file.")
def freeze(file: Path, pool: Path, officers: Path, out: Path) -> int:
    """由两份名单和方案冻结一次抽取；名单的校验值写进方案。 Freeze a plan with its two lists, whose hash goes into it."""
    from qingfeng.terms.instants import format_instant

    from .agency import now
    from .draw_files import read_plan_file, write_new

    screen, instant = screen_of(), now()
    firms, raw = read_list(pool, FIRMS)
    people, _ = read_list(officers, OFFICERS)
    plan = read_plan_file(file, frozen=format_instant(instant), fill=filling(firms, people, sha256(raw).hexdigest()))
    if plan.frozen > instant or plan.beacon.at <= instant:
        raise CommandFailed(Text(zh="现在不能冻结：冻结时间不得在将来，公开随机值须尚未开出。",
                                 en="It cannot be frozen now: not in the future, and the beacon must still come."), code=FOUND)  # fmt: skip
    write_new(out, plan.plan_bytes())
    screen.say(f"✓ 已冻结：{near(out)}（{len(firms)}家，{len(people)}人）", f"✓ frozen: {near(out)} ({len(firms)} firms, {len(people)} officers)")
    screen.say(f"方案标识 {plan.plan_id}", f"plan id {plan.plan_id}")
    screen.data({"plan": plan.name, "plan_id": plan.plan_id, "firms": len(firms), "officers": len(people), "out": str(out)})
    return FINE


def filling(firms: list[dict[str, str]], people: list[dict[str, str]], digest: str) -> Callable[[dict[str, Any]], None]:
    """Return what puts the lists into a plan that does not have them yet."""

    def fill(plain: dict[str, Any]) -> None:
        out = {str(one.get("id")) for one in plain.get("exclusions") or [] if isinstance(one, dict)}
        plain["pool"] = [{**one, "needs": parts(one["needs"])} for one in firms if one["id"] not in out]
        plain["officers"] = [{"id": one["id"], "skills": parts(one["skills"])} for one in people]
        plain["conflicts"] = [{"officer": one["id"], "firm": firm} for one in people for firm in parts(one["conflicts"])]
        library = plain.setdefault("library", {})
        if isinstance(library, dict):
            library.update(sha256=digest, count=len(firms))

    return fill


def parts(text: str) -> list[str]:
    """Return what stands between semicolons, Chinese or not."""
    return [one.strip() for one in text.replace("；", ";").split(";") if one.strip()]


def read_list(path: Path, columns: Mapping[str, tuple[str, ...]]) -> tuple[list[dict[str, str]], bytes]:
    """Return the rows of a list by column, and its bytes; a column that is not there is empty.  Raises OSError,
    CommandFailed for what is neither a workbook nor a table in UTF-8 or GB 18030, as Excel saves them."""
    if path.stat().st_size > MAX_LIST_BYTES:
        raise CommandFailed(Text(zh=f"{near(path)}太大：名单最多{MAX_LIST_BYTES // 1_000_000} MB。",
                                 en=f"{near(path)} is too large: {MAX_LIST_BYTES // 1_000_000} MB at most."), code=FOUND)  # fmt: skip
    raw = path.read_bytes()
    rows = _workbook_rows(path, raw, columns["id"]) if raw.startswith(b"PK\x03\x04") else _text_rows(raw)
    heads = [cell.strip() for cell in rows[0]] if rows else []
    places = {name: next((n for n, head in enumerate(heads) if head in known), None) for name, known in columns.items()}
    if places["id"] is None:
        raise CommandFailed(Text(
            zh=f"{near(path)}不是名单：第一行应有“编号”等表头（CSV 用逗号分隔；Excel 为 .xlsx 工作簿中的一张表）。",
            en=f"{near(path)} is no list: the first row names the columns (id …), in CSV or on a sheet (.xlsx)."), code=FOUND)  # fmt: skip
    return [{name: row[n].strip() if n is not None and n < len(row) else "" for name, n in places.items()} for row in rows[1:]], raw


def _text_rows(raw: bytes) -> list[list[str]]:
    return [row for row in csv.reader(StringIO(_decoded(raw) or "")) if any(cell.strip() for cell in row)]


def _workbook_rows(path: Path, raw: bytes, ids: tuple[str, ...]) -> list[list[str]]:
    """Return the rows of the one sheet whose first filled row names the ids.  Raises CommandFailed: a list on two sheets would be
    half a list, and a formula shows one thing today and another tomorrow."""
    from qingfeng.documents.workbook import MAX_COLUMNS, BadWorkbook, read

    try:
        book = read(BytesIO(raw), max_rows=MAX_LIST_ROWS)
    except BadWorkbook as error:
        raise CommandFailed(Text(zh=f"{near(path)}：{error.message.zh}", en=f"{near(path)}: {error.message.en}"), code=FOUND) from error
    lists = {name: sheet for name, sheet in book.sheets.items()
             if sheet and any(str(cell.value).strip() in ids for cell in sheet[0][1].values())}  # fmt: skip
    if len(lists) > 1:
        raise CommandFailed(Text(zh=f"{near(path)}里有{len(lists)}张名单（{'、'.join(lists)}）；一个文件只放一张，请删去其余各表。",
                                 en=f"{near(path)} has {len(lists)} lists ({', '.join(lists)}): keep one a file."), code=FOUND)  # fmt: skip
    rows = []
    for _, cells in next(iter(lists.values()), ()):
        formula = next((cell.name for cell in cells.values() if cell.formula), None)
        if formula is not None:
            raise CommandFailed(Text(zh=f"{near(path)}的单元格{formula}是公式；名单须是写定的值，请“选择性粘贴—数值”后再冻结。",
                                     en=f"{near(path)}: cell {formula} holds a formula: paste as values."), code=FOUND)  # fmt: skip
        rows.append([str(cells[n].value) if n in cells else "" for n in range(min(max(cells) + 1, MAX_COLUMNS))])
    return rows


def _decoded(raw: bytes) -> str | None:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


@click.command(cls=Told)
@click.argument("plan_file", metavar="PLAN", type=FILE)
@click.argument("links_file", metavar="LINKS", type=FILE)
@click.option("--party", required=True, help="参与方。 The party.")
@click.option("--link", "given", required=True, help="它的链环。 Its link.")
def reveal(plan_file: Path, links_file: Path, party: str, given: str) -> int:
    """收下一方的链环：不符的、过时的、再换的不收。 Take a party's link: none that does not fit, is late, or is exchanged."""
    from qingfeng.draw.chain import check_link

    from .agency import now
    from .draw_files import read_frozen, read_links, record_bytes

    screen, plan = screen_of(), read_frozen(plan_file)
    one = next((each for each in plan.parties if each.id == party), None)
    held = read_links(links_file) if links_file.exists() else {}
    refusal = (
        (one is None, f"方案里没有“{party}”这一方。", f"The plan has no party {party!r}."),
        (now() > plan.links_by, "交链环的期限已过，不再收。", "It is too late for links."),
        (bool(held.get(party)), "这一方已经交过，不得更换。", "This party has given its link; it cannot be exchanged."),
        (one is not None and not check_link(given, anchor=one.anchor, position=one.position), "链环与公布的链首不符。",
         "The link does not fit the anchor."),
    )  # fmt: skip
    for bad, zh, en in refusal:
        if bad:
            raise CommandFailed(Text(zh=zh, en=en), code=FOUND)
    beside = links_file.with_name(f".{links_file.name}.new")
    beside.write_bytes(record_bytes({**held, party: given}))
    beside.replace(links_file)
    there = len({**held, party: given})
    screen.say(f"✓ 已收下{party}的链环；已有{there}方，至少{plan.min_links}方",
               f"✓ taken from {party}; {there} so far, {plan.min_links} wanted")
    screen.data({"plan": plan.name, "party": party, "given": there, "needed": plan.min_links})
    return FINE


@click.command(cls=Told)
@click.argument("record_file", metavar="TRANSCRIPT", type=FILE)
@click.option("--out", required=True, type=FILE, help="新建的文件夹。 A folder that is not there yet.")
def publish(record_file: Path, out: Path) -> int:
    """公布：记录、独立的核对程序、三个标识，放进一个文件夹。 The transcript, the checker and the three ids, in one folder."""
    from qingfeng import wiring
    from qingfeng.draw.entropy import links_id

    from .draw_files import read_transcript, record_bytes, write_new

    screen, record = screen_of(), read_transcript(record_file)
    ids = {"plan_id": record.plan.plan_id, "links_id": links_id(record.plan.plan_id, record.links), "root": record.root}
    out.mkdir()
    write_new(out / "transcript.json", record_bytes(record.plain()))
    write_new(out / "ids.json", (json.dumps(ids, indent=1) + "\n").encode())
    shutil.copyfile(wiring.data_folder("scripts") / "verify_draw.py", out / "verify_draw.py")
    screen.say(f"✓ 已备好：{near(out)}；核对 python3 verify_draw.py transcript.json {record.root}",
               f"✓ ready: {near(out)}; check with python3 verify_draw.py transcript.json {record.root}")  # fmt: skip
    screen.data({"out": str(out), **ids})
    return FINE
