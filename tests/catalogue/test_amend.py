"""Values changed in place in a YAML text."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from qingfeng.catalogue.amend import NoPlace, amended, flow

TEXT = """# 头 head
id: a/b
versions:
  - in_force_from: 2026-01-01  # 当日
    limits:
      - {n: 7, unit: day}   # 七日
      - n: 9
        unit: day
    acts: [one,
           two]   # 两个
    posts:
      - clerk
      - head

    level: null
"""


def test_other_values_stand_there_and_the_comments_stay() -> None:
    text = amended(
        TEXT,
        {
            ("versions", 0, "in_force_from"): "2027-01-01",
            ("versions", 0, "limits", 0, "n"): 8,
            ("versions", 0, "limits", 1, "n"): 10,
            ("versions", 0, "acts"): ["two"],
            ("versions", 0, "posts"): ["judge", "on"],
            ("versions", 0, "level"): "高",
        },
    )
    data = yaml.safe_load(text)["versions"][0]
    assert data["in_force_from"].isoformat() == "2027-01-01"
    assert data["limits"] == [{"n": 8, "unit": "day"}, {"n": 10, "unit": "day"}]
    assert (data["acts"], data["posts"], data["level"]) == (["two"], ["judge", "on"], "高")
    assert [line for line in ("# 头 head", "# 当日", "# 七日", "# 两个") if line in text] == [
        "# 头 head",
        "# 当日",
        "# 七日",
        "# 两个",
    ]


@pytest.mark.parametrize("path", [("nothing",), ("versions", 5), ("versions", 0, "limits", "n"), ("id", "deeper")])
def test_a_place_that_is_not_there_is_said(path: Any) -> None:
    with pytest.raises(NoPlace):
        amended(TEXT, {path: 1})


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)


@given(PLAIN)
def test_what_is_written_on_one_line_is_read_back(value: Any) -> None:
    assert "\n" not in flow(value)
    try:
        back = yaml.safe_load(flow(value))
    except yaml.reader.ReaderError:  # a character that no YAML may hold
        return
    assert back == value or isinstance(value, str)  # a day reads as a day
