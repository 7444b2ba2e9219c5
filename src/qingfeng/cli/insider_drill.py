"""qingfeng verify --drill: an honest agency made for it, tampered with in every way of the catalogue, and what is named each time."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from .insider import Insider, Named, made, named
from .insider_steps import CATALOGUE
from .screen import FINE, FOUND, Screen


def tampered(master: Path, root: Path, number: int) -> list[Named]:
    """Do one thing of the catalogue to a copy of an honest agency; return what was named."""
    shutil.copytree(master, root)
    try:
        CATALOGUE[number].act(Insider(root))
        return named(root)
    finally:
        shutil.rmtree(root)


def run(screen: Screen) -> int:
    """Go through the catalogue and say what was named; FOUND if anything was not, or if the honest agency is found wrong."""
    told, missed = [], 0
    with TemporaryDirectory(prefix="qingfeng-drill-") as folder:
        master = made(Path(folder) / "honest")
        shutil.copytree(master, Path(folder) / "look")
        honest = named(Path(folder) / "look")
        screen.say("在临时的日志上演练，不碰本单位的数据。每行：做了什么 → 谁指出了什么。",
                   "On a log made for it; nothing of this agency is touched. Each line: what was done → who named what.")  # fmt: skip
        for number, one in enumerate(CATALOGUE):
            found = tampered(master, Path(folder) / "now", number)
            missed += not found
            mark, by = ("✓", "、".join(sorted({one.by for one in found}))) if found else ("✗", "-")
            said = found[0].message if found else None
            screen.say(f"{mark} {number + 1}. {one.what.zh} → {by}：{said.zh if said else '没有指出'}",
                       f"{mark} {number + 1}. {one.what.en} → {by}: {said.en if said else 'not named'}")  # fmt: skip
            told.append({"zh": one.what.zh, "en": one.what.en, "by": sorted({one.by for one in found}),
                         "named": [{"kind": n.kind, "zh": n.message.zh, "en": n.message.en} for n in found]})  # fmt: skip
    screen.say(f"共 {len(CATALOGUE)} 种篡改，指出 {len(CATALOGUE) - missed} 种；没有篡改的日志{'没有误报' if not honest else '被误报'}。",
               f"{len(CATALOGUE) - missed} of {len(CATALOGUE)} tamperings were named; the honest log was "
               f"{'not accused' if not honest else 'accused'}.")  # fmt: skip
    screen.data({"ok": not missed and not honest, "tamperings": told, "honest": [one.kind for one in honest]})
    return FOUND if missed or honest else FINE
