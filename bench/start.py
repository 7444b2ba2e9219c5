"""How long the program takes to start: whole processes, medians, beside an empty Python process of the same run.

    python -m bench.start [--rounds 15]
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory


def took(command: list[str], env: dict[str, str]) -> float:
    """Run a command that must succeed; return its wall time in seconds."""
    begin = time.perf_counter()
    subprocess.run(command, env=env, check=True, capture_output=True)
    return time.perf_counter() - begin


def main() -> None:
    """Found a demonstration agency, then start the program again and again."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    with TemporaryDirectory(prefix="qingfeng-bench-", dir=".") as name:
        env = {**os.environ, "QINGFENG_AGENCY": str(Path(name).absolute() / "agency.db")}
        ours = [sys.executable, "-m", "qingfeng"]
        print(f"demo month, founding included: {took([*ours, 'demo'], env):.1f} s", flush=True)
        commands = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "qingfeng --help": [*ours, "--help"],
            "qingfeng case inbox": [*ours, "case", "inbox", "--post", "case_handler"],
            "qingfeng case list": [*ours, "case", "list"],
            "qingfeng powers list": [*ours, "powers", "list"],
        }
        samples: dict[str, list[float]] = {label: [] for label in commands}
        for _ in range(options.rounds):
            for label, command in commands.items():
                samples[label].append(took(command, env))
        for label, taken in samples.items():
            q1, mid, q3 = statistics.quantiles(taken, n=4)
            print(f"{label:24}{mid:7.3f} s   ({q1:.3f}–{q3:.3f})")


if __name__ == "__main__":
    main()
