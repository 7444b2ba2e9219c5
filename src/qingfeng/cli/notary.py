"""qingfeng notary …: the agency's transparency log — begun, worked, told; its witnesses; gaps explained; carried by hand."""

from __future__ import annotations

import os
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qingfeng.terms.instants import LOCAL
from qingfeng.terms.text import Text

from .client import REASON, WHO
from .frame import Section, screen_of
from .notary_erase import erase
from .notary_keys import lost, rotate
from .screen import ENVIRONMENT, FINE, FOUND, CommandFailed, Screen

if TYPE_CHECKING:
    from qingfeng.notary.house import State
    from qingfeng.notary.place import Place

_NOTHING = Text(zh="还没有见证", en="nothing yet")


@click.group(cls=Section)
def notary() -> None:
    """存证日志：建立、运行、状态、见证机构、缺口说明、离线传递。 The transparency log and its witnesses."""


@notary.command()
@click.option("--origin", help="日志的名称，如 log.example.gov.cn/agency；缺省随机。 The log's name; random by default.")
@click.option("--head", help="日志头所在文件夹，最好在另一块磁盘；缺省在单位文件夹旁。 Where the head is kept; another disk is best.")
@click.option("--key", help="密钥文件；缺省在单位文件夹的 notary-key 里。 The key's file.")
@click.option("--suite", type=click.Choice(["sha256", "sm3"]), default="sha256", show_default=True,
              help="sha256：SHA-256 和 Ed25519；sm3：SM3 和 SM2。 The suite.")  # fmt: skip
@click.option("--device", nargs=2, metavar="程序库 令牌", help="密钥放进密码设备（PKCS#11）。 The key in a device: library, token.")
@click.option("--if-none", is_flag=True, help="已经建立的不作改动，也不算错。 Leave one that is there, and be content.")
def begin(origin: str | None, head: str | None, key: str | None, suite: str, device: tuple[str, str] | None, if_none: bool) -> None:
    """建立存证日志：生成密钥，签第一张日志头。 Begin the log: make its key, sign the first head."""
    from qingfeng import wiring
    from qingfeng.ledger.note import BadNote
    from qingfeng.notary.house import found
    from qingfeng.notary.place import DEFAULT_HEAD, DEFAULT_KEY

    from .agency import bare, now, opened, where

    screen = screen_of()
    if device is not None and suite != "sha256":
        raise CommandFailed(Text(zh="密码设备目前只支持 sha256（Ed25519）。", en="Keys in a device are Ed25519 (sha256) as yet."))
    place = wiring.log_of(where(screen))
    if place is None or not if_none:
        with opened(screen) as office:
            try:
                place = found(wiring.home_of(where(screen)), wiring.office_over(bare(office)), at=now(), origin=origin, suite=suite,
                              head=_outside(head, DEFAULT_HEAD), key=_outside(key, DEFAULT_KEY), device=device)  # fmt: skip
            except BadNote as error:
                raise CommandFailed(Text(zh=f"日志的名称不能这样写（{error}）。", en=f"A log cannot be called so: {error}.")) from error
        screen.say(f"✓ 存证日志已建立：{place.origin}\n  公钥 {place.key.vkey}", f"✓ log begun: {place.origin}\n  public key {place.key.vkey}")
    if not place.policy.witnesses and os.environ.get("QINGFENG_DEMO") == "1":  # as `qingfeng serve` starts them
        screen.say("  三家演示见证机构随网站启动。", "  Three invented witnesses start with the site.")
    elif not place.policy.witnesses:
        screen.say("! 还没有见证机构：回执都是暂定的，掌握本机的人仍可能整体改写日志。请尽早由纪检、司法等单位运行 qingfeng witness，"
                   "再用 qingfeng notary witness 登记。",
                   "! There is no witness yet: all receipts are provisional, and who owns this machine could still rewrite the whole log. "
                   "Have other offices run qingfeng witness soon, and register them with qingfeng notary witness.")  # fmt: skip
    screen.data({"origin": place.origin, "key": place.key.vkey, "witnesses": len(place.policy.witnesses)})


def _outside(given: str | None, default: str) -> str:
    return str(Path(given).absolute()) if given else default


@notary.command()
@click.option("--once", is_flag=True, help="只做一轮。 One round only.")
def run(once: bool) -> int:
    """只运行日志：每秒入日志，询问见证机构；qingfeng work 已包括它。 The log alone; `qingfeng work` does it too."""
    from .agency import bare, opened, where
    from .beat import EVERY, Beat

    screen = screen_of()
    must_have(where(screen))
    with opened(screen) as office:
        beat = Beat(screen, where(screen), bare(office))
        if once:
            taken, code = beat.once()
            screen.say(f"入日志{taken}条。", f"{taken} taken into the log.")
            screen.data({"logged": taken})
            return code
        beat.start()
        try:
            while True:
                beat.check()
                time.sleep(EVERY)
        finally:
            beat.stop()


@notary.command()
def state() -> int:
    """日志多大、待入几条、各见证机构见证到哪里；有不对的退出码 1。 How the log stands."""
    from qingfeng.notary.house import state_of

    from .agency import bare, opened, where

    screen = screen_of()
    place = must_have(where(screen))
    with opened(screen) as office:
        told = state_of(place, bare(office))
    _show(screen, told)
    return FOUND if told.trouble is not None else FINE


def _show(screen: Screen, told: State) -> None:
    screen.say(f"日志 {told.origin}\n公钥 {told.vkey}\n已入日志 {told.size} 条，待入 {told.pending} 条，最终（见证足够）到第 {told.final} 条",
               f"log {told.origin}\npublic key {told.vkey}\n{told.size} in the log, {told.pending} pending, final up to {told.final}")
    for one in told.witnesses:
        when = datetime.fromtimestamp(one.seconds, LOCAL).strftime("%Y-%m-%d %H:%M:%S") if one.seconds else ""
        seen = Text(zh=f"到第 {one.size} 条，{when}", en=f"up to {one.size}, {when}") if one.size is not None else _NOTHING
        screen.say(f"  见证 {one.name}：{seen.zh}　{one.url or '离线传递'}", f"  witness {one.name}: {seen.en}  {one.url or 'by hand'}")
    if told.witnesses:
        screen.say(f"  须有 {told.least} 个见证，共 {len(told.witnesses)} 个。", f"  {told.least} of {len(told.witnesses)} make it final.")
    else:
        screen.say("  没有见证机构：回执都是暂定的。", "  No witness: all receipts are provisional.")
    for gap in told.gaps:
        screen.say(f"  缺口 {gap.first}–{gap.size - 1}：{gap.reason}（{gap.by} 提出，{gap.confirmed_by} 确认）",
                   f"  gap {gap.first}-{gap.size - 1}: {gap.reason} ({gap.by}, {gap.confirmed_by})")
    for number, data, by, reason in told.waiting:
        screen.say(f"  待确认的缺口说明 {number}：{data['first']}–{data['size'] - 1}，{reason}（{by}）",
                   f"  explanation {number} waits: {data['first']}-{data['size'] - 1}, {reason} ({by})")
    if told.trouble is not None:
        screen.line("✗ " + screen.words(told.trouble))
    screen.data({
        "origin": told.origin, "key": told.vkey, "size": told.size, "pending": told.pending, "final": told.final, "least": told.least,
        "witnesses": [{"name": w.name, "key": w.vkey, "url": w.url, "size": w.size, "seconds": w.seconds} for w in told.witnesses],
        "gaps": [{"first": g.first, "size": g.size, "reason": g.reason, "by": g.by, "confirmed_by": g.confirmed_by} for g in told.gaps],
        "waiting": [{"number": n, "first": d["first"], "size": d["size"], "by": by, "reason": why} for n, d, by, why in told.waiting],
        "trouble": {"zh": told.trouble.zh, "en": told.trouble.en} if told.trouble is not None else None,
    })  # fmt: skip


@notary.command()
@click.argument("name")
@click.argument("vkey")
@click.option("--url", help="见证服务的地址；不写的离线传递。 The witness's address; none: by hand.")
@click.option("--least", type=click.IntRange(1), help="够几个算最终，缺省过半数。 How many make it final; a majority by default.")
@click.option("--remove", is_flag=True, help="从名单上除去。 Take it off the list.")
@click.option("--succession", type=click.Path(path_type=Path), help="换钥时：旧密钥签的移交文件。 For a new key: the note of the old one.")
@click.option("--in-person", is_flag=True, help="旧密钥遗失，已当面核对新公钥。 The old key was lost; compared in person.")
@REASON
@WHO
def witness(name: str, vkey: str, url: str | None, least: int | None, remove: bool, succession: Path | None, in_person: bool,
            reason: str, who: str) -> None:  # fmt: skip
    """登记或除去一个见证机构（系统管理员）；VKEY 是它的公钥。 Register a witness by its public key (system administrator)."""
    from qingfeng import wiring
    from qingfeng.ledger.note import BadNote
    from qingfeng.notary.house import set_witnesses
    from qingfeng.notary.place import must_hand_over, witness_line

    from .agency import now, opened, where

    screen = screen_of()
    place = must_have(where(screen))
    try:
        party = witness_line(name, vkey, url)
        former = place.policy.witnesses.get(name)
        if former is not None and former.key.vkey != party.key.vkey and not remove and not in_person:
            must_hand_over(former, party, read_text(succession) if succession is not None else "")
    except BadNote as error:
        raise CommandFailed(Text(
            zh=f"不能这样登记（{error}）。已登记的见证换钥，须用 --succession 指明旧密钥的移交文件；遗失的，当面核对后加 --in-person。",
            en=f"It cannot be registered so: {error}. A known witness changes its key with --succession and the note of the old one; "
            "if that was lost, compare in person and add --in-person.")) from error  # fmt: skip
    kept = [one for one in place.policy.witnesses.values() if one.name != name]
    kept += [] if remove else [party]
    enough = least or len(kept) // 2 + 1
    with opened(screen) as office:
        set_witnesses(wiring.home_of(where(screen)), office, kept, enough, reason=reason, by=who, at=now())
    screen.say(f"✓ 见证机构 {len(kept)} 个，须有 {min(enough, len(kept))} 个见证。",
               f"✓ {len(kept)} witnesses, {min(enough, len(kept))} make it final.")  # fmt: skip
    screen.data({"witnesses": [one.name for one in kept], "least": enough if kept else 0})


@notary.command()
@click.option("--confirm", type=int, help="确认第几号说明（安全管理员）。 Confirm this explanation (security administrator).")
@click.option("--reject", type=int, help="不同意第几号说明（安全管理员）。 Reject this explanation.")
@click.option("--reason", default="", help="经过和依据。 What happened.")
@WHO
def explain(confirm: int | None, reject: int | None, reason: str, who: str) -> None:
    """恢复旧备份之后，说明日志里有而数据库里没有的记录（系统管理员提出，安全管理员确认）。 Explain the gap of an old backup."""
    from qingfeng import wiring
    from qingfeng.notary import gap
    from qingfeng.notary.house import must_have_gap

    from .agency import bare, now, opened, where

    screen = screen_of()
    place = must_have(where(screen))
    with opened(screen) as office:
        store = bare(office)
        plain = wiring.office_over(store)
        number = confirm if confirm is not None else reject
        head = must_have_gap(place, store)
        if number is None:
            number = gap.explain(plain, head, reason=reason, by=who, at=now())
            screen.say(f"✓ 已提出，第{number}号，待安全管理员确认（--confirm {number}）。",
                       f"✓ proposed as {number}; the security administrator confirms it (--confirm {number}).")  # fmt: skip
            screen.data({"number": number})
            return
        gap.confirm(plain, head, number, agree=confirm is not None, by=who, at=now())
    done = confirm is not None
    screen.say("✓ 已确认，可以继续办理；缺口和说明永远留在日志里。" if done else "✓ 不同意，仍停止办理。",
               "✓ confirmed, work goes on; gap and explanation stay in the log for ever." if done else "✓ rejected, work is still stopped.")
    screen.data({"number": number, "confirmed": done})


@notary.group(cls=Section)
def carry() -> None:
    """没有网络的见证机构：用文件带出、带回。 By hand, to and from a witness without a line."""


@carry.command("out")
@click.argument("name")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--qr", type=click.Path(path_type=Path), help="另存二维码（SVG）。 Also as a QR code.")
def out(name: str, file: Path, qr: Path | None) -> None:
    """把给见证机构 NAME 的请求写成文件。 Write what the witness is to be asked."""
    from qingfeng.ledger.note import parsed
    from qingfeng.notary.gather import request

    from .agency import where

    screen = screen_of()
    place = must_have(where(screen))
    if name not in place.policy.witnesses:
        known = "、".join(place.policy.witnesses) or "无"
        raise CommandFailed(Text(zh=f"名单上没有见证机构“{name[:60]}”；有：{known}。",
                                 en=f"No witness {name[:60]!r}; there are: {', '.join(place.policy.witnesses) or 'none'}."))  # fmt: skip
    text = place.head.read()
    head = place.reader.opened(text)
    known_to = place.cosigned.latest().get(name)
    body = request(place, head, parsed(text or ""), known_to.head.size if known_to else 0)
    write_new(file, body)
    if qr is not None:
        from .receipt import write_qr

        write_qr(body, qr)
    screen.say(f"✓ 已写入 {file}：日志到第 {head.size} 条。请带给该机构，由它运行 qingfeng witness take。",
               f"✓ {file}: the log up to {head.size}. Take it to that office, which runs qingfeng witness take.")  # fmt: skip
    screen.data({"file": str(file), "size": head.size})


@carry.command("in")
@click.argument("file", type=click.Path(path_type=Path))
def in_(file: Path) -> None:
    """收入带回的见证。 Take in what was brought back."""
    from qingfeng.notary.gather import carried_in

    from .agency import where

    screen = screen_of()
    kept = carried_in(must_have(where(screen)), read_text(file))
    names, final = "、".join(sorted(kept.by)), kept.final
    enough = Text(zh="已最终", en="final") if final else Text(zh="见证还不够", en="not yet enough")
    screen.say(f"✓ 已收入：{kept.head.size} 条，见证 {names}，{enough.zh}",
               f"✓ taken in: {kept.head.size} entries, cosigned by {', '.join(sorted(kept.by))}, {enough.en}")  # fmt: skip
    screen.data({"size": kept.head.size, "witnesses": sorted(kept.by), "final": final})


def must_have(where: str) -> Place:
    """Return the agency's log.  Raises CommandFailed where none was begun, LogTrouble."""
    from qingfeng import wiring

    place = wiring.log_of(where)
    if place is None:
        raise CommandFailed(Text(zh="本单位还没有存证日志；请先运行 qingfeng notary begin。",
                                 en="This agency has no log yet; begin it with qingfeng notary begin."), code=ENVIRONMENT)  # fmt: skip
    return place


def read_text(file: Path) -> str:
    """Return a text file, whatever its bytes.  Raises OSError; CommandFailed for one that is far too long or no text."""
    raw = file.read_bytes()[:1_000_001]
    try:
        if len(raw) > 1_000_000:
            raise ValueError("too long")
        return raw.decode()
    except ValueError as error:
        raise CommandFailed(Text(zh=f"{file.name}不是这里要的文本文件。", en=f"{file.name} is not the text file wanted here.")) from error


def write_new(file: Path, text: str) -> None:
    """Write a file that is not there yet.  Raises OSError."""
    with file.open("x", encoding="utf-8") as into:
        into.write(text)


notary.add_command(rotate)
notary.add_command(lost)
notary.add_command(erase)
