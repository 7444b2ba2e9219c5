"""The shape ring: what an act says is read once, strictly, and everything wrong with it is told at once."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from qingfeng.engine.decide import Accepted, Outcome
from qingfeng.terms.instants import LOCAL
from tests.sample import EVERYBODY_CLERK, Walk, at, free_version, one_refusal, refusals

LONG = "长" * 10**6
DEEP: Any = "x"
for _ in range(500):
    DEEP = [DEEP]
HASH = "a" * 64
GOOD: list[tuple[str, Any, Any]] = [
    ("text", "一行", "一行"),
    ("text", "  两端  ", "两端"),
    ("text", "=SUM(A1)", "=SUM(A1)"),
    ("text", "+86", "+86"),
    ("text", "@x", "@x"),
    ("text", 'O\'Neil "引" <b>; DROP TABLE--', 'O\'Neil "引" <b>; DROP TABLE--'),
    ("text", "e\u0301", "\u00e9"),
    ("text", "长" * 500, "长" * 500),
    ("note", "一\n二\t三", "一\n二\t三"),
    ("note", "长" * 20_000, "长" * 20_000),
    ("date", "2026-03-02", "2026-03-02"),
    ("date", date(2026, 3, 2), "2026-03-02"),
    ("date", "2024-02-29", "2024-02-29"),
    ("instant", "2026-03-02 10:00", "2026-03-02T10:00:00+08:00"),
    ("instant", "2026-03-02T02:00:00Z", "2026-03-02T10:00:00+08:00"),
    ("instant", datetime(2026, 3, 2, 10, tzinfo=LOCAL), "2026-03-02T10:00:00+08:00"),
    ("money", "5000.00", 500_000),
    ("money", 0, 0),
    ("money", "0.01", 1),
    ("count", 0, 0),
    ("count", "17", 17),
    ("count", 999_999_999, 999_999_999),
    ("choice", "approved", "approved"),
    ("officer", "ann", "ann"),
    ("officers", ["ann", "bob"], ["ann", "bob"]),
    ("lines", ["一", "二"], ["一", "二"]),
    ("lines", ("一",), ["一"]),
    ("lines", ["x"] * 1000, ["x"] * 1000),
    ("file", HASH, HASH),
]
NOT_TEXT: list[Any] = [None, 1, 1.5, True, b"x", [], {}, ["x"], float("nan"), 10**30, DEEP]
BAD: list[tuple[str, Any]] = [
    *[(kind, value) for kind in ("text", "note", "officer", "file") for value in NOT_TEXT],
    *[
        (kind, value)
        for kind in ("text", "note")
        for value in ("", "   ", LONG, "a\u202eb", "a\u2066b", "a\x00b", "a\x1b[2Jb", "a\ud800b", "a\uffffb")
    ],
    ("text", "两\n行"),
    ("text", "x" * 501),
    ("note", "x" * 20_001),
    *[
        ("date", value)
        for value in (
            "",
            "2026-02-30",
            "2026-3-2",
            "02.03.2026",
            "明天",
            LONG,
            1.5,
            None,
            True,
            ["2026-03-02"],
            "2026-03-02T10:00",
        )
    ],
    *[
        ("instant", value)
        for value in (
            "",
            "25:00",
            "2026-03-02 25:00",
            datetime(2026, 3, 2),
            LONG,
            5,
            None,
            "9999-12-31",
            "2026-02-30 10:00",
        )
    ],
    *[
        ("money", value)
        for value in (
            "",
            "-1",
            -1,
            "1,000",
            "1.234",
            0.5,
            float("nan"),
            float("inf"),
            10**30,
            "1e3",
            True,
            None,
            [],
            "１２",
            LONG,
        )
    ],
    *[
        ("count", value)
        for value in ("", -1, "-1", 1.0, True, None, "1e3", "１", 10**9, 10**30, "9" * 10**6, [], "1\n")
    ],
    *[("choice", value) for value in ("", "Approved", "同意", None, True, 1, [], {}, ["approved"], LONG)],
    *[("officer", value) for value in ("", "a b", "张三", "a\u202e", "x" * 101, LONG, "a\n", "'; --")],
    *[
        (kind, value)
        for kind in ("officers", "lines")
        for value in ("ann", [], None, 5, {}, {"a": 1}, [1], [None], [["x"]], ["x"] * 1001, [""])
    ],
    ("lines", [LONG]),
    ("lines", ["a\u202eb"]),
    ("officers", ["a b"]),
    ("lines", DEEP),
    *[("file", value) for value in ("", "a" * 63, "A" * 64, "g" * 64, "a" * 64 + "\n", LONG)],
]


def fill(**data: Any) -> Outcome:
    return Walk(free_version(), who=EVERYBODY_CLERK).ask("fill", "ann", "2026-03-02", data={"text": "x", **data})


@pytest.mark.parametrize(("kind", "value", "kept"), GOOD, ids=lambda v: repr(v)[:20])
def test_a_good_value_is_kept_in_its_canonical_form(kind: str, value: Any, kept: Any) -> None:
    outcome = fill(**{kind: value})
    assert isinstance(outcome, Accepted), outcome
    assert outcome.event.data[kind] == kept


@pytest.mark.parametrize(("kind", "value"), BAD, ids=lambda v: repr(v)[:20])
def test_a_bad_value_is_refused_by_the_name_of_its_field_and_never_raises(kind: str, value: Any) -> None:
    outcome = fill(**{kind: value})
    assert refusals(outcome) == ["shape"]
    zh, en = one_refusal(outcome)
    assert f"字段{kind}({kind})" in zh or f"选择({kind})" in zh
    assert f"({kind})" in en
    assert len(zh) < 600, "hostile input is not echoed at length"


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31", date(9999, 12, 31)])
def test_a_day_outside_the_years_of_the_calendar_is_refused(day: Any) -> None:
    assert refusals(fill(date=day)) == ["shape"]


def test_everything_wrong_is_reported_at_once() -> None:
    walk = Walk(free_version(), who=EVERYBODY_CLERK)
    data = {"nonsense": 1, "date": "x", "money": -1, "served_on": "2027-01-01", "more\u202e": 1}
    zh, en = one_refusal(walk.ask("fill", "ann", "2026-03-02", data=data, reason="r" * 501))
    for name in ("nonsense", "date", "money", "served_on", "text", "more\\u202e", "过长"):
        assert name in zh, name
    assert "\u202e" not in zh + en, "what turns the reading direction is spelt out"
    assert " (text) is missing" in en
    assert "lies in the future" in en


@pytest.mark.parametrize("name", ["a\x1b[31m", "\u2066", "x" * 10**6, "'; DROP TABLE", 5, ("a", "b"), None])
def test_an_unknown_field_of_any_name_is_refused(name: Any) -> None:
    zh, en = one_refusal(
        Walk(free_version(), who=EVERYBODY_CLERK).ask("fill", "ann", "2026-03-02", data={"text": "x", name: 1})
    )
    assert "没有" in zh
    assert not {"\x1b", "\u2066"} & set(zh + en)
    assert len(zh) < 2_000


@pytest.mark.parametrize(
    ("reason", "key"), [("a\u202eb", None), ("x" * 501, None), ("x", "k" * 501), ("x", "k\x00"), ("a\x00", None)]
)
def test_a_reason_or_key_with_hidden_or_endless_text_is_refused(reason: str, key: str | None) -> None:
    walk = Walk(free_version(), who=EVERYBODY_CLERK)
    assert refusals(walk.ask("note", "ann", "2026-03-02", reason=reason, key=key)) == ["shape"]


def test_a_day_from_which_an_act_counts_is_today_at_the_latest() -> None:
    walk = Walk(free_version(), who=EVERYBODY_CLERK)
    assert walk.ask(
        "fill", "ann", "2026-03-02", data={"text": "x", "served_on": "2026-03-02"}
    ).event.effective_day == date(2026, 3, 2)  # type: ignore[union-attr]
    assert refusals(walk.ask("fill", "ann", "2026-03-02", data={"text": "x", "served_on": "2026-03-03"})) == ["shape"]
    late = walk.ask(
        "fill", "ann", "2026-03-02", entered=at("2026-03-04"), data={"text": "x", "served_on": "2026-03-03"}
    )
    assert refusals(late) == ["event_time"], "nothing is served after the act that serves it"
    walk = Walk(free_version(), who=EVERYBODY_CLERK)
    early = walk.ask("fill", "ann", "2026-03-02", data={"text": "x", "served_on": "2026-02-27"})
    assert isinstance(early, Accepted), "the act that opens the case may name an earlier day"


def test_what_happened_does_not_lie_ahead_but_may_lie_before_the_case() -> None:
    walk = Walk(free_version(), who=EVERYBODY_CLERK)
    said = {"text": "x", "occurred_on": "2026-03-03"}
    assert refusals(walk.ask("fill", "ann", "2026-03-02", data=said)) == ["shape"]
    assert isinstance(walk.ask("fill", "ann", "2026-03-02", data={**said, "occurred_on": "2024-02-29"}), Accepted)


def test_a_day_before_the_step_or_its_ground_is_refused() -> None:
    walk = Walk()
    walk.do("apply", "ann", "2026-03-02", data={"matter": "示例"})
    walk.do("accept", "ann", "2026-03-03")
    walk.do("inspect", "bob", "2026-03-04")
    assert refusals(walk.ask("suspend", "carl", "2026-03-05", data={"served_on": "2026-03-02"})) == ["event_time"]
    assert isinstance(walk.ask("suspend", "carl", "2026-03-05", data={"served_on": "2026-03-04"}), Accepted)


@pytest.mark.parametrize("who", [["ann", "ann"], ["ghost"], ["ann", "ghost"]])
def test_officers_named_in_an_act_are_known_and_named_once(who: list[str]) -> None:
    assert refusals(fill(officers=who)) == ["authority_scope"]


def test_personal_fields_are_marked_as_such() -> None:
    walk = Walk()
    event = walk.do("apply", "ann", "2026-03-02", data={"matter": "示例", "applicant": "王小明"})
    assert event.private == {"applicant"}
