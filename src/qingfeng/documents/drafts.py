"""A paper that comes before its act: the notice is approved, numbered and sealed, and only then served and the act recorded."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from qingfeng.catalogue.values import Malformed, parse_value
from qingfeng.engine.case import Case
from qingfeng.engine.event import ACT, Event
from qingfeng.engine.shape import word_of
from qingfeng.terms.text import Text

from .fill import Unfilled, acts_of, says_so
from .kinds import Kind


def draft_event(
    case: Case, kind: Kind, said: Mapping[str, Any], *, at: datetime, actor: str, act: str | None = None
) -> Event:
    """Return the act that the paper comes before, as it will be recorded: said with the act's own fields.

    act: which of the acts that give rise to it; by default the one that is possible now.  Raises Unfilled.
    """
    acts = acts_of(case.version, kind)
    possible = [name for name in acts if word_of(case.version, name)]
    name = act or next((n for n in possible if (case.step, n) in case.version.rules), possible[0] if possible else "")
    word = word_of(case.version, name)
    if word is None or name not in acts:
        raise Unfilled(kind.title, [Text(zh=f"它不能由“{name}”产生", en=f"{name!r} does not give rise to it")])
    lacks: list[Text] = []
    data: dict[str, Any] = {}
    fields = {f.id: f for f in word.fields}
    for field_id, value in said.items():
        if field_id not in fields:
            known = "、".join(fields)
            lacks.append(
                Text(
                    zh=f"“{word.name.zh}”没有字段{field_id[:40]}；可用：{known}",
                    en=f"{name} has no field {field_id[:40]}; it has {', '.join(fields)}",
                )
            )
            continue
        try:
            data[field_id] = parse_value(fields[field_id], value)
        except Malformed as error:
            label = fields[field_id].name
            lacks.append(Text(zh=f"{label.zh}（{field_id}）：{error.text.zh}", en=f"{label.en} ({field_id}): {error.text.en}"))
    if lacks:
        raise Unfilled(kind.title, lacks)
    draft = act_to_come(case, name, data, at=at, actor=actor)
    if not says_so(kind, draft):
        wanted = "，".join(f"{n}={'|'.join(v)}" for n, v in kind.where.items())
        raise Unfilled(
            kind.title,
            [Text(zh=f"“{word.name.zh}”须写明{wanted}才产生它", en=f"{name} gives rise to it only with {wanted}")],
        )
    return draft


def act_to_come(case: Case, act: str, data: Mapping[str, Any], *, at: datetime, actor: str) -> Event:
    """Return an act as the next event of a case."""
    version = case.version
    return Event(
        stream="",
        seq=case.seq + 1,
        kind=ACT,
        act=act,
        at=at,
        entered=at,
        power=version.power,
        version=version.version,
        actor=actor,
        data=data,
    )
