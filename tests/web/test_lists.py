"""Lists that are written without a template: every word of them is made fit for a page, in the reader's language, the reader's own
place and choice marked; and what counts without looking at each finding counts the same."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from qingfeng.casework.desk.access import Viewer
from qingfeng.casework.desk.board import CaseLine
from qingfeng.casework.desk.findingpage import LADDER_POSTS, Line, RiskView
from qingfeng.casework.desk.waiting import _mine
from qingfeng.casework.desk.watch import Flow
from qingfeng.casework.findings import Finding
from qingfeng.casework.followup import UNREVIEWED, Followed, Rate, Standing, rates, rung
from qingfeng.detection.run import Found
from qingfeng.terms.instants import LOCAL
from qingfeng.terms.text import Text

BAD = "<script>&\"'"
SAFE = "&lt;script&gt;&amp;&quot;&#x27;"
TWO = Text(zh="许可", en="licence")
CASE = CaseLine("a000/penalty/2026/00001", "a000/penalty", TWO, BAD, Text(zh="调查", en="inquiry"), Text(zh="在办", en="open"), "open",
                Text(zh="还剩2天", en="2 days left"), "2026-11-24", "amb", True, "2026-11-01", "2026-11-20")  # fmt: skip
LINE = Line(7, Text(zh=f"句{BAD}", en="sentence"), "a000/penalty", TWO, "recusal", Text(zh="回避", en="recusal"), Text(zh="已发现", en="found"),
            "amb", "高", date(2026, 11, 20), TWO, (RiskView(TWO, "高", BAD),), Rate(3, 9, 2, 1), True, date(2026, 12, 1))  # fmt: skip


def tags() -> Any:
    """Return the module of the tags."""
    from qingfeng.web.templatetags import lists

    return lists


def test_what_people_wrote_is_made_fit_for_a_page() -> None:
    for lang in ("zh", "en"):
        told = tags().case_lines({"lang": lang}, [CASE]) + tags().finding_line({"lang": lang}, replace(LINE, sentence=Text(zh=BAD, en=BAD)))
        told += tags().options({"lang": lang}, [(BAD, BAD)])
        assert "<script" not in told
        assert told.count(SAFE) == 5


def test_a_case_is_told_in_the_readers_language() -> None:
    zh, en = (tags().case_lines({"lang": lang}, [CASE]) for lang in ("zh", "en"))
    assert "许可 · 调查 · 在办" in zh
    assert "◔ 还剩2天<small>2026-11-24 （日历暂定）</small>" in zh
    assert "licence · inquiry · open" in en
    assert "◔ 2 days left<small>2026-11-24 (provisional)</small>" in en
    closed = replace(CASE, state="closed", due=None, title="")
    assert "/\">licence</a><p><span class=\"no\">a000/penalty/2026/00001</span> · inquiry</p></div><div class=\"t\"></div>" in (
        tags().case_lines({"lang": "en"}, [closed]))  # fmt: skip
    assert "无时限" in tags().case_lines({"lang": "zh"}, [replace(CASE, due=None)])
    assert "没有案件。" in tags().case_lines({"lang": "zh"}, [])


def test_a_finding_says_all_that_it_holds() -> None:
    en = tags().finding_line({"lang": "en"}, LINE)
    for words in ('<span class="tag amb">found</span>', '<span lang="zh-CN">高</span>', "gone up to licence", "discipline only",
                  "№ 7 · 2026-11-20",
                  "rule: recusal", "self-check by 2026-12-01", "base rate: 9 cases judged, 3 found; 2 verified, 1 false alarm",
                  "risk points: 1"):  # fmt: skip
        assert words in en, words
    bare = tags().finding_line({"lang": "zh"}, replace(LINE, level=None, rung=None, discreet=False, due=None, rate=None, risks=()))
    for words in ("等级", "已升至", "仅纪检监察", "自查期限", "基准", "details"):
        assert words not in bare, words
    by_duty = tags().finding_line({"lang": "zh"}, replace(LINE, rule="duty:visits", rate=Rate(3, 9, 0, 0)))
    assert "基准：9期中3条；尚无核查，误报率未知" in by_duty
    assert "基准：比较9个对象，发现3条" in tags().finding_line({"lang": "zh"}, replace(LINE, rule="pattern:leaks"))


def test_the_choice_and_the_place_of_the_reader_are_marked() -> None:
    from qingfeng.web.shell import Group, Item

    told = tags().options({"lang": "en"}, [("a", TWO, 3), ("b", "字", 1)], "b")
    assert told == '<option value="a">licence (3)</option><option value="b" selected>字 (1)</option>'
    menu = [Group(TWO, (Item("/", "home", TWO), Item("/cases/", "file", TWO), Item("/inbox/", "bell", TWO)))]
    shown = tags().places({"lang": "zh", "request": SimpleNamespace(path="/cases/a000/")}, menu)
    assert shown.count("aria-current") == 1
    assert '<a href="/cases/" aria-current="page">' in shown
    inner = [Group(TWO, (Item("/people/", "people", TWO), Item("/people/changes/", "check", TWO)))]
    shown = tags().places({"lang": "zh", "request": SimpleNamespace(path="/people/changes/")}, inner)
    assert '<a href="/people/changes/" aria-current="page">' in shown
    assert shown.count("aria-current") == 1, "a place within another is not both"


STATES = (*UNREVIEWED, "upheld", "closed")
TODAY = date(2026, 11, 22)
FINDINGS = st.lists(
    st.tuples(st.sampled_from(STATES), st.integers(0, 12), st.booleans(), st.sampled_from([None, "zhang", "li"]), st.sampled_from("xyz")),
    max_size=12,
)  # fmt: skip


def standing(told: list[tuple[str, int, bool, str | None, str]]) -> Standing:
    """Return findings of so many days ago."""
    found = {}
    for n, (state, days, hidden, to, rule) in enumerate(told, 1):
        at = datetime(2026, 11, 22, 9, tzinfo=LOCAL) - timedelta(days=days)
        one = Finding(n, Found(rule, f"a/{n}", 1, ""), "a000/penalty", "2026-01-01", at.date())
        found[n] = Followed(one, at, hidden, state=state, assigned_to=to if state == "assigned" else None)
    return Standing(len(found), found)


@settings(deadline=None)
@given(FINDINGS, st.sampled_from([("clerk",), *((post,) for post in LADDER_POSTS), LADDER_POSTS]),
       st.tuples(*[st.integers(1, 9)] * 3))  # fmt: skip
def test_what_waits_is_counted_as_the_ladder_says(told: Any, posts: tuple[str, ...], ladder: tuple[int, int, int]) -> None:
    known, viewer = standing(told), Viewer(officer="zhang", posts=posts)
    reached = [place for place, post in enumerate(LADDER_POSTS, 1) if post in posts]

    def waits(one: Followed) -> bool:
        given_ = one.state == "assigned" and one.assigned_to == "zhang"
        return given_ or (bool(reached) and one.unreviewed and rung(one, TODAY, ladder) >= min(reached))

    assert _mine(known, viewer, ladder, TODAY) == sum(waits(one) for one in known.found.values() if not one.discreet)


@settings(deadline=None)
@given(FINDINGS)
def test_findings_are_counted_once_for_all_pages(told: Any) -> None:
    known = standing(told)
    for every in (True, False):
        states, rules = known.counted[every]
        some = [one for one in known.found.values() if every or not one.discreet]
        assert all(states.get(state, 0) == sum(one.state == state for one in some) for state in STATES)
        assert sum(rules.values()) == len(some)
    base = rates(known, {"a000/penalty": 40}, {})
    assert rates(known, {"a000/penalty": 40}, {}, {"x"}) == {rule: rate for rule, rate in base.items() if rule == "x"}


def test_texts_of_what_was_published_are_kept_once_and_say_the_same() -> None:
    from qingfeng.web.shared import one_of_each

    said = {"name": "".join(["许", "可"]), "steps": [{"name": "".join(["许", "可"]), "n": 1}, "".join(["na", "me"]), None, True]}
    words: dict[str, str] = {}
    kept = one_of_each(said, words)
    assert kept == said
    assert kept["name"] is kept["steps"][0]["name"]
    assert next(iter(kept)) is kept["steps"][1]


def test_a_worker_that_prints_nothing_loads_no_typesetter() -> None:
    heavy = ("typst", "docx", "docxtpl", "lxml", "openpyxl", "xlsxwriter", "duckdb", "ibis", "scipy", "numpy")
    asked = f"""
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "qingfeng.web.settings"
import django
django.setup()
import qingfeng.web.urls
print([name for name in {heavy!r} if name in sys.modules])
"""
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


DAY = st.dates(date(2026, 10, 1), date(2026, 11, 30))
PLACES = st.tuples(DAY.map(date.isoformat), st.sampled_from(["a000/penalty", "a001/licence"]))
MANY = st.dictionaries(PLACES, st.integers(1, 9), max_size=20)


@settings(deadline=None)
@given(MANY, DAY, DAY)
def test_some_days_of_a_month_are_counted_from_the_month(many: dict[tuple[str, str], int], one: date, other: date) -> None:
    first, last = sorted((one, other))
    part = Flow(many, {}, many, {}).between(first, last)
    wanted = {(day, power): n for (day, power), n in many.items() if first <= date.fromisoformat(day) <= last}
    assert part == Flow(wanted, {}, wanted, {})


def test_a_list_without_cases_says_what_to_do() -> None:
    zh, en = (tags().case_lines({"lang": lang}, [], "请从<新办一件>开始", "Begin one") for lang in ("zh", "en"))
    assert zh == '<p class="empty">请从&lt;新办一件&gt;开始</p>'
    assert en == '<p class="empty">Begin one</p>'
