"""How well the rules do on a simulated log: what they found against what was planted, rule by rule and misconduct by misconduct."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

BATCH = 10_000


@dataclass(slots=True)
class Score:
    """What came of one rule.  found: cases it found; planted: of these, such as commit any misconduct; meant: such as commit one that it
    ought to find; false: honest ones."""

    found: int = 0
    planted: int = 0
    meant: int = 0
    false: int = 0

    def plain(self) -> dict[str, Any]:
        """Return it as data.  precision: planted among found; None where nothing was found."""
        return {"found": self.found, "planted": self.planted, "meant": self.meant, "false": self.false,
                "precision": round(self.planted / self.found, 6) if self.found else None}  # fmt: skip


@dataclass(slots=True)
class Evaluation:
    """Everything that came of a log.  wrongs: misconduct -> outcome -> cases: `found` (by a rule that its drill names), `beside` (by
    another rule only), `blind` (not found, and of every rule named there is a part that the log cannot feed), `missed`."""

    cases: int
    honest: int
    rules: dict[str, Score] = field(default_factory=lambda: defaultdict(Score))
    wrongs: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    texts: dict[str, str] = field(default_factory=dict)
    honest_found: int = 0

    def total(self, outcome: str) -> int:
        """Return how many planted cases came to an outcome."""
        return sum(counts[outcome] for counts in self.wrongs.values())

    def plain(self) -> dict[str, Any]:
        """Return it as data.  recall: found among the planted that the log can show; recall_of_all: among all planted."""
        planted = sum(counts.total() for counts in self.wrongs.values())
        found, seen = self.total("found"), planted - self.total("blind")
        by_text: dict[str, Counter[str]] = defaultdict(Counter)
        for name, counts in self.wrongs.items():
            by_text[self.texts[name]].update(counts)
        return {
            "cases": self.cases, "honest": self.honest, "planted": planted, "found": found, "beside": self.total("beside"),
            "blind": self.total("blind"), "missed": self.total("missed"), "recall": round(found / seen, 6) if seen else None,
            "recall_of_all": round((found + self.total("beside")) / planted, 6) if planted else None, "false_cases": self.honest_found,
            "false_per_1000": round(1000 * self.honest_found / self.honest, 6) if self.honest else None,
            "misconducts": len(self.wrongs), "texts": {text: dict(counts) for text, counts in sorted(by_text.items())},
            "wrongs": {name: dict(counts) for name, counts in sorted(self.wrongs.items())},
            "rules": {name: score.plain() for name, score in sorted(self.rules.items())},
        }  # fmt: skip


def evaluate(
    findings: Path,
    labels: Iterable[Mapping[str, Any]],
    told: Sequence[Mapping[str, Any]],
    *,
    cases: int,
    across: Collection[str],
) -> Evaluation:
    """Compare what `Holding.judge` found with the labels.  told: its summary; across: rules that compare cases, which a multiplied log
    says nothing about; cases: of the log.  Raises OSError."""
    blind = {
        one["rule"].partition("#")[0]
        for one in told
        if one["rule"] in across or any(w["cases"] is None for w in one["why"])
    }
    able = {one["rule"].partition("#")[0] for one in told} - blind
    by_case: dict[str, set[str]] = defaultdict(set)
    with pq.ParquetFile(findings) as file:
        for batch in file.iter_batches(batch_size=BATCH, columns=["rule", "control", "case"]):
            for one in batch.to_pylist():
                if one["rule"] not in across:
                    by_case[one["case"]].add(one["control"])
    planted = {one["case"]: one for one in labels}
    said = Evaluation(cases, cases - len(planted))
    for case, rules in by_case.items():
        label = planted.get(case)
        said.honest_found += label is None
        for rule in rules:
            score = said.rules[rule]
            score.found += 1
            score.planted += label is not None
            score.meant += label is not None and rule in label["by"]
            score.false += label is None
    for case, label in planted.items():
        rules = by_case.get(case, set())
        outcome = (
            "found"
            if rules & set(label["by"])
            else "beside"
            if rules
            else "missed"
            if able & set(label["by"])
            else "blind"
        )
        said.wrongs[label["misconduct"]][outcome] += 1
        said.texts[label["misconduct"]] = label["text"]
    return said
