"""qingfeng import: read each document, ask what is unsure, write drafts whole or not at all, tell what was found."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from qingfeng import wiring
from qingfeng.importing.draft import Draft, report_text
from qingfeng.importing.failure import ImportFailed
from qingfeng.importing.importer import Imported, map_data, read_file, write_drafts
from qingfeng.importing.proposals import Library, examples_from, map_part
from qingfeng.importing.readmap import MapBox, ReadMap
from qingfeng.terms.limits import MAX_IMPORT_BYTES
from qingfeng.terms.text import Text

from .agency import read_clock
from .screen import FINE, FOUND, USAGE, CommandFailed, Screen, near

_FOLDER = re.compile(r"[a-z0-9_]{1,60}")
_SHOWN = 12
_ASKED_BELOW = 0.8


def import_files(
    screen: Screen, files: Sequence[Path], *, out: Path | None, ask: bool, folder: str, bind: bool, force: bool
) -> int:
    """Import documents.  FINE if each gave a map, FOUND if one gave none, USAGE if one could not be read."""
    if not _FOLDER.fullmatch(folder):
        raise CommandFailed(
            Text(
                zh=f"--folder 的值“{folder[:40]}”不对；只能用小写字母、数字和下划线。",
                en=f"--folder is “{folder[:40]}”; only a-z, 0-9 and _ can stand in it.",
            )
        )
    if ask and screen.as_json:
        raise CommandFailed(Text(zh="--ask 和 --json 不能同时用。", en="--ask and --json do not go together."))
    library = _library()
    day = read_clock().date().isoformat()
    told: list[dict[str, Any]] = []
    taken: set[str] = set()
    worst = FINE
    for path in files:
        try:
            imported = read_file(_bytes(path), path.name)
        except (ImportFailed, OSError) as error:
            message = error.text if isinstance(error, ImportFailed) else _unreadable(error)
            told.append({"file": str(path), "error": {"zh": message.zh, "en": message.en}})
            if not screen.as_json:
                screen.complain([Text(zh=f"{near(path)}：{message.zh}", en=f"{near(path)}: {message.en}")])
            worst = USAGE
            continue
        if ask:
            _ask(screen, imported)
        write_drafts(imported, library=library, folder=folder, day=day, taken=taken, bind=bind)
        _show(screen, path, imported)
        written = _write(imported, out, force=force) if out is not None else []
        for place in written:
            screen.say(f"  已写 {near(place)}", f"  written {near(place)}")
        told.append(_data(path, imported, written))
        worst = max(worst, FINE if imported.reading.maps else FOUND)
    if out is None and any(one.get("maps") for one in told):
        screen.say(
            "写出草稿：加 --out 文件夹；检查还缺什么：qingfeng powers check",
            "To write drafts add --out FOLDER; what is still missing: qingfeng powers check",
        )
    screen.data({"files": told})
    return worst


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_IMPORT_BYTES + 1)


def _unreadable(error: OSError) -> Text:
    return Text(
        zh=f"打不开文件（{error.strerror}）；请检查路径和权限。",
        en=f"The file cannot be opened ({error.strerror}); check path and rights.",
    )


def _library() -> Library:
    paths = wiring.power_paths([wiring.data_folder("powers")])
    return Library(examples_from(map_part(path.read_text(encoding="utf-8")) for path in paths))


def _data(path: Path, imported: Imported, written: Iterable[Path]) -> dict[str, Any]:
    reading = imported.reading
    return {
        "file": str(path),
        "format": reading.format,
        "notes": [{"zh": note.zh, "en": note.en} for note in reading.notes],
        "doubts": [doubt.data() for doubt in reading.doubts],
        "maps": [map_data(read, draft) for read, draft in zip(reading.maps, imported.drafts, strict=True)],
        "proposed": [draft.report()["proposed"] for draft in imported.drafts],
        "written": [str(place) for place in written],
    }


def _write(imported: Imported, out: Path, *, force: bool) -> list[Path]:
    """Write every draft with its doubts; none if one of them is there already."""
    files: list[tuple[Path, str]] = []
    for draft in imported.drafts:
        place = out / f"{draft.id}.yaml"
        files += [(place, draft.text), (place.with_suffix(".doubts.yaml"), report_text(draft.report()))]
    there = [place for place, _ in files if place.exists()]
    if there and not force:
        raise CommandFailed(
            Text(
                zh=f"{near(there[0])}已经存在，没有写；改用别的 --out 或 --folder，或加 --force 覆盖。",
                en=f"{near(there[0])} is there already; nothing was written; use another --out or --folder, or --force.",
            )
        )
    for place, text in files:
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=place.parent, prefix=".import-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            os.replace(name, place)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
    return [place for place, _ in files]


def _show(screen: Screen, path: Path, imported: Imported) -> None:
    reading = imported.reading
    screen.say(
        f"{near(path)}（{reading.format}）：{len(reading.maps)}张防控图",
        f"{near(path)} ({reading.format}): {len(reading.maps)} map{'s' * (len(reading.maps) != 1)}",
    )
    for note in reading.notes:
        screen.line(f"  · {screen.words(note)}")
    for doubt in reading.doubts:
        screen.line(f"  ? {screen.words(doubt.what)}")
        screen.line(f"    → {screen.words(doubt.settle)}")
    for read, draft in zip(reading.maps, imported.drafts, strict=True):
        _show_map(screen, read, draft)


def _show_map(screen: Screen, read: ReadMap, draft: Draft) -> None:
    steps = read.filled()
    risks, measures = sum(len(s.risks) for s in steps), sum(len(s.measures) for s in steps)
    named = read.title or screen.pick("（无题目）", "(no title)")
    screen.say(
        f"  第{read.number}图 {named}：{read.agency or '机关未写明'}；环节{len(read.steps)}个，风险点{risks}条，措施{measures}条；"
        f"疑点{len(draft.doubts)}处 → {draft.id}",
        f"  Map {read.number} {named}: {read.agency or 'no agency named'}; {len(read.steps)} steps, {risks} risks, {measures} measures; "
        f"{len(draft.doubts)} doubts → {draft.id}",
    )
    for step in steps:
        about = "  ".join(part for part in (step.level or "—", step.owner or "—") if part)
        screen.say(
            f"    {step.name}  {about}  风险点{len(step.risks)} 措施{len(step.measures)}",
            f"    {step.name}  {about}  risks {len(step.risks)} measures {len(step.measures)}",
        )
    asked = sorted(
        (d for d in draft.doubts if d.code not in {"post", "english"}),
        key=lambda d: d.confidence if d.confidence is not None else 1.0,
    )
    for doubt in asked[:_SHOWN]:
        screen.line(f"    ? {screen.words(doubt.place)}：{screen.words(doubt.what)}")
    if len(asked) > _SHOWN:
        screen.say(
            f"    ……另有{len(asked) - _SHOWN}处，见 .doubts.yaml 或 --json",
            f"    … and {len(asked) - _SHOWN} more, see .doubts.yaml or --json",
        )


def _ask(screen: Screen, imported: Imported) -> None:
    """Ask where each unsure box belongs, the least sure first; an empty answer keeps what was assumed, q ends the asking."""
    unsure = [(box, read) for read in imported.reading.maps for box in read.boxes if box.confidence < _ASKED_BELOW]
    for box, read in sorted(unsure, key=lambda pair: pair[0].confidence):
        if not _ask_one(screen, box, read):
            return


def _ask_one(screen: Screen, box: MapBox, read: ReadMap) -> bool:
    kind = screen.pick("风险点", "risks") if box.kind == "risk" else screen.pick("防控措施", "measures")
    screen.say(f"第{read.number}图 {kind}：", f"Map {read.number}, {kind}:")
    for item in box.items:
        screen.line(f"    {item.text}")
    whole = screen.pick("全过程", "the whole process")
    likely = [box.step, *(n for n in box.alternatives if n != box.step)]
    choices = [*likely, *(n for n in (*range(len(read.steps)), None) if n not in likely)]
    for number, step in enumerate(choices, 1):
        name = whole if step is None else read.steps[step].name
        mark = screen.pick("（现在归这里）", " (assumed)") if step == box.step else ""
        screen.line(f"  {number} {name}{mark}")
    while True:
        answer = click.prompt(
            screen.pick("属于哪一个？回车不改，q 停止询问", "Which one? Enter keeps it, q ends the asking"),
            default="",
            show_default=False,
        ).strip()
        if answer == "q":
            return False
        if not answer or (answer.isdecimal() and 1 <= int(answer) <= len(choices)):
            read.settled(box.id, choices[int(answer) - 1] if answer else box.step)
            return True
        screen.say(f"请输入 1 到 {len(choices)}。", f"Type 1 to {len(choices)}.")
