"""Filling an instrument from the events of a case: every word has a source, and what lacks one is told, never left blank.

The hash is that of the canonical text: all lines of the document in order, blank ones dropped, with a fixed mark where
its number stands.  So one hash holds from approval to service, though the number is drawn in between.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from qingfeng.catalogue.power import ActWord, PowerVersion
from qingfeng.engine.case import Case
from qingfeng.engine.event import ACT, Event
from qingfeng.terms.calendar import WorkCalendar
from qingfeng.terms.instants import local_day
from qingfeng.terms.people import People
from qingfeng.terms.text import Text

from .kinds import PLACE, Block, Instruments, Kind, instruments, rows_of
from .sources import Erased, Value, View, look_up, suppliers
from .wording import day_words

NUMBER_MARK = "〔文号〕"
UNNUMBERED = "（文号待编）"
SEAL_PLACE = "（印章）"
Shown = dict[str, Any]
"""A filled block: {"type", …} as the printers read it."""


class Unfilled(Exception):
    """A document that cannot be made; says of every lack which act must supply it."""

    def __init__(self, title: Text, lacks: Sequence[Text]) -> None:
        zh = f"《{title.zh}》不能制作：" + "；".join(lack.zh for lack in lacks) + "。"
        en = f"{title.en} cannot be made: " + "; ".join(lack.en for lack in lacks) + "."
        super().__init__(en)
        self.message, self.lacks = Text(zh=zh, en=en), tuple(lacks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A filled instrument.  hash: SHA-256 of its canonical text, hex; number None: not issued yet."""

    kind: Kind
    title: str
    number: str | None
    agency: str
    case: str
    fields: Mapping[str, Value]
    blocks: tuple[Shown, ...]
    text: str
    hash: str
    anchor: int

    @property
    def code(self) -> str:
        """The short hash that stands in the footer: 16 hex digits in groups."""
        return grouped(self.hash)


def fill(
    case: Case, kind: str, *, agency: Mapping[str, Any], people: People, calendar: WorkCalendar, number: str | None = None,
    numbers: Mapping[str, str] | None = None, given: Mapping[str, Any] | None = None, anchor: int | Event | None = None,
) -> Document:  # fmt: skip
    """Return a document as the case's events say it.

    anchor: number of the act on which it rests (the last fitting one by default), or an act not recorded yet (a draft).
    given: what no event says.  Raises Unfilled.
    """
    known = instruments()
    what = kind_named(known, kind)
    event = anchor if isinstance(anchor, Event) else anchor_of(case, what, anchor)
    if event is None:
        raise Unfilled(what.title, [_no_anchor(case.version, what)])
    view = View(
        case=case,
        anchor=event,
        people=people,
        agency=agency,
        calendar=calendar,
        numbers=numbers or {},
        given=given or {},
    )
    return composed(what, _fields(known, view, what), number=number or _typed_number(event), agency=str(agency.get("name") or ""),
                    case=case.id, anchor=event.seq)  # fmt: skip


def composed(
    kind: Kind, fields: Mapping[str, Value], *, number: str | None, agency: str, case: str, anchor: int
) -> Document:
    """Return the document that these fields make: at filling, and again whenever it is printed from the record."""
    title = _put(kind.heading, fields) if kind.heading else kind.title.zh
    blocks = tuple(_shown(kind, block, fields, agency) for block in kind.blocks if _said(block, fields))
    lines = [
        agency,
        title,
        *([NUMBER_MARK] if kind.numbered else []),
        *(line for block in blocks for line in lines_of(block)),
    ]
    text = canonical_text(lines)
    return Document(kind=kind, title=title, number=number if kind.numbered else None, agency=agency, case=case, fields=dict(fields),
                    blocks=blocks, text=text, hash=hash_of(text), anchor=anchor)  # fmt: skip


def footer_line(document: Document, copy: str | None = None) -> str:
    """Return the small line at the foot: number or case, short hash, which copy."""
    parts = [
        document.number or (UNNUMBERED if document.kind.numbered else document.case),
        f"校验码 {document.code}",
        *([copy] if copy else []),
    ]
    return "　".join(parts)


def grouped(digest: str) -> str:
    """Return the first 16 hex digits of a hash in groups of four, as people compare them."""
    return "-".join(digest[i : i + 4] for i in range(0, 16, 4))


def canonical_text(lines: Sequence[str]) -> str:
    """Return the text that is hashed: lines without blanks at their ends, empty ones dropped."""
    return "\n".join(line.strip() for line in lines if line.strip()) + "\n"


def hash_of(text: str) -> str:
    """Return the SHA-256 of a canonical text, hex."""
    return sha256(text.encode("utf-8")).hexdigest()


def kind_named(known: Instruments, kind: str) -> Kind:
    """Return an instrument by id or by its Chinese title.  Raises Unfilled."""
    found = known.kinds.get(kind) or next((k for k in known.kinds.values() if k.title.zh == kind), None)
    if found is None:
        listed = "、".join(f"{k.id}（{k.title.zh}）" for k in known.kinds.values())
        raise Unfilled(
            Text(zh=kind[:50], en=kind[:50]),
            [Text(zh=f"没有这种文书；现有：{listed}", en=f"there are {', '.join(known.kinds)}")],
        )
    return found


def anchor_of(case: Case, kind: Kind, seq: int | None = None) -> Event | None:
    """Return the act on which a document rests: the given one, or the last fitting one that was not superseded by a return."""
    fitting = anchors_of(case, kind) if kind.after else [e for e in case.events if e.kind == ACT]
    if seq is not None:
        return next((e for e in fitting if e.seq == seq), None)
    return fitting[-1] if fitting else None


def anchors_of(case: Case, kind: Kind) -> list[Event]:
    """Return every act that gives rise to such a document."""
    acts = acts_of(case.version, kind)
    return [e for e in case.events if e.kind == ACT and e.act in acts and says_so(kind, e)]


def acts_of(version: PowerVersion, kind: Kind) -> tuple[str, ...]:
    """Return the acts of a power that give rise to such a document."""
    here = {row.act for row in version.procedure.rows}
    return kind.after if here & set(kind.after) else kind.or_after


def says_so(kind: Kind, event: Event) -> bool:
    """True if an act says what gives rise to such a document: a decision to refuse gives none to grant."""
    return all(str(event.data.get(name)) in said for name, said in kind.where.items())


def _no_anchor(version: PowerVersion, kind: Kind) -> Text:
    here = {row.act: row.word for row in version.procedure.rows if row.act in acts_of(version, kind)}
    if not here:
        return Text(zh="本职权的办理程序中没有产生它的动作", en="this power has no act that gives rise to it")
    zh = "或".join(f"“{word.name.zh}”（{act}）" for act, word in here.items())
    en = " or ".join(f"“{word.name.en}” ({act})" for act, word in here.items())
    said = [_answer(here.values(), name, values) for name, values in kind.where.items()]
    return Text(zh=f"请先办理{zh}" + (f"，写明{'，'.join(one.zh for one in said)}" if said else ""),
                en=f"first do {en}" + (f" with {', '.join(one.en for one in said)}" if said else ""))  # fmt: skip


def _answer(words: Iterable[ActWord], name: str, values: Sequence[str]) -> Text:
    """Return in words which answers an act has to give: the field and the choices that it has, with their ids behind them."""
    field = next((f for word in words for f in word.fields if f.id == name), None)
    if field is None:
        return Text(zh=f"{name}={'|'.join(values)}", en=f"{name}={'|'.join(values)}")
    told = [field.choices.get(value, Text(zh=value, en=value)) for value in values]
    return Text(zh=f"{field.name.zh}为{'或'.join(one.zh for one in told)}（{'、'.join((name, *values))}）",
                en=f"{field.name.en}: {' or '.join(one.en for one in told)} ({', '.join((name, *values))})")  # fmt: skip


def _typed_number(event: Event) -> str | None:
    """Return the number that the act itself names, for papers that were issued outside this program."""
    said = event.data.get("document_no")
    return str(said) if said else None


def _fields(known: Instruments, view: View, kind: Kind) -> dict[str, Value]:
    values: dict[str, Value] = {"made_on": day_words(local_day(view.anchor.at))}
    lacks: list[Text] = []
    conditions = kind.conditions()
    for name in sorted(kind.names):
        spec = kind.fields[name]
        try:
            value = look_up(view, spec)
        except Erased as gone:
            lacks.append(
                Text(zh=f"“{spec.name.zh}”已依法清除（{gone.act}）", en=f"{spec.name.en} was erased ({gone.act})")
            )
            continue
        if value is not None:
            values[name] = _clean(value)
        elif not (spec.optional or name in conditions):
            who = suppliers(view.version, spec, known.particulars)
            lacks.append(Text(zh=f"缺少“{spec.name.zh}”，请{who.zh}", en=f"{spec.name.en} is missing: {who.en}"))
    for block in kind.blocks:  # what is said only under a condition may be lacking only while nothing is said
        if _said(block, values):
            for name in sorted(_places(block) - values.keys() - {"number"}):
                spec = kind.fields[name]
                if spec.optional or name in conditions:
                    who = suppliers(view.version, spec, known.particulars)
                    lacks.append(
                        Text(zh=f"缺少“{spec.name.zh}”，请{who.zh}", en=f"{spec.name.en} is missing: {who.en}")
                    )
    if lacks:
        raise Unfilled(kind.title, list(dict.fromkeys(lacks)))
    return values


def _clean(value: Value) -> Value:
    """Return a value without tabs, which each printer sets differently, and without its last stop: the sentence around it ends."""
    if isinstance(value, list):
        return [item.replace("\t", "　").replace("\n", "　") for item in value]
    lines = [line.strip() for line in value.replace("\t", "　").split("\n") if line.strip()]
    return "\n".join(lines).rstrip("。；;.") or value


def _places(block: Block) -> set[str]:
    if block.type == "each":
        return {block.content}
    if block.type == "list":
        return {block.content["of"]}
    return set(PLACE.findall(repr(block.content)))


def _said(block: Block, fields: Mapping[str, Value]) -> bool:
    return (block.when is None or bool(fields.get(block.when))) and not (block.unless and fields.get(block.unless))


def _put(text: str, fields: Mapping[str, Value]) -> str:
    def word(name: str) -> str:
        value = fields[name]
        return "、".join(value) if isinstance(value, list) else value

    return PLACE.sub(lambda m: word(m[1]), text)


def _shown(kind: Kind, block: Block, fields: Mapping[str, Value], agency: str) -> Shown:
    match block.type:
        case "each":
            return {"type": "each", "items": list(fields[block.content])}
        case "form":
            return {"type": "form", "rows": [[_put(cell, fields) for cell in row] for row in rows_of(block)]}
        case "list":
            items = fields[block.content["of"]]
            columns: Mapping[str, str] = block.content["columns"]
            rows = [[_cell(name, n, item) for name in columns] for n, item in enumerate(items, 1)]
            return {
                "type": "list",
                "of": block.content["of"],
                "head": list(columns.values()),
                "names": list(columns),
                "rows": rows,
            }
        case "seal":
            return {"type": "seal", "agency": agency, "day": _put(block.content, fields), "place": SEAL_PLACE}
    return {"type": block.type, "text": _put(block.content, fields)}


def _cell(name: str, n: int, item: str) -> str:
    """An item may hold several cells, parted by |; a column beyond them says that there is nothing."""
    if name == "n":
        return str(n)
    parts = item.split("|")
    place = {"text": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4}[name]
    return parts[place].strip() or "—" if place < len(parts) else "—"


def lines_of(block: Shown) -> Iterator[str]:
    """Yield the lines of a filled block, in the order in which every printer sets them."""
    match block["type"]:
        case "each":
            yield from block["items"]
        case "form":
            yield from (line for row in block["rows"] for cell in row for line in cell.split("\n"))
        case "list":
            yield from block["head"]
            yield from (cell for row in block["rows"] for cell in row)
        case "seal":
            yield from (block["agency"], block["place"], block["day"])
        case _:
            yield from block["text"].split("\n")
