"""A small agency for tests of casework: calendars, people, both sample powers; and a program that works in it.

    agency.py act|tick <where> <case or -> <name>

It prints a line for every answer, after the commit.
"""

from __future__ import annotations

import secrets
import sys
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from qingfeng.casework import clockwork
from qingfeng.casework.handle import Answer, Done, Stale, handle
from qingfeng.casework.office import CASE, Office, load_case
from qingfeng.casework.ports import Store
from qingfeng.casework.registry import By, found_agency, load_calendar, publish, register
from qingfeng.engine.case import Case
from qingfeng.terms.calendar import YearTable
from tests.sample import HELD, NAMES, at, command, course_document, free_document, tables

FOUNDED = By(actor="system_administrator", entered=at("2025-12-01"))
FREE, COURSE = "s900/free", "s900/course"
SINCE = "2024-01-01"


def furnished(office: Office, *, calendar: list[YearTable] | None = None, **more: Any) -> Office:
    """Found the agency with its calendars, people and powers."""
    with office.store.write() as tx:
        found_agency(office, tx, agency_id="a900", name="示例单位", by=FOUNDED)
        for table in calendar or tables():
            load_calendar(office, tx, table, by=FOUNDED)
        for who, name in NAMES.items():
            register(office, tx, "officer_added", {"officer": who, "name": name}, by=FOUNDED)
            register(office, tx, "credential_granted", {"officer": who, "from": SINCE}, by=FOUNDED)
        for who, post in HELD:
            register(office, tx, "appointed", {"officer": who, "post": post, "from": SINCE}, by=FOUNDED)
        publish(office, tx, free_document(), by=FOUNDED)
        publish(office, tx, course_document(**more), by=FOUNDED)
    return office


def do(office: Office, case: str, act: str, actor: str, when: datetime | str, **more: Any) -> Answer:
    """Send a command on a case."""
    return handle(office, command(act, actor, when, case=case, **more))


def begin(office: Office, when: datetime | str = "2026-03-02", *, power: str = COURSE, **more: Any) -> str:
    """Open a case; return its id."""
    act, data = ("apply", {"matter": "示例"}) if power == COURSE else ("note", {})
    answer = handle(office, command(act, "ann", when, **{"data": data, **more}), power=power)
    assert isinstance(answer, Done), answer
    return answer.case


def case_of(office: Office, name: str) -> Case:
    """Return a case as its stored events add up to, read by an office that remembers nothing."""
    fresh = Office(office.store, salts=secrets.token_bytes)
    with fresh.store.read() as tx:
        return load_case(fresh, tx, fresh.registry(tx), name)[0]


def seqs(office: Office, stream: str) -> list[int]:
    """Return the numbers of a stream's events."""
    with office.store.read() as tx:
        return [row.seq for row in tx.events(stream)]


def change(office: Office, act: str, data: Mapping[str, Any], *, on: date | str = "2026-03-01") -> None:
    """Register something about a person."""
    with office.store.write() as tx:
        register(office, tx, act, data, by=By(actor="system_administrator", entered=at(on)))


def opened(where: str) -> Store:
    """Open the store of the tests: sqlite|path or postgres|dsn|schema."""
    kind, place, *schema = where.split("|")
    if kind == "sqlite":
        from qingfeng.store.sqlite import SqliteStore

        return SqliteStore.open(place, create=False)
    from qingfeng.store.postgres import PostgresStore

    return PostgresStore.open(place, schema=schema[0], create=False)


def say(*words: object) -> None:
    """Tell the test, after the commit."""
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def act(office: Office, case: str, name: str) -> None:
    """Act on a case, and now and then open another, until killed."""
    for n in count(1):
        when = at("2026-03-02") + timedelta(seconds=n)
        if n % 5 == 0:
            say("opened", begin(office, when, power=FREE, key=f"{name}/{n}"))
            continue
        seen = seqs(office, CASE + case)[-1]
        answer = do(office, case, "note", "ann", when, seen=seen, key=f"{name}/{n}", entered=at("2026-03-03"))
        if isinstance(answer, Done):
            say("done", case, answer.seq, f"{name}/{n}")
        else:
            assert isinstance(answer, Stale), answer


def tick(office: Office, _: str, name: str) -> None:
    """Make all marks that are due."""
    now = at("2026-03-12")
    while True:
        ticked = clockwork.run(office, now=now)
        for one in ticked.fired:
            say("fired", one.case, one.limit, one.mark)
        with office.store.read() as tx:
            if not tx.deadlines(before=now, limit=1):
                return


if __name__ == "__main__":
    at_work = Office(opened(sys.argv[2]), salts=secrets.token_bytes)
    {"act": act, "tick": tick}[sys.argv[1]](at_work, sys.argv[3], sys.argv[4])
