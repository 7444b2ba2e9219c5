"""OCEL 2.0 written (JSON, XML, SQLite), as https://www.ocel-standard.org tells it.

Objects are cases, officers and parties.  An act is related to one case, to the officer who did it and to its party, one of each at most,
so that a reader who spreads events over objects counts nothing twice; who else works on a case is told from object to object.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from lxml import etree

from .mapping import Kind
from .outgoing import ACTOR, ENTERED, POST, SEQ, VERSION, Going, Leaving, written

TYPES: Mapping[str, Mapping[str, str]] = {"case": {"power": "string"}, "officer": {}, "party": {}}
QUALIFIERS = {"case": "of", "officer": "by", "party": "about"}
SEVERAL = ("officers", "members")
"""Fields that name who else took part."""
BATCH = 5_000


def types_of(what: Leaving) -> dict[str, dict[str, str]]:
    """Return the attributes of every type of event (an act of ours) with their kinds."""
    own = {ENTERED: "time", ACTOR: "string", POST: "string", SEQ: "integer", VERSION: "string"}
    found: dict[str, dict[str, str]] = {act: dict(own) for act in what.acts}
    for version in what.versions:
        for act, word in version.words.items():
            for field in word.fields:
                found[act][field.id] = "integer" if what.kinds.get(field.id) in (Kind.NUMBER, Kind.FEN) else "string"
    return found


def attributes_of(one: Going) -> dict[str, Any]:
    """Return what an act says: whole numbers as such, all else as text."""
    own = {ENTERED: _when(one.entered), ACTOR: one.actor, POST: one.post, SEQ: one.seq, VERSION: one.version}
    said = {name: value if isinstance(value, int) else written(value) for name, value in one.said.items()}
    return {name: value for name, value in {**own, **said, **one.beside}.items() if value is not None}


def related(one: Going) -> dict[str, str]:
    """Return the object of each type to which an act is related."""
    found = {"case": one.case}
    if one.actor is not None:
        found["officer"] = f"officer:{one.actor}"
    if one.party is not None:
        found["party"] = f"party:{one.party}"
    return found


def around(case: list[Going]) -> dict[str, str]:
    """Return the objects with which a case has to do, and how: officers that work on it, parties that it is about."""
    found: dict[str, str] = {}
    for one in case:
        mates = [str(who) for name in SEVERAL for who in one.said.get(name) or ()]
        for who in (*([one.actor] if one.actor is not None else []), *mates):
            found.setdefault(f"officer:{who}", "worked on by")
        if one.party is not None:
            found.setdefault(f"party:{one.party}", "about")
    return found


def _when(at: Any) -> str:
    return str(at.isoformat(timespec="microseconds"))


class _Objects:
    """Who was met: officers and parties, each once."""

    def __init__(self) -> None:
        self.met: dict[str, str] = {}

    def add(self, named: Iterable[str]) -> None:
        for name in named:
            self.met.setdefault(name, name.partition(":")[0])


def write_ocel_json(path: Path, what: Leaving, cases: Iterable[list[Going]]) -> int:
    """Write the JSON form; objects wait in a file of their own until all events are written."""
    done, met = 0, _Objects()
    with path.open("w", encoding="utf-8") as out, TemporaryFile("w+", encoding="utf-8") as waiting:
        kinds = {"objectTypes": TYPES, "eventTypes": types_of(what)}
        for key, types in kinds.items():
            out.write("{" if key == "objectTypes" else ",\n")
            listed = [
                {"name": name, "attributes": [{"name": n, "type": t} for n, t in said.items()]}
                for name, said in types.items()
            ]
            out.write(f"{_json(key)}: {_json(listed)}")
        out.write(',\n"events": [')
        objects = _Listed(waiting)
        events = _Listed(out)
        for case in cases:
            beside = around(case)
            met.add(beside)
            objects.add({"id": case[0].case, "type": "case", "attributes": [_power(case, what)],
                         "relationships": [{"objectId": name, "qualifier": how} for name, how in beside.items()]})  # fmt: skip
            for one in case:
                events.add(
                    {
                        "id": one.id,
                        "type": one.act,
                        "time": _when(one.at),
                        "attributes": [{"name": name, "value": value} for name, value in attributes_of(one).items()],
                        "relationships": [
                            {"objectId": name, "qualifier": QUALIFIERS[kind]} for kind, name in related(one).items()
                        ],
                    }
                )
            done += len(case)
        for name, kind in met.met.items():
            objects.add({"id": name, "type": kind, "attributes": [], "relationships": []})
        out.write('],\n"objects": [')
        waiting.seek(0)
        out.writelines(iter(lambda: waiting.read(1 << 20), ""))
        out.write("]}\n")
    return done


def _power(case: list[Going], what: Leaving) -> dict[str, str]:
    return {"name": "power", "time": _when(case[0].at), "value": what.power}


class _Listed:
    """Items of a list, one a line."""

    def __init__(self, file: IO[str]) -> None:
        self.file, self.first = file, True

    def add(self, item: Mapping[str, Any]) -> None:
        self.file.write(("" if self.first else ",") + "\n" + _json(item))
        self.first = False


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def write_ocel_xml(path: Path, what: Leaving, cases: Iterable[list[Going]]) -> int:
    """Write the XML form: objects come before events, so events wait in a file of their own."""
    with path.open("wb") as file, TemporaryFile() as waiting, etree.xmlfile(file, encoding="utf-8") as out:
        out.write_declaration()
        with out.element("log"):
            out.write(_types("object", TYPES), pretty_print=True)
            out.write(_types("event", types_of(what)), pretty_print=True)
            with out.element("objects"):
                done = _objects(out, waiting, what, cases)
            with out.element("events"):
                waiting.seek(0)
                for event in _elements(waiting):
                    out.write(event)
    return done


def _objects(out: Any, waiting: IO[bytes], what: Leaving, cases: Iterable[list[Going]]) -> int:
    """Write every object; put the events by; return how many these are."""
    done, met = 0, _Objects()
    for case in cases:
        beside = around(case)
        met.add(beside)
        made = etree.Element("object", id=case[0].case, type="case")
        power = etree.SubElement(
            etree.SubElement(made, "attributes"), "attribute", name="power", time=_when(case[0].at)
        )
        power.text = what.power
        _relate(made, beside)
        out.write(made, pretty_print=True)
        waiting.writelines(etree.tostring(_event(one), encoding="utf-8") + b"\n" for one in case)
        done += len(case)
    for name, kind in met.met.items():
        made = etree.Element("object", id=name, type=kind)
        etree.SubElement(made, "attributes")
        out.write(made, pretty_print=True)
    return done


def _elements(waiting: IO[bytes]) -> Iterator[Any]:
    parser = etree.XMLPullParser(events=("end",), tag="event", resolve_entities=False, no_network=True)
    parser.feed(b"<events>")
    for line in waiting:
        parser.feed(line)
        for _, element in parser.read_events():
            element.tail = "\n"
            yield element
            element.getparent().remove(element)


def _types(what: str, types: Mapping[str, Mapping[str, str]]) -> Any:
    found = etree.Element(f"{what}-types")
    for name, said in types.items():
        one = etree.SubElement(etree.SubElement(found, f"{what}-type", name=name), "attributes")
        for attribute, kind in said.items():
            etree.SubElement(one, "attribute", name=attribute, type=kind)
    return found


def _event(one: Going) -> Any:
    made = etree.Element("event", id=one.id, type=one.act, time=_when(one.at))
    said = etree.SubElement(made, "attributes")
    for name, value in attributes_of(one).items():
        etree.SubElement(said, "attribute", name=name).text = str(value)
    _relate(made, {name: QUALIFIERS[kind] for kind, name in related(one).items()})
    return made


def _relate(element: Any, to: Mapping[str, str]) -> None:
    objects = etree.SubElement(element, "objects")
    for name, how in to.items():
        etree.SubElement(objects, "relationship", {"object-id": name, "qualifier": how})


def write_ocel_sqlite(path: Path, what: Leaving, cases: Iterable[list[Going]]) -> int:
    """Write the SQLite form; the order of the rows of `event` is the order of work."""
    types, done = types_of(what), 0
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA journal_mode = OFF")  # an unfinished file never gets its name
        _tables(db, types)
        met = _Objects()
        for case in cases:
            beside = around(case)
            met.add(beside)
            db.execute("INSERT INTO object VALUES (?, 'case')", (case[0].case,))
            db.execute("INSERT INTO object_case VALUES (?, ?, NULL, ?)", (case[0].case, _when(case[0].at), what.power))
            db.executemany(
                "INSERT INTO object_object VALUES (?, ?, ?)",
                [(case[0].case, name, how) for name, how in beside.items()],
            )
            for one in case:
                _insert(db, one, types[one.act])
            done += len(case)
        for name, kind in met.met.items():
            db.execute("INSERT INTO object VALUES (?, ?)", (name, kind))
            db.execute(f"INSERT INTO object_{kind} VALUES (?, ?, NULL)", (name, "1970-01-01T00:00:00+00:00"))
        db.commit()
    return done


def _tables(db: sqlite3.Connection, types: Mapping[str, Mapping[str, str]]) -> None:
    held = {"integer": "INTEGER"}
    db.execute("CREATE TABLE event (ocel_id TEXT PRIMARY KEY, ocel_type TEXT NOT NULL)")
    db.execute("CREATE TABLE object (ocel_id TEXT PRIMARY KEY, ocel_type TEXT NOT NULL)")
    db.execute("CREATE TABLE event_object (ocel_event_id TEXT, ocel_object_id TEXT, ocel_qualifier TEXT, "
               "PRIMARY KEY (ocel_event_id, ocel_object_id, ocel_qualifier))")  # fmt: skip
    db.execute("CREATE TABLE object_object (ocel_source_id TEXT, ocel_target_id TEXT, ocel_qualifier TEXT, "
               "PRIMARY KEY (ocel_source_id, ocel_target_id, ocel_qualifier))")  # fmt: skip
    for what, known in (("event", types), ("object", TYPES)):
        db.execute(f"CREATE TABLE {what}_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT NOT NULL)")
        db.executemany(f"INSERT INTO {what}_map_type VALUES (?, ?)", [(name, name) for name in known])
        for name, said in known.items():
            more = "" if what == "event" else ", ocel_changed_field TEXT"
            key = "TEXT PRIMARY KEY" if what == "event" else "TEXT"
            columns = "".join(f', "{attribute}" {held.get(kind, "TEXT")}' for attribute, kind in said.items())
            db.execute(f'CREATE TABLE "{what}_{name}" (ocel_id {key}, ocel_time TEXT{more}{columns})')


def _insert(db: sqlite3.Connection, one: Going, types: Mapping[str, str]) -> None:
    said = attributes_of(one)
    assert said.keys() <= types.keys(), "an act says what its word knows"
    db.execute("INSERT INTO event VALUES (?, ?)", (one.id, one.act))
    marks = ", ".join("?" for _ in range(len(types) + 2))
    db.execute(
        f'INSERT INTO "event_{one.act}" VALUES ({marks})', (one.id, _when(one.at), *(said.get(name) for name in types))
    )
    db.executemany(
        "INSERT INTO event_object VALUES (?, ?, ?)",
        [(one.id, name, QUALIFIERS[kind]) for kind, name in related(one).items()],
    )
