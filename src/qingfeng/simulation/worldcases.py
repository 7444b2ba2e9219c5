"""How cases go in the agency of `worldlog`: penalties, licences, inspections, and what its people read; honest unless one is planted."""

from __future__ import annotations

from datetime import datetime, timedelta

from .worldlog import DAYS, FIRST, PHRASES, Log, Party, Person, World, moment

BARS = (50_000.0, 100_000.0)
TIERS = {"light": (2_000, 20_000), "medium": (20_000, 90_000), "heavy": (90_000, 400_000)}
FIRMS = ("甲检测", "乙检测", "丙检测", "丁检测", "戊检测")


def write_year(world: World) -> Log:
    """Return the log of a year."""
    log = Log()
    _frame(world, log)
    starts = sorted(world.day() for _ in range(world.size))
    for n, at in enumerate(starts):
        kind = world.rng.choices(("penalty", "licence", "inspection"), (35, 30, 35))[0]
        case = f"{kind}/{n:06d}"
        {"penalty": _penalty, "licence": _licence, "inspection": _inspection}[kind](world, log, case, at)
    log.cases = world.size
    log.planted = set(world.wrongs.items())
    _other_reads(world, log)
    return log


def _frame(world: World, log: Log) -> None:
    for bar in BARS:
        log.rows["thresholds"].append(("penalty", bar))
    number = 0
    for n in range(-30, DAYS + 40):
        day = FIRST + timedelta(days=n)
        number += day.weekday() < 5
        log.rows["calendar"].append((day, number, day.weekday() < 5))
    for party in (p for p in world.parties if p.key):
        log.rows["subjects"].append((party.name, party.place or "镇区", FIRST, None))


def _enter(world: World, who: Person, at: datetime, *, field: bool = False) -> datetime:
    """Return when an act is entered: at once; after a day outside; after a failure of the system; or in batches, if that is the wrong."""
    if at.date() in world.failures:
        return moment(world.rng, at.date() + timedelta(days=3)).replace(hour=9)
    if world.wrong("back_entry_batches", who.id):
        friday = at.date() + timedelta(days=18 - at.date().weekday())
        return datetime(friday.year, friday.month, friday.day, 16, world.rng.randrange(40), world.rng.randrange(60))
    if field and world.rng.random() < 0.04:
        return world.later(at, 2)
    return at + timedelta(seconds=world.rng.randrange(5, 300))


def _party(world: World, *, inspected: bool = False) -> Party:
    hidden = world.wrongs.get("never_inspected")
    while True:
        party = world.rng.choices(world.parties, cum_weights=world.weights)[0] if inspected else world.rng.choice(world.parties)
        if not (inspected and party.name == hidden):
            return party


def _approve(world: World, log: Log, case: str, power: str, act: str, who: Person, at: datetime) -> datetime:
    """Approve: honest people open the file and take their time, or sign on Friday what they have read; return when."""
    if world.wrong("rubber_stamping", who.id):
        when = at + timedelta(seconds=world.rng.randrange(6, 45))
    else:
        when = world.later(at, 1.5)
        if world.habit(who, "sitting", 0.3):
            when = when.replace(hour=16, minute=world.rng.randrange(30, 55))
        if world.rng.random() < 0.85:
            log.read(case, who, max(when - timedelta(minutes=world.rng.randrange(2, 200)), when.replace(hour=8, minute=5)))
    log.act(case, power, act, who, when, entered=when)
    return when


def _review(world: World, log: Log, case: str, power: str, who: Person, handler: Person, at: datetime) -> datetime:
    """Send back now and then, then pass."""
    tormented = world.wrong("ping_pong", who.id) and world.rng.random() < 0.6
    returns = world.rng.choice((2, 3, 4)) if tormented else int(world.habit(who, "strict", 0.12, 0.5))
    returns += returns == 1 and world.rng.random() < 0.1
    for _ in range(returns):
        at = world.later(at, 2)
        log.act(case, power, "return_on_review", who, at)
        at = world.later(at, 3)
        log.act(case, power, "submit_final_report", handler, at)
    return _approve(world, log, case, power, "pass_review", who, at)


def _penalty(world: World, log: Log, case: str, at: datetime) -> None:
    rng, power = world.rng, "penalty"
    party = _party(world)
    pair = world.wrongs.get("repeated_pairing", "|").split("|")
    if pair[1] and rng.random() < 0.012:
        party = next(p for p in world.parties if p.name == pair[1])
    favoured = world.wrongs.get("favoured_party", "")
    if favoured and rng.random() < 0.008:
        party = next(p for p in world.parties if p.name == favoured)
    code = rng.choices(list(world.codes), (20, 18, 15, 12, 10, 8, 6, 5, 3))[0]
    handler = world.pick("handler", weights=world.codes[code])
    if party.name == pair[1] and rng.random() < 0.95:
        handler = next(p for p in world.people["handler"] if p.id == pair[0])
    clerk = world.pick("clerk")
    source = rng.choices(("inspection", "report", "referral"), (5, 4, 2))[0]
    log.act(case, power, "register_lead", clerk, at, entered=_enter(world, clerk, at), party=party.name, outcome=source)
    at = world.later(at, 2)
    weak = 0.1 if source == "inspection" else 0.3
    drop = world.wrong("non_filing_rate", handler.id) or world.habit(handler, "weak/" + source, weak)
    proposal = "propose_no_opening" if drop else "propose_case_opening"
    log.act(case, power, proposal, handler, at, entered=_enter(world, handler, at), code=code)
    deputy = world.pick("deputy")
    if drop:
        log.act(case, power, "refuse_case_opening", deputy, world.later(at, 2))
        return
    at = _approve(world, log, case, power, "approve_case_opening", deputy, at)
    at = _investigate(world, log, case, handler, party, at)
    tier = rng.choices(list(TIERS), (6, 4, 1))[0]
    if world.wrong("clock_stop_abuse", handler.id) or world.habit(handler, "stop/" + code, 0.25 if code == "V1" else 0.06):
        at = world.later(at, 2)
        log.act(case, power, "commission_appraisal", handler, at)
        at = world.later(at, 15)
    contact = _contact(world, log, case, handler, at)
    at = world.later(at, 6)
    if (contact and world.wrong("withdrawn_after_contact", handler.id)) or rng.random() < (0.09 if contact else 0.06):
        log.act(case, power, "propose_withdrawal", handler, at)
        log.act(case, power, "approve_withdrawal", world.people["head"][0], world.later(at, 2))
        return
    log.act(case, power, "submit_final_report", handler, at, entered=_enter(world, handler, at), code=code, tier=tier)
    at = _review(world, log, case, power, world.pick("reviewer"), handler, at)
    _punish(world, log, case, handler, party, code, tier, at)


def _investigate(world: World, log: Log, case: str, handler: Person, party: Party, at: datetime) -> datetime:
    at = world.later(at, 4)
    other = world.pick("handler")
    log.act(case, "penalty", "investigate", handler, at, entered=_enter(world, handler, at, field=True), place=party.name,
            team=f"{handler.id}|{other.id}" if other is not handler else handler.id)  # fmt: skip
    return at


def _contact(world: World, log: Log, case: str, handler: Person, at: datetime) -> bool:
    said = world.rng.random() < (0.3 if world.wrongs.get("withdrawn_after_contact") == handler.id else 0.04)
    log.act(case, "penalty", "answer_contacts", handler, at, outcome="some" if said else "none")
    return said


def _punish(world: World, log: Log, case: str, handler: Person, party: Party, code: str, tier: str, at: datetime) -> None:
    rng, power = world.rng, "penalty"
    low, high = TIERS[tier]
    lever = min(max(rng.betavariate(2, 3) * handler.habits.setdefault("lever", rng.lognormvariate(0, 0.12)), 0.0), 1.0)
    spare = rng.random() < 0.04
    if world.wrong("lenient_officer", handler.id) or world.wrong("favoured_party", party.name):
        lever, spare = rng.uniform(0, 0.04), rng.random() < 0.3
    fine = low + lever * (high - low)
    fine = round(fine / 1_000) * 1_000 if rng.random() < 0.7 else round(fine / 100) * 100
    if world.wrong("threshold_splitting", handler.id) and fine >= 20_000:
        bar = rng.choice(BARS)
        fine = round(bar * rng.uniform(0.94, 0.995) / 100) * 100
    at = world.later(at, 2)
    log.act(case, power, "serve_prior_notice", handler, at, entered=_enter(world, handler, at), amount=float(fine), party=party.name,
            code=code, tier=tier)  # fmt: skip
    if world.wrong("waived_hearing_rate", handler.id) or world.habit(handler, "waive/" + tier, 0.25 if tier == "light" else 0.12):
        log.act(case, power, "waive_hearing", "party", world.later(at, 1))
    at = world.later(at, 8)
    deputy = world.pick("deputy")
    if spare:
        log.act(case, power, "decide_no_penalty", deputy, at, party=party.name, code=code, tier=tier)
    else:
        log.act(case, power, "decide_penalty", deputy, at, amount=float(fine), party=party.name, code=code, tier=tier)
    _approve(world, log, case, power, "close_case", world.pick("deputy"), world.later(at, 10))


def _licence(world: World, log: Log, case: str, at: datetime) -> None:
    rng, power = world.rng, "licence"
    party, clerk = _party(world), world.pick("clerk")
    favoured = world.wrongs.get("favoured_party", "")
    matter = rng.choices(("M1", "M2", "M3"), (5, 3, 2))[0]
    log.act(case, power, "receive_application", clerk, at, entered=_enter(world, clerk, at), party=party.name, code=matter)
    homes = int(rng.random() < 0.2) + int(world.habit(clerk, "again/" + matter, 0.05 if matter != "M3" else 0.12))
    if world.wrong("repeated_visits", clerk.id) and rng.random() < 0.6:
        homes = rng.choice((2, 3))
    for _ in range(homes):
        at = world.later(at, 2)
        log.act(case, power, "give_one_time_notice", clerk, at)
        at = world.later(at, 4)
        log.act(case, power, "supplement", clerk, at)
    at = world.later(at, 1)
    log.act(case, power, "accept_application", clerk, at)
    examiner = world.pick("handler")
    if matter != "M2":
        firm = rng.choices(FIRMS, (30, 25, 20, 15, 10))[0]
        named = world.wrongs.get("intermediary_concentration", "|").split("|")
        if examiner.id == named[0] and rng.random() < 0.85:
            firm = named[1]
        log.act(case, power, "choose_intermediary", "party", world.later(at, 2), intermediary=firm)
    at = world.later(at, 5)
    log.act(case, power, "examine_formally", examiner, at, entered=_enter(world, examiner, at))
    at = world.later(at, 4)
    log.act(case, power, "submit_examination", examiner, at)
    at = _review(world, log, case, power, world.pick("reviewer"), examiner, at)
    refused = rng.random() < 0.08 and party.name != favoured
    at = world.later(at, 3)
    log.act(case, power, "decide_application", world.pick("deputy"), at, outcome="refused" if refused else "granted", party=party.name)


def _inspection(world: World, log: Log, case: str, at: datetime) -> None:
    rng, power = world.rng, "inspection"
    party = _party(world, inspected=True)
    planner = world.pick("planner")
    log.act(case, power, "make_inspection_plan", planner, at, party=party.name)
    at = _approve(world, log, case, power, "approve_inspection_plan", world.pick("deputy"), at)
    one = world.pick("inspector", party.place)
    other = world.pick("inspector")
    while other is one:
        other = world.pick("inspector")
    went = world.later(at, 4)
    warned = _peek(world, log, case, went, {one.id, other.id})
    began, ended = _free(world, (one, other), went)
    lenient = any(world.wrong("nothing_found_streak", who.id) for who in (one, other))
    found = rng.random() < min(party.risk * 1.2, 0.95) and not (lenient or warned)
    text = _record(world, one, party)
    entered = max(_enter(world, one, ended, field=True), ended)
    log.act(case, power, "inspect_site", one, ended, entered=entered, party=party.name, place=party.name, started=began, ended=ended,
            team=f"{one.id}|{other.id}", text=text)  # fmt: skip
    at = world.later(ended, 2)
    log.act(case, power, "submit_inspection_report", one, at, outcome="rectify" if found else "normal")
    _approve(world, log, case, power, "approve_inspection_report", world.pick("deputy"), at)


def _free(world: World, team: tuple[Person, Person], at: datetime) -> tuple[datetime, datetime]:
    """Return when the team is on site: nobody is at two places, but who signs for visits that he was not on."""
    long = timedelta(minutes=world.rng.randrange(40, 150))
    for liar, honest in (team, team[::-1]):
        if liar.id in world.last and world.wrong("impossible_presence", liar.id):
            began = world.last[liar.id] + timedelta(minutes=world.rng.randrange(5, 35))
            if world.free(honest, began, began + long):
                at = began
                break
    else:
        while not all(world.free(who, at, at + long) for who in team):
            at = world.later(at, 2)
    for who in team:
        world.stays.setdefault((who.id, at.date()), []).append((at, at + long))
        world.last[who.id] = at
    return at, at + long


def _record(world: World, who: Person, party: Party) -> str:
    rng = world.rng
    own = who.habits.setdefault("style", rng.random())
    if world.wrong("copied_inspection_text", who.id):
        same = Record(who).pick()
        return f"现场检查情况：{same}。被检查单位{party.name}，陪同人员在场"
    said = "；".join(rng.sample(PHRASES, k=rng.randrange(3, 8)))
    opening = "按照检查方案，检查人员出示证件后进行检查。" if own < 0.5 else "检查人员出示证件，说明来意，"
    return f"{opening}{said}。共查看{rng.randrange(2, 30)}处，用时{rng.randrange(40, 150)}分钟"


class Record:
    """The text that somebody writes every time."""

    def __init__(self, who: Person) -> None:
        self._n = sum(map(ord, who.id))

    def pick(self) -> str:
        """Return it."""
        return "；".join(PHRASES[(self._n * 7 + k * 131) % len(PHRASES)] for k in range(5))


def _peek(world: World, log: Log, case: str, went: datetime, team: set[str]) -> bool:
    """Somebody opens the plan before the visit: now and then anybody, always the planner who sums up; the leak warns the subject."""
    rng = world.rng
    summer = world.people["planner"][0]
    if rng.random() < 0.5:
        log.read(case, summer, _before(world, went), "plan")
    if rng.random() < 0.05:
        log.read(case, world.pick("reviewer"), _before(world, went), "plan")
    leak = world.wrongs.get("leak_signature")
    if leak and leak not in team and rng.random() < 0.06:
        who = next(p for people in world.people.values() for p in people if p.id == leak)
        log.read(case, who, _before(world, went), "plan")
        return rng.random() < 0.95
    return False


def _before(world: World, at: datetime) -> datetime:
    """Return a moment in office hours on one of the days before."""
    day = (at - timedelta(days=world.rng.randrange(1, 4))).date()
    while day.weekday() >= 5:
        day -= timedelta(days=1)
    return moment(world.rng, day)


def _other_reads(world: World, log: Log) -> None:
    """What is read besides: handlers in their own cases, late work, the duty at night, and somebody who looks for others."""
    rng = world.rng
    cases = sorted(log.seqs)
    for _ in range(world.size):
        who = world.pick(rng.choice(("handler", "clerk", "reviewer")))
        at = world.day()
        if world.habit(who, "late", 0.04, 0.5):
            at = at.replace(hour=21)
        log.read(rng.choice(cases), who, at)
    for _ in range(world.size // 20):
        log.read(rng.choice(cases), world.pick("duty"), world.day().replace(hour=rng.choice((22, 23, 2, 4, 10, 15))))
    curious = world.wrongs.get("off_hours_access")
    if curious:
        who = next(p for people in world.people.values() for p in people if p.id == curious)
        for _ in range(60):
            log.read(rng.choice(cases), who, world.day().replace(hour=rng.choice((21, 22, 23, 1, 5))))
