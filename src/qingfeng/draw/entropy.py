"""What comes from outside after the freeze: the parties' links and the beacon's value, checked against the plan.

A link that is missing, or that does not belong to its chain, is dropped and named; below the plan's `min_links` the draw
is void.  The links are logged (`links_id`) before the beacon's round, so that nobody can drop one after seeing it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from qingfeng.terms.text import Text, hazards

from .canonical import fingerprint
from .chain import check_link, is_hash
from .fault import Fault
from .plan import Beacon, BeaconKind, DrawPlan

_BALLS = re.compile("[0-9]{1,3}(?: [0-9]{1,3}){0,39}")
"""The numbers in the order in which they were drawn, as printed, one space between."""


class LinkState(StrEnum):
    """What became of a party's link."""

    GIVEN = "given"
    MISSING = "missing"
    FALSE = "false"


@dataclass(frozen=True, slots=True, kw_only=True)
class Revealed:
    """One party's link as it came in; only a `given` one counts."""

    party: str
    link: str | None
    state: LinkState

    @property
    def counting(self) -> str | None:
        """The link if it counts."""
        return self.link if self.state is LinkState.GIVEN else None

    def plain(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return {"party": self.party, "link": self.link, "state": self.state.value}


def revealed(plan: DrawPlan, links: Mapping[str, Any]) -> tuple[Revealed, ...] | tuple[Fault, ...]:
    """Return one entry for every party, in the plan's order; or faults: an unknown party, something that is no link."""
    known = [party.id for party in plan.parties]
    faults = [
        Fault(
            (str(name)[:100],),
            Text(zh=f"方案中没有参与方“{str(name)[:50]}”。", en=f'The plan has no party "{str(name)[:50]}".'),
            Text(zh=f"参与方：{'、'.join(known)}。", en=f"The parties are {', '.join(known)}."),
        )
        for name in links
        if name not in known
    ]
    for name in known:
        if links.get(name) is not None and not is_hash(links[name]):
            faults.append(
                Fault(
                    (name,),
                    Text(
                        zh=f"{name}的链环不是64个小写十六进制字符。",
                        en=f"The link of {name} is not 64 small hexadecimal digits.",
                    ),
                    Text(
                        zh="请照原样填写；没有收到的写 null。",
                        en="Copy it as it came; write null for one that did not come.",
                    ),
                )
            )
    if faults:
        return tuple(faults)
    found = []
    for party in plan.parties:
        link = links.get(party.id)
        state = LinkState.MISSING
        if link is not None:
            fits = check_link(link, anchor=party.anchor, position=party.position)
            state = LinkState.GIVEN if fits else LinkState.FALSE
        found.append(Revealed(party=party.id, link=link, state=state))
    return tuple(found)


def links_id(plan_id: str, links: tuple[Revealed, ...]) -> str:
    """Return what is logged between the deadline of the links and the beacon, in hexadecimal."""
    return fingerprint(["qingfeng.draw.links/1", plan_id, [each.counting for each in links]])


def beacon_fault(beacon: Beacon, value: str) -> Fault | None:
    """Return why this cannot be a value of the beacon, or None.  One event has one way to be written."""
    if beacon.kind is BeaconKind.DRAND:
        if is_hash(value):
            return None
        wanted = Text(zh="64个小写十六进制字符（randomness）", en="64 small hexadecimal digits (randomness)")
    else:
        if _BALLS.fullmatch(value):
            return None
        wanted = Text(
            zh="号码按开出的顺序、照公布的写法，以一个空格分开，如 03 11 24",
            en="the numbers in the order drawn, as published, one space between, such as 03 11 24",
        )
    shown = "" if hazards(value) else value[:40]
    return Fault(
        ("beacon",),
        Text(zh=f"公开随机值“{shown}”的写法不对。", en=f'The beacon value "{shown}" is not written as it should be.'),
        Text(zh=f"应为{wanted.zh}。", en=f"It must be {wanted.en}."),
    )
