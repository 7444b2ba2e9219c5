"""What the stories and settings of a power teach about its forms: what comes first, what is repeated, what there is to choose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import cache

import pytest

from qingfeng import wiring
from qingfeng.casework.desk.aid import Aid, aid_for
from qingfeng.casework.desk.course import course_of
from qingfeng.casework.desk.filling import bumped
from qingfeng.casework.desk.forecast import Outlook
from qingfeng.casework.desk.offers import answers_to, choices
from qingfeng.casework.desk.practice import practice_of
from qingfeng.casework.office import load_case
from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.case import new_case
from qingfeng.engine.clock import clocks
from qingfeng.engine.control import Command
from qingfeng.engine.order import possible
from qingfeng.simulation import script
from qingfeng.terms.people import People


@cache
def version(power: str) -> PowerVersion:
    """The version in force of a shipped power."""
    loaded = next(
        f.loaded.power for f in wiring.read_powers() if f.loaded.power is not None and f.loaded.power.id == power
    )
    assert loaded is not None
    return loaded.versions[-1]


def test_what_honest_courses_say_comes_first_and_what_they_repeat_is_known() -> None:
    practice = practice_of(version("a000/penalty"))
    assert {"lead_no", "allegations", "party"} <= practice.of("register_lead").said
    assert practice.of("approve_investigation_plan").carried["plan"] == "plan"
    assert practice.of("draw_up_investigation_plan").carried["covers"] == "allegations"
    assert "served_on" in practice.of("serve_decision").today
    assert practice.of("take_into_custody").own == {"custodian"}
    assert "evidence_no" in practice.refers["relies_on"]


def test_what_somebody_answers_or_judges_is_never_filled_in_for_him() -> None:
    practice = practice_of(version("a000/penalty"))
    for act, field in (("answer_gifts", "gifts"), ("pass_review", "opinion"), ("register_evidence", "signed"), ("count_goods", "marks"),
                       ("decide_penalty", "conclusion")):  # fmt: skip
        assert field not in practice.of(act).carried, (act, field)


def test_codes_are_chosen_from_the_lists_of_the_settings_in_words() -> None:
    penalty = version("a000/penalty")
    fields = {f.id: f for f in penalty.words["submit_final_report"].fields}
    offered, closed = choices(penalty, "submit_final_report", fields["violation_code"])
    assert closed
    assert dict(offered)["AQ36"].zh.startswith("安全设备未定期检测")
    assert [value for value, _ in answers_to(penalty, "submit_final_report", "factors", "harm")] == [
        "none",
        "danger",
        "accident",
    ]
    assert [name.zh for _, name in answers_to(penalty, "propose_case_opening", "standard", "fact")] == [
        "符合",
        "不符合",
    ]


def test_a_scale_of_answers_is_offered_whole() -> None:
    told = [value for value, _ in answers_to(version("a000/penalty"), "submit_final_report", "concludes", "A1")]
    assert set(told) == {"established", "not_established", "separate", "dropped"}


@pytest.mark.parametrize(
    ("number", "following"),
    [("E1", "E2"), ("示线〔2026〕009号", "示线〔2026〕010号"), ("示罚A0001", "示罚A0002"), ("甲", None)],
)
def test_the_next_number_keeps_the_spelling_of_the_last(number: str, following: str | None) -> None:
    assert bumped(number) == following


def test_a_case_of_no_event_yet_has_no_course() -> None:
    assert course_of(new_case("x", version("a000/penalty")), {}, (), holders=lambda post: ()) == ()


@contextmanager
def about(power: str, act: str, story_id: str = "") -> Iterator[tuple[Aid, People, script.Row]]:
    """Play the first story of a power that does an act, up to it; yield the help for its form, the people, and what the story says."""
    (read,) = wiring.read_powers([wiring.data_folder("powers") / f"{power}.yaml"])
    assert read.loaded.power is not None
    told_of = [(one, n) for one in read.loaded.power.versions[-1].stories for n, row in enumerate(one.rows)
               if row.does == act and not row.then.startswith("refused") and story_id in ("", one.id)]  # fmt: skip
    story, last = told_of[0]
    rows = [script.row_from_story(row) for row in story.rows]
    with wiring.throwaway([read.loaded.power]) as office:
        told = list(script.run(office, rows[:last], power=power))
        main = next(one.case for one in told if one.case)
        with office.store.read() as tx:
            registry = office.registry(tx)
            case, controls = load_case(office, tx, registry, main)
            rule = next(one for one in possible(case) if one.act == act)
            outlook = Outlook(
                tx, registry, case, controls, clocks(case, registry.calendar), {c.name: c.title for c in controls}
            )
            at = told[-1].at
            command = Command(case=main, act=act, actor=rows[last].who, at=at, entered=at, data={}, post=None)
            yield aid_for(outlook, outlook.situation(rule, command), data=None), registry.people, rows[last]


@pytest.mark.parametrize("power", ["a000/penalty", "a001/other_power"])
def test_what_a_file_has_to_hold_is_ticked_off_in_words(power: str) -> None:
    """The numbers of the evidence and the papers of acts that were done: what the honest archivist lists, and nothing is ticked for him."""
    with about(power, "archive_file") as (aid, _, row):
        offered = dict(aid.choices["archive_list"])
    assert {*offered} == {*row.data["archive_list"]}
    assert all(re.search("[\u4e00-\u9fff]", name.zh) for name in offered.values()), offered
    assert "archive_list" not in aid.known


@pytest.mark.parametrize("power", ["a000/penalty"])
def test_people_are_chosen_by_name_where_something_is_answered_about_them(power: str) -> None:
    with about(power, "decide_accountability") as (aid, people, _):
        rows = aid.rows["accountability"]
    assert rows
    assert all(row.key in people.names and people.name(row.key) in row.name.zh for row in rows)
    assert {value for value, _ in rows[0].options} >= {"talk"}
    assert all(re.search("[\u4e00-\u9fff]", name.zh) for _, name in rows[0].options)


def test_what_is_done_of_each_measure_is_chosen_in_words() -> None:
    for power in ("supervision/finding_handling", "a000/inspection"):
        told = dict(answers_to(version(power), "recheck_rectification", "rectified", "m1"))
        assert {code: word.zh for code, word in told.items()} == {"done": "已完成", "not_done": "未完成"}


def test_no_name_of_a_field_is_a_list_of_codes() -> None:
    coded = [f.name.zh for f in wiring.vocabulary().fields.values() if re.search(r"[a-z]+(_[a-z]+)*、[a-z]", f.name.zh)]
    assert not coded


@pytest.mark.parametrize(("source", "asked"), [("report", True), ("inspection", False)])
def test_the_usual_course_answers_a_reporter_where_there_is_one(source: str, asked: bool) -> None:
    (read,) = wiring.read_powers([wiring.data_folder("powers") / "a000" / "penalty.yaml"])
    assert read.loaded.power is not None
    story = next(
        one
        for one in read.loaded.power.versions[-1].stories
        if any(row.does == "reply_reporting_person" for row in one.rows)
    )
    rows = [script.row_from_story(row) for row in story.rows]
    rows = [
        replace(row, data={**row.data, "lead_source": source}) if row.does == "register_lead" else row for row in rows
    ]
    last = next(n for n, row in enumerate(rows) if row.does == "reply_reporting_person")
    with wiring.throwaway([read.loaded.power]) as office:
        told = list(script.run(office, rows[:last], power=read.loaded.power.id))
        assert all(one.as_expected for one in told)
        with office.store.read() as tx:
            case, controls = load_case(office, tx, office.registry(tx), next(one.case for one in told if one.case))
        course = course_of(case, {}, (), holders=lambda post: (), controls=controls)
    assert ("reply_reporting_person" in {one.act for one in course}) is asked
    assert len(course) > 2


def test_nobody_guesses_the_fine_the_published_bands_stand_beside_it() -> None:
    with about("a000/penalty", "submit_final_report") as (aid, _, row):
        assert row.data["violation_code"] == "AQ30"
        assert "较轻10,000至30,000元" in aid.notes["amount"].zh
        assert "小0分" in aid.notes["factors"].zh
        assert "2分起一般" in aid.notes["tier"].zh
        assert "10,000 to 30,000 yuan" in aid.notes["amount"].en


def test_a_hearing_is_proposed_for_the_first_day_that_is_early_enough() -> None:
    with about("a000/penalty", "notify_hearing") as (aid, _, _row):
        assert aid.known["held_on"] == "2026-06-22"  # from Tuesday 2026-06-09, with the holiday of the 19th
        assert "2026-06-22" in aid.notes["held_on"].zh


def test_what_was_said_before_is_not_typed_again() -> None:
    with about("a000/penalty", "serve_prior_notice") as (aid, _, _row):
        assert aid.known["party_kind"] == "organisation"
        assert aid.known["legal_basis"] == f"{aid.known['article_breached']}、{aid.known['article_penalty']}"
    with about("a000/penalty", "record_defence") as (aid, _, _row):
        assert aid.known["points"] == ["p1"]


def test_a_defence_is_accepted_by_a_word_of_the_list_or_answered_in_ones_own() -> None:
    with about("a000/penalty", "recheck_defence") as (aid, _, _row):
        (point,) = aid.rows["answers_to_points"]
        assert point.open_to
        assert [(value, name.zh) for value, name in point.options] == [("accepted", "采纳")]


def test_evidence_is_chosen_by_number_and_kind() -> None:
    with about("a000/penalty", "take_into_custody") as (aid, _, _row):
        assert dict(aid.choices["evidence_no"])["E1"].zh == "E1（勘验笔录、现场笔录）"


def test_people_of_the_posts_that_take_part_elsewhere_are_offered_first() -> None:
    with about("a000/penalty", "assign_lead") as (aid, people, _row):
        posts = [post for who in aid.first["officers"][:6] for post in people.posts_of(who, date(2026, 5, 11))]
    assert {"enforcement_officer", "case_handler"} <= {*posts}


def test_a_meeting_is_called_of_everybody_who_sits_in_the_body() -> None:
    with about("a000/penalty", "call_deliberation") as (aid, _, row):
        assert aid.known["members"] == ["agency_head", "deputy_in_charge", "deputy_in_charge/2"]
        assert {*aid.known["members"]} <= {*row.data["members"]}
        assert aid.known["leader"] == row.data["leader"]
        assert "至少3人" in aid.notes["members"].zh


def test_the_votes_are_counted_from_the_record() -> None:
    with about("a000/penalty", "deliberate") as (aid, _, row):
        assert {*aid.known["members"]} == {*row.data["members"]}
        assert int(aid.known["votes_for"]) == row.data["votes_for"]
        assert int(aid.known["votes_against"]) == row.data["votes_against"]


def test_a_decision_after_a_hearing_asks_at_once_whether_it_follows_the_record() -> None:
    with about("a000/penalty", "decide_penalty", "hearing") as (aid, _, _row):
        assert "follows_hearing_record" in aid.wanted
    with about("a000/penalty", "decide_penalty", "full_course") as (aid, _, _row):
        assert "follows_hearing_record" not in aid.wanted


def test_what_is_put_to_the_vote_is_what_was_proposed_last() -> None:
    with about("a000/penalty", "call_deliberation", "hearing") as (aid, _, _row):
        assert aid.known["amount"].endswith(".00")
        assert aid.known["penalty_kinds"]


def test_who_rechecks_answers_the_items_of_the_sheet_of_the_case_and_no_others() -> None:
    with about("a001/licence", "recheck_examination") as (aid, _, row):
        assert {item.key for item in aid.rows["checklist"]} == {*row.data["checklist"]}


def test_the_slip_of_a_case_is_drawn_from_the_record() -> None:
    with about("a001/licence", "draw_up_case_slip") as (aid, _, row):
        assert aid.known["slip_lines"] == row.data["slip_lines"]
        assert all(re.search("[\u4e00-\u9fff]", item.name.zh) for item in aid.rows["slip_lines"])


@pytest.mark.parametrize("power", ["a000/penalty", "a001/other_power", "a002/disciplinary_sanction"])
def test_who_declares_reads_before_what_he_declares_and_no_other_form_says_it(power: str) -> None:
    with about(power, "declare_no_interest") as (aid, _, _row):
        assert aid.lead is not None
        assert aid.lead.zh.startswith("提交即声明：我与本案当事人没有")
        assert "申请回避" in aid.lead.zh
    with about(power, "investigate" if power != "a001/other_power" else "record_survey") as (aid, _, _row):
        assert aid.lead is None


def test_an_item_of_a_sheet_rests_on_whatever_material_the_case_has_verified() -> None:
    with about("a001/licence", "fill_worksheet") as (aid, _, row):
        offered = {code for line in aid.rows["item_evidence"] for code, _ in line.options}
    assert offered >= set(row.data["item_evidence"].values())
    assert len(aid.rows["item_evidence"]) > 1
    assert all(line.options == aid.rows["item_evidence"][0].options for line in aid.rows["item_evidence"])


def test_a_field_that_every_honest_course_fills_in_is_marked_though_the_form_would_do_without() -> None:
    with about("a001/licence", "pass_review") as (aid, _, _row):
        assert "decision_outcome" in aid.usual
        assert "opinion" not in aid.usual, "required, and said to be"
    told = practice_of(version("a001/penalty")).of("check_on_the_spot").always
    assert {"content", "reasons", "facts"} <= told
    assert "recording_absent" not in told
