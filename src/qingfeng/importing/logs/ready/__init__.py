"""Mappings for public logs that are close to our powers; the logs themselves are not here (their licences)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from qingfeng.terms.text import Text


@dataclass(frozen=True, slots=True)
class Ready:
    """A public log.  title: as it is called; doi: where it is published."""

    title: str
    doi: str
    about: Text


READY: Mapping[str, Ready] = {
    "road_traffic_fines": Ready("Road Traffic Fine Management Process", "10.4121/uuid:270fd440-1057-4fb9-89a9-b699b47990f5",
                                Text(zh="交通罚款，有复议和诉讼", en="traffic fines with appeals")),
    "building_permits": Ready("BPI Challenge 2015", "10.4121/uuid:31a308ef-c844-48da-948c-305d167a0ec1",
                              Text(zh="五个市的建筑许可", en="building permits of five municipalities")),
    "receipt_phase": Ready("Receipt phase of an environmental permit application process (WABO), CoSeLoG",
                           "10.4121/uuid:a07386a5-7be3-4367-9535-70bc9e77dbe6",
                           Text(zh="环境许可申请的受理", en="acceptance of applications for environmental permits")),
    "payments": Ready("BPI Challenge 2020: Domestic Declarations", "10.4121/uuid:3f422315-ed9d-4882-891f-e180b5b4feb5",
                      Text(zh="报销的审批和支付", en="approval and payment of expenses")),
}  # fmt: skip


def text_of(name: str) -> str:
    """Return the YAML of a mapping that is shipped.  Raises KeyError."""
    if name not in READY:
        raise KeyError(name)
    return (files(__package__) / f"{name}.yaml").read_text(encoding="utf-8")
