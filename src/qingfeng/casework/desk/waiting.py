"""What waits for a person beside the cases of his inbox: findings given to him, and what came in for discipline supervision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text

from .. import boxes, complaints, tips, turned
from ..followup import CHIEF, Followed, ladder_of, rung, standing
from ..office import Office
from ..ports import ReadTx
from .access import Viewer, sees_suspicion
from .findingpage import LADDER_POSTS


@dataclass(frozen=True, slots=True)
class Waits:
    """Things of one kind that wait, and the page where they are dealt with.  many: None where no number says anything."""

    name: Text
    many: int | None
    href: str


def waiting_for(office: Office, tx: ReadTx, viewer: Viewer, *, now: datetime) -> tuple[Waits, ...]:
    """Return what waits for a viewer; nothing is named of which there is none."""
    known, today = standing(office, tx), local_day(now)
    ladder = ladder_of(office.registry(tx))
    posts = {place for place, post in enumerate(LADDER_POSTS, 1) if post in viewer.posts}

    def mine(one: Followed) -> bool:
        given = one.assigned_to == viewer.officer and one.state == "assigned"
        return given or bool(posts and one.unreviewed and rung(one, today, ladder) >= min(posts))

    told = [Waits(Text(zh="交我办理的线索", en="Findings for me"), sum(map(mine, known.open_to_all)), "/findings/mine/")]
    if sees_suspicion(viewer):
        every = known.latest
        told.append(Waits(Text(zh="待核查的线索", en="Findings to be verified"), sum(one.unreviewed for one in every),
                          "/findings/?state=waiting"))  # fmt: skip
        if CHIEF in viewer.posts:
            told += [_of_state(every, "rectified", Text(zh="已整改待处理的线索", en="Findings to be disposed of"))]
        told.append(Waits(Text(zh="待答复的投诉差评", en="Complaints to answer"),
                          len(boxes.waiting(office, tx, complaints.BOX, today=today)), "/complaints/"))  # fmt: skip
        told.append(Waits(Text(zh="待打开的举报", en="Tips to open"), len(boxes.waiting(office, tx, tips.BOX, today=today)), "/tips/"))
        told.append(Waits(Text(zh="不予收件待复核的申请", en="Applications turned away, to look at"),
                          len(boxes.waiting(office, tx, turned.TURNED_BOX, today=today)), "/complaints/"))  # fmt: skip
        if not tips.keys(tx):
            told.append(Waits(Text(zh="公众还不能加密举报：请生成举报密钥", en="Nobody can send a tip yet: make the key"), None, "/tips/key/"))
    return tuple(one for one in told if one.many != 0)


def _of_state(every: tuple[Followed, ...], state: str, name: Text) -> Waits:
    return Waits(name, sum(one.state == state for one in every), f"/findings/?state={state}")
