"""The door: keys, numbers seen, numbering, refusals kept apart, hostile input, clocks that go back."""

from __future__ import annotations

import secrets
import threading
from datetime import timedelta
from typing import Any

import pytest

from qingfeng.casework import office as office_module
from qingfeng.casework.handle import Answer, Asked, Done, Stale, Stopped, handle
from qingfeng.casework.office import CASE, DamagedEvent, Office, UnknownThing, event_of
from qingfeng.casework.rebuild import compare
from qingfeng.catalogue.power import SYSTEM
from qingfeng.engine.control import Command
from tests.casework.agency import COURSE, FREE, begin, case_of, do, seqs
from tests.sample import at, command


def test_a_case_is_opened_numbered_and_walked(office: Office) -> None:
    names = [begin(office) for _ in range(3)]
    assert names == [f"{COURSE}/2026/0000{n}" for n in (1, 2, 3)]
    assert begin(office, power=FREE) == f"{FREE}/2026/00001"
    assert begin(office, "2026-12-31 ".strip(), entered=at("2027-01-04")) == f"{COURSE}/2027/00001"
    answer = do(office, names[0], "accept", "ann", "2026-03-03")
    assert isinstance(answer, Done)
    assert (answer.seq, answer.step) == (2, "look")
    assert seqs(office, CASE + names[0]) == [1, 2]
    assert compare(office) == []


def test_the_same_key_gives_the_same_answer_and_does_nothing_twice(office: Office) -> None:
    first = handle(office, command("apply", "ann", "2026-03-02", data={"matter": "示例"}, key="k1"), power=COURSE)
    again = handle(office, command("apply", "ann", "2026-03-02", data={"matter": "示例"}, key="k1"), power=COURSE)
    assert isinstance(first, Done)
    assert isinstance(again, Done)
    assert (again.case, again.seq, again.step, again.repeated) == (first.case, first.seq, first.step, True)
    assert seqs(office, CASE + first.case) == [1]
    done = do(office, first.case, "accept", "ann", "2026-03-03", key="k2")
    do(office, first.case, "inspect", "bob", "2026-03-04")
    repeated = do(office, first.case, "accept", "ann", "2026-03-03", key="k2")
    assert isinstance(done, Done)
    assert isinstance(repeated, Done)
    assert (repeated.seq, repeated.step) == (done.seq, "look")


@pytest.mark.parametrize(
    "other",
    [{"actor": "bob"}, {"data": {"matter": "别的"}}, {"reason": "x"}, {"post": "clerk"}, {"at": at("2026-03-02", 10)}],
)
def test_a_key_used_for_another_command_is_refused(office: Office, other: dict[str, Any]) -> None:
    begin(office, key="k1")
    same = {"act": "apply", "actor": "ann", "at": at("2026-03-02"), "data": {"matter": "示例"}, "key": "k1", **other}
    answer = handle(
        office,
        command(same.pop("act"), same.pop("actor"), same.pop("at"), **{**same, "entered": at("2026-03-02", 11)}),
        power=COURSE,
    )
    assert isinstance(answer, Stopped)
    assert "幂等键" in answer.refusals[0].reason.zh
    assert len(seqs(office, f"{CASE}{COURSE}/2026/00001")) == 1


def test_the_answer_to_a_refused_command_is_not_kept(office: Office) -> None:
    case = begin(office)
    assert isinstance(do(office, case, "accept", "bob", "2026-03-03", key="k"), Stopped)
    assert isinstance(do(office, case, "accept", "ann", "2026-03-03", key="k"), Done)


def test_who_has_not_seen_the_last_event_is_told_and_can_retry(office: Office) -> None:
    case = begin(office)
    assert isinstance(do(office, case, "accept", "ann", "2026-03-03", seen=1), Done)
    answer = do(office, case, "inspect", "bob", "2026-03-04", seen=1)
    assert isinstance(answer, Stale)
    assert answer.seq == 2
    assert case in answer.message.zh
    assert isinstance(do(office, case, "inspect", "bob", "2026-03-04", seen=answer.seq), Done)


def test_of_two_at_once_exactly_one_wins_and_the_other_can_retry(office: Office) -> None:
    case = begin(office, power=FREE)
    for n in range(1, 9):
        answers: list[Answer] = []
        barrier = threading.Barrier(2)

        def act(
            who: str,
            seen: int = n,
            case: str = case,
            answers: list[Answer] = answers,
            barrier: threading.Barrier = barrier,
        ) -> None:
            barrier.wait()
            answers.append(do(office, case, "note", "ann", "2026-03-03", seen=seen, key=f"{who}{seen}"))

        threads = [threading.Thread(target=act, args=(who,)) for who in "xy"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(type(a).__name__ for a in answers) == ["Done", "Stale"]
        assert seqs(office, CASE + case) == list(range(1, n + 2))
    assert compare(office) == []


def test_at_once_without_a_number_seen_both_are_done_one_after_the_other(office: Office) -> None:
    case = begin(office, power=FREE)
    threads = [threading.Thread(target=do, args=(office, case, "note", "ann", "2026-03-03")) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seqs(office, CASE + case) == list(range(1, 8))


def test_what_is_not_there_is_said_by_name(office: Office) -> None:
    with pytest.raises(UnknownThing, match="a000/none/2026/00009"):
        do(office, "a000/none/2026/00009", "note", "ann", "2026-03-02")
    with pytest.raises(UnknownThing, match="s900/none") as caught:
        handle(office, command("apply", "ann", "2026-03-02"), power="s900/none")
    assert COURSE in caught.value.message.zh
    with pytest.raises(UnknownThing, match="2024-01-01"):
        handle(office, command("apply", "ann", "2023-12-31"), power=COURSE)
    assert seqs(office, f"{CASE}{COURSE}/2026/00001") == []


def test_refusals_have_a_stream_of_their_own(office: Office) -> None:
    case = begin(office)
    for _ in range(2):
        assert isinstance(do(office, case, "accept", "bob", "2026-03-03"), Stopped)
    assert seqs(office, CASE + case) == [1]
    assert seqs(office, f"refusals/{case}") == [1, 2]
    with office.store.read() as tx:
        event = event_of(tx.events(f"refusals/{case}")[0])
    assert (event.kind, event.act, event.actor, event.facts["by"], event.facts["ring"]) == (
        "refused",
        "accept",
        "bob",
        ["authority_scope"],
        "order",
    )
    assert isinstance(
        handle(office, command("apply", "bob", "2026-03-03", data={"matter": "示例"}), power=COURSE), Stopped
    )
    assert seqs(office, f"refusals/{COURSE}/new") == [1]
    assert isinstance(handle(office, command('x"; --', "ann", "2026-03-03"), power=COURSE), Stopped)
    with office.store.read() as tx:
        assert event_of(tx.events(f"refusals/{COURSE}/new")[1]).act == "unknown"


def test_a_flood_of_refusals_is_cut_off_for_the_day(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qingfeng.casework.handle.MAX_REFUSALS_PER_CASE_PER_DAY", 4)
    case = begin(office)
    for _ in range(7):
        assert isinstance(do(office, case, "accept", "bob", "2026-03-03"), Stopped)
    assert len(seqs(office, f"refusals/{case}")) == 4
    assert isinstance(do(office, case, "accept", "bob", "2026-03-04"), Stopped)
    assert len(seqs(office, f"refusals/{case}")) == 5


def test_a_demand_leaves_nothing_behind(office: Office) -> None:
    case = begin(office)
    answer = do(office, case, "accept", "ann", "2026-03-03", entered=at("2026-03-09"))
    assert isinstance(answer, Asked)
    assert [d.by for d in answer.demands] == ["prompt_registration"]
    assert seqs(office, CASE + case) == [1]
    assert seqs(office, f"refusals/{case}") == []
    assert isinstance(
        do(office, case, "accept", "ann", "2026-03-03", entered=at("2026-03-09"), reason="系统停机"), Done
    )
    event = case_of(office, case).events[-1]
    assert (event.at, event.entered, event.facts["demanded"]) == (
        at("2026-03-03"),
        at("2026-03-09"),
        ["prompt_registration"],
    )


def test_a_clock_that_went_back_is_said_and_nothing_recorded(office: Office) -> None:
    case = begin(office)
    now = at("2026-03-02")
    assert isinstance(do(office, case, "tell_missing", "ann", now, entered=now - timedelta(seconds=290)), Done)
    answer = do(office, case, "supplement", "ann", now - timedelta(days=1))
    assert isinstance(answer, Stopped)
    assert "时钟" in answer.refusals[0].reason.zh
    assert seqs(office, f"refusals/{case}") == []


DEEP: Any = "x"
for _ in range(5_000):
    DEEP = [DEEP]
HOSTILE: list[dict[str, Any]] = [
    {"actor": "a\u202eb"},
    {"actor": "\ud800"},
    {"actor": "x" * 10**6},
    {"actor": "张'; DROP--"},
    {"actor": ""},
    {"actor": 5},
    {"actor": None},
    {"act": "\x00"},
    {"act": ""},
    {"act": "x" * 10**6},
    {"act": "\ud800"},
    {"act": ["accept"]},
    {"post": "\x00"},
    {"post": ["clerk"]},
    {"post": 7},
    {"key": "\ud800"},
    {"key": "\x00"},
    {"key": "k" * 10**6},
    {"key": 5},
    {"reason": 5},
    {"reason": "\ud800"},
    {"reason": "x" * 10**6},
    {"reason": ["x"]},
    {"data": {"matter": 1.5}},
    {"data": {"matter": float("nan")}},
    {"data": {"案由": "x"}},
    {"data": {5: "x"}},
    {"data": {"matter": "x" * 10**6}},
    {"data": {"matter": DEEP}},
    {"data": {"x": DEEP}},
    {"data": {"matter": 10**30}},
    {"data": []},
    {"data": None},
    {"data": {"\ud800": "x"}},
    {"data": {"matter": "\ud800"}},
    {"data": {"matter": {"a": object()}}},
    {"actor": SYSTEM},
]


def test_hostile_input_is_refused_in_words_and_the_log_stays_whole(office: Office) -> None:
    for n, wrong in enumerate(HOSTILE):
        base = {"act": "apply", "actor": "ann", "data": {"matter": "示例"}, **wrong}
        more = {k: v for k, v in base.items() if k not in ("act", "actor")}
        for key in ({}, {"key": "k1"} if "key" not in wrong else {}):
            answer = handle(office, command(base["act"], base["actor"], "2026-03-02", **{**more, **key}), power=COURSE)
            assert isinstance(answer, Stopped), n
            text = answer.refusals[0].reason
            assert text.en
            assert 0 < len(text.zh.encode()) < 5_000, n
    assert seqs(office, f"{CASE}{COURSE}/2026/00001") == []
    assert begin(office) == f"{COURSE}/2026/00001", "no number was lost"


def test_a_hostile_name_of_a_case_or_power_finds_nothing(office: Office) -> None:
    names: list[Any] = ["\x00", "a\u202e", "\ud800", "x" * 10**6, "'; DROP TABLE events; --", "../../etc", "", 5]
    for name in names:
        for wanted, power in (
            (command("note", "ann", "2026-03-02", case=name), None),
            (command("note", "ann", "2026-03-02"), name),
        ):
            try:
                answer = handle(office, wanted, power=power)
            except UnknownThing as error:
                said = error.message
            else:
                assert isinstance(answer, Stopped)
                said = answer.refusals[0].reason
            assert 0 < len(said.zh) < 500


def test_an_override_is_recorded_once_and_seen_in_the_case(office: Office) -> None:
    case = begin(office)
    do(office, case, "accept", "ann", "2026-03-03")
    answer = do(
        office,
        case,
        "override",
        "dan",
        "2026-03-03",
        data={"act": "inspect", "controls": ["separate_duties"]},
        reason="汛期紧急",
    )
    assert isinstance(answer, Done)
    event = case_of(office, case).events[-1]
    assert (event.kind, event.data["controls"], event.facts["reason"]) == ("override", ["separate_duties"], "汛期紧急")


def test_a_batch_of_commands_shares_a_commit_and_is_kept_or_lost_together(office: Office) -> None:
    from qingfeng.casework.handle import handle_within

    class Crash(RuntimeError):
        pass

    def batch(*, fail: bool) -> None:
        with office.store.write() as tx:
            for _ in range(3):
                assert isinstance(handle_within(office, tx, command("note", "ann", "2026-03-02"), power=FREE), Done)
            if fail:
                raise Crash

    with pytest.raises(Crash):
        batch(fail=True)
    assert seqs(office, f"{CASE}{FREE}/2026/00001") == []
    batch(fail=False)
    assert [seqs(office, f"{CASE}{FREE}/2026/0000{n}") for n in (1, 2, 3, 4)] == [[1], [1], [1], []]


def test_an_office_that_remembers_says_the_same_as_one_that_does_not(office: Office) -> None:
    case, other = begin(office), Office(office.store, salts=secrets.token_bytes)
    assert isinstance(do(other, case, "accept", "ann", "2026-03-03"), Done)
    assert isinstance(do(office, case, "inspect", "bob", "2026-03-04"), Done)
    assert isinstance(do(other, case, "send_up", "ann", "2026-03-05"), Done)
    assert case_of(office, case).step == "decide"


def test_a_lost_counter_never_gives_a_number_twice_and_leaves_no_gap(office: Office) -> None:
    for _ in range(3):
        begin(office)
    lose_numbers(office)
    assert begin(office) == f"{COURSE}/2026/00004"
    assert begin(office) == f"{COURSE}/2026/00005"


def lose_numbers(office: Office) -> None:
    """As somebody does who has the database."""
    with office.store.write() as tx:
        tx._run([("DELETE FROM numbers", ())])  # type: ignore[attr-defined]


def test_a_retry_without_a_time_of_its_own_is_the_same_command(office: Office) -> None:
    first = do_open(office, "2026-03-02", key="k1")
    again = do_open(office, "2026-03-05", key="k1")
    assert isinstance(first, Done)
    assert isinstance(again, Done)
    assert (again.case, again.repeated) == (first.case, True)


def do_open(office: Office, day: str, *, key: str) -> Answer:
    """Open a case "now", whenever that is."""
    now = at(day)
    wanted = Command(case="", act="apply", actor="ann", at=now, entered=now, data={"matter": "示例"}, key=key)
    return handle(office, wanted, power=COURSE)


def test_a_damaged_event_is_named_and_does_not_hide_the_others(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    broken, sound = begin(office), begin(office)
    real = office_module.read_back

    def damaged(unsealed: Any) -> Any:
        if unsealed.envelope["stream"].endswith(broken):
            raise ValueError("no JSON")
        return real(unsealed)

    office.forget_all()
    monkeypatch.setattr(office_module, "read_back", damaged)
    with pytest.raises(DamagedEvent) as caught:
        do(office, broken, "accept", "ann", "2026-03-03")
    assert broken in caught.value.message.zh
    assert compare(office) == [broken]
    assert isinstance(do(office, sound, "accept", "ann", "2026-03-03"), Done)


def test_two_openings_in_each_others_way_are_told_to_retry_without_a_case_that_is_not_there() -> None:
    assert "重试" in Stale("", 0).message.zh
    assert "第0条" not in Stale("", 0).message.zh
    assert "第7条" in Stale("c1", 7).message.zh
