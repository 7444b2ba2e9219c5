"""site_visit_evidence 现场检查留痕: a visit shows that it took place: time, place, fresh photographs, every item answered, signed.

Why: 流于形式: ticks made at the desk look like an inspection, and 检查不严、不细致 leaves no other trace.
Finds: a visit too short for its items, on another day than the record's, without place, photographs or signature, with items left out
or photographs used before.
Not: whether an answer is true (independent_recheck and reinspection ask again).
Source: the agency's own map (不严、不细致、走过场); minutes, photographs and the checklist are settings.
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
from qingfeng.terms.instants import parse_instant
from qingfeng.terms.text import Text

# fmt: off
_NA = "not_applicable"
_WORDS = ("ok", "problem", _NA)
_ALL = "checklist={exit:ok,dust:problem,gas:ok} measured={gas:8ppm}"
_TIME = "started=2026-03-04T09:00:00+08:00 ended=2026-03-04T{}:00+08:00"
_H, _HERE = [f"{n:064d}" for n in range(10)], "place=车间 signed_by=王示例"
_SHOT, _NEXT = f"photo_hashes=[{_H[1]},{_H[2]}]", f"photo_hashes=[{_H[3]},{_H[4]}]"
_FULL = f"inspect_site bob 2.12 {_ALL} {_TIME.format('09:40')} {_HERE} "
_BARE = f"inspect_site bob 2.12 {_ALL} {_TIME.format('11:00')} "
_SOME = f"inspect_site bob 2.12 {_TIME.format('11:00')} {_HERE} {_SHOT} "


@dataclass(frozen=True, slots=True)
class SiteVisitEvidence:
    """A visit lasts `minutes` and `per_item` more for each item; every item of `items` is answered, those of `measured` with a value."""

    name: ClassVar[str] = "site_visit_evidence"
    title: ClassVar[Text] = Text(zh="现场检查留痕", en="Evidence of the site visit")
    basis: ClassVar[Basis] = Basis.MAP
    example: ClassVar[dict[str, Any]] = {"items": ["exit", "dust", "gas"], "measured": ["gas"], "minutes": 10, "per_item": 10, "photos": 2,
        "excused": 1}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        *((_FULL + _SHOT, _FULL + f"photo_hashes=[{_H[n]},{_H[n + 1]}]") for n in (3, 4, 5)), (_FULL + _SHOT, "c2:" + _FULL + _NEXT),
        *((_FULL + shots,) for shots in (_SHOT, _NEXT, f"photo_hashes=[{_H[1]},{_H[2]},{_H[5]}]")), ("note ann 0", _FULL + _SHOT),
        *((_SOME + f"checklist={{exit:ok,dust:{a},gas:not_applicable}} inapplicable={{gas:没有燃气设备}}",) for a in ("ok", "problem")),
        *((_BARE + f"{_SHOT} place={where} unsigned_reasons=拒绝签字离场 witness=李示例",) for where in ("车间", "仓库", "厂门")),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        *((_FULL.replace("03-04T", day) + _SHOT,) for day in ("02-23T", "03-03T", "03-05T")),
        *((_FULL.replace("started=2026-03-04", f"started=2026-03-0{n}") + _SHOT,) for n in (2, 3)),
        (_FULL.replace("09:40", "09:39") + _SHOT,), (_BARE.replace("11:00", "12:30") + f"{_HERE} {_SHOT}",),
        (_FULL + f"photo_hashes=[{_H[1]},{_H[1]}]",), (_FULL + f"photo_hashes=[{_H[1]},h2]",),
        (_FULL + _SHOT, _FULL + f"photo_hashes=[{_H[2]},{_H[9]}]"), (_FULL + _SHOT, "c2:" + _FULL + f"photo_hashes=[{_H[3]},{_H[1]}]"),
        (_BARE + f"{_SHOT} place=车间 unsigned_reasons=拒签 witness=李示例",), (_BARE + f"{_SHOT} place=车间 unsigned_reasons=拒绝签字离场",),
        *((_SOME + f"checklist={{{said}}}",) for said in ("exit:ok,dust:ok", "exit:ok,dust:fine,gas:ok", "exit:ok,dust:ok,gas:ok")),
        (_SOME + "checklist={exit:ok,dust:ok,gas:not_applicable}",), (_BARE + f"{_SHOT} signed_by=王示例",),
        (_SOME + "checklist={exit:not_applicable,dust:ok,gas:not_applicable} inapplicable={exit:露天场所,gas:没有燃气}",),
    )

    items: tuple[str, ...]
    measured: tuple[str, ...] = ()
    visits: tuple[str, ...] = ("inspect_site",)
    minutes: int = 20
    per_item: int = 2
    photos: int = 3
    excused: int = 2

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        fine = self.items and {*self.measured} <= {*self.items} and self.minutes >= 1 and self.per_item >= 0 and self.photos >= 1
        return unfit(version, self.visits) or (None if fine and 0 <= self.excused < len(self.items) else Text(
            zh="检查项目不能为空，须测量的应在其中，时间和照片数至少为1，可不适用的应少于全部项目",
            en="items may not be empty and hold those measured, minutes and photographs at least 1, fewer items excused than there are"))

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a visit that does not show that it took place."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="请回到现场逐项检查，如实记录起止时间、地点、测量值、照片和签字后再提交；未保存任何内容。",
            en="Go back, inspect item by item, record times, place, values, photographs and signature, submit again; nothing was saved."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, d = s.proposed, s.proposed.data
        if p.act not in self.visits:
            return
        answers, excuses, shots = d.get("checklist", {}), d.get("inapplicable", {}), {*d.get("photo_hashes", ())}
        need = self.minutes + self.per_item * len(answers)
        first, last = (parse_instant(d[end]) if d.get(end) else None for end in ("started", "ended"))
        took = None if first is None or last is None else (last - first).total_seconds() / 60
        yield took is None or took < need, f"检查{len(answers)}项至少需要{need}分钟，记录的时间不足", f"{len(answers)} items take {need} minutes at least"
        yield last is not None and last > p.at, "检查结束时间晚于本记录的时间", "the visit ends later than this record"
        yield first is not None and first.date() != p.day, "检查起止时间不在本记录所记的当日", "the visit was not on the day of this record"
        yield not d.get("place"), "没有写明地点", "the place is missing"
        few = len(shots) < self.photos
        yield few, f"现场照片{len(shots)}张，至少{self.photos}张", f"{len(shots)} photographs, at least {self.photos} are needed"
        old = {shot for e in s.case.events if e.kind == ACT for shot in e.data.get("photo_hashes", ())}
        used = sorted(shot for shot in shots if len(shot) != 64 or shot in old or s.elsewhere.uses("photo_hashes", shot))
        yield used, f"照片校验值有误或已在其他检查中使用：{'、'.join(used)[:70]}", f"photographs garbled or used before: {', '.join(used)[:70]}"
        left = [item for item in self.items if item not in answers]
        yield left, f"检查项目没有填写：{s.told(left).zh}", f"items not answered: {s.told(left).en}"
        odd = [item for item, said in answers.items() if said not in _WORDS or (said == _NA and len(str(excuses.get(item, ""))) < 4)]
        yield odd, f"项目{s.told(odd).zh}的结果不规范，或不适用没有说明理由", f"unknown answer, or not applicable without reasons: {s.told(odd).en}"
        yield len(excuses) > self.excused, f"不适用的超过{self.excused}项", f"more than {self.excused} items are said not to apply"
        bare = [item for item in self.measured if answers.get(item, _NA) != _NA and not d.get("measured", {}).get(item)]
        yield bare, f"没有测量值：{s.told(bare).zh}", f"no measured value: {s.told(bare).en}"
        witnessed = d.get("witness") and len(str(d.get("unsigned_reasons", ""))) >= 4
        yield not d.get("signed_by") and not witnessed, "被检查方没有签字，也没有拒签理由和见证人", "not signed, and no reasons with a witness"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Look at each visit, at each answer of it and at each photograph."""
        answers, shots, key, said = T("checklist"), T("photo_hashes"), T("_key"), T("_value")
        took = say.minus(say.moment(T("ended")), say.moment(T("started")))
        need = say.plus(60 * self.minutes, say.times(60 * self.per_item, say.size(answers)))
        unsigned = say.both(say.missing(T("signed_by")), say.either(say.missing(T("witness")),
            say.over(4, say.length(T("unsigned_reasons")))))
        reasoned = say.at_least(say.length(say.value_of(T("inapplicable"), key)), 4)
        seen = say.some(None, say.equal(R("_key"), key), each="photo_hashes")
        return AnyOf((
            say.gate(self.visits, say.either(
                say.missing(took), say.over(need, took), say.over(say.moment(T("ended")), T("_at")), say.missing(T("place")), unsigned,
                say.differs(say.day(T("started")), T("_on")),
                say.over(self.photos, say.without(shots, ())), say.over(say.without(self.items, answers), 0),
                say.over(say.size(T("inapplicable")), self.excused))),
            say.gate(self.visits, say.either(
                say.negated(say.is_in(said, _WORDS)), say.both(say.equal(said, _NA), say.negated(reasoned)),
                say.both(say.is_in(key, self.measured), say.differs(said, _NA), say.missing(say.value_of(T("measured"), key)))),
                each="checklist"),
            say.gate(self.visits, say.either(
                seen, say.differs(say.length(key), 64), say.some(None, same="photo_hashes", equals=key)), each="photo_hashes")))
