"""Findings of a foreign log as leads: the events that prove them, the risk points concerned, the map's level, and whom they concern.

A lead says what was seen, by which rule, how often that is so in this log; it accuses nobody.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from qingfeng.casework.actlog import PARTY
from qingfeng.casework.findings import level_of, risks_of
from qingfeng.casework.suspicions import words_of
from qingfeng.catalogue.power import Power, PowerVersion
from qingfeng.detection.foreign import Part, version_of
from qingfeng.detection.pattern import Verdict
from qingfeng.detection.patterns import discover
from qingfeng.terms.people import NOBODY
from qingfeng.terms.text import Text

from .canonical import PREFIX, QUIET, Canonical
from .feed import all_parts, feed_of
from .hold import AGENCY_ZONE
from .mapping import Mapping_, zone_of

MOST = 50
"""Events named as evidence of one lead."""
BATCH = 2_000
UNITS = ("org:group", "unit", "department", "单位", "部门", "科室", "承办单位")
"""Columns that usually name the unit, where none is said."""
EVENT = pa.struct([("case", pa.string()), ("row", pa.int64()), ("id", pa.string()), ("act", pa.string()), ("actor", pa.string()),
                   ("at", pa.string())])  # fmt: skip
RISK = pa.struct([("step", pa.string()), ("risk", pa.string()), ("text", pa.string())])
LEAD = pa.schema([
    ("rule", pa.string()), ("title_zh", pa.string()), ("title_en", pa.string()), ("power", pa.string()), ("version", pa.string()),
    ("level", pa.string()), ("case", pa.string()), ("row", pa.int64()), ("id", pa.string()), ("key", pa.string()), ("act", pa.string()),
    ("actor", pa.string()), ("post", pa.string()), ("at", pa.string()), ("party", pa.string()), ("unit", pa.string()),
    ("subject", pa.string()), ("officers", pa.list_(pa.string())), ("hits", pa.int64()), ("trials", pa.int64()), ("base", pa.float64()),
    ("judged", pa.int64()), ("found", pa.int64()), ("p", pa.float64()), ("adjusted", pa.float64()), ("risks", pa.list_(RISK)),
    ("evidence", pa.list_(EVENT)), ("zh", pa.string()), ("en", pa.string()),
])  # fmt: skip
"""row: of the foreign log, from 1; level: the map's; case … unit: of the act that shows it; subject, hits, trials, p, adjusted: of a
pattern; base: share among what was judged (a pattern: among peers); judged, found: cases (subjects) judged by the rule, and found."""


class Leads:
    """What makes leads of one log.  unit: the column that names the unit of an event, among those that nobody mapped."""

    def __init__(self, log: Canonical, mapping: Mapping_, power: Power, *, unit: str | None = None) -> None:
        self.log, self.mapping, self.power, self.unit = log, mapping, power, unit
        self.zone = zone_of(log.manifest["zone"] or AGENCY_ZONE)
        self._parties = [name for name in PARTY if name in set(log.fields())]
        self._parts: dict[str, dict[str, Part]] = {}

    def of_rules(self, findings: Path, told: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
        """Yield a lead for every finding of `Holding.judge`.  findings: its file; told: its summary, rule by rule.  Raises OSError."""
        rates = {one["rule"]: one for one in told}
        quoted = str(findings).replace("'", "''")
        found = self._rows(f'WHERE "case" IN (SELECT "case" FROM read_parquet(\'{quoted}\'))')
        cases = groupby(found, key=itemgetter("case"))
        case, rows = next(((name, list(held)) for name, held in cases), ("", []))
        for one in _stream(findings):
            while one["case"] != case:
                case, held = next(cases)
                rows = list(held)
            yield self._of_rule(one, rows, rates[one["rule"]])

    def _of_rule(
        self, one: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], rate: Mapping[str, Any]
    ) -> dict[str, Any]:
        shown = rows[one["seq"] - 1]
        version = self._version(rows[0])
        acts = self._part(version, one["rule"]).concerned
        beside = [row for row in rows if row is not shown and (acts is None or row["act"] in acts)]
        title = self._part(version, one["rule"]).title
        return {
            **self._who(shown, rows), "rule": one["rule"], "title_zh": title.zh, "title_en": title.en, "key": one["key"], "zh": one["zh"],
            "en": one["en"], "base": rate["base"], "judged": rate["violated"] + rate["satisfied"], "found": rate["violated"],
            "officers": [shown["actor"]] if shown["actor"] else [], "evidence": [_event(row) for row in (shown, *beside)[:MOST]],
            **self._map(version, one["control"]),
        }  # fmt: skip

    def of_patterns(self, verdicts: Iterable[Verdict]) -> Iterator[dict[str, Any]]:
        """Yield a lead for every suspicion; its evidence is named by the place in the file (`Surveying`)."""
        for verdict in verdicts:
            pattern = discover()[verdict.pattern]
            for one in verdict.found:
                places = [int(place) for _, _, place in (said.rpartition("#") for said in one.evidence)]
                rows = (
                    list(self._rows(f"WHERE file_row_number IN ({', '.join(str(n - 1) for n in places)})"))
                    if any(places)
                    else []
                )
                version = version_of(self.power.versions, self.mapping.against or self._day(rows[-1])) if rows else None
                words = words_of(pattern, one, NOBODY)
                beside = (
                    Text(zh=f"（{verdict.why.zh}）", en=f" ({verdict.why.en})")
                    if verdict.why is not None
                    else Text(zh="", en="")
                )
                yield {
                    "rule": pattern.rule, "title_zh": pattern.title.zh, "title_en": pattern.title.en, "subject": one.subject,
                    "officers": list(one.officers), "hits": one.hits, "trials": one.trials, "base": one.base, "p": one.p,
                    "adjusted": one.adjusted, "judged": verdict.judged, "found": len(verdict.found), "zh": words.zh + beside.zh,
                    "en": words.en + beside.en, "evidence": [_event(row) for row in rows[:MOST]],
                    "actor": one.officers[0] if len(one.officers) == 1 else None, "unit": self._unit(rows[-1]) if rows else None,
                    **self._map(version or self.power.versions[-1], pattern.rule),
                }  # fmt: skip

    def _map(self, version: PowerVersion, rule: str) -> dict[str, Any]:
        risks = [{"step": step, "risk": risk, "text": text} for step, risk, text in risks_of(version, rule)]
        return {"power": self.power.id, "version": version.version, "level": level_of(version, rule), "risks": risks}

    def _who(self, shown: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        party = next((row[PREFIX + name] for name in self._parties for row in rows if row[PREFIX + name]), None)
        return {
            **{key: shown[key] for key in ("case", "row", "id", "act", "actor", "post", "at")},
            "party": party,
            "unit": self._unit(shown),
        }

    def _unit(self, row: Mapping[str, Any]) -> str | None:
        extra = json.loads(row["extra"]) if row["extra"] else {}
        said = next((extra[name] for name in ((self.unit,) if self.unit else UNITS) if extra.get(name)), None)
        return None if said is None else str(said)

    def _day(self, row: Mapping[str, Any]) -> Any:
        return row["instant"].astimezone(self.zone).date()

    def _version(self, first: Mapping[str, Any]) -> PowerVersion:
        found = version_of(self.power.versions, self.mapping.against or self._day(first))
        return found if found is not None else self.power.versions[0]

    def _part(self, version: PowerVersion, rule: str) -> Part:
        if version.version not in self._parts:
            self._parts[version.version] = {part.name: part for part in all_parts(version, feed_of(self.mapping, self.log))}
        return self._parts[version.version][rule]

    def _rows(self, where: str) -> Iterator[dict[str, Any]]:
        """Yield rows of the log in its order: those of these cases, or in these places."""
        quoted = str(self.log.path).replace("'", "''")
        fields = "".join(f', "{PREFIX}{name}"' for name in self._parties)
        with duckdb.connect(":memory:", config={"memory_limit": "512MB", "threads": 2}) as db:
            db.execute(QUIET)
            reader = db.sql(f'SELECT "case", act::VARCHAR AS act, actor::VARCHAR AS actor, post::VARCHAR AS post, "at" AS instant, '
                            f'"row", id, extra{fields} '
                            f"FROM read_parquet('{quoted}', file_row_number = true) {where} ORDER BY file_row_number"
                            ).to_arrow_reader(BATCH)  # fmt: skip
            for batch in reader:
                for row in batch.to_pylist():
                    at = row["instant"].astimezone(self.zone)
                    yield row | {"at": at.isoformat(timespec="seconds" if at.microsecond == 0 else "microseconds")}


def _event(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: row[key] for key in ("case", "row", "id", "act", "actor", "at")}


def _stream(path: Path) -> Iterator[dict[str, Any]]:
    """Yield findings in order of cases, as the log has them."""
    quoted = str(path).replace("'", "''")
    with duckdb.connect(":memory:", config={"memory_limit": "512MB", "threads": 2}) as db:
        db.execute(QUIET)
        reader = db.sql(f"SELECT * FROM read_parquet('{quoted}') ORDER BY \"case\", rule, seq, key").to_arrow_reader(BATCH)
        for batch in reader:
            yield from batch.to_pylist()


def write_leads(path: Path, leads: Iterable[Mapping[str, Any]], *, log: Canonical) -> int:
    """Write leads as Parquet, whole or not at all; return how many.  The log that they come from is named in the file.  Raises OSError."""
    manifest = log.manifest
    origin = {
        "source": manifest["source"]["name"],
        "sha256": manifest["source"]["sha256"],
        "log": manifest["sha256"],
        "power": manifest["power"],
    }
    schema = LEAD.with_metadata({b"qingfeng.origin": json.dumps(origin, ensure_ascii=False).encode()})
    beside, done = path.with_name(path.name + ".tmp"), 0
    with pq.ParquetWriter(beside, schema, compression="zstd") as file:
        held: list[Mapping[str, Any]] = []
        for one in leads:
            held.append(one)
            done += 1
            if len(held) >= BATCH:
                file.write_table(pa.Table.from_pylist([dict(row) for row in held], schema=schema))
                held = []
        file.write_table(pa.Table.from_pylist([dict(row) for row in held], schema=schema))
    beside.replace(path)
    return done


def origin_of(path: Path) -> dict[str, str] | None:
    """Return the log from which a file of leads comes, None if it is no such file.  Raises OSError, pyarrow errors."""
    schema = pq.read_schema(path)
    said = (schema.metadata or {}).get(b"qingfeng.origin")
    if said is None or schema.names != LEAD.names:
        return None
    found: dict[str, str] = json.loads(said)
    return found


def roll_up(path: Path, log: Canonical, *, unit: str | None = None) -> list[dict[str, Any]]:
    """Return leads by officer, by party and by unit: how many leads, in how many cases, of how many cases that they had; the most first.

    path: a file of leads.  Numbers, no ranking of guilt: whoever works on more cases has more leads.
    """
    names = ", ".join(f"nullif(json_extract_string(extra, '$.\"{one}\"'), '')" for one in ((unit,) if unit else UNITS))
    parties = [f"nullif(\"{PREFIX}{name}\", '')" for name in PARTY if name in set(log.fields())]
    of = {
        "officer": "actor::VARCHAR",
        "party": f"coalesce({', '.join(parties)})" if parties else None,
        "unit": f"coalesce({names})",
    }
    told: list[dict[str, Any]] = []
    leads, events = (f"read_parquet('{str(one).replace(chr(39), chr(39) * 2)}')" for one in (path, log.path))
    with duckdb.connect(":memory:", config={"memory_limit": "512MB", "threads": 2}) as db:
        db.execute(QUIET)
        for kind, said in of.items():
            if said is None:
                continue
            mine = {"officer": f'SELECT unnest(officers) AS name, "case" FROM {leads}',
                    "party": f'SELECT party AS name, "case" FROM {leads}',
                    "unit": f'SELECT unit AS name, "case" FROM {leads}'}[kind]  # fmt: skip
            rows = db.execute(
                f'WITH mine AS (SELECT name, count(*) AS leads, count(DISTINCT "case") AS cases FROM ({mine}) '
                f'WHERE name IS NOT NULL GROUP BY 1), '
                f'whole AS (SELECT {said} AS name, count(DISTINCT "case") AS of FROM {events} GROUP BY 1) '
                "SELECT m.name, m.leads, m.cases, coalesce(w.of, 0) FROM mine m LEFT JOIN whole w USING (name) ORDER BY 2 DESC, 1"
            ).fetchall()
            told += [{"by": kind, "name": name, "leads": n, "cases_with_leads": cases, "cases": whole,
                      "share": round(cases / whole, 6) if whole else None} for name, n, cases, whole in rows]  # fmt: skip
    return told
