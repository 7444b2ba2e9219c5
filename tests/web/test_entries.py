"""The lists of a case's page that are written without a template: in the reader's language, and what people wrote stays words."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from qingfeng.casework.desk.caselog import Entry, Paper
from qingfeng.casework.desk.casepage import OthersAct
from qingfeng.casework.desk.course import CourseItem
from qingfeng.casework.desk.said import Said
from qingfeng.terms.instants import LOCAL
from qingfeng.terms.text import Text

AT = datetime(2026, 11, 20, 9, 30, tzinfo=LOCAL)
EVIL = "<script>&\"'"
SAFE = "&lt;script&gt;&amp;&quot;&#x27;"
ACT = Text(zh="登记线索", en="register a lead")


def tags() -> Any:
    """The module, which Django must be ready for."""
    from qingfeng.web.templatetags import entries

    return entries


def entry(**other: Any) -> Entry:
    """One line of a log."""
    told: dict[str, Any] = {
        "kind": "act", "seq": 7, "at": AT, "entered": AT, "name": ACT, "who": Text(zh="陈俊杰", en="陈俊杰"), "lines": (), "reason": None,
        "stops": (), "tone": "plain"}  # fmt: skip
    return Entry(**told | other)


def test_an_entry_says_who_what_and_when_and_nothing_that_it_does_not_hold(image: object) -> None:
    zh = tags().log_entries({"lang": "zh"}, [entry()])
    assert '<li id="e7" class="">' in zh
    assert f'<time datetime="{AT.isoformat()}">2026-11-20 09:30</time>' in zh
    assert "<b>登记线索</b><p>陈俊杰</p>" in zh
    for words in ("录入", "<details>", "err"):
        assert words not in zh
    assert "<b>register a lead</b>" in tags().log_entries({"lang": "en"}, [entry()])


def test_an_entry_says_all_that_it_holds_and_lets_no_markup_through(image: object) -> None:
    held = entry(entered=AT + timedelta(days=1), lines=(Said("content", Text(zh="内容", en="Content"), Text(zh=EVIL, en=EVIL)),), tone="red",
                 kind="refused", stops=((Text(zh="回避", en="recusal"), EVIL),), reason=(Text(zh="理由", en="reason"), EVIL),
                 note=Text(zh=EVIL, en=EVIL))  # fmt: skip
    for lang, words in (("zh", ("（2026-11-21 09:30录入）", "回避：", "理由：")), ("en", ("(entered 2026-11-21 09:30)", "recusal: ", "reason: "))):
        told = tags().log_entries({"lang": lang}, [held])
        assert '<li class="r">' in told, "a refusal has no number of its own"
        assert all(one in told for one in words), told
        assert told.count(SAFE) == 4
        assert EVIL not in told


def test_acts_stand_under_the_post_that_does_them_with_what_stops_them(image: object) -> None:
    def act(name: str, post: str, *, blocked: tuple[Any, ...] = (), stops: int = 0) -> Any:
        text = Text(zh=name, en=name)
        return SimpleNamespace(act="investigate", name=text, post_name=Text(zh=post, en=post), blocked=blocked,
                               forecast=SimpleNamespace(stops=(1,) * stops, first=()))  # fmt: skip

    late = SimpleNamespace(reason=Text(zh="期限已过", en="too late"))
    page = SimpleNamespace(id="a000/penalty/2026/00001", acts=(act("甲", "承办人"), act("乙", "承办人", stops=2), act(EVIL, "科长", blocked=(late,))))
    told = tags().acts_now({"lang": "zh"}, page)
    assert told.count('class="as"') == 2
    assert "以承办人身份" in told
    assert "须满足2项要求" in told
    assert '<li class="no">' in told
    assert "期限已过" in told
    assert SAFE in told
    assert 'href="?act=investigate#act" hx-get="/cases/a000/penalty/2026/00001/?act=investigate"' in told
    english = tags().acts_now({"lang": "en"}, page)
    assert "rules to satisfy: 2" in english
    assert "as 承办人" in english


def test_the_course_links_what_the_reader_may_do_and_names_who_may_do_the_rest(image: object) -> None:
    def item(state: str, *people: str) -> CourseItem:
        return CourseItem("investigate", ACT, Text(zh="承办人", en="handler"), people, state)

    page = SimpleNamespace(id="a000/penalty/2026/00001", course=(item("done"), item("mine"), item("others", EVIL, "乙"), item("later")))
    told = tags().usual_course({"lang": "zh"}, page)
    assert told.count("<a ") == 1
    assert all(words in told for words in ("已办：", "您现在可以办：", "他人现在可以办：", "随后："))
    assert f"承办人：{SAFE}、乙" in told
    assert "you may do it now: " in tags().usual_course({"lang": "en"}, page)


def test_acts_of_others_and_papers(image: object) -> None:
    posts = (Text(zh="科长", en="head"), Text(zh="局长", en="director"))
    told = tags().acts_of_others({"lang": "zh"}, [OthersAct(ACT, posts, (EVIL,), "x"), OthersAct(ACT, posts[:1], (), "y")])
    assert f"科长、局长：{SAFE}</span>" in told
    assert '<span class="muted">科长</span>' in told
    paper = Paper(Text(zh=EVIL, en=EVIL), ACT, "陈俊杰", AT, "ab" * 32, 3)
    page = SimpleNamespace(id="a000/penalty/2026/00001", papers=(paper,) * 20)
    rows = tags().paper_rows({"lang": "zh"}, page, set())
    assert rows.count("<tr>") == tags().PAPERS
    assert "只有校验值" in rows
    assert "11-20 09:30" in rows
    assert "abab…abab" in rows
    assert SAFE in rows
    assert "kept" in tags().paper_rows({"lang": "en"}, page, {paper.digest})


def test_what_comes_first_links_to_what_the_reader_may_do_himself(image: object) -> None:
    from qingfeng.casework.desk.forecast import Check, Forecast

    says = Text(zh=f"{EVIL}尚未作答", en="silent")
    how = Text(zh="请先办理“填写与当事人接触情况”。", en="do “answer” first")
    checks = Forecast((Check("contact_record", Text(zh="接触登记", en="contacts"), "stop", says, how, anyhow=True),
                       Check("final_report_complete", Text(zh="终结报告完整", en="complete"), "stop", says, how)))  # fmt: skip
    page = SimpleNamespace(id="a000/penalty/2026/00001")
    able = (("answer_contacts", Text(zh="填写与当事人接触情况", en="answer")), ("answer_gifts", Text(zh="填写收受礼品情况", en="gifts")))
    told = tags().done_first({"lang": "zh"}, checks, page, able)
    assert told.count("<li>") == 1
    assert told.count("<a ") == 1
    assert 'href="?act=answer_contacts#act"' in told
    assert SAFE in told
    assert EVIL not in told


def test_a_scale_is_offered_from_one_end_to_the_other(image: object) -> None:
    from qingfeng.web.fields import in_order

    def some(*keys: str) -> dict[str, Text]:
        return {key: Text(zh=key, en=key) for key in sorted(keys)}

    assert in_order(some("bad", "fair", "good", "very_bad", "very_good")) == ["very_good", "good", "fair", "bad", "very_bad"]
    assert in_order(some("abstain", "against", "for")) == ["for", "against", "abstain"]
    assert in_order(some("other", "a", "z")) == ["a", "z", "other"]
