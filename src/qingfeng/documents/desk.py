"""What officers do with papers: approve a text, issue it under a number, seal it, serve it, void it.

Every step shows the hash of what is in hand; if it is not the hash that was approved, the step is refused and the refusal
is on record.  A changed text needs a new approval.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from qingfeng.casework.handle import Stopped
from qingfeng.casework.office import Office, UnknownThing
from qingfeng.engine.event import Event
from qingfeng.terms.citation import Citation
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text

from .drafts import act_to_come, draft_event
from .fill import Unfilled, anchor_of, kind_named
from .kinds import instruments
from .papers import (
    APPROVED,
    ISSUED,
    SEALED,
    SERVED,
    VOIDED,
    Paper,
    Unreadable,
)
from .service import proved
from .sitting import Desk, Outcome, rank_too_low, sit

_HEX = re.compile(r"[0-9a-f]{16,64}")
_SAID = re.compile(r"\w.*\w")


def approve(
    office: Office, case_id: str, kind: str, *, actor: str, at: datetime, anchor: int | None = None, act: str | None = None,
    said: Mapping[str, Any] | None = None, given: Mapping[str, Any] | None = None,
) -> Outcome:  # fmt: skip
    """Approve a text (核稿签发).  said: what an act that is still to be done will say, when the paper comes before it.

    Raises Unfilled, UnknownThing, StoreError.
    """

    def work(desk: Desk) -> Outcome | int:
        what = kind_named(instruments(), kind)
        draft = draft_event(desk.case, what, said, act=act, at=at, actor=actor) if said is not None else None
        low = rank_too_low(desk, what)
        if low:
            return desk.refuse(
                "approve",
                low,
                by="tiered_approval",
                remedy=Text(zh="请由有权的负责人核定。", en="Have it approved by a head with that authority."),
            )
        on = draft or anchor_of(desk.case, what, anchor)
        document = desk.fill(what.id, draft or (on.seq if on is not None else anchor), given)
        if on is not None and draft is None and what.served and on.act not in desk.case.done:
            return desk.refuse(
                "approve",
                Text(zh=f"产生《{document.title}》的动作已随退回作废", en=f"what gave rise to {document.kind.title.en} was undone"),
                by="document_control",
                remedy=Text(zh="请重新办理该动作后核定。", en="Do that act anew, then approve."),
            )
        standing = [
            p
            for p in desk.papers
            if (p.kind, p.anchor) == (what.id, document.anchor)
            and p.state in (ISSUED, SEALED, SERVED)
            and draft is None
        ]
        if standing:
            name = standing[-1].number or standing[-1].title
            return desk.refuse("approve", Text(zh=f"同一文书已签发（{name}），不得另行核定一份", en=f"the same paper is issued already ({name})"),
                               by="document_control", remedy=Text(zh="确需更换的，先作废原件并说明理由。", en="Void it first, with a reason."))  # fmt: skip
        for old in desk.papers:  # a newer approval takes the place of one that was never issued
            if old.kind == what.id and old.state == APPROVED and old.anchor == document.anchor:
                desk.record(
                    VOIDED,
                    {"paper": old.id, "hash": old.hash, "reason": "重新核定，前一文本失效"},
                    frozenset({"reason"}),
                )
        assert on is not None, "filled, so there is an anchor"
        content = {
            "agency": document.agency,
            "fields": dict(document.fields),
            "draft": {"act": draft.act, "data": dict(draft.data)} if draft else None,
            "given": dict(given or {}),
            "text": document.text,
        }
        return desk.record(
            APPROVED,
            {
                "kind": what.id,
                "title": document.title,
                "hash": document.hash,
                "anchor": document.anchor,
                "act": on.act,
                "content": content,
            },
            frozenset({"content"}),
        )

    return sit(office, case_id, actor, at, work)


def issue(
    office: Office, case_id: str, kind: str, *, actor: str, at: datetime, shown: str, paper: int | None = None
) -> Outcome:
    """Issue an approved text: it is compared with what the case says now, and draws its number.  shown: the hash in hand."""

    def work(desk: Desk) -> Outcome | int:
        found = _paper(desk, kind, paper, APPROVED)
        wrong = _differs(desk, "issue", found, shown) or _stale(desk, found)
        if wrong is not None:
            return wrong
        what, said = instruments().kinds[found.kind], {"paper": found.id, "hash": found.hash}
        if what.numbered and not desk.registry.agency.get("short"):
            return desk.refuse(
                "issue",
                Text(
                    zh="单位没有登记文号中的地区机关简称，不能编号",
                    en="the agency has registered no short form for its numbers",
                ),
                by="document_control",
                remedy=Text(
                    zh="请登记：qingfeng document agency short=…", en="Register it: qingfeng document agency short=…"
                ),
            )
        number = desk.draw_number(what, said) if what.numbered else None
        desk.record(ISSUED, {**said, **({"number": number} if number else {})})
        return found.id

    return sit(office, case_id, actor, at, work)


def seal(
    office: Office, case_id: str, kind: str, *, actor: str, at: datetime, shown: str, paper: int | None = None
) -> Outcome:
    """Put the seal on an issued paper: not by who approved it, and only on the text that was approved."""

    def work(desk: Desk) -> Outcome | int:
        found = _paper(desk, kind, paper, ISSUED)
        wrong = _differs(desk, "seal", found, shown)
        if wrong is not None:
            return wrong
        if not instruments().kinds[found.kind].sealed:
            return desk.refuse("seal", Text(zh=f"《{found.title}》是内部文书，不用印", en=f"{found.title} is internal and not sealed"),
                               by="seal_use", remedy=Text(zh="无须用印。", en="It needs no seal."))  # fmt: skip
        if desk.actor == found.by(APPROVED):
            name = desk.registry.people.name(desk.actor)
            return desk.refuse("seal", Text(zh=f"{name}核定了本文书，不得自己用印", en=f"{name} approved it and may not seal it"),
                               by="seal_use", remedy=Text(zh="请由印章保管人用印。", en="Have it sealed by the keeper of the seal."))  # fmt: skip
        desk.record(SEALED, {"paper": found.id, "hash": found.hash})
        return found.id

    return sit(office, case_id, actor, at, work)


def serve(
    office: Office, case_id: str, kind: str, *, actor: str, at: datetime, shown: str, way: str, proof: Mapping[str, Any],
    servers: Sequence[str] = (), paper: int | None = None,
) -> Outcome:  # fmt: skip
    """Record the service of a sealed paper with what proves it; refused when the proof of that way is not complete."""

    def work(desk: Desk) -> Outcome | int:
        found = _paper(desk, kind, paper, SEALED)
        wrong = _differs(desk, "serve", found, shown)
        if wrong is not None:
            return wrong
        who, issued_on = tuple(servers) or (desk.actor,), found.day(ISSUED)
        assert issued_on is not None, "sealed, so it was issued"
        service, faults = proved(way, proof, servers=who, issued_on=issued_on, today=local_day(desk.at))
        faults += [
            Text(zh=f"送达人{o}不在岗", en=f"{o} is not in service")
            for o in who
            if not desk.registry.people.in_service(o, local_day(desk.at))
        ]
        if service is None or faults:
            return desk.refuse(
                "serve",
                *faults,
                by="proof_of_service",
                cites=desk.law(Citation("行政处罚法", "61")),
                remedy=Text(
                    zh="请补齐送达证明后重新登记；没有证明的，不算送达。",
                    en="Supply the proof; without it nothing is served.",
                ),
            )
        desk.record(
            SERVED,
            {
                "paper": found.id,
                "hash": found.hash,
                "way": way,
                "served_on": service.served_on.isoformat(),
                "servers": list(who),
                "proof": dict(service.proof),
            },
            frozenset({"proof"}),
        )
        return found.id

    return sit(office, case_id, actor, at, work)


def void(
    office: Office, case_id: str, kind: str, *, actor: str, at: datetime, reason: str, paper: int | None = None
) -> Outcome:
    """Void a paper that was not served; its number stays used and on record."""

    def work(desk: Desk) -> Outcome | int:
        found = _paper(desk, kind, paper, APPROVED, ISSUED, SEALED)
        low = rank_too_low(desk, instruments().kinds[found.kind])
        if low or not _SAID.search(reason):
            return desk.refuse("void", low or Text(zh="作废没有说明理由", en="no reason is given"), by="document_control",
                               remedy=Text(zh="请由有权核定的负责人说明理由后作废。", en="Who may approve it may void it, with a reason."))  # fmt: skip
        desk.record(VOIDED, {"paper": found.id, "hash": found.hash, "reason": reason}, frozenset({"reason"}))
        return found.id

    return sit(office, case_id, actor, at, work)


def _paper(desk: Desk, kind: str, wanted: int | None, *states: str) -> Paper:
    """Return the paper meant: by id, or the last one of the kind in such a state.  Raises UnknownThing."""
    what = kind_named(instruments(), kind)
    fitting = [p for p in desk.papers if p.kind == what.id and p.state in states and wanted in (None, p.id)]
    if not fitting:
        there = "、".join(f"{p.id}（{p.state}）" for p in desk.papers if p.kind == what.id) or "无"
        raise UnknownThing(
            f"案件{desk.case.id}没有处于 {'、'.join(states)} 的《{what.title.zh}》；现有：{there}。次序：核定 approve、签发 issue、用印 seal、送达 serve。",
            f"{desk.case.id} has no {what.id} that is {' or '.join(states)}; the order is approve, issue, seal, serve",
        )
    return fitting[-1]


def _differs(desk: Desk, act: str, paper: Paper, shown: str) -> Stopped | None:
    """Refuse when the text in hand is not the text that was approved."""
    given = shown.replace("-", "").strip().lower()
    if _HEX.fullmatch(given) and paper.hash.startswith(given):
        return None
    return desk.refuse(act, Text(zh=f"手中文本的校验值{shown[:80]}与核定的《{paper.title}》（{paper.hash[:16]}…）不符：文字被改动，或者不是这一份",
                                 en=f"the text in hand ({shown[:80]}) is not the {paper.title} that was approved ({paper.hash[:16]}…)"),
                       by="seal_use" if act == "seal" else "document_control", remedy=Text(
                           zh="请用系统印出的文本；文字确需修改的，重新核定。", en="Use the text as printed; a changed text needs a new approval."))  # fmt: skip


def _stale(desk: Desk, paper: Paper) -> Stopped | None:
    """Refuse to issue what the case no longer says."""
    anchor: int | Event = paper.anchor
    if paper.draft is not None:
        first = paper.steps[0]
        anchor = act_to_come(desk.case, paper.draft["act"], paper.draft["data"], at=first.at, actor=first.actor)
        undone = False
    else:
        last = anchor_of(desk.case, instruments().kinds[paper.kind])
        undone = paper.act not in desk.case.done or last is None or last.seq != paper.anchor
    try:
        paper.document()
        same = not undone and desk.fill(paper.kind, anchor, (paper.content or {}).get("given")).hash == paper.hash
    except (Unfilled, Unreadable):
        same = False
    if same:
        return None
    return desk.refuse("issue", Text(zh=f"《{paper.title}》核定之后案件有变化（所依据的动作已退回、重作，或者内容已不同），核定的文本不再是本案的文本",
                                     en=f"the case has changed since {paper.title} was approved: the text is no longer the case's"),
                       by="document_control", remedy=Text(zh="请重新核定后签发。", en="Approve it anew, then issue it."))  # fmt: skip
