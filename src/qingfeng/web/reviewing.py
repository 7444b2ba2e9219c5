"""What the page of an imported document shows: its maps as they stand, the original beside them, open doubts, proposals and checks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from math import inf

from qingfeng import wiring
from qingfeng.casework import imports
from qingfeng.casework.office import Office, Registry
from qingfeng.casework.ports import ReadTx
from qingfeng.casework.powercheck import Checked
from qingfeng.casework.words import guards, rule_name
from qingfeng.controls import discover
from qingfeng.duties import discover as discover_duties
from qingfeng.importing.cues import Item
from qingfeng.importing.draft import Draft, draft_of
from qingfeng.importing.keep import Kept, Sheet, kept_from
from qingfeng.importing.proposals import Library, examples_from, map_part
from qingfeng.importing.readmap import MapBox, ReadMap
from qingfeng.importing.review import BadEdit, Edit
from qingfeng.importing.settling import Open, Reviewed, Settled, open_doubts
from qingfeng.terms.text import Text

from . import agency, drafting

ROOM = 24.0
"""Points around what is shown of a page."""
TICKED = 0.6
"""A proposal at least so alike is ticked before anybody looked; accepting it is still a person's act."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A binding to choose: its id and name, how alike its example is, whether it is ticked."""

    id: str
    name: Text
    likeness: float
    because: str
    ticked: bool


@dataclass(frozen=True, slots=True)
class ItemView:
    """One risk or measure.  state: proposed | bound | nothing (a person found none) | none (nothing is proposed)."""

    target: str
    item: Item
    state: str
    bound: tuple[Text, ...]
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class BoxView:
    """One box as a card; `doubts` says how many open ones speak of it."""

    box: MapBox
    items: tuple[ItemView, ...]
    seq: str
    doubts: int


@dataclass(frozen=True, slots=True)
class StepView:
    """A row of the draft.  at: index as text, `whole` for the whole process; tone: hi, mi, lo or nothing."""

    at: str
    number: int
    name: str
    level: str | None
    tone: str
    owner: str | None
    risks: tuple[BoxView, ...]
    measures: tuple[BoxView, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A shape of the original.  kind: risk, measure or other."""

    seq: str
    text: str
    x: float
    y: float
    w: float
    h: float
    kind: str


@dataclass(frozen=True, slots=True)
class Original:
    """What stands on a page of the original, cut to one map; box: x, y, width, height of what is shown."""

    sheet: Sheet
    box: tuple[float, float, float, float] | None
    shapes: tuple[Drawn, ...]
    lines: tuple[tuple[float, float, float, float], ...]
    loose: tuple[str, ...]


@cache
def library() -> Library:
    """Return the examples by which bindings are proposed: the shipped maps."""
    paths = wiring.power_paths([wiring.data_folder("powers")])
    return Library(examples_from(map_part(path.read_text(encoding="utf-8")) for path in paths))


@cache
def rule_pool() -> Mapping[str, Text]:
    """Return every rule that a risk or measure can be bound to, with its name."""
    names = [*sorted(discover()), *(f"duty:{one}" for one in sorted(discover_duties())), *sorted(guards())]
    return {one: rule_name(one) for one in names}


@lru_cache(maxsize=8)
def _kept(digest: str, text: str) -> Kept:
    return kept_from(text)


def reviewed(standing: imports.Standing) -> Reviewed:
    """Return a document with all its changes.  Raises imports.BadImport if what was read is no longer in the shelf."""
    text = agency.shelf().text(standing.head.kept)
    if text is None:
        raise imports.BadImport("读出的内容不在文件库中，或者与登记的校验值不符；请由备份恢复，或者重新上传",
                                "what was read is not in the shelf as it was: restore it from a backup, or upload it again")  # fmt: skip
    found = Reviewed(_kept(standing.head.kept, text))
    for change in standing.changes:
        edit = Edit.parse(change.edit)
        try:
            found.apply(edit)
        except BadEdit as error:
            if edit.do != "settle":
                raise imports.BadImport(f"第{standing.head.number}号导入的一处改动不能重做：{error.text.zh}；请重新上传原件核对",
                                        f"a change cannot be made again: {error.text.en}; upload it again") from error  # fmt: skip
            found.settled[edit.target] = Settled(
                edit.value, edit.reason
            )  # a remark that a later version no longer makes
    return found


def drafted(standing: imports.Standing, found: Reviewed, number: int, *, power: str, day: date) -> Draft:
    """Return a map as the text of a power file."""
    folder, _, name = power.partition("/")
    return draft_of(found.map(number), folder=folder, name=name, document=found.kept.document, original=standing.head.name,
                    day=day.isoformat(), library=library())  # fmt: skip


def doubts_of(found: Reviewed, number: int, draft: Draft) -> list[Open]:
    """Return the open doubts of a map and of the file, the least sure first; that English names are lacking goes without saying here."""
    posts = [(id_, post.name) for id_, post in drafting.words().posts.items()]
    own = [one for one in draft.doubts if one.code != "english"]
    return sorted(
        [*open_doubts(found, number, own, posts=posts), *open_doubts(found, 0, found.kept.doubts)],
        key=lambda one: one.weight,
    )


def check(office: Office, tx: ReadTx, registry: Registry, power: str, draft: Draft, day: date) -> Checked:
    """Return what is missing before the map could be published."""
    return drafting.check(office, tx, registry, power, draft.text, day=day)


def steps_of(read: ReadMap, doubts: list[Open]) -> tuple[StepView, ...]:
    """Return the rows of the draft; the whole process is always there, so that a box can be put into it."""
    asked = [one.box for one in doubts if one.box]
    filled = {step.index: step for step in read.filled()}
    rows = []
    for at in (*range(len(read.steps)), None):
        step = filled.get(at)
        boxes = [_box(box, asked.count(box.id)) for box in read.boxes if box.step == at]
        level = step.level if step else None
        rows.append(StepView("whole" if at is None else str(at), 0 if at is None else at + 1, step.name if step else "全过程",
                             level if at is not None else None, _tone(read, level), step.owner if step else None,
                             tuple(b for b in boxes if b.box.kind == "risk"),
                             tuple(b for b in boxes if b.box.kind == "measure")))  # fmt: skip
    return tuple(rows)


def _tone(read: ReadMap, level: str | None) -> str:
    if level is None or level not in read.scheme:
        return ""
    return "hi" if level == read.scheme[-1] else "lo" if level == read.scheme[0] else "mi"


def _box(box: MapBox, doubts: int) -> BoxView:
    items = tuple(_item(f"{box.id}:{n}", item, box.kind == "measure") for n, item in enumerate(box.items))
    return BoxView(box, items, _seq(box.id), doubts)


def _seq(id_: str) -> str:
    """The number of the shape that a box was read from: b12, b12r, b12m where it held both, b12_1 where it held several."""
    found = re.match(r"b([0-9]+)", id_)
    return found[1] if found else ""


@lru_cache(maxsize=4_000)
def _proposed(text: str, measure: bool) -> tuple[tuple[str, float, str], ...]:
    return tuple((one.name, one.likeness, one.because) for one in library().propose(text, measure=measure))


def _item(target: str, item: Item, measure: bool) -> ItemView:
    found = _proposed(item.text, measure)
    names = item.names
    chosen = set(names or ())
    choices = [
        Choice(name, rule_name(name), like, why, name in chosen if names is not None else like >= TICKED)
        for name, like, why in found
    ]
    choices += [
        Choice(name, rule_name(name), 1.0, "", True) for name in names or () if name not in {one[0] for one in found}
    ]
    state = ("bound" if names else "nothing") if names is not None else "proposed" if found else "none"
    return ItemView(target, item, state, tuple(rule_name(one) for one in names or ()), tuple(choices))


def originals(found: Reviewed, number: int) -> tuple[Original, ...]:
    """Return the pages of the original on which a map stands, each cut to it; all of them if nothing tells where it stands."""
    read = found.map(number)
    mine = {_seq(box.id): box.kind for box in read.boxes if _seq(box.id)}
    others = {_seq(box.id) for one in found.maps if one is not read for box in one.boxes}
    sheets = [one for one in found.kept.sheets if any(str(shape.seq) in mine for shape in one.shapes)]
    return tuple(_original(sheet, mine, others) for sheet in (sheets or found.kept.sheets[:4]))


def _original(sheet: Sheet, mine: Mapping[str, str], others: set[str]) -> Original:
    """Cut by height where the maps of a page stand below each other, and by the order in the file where that parts them."""
    placed = [(shape.seq, shape.text, shape.rect) for shape in sheet.shapes if shape.rect is not None]
    loose = tuple(shape.text for shape in sheet.shapes if shape.rect is None)
    if not placed:
        return Original(sheet, None, (), (), loose)
    own = [(seq, rect) for seq, _, rect in placed if str(seq) in mine]
    foreign = [(seq, rect) for seq, _, rect in placed if str(seq) in others]
    top, low = _between([(r[1], r[1] + r[3]) for _, r in own], [(r[1], r[1] + r[3]) for _, r in foreign])
    first, last = _between([(seq, seq) for seq, _ in own], [(seq, seq) for seq, _ in foreign])
    shapes = tuple(
        Drawn(str(seq), text, *rect, kind=mine.get(str(seq), "other"))
        for seq, text, rect in placed
        if str(seq) not in others and first < seq < last and top <= rect[1] + rect[3] / 2 <= low
    )
    lines = tuple((a, b, c, d) for seq, a, b, c, d in sheet.lines if first < seq < last and top <= (b + d) / 2 <= low)
    x, y = min(s.x for s in shapes) - ROOM, min(s.y for s in shapes) - ROOM
    box = (x, y, max(s.x + s.w for s in shapes) - x + ROOM, max(s.y + s.h for s in shapes) - y + ROOM)
    return Original(sheet, box, shapes, lines, loose)


def _between(own: Sequence[tuple[float, float]], others: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The stretch around one's own (first, last) in which nothing of others lies; without an end where they are mixed up."""
    first, last = min((a for a, _ in own), default=-inf), max((b for _, b in own), default=inf)
    if any(a < last and b > first for a, b in others):
        return -inf, inf
    return max((b for _, b in others if b <= first), default=-inf), min(
        (a for a, _ in others if a >= last), default=inf
    )
