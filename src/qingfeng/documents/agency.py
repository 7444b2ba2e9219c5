"""What an agency says of itself in its documents: name, short form, bank, remedies.  An event of the registry, like everything else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qingfeng.casework.office import AGENCY, REGISTRY, Office
from qingfeng.casework.ports import WriteTx
from qingfeng.casework.registry import BadRegistration, By
from qingfeng.engine.event import Event
from qingfeng.terms.limits import MAX_NAME
from qingfeng.terms.text import Text, clean, hazards

DEMONSTRATION: Mapping[str, str] = {  # invented, as all of the demonstration agency
    "short": "示例", "address": "示例县文化路1号", "postcode": "000000", "phone": "0000-0000000", "contact": "承办科室值班人员",
    "bank": "示例县农村商业银行营业部", "account_name": "示例县非税收入财政专户", "account": "0000000000000000",
    "reconsideration_body": "示例县人民政府", "court": "示例县人民法院",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Names:
    known: Mapping[str, Text]

    def faults(self, said: Mapping[str, str]) -> list[Text]:
        """Return what is wrong with particulars."""
        strange = sorted(str(name)[:40] for name in said.keys() - self.known.keys())
        listed = "、".join(f"{name}（{text.zh}）" for name, text in self.known.items())
        found = [
            Text(zh=f"没有“{name}”这一项；可用：{listed}", en=f"unknown: {name}; there are {', '.join(self.known)}")
            for name in strange
        ]
        for name, value in said.items():
            if not value.strip() or len(value) > MAX_NAME or hazards(value) or "\n" in value or clean(value) != value:
                found.append(
                    Text(
                        zh=f"{name}应为1至{MAX_NAME}字的一行文字",
                        en=f"{name} must be one line of 1 to {MAX_NAME} characters",
                    )
                )
        return found


def describe(office: Office, tx: WriteTx, said: Mapping[str, str], *, by: By) -> None:
    """Register particulars of the agency; later ones take the place of earlier ones.  Raises BadRegistration with every fault."""
    from .kinds import instruments  # noqa: PLC0415  reads YAML, which founding an agency need not wait for

    faults = (
        _Names(instruments().particulars).faults(said) if said else [Text(zh="没有写任何事项", en="nothing is said")]
    )
    if faults:
        raise BadRegistration(faults)
    tx.lock(REGISTRY)
    office.append(tx, Event(stream=REGISTRY, seq=tx.head(REGISTRY) + 1, kind=AGENCY, act="described", at=by.entered, entered=by.entered,
                            actor=by.actor, data=dict(said)))  # fmt: skip
