"""An imported document looked over by a person: every change is a small record, and the maps are the reading with all of them applied.

An edit names the map (its number, 0 for the file as a whole), the thing and its new value:

| do | target | value |
|---|---|---|
| move | box | index of a step, or `whole` |
| kind | box | `risk` or `measure` |
| text, bind | item (`box:n`) | its words; the names that it is bound to (`names`) |
| grade, owner, name, up, down, drop | index of a step (owner also `whole`) | level, words, name; nothing for the last three |
| add | index of the step before it, or nothing | name |
| head | title, agency, power, kind, supervision, service | words |
| scheme | – | levels in ascending order (`names`) |
| settle | key of a doubt | what was chosen (`keep`, or a choice of that doubt), with its reason |
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from qingfeng.catalogue.schema import KINDS
from qingfeng.importing.checks import remarks
from qingfeng.importing.cues import BLANK
from qingfeng.importing.readmap import FlowStep, MapBox, ReadMap
from qingfeng.terms.limits import MAX_LIST, MAX_NAME, MAX_SHORT_TEXT, MAX_STEPS, MAX_TEXT
from qingfeng.terms.text import Text, clean, hazards

WHOLE, KEEP = "whole", "keep"
REMARKS = frozenset(
    {
        "reading",
        "joined",
        "foreign_object",
        "numbering",
        "number_style",
        "sum",
        "count",
        "no_level",
        "no_owner",
        "one_sided",
    }
)
"""Doubts that follow from the map as it stands; they are told anew after every change."""
HEADS = ("title", "agency", "power", "kind", "supervision", "service")


class BadEdit(ValueError):
    """A change that cannot be made; says why and what next."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.text = Text(zh=zh, en=en)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One change: the table above says what its parts mean."""

    do: str
    map: int
    target: str = ""
    value: str = ""
    names: tuple[str, ...] = ()
    reason: str = ""

    def data(self) -> dict[str, Any]:
        """The change as an event keeps it."""
        told = {"do": self.do, "map": self.map, "target": self.target, "value": self.value, "names": list(self.names)}
        return {**told, "reason": self.reason}

    @staticmethod
    def parse(data: Mapping[str, Any]) -> Edit:
        """A change from plain data.  Raises BadEdit."""
        do, number, names = data.get("do"), data.get("map"), data.get("names") or []
        words = [data.get(key) or "" for key in ("target", "value", "reason")]
        if (
            not isinstance(do, str)
            or do not in _DOES
            or not isinstance(number, int)
            or not all(isinstance(one, str) for one in (*words, *names))
        ):
            raise BadEdit("没有这种修改", "there is no such change")
        target, value, reason = (clean(one.replace("\r\n", "\n")).strip() for one in words)
        most = MAX_TEXT if do == "text" else MAX_SHORT_TEXT
        if max(len(target), len(reason)) > MAX_SHORT_TEXT or len(value) > most or len(names) > MAX_LIST:
            raise BadEdit(
                f"填写的内容过长（{most}字以内）", f"what was written is too long ({most} characters at most)"
            )
        if any(hazards(one) for one in (target, value, reason, *names)):
            raise BadEdit("填写的内容里有不能使用的字符", "a character in it cannot be used")
        return Edit(do=do, map=number, target=target, value=value, names=tuple(one.strip()[:MAX_NAME] for one in names if one.strip()),
                    reason=reason)  # fmt: skip


def changed(read: ReadMap, edit: Edit) -> None:
    """Make one change to a map; what follows from the map as it stands is told anew.  Raises BadEdit; then nothing was changed."""
    _DOES[edit.do](read, edit)
    read.doubts = [d for d in read.doubts if d.code not in REMARKS]
    read.doubts += remarks(read)
    if edit.do == "move":
        read.doubts = [d for d in read.doubts if not (d.code in {"pairing", "border"} and d.text == edit.target)]
    if edit.do == "kind":
        read.doubts = [d for d in read.doubts if not (d.code == "box_kind" and d.text == edit.target)]


def step_at(read: ReadMap, target: str) -> int:
    """The index of a step.  Raises BadEdit."""
    if not (target.isascii() and target.isdecimal() and len(target) < 4 and int(target) < len(read.steps)):
        raise BadEdit("没有这个环节，请刷新页面后再试", "there is no such step: reload the page")
    return int(target)


def box_at(read: ReadMap, target: str) -> int:
    """The place of a box in the map's list.  Raises BadEdit."""
    found = next((n for n, box in enumerate(read.boxes) if box.id == target), None)
    if found is None:
        raise BadEdit("没有这个方框，请刷新页面后再试", "there is no such box: reload the page")
    return found


def _move(read: ReadMap, edit: Edit) -> None:
    at = box_at(read, edit.target)
    step = None if edit.value == WHOLE else step_at(read, edit.value)
    read.boxes[at] = replace(read.boxes[at], step=step, how="settled", confidence=1.0, alternatives=())


def _kind(read: ReadMap, edit: Edit) -> None:
    at, kinds = box_at(read, edit.target), {"risk": "risk", "measure": "measure"}
    if edit.value not in kinds:
        raise BadEdit("请选择风险点或者防控措施", "choose risk or measure")
    read.boxes[at] = replace(read.boxes[at], kind="risk" if edit.value == "risk" else "measure")


def item_at(read: ReadMap, target: str) -> tuple[int, int]:
    """The places of a box and of one of its items.  Raises BadEdit."""
    box, _, number = target.rpartition(":")
    at = box_at(read, box)
    if not (number.isascii() and number.isdecimal() and len(number) < 5 and int(number) < len(read.boxes[at].items)):
        raise BadEdit("没有这一条，请刷新页面后再试", "there is no such item: reload the page")
    return at, int(number)


def _item(read: ReadMap, target: str, **changed: Any) -> None:
    at, n = item_at(read, target)
    box = read.boxes[at]
    items = (*box.items[:n], replace(box.items[n], **changed), *box.items[n + 1 :])
    read.boxes[at] = replace(box, items=items)


def _text(read: ReadMap, edit: Edit) -> None:
    if not edit.value:
        raise BadEdit("文字不能为空；应当去掉的，请先核对原件", "the words cannot be empty")
    _item(read, edit.target, text=" ".join(edit.value.split("\n")), reading=None)


def _bind(read: ReadMap, edit: Edit) -> None:
    _item(read, edit.target, names=tuple(dict.fromkeys(edit.names)))


def _grade(read: ReadMap, edit: Edit) -> None:
    at = step_at(read, edit.target)
    if edit.value and edit.value not in read.scheme:
        raise BadEdit(f"等级体系里没有“{edit.value}”，请从{'、'.join(read.scheme)}中选", "choose a level of the scheme")
    read.steps[at] = replace(read.steps[at], level=edit.value or None)
    if not edit.value:
        read.boxes = [replace(b, level=None) if b.step == at else b for b in read.boxes]


def _owner(read: ReadMap, edit: Edit) -> None:
    if edit.target == WHOLE:
        read.boxes = [replace(b, owner=edit.value or None) if b.step is None else b for b in read.boxes]
        return
    at = step_at(read, edit.target)
    read.steps[at] = replace(read.steps[at], owner=edit.value or None)
    if not edit.value:
        read.boxes = [replace(b, owner=None) if b.step == at else b for b in read.boxes]


def _name(read: ReadMap, edit: Edit) -> None:
    at, bare = step_at(read, edit.target), BLANK.sub("", edit.value)
    if not 1 <= len(bare) <= MAX_NAME:
        raise BadEdit("请写环节名称", "write the name of the step")
    read.steps[at] = replace(read.steps[at], name=bare)


def _renumbered(read: ReadMap, new: Callable[[int], int]) -> None:
    read.boxes = [replace(b, step=None if b.step is None else new(b.step), alternatives=()) for b in read.boxes]
    read.counts = [(text, None if step is None else new(step)) for text, step in read.counts]


def _swap(read: ReadMap, edit: Edit) -> None:
    at = step_at(read, edit.target)
    other = at - 1 if edit.do == "up" else at + 1
    if not 0 <= other < len(read.steps):
        raise BadEdit("已经在最前或者最后", "it is the first or the last already")
    read.steps[at], read.steps[other] = read.steps[other], read.steps[at]
    _renumbered(read, lambda n: other if n == at else at if n == other else n)


def _drop(read: ReadMap, edit: Edit) -> None:
    at = step_at(read, edit.target)
    if any(box.step == at for box in read.boxes):
        raise BadEdit("这个环节还有方框；请先把方框移到别的环节", "it has boxes: move them to another step first")
    del read.steps[at]
    _renumbered(read, lambda n: n - (n > at))


def _add(read: ReadMap, edit: Edit) -> None:
    bare = BLANK.sub("", edit.value)
    if not 1 <= len(bare) <= MAX_NAME or len(read.steps) >= MAX_STEPS:
        raise BadEdit("请写环节名称", "write the name of the step")
    after = step_at(read, edit.target) if edit.target else len(read.steps) - 1
    read.steps.insert(after + 1, FlowStep(bare, edit.value))
    _renumbered(read, lambda n: n + (n > after))


def _head(read: ReadMap, edit: Edit) -> None:
    if edit.target not in HEADS or len(edit.value) > MAX_NAME or "\n" in edit.value:
        raise BadEdit("没有这一栏，或者填写过长", "there is no such field, or it is too long")
    if edit.target == "kind" and edit.value and edit.value not in KINDS:
        raise BadEdit("没有这种职权类型，请从清单中选", "there is no such kind of power: choose from the list")
    if edit.target in ("supervision", "service"):
        read.phones[edit.target] = edit.value
        return
    setattr(read, edit.target, edit.value if edit.target == "power" else edit.value or None)
    codes = {"power": {"no_title"}, "kind": {"kind_of_power"}, "title": set(), "agency": set()}[edit.target]
    read.doubts = [d for d in read.doubts if d.code not in codes]


def _scheme(read: ReadMap, edit: Edit) -> None:
    used = {level for box in read.boxes for level in (box.level, *(item.level for item in box.items)) if level}
    used |= {step.level for step in read.steps if step.level}
    if not 1 <= len(set(edit.names)) == len(edit.names) <= 9 or not used <= set(edit.names):
        raise BadEdit(
            "等级体系要由低到高写全图中用到的等级，各一次", "name every level that the map uses, once, the lowest first"
        )
    read.scheme = list(edit.names)
    read.doubts = [d for d in read.doubts if d.code not in {"direction", "no_scheme"}]


def _nothing(read: ReadMap, edit: Edit) -> None:
    raise AssertionError("settled elsewhere")


_DOES: Mapping[str, Callable[[ReadMap, Edit], None]] = {
    "move": _move, "kind": _kind, "text": _text, "bind": _bind, "grade": _grade, "owner": _owner, "name": _name, "up": _swap,
    "down": _swap, "drop": _drop, "add": _add, "head": _head, "scheme": _scheme, "settle": _nothing,
}  # fmt: skip


def box_of(read: ReadMap, target: str | None) -> MapBox | None:
    """The box that a doubt speaks of, None if it speaks of none."""
    return next((box for box in read.boxes if box.id == target), None) if target else None
