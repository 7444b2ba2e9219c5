"""present_on_day 在岗: nobody who is registered as absent that day acts, or is named as having taken part.

Why: a record signed by somebody on leave was written by somebody else; a second officer who was away is an officer alone.
Finds: an act whose author, or a person named in it as taking part, is registered as absent on the day of the act.
Not: somebody who was away and not registered so (recordings and call-backs meet that); a stand-in, who acts in his own name.
Source: the agency's own register of leave and travel (考勤、AB角); no statute, so a rule of the agency that nobody lets pass.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, T
from qingfeng.terms.text import Text


# fmt: off
@dataclass(frozen=True, slots=True)
class PresentOnDay:
    """No act but `still` by an officer who is away; `acts` name nobody who is away in `fields` (lists) or `persons` (one officer)."""

    name: ClassVar[str] = "present_on_day"
    title: ClassVar[Text] = Text(zh="当日在岗", en="Present on the day")
    example: ClassVar[dict[str, Any]] = {"acts": ["investigate", "hold"], "still": ["answer"]}
    example_away: ClassVar[tuple[tuple[str, int, int], ...]] = (("bob", 2, 4), ("dan", 0, 2))  # days from the Monday, both included
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("investigate ann 0 officers=[ann,bob]", "investigate ann 1 officers=[bob,ann]", "note bob 5"), ("note system 3", "note party 2"),
        ("answer bob 3", "answer dan 1", "note dan 3", "investigate ann 5 officers=[ann,bob]"), ("assign ann 2 officers=[bob] leader=dan",),
        ("hold eve 3 leader=dan officers=[eve]", "hold eve 1 leader=bob"), ("investigate dan 3 +1 officers=[dan,ann]", "note carl 2"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("note bob 2",), ("investigate ann 0 officers=[ann,bob]", "investigate ann 4 officers=[ann,bob]"), ("note dan 0", "note bob 4"),
        ("hold eve 2 leader=dan", "hold eve 3 leader=bob officers=[eve,ann]"), ("investigate ann 1", "investigate dan 2 +3 officers=[ann]"),
        ("assign ann 2 officers=[bob] leader=dan", "assign bob 3"), ("investigate ann 1 officers=[ann,dan]", "hold eve 2 officers=[bob]"),
    )

    acts: tuple[str, ...]
    fields: tuple[str, ...] = ("officers",)
    persons: tuple[str, ...] = ("leader",)
    still: tuple[str, ...] = ()
    basis: ClassVar[Basis] = Basis.RULE

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        unknown = sorted({*self.acts, *self.still} - {row.act for row in version.procedure.rows})
        return Text(zh=f"流程中没有这些动作：{'、'.join(unknown)}", en=f"not acts of the procedure: {', '.join(unknown)}") if unknown else None

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse an act by somebody who is away, and one that names such a person as taking part."""
        asked, people = situation.proposed, situation.people
        named = [] if asked.act in self.still else [asked.actor]
        if asked.act in self.acts:
            named += [who for field in self.fields for who in asked.data.get(field) or ()]
            named += [asked.data[field] for field in self.persons if asked.data.get(field)]
        gone = [people.name(who) for who in dict.fromkeys(named) if people.away(who, asked.day)]
        return Refusal(by=self.name, ring="control", basis=self.basis,
            reason=Text(zh=f"{'、'.join(gone)}在{asked.day}登记为不在岗，不能办理或参加“{situation.rule.word.name.zh}”",
                        en=f"registered as absent on {asked.day}: {', '.join(gone)}; so “{situation.rule.word.name.en}” is not theirs"),
            remedy=Text(zh="请由在岗人员（或代岗人员以本人名义）办理，并如实列名；登记有误的，先由登记人更正。",
                        en="Let somebody present (or the stand-in, in his own name) do it; an entry that is wrong is corrected first."),
        ) if gone else None

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find acts by and with people whom the register has as absent that day."""
        own = say.gate(None, say.away(T("_actor"), T("_on")), applies=say.negated(say.is_in(T("_act"), self.still)), needs=["_actor"])
        lists = [say.gate(self.acts, say.away(T("_key"), T("_on")), each=field) for field in self.fields]
        return AnyOf((own, *lists, *(say.gate(self.acts, say.away(T(field), T("_on"))) for field in self.persons)))
