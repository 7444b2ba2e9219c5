"""examination_team 现场审查组: who goes on site has signed the rules himself; the meeting is minuted, and others rate the team.

Why: papers that are signed for the whole team by its leader bind nobody; a team that nobody rates learns what it may leave out.
Finds: a visit by somebody who has not signed all undertakings himself; an opinion handed in without minutes that name the whole team,
or without a rating of each member by somebody who was not in it; an undertaking that leaves something out.
Not: whether they keep what they signed; ties with the applicant (recusal).
Source: the agency's own map (现场审查人员工作守则、公正性及保密事项承诺、会议内容记录、工作表现评价表); papers are settings.
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
from qingfeng.terms.text import Text

WORDS, MINUTES = 2, 10  # characters of a rating, of minutes
# fmt: off
_SIGN = "sign_undertaking {} 0 undertakings=[work_rules,impartiality,secrecy] document_hash=h1"
_ANN, _BOB = _SIGN.format("ann"), _SIGN.format("bob")
_GO = "examine_on_site ann 2 officers=[ann,bob]"
_MET = "record_examination_meeting bob 3 members=[ann,bob] content=首次会议和末次会议情况如实记录 document_hash=h2"
_RATED, _IN = "evaluate_examiners eve 4 ratings={ann:按守则办理,bob:记录完整}", "submit_examination ann 5"
_SELF = _RATED.replace("eve", "bob")


@dataclass(frozen=True, slots=True)
class ExaminationTeam:
    """`papers` are signed one by one in `signs` before `visits`; `minutes` and `rates` since the latest visit come before `ends`."""

    name: ClassVar[str] = "examination_team"
    title: ClassVar[Text] = Text(zh="现场审查组", en="Team on site")
    basis: ClassVar[Basis] = Basis.MAP
    example: ClassVar[dict[str, Any]] = {"papers": ["work_rules", "impartiality", "secrecy"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_ANN, _BOB, _GO, _MET, _RATED, _IN), (_ANN, _BOB, _GO), (_IN,), (_ANN, _BOB, _GO, _GO, _MET, _RATED, _IN), (_ANN, _BOB),
        (_ANN, "examine_on_site ann 2", _MET, _RATED, _IN), (_ANN, _BOB, _GO, _RATED, _MET, _IN, _IN), (_MET, _RATED, _IN),
        (_ANN, _BOB, _GO, _MET, "evaluate_examiners fay 4 ratings={ann:按守则办理}", "evaluate_examiners eve 4 ratings={bob:提问不足}", _IN),
        (_ANN, _BOB, _SIGN.format("carl"), _GO, "examine_on_site carl 2 officers=[carl]", _MET.replace("[ann,", "[ann,carl,"),
         _RATED.replace("{", "{carl:较好,"), _IN), (_ANN, _BOB, _GO, _MET, _RATED, _SELF, _IN),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_ANN, _GO), (_BOB, _GO), (_BOB, _GO.replace("[ann,bob]", "[bob]")), (_GO,), (_ANN.replace(",secrecy", ""),),
        ("sign_undertaking ann 0 undertakings=[work_rules,impartiality,secrecy]",), (_ANN.replace(",secrecy", ""), _BOB, _GO),
        (_ANN, _BOB, _GO, _IN), (_ANN, _BOB, _GO, _RATED, _IN), (_ANN, _BOB, _GO, _MET, _IN), (_ANN, _BOB, _GO, _MET, _SELF, _IN),
        (_ANN, _BOB, _GO, _MET.replace("[ann,", "["), _RATED, _IN), (_ANN, _BOB, _GO, _MET, _RATED.replace(",bob:记录完整", ""), _IN),
        (_MET, _RATED, _ANN, _BOB, _GO, _IN), (_ANN, _BOB, _GO, _MET, _RATED, _GO, _IN),
        (_ANN, _BOB, _GO, _MET.replace("首次会议和末次会议情况如实记录", "会议正常召开"), _RATED, _IN),
        (_ANN, _BOB, _GO, _MET.replace(" document_hash=h2", ""), _RATED, _IN), (_ANN, _BOB, _GO, _MET, _RATED.replace("记录完整", "好"), _IN),
        (_ANN, _BOB, _SIGN.format("carl"), "examine_on_site carl 1", _GO, _MET, _RATED, _IN),
    )

    papers: tuple[str, ...]
    signs: tuple[str, ...] = ("sign_undertaking",)
    visits: tuple[str, ...] = ("examine_on_site",)
    minutes: tuple[str, ...] = ("record_examination_meeting",)
    rates: tuple[str, ...] = ("evaluate_examiners",)
    ends: tuple[str, ...] = ("submit_examination",)

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        return unfit(version, self.signs, self.visits, self.minutes, self.rates, self.ends) or (
            None if self.papers else Text(zh="至少要有一项守则或者承诺", en="one paper at least has to be signed"))

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a visit without the papers, and an opinion without minutes and ratings."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="请每名审查人员本人逐项签署守则和承诺后到场；会议记录写全参加人员和内容，由审查组以外的人逐人评价，再提交意见。",
            en="Let each member sign in person before the visit; minute the meeting with everybody, have others rate each, then hand in."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, acts = s.proposed, [e for e in s.case.events if e.kind == ACT]
        def whole(data: Any) -> bool:
            return {*self.papers} <= {*(data.get("undertakings") or ())} and bool(data.get("document_hash"))
        def names(who: set[Any]) -> tuple[str, str]:
            shown = [s.people.name(str(one)) for one in sorted(map(str, who))]
            return "、".join(shown), ", ".join(shown)
        if p.act in self.signs:
            yield not whole(p.data), "守则和承诺没有逐项签署，或者没有文本", "not all undertakings are signed, or the paper is not attached"
        if p.act in self.visits:
            unsigned = {p.actor, *(p.data.get("officers") or ())} - {e.actor for e in acts if e.act in self.signs and whole(e.data)}
            zh, en = names(unsigned)
            yield unsigned, f"{zh}没有本人签署守则和承诺", f"{en} did not sign the rules and undertakings in person"
        trips = [n for n, e in enumerate(acts, 1) if e.act in self.visits]
        if p.act in self.ends and trips:
            team = {who for n in trips for who in (acts[n - 1].actor, *(acts[n - 1].data.get("officers") or ()))}
            later = acts[trips[-1]:]
            met = {w for e in later if e.act in self.minutes and e.data.get("document_hash") and len(e.data.get("content", "")) >= MINUTES
                   for w in e.data.get("members") or ()}
            rated = {w for e in later if e.act in self.rates and e.actor not in team for w, said in (e.data.get("ratings") or {}).items()
                     if len(str(said)) >= WORDS}
            zh, en = names(team - met)
            yield team - met, f"最近一次到场后的会议记录没有记全：{zh}", f"no minutes since the latest visit that name {en}"
            zh, en = names(team - rated)
            yield team - rated, f"没有由审查组以外的人评价：{zh}", f"nobody outside the team has rated {en}"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Compare who went with who signed, who was minuted and who was rated by others."""
        def whole(undertakings: Any, paper: Any) -> Any:
            return say.both(*(say.is_in(one, undertakings) for one in self.papers), say.said(paper))
        signed = say.gather("set", self.signs, R("_actor"), whole(R("undertakings"), R("document_hash")))
        named, went = say.gather("set", self.visits, R("_key"), each="officers"), say.gather("set", self.visits, R("_actor"))
        written = say.both(say.said(R("document_hash")), say.at_least(say.length(R("content")), MINUTES))
        met = say.gather("set", self.minutes, R("_key"), written, each="members", since=self.visits)
        other = say.negated(say.either(say.is_in(R("_actor"), named), say.is_in(R("_actor"), went)))
        spoken = say.both(other, say.at_least(say.length(R("_value")), WORDS))
        rated = say.gather("set", self.rates, R("_key"), spoken, each="ratings", since=self.visits)
        left = [say.over(say.without(team, done), 0) for team in (named, went) for done in (met, rated)]
        return AnyOf((
            say.gate(self.signs, say.negated(whole(T("undertakings"), T("document_hash")))),
            say.gate(self.visits, say.either(say.negated(say.is_in(T("_actor"), signed)), say.over(say.without(T("officers"), signed), 0)),
                     needs=["_actor"]),
            say.gate(self.ends, say.both(say.some(self.visits), say.either(*left)), needs=["_actor"])))
