"""What a page of the site costs: CPU per request with Django's test client in one process, beside a view that does nothing.

    python -m bench.web [--home FOLDER] [--store WHERE] [--rounds 30]

Every round asks each page once, in turn; medians and quartiles of the CPU time, the number of calls to the store, bytes.  The agency
is a copy of FOLDER (agency.db, web.db and the log of a demonstration), or one founded for it: some weeks of all powers; with --store
it is the store WHERE as it is (filled by bench.fill), to which accounts are added: they stay with FOLDER, to be named again.  The
client and all middleware are in the figures, and so are they in the view that does nothing, through which every page is to be read.
A case page is asked twice: for a case that the worker has folded before, and for one that it has to read ("cold"); so is the panel of
an act, which a page asks for that was just shown.  The least of the rounds is printed beside the median: on a busy machine it says more.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from qingfeng.notary.place import FOLDER

SEARCHED = 60
"""So many open cases of each power are looked through for the one with the most events."""
OWN = ("case_handler", "section_head", "discipline_inspector")


def founded(home: Path) -> None:
    """Found a demonstration in a folder, in processes of their own: this one's memory is measured."""
    subprocess.run([sys.executable, "-m", "qingfeng", "demo", "--weeks", "4", "--no-drills", "--json"],
                   env=environment(home, None), check=True, stdout=subprocess.DEVNULL)  # fmt: skip
    prepared(home, None)


def prepared(home: Path, store: str | None) -> None:
    """Give an agency its accounts, if it has none yet, and the site its tables."""
    subprocess.run([sys.executable, "-m", "qingfeng.web", "--prepare"], env=environment(home, store), check=True)


class Counting:
    """A look at the store that counts what is asked of it."""

    def __init__(self, tx: Any, told: Counter[str]) -> None:
        self._tx, self._told = tx, told

    def __getattr__(self, name: str) -> Any:
        """Return a method that counts itself."""
        found = getattr(self._tx, name)
        if not callable(found):
            return found

        def counted(*args: Any, **more: Any) -> Any:
            self._told[name] += 1
            return found(*args, **more)

        return counted


def count_calls(store: Any, told: Counter[str]) -> Callable[[], None]:
    """Count the calls to a store from now on; return how to stop."""
    real = store.read

    @contextmanager
    def read() -> Iterator[Any]:
        with real() as tx:
            yield Counting(tx, told)

    store.read = read

    def stop() -> None:
        store.read = real

    return stop


def clients() -> dict[str, Any]:
    """Return a client signed in for each of the officers, second factor verified."""
    from django.test import Client
    from django_otp import DEVICE_ID_SESSION_KEY
    from django_otp.plugins.otp_totp.models import TOTPDevice

    from qingfeng.web.demo import SHOWN
    from qingfeng.web.models import Account

    made = {}
    for officer in OWN:
        user = Account.objects.get(username=SHOWN[officer])
        client = Client(SERVER_NAME="127.0.0.1")
        client.force_login(user, backend="qingfeng.web.signin.LoggedSecretBackend")
        session = client.session
        session[DEVICE_ID_SESSION_KEY] = TOTPDevice.objects.get(user=user).persistent_id
        session.save()
        made[officer] = client
    return made


def pages(office: Any, site: dict[str, Any]) -> dict[str, Callable[[], Any]]:
    """Return label -> request.  The case pages: of every power the open case with the most events that the handler may read."""
    handler, inspector = site["case_handler"], site["discipline_inspector"]
    with office.store.read() as tx:
        rows = [row for power in office.registry(tx).powers() for row in tx.case_rows(power=power, status="open", limit=SEARCHED)]
    most: dict[str, Any] = {}
    for row in rows:
        if row.seq > (most[row.power].seq if row.power in most else 0) and handler.get(f"/cases/{row.case}/").status_code == 200:
            most[row.power] = row
    told: dict[str, Callable[[], Any]] = {
        "a view that does nothing": lambda: handler.get("/nothing/"),
        "inbox": lambda: handler.get("/inbox/"),
        "list of cases, filtered": lambda: handler.get("/cases/?power=a000/penalty&status=open"),
        "findings board": lambda: inspector.get("/findings/"),
        "overview of supervision": lambda: inspector.get("/overview/"),
        "power, public": lambda: site["public"].get("/powers/a000/penalty/"),
    }
    for power, row in sorted(most.items()):
        told[f"case page {power} ({row.seq} events)"] = lambda row=row: handler.get(f"/cases/{row.case}/")  # type: ignore[misc]
    case = max(most.values(), key=lambda row: row.seq)
    act = _act_of(handler.get(f"/cases/{case.case}/").content.decode())
    if act:
        panel: dict[str, Any] = {"path": f"/cases/{case.case}/?act={act}", "headers": {"HX-Request": "true"}}
        told["fragment: the panel of an act"] = lambda: handler.get(**panel)
        told["cold fragment: the panel"] = lambda: _cold(office, handler, **panel)
    for power, row in sorted(most.items()):
        told[f"cold case page {power} ({row.seq})"] = lambda row=row: _cold(office, handler, f"/cases/{row.case}/")  # type: ignore[misc]
    told["fragment: the heat map"] = lambda: inspector.get("/overview/?power=a000/penalty", headers={"HX-Request": "true"})
    return told


def _cold(office: Any, client: Any, path: str, **more: Any) -> Any:
    office.forget_all()
    return client.get(path, **more)


def _act_of(text: str) -> str | None:
    found = text.partition("?act=")[2][:60]
    return found.split('"')[0].split("&")[0] or None


def nothing(request: Any) -> Any:
    """Answer with a word."""
    from django.http import HttpResponse

    return HttpResponse("nothing")


def measure(told: dict[str, Callable[[], Any]], rounds: int) -> dict[str, list[float]]:
    """Return CPU milliseconds per request, the first two rounds left out."""
    samples: dict[str, list[float]] = {label: [] for label in told}
    for n in range(rounds + 2):
        for label, ask in told.items():
            begin = time.process_time()
            answer = ask()
            took = (time.process_time() - begin) * 1000
            assert answer.status_code == 200, (label, answer.status_code)
            if n >= 2:
                samples[label].append(took)
    return samples


def environment(home: Path, store: str | None) -> dict[str, str]:
    """Return the variables under which the site over a folder, or over a store elsewhere, is served."""
    known = {name: value for name, value in os.environ.items() if name != "QINGFENG_AGENCY"}
    site = {"QINGFENG_HOME": str(home), "QINGFENG_DEMO": "1", "DJANGO_SETTINGS_MODULE": "qingfeng.web.settings"}
    return known | site | ({"QINGFENG_AGENCY": store} if store is not None else {})


def run(home: Path, rounds: int, store: str | None = None) -> None:
    """Measure over an agency, and print."""
    os.environ.pop("QINGFENG_AGENCY", None)
    os.environ |= environment(home, store)
    import django

    django.setup()
    from django.test import Client
    from django.urls import path

    from qingfeng.web import agency, urls

    urls.urlpatterns.append(path("nothing/", nothing))
    office = agency.office()
    site = {**clients(), "public": Client(SERVER_NAME="127.0.0.1")}
    told = pages(office, site)
    samples = measure(told, rounds)
    calls: Counter[str] = Counter()
    stop = count_calls(office.store, calls)
    print(f"{'':50}{'CPU ms':>8}  {'q1–q3':14}{'least':>7}{'store':>6}{'KB':>7}")
    for label, taken in samples.items():
        calls.clear()
        size = len(told[label]().content)
        q1, mid, q3 = statistics.quantiles(taken, n=4)
        print(f"{label:50}{mid:8.2f}  {f'({q1:.2f}–{q3:.2f})':14}{min(taken):7.2f}{calls.total():6}{size / 1024:7.1f}")
    stop()
    for kind in ("case page", "cold case page"):
        case = [statistics.median(taken) for label, taken in samples.items() if label.startswith(kind)]
        print(f"{kind}: median of all powers {statistics.median(case):.2f} ms, worst {max(case):.2f} ms")
    pages_held = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    print(f"memory of this worker: {pages_held * resource.getpagesize() / 2**20:.0f} MB now, "
          f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most")  # fmt: skip
    heavy = sorted({"duckdb", "ibis", "scipy", "pandas", "numpy"} & set(sys.modules))
    print(f"large libraries loaded: {', '.join(heavy) or 'none'}")


def main() -> None:
    """Measure in a folder that goes away."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--store")
    parser.add_argument("--rounds", type=int, default=30)
    options = parser.parse_args()
    with TemporaryDirectory(prefix="qingfeng-bench-", dir=".") as name:
        home = Path(name).absolute()
        if options.store is not None:
            home = options.home or home
            prepared(home, options.store)
        elif options.home is None:
            founded(home)
        else:
            for file in ("agency.db", "web.db"):
                with sqlite3.connect(options.home / file) as source, sqlite3.connect(home / file) as target:
                    source.backup(target)  # whole, whatever still stands in a journal beside the file
            for log in options.home.glob(f"{FOLDER}*"):  # tiles, head and key: without its log an agency lays nothing down
                shutil.copytree(log, home / log.name)
        run(home, options.rounds, options.store)


if __name__ == "__main__":
    main()
