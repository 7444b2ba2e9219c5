"""file_access 档案借阅: a file leaves the archive for who asked, with another's approval, and comes back page for page.

Why: 擅自借阅、涂改、抽取、调换档案材料: one page that goes missing on the way changes what the file proves.
Finds: an approval by the borrower or of nobody's request; a loan that is not approved, of another file than was archived, of one that is
out, or for too long; one returned altered and not reported; a file archived anew while it is out, or with fewer pages; (watch) one overdue.
Not: who reads the file on screen (need_to_know); a copy made in secret.
Source: the agency's own map (擅自借阅、涂改、抽取、调换档案材料等); the days are a setting.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, GateRule, R, Span, T, Today
from qingfeng.terms.text import Text

WORDS = 4
# fmt: off
_FILE = "archive_file eve 0 pages=30 document_hash=h1"
_ASK, _YES = "ask_file ann 1 reasons=复议答复需要核对", "approve_borrowing dan 1 borrower=ann opinion=同意借阅三日"
_OUT = "lend_file eve 2 borrower=ann pages=30 document_hash=h1 due_on=2026-03-09"
_BACK = "return_file eve 4 pages=30 document_hash=h1"
_LESS, _TOLD = _BACK.replace("30", "29").replace("h1", "h2"), "report_file_damage eve 4 facts=第十二页缺失 pages=29 document_hash=h2"
_LOAN = (_FILE, _ASK, _YES, _OUT)


@dataclass(frozen=True, slots=True)
class FileAccess:
    """`asks`, `approvals`, `lends` (at most `most` days), `gives_back`; `damages` say what a file has become."""

    name: ClassVar[str] = "file_access"
    title: ClassVar[Text] = Text(zh="档案借阅", en="Access to files")
    basis: ClassVar[Basis] = Basis.RULE
    example: ClassVar[dict[str, Any]] = {}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (*_LOAN, _BACK), (*_LOAN, _TOLD, _LESS), _LOAN, (*_LOAN, _BACK, _ASK, _YES, _OUT, _BACK), (_FILE, _FILE.replace("30", "31"),),
        (*_LOAN, _BACK, _FILE.replace("30", "32").replace("h1", "h3")), (_FILE, _TOLD, _FILE.replace("30", "29")), (_ASK,),
        (*_LOAN, _TOLD, _LESS, _ASK, _YES, _OUT.replace("30", "29").replace("h1", "h2"), _LESS),
            (_FILE, _ASK, _YES.replace("dan", "bob"), _OUT),
        (_FILE, _ASK, _YES, _OUT.replace("eve", "fay"), _BACK.replace("eve", "fay")), (_FILE, _ASK, _YES, _OUT.replace("03-09", "04-03")),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_FILE, _YES), (_FILE, _ASK, _YES.replace("dan", "ann")), (_FILE, _ASK, _YES.replace("同意借阅三日", "同意")),
            (_ASK.replace("复议答复需要核对", "看"),),
        (_FILE, _OUT), (_FILE, _ASK, _OUT), (_FILE, _ASK, _YES, _OUT.replace("=ann", "=bob")),
            (_FILE, _ASK, _YES, _OUT.replace("eve", "ann")),
        *((_FILE, _ASK, _YES, _OUT.replace(a, b)) for a, b in (
            ("30", "29"), ("h1", "h2"), (" due_on=2026-03-09", ""), ("03-09", "03-04"), ("03-09", "04-09"), (" pages=30", ""),
                (" document_hash=h1", ""))),
        (*_LOAN, _ASK, _YES, _OUT), (_BACK,), (*_LOAN, _LESS), (*_LOAN, _BACK.replace("30", "29")), (*_LOAN, _BACK.replace("h1", "h2")),
        (*_LOAN, _BACK.replace("eve", "ann")), (*_LOAN, _FILE), (_FILE, _FILE.replace("30", "28")), (*_LOAN, _BACK, _OUT),
            (_TOLD, *_LOAN, _LESS),
        (*_LOAN, _BACK, _BACK), (_TOLD.replace("第十二页缺失", "缺"),), (*_LOAN, _TOLD.replace("eve", "ann")), (*_LOAN, _BACK, _YES),
        (*_LOAN, _TOLD, _LESS, _ASK, _YES, _OUT), (_FILE, _ASK, _YES.replace(" borrower=ann", "")),
    )
    kept: ClassVar[tuple[tuple[str, ...], ...]] = ((*_LOAN, "today 7"), (*_LOAN, _BACK, "today 90"), (_FILE, "today 90"))
    neglected: ClassVar[tuple[tuple[str, ...], ...]] = ((*_LOAN, "today 8"), (*_LOAN, _BACK.replace(" 4 ", " 9 "), "today 10"))

    archives: tuple[str, ...] = ("archive_file",)
    asks: tuple[str, ...] = ("ask_file",)
    approvals: tuple[str, ...] = ("approve_borrowing",)
    lends: tuple[str, ...] = ("lend_file",)
    gives_back: tuple[str, ...] = ("return_file",)
    damages: tuple[str, ...] = ("report_file_damage",)
    most: int = 30

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not 1 <= self.most <= 180:
            return Text(zh="借阅期限应为1至180日", en="a loan of 1 to 180 days")
        return unfit(version, self.archives, self.asks, self.approvals, self.lends, self.gives_back, self.damages)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a loan, a return and a second archiving that would hide a change."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="请由借阅人写明事由申请、他人批准，档案人员清点页数和校验值后借出，按期原样收回；短缺、改动的先如实登记。",
            en="Ask with reasons, have another approve; count pages and hash out and in; report at once what is missing or altered."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, d, acts = s.proposed, s.proposed.data, [e for e in s.case.events if e.kind == ACT]
        def after(since: tuple[str, ...]) -> list[Any]:
            return acts[max((n for n, e in enumerate(acts, 1) if e.act in since), default=0):]
        def last(kinds: tuple[str, ...], field: str) -> Any:
            return next((e.data[field] for e in reversed(acts) if e.act in kinds and field in e.data), None)
        out = sum(e.act in self.lends for e in acts) > sum(e.act in self.gives_back for e in acts)
        borrower, who = d.get("borrower"), last(self.lends, "borrower")
        told = any(e.act in self.damages for e in after(self.lends + self.archives))
        if p.act in self.asks + self.approvals + self.damages:
            words = d.get({**dict.fromkeys(self.asks, "reasons"), **dict.fromkeys(self.approvals, "opinion")}.get(p.act, "facts")) or ""
            yield len(words) < WORDS, "没有写明事由、意见或者情况", "it says too little: why, with what opinion or what happened"
        if p.act in self.approvals:
            asked = any(e.act in self.asks and e.actor == borrower for e in after(self.lends))
            yield not asked, "没有这名借阅人的申请", "this borrower has not asked"
            yield borrower == p.actor, "借阅人不得批准自己的借阅", "nobody approves his own loan"
        if p.act in self.lends:
            fine = any(e.act in self.approvals and e.data.get("borrower") == borrower for e in after(self.lends))
            yield not fine or borrower is None, "借给这名借阅人没有经过批准", "a loan to this borrower was not approved"
            yield borrower == p.actor, "不得自己借给自己", "nobody lends to himself"
            yield out, "档案尚未归还", "the file is out already"
            book = tuple(last(self.archives + self.damages, field) for field in ("pages", "document_hash"))
            yield None in book or book != (d.get("pages"), d.get("document_hash")), "页数或者校验值与归档的不一致", "not the pages and hash on file"
            due = d.get("due_on", "")
            yield due <= p.day.isoformat() or (type(p.day).fromisoformat(due) - p.day).days > self.most, \
                "没有归还日期，或者不在期限内", "no day to return it in time"
        if p.act in self.gives_back:
            yield not out, "没有借出的档案", "no file is out"
            yield p.actor == who, "借阅人不得自己登记归还", "the borrower does not enter the return himself"
            same = all(d.get(f) is not None and d.get(f) == last(self.lends, f) for f in ("pages", "document_hash"))
            yield not same and not told, "归还的与借出的不一致，没有登记短缺或者改动", "it is not what was lent, and nothing was reported"
        if p.act in self.damages:
            yield p.actor == who, "借阅人不得自己登记", "the borrower does not report on himself"
        if p.act in self.archives:
            yield out, "档案借出未还，不得重新归档", "the file is out: nothing is archived in its place"
            yield (d.get("pages") or 0) < (last(self.archives, "pages") or 0) and not told, "比原来归档的页数少", "it has fewer pages than before"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Look at each step of a loan with those before it."""
        out = say.over(say.count(self.lends), say.count(self.gives_back))
        borrower, who, due = T("borrower"), say.last(self.lends, "borrower"), say.day(T("due_on"))
        own, taker = say.equal(borrower, T("_actor")), say.equal(who, T("_actor"))
        told = say.some(self.damages, since=self.lends + self.archives)
        asked = say.some(self.asks, say.equal(R("_actor"), borrower), since=self.lends)
        fine = say.some(self.approvals, say.matches("borrower"), since=self.lends)
        book, lent = ([say.equal(say.last(acts, f), T(f)) for f in ("pages", "document_hash")] for acts in (self.archives + self.damages,
            self.lends))
        fewer = say.over(say.or_else(say.last(self.archives, "pages"), 0), say.or_else(T("pages"), 0))
        bare = {field: say.over(WORDS, say.length(T(field))) for field in ("reasons", "opinion", "facts")}
        in_time = say.both(say.over(due, T("_on")), say.at_least(self.most, say.minus(due, T("_on"))))
        return AnyOf((
            say.gate(self.asks, bare["reasons"]), say.gate(self.damages, say.either(bare["facts"], taker), needs=["_actor"]),
            say.gate(self.approvals, say.either(bare["opinion"], say.negated(asked), own), needs=["_actor"]),
            say.gate(self.lends, say.either(say.negated(say.both(fine, *book, in_time)), own, out), needs=["_actor"]),
            say.gate(self.gives_back, say.either(
                say.negated(out), taker, say.both(say.negated(say.both(*lent)), say.negated(told))), needs=["_actor"]),
            say.gate(self.archives, say.either(out, say.both(fewer, say.negated(told))))))

    def watch(self, _: PowerVersion) -> GateRule:
        """Find files that were not back by their day."""
        due = say.day(T("due_on"))
        return say.gate(self.lends, say.both(
            say.over(Today(), due), say.none(self.gives_back, say.at_least(due, R("_on")), span=Span.AFTER)))
