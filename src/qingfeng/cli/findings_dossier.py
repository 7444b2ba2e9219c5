"""qingfeng findings dossier, qingfeng findings check: one sealed file for the inspector, and its check without a network."""

from __future__ import annotations

from pathlib import Path

import click

from qingfeng.terms.text import Text

from .frame import Told, screen_of
from .screen import FINE, FOUND, CommandFailed

MOST = 3 * 1024**3
"""Bytes of a file that is read as a dossier."""


@click.command(cls=Told)
@click.argument("number", type=click.IntRange(1))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="写到这个文件（新建）。 Into this new file.")
def dossier(number: int, out: Path) -> None:
    """一条线索的专卷：PDF、证据、存证回执和签名清单；用 --as 写明纪检人员。 The sealed dossier of a finding."""
    from qingfeng import wiring
    from qingfeng.documents.pdf import CannotSet, NoFont

    from .agency import now, opened, where
    from .reader import reader

    screen = screen_of()
    if out.exists():
        raise CommandFailed(Text(zh=f"{out.name}已经存在，没有改动；请换一个文件名。", en=f"{out.name} exists already and was left alone."))
    with opened(screen) as office:
        with office.store.read() as tx:
            viewer = reader(screen, office.registry(tx))
        try:
            made = wiring.dossier_of(where(screen), office, number, viewer, now=now(), lang=screen.lang)
        except (NoFont, CannotSet) as error:
            raise CommandFailed(error.message) from error
    with out.open("xb") as file:
        file.write(made)
    screen.say(f"✓ 第{number}号线索专卷：{out}（{len(made) // 1024 + 1} KB）", f"✓ dossier of finding {number}: {out}, {len(made) // 1024 + 1} KB")
    screen.data({"finding": number, "file": str(out), "bytes": len(made)})


@click.command(cls=Told)
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--policy", type=click.Path(path_type=Path, exists=True, dir_okay=False),
              help="存证日志公钥的名单（不写则用本单位的）。 The policy that names the log's key, else the agency's own.")  # fmt: skip
def check(file: Path, policy: Path | None) -> int:
    """不联网核对专卷：签名、每个文件、每条记录的回执；不符的退出码 1。 Check a dossier offline; 1 when something does not hold."""
    from qingfeng.ledger.proof import BadProof
    from qingfeng.notary.dossier import checked
    from qingfeng.notary.keys import digest_of
    from qingfeng.notary.place import read_policy

    from .agency import where
    from .notary import must_have

    screen = screen_of()
    believed = read_policy(policy) if policy is not None else must_have(where(screen)).policy
    try:
        if file.stat().st_size > MOST:
            raise BadProof("it is too large")
        found = checked(file.read_bytes(), policy=believed, digest=digest_of(believed.logs[0].key))
    except BadProof as error:
        raise CommandFailed(Text(zh=f"{file.name}不是专卷，或者已经损坏。", en=f"{file.name} is no dossier: {error}."), code=FOUND) from error
    for one in found.wrong:
        screen.say(f"✗ {one.zh}", f"✗ {one.en}")
    if not found.wrong:
        screen.say(f"✓ 第{found.finding}号线索专卷完整：{found.files}个文件，{found.records}条记录，其中{found.final}条已有足够见证。",
                   f"✓ dossier of finding {found.finding} is whole: {found.files} files, {found.records} records, "
                   f"{found.final} of them final.")  # fmt: skip
    screen.data({"finding": found.finding, "files": found.files, "records": found.records, "final": found.final, "manifest": found.manifest,
                 "wrong": [{"zh": one.zh, "en": one.en} for one in found.wrong]})  # fmt: skip
    return FOUND if found.wrong else FINE
