"""The notary beside the worker: takes events into the log every second, and asks the witnesses without holding anything up."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

from qingfeng import wiring
from qingfeng.casework.ports import StoreError
from qingfeng.notary.faults import LogTrouble
from qingfeng.terms.text import Text

from .screen import ENVIRONMENT, FINE, FOUND, Screen

if TYPE_CHECKING:
    from qingfeng.casework.ports import Store
    from qingfeng.notary.filed import Filing
    from qingfeng.notary.gather import Gatherer
    from qingfeng.notary.place import Place

EVERY = 1.0
"""Seconds between batches: what a promise says is true within it."""


class Beat:
    """The notary of one agency.  where: the agency's store as named; store: the same, open and not guarded."""

    def __init__(self, screen: Screen, where: str, store: Store) -> None:
        self._screen, self._where, self._store = screen, where, store
        self._stop, self._told = threading.Event(), dict[str, str]()
        self._gatherer: Gatherer | None = None
        self._filing: Filing | None = None
        self._pool: ThreadPoolExecutor | None = None
        self._loops: list[Future[None]] = []

    def take_in(self) -> int:
        """Take in all that is pending and publish the head; return how many events were taken in.  Raises LogTrouble, StoreError."""
        place = wiring.log_of(self._where)
        if place is None:
            return 0
        from qingfeng.notary.house import publish, sequencer_of

        sequencer, taken = sequencer_of(place, self._store), 0
        while not self._stop.is_set() and (more := sequencer.round()):
            taken += more
        if taken:
            publish(place)
        self._file()
        return taken

    def _file(self) -> None:
        """Lay down which files of the shelf the new entries name.  Raises StoreError."""
        if self._filing is None:
            from qingfeng.notary.filed import Filing
            from qingfeng.store.files import FileShelf

            shelf = FileShelf(wiring.home_of(self._where) / "files")
            self._filing = Filing(wiring.office_over(self._store), lambda digest: shelf.path(digest) is not None)
        from .agency import now

        self._filing.look(at=now())

    def gather(self) -> int:
        """Ask the witnesses that are due; return FOUND if one of them has seen another log.  Raises LogTrouble."""
        place = wiring.log_of(self._where)
        if place is None or not place.policy.witnesses:
            return FINE
        from qingfeng.notary.house import publish

        said = self._at(place).round()
        for one in said:
            self._say(f"witness {one.name}", one.trouble)
        if any(one.trouble is None for one in said):
            publish(place)
        return FOUND if any(one.grave for one in said) else FINE

    def once(self) -> tuple[int, int]:
        """One batch and one round of the witnesses; return how many events were taken in, and the exit code."""
        try:
            return self.take_in(), self.gather()
        except LogTrouble as error:
            self._say("log", error.text)
            return 0, ENVIRONMENT

    def start(self) -> None:
        """Go on by itself until `stop`."""
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="notary")
        self._loops = [self._pool.submit(self._loop, "log", self.take_in), self._pool.submit(self._loop, "witnesses", self.gather)]

    def check(self) -> None:
        """Raise what has ended the notary: a mistake of ours that nobody must overlook."""
        for one in self._loops:
            if one.done():
                one.result()

    def stop(self) -> None:
        """End after the batch at work."""
        self._stop.set()
        if self._pool is not None:
            self._pool.shutdown()

    def _loop(self, name: str, step: Callable[[], int]) -> None:
        while not self._stop.wait(EVERY):
            try:
                step()
                self._say(name, None)
            except LogTrouble as error:
                self._say(name, error.text)
            except StoreError as error:
                self._say(name, error.message)

    def _at(self, place: Place) -> Gatherer:
        """Return who asks; he remembers who could not be reached, and learns of new witnesses."""
        if self._gatherer is None:
            from qingfeng.notary.gather import Gatherer

            self._gatherer = Gatherer(place, time.monotonic)
        self._gatherer.place = place
        return self._gatherer

    def _say(self, name: str, trouble: Text | None) -> None:
        """Complain once of each trouble."""
        said = trouble.en if trouble is not None else ""
        if trouble is not None and self._told.get(name) != said:
            self._screen.complain([trouble])
        self._told[name] = said
