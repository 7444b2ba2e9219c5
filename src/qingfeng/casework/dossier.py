"""What goes into the dossier of a finding: the records it rests on, what was done about it, the files that these name.

Of a case no more is taken in than the reader has opened: a dossier is no way round the record of readings.  Whose file is not open
gives the one record that shows the finding, and the dossier says what it leaves out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qingfeng.catalogue import wording
from qingfeng.engine.case import Case
from qingfeng.engine.event import ACT, Event
from qingfeng.terms.instants import local_day
from qingfeng.terms.people import People
from qingfeng.terms.text import Text

from .desk.access import Viewer, sees_suspicion
from .desk.filepage import hashes_in
from .desk.findingpage import Desk
from .desk.findingpage import page as page_of
from .desk.opening import OPEN, opening
from .desk.said import lines_of, plain
from .findings import STREAM, place_of
from .followup import standing
from .history import act_name
from .office import CASE, Office, UnknownThing, event_of, load_case
from .ports import ReadTx, StoredEvent, WriteTx
from .words import listed, rule_name

DOSSIERS, MADE = "dossiers", "dossier_made"
MOST = 500
"""Records in one dossier; what is more stays in the file of the case."""
_SHOWN = 160
NOBODY = Text(zh="", en="")
KEYS: Mapping[str, Text] = {
    "case": Text(zh="案件", en="case"), "key": Text(zh="对象", en="about"), "rule": Text(zh="规则", en="rule"),
    "seq": Text(zh="记录号", en="record"), "power": Text(zh="职权", en="power"), "version": Text(zh="版本", en="version"),
    "subject": Text(zh="对象", en="about"), "stream": Text(zh="记录册", en="stream"),
}  # fmt: skip
OWN: Mapping[str, Text] = {"finding": Text(zh="发现登记", en="finding laid down")}


@dataclass(frozen=True, slots=True)
class Cited:
    """One record in a dossier: as stored, in words, and the digests of the files it names."""

    row: StoredEvent
    event: Event
    name: Text
    who: Text
    files: tuple[str, ...]
    said: Text


@dataclass(frozen=True, slots=True)
class Contents:
    """What a dossier says before it is sealed."""

    number: int
    agency: str
    sentence: Text
    rule: Text
    power: Text
    found_at: datetime
    risks: tuple[str, ...]
    steps: tuple[str, ...]
    cited: tuple[Cited, ...]
    left_out: tuple[Text, ...]

    @property
    def files(self) -> tuple[str, ...]:
        """The digests of all files that the records name, each once."""
        return tuple(dict.fromkeys(digest for one in self.cited for digest in one.files))


def contents(office: Office, number: int, viewer: Viewer, *, now: datetime) -> Contents:
    """Return what a dossier of a finding holds for an inspector.  Raises UnknownThing where the finding is not for him, StoreError."""
    with office.store.read() as tx:
        desk = Desk.at(office, tx, standing(office, tx), now=now)
        page = page_of(desk, number, viewer)
        if not sees_suspicion(viewer):
            raise UnknownThing(f"没有第{number}号线索", f"there is no finding {number}")
        finding = desk.known.found[number].finding
    cases = [case for case in dict.fromkeys([page.case, page.handled]) if case]
    left_out, opened = [], []
    for case in cases:
        came = opening(office, case, viewer, purpose="", own_work=f"制作第{number}号线索专卷", now=now)
        if came.state == OPEN:
            opened.append(case)
        else:
            left_out.append(Text(zh=f"{case}的案卷：制作人没有打开，只收入证明线索的记录",
                                 en=f"the file of {case}: not opened; only the record that shows the finding"))  # fmt: skip
    with office.store.read() as tx:
        registry = office.registry(tx)
        people, places = registry.people, [(STREAM, number)]
        if (place := place_of(finding)) is not None:
            places.append(place)
        loaded = {case: load_case(office, tx, registry, case)[0] for case in cases}
        places += [(CASE + case, event.seq) for case in opened for event in loaded[case].events]
        wanted = list(dict.fromkeys(places))
        if len(wanted) > MOST:
            left_out.append(Text(zh=f"记录过多，只收入前{MOST}条", en=f"the first {MOST} records only"))
        cited = _cited(tx, wanted[:MOST], loaded, people)
    steps = [f"{one.at:%Y-%m-%d %H:%M} {one.name.zh}{'：' + one.what.zh if one.what else ''}（{one.who}）{one.words or ''}"
             for one in page.steps]  # fmt: skip
    return Contents(number, str(registry.agency.get("name", "")), page.line.sentence, page.line.rule_name, page.line.power_title,
                    page.found_at, tuple(f"{one.step.zh}：{one.text}" for one in page.line.risks), tuple(steps), cited,
                    tuple(left_out))  # fmt: skip


def _cited(tx: ReadTx, places: Sequence[tuple[str, int]], cases: Mapping[str, Case], people: People) -> tuple[Cited, ...]:
    rows = tx.events_at(list(places))
    told = []
    for place in places:
        row = rows.get(place)
        if row is None:
            continue
        event, case = event_of(row), cases.get(place[0].removeprefix(CASE)) if place[0].startswith(CASE) else None
        files = tuple(digest for _, _, digest in hashes_in(case, event)) if case is not None and event.kind == ACT else ()
        what = act_name(case, event) if case is not None else OWN.get(event.act, plain(event.act))
        lines = lines_of(case.version, event.act, event.data, people) if case is not None else ()
        said = [(one.name, one.value) for one in lines] or list(_own(event.data))
        words = listed([Text(f"{name.zh}：{value.zh}", f"{name.en}: {value.en}") for name, value in said], zh="；", en="; ")
        who = wording.person(event.actor, people.name) if event.actor else NOBODY
        told.append(Cited(row, event, what, who, files, Text(_short(words.zh), _short(words.en))))
    return tuple(told)


def _own(data: Mapping[str, Any]) -> Iterator[tuple[Text, Text]]:
    """Yield what the record of a finding says: its rule by its title, the case and its record, what else it is about."""
    for name, value in sorted(data.items()):
        if value not in (None, ""):
            yield KEYS.get(name, plain(name)), rule_name(str(value)) if name == "rule" else plain(value)


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def record(office: Office, number: int, digest: str, *, by: str, at: datetime) -> None:
    """Lay down that a dossier was made, before it is handed out.  digest: of its list of files.  Raises StoreError."""
    with office.store.write() as tx:
        tx.lock(DOSSIERS)
        _append(office, tx, {"finding": number, "digest": digest}, by=by, at=at)


def _append(office: Office, tx: WriteTx, data: Mapping[str, Any], *, by: str, at: datetime) -> None:
    office.append(tx, Event(
        stream=DOSSIERS, seq=tx.head(DOSSIERS) + 1, kind=MADE, act=MADE, at=at, entered=at, actor=by, data=dict(data)))  # fmt: skip


def title_of(told: Contents) -> Text:
    """Return the heading of a dossier."""
    return Text(zh=f"第{told.number}号线索专卷", en=f"Dossier of finding {told.number}")


def foot_of(told: Contents) -> Text:
    """Return what a dossier leaves out, in one line."""
    return listed(told.left_out, zh="；", en="; ") if told.left_out else Text(zh="无", en="nothing")


def day_of(told: Contents) -> str:
    """Return the day on which the finding was laid down."""
    return local_day(told.found_at).isoformat()
