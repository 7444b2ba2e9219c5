"""Documents of licensing, filing, awards, announcements, budget and discipline: what each must say, and what none may say."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from qingfeng import wiring
from qingfeng.casework.handle import Stopped
from qingfeng.casework.office import Office
from qingfeng.documents import desk
from qingfeng.documents.casefile import Shelf, assemble
from qingfeng.documents.drafts import draft_event
from qingfeng.documents.fill import Document, Unfilled, anchors_of
from qingfeng.documents.kinds import data_files, instruments, merged
from qingfeng.documents.papers import Paper
from qingfeng.documents.word import as_word, text_of_word
from qingfeng.engine.case import fold
from qingfeng.engine.event import ACT
from qingfeng.terms.text import TermError
from tests.documents.conftest import Told, power_of, shelf_of, tell

LICENCE = "a001/licence/2026/00001"
H = "ef" * 32
# 国家法律条文只用核对过的：行政许可法（全部期限按工作日）、预算法、公务员法 only articles that were read
READ = {"行政许可法": {"三十二", "三十四", "三十六", "三十八", "四十二", "四十五", "四十六", "四十七", "四十八", "五十", "六十九"},
        "预算法": {"十四"}, "公务员法": {"九十五"}}  # fmt: skip
STATES = {"licence": 4, "other_power": 4, "acceptance": 4, "record_filing": 4, "award": 1, "announcement": 2, "budget_preparation": 1,
          "disciplinary_sanction": 1}  # fmt: skip
NINE = frozenset(STATES)


def story(others: list[Told], name: str) -> Told:
    return next(t for t in others if t.story == name)


def made(one: Told, kind: str) -> list[Document]:
    """Return every document of a kind that a case gives."""
    return [one.fill(kind, e.seq) for e in anchors_of(one.case, instruments().kinds[kind])]


def test_no_two_instruments_share_a_title_or_a_word_in_their_numbers() -> None:
    kinds = instruments().kinds.values()
    assert [t for t, n in Counter(k.title.zh for k in kinds).items() if n > 1] == []
    assert [m for m, n in Counter(k.mark for k in kinds if k.mark).items() if n > 1] == []


def test_a_name_said_in_two_data_files_is_refused() -> None:
    first = dict(instruments().raw)
    for part, name in (("fields", "party"), ("kinds", "penalty_decision")):
        with pytest.raises(TermError):
            merged(first, [{part: {name: {}}}])
    assert len(data_files()) > 1


def test_every_kind_of_power_has_its_instruments_and_the_papers_of_a_file() -> None:
    assert {v.kind for name in ("a000/award", "a002/budget") for v in power_of(name).versions} <= NINE
    for kind, least in STATES.items():
        here = {k.id for k in instruments().of_power(kind)}
        assert {
            "file_cover",
            "file_index",
            "file_note",
            "service_receipt",
            "closure_approval",
            "referral_letter",
        } <= here
        assert sum(1 for k in instruments().of_power(kind) if k.served and k.mark) >= least


def test_the_nine_cite_only_articles_of_their_own_law() -> None:
    for kind in instruments().kinds.values():
        if not kind.powers & NINE or kind.id == "referral_letter":
            continue
        for law, article in re.findall(r"《([^》{]+法)》(第[^条]+条(?:、第[^条]+条)*)", repr(kind.blocks)):
            said = set(re.findall(r"第([^条、]+)条", article))
            assert said <= READ.get(law, set()) | ({"五十二"} if law == "预算法" else set()), (kind.id, law, article)


def test_what_is_no_licence_is_not_decided_under_the_law_on_licences(others: list[Told]) -> None:
    looked = Counter[bool]()
    for one in others:
        kind = one.case.version.kind
        for name in ("acceptance_notice", "acceptance_refusal", "application_grant", "application_refusal"):
            if kind in instruments().kinds[name].powers:
                for document in made(one, name):
                    assert ("行政许可法" in document.text) == (kind == "licence"), document.text
                    looked[kind == "licence"] += 1
    assert min(looked[True], looked[False]) > 10


def test_a_refusal_gives_reasons_and_both_remedies_and_no_paper_that_grants(others: list[Told]) -> None:
    refused = story(others, "a001/licence/hearing_and_extension")
    (document,) = made(refused, "application_refusal")
    agency = refused.registry.agency
    for item in ("不予行政许可决定书", "不少于二十五米", "根据听证笔录作出", "六十日内向" + agency["reconsideration_body"] + "申请行政复议",
                 "六个月内向" + agency["court"] + "提起行政诉讼", "《行政许可法》第三十八条"):  # fmt: skip
        assert item in document.text, item
    assert made(refused, "application_grant") == []
    with pytest.raises(Unfilled, match="decision_outcome, granted"):
        refused.fill("application_grant")


def test_a_draft_of_the_other_outcome_gives_no_paper(others: list[Told]) -> None:
    one = story(others, "a001/licence/full_course")
    kind, last = instruments().kinds["application_grant"], one.case.events[-1]
    for outcome, fits in (("granted", True), ("refused", False)):
        said = {"decision_outcome": outcome, "reasons": "理由"}
        if fits:
            assert draft_event(one.case, kind, said, at=last.at, actor="agency_head").data["reasons"] == "理由"
        else:
            with pytest.raises(Unfilled):
                draft_event(one.case, kind, said, at=last.at, actor="agency_head")


@pytest.mark.parametrize("name", ["a001/licence/full_course", "a001/other_power/full_course", "a002/acceptance/full_course",
                                  "a002/record_filing/full_course"])  # fmt: skip
def test_the_slip_of_a_case_lists_every_act_in_its_order_with_who_and_when(others: list[Told], name: str) -> None:
    one = story(others, name)
    slip = made(one, "case_slip")[-1]
    rows = next(b for b in slip.blocks if b["type"] == "list")["rows"]
    done = [e for e in one.case.events if e.kind == ACT and e.seq <= slip.anchor]
    names = {row.act: row.word.name.zh for row in one.case.version.procedure.rows}
    assert [row[1] for row in rows] == [names[e.act] for e in done]
    assert [row[0] for row in rows] == [str(n) for n in range(1, len(done) + 1)]
    stamps = [next(cell for cell in row if re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", cell)) for row in rows]
    assert stamps == sorted(stamps)
    assert all(cell != "—" for row in rows for cell in row)


def test_a_sanction_tells_the_three_ways_to_be_heard_again_and_a_case_without_one_tells_none(
    others: list[Told],
) -> None:
    (decision,) = made(story(others, "a002/disciplinary_sanction/full_course"), "sanction_decision")
    for item in ("三十日内向本机关申请复核", "十五日内向同级公务员主管部门", "直接提出申诉", "《公务员法》第九十五条", "集体讨论", "警告处分",
                 "1．证人证言（编号E1）"):  # fmt: skip
        assert item in decision.text, item
    assert "行政复议" not in decision.text
    acquitted = [
        d
        for one in others
        if one.case.version.kind == "disciplinary_sanction"
        for d in made(one, "no_sanction_decision")
    ]
    assert acquitted
    for document in acquitted:
        assert "不予处分，并在一定范围内说明情况" in document.text
        assert "复核" not in document.text


def test_the_sheet_of_totals_says_what_was_summed_and_leaves_room_for_three_signatures(others: list[Told]) -> None:
    sheet = made(story(others, "a000/award/full_course"), "score_summary")[-1]
    lists = [b["rows"] for b in sheet.blocks if b["type"] == "list"]
    assert lists[1] == [["1", "C1", "273"], ["2", "C2", "264"]]
    assert next(b["text"] for b in sheet.blocks if b["type"] == "sign").count("（签名）") == 3
    notice = made(story(others, "a000/award/full_course"), "award_notice")[-1]
    assert "示例矿山有限公司" in notice.text
    assert "C1" not in notice.text


def test_short_answers_and_items_stand_there_in_words(others: list[Told]) -> None:
    text = "".join(d.text for d in made(story(others, "a000/award/full_course"), "eligibility_form"))
    assert "死亡事故\n未发现" in text
    assert not re.search(r"[a-z]{3,}", text)


def test_what_people_typed_parts_no_cells(others: list[Told]) -> None:
    one = story(others, "a002/disciplinary_sanction/full_course")
    events = [
        replace(e, data={**e.data, "opinion": "甲|乙|丙"}) if e.act == "cast_vote" else e for e in one.case.events
    ]
    document = replace(one, case=replace(one.case, events=tuple(events))).fill("sanction_meeting_record")
    rows = next(b for b in document.blocks if b["type"] == "list")["rows"]
    assert {row[3] for row in rows} == {"甲｜乙｜丙"}
    assert text_of_word(as_word(document), number=None) == document.text


def test_a_document_of_the_nine_looks_at_nothing_after_its_act(others: list[Told]) -> None:
    looked = 0
    for one in others:
        for name in (
            "examination_form",
            "sanction_decision",
            "control_figures_notice",
            "award_notice",
            "announcement_signoff",
        ):
            kind = instruments().kinds[name]
            for event in anchors_of(one.case, kind) if one.case.version.kind in kind.powers else ():
                then = replace(one, case=fold(one.case.id, one.case.version, one.case.events[: event.seq]))
                assert then.fill(name, event.seq).text == one.fill(name, event.seq).text
                looked += 1
    assert looked > 40


FIRST_IN_FILE = {"a001/licence": "准予行政许可决定书", "a001/other_power": "准予申请决定书", "a002/acceptance": "准予申请决定书",
                 "a002/record_filing": "备案回执", "a000/award": "表彰决定", "a002/announcement_six": "公告", "a002/announcement_three": "公告",
                 "a002/budget": "预算批复（二下）", "a002/disciplinary_sanction": "处分决定书"}  # fmt: skip


@pytest.mark.parametrize(("power", "title"), FIRST_IN_FILE.items())
def test_the_file_of_each_power_begins_with_its_decision(others: list[Told], power: str, title: str) -> None:
    one = story(others, f"{power}/full_course")
    shelf = Shelf(
        case=one.case, papers=(), agency=one.registry.agency, people=one.registry.people, calendar=one.registry.calendar
    )
    made_up = assemble(shelf, by="archivist", on=date(2026, 12, 30), paged=False)
    titles = [e.document.title for e in made_up.entries]
    assert titles[0] == title
    if instruments().kinds[made_up.entries[0].document.kind.id].served_by:
        assert titles[1] == "送达回证"
    rest = [e.day for e in made_up.entries if e.document.kind.id not in instruments().file_first and e.proof_of is None]
    assert rest == sorted(rest)
    assert len(titles) > 8
    assert not [lack.zh for lack in made_up.lacks if "不能制作" in lack.zh]


@pytest.fixture
def granted() -> Iterator[Office]:
    """An agency in which a licence was granted and nothing issued yet."""
    power = power_of("a001/licence")
    with wiring.throwaway([power]) as office:
        assert (
            tell(
                office,
                power,
                next(s for s in power.versions[-1].stories if s.id == "full_course"),
                until="decide_application",
            )
            == LICENCE
        )
        yield office


def test_the_desk_keeps_a_licence_as_it_keeps_a_penalty(granted: Office) -> None:
    shelf = shelf_of(granted, LICENCE)
    at = shelf.case.events[-1].at + timedelta(hours=1)
    low = desk.approve(granted, LICENCE, "application_grant", actor="counter_clerk", at=at)
    assert isinstance(low, Stopped)
    with pytest.raises(Unfilled):  # the other outcome has no paper
        desk.approve(granted, LICENCE, "application_refusal", actor="agency_head", at=at)
    with pytest.raises(Unfilled):  # an act that gives rise to no such paper
        desk.approve(granted, LICENCE, "application_grant", actor="agency_head", at=at, anchor=1)
    paper = desk.approve(granted, LICENCE, "application_grant", actor="agency_head", at=at)
    assert isinstance(paper, Paper)
    changed = desk.issue(granted, LICENCE, "application_grant", actor="case_handler", at=at, shown="0" * 64)
    assert isinstance(changed, Stopped)
    issued = desk.issue(granted, LICENCE, "application_grant", actor="case_handler", at=at, shown=paper.hash)
    assert isinstance(issued, Paper)
    assert issued.number is not None
    assert issued.number.endswith("准〔2026〕1号")
    own = desk.seal(granted, LICENCE, "application_grant", actor="agency_head", at=at, shown=paper.hash)
    assert isinstance(own, Stopped)
    assert isinstance(
        desk.seal(granted, LICENCE, "application_grant", actor="custodian", at=at, shown=paper.hash), Paper
    )
    bare = desk.serve(
        granted, LICENCE, "application_grant", actor="counter_clerk", at=at, shown=paper.hash, way="direct", proof={}
    )
    assert isinstance(bare, Stopped)
    assert {r.citation for r in bare.refusals} == {None}  # the law of penalties does not speak of licences
    proof = {"received_by": "张某", "capacity": "法定代表人", "received_on": at.date().isoformat(), "receipt_hash": H}
    served = desk.serve(
        granted, LICENCE, "application_grant", actor="counter_clerk", at=at, shown=paper.hash, way="direct", proof=proof
    )
    assert isinstance(served, Paper)
    made_up = assemble(shelf_of(granted, LICENCE), by="archivist", on=at.date(), paged=False)
    assert [e.document.title for e in made_up.entries[:2]] == ["准予行政许可决定书", "送达回证"]


def test_the_record_of_a_talk_names_the_person_talked_to(others: list[Told]) -> None:
    """Whoever is talked to stands on the record by name: a witness as the plan names him, an officer not by his id."""
    one = story(others, "a002/disciplinary_sanction/full_course")
    witness, accused = (text_of_word(as_word(talk), number="") for talk in made(one, "talk_record"))
    assert "同席人员周敏" in witness
    assert one.registry.people.name("finance_officer/2") in accused
    assert "finance_officer/2" not in accused
