"""Cases played from stories: other people and days, numbers of their own, and the door finds nothing to object to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from random import Random

import pytest

from qingfeng.casework.office import Office, load_case
from qingfeng.catalogue.power import FieldType, PowerVersion
from qingfeng.controls import configure
from qingfeng.engine.case import Case
from qingfeng.engine.event import ACT, Event
from qingfeng.simulation.agency import Period, work
from qingfeng.simulation.cast import cast, officer_id
from qingfeng.simulation.chronicle import Chronicle
from qingfeng.simulation.officers import Habits
from qingfeng.simulation.registers import BooksUsedUp, Registers
from qingfeng.simulation.rehearse import Course, Putting, Stage, Unfit, honest, rehearse
from qingfeng.simulation.retell import BOOKS, SEQUENCE, Retelling
from qingfeng.simulation.tale import PLAIN, Days, Line, Tale, needs_tales, tales
from qingfeng.simulation.year import staff_for
from qingfeng.terms.calendar import WorkCalendar
from qingfeng.terms.instants import LOCAL, local_day, parse_instant

from .conftest import PATHS, agency_of, power_of

ENFORCEMENT = ("a000/penalty", "a000/inspection", "a000/compulsory_measure", "a001/penalty", "a002/inspection")
PERIOD = Period.of(date(2026, 3, 2), date(2026, 9, 30), date(2027, 6, 30))
ONE_EACH = {"party", "subject", "lead_no", "receipt_no", "scan_in", "recording_hash", "photo_hashes", "act_id", "tracking_no", "bank_ref"}
Told = tuple[Chronicle, list[Case], Office]


@pytest.fixture(scope="module")
def told() -> Iterator[Told]:
    """What honest officers of the five enforcement powers did."""
    with agency_of(*ENFORCEMENT) as office:
        chronicle = work(office, rng=Random(5), period=PERIOD, arrivals=5, habits=Habits(branching=0.5, duties=False, late_stories=False))
        with office.store.read() as tx:
            registry = office.registry(tx)
            yield chronicle, [load_case(office, tx, registry, case)[0] for case in chronicle.cases], office


def acts(case: Case) -> list[Event]:
    """Return what people did in a case."""
    return [e for e in case.events if e.kind == ACT]


def stage_of(office: Office, power: str) -> tuple[PowerVersion, Stage]:
    """Return a power as the agency has it, and what its door knows."""
    with office.store.read() as tx:
        registry = office.registry(tx)
    version, controls = office.version(registry, power, registry.version_on(power, date(2026, 3, 2)))
    return version, Stage(registry.people, registry.calendar, controls)


def test_every_case_is_played_from_a_story_and_nothing_is_refused_or_asked(told: Told) -> None:
    chronicle, cases, _ = told
    assert [(s.case, s.acts, [r.reason.zh for r in s.refusals]) for s in chronicle.stuck] == []
    assert Counter(t.outcome for t in chronicle.turns).keys() == {"accepted"}
    assert chronicle.stories.keys() == {case.id for case in cases}
    assert all(case.closed for case in cases)
    assert len(set(chronicle.stories.values())) >= 15


def said(case: Case, names: set[str]) -> set[tuple[str, str]]:
    """Return what a case says in the fields named, by field; what the power's settings name is no case's own."""
    types = {f.id: f for row in case.version.procedure.rows for f in row.word.fields if f.index or f.id in names}
    found = set()
    for event in acts(case):
        for name in names & types.keys() & event.data.keys():
            value = event.data[name]
            found |= {(name, one) for one in ([value] if isinstance(value, str) else value)}
    return found


def test_no_two_cases_share_what_is_one_case_s_own(told: Told) -> None:
    _, cases, _ = told
    uses = Counter(one for case in cases for one in said(case, ONE_EACH))
    assert {name for name, _ in uses} >= {"party", "subject", "lead_no", "receipt_no", "recording_hash"}
    assert [one for one, n in uses.items() if n > 1] == []


def test_every_hash_is_a_case_s_own(told: Told) -> None:
    _, cases, _ = told
    hashes = Counter(h for case in cases for h in {h for e in acts(case) for h in re.findall(r"\b[0-9a-f]{64}\b", repr(e.data))})
    assert hashes
    assert max(hashes.values()) == 1


def test_receipts_of_a_book_leave_no_number_out(told: Told) -> None:
    _, cases, office = told
    for power in ("a000/penalty", "a001/penalty"):
        version, _ = stage_of(office, power)
        (control,) = (c for c in configure(version) if c.name == BOOKS)
        books, issues = version.controls[BOOKS]["books"], {*control.issues, *control.voids}  # type: ignore[attr-defined]
        issued = [e for case in cases if case.version.power == power for e in acts(case) if e.act in issues]
        used = [e.data["receipt_no"] for e in issued if "receipt_no" in e.data]
        for book in books:
            numbers = sorted(int(no.removeprefix(book["prefix"])) for no in used if no.startswith(book["prefix"]))
            assert numbers == list(range(int(book["first"]), int(book["first"]) + len(numbers)))
        assert any(no.startswith(books[0]["prefix"]) for no in used) or len(used) > 0


def test_holders_of_a_post_change_places_for_a_whole_case(told: Told) -> None:
    """The same story is done by different people in different cases, and everybody told apart stays apart."""
    chronicle, cases, office = told
    casts: dict[str, set[tuple[str, ...]]] = {}
    for case in cases:
        power, _, story = chronicle.stories[case.id].partition(" ")
        version, _ = stage_of(office, power)
        lines = next(t for t in tales(version) if t.story == story).lines
        done = [(line.who, event.actor) for line, event in zip([x for x in lines if x.does != "read_file"], _by_people(case), strict=True)]
        assert len({told for told, _ in done}) == len({played for _, played in done}) == len(set(done))
        casts.setdefault(story, set()).add(tuple(str(played) for _, played in done))
    assert any(len(found) > 1 for found in casts.values())


def _by_people(case: Case) -> list[Event]:
    return [e for e in acts(case) if e.actor != "system"]


def test_told_texts_stay_but_for_the_names_in_them(told: Told) -> None:
    chronicle, cases, office = told
    stayed = 0
    for case in cases:
        power, _, story = chronicle.stories[case.id].partition(" ")
        version, _ = stage_of(office, power)
        lines = [x for x in next(t for t in tales(version) if t.story == story).lines if x.does != "read_file"]
        parties = {str(line.data[name]) for line in lines for name in ("party", "subject") if name in line.data}
        for line, event in zip(lines, _by_people(case), strict=True):
            notes = {f.id for r in version.procedure.rows if r.act == line.does for f in r.word.fields if f.type is FieldType.NOTE}
            for name in notes & line.data.keys():
                assert not any(party in event.data[name] for party in parties), (case.id, event.act, name)
                stayed += event.data[name] == line.data[name]
    assert stayed > len(cases)


def test_days_keep_their_distance_and_periods_their_length() -> None:
    """A week moved over the National Day holiday: working days count, a period told ahead goes by the calendar."""
    with agency_of("a000/inspection") as office, office.store.read() as tx:
        calendar = office.registry(tx).calendar
    lines = [_line("2026-03-09"), _line("2026-03-12"), _line("2026-03-16", until="2026-04-15")]
    days = Days(lines, date(2026, 9, 30), {}, calendar)
    assert days.played == [date(2026, 9, 30), calendar.add_working(date(2026, 9, 30), 3), calendar.add_working(date(2026, 9, 30), 5)]
    assert days.played[1] > date(2026, 10, 7)
    assert days.day(date(2026, 3, 12), 2) == days.played[1]
    by_calendar = Days(lines, date(2026, 9, 30), {}, calendar, by_calendar=True)
    assert by_calendar.day(date(2026, 4, 15), 2) == by_calendar.played[2] + (date(2026, 4, 15) - date(2026, 3, 16))
    late = Days(lines, date(2026, 9, 30), {1: 4}, calendar)
    assert late.played[1:] == [calendar.add_working(day, 4) for day in days.played[1:]]
    assert days.day(date(2026, 3, 6), 0) == calendar.subtract_working(date(2026, 9, 30), 1)


def _line(day: str, **data: str) -> Line:
    at = parse_instant(day)
    return Line(who="case_handler", does="note", data=data, at=at, entered=at)


@pytest.mark.parametrize("power", ENFORCEMENT)
def test_a_story_that_goes_on_its_own_days_mostly_goes_on_others(power: str) -> None:
    with agency_of(power) as office:
        version, stage = stage_of(office, power)
        fit, tried = 0, 0
        found = [t for t in tales(version) if _goes(t, t.lines[0].day, stage)]
        assert found
        for tale in found:
            for day in _mondays(stage.calendar, 5):
                tried += 1
                fit += _goes(tale, day, stage)
        assert fit >= tried * 0.6


def _goes(tale: Tale, day: date, stage: Stage) -> bool:
    went = rehearse(tale, day, stage, detect=day == tale.lines[0].day)
    return isinstance(went, Course) and honest(went)


def _mondays(calendar: WorkCalendar, n: int) -> Sequence[date]:
    return [calendar.next_working(date(2026, 1 + 2 * k, 5)) for k in range(n)]


def test_a_line_put_off_beyond_its_limit_must_say_why_and_what_waits_is_put_off() -> None:
    with agency_of("a000/inspection") as office:
        version, stage = stage_of(office, "a000/inspection")
        tale = max(tales(version), key=lambda t: len(t.lines) if _goes(t, t.lines[0].day, stage) else 0)
        asked = 0
        for n in range(1, len(tale.lines)):
            went = rehearse(tale, tale.lines[0].day, stage, putting=Putting(delays={n: 40}))
            if isinstance(went, Course) and n in went.asked:
                asked += 1
                assert not honest(went)
        assert asked > 0


def test_a_story_whose_rows_break_a_rule_is_unfit_and_says_where() -> None:
    with agency_of("a000/inspection") as office:
        version, stage = stage_of(office, "a000/inspection")
        tale = next(t for t in tales(version) if isinstance(rehearse(t, t.lines[0].day, stage), Course))
        broken = Tale(version, tale.story, tale.covers, tale.lines[1:])
        went = rehearse(broken, tale.lines[0].day, stage)
        assert isinstance(went, Unfit)
        assert went.by


def test_a_power_with_plain_rules_needs_no_stories() -> None:
    bound = power_of(PATHS[0]).versions[-1]
    plain = replace(bound, controls={name: said for name, said in bound.controls.items() if name in PLAIN})
    assert (needs_tales(bound), needs_tales(plain)) == (True, False)


def test_books_are_used_in_order_and_end() -> None:
    taken = {("receipt_no", "A08")}
    registers = Registers(Random(1), lambda name, value: (name, value) in taken)
    books = ({"prefix": "A", "first": "08", "last": "10"}, {"prefix": "B", "first": "1", "last": "1"})
    assert [registers.receipt("A08", books) for _ in range(3)] == ["A09", "A10", "B1"]
    with pytest.raises(BooksUsedUp):
        registers.receipt("A08", books)


def test_numbers_read_like_the_told_one_and_pass_those_in_use() -> None:
    taken = {("document_no", "示执〔2027〕1号")}
    registers = Registers(Random(1), lambda name, value: (name, value) in taken)
    assert registers.number("document_no", "示执〔2026〕7号", (2026, 2027)) == "示执〔2027〕2号"
    assert registers.number("document_no", "示执〔2026〕9号", (2026, 2027)) == "示执〔2027〕3号"
    assert registers.number("lead_no", "XS-2026-0012", (2026, 2026)) == "XS-2026-0001"
    names = {registers.name("party", "示例化工有限公司") for _ in range(4000)}
    assert len(names) == 4000


def test_a_number_that_was_given_back_is_the_next_one() -> None:
    registers = Registers(Random(1), lambda _field, _value: False)
    first, second = (registers.number("document_no", "示执〔2026〕7号", (2026, 2026)) for _ in range(2))
    registers.give_back("document_no", first)
    assert registers.number("document_no", "示执〔2026〕7号", (2026, 2026)) == first
    assert registers.number("document_no", "示执〔2026〕7号", (2026, 2026)) == "示执〔2026〕3号" != second


def test_nobody_is_sanctioned_in_two_cases_for_one_thing_of_one_day() -> None:
    registers = Registers(Random(1), lambda _field, _value: False)
    assert registers.free([], [("li", "LZ23", "2026-03-02")])
    assert registers.free([], [("li", "LZ23", "2026-03-03"), ("wu", "LZ23", "2026-03-02")])
    assert not registers.free([], [("li", "LZ23", "2026-03-02")])
    assert not registers.free([], [("li", "LZ23", "")]), "of no day may be of the same"
    assert registers.free([], [("li", "LZ24", "")])
    assert not registers.free([], [("li", "LZ24", "2026-03-09")])


def test_a_story_says_whom_it_sanctions_for_what() -> None:
    (path,) = (path for path in PATHS if str(path).endswith("a002/disciplinary_sanction.yaml"))
    told = [tale for tale in tales(power_of(path).versions[-1]) if any(line.does == "decide_sanction" for line in tale.lines)]
    with agency_of("a002/disciplinary_sanction") as office, office.store.read() as tx:
        calendar = office.registry(tx).calendar
    said = []
    for tale in told:
        story = Retelling.of(tale, Registers(Random(1), lambda _field, _value: False), key="x", rng=Random(1))
        said += story.sanctions(Days(tale.lines, date(2026, 3, 2), {}, calendar))
    assert len(said) >= 3
    assert all(who for who, _, _ in said)
    assert sum(bool(what and day) for _, what, day in said) >= 3


def test_every_party_of_a_penalty_has_a_number_and_an_address_of_its_own(told: Told) -> None:
    _, cases, _ = told
    numbers, visited = dict[str, set[str]](), Counter[str]()
    for case in (case for case in cases if "/penalty/" in f"/{case.version.power}/"):
        own = {str(e.data["party_id"]) for e in acts(case) if "party_id" in e.data}
        for number in own:
            numbers.setdefault(number, set()).add(case.id)
        visited.update({str(e.data["place"]) for e in acts(case) if e.act == "investigate" and "place" in e.data})
    assert len(numbers) >= 5
    assert all(len(said) == 1 for said in numbers.values())
    assert all(len(number) == 18 for number in numbers)
    assert visited
    assert max(visited.values()) == 1, visited


def test_entries_lie_on_the_days_of_the_course(told: Told) -> None:
    _, cases, office = told
    with office.store.read() as tx:
        calendar = office.registry(tx).calendar
    for case in cases:
        entered = [e.entered for e in acts(case)]
        assert entered == sorted(entered)
        assert sum(not calendar.is_working(local_day(e.at)) for e in _by_people(case)) <= len(entered) // 3
        assert all(6 <= e.at.astimezone(LOCAL).hour <= 22 for e in _by_people(case))


def test_nobody_is_out_at_two_places_at_once(told: Told) -> None:
    _, cases, _ = told
    out = [(who, str(e.data["started"]), str(e.data["ended"]), case.id) for case in cases for e in acts(case)
           if e.data.get("started") and e.data.get("ended") for who in e.data.get("officers", ())]  # fmt: skip
    assert len(out) >= 10
    for n, (who, first, last, case) in enumerate(out):
        both = [one for one in out[:n] if one[0] == who and one[3] != case and one[1] < last and first < one[2]]
        assert both == [], (who, first, last, case)


def test_an_agency_has_as_many_people_in_a_post_as_it_needs_and_all_of_them_work() -> None:
    registered = list(cast(["inspector", "head"], {"inspector": 7}))
    held = Counter(data["post"] for act, data in registered if act == "appointed")
    assert held == {"inspector": 7, "head": 3}
    assert len({data["name"] for act, data in registered if act == "officer_added"}) == 10
    (path,) = (path for path in PATHS if str(path).endswith("a000/inspection.yaml"))
    tale, registers = tales(power_of(path).versions[-1])[0], Registers(Random(1), lambda _field, _value: False)
    people = {
        who
        for n in range(30)
        for who in Retelling.of(
            tale, registers, key="x", rng=Random(n), holders=lambda post: [officer_id(post, k) for k in range(1, 8)]
        ).people.values()
    }
    assert {f"inspector/{n}" for n in range(2, 7)} <= people
    assert staff_for([power_of(path)], 10_000)["inspector"] > staff_for([power_of(path)], 200)["inspector"] >= 3
    assert "agency_head" not in staff_for([power_of(path)], 10_000), "nobody sends him out"


def test_the_second_paper_under_a_number_goes_with_the_number_that_stands_for_it() -> None:
    (path,) = (path for path in PATHS if str(path).endswith("a000/penalty.yaml"))
    tale = tales(power_of(path).versions[-1])[0]
    story = Retelling.of(tale, Registers(Random(1), lambda _field, _value: False), key="x", rng=Random(1))
    for told in ("示某告〔2026〕40号", "示某告〔2026〕40-2号", "示某告〔2026〕9-2号"):
        story._replace("document_no", told, (2026, 2026))
    assert story.said["示某告〔2026〕40-2号"] == story.said["示某告〔2026〕40号"].replace("号", "-2号")
    assert story.said["示某告〔2026〕9-2号"] != story.said["示某告〔2026〕40-2号"]


def test_a_case_that_goes_on_after_new_year_is_given_numbers_of_the_new_year() -> None:
    with agency_of("a002/budget") as office:
        version, stage = stage_of(office, "a002/budget")
        tale = next(tale for tale in tales(version) if tale.story == "full_course")
        went = rehearse(tale, date(2026, 10, 15), stage)
    assert isinstance(went, Course)
    assert honest(went)
    story = Retelling.of(tale, Registers(Random(1), lambda _field, _value: False), key="x", rng=Random(1))
    dated = [(went.days.played[n].year, line, story.data(n, went.days)) for n, line in enumerate(tale.lines)]
    numbers = {(year, str(data["document_no"])) for year, line, data in dated if line.does in version.controls[SEQUENCE]["acts"]}
    assert {year for year, _ in numbers} == {2027}
    assert all("〔2026〕" in str(line.data["document_no"]) for line in tale.lines if line.does in version.controls[SEQUENCE]["acts"])
    assert all(f"〔{year}〕" in number for year, number in numbers), numbers
