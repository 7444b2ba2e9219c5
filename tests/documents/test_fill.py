"""Every instrument fills from honest cases; what lacks a source is told with the act that must supply it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingfeng.documents.fill import NUMBER_MARK, Document, Unfilled, anchors_of, composed, hash_of
from qingfeng.documents.kinds import Kind, built, instruments
from qingfeng.documents.word import as_word, text_of_word
from qingfeng.documents.wording import capitals
from qingfeng.engine.case import fold
from qingfeng.terms.text import TermError
from tests.documents.conftest import Told

GOLDEN = Path(__file__).parent / "golden"
KINDS = list(instruments().kinds.values())
FROM_ACTS = [kind for kind in KINDS if kind.after]


@pytest.fixture(scope="module")
def made(told: list[Told], others: list[Told], watching: list[Told]) -> dict[str, tuple[Told, Document]]:
    """For each instrument the first honest case that can make it."""
    found: dict[str, tuple[Told, Document]] = {}
    for one in [*told, *others, *watching]:
        for kind in instruments().of_power(one.case.version.kind):
            for event in anchors_of(one.case, kind) if kind.id not in found else ():
                try:
                    found.setdefault(kind.id, (one, one.fill(kind.id, event.seq)))
                except Unfilled:
                    continue
    return found


@pytest.mark.parametrize("kind", FROM_ACTS, ids=lambda k: k.id)
def test_every_instrument_fills_from_an_honest_case_and_its_word_file_says_the_same(
    kind: Kind, made: dict[str, tuple[Told, Document]]
) -> None:
    _, document = made[kind.id]
    assert document.text == text_of_word(as_word(document), number=document.number)
    assert document.hash == hash_of(document.text)
    for strange in ("{{", "}}", "{%", "None", "。。", "；。", "：。"):
        assert strange not in document.text, document.text
    assert document.title in document.text
    assert (NUMBER_MARK in document.text) == kind.numbered


def golden_of(kind: Kind) -> str:
    """Return the instrument's wording, the name of every field in its place: with all that may be said, and with none of it."""

    def wording(names: frozenset[str]) -> str:
        fields = {
            n: [f"〔{kind.fields[n].name.zh}〕"] if kind.fields[n].listed else f"〔{kind.fields[n].name.zh}〕"
            for n in names | {"made_on"}
        }
        return composed(kind, fields, number=None, agency="〔单位〕", case="〔案号〕", anchor=1).text

    return wording(kind.names) + ("——\n" + wording(kind.names - kind.conditions()) if kind.conditions() else "")


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.id)
def test_the_wording_of_every_instrument_is_the_golden_one(kind: Kind) -> None:
    assert golden_of(kind) == (GOLDEN / f"{kind.id}.txt").read_text(encoding="utf-8")


def test_there_is_a_golden_text_for_every_instrument_and_no_other() -> None:
    assert {p.stem for p in GOLDEN.glob("*.txt")} == {k.id for k in KINDS}


def test_a_decision_holds_the_six_items_of_article_59(full: Told) -> None:
    text = full.fill("penalty_decision").text
    agency = full.registry.agency
    for item in (
        "当事人：示例化工有限公司", "地址：", "经查：", "以上事实有下列证据证明", "处罚的种类和依据", "15000元（大写：人民币壹万伍仟元整）",
        "十五日内缴至" + agency["bank"], agency["account"], "百分之三加处罚款", "六十日内向" + agency["reconsideration_body"] + "申请行政复议",
        "六个月内向" + agency["court"] + "提起行政诉讼", agency["name"] + "\n（印章）\n2026年3月27日",
    ):  # fmt: skip
        assert item in text, item


def test_where_reconsideration_comes_first_the_decision_says_so_and_only_so(full: Told) -> None:
    kind = instruments().kinds["penalty_decision"]
    fields = dict(full.fill("penalty_decision").fields) | {"reconsideration_first": "是"}
    text = composed(kind, fields, number=None, agency="甲", case="c", anchor=1).text
    assert "应当先自收到本决定书之日起六十日内" in text
    assert "也可以自收到" not in text


def test_what_is_lacking_is_told_with_the_act_that_supplies_it_in_both_languages(full: Told) -> None:
    opened = fold(full.case.id, full.case.version, full.case.events[:3])
    with pytest.raises(Unfilled) as found:
        replace(full, case=opened).fill("penalty_decision")
    assert "decide_penalty" in found.value.message.zh
    assert "decide_penalty" in found.value.message.en
    bare = replace(full, registry=replace(full.registry, agency={"name": "甲"}))
    with pytest.raises(Unfilled) as found:
        bare.fill("penalty_decision")
    assert "qingfeng document agency bank=" in found.value.message.zh
    assert "qingfeng document agency court=" in found.value.message.en


def test_an_act_that_says_less_leaves_no_blank(full: Told) -> None:
    events = [replace(e, data={k: v for k, v in e.data.items() if k != "legal_basis"}) for e in full.case.events]
    with pytest.raises(Unfilled, match="legal_basis"):
        replace(full, case=replace(full.case, events=tuple(events))).fill("penalty_decision")


def test_what_was_erased_is_told_and_not_left_out(full: Told) -> None:
    events = tuple(
        replace(e, data={k: v for k, v in e.data.items() if k != "party"}, erased=frozenset({"party"}))
        for e in full.case.events
    )
    with pytest.raises(Unfilled, match="erased"):
        replace(full, case=replace(full.case, events=events)).fill("penalty_decision")


def test_a_document_looks_at_nothing_after_the_act_on_which_it_rests(told: list[Told]) -> None:
    looked = 0
    for one in told:
        for kind in (
            instruments().kinds[k]
            for k in ("case_opening_approval", "prior_notice", "extension_decision", "inspection_record")
        ):
            for event in anchors_of(one.case, kind):
                then = replace(one, case=fold(one.case.id, one.case.version, one.case.events[: event.seq]))
                try:
                    now = one.fill(kind.id, event.seq).text
                except Unfilled:
                    with pytest.raises(Unfilled):
                        then.fill(kind.id, event.seq)
                    continue
                assert then.fill(kind.id, event.seq).text == now
                looked += 1
    assert looked > 20


def test_the_end_of_a_measure_is_computed_from_its_limit(told: list[Told]) -> None:
    seizure = next(t for t in told if t.story == "a000/compulsory_measure/seizure")
    assert "自2026年3月3日起至2026年4月2日止" in seizure.fill("seizure_decision").text
    extended = seizure.fill("extension_decision").text
    assert "扣押期限三十日" in extended
    assert "至2026年5月16日止" in extended  # sixty days and the fourteen of the appraisal


def test_data_that_names_no_field_or_block_is_refused() -> None:
    raw = dict(instruments().raw)
    for body in (
        [{"p": "{{ nothing_known }}"}],
        [{"poem": "x"}],
        [{"each": "party"}],
        [{"form": [["a", "b", "c", "d", "e"]]}],
    ):
        wrong = raw | {"kinds": {"x": {"zh": "甲", "en": "a", "powers": ["penalty"], "body": body}}}
        with pytest.raises(TermError):
            built(wrong)


@pytest.mark.parametrize(
    ("fen", "words"),
    [(0, "零元整"), (5, "伍分"), (150_005, "壹仟伍佰元零伍分"), (1_500_000, "壹万伍仟元整"), (100_010_050, "壹佰万零壹佰元伍角整"),
     (10_000_000_000, "壹亿元整"), (1_000_100_000, "壹仟万零壹仟元整")],
)  # fmt: skip
def test_sums_in_capitals(fen: int, words: str) -> None:
    assert capitals(fen) == words


_VALUES = {d: n for n, d in enumerate("零壹贰叁肆伍陆柒捌玖")}


def whole(words: str) -> int:
    """Read a capital numeral back, by other rules than those that wrote it."""
    for mark, size in (("兆", 10**12), ("亿", 10**8), ("万", 10**4)):
        if mark in words:
            high, _, low = words.rpartition(mark)
            return whole(high) * size + whole(low)
    total = digit = 0
    for char in words:
        if char in _VALUES:
            digit = _VALUES[char]
        else:
            total, digit = total + digit * {"拾": 10, "佰": 100, "仟": 1000}[char], 0
    return total + digit


@given(st.integers(1, 10**15))
def test_capitals_can_be_read_back(yuan: int) -> None:
    assert whole(capitals(yuan * 100).removesuffix("元整")) == yuan


def test_what_was_waived_before_a_new_notice_is_not_told_in_the_decision(told: list[Told]) -> None:
    again = next(t for t in told if t.story == "a000/penalty/noticed_again")
    text = again.fill("penalty_decision").text
    assert "书面放弃陈述、申辩" not in text
    assert "当事人补交减轻证据" in text


def test_goods_known_by_code_are_listed_with_their_numbers(told: list[Told]) -> None:
    seizure = next(t for t in told if t.story == "a000/compulsory_measure/seizure")
    data = {"goods": {"G1": 12, "G2": 3}, "marks": {"G1": "桶号A1"}}
    events = [replace(e, data={**e.data, **data}) if e.act == "carry_out_measure" else e for e in seizure.case.events]
    document = replace(seizure, case=replace(seizure.case, events=tuple(events))).fill("inventory_list")
    assert "G1　12\n2\nG2　3\n" in document.text
    assert "识别号：G1　桶号A1。" in document.text
    assert text_of_word(as_word(document), number=None) == document.text


def test_a_penalty_decision_cites_the_entry_says_the_tier_in_words_and_lists_the_evidence_relied_on(full: Told) -> None:
    text = full.fill("penalty_decision").text
    assert "依照《安全生产法》第九十七条的规定" in text
    assert "裁量档次：较轻。" in text
    assert "1．" in text
    assert "（编号E1）" in text
    assert not [code for code in ("light", "again", "small", "“询问”的记录") if code in text]
