"""Many clients, one commit: commands of different cases that arrive together share a transaction, and so one fsync.

Whoever gets the lock first takes everybody's waiting commands along; each runs in a savepoint of its own, so that one that
fails does not disturb the others.  Nobody is answered before the shared commit is on disk; if it fails, nobody is told yes.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence

from qingfeng.engine.control import Command
from qingfeng.terms.calendar import CalendarMissing
from qingfeng.terms.text import Text

from .handle import Answer, Done, Stale, handle_within
from .office import CASE, Office, UnknownThing
from .ports import Conflict, StoreError, StoreUnavailable

MAX_BATCH = 64

Failure = StoreError | UnknownThing | CalendarMissing


class _Request:
    __slots__ = ("answer", "command", "failure", "power")

    def __init__(self, command: Command, power: str | None) -> None:
        self.command, self.power = command, power
        self.answer: Answer | None = None
        self.failure: Failure | None = None


class Committer:
    """The door for many threads of one process.  Same answers and errors as `handle`."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self._waiting: deque[_Request] = deque()
        self._leader = threading.Lock()

    def handle(self, command: Command, *, power: str | None = None) -> Answer:
        """Do what a command asks for, or say why not; returns when it is durable.  Raises as `handle` does."""
        request = _Request(command, power)
        self._waiting.append(request)
        with self._leader:
            while request.answer is None and request.failure is None:
                self._run(self._take())
        if request.failure is not None:
            raise request.failure
        assert request.answer is not None
        return request.answer

    def _take(self) -> list[_Request]:
        batch: list[_Request] = []
        while self._waiting and len(batch) < MAX_BATCH:
            batch.append(self._waiting.popleft())
        return batch

    def _run(self, batch: Sequence[_Request]) -> None:
        """Answer a batch.  What breaks here (a bug of ours) is raised, and nobody of the batch is left waiting for ever."""
        try:
            self._answer(batch)
        finally:
            for request in batch:
                if request.answer is None and request.failure is None:
                    request.failure = StoreUnavailable(Text(
                        zh="与本请求同批的另一请求出错，本请求未办理；请重新提交。",
                        en="another command of the same batch failed and this one was not done; submit it again."))  # fmt: skip

    def _answer(self, batch: Sequence[_Request]) -> None:
        answers: list[Answer | Failure] = []
        try:
            with self.office.store.write() as tx:
                for request in batch:
                    try:
                        with tx.savepoint():
                            answers.append(handle_within(self.office, tx, request.command, power=request.power))
                    except Conflict:
                        answers.append(Stale(request.command.case, tx.head(CASE + request.command.case)))
                    except (UnknownThing, CalendarMissing) as error:
                        answers.append(error)
        except StoreError as error:
            answers = [error for _ in batch]
        for request, answer in zip(batch, answers, strict=True):
            if isinstance(answer, StoreError | UnknownThing | CalendarMissing):
                request.failure = answer
            else:
                if isinstance(answer, Done) and answer.state is not None:
                    self.office.remember(answer.state)
                request.answer = answer
