"""Maps that nobody tuned on, made up for agencies that are not in this repository, go out as Word and come in as the same maps."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from qingfeng.drawing.sheet import Sheet, sheet_of
from tests.drawing.shipped import versions
from tests.roundtrip.made import plausible
from tests.roundtrip.same import differences, read_back, written

AGENCIES = tuple(one for one in versions() if not one.power.startswith("supervision/"))
LINKS = (("公开页", "https://www.example.gov.cn/"),)
SEARCH = (Phase.explicit, Phase.reuse, Phase.generate)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow], phases=SEARCH)
@given(plausible())
def test_a_made_up_map_comes_back_the_same(sheet: Sheet) -> None:
    assert differences(sheet, read_back(written(sheet), "map.docx")) == []


@pytest.mark.parametrize("version", AGENCIES, ids=lambda one: one.power)
def test_title_agency_phones_and_every_text_of_a_shipped_map_come_back(version) -> None:  # type: ignore[no-untyped-def]
    sheet = sheet_of(version, turns=False, verbatim=True, links=LINKS)
    assert differences(sheet, read_back(written(sheet), "map.docx")) == []
