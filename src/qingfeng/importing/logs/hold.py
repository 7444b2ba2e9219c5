"""A canonical log held against a power: what each rule can see, then every case, with four outcomes and their denominators."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from qingfeng.catalogue.power import Power, PowerVersion
from qingfeng.detection.casefacts.decide import Answer, Common, Judge
from qingfeng.detection.casefacts.facts import Facts, Wall, wall_of
from qingfeng.detection.casefacts.plan import Plan, plan_of
from qingfeng.detection.doubt import doubted
from qingfeng.detection.evaluate import Log, World
from qingfeng.detection.foreign import Part, Verdict, blind, judge_case, version_of
from qingfeng.detection.lawful import returns
from qingfeng.detection.ties import both_ways
from qingfeng.facts.rows import ActRow, Outcome
from qingfeng.facts.rule import LateRule
from qingfeng.importing.casefacts.engines import Engine, facts_by
from qingfeng.importing.casefacts.fetch import Fetch
from qingfeng.importing.casefacts.rulings import FORMAT, Marks, Rulings, counted, digest_of, program, steady
from qingfeng.importing.casefacts.store import Kept
from qingfeng.importing.casefacts.table import case_names, facts_of
from qingfeng.importing.failure import ImportFailed
from qingfeng.terms.calendar import WorkCalendar
from qingfeng.terms.text import Text

from .canonical import QUIET, Canonical, Read
from .doubts import doubts_of
from .feed import all_parts, feed_of
from .mapping import Mapping_, zone_of
from .outcomes import Tally, finding_of, tally_of, written
from .stage import digest_of_file

AGENCY_ZONE = "Asia/Shanghai"
MAX_SHARED = 1_000_000
"""Acts held in memory for rules that compare cases; with more of them such a rule is not judged."""
SMALL = 20_000
"""Events below which facts cost more than they save."""
EVERY = 1_000
TOO_MANY = Text(zh="要同其他案件比较的动作过多", en="too many acts to compare across cases")
OUTCOMES: Mapping[int, tuple[Outcome, str]] = {
    Answer.NOT_APPLICABLE: (Outcome.NOT_APPLICABLE, ""), Answer.SATISFIED: (Outcome.SATISFIED, ""),
    Answer.EMPTY: (Outcome.NOT_EVALUABLE, "value"), Answer.DAY: (Outcome.NOT_EVALUABLE, "grain"),
    Answer.LACKS: (Outcome.NOT_EVALUABLE, ""),
}  # fmt: skip
"""What facts decide without a look at the acts; a violation is looked at for its evidence."""


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
        self._back: dict[str, frozenset[str]] = {}
        self._able: dict[str, list[tuple[Part, Text | None]]] = {}
        self._shared: Log | None = None
        self._common = Common()
        self._marks: Marks | None = None
        self._asked: Callable[[Part], bool] = lambda _: True
        self._settled: dict[str, Tally] = {}
        self.again: int | None = None
        """Cases that were judged again because records were added to them; None: all were."""
        self.asked: Counter[str] = Counter()
        """Cases of which a rule was asked by their facts; empty where facts were not used."""
        self.open: Counter[str] = Counter()
        """Of these, cases of which the facts settle nothing, so that their acts were gone through."""
        self._newest = self._judging(mapping.against or self.as_of) or power.versions[0]
        self.doubts = doubts_of(log, mapping, self._newest)

    def _judging(self, day: date) -> PowerVersion | None:
        return version_of(self.power.versions, self.mapping.against or day)

    def _tallies(self, version: PowerVersion) -> list[Tally]:
        found = self._parts.get(version.version)
        if found is None:
            found = self._parts[version.version] = self._blank(version)
        return found

    def _blank(self, version: PowerVersion) -> list[Tally]:
        found = self._able.get(version.version)
        if found is None:
            feed = feed_of(self.mapping, self.log)
            found = self._able[version.version] = [(part, blind(part, feed)) for part in all_parts(version, feed)]
        return [Tally(*one) for one in found]

    def coverage(self) -> list[Tally]:
        """Return every rule, why it cannot be judged or on how many cases its acts occur; nothing is judged yet."""
        told = [Tally(one.part, one.blind) for one in self._tallies(self._newest)]
        with duckdb.connect(":memory:", config={"memory_limit": "256MB", "threads": 2}) as db:
            db.execute(QUIET)
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

    def judge(
        self, findings: Path, *, engine: Engine | None = None, keep: bool = False, progress: Callable[[int], None] = lambda n: None
    ) -> list[Tally]:  # fmt: skip
        """Judge every case; write what is violated to a Parquet file; return the tallies.  Raises ImportFailed, OSError.

        engine: who computes the facts of the cases (None: a stream, for a small log nobody); whatever they leave open is judged by the
        acts themselves, so that all engines say the same.  keep: the facts stay beside the log; where they lie, no pass is needed.
        """
        if digest_of_file(self.log.path) != self.log.manifest["sha256"]:
            raise ImportFailed(Text(zh=f"{self.log.path.name}不是导入时写下的那个文件，被改动过；没有核对。请由原始日志重新导入。",
                                    en=f"{self.log.path.name} is not the file that the import wrote: it was changed.  Nothing was judged; "
                                       "import the original log again."))  # fmt: skip
        engine = engine or (Engine.EXACT if self.log.manifest["events"] < SMALL else Engine.STREAM)
        self._share()
        standing = None
        if engine is Engine.EXACT:
            found = self._all(progress)
        elif keep and engine is Engine.STREAM and self._until() is None:
            standing, found = self._by_rulings(progress)
        else:
            found = self._by_facts(engine, progress)
        beside = findings.with_suffix(".tmp")
        for _ in written(found, beside, standing):
            pass
        beside.replace(findings)
        return self.tallies()

    def plan(self, *, only: bool | None = None) -> Plan:
        """Return the facts that all rules need that can be judged.  only: those that are steady, or those that are not."""
        parts = [one.part for version in self._versions() for one in self._blank(version) if one.blind is None]
        parts = [part for part in parts if only is None or steady(part) is only]
        made = plan_of(parts, acts=self.mapping.acts, fields=frozenset(self.log.fields()), never_said=self.mapping.never_said)
        return made.with_(Plan(dict.fromkeys(self.doubts.opening, frozenset())))

    def wall(self) -> Wall:
        """Return the clock of the agency while the log was made."""
        first, last = self.log.manifest["first"], self.log.manifest["last"]
        return wall_of(self.zone, datetime.fromisoformat(first), datetime.fromisoformat(last)) if first else Wall((0,), (0,))

    def _versions(self) -> list[PowerVersion]:
        """The versions by which some case may be judged."""
        first, last = self.log.manifest["first"], self.log.manifest["last"]
        if self.mapping.against or not first:
            return [self._newest]
        days = [datetime.fromisoformat(one).astimezone(self.zone).date() for one in (first, last)]
        kept = [v for v in self.power.versions if v.in_force_from <= days[1]]
        since = max((v.in_force_from for v in kept if v.in_force_from <= days[0]), default=date.min)
        return [v for v in kept if v.in_force_from >= since] or [self._newest]

    def _all(self, progress: Callable[[int], None]) -> Iterator[dict[str, Any]]:
        for done, case in enumerate(self._cases(), 1):
            yield from self._one(case)
            if done % EVERY == 0:
                progress(done)

    def _until(self) -> int | None:
        """Return the last day that counts, as a number; None where that is the whole log."""
        last = self.log.manifest["last"]
        cut = last is not None and self.as_of < datetime.fromisoformat(last).astimezone(self.zone).date()
        return self.as_of.toordinal() if cut else None

    def _by_facts(self, engine: Engine, progress: Callable[[int], None]) -> Iterator[dict[str, Any]]:
        """Judge by facts what they decide, and by their acts the cases of which something is open or violated."""
        plan, wall, until, kept = self.plan(), self.wall(), self._until(), Kept(self.log)
        known = engine is Engine.STREAM and until is None and kept.covers(plan, wall)
        tables = kept.read(plan, wall) if known else facts_by(engine, self.log, plan, wall, until=until)
        yield from self._batches(tables, plan, wall, progress)

    def _by_rulings(self, progress: Callable[[int], None]) -> tuple[Any, Iterator[dict[str, Any]]]:
        """Return the findings that stand, and those of what is judged again because it may have changed; all is kept for the next time."""
        plans = {kind: self.plan(only=kind) for kind in (True, False)}
        wall, kept = self.wall(), Kept(self.log)
        kept.bring(plans[True].with_(plans[False]), wall)
        versions = self._versions()
        able = [one for version in versions for one in self._blank(version) if one.blind is None and steady(one.part)]
        told = [(one.part.name, one.part.rule, one.part.version.in_force_from) for one in able]
        words = [(version.in_force_from, version.words) for version in versions]
        tables = [self.world.calendar.table(year) for year in self.world.calendar.years]
        cut = (self.doubts.opening, self.doubts.cut_before, self.doubts.split)
        rulings = Rulings(self.log, digest_of(FORMAT, program(), self.mapping.digest, wall.since[1:], wall.east, told, words, tables, cut))
        touched = rulings.touched()
        self.again = None if touched is None else len(touched)
        names = {one.part.name: one.part for one in able}
        return rulings.found(touched), self._again(rulings, touched, names, plans, progress)

    def _again(
        self, rulings: Rulings, touched: Any | None, parts: Mapping[str, Part], plans: Mapping[bool, Plan], progress: Callable[[int], None]
    ) -> Iterator[dict[str, Any]]:
        wall, kept = self.wall(), Kept(self.log)
        totals, files = rulings.totals(sorted(parts), touched), rulings.place(touched)
        marks = self._marks = rulings.marks(sorted(parts), anew=touched is None)
        self._asked, cases = (lambda part: part.name in parts), 0
        schema = pa.schema([("case", pa.string()), *((part, pa.uint8()) for part in sorted(parts))])

        def judged(out: Any) -> Iterator[dict[str, Any]]:
            nonlocal cases
            for table in kept.read(plans[True], wall, only=touched):
                yield from self._batches([table], plans[True], wall, lambda n: None)
                said = marks.table().cast(schema)
                for part in parts:
                    totals[part].update(counted(said.column(part)))
                out.write_table(said)
                cases += table.num_rows
                progress(cases)

        with pq.ParquetWriter(files[0], schema, compression="zstd", write_statistics=["case"]) as out:
            yield from written(judged(out), files[1], rulings.found(touched))
        rulings.keep(marks, totals, touched, files, cases)
        self._marks, self._asked = None, lambda part: part.name not in parts
        self._settled = {name: tally_of(part, totals[name], marks.codes) for name, part in parts.items()}
        yield from self._batches(kept.read(plans[False], wall), plans[False], wall, lambda n: progress(cases + n))

    def _batches(self, tables: Iterable[Any], plan: Plan, wall: Wall, progress: Callable[[int], None]) -> Iterator[dict[str, Any]]:
        fetch, done = Fetch(self.log, self.zone, power=self.power.id), 0
        try:
            for table in tables:
                facts = facts_of(table, plan, self.log.schema, wall, self.power.id)
                if self._marks is not None:
                    self._marks.begin(facts.cases)
                left = self._decided(facts)
                names = case_names(facts, sorted(left))
                places = dict(zip(names, sorted(left), strict=True))
                for case in fetch.cases(names):
                    place = places[case[0].row.case]
                    yield from self._left([one for one in case if one.row.at.date() <= self.as_of], left[place], place)
                done += len(facts.began)
                progress(done)
        finally:
            fetch.close()

    def _mark(self, tally: Tally, where: Any, outcome: Outcome, why: str = "", *, on: bool = True) -> None:
        if self._marks is not None:
            self._marks.put(tally.part.name, where, on, outcome, why)

    def _decided(self, facts: Facts) -> dict[int, list[Tally]]:
        """Count what the facts of a batch decide; return the cases in which rules are open or violated (for the evidence)."""
        left: dict[int, list[Tally]] = {}
        days = facts.wall.day(facts.began)
        versions = {day: self._judging(date.fromordinal(day)) for day in np.unique(days).tolist()}
        for version in dict.fromkeys(versions.values()):
            mine = np.isin(days, [day for day, one in versions.items() if one is version])
            judge = Judge(facts, self.world, row_order=self.mapping.row_order, never_said=self.mapping.never_said, common=self._common)
            unclear = self.doubts.where(facts.cases, judge.done(self.doubts.opening), days)
            clear = mine & ~unclear
            for tally in (one for one in self._tallies(version or self._newest) if self._asked(one.part)):
                self._blinded(tally)
                if tally.blind is not None:
                    tally.outcomes[Outcome.NOT_EVALUABLE] += int(mine.sum())
                    continue
                on = judge.on(tally.part) & mine
                tally.cases += int(on.sum())
                if version is None:
                    tally.outcomes[Outcome.NOT_APPLICABLE] += int((mine & ~on).sum())
                    tally.outcomes[Outcome.NOT_EVALUABLE] += int(on.sum())
                    tally.why["version"] += int(on.sum())
                    self._mark(tally, mine & ~on, Outcome.NOT_APPLICABLE, on=False)
                    self._mark(tally, on, Outcome.NOT_EVALUABLE, "version")
                    continue
                said = judge.said(tally.part)
                self.asked[tally.part.name] += int(mine.sum())
                self.open[tally.part.name] += int((mine & ((said == Answer.OPEN) | unclear)).sum())
                for answer, n in zip(*(one.tolist() for one in np.unique(said[clear], return_counts=True)), strict=True):
                    if answer in OUTCOMES:
                        outcome, why = OUTCOMES[answer]
                        tally.outcomes[outcome] += n
                        tally.why.update({why: n} if why else {})
                        if self._marks is not None:
                            self._mark(tally, on & clear & (said == answer), outcome, why)
                            self._mark(tally, clear & ~on & (said == answer), outcome, why, on=False)
                for place in np.flatnonzero(mine & ((said == Answer.OPEN) | (said == Answer.VIOLATED) | unclear)).tolist():
                    left.setdefault(place, []).append(tally)
        return left

    def _left(self, case: Sequence[Read], tallies: Sequence[Tally], place: int) -> Iterator[dict[str, Any]]:
        """Judge one case by the rules that its facts did not settle."""
        version = self._judging(case[0].row.at.date())
        assert version is not None, "without a version nothing is left to judge"
        yield from self._exact(tallies, version, case, place)

    def _returns(self, version: PowerVersion) -> frozenset[str]:
        """Return the acts after which a limit may have begun anew without the log saying so."""
        found = self._back.get(version.version)
        if found is None:
            found = self._back[version.version] = returns(version, feed_of(self.mapping, self.log))
        return found

    def _blinded(self, tally: Tally) -> None:
        if tally.blind is None and tally.part.shares and self._shared is None:
            tally.blind = TOO_MANY

    def _exact(self, tallies: Sequence[Tally], version: PowerVersion, case: Sequence[Read], place: int = 0) -> Iterator[dict[str, Any]]:
        """Judge one case by its acts; count and mark what each rule says, return what is violated."""
        rows, whole = [one.row for one in case], [one.whole_day for one in case]
        never, acts = self.mapping.never_said, {row.act for row in rows}
        found = {tally.part.name: (tally.part, judge_case(
            tally.part, rows, whole, self.world, row_order=self.mapping.row_order, never_said=never,
            log=self._shared if tally.part.shares else None)) for tally in tallies}  # fmt: skip
        told = both_ways(found, rows, whole, self.world, never_said=never)
        doubt = self.doubts.of(rows[0].case, acts, rows[0].at.date())
        for tally in tallies:
            part, said = tally.part, told[tally.part.name]
            said = said if doubt is None else doubted(part, said, doubt, acts)
            if said.outcome is Outcome.VIOLATED and isinstance(part.rule, LateRule) and not self._returns(version).isdisjoint(acts):
                said = Verdict(Outcome.NOT_EVALUABLE, why="return")
            tally.outcomes[said.outcome] += 1
            self._mark(tally, place, said.outcome, said.why or "", on=part.on is None or not part.on.isdisjoint(acts))
            if said.why:
                tally.why[said.why] += 1
            for hit in said.hits if said.outcome is Outcome.VIOLATED else ():
                yield finding_of(part, version, rows[hit.seq - 1], hit.key)

    def tallies(self) -> list[Tally]:
        """Return the tallies of all versions together, one a rule."""
        whole: dict[str, Tally] = {}
        for one in (tally for found in (self._parts or {"": self._tallies(self._newest)}).values() for tally in found):
            if one.part.name in self._settled:
                whole[one.part.name] = self._settled[one.part.name]
                continue
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
        last = self.log.manifest["last"]
        whole = last is None or datetime.fromisoformat(last).astimezone(self.zone).date() <= self.as_of
        if whole and sum(one["events"] for act, one in self.log.manifest["acts"].items() if act in acts) > MAX_SHARED:
            return
        held: list[ActRow] = []
        for case in self._cases():
            held += [one.row for one in case if one.row.act in acts]
            if len(held) > MAX_SHARED:
                return
        self._shared = Log(held)

    def _one(self, case: Sequence[Read]) -> Iterator[dict[str, Any]]:
        rows = [one.row for one in case]
        version = self._judging(rows[0].at.date())
        acts = {row.act for row in rows}
        doubt, asked = self.doubts.of(rows[0].case, acts, rows[0].at.date()), list[Tally]()
        for tally in self._tallies(version or self._newest):
            part = tally.part
            self._blinded(tally)
            if tally.blind is not None:
                tally.outcomes[Outcome.NOT_EVALUABLE] += 1
                continue
            on = part.on is None or not part.on.isdisjoint(acts)
            tally.cases += on
            if not on and (version is None or doubt is None):
                tally.outcomes[Outcome.NOT_APPLICABLE] += 1
                continue
            if version is None:
                tally.outcomes[Outcome.NOT_EVALUABLE] += 1
                tally.why["version"] += 1
                continue
            asked.append(tally)
        if version is not None:
            yield from self._exact(asked, version, case)
