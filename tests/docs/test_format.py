"""docs/format.md is enough: its golden example is what we write, and a reader built from the text alone checks it."""

from __future__ import annotations

import hashlib
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from pathlib import Path

from qingfeng.casework.records import sealed
from qingfeng.engine.event import Event
from qingfeng.terms.instants import LOCAL

DOCUMENT = (Path(__file__).parents[2] / "docs" / "format.md").read_text(encoding="utf-8")


def golden() -> dict[str, bytes]:
    block = re.search(r"```text\n(entry .*?)```", DOCUMENT, re.DOTALL)
    assert block is not None
    return {line.split(" ", 1)[0]: line.split(" ", 1)[1].strip().encode() for line in block[1].strip().splitlines()}


class CountingSalts:
    """00 01 02 … for ever."""

    def __init__(self) -> None:
        self.next = 0

    def __call__(self, n: int) -> bytes:
        self.next += n
        return bytes(i % 256 for i in range(self.next - n, self.next))


def test_the_golden_example_is_what_we_write() -> None:
    event = Event(
        stream="case/a000/penalty/2026/00001", seq=1, kind="act", act="register_lead",
        at=datetime(2026, 3, 2, 9, tzinfo=LOCAL), entered=datetime(2026, 3, 2, 9, 5, tzinfo=LOCAL),
        power="a000/penalty", version="2024-01-01", actor="intake_officer", post="intake_officer",
        facts={"asked": ["separate_duties", "time_limit"]}, data={"lead_source": "report", "summary": "群众举报"},
        private=frozenset({"summary"}),
    )  # fmt: skip
    written = sealed(event, salts=CountingSalts())
    assert {"entry": written.entry, "opening": written.opening, "private": written.private} == golden()


def test_a_stranger_can_check_every_commitment_from_the_text() -> None:
    said = golden()
    commits = json.loads(said["entry"])["commit"]
    openings = json.loads(said["opening"]) | json.loads(said["private"])
    assert commits.keys() == openings.keys()
    for name, (salt, value) in openings.items():
        # [name, value] has no object inside and no fraction: compact JSON is already canonical
        body = json.dumps([name, value], ensure_ascii=False, separators=(",", ":")).encode()
        digest = hashlib.sha256(urlsafe_b64decode(salt + "==") + body).digest()
        assert commits[name] == urlsafe_b64encode(digest).rstrip(b"=").decode()
        forged = hashlib.sha256(urlsafe_b64decode(salt + "==") + body[:-1] + b" ]").digest()
        assert commits[name] != urlsafe_b64encode(forged).rstrip(b"=").decode()
