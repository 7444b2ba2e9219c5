"""Maps drawn as tables: a row for each step (or several), columns named by their headings; tables of duties are no maps."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from qingfeng.importing.boxes import Cell, Table
from qingfeng.importing.cues import (
    BLANK,
    LEVEL_ALONE,
    PHONE,
    Content,
    content_of,
    count_of,
    is_caption,
    is_step_name,
    is_title,
)
from qingfeng.importing.readmap import FlowStep, MapBox, boxes_from
from qingfeng.importing.titles import agency_of
from qingfeng.terms.limits import MAX_STEPS

_HEADS = (
    ("count", re.compile("数量|个数|风险点数|合计")),
    ("level", re.compile("等级|级别|风险程度|评级")),
    ("risk", re.compile("风险|表现形式|隐患")),
    ("owner", re.compile("责任|负责人|牵头")),
    ("measure", re.compile("措施|对策|办法")),
    ("step", re.compile("流程|环节|步骤|阶段|程序|节点")),
    ("power", re.compile("职权|权力|事项|项目|业务|名称")),
    ("post", re.compile("岗位|职务|部门|科室|单位")),
    ("number", re.compile("^(?:序号|编号|备注)$")),
)
_MAX_ROWS = 5_000


@dataclass(slots=True)
class TableMap:
    """A map found in a table: `power` when the table itself names it."""

    power: str | None
    steps: list[FlowStep] = field(default_factory=list)
    boxes: list[MapBox] = field(default_factory=list)
    title: str | None = None
    agency: str | None = None
    phones: dict[str, str] = field(default_factory=dict)
    counts: list[tuple[str, int | None]] = field(default_factory=list)


def phones_in(texts: list[str]) -> dict[str, str]:
    """Telephones named in texts: supervision and service; empty when the number is blank."""
    found: dict[str, str] = {}
    for at, text in enumerate(texts):
        for named in PHONE.finditer(text) if len(text) < 80 else ():
            key = "service" if named[1] in {"服务", "咨询", "联系"} else "supervision"
            number = (named[2] or "").strip()
            if (
                not number
                and at + 1 < len(texts)
                and re.fullmatch(r"[0-9０-９][0-9０-９\-—－（）()\s、，,;；转]{4,60}", texts[at + 1].strip())
            ):
                number = texts[at + 1].strip()
            found[key] = found.get(key) or number
    return found


def maps_in(table: Table) -> list[TableMap]:
    """The maps of a table; none if it has no column of risks (a table of duties, of telephones)."""
    grid = _grid(table.cells)
    if not grid or len(grid) > _MAX_ROWS:
        return []
    found = _columns(grid)
    if found is None:
        grid = _grid(
            [
                Cell(row=c.column, column=c.row, paragraphs=c.paragraphs, rows=c.columns, columns=c.rows)
                for c in table.cells
            ]
        )
        found = _columns(grid)
    if found is None:
        return []
    head, first, columns = found
    return _Rows(grid, columns, head).read(first)


MARK = re.compile(r"(?:廉政|廉洁)?(?:风险)?点?[（(]?(\d{1,2}|[①-⑳])[）)]?")
"""A mark beside a step that stands for a row of a table: 风险点3, ③."""


def marked_boxes(table: Table, marks: dict[str, int]) -> list[MapBox]:
    """The boxes of a table whose rows are named by marks beside the steps of a drawing (mark → step); none for any other table."""
    grid = _grid(table.cells)
    found = _columns(grid) if grid and len(grid) <= _MAX_ROWS else None
    if found is None:
        return []
    _, first, columns = found
    boxes: list[MapBox] = []
    for r, row in enumerate(grid[first:], first):
        at = next((c for c, cell in enumerate(row) if cell is not None and mark_of(cell.text) in marks), None)
        if at is None:
            return []
        step = marks[mark_of(row[at].text)]  # type: ignore[union-attr]  # the cell that was just found
        here = {kind: [c for c in cs if c != at] for kind, cs in columns.items()}
        reader = _Rows([row], here, 0)
        reader.maps.append(TableMap(None, steps=[FlowStep("", "")] * (step + 1)))
        reader.put(row, step)
        boxes += [replace(box, id=f"t{r + 1}{box.id}", how="mark", confidence=0.9) for box in reader.maps[-1].boxes]
    return boxes


def mark_of(text: str) -> str:
    """The number of a mark, "" for any other words."""
    found = MARK.fullmatch(BLANK.sub("", text))
    return found[1] if found else ""


def _grid(cells: tuple[Cell, ...] | list[Cell]) -> list[list[Cell | None]]:
    """Rows of columns; a merged cell stands in every place that it covers."""
    rows = max((c.row + c.rows for c in cells), default=0)
    columns = max((c.column + c.columns for c in cells), default=0)
    if rows * columns > 400_000:
        return []
    grid: list[list[Cell | None]] = [[None] * columns for _ in range(rows)]
    for cell in cells:
        for r in range(cell.row, cell.row + cell.rows):
            for c in range(cell.column, cell.column + cell.columns):
                grid[r][c] = cell
    return grid


def _columns(grid: list[list[Cell | None]]) -> tuple[int, int, dict[str, list[int]]] | None:
    """The first row of the heading (one row or two), the first of data, and the columns by meaning."""
    for r, row in enumerate(grid[:12]):
        if not any(_is_head(cell) for cell in row):
            continue
        depth = 2 if r + 1 < len(grid) and sum(1 for cell in grid[r + 1] if _is_head(cell)) >= 2 else 1
        named: dict[str, list[int]] = {}
        for c in range(len(row)):
            words = [
                BLANK.sub("", cell.text)
                for k in range(depth)
                if (cell := grid[r + k][c]) is not None and len(cell.text) < 30
            ]
            meaning = next((m for word in reversed(words) for m in _meanings(word)), None)
            if meaning:
                named.setdefault(meaning, []).append(c)
        if (
            "risk" in named
            and ("measure" in named or "step" in named or "level" in named)
            and len(set(map(tuple, named.values()))) >= 2
        ):
            if "step" not in named:
                for other in ("post", "power"):
                    if other in named:
                        named["step"] = named.pop(other)
                        break
            if "step" not in named:
                left = [c for c in range(len(row)) if all(c not in cs for cs in named.values())]
                named["step"] = left[:1]
            return r, r + depth, named
    return None


def heads_in(words: list[str]) -> list[str]:
    """The words among them that can head a column of a map drawn as a table."""
    return [word for word in words if 1 < len(word) <= 16 and _meanings(word)]


def _is_head(cell: Cell | None) -> bool:
    if cell is None or (is_title(cell.text) and not is_caption(cell.text)):
        return False
    return 1 < len(BLANK.sub("", cell.text)) <= 16 and bool(_meanings(BLANK.sub("", cell.text)))


def _meanings(word: str) -> list[str]:
    if re.search("风险", word) and re.search("措施", word) and not word.startswith("风险"):
        return ["measure"]
    if re.search("措施", word):  # 防控措施及责任人 is a column of measures
        return ["measure"]
    if re.search("风险点?(?:等级|级别)?[及和与、]?.*表现形式", word):
        return ["risk"]
    return [meaning for meaning, pattern in _HEADS if pattern.search(word)]


class _Rows:
    def __init__(self, grid: list[list[Cell | None]], columns: dict[str, list[int]], head: int) -> None:
        self.grid, self.columns, self.head = grid, columns, head
        self.maps: list[TableMap] = []
        self.powers: Cell | None = None
        self.step_cell: Cell | None = None
        self.taken: set[tuple[int, int]] = set()

    def read(self, first: int) -> list[TableMap]:
        for row in self.grid[: self.head]:
            self._above(row)
        for row in self.grid[first:]:
            self._row(row)
        return [found for found in self.maps if 0 < len(found.steps) <= MAX_STEPS]

    def _row(self, row: list[Cell | None]) -> None:
        cells = list(dict.fromkeys(cell for cell in row if cell is not None and cell.text.strip()))
        if not cells:
            return
        texts = [cell.text for cell in cells]
        if phones := phones_in(texts):
            self._map().phones |= phones
            return
        if len(cells) == 1 and is_title(cells[0].text):
            self.maps.append(TableMap(None, title=BLANK.sub("", cells[0].text)))
            self.step_cell = None
            return
        if sum(1 for cell in row if _is_head(cell)) >= 3:
            return  # the heading again, on a new page
        self._power(row)
        here = self._step(row)
        if here is not None:
            self.put(row, here)

    def _above(self, row: list[Cell | None]) -> None:
        """A title, an agency or telephones in rows over the heading."""
        texts = list(dict.fromkeys(BLANK.sub("", cell.text) for cell in row if cell is not None and cell.text.strip()))
        if phones := phones_in(texts):
            self._map().phones |= phones
        for text in texts:
            if is_title(text):
                self._map().title = text
            elif agency_of(text):
                self._map().agency = text

    def _map(self) -> TableMap:
        if not self.maps:
            self.maps.append(TableMap(None))
        return self.maps[-1]

    def _power(self, row: list[Cell | None]) -> None:
        cell = self._first(row, "power")
        if cell is not None and cell.text.strip() and cell is not self.powers:
            if self.powers is None and self.maps and self.maps[-1].power is None and not self.maps[-1].steps:
                self.maps[-1].power = BLANK.sub("", cell.text)
            else:
                self.maps.append(TableMap(BLANK.sub("", cell.text)))
            self.powers, self.step_cell = cell, None

    def _first(self, row: list[Cell | None], meaning: str) -> Cell | None:
        return next((row[c] for c in self.columns.get(meaning, []) if c < len(row) and row[c] is not None), None)

    def _step(self, row: list[Cell | None]) -> int | None:
        target, cell = self._map(), self._first(row, "step")
        if cell is not None and cell is not self.step_cell and cell.text.strip():
            label = "\n".join(cell.paragraphs)
            name = re.sub(
                r"^\s*[(（]?(?:\d{1,2}|[一二三四五六七八九十]{1,2}|[①-⑳])[)）.．、]+", "", BLANK.sub("", label)
            )
            content = content_of(cell.paragraphs)
            if not is_step_name(name) and len(name) > 40:
                return None
            self.step_cell = cell
            target.steps.append(FlowStep(name=name or label, label=label, level=content.level, owner=content.owner))
        return len(target.steps) - 1 if target.steps else None

    def put(self, row: list[Cell | None], step: int) -> None:
        """Put the texts of a row at a step."""
        target = self.maps[-1]
        contents = {kind: self._content(row, kind) for kind in ("risk", "measure", "level", "owner")}
        level, owner = _level(contents["level"]), _words(contents["owner"])
        made: list[MapBox] = []
        for kind in ("risk", "measure"):
            for content, cell in contents[kind]:
                key = (cell.row, cell.column)
                if key in self.taken:
                    continue
                self.taken.add(key)
                if kind == "risk" and level:
                    content.level, content.level_said = level, True
                if kind == "measure" and owner:
                    content.owner, content.owner_said = owner, True
                id_ = f"t{cell.row + 1}c{cell.column + 1}"
                made += boxes_from(content, kind, id_=id_, step=step, how="table", confidence=1.0)
        target.boxes += made
        counted = [cell for content, cell in self._content(row, "count")]
        target.counts += [(cell.text, step) for cell in counted if count_of(cell.text)]
        target.counts += [
            (text, step) for kind in ("risk", "level") for content, _ in contents[kind] for text in content.counts
        ]
        if (
            not any(box.kind == "measure" for box in made)
            and owner
            and made
            and all(box.owner is None for box in target.boxes if box.step == step)
        ):
            target.steps[step] = FlowStep(
                target.steps[step].name, target.steps[step].label, target.steps[step].level, owner
            )

    def _content(self, row: list[Cell | None], kind: str) -> list[tuple[Content, Cell]]:
        cells = dict.fromkeys(row[c] for c in self.columns.get(kind, []) if c < len(row))
        return [(content_of(cell.paragraphs), cell) for cell in cells if cell is not None and cell.text.strip()]


def _level(found: list[tuple[Content, Cell]]) -> str | None:
    for content, cell in found:
        bare = BLANK.sub("", cell.text)
        alone = LEVEL_ALONE.match(bare)
        if alone or content.level:
            return alone[1] if alone else content.level
    return None


def _words(found: list[tuple[Content, Cell]]) -> str | None:
    words = [content.owner or "、".join(cell.paragraphs) for content, cell in found]
    return "、".join(word for word in words if word.strip()) or None
