"""qingfeng witness …: a service of its own, at another office, that cosigns a log's heads and keeps what it has seen."""

from __future__ import annotations

import os
import sys
from datetime import datetime
from pathlib import Path

import click

from qingfeng.terms.instants import LOCAL
from qingfeng.terms.text import Text

from .frame import Section, screen_of
from .screen import FINE, FOUND, CommandFailed

FOLDER = click.option("--folder", type=click.Path(path_type=Path), envvar="QINGFENG_WITNESS", default=Path("var/witness"),
                      show_default=True, help="见证机构自己的文件夹（QINGFENG_WITNESS）。 The witness's own folder.")  # fmt: skip


@click.group(cls=Section)
def witness() -> None:
    """见证：在另一单位单独运行，只给前后一致的日志加签。 A witness: cosigns only a log that continues what it has seen."""


@witness.command()
@click.argument("name")
@FOLDER
@click.option("--suite", type=click.Choice(["sha256", "sm3"]), default="sha256", show_default=True, help="同日志的算法。 As the log's.")
def begin(name: str, folder: Path, suite: str) -> None:
    """建立见证：生成密钥；NAME 如 discipline.example.gov.cn。 Make a witness and its key."""
    from qingfeng.ledger.note import BadNote
    from qingfeng.notary.witness_house import begin as make

    screen = screen_of()
    try:
        key = make(folder, name, suite=suite)
    except BadNote as error:
        raise CommandFailed(Text(zh=f"不能这样命名（{error}）。", en=f"It cannot be called so: {error}.")) from error
    screen.say(f"✓ 已建立：{name}\n  公钥（交给被见证的单位登记）：{key.vkey}", f"✓ made: {name}\n  public key, for the agency to register: {key.vkey}")
    screen.data({"name": name, "key": key.vkey, "folder": str(folder)})


@witness.command()
@click.argument("vkey")
@click.option("--succession", type=click.Path(path_type=Path), help="旧密钥移交给它的文件。 The note by which the old key hands over.")
@click.option("--in-person", is_flag=True, help="旧密钥遗失，已与该单位当面核对新公钥。 The old key was lost; compared in person.")
@FOLDER
def watch(vkey: str, folder: Path, succession: Path | None, in_person: bool) -> None:
    """登记要见证的日志；VKEY 是日志的公钥，请从该单位另行核对。 Watch a log by its public key."""
    from qingfeng.ledger.note import BadNote
    from qingfeng.notary.witness_house import watch as add

    from .notary import read_text

    screen = screen_of()
    try:
        key = add(folder, vkey, succession=read_text(succession) if succession is not None else None, in_person=in_person)
    except BadNote as error:
        raise CommandFailed(Text(zh=f"不能见证这把公钥（{error}）。", en=f"This key is not watched: {error}.")) from error
    screen.say(f"✓ 见证日志：{key.name}；正在运行的请重新启动。", f"✓ watches {key.name}; start a running service again.")
    screen.data({"origin": key.name})


@witness.command()
@click.option("--lost", "name", help="旧密钥遗失：写明见证的名称，没有移交文件。 The old key is gone: the witness's name; nothing hands over.")
@click.option("--suite", type=click.Choice(["sha256", "sm3"]), default="sha256", help="遗失的，同原来的算法。 If lost: as it was.")
@FOLDER
def rotate(name: str | None, suite: str, folder: Path) -> None:
    """更换见证的密钥；见证过的都保留，接着见证。 Give the witness a new key; what it has seen stays."""
    from qingfeng.ledger.note import BadNote
    from qingfeng.notary import witness_house

    screen = screen_of()
    path: Path | None = None
    try:
        if name is not None:
            key = witness_house.lost(folder, name, suite=suite)
        else:
            key, path = witness_house.rotate(folder)
    except BadNote as error:
        raise CommandFailed(Text(zh=f"不能更换（{error}）。", en=f"It cannot be replaced: {error}.")) from error
    screen.say(f"✓ 新公钥：{key.vkey}\n  正在运行的请重新启动。", f"✓ new public key: {key.vkey}\n  start a running service again.")
    if path is not None:
        screen.say(f"  把 {path} 交给被见证的单位：qingfeng notary witness 名称 新公钥 --succession 文件",
                   f"  give {path} to the agencies: qingfeng notary witness NAME KEY --succession FILE")  # fmt: skip
    else:
        screen.say("  旧密钥遗失，没有移交文件：请当面告知被见证的单位（--in-person）。", "  Lost, so nothing hands over: tell the agencies in person (--in-person).")
    screen.data({"key": key.vkey, "succession": str(path) if path is not None else None})


@witness.command()
@FOLDER
@click.option("--bind", default="127.0.0.1:8300", show_default=True, help="地址和端口。 Address and port.")
def run(folder: Path, bind: str) -> None:
    """开通见证服务，直到中断。 Serve until interrupted."""
    from qingfeng.notary.witness_house import PLACE, witness_in

    screen = screen_of()
    witness_in(folder)  # whatever is wrong with the folder is said now, not at the first request
    host, _, port = bind.rpartition(":")
    if not host or not (port.isascii() and port.isdecimal()) or int(port) > 65_535:
        raise CommandFailed(Text(zh=f"地址“{bind[:60]}”不对，应如 127.0.0.1:8300。",
                                 en=f"{bind[:60]!r} is no address; write it as 127.0.0.1:8300."))  # fmt: skip
    screen.say(f"见证服务：http://{bind}/ （按 Ctrl-C 结束）", f"The witness: http://{bind}/ (Ctrl-C ends it)")
    sys.stdout.flush()
    source = str(Path(__file__).parents[2])
    environment = {**os.environ, PLACE: str(folder.absolute()),
                   "PYTHONPATH": os.pathsep.join(filter(None, [source, os.environ.get("PYTHONPATH", "")]))}  # fmt: skip
    server = [sys.executable, "-m", "gunicorn", "qingfeng.notary.witness_house:service()", "--bind", bind, "--workers", "1",
              "--threads", "4", "--worker-class", "gthread", "--timeout", "30", "--no-control-socket",
              "--log-level", "warning"]  # fmt: skip
    os.execve(sys.executable, server, environment)


@witness.command(hidden=True)
def demo() -> int:
    """演示用：在本机运行三家虚构的见证机构（三取二）。 For the demonstration: three invented witnesses on this machine."""
    from .demo_witnesses import demo_witnesses

    return demo_witnesses()


@witness.command()
@FOLDER
def state(folder: Path) -> int:
    """见证过哪些日志、到哪里；拒绝过的日志头（日志作假的证据）；有拒绝的退出码 1。 What it has cosigned, and what it refused."""
    from qingfeng.notary.witness_house import seen, witness_in

    screen = screen_of()
    logs, refused, edited = seen(folder), witness_in(folder).refused(), witness_in(folder).edited()
    for one in logs:
        screen.say(f"{one.origin}　{f'见证到第 {one.size} 条' if one.size is not None else '还没有见证'}",
                   f"{one.origin}  {f'cosigned up to {one.size}' if one.size is not None else 'nothing yet'}")  # fmt: skip
    if not logs:
        screen.say("还没有登记日志；用 qingfeng witness watch 登记。", "No log is watched; add one with qingfeng witness watch.")
    for seconds, origin, size, _, _ in refused:
        when = datetime.fromtimestamp(seconds, LOCAL)
        screen.say(f"✗ {when:%Y-%m-%d %H:%M:%S} 拒绝 {origin} 的日志头（{size} 条）：它不是见证过的那一份的延续",
                   f"✗ {when:%Y-%m-%d %H:%M:%S} refused a head of {origin} ({size} entries): it does not continue what was cosigned")
    for origin in edited:
        screen.say(f"✗ {origin}：本见证的数据库被人改过，不再加签；请由备份恢复，并与其他见证核对",
                   f"✗ {origin}: this witness's database was changed by hand and cosigns no more; restore it, compare with other witnesses")
    screen.data({"logs": [{"origin": one.origin, "key": one.vkey, "size": one.size} for one in logs], "edited": list(edited),
                 "refused": [{"seconds": t, "origin": o, "size": n, "note": note} for t, o, n, _, note in refused]})  # fmt: skip
    return FOUND if refused or edited else FINE


@witness.command()
@click.argument("request", type=click.Path(path_type=Path))
@click.argument("answer", type=click.Path(path_type=Path))
@FOLDER
@click.option("--qr", type=click.Path(path_type=Path), help="另存二维码（SVG），可以打印带回。 Also as a QR code to print.")
def take(request: Path, answer: Path, folder: Path, qr: Path | None) -> int:
    """核对带来的请求文件，把见证写成文件带回；不见证的退出码 1。 Look at a request that was carried here, write the answer."""
    from qingfeng.notary.witness_house import carried

    from .notary import read_text, write_new

    screen = screen_of()
    said, whole = carried(folder, read_text(request).encode())
    if whole is None:
        screen.say(f"✗ 不见证（{said.status}）：{said.body.strip()}", f"✗ not cosigned ({said.status}): {said.body.strip()}")
        screen.data({"status": said.status, "answer": said.body})
        return FOUND
    write_new(answer, whole)
    if qr is not None:
        from .receipt import write_qr

        write_qr(whole, qr)
    screen.say(f"✓ 已见证，写入 {answer}；请带回该单位（qingfeng notary carry in）。", f"✓ cosigned: {answer}; take it back (qingfeng notary carry in).")
    screen.data({"status": said.status, "file": str(answer)})
    return FINE
