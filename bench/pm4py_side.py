"""Side by side with pm4py on the same questions over the same log, loading counted on both sides: four eyes, eventually follows, Declare.

    python -m bench.pm4py_side --oracle .venv-oracle/bin/python [--events 300000] [--rounds 3] [--folder DIR]

pm4py runs in the environment of scripts/oracle.txt (`python3 -m venv .venv-oracle; .venv-oracle/bin/pip install --require-hashes -r
scripts/oracle.txt`) and reads a CSV of the log with pandas; ours reads the log as imported, and the import of that CSV is timed apart.
Each question is asked in a process of its own, by turns; medians.  Counts are of cases and have to be equal.  Exit code 1 if they are not.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.csv as pcsv
import pyarrow.parquet as pq

from qingfeng import wiring
from qingfeng.catalogue.power import PowerVersion
from qingfeng.detection.foreign import part_of
from qingfeng.facts.rows import Outcome
from qingfeng.facts.rule import Expr, GateRule, Gather, Op, R, Span, T, Take
from qingfeng.importing.logs.canonical import LOG, Canonical
from qingfeng.importing.logs.hold import Holding
from qingfeng.importing.logs.mapping import read_mapping
from qingfeng.importing.logs.outcomes import Tally
from qingfeng.importing.logs.source import source_of
from qingfeng.importing.logs.stage import import_log
from qingfeng.terms.calendar import WorkCalendar
from qingfeng.terms.text import Text

from .case_facts import ACTS, make, mapping_text, power

PEER = Path(__file__).with_name("pm4py_asks.py")
FOUR_EYES, FOLLOWS = ("register_lead", "pass_review"), ("serve_prior_notice", "decide_penalty")
GOALS = {"four_eyes": 5, "follows": 5, "declare": 50}
TITLE = Text(zh="同一问题", en="the same question")


def _none(act: str, span: Span) -> Expr:
    return Op("==", (Gather(take=Take.COUNT, acts=frozenset({act}), span=span), 0))


def asked(question: str, acts: list[str]) -> dict[str, GateRule]:
    """Return the rules of a question by name; a case violates one where pm4py counts it as a deviation."""
    if question == "four_eyes":
        same = Gather(take=Take.COUNT, acts=frozenset({FOUR_EYES[0]}), where=Op("==", (R("_actor"), T("_actor"))), span=Span.ALL)
        return {"same": GateRule(on=frozenset({FOUR_EYES[1]}), violated=Op(">", (same, 0)))}
    if question == "follows":
        return {"lacks": GateRule(on=frozenset({FOLLOWS[1]}), violated=_none(FOLLOWS[0], Span.BEFORE))}
    pairs = list(pairwise(acts))
    before = {f"precedence {a} {b}": GateRule(on=frozenset({b}), violated=_none(a, Span.BEFORE)) for a, b in pairs}
    return before | {f"response {a} {b}": GateRule(on=frozenset({a}), violated=_none(b, Span.AFTER)) for a, b in pairs}


class Asking(Holding):
    """A log held against the rules of a question alone."""

    question = ""

    def _blank(self, version: PowerVersion) -> list[Tally]:
        acts = [act for act in ACTS if act in self.mapping.acts]
        return [Tally(part_of(name, name, rule, version, title=TITLE), None) for name, rule in asked(self.question, acts).items()]


def ours(folder: Path, question: str) -> dict[str, int]:
    """Answer a question, every deviation with its evidence: cases by rule."""
    mapping = read_mapping((folder / "mapping.yaml").read_text(encoding="utf-8"), name="mapping.yaml")
    holding = Asking(Canonical(folder), mapping, power(), WorkCalendar(wiring.calendars()))
    holding.question = question
    with TemporaryDirectory(dir=folder) as place:
        told = holding.judge(Path(place) / "found.parquet")
    return {one.part.name: one.outcomes[Outcome.VIOLATED] for one in told} | {
        f"{one.part.name} judged": one.judged for one in told if question == "follows"}  # fmt: skip


def timed(command: list[str]) -> tuple[dict[str, int], float, float]:
    """Run one side; return its counts, its seconds, and those of the processor."""
    begun = time.perf_counter()
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    said = json.loads(done.stdout.splitlines()[-1])
    return said["counts"], time.perf_counter() - begun, said["cpu"]


def compare(folder: Path, oracle: str, rounds: int) -> bool:
    """Ask every question of both sides by turns; print; return True if all counts are equal."""
    equal = True
    csv = folder / "log.csv"
    acts = [act for act in ACTS if act in read_mapping(mapping_text(), name="mapping").acts]
    for question, goal in GOALS.items():
        mine, theirs = ([sys.executable, "-m", "bench.pm4py_side", "--ask", question, "--folder", str(folder)],
                        [oracle, str(PEER), question, str(csv), json.dumps([FOUR_EYES, FOLLOWS, acts])])  # fmt: skip
        runs = [(timed(mine), timed(theirs)) for _ in range(rounds)]
        counts = [side[0] for side in runs[0]]
        walls = [statistics.median(run[side][1] for run in runs) for side in (0, 1)]
        cpus = [statistics.median(run[side][2] for run in runs) for side in (0, 1)]
        unlike = {name: (counts[0].get(name), n) for name, n in counts[1].items() if counts[0].get(name) != n}
        equal &= not unlike
        print(f"{question}: ours {walls[0]:.2f} s ({cpus[0]:.2f} CPU), pm4py {walls[1]:.2f} s ({cpus[1]:.2f} CPU): "
              f"{walls[1] / walls[0]:.1f}x wall, {cpus[1] / cpus[0]:.1f}x CPU, goal {goal}x; "
              f"{len(counts[1])} counts, sum {sum(counts[1].values())}, unlike {unlike}")  # fmt: skip
    return equal


def main() -> int:
    """Read the options, make the log, compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--oracle", default=".venv-oracle/bin/python")
    parser.add_argument("--events", type=int, default=300_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--ask", choices=GOALS)
    said = parser.parse_args()
    if said.ask:
        begun = time.process_time()
        counts = ours(said.folder, said.ask)
        print(json.dumps({"counts": counts, "cpu": time.process_time() - begun}))
        return 0
    with TemporaryDirectory() as place:
        folder = said.folder or Path(place) / "log"
        if not folder.exists():
            make(folder, said.events)
        table = pq.read_table(folder / LOG, columns=["case", "act", "actor", "post", "at", "f_amount", "f_party"])
        names = ["case", "act", "actor", "post", "at", "amount", "party"]
        plain = pa.table([c.cast(pa.string()) if pa.types.is_dictionary(c.type) else c for c in table.columns], names=names)
        pcsv.write_csv(plain, folder / "log.csv")
        begun, cpu = time.perf_counter(), time.process_time()
        import_log(source_of(str(folder / "log.csv")), read_mapping(mapping_text(), name="mapping.yaml"), folder / "again")
        wall, cpu = time.perf_counter() - begun, time.process_time() - cpu
        print(f"{table.num_rows} events; import of the CSV, once: {wall:.1f} s ({cpu:.1f} CPU)")
        return 0 if compare(folder, said.oracle, said.rounds) else 1


if __name__ == "__main__":
    sys.exit(main())
