"""What stands beside a field so that nobody has to guess: the published bands of a fine, how early a hearing must be notified."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from qingfeng.catalogue import codes, violations
from qingfeng.catalogue.power import PowerVersion
from qingfeng.controls.deliberation_quorum import DeliberationQuorum
from qingfeng.controls.discretion_benchmark import DiscretionBenchmark
from qingfeng.controls.hearing_conduct import HearingConduct
from qingfeng.controls.rectification import Rectification
from qingfeng.controls.recusal_declared import RecusalDeclared
from qingfeng.engine.case import Case
from qingfeng.engine.control import Control, Situation
from qingfeng.engine.event import ACT
from qingfeng.terms.text import Text

Notes = Mapping[str, Text]
_OF_AN_ORDER: Notes = {
    "measures": Text(zh="每项措施编一个号：m1、m2……，在“内容”里按编号写明要做什么；复查时逐号填写是否落实。",
                     en="Number the measures: m1, m2 …, and say under “content” what each asks for; the re-check answers each."),
    "officers": Text(zh="由谁整改，并在期限以前报告完成。", en="Who puts it right, and reports it before the day set."),
}  # fmt: skip
TIER, AMOUNT, FACTORS = "tier", "amount", "factors"


def notes_for(controls: Sequence[Control], situation: Situation, case: Case) -> Notes:
    """Return the notes for the form of an act: field -> what to know.  case: as much of it as the reader may see."""
    told: dict[str, Text] = {}
    fields = {f.id for f in situation.rule.word.fields}
    for control in controls:
        if isinstance(control, HearingConduct) and situation.proposed.act in control.calls:
            day = earliest(control, situation)
            told["held_on"] = Text(zh=f"须提前{control.ahead}个工作日通知，最早为{day}",
                                   en=f"{control.ahead} working days of notice: {day} at the earliest")  # fmt: skip
        if isinstance(control, DeliberationQuorum) and situation.proposed.act in control.calls:
            told["members"] = Text(zh=f"至少{control.fewest}人；讨论机构的成员都要通知，另附材料",
                                   en=f"at least {control.fewest}; everybody of the body is called, with papers")  # fmt: skip
        if isinstance(control, Rectification) and situation.proposed.act in control.orders:
            told |= {name: note for name, note in _OF_AN_ORDER.items() if name in fields}
    # the benchmark judges the decision, and whoever proposes one has to know it
    if fields >= {TIER, AMOUNT, FACTORS} and DiscretionBenchmark.name in case.version.controls:
        said = situation.proposed.data.get("violation_code") or _last(case, "violation_code")
        told |= _bands(case.version, str(said or ""))
    return told


def lead_for(controls: Sequence[Control], act: str) -> Text | None:
    """Return what an act says by being done, to be read before it is: a declaration of no interest, and what follows from it."""
    if not any(isinstance(one, RecusalDeclared) and act in one.declares for one in controls):
        return None
    return Text(
        zh="提交即声明：我与本案当事人没有近亲属、投资、任职、债务等利害关系，也没有其他可能影响公正办理的关系。"
        "声明只对本案、本人有效，当事人变更后须重新声明；系统会与利害关系登记核对。"
        "有这类关系的，请不要提交，应当申请回避；隐瞒不报的，依法追究责任。",
        en="By submitting you declare: I am no relative, investor, post-holder, debtor or creditor of a party to this case and have no "
        "other tie that could affect fair handling. It counts for this case and for yourself alone, is to be made anew after a change "
        "of party, and is compared with the register of interests. If you have such a tie, do not submit: ask for recusal; who keeps "
        "silent answers for it.",
    )


def earliest(control: HearingConduct, situation: Situation) -> date:
    """Return the first day for which a hearing that is notified on the day of the act may be called.  Raises CalendarMissing."""
    calendar = situation.calendar
    return calendar.next_working(calendar.add_working(situation.proposed.day, control.ahead) + timedelta(days=1))


def _bands(version: PowerVersion, code: str) -> dict[str, Text]:
    """Return the published bands of a violation: what its factors count, which tier they give, what the tier allows."""
    entry = violations.catalogue_of(version).get(code)
    if entry is None or not entry.tiers:
        return {}
    unit, unit_en = ("%的计罚基数", " % of the basis") if entry.percent else ("元", " yuan")
    words = [(codes.word(version, tier.code), tier) for tier in entry.tiers]
    bands = Text(zh="；".join(f"{w.zh}{t.low:,}至{t.high:,}{unit}" for w, t in words),
                 en="; ".join(f"{w.en} {t.low:,} to {t.high:,}{unit_en}" for w, t in words))  # fmt: skip
    points = Text(zh="；".join(f"{t.points}分起{w.zh}" for w, t in words), en="; ".join(f"{w.en} from {t.points} points" for w, t in words))
    counts_zh, counts_en = [], []
    for factor in entry.factors:
        name = codes.word(version, factor.code)
        options = [(codes.word(version, one.code), one.points) for one in factor.options]
        counts_zh.append(f"{name.zh}：{'、'.join(f'{w.zh}{n}分' for w, n in options)}")
        counts_en.append(f"{name.en}: {', '.join(f'{w.en} {n}' for w, n in options)}")
    return {
        FACTORS: Text(zh="；".join(counts_zh), en="; ".join(counts_en)),
        TIER: Text(zh=f"按得分：{points.zh}", en=f"by points: {points.en}"),
        AMOUNT: Text(zh=f"公布的裁量基准：{bands.zh}", en=f"published benchmark: {bands.en}"),
    }


def _last(case: Case, name: str) -> Any:
    return next((e.data[name] for e in reversed(case.events) if e.kind == ACT and e.data.get(name)), None)
