"""Who left can be named where it is said that he left, and nowhere else; what is the party's alone nobody else is asked to do."""

from __future__ import annotations

from datetime import date

from qingfeng.catalogue.build import version_from_document
from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.case import new_case
from qingfeng.engine.decide import Accepted
from tests.sample import ask, command, document, one_refusal, people, refusals, word


def power() -> PowerVersion:
    words = {
        "state": word("说明离任", "State who left", "departed!"),
        "join": word("参加", "Take part", "officers!"),
        "waive": word("放弃", "Waive"),
    }
    rows = [
        {"act": "state", "at": ["work"], "by": ["clerk"], "opens_case": True},
        {"act": "join", "at": ["work"], "by": ["clerk"], "opens_case": True},
        {"act": "waive", "at": ["work"], "by": ["party"], "opens_case": True},
    ]
    made = document("s900/left", words, rows, steps=[("work", "办理", "Work")])
    departed = {"type": "officers", "zh": "离任人员", "en": "Who left"}
    made["words"]["fields"] = {**made["words"]["fields"], "departed": departed}
    return version_from_document(made)


WHO = people([("ann", "clerk"), ("bob", "clerk")], dismissed={"bob": date(2026, 3, 2)})


def test_an_officer_dismissed_is_named_as_one_who_left_but_takes_part_in_nothing() -> None:
    case = new_case("c1", power())
    stated = ask(case, command("state", "ann", "2026-03-03", data={"departed": ["bob"]}), who=WHO)
    assert isinstance(stated, Accepted)
    joined = ask(case, command("join", "ann", "2026-03-03", data={"officers": ["bob"]}), who=WHO)
    assert refusals(joined) == ["authority_scope"]


def test_an_officer_is_not_told_to_appoint_somebody_to_be_the_party() -> None:
    zh, en = one_refusal(ask(new_case("c1", power()), command("waive", "ann", "2026-03-03"), who=WHO))
    assert "任命" not in zh
    assert "当事人自己" in zh
    assert "appoint" not in en
    assert "in their name" in en
