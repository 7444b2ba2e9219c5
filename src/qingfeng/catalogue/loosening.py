"""What a new version of a power gives up: a control, duty or limit gone, an act no longer under it, a number changed.

Whether a larger number is looser depends on the setting, so that every changed number is told; what is only added is not.  The floors
that no file may cross stand in `floors`; this is for what is lawful to change and ought to be seen by somebody else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qingfeng.terms.text import Text

from .diff import diff_documents
from .diff_words import loosened

PARTS = ("controls", "duties")


def loosenings(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Text, ...]:
    """Return in words what a document gives up of an older one of the same power, from what to what; empty if nothing."""
    before, after = old["version"], new["version"]
    kept = dict(before)
    for part in PARTS:
        was, now = before.get(part) or {}, after.get(part) or {}
        kept[part] = {name: now.get(name) if name in now and _weaker(was[name], now[name]) else was[name]
                      for name in was if name in now}  # fmt: skip
    limits = {one["id"]: one for one in after["procedure"].get("limits") or ()}
    mine = [limits.get(one["id"], one) if one["id"] in limits and _longer(one, limits[one["id"]]) else one
            for one in before["procedure"].get("limits") or () if one["id"] in limits]  # fmt: skip
    kept["procedure"] = {**before["procedure"], "limits": mine}
    return tuple(change.text for change in diff_documents(old, {**old, "version": kept}))


def _weaker(old: Any, new: Any) -> bool:
    """True if a setting lost an element or a key, or holds another number, word or switch."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return any(key not in new or _weaker(value, new[key]) for key, value in old.items())
    if _listed(old) and _listed(new):
        plain = [one for one in old if not isinstance(one, Mapping) and not _listed(one)]
        if len(plain) == len(old):
            return any(one not in new for one in old)
        return len(new) < len(old) or any(one not in new for one in old)
    return type(old) is not type(new) or old != new


def _listed(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _longer(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """True if a limit starts, ends or lasts otherwise; a shorter one of the agency and a longer one of the party are no loosening."""
    if any(old.get(key) != new.get(key) for key in ("starts", "ends", "kind", "for", "until", "effect", "late")):
        return True
    told = {**old, "kind": "statutory"}  # how long is judged alike for all
    return any(loosened(key, told, {**new, "kind": "statutory"}) is not None for key in ("n", "unit", "stops", "extend"))
