"""Who is corrupt, how and since when; and what comes to be beside the cases: nights, ghosts.  Strengths are drawn, styles differ."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from .agency import START, Firm, Officer
from .book import OPEN, YEAR, Book, Wrong

PATTERNS = (
    "rubber_stamping",
    "favoured_party",
    "lenient_officer",
    "intermediary_concentration",
    "repeated_pairing",
    "copied_inspection_text",
    "nothing_found_streak",
    "never_inspected",
    "impossible_presence",
    "repeated_visits",
    "back_entry_batches",
    "threshold_splitting",
    "clock_stop_abuse",
    "leak_signature",
    "off_hours_access",
    "non_filing_rate",
    "waived_hearing_rate",
    "ping_pong",
    "withdrawn_after_contact",
)
STYLES = {
    "rubber_stamping": ("at_once", "evening_batch", "opens_briefly"),
    "favoured_party": ("fast", "lenient", "spared"),
    "lenient_officer": ("lower_sum", "lower_tier", "no_penalty"),
    "intermediary_concentration": ("one_of_all", "one_of_a_matter", "two_in_turn"),
    "repeated_pairing": ("visits", "penalties", "licences"),
    "copied_inspection_text": ("one_for_all", "by_kind", "renamed", "rotated"),
    "nothing_found_streak": ("always", "of_clients"),
    "never_inspected": ("left_out",),
    "impossible_presence": ("ghost", "own"),
    "repeated_visits": ("counter",),
    "back_entry_batches": ("quarter_end", "every_few_weeks", "file_by_file"),
    "threshold_splitting": ("just_under", "just_under_wide", "one_matter_in_parts"),
    "clock_stop_abuse": ("before_the_limit", "again_and_again", "suspends", "plain"),
    "leak_signature": ("evening_before", "in_hours"),
    "off_hours_access": ("night", "weekend", "before_dawn"),
    "non_filing_rate": ("always", "of_clients"),
    "waived_hearing_rate": ("on_the_spot", "talked_round"),
    "ping_pong": ("reviewer",),
    "withdrawn_after_contact": ("withdrawn", "no_penalty"),
}
STRENGTH = {
    "rubber_stamping": (0.5, 0.95),
    "favoured_party": (0.7, 1.0),
    "lenient_officer": (0.55, 0.95),
    "intermediary_concentration": (0.55, 0.95),
    "repeated_pairing": (0.7, 1.0),
    "copied_inspection_text": (0.5, 0.95),
    "nothing_found_streak": (0.85, 1.0),
    "impossible_presence": (0.2, 1.0),
    "back_entry_batches": (0.5, 0.95),
    "threshold_splitting": (0.55, 0.95),
    "clock_stop_abuse": (0.45, 0.9),
    "leak_signature": (0.6, 0.95),
    "non_filing_rate": (0.5, 0.9),
    "waived_hearing_rate": (0.7, 1.0),
    "ping_pong": (0.25, 0.7),
    "repeated_visits": (0.25, 0.7),
    "withdrawn_after_contact": (0.6, 0.95),
}
POSTS = {
    "rubber_stamping": ("deputy_in_charge", "section_head", "agency_head", "legal_reviewer"),
    "intermediary_concentration": ("examiner",),
    "clock_stop_abuse": ("examiner", "case_handler"),
    "leak_signature": ("case_handler", "counter_clerk", "intake_officer"),
    "off_hours_access": ("case_handler", "counter_clerk", "examiner", "intake_officer"),
}
OF_FIRMS = frozenset({"favoured_party", "never_inspected"})


def plant(book: Book, patterns: Sequence[str]) -> list[Wrong]:
    """Choose who is corrupt, each in one way, and put it into the book before the year is written."""
    rng, taken, planted = book.rng, set[str](), list[Wrong]()
    for pattern in patterns:
        style = rng.choice(STYLES[pattern])
        low, high = STRENGTH.get(pattern, (0.4, 1.0))
        since = START if rng.random() < 0.6 else START + timedelta(rng.randrange(20, 150))
        wrong = Wrong(pattern, (), style, rng.uniform(low, high), since)
        key = _of_firm(book, wrong, taken) if pattern in OF_FIRMS else _of_officer(book, wrong, taken)
        taken.add(key)
        book.wrongs[pattern, key] = wrong
        planted.append(wrong)
    return planted


def _officer(book: Book, posts: Sequence[str], taken: set[str]) -> Officer:
    staff = [one for post in posts for one in book.agency.people[post] if one.name not in taken]
    staff = staff or [one for one in book.agency.people["case_handler"] if one.name not in taken]
    return book.rng.choices(staff, [one.weight for one in staff])[0]


def _big(book: Book, count: int, taken: set[str], fit: Callable[[Firm], bool] = lambda firm: True) -> list[Firm]:
    """Choose firms that have much to do with the agency: who pays for favours has business."""
    ranked = sorted(
        (one for one in book.agency.firms if one.name not in taken and one.last is None and fit(one)),
        key=lambda one: -one.size,
    )
    return book.rng.sample(ranked[:15], count)


def _of_firm(book: Book, wrong: Wrong, taken: set[str]) -> str:
    rng = book.rng
    if wrong.pattern == "favoured_party":
        (firm,) = _big(book, 1, taken)
        post = "case_handler" if wrong.style == "spared" else "examiner"
    else:
        key = ("重点监管",) if wrong.pattern == "never_inspected" else ("一般单位", "低风险单位")
        known = [
            one
            for one in book.agency.firms
            if one.stratum in key and one.first < date(2025, 6, 1) and one.last is None and one.market < 0
        ]
        firm, post = rng.choice(known), "case_handler"
        wrong.since = START if wrong.pattern == "never_inspected" else wrong.since
    accomplice = _officer(book, (post,), taken)
    taken.add(accomplice.name)
    wrong.subject, wrong.accomplices = (firm.name,), {accomplice.name}
    return firm.name


def _of_officer(book: Book, wrong: Wrong, taken: set[str]) -> str:
    rng, pattern = book.rng, wrong.pattern
    posts: Sequence[str] = POSTS.get(pattern, ("case_handler",))
    if pattern == "repeated_pairing":
        posts = ("examiner",) if wrong.style == "licences" else ("case_handler",)
    if pattern == "ping_pong":
        posts = ("section_head", "legal_reviewer")
    if pattern == "repeated_visits":
        posts = ("counter_clerk",)
    if pattern == "clock_stop_abuse":
        posts = (rng.choice(posts),)
    officer = _officer(book, posts, taken)
    wrong.subject, wrong.more["officer"] = (officer.name,), officer
    if pattern == "intermediary_concentration":
        known = book.agency.intermediaries
        wrong.more["code"] = rng.choice(list(known)) if wrong.style == "one_of_a_matter" else None
        stem = {
            code: [name for name, _, home in sorted(them, key=lambda one: one[1]) if home < 0] or [them[-1][0]]
            for code, them in known.items()
        }
        wrong.more["of"] = stem
    if pattern == "repeated_pairing":
        key = wrong.style == "visits"
        firms = _big(
            book,
            4 if key else rng.randint(1, 2),
            taken,
            (lambda f: f.stratum == "重点监管") if key else (lambda f: True),
        )
        wrong.clients = {one.name for one in firms}
    if pattern == "leak_signature":
        visited = [one for one in book.agency.firms if one.stratum in ("重点监管", "在建项目")]
        wrong.clients = {one.name for one in rng.sample(visited, min(len(visited) // 3, rng.randint(8, 16)))}
    wrong.more["kinds"] = set(rng.sample(range(6), 3))
    wrong.more["towns"] = set(rng.sample(range(book.agency.towns), max(2, book.agency.towns * 2 // 3)))
    wrong.more["asked"] = rng.uniform(0.15, 0.4)
    return officer.name


def nights(book: Book) -> None:
    """Readings outside hours: weekend duty, night reports, the rush of December; and those that nobody can explain."""
    rng, cases = book.rng, sorted(book.cases)
    everybody = book.agency.everybody()
    for day in YEAR:
        if day not in OPEN:
            _some(book, rng.choice(everybody), cases, day, (9.0, 17.0), rng.randint(0, 5))
        if rng.random() < 0.1:
            _some(book, rng.choice(book.agency.people["case_handler"]), cases, day, (20.0, 23.9), rng.randint(1, 3))
        if day.month == 12 and day in OPEN and rng.random() < 0.5:
            _some(book, rng.choice(everybody), cases, day, (18.0, 22.5), rng.randint(2, 8))
    for (pattern, _), wrong in book.wrongs.items():
        if pattern == "off_hours_access":
            _prowl(book, wrong, cases, rng)


def _some(book: Book, who: Officer, cases: Sequence[str], day: date, hours: tuple[float, float], count: int) -> None:
    for _ in range(count):
        case, at = book.rng.choice(cases), datetime.combine(day, time(0)) + timedelta(hours=book.rng.uniform(*hours))
        if book.cases[case][0]["at"] < at:
            book.read(case, who, at)


def _prowl(book: Book, wrong: Wrong, cases: Sequence[str], rng: Random) -> None:
    hours = {"night": (22.0, 28.0), "before_dawn": (4.0, 7.0), "weekend": (8.0, 23.0)}[wrong.style]
    days = [day for day in YEAR if day >= wrong.since and (wrong.style != "weekend" or day not in OPEN)]
    for day in rng.sample(days, round(8 + 20 * wrong.strength)):
        _some(book, wrong.more["officer"], cases, day, hours, rng.randint(2, 7))


def ghosts(book: Book) -> None:
    """Put an officer on the sheets of visits elsewhere while he is at a visit of his own."""
    visits = [
        (case, row)
        for case, rows in book.cases.items()
        for row in rows
        if row.get("started") and row["act"] != "recheck_rectification"
    ]
    visits.sort(key=lambda one: (one[1]["started"], one[0]))
    for (pattern, name), wrong in book.wrongs.items():
        if pattern != "impossible_presence":
            continue
        wanted = round(3 + 13 * wrong.strength)
        own = [row for _, row in visits if name in row["team"].split("|") and row["at"].date() >= wrong.since]
        book.rng.shuffle(own)
        for mine in own:
            other = _elsewhere(book, visits, name, mine)
            if other is None or len(wrong.cases) >= wanted:
                continue
            case, row = other
            first, second = row["team"].split("|")
            row["team"] = f"{name}|{second}" if wrong.style == "own" else f"{first}|{name}"
            if wrong.style == "own":
                row["actor"] = name
            wrong.cases.append(case)


def _elsewhere(
    book: Book, visits: Sequence[tuple[str, dict[str, Any]]], name: str, mine: dict[str, Any]
) -> tuple[str, dict[str, Any]] | None:
    """Return a visit of others in another town that overlaps by twenty minutes at least, None on a quiet day."""
    for case, row in visits:
        same_day = row["started"].date() == mine["started"].date() and name not in row["team"]
        if not same_day or row["place"][:2] == mine["place"][:2]:
            continue
        if min(row["ended"], mine["ended"]) - max(row["started"], mine["started"]) >= timedelta(minutes=20):
            return case, row
    return None
