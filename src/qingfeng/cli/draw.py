"""qingfeng draw …"""

from __future__ import annotations

from pathlib import Path

import click

from qingfeng.terms.text import Text

from . import draw_office, draw_sample
from .frame import Section, screen_of
from .screen import FINE, FOUND, CommandFailed, near

FILE = click.Path(path_type=Path)
"""Whether it is there and can be read is found by reading it."""


@click.group(cls=Section)
def draw() -> None:
    """双随机抽取：冻结方案、抽取、核对。 Verifiable draws: freeze a plan, draw, check."""


for _command in (draw_office.freeze, draw_office.reveal, draw_office.publish, draw_sample.sample_):
    draw.add_command(_command)


@draw.command()
@click.argument("file", type=FILE)
@click.option("--out", type=FILE, help="写入冻结的方案（已有的文件不改写）。 Write the frozen plan, never over a file.")
def plan(file: Path, out: Path | None) -> int:
    """检查方案并冻结。 Check a plan and freeze it."""
    from qingfeng.terms.instants import format_instant

    from .agency import now
    from .draw_files import read_plan_file, write_new
    from .draw_show import show_plan

    screen, instant = screen_of(), now()
    checked = read_plan_file(file, frozen=format_instant(instant))
    if out is not None:
        if checked.frozen > instant or checked.beacon.at <= instant:
            at = format_instant(checked.beacon.at)
            raise CommandFailed(
                Text(
                    zh=f"现在不能冻结：冻结时间不得在将来，公开随机值（{at}）须尚未开出。请改正 deadlines.frozen 或另选一期。",
                    en=f"It cannot be frozen now: the freeze must not lie in the future, and the beacon ({at}) must still come. "
                    "Correct deadlines.frozen or name a later round.",
                ),
                code=FOUND,
            )
        write_new(out, checked.plan_bytes())
    show_plan(screen, checked)
    if out is not None:
        screen.say(f"✓ 已冻结：{near(out)}；请将方案标识记入日志", f"✓ frozen: {near(out)}; log the plan id now")
    else:
        screen.say("✓ 方案无误，尚未冻结（加 --out 文件）", "✓ nothing wrong; not frozen yet (add --out FILE)")
    screen.data(
        {
            "plan": checked.name, "plan_id": checked.plan_id, "out": str(out) if out else None,
            "parties": checked.plain()["entropy"]["parties"], "beacon": checked.plain()["entropy"]["beacon"],
            "deadlines": checked.plain()["deadlines"],
        }
    )  # fmt: skip
    return FINE


@draw.command("chain")
@click.option(
    "--secret-file", required=True, type=FILE, help="秘密（32字节以上）所在的文件。 The file that holds the secret."
)
@click.option("--length", default=366, show_default=True, type=click.IntRange(1, 1000), help="链环数。 How many links.")
def chain_(secret_file: Path, length: int) -> int:
    """参与方：算出年初公布的链首。 For a party: the anchor to publish before the year."""
    from qingfeng.draw.chain import anchor

    screen = screen_of()
    made = anchor(_secret(secret_file), length=length)
    screen.say(f"链首（可公布） {made}", f"anchor (to be published) {made}")
    screen.say(f"共{length}环；秘密不要交给任何人", f"{length} links; give the secret to nobody")
    screen.data({"anchor": made, "length": length})
    return FINE


@draw.command("link")
@click.option("--secret-file", required=True, type=FILE, help="秘密所在的文件。 The file that holds the secret.")
@click.option("--length", default=366, show_default=True, type=click.IntRange(1, 1000), help="链环数。 How many links.")
@click.option(
    "--number", required=True, type=click.IntRange(1, 1000), help="方案所要的第几环。 Which link the plan wants."
)
def link_(secret_file: Path, length: int, number: int) -> int:
    """参与方：算出一次抽取要交的链环。 For a party: the link to reveal for one draw."""
    from qingfeng.draw.chain import anchor, link

    screen, secret = screen_of(), _secret(secret_file)
    made = link(secret, length=length, number=number)
    screen.say(f"第{number}环 {made}", f"link {number} {made}")
    screen.say("交出之后，它和以前各环即为公开", "once given, it and all earlier links are public")
    screen.data({"link": made, "number": number, "anchor": anchor(secret, length=length)})
    return FINE


@draw.command("links")
@click.argument("plan_file", metavar="PLAN", type=FILE)
@click.argument("links_file", metavar="LINKS", type=FILE)
def links_(plan_file: Path, links_file: Path) -> int:
    """截止后核对各方链环，给出须在开奖前记入日志的标识。 Check the links; what to log before the beacon."""
    from qingfeng.draw.entropy import Revealed, links_id, revealed

    from .draw_files import faulty, read_frozen, read_links
    from .draw_show import show_links

    screen = screen_of()
    frozen = read_frozen(plan_file)
    found = revealed(frozen, read_links(links_file))
    faults = [each for each in found if not isinstance(each, Revealed)]
    if faults:
        raise faulty(links_file, faults)
    given = tuple(each for each in found if isinstance(each, Revealed))
    there = sum(each.counting is not None for each in given)
    made = links_id(frozen.plan_id, given)
    show_links(screen, given)
    screen.line()
    screen.say(
        f"{there}个有效，方案要求至少{frozen.min_links}个；开奖前记入日志：{made}",
        f"{there} valid, the plan wants {frozen.min_links}; log before the beacon: {made}",
    )
    screen.data({"plan": frozen.name, "links_id": made, "valid": there, "needed": frozen.min_links,
                 "links": [each.plain() for each in given]})  # fmt: skip
    return FINE if there >= frozen.min_links else FOUND


@draw.command()
@click.argument("plan_file", metavar="PLAN", type=FILE)
@click.option("--links", "links_file", required=True, type=FILE, help="各方的链环，JSON。 The parties' links, as JSON.")
@click.option("--beacon", required=True, help="公开随机值，照公布的写法。 The beacon's value as published.")
@click.option(
    "--out",
    required=True,
    type=FILE,
    help="写入抽取记录（已有的文件不改写）。 Write the transcript, never over a file.",
)
def run(plan_file: Path, links_file: Path, beacon: str, out: Path) -> int:
    """抽取，写下记录；抽不成的写下作废。 Draw and write the transcript, or the void."""
    from qingfeng.draw import run as drawing

    from .agency import now
    from .draw_files import faulty, read_frozen, read_links, record_bytes, write_new
    from .draw_show import record_data, show_record

    screen = screen_of()
    record = drawing.draw(read_frozen(plan_file), links=read_links(links_file), beacon=beacon, at=now())
    if isinstance(record, tuple):
        raise faulty(links_file, record)
    write_new(out, record_bytes(record.plain()))
    show_record(screen, record)
    screen.say(f"✓ 已写入 {near(out)}", f"✓ written: {near(out)}")
    screen.data({**record_data(record), "out": str(out)})
    return FINE if record_data(record)["outcome"] == "drawn" else FOUND


@draw.command()
@click.argument("plan_file", metavar="PLAN", type=FILE)
@click.option("--reason", required=True, help="为什么作废。 Why the plan is given up.")
@click.option("--who", required=True, help="提出人。 Who proposes it.")
@click.option("--approved-by", required=True, help="批准人，须为另一人。 Who approves: somebody else.")
@click.option("--out", required=True, type=FILE, help="写入作废记录。 Write the void.")
def void(plan_file: Path, reason: str, who: str, approved_by: str, out: Path) -> int:
    """作废一个方案；编号仍然占用。 Give up a plan; its number stays used."""
    from qingfeng.draw.run import withdraw

    from .agency import now
    from .draw_files import faulty, read_frozen, record_bytes, write_new
    from .draw_show import record_data, show_record

    screen = screen_of()
    record = withdraw(read_frozen(plan_file), reason=reason, by=who, approved_by=approved_by, at=now())
    if isinstance(record, tuple):
        raise faulty(plan_file, record)
    write_new(out, record_bytes(record.plain()))
    show_record(screen, record)
    screen.say(f"✓ 已写入 {near(out)}", f"✓ written: {near(out)}")
    screen.data({**record_data(record), "out": str(out)})
    return FINE


@draw.command()
@click.argument("record_file", metavar="TRANSCRIPT", type=FILE)
@click.option("--root", help="日志中的结果根。 The result root in the log.")
@click.option("--plan-id", help="日志中的方案标识。 The plan id in the log.")
@click.option("--links-id", help="日志中的链环标识。 The id of the links in the log.")
def verify(record_file: Path, root: str | None, plan_id: str | None, links_id: str | None) -> int:
    """重做公布的抽取，或核对一组的开示。 Redo a published draw, or check an opened team."""
    from qingfeng.draw.entropy import links_id as links_id_of
    from qingfeng.draw.transcript import check_opening

    from .draw_files import faulty, read_result, read_value
    from .draw_show import record_data, show_record

    screen = screen_of()
    plain = read_value(record_file)
    if isinstance(plain, dict) and "sample" in plain:
        return draw_sample.check_sample(record_file, plain, root)
    if isinstance(plain, dict) and "leaves" in plain:
        wrong = check_opening(plain, root=root)
        if wrong is not None:
            raise faulty(record_file, [wrong])
        _same(plan_id, plain["plan_id"], "方案标识", "plan id")
        screen.say(f"✓ 一致：第{plain['team']['n']}组属于结果 {plain['root']}",
                   f"✓ consistent: team {plain['team']['n']} belongs to the result {plain['root']}")  # fmt: skip
        screen.data({"outcome": "opening", "plan_id": plain["plan_id"], "root": plain["root"], "team": plain["team"]})
        return FINE
    record = read_result(record_file)
    _same(plan_id, record.plan.plan_id, "方案标识", "plan id")
    _same(links_id, links_id_of(record.plan.plan_id, record.links), "链环标识", "id of the links")
    _same(root, record.root, "结果根", "result root")
    show_record(screen, record)
    screen.say("✓ 一致：重做的结果相同", "✓ consistent: redone, the result is the same")
    if None in (root, plan_id, links_id):
        screen.say("请再与日志核对（--plan-id、--links-id、--root）",
                   "now compare with the log (--plan-id, --links-id, --root)")  # fmt: skip
    screen.data(record_data(record))
    return FINE


@draw.command("open")
@click.argument("record_file", metavar="TRANSCRIPT", type=FILE)
@click.option("--team", required=True, type=click.IntRange(1, 1000), help="第几组。 Which team.")
@click.option("--out", type=FILE, help="写入开示文件。 Write the opening.")
def open_(record_file: Path, team: int, out: Path | None) -> int:
    """开示一组，其余各组仍不公开。 Open one team; the others stay closed."""
    from .draw_files import read_transcript, record_bytes, write_new

    screen = screen_of()
    record = read_transcript(record_file)
    if team > len(record.teams):
        raise CommandFailed(
            Text(
                zh=f"没有第{team}组；共{len(record.teams)}组。",
                en=f"There is no team {team}; there are {len(record.teams)}.",
            )
        )
    opening = record.opening(team)
    if out is not None:
        write_new(out, record_bytes(opening))
    drawn = record.teams[team - 1]
    name = next(firm.name for firm in record.plan.pool if firm.id == drawn.firm)
    screen.say(
        f"第{team}组：{drawn.firm} {name}（{drawn.grade}类）", f"team {team}: {drawn.firm} {name} (class {drawn.grade})"
    )
    screen.say(f"检查人员：{'、'.join(drawn.officers)}　候补：{'、'.join(drawn.substitutes) or '无'}",
               f"officers: {', '.join(drawn.officers)}  substitutes: {', '.join(drawn.substitutes) or 'none'}")  # fmt: skip
    screen.data(opening)
    return FINE


@draw.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option(
    "--days",
    default=30,
    show_default=True,
    type=click.IntRange(0, 3660),
    help="几天内重抽要指出。 Days for repeated draws.",
)
def sequence(files: tuple[Path, ...], days: int) -> int:
    """一年的方案和记录放在一起看：缺号、重号、重抽。 All records together: gaps, doubles, repeats."""
    from qingfeng.casework.words import both
    from qingfeng.draw.sequence import check_sequence

    from .draw_files import read_frozen, read_result, read_value

    screen = screen_of()
    items = []
    for path in files:
        plain = read_value(path)
        items.append(read_result(path) if isinstance(plain, dict) and "plan_id" in plain else read_frozen(path))
    found = check_sequence(items, days=days)
    for each in found:
        screen.line("! " + screen.words(each.words))
    if not found:
        screen.say(
            f"✓ {len(items)}份，编号连续，没有重抽", f"✓ {len(items)} files: no gap, no double, no repeated draw"
        )
    screen.data({"files": len(items), "findings": [
        {"kind": each.kind.value, "plans": list(each.plans), "words": both(each.words)} for each in found]})  # fmt: skip
    return FOUND if found else FINE


def _secret(path: Path) -> bytes:
    from qingfeng.draw.chain import MOST_SECRET

    with path.open("rb") as file:
        return file.read(MOST_SECRET + 1)


def _same(logged: str | None, real: str, zh: str, en: str) -> None:
    if logged is not None and logged != real:
        raise CommandFailed(
            Text(
                zh=f"{zh}与日志不同：日志{logged[:64]}，文件{real}。这不是日志所记的那次抽取。",
                en=f"The {en} is not that of the log: logged {logged[:64]}, here {real}. This is not the logged draw.",
            ),
            code=FOUND,
        )
