"""Everything derived again from bytes: records, outbox, places, entries, tiles, head, witnesses; what is wrong is named, with its place.

Nothing is believed but the log's public key, the witnesses' checkpoints and arithmetic.  Reads only.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from qingfeng.casework.ports import ReadTx, Store, StoredEvent, StoreError
from qingfeng.ledger.checkpoint import Checkpoint, checkpoint_in
from qingfeng.ledger.entry import broken, untidy
from qingfeng.ledger.merkle import Hash, leaf_hash, root_of, sha_256
from qingfeng.ledger.note import BadNote, Note, Verifier
from qingfeng.ledger.succession import Retired, opened_head
from qingfeng.ledger.tiles import HEIGHT, WIDTH, BadTile, Tile, Tree, hashes, unbundled, width_in
from qingfeng.terms.text import Text

from .erasure import erasures
from .faults import LogTrouble
from .folder import LogFolder
from .gap import STREAM, Gap, gaps
from .head import HeadFile
from .order import Order
from .promise import WITHIN, Promise

Progress = Callable[[int, int], None]
"""Told how many of how many entries have been looked at."""
MAX_PENDING = 1_000_000
"""Pending records compared at most: beyond that the sequencer has not run for days, which its own page says."""
MOST = 1_000
"""Wrong things named before the rest is only counted: a report that a person can read."""
_FAR = 1 << 62
_decode = json.JSONDecoder().decode


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that cannot be as it should.  kind: a word for programs; where: stream and number, a path, or a place in the log."""

    kind: str
    where: str
    message: Text


@dataclass(frozen=True, slots=True)
class Audited:
    """What an audit found.  size: entries of the head; looked: entries compared; more: wrong things beyond those named;
    gaps: entries without a record that two administrators have explained, which everybody who checks is told of."""

    size: int
    looked: int
    wrong: tuple[Wrong, ...]
    more: int = 0
    pending: int = 0
    gaps: tuple[Gap, ...] = ()


@dataclass
class Audit:
    """One audit.  key: the log's public key; witnessed: checkpoints that witnesses cosigned, as notes, each checked beforehand;
    promises: what answers to commands have promised, each checked beforehand; order: what is known of clocks."""

    store: Store
    folder: LogFolder
    head: HeadFile
    key: Verifier
    witnessed: Sequence[tuple[str, Note]] = ()
    digest: Hash = sha_256
    promises: Sequence[tuple[str, Promise]] = ()
    progress: Progress = lambda done, total: None
    retired: tuple[Retired, ...] = ()
    order: Order = field(default_factory=Order)
    _wrong: list[Wrong] = field(default_factory=list)
    _more: int = 0
    _gaps: tuple[Gap, ...] = ()
    _met: set[bytes] = field(default_factory=set)
    _erased: frozenset[tuple[str, int]] = frozenset()

    def run(self, *, since: int = 0) -> Audited:
        """Look at everything; entries before `since` are only hashed into the tree, not compared with records.  Raises StoreError."""
        with self.store.read() as look:
            head = self._head()
            size = head.size if head else 0
            root = self._tree(size)
            if head is not None and root is not None and root != head.root:
                self._say("root", "checkpoint", "各条记录连起来与已签名的日志头不符：日志被整体改写过", "the entries together are not what the head "
                          "signs: the log was rewritten")  # fmt: skip
            self._witnesses(size)
            for name, why in self.order.clocks():
                self._say("clock", name, why.zh, why.en)
            self._gaps = self._explained(look, size)
            self._erased = self._approved(look)
            self._promised(look)
            looked = self._records(look, size, since)
            pending = self._outside(look, size)
        return Audited(size, looked, tuple(self._wrong), self._more, pending, self._gaps)

    def _say(self, kind: str, where: str, zh: str, en: str) -> None:
        if len(self._wrong) >= MOST:
            self._more += 1
        else:
            self._wrong.append(Wrong(kind, where, Text(zh=f"{where}：{zh}", en=f"{where}: {en}")))

    def _head(self) -> Checkpoint | None:
        try:
            text = self.head.read()
            if text is None:
                self._say("head", "checkpoint", "找不到日志头", "there is no head")
                return None
            return opened_head(text, key=self.key, retired=self.retired, digest=self.digest)[0]
        except BadNote as error:
            self._say(
                "head",
                "checkpoint",
                f"日志头不是用日志的密钥签的，或者已损坏（{error}）",
                f"not signed by the log's key, or damaged: {error}",
            )
        except LogTrouble as error:
            self._say("head", "checkpoint", error.text.zh, error.text.en)
        return None

    def _tree(self, size: int) -> bytes | None:
        """Compare entries with the leaves' tiles and every tile with the one above; return the root that they make, None if a part of them
        cannot be read.  Remembers which promised leaves it has met; keeps one hash of 256 leaves, so that a large log fits into memory."""
        wanted = {one.leaf for _, one in self.promises}
        blocks: list[bytes | None] = []
        for index in range((size + WIDTH - 1) // WIDTH):
            leaves = self._leaves(index, width_in(0, index, size))
            self._met.update(wanted.intersection(leaves or ()))
            blocks.append(root_of(leaves, self.digest) if leaves is not None else None)
        root = _root(blocks, self.digest)
        level, below = 1, blocks[: size >> HEIGHT]
        while below:
            parts = [below[at : at + WIDTH] for at in range(0, len(below), WIDTH)]
            for index, part in enumerate(parts):
                tile = Tile(level, index, len(part))
                held = self._hashes(tile)
                if held is not None and any(one is not None and one != other for one, other in zip(part, held, strict=True)):
                    self._say("tile", tile.path, "与下一层不符：瓦片被换过", "it is not what the level below makes: the tile was replaced")
            below = [_root(part, self.digest) for part in parts if len(part) == WIDTH]
            level += 1
        return root

    def _leaves(self, index: int, width: int) -> list[bytes] | None:
        """Return the hashes of leaves, of the entries where they can be read, compared with their tile."""
        held = self._hashes(Tile(0, index, width))
        entries = self._entries(Tile(-1, index, width))
        if entries is None:
            return held
        made = [leaf_hash(one, self.digest) for one in entries]
        for place, (one, other) in enumerate(zip(held or made, made, strict=True), start=index * WIDTH):
            if one != other:
                self._say("entry", f"entry {place}", "条目与树上的散列不符：条目或瓦片被换过", "it is not what its tile hashes: the entry or the "
                          "tile was replaced")  # fmt: skip
        return made

    def _hashes(self, tile: Tile) -> list[bytes] | None:
        try:
            return hashes(self.folder.read(tile), tile.width)
        except (BadTile, LogTrouble) as error:
            self._say("tile", tile.path, f"缺失或长度不对（{_why(error).zh}）", f"missing or of a wrong length: {_why(error).en}")
            return None

    def _entries(self, tile: Tile) -> list[bytes] | None:
        try:
            return unbundled(self.folder.read(tile), tile.width)
        except (BadTile, LogTrouble) as error:
            self._say("tile", tile.path, f"缺失或读不出（{_why(error).zh}）", f"missing or unreadable: {_why(error).en}")
            return None

    def _witnesses(self, size: int) -> None:
        for name, note in self.witnessed:
            try:
                seen = checkpoint_in(note.text, self.digest)
                if seen.origin != self.key.name:
                    continue
                if seen.size > size:
                    self._say("witness", name, f"见证过 {seen.size} 条，现在的日志只有 {size} 条：日志被截短或恢复过旧的", f"has cosigned {seen.size} "
                              f"entries, the log has {size}: it was cut or put back")  # fmt: skip
                elif Tree(self.folder.read, seen.size, self.digest).root() != seen.root:
                    self._say("witness", name, f"所见证的前 {seen.size} 条与现在的日志不同：日志在见证之后被改写", f"the first {seen.size} entries it "
                              "cosigned are not those of the log now: rewritten since")  # fmt: skip
            except (BadNote, BadTile, LogTrouble) as error:
                self._say("witness", name, f"见证无法核对（{_why(error).zh}）", f"cannot be compared: {_why(error).en}")

    def _explained(self, look: ReadTx, size: int) -> tuple[Gap, ...]:
        """Return the gaps that were explained; an explanation of another log explains nothing."""
        good = []
        try:
            told = gaps(look)
        except StoreError as error:
            self._say("fields", STREAM, error.message.zh, error.message.en)
            return ()
        for gap in told:
            if gap.by == gap.confirmed_by:
                self._say("gap", f"{STREAM}#{gap.seq}", "缺口说明由同一人提出和确认", "its explanation was proposed and confirmed by one person")
            try:
                fits = gap.size <= size and b64encode(Tree(self.folder.read, gap.size, self.digest).root()).decode() == gap.root
            except (BadTile, LogTrouble):
                fits = False
            if fits:
                good.append(gap)
            else:
                self._say("gap", f"{STREAM}#{gap.seq}", "缺口说明所写的日志不是现在这一份", "the log that it explains a gap of is not this one")
        return tuple(good)

    def _approved(self, look: ReadTx) -> frozenset[tuple[str, int]]:
        """Return the records whose personal contents two administrators have let be emptied."""
        try:
            return frozenset((one.stream, one.seq) for one in erasures(look))
        except StoreError as error:
            self._say("fields", STREAM, error.message.zh, error.message.en)
            return frozenset()

    def _promised(self, look: ReadTx) -> None:
        """Compare what was promised with the log, and with what is pending."""
        for name, one in self.promises:
            if one.leaf in self._met:
                continue
            row = look.events_at([(one.stream, one.seq)]).get((one.stream, one.seq))
            if row is not None and look.place(one.stream, one.seq) is None and leaf_hash(row.entry, self.digest) == one.leaf:
                latest = max((*(seen.seconds for seen in self.order.seen), self.order.now or 0))
                if latest > one.seconds + WITHIN:
                    self._say("promise", f"{one.stream}#{one.seq} [{name}]", "日志曾签字承诺记入这一条，过了一天还没有：被人压着不入日志",
                              "promised in writing, and a day later the log does not hold this record: it is held back")  # fmt: skip
                continue
            what = (f"{row.stream}#{row.seq} 现在是另一条记录", f"{row.stream}#{row.seq} is another record now") if row else (
                f"{one.stream}#{one.seq} 不见了", f"{one.stream}#{one.seq} is gone")  # fmt: skip
            self._say("promise", f"{one.stream}#{one.seq} [{name}]", f"日志曾签字承诺记入这一条，日志里却没有：{what[0]}",
                      f"the log has promised in writing to hold this record, and does not: {what[1]}")  # fmt: skip

    def _records(self, look: ReadTx, size: int, since: int) -> int:
        """Compare the log's entries with the store's records, and each record's fields with its commitments."""
        done = 0
        for index in range(since // WIDTH, (size + WIDTH - 1) // WIDTH):
            entries = self._quiet(Tile(-1, index, width_in(-1, index, size)))
            first = index * WIDTH
            rows = dict(look.logged(first, limit=WIDTH))
            for place, entry in enumerate(entries, start=first):
                if place >= since:
                    self._one(place, entry, rows.get(place), look)
                    done += 1
            self.progress(min(size, first + WIDTH), size)
        return done

    def _one(self, place: int, entry: bytes, row: StoredEvent | None, look: ReadTx) -> None:
        said = _envelope(entry)
        where = f"{said.get('stream', '?')}#{said.get('seq', '?')} [entry {place}]"
        if row is None and any(gap.first <= place < gap.size for gap in self._gaps):
            return  # told with the gaps; its number is given again
        for kind, why in self.order.look(place, said):
            self._say(kind, where, why.zh, why.en)
        if row is None:
            held = look.events_at([(str(said.get("stream")), int(said.get("seq", 0)))])
            if any(one.entry == entry for one in held.values()):
                self._say(
                    "place",
                    where,
                    "记录还在，日志位置的登记被改过",
                    "the record is there, its place in the log was changed",
                )
            else:
                self._say(
                    "missing",
                    where,
                    f"日志里有、数据库里没有：记录被删或被换（动作 {said.get('act', '?')}，{said.get('at', '?')}）",
                    f"in the log but not in the store: removed or replaced (act {said.get('act', '?')}, {said.get('at', '?')})",
                )
            return
        if row.entry != entry:
            self._say(
                "altered",
                where,
                "数据库里的条目与日志不同：记录被改过",
                "the store holds another entry than the log: the record was altered",
            )
        elif (row.stream, row.seq) != (said.get("stream"), said.get("seq")):
            self._say(
                "moved",
                where,
                f"数据库里记在 {row.stream}#{row.seq} 名下：记录被挪过",
                f"the store has it as {row.stream}#{row.seq}: it was moved",
            )
        else:
            self._fields(where, row)

    def _fields(self, where: str, row: StoredEvent) -> None:
        try:
            wrong = broken(row.entry, row.opening, row.private) or untidy(row.opening, row.private)
            lost, empty = unopened(row), emptied(row)
        except (ValueError, KeyError, TypeError, AttributeError):
            self._say("fields", where, "内容已损坏，读不出", "its contents are damaged")
            return
        if wrong:
            self._say(
                "fields", where, f"内容被改过：{'、'.join(wrong)}", f"its contents were changed: {', '.join(wrong)}"
            )
        if lost:
            self._say("fields", where, f"不可删除的内容不见了：{'、'.join(lost)}", f"contents that are never erased are gone: {', '.join(lost)}")
        if empty and not lost and (row.stream, row.seq) not in self._erased:
            self._say("erased", where, f"内容被清空，日志里没有两名管理员的批准：{'、'.join(empty)}",
                      f"its contents were emptied, and the log holds no approval of two administrators: {', '.join(empty)}")  # fmt: skip

    def _quiet(self, tile: Tile) -> list[bytes]:
        try:
            return unbundled(self.folder.read(tile), tile.width)
        except (BadTile, LogTrouble):
            return []  # said already, with the tree

    def _outside(self, look: ReadTx, size: int) -> int:
        """Look at the records that are not in the log: each must be pending; and every stream without holes.
        Return how many are pending."""
        for place, row in look.logged(-_FAR, limit=_FAR):
            self._say("place", f"{row.stream}#{row.seq}", f"登记在日志以外的位置 {place}：冒充已入日志", f"noted at place {place}, which no log has")
        if look.log_size() > size:
            self._say(
                "place",
                "logged",
                f"登记到第 {look.log_size()} 条，日志只有 {size} 条",
                f"{look.log_size()} are noted, the log has {size}",
            )
        for stream, count, last in look.holes():
            self._say("hole", stream, f"最后一条是第 {last} 条，却只有 {count} 条：中间有记录被抽走", f"its last number is {last}, but there are "
                      f"{count}: records between were taken away")  # fmt: skip
        pending, after, waiting = set(look.outbox(limit=MAX_PENDING)), -_FAR, 0
        whole = len(pending) < MAX_PENDING
        while rows := look.unlogged(after=after):
            for row in rows:
                where = f"{row.stream}#{row.seq}"
                if row.position in pending:
                    waiting += 1
                elif whole:
                    self._say("kept_out", where, "既不在日志里，也不在待入日志之列：被人从待办中拿掉", "neither in the log nor pending: taken out of "
                              "what was to be logged")  # fmt: skip
                said = _envelope(row.entry)
                if (row.stream, row.seq) != (said.get("stream"), said.get("seq")):
                    self._say("moved", where, f"条目里写的是 {said.get('stream')}#{said.get('seq')}：待入的记录被挪过",
                              f"its entry says {said.get('stream')}#{said.get('seq')}: the pending record was moved")  # fmt: skip
                self._fields(where, row)
                pending.discard(row.position)
            after = rows[-1].position
        if pending and whole:
            self._say("place", "outbox", f"有 {len(pending)} 条已入日志的又被放回待入之列", f"{len(pending)} that stand in the log wait for it again")
        return waiting


def unopened(row: StoredEvent) -> list[str]:
    """Return the fields of an event that no opening tells, though none of its fields was personal or the personal ones were not erased."""
    told = set(_decode(row.opening.decode()))
    if row.private is not None:
        told |= set(_decode(row.private.decode()))
    missing = set(_decode(row.entry.decode())["commit"]) - told
    return sorted(missing) if row.private is not None else sorted(name for name in missing if not _may_be_private(name))


def emptied(row: StoredEvent) -> list[str]:
    """Return the erasable fields of an event that nothing opens any more."""
    if row.private is not None:
        return []
    told = set(_decode(row.opening.decode()))
    return sorted(name for name in set(_decode(row.entry.decode())["commit"]) - told if _may_be_private(name))


def _root(hashes: Sequence[bytes | None], digest: Hash) -> bytes | None:
    """Return the root over hashes of subtrees, None if one of them is not known."""
    known = [one for one in hashes if one is not None]
    return root_of(known, digest) if len(known) == len(hashes) else None


def _why(error: ValueError) -> Text:
    """Return what an error says, in each language as far as it has it."""
    return error.text if isinstance(error, LogTrouble) else Text(zh=str(error), en=str(error))


def _may_be_private(name: str) -> bool:
    """Fields that can be erased: what an act says, and reasons; who acted, when and as what can not."""
    return name.startswith("data.") or name in ("reason", "reasons")


def _envelope(entry: bytes) -> dict[str, Any]:
    try:
        said = _decode(entry.decode())
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
