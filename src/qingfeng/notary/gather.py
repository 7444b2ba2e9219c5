"""Gathering cosignatures: the head is told to every witness of the policy; what they say is checked, merged and kept.

A witness that cannot be reached is asked again, later each time, and everything goes on without it: receipts are provisional meanwhile.
Who has no line to the log gets the head as a file and sends its answer back as one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from qingfeng.ledger.checkpoint import Checkpoint
from qingfeng.ledger.note import BadNote, Note, Signature, parsed, signature_of
from qingfeng.ledger.policy import Party
from qingfeng.ledger.proof import path_lines
from qingfeng.ledger.tiles import BadTile, Tree
from qingfeng.terms.text import Text

from .asking import Heard, add_checkpoint
from .cosigned import Cosigned, Kept
from .faults import LogTrouble, no_tile
from .place import Place

Ask = Callable[[str, str], Heard]
FIRST_PAUSE, LONGEST_PAUSE = 2.0, 300.0
"""Seconds until a witness that failed is asked again, doubled each time."""
_SIZE = re.compile("(0|[1-9][0-9]{0,18})\n?")


@dataclass(frozen=True, slots=True)
class Said:
    """What came of asking one witness.  trouble: why it did not cosign; grave: it has seen another log than ours."""

    name: str
    size: int
    trouble: Text | None = None
    grave: bool = False


@dataclass
class Gatherer:
    """Who asks the witnesses of one log.  now: seconds of a clock that only goes forward."""

    place: Place
    now: Callable[[], float]
    ask: Ask = add_checkpoint
    _wait: dict[str, tuple[float, float]] = field(default_factory=dict)
    _sizes: dict[str, int] = field(default_factory=dict)

    def round(self) -> list[Said]:
        """Ask every witness that has an address, has not cosigned the head yet and is due; return what came of each.  Raises LogTrouble."""
        text = self.place.head.read()
        head = self.place.reader.opened(text)
        cosigned = self.place.cosigned
        kept = cosigned.all()
        here = next((one.by for one in kept if one.head == head), frozenset())
        told = []
        for name, party in self.place.policy.witnesses.items():
            if party.url is None or name in here or self._wait.get(name, (0.0, 0.0))[0] > self.now() or not head.size:
                continue
            said = self._one(party, head, parsed(text or ""), cosigned)
            self._after(said)
            told.append(said)
        if any(one.trouble is None for one in told):
            cosigned.prune()
        return told

    def _after(self, said: Said) -> None:
        if said.trouble is None:
            self._wait.pop(said.name, None)
        else:
            pause = min(LONGEST_PAUSE, 2 * self._wait[said.name][1] if said.name in self._wait else FIRST_PAUSE)
            self._wait[said.name] = (self.now() + pause, pause)

    def _one(self, party: Party, head: Checkpoint, note: Note, cosigned: Cosigned) -> Said:
        known = cosigned.latest().get(party.name)
        old = self._sizes.get(party.name, known.head.size if known else 0)
        heard = self.ask(party.url or "", request(self.place, head, note, old))
        said = _SIZE.fullmatch(heard.text) if heard.status == 409 else None
        if said is not None:
            old = self._sizes[party.name] = int(said[1])
            if old > head.size:
                return Said(party.name, head.size, _seen_more(party.name, old, head.size), grave=True)
            heard = self.ask(party.url or "", request(self.place, head, note, old))
        if heard.status != 200:
            return Said(party.name, head.size, _refused(party.name, heard), grave=heard.status in (403, 422))
        try:
            cosigned.add(note, [one for one in _lines(heard.text) if one.name == party.key.name and one.id == party.key.id])
            if party.name not in next(one.by for one in cosigned.all() if one.head == head):
                raise BadNote("there is no line of this witness")
        except BadNote as error:
            return Said(party.name, head.size, _refused(party.name, Heard(200, str(error))))
        self._sizes[party.name] = head.size
        return Said(party.name, head.size)


def request(place: Place, head: Checkpoint, note: Note, old: int) -> str:
    """Return what a witness is told: its last size, why the head continues it, the head.  Raises LogTrouble."""
    try:
        proof = Tree(place.folder.read, head.size, place.digest).consistency(old) if old <= head.size else []
    except BadTile as error:
        raise no_tile(str(error)) from error
    return f"old {old}\n{path_lines(proof)}\n{note.whole}"


def carried_in(place: Place, text: str) -> Kept:
    """Keep the cosignatures of a checkpoint that came back as a file.  Raises LogTrouble when it is none of ours or nothing fits."""
    try:
        before = place.cosigned.read(text)
        if not before.by:
            raise BadNote("no witness of the policy has cosigned it")
        if before.head.size > place.reader.state().size:
            raise BadNote(f"it speaks of {before.head.size} entries, the log has fewer")
        kept = place.cosigned.add(before.note, ())
    except BadNote as error:
        raise LogTrouble(Text(zh=f"这份见证不能收入：{error}。请核对文件是否为本日志的，见证机构是否在名单上。",
                              en=f"This cannot be taken in: {error}. See whether it is of this log and the witness is in the policy.")
                         ) from error  # fmt: skip
    place.cosigned.prune()
    return kept


def _lines(text: str) -> list[Signature]:
    return [signature_of(line) for line in text.split("\n") if line]


def _refused(name: str, heard: Heard) -> Text:
    what = heard.text.strip()[:200]
    if heard.status == 0:
        return Text(zh=f"见证机构{name}联系不上（{what}）；稍后再试，在此之前回执为暂定。",
                    en=f"Witness {name} cannot be reached ({what}); it is asked again, receipts are provisional until then.")  # fmt: skip
    if heard.status == 422:
        return Text(zh=f"见证机构{name}拒绝见证：现在的日志不是它见证过的那一份的延续（{what}）。请立即用 qingfeng verify 查明。",
                    en=f"Witness {name} refused: the log does not continue what it cosigned ({what}). "
                    "Find out with qingfeng verify at once.")  # fmt: skip
    return Text(zh=f"见证机构{name}没有见证（{heard.status} {what}）；请核对双方登记的公钥和地址。",
                en=f"Witness {name} did not cosign ({heard.status} {what}); compare key and address on both sides.")  # fmt: skip


def _seen_more(name: str, seen: int, size: int) -> Text:
    return Text(zh=f"见证机构{name}见证过 {seen} 条，现在的日志只有 {size} 条：日志被截短或恢复过旧的。请立即用 qingfeng verify 查明。",
                en=f"Witness {name} has cosigned {seen} entries, the log has {size}: it was cut or an old one put back. "
                "Find out with qingfeng verify at once.")  # fmt: skip
