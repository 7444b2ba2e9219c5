"""Which further pages a case has: what its power's controls and acts say, so that a power without votes has no meeting page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from qingfeng.catalogue.power import PARTY, ActRule, PowerVersion
from qingfeng.engine.case import Case
from qingfeng.engine.control import Control
from qingfeng.terms.text import Text

MEETING_RULES = ("own_vote", "deliberation_quorum", "deliberation_result", "speaking_order", "collective_deliberation")
HEARING_RULES = ("hearing_conduct", "hearing_right")
BUNDLE = ("evidence_hash", "photo_hash")
"""Fields that can name all that was taken on the spot: the first of these that an act has."""
ON_SITE = ({"officers", "place"}, {*BUNDLE, "photo_hashes", "recording_hash"})
"""An act done on the spot: it says who was there and where, and keeps what was seen; registering an item is done at the desk."""


@dataclass(frozen=True, slots=True)
class Place:
    """A further page of a case: last part of its address, icon, name."""

    path: str
    icon: str
    name: Text


def rule_in(controls: Iterable[Control], name: str) -> Any | None:
    """Return a configured control by its name, None where the power has none."""
    return next((one for one in controls if one.name == name), None)


def acts_in(controls: Sequence[Control], names: Iterable[str], setting: str) -> tuple[str, ...]:
    """Return the acts that a setting of several controls names, each once, in order."""
    found = (act for name in names for act in getattr(rule_in(controls, name), setting, ()))
    return tuple(dict.fromkeys(found))


def has_meeting(controls: Sequence[Control]) -> bool:
    """True if members vote in this power."""
    return bool(acts_in(controls, MEETING_RULES, "votes") or acts_in(controls, MEETING_RULES, "results"))


def hearing_acts(version: PowerVersion, controls: Sequence[Control]) -> tuple[str, ...]:
    """Return the acts by which a hearing is held; none: the power knows no hearing."""
    known = {row.act for row in version.procedure.rows}
    named = acts_in(controls, HEARING_RULES, "holds") or ("hold_hearing", "hold_public_hearing")
    return tuple(act for act in named if act in known)


def on_site_acts(version: PowerVersion) -> tuple[ActRule, ...]:
    """Return the acts that are done on the spot, each once."""
    rows = {row.act: row for row in version.procedure.rows
            if ON_SITE[0] <= (said := {f.id for f in row.word.fields}) and ON_SITE[1] & said and "evidence_no" not in said}  # fmt: skip
    return tuple(rows.values())


def places_of(case: Case, controls: Sequence[Control], *, handled: bool | None = None) -> tuple[Place, ...]:
    """Return the further pages of a case.  handled: who does not read the file comes to none, or only to what he handles."""
    if handled is not None:
        return (Place("documents", "file", Text(zh="经手的物品和文书", en="What you handle")),) if handled else ()
    told = [Place("documents", "file", Text(zh="文书和案卷", en="Documents and file"))]
    if has_meeting(controls):
        told.append(Place("meeting", "people", Text(zh="集体讨论", en="Deliberation")))
    if hearing_acts(case.version, controls):
        told.append(Place("hearing", "chat", Text(zh="听证", en="Hearing")))
    if on_site_acts(case.version) and not case.closed:
        told.append(Place("field", "target", Text(zh="现场记录", en="On-site record")))
    told.append(Place("log", "list", Text(zh="办案日志", en="Log")))
    if any(PARTY in row.by for row in case.version.procedure.rows):
        told.append(Place("receipt", "key", Text(zh="当事人回执", en="Receipt for the party")))
    return tuple(told)
