"""figures_in_text 文字数字与登记一致: a sum of money that stands in the words of a paper is one of its coded figures.

Why: the table says twelve million and adds up; the letter that is sealed and sent says fifteen, and the money follows the letter.
Finds: a sum in the words of such an act, in Arabic or Chinese numerals, that none of its coded figures (nor their sum) is; a coded sum
that the words keep back (免予缴纳), where they must say it.
Not: a number without a sign of money; thresholds (以上、以下); whether the coded figures are right (budget_totals, discretion_benchmark).
Source: the agency's own rules of papers (数字前后一致), 擅自改动内容, 制作文书不规范 of its maps.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, Expr, T
from qingfeng.terms.sums import sums_in
from qingfeng.terms.text import Text


@dataclass(frozen=True, slots=True)
class Paper:
    """Acts whose `texts` speak only of sums that they code: `sums` (money), `tables` (item and whole yuan), `adds` (money added up);
    in `prose` sums of other things (the worth of goods, a turnover, a daily surcharge, a range) are left out; a coded sum of `says`
    stands in the words too."""

    acts: tuple[str, ...]
    texts: tuple[str, ...]
    sums: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    adds: tuple[str, ...] = ()
    prose: bool = False
    says: tuple[str, ...] = ()


# fmt: off
_ITEMS = "issue ann 0 budget_figures={A:12000,B:3000} budget_total=1500000 "
_FINE = "decide bob 1 amount=2000000 confiscated=6250000 "


@dataclass(frozen=True, slots=True)
class FiguresInText:
    """Every sum in the `texts` of `papers` is a coded figure of the same act, or the sum of one of its tables."""

    name: ClassVar[str] = "figures_in_text"
    title: ClassVar[Text] = Text(zh="文字数字与登记一致", en="Figures in the text are those coded")
    basis: ClassVar[Basis] = Basis.MAP
    example: ClassVar[dict[str, Any]] = {"papers": [
        {"acts": ["issue", "adjust"], "texts": ["figures"], "sums": ["budget_total"], "tables": ["budget_figures"]},
        {"acts": ["decide"], "texts": ["content", "facts"], "sums": ["amount", "confiscated"], "adds": ["amount", "confiscated"],
         "prose": True},
        {"acts": ["tell"], "texts": ["content", "facts"], "sums": ["amount"], "says": ["amount"]}]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_ITEMS + "figures=[人员经费1.2万元,公用经费3000元,合计1.5万元]",), (_ITEMS,), (_FINE + "content=没收违法所得六万二千五百元，罚款二万元",),
        (_FINE + "content=罚款￥20000 facts=依法从轻，在五千元以上五万元以下确定",), ("decide bob 1 content=责令改正",), (_ITEMS + "figures=[三项]",),
        ("note ann 0 content=共九千元", _FINE + "facts=罚款20000元"), (_ITEMS.replace("issue", "adjust") + "figures=[公用经费三千元]",),
        ("decide bob 1 confiscated=100000 content=没收一千元",), ("issue ann 0 budget_figures={A:12000,B:3000} figures=[合计一万五千元]",),
        (_FINE + "content=罚没合计82500元",), ("decide bob 1 confiscated=100000 content=合计一千元",),
        ("adjust ann 0 budget_total=1500000 figures=[合计一万五千元]",), (_FINE + "facts=没收六万二千五百元",),
        (_FINE + "facts=货值金额3万元，上年50万元营业额 content=罚款二万元，逾期每日加处600元",),
        ("tell ann 0 amount=2000000 facts=罚款二万元 content=限期改正",), ("tell ann 0 content=不予罚款",), ("tell ann 0 amount=0 content=免予",),
        (_FINE + "facts=法定幅度为五千元至五万元，注册资本约100万元",))
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_ITEMS + "figures=[人员经费1.5万元,公用经费3500元]",), (_ITEMS + "figures=[人员经费1.2万元,公用经费三千五百元]",), (_FINE + "content=罚款三万元",),
        (_FINE + "content=罚款二万元 facts=违法所得七万元",), ("decide bob 1 content=罚款2万元",), ("issue ann 0 figures=[人员经费1.2万元]",),
        (_FINE + "facts=货值3万元，罚款三万元",), (_FINE + "content=罚款三万元至四万元",), (_ITEMS + "figures=[工资3万元]",),
        (_ITEMS.replace("issue", "adjust") + "figures=[公用经费三万元]",), ("decide bob 1 amount=2000000 content=罚款二百元",),
        ("tell ann 0 amount=2000000 content=免予缴纳罚款",), ("tell ann 0 amount=2000000",),
        (_FINE + "content=罚没合计八万二千元",), (_FINE + "facts=罚款20000.5元",), ("decide bob 1 confiscated=100000 content=没收一千元 facts=共计二千元",))

    papers: tuple[Paper, ...]

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not self.papers or any(not one.texts or not one.sums + one.tables or {*one.says} - {*one.sums} for one in self.papers):
            return Text(zh="每组动作写明文字字段和登记数字的字段", en="each group of acts names fields of text and fields of figures")
        return unfit(version, *(one.acts for one in self.papers))

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a paper whose words speak of a sum that it does not code."""
        p = situation.proposed
        for paper in (one for one in self.papers if p.act in one.acts):
            coded = {p.data[field] for field in paper.sums if p.data.get(field) is not None}
            for field in paper.tables:
                in_yuan = [*(p.data.get(field) or {}).values()]
                coded |= {100 * yuan for yuan in (*in_yuan, sum(in_yuan))} if in_yuan else set()
            if paper.adds:
                coded.add(sum(p.data.get(field) or 0 for field in paper.adds))
            odd = [one for field in paper.texts for one in sums_in(p.data.get(field), prose=paper.prose) if one not in coded]
            if odd:
                sums = [f"{one / 100:,.2f}".removesuffix(".00") for one in dict.fromkeys(odd)]
                return Refusal(by=self.name, ring="control", basis=self.basis, reason=Text(
                    zh=f"文字中的金额{'、'.join(sums)}元不在登记的数字之中",
                    en=f"the text speaks of {', '.join(sums)} yuan, which is none of the figures coded"),
                    remedy=Text(zh="请核对文字和登记的数字，改正写错的一处；文字中的每个金额都须登记。",
                                en="Compare the text with the figures and mend the wrong one; every sum in the text must be coded."))
            told = {one for field in paper.texts for one in sums_in(p.data.get(field), prose=paper.prose)}
            kept = next((p.data[field] for field in paper.says if p.data.get(field) and p.data[field] not in told), None)
            if kept is not None:
                shown = f"{kept / 100:,.2f}".removesuffix(".00")
                return Refusal(by=self.name, ring="control", basis=self.basis, reason=Text(
                    zh=f"登记的金额{shown}元没有写在文字里", en=f"the words do not say the coded sum of {shown} yuan"),
                    remedy=Text(zh="请在文书内容中写明登记的金额，与决定一致。", en="Write the coded sum in the text, as it is decided."))
        return None

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find sums of a text outside the list of what the act codes."""
        def coded(one: Paper) -> Expr:
            lists = [*(say.figures(T(field), 1) for field in one.sums), *(say.figures(T(field), 100) for field in one.tables)]
            if one.adds:
                lists.append(say.figures(say.plus(*(say.or_else(T(field), 0) for field in one.adds)), 1))
            known = lists[0]
            for other in lists[1:]:
                known = say.joined(known, other)
            return known
        def kept(one: Paper, field: str) -> Expr:
            told = (say.is_in(T(field), say.or_else(say.sums(T(text), prose=one.prose), ())) for text in one.texts)
            return say.both(say.over(say.or_else(T(field), 0), 0), say.negated(say.either(*told)))
        odd = [say.gate(one.acts, say.over(say.without(say.sums(T(text), prose=one.prose), coded(one)), 0))
               for one in self.papers for text in one.texts]
        return AnyOf((*odd, *(say.gate(one.acts, kept(one, field)) for one in self.papers for field in one.says)))
