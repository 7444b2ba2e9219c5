"""What stands on a map, before anything is placed: the boxes of a power in the order of its course, as plain data.

The words are those of the map, verbatim and Chinese.  Three uses share it: the map as it is, two versions on one
drawing (`versions`), and the map with what was found (`with_findings`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Any

from qingfeng.catalogue.power import Measure, PowerVersion, Risk, Step
from qingfeng.ledger.canonical import canonical

from .turns import Turn, turns_of

WHOLE = "whole_process"
RISKS_HEAD, STEPS_HEAD, MEASURES_HEAD = "风险点等级及表现形式", "工作流程", "防控措施及责任人"
SUBJECT = "行政职权廉政风险防控图"
UNSAID = "未标注"
"""Printed where the map names no level or no owner: a gap is shown, never filled."""


class Mark(StrEnum):
    """How a thing of the newer version stands to the older one."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


SIGNS: Mapping[Mark, str] = {Mark.ADDED: "＋新增", Mark.REMOVED: "－删去", Mark.CHANGED: "△改动"}
"""The sign and the word of a mark: colour alone tells nothing on a black-and-white printer or to a colour-blind reader."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One risk or one measure.  number: its place in its list from 1; was: its words in the older version when they changed."""

    number: int
    text: str
    mark: Mark = Mark.SAME
    was: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One step with what stands beside it.  number: from 1, 0 for the boxes of the whole process.

    rank: place of the level in the scheme from 0, None when the map has none or one that the scheme does not know.
    findings: how many were found at this step, None on a map that shows none.
    """

    id: str
    number: int
    name: str
    label: str
    level: str | None = None
    rank: int | None = None
    owner: str | None = None
    risks: tuple[Item, ...] = ()
    measures: tuple[Item, ...] = ()
    turns: tuple[Turn, ...] = ()
    findings: int | None = None
    mark: Mark = Mark.SAME
    was: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """True for the boxes that belong to the whole process and to no step."""
        return self.number == 0

    def number_in(self, sheet: Sheet) -> int:
        """Return its place among the steps of a sheet, from 1; on a drawing of two versions it differs from its number."""
        return next(place for place, block in enumerate(sheet.steps, 1) if block.id == self.id)

    @property
    def has_risks(self) -> bool:
        """True if there is a risk box to draw."""
        return bool(self.risks) or self.level is not None

    @property
    def has_measures(self) -> bool:
        """True if there is a measure box to draw."""
        return bool(self.measures) or self.owner is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A whole map.  links: caption and address of what the QR codes open; digest: SHA-256 of the version as published, hex."""

    power: str
    title: str
    agency: str | None
    version: str
    blocks: tuple[Block, ...]
    scheme: tuple[str, ...] = ()
    service_phone: str = ""
    supervision_phone: str = ""
    notes: tuple[str, ...] = ()
    older: str | None = None
    as_of: date | None = None
    digest: str | None = None
    links: tuple[tuple[str, str], ...] = ()

    @property
    def heading(self) -> str:
        """The title as it is printed."""
        return f"{SUBJECT}（{self.title}）"

    @property
    def steps(self) -> tuple[Block, ...]:
        """The steps of the course, without the boxes of the whole process."""
        return tuple(block for block in self.blocks if not block.whole)


def sheet_of(version: PowerVersion, *, turns: bool = True, verbatim: bool = False, links: Sequence[tuple[str, str]] = ()) -> Sheet:
    """Return the map of a version.  links: see `Sheet`.

    turns: with the branches and returns of the procedure; verbatim: steps are named as the source writes them, blanks and all.
    """
    head: Mapping[str, Any] = version.document["power"]
    phones: Mapping[str, str] = head.get("phones") or {}
    agency = head.get("agency")
    ways, notes = turns_of(version) if turns else ({}, ())
    blocks = [_block(version, step, place + 1, ways.get(step.id, ())) for place, step in enumerate(version.steps)]
    whole = version.whole_process
    if whole.risks or whole.measures:
        owner = whole.owner.source if whole.owner is not None else None
        blocks.insert(0, Block(id=WHOLE, number=0, name="全过程", label="全过程", owner=owner,
                               risks=_items(whole.risks), measures=_items(whole.measures)))  # fmt: skip
    if verbatim:
        blocks = [replace(block, name=block.label) for block in blocks]
    return Sheet(
        power=version.power, title=version.title.zh, agency=agency["zh"] if agency else None, version=version.version,
        blocks=tuple(blocks), scheme=version.level_scheme, service_phone=phones.get("service", ""),
        supervision_phone=phones.get("supervision", ""), notes=notes, links=tuple(links),
        digest=sha256(canonical(version.document)).hexdigest())  # fmt: skip


def with_findings(sheet: Sheet, found: Mapping[str, int], as_of: date) -> Sheet:
    """Return the map with how many findings stand at each step (id -> count; absent is none) on a day."""
    blocks = tuple(replace(block, findings=found.get(block.id, 0)) for block in sheet.blocks)
    return replace(sheet, blocks=blocks, as_of=as_of)


def rank_of(level: str | None, scheme: Sequence[str]) -> int | None:
    """Return the place of a level in its scheme, from 0 for the lowest."""
    return scheme.index(level) if level in scheme else None


def tone_of(rank: int | None, scheme: Sequence[str]) -> str:
    """Return how strongly a level is shown: the highest hi, the lowest lo, what lies between mi, a missing one none."""
    if rank is None:
        return "none"
    return "hi" if rank == len(scheme) - 1 else "lo" if rank == 0 else "mi"


def _block(version: PowerVersion, step: Step, number: int, turns: tuple[Turn, ...]) -> Block:
    return Block(
        id=step.id, number=number, name=step.name.zh, label=step.label or step.name.zh, level=step.level,
        rank=rank_of(step.level, version.level_scheme), owner=step.owner.source if step.owner is not None else None,
        risks=_items(step.risks), measures=_items(step.measures), turns=turns)  # fmt: skip


def _items(things: Sequence[Risk | Measure]) -> tuple[Item, ...]:
    return tuple(Item(number=place, text=one.text) for place, one in enumerate(things, 1))
