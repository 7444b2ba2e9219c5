"""What tells the guilty from the honest who look like them, continued: signed unread, drawn and let off, written up later, taken over."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from tests.detection.patterns.kit import Book, day
from tests.detection.patterns.scenes import ALL, BAD

SENTENCES = tuple(f"{place}{thing}{state}" for place in ("东侧", "西侧", "库房", "车间", "门口", "二层", "配电间")
                  for thing in ("灭火器", "警示牌", "管线", "台账", "护栏") for state in ("完好", "缺失一处", "有锈蚀", "已更换"))  # fmt: skip


def found(book: Book, name: str) -> list[str]:
    return [one.subject for one in book.verdict(name).found]


@pytest.mark.parametrize(("looked", "suspect"), [(5, True), (40, False)])
def test_who_opens_a_file_seconds_before_he_signs_has_not_read_it(looked: int, suspect: bool) -> None:
    book = Book()
    for who in ALL:
        for n in range(40):
            at, case = day(n) + timedelta(minutes=7 * ALL.index(who)), f"{who}/{n}"
            book.act(case, "submit_final_report", "handler", at)
            signed = at + timedelta(seconds=50 if who == BAD else 5000)
            book.read(case, who, signed - timedelta(seconds=looked))
            book.act(case, "pass_review", who, signed)
    assert found(book, "rubber_stamping") == ([BAD] if suspect else [])


@pytest.mark.parametrize("typed", [4, 600])
def test_when_it_was_signed_counts_not_when_that_was_typed(typed: int) -> None:
    book = Book()
    for who in ALL:
        for n in range(40):
            at, case = day(n) + timedelta(minutes=7 * ALL.index(who)), f"{who}/{n}"
            book.act(case, "submit_final_report", "handler", at)
            signed = at + timedelta(seconds=20 if who == BAD else 5000)
            book.act(case, "pass_review", who, signed, entered=signed + timedelta(seconds=typed))
    assert found(book, "rubber_stamping") == [BAD]


@pytest.mark.parametrize("let_off", [0, 1, 4])
def test_a_firm_whose_planned_visits_are_never_made_is_found(let_off: int) -> None:
    book = Book()
    for f in range(40):
        book.rows["subjects"].append((f"f{f}", "town", day(0).date(), None))
        for n in range(5):
            case = f"{f}/{n}"
            book.act(case, "make_inspection_plan", "planner", day(30 * n + f % 20), party=f"f{f}")
            if not (f == 7 and n < let_off) and (f + n) % 25:
                book.act(case, "inspect_site", "inspector", day(30 * n + f % 20 + 4), party=f"f{f}", outcome="normal")
            else:
                book.act(case, "cancel_plan", "planner", day(30 * n + f % 20 + 6), party=f"f{f}")
    assert found(book, "never_inspected") == (["f7"] if let_off == 4 else [])


@pytest.mark.parametrize("act", ["note", "inspect_site", "submit_final_report"])
def test_field_records_may_be_typed_up_monthly_but_no_report_of_ones_own(act: str) -> None:
    book = Book()
    for who in ALL:
        for n in range(60):
            typed = day(20 * (n // 20) + 22) + timedelta(seconds=70 * (n % 20))
            book.act(f"{who}/{n}", act, who, day(n), entered=typed if who == BAD else day(n + 3 * (n % 3 == 0)))
            book.act(f"{who}/{n}", "archive", "head", day(n + 40))
    assert found(book, "back_entry_batches") == ([BAD] if act == "submit_final_report" else [])


@pytest.mark.parametrize("changed", [0, 1, 6])
def test_a_record_taken_over_with_a_sentence_changed_is_a_copy(changed: int) -> None:
    book, random = Book(), Random(changed)
    first = random.sample(SENTENCES, 6)
    for k, who in enumerate(ALL):
        for n in range(20):
            own = random.sample(SENTENCES, 6)
            if who == BAD:
                own[changed:] = first[changed:]
            text = f"示例{k}{n}厂，{n % 12 + 1}月{n % 28 + 1}日{n % 9 + 8}时。{'；'.join(own)}。陪同人核对无误"
            book.act(f"{who}/{n}", "inspect_site", who, day(n), party=f"示例{k}{n}厂", text=text)
    assert found(book, "copied_inspection_text") == ([] if changed == 6 else [BAD])


@pytest.mark.parametrize("above", [True, False])
def test_sums_missing_above_a_limit_and_piled_up_below_it_are_found_among_many_small_ones(above: bool) -> None:
    book = Book()
    book.rows["thresholds"].append(("p", 50_000.0))
    for k, who in enumerate(ALL):
        for n in range(60):
            near = n % 5 == 0
            under = (who == BAD and not above) or (n + k) % 4 == 0
            fine = 20_000 + (n * 7919) % 20_000 if not near else 49_000 if under else 52_000 + 100 * n
            book.act(f"{who}/{n}", "submit_final_report", who, day(n), party=f"f{who}{n}", code="V")
            book.act(f"{who}/{n}", "decide_penalty", "head", day(n + 3), party=f"f{who}{n}", code="V", amount=float(fine))
    assert found(book, "threshold_splitting") == ([] if above else [BAD])
