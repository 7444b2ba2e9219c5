"""Which findings only discipline sees: suspicion, tips, and whatever names a leader or one of discipline itself."""

from __future__ import annotations

from qingfeng.detection.pattern import PREFIX
from qingfeng.detection.run import (
    ACCUSATION,
    COMPLAINT_WAITS,
    LOOSENED,
    OVERRIDDEN,
    OVERRIDE_CHAIN,
    TIP_WAITS,
    own_rule,
)
from qingfeng.engine.event import Event

SUSPICION = frozenset(
    {
        OVERRIDDEN,
        OVERRIDE_CHAIN,
        LOOSENED,
        COMPLAINT_WAITS,
        TIP_WAITS,
        ACCUSATION,
        "interference_record",
        "contact_record",
        "gift_register",
        "tip_access",
        "need_to_know",
        "duty:integrity_call_back",
        "duty:refused_call_back",
        "duty:hotline_check",
        "duty:lead_reconciliation",
        "duty:reinspection",
    }
)
"""Rules and duties that tell of gifts, a word put in, tips, hidden leads: suspicion of a person, not of a step."""
LEADERS = frozenset({"agency_head", "deputy_in_charge", "discipline_head", "discipline_inspector"})
"""Posts of which a finding goes past the unit."""


def discreet(rule: str, proof: Event | None, *, led: bool = False) -> bool:
    """True if a finding is for discipline alone: by its rule (every pattern is), or because the act that proves it is a leader's.

    led: whether somebody who took part in that act held such a post, whatever he acted as.

    That a duty was missed names nobody, whatever the duty asks for.
    """
    if proof is not None and proof.kind == "duty_missed":
        return False
    rule = own_rule(rule)
    return rule.startswith(PREFIX) or rule in SUSPICION or (proof is not None and (led or proof.post in LEADERS))
