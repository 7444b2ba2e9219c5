"""The doubts of a map that is looked over: which are open, what can be chosen for each, and what a choice does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from hashlib import sha256

from qingfeng.importing.doubts import Doubt, at_step
from qingfeng.importing.keep import Kept
from qingfeng.importing.readmap import MapBox, ReadMap
from qingfeng.importing.review import KEEP, WHOLE, BadEdit, Edit, box_of, changed
from qingfeng.terms.text import Text

_WEIGHT = {"box_kind": 0.3, "step_or_measure": 0.4, "no_title": 0.45, "direction": 0.5, "no_level": 0.55, "no_owner": 0.55,
           "one_sided": 0.6, "borders": 0.3, "order": 0.5, "last_steps": 0.5, "kind_of_power": 0.5, "two_in_one": 0.6,
           "count": 0.6, "sum": 0.6, "cut_off": 0.6, "reading": 0.8, "post": 0.9, "english": 1.0}  # fmt: skip
"""Where nothing was weighed, how soon a doubt is asked about, among those that were: what changes the map comes first."""


@dataclass(frozen=True, slots=True)
class Open:
    """An open doubt with its key and its choices (value, words), the first of which leaves the map as it is; box, step: where it is."""

    key: str
    map: int
    doubt: Doubt
    choices: tuple[tuple[str, Text], ...]
    box: str | None = None
    step: str | None = None

    @property
    def weight(self) -> float:
        """How soon it is asked about: the least sure first."""
        return self.doubt.confidence if self.doubt.confidence is not None else _WEIGHT.get(self.doubt.code, 0.7)

    @property
    def percent(self) -> int:
        """How sure the importer was, in per cent; 0 where nothing was weighed."""
        return round(100 * (self.doubt.confidence or 0.0))

    @property
    def owner(self) -> str:
        """Whose post it is about, if it is about that."""
        return (self.doubt.text or "") if self.doubt.code == "post" else ""


@dataclass(frozen=True, slots=True)
class Settled:
    """How a doubt was settled."""

    choice: str
    reason: str


class Reviewed:
    """The maps of a document as they stand after all changes; `settled`: key of a doubt → how."""

    def __init__(self, kept: Kept, edits: Iterable[Edit] = ()) -> None:
        self.kept = kept
        self.maps: list[ReadMap] = deepcopy(kept.maps)
        self.settled: dict[str, Settled] = {}
        for edit in edits:
            self.apply(edit)

    def map(self, number: int) -> ReadMap:
        """A map by its number.  Raises BadEdit."""
        if not 1 <= number <= len(self.maps):
            raise BadEdit("没有这张图", "there is no such map")
        return self.maps[number - 1]

    def apply(self, edit: Edit) -> None:
        """Make one change.  Raises BadEdit; then nothing was changed."""
        if edit.do == "settle":
            _settle(self, edit)
        else:
            changed(self.map(edit.map), edit)


def key_of(number: int, doubt: Doubt) -> str:
    """What names a doubt as long as it is about the same thing."""
    about = doubt.text or f"{doubt.place.zh}{doubt.what.zh}"
    return sha256(f"{number}\0{doubt.code}\0{about}".encode()).hexdigest()[:12]


def open_doubts(
    reviewed: Reviewed, number: int, doubts: Sequence[Doubt], *, posts: Sequence[tuple[str, Text]] = ()
) -> list[Open]:
    """The doubts that nobody settled yet, the least sure first.  number: of the map, 0 for those of the file; posts: to choose from."""
    read = reviewed.map(number) if number else None
    told: dict[str, Open] = {}
    for doubt in doubts:
        key = key_of(number, doubt)
        if key not in reviewed.settled:
            box = box_of(read, doubt.text) if read is not None else None
            told.setdefault(
                key,
                Open(key, number, doubt, choices(read, doubt, box, posts), box.id if box else None, _step(read, doubt)),
            )
    return sorted(told.values(), key=lambda one: one.weight)


def _step(read: ReadMap | None, doubt: Doubt) -> str | None:
    named = [n for n, step in enumerate(read.steps) if doubt.place == at_step(step.name)] if read is not None else []
    return str(named[0]) if named else None


def step_words(read: ReadMap, step: int | None) -> Text:
    """A step's name with its number."""
    if step is None:
        return Text(zh="全过程", en="the whole process")
    return Text(zh=f"{step + 1} {read.steps[step].name}", en=f"{step + 1} {read.steps[step].name}")


def choices(
    read: ReadMap | None, doubt: Doubt, box: MapBox | None, posts: Sequence[tuple[str, Text]]
) -> tuple[tuple[str, Text], ...]:
    """What can be chosen for a doubt."""
    keep = (KEEP, Text(zh="照现在这样，已与原件核对", en="as it stands: compared with the original"))
    if read is None:
        return (keep,)
    match doubt.code:
        case "pairing" if box is not None:
            likely = [n for name in doubt.alternatives for n in _named(read, name) if n != box.step]
            rest = [n for n in (*range(len(read.steps)), None) if n != box.step and n not in likely]
            here = step_words(read, box.step)
            first = (KEEP, Text(zh=f"归“{here.zh}”，不改", en=f"at “{here.en}”, as assumed"))
            return (first, *((_value(n), _to(read, n)) for n in dict.fromkeys([*likely, *rest])))
        case "box_kind" if box is not None:
            other = ("measure", "是防控措施", "measures") if box.kind == "risk" else ("risk", "是风险点", "risks")
            return (keep, (other[0], Text(zh=other[1], en=f"they are {other[2]}")))
        case "reading" if doubt.alternatives and not doubt.place.zh.startswith("全"):
            mended = doubt.alternatives[0]
            return (
                (KEEP, Text(zh=f"是笔误，读作“{mended}”", en=f"a slip; read “{mended}”")),
                ("verbatim", Text(zh="不是笔误，照原文", en="no slip: as written")),
            )
        case "no_level":
            return (
                (KEEP, Text(zh="原件没有等级，留空", en="the original has none; left empty")),
                *((level, Text(zh=f"等级为{level}", en=f"level {level}")) for level in read.scheme),
            )
        case "direction":
            top = read.scheme[0]
            return (keep, ("reverse", Text(zh=f"相反：“{top}”最高", en=f"the other way: “{top}” is the highest")))
        case "post":
            return (keep, *((id_, name) for id_, name in posts))
    return (keep,)


def _named(read: ReadMap, name: str) -> list[int | None]:
    return [None] if name == "全过程" else [n for n, step in enumerate(read.steps) if step.name == name]


def _value(step: int | None) -> str:
    return WHOLE if step is None else str(step)


def _to(read: ReadMap, step: int | None) -> Text:
    words = step_words(read, step)
    return Text(zh=f"移到“{words.zh}”", en=f"move to “{words.en}”")


def _settle(reviewed: Reviewed, edit: Edit) -> None:
    """Settle one doubt of a map, or of the file (map 0).  Raises BadEdit."""
    if len([char for char in edit.reason if char.isalnum()]) < 2:
        raise BadEdit("请写明理由（例如：已与原件核对一致）", "say why (for example: compared with the original)")
    read = reviewed.map(edit.map) if edit.map else None
    doubts = read.doubts if read is not None else reviewed.kept.doubts
    doubt = next((one for one in doubts if key_of(edit.map, one) == edit.target), None)
    if doubt is None and not (read is not None and edit.names):
        raise BadEdit("这处疑点已经不在了，请刷新页面", "this doubt is no longer there: reload the page")
    if edit.names and read is not None:  # a doubt of the draft: whose post it is; `names` says whose
        _post(read, edit)
    elif read is not None and doubt is not None and edit.value != KEEP:
        _chosen(reviewed, read, doubt, edit)
    reviewed.settled[edit.target] = Settled(edit.value, edit.reason)


def _post(read: ReadMap, edit: Edit) -> None:
    owner = edit.names[0]
    if owner not in {step.owner for step in read.filled()}:
        raise BadEdit("没有这个责任人，请刷新页面", "there is no such owner: reload the page")
    if edit.value != KEEP:
        read.posts[owner] = edit.value


def _chosen(reviewed: Reviewed, read: ReadMap, doubt: Doubt, edit: Edit) -> None:
    def change(do: str, target: str, value: str = "", names: tuple[str, ...] = ()) -> None:
        reviewed.apply(Edit(do=do, map=edit.map, target=target, value=value, names=names))

    match doubt.code:
        case "pairing":
            change("move", doubt.text or "", edit.value)
        case "box_kind":
            change("kind", doubt.text or "", edit.value)
        case "no_level":
            change("grade", _step(read, doubt) or "", edit.value)
        case "direction" if edit.value == "reverse":
            change("scheme", "", names=tuple(reversed(read.scheme)))
        case "reading" if edit.value == "verbatim":
            read.boxes = [
                replace(box, items=tuple(replace(i, reading="") if i.text == doubt.text else i for i in box.items))
                for box in read.boxes
            ]
        case _:
            raise BadEdit("没有这个选项，请刷新页面", "there is no such choice: reload the page")
