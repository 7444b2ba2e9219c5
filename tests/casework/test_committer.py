"""The shared commit: many threads, one fsync, the same answers as alone; a bug of ours leaves nobody waiting."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from qingfeng.casework.committer import Committer, _Request
from qingfeng.casework.handle import Done, Stale, Stopped
from qingfeng.casework.office import CASE, Office, UnknownThing
from qingfeng.casework.ports import StoreUnavailable
from qingfeng.casework.rebuild import compare
from tests.casework.agency import FREE, begin, seqs
from tests.sample import command


def test_many_threads_are_answered_as_if_alone(office: Office) -> None:
    door, case = Committer(office), begin(office, power=FREE)
    with ThreadPoolExecutor(8) as threads:
        own = [threads.submit(door.handle, command("note", "ann", "2026-03-02"), power=FREE) for _ in range(20)]
        one = [threads.submit(door.handle, command("note", "ann", "2026-03-02", case=case, seen=1)) for _ in range(4)]
        bad = threads.submit(door.handle, command("note", "bob", "2026-03-02"), power=FREE)
        lost = threads.submit(door.handle, command("note", "ann", "2026-03-02", case="none"))
        opened = {answer.case for job in own if isinstance(answer := job.result(60), Done)}
        assert len(opened) == 20
        assert sorted(type(job.result(60)) is Done for job in one) == [False, False, False, True]
        assert {type(job.result(60)) for job in one} == {Done, Stale}
        assert isinstance(bad.result(60), Stopped)
        with pytest.raises(UnknownThing):
            lost.result(60)
    assert seqs(office, CASE + case) == [1, 2]
    assert compare(office) == []


def test_a_bug_in_one_command_leaves_nobody_of_its_batch_waiting(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    from qingfeng.casework import committer

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(committer, "handle_within", broken)
    batch = [_Request(command("note", "ann", "2026-03-02"), FREE) for _ in range(3)]
    with pytest.raises(ZeroDivisionError):
        Committer(office)._run(batch)
    assert all(isinstance(request.failure, StoreUnavailable) for request in batch)
    assert seqs(office, f"{CASE}{FREE}/2026/00001") == []
