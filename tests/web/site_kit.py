"""A site over an agency of its own: seeded once, copied for every test that changes something, with a clock that stands where we say."""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from qingfeng import wiring
from qingfeng.casework.findings import sweep
from qingfeng.casework.office import Built, Office, Registry
from qingfeng.simulation.agency import Period, work
from qingfeng.simulation.demo import HABITS
from qingfeng.terms.instants import LOCAL

if TYPE_CHECKING:
    from django.test import Client

FOUNDED = datetime(2026, 10, 9, 9, tzinfo=LOCAL)
FIRST, LAST_ARRIVAL, LAST = date(2026, 10, 12), date(2026, 10, 20), date(2026, 10, 29)
NOW = datetime(2026, 10, 30, 10, tzinfo=LOCAL)
"""A working Friday, the day after the seeded agency stopped working: the hour at which every test begins."""
ROLES: Mapping[str, str | None] = {
    "public": None,
    "handler": "chengban",
    "head": "kezhang",
    "discipline": "jiwei",
    "editor": "fazhi",
    "system_admin": "xitong",
    "security_admin": "anquan",
    "audit_admin": "shenji",
}
"""Role -> account of the demonstration that has it."""
_BUILT: Built = {}
_KNOWN: list[Registry] = []


def set_up_django(home: Path) -> None:
    """Make Django ready, once a process, with a folder of the tests' own."""
    from django.apps import apps

    if apps.ready:
        return
    # The browser's own loop runs in the thread of the test: Django would not let it look at an account there.
    os.environ |= {
        "QINGFENG_HOME": str(home),
        "QINGFENG_DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "qingfeng.web.settings",
        "DJANGO_ALLOW_ASYNC_UNSAFE": "1",
    }
    os.environ.pop("QINGFENG_AGENCY", None)
    import django
    from django.test.utils import setup_test_environment

    django.setup()
    setup_test_environment(debug=False)


@dataclass(slots=True)
class Clock:
    """The time of a site: it stands still until it is moved."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        """Return the time."""
        return self.now

    def later(self, **much: float) -> datetime:
        """Move on by days, hours, minutes or seconds."""
        self.now += timedelta(**much)
        return self.now


@dataclass(slots=True)
class Site:
    """An agency and its site.  Only one is active at a time: `active` says for how long."""

    home: Path
    where: str  # the store of the agency: path of a SQLite file or a PostgreSQL string
    office: Office
    clock: Clock = field(default_factory=Clock)

    @property
    def now(self) -> datetime:
        """The time of the site."""
        return self.clock.now

    def client(self, account: str | None = None, **options: Any) -> Client:
        """Return a client of Django's, signed in with the second factor verified; account None: the public."""
        from django.test import Client
        from django_otp import DEVICE_ID_SESSION_KEY
        from django_otp.plugins.otp_totp.models import TOTPDevice

        from qingfeng.web.models import Account

        client = Client(**options)
        if account is None:
            return client
        user = Account.objects.get(username=account)
        client.force_login(user, backend="qingfeng.web.signin.LoggedSecretBackend")
        session = client.session
        session[DEVICE_ID_SESSION_KEY] = TOTPDevice.objects.get(user=user).persistent_id
        session.save()
        return client

    def heads(self) -> dict[str, int]:
        """Return the number of events of every stream: what a refused request must not change."""
        return heads(self.office)

    def cases(self, power: str | None = None, status: str | None = None) -> list[str]:
        """Return the numbers of cases."""
        with self.office.store.read() as tx:
            return [row.case for row in tx.case_rows(power=power, status=status, limit=1_000)]


def heads(office: Office) -> dict[str, int]:
    """Return stream -> number of its last event, over the whole store."""
    found: dict[str, int] = {}
    with office.store.read() as tx:
        after = 0
        while batch := tx.all_events(after=after, limit=5_000):
            found |= {row.stream: max(row.seq, found.get(row.stream, 0)) for row in batch}
            after = batch[-1].position
    return found


def seed(store: str, *, arrivals: int = 2, number: int = 5) -> None:
    """Found an agency with people for every post and let it work for three weeks."""
    opened = wiring.open_store(store, create=True)
    try:
        office = _office(opened)
        powers = [f.loaded.power for f in wiring.read_powers() if f.loaded.power is not None]
        wiring.furnish(
            office, powers, name="清溪县应急管理局（虚构）", demo_people=True, administrators=True, at=FOUNDED
        )
        work(office, rng=Random(number), period=Period.of(FIRST, LAST_ARRIVAL, LAST), arrivals=arrivals, habits=HABITS)
        sweep(office, now=NOW - timedelta(hours=2))
        with office.store.read() as tx:
            _KNOWN[:] = [office.registry(tx)]
    finally:
        opened.close()


def _office(store: Any, *, seeded: bool = False) -> Office:
    return wiring.office_over(store, _BUILT, _KNOWN[0] if seeded and _KNOWN else None)


_TREE = Path(__file__).resolve().parents[2]
_NOT_IN_IT = ("src/qingfeng/web", "src/qingfeng/casework/desk", "src/qingfeng/cli")
_IN_IT = ("src/qingfeng/web/demo.py", "src/qingfeng/web/models.py", "src/qingfeng/web/migrations")


def kept_image(folder: Path) -> Path:
    """Return the seeded agency for the tree as it stands: made by the first worker that comes, and kept for later runs."""
    parts = sorted(
        path
        for top in ("src", "powers", "calendars")
        for path in (_TREE / top).rglob("*")
        if path.suffix in (".py", ".yaml", ".sql")
    )
    digest = sha256(Path(__file__).read_bytes())
    for path in parts:
        name = path.relative_to(_TREE).as_posix()
        if name.startswith(_IN_IT) or not name.startswith(_NOT_IN_IT):
            digest.update(path.read_bytes())
    made = folder / digest.hexdigest()[:16]
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.is_dir():
            for old in folder.glob("*/"):
                shutil.rmtree(old)
            make_image(folder / "unfinished").rename(made)
    return made


def make_image(folder: Path) -> Path:
    """Seed an agency with accounts in a folder; return it, to be copied."""
    from django.core.management import call_command

    from qingfeng.web.demo import make_accounts

    folder.mkdir(parents=True)
    seed(str(folder / "agency.db"))
    with active(folder) as site:
        call_command("migrate", verbosity=0, interactive=False)
        make_accounts(site.office)
    return folder


def copied(image: Path, folder: Path) -> Path:
    """Copy an image to a new folder."""
    folder.mkdir(parents=True)
    for name in ("agency.db", "web.db"):
        with sqlite3.connect(image / name) as source, sqlite3.connect(folder / name) as target:
            source.backup(target)  # whole, whatever still stands in a journal beside the file
        (folder / name).chmod(0o600)
    if (image / "files").is_dir():
        shutil.copytree(image / "files", folder / "files")
    return folder


class active:
    """with active(home) as site: make a site over a folder the one that Django serves, until the end of the block."""

    def __init__(self, home: Path, where: str | None = None) -> None:
        self._home, self._where = home, where or str(home / "agency.db")
        self._undo: list[Any] = []

    def __enter__(self) -> Site:
        """Switch over."""
        from django.conf import settings
        from django.db import connections

        from qingfeng.casework import accounts
        from qingfeng.web import agency
        from qingfeng.web.looking import Looking

        self._store = wiring.open_store(self._where)
        site = Site(self._home, self._where, _office(Looking(self._store), seeded=True))
        connections.close_all()
        database = connections.settings["default"]
        self._before = (settings.HOME, settings.AGENCY_STORE, database["NAME"], agency.office, agency.now)
        settings.HOME, settings.AGENCY_STORE = self._home, self._where
        _name_database(self._home / "web.db")
        agency.office, agency.now = (lambda: site.office), site.clock  # type: ignore[assignment]
        agency.shelf.cache_clear()
        agency._ACCOUNTS[0] = accounts.EMPTY
        return site

    def __exit__(self, *_: object) -> None:
        """Switch back."""
        from django.conf import settings
        from django.db import connections

        from qingfeng.casework import accounts
        from qingfeng.web import agency

        connections.close_all()
        settings.HOME, settings.AGENCY_STORE, name, agency.office, agency.now = self._before
        _name_database(name)
        agency.shelf.cache_clear()
        agency._ACCOUNTS[0] = accounts.EMPTY
        self._store.close()


def _name_database(path: Path) -> None:
    """Tell Django where accounts are; connections of other threads read the same settings."""
    from django.conf import settings
    from django.db import connection, connections

    for known in (settings.DATABASES["default"], connections.settings["default"], connection.settings_dict):
        known["NAME"] = path
