"""drawn_at_random 随机抽取: whom to inspect and who inspects comes from the draw that stands, or from a choice another approved.

Why: who chooses the firm or the inspector can spare a friend or harass a rival.
Finds: a visit to a firm or by officers not drawn, a substitute for nobody, a recused officer, an approver who goes himself, an officer
said to be away whom no register has so, a draw voided in another case, a firm drawn that nobody visits (`watch`).
Not: a draw that is drawn again (draw_stands), nor whether it was fair: its transcript can be redone by anybody.
Source: 优化营商环境条例 54 (random subjects, random inspectors).
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
from qingfeng.terms.citation import Citation
from qingfeng.terms.text import Text

# fmt: off
_DRAW = "register_draw ann 0 draw_id=D1 subjects=[甲厂,乙厂] officers=[bob,carl] substitutes=[dan,eve]"
_VOID, _GONE, _VISIT = "void_draw fay 1 draw_id=D1", "decide_recusal fay 1 officers=[carl]", "subject=甲厂 officers=[bob,carl]"
_AGAIN, _BOB = "register_draw ann 2 draw_id=D2 subjects=[丙厂] officers=[bob,carl] substitutes=[dan]", "inspect_site bob"
_CHOSEN = "exempt_from_draw dan 0 subject=丁厂"
_ILL, _TWIN = "record_unavailable fay 2 officers=[carl]", "c2:" + _DRAW + " subject=乙厂"
_ONE, _MINE = _DRAW.replace(",乙厂", ""), _DRAW + " subject=甲厂"
_SEEN = f"{_BOB} 3 subject=甲厂 officers=[bob,carl]"


@dataclass(frozen=True, slots=True)
class DrawnAtRandom:
    """Subject and officers of a visit are those of the draw that stands; substitutes only for officers recused or away that day
(`absences` record it); each firm drawn is visited within `days`, in whichever case, unless the draw is voided or `ends` end its case."""

    name: ClassVar[str] = "drawn_at_random"
    title: ClassVar[Text] = Text(zh="随机抽取", en="Drawn at random")
    basis: ClassVar[Basis] = Basis.STATUTE  # the article asks for random subjects and random inspectors
    example: ClassVar[dict[str, Any]] = {"absences": ["record_unavailable"], "ends": ["cancel_plan"]}
    example_away: ClassVar[tuple[tuple[str, int, int], ...]] = (("carl", 2, 3),)  # days from the Monday, both included
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        *((_DRAW, f"{_BOB} {n} subject={firm} officers=[bob,carl]") for n in (1, 2, 3, 4) for firm in ("甲厂", "乙厂")),
        *((_DRAW, f"inspect_site {who} {n} {_VISIT}") for who in ("carl", "eve") for n in (1, 3)), (_ILL.replace("2", "3"),), (_ILL,),
        (_DRAW, _GONE, f"{_BOB} 9 subject=甲厂 officers=[bob]"), (_DRAW, _VOID, _CHOSEN, f"{_BOB} 3 subject=丁厂 officers=[bob]"),
        *((_DRAW, _GONE, f"{_BOB} {n} subject=乙厂 officers=[bob,{who}]") for n in (2, 3) for who in ("dan", "eve")),
        *((_CHOSEN, f"{_BOB} {n} subject=丁厂 officers=[bob,{who}]") for n in (1, 2, 3) for who in ("eve", "carl")),
        *((_DRAW, _VOID, _AGAIN, f"{_BOB} {n} subject=丙厂 officers=[bob]") for n in (3, 4)),
        *((_DRAW, _ILL, f"{_BOB} {n} subject=甲厂 officers=[bob,{who}]") for n in (2, 3) for who in ("dan", "eve", "carl")),
        (_TWIN, _MINE, _SEEN), (_TWIN, "c2:" + _VOID.replace("D1", "D7"), _MINE, _SEEN))
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (f"{_BOB} 0 {_VISIT}",), (_DRAW, f"{_BOB} 1 subject=丁厂 officers=[bob]"), (_DRAW, f"{_BOB} 1 subject=甲厂 officers=[bob,dan]"),
        (_DRAW, _GONE, f"{_BOB} 2 {_VISIT}"), (_DRAW, _GONE, f"{_BOB} 2 subject=乙厂 officers=[dan,eve]"),
        (_DRAW, _VOID, f"{_BOB} 2 {_VISIT}"), (_DRAW, _GONE, f"{_BOB} 2 subject=甲厂 officers=[bob,fay]"),
        (_CHOSEN, f"{_BOB} 1 subject=甲厂 officers=[bob]"), (_DRAW, f"{_BOB} 1 subject=甲厂"),
        (_CHOSEN, "inspect_site bob 1 subject=丁厂 officers=[bob,dan]"), (_CHOSEN, "inspect_site dan 1 subject=丁厂 officers=[bob,eve]"),
        (_DRAW, "decide_recusal fay 1 officers=[eve]", f"{_BOB} 2 subject=甲厂 officers=[bob,dan]"),
        (_DRAW, _VOID, _AGAIN.replace(" substitutes=[dan]", ""), _GONE.replace("1", "3"), f"{_BOB} 4 subject=丙厂 officers=[bob,eve]"),
        (_DRAW, _VOID, _AGAIN.replace("subjects=[丙厂] ", ""), f"{_BOB} 4 {_VISIT}"), (_ILL.replace("carl", "bob"),),
        (_ILL.replace("2", "4"),), (_DRAW, _ILL, f"{_BOB} 4 subject=甲厂 officers=[bob,dan]"),
        (_DRAW, _ILL, f"{_BOB} 3 subject=甲厂 officers=[dan,eve]"), (_DRAW, f"{_BOB} 3 subject=甲厂 officers=[bob,dan]"),
        (_DRAW, _ILL, f"{_BOB} 3 subject=甲厂 officers=[bob,fay]"), (_TWIN, _MINE, "c2:" + _VOID, _SEEN),
        (_DRAW, _ILL, "decide_recusal fay 2 officers=[carl]", f"{_BOB} 3 subject=甲厂 officers=[dan,eve]"))
    kept: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_ONE, _SEEN, "today 90"), (_DRAW, "today 60"), (_DRAW, _VOID, "today 90"), (_CHOSEN, "today 90"),
        (_MINE, _TWIN, _SEEN, f"c2:{_BOB} 4 subject=乙厂 officers=[bob]", "today 90"),
        (_MINE, _TWIN, _SEEN, "c2:cancel_plan fay 5", "today 90"), (_ONE + " subject=甲厂", "cancel_plan fay 5", "today 90"),
        (_DRAW, _SEEN, _SEEN.replace("甲厂", "乙厂"), "today 90"))
    neglected: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_DRAW, "today 61"), (_MINE, _SEEN, "today 90"), (_MINE, _TWIN, _SEEN, "today 90"), (_MINE, "cancel_plan fay 5", "today 90"),
        (_MINE, _SEEN, "c2:" + _CHOSEN, f"c2:{_BOB} 4 subject=丁厂 officers=[bob]", "today 90"),
        (_MINE, _TWIN, _SEEN, "cancel_plan fay 5", "today 90"))

    draws: tuple[str, ...] = ("register_draw",)
    voids: tuple[str, ...] = ("void_draw",)
    choices: tuple[str, ...] = ("exempt_from_draw",)
    recusals: tuple[str, ...] = ("decide_recusal",)
    visits: tuple[str, ...] = ("inspect_site",)
    absences: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    days: int = 60

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        more = [*self.voids, *self.choices, *self.recusals, *self.absences, *self.ends]
        return unfit(version, self.draws, self.visits, more=more) or (
            None if 1 <= self.days <= 365 else Text("检查天数应为1至365", "days should be 1 to 365"))

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a visit that does not come from the draw that stands, or from a choice that another approved."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(
            by=self.name, ring="control", basis=self.basis, citation=Citation("优化营商环境条例", "54"), reason=fault, remedy=Text(
                zh="请由抽取的人员检查抽取的对象；有人回避、或者登记不在岗的，由替补名单中的人员接替；依法不抽取的，由检查人员以外的人批准。",
                en="Let those drawn inspect what was drawn, substitutes only for the recused or absent; else another approves it."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, who, firm = s.proposed, {*s.proposed.data.get("officers", ())}, s.proposed.data.get("subject")
        done = [e for e in s.case.events if e.kind == ACT]
        basis = next((e for e in reversed(done) if e.act in (*self.draws, *self.voids, *self.choices)), None)
        if p.act in self.absences:
            here = "、".join(s.people.name(o) for o in p.data.get("officers", ()) if not s.people.away(o, p.day))
            yield here, f"没有登记不在岗：{here}", f"not registered as absent: {here.replace('、', ', ')}"
        if p.act not in self.visits:
            return
        yield not who, "没有写明检查人员", "the officers are missing"
        if basis is None or basis.act in self.voids:
            yield True, "既没有有效的抽取结果，也没有批准不抽取", "there is neither a draw that stands nor leave to choose"
        elif basis.act in self.choices:
            subject = next((e.data["subject"] for e in reversed(done) if e.act in self.choices and "subject" in e.data), None)
            yield firm is None or firm != subject, "检查对象不是批准的对象", "this is not the subject for which the choice was approved"
            yield basis.actor in {*who, p.actor}, "批准不抽取的人自己参加检查", "who approved the choice inspects himself"
        else:
            void = max((n for n, e in enumerate(done, 1) if e.act in self.voids), default=0)
            drawn = {field: said for e in done[void:] if e.act in self.draws for field, said in e.data.items()}
            team, spare = {*drawn.get("officers", ())}, {*drawn.get("substitutes", ())}
            gone = {o for e in done[done.index(basis) + 1 :] if e.act in self.recusals for o in e.data.get("officers", ())}
            ill = {o for e in done[done.index(basis) + 1 :] if e.act in self.absences for o in e.data.get("officers", ())
                   if s.people.away(o, p.day)}
            odd = (who & gone) | (who - team - spare) or len(who - team) > len((gone | ill) & team)
            uses = s.elsewhere.uses("draw_id", drawn["draw_id"]) if "draw_id" in drawn else ()
            yield any(u.act in self.voids for u in uses), "这次抽取已在另案作废", "this draw was voided in another case"
            names = "、".join(map(s.people.name, sorted(who - (team - gone))))
            yield firm not in drawn.get("subjects", ()), "检查对象不是抽取的对象", "the subject was not drawn"
            yield odd, f"不是抽取的人员，也不是因回避、不在岗替补：{names}", f"neither drawn, nor for who is away: {names.replace('、', ', ')}"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Compare each visit, and each of its officers, with the latest draw or choice."""
        kind, key, who = say.last([*self.draws, *self.voids, *self.choices], "_act"), T("_key"), T("officers")
        chosen, drawn = say.is_in(kind, self.choices), say.is_in(kind, self.draws)
        firms, team, spare = (say.last(self.draws, field, since=self.voids) for field in ("subjects", "officers", "substitutes"))
        gone = say.gather("set", self.recusals, R("_key"), each="officers", since=self.draws)
        out = say.either(say.is_in(R("_act"), self.recusals), say.away(R("_key"), T("_on")))
        room = say.gather("distinct", [*self.recusals, *self.absences], R("_key"), say.both(out, say.is_in(R("_key"), team)),
            each="officers", since=self.draws)
        voided = say.some(self.voids, same="draw_id", equals=say.last(self.draws, "draw_id", since=self.voids))
        approver = say.last(self.choices, "_actor")
        other = say.either(say.negated(say.equal(T("subject"), say.last(self.choices, "subject"))), say.equal(T("_actor"), approver))
        crowded = say.over(say.without(who, team), room)
        strange = say.negated(say.either(say.is_in(key, team), say.is_in(key, spare)))
        return AnyOf((
            say.gate(self.visits, say.either(
                say.missing(who), say.negated(say.either(chosen, drawn)), say.both(chosen, other),
                say.both(drawn, say.either(voided, say.negated(say.is_in(T("subject"), firms)), crowded))),
                needs=["_actor"]),
            say.gate(self.absences, say.negated(say.away(T("_key"), T("_on"))), each="officers"),
            say.gate(self.visits, say.either(
                say.both(chosen, say.equal(key, approver)), say.both(drawn, say.either(say.is_in(key, gone), strange))), each="officers")))

    def watch(self, _: PowerVersion) -> GateRule:
        """Find firms drawn that were visited neither here nor in another case within `days`, though their draw stands."""
        firm, after, its = T("_key"), Span.AFTER, say.equal(R("subject"), T("_key"))
        case = say.gather("last", self.draws, R("_case"), its, same="draw_id", span=Span.ALL)
        done = say.either(say.some(self.visits, its, span=after), say.some(self.visits, same="subject", equals=firm, span=after),
            say.both(say.equal(T("subject"), firm), say.some(self.ends, span=after)), say.some(self.voids, span=after),
            say.some(self.ends, same="_case", equals=case, span=Span.ALL))
        return say.gate(self.draws, say.both(say.over(say.minus(Today(), T("_on")), self.days), say.negated(done)), each="subjects")
