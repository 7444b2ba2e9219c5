"""Drills: what is refused, found, missed or broken, and that nothing but the stated rules stops them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Set
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, timedelta

import pytest

from qingfeng import wiring
from qingfeng.casework.logbook import hits as rule_hits
from qingfeng.casework.office import Office
from qingfeng.catalogue.power import Power, Ring
from qingfeng.simulation.drill import Outcome, Tried, run_drill, run_drills
from qingfeng.simulation.drill_loose import loosened
from qingfeng.simulation.drill_watch import SEEDS, Chance, Finder, Sampling, enough
from tests.drilled import drill, drilled

Change = tuple[str, str]


def tried(
    name: str,
    *changes: Change,
    hits: Finder = rule_hits,
    sampling: Sampling | None = None,
    without: Collection[str] = (),
) -> Tried:
    """Run one drill of the small power, changed."""
    power = drilled(*changes)
    with wiring.throwaways([power]) as agencies:
        return run_drill(
            agencies, power.versions[-1], drill(power, name), hits=hits, sampling=sampling, without=without
        )


def said(one: Tried) -> str:
    assert one.problem is not None, one
    assert one.problem.en
    assert not one.stopped
    return one.problem.zh


def test_every_drill_of_a_sound_power_is_stopped_as_it_says() -> None:
    power = drilled()
    with wiring.throwaways([power]) as agencies:
        results = list(run_drills(agencies, power.versions[-1], hits=rule_hits))
        one = [r.drill.id for r in run_drills(agencies, power.versions[-1], hits=rule_hits, risk="decide.r1")]
    told = {r.drill.id: (r.outcome, set(r.by), r.after, r.probability, r.stopped) for r in results}
    assert told == {
        "lies_still": (Outcome.FOUND, {"time_limit"}, 28, 1.0, True),
        "entered_late": (Outcome.FOUND, {"prompt_registration"}, 0, 1.0, True),
        "decides_at_once": (Outcome.REFUSED, {"lawful_order"}, 0, 1.0, True),
        "examines_and_decides": (Outcome.REFUSED, {"separate_duties"}, 0, 1.0, True),
    }
    assert one == ["examines_and_decides"]


@pytest.mark.parametrize(
    ("name", "off"),
    [
        ("lies_still", "time_limit"),
        ("entered_late", "prompt_registration"),
        ("examines_and_decides", "separate_duties"),
    ],
)
def test_a_drill_with_one_stop_is_missed_when_that_is_off(name: str, off: str) -> None:
    assert tried(name, without={off}).outcome is Outcome.MISSED
    assert tried(name, without={"prompt_registration", "separate_duties", "time_limit"} - {off}).stopped


DECIDES = (
    "- {day: 2026-04-01, who: examiner, does: decide_application, with: {decision_outcome: granted}}\n"
    "        ring: control\n        by: [separate_duties]"
)


def late_decision(by: str) -> Change:
    """The deputy decides a month late and has it entered weeks after that."""
    row = "- {day: 2026-05-11, who: deputy_in_charge, does: decide_application, entered: 2026-05-29 10:00"
    return DECIDES, f"{row}, with: {{decision_outcome: granted}}}}\n        ring: found\n        by: {by}"


def test_a_drill_with_two_stops_is_missed_only_when_both_are_off() -> None:
    name, two = "examines_and_decides", late_decision("[prompt_registration, time_limit]")
    both = tried(name, two)
    assert both.stopped, both.problem
    assert both.by == {"prompt_registration", "time_limit"}
    assert tried(name, two, without={"prompt_registration"}).by == {"time_limit"}
    assert tried(name, two, without={"time_limit"}).by == {"prompt_registration"}
    assert tried(name, two, without={"prompt_registration", "time_limit"}).outcome is Outcome.MISSED


def test_whoever_means_it_gives_a_reason_when_asked() -> None:
    """The late decision is met with demands for a reason; the drill answers them and goes on to be found."""
    result = tried("examines_and_decides", late_decision("[time_limit]"))
    assert result.outcome is Outcome.FOUND
    assert "prompt_registration" in said(result)


def test_what_the_order_stops_passes_once_it_is_loosened() -> None:
    power = drilled()
    loose = loosened(power.versions[-1], Ring.ORDER)
    with wiring.throwaways([replace(power, versions=(loose,))]) as agencies:
        result = run_drill(agencies, loose, drill(power, "decides_at_once"), hits=rule_hits, only_done=True)
    assert result.outcome is Outcome.MISSED
    assert "办成了" in said(result)


def test_what_the_shape_stops_passes_once_it_is_loosened() -> None:
    changes = [
        (
            "with: {decision_outcome: granted}}\n        ring: control\n        by: [separate_duties]",
            "}\n        ring: shape\n        by: [shape]",
        ),
    ]
    power = drilled(*changes)
    with wiring.throwaways([power]) as agencies:
        assert run_drill(agencies, power.versions[-1], drill(power, "examines_and_decides"), hits=rule_hits).stopped
    loose = loosened(power.versions[-1], Ring.SHAPE)
    with wiring.throwaways([replace(power, versions=(loose,))]) as agencies:
        result = run_drill(agencies, loose, drill(power, "examines_and_decides"), hits=rule_hits)
    assert (result.outcome, set(result.by)) == (
        Outcome.REFUSED,
        {"separate_duties"},
    )  # the shape lets it pass, the next ring does not


def test_honest_rows_that_do_not_go_as_the_story_says_break_the_drill() -> None:
    broken = tried(
        "examines_and_decides",
        (
            "does: supplement, with: {materials: [图纸]}, then: accept",
            "does: supplement, with: {materials: [图纸]}, then: decide",
        ),
    )
    assert broken.outcome is Outcome.BROKEN
    assert "supplement" in said(broken)
    assert "诚实的前段" in said(broken)


def test_an_attempt_that_is_stopped_on_its_way_is_broken_and_says_by_what() -> None:
    row = "- {day: 2026-03-31, who: examiner, does: submit_examination, with: {opinion: 符合条件}}"
    broken = tried("examines_and_decides", (row, row.replace("examiner", "counter_clerk")))
    assert broken.outcome is Outcome.BROKEN
    assert "refused: authority_scope" in said(broken)


@pytest.mark.parametrize("stated", ["[separate_duties, time_limit]", "[time_limit]"])
def test_refused_by_fewer_or_others_than_stated_is_not_as_stated(stated: str) -> None:
    result = tried("examines_and_decides", (DECIDES, DECIDES.replace("[separate_duties]", stated)))
    assert (result.outcome, set(result.by)) == (Outcome.REFUSED, {"separate_duties"})
    assert "实际是separate_duties" in said(result)


def test_refused_in_another_ring_than_stated_is_not_as_stated() -> None:
    result = tried("decides_at_once", ("ring: order", "ring: control"))
    assert "ring: control" in said(result)
    assert "order" in said(result)


def test_what_should_be_found_but_is_refused_is_not_as_stated() -> None:
    result = tried("examines_and_decides", (DECIDES, DECIDES.replace("control", "found")))
    assert (result.outcome, result.stopped) == (Outcome.REFUSED, False)


def test_an_attempt_that_nobody_stops_is_missed() -> None:
    result = tried(
        "examines_and_decides",
        ("who: examiner, does: decide_application", "who: deputy_in_charge, does: decide_application"),
    )
    assert result.outcome is Outcome.MISSED
    assert "办成了" in said(result)


def on_day(n: int, name: str = "separate_duties") -> Finder:
    """A rule that finds the first act of a case that was decided by itself, n days after it was entered."""

    def find(office: Office, case_id: str, today: date, /, *, only: Set[str] | None = None) -> set[tuple[str, int]]:
        return {(name, 1)} if today >= date(2026, 3, 26) + timedelta(days=n) else set()

    return find


LATE_FOUND = ("by: [prompt_registration]", "by: [separate_duties]")


def test_found_on_the_last_day_counts_and_a_day_later_does_not() -> None:
    assert (
        tried("entered_late", LATE_FOUND, hits=on_day(90)).after,
        tried("entered_late", LATE_FOUND, hits=on_day(90)).stopped,
    ) == (90, True)
    late = tried("entered_late", LATE_FOUND, hits=on_day(91))
    assert late.outcome is Outcome.MISSED
    assert "90日内没有" in said(late)


def test_a_risk_of_the_highest_level_must_be_found_within_thirty_days() -> None:
    high = (LATE_FOUND, ("level: 低", "level: 高"))
    assert tried("entered_late", *high, hits=on_day(30)).stopped
    assert tried("entered_late", *high, hits=on_day(31)).outcome is Outcome.MISSED


def test_found_by_more_or_fewer_than_stated_is_not_as_stated() -> None:
    also = tried(
        "entered_late",
        hits=lambda office, case, today, only=None: rule_hits(office, case, today) | {("separate_duties", 1)},
    )
    assert (also.outcome, also.by) == (Outcome.FOUND, {"prompt_registration", "separate_duties"})
    assert "separate_duties" in said(also)
    fewer = tried("entered_late", ("by: [prompt_registration]", "by: [prompt_registration, separate_duties]"))
    assert (fewer.outcome, fewer.by, fewer.stopped) == (Outcome.FOUND, {"prompt_registration"}, False)


def test_what_the_honest_story_has_too_is_no_finding() -> None:
    """A rule that finds fault with every first act finds the honest applicant as well."""

    def find(office: Office, case_id: str, today: date, /, *, only: Set[str] | None = None) -> set[tuple[str, int]]:
        return {("separate_duties", 1)}

    assert tried("lies_still", hits=find).by == {"time_limit"}
    assert "separate_duties" in tried("entered_late", hits=find).by  # its first act is entered later than the story's


WAITS = "rows: [{day: 2026-03-03, who: clock, does: wait}]\n        ring: found\n        by: [time_limit]"
NOTICE = (
    "rows: [{day: 2026-03-03, who: counter_clerk/2, does: give_one_time_notice, with: {missing: [图纸]}}]\n        "
)


def test_a_case_left_lying_is_not_late_because_of_the_attempt() -> None:
    none = tried("lies_still", (WAITS, NOTICE + "ring: found\n        by: [separate_duties]"))
    assert none.outcome is Outcome.MISSED
    supplement = "{day: 2026-03-06, who: party, does: supplement, with: {materials: [图纸]}}"
    accept = "{day: 2026-03-06, who: counter_clerk, does: accept_application}"
    accepts = (
        "before: give_one_time_notice\n        " + WAITS,
        f"before: accept_application\n        rows: [{supplement}, {accept}]\n        ring: found\n        by: [BY]",
    )
    assert tried("lies_still", (accepts[0], accepts[1].replace("BY", "separate_duties"))).outcome is Outcome.MISSED
    assert tried("lies_still", (accepts[0], accepts[1].replace("BY", "time_limit"))).by == {"time_limit"}


def test_the_story_goes_on_where_it_is_resumed_and_ends_where_it_is_told() -> None:
    seen: list[int] = []

    def find(office: Office, case_id: str, today: date, /, *, only: Set[str] | None = None) -> set[tuple[str, int]]:
        with office.store.read() as tx:
            seen.append(tx.head(f"case/{case_id}"))
        return set()

    rows, until = WAITS, "        end: accept_application#2\n"
    on = NOTICE + "resume: supplement\n" + until + "        ring: found\n        by: [separate_duties]"
    result = tried("lies_still", (rows, on), hits=find)
    assert result.by == {"time_limit"}  # resumed, so that lying still after it counts
    assert (seen[0], seen[2]) == (2, 4)  # receipt and notice on the first day; supplement and acceptance on the third
    whole = tried("lies_still", (rows, on.replace(until, "")), hits=find)
    assert whole.outcome is Outcome.MISSED
    skipped = on.replace("resume: supplement", "resume: submit_examination").replace(until, "")
    refused = tried("lies_still", (rows, skipped))
    assert refused.outcome is Outcome.BROKEN
    assert "其后的诚实行" in said(refused)


Draw = Callable[[int], date | None]


def sampling_by(draw: Draw) -> Sampling:
    def sample(office: Office, case_id: str, name: str, since: date, /) -> Chance:
        assert name == "duty:file_sampling"
        assert since == date(2026, 3, 26)
        with office.store.read() as tx:
            assert tx.head(f"case/{case_id}") > 0
        return draw

    return sample


SAMPLED = ("by: [prompt_registration]", "by: [duty:file_sampling]\n        probability: 0.25")
NOTHING: Finder = lambda office, case, today, only=None: set()  # noqa: E731


def test_a_sampled_finding_is_told_with_its_share_and_median() -> None:
    draw: Draw = lambda seed: date(2026, 3, 26) + timedelta(days=5 + seed % 20) if seed % 4 == 0 else None  # noqa: E731
    result = tried("entered_late", SAMPLED, hits=NOTHING, sampling=sampling_by(draw))
    assert result.stopped, result.problem
    assert (result.outcome, set(result.by), result.probability, result.after) == (
        Outcome.FOUND,
        {"duty:file_sampling"},
        0.25,
        13,
    )


def test_what_is_drawn_too_late_or_too_seldom_does_not_bear_out_the_statement() -> None:
    late = tried("entered_late", SAMPLED, hits=NOTHING, sampling=sampling_by(lambda seed: date(2026, 7, 1)))
    assert late.outcome is Outcome.MISSED
    seldom = tried(
        "entered_late",
        SAMPLED,
        hits=NOTHING,
        sampling=sampling_by(lambda seed: date(2026, 4, 1) if seed % 8 == 0 else None),
    )
    assert seldom.outcome is Outcome.FOUND
    assert "0.25" in said(seldom)
    assert tried("entered_late", SAMPLED, hits=NOTHING).outcome is Outcome.MISSED  # no duty at work
    off = tried(
        "entered_late",
        SAMPLED,
        hits=NOTHING,
        sampling=sampling_by(lambda seed: date(2026, 4, 1)),
        without={"duty:file_sampling"},
    )
    assert off.outcome is Outcome.MISSED


def test_a_rule_that_finds_it_without_any_draw_must_be_stated_too() -> None:
    result = tried("entered_late", SAMPLED, sampling=sampling_by(lambda seed: date(2026, 4, 1)))
    assert result.by == {"duty:file_sampling", "prompt_registration"}
    assert not result.stopped


def test_a_share_may_lie_three_standard_errors_below_what_is_stated() -> None:
    assert enough(1.0, 1.0)
    assert not enough(199 / SEEDS, 1.0)
    assert enough(0.5 - 3 * (0.25 / SEEDS) ** 0.5, 0.5)
    assert not enough(0.39, 0.5)


@pytest.fixture
def agencies() -> Iterator[tuple[Power, Callable[[], AbstractContextManager[Office]]]]:
    power = drilled()
    with wiring.throwaways([power]) as opened:
        yield power, opened


def test_no_drill_sees_what_another_left_behind(
    agencies: tuple[Power, Callable[[], AbstractContextManager[Office]]],
) -> None:
    power, opened = agencies
    with opened() as first, opened() as second:
        for office in (first, second):
            with office.store.read() as tx:
                assert tx.case_rows() == []
                assert office.registry(tx).powers() == [power.id]
        assert first.store is not second.store
