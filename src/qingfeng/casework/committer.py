"""Many clients, one commit: commands that arrive together share a transaction, and so one fsync and few round trips.

Who finds nobody leading leads: takes everybody's waiting commands along, each in a trial of its own, so that one that fails
does not disturb the others.  When its own command is answered it hands over to one who waits.  Nobody is answered before the
shared commit is on disk; if it fails, nobody is told yes.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence

from qingfeng.engine.control import Command
from qingfeng.terms.calendar import CalendarMissing
from qingfeng.terms.text import Text

from .handle import Answer, Done, Stale, handle, handle_within, misread, outlook_on
from .office import CASE, Office, UnknownThing
from .ports import Conflict, StoreError, StoreUnavailable

MAX_BATCH = 64

Failure = StoreError | UnknownThing | CalendarMissing


class _Request:
    __slots__ = ("answer", "command", "failure", "leads", "power", "woken")

    def __init__(self, command: Command, power: str | None) -> None:
        self.command, self.power = command, power
        self.answer: Answer | None = None
        self.failure: Failure | None = None
        self.leads = False
        self.woken = threading.Event()  # answered, or to lead

    @property
    def done(self) -> bool:
        return self.answer is not None or self.failure is not None


class Committer:
    """The door for many threads of one process.  Same answers and errors as `handle`."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self._lock = threading.Lock()
        self._waiting: deque[_Request] = deque()
        self._led = False

    def handle(self, command: Command, *, power: str | None = None) -> Answer:
        """Do what a command asks for, or say why not; returns when it is durable.  Raises as `handle` does."""
        stopped = misread(command, power)
        if stopped is not None:
            return stopped
        request = _Request(command, power)
        with self._lock:
            request.leads = not self._led
            if request.leads:
                self._led = True
            else:
                self._waiting.append(request)
        if not request.leads:
            request.woken.wait()
        if request.leads:
            self._lead(request)
        if request.failure is not None:
            raise request.failure
        assert request.answer is not None
        return request.answer

    def _lead(self, own: _Request) -> None:
        """Run our own command with all that wait, then let the next one lead."""
        try:
            self._run([own, *self._take()])
        finally:
            with self._lock:
                heir = self._waiting.popleft() if self._waiting else None
                if heir is None:
                    self._led = False
                else:
                    heir.leads = True
            if heir is not None:
                heir.woken.set()

    def _take(self) -> list[_Request]:
        with self._lock:
            return [self._waiting.popleft() for _ in range(min(len(self._waiting), MAX_BATCH - 1))]

    def _run(self, batch: Sequence[_Request]) -> None:
        """Answer a batch.  What breaks here (a bug of ours) is raised, and nobody of the batch is left waiting for ever."""
        try:
            for request, answer in zip(batch, self._answered(batch), strict=True):
                if isinstance(answer, StoreError | UnknownThing | CalendarMissing):
                    request.failure = answer
                else:
                    if isinstance(answer, Done) and answer.state is not None:
                        self.office.remember(answer.state)
                    request.answer = answer
        finally:
            for request in batch:
                if not request.done:
                    request.failure = StoreUnavailable(Text(
                        zh="与本请求同批的另一请求出错，本请求未办理；请重新提交。",
                        en="another command of the same batch failed and this one was not done; submit it again."))  # fmt: skip
                request.woken.set()

    def _answered(self, batch: Sequence[_Request]) -> list[Answer | Failure]:
        answers: list[Answer | Failure] = []
        try:
            with self.office.store.write() as tx:
                if len(batch) > 1:
                    tx.foresee([outlook_on(self.office, tx, r.command, r.power).wanted for r in batch])
                for request in batch:
                    try:
                        with tx.trial():
                            answers.append(
                                handle_within(self.office, tx, request.command, power=request.power, read=True)
                            )
                    except Conflict:
                        answers.append(Stale(request.command.case, tx.head(CASE + request.command.case)))
                    except (UnknownThing, CalendarMissing) as error:
                        answers.append(error)
        except Conflict:  # nothing of it was kept; one by one it shows whose it was
            return [self._alone(request) for request in batch]
        except StoreError as error:
            return [error for _ in batch]
        return answers

    def _alone(self, request: _Request) -> Answer | Failure:
        try:
            return handle(self.office, request.command, power=request.power)
        except (StoreError, UnknownThing, CalendarMissing) as error:
            return error
