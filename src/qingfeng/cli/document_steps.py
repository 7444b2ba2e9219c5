"""qingfeng document approve, issue, seal, serve, void: the steps of a paper, and how their outcome is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from qingfeng.casework.handle import Stopped
from qingfeng.casework.office import Office
from qingfeng.casework.words import both
from qingfeng.documents import desk
from qingfeng.documents.papers import STATES, Paper, read_papers
from qingfeng.terms.text import Text

from .agency import now, opened
from .screen import FINE, FOUND, CommandFailed, Screen

MAX_WORD_BYTES = 20_000_000
CHANGED = "（文件不是印出的原件）"


def approve_paper(
    screen: Screen, case_id: str, kind: str, *, who: str, said: Mapping[str, Any], event: int | None
) -> int:
    """Approve a text; FOUND if it is refused.  Raises Unfilled."""
    with opened(screen) as office:
        return _tell(screen, desk.approve(office, case_id, kind, actor=who, at=now(), anchor=event, said=said or None))


def issue_paper(
    screen: Screen, case_id: str, kind: str, *, who: str, shown: str | None, file: Path | None, paper: int | None
) -> int:
    """Issue a paper; FOUND if it is refused."""
    with opened(screen) as office:
        inhand = _in_hand(screen, office, case_id, kind, paper, shown, file)
        return _tell(screen, desk.issue(office, case_id, kind, actor=who, at=now(), shown=inhand, paper=paper))


def seal_paper(
    screen: Screen, case_id: str, kind: str, *, who: str, shown: str | None, file: Path | None, paper: int | None
) -> int:
    """Seal a paper; FOUND if it is refused."""
    with opened(screen) as office:
        inhand = _in_hand(screen, office, case_id, kind, paper, shown, file)
        return _tell(screen, desk.seal(office, case_id, kind, actor=who, at=now(), shown=inhand, paper=paper))


def serve_paper(
    screen: Screen, case_id: str, kind: str, *, who: str, way: str, servers: Sequence[str], proof: Mapping[str, Any], shown: str | None,
    file: Path | None, paper: int | None,
) -> int:  # fmt: skip
    """Record service; FOUND if it is refused."""
    with opened(screen) as office:
        inhand = _in_hand(screen, office, case_id, kind, paper, shown, file)
        outcome = desk.serve(
            office, case_id, kind, actor=who, at=now(), shown=inhand, way=way, proof=proof, servers=servers, paper=paper
        )
        return _tell(screen, outcome)


def void_paper(screen: Screen, case_id: str, kind: str, *, who: str, reason: str, paper: int | None) -> int:
    """Void a paper; FOUND if it is refused."""
    with opened(screen) as office:
        return _tell(screen, desk.void(office, case_id, kind, actor=who, at=now(), reason=reason, paper=paper))


def _in_hand(
    screen: Screen, office: Office, case_id: str, kind: str, paper: int | None, shown: str | None, file: Path | None
) -> str:
    """Return the hash of what is in hand: as typed from the foot of the paper, or computed from the Word file."""
    if bool(shown) == bool(file):
        raise CommandFailed(
            Text(
                zh="请写 --hash 手中文本的校验值（页脚），或 --file 手中的Word文件，二者取一。",
                en="Give either --hash (from the foot of the paper) or --file (the Word file in hand).",
            )
        )
    if file is None:
        return str(shown)
    from qingfeng.documents.fill import kind_named
    from qingfeng.documents.kinds import instruments
    from qingfeng.documents.word import NotThePaper, hash_of_word

    with file.open("rb") as read:
        raw = read.read(MAX_WORD_BYTES)
    wanted = kind_named(instruments(), kind).id
    with office.store.read() as tx:
        fitting = [p for p in read_papers(tx, case_id) if p.kind == wanted and paper in (None, p.id)]
    try:
        return hash_of_word(raw, number=fitting[-1].number if fitting else None)
    except NotThePaper as changed:  # the step is refused, and that is on record; here the person reads why
        screen.complain([changed.message])
        return CHANGED


def _tell(screen: Screen, outcome: Paper | Stopped) -> int:
    if isinstance(outcome, Stopped):
        for refusal in outcome.refusals:
            screen.line("✗ " + screen.words(refusal.reason))
            screen.line("  → " + screen.words(refusal.remedy))
        screen.data({"outcome": "refused", "by": [r.by for r in outcome.refusals], "reasons": [both(r.reason) for r in outcome.refusals],
                     "remedies": [both(r.remedy) for r in outcome.refusals]})  # fmt: skip
        return FOUND
    state, number = STATES[outcome.state], outcome.number or ""
    screen.say(
        f"✓ 《{outcome.title}》{number}{state.zh}，校验值 {outcome.hash}",
        f"✓ {outcome.kind} {number} {state.en}, hash {outcome.hash}",
    )
    if outcome.service is not None:
        screen.say(f"  送达日期 {outcome.service.served_on}", f"  served on {outcome.service.served_on}")
    screen.data({"outcome": "accepted", **paper_data(outcome)})
    return FINE


def paper_data(paper: Paper) -> dict[str, Any]:
    """Return a paper as JSON has it."""
    return {
        "paper": paper.id,
        "kind": paper.kind,
        "title": paper.title,
        "number": paper.number,
        "hash": paper.hash,
        "state": paper.state,
        "event": paper.anchor,
        "steps": [{"act": s.act, "actor": s.actor, "at": s.at.isoformat()} for s in paper.steps],
        "way": paper.service.way.id if paper.service else None,
        "served_on": paper.service.served_on.isoformat() if paper.service else None,
        "reason": paper.reason,
    }
