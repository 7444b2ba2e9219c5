"""Proof of service by each lawful way: what has to be shown, and the day on which service counts (instruments.yaml, service)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from qingfeng.catalogue.power import Field, FieldType
from qingfeng.catalogue.values import Malformed, parse_value
from qingfeng.engine.event import Event
from qingfeng.terms.text import Text

from .kinds import Way, instruments
from .wording import day_words

_TYPES = {"text": FieldType.TEXT, "date": FieldType.DATE, "file": FieldType.FILE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service proved.  served_on: the day from which it counts."""

    way: Way
    proof: Mapping[str, str]
    served_on: date
    servers: tuple[str, ...]

    def lines(self) -> list[str]:
        """Return what proves it, as the proof of service lists it: label | value."""
        return [
            f"{label.zh}|{_said(self.proof[name], kind)}"
            for name, (label, kind) in self.way.needs.items()
            if name in self.proof
        ]


def proved(
    way: str, proof: Mapping[str, Any], *, servers: tuple[str, ...], issued_on: date, today: date
) -> tuple[Service | None, list[Text]]:
    """Return the service that this proves, or everything that is missing or wrong."""
    known = instruments().ways.get(way)
    if known is None:
        ways = instruments().ways
        return None, [Text(zh=f"没有“{way[:30]}”这种送达方式；可用：{'、'.join(f'{w}（{v.name.zh}）' for w, v in ways.items())}",
                           en=f"no way of service {way[:30]!r}; there are {', '.join(ways)}")]  # fmt: skip
    faults, said = [], {}
    for name in sorted(proof.keys() - known.needs.keys()):
        faults.append(Text(zh=f"{known.name.zh}不需要“{name[:30]}”", en=f"{known.id} has no proof {name[:30]!r}"))
    lenient = {n for group in known.one_of for n in group if any(proof.get(m) for m in group)}
    for name, (label, kind) in known.needs.items():
        value = proof.get(name)
        if value in (None, ""):
            if name not in lenient:
                faults.append(Text(zh=f"缺少{label.zh}（{name}）", en=f"{label.en} ({name}) is missing"))
            continue
        try:
            said[name] = str(parse_value(Field(id=name, type=_TYPES[kind], name=label), value))
        except Malformed as error:
            faults.append(Text(zh=f"{label.zh}（{name}）{error.text.zh}", en=f"{label.en} ({name}) {error.text.en}"))
    if not servers or len(set(servers)) != len(servers):
        faults.append(Text(zh="送达人没有写明或者重复", en="nobody, or the same person twice, is named as serving it"))
    if faults:
        return None, faults
    day = date.fromisoformat(said[known.served_by])
    if not issued_on <= day <= today:
        return None, [Text(zh=f"{known.needs[known.served_by][0].zh}{day}早于文书签发日{issued_on}或者晚于今天{today}",
                           en=f"{day} is before the document was issued ({issued_on}) or after today ({today})")]  # fmt: skip
    return Service(way=known, proof=said, served_on=day + timedelta(days=known.days_after), servers=servers), []


def told_by(event: Event) -> Service | None:
    """Return the service that an act of the procedure records; None when it names no way, or less than the least proof of that way."""
    known = instruments().ways.get(str(event.data.get("service_method")))
    if known is None:
        return None
    said = {name: str(event.data[name]) for name in known.needs if event.data.get(name)}
    alternatives = frozenset(name for group in known.one_of for name in group)
    if not known.core - alternatives <= said.keys() or not all(group & said.keys() for group in known.one_of):
        return None
    servers = event.data.get("officers") or [event.actor]
    return Service(way=known, proof=said, served_on=event.effective_day, servers=tuple(str(o) for o in servers))


def _said(value: str, kind: str) -> str:
    if kind == "file":  # in groups, so that it fits the column
        return " ".join(value[i : i + 16] for i in range(0, len(value), 16))
    return day_words(date.fromisoformat(value)) if kind == "date" else value
