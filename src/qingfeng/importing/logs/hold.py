"""A canonical log held against a power: what each rule can see, then every case, with four outcomes and their denominators."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from qingfeng.catalogue.power import Power, PowerVersion
from qingfeng.controls import configure
from qingfeng.detection.evaluate import Log, World
from qingfeng.detection.foreign import Feed, Part, blind, judge_case, parts_of, version_of
from qingfeng.facts.rows import ActRow, Outcome
from qingfeng.importing.failure import ImportFailed
from qingfeng.terms.calendar import WorkCalendar
from qingfeng.terms.text import Text

from .canonical import Canonical, Read
from .mapping import Mapping_, zone_of

AGENCY_ZONE = "Asia/Shanghai"
MAX_SHARED = 1_000_000
"""Acts held in memory for rules that compare cases; with more of them such a rule is not judged."""
EVERY, BATCH = 1_000, 5_000
TOO_MANY = Text(zh="要同其他案件比较的动作过多", en="too many acts to compare across cases")
FINDING = pa.schema([("rule", pa.string()), ("control", pa.string()), ("case", pa.string()), ("seq", pa.int64()), ("key", pa.string()),
                     ("act", pa.string()),
                     ("actor", pa.string()), ("at", pa.string()), ("zh", pa.string()), ("en", pa.string())])  # fmt: skip


@dataclass(slots=True)
class Tally:
    """What one rule said.  blind: why it was not judged at all; cases: in which its acts occur; why: of those not evaluable."""

    part: Part
    blind: Text | None
    cases: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    why: Counter[str] = field(default_factory=Counter)

    @property
    def judged(self) -> int:
        """Cases of which the rule says violated or satisfied."""
        return self.outcomes[Outcome.VIOLATED] + self.outcomes[Outcome.SATISFIED]


def feed_of(mapping: Mapping_) -> Feed:
    """Return what a mapped log can say."""
    return Feed(acts=mapping.acts, fields=frozenset(mapping.fields), never_done=mapping.never_done, never_said=mapping.never_said,
                actor=mapping.actor is not None, post=mapping.post is not None, entered=mapping.entered is not None)  # fmt: skip


class Holding:
    """One log against one power.

    as_of: the day at whose end the log is read; what was done later has not happened yet.
    """

    def __init__(self, log: Canonical, mapping: Mapping_, power: Power, calendar: WorkCalendar, *, as_of: date | None = None) -> None:
        """Raises ImportFailed if log, mapping and power do not belong together."""
        if log.manifest["mapping"] != mapping.digest:
            raise ImportFailed(Text(zh="这个日志不是按这份映射导入的；请用导入时的映射，或者重新导入。",
                                    en="The log was imported with another mapping; use that one or import again."))  # fmt: skip
        if mapping.power != power.id:
            raise ImportFailed(Text(zh=f"映射是{mapping.power}的，不是{power.id}的。", en=f"The mapping is for {mapping.power}, not {power.id}."))
        self.log, self.mapping, self.power = log, mapping, power
        self.zone = zone_of(log.manifest["zone"] or AGENCY_ZONE)
        last = log.manifest["last"]
        self.as_of = as_of or (datetime.fromisoformat(last).astimezone(self.zone).date() if last else date.max)
        self.world = World(calendar, today=self.as_of)
        self._parts: dict[str, list[Tally]] = {}
        self._shared: Log | None = None
        self._newest = self._judging(mapping.against or self.as_of) or power.versions[0]

    def _judging(self, day: date) -> PowerVersion | None:
        return version_of(self.power.versions, self.mapping.against or day)

    def _tallies(self, version: PowerVersion) -> list[Tally]:
        found = self._parts.get(version.version)
        if found is None:
            feed = feed_of(self.mapping)
            found = self._parts[version.version] = [Tally(p, blind(p, feed)) for p in parts_of(configure(version), version)]
        return found

    def coverage(self) -> list[Tally]:
        """Return every rule, why it cannot be judged or on how many cases its acts occur; nothing is judged yet."""
        told = [Tally(one.part, one.blind) for one in self._tallies(self._newest)]
        with duckdb.connect(":memory:", config={"memory_limit": "256MB", "threads": 2}) as db:
            db.read_parquet(str(self.log.path)).create_view("log")
            known: dict[frozenset[str] | None, int] = {None: self.log.manifest["cases"]}
            for one in told:
                on = one.part.on
                if one.blind is None and on not in known:
                    assert on is not None, "a rule over all acts is known"
                    (known[on],) = db.execute('SELECT count(DISTINCT "case") FROM log WHERE list_contains(?, act::VARCHAR)',
                                              [sorted(on)]).fetchone() or (0,)  # fmt: skip
                one.cases = 0 if one.blind is not None else known[on]
        return told

    def judge(self, findings: Path, *, progress: Callable[[int], None] = lambda n: None) -> list[Tally]:
        """Judge every case; write what is violated to a Parquet file; return the tallies.  Raises OSError."""
        self._share()
        beside = findings.with_suffix(".tmp")
        with pq.ParquetWriter(beside, FINDING, compression="zstd") as file:
            held: list[dict[str, Any]] = []
            for done, case in enumerate(self._cases(), 1):
                held += self._one(case)
                if len(held) >= BATCH:
                    file.write_table(pa.Table.from_pylist(held, schema=FINDING))
                    held = []
                if done % EVERY == 0:
                    progress(done)
            file.write_table(pa.Table.from_pylist(held, schema=FINDING))
        beside.replace(findings)
        return self.tallies()

    def tallies(self) -> list[Tally]:
        """Return the tallies of all versions together, one a rule."""
        whole: dict[str, Tally] = {}
        for one in (tally for found in (self._parts or {"": self._tallies(self._newest)}).values() for tally in found):
            into = whole.setdefault(one.part.name, Tally(one.part, one.blind))
            into.cases += one.cases
            into.outcomes.update(one.outcomes)
            into.why.update(one.why)
        return list(whole.values())

    def _cases(self) -> Iterator[list[Read]]:
        for case in self.log.cases(self.zone, power=self.power.id):
            seen = [one for one in case if one.row.at.date() <= self.as_of]
            if seen:
                yield seen

    def _share(self) -> None:
        """Hold the acts that rules compare across cases, unless they are too many."""
        self._tallies(self._newest)
        wanted = [t for found in self._parts.values() for t in found if t.blind is None and t.part.shares]
        if not wanted or self._shared is not None:
            return
        acts = frozenset().union(*(t.part.concerned or self.mapping.acts for t in wanted))
        held: list[ActRow] = []
        for case in self._cases():
            held += [one.row for one in case if one.row.act in acts]
            if len(held) > MAX_SHARED:
                return
        self._shared = Log(held)

    def _one(self, case: Sequence[Read]) -> Iterator[dict[str, Any]]:
        rows, whole = [one.row for one in case], [one.whole_day for one in case]
        version = self._judging(rows[0].at.date())
        acts = {row.act for row in rows}
        for tally in self._tallies(version or self._newest):
            part = tally.part
            if tally.blind is None and part.shares and self._shared is None:
                tally.blind = TOO_MANY
            if tally.blind is not None:
                tally.outcomes[Outcome.NOT_EVALUABLE] += 1
                continue
            if part.on is not None and not part.on & acts:
                tally.outcomes[Outcome.NOT_APPLICABLE] += 1
                continue
            tally.cases += 1
            if version is None:
                tally.outcomes[Outcome.NOT_EVALUABLE] += 1
                tally.why["version"] += 1
                continue
            said = judge_case(part, rows, whole, self.world, row_order=self.mapping.row_order, never_said=self.mapping.never_said,
                              log=self._shared if part.shares else None)  # fmt: skip
            tally.outcomes[said.outcome] += 1
            if said.why:
                tally.why[said.why] += 1
            for hit in said.hits if said.outcome is Outcome.VIOLATED else ():
                yield _finding(part, version, rows[hit.seq - 1], hit.key)


def _finding(part: Part, version: PowerVersion, row: ActRow, key: str | None) -> dict[str, Any]:
    """Return one finding: what was seen and the rule; a lead, no verdict."""
    word = version.words[row.act].name if row.act in version.words else Text(zh=row.act, en=row.act)
    day, who = row.effective, row.actor
    zh = f"案件{row.case}：{day}{f'，{who}' if who else ''}“{word.zh}”，与规则“{part.title.zh}”不符，须核实。"
    en = f"Case {row.case}: “{word.en}” on {day}{f' by {who}' if who else ''} disagrees with the rule “{part.title.en}”; to be checked."
    return {"rule": part.name, "control": part.control, "case": row.case, "seq": row.seq, "key": key, "act": row.act, "actor": who,
            "at": row.at.replace(tzinfo=None).isoformat(), "zh": zh, "en": en}  # fmt: skip


def summary(tallies: Iterable[Tally], why: Mapping[str, Text]) -> list[dict[str, Any]]:
    """Return the tallies as data.  base: violated among the judged; null where none was judged."""
    return [{"rule": t.part.name, "title": {"zh": t.part.title.zh, "en": t.part.title.en}, "cases": t.cases,
             **{outcome.value: t.outcomes[outcome] for outcome in Outcome},
             "base": round(t.outcomes[Outcome.VIOLATED] / t.judged, 6) if t.judged else None,
             "why": [{"zh": t.blind.zh, "en": t.blind.en, "cases": None}] if t.blind else
             [{"zh": why[w].zh, "en": why[w].en, "cases": n} for w, n in t.why.most_common()]} for t in tallies]  # fmt: skip


def write_summary(path: Path, told: Sequence[Mapping[str, Any]]) -> None:
    """Write the outcomes of every rule beside the findings.  Raises OSError."""
    beside = path.with_suffix(".tmp")
    beside.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
    beside.replace(path)
