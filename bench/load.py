"""The site under load: so many requests a second, open-loop, against gunicorn with two workers over a filled store.

    python -m bench.load --store WHERE --home FOLDER [--rate 100] [--seconds 60] [--workers 2] [--postmaster PID] [--without KIND]

WHERE was filled by bench.fill; FOLDER keeps the accounts.  Requests are sent when they are due whether or not earlier ones were answered,
and timed from when they were due.  The mix: a third lists and inboxes, a third case pages (each time another case of the inbox,
which may mean a record that its file was read), the rest the board, the overview and fragments.  CPU of the workers is read from the
system before and after; with --postmaster the processes of that PostgreSQL server too.  What this client itself needs is told apart.
"""

from __future__ import annotations

import argparse
import http.client
import os
import re
import resource
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from random import Random

from .web import environment, prepared

TICK = os.sysconf("SC_CLK_TCK")
WARM = 10
"""Seconds of load before anything is counted."""
CLIENTS = 100
"""Threads that send: more requests than that are never under way at once."""
MIX = {"inbox": 18, "list, filtered": 15, "case page": 33, "findings board": 10, "overview": 4, "fragment: panel": 12, "fragment: heat": 8}


@dataclass(frozen=True, slots=True)
class Asked:
    """One request and what came of it; wait: from when it was due to the last byte, in seconds."""

    kind: str
    wait: float
    status: int
    size: int


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent."""

    kind: str
    path: str
    cookie: str
    fragment: bool


def signed_in(home: Path, store: str) -> dict[str, str]:
    """Return the session of each of three officers, as a cookie."""
    os.environ |= environment(home, store)
    import django

    django.setup()
    from .web import clients

    return {who: f"sessionid={client.session.session_key}" for who, client in clients().items()}


def requests(base: str, cookies: dict[str, str], seed: int, without: Sequence[str]) -> Iterator[Request]:
    """Yield requests in the proportions of MIX, forever; without: kinds left out."""
    rng = Random(seed)
    handler, head, inspector = cookies["case_handler"], cookies["section_head"], cookies["discipline_inspector"]
    cases = [(case, cookie) for cookie in (handler, head) for case in _cases(base, cookie)]
    rng.shuffle(cases)
    assert cases, "no case in any inbox"
    powers = sorted({case.rpartition("/")[0].rpartition("/")[0] for case, _ in cases})
    turns, panels = cycle(cases), {}
    kinds = [kind for kind, share in MIX.items() if kind not in without for _ in range(share)]
    while True:
        kind = rng.choice(kinds)
        power, (case, cookie) = rng.choice(powers), next(turns)
        if kind == "fragment: panel":
            if case not in panels:
                panels[case] = _act(base, case, cookie)
            path = f"/cases/{case}/?act={panels[case]}"
        else:
            path, cookie = {
                "inbox": ("/inbox/", cookie), "list, filtered": (f"/cases/?power={power}&status=open", cookie),
                "case page": (f"/cases/{case}/", cookie), "findings board": ("/findings/", inspector),
                "overview": ("/overview/", head), "fragment: heat": (f"/overview/?power={power}", inspector)}[kind]  # fmt: skip
        yield Request(kind, path, cookie, kind.startswith("fragment"))


def _get(base: str, path: str, cookie: str, *, fragment: bool = False) -> tuple[int, str]:
    connection = http.client.HTTPConnection(base, timeout=60)
    try:
        connection.request("GET", path, headers={"Cookie": cookie} | ({"HX-Request": "true"} if fragment else {}))
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def _cases(base: str, cookie: str) -> list[str]:
    status, text = _get(base, "/inbox/", cookie)
    assert status == 200, f"the inbox: {status}"
    found = list(dict.fromkeys(re.findall(r'href="/cases/([a-z0-9_/]+/[0-9]{4}/[0-9]+)/"', text)))
    return [case for case in found if _get(base, f"/cases/{case}/", cookie)[0] == 200]


def _act(base: str, case: str, cookie: str) -> str:
    found = re.search(r"\?act=([a-z_0-9]+)", _get(base, f"/cases/{case}/", cookie)[1])
    return found.group(1) if found else ""


def drive(base: str, wanted: Iterator[Request], *, rate: float, seconds: float) -> list[Asked]:
    """Send requests when they are due; return what came of them."""
    told: list[Asked] = []
    lock = threading.Lock()

    def ask(request: Request, due: float) -> None:
        status, text = _get(base, request.path, request.cookie, fragment=request.fragment)
        with lock:
            told.append(Asked(request.kind, time.perf_counter() - due, status, len(text.encode())))

    with ThreadPoolExecutor(CLIENTS) as threads:
        begin = time.perf_counter()
        for n in range(int(rate * seconds)):
            due = begin + n / rate
            request = next(wanted)
            time.sleep(max(0.0, due - time.perf_counter()))
            threads.submit(ask, request, due)
    return told


def family(pid: int) -> list[int]:
    """Return a process and its children."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        found += [int(child) for child in task.read_text(encoding="ascii").split()]
    return found


def cpu(pids: list[int]) -> float:
    """Return the CPU seconds that processes have used so far."""
    used = 0.0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        used += (int(fields[11]) + int(fields[12])) / TICK
    return used


def memory(pid: int) -> tuple[float, float]:
    """Return the resident memory of a process in MB: all of it, and with what it shares divided among those that share it."""
    said = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    whole, part = (int(said.partition(f"\n{name}:")[2].split()[0]) / 1024 for name in ("Rss", "Pss"))
    return whole, part


def report(told: list[Asked], seconds: float) -> None:
    """Print waiting times, by kind and over all."""
    print(f"{'':20}{'n':>6}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'KB':>7}  other than 200")
    for kind in [*MIX, "all"]:
        some = [one for one in told if kind in (one.kind, "all")]
        if len(some) > 1:
            cut = statistics.quantiles([one.wait * 1000 for one in some], n=100)
            bad = sum(one.status != 200 for one in some)
            size = statistics.median(one.size for one in some) / 1024
            print(f"{kind:20}{len(some):6}{cut[49]:9.1f}{cut[94]:9.1f}{cut[98]:9.1f}{size:7.1f}  {bad}")
    print(f"answered {len(told) / seconds:.1f} a second")


def measure(base: str, server: int, cookies: dict[str, str], options: argparse.Namespace) -> None:
    """Warm up, drive, print."""
    wanted = requests(base, cookies, 5, options.without)
    drive(base, wanted, rate=options.rate / 2, seconds=WARM)
    workers = family(server)[1:]
    helpers = family(options.postmaster) if options.postmaster else []
    before, beside, own = cpu(workers), cpu(helpers), resource.getrusage(resource.RUSAGE_SELF).ru_utime
    begin = time.perf_counter()
    told = drive(base, wanted, rate=options.rate, seconds=options.seconds)
    took = time.perf_counter() - begin
    report(told, took)
    print(f"CPU of the workers: {(cpu(workers) - before) / len(told) * 1000:.2f} ms a request", end="")
    print(f"; of the database: {(cpu(helpers) - beside) / len(told) * 1000:.2f} ms" if helpers else "", end="")
    print(f"; of this client: {(resource.getrusage(resource.RUSAGE_SELF).ru_utime - own) / len(told) * 1000:.2f} ms")
    held = [memory(pid) for pid in (server, *workers)]
    print(f"memory of the server and its workers: {', '.join(f'{whole:.0f} MB' for whole, _ in held)}; what they share divided among "
          f"them: {', '.join(f'{part:.0f} MB' for _, part in held)}, in all {sum(part for _, part in held):.0f} MB")  # fmt: skip
    print(f"load of the machine: {' '.join(f'{one:.1f}' for one in os.getloadavg())} on {os.cpu_count()} cores")


def main() -> None:
    """Serve, drive, stop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", required=True)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--rate", type=float, default=100)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--port", type=int, default=8287)
    parser.add_argument("--postmaster", type=int)
    parser.add_argument("--without", action="append", default=[], choices=sorted(MIX), help="leave a kind of request out")
    options = parser.parse_args()
    home, base = options.home.absolute(), f"127.0.0.1:{options.port}"
    prepared(home, options.store)
    cookies = signed_in(home, options.store)
    command = [sys.executable, "-m", "qingfeng.web", "--bind", base, "--workers", str(options.workers)]
    server = subprocess.Popen(command, env=environment(home, options.store), stdout=subprocess.DEVNULL)
    try:
        for _ in range(300):
            try:
                _get(base, "/sign-in/", "")
                break
            except OSError:
                time.sleep(0.2)
        measure(base, server.pid, cookies, options)
    finally:
        server.terminate()
        server.wait(timeout=60)


if __name__ == "__main__":
    main()
