"""Plans of an invented agency, as plain data, with the links and the beacon that belong to them."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from qingfeng.draw.chain import anchor, link
from qingfeng.draw.fault import Fault
from qingfeng.draw.parse import parse_plan
from qingfeng.draw.plan import DrawPlan
from qingfeng.draw.run import draw
from qingfeng.draw.transcript import DrawTranscript
from qingfeng.terms.instants import LOCAL

SECRETS = {
    name: f"{name}: a secret for tests that nobody should use".encode() for name in ("discipline", "justice", "market")
}
BEACON = "03 11 24 07 30 18 05"
AFTER = datetime(2026, 3, 6, 9, tzinfo=LOCAL)
"""When the sample is drawn: after its beacon, before its last day."""
SIZES = {"A": 6, "B": 5, "C": 4, "D": 3}


def parties(position: int = 3) -> list[dict[str, Any]]:
    """Three parties with their anchors."""
    names = {"discipline": "纪检组", "justice": "司法局", "market": "市场监管局"}
    return [
        {"id": an_id, "name": names[an_id], "anchor": anchor(secret, length=366), "position": position}
        for an_id, secret in SECRETS.items()
    ]


def sample(**changes: Any) -> dict[str, Any]:
    """A plan without faults; top-level values can be replaced."""
    pool = [
        {
            "id": f"{grade}{n:03}",
            "name": f"虚构{grade}字{n}号饭店",
            "class": grade,
            "needs": ["fire"] if n % 3 == 0 else [],
        }
        for grade, size in SIZES.items()
        for n in range(1, size + 1)
    ]
    plain: dict[str, Any] = {
        "v": 1,
        "agency": "a000",
        "year": 2026,
        "number": 1,
        "title": {"zh": "餐饮单位抽查", "en": "Spot check of restaurants"},
        "library": {"published": "2026-02-20", "sha256": "ab" * 32, "count": 19},
        "pool": pool,
        "exclusions": [{"id": "A099", "reason": "已停业", "by": "clerk", "approved_by": "deputy"}],
        "quotas": {"A": 1, "B": 2, "C": 2, "D": 3},
        "officers": [{"id": f"officer_{n}", "skills": ["fire", "food"] if n % 2 else ["food"]} for n in range(1, 11)],
        "conflicts": [{"officer": "officer_1", "firm": "D001"}, {"officer": "officer_2", "firm": "D003"}],
        "team": {"size": 2, "substitutes": 1, "load": 4, "skills": ["food"]},
        "entropy": {
            "parties": parties(),
            "min_links": 2,
            "beacon": {"kind": "lottery", "source": "双色球", "round": "2026025", "at": "2026-03-05T21:15:00+08:00"},
        },
        "deadlines": {
            "frozen": "2026-03-02T09:00:00+08:00",
            "links_by": "2026-03-04T17:00:00+08:00",
            "draw_by": "2026-03-09T17:00:00+08:00",
            "publish_by": "2026-04-03T17:00:00+08:00",
        },
    }
    return copy.deepcopy({**plain, **changes})


def plan(**changes: Any) -> DrawPlan:
    """The sample, parsed."""
    return parsed(sample(**changes))


def parsed(plain: Any) -> DrawPlan:
    """A plan that must have no faults."""
    made = parse_plan(plain)
    assert isinstance(made, DrawPlan), made
    return made


def links(*, without: Sequence[str] = (), position: int = 3) -> dict[str, str | None]:
    """What the parties reveal."""
    return {
        name: None if name in without else link(secret, length=366, number=position) for name, secret in SECRETS.items()
    }


def drawn(a_plan: DrawPlan | None = None, *, beacon: str = BEACON, without: Sequence[str] = ()) -> DrawTranscript:
    """A draw that must succeed."""
    record = draw(a_plan or plan(), links=links(without=without), beacon=beacon, at=AFTER)
    assert isinstance(record, DrawTranscript), record
    return record


def said(faults: object) -> str:
    """The faults in words, one a line."""
    assert isinstance(faults, tuple)
    assert faults
    for fault in faults:
        assert isinstance(fault, Fault)
        assert all((fault.what.zh, fault.what.en, fault.hint.zh, fault.hint.en))
    return "\n".join(f"{fault.place}: {fault.what.en}" for fault in faults)
