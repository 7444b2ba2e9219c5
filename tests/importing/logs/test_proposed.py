"""A first mapping: what is near is proposed with its name, what is not names the acts that it may be, and every line can be read back."""

from __future__ import annotations

from qingfeng import wiring
from qingfeng.importing.logs.mapping import read_mapping
from qingfeng.importing.logs.propose import propose, written


def test_an_activity_that_is_not_recognised_names_the_acts_that_it_may_be() -> None:
    power = wiring.read_power(wiring.data_folder("powers") / "a000" / "penalty.yaml", wiring.vocabulary()).loaded.power
    assert power is not None
    told = {one.activity: one for one in propose({"送达": 9, "告知": 8, "审核": 7, "喝茶": 1}, power.versions[-1])}
    assert told["审核"].act == "pass_review"
    assert [name.zh for _, name in told["审核"].maybe] == ["审核通过"]
    for activity, act in (("送达", "serve_decision"), ("告知", "serve_prior_notice")):
        assert told[activity].act is None, "never mapped without being sure"
        assert act in [one for one, _ in told[activity].maybe]
    text = written(power.id, {"case": "案号", "activity": "环节", "at": "时间"}, told.values(), zone="Asia/Shanghai")
    assert "serve_decision（送达决定书）" in text
    assert read_mapping(text, name="x").activities == {"审核": "pass_review"}, "the import lists the others until somebody says what they are"


def test_what_denies_an_act_is_not_proposed_for_it() -> None:
    power = wiring.read_power(wiring.data_folder("powers") / "a000" / "penalty.yaml", wiring.vocabulary()).loaded.power
    assert power is not None
    told = {one.activity: one.act for one in propose({"送达处罚决定书": 9, "Propose opening": 8, "Penalty decision": 7}, power.versions[-1])}
    assert told["送达处罚决定书"] == "serve_decision"
    assert told["Propose opening"] == "propose_case_opening"
    assert told["Penalty decision"] != "serve_no_penalty_decision"
