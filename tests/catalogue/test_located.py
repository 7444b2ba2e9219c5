"""Strict YAML: what it says is what it seems to say, and nothing hostile costs much."""

from __future__ import annotations

import re
import tracemalloc

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from qingfeng.catalogue import located
from qingfeng.catalogue.located import MAX_DEPTH, read_yaml
from qingfeng.terms.limits import MAX_LIST, MAX_YAML_BYTES, MAX_YAML_NODES


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1", 1),
        ("-5", -5),
        ("0", 0),
        ("010", "010"),
        ("0x1f", "0x1f"),
        ("0o17", "0o17"),
        ("1_000", "1_000"),
        ("1e3", "1e3"),
        ("1.5", "1.5"),
        (".inf", ".inf"),
        ("+1", "+1"),
        ("12:30:00", "12:30:00"),
        ("2026-03-02", "2026-03-02"),
        ("2026-03-02 10:00", "2026-03-02 10:00"),
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("off", "off"),
        ("True", "True"),
        ("NULL", "NULL"),
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ('"1"', "1"),
        ("'true'", "true"),
        ('""', ""),
        ("99999999999999999999", "99999999999999999999"),
    ],
)
def test_a_scalar_means_what_it_seems_to_mean(written: str, meant: object) -> None:
    located = read_yaml(f"a: {written}\n", name="x")
    assert located.faults == ()
    assert located.data == {"a": meant}
    assert type(located.data["a"]) is type(meant)


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("a: 1\nb: &x 2\n", 2, "锚点"),
        ("a: 1\nb: *x\n", 2, "引用"),
        ("*x : 1\n", 1, "引用"),
        ("a: !!str 1\n", 1, "标签"),
        ("a: !!python/object/apply:os.system ['true']\n", 1, "标签"),
        ("a: 1\nb: 2\na: 3\n", 3, "第一次在第1行"),
        ("{a: 1,\n a: 2}\n", 2, "重复"),
        ("a: 1\n2: b\n", 2, "不是文字"),
        ("true: 1\n", 1, "不是文字"),
        ("? [a]\n: b\n", 1, "键必须是文字"),
        ("<<: {a: 1}\n", 1, "合并键"),
        ("a: 1\n---\nb: 2\n", 2, "一个文档"),
        ("%YAML 1.1\n---\na: 1\n", 1, "指令"),
        ("\ufeffa: 1\n", 1, "BOM"),
        ("a: 1\nb: 2\x00\n", 2, "U+0000"),
        ("a: x\x07\n", 1, "U+0007"),
        ("a:\n\tb: 1\n", 2, "制表符"),
        ("a: 1\nb: \u202egnp.exe\n", 2, "U+202E"),
        ('a: "\\u202e"\n', 1, "U+202E"),
        ('a: "\\0"\n', 1, "U+0000"),
        ("a: 1\r\nb: 2\r\n", 1, "回车"),
        ("a: [1, 2\nb: 3\n", 2, "YAML"),
        ("a: b: c\n", 1, "YAML"),
        ("a: \ud800\n", 1, "U+D800"),
    ],
)
def test_every_trick_is_a_fault_with_its_line(text: str, line: int, word: str) -> None:
    faults = read_yaml(text, name="x").faults
    assert [(fault.line, word in fault.what.zh) for fault in faults[:1]] == [(line, True)], faults


def test_every_value_knows_its_line() -> None:
    located = read_yaml("a:\n  - b: 1\n    c:\n      - x\n  - {d: 2}\n", name="x")
    assert located.lines[("a", 0, "b")] == 2
    assert located.lines[("a", 0, "c")] == 3
    assert located.lines[("a", 0, "c", 0)] == 4
    assert located.lines[("a", 1, "d")] == 5


def test_several_faults_are_told_at_once() -> None:
    faults = read_yaml("a: &x 1\nb: !t 2\nb: 3\n", name="x").faults
    assert [fault.line for fault in faults] == [1, 2, 3]


def _laughs() -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (_laughs(), "引用"),
        ("[" * 500_000, f"嵌套超过{MAX_DEPTH}层"),
        ("{a: " * 300_000, f"嵌套超过{MAX_DEPTH}层"),
        ("- a\n" * 1_000_000, f"超过{MAX_YAML_BYTES}字节"),
        ("字" * (MAX_YAML_BYTES // 3 + 1), f"超过{MAX_YAML_BYTES}字节"),
        ("- a\n" * (MAX_LIST + 1), f"超过{MAX_LIST}项"),
        ("".join(f"a{n}: 1\n" for n in range(MAX_LIST + 1)), f"超过{MAX_LIST}项"),
        ("".join(f"- [{'1,' * 800}]\n" for _ in range(300)), f"内容超过{MAX_YAML_NODES}项"),
        ("a: &x 1\n" * 100_000, "锚点"),
        ("a" * 1_900_000, ""),
    ],
    ids=["laughs", "lists", "maps", "long", "heavy", "list", "map", "nodes", "faults", "scalar"],
)
def test_hostile_files_stay_small(text: str, word: str) -> None:
    tracemalloc.start()
    located = read_yaml(text, name="x")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert any(word in fault.what.zh for fault in located.faults) or not word
    assert len(located.faults) <= MAX_LIST
    assert peak < 200_000_000


_plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**14), 10**14) | st.text("ab字01:-#'\"[]{}, \n&*!%@`|>?~", max_size=12),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abc", min_size=1, max_size=3), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(_plain)
def test_json_is_read_as_written(value: object) -> None:
    import json

    located = read_yaml(json.dumps(value, ensure_ascii=False), name="x")
    assert located.faults == ()
    assert located.data == value


@given(st.text("a:-[]{},&*!|>'\"#? \n0字", max_size=60))
def test_no_text_raises(text: str) -> None:
    read_yaml(text, name="x")


BROKEN = [
    "a: [1,2", "a: b: c", "a: 'x", "a: *b", "{a: 1", "- a\nb: c", "a: &x &y 1", "a: %b", "a: @b",
    "%YAML 3.0\n--- a", 'a: "\\q"', "a: 1\n b: 2",
    "a: - b", "key\nb: 1", "a: |x\n b", "a: 'b\n---\n'", "a: &", "a: !<", "%TAG\n--- a",
    "? a: b: c", "a: |0\n b", 'a: "\\xzz"', "a: ]", "- a\n b: c\n- [",
]  # fmt: skip


@pytest.mark.parametrize("text", BROKEN)
@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
def test_what_the_parser_says_is_said_in_chinese(text: str, loader: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(located, "_LOADER", getattr(yaml, loader))
    faults = read_yaml(text, name="x").faults
    assert faults
    for fault in faults:
        said = fault.what.zh.removeprefix("不是有效的 YAML")
        assert not re.search("[A-Za-z]{2}", said), said
        assert "写法不对" not in said, fault.what.en
        assert fault.line is not None
