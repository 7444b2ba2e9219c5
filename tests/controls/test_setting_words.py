"""Every setting of every rule and duty has a word in both languages: a lawyer reads and edits them."""

from __future__ import annotations

import dataclasses
import re
import typing
from collections.abc import Iterator
from typing import Any

import pytest

from qingfeng.catalogue.setting_words import setting_word
from qingfeng.controls import discover
from qingfeng.duties import discover as discover_duties

HAN = re.compile(r"[\u4e00-\u9fff]")
RULES: dict[str, type[Any]] = {**discover(), **discover_duties()}


def settings_of(kind: type[Any]) -> Iterator[str]:
    hints = typing.get_type_hints(kind)
    for field in dataclasses.fields(kind):
        yield field.name
        for inner in dataclasses_in(hints[field.name]):
            yield from settings_of(inner)


def dataclasses_in(kind: Any) -> Iterator[type[Any]]:
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        yield kind
    for part in typing.get_args(kind):
        yield from dataclasses_in(part)


@pytest.mark.parametrize("rule", sorted(RULES))
def test_every_setting_has_a_word(rule: str) -> None:
    for setting in settings_of(RULES[rule]):
        said = setting_word(rule, setting)
        assert said is not None, f"{rule}.{setting} has no word in catalogue/setting_words.py"
        assert HAN.search(said.zh)
        assert not HAN.search(said.en)
