"""The instruments as data (instruments.yaml, instruments/*.yaml): what each says and whence, who approves it, how it is served."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from qingfeng.terms.text import TermError, Text

HERE = Path(__file__).parent
PLACE = re.compile(r"\{\{ ([a-z_0-9]+) \}\}")
TEXT_BLOCKS = ("to", "p", "h", "sign", "note")
BLOCKS = (*TEXT_BLOCKS, "each", "form", "list", "seal")
"""to: addressee; p: paragraph; h: heading; sign: line to sign on; note: small print; each: a paragraph for every item;
form: rows of a framed form; list: a table of goods or papers; seal: agency, date and the place of the seal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSpec:
    """One thing that documents say: its name for people and where it comes from, tried in order (grammar: sources.py)."""

    id: str
    name: Text
    sources: tuple[str | Mapping[str, Any], ...]
    optional: bool = False
    listed: bool = False
    since: str | None = (
        None  # only acts from the last such act on (a|b): what a new notice or a redo made past does not count
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One piece of a document.  content: text, name of a list, rows of a form, or a list's columns; `when`/`unless` name fields."""

    type: str
    content: Any
    when: str | None = None
    unless: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One instrument.  after: acts of which one must have been done, the document's anchor; mark: its word in the number."""

    id: str
    title: Text
    powers: frozenset[str]
    after: tuple[str, ...]
    mark: str | None
    served: bool
    sealed: bool
    rank: int
    copies: tuple[str, ...]
    blocks: tuple[Block, ...]
    fields: Mapping[str, FieldSpec]
    heading: str = ""  # when the title depends on a field
    served_by: tuple[str, ...] = ()  # acts of the procedure that record its service
    or_after: tuple[str, ...] = ()  # in powers that have none of those acts
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # the act must have said one of these

    @property
    def numbered(self) -> bool:
        """True if it is drawn a number when it is issued."""
        return self.mark is not None

    @property
    def names(self) -> frozenset[str]:
        """Every field that its text or a condition names."""
        told = set(PLACE.findall(self.heading))
        for block in self.blocks:
            told |= {n for n in (block.when, block.unless) if n}
            told |= set(PLACE.findall(repr(block.content)))
            if block.type in ("each", "list"):
                told.add(block.content if block.type == "each" else block.content["of"])
        return frozenset(told - {"number"})

    def conditions(self) -> frozenset[str]:
        """Fields that only decide whether something is said: lacking one is an answer."""
        return frozenset(n for block in self.blocks for n in (block.when, block.unless) if n)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A lawful way of service: what proves it (name -> label and type), and after how many days it counts."""

    id: str
    name: Text
    basis: str
    needs: Mapping[str, tuple[Text, str]]
    one_of: tuple[frozenset[str], ...]
    core: frozenset[str]
    served_by: str
    days_after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruments:
    """The whole data file."""

    kinds: Mapping[str, Kind]
    ways: Mapping[str, Way]
    particulars: Mapping[str, Text]  # what an agency says about itself once
    file_first: tuple[str, ...]  # kinds that stand first in a case file
    answers: Mapping[str, str] = field(default_factory=dict)  # words for the short answers of checklists
    raw: Mapping[str, Any] = field(default_factory=dict)

    def of_power(self, power_kind: str) -> list[Kind]:
        """Return the instruments of a kind of power, in the order of the file."""
        return [kind for kind in self.kinds.values() if power_kind in kind.powers]


@cache
def instruments() -> Instruments:
    """Return the shipped instruments.  Raises TermError when the data file is faulty: an assertion of ours, tested."""
    import yaml  # noqa: PLC0415  slow to import, and only documents need it

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast, where PyYAML was built with it
    first, *more = (yaml.load(path.read_text(encoding="utf-8"), loader) for path in data_files())
    return built(merged(first, more))


def data_files() -> list[Path]:
    """Return the data files in the order in which they count: the general one, then one for each family of powers."""
    return [HERE / "instruments.yaml", *sorted((HERE / "instruments").glob("*.yaml"))]


def merged(first: Mapping[str, Any], more: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return one body of data.  Raises TermError when two files say the same name."""
    raw = {
        **first,
        "fields": dict(first["fields"]),
        "kinds": dict(first["kinds"]),
        "file": {"first": list(first["file"]["first"])},
    }
    for data in more:
        for part in ("fields", "kinds"):
            twice = raw[part].keys() & data.get(part, {}).keys()
            if twice:
                raise TermError(
                    Text(zh=f"文书数据重名：{'、'.join(sorted(twice))}", en=f"said twice: {', '.join(sorted(twice))}")
                )
            raw[part].update(data.get(part, {}))
        raw["file"]["first"] += data.get("file", {}).get("first", [])
    return raw


def built(raw: Mapping[str, Any]) -> Instruments:
    """Return instruments from plain data.  Raises TermError with every fault."""
    shared = {name: _field(name, spec) for name, spec in raw["fields"].items()}
    kinds = {name: _kind(name, spec, shared) for name, spec in raw["kinds"].items()}
    faults = [fault for kind in kinds.values() for fault in _faults(kind)]
    if faults:
        raise TermError(Text(zh="文书数据有误：" + "；".join(faults), en="faulty document data: " + "; ".join(faults)))
    return Instruments(
        kinds=kinds,
        ways={name: _way(name, spec) for name, spec in raw["service"].items()},
        particulars={name: Text.of(spec) for name, spec in raw["particulars"].items()},
        file_first=tuple(raw["file"]["first"]),
        answers=dict(raw.get("answers", {})),
        raw=raw,
    )


def _field(name: str, spec: Mapping[str, Any]) -> FieldSpec:
    sources = spec["from"] if isinstance(spec["from"], list) else [spec["from"]]
    listed = bool(spec.get("list")) or any(isinstance(s, Mapping) and "all" in s for s in sources)
    return FieldSpec(id=name, name=Text(zh=spec["zh"], en=spec["en"]), sources=tuple(sources), listed=listed,
                     optional=bool(spec.get("optional")), since=spec.get("since"))  # fmt: skip


def _kind(name: str, spec: Mapping[str, Any], shared: Mapping[str, FieldSpec]) -> Kind:
    own = {n: _field(n, s) for n, s in spec.get("fields", {}).items()}
    served = bool(spec.get("served"))
    return Kind(
        id=name,
        title=Text(zh=spec["zh"], en=spec["en"]),
        powers=frozenset(spec["powers"]),
        after=tuple(spec.get("after", ())),
        mark=spec.get("mark"),
        served=served,
        sealed=bool(spec.get("sealed", served)),
        rank=int(spec.get("rank", 3 if served else 2)),
        copies=tuple(spec.get("copies", ())),
        blocks=tuple(_block(block) for block in spec["body"]),
        fields={**shared, **own},
        heading=spec.get("heading", ""),
        served_by=tuple(spec.get("served_by", ())),
        or_after=tuple(spec.get("or_after", ())),
        where={name: tuple(values) for name, values in spec.get("where", {}).items()},
    )


def _block(spec: Mapping[str, Any]) -> Block:
    (kind,) = [key for key in spec if key not in ("when", "unless")]
    return Block(type=kind, content=spec[kind], when=spec.get("when"), unless=spec.get("unless"))


def _way(name: str, spec: Mapping[str, Any]) -> Way:
    needs = {n: (Text(zh=s["zh"], en=s["en"]), s.get("type", "text")) for n, s in spec["needs"].items()}
    return Way(
        id=name,
        name=Text(zh=spec["zh"], en=spec["en"]),
        basis=spec["basis"],
        needs=needs,
        core=frozenset(spec["core"]),
        served_by=spec["served_by"],
        one_of=tuple(frozenset(group) for group in spec.get("one_of", ())),
        days_after=int(spec.get("days_after", 0)),
    )


def _faults(kind: Kind) -> Iterator[str]:
    for name in sorted(kind.names - kind.fields.keys()):
        yield f"{kind.id}: 没有字段 no field {name}"
    for block in kind.blocks:
        if block.type not in BLOCKS:
            yield f"{kind.id}: 不认识 unknown {block.type}"
        if block.type == "form" and any(len(row) not in (1, 2, 3, 4) for row in block.content):
            yield f"{kind.id}: 表格行应有一至四格 a row of a form has one to four cells"
        lists = block.content if block.type == "each" else block.content["of"] if block.type == "list" else None
        if lists is not None and lists in kind.fields and not kind.fields[lists].listed:
            yield f"{kind.id}: {lists} 不是清单 is no list"


def rows_of(block: Block) -> Sequence[Sequence[str]]:
    """Return the rows of a form."""
    assert block.type == "form"
    rows: Sequence[Sequence[str]] = block.content
    return rows
