"""The service counter on one day: windows and who covers whom, numbers drawn and answered, enquiries, what waits, the day's figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from qingfeng.catalogue.codes import word
from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.case import Case
from qingfeng.engine.control import Control
from qingfeng.engine.event import ACT, Event
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text

from .. import boxes
from ..applications import BOX, ticket_rule
from ..office import Office, Registry, load_case, load_cases
from ..ports import ReadTx
from ..projection import OPENED
from ..words import post_name
from .access import Viewer
from .board import CaseLine, inbox
from .casepage import title_in
from .rules import rule_in
from .said import plain

MOST_A_DAY = 200
"""So many cases of one power and day are looked at; an agency's counter has fewer."""
MOST_AT_COUNTER = 500
MOST_WAITING = 12
COUNTER_RULES = (
    "counter_ticket",
    "counter_session",
    "counter_cover",
    "first_contact",
    "one_time_notification",
    "daily_report",
)
WAITING, SERVED, DONE = (
    Text(zh="等候", en="waiting"),
    Text(zh="办理中", en="being served"),
    Text(zh="已答复", en="answered"),
)


@dataclass(frozen=True, slots=True)
class Session:
    """A window on its day.  state: open | away | closed.  figures: kinds of acts done there that day, as the log says."""

    case: str
    counter: str
    power_title: Text
    opened_by: str
    opened_at: datetime
    on_duty: str
    stand_in: bool
    state: str
    note: Text
    figures: tuple[tuple[str, Text, int], ...]
    report: str | None  # act by which the day is reported, None once it is
    lines: str = ""  # the figures as the form of the report wants them


@dataclass(frozen=True, slots=True)
class Ticket:
    """A number drawn.  tone: red when it waits longer than it may."""

    case: str
    number: str
    matter: Text
    drawn_at: datetime
    state: Text
    outcome: Text | None
    owner: str
    minutes: int
    tone: str


@dataclass(frozen=True, slots=True)
class Cover:
    """Who stands in for whom at the counter of a power: who is on duty (A), and who else holds the post and is in service (B)."""

    power_title: Text
    post: Text
    on_duty: tuple[str, ...]
    stand_ins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Enquiry:
    """A first contact of the day.  done: answered."""

    case: str
    title: str
    owner: str
    at: datetime
    done: bool


@dataclass(frozen=True, slots=True)
class CounterPage:
    """The counter on a day."""

    day: date
    sessions: tuple[Session, ...]
    tickets: tuple[Ticket, ...]
    covers: tuple[Cover, ...]
    enquiries: tuple[Enquiry, ...]
    waiting: tuple[CaseLine, ...]  # the most urgent
    waiting_in_all: int
    notices: frozenset[str]  # cases on which the viewer may give the one-time notice
    online: int
    series: tuple[tuple[str, Text, tuple[tuple[str, str], ...]], ...]  # power, title; of each series its first number, its letters

    @property
    def unanswered(self) -> int:
        """How many numbers have no outcome."""
        return sum(one.outcome is None for one in self.tickets)


def counter_page(office: Office, tx: ReadTx, viewer: Viewer, *, day: date, now: datetime) -> CounterPage:
    """Return the counter on a day, for whoever works there."""
    registry = office.registry(tx)
    sessions: list[Session] = []
    tickets: list[Ticket] = []
    covers: list[Cover] = []
    enquiries: list[Enquiry] = []
    series = []
    powers = at_counters(office, registry, day)
    for power, (version, controls) in powers.items():
        here: list[Session] = []
        today = [case for case, _ in tx.uses(OPENED, f"{day} {power}", limit=MOST_A_DAY)]
        for case, own in load_cases(office, tx, registry, today).values():
            acts = [e for e in case.events if e.kind == ACT and local_day(e.at) == day]
            here += _sessions(office, tx, registry, case, own, acts, day)
            tickets += _tickets(tx, registry, case, own, acts, now=now)
            enquiries += _enquiries(tx, registry, case, own, acts)
        sessions += here
        cover = _cover(registry, version, controls, here, day)
        covers += [cover] if cover is not None else []
        rule = rule_in(controls, "counter_ticket")
        if rule is not None and ticket_rule(version) is not None:
            series.append((power, version.title, tuple((one, one.rstrip("0123456789") or one) for one in rule.first)))
    lines = tuple(line for line in inbox(office, tx, viewer, now=now, limit=200) if line.power in powers)
    notices = frozenset(
        line.id for line in lines[:MOST_WAITING] if _may_notify(office, tx, registry, line.id, viewer, day)
    )
    return CounterPage(
        day,
        tuple(sorted(sessions, key=lambda s: (s.counter, s.opened_at))),
        tuple(sorted(tickets, key=lambda t: t.drawn_at)),
        tuple(covers),
        tuple(enquiries),
        lines[:MOST_WAITING],
        len(lines),
        notices,
        len(boxes.waiting(office, tx, BOX, today=day)),
        tuple(series),
    )


def at_counters(office: Office, registry: Registry, day: date) -> dict[str, tuple[PowerVersion, Sequence[Control]]]:
    """Return the powers that are served at a counter, as in force on a day."""
    told: dict[str, tuple[PowerVersion, Sequence[Control]]] = {}
    for power in registry.powers():
        if any(p == power and v <= day.isoformat() for p, v in registry.versions):
            version, controls = office.version(registry, power, registry.version_on(power, day))
            if any(rule_in(controls, name) is not None for name in COUNTER_RULES):
                told[power] = version, controls
    return told


def before_receipt(version: PowerVersion, controls: Sequence[Control]) -> tuple[tuple[str, Text], ...]:
    """Return the acts, by id and name, that the rules of the counter want done before an application is registered."""
    session, contact = rule_in(controls, "counter_session"), rule_in(controls, "first_contact")
    wanted = (*(session.opens if session is not None else ()), *(contact.registers if contact is not None else ()))
    return tuple((act, version.words[act].name) for act in wanted if act in version.words)


def _sessions(
    office: Office,
    tx: ReadTx,
    registry: Registry,
    case: Case,
    controls: Sequence[Control],
    acts: Sequence[Event],
    day: date,
) -> list[Session]:
    rule, cover, report = (rule_in(controls, n) for n in ("counter_session", "counter_cover", "daily_report"))
    opens = rule.opens if rule is not None else ("open_counter",)
    told = []
    for event in (e for e in acts if e.act in opens):
        number = str(event.data.get("counter_no") or "")
        later = [e for e in acts if e.seq > event.seq and e.data.get("counter_no") in (None, number)]
        hands = [e for e in later if e.act in (rule.hands if rule is not None else ())]
        leaves = [e for e in later if cover is not None and e.act in cover.leaves]
        closed = next((e for e in later if rule is not None and e.act in rule.closes), None)
        on_duty = (hands or [event])[-1]
        away = leaves[-1] if leaves and leaves[-1].seq > on_duty.seq else None
        note = Text(zh="在岗", en="on duty")
        if closed is not None:
            note = Text(zh=f"{closed.at:%H:%M}闭窗", en=f"closed at {closed.at:%H:%M}")
        elif away is not None:
            back = str(away.data.get("back_at") or "")[11:16]
            note = Text(zh=f"离岗，告示{back}返回", en=f"away; notice says back at {back}")
        reported = report is None or any(e.kind == ACT and e.act in report.reports for e in case.events)
        figures = _figures(office, tx, registry, report.counts, number, day, case.version) if report is not None else ()
        told.append(
            Session(
                case.id,
                number,
                case.version.title,
                registry.people.name(str(event.actor)),
                event.at,
                registry.people.name(str(on_duty.actor)),
                on_duty.actor != event.actor,
                "closed" if closed is not None else "away" if away is not None else "open",
                note,
                figures,
                None if reported or report is None else report.reports[0],
                "\n".join(f"{act}: {many}" for act, _, many in figures),
            )
        )
    return told


def _figures(
    office: Office, tx: ReadTx, registry: Registry, counts: Sequence[str], number: str, day: date, version: PowerVersion
) -> tuple[tuple[str, Text, int], ...]:
    """Return how many acts of each kind were done at a counter on a day, over all cases."""
    many: Counter[str] = Counter()
    there = list(dict.fromkeys(case for case, _ in tx.uses("counter_no", number, limit=MOST_AT_COUNTER)))
    for case, _ in load_cases(office, tx, registry, there).values():
        many.update(e.act for e in case.events if e.kind == ACT and e.act in counts and e.data.get("counter_no") == number
                    and local_day(e.at) == day)  # fmt: skip
    names = {row.act: row.word.name for row in version.procedure.rows}
    return tuple((act, names.get(act, plain(act)), many[act]) for act in counts)


def _tickets(
    tx: ReadTx, registry: Registry, case: Case, controls: Sequence[Control], acts: Sequence[Event], *, now: datetime
) -> list[Ticket]:
    rule, session = rule_in(controls, "counter_ticket"), rule_in(controls, "counter_session")
    draws, ends, meets = (
        (rule.tickets, rule.outcomes, rule.meets)
        if rule is not None
        else (("take_ticket",), ("record_contact_outcome",), ())
    )
    told = []
    for event in (e for e in acts if e.act in draws):
        number = str(event.data.get("ticket_no") or "")
        outcome = next((e for e in acts if e.act in ends and e.data.get("ticket_no") == number), None)
        met = next((e for e in acts if e.act in meets and e.seq > event.seq), None)
        waited = int(((met or outcome).at if met or outcome else now).timestamp() - event.at.timestamp()) // 60  # type: ignore[union-attr]
        late = met is None and outcome is None and session is not None and waited > session.wait
        said = str(event.data.get("matter") or "")
        matter = (
            plain(said)
            if said
            else word(case.version, str(event.data.get("matter_code") or ""))
            if event.data.get("matter_code")
            else case.version.title
        )
        told.append(Ticket(
            case.id, number, matter, event.at, DONE if outcome is not None else SERVED if met is not None else WAITING,
            _choice(case, outcome, "contact_outcome"), _owner(registry, case, controls), waited, "red" if late else "gry"))  # fmt: skip
    return told


def _choice(case: Case, event: Event | None, field: str) -> Text | None:
    if event is None:
        return None
    row = next((r for r in case.version.procedure.rows if r.act == event.act), None)
    choices: Mapping[str, Text] = (
        next((f.choices for f in row.word.fields if f.id == field), {}) if row is not None else {}
    )
    return choices.get(str(event.data.get(field)), DONE)


def _owner(registry: Registry, case: Case, controls: Sequence[Control]) -> str:
    rule = rule_in(controls, "first_contact")
    owners = [e for e in case.events if e.kind == ACT and rule is not None and e.act in (*rule.registers, *rule.takes)]
    return registry.people.name(str(owners[-1].actor)) if owners else ""


def _enquiries(
    tx: ReadTx, registry: Registry, case: Case, controls: Sequence[Control], acts: Sequence[Event]
) -> list[Enquiry]:
    rule = rule_in(controls, "first_contact")
    first = next((e for e in acts if rule is not None and e.act in rule.registers), None)
    if first is None or rule is None:
        return []
    done = any(e.kind == ACT and e.act in rule.answers for e in case.events)
    return [Enquiry(case.id, title_in(tx.case_row(case.id), case.version) or str(first.data.get("content") or "")[:60],
                    _owner(registry, case, controls), first.at, done)]  # fmt: skip


def _cover(
    registry: Registry, version: PowerVersion, controls: Sequence[Control], sessions: Sequence[Session], day: date
) -> Cover | None:
    rule = rule_in(controls, "counter_session")
    opens = rule.opens if rule is not None else ("open_counter",)
    row = next((r for r in version.procedure.rows if r.act in opens), None)
    if row is None:
        return None
    holders = list(
        dict.fromkeys(registry.people.name(o) for post in row.by for o in registry.people.holders(post, day))
    )
    on_duty = tuple(dict.fromkeys(s.on_duty for s in sessions if s.state == "open"))
    return Cover(
        version.title, post_name(version, row.by[0]), on_duty, tuple(name for name in holders if name not in on_duty)
    )


def notice_act(case: Case, controls: Sequence[Control]) -> str | None:
    """Return the act by which the papers missing are told at once, if it may be done now."""
    rule, listed = rule_in(controls, "one_time_notification"), rule_in(controls, "published_requirements")
    acts = (rule.notices if rule is not None else ()) or (listed.demands if listed is not None else ())
    done = {e.act for e in case.events if e.kind == ACT}
    return next((act for act in acts if (case.step, act) in case.version.rules and act not in done), None)


def _may_notify(office: Office, tx: ReadTx, registry: Registry, case_id: str, viewer: Viewer, day: date) -> bool:
    case, controls = load_case(office, tx, registry, case_id)
    act = notice_act(case, controls)
    received = any(e.kind == ACT and e.data.get("materials") for e in case.events)
    if act is None or not received or viewer.officer is None:
        return False
    row = case.version.rules[case.step, act]
    return bool(registry.people.authorities(viewer.officer, row.by, day, act=act, may_delegate=not row.no_delegation))


@dataclass(frozen=True, slots=True)
class NoticeForm:
    """The published list of a case's matter, with what was received: what is ticked is missing."""

    case: str
    act: str
    matter: Text
    edition: str
    papers: tuple[tuple[str, str, bool, bool], ...]  # code, name, optional, received


def notice_form(case: Case, controls: Sequence[Control]) -> NoticeForm | None:
    """Return the published list that a case is measured by, None if its power publishes none or no notice may be given now."""
    act, listed = notice_act(case, controls), rule_in(controls, "published_requirements")
    if act is None or listed is None:
        return None
    said = [e for e in case.events if e.kind == ACT and e.data.get("matter_code")]
    code = str(said[-1].data["matter_code"]) if said else listed.matters[0].code
    matter = next((m for m in listed.matters if m.code == code), listed.matters[0])
    got = {str(one) for e in case.events if e.kind == ACT for one in e.data.get("material_codes") or ()}
    return NoticeForm(case.id, act, word(case.version, matter.code), listed.edition,
                      tuple((p.code, p.name, p.optional, p.code in got) for p in matter.papers))  # fmt: skip
