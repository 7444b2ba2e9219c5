"""What waits for a person beside the cases of his inbox: findings given to him, and what came in for discipline supervision."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text

from .. import applications, boxes, callbacks, complaints, referrals, tipkeys, tips, turned
from ..followup import CHIEF, UNREVIEWED, Standing, ladder_of, standing
from ..office import Office
from ..ports import ReadTx
from .access import Viewer, sees_suspicion
from .board import seen_by
from .findingpage import LADDER_POSTS
from .public import version_now


@dataclass(frozen=True, slots=True)
class Waits:
    """Things of one kind that wait, and the page where they are dealt with.  many: None where no number says anything."""

    name: Text
    many: int | None
    href: str


_ANY = (
    ("upheld", Text(zh="属实待整改、待复查的线索", en="Findings upheld, to be rectified and re-checked")),
    ("disposed", Text(zh="已处理待办结的线索", en="Findings disposed of, to be closed")),
)
_CHIEF = (
    ("rectified", Text(zh="待处理的线索", en="Findings to be disposed of")),
    ("false_alarm", Text(zh="误报待同意了结的线索", en="False alarms, to be agreed to")),
    ("not_upheld", Text(zh="不属实待同意了结的线索", en="Findings not upheld, to be agreed to")),
    *_ANY,
)
"""State of a finding -> what waits then: of the head of discipline, of every inspector."""


def waiting_for(office: Office, tx: ReadTx, viewer: Viewer, *, now: datetime) -> tuple[Waits, ...]:
    """Return what waits for a viewer; nothing is named of which there is none."""
    known, today = standing(office, tx), local_day(now)
    mine = _mine(known, viewer, ladder_of(office.registry(tx), today), today)
    told = [Waits(Text(zh="交我办理的线索", en="Findings for me"), mine, "/findings/mine/")]
    if viewer.officer is not None:
        sent = _sent_in(office, tx, viewer.officer, now)
        told.append(Waits(Text(zh="待登记的网上申请和补交", en="Online applications and papers to register"), sent, "/applications/"))
        unread = sum(not one.opened for one in referrals.handed_to(tx, viewer.officer))
        told.append(Waits(Text(zh="转给我的问题线索摘要", en="Summaries passed on to me"), unread, "/referrals/"))
    if sees_suspicion(viewer):
        _, states, _ = seen_by(known, viewer)
        told.append(Waits(Text(zh="待核查的线索", en="Findings to be verified"), sum(states.get(one, 0) for one in UNREVIEWED),
                          "/findings/?state=waiting"))  # fmt: skip
        several = _CHIEF if CHIEF in viewer.posts else _ANY
        told += [Waits(name, states.get(state, 0), f"/findings/?state={state}") for state, name in several]
        told.append(Waits(Text(zh="待答复的投诉差评", en="Complaints to answer"),
                          len(boxes.waiting(office, tx, complaints.BOX, today=today)), "/complaints/"))  # fmt: skip
        told.append(Waits(Text(zh="凭回执办理、待回访当事人", en="Acts by receipt: ask the party"),
                          len(boxes.waiting(office, tx, callbacks.BOX, today=today)), "/calls/"))  # fmt: skip
        sealed = tips.waiting(office, tx, viewer.officer or "", today=today)
        told.append(Waits(Text(zh="待办理的举报", en="Tips that wait"), len(sealed), "/tips/"))
        told.append(Waits(Text(zh="封给上一级、待送出的举报", en="Tips sealed to the body above, to be taken there"),
                          len(tips.gone_up(office, tx, today=today)), "/tips/"))  # fmt: skip
        told.append(Waits(Text(zh="不予收件待复核的申请", en="Applications turned away, to look at"),
                          len(boxes.waiting(office, tx, turned.TURNED_BOX, today=today)), "/complaints/"))  # fmt: skip
        if any(one.by != viewer.officer for one in tipkeys.proposed_keys(tx)):
            told.append(Waits(Text(zh="新的举报公钥待您核对确认", en="A new key for tips waits for you to confirm it"), None, "/tips/key/"))
        if not tipkeys.open_to_tips(office, tx, day=today):
            told.append(Waits(Text(zh="公众还不能加密举报：请生成举报密钥", en="Nobody can send a tip yet: make the key"), None, "/tips/key/"))
    return tuple(one for one in told if one.many != 0)


def _sent_in(office: Office, tx: ReadTx, officer: str, now: datetime) -> int:
    """Return how many applications wait that an officer may register."""
    registry, today = office.registry(tx), local_day(now)
    sent = Counter(one.power for one in boxes.waiting(office, tx, applications.BOX, today=today))
    may = (power for power in sent if applications.registers(registry, version_now(office, registry, power, today), officer, now))
    return sum(sent[power] for power in may)


def _mine(known: Standing, viewer: Viewer, ladder: Sequence[int], today: date) -> int:
    """Return how many findings were given to a viewer, or have climbed the ladder (followup.rung) as far as his post."""
    given = known.given.get(viewer.officer or "", ())
    place = next((place for place, post in enumerate(LADDER_POSTS) if post in viewer.posts), None)
    if place is None:
        return len(given)
    climbed = today - timedelta(days=sorted(ladder)[place])  # the last day on which those were found that have come so far
    return bisect_right(known.climbing, climbed) + sum(one.state != "assigned" or local_day(one.found_at) > climbed for one in given)
