"""site_survey 分别踏勘: two surveyors look at the site, each writes his own record before he sees the other's, others settle what differs.

Why: 现场踏勘结果的判断不客观、不公正: one look is one man's word; a second that copies the first is the same word twice.
Finds: an opinion with fewer surveyors than needed, or over a difference that nobody else settled; a record after its author read
the other's, a second one of his, with items left out, with the other's photographs; a settlement by a surveyor or without reasons.
Not: two who agree beforehand (call-backs, the duty of visits after approval).
Source: the agency's own map (2人以上参加现场踏勘、量化检查标准); that two officers look, 行政许可法 34(3) for licences.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import READ_FILE, PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, R, T
from qingfeng.terms.text import Text

WORDS = 4
# fmt: off
_ANN = "record_survey ann 1 checklist={exit:ok,gas:ok} measured={gas:8ppm} photo_hashes=[p1] place=城南站"
_BOB = "record_survey bob 1 checklist={exit:ok,gas:ok} measured={gas:8ppm} photo_hashes=[p2] place=城南站"
_ODD, _FAR = _BOB.replace("gas:ok", "gas:problem"), _BOB.replace("8ppm", "90ppm")
_MET, _IN = "settle_survey dan 3 settled={gas:以复测为准} reasons=两人共同复测确认", "submit_examination ann 5"
_READ, _BACK = "read_file bob 1", "back eve 6"


@dataclass(frozen=True, slots=True)
class SiteSurvey:
    """`surveys` by `number` people since `returns`, each with all `items`; `fields` are compared; `settles` by others before `ends`."""

    name: ClassVar[str] = "site_survey"
    title: ClassVar[Text] = Text(zh="分别踏勘", en="Surveys apart")
    basis: ClassVar[Basis] = Basis.MAP
    example: ClassVar[dict[str, Any]] = {"items": ["exit", "gas"], "readings": ["read_file"], "returns": ["back"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_ANN, _BOB, _IN), (_ANN, _ODD, _MET, _IN), (_ANN, _FAR, _MET, _IN), (_READ, _ANN, _BOB, _IN),
            (_ANN, _BOB, _READ.replace(" 1", " 2"), _IN),
        (_ANN, _BOB.replace("bob", "carl"), _IN), (_ANN, _ODD), (_ANN, _BOB, _IN, _BACK, _ANN, _BOB, _IN), (_ANN, _BOB, _MET, _IN),
        (_ANN, _BOB, _BOB.replace("bob", "carl").replace("p2", "p3"), _IN), (_ANN, _READ.replace("bob", "eve"), _BOB, _IN), (_ANN,),
        (_ANN, _ODD, _MET.replace("dan", "fay"), _IN, _IN), (_ANN, _BOB, _BACK, _READ, _BOB, _ANN.replace("ann", "carl"), _IN),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_IN,), (_ANN, _IN), (_ANN, _ODD, _IN), (_ANN, _FAR, _IN), (_ANN, _READ, _BOB), (_ANN, _ANN), (_ANN, _BOB.replace("p2", "p1")),
        (_ANN, _BOB.replace(",gas:ok", "")), (_ANN.replace("exit:ok,", ""),), (_ANN, _BOB, _BACK, _IN), (_ANN, _BOB, _BACK, _ANN, _IN),
        (_ANN, _MET, _ODD, _IN), (_ANN, _ODD, _MET.replace("gas:", "exit:"), _IN), (_ANN, _ODD, _MET.replace("dan", "bob")),
        (_ANN, _ODD, _MET.replace("两人共同复测确认", "同意")), (_ANN, _BOB, _ODD), (_ANN, _ODD, _MET.replace("dan", "ann"), _IN),
        (_ANN, _BOB.replace("bob", "eve"), _READ.replace("bob", "carl"), _ODD.replace("bob", "carl")),
            (_ANN, _BOB, _ODD.replace("bob", "carl"), _IN),
        (_ANN, _BOB.replace(" measured={gas:8ppm}", ""), _ODD.replace("bob", "carl"), _IN),
            (_ANN.replace(" checklist={exit:ok,gas:ok}", ""),),
        (_ANN, _READ.replace("bob", "carl"), _BOB, _BOB.replace("bob", "carl").replace("p2", "p3")),
    )

    items: tuple[str, ...]
    surveys: tuple[str, ...] = ("record_survey",)
    settles: tuple[str, ...] = ("settle_survey",)
    ends: tuple[str, ...] = ("submit_examination",)
    readings: tuple[str, ...] = (READ_FILE,)
    returns: tuple[str, ...] = ()
    fields: tuple[str, ...] = ("checklist", "measured")
    number: int = 2

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not (2 <= self.number <= 9 and self.items and self.fields):
            return Text(zh="踏勘人应为二至九人，至少一个项目和一个比对字段", en="two to nine surveyors, one item and one field to compare at least")
        readings = [act for act in self.readings if act != READ_FILE]  # built in, no act of the procedure
        return unfit(version, self.surveys, self.settles, self.ends, more=[*readings, *self.returns])

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a record that is not one's own, a settlement that is none, and an opinion on too few looks."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="请每名踏勘人在看他人记录之前各自逐项记录、各自拍照；不一致的由踏勘人以外的人写明理由议定，再提出审查意见。",
            en="Let each surveyor write his own record with his own photographs first; others settle with reasons "
               "what differs; then hand in."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, d = s.proposed, s.proposed.data
        done = s.acts() if p.act in self.surveys else [e for e in s.case.events if e.kind == ACT]
        done = done[max((n for n, e in enumerate(done, 1) if e.act in self.returns), default=0):]
        looks = [e for e in done if e.act in self.surveys]
        who, me = {e.actor for e in looks}, s.people.name(p.actor)
        if p.act in self.surveys:
            left = sorted({*self.items} - {*(d.get("checklist") or {})})
            yield left, f"没有逐项记录：{s.told(left).zh}", f"items not recorded: {s.told(left).en}"
            yield p.actor in who, f"{me}本轮已经记录过", f"{me} has recorded his survey in this round"
            seen = done[next((n for n, e in enumerate(done) if e.act in self.surveys), len(done)):]
            read = any(e.act in self.readings and e.actor == p.actor for e in seen)
            yield read, f"{me}已经看过他人的踏勘记录", f"{me} has read the other record"
            theirs = {photo for e in looks for photo in e.data.get("photo_hashes") or ()}
            yield theirs & {*(d.get("photo_hashes") or ())}, "用了他人踏勘记录的照片", "the photographs are those of another record"
        if p.act in self.settles:
            yield p.actor in who, f"{me}是踏勘人，不得自行议定", f"{me} is a surveyor and may not settle it"
            yield len(d.get("reasons") or "") < WORDS, "议定没有写明理由", "the settlement gives no reasons"
        if p.act in self.ends:
            yield len(who) < self.number, \
                f"本轮踏勘{len(who)}人，应有{self.number}人", f"{len(who)} surveyors in this round, {self.number} are needed"
            first: dict[str, dict[str, str]] = {field: next((e.data[field] for e in looks if field in e.data), {}) for field in self.fields}
            odd = {point for e in looks for f in self.fields for point,
                said in (e.data.get(f) or {}).items() if first[f].get(point) != said}
            settled = {point for e in done if looks and e.seq > looks[-1].seq and e.act in self.settles and e.actor not in who
                       for point in e.data.get("settled") or {}}
            left = sorted(odd - settled)
            yield left, f"踏勘结果不一致，没有由他人议定：{s.told(left).zh}", f"answers differ and others have not settled them: {s.told(left).en}"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Look at each record beside those before it, and at what differs when the opinion is handed in."""
        back, surveys = self.returns, self.surveys
        who = say.gather("set", surveys, R("_actor"), since=back)
        begun = say.gather("first", surveys, R("_position"), since=back)
        read = say.some(self.readings, say.both(say.same_actor(), say.over(R("_position"), begun)), since=back)
        theirs = say.gather("set", surveys, R("_key"), each="photo_hashes", since=back)
        lent = say.over(say.without(T("photo_hashes"), ()), say.without(T("photo_hashes"), theirs))
        mine = say.is_in(T("_actor"), who)
        latest = say.gather("last", surveys, R("_seq"), since=back)
        settled = say.gather("set", self.settles, R("_key"), say.both(say.over(R("_seq"), latest),
            say.negated(say.is_in(R("_actor"), who))),
                             each="settled")
        open_ = []
        for field in self.fields:
            one = say.gather("first", surveys, R(field), since=back)
            unlike = say.negated(say.equal(say.value_of(one, R("_key")), R("_value")))
            open_.append(say.over(say.without(say.gather("set", surveys, R("_key"), unlike, each=field, since=back), settled), 0))
        return AnyOf((
            say.gate(surveys, say.either(say.over(say.without(self.items, T("checklist")), 0), mine, read, lent), needs=["_actor"]),
            say.gate(self.settles, say.either(mine, say.over(WORDS, say.length(T("reasons")))), needs=["_actor"]),
            say.gate(self.ends, say.either(say.over(self.number, say.size(who)), *open_), needs=["_actor"])))
