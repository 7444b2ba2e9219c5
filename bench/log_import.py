"""How long the import of a log takes, and how much memory: XES, beside the parser alone reading the same file in the same run.

Run: python -m bench.log_import --cases 130000 --rounds 3
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

ACTIVITIES = ("立案", "处罚", "喝茶", "告知", "送达", "缴款")
MAPPING = """
power: a000/penalty
columns: {case: "case:concept:name", activity: "concept:name", at: "time:timestamp", actor: "org:resource"}
activities: {立案: approve_case_opening, 处罚: decide_penalty, 喝茶: null, 告知: serve_prior_notice, 送达: serve_decision, 缴款: record_payment}
fields: {amount: {from: amount, kind: yuan}}
"""
GOAL_SECONDS, GOAL_MB = 20, 200
PARSER = "import sys; from lxml import etree; [e.clear() for _, e in etree.iterparse(sys.argv[1], tag='{*}trace')]"


def write(path: Path, cases: int) -> int:
    """Write a log; return its events."""
    rng, events = Random(1), 0
    with path.open("w", encoding="utf-8") as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n<log xes.version="1.0" xmlns="http://www.xes-standard.org/">\n')
        for case in range(cases):
            file.write(f'\t<trace>\n\t\t<string key="concept:name" value="A{case:06d}"/>\n')
            at = datetime(2026, 1, 1) + timedelta(minutes=rng.randrange(400_000))
            for n in range(rng.randrange(3, 8)):
                at += timedelta(hours=rng.randrange(1, 90))
                events += 1
                file.write(f'\t\t<event>\n\t\t\t<float key="amount" value="{rng.randrange(100, 9999)}.0"/>\n'
                           f'\t\t\t<string key="org:resource" value="{rng.randrange(500)}"/>\n'
                           f'\t\t\t<date key="time:timestamp" value="{at.isoformat()}+08:00"/>\n'
                           f'\t\t\t<string key="concept:name" value="{ACTIVITIES[n % 6]}"/>\n'
                           '\t\t\t<string key="lifecycle:transition" value="complete"/>\n\t\t</event>\n')  # fmt: skip
            file.write("\t</trace>\n")
        file.write("</log>\n")
    return events


def timed(*command: str) -> tuple[float, float, float]:
    """Return wall seconds, CPU seconds and peak memory in MB of a command."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    code = "import resource, runpy, sys; sys.argv = sys.argv[1:]; "
    code += "runpy.run_module('qingfeng', run_name='__main__')" if command[0] == "qingfeng" else PARSER.replace("import sys; ", "")
    peak = "import atexit, resource, sys; "
    peak += "atexit.register(lambda: print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)); "
    told = subprocess.run([sys.executable, "-c", peak + code, *command], capture_output=True, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - begun, cpu, int(told.stderr.split()[-1]) / 1024


def main() -> None:
    """Measure, and write a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=130_000)
    parser.add_argument("--rounds", type=int, default=3)
    said = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        log, mapping = Path(folder) / "log.xes", Path(folder) / "mapping.yaml"
        events = write(log, said.cases)
        mapping.write_text(MAPPING, encoding="utf-8")
        ours, peer = [], []
        for n in range(said.rounds):
            ours.append(timed("qingfeng", "log", "import", str(log), "--mapping", str(mapping), "--out", f"{folder}/out{n}"))
            peer.append(timed("parser", str(log)))
        print(f"{log.stat().st_size / 1e6:.0f} MB, {events:,} events, {said.rounds} rounds, medians (goal {GOAL_SECONDS} s, {GOAL_MB} MB)")
        for name, rounds in (("log import", ours), ("lxml alone", peer)):
            wall, cpu, memory = (statistics.median(one[i] for one in rounds) for i in range(3))
            print(f"{name:<12} wall {wall:6.1f} s   CPU {cpu:6.1f} s   {memory:5.0f} MB")
        print(f"ratio of CPU {statistics.median(a[1] / b[1] for a, b in zip(ours, peer, strict=True)):.1f}")


if __name__ == "__main__":
    main()
