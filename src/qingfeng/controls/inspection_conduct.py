"""inspection_conduct 检查行为规范: a visit is of published items, by two officers or more, with scan-in, cards shown and notice given.

Why: 不遵守监督工作纪律: who comes unannounced, alone, for an item nobody published can ask for anything.
Finds: a visit of an item that is not published, without a fresh scan-in, by fewer officers, cards not shown, without notice or leave.
Not: whether an officer's card is valid (two_officers), whether the firm was drawn (drawn_at_random).
Source: the agency's own rule; published items, number of officers and ways of notice are settings.
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

# fmt: off
_SEEN = "subject=甲厂 inspection_items=[fire] credentials_shown=yes"
_TOLD, _LEAVE = "notify_inspection ann 0 subject=甲厂", "approve_unannounced_visit dan 0 subject=甲厂 reasons=举报线索紧急"
_GO = f"inspect_site bob 2 officers=[bob,carl] {_SEEN} "


@dataclass(frozen=True, slots=True)
class InspectionConduct:
    """What a visit must look like to the firm."""

    name: ClassVar[str] = "inspection_conduct"
    title: ClassVar[Text] = Text(zh="检查行为规范", en="Conduct of an inspection")
    basis: ClassVar[Basis] = Basis.RULE
    example: ClassVar[dict[str, Any]] = {"items": ["fire", "dust"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        *((told, _GO + f"scan_in=S{n}") for told in (_TOLD, _LEAVE) for n in (1, 2, 3)), (_TOLD, _LEAVE),
        *((_TOLD, _GO + "scan_in=S1", f"inspect_site carl {n} officers=[bob,carl,eve] {_SEEN} scan_in=S{n}") for n in (3, 4, 5)),
        (_TOLD, _GO.replace("[fire]", "[fire,dust]") + "scan_in=S1"), (_TOLD, _LEAVE, _GO + "scan_in=S1"), (_LEAVE,), (_LEAVE, _LEAVE),
        ("c2:" + _TOLD, "c2:" + _GO + "scan_in=S9", _TOLD, _GO + "scan_in=S1"),
        (_LEAVE, "inspect_site eve 2 officers=[eve,fay] " + _SEEN + " scan_in=S4"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_GO + "scan_in=S1",), (_TOLD, _GO), (_TOLD, _GO + "scan_in=S1", _GO + "scan_in=S1"),
        ("c2:" + _GO + "scan_in=S1", _TOLD, _GO + "scan_in=S1"), (_TOLD, _GO.replace("[fire]", "[fire,gas]") + "scan_in=S1"),
        (_TOLD, _GO.replace("=yes", "=no") + "scan_in=S1"), (_LEAVE.replace("举报线索紧急", "急"),),
        (_TOLD, _GO.replace("[bob,carl]", "[bob,bob]") + "scan_in=S1"), (_TOLD, _GO.replace("[bob,carl]", "[dan,carl]") + "scan_in=S1"),
        (_TOLD, _GO.replace("甲厂", "乙厂") + "scan_in=S1"), (_LEAVE, f"inspect_site dan 2 officers=[bob,carl,dan] {_SEEN} scan_in=S1"),
        (_LEAVE.replace("dan", "bob"), _GO + "scan_in=S1"),
    )

    items: tuple[str, ...]
    visits: tuple[str, ...] = ("inspect_site",)
    notices: tuple[str, ...] = ("notify_inspection",)
    leaves: tuple[str, ...] = ("approve_unannounced_visit",)
    officers: int = 2

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        fine = self.items and 1 <= self.officers <= 20 and (self.notices or self.leaves)
        return unfit(version, self.visits, more=[*self.notices, *self.leaves]) or (None if fine else Text(
            zh="公布的检查事项和通知方式不能为空，人数应为1至20", en="published items and ways of notice may not be empty; officers 1 to 20"))

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a visit that the firm need not bear, and leave to come unannounced without reasons."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="请检查公布的事项，二人以上到场，出示证件、扫码入企，并事先通知；需要突击检查的，由不参加检查的人说明理由批准。",
            en="Inspect published items, in twos, show cards, scan in, give notice; to come unannounced needs the leave of one who stays."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, d = s.proposed, s.proposed.data
        if p.act in self.leaves:
            yield len(str(d.get("reasons", ""))) < 4, "批准不事先通知的检查应说明理由", "leave to come unannounced needs reasons"
        if p.act not in self.visits:
            return
        done, team, items = [e for e in s.case.events if e.kind == ACT], {*d.get("officers", ())}, {*d.get("inspection_items", ())}
        odd = s.told(sorted(items - {*self.items}))
        yield not items or items - {*self.items}, f"检查事项未填或者没有公布：{odd.zh}", f"items not said or not published: {odd.en}"
        scan = d.get("scan_in")
        stale = not scan or s.elsewhere.uses("scan_in", scan) or any(e.data.get("scan_in") == scan for e in done)
        yield stale, "没有扫码入企记录，或者该记录已经用过", "there is no scan-in, or it was used before"
        yield d.get("credentials_shown") != "yes", "没有出示执法证件", "the cards were not shown"
        few = len(team) < self.officers
        yield few, f"检查人员{len(team)}名，至少{self.officers}名", f"{len(team)} officers, at least {self.officers} are needed"
        yield p.actor not in team, f"{s.people.name(p.actor)}不在检查人员之列", f"{s.people.name(p.actor)} is not among the officers"
        mine = [e for e in done if d.get("subject") and e.data.get("subject") == d["subject"]]
        leave = any(e.act in self.leaves and e.actor not in team for e in mine)
        yield not leave and not any(e.act in self.notices for e in mine), "既没有通知该对象，也没有他人批准不事先通知", "neither notice nor another's leave"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Look at each visit with the notices before it, and at each leave."""
        told = say.some(self.notices, say.matches("subject"))
        leave = say.some(self.leaves, say.both(say.matches("subject"), say.negated(say.is_in(R("_actor"), T("officers")))))
        used = say.either(say.some(None, say.matches("scan_in")), say.some(None, same="scan_in"))
        return AnyOf((
            say.gate(self.leaves, say.over(4, say.length(T("reasons")))),
            say.gate(self.visits, say.either(
                say.missing(T("inspection_items")), say.over(say.without(T("inspection_items"), self.items), 0), say.missing(T("scan_in")),
                used,
                say.negated(say.equal(T("credentials_shown"), "yes")), say.over(self.officers, say.without(T("officers"), ())),
                say.negated(say.is_in(T("_actor"), T("officers"))), say.negated(say.either(told, leave))), needs=["_actor"])))
