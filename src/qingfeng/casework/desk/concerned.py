"""What a viewer may not count: cases about himself, and for whoever is not of discipline all cases about the agency's own people.

A figure tells as much as a line: a head who sees that the discipline power has one case more than last week looks who is missing.  So
for heads the power stands in no figure, whoever is accused; for an inspector the cases that concern himself are taken out of every
figure, and what he counts is what he sees.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from qingfeng.engine.event import ACT

from ..followup import Followed
from ..office import Office, Registry, load_cases
from ..ports import CaseRow, ReadTx
from .access import SANCTION, Viewer, sees_suspicion

MOST = 500
"""So many cases of each discipline power, the latest of them, are looked through; one in more than that tells nobody anything."""
PAGE = 10  # at one go: their events are in memory together
_NOTHING = (0, frozenset[str]())
_ACCUSED: WeakKeyDictionary[Office, dict[str, tuple[int, frozenset[str]]]] = WeakKeyDictionary()
_LOCK = threading.Lock()


@dataclass(frozen=True, slots=True)
class Hidden:
    """What is left out of figures: whole powers, and single cases with what the store notes of each."""

    powers: frozenset[str] = frozenset()
    rows: Sequence[CaseRow] = ()
    noted: Mapping[tuple[str, str], int] = field(default_factory=dict)  # (field, value) -> how often

    def without(self, counts: Iterable[tuple[str, str, str, int]]) -> list[tuple[str, str, str, int]]:
        """Return counts by power, step and status without what is hidden."""
        fewer = Counter((row.power, row.step, row.status) for row in self.rows)
        return [(p, s, t, n - fewer[p, s, t]) for p, s, t, n in counts if p not in self.powers and n > fewer[p, s, t]]


def own_people(registry: Registry) -> frozenset[str]:
    """Return the powers whose cases are about the agency's own people: discipline and supervision."""
    return frozenset(power for power in registry.powers() if registry.supervises(power)) | _sanctioning(registry)


def _sanctioning(registry: Registry) -> frozenset[str]:
    return frozenset(power for (power, _), document in registry.versions.items() if document["power"].get("kind") == SANCTION)


def hidden_from(office: Office, tx: ReadTx, registry: Registry, viewer: Viewer, followed: Iterable[Followed]) -> Hidden:
    """Return what a viewer may not count.  followed: all findings."""
    if not sees_suspicion(viewer):
        return Hidden(own_people(registry))
    about = {one.case for one in followed if one.case is not None and viewer.officer in one.accused}
    about |= {case for case, who in _accused(office, tx, registry).items() if viewer.officer in who}
    rows = tuple(tx.cases_by_ids(sorted(about)).values()) if about else ()
    noted = Counter((name, value) for row in rows for name, value, _ in tx.uses_of(row.case))
    return Hidden(frozenset(), rows, noted)


def _accused(office: Office, tx: ReadTx, registry: Registry) -> dict[str, frozenset[str]]:
    """Return case -> whom it accuses, of the latest cases about the agency's own people; only what has changed is read."""
    rows = [row for power in sorted(_sanctioning(registry)) for row in tx.last_cases(power, limit=MOST)]
    with _LOCK:
        known = _ACCUSED.setdefault(office, {})
        fresh = [(case, seq) for case, seq in rows if known.get(case, _NOTHING)[0] != seq]
        for n in range(0, len(fresh), PAGE):
            part = fresh[n : n + PAGE]
            loaded = load_cases(office, tx, registry, [case for case, _ in part])
            for case, seq in part:
                events = loaded[case][0].events if case in loaded else ()
                who = frozenset(str(one) for e in events if e.kind == ACT for one in e.data.get("accused") or ())
                known[case] = (seq, who)
        return {case: known[case][1] for case, _ in rows}
