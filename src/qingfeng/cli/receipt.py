"""qingfeng receipt: what proves to a party that an act on its case stands in the log, as text and as a QR code."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from qingfeng.terms.text import Text

from .frame import Told, screen_of
from .screen import FINE, FOUND, CommandFailed, Screen

if TYPE_CHECKING:
    from qingfeng.notary.receipts import LogReceipt


@click.command(cls=Told)
@click.argument("case")
@click.option("--seq", type=click.IntRange(1), multiple=True, help="只要这几条记录的。 Of these events only.")
@click.option("--out", type=click.Path(path_type=Path), help="写入文件夹：每条一个文本、一个二维码。 A folder: text and QR code of each.")
def receipt(case: str, seq: tuple[int, ...], out: Path | None) -> int:
    """当事人参与的每一件事的存证回执，可以不联网核对；还没有入日志的退出码 1。 Receipts that prove each act to the party."""
    from qingfeng.casework.desk.progress import shown_fields, told_events
    from qingfeng.casework.desk.public import INTERNAL
    from qingfeng.casework.office import CASE, load_case
    from qingfeng.notary.receipts import receipt_for

    from .agency import opened, where
    from .notary import must_have
    from .reader import must_read

    screen = screen_of()
    place = must_have(where(screen))
    made: list[tuple[str, LogReceipt | None]] = []
    with opened(screen) as office:
        must_read(screen, office, case)
        with office.store.read() as tx:
            loaded, _ = load_case(office, tx, office.registry(tx), case)
            if loaded.version.kind in INTERNAL:
                raise CommandFailed(Text(zh="涉及本单位人员的案件不发当事人回执。", en="No receipts are given in cases about the agency's own people."))
            events = [one for one in told_events(loaded) if not seq or one.seq in seq]
            strange = set(seq) - {one.seq for one in events}
            if strange:
                told, which = "、".join(map(str, sorted(strange))), ", ".join(map(str, sorted(strange)))
                raise CommandFailed(Text(
                    zh=f"第{told}条不是当事人参与或者告知当事人的记录，没有回执；用 qingfeng case history 查看。",
                    en=f"Event {which} is not one that the party took part in or was told of."))  # fmt: skip
            for event in events:
                fields = {f"data.{name}" for name in shown_fields(event)}
                made.append((f"{event.seq} {event.act}", receipt_for(place, tx, CASE + case, event.seq, fields)))
    return _tell(screen, case, made, out)


def _tell(screen: Screen, case: str, made: list[tuple[str, LogReceipt | None]], out: Path | None) -> int:
    told: list[dict[str, Any]] = []
    for name, one in made:
        if one is None:
            screen.say(f"… 第{name}：还没有入日志，稍后再取（qingfeng work 每秒入一批）。", f"... {name}: not in the log yet; ask again in a moment.")
            told.append({"seq": int(name.split()[0]), "text": None})
            continue
        files = _written(case, one, out) if out is not None else []
        how = Text(zh="已最终", en="final") if one.final else Text(zh="暂定（见证不足）", en="provisional (witnesses are missing)")
        screen.say(f"✓ 第{name}：日志第{one.index}条，{how.zh}{'　' + files[0] if files else ''}",
                   f"✓ {name}: entry {one.index}, {how.en}{'  ' + files[0] if files else ''}")  # fmt: skip
        if one.left_out:
            screen.say(f"  过长未示出：{'、'.join(one.left_out)}", f"  too long to be shown: {', '.join(one.left_out)}")
        if out is None:
            screen.line(one.text)
        told.append({"seq": one.seq, "index": one.index, "size": one.size, "final": one.final, "witnesses": sorted(one.by),
                     "text": one.text, "left_out": list(one.left_out), "files": files})  # fmt: skip
    if not made:
        screen.say("本案还没有当事人参与或者告知当事人的记录。", "There is nothing yet that the party took part in or was told of.")
    screen.data({"case": case, "receipts": told})
    return FOUND if any(one is None for _, one in made) else FINE


def _written(case: str, one: LogReceipt, out: Path) -> list[str]:
    """Write a receipt; a provisional one gives way to the final one of the same record."""
    out.mkdir(parents=True, exist_ok=True)
    text = out / f"{case.replace('/', '-')}-{one.seq}.receipt"
    text.write_text(one.text, encoding="utf-8")
    write_qr(one.text, text.with_suffix(".svg"))
    return [str(text), str(text.with_suffix(".svg"))]


def write_qr(text: str, file: Path) -> None:
    """Write a text as a QR code.  Raises CommandFailed for one that no code carries."""
    import segno

    try:
        segno.make(text, error="l", mode="byte", encoding="utf-8", micro=False).save(str(file), kind="svg", scale=3, border=4)
    except segno.DataOverflowError as error:
        raise CommandFailed(Text(zh=f"内容过长，一个二维码放不下；请使用文件{file.with_suffix('').name}。",
                                 en="This is too long for one QR code; use the file.")) from error  # fmt: skip
