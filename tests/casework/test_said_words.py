"""What the honest courses say is read in Chinese: no code of a power is shown to a person as it is kept."""

from __future__ import annotations

import re

import pytest

from qingfeng import wiring
from qingfeng.casework.desk.said import lines_of
from qingfeng.catalogue.power import FieldType
from qingfeng.engine.shape import word_of
from qingfeng.terms.people import People

LOADED = [one.loaded.power for one in wiring.read_powers()]
POWERS = {one.id: one for one in LOADED if one is not None}
CODED = (FieldType.TEXT, FieldType.CHOICE, FieldType.CODES, FieldType.ANSWERS, FieldType.QUANTITIES)
NOBODY = People({}, {}, (), {}, {})
BARE = re.compile(r"(?<![A-Za-z0-9_\-/.])[a-z][a-z_]{2,}(?![A-Za-z0-9_\-/.])")


@pytest.mark.parametrize("power", sorted(POWERS))
def test_no_code_stands_bare_in_what_an_honest_act_said(power: str) -> None:
    version, bare, told = POWERS[power].versions[-1], set(), 0
    for story in version.stories:
        for row in story.rows:
            act = row.does
            known = {f.id for f in (word_of(version, act).fields if word_of(version, act) else ()) if f.type in CODED}
            data = {name: value for name, value in row.data.items() if name in known}
            for line in lines_of(version, act, data, NOBODY):
                told += 1
                bare |= {(act, line.field, found) for found in BARE.findall(f"{line.name.zh}：{line.value.zh}")}
    assert told
    assert not bare
