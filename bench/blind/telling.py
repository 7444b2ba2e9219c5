"""A story told as rows of the log: who did what when, when it was typed in, who read the file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from .clock import TODAY, any_day, at_desk, calendar_rows, later, typed
from .office import Office, Officer
from .stories import BARS, Application, Penalty, Story, Visit

Row = tuple[object, ...]
POWERS = {Penalty: "blind/penalty", Visit: "blind/inspection", Application: "blind/licence"}
SAID = ("code", "tier", "amount", "outcome", "intermediary", "place", "started", "ended", "team", "text")
END = datetime.combine(TODAY - timedelta(1), time(20))


class _Pen:
    """Writes one case forward in time."""

    def __init__(self, rng: Random, one: Story, power: str) -> None:
        self.rng, self.one, self.power = rng, one, power
        self.case = f"{power.rpartition('/')[2]}-2026-{one.number:05d}"
        self.now = at_desk(rng, one.day, one.handler.habits.overtime)
        self.acts: list[tuple[datetime, dict[str, object]]] = []
        self.reads: list[Row] = list(self._plotted())

    def _plotted(self) -> list[Row]:
        return [(self.case, who, post, at, part) for who, post, at, part in self.one.readers]

    def wait(self, low: int, high: int, by: Officer | None = None) -> None:
        """Go on some working days later."""
        day = later(self.now.date(), self.rng.randint(low, high))
        then = at_desk(self.rng, day, by.habits.overtime if by else 0.03)
        self.now = max(then, self.now + timedelta(minutes=self.rng.randint(4, 60)))

    def soon(self, minutes: float) -> None:
        """Go on minutes later; what would fall into the night is done the next morning."""
        self.now += timedelta(minutes=minutes, seconds=self.rng.randrange(60))
        if self.now.hour >= 22 or self.now.hour < 7:
            self.now = at_desk(self.rng, later(self.now.date() + timedelta(1), 0))

    def do(self, act: str, by: Officer | str, *, at: datetime | None = None, **said: Any) -> None:
        """Write an act down.  said: columns beside those that every act has."""
        when = at or self.now
        who, post = (by, by) if isinstance(by, str) else (by.id, by.post)
        late = 0.0 if isinstance(by, str) or by.post != "enforcement_officer" else by.habits.late
        entered = typed(self.rng, when, late)
        if self.one.batch is not None and who == self.one.handler.id and when < self.one.batch:
            entered = self.one.batch + timedelta(seconds=self.rng.randint(0, 2400))
        self.acts.append((when, {"act": act, "actor": who, "post": post, "entered": max(entered, when), **said}))

    def read(self, by: Officer, *, before: float = 15.0, part: str = "file") -> None:
        """Note that somebody opened the file so many minutes ago."""
        self.reads.append((self.case, by.id, by.post, self.now - timedelta(minutes=self.rng.uniform(0.5, 1.0) * before), part))

    def approve(self, act: str, **said: Any) -> None:
        """Let the approver sign: after his minutes at work, or at the moment that a wrong fixed."""
        how = self.one.approval
        if how.at is not None:
            self.now = max(how.at, self.now + timedelta(seconds=40))
        elif how.minutes > 90 and self.rng.random() < 0.7:
            self.wait(1, 2, how.by)
        else:
            self.soon(how.minutes)
        if how.opened:
            self.read(how.by, before=min(how.minutes, 40))
        self.do(act, how.by, **said)

    def rows(self) -> tuple[list[Row], list[Row]]:
        """Return acts and readings up to the day of looking."""
        acts: list[Row] = []
        for at, said in sorted(self.acts, key=lambda one: one[0]):
            entered = said["entered"]
            assert isinstance(entered, datetime)
            if at > END or entered > END:
                continue
            acts.append((
                self.case, len(acts) + 1, self.power, said["act"], said["actor"], said["post"], at, entered, self.one.firm.name,
                *(said.get(name) for name in SAID)))  # fmt: skip
        return acts, [row for row in self.reads if isinstance(row[3], datetime) and row[3] <= END]


def _stop(pen: _Pen, act: str, end: str, by: Officer) -> None:
    for days in pen.one.stops:
        pen.wait(0, 3, by)
        pen.do(act, by)
        pen.wait(days, days + 2, by)
        pen.do(end, by)


def _penalty(rng: Random, one: Penalty) -> _Pen:
    pen = _Pen(rng, one, POWERS[Penalty])
    mine: dict[str, Any] = {"code": one.code}
    source = "complaint" if one.complaint else rng.choice(("inspection", "transfer"))
    pen.do("register_lead", one.handler, outcome=source, **mine)
    pen.wait(1, 6, one.handler)
    pen.read(one.handler, part="lead")
    if one.contact:
        pen.do("record_interference" if one.contact == "recorded" else "answer_contacts",
               one.approval.by if one.contact == "recorded" else one.handler, outcome=one.contact)  # fmt: skip
        pen.now = at_desk(rng, later(pen.now.date() + timedelta(one.contact_days), 0))
    if one.fate == "not_filed":
        pen.do("propose_no_opening", one.handler, **mine)
        return pen
    pen.do("propose_case_opening", one.handler, **mine)
    if one.fate == "not_opened":
        pen.approve("refuse_case_opening", **mine)
        return pen
    pen.wait(0, 2)
    pen.read(one.reviewer, before=20, part="lead")
    pen.do("approve_case_opening", one.reviewer, **mine)
    if one.seized:
        pen.wait(0, 1, one.handler)
        pen.do("propose_measure", one.handler)
        pen.soon(rng.uniform(20, 90))
        pen.do("approve_measure", one.reviewer)
    pen.wait(2, 12, one.handler)
    pen.read(one.handler, part="handled")
    pen.do("investigate", one.handler, team=f"{one.handler.id}|{one.partner.id}", **mine)
    if one.agent:
        pen.do("choose_intermediary", one.handler, intermediary=one.agent, **mine)
    _stop(pen, "commission_appraisal", "receive_appraisal", one.handler)
    _report(rng, pen, one)
    return pen


def _report(rng: Random, pen: _Pen, one: Penalty) -> None:
    sums: dict[str, Any] = {"code": one.code, "tier": one.tier, "amount": one.fine}
    pen.wait(2, 10, one.handler)
    pen.do("submit_final_report", one.handler, **sums)
    for _ in range(one.returned):
        pen.wait(0, 3, one.reviewer)
        pen.read(one.reviewer)
        pen.do("return_on_review", one.reviewer)
        pen.wait(1, 5, one.handler)
        pen.do("submit_final_report", one.handler, **sums)
    pen.wait(0, 3, one.reviewer)
    pen.read(one.reviewer, before=40)
    pen.do("pass_legality_review", one.reviewer)
    pen.wait(0, 2, one.handler)
    pen.do("answer_contacts", one.handler, outcome="none")
    if one.fate == "penalised":
        pen.do("serve_prior_notice", one.handler, **sums)
        if one.fine >= BARS[1]:
            pen.wait(0, 3)
            pen.do("waive_hearing" if one.waived else "request_hearing", "party")
            if not one.waived:
                pen.wait(8, 14, one.reviewer)
                pen.do("hold_hearing", one.reviewer)
        else:
            pen.wait(0, 4)
            pen.do("waive_defence" if one.waived else "record_defence", "party" if one.waived else one.handler)
        pen.wait(1, 3, one.handler)
        pen.do("forward_for_decision", one.handler)
    mine: dict[str, Any] = {"code": one.code}
    act = {"penalised": "decide_penalty", "spared": "decide_no_penalty", "withdrawn": "approve_withdrawal"}[one.fate]
    pen.approve(act, **(sums if one.fate == "penalised" else mine))
    pen.wait(5, 25)
    pen.do("close_case", one.reviewer)


def _visit(rng: Random, one: Visit) -> _Pen:
    pen = _Pen(rng, one, POWERS[Visit])
    pen.now = at_desk(rng, later(one.begin.date() - timedelta(rng.randint(3, 9)), 0))
    if pen.now >= one.begin:
        pen.now = one.begin - timedelta(minutes=rng.randint(15, 60))
    pen.do("make_inspection_plan", one.handler)
    pen.soon(20)
    if pen.now < one.begin:
        pen.read(one.reviewer, before=5, part="draft")
        pen.do("approve_inspection_plan", one.reviewer)
    pen.now, end = one.begin, one.begin + timedelta(minutes=one.minutes)
    pen.do("inspect_site", one.handler, at=end, started=one.begin, ended=end, place=one.place, team="|".join(one.team), text=one.text,
           outcome=one.found)  # fmt: skip
    pen.now = end
    pen.wait(0, 3, one.handler)
    pen.do("submit_inspection_report", one.handler, outcome=one.found)
    for _ in range(one.returned):
        pen.wait(0, 2, one.reviewer)
        pen.do("return_for_redrafting", one.reviewer)
        pen.wait(1, 4, one.handler)
        pen.do("submit_inspection_report", one.handler, outcome=one.found)
    pen.approve("approve_inspection_report", outcome=one.found)
    return pen


def _application(rng: Random, one: Application) -> _Pen:
    pen = _Pen(rng, one, POWERS[Application])
    mine: dict[str, Any] = {"code": one.matter}
    pen.do("receive_application", one.counter, **mine)
    for _ in range(one.home):
        pen.soon(rng.uniform(5, 60))
        pen.do("give_one_time_notice", one.counter, **mine)
        pen.wait(2, 9)
        pen.do("receive_application", one.counter, **mine)
    pen.soon(rng.uniform(5, 200))
    pen.do("accept_application", one.counter, **mine)
    if one.agent:
        pen.wait(0, 2, one.handler)
        pen.do("choose_intermediary", one.handler, intermediary=one.agent, **mine)
    _stop(pen, "order_expert_review", "receive_expert_review", one.handler)
    for n in range(one.returned + 1):
        pen.wait(1, 6, one.handler)
        pen.read(one.handler, part="handled")
        pen.do("submit_examination", one.handler, **mine)
        pen.wait(0, 2, one.reviewer)
        pen.read(one.reviewer)
        pen.do("pass_review" if n == one.returned else "return_to_examination", one.reviewer, **mine)
    pen.approve("decide_application", outcome="granted" if one.granted else "refused", **mine)
    return pen


def _told(rng: Random, one: Story) -> _Pen:
    match one:
        case Penalty():
            return _penalty(rng, one)
        case Visit():
            return _visit(rng, one)
        case Application():
            return _application(rng, one)
        case _:
            raise TypeError(type(one).__name__)


def relations(rng: Random, office: Office, stories: Sequence[Story], night: Sequence[tuple[Officer, datetime]]) -> dict[str, list[Row]]:
    """Tell the year.  night: who opens some file at hours that a wrong chose."""
    acts: list[Row] = []
    reads: list[Row] = []
    for one in stories:
        pen = _told(rng, one)
        written, seen = pen.rows()
        acts += written
        reads += seen
    cases = sorted({str(row[0]) for row in acts})
    reads += _curious(rng, office, cases)
    reads += [(rng.choice(cases), who.id, who.post, at, "file") for who, at in night]
    opened = {one.name: date(2024, 1, 1) + timedelta(rng.randrange(600)) for one in office.firms}
    return {
        "acts": acts, "reads": reads,
        "subjects": [(one.name, one.risk, opened[one.name], None) for one in office.firms],
        "thresholds": [(POWERS[Penalty], bar) for bar in BARS],
        "calendar": calendar_rows(),
    }  # fmt: skip


def _curious(rng: Random, office: Office, cases: Sequence[str]) -> list[Row]:
    """Honest readings beside the work: reviews of files, archives, enquiries; evenings of those who stay late, a weekend on duty."""
    found: list[Row] = []
    for _ in range(len(cases) // 2):
        who = rng.choice(office.officers)
        day = any_day(rng)
        if rng.random() < 0.02:
            day += timedelta((5 - day.weekday()) % 7)  # on duty on a Saturday
        found.append((rng.choice(cases), who.id, who.post, at_desk(rng, day, who.habits.overtime), "file"))
    return found
