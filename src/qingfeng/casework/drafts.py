"""Drafts of new versions of a power: written by one or several people, published by one who wrote none of it.

Stream `drafts/<power>`.  Every event carries how the draft stands after it, so that one look at the last tells all; the text is kept
in the shelf of files and its SHA-256 in the event that saved it (older events hold the text itself).  A draft ends by being published or
dropped; the next one begins in the same stream.  It is published only after the drills of exactly this text were all stopped as
stated: nobody lets that pass.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Protocol

from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.event import Event
from qingfeng.terms.limits import MAX_YAML_BYTES
from qingfeng.terms.text import Text, clean, hazards

from .office import Office, event_of
from .ports import ReadTx, WriteTx
from .registry import BadRegistration, By, publish

STREAM = "drafts/"
BEGUN, SAVED, PROPOSED, WITHDRAWN, RETURNED, PUBLISHED, DROPPED = (
    "draft_begun", "draft_saved", "draft_proposed", "draft_withdrawn", "draft_returned", "draft_published", "draft_dropped")  # fmt: skip
DRILLED = "draft_drilled"
ACTS: Mapping[str, Text] = {
    BEGUN: Text(zh="开始起草", en="begun"),
    SAVED: Text(zh="保存", en="saved"),
    PROPOSED: Text(zh="提请发布", en="proposed for publication"),
    WITHDRAWN: Text(zh="撤回提请", en="proposal withdrawn"),
    RETURNED: Text(zh="退回修改", en="returned"),
    PUBLISHED: Text(zh="确认发布", en="confirmed and published"),
    DROPPED: Text(zh="放弃草稿", en="dropped"),
    DRILLED: Text(zh="演练草稿", en="drilled"),
}
MAX_NOTE = 500
NONE, EDITING, WAITING = "none", "editing", "proposed"


class Texts(Protocol):
    """Where the texts of drafts are kept: the shelf of files."""

    def keep_text(self, text: str) -> str:
        """Keep a text; return its SHA-256.  Raises StoreError."""

    def text(self, digest: str) -> str | None:
        """Return a text, None if it is not there as it was."""


class BadDraft(Exception):
    """A step of a draft that cannot be made; says why and what next."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Text(zh=zh, en=en)


@dataclass(frozen=True, slots=True)
class Drills:
    """What the drills of a text came to: of which text, how many risk points there are, how many were stopped in all their parts."""

    digest: str
    risks: int
    green: int

    def prove(self, digest: str) -> bool:
        """True if they were run on this very text and every risk point was stopped."""
        return self.digest == digest and self.risks == self.green


@dataclass(frozen=True, slots=True)
class Draft:
    """How the draft of a power stands.  state: none | editing | proposed; saved: the event that saved its text; digest: of that text
    ("" in events older than this field)."""

    power: str
    seq: int = 0
    state: str = NONE
    saved: int = 0
    base: str = ""  # the version it began from
    authors: tuple[str, ...] = ()
    proposer: str = ""
    note: str = ""  # what was last said of it: why proposed, why returned
    last: str = ""  # kind of the last event
    by: str = ""
    at: datetime | None = None
    digest: str = ""
    drills: Drills | None = None

    def may_confirm(self, officer: str | None) -> bool:
        """True if somebody had no part in it."""
        return officer is not None and officer not in self.authors and officer != self.proposer


@dataclass(frozen=True, slots=True)
class Line:
    """One event of a draft, for its history."""

    kind: Text
    by: str
    at: datetime
    note: str


def standing(tx: ReadTx, power: str) -> Draft:
    """Return the draft of a power as it stands; looks at one event."""
    head = tx.head(STREAM + power)
    if not head:
        return Draft(power)
    event = event_of(tx.events(STREAM + power, after=head - 1)[0])
    d: Mapping[str, Any] = event.data["stands"]
    return Draft(power, event.seq, str(d["state"]), int(d["saved"]), str(d["base"]), tuple(d["authors"]), str(d["proposer"]),
                 str(d["note"]), event.kind, str(event.actor), event.at, str(d.get("digest") or ""), _drills(d.get("drills")))  # fmt: skip


def _drills(told: Mapping[str, Any] | None) -> Drills | None:
    return Drills(str(told["digest"]), int(told["risks"]), int(told["green"])) if told else None


def text_of(tx: ReadTx, draft: Draft, texts: Texts) -> str:
    """Return the text of a draft that is there.  Raises BadDraft if the shelf no longer has it."""
    assert draft.saved, "no draft"
    data = event_of(tx.events(STREAM + draft.power, after=draft.saved - 1)[0]).data
    if "text" in data:
        return str(data["text"])
    text = texts.text(str(data["digest"]))
    if text is None:
        raise BadDraft("草稿的文本不在文件库中，或者与登记的校验值不符；请由备份核对恢复，或者放弃草稿",
                       "the text of the draft is not in the shelf as it was: restore it from a checked backup, or drop it")  # fmt: skip
    return text


def digest_of(text: str) -> str:
    """Return the SHA-256 of a text, by which it is kept and drilled."""
    return sha256(text.encode()).hexdigest()


def history(tx: ReadTx, power: str, *, limit: int = 8) -> list[Line]:
    """Return the last events of a power's drafts, the newest first."""
    events = [event_of(row) for row in tx.events(STREAM + power, after=max(0, tx.head(STREAM + power) - limit))]
    return [Line(ACTS[e.kind], str(e.actor), e.at, str(e.data["stands"]["note"])) for e in reversed(events)]


def begin(office: Office, power: str, text: str, *, base: str, texts: Texts, by: By) -> Draft:
    """Begin a draft.  Raises BadDraft, StoreError."""
    digest = texts.keep_text(_fit(text))
    with office.store.write() as tx:
        draft = _locked(tx, power)
        if draft.state != NONE:
            raise BadDraft("本职权已有一份草稿，请在其上继续", "the power has a draft already: go on with that")
        return _append(
            office,
            tx,
            draft,
            BEGUN,
            by,
            state=EDITING,
            saved=draft.seq + 1,
            base=base,
            authors=(by.actor,),
            proposer="",
            digest=digest,
        )


def save(office: Office, power: str, text: str, *, seen: int, note: str, texts: Texts, by: By) -> Draft:
    """Save a text over the one that was seen.  Raises BadDraft, StoreError."""
    digest = digest_of(_fit(text))
    with office.store.write() as tx:
        draft = _locked(tx, power)
        if draft.state == NONE:
            raise BadDraft("没有草稿，或者已经发布", "there is no draft, or it was published")
        if draft.state == WAITING:
            raise BadDraft(
                "草稿已提请发布；要修改，请先撤回提请",
                "it is proposed for publication: withdraw the proposal to change it",
            )
        if draft.saved != seen:
            raise BadDraft(
                "别人在此期间保存过这份草稿；您的内容仍在下面，请打开最新一版比对后再保存",
                "somebody else saved it meanwhile; what you wrote is below: compare it with the newest and save again",
            )
        if (draft.digest or digest_of(text_of(tx, draft, texts))) == digest:
            return draft
        texts.keep_text(text)  # before the record of it: what is on record is there
        authors = tuple(dict.fromkeys((*draft.authors, by.actor)))
        return _append(
            office,
            tx,
            draft,
            SAVED,
            by,
            saved=draft.seq + 1,
            authors=authors,
            note=_said(note, needed=False),
            digest=digest,
        )


def note_drills(office: Office, power: str, *, digest: str, risks: int, green: int, by: By) -> Draft:
    """Lay down what the drills of a text came to, if it is still the draft's.  Raises BadDraft, StoreError."""
    with office.store.write() as tx:
        draft = _locked(tx, power)
        if draft.state == NONE or draft.digest != digest:
            raise BadDraft("演练的不是现在的草稿，没有登记结果", "what was drilled is no longer the draft: nothing was laid down")
        note = f"{green}/{risks}"
        return _append(office, tx, draft, DRILLED, by, drills={"digest": digest, "risks": risks, "green": green}, note=note)


def propose(office: Office, power: str, *, seen: int, fine: bool, note: str, by: By) -> Draft:
    """Propose the draft as saved for publication.  fine: it was checked and nothing stands against it.  Raises BadDraft, StoreError."""
    with office.store.write() as tx:
        draft = _locked(tx, power)
        if draft.state != EDITING or draft.saved != seen:
            raise BadDraft("草稿已有变化，请刷新后再提请", "the draft has moved on: reload and propose again")
        if not fine:
            raise BadDraft("草稿还有错误，改正后才能提请发布", "the draft has faults: mend them first")
        return _append(office, tx, draft, PROPOSED, by, state=WAITING, proposer=by.actor, note=_said(note))


def withdraw(office: Office, power: str, *, by: By) -> Draft:
    """Take a proposal back to change the draft.  Raises BadDraft, StoreError."""
    with office.store.write() as tx:
        draft = _waiting(tx, power)
        if draft.may_confirm(by.actor):
            raise BadDraft(
                "只有起草人和提请人可以撤回；您可以退回修改",
                "only who wrote or proposed it withdraws it: you may return it",
            )
        return _append(office, tx, draft, WITHDRAWN, by, state=EDITING, proposer="")


def hand_back(office: Office, power: str, *, note: str, by: By) -> Draft:
    """Return a proposed draft to who wrote it.  Raises BadDraft, StoreError."""
    with office.store.write() as tx:
        draft = _by_another(_waiting(tx, power), by)
        return _append(office, tx, draft, RETURNED, by, state=EDITING, proposer="", note=_said(note))


def drop(office: Office, power: str, *, note: str, by: By) -> Draft:
    """Give a draft up.  Raises BadDraft, StoreError."""
    with office.store.write() as tx:
        draft = _locked(tx, power)
        if draft.state != EDITING:
            raise BadDraft(
                "没有可以放弃的草稿；已提请的，请先撤回", "there is no draft to drop; withdraw a proposed one first"
            )
        return _append(office, tx, draft, DROPPED, by, state=NONE, proposer="", note=_said(note))


def confirm(office: Office, power: str, version: PowerVersion, *, seen: int, note: str, by: By) -> Draft:
    """Publish a proposed draft: `version` is what its text says, `seen` the text that was shown.  By one who wrote none of it.

    Raises BadDraft, StoreError.
    """
    with office.store.write() as tx:
        draft = _by_another(_waiting(tx, power), by)
        if draft.saved != seen or version.power != power:
            raise BadDraft("草稿已有变化，请刷新后再确认", "the draft has moved on: reload and confirm again")
        if draft.drills is None or not draft.drills.prove(draft.digest):
            raise BadDraft("这一稿还没有全部通过演练；请先演练，每个风险点都照所述拦住后才能发布",
                           "the drills of this text have not all passed: run them; it is published once every risk is stopped")  # fmt: skip
        try:
            publish(office, tx, version.document, by=by)
        except BadRegistration as error:
            raise BadDraft(error.message.zh, error.message.en) from error
        return _append(
            office,
            tx,
            draft,
            PUBLISHED,
            by,
            state=NONE,
            proposer=draft.proposer,
            note=_said(note, needed=False),
            version=version.version,
        )


def _by_another(draft: Draft, by: By) -> Draft:
    if not draft.may_confirm(by.actor):
        raise BadDraft(
            "起草人和提请人不能自己确认；请由另一人办理",
            "who wrote or proposed it does not confirm it: another person does",
        )
    return draft


def _locked(tx: WriteTx, power: str) -> Draft:
    tx.lock(STREAM + power)
    return standing(tx, power)


def _waiting(tx: WriteTx, power: str) -> Draft:
    draft = _locked(tx, power)
    if draft.state != WAITING:
        raise BadDraft("没有等待确认的草稿，或者已经处理", "no draft waits to be confirmed, or it was dealt with")
    return draft


def _said(note: str, *, needed: bool = True) -> str:
    note = clean(note.replace("\r\n", "\n")).strip()
    if (needed and not any(char.isalnum() for char in note)) or len(note) > MAX_NOTE or hazards(note):
        raise BadDraft(f"请写明理由，不超过{MAX_NOTE}字", f"say why, in {MAX_NOTE} characters at most")
    return note


def _fit(text: str) -> str:
    if len(text.encode("utf-8", "replace")) > MAX_YAML_BYTES:
        raise BadDraft("内容过大（2MB以内）", "the text is too large (2 MB at most)")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise BadDraft("内容含有不能保存的字符", "the text has characters that cannot be kept") from None
    return text


def _append(
    office: Office,
    tx: WriteTx,
    draft: Draft,
    kind: str,
    by: By,
    *,
    state: str | None = None,
    saved: int | None = None,
    base: str | None = None,
    authors: tuple[str, ...] | None = None,
    proposer: str | None = None,
    note: str = "",
    digest: str | None = None,
    drills: Mapping[str, Any] | None = None,
    version: str = "",
) -> Draft:
    known = draft.drills if state != NONE else None
    kept = {"digest": known.digest, "risks": known.risks, "green": known.green} if known is not None else None
    stands = {"state": draft.state if state is None else state, "saved": draft.saved if saved is None else saved,
              "base": draft.base if base is None else base, "authors": list(draft.authors if authors is None else authors),
              "proposer": draft.proposer if proposer is None else proposer, "note": note,
              "digest": draft.digest if digest is None else digest, "drills": drills or kept}  # fmt: skip
    data: dict[str, Any] = {"stands": stands, **({"digest": digest} if digest is not None else {})}
    office.append(tx, Event(stream=STREAM + draft.power, seq=draft.seq + 1, kind=kind, act=kind, at=by.entered, entered=by.entered,
                            power=draft.power, version=version, actor=by.actor, data=data))  # fmt: skip
    return standing(tx, draft.power)
