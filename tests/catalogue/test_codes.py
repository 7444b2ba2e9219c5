"""A code of a list or sheet has a word in both languages in every shipped power, and the power's own word comes first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from qingfeng import wiring
from qingfeng.catalogue import codes
from qingfeng.catalogue.build import version_from_document
from qingfeng.catalogue.power import PowerVersion
from qingfeng.terms.text import Text
from tests.sample import free_document, free_version

PATHS = wiring.power_paths([wiring.data_folder("powers")])
WORDS = wiring.vocabulary()
POWERS = [pytest.param(path, id=f"{path.parent.name}/{path.stem}") for path in PATHS]

ITEMS = {
    "award_eligibility": {"conditions", "vetoes", "offices"},
    "case_opening_due": {"items", "also"},
    "complete_archive": {"code"},
    "disclosure_due": {"fields"},
    "discretion_benchmark": {"code"},
    "ex_post_check": {"items"},
    "ex_post_visit": {"items"},
    "examination_team": {"papers"},
    "execution_as_decided": {"kinds"},
    "independent_recheck": {"items"},
    "inspection_conduct": {"items"},
    "material_verification": {"code"},
    "mitigation_proved": {"grounds", "exempt"},
    "no_heavier_after_defence": {"severity"},
    "prior_notice": {"rights"},
    "published_requirements": {"code"},
    "reading_within_limit": {"items"},
    "reasoned_refusal": {"code"},
    "report_from_record": {"code"},
    "review_worksheet": {"code"},
    "sanction_effects": {"items"},
    "sanction_range": {"lighter", "heavier", "severity", "code"},
    "site_survey": {"items"},
    "site_visit_evidence": {"items", "measured"},
    "storage_conditions": {"classes"},
    "violation_catalogue": {"code", "kinds"},
    "withholding_approved": {"grounds"},
}
"""Where the settings list what a person ticks, hands in, puts on file or is told of, by its code."""
NOT_READ = re.compile(r"[0-9a-f]{64}|sources|seed_source|unit|every|rule|kind|family|listed|edition|hash|phones|part|readings")
"""Other settings that look like codes: registers of firms, units, periods, hashes."""


@cache
def version_of(path: Path) -> PowerVersion:
    """Return the version in force of a shipped power."""
    power = wiring.read_power(path, WORDS).loaded.power
    assert power is not None
    return power.versions[-1]


def listed(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Yield (setting, text) of everything that settings say."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield from listed(member, name)
    elif isinstance(value, list | tuple):
        for member in value:
            yield from listed(member, key)
    elif isinstance(value, str):
        yield key, value


@pytest.mark.parametrize("path", POWERS)
def test_every_item_of_a_list_or_sheet_has_a_word_in_both_languages(path: Path) -> None:
    version = version_of(path)
    bare = {
        (rule, code)
        for rule, settings in {**version.controls, **version.duties}.items()
        for key, code in listed(settings)
        if key in ITEMS.get(rule, ()) and not told(version, code)
    }
    assert bare == set()


def told(version: PowerVersion, code: str) -> bool:
    """True if a code has a word of its own in both languages."""
    word = codes.word(version, code)
    return word.zh != code and (word.en != code or code.islower()) and not re.search("[A-Za-z]{2}", word.zh)


@pytest.mark.parametrize("path", POWERS)
def test_no_setting_holds_a_code_that_nobody_put_into_words(path: Path) -> None:
    version = version_of(path)
    rows = version.procedure.rows
    known = {*WORDS.acts, *version.posts, *(row.act for row in rows), *(f.id for row in rows for f in row.word.fields)}
    known |= {choice for row in rows for f in row.word.fields for choice in f.choices} | {"party", "system", "read_file"}
    known |= {step.id for step in version.steps}
    bare = {
        (rule, key, code)
        for rule, settings in version.controls.items()
        for key, code in listed(settings)
        if re.fullmatch("[A-Za-z][A-Za-z0-9_]*", code) and code not in known
        and not NOT_READ.fullmatch(key) and not NOT_READ.fullmatch(code) and not told(version, code)
    }  # fmt: skip
    assert {one for one in bare if one[1] not in ("en", "zh", "prefix")} == set()


def test_the_word_of_the_power_comes_before_the_common_one_and_a_code_without_any_stays() -> None:
    plain = free_version()
    own = replace(plain, codes={"fine": Text(zh="罚金", en="penalty sum")})
    assert codes.word(plain, "fine") == Text(zh="罚款", en="fine")
    assert codes.word(own, "fine") == Text(zh="罚金", en="penalty sum")
    assert codes.listed(own, ["fine", "X7"]) == Text(zh="罚金、X7", en="penalty sum, X7")
    assert codes.listed(own, "fine") == codes.word(own, "fine")


def test_a_published_document_carries_the_words_of_its_codes() -> None:
    document = free_document()
    document["words"]["codes"] = {"exit": {"zh": "安全出口", "en": "exits"}}
    document["version"]["controls"] = {"rule": {"entries": [{"code": "V1", "name": {"zh": "超限", "en": "Overload"}}]}}
    version = version_from_document(document)
    assert codes.word(version, "exit") == Text(zh="安全出口", en="exits")
    assert codes.word(version, "V1") == Text(zh="超限", en="Overload")
    assert codes.shown(version, "violation_code", "V1") == Text(zh="超限（V1）", en="Overload (V1)")
    assert codes.shown(version, "checklist", {"exit": "fine"}) == Text(zh="安全出口：罚款", en="exits: fine")
