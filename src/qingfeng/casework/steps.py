"""The steps of a finding and how it stands, in words; which step may follow which."""

from __future__ import annotations

from collections.abc import Mapping

from qingfeng.terms.text import Text

ACTS: Mapping[str, Text] = {
    "assign": Text(zh="交办自查", en="Assign for self-check"),
    "self_check": Text(zh="报告自查", en="Report the self-check"),
    "review": Text(zh="核查认定", en="Verify"),
    "rectify": Text(zh="提请处理", en="Forward for disposition"),
    "dispose": Text(zh="处理", en="Dispose"),
    "close": Text(zh="办结", en="Close"),
    # only where the finding has a case of its own (mirrored.STEPS)
    "agree": Text(zh="同意了结", en="Agree to end it"),
    "refuse": Text(zh="不同意了结，退回核查", en="Disagree and send it back"),
    "return": Text(zh="退回自查", en="Send the self-check back"),
    "hear": Text(zh="听取所涉人员说明", en="Hear the person concerned"),
    "order": Text(zh="责令整改", en="Order rectification"),
    "extend": Text(zh="延长整改期限", en="Extend the time"),
    "report": Text(zh="报告整改完成", en="Report it rectified"),
    "recheck": Text(zh="复查整改", en="Re-check"),
    "not_rectified": Text(zh="认定逾期未整改", en="Find it not rectified"),
    "hand_over": Text(zh="移交追责", en="Hand over for accountability"),
    "withdraw": Text(zh="撤回处理", en="Withdraw the disposition"),
    "refer": Text(zh="报上一级", en="Refer upward"),
    "superior": Text(zh="登记上一级的决定", en="Enter the superior body's decision"),
    "confirm": Text(zh="核对上一级的决定", en="Confirm that decision"),
    "reopen": Text(zh="凭新证据重新核查", en="Reopen on new evidence"),
}
STATES: Mapping[str, Text] = {
    "found": Text(zh="待核查", en="to be verified"),
    "assigned": Text(zh="自查中", en="self-check"),
    "checked": Text(zh="已自查待核查", en="self-checked, to be verified"),
    "undetermined": Text(zh="情况不清", en="undetermined"),
    "upheld": Text(zh="属实待整改", en="upheld, to be rectified"),
    "rectified": Text(zh="待处理", en="to be disposed of"),
    "not_upheld": Text(zh="不属实", en="not upheld"),
    "false_alarm": Text(zh="规则误报", en="false alarm"),
    "disposed": Text(zh="已处理", en="disposed of"),
    "closed": Text(zh="已办结", en="closed"),
    "superior": Text(zh="由上一级办理", en="with the superior body"),
}
OUTCOMES = ("upheld", "not_upheld", "undetermined", "false_alarm")
NEXT: Mapping[str, tuple[str, ...]] = {
    "found": ("assign", "review"),
    "assigned": ("self_check", "review"),
    "checked": ("review",),
    "undetermined": ("assign", "review"),
    "upheld": ("rectify", "dispose"),
    "rectified": ("dispose",),
    "not_upheld": ("close",),
    "false_alarm": ("close",),
    "disposed": ("close",),
    "closed": (),
    "superior": (),
}
DISPOSITIONS: Mapping[str, Text] = {
    "none": Text(zh="不予处理（写明理由）", en="none (say why)"),
    "talk": Text(zh="谈话提醒", en="a word of warning"),
    "criticism": Text(zh="批评教育", en="criticism"),
    "notice": Text(zh="责令整改并通报", en="ordered to rectify, and made known"),
    "accountability": Text(zh="登记责任追究，由有权机关决定", en="to the register of accountability, for the competent body"),
    "sanction": Text(zh="移送处分程序", en="referred for a sanction"),
    "transfer": Text(zh="移送有权机关", en="referred to the competent authority"),
}
