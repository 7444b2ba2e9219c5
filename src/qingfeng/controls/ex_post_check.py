"""ex_post_check 事后监管: what was granted is looked at again by others, item by item on site, and what is wrong is ordered to be put right.

Why: 监管不严格，敷衍了事，形式主义: twenty checks in one afternoon with one sentence; a problem that is written down and left there.
Finds: a check by who handled the case, with an item left out or without new photographs, in words used for another case of the round, or
one too many that day; a problem not listed; a case closed over a problem nobody ordered to correct; (watch) no check or order in time.
Not: whether an order is carried out (rectification); which cases are looked at (the duty of visits).
Source: the agency's own map (强化事后监管，发现并及时纠正问题); records of supervision, 行政许可法 61; numbers are settings.
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
from qingfeng.facts.rule import AnyOf, R, Span, T, Today
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text

FINE, WORDS = ("not_applicable", "ok"), 8  # any other answer is a problem
# fmt: off
_DID = "examine ann 0"
_OK = "check_afterwards eve 9 check_round=R1 checklist={exit:ok,tank:ok} photo_hashes=[p1] facts=通道畅通储罐在检验期内"
_BAD = _OK.replace("tank:ok", "tank:problem").replace("facts", "problems=[tank] facts")
_ORDER, _EARLY, _SHUT = "order_correction dan 10 problems=[tank]", "order_correction dan 5 problems=[tank]", "close_case dan 12"


def _in(case: str, photo: str, facts: str, line: str = _OK) -> str:
    return f"{case}:" + line.replace("p1", photo).replace("通道畅通储罐在检验期内", facts)


_A, _B, _C = (_in(f"c{n}", f"p{n}", f"第{n}家现场情况与许可一致") for n in (2, 3, 4))


@dataclass(frozen=True, slots=True)
class ExPostCheck:
    """`checks` answer all `items`, `per_day` a day and officer in a round; problems are in `orders` before `closings`; `starts` begin
    the `within` working days for the first check.  A problem is ordered or has one of `instead` in `order_within` working days, case closed
    or not, unless an order stands without `rechecks`."""

    name: ClassVar[str] = "ex_post_check"
    title: ClassVar[Text] = Text(zh="事后监管", en="Supervision afterwards")
    basis: ClassVar[Basis] = Basis.MAP
    example: ClassVar[dict[str, Any]] = {"items": ["exit", "tank"], "handlers": ["examine"], "starts": ["decide"],
        "per_day": 2, "rechecks": ["confirm"], "instead": ["revoke"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_DID, _OK, _SHUT), (_DID, _BAD, _ORDER, _SHUT), (_A, _OK), (_SHUT,), (_A, _B.replace("eve", "dan"), _OK),
        (_A, _B.replace(" 9 ", " 8 "), _OK), (_A, _B.replace("R1", "R2"), _OK), (_DID, _BAD),
        (_DID, _OK, _OK.replace("p1", "p7").replace("9", "10").replace("通道", "出口"), _SHUT),
        (_in("c2", "p2", "通道畅通储罐在检验期内").replace("R1", "R2"), _OK), (_DID, _BAD, _ORDER.replace("[tank]", "[tank,exit]"), _SHUT),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_DID, _OK.replace("eve", "ann")), (_OK.replace("tank:ok", "tank:bad"),), (_OK.replace(",tank:ok", ""),),
            (_OK.replace("check_round=R1 ", ""),), (_OK.replace(" photo_hashes=[p1]", ""),), (_OK.replace("通道畅通储罐在检验期内", "正常"),),
        (_in("c2", "p1", "现场情况与许可一致的"), _OK), (_OK, _OK.replace("通道", "出口")), (_in("c2", "p2", "通道畅通储罐在检验期内"), _OK),
        (_in("c2", "p2", "通道畅通储罐在检验期内").replace("eve", "dan"), _OK), (_A, _B, _OK), (_A, _B, _C, _OK),
            (_BAD.replace("problems=[tank] ", ""),), (_BAD.replace("[tank]", "[exit]"),), (_DID, _BAD, _SHUT),
            (_DID, _BAD, _ORDER.replace("tank", "exit"), _SHUT), (_DID, _OK.replace("facts", "officers=[ann,dan] facts")),
        (_OK.replace(" checklist={exit:ok,tank:ok}", ""),), (_OK, _OK.replace("p1", "p7").replace("9", "10")),
    )
    kept: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("decide dan 0", "today 7"), ("decide dan 0", _OK, "today 200"), (_DID, "today 200"), ("decide dan 0", "today 84"),
        (_BAD, "today 23"), (_BAD, _ORDER, "today 90"), (_BAD, _ORDER.replace(" 10 ", " 23 "), "today 90"), (_EARLY, _BAD, "today 90"),
        (_BAD, "revoke dan 12", "today 90"), (_OK.replace("exit:ok", "exit:not_applicable"), "today 90"))
    neglected: ClassVar[tuple[tuple[str, ...], ...]] = (("decide dan 0", "today 120"), (_OK, "decide dan 10", "today 120"), (
        "decide dan 0", _OK.replace(" 9 ", " 100 "), "today 120"), ("decide dan 0", "today 88"), (_BAD, "today 24"),
        (_SHUT.replace("12", "8"), _BAD, "today 90"),
        (_BAD, _ORDER.replace("tank", "exit"), "today 90"), (_BAD, _ORDER.replace(" 10 ", " 24 "), "today 90"),
        (_EARLY.replace("tank", "exit"), _BAD, "today 90"), (_EARLY, "confirm dan 7", _BAD, "today 90"), ("revoke dan 5", _BAD, "today 90"))

    items: tuple[str, ...]
    handlers: tuple[str, ...]
    starts: tuple[str, ...]
    checks: tuple[str, ...] = ("check_afterwards",)
    orders: tuple[str, ...] = ("order_correction",)
    closings: tuple[str, ...] = ("close_case",)
    rechecks: tuple[str, ...] = ()
    instead: tuple[str, ...] = ()
    per_day: int = 4
    within: int = 60
    order_within: int = 10

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not (self.items and 1 <= self.per_day <= 50 and 1 <= self.within <= 365 and 1 <= self.order_within <= 90):
            return Text(zh="至少一个项目，每天1至50件，1至365个工作日内检查，1至90个工作日内责令纠正",
                        en="one item at least, 1 to 50 a day, checked within 1 to 365 working days, ordered to correct within 1 to 90")
        lists = unfit(version, self.checks, self.orders, self.closings, more=self.rechecks + self.instead)
        return lists or unfit(version, self.handlers, self.starts)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a check that is a form, and a closure over a problem."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="请由未参与办理的人员到场逐项检查，如实写明本件情况并拍照；发现的问题逐项列出、责令纠正，再办结。",
            en="Have others check every item on site, in words of this case with new photos; list each problem and order it corrected."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, d, acts = s.proposed, s.proposed.data, [e for e in s.case.events if e.kind == ACT]
        if p.act in self.checks:
            hands = {p.actor, *(d.get("officers") or ())} & s.case.actors_of(self.handlers)
            yield hands, \
                f"{'、'.join(map(s.people.name, sorted(hands)))}参与了办理", f"{', '.join(map(s.people.name, sorted(hands)))} handled the case"
            said, words, day = d.get("checklist") or {}, d.get("facts") or "", p.day
            left = sorted({*self.items} - {*said})
            yield left, f"没有逐项检查：{s.told(left).zh}", f"items not checked: {s.told(left).en}"
            yield not d.get("check_round") or len(words) < WORDS, "没有写明批次或者检查情况", "the round or what was found is not said"
            old = [e for e in acts if e.act in self.checks]
            photos = [one for one in d.get("photo_hashes") or () if any(one in (e.data.get("photo_hashes") or ()) for e in old)
                      or any(u.act in self.checks for u in s.elsewhere.uses("photo_hashes", one))]
            yield not d.get("photo_hashes") or photos, "没有照片，或者照片以前用过", "no photographs, or one that was used before"
            round_ = [u for u in s.elsewhere.uses("check_round", str(d.get("check_round"))) if u.act in self.checks]
            same = any(u.data.get("facts") == words for u in round_) or any(e.data.get("facts") == words for e in old)
            yield same, "检查情况与另一次检查的文字完全相同", "these are word for word the words of another check"
            today = sum(u.actor == p.actor and u.day == day for u in round_) + sum(
                e.actor == p.actor and local_day(e.at) == day and e.data.get("check_round") == d.get("check_round") for e in old)
            yield today >= self.per_day, f"当天已检查{today}件，不可能逐项到场", f"{today} checks that day already: too many to be on site"
            unlisted = sorted(item for item, answer in said.items() if answer not in FINE and item not in (d.get("problems") or ()))
            yield unlisted, f"发现的问题没有列出：{s.told(unlisted).zh}", f"problems found are not listed: {s.told(unlisted).en}"
        if p.act in self.closings:
            found, ordered = ({one for e in acts if e.act in by for one in e.data.get("problems", ())} for by in (self.checks, self.orders))
            open_ = sorted(found - ordered)
            yield open_, f"发现的问题没有责令纠正：{s.told(open_).zh}", f"problems nobody ordered to correct: {s.told(open_).en}"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Look at each check beside the others of its round, and at what is open when the case closes."""
        hands, checks, words = say.gather("set", self.handlers, R("_actor")), self.checks, T("facts")
        open_ = say.negated(say.is_in(T("_value"), FINE))
        handled = say.either(say.is_in(T("_actor"), hands), say.over(say.without(T("officers"), ()), say.without(T("officers"), hands)))
        same, mine = say.matches("facts"), say.both(say.same_actor(), say.equal(R("_on"), T("_on")))
        here = say.count(checks, say.both(mine, say.matches("check_round")))
        crowd = say.at_least(say.plus(here, say.count(checks, mine, same="check_round")), self.per_day)
        used = say.either(say.some(checks, say.is_in(T("_key"), R("photo_hashes"))),
            say.some(checks, same="photo_hashes", equals=T("_key")))
        found, ordered = (say.gather("set", acts, R("_key"), each="problems") for acts in (checks, self.orders))
        return AnyOf((
            say.gate(checks, say.either(
                handled, say.over(say.without(self.items, T("checklist")), 0), say.missing(T("check_round")),
                say.over(WORDS, say.length(words)), say.missing(T("photo_hashes")),
                say.some(checks, same), say.some(checks, same, same="check_round"), crowd), needs=["_actor"]),
            say.gate(checks, used, each="photo_hashes"),
            say.gate(checks, say.both(open_, say.negated(say.is_in(T("_key"), T("problems")))), each="checklist"),
            say.gate(self.closings, say.over(say.without(found, ordered), 0))))

    def watch(self, _: PowerVersion) -> AnyOf:
        """Find what was granted and not looked at within `within` working days, and problems not ordered to correct in theirs."""
        soon = say.at_least(self.within, say.working_days(T("_on"), R("_on")))
        named, prompt = say.is_in(T("_key"), R("problems")), say.at_least(self.order_within, say.working_days(T("_on"), R("_on")))
        return AnyOf((
            say.gate(self.starts, say.both(
                say.over(say.working_days(T("_on"), Today()), self.within), say.none(self.checks, soon, span=Span.AFTER))),
            say.gate(self.checks, say.both(
                say.negated(say.is_in(T("_value"), FINE)), say.over(say.working_days(T("_on"), Today()), self.order_within),
                say.none(self.orders, say.both(named, prompt), span=Span.AFTER), say.none(self.orders, named, since=self.rechecks),
                *([say.none(self.instead, prompt, span=Span.AFTER)] if self.instead else [])), each="checklist")))
