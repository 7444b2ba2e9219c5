"""drawn_teams 按组抽取、按组到场: each firm is inspected by the team that was drawn for it, not by another team of the same draw.

Why: 为特定群体谋取不正当利益: two teams are drawn, and the friend of a firm changes places with an officer of the other team; both were drawn.
Finds: a draw of several firms without its teams, with teams that are not its firms and officers, too small, or other than in another case
of that draw; a visit by officers of another team, or by more substitutes than members of the team are recused or away.
Not: whether an officer was drawn at all (drawn_at_random), whether the draw was fair (its transcript can be redone by anybody).
Source: the agency's own rule, after 优化营商环境条例 54 (random subjects, random inspectors).
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
from qingfeng.facts.rule import AnyOf, R, T
from qingfeng.terms.teams import least_team, team_firms, team_members, team_spares
from qingfeng.terms.text import Text

# fmt: off
_FLAT = "register_draw ann 0 draw_id=D1 subjects=[甲厂,乙厂] officers=[bob,carl,dan,eve] substitutes=[fay,gus]"
_DRAW = _FLAT + " teams=[甲厂：bob、carl；fay,乙厂：dan、eve；gus]"
_OTHER = _FLAT + " teams=[甲厂：bob、dan；fay,乙厂：carl、eve；gus]"
_ONE = "register_draw ann 0 draw_id=D2 subjects=[甲厂] officers=[bob,carl] substitutes=[fay]"
_SEEN, _THERE = "inspect_site bob {} subject=甲厂 officers=[{}]", "inspect_site dan {} subject=乙厂 officers=[{}]"
_GONE, _ILL = "decide_recusal hal 1 officers=[carl]", "record_unavailable hal 2 officers=[carl]"
_CHOSEN, _VOID = "exempt_from_draw hal 1 subject=甲厂", "void_draw hal 1 draw_id=D1"
_BOTH = "bob,carl"


@dataclass(frozen=True, slots=True)
class DrawnTeams:
    """`draws` of several firms state `teams`, `size` members each; `visits` are by the firm's own team, substitutes of that team only
for members recused or away that day."""

    name: ClassVar[str] = "drawn_teams"
    title: ClassVar[Text] = Text(zh="按组抽取、按组到场", en="Teams as drawn")
    basis: ClassVar[Basis] = Basis.RULE
    example: ClassVar[dict[str, Any]] = {"absences": ["record_unavailable"]}
    example_away: ClassVar[tuple[tuple[str, int, int], ...]] = (("carl", 2, 3),)  # days from the Monday, both included
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        *((_DRAW, _SEEN.format(n, _BOTH)) for n in (1, 2, 3)), *((_DRAW, _THERE.format(n, "dan,eve")) for n in (1, 2, 3)),
        *((_DRAW, _GONE, _SEEN.format(n, team)) for n in (2, 3) for team in ("bob,fay", "bob")), (_DRAW, _ILL, _SEEN.format(3, "bob,fay")),
        (_OTHER, _SEEN.format(2, "bob,dan")), (_OTHER, _THERE.format(2, "carl,eve")), (_ONE,), (_ONE, _SEEN.format(2, _BOTH)),
        (_DRAW, _CHOSEN, _SEEN.format(2, "bob,eve")), (_DRAW, _VOID, _OTHER.replace("D1", "D3"), _SEEN.format(3, "bob,dan")),
        ("c2:" + _DRAW, _DRAW), ("c2:" + _DRAW, _OTHER.replace("D1", "D3")), (_ONE + " teams=[甲厂：bob、carl；fay]",),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_FLAT,), *((_DRAW.replace(a, b),) for a, b in (("、carl；fay", "；fay"), ("乙厂：", "丙厂："), ("乙厂：", "甲厂："), ("；gus]", "]"),
            ("dan、eve", "dan、hal"), ("；gus]", "；hal]"), (",乙厂：dan、eve；gus", ""), ("乙厂：dan", "dan"), ("dan、eve；gus", "dan、dan；eve、gus"))),
        ("c2:" + _DRAW, _OTHER), ("c2:" + _OTHER, _DRAW), *((_DRAW, _SEEN.format(n, team)) for n, team in (
            (2, "bob,dan"), (3, "bob,eve"), (1, "dan,eve"), (2, "bob,fay"))), (_DRAW, _THERE.format(2, "dan,carl")),
        (_OTHER, _SEEN.format(2, _BOTH)), (_DRAW, _GONE, _SEEN.format(2, "bob,gus")), (_DRAW, _GONE, _THERE.format(2, "dan,gus")),
        (_DRAW, _ILL, _SEEN.format(4, "bob,fay")), (_DRAW, _VOID, _OTHER.replace("D1", "D3"), _SEEN.format(3, _BOTH)),
    )

    draws: tuple[str, ...] = ("register_draw",)
    voids: tuple[str, ...] = ("void_draw",)
    choices: tuple[str, ...] = ("exempt_from_draw",)
    recusals: tuple[str, ...] = ("decide_recusal",)
    visits: tuple[str, ...] = ("inspect_site",)
    absences: tuple[str, ...] = ()
    size: int = 2

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        more = [*self.voids, *self.choices, *self.recusals, *self.absences]
        return unfit(version, self.draws, self.visits, more=more) or (
            None if 1 <= self.size <= 20 else Text("每组人数应为1至20", "a team should be 1 to 20"))

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a draw of several firms that does not say its teams, and a visit by officers of another team."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="请照抽取记录逐组登记（每组一行：企业：检查人员；候补），由为该企业抽取的一组检查；有人回避、不在岗的，由本组候补接替。",
            en="Register the teams as the transcript has them, a line a firm; the firm's own team goes, its substitutes for who is away."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, d, done = s.proposed, s.proposed.data, [e for e in s.case.events if e.kind == ACT]
        if p.act in self.draws:
            yield from self._stated(s, d)
        basis = next((e for e in reversed(done) if e.act in (*self.draws, *self.voids, *self.choices)), None)
        if p.act not in self.visits or basis is None or basis.act not in self.draws:
            return
        void = max((n for n, e in enumerate(done, 1) if e.act in self.voids), default=0)
        lines = next((e.data["teams"] for e in reversed(done[void:]) if e.act in self.draws and e.data.get("teams")), ())
        team, spare = ({*of(lines, d.get("subject") or "-")} for of in (team_members, team_spares))
        since = done[done.index(basis) + 1 :]
        out = {o for e in since if e.act in (*self.recusals, *self.absences) for o in e.data.get("officers", ())
               if e.act in self.recusals or s.people.away(o, p.day)}
        other = {*d.get("officers", ())} - team
        names = "、".join(map(s.people.name, sorted(other)))
        yield lines and other - spare, f"不是为该对象抽取的一组：{names}", f"not of the team drawn for it: {names.replace('、', ', ')}"
        yield lines and len(other) > len(out & team), f"没有人回避、不在岗，不得替补：{names}", f"a substitute for nobody: {names.replace('、', ', ')}"

    def _stated(self, s: Situation, d: Any) -> Iterator[tuple[object, str, str]]:
        lines, firms = d.get("teams", ()), {*d.get("subjects", ())}
        yield not lines and len(firms) > 1, "抽取了几个对象，却没有写明各组", "several firms were drawn, and their teams are not said"
        if not lines:
            return
        yield {*team_firms(lines)} != firms or len(lines) != len(firms), "各组的对象不是抽中的对象，每个一组", "not one team for each firm drawn"
        yield least_team(lines) < self.size, f"有一组不足{self.size}人，或者候补就是本组人员", f"a team has fewer than {self.size} of its own"
        apart = any({*of(lines)} != {*d.get(f, ())} for of, f in ((team_members, "officers"), (team_spares, "substitutes")))
        yield apart, "各组的人员合起来不是抽中的人员", "the teams together are not the officers drawn"
        uses = s.elsewhere.uses("draw_id", d["draw_id"]) if d.get("draw_id") else ()
        yield any(u.data.get("teams") and {*u.data["teams"]} != {*lines} for u in uses), "与另案登记的同一次抽取各组不同", "another case has other teams"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Compare the teams of each draw with its firms and officers, and each visit with the team of its firm."""
        lines, firms, kind = T("teams"), T("subjects"), say.last([*self.draws, *self.voids, *self.choices], "_act")
        made = say.written("team_firms", lines)
        unlike = [(made, firms), *((say.written(of, lines), T(field)) for of, field in (
            ("team_members", "officers"), ("team_spares", "substitutes")))]
        differs = [say.over(say.without(*pair), 0) for one, other in unlike for pair in ((one, other), (other, one))]
        number = say.differs(say.size(lines), say.without(firms, ()))
        twin = say.some(None, say.both(say.said(R("teams")), say.either(
            say.over(say.without(R("teams"), lines), 0), say.over(say.without(lines, R("teams")), 0))), same="draw_id")
        stated = say.last(self.draws, "teams", since=self.voids)
        team, spare = (say.written(of, stated, say.or_else(T("subject"), "-")) for of in ("team_members", "team_spares"))
        other = say.without(T("officers"), team)
        out = say.either(say.is_in(R("_act"), self.recusals), say.away(R("_key"), T("_on")))
        room = say.gather("distinct", [*self.recusals, *self.absences], R("_key"), say.both(out, say.is_in(R("_key"), team)),
            each="officers", since=self.draws)
        strange = say.over(say.without(T("officers"), say.joined(team, spare)), 0)
        return AnyOf((
            say.gate(self.draws, say.either(
                say.both(say.missing(lines), say.over(say.without(firms, ()), 1)),
                say.both(say.said(lines), say.either(*differs, number, say.over(self.size, say.written("least_team", lines)), twin)))),
            say.gate(self.visits, say.both(say.is_in(kind, self.draws), say.said(stated), say.either(strange, say.over(other, room))))))
