"""What an officer reads: the reason says what is really the matter, and the remedy never is the act that was refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from qingfeng.catalogue import wording
from qingfeng.catalogue.power import Pending, PowerVersion
from qingfeng.terms.instants import LOCAL
from qingfeng.terms.text import Text
from tests.catalogue.sample import SAMPLE, load

NAME = Text(zh="作出决定", en="Decide")


def version() -> PowerVersion:
    power = load(SAMPLE).power
    assert power is not None
    return power.versions[0]


def name_of(act: str) -> Text:
    return next(row.word.name for row in version().procedure.rows if row.act == act)


def test_an_open_matter_is_the_reason_in_a_whole_sentence() -> None:
    matter = version().procedure.pending["supplementation"]
    reason, remedy = wording.pending(version(), NAME, matter)
    assert reason.zh == "因“待补正”尚未了结，不能“作出决定”"
    assert name_of("supplement").zh in remedy.zh


def test_the_act_that_was_refused_is_never_advised() -> None:
    matter = Pending(id="supplementation", name=Text(zh="待补正", en="Supplements due"), blocks=None)
    _, remedy = wording.pending(version(), name_of("supplement"), matter)
    assert name_of("supplement").zh not in remedy.zh
    name = name_of("accept_application")
    _, remedy = wording.not_done_yet(version(), name, {"accept_application", "submit_examination"})
    assert remedy.zh == f"请先办理“{name_of('submit_examination').zh}”。"


def test_what_only_the_clock_does_is_not_advised_to_people() -> None:
    _, remedy = wording.not_done_yet(version(), NAME, {"accept_application", "deemed_acceptance"})
    assert name_of("accept_application").zh in remedy.zh
    assert name_of("deemed_acceptance").zh not in remedy.zh


def test_a_case_that_has_not_begun_stands_at_no_step() -> None:
    said = wording.not_here(version(), act="decide_application", at="accept", opened=False)
    assert "尚未收件或者立案" in said.zh
    assert "环节" not in said.zh
    assert "环节" in wording.not_here(version(), act="decide_application", at="accept").zh


def test_who_is_refused_is_not_sent_to_himself_and_a_void_delegation_is_named() -> None:
    needed, standing = Text(zh="主要负责人", en="Agency head"), Text(zh="在2026-03-02任：科长", en="holds Section head")
    reason, remedy = wording.wrong_post(NAME, needed, "赵某", standing, ["赵某", "钱某"], delegated=True)
    assert "不得委托" in reason.zh
    assert "must not be delegated" in reason.en
    assert remedy.zh == "请转有权人员办理：钱某。"
    reason, remedy = wording.wrong_post(NAME, needed, "赵某", standing, ["赵某"])
    assert "委托" not in reason.zh
    assert "先任命" in remedy.zh


def test_a_wait_in_hours_is_told_to_the_minute() -> None:
    limit = version().procedure.limits["answer_window"]
    assert "至2026-03-05届满" in wording.too_early(NAME, limit, date(2026, 3, 5))[0].zh
    assert "至2026-03-05 16:30届满" in wording.too_early(NAME, limit, datetime(2026, 3, 5, 16, 30, tzinfo=LOCAL))[0].zh


def test_papers_are_told_by_the_names_of_the_published_list() -> None:
    matters = [{"code": "M1", "papers": [{"code": "form", "name": "申请表"}]}]
    listed = replace(version(), controls={"published_requirements": {"matters": matters}})
    assert wording.papers(listed, ["form", "x", "form"]) == Text(zh="“申请表”、x", en="application form, x")
    assert wording.papers(version(), ["form"]) == Text(zh="申请表", en="application form")
    assert wording.papers(listed, []) == Text(zh="无", en="nothing")
