"""What goes out of our own store comes back by our own importers as it was, in every form."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, timedelta
from pathlib import Path
from random import Random
from typing import Any
from unicodedata import category

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from qingfeng.importing.failure import ImportFailed
from qingfeng.importing.logs.canonical import LOG, Canonical
from qingfeng.importing.logs.mapping import Kind, read_mapping
from qingfeng.importing.logs.outgoing import Going, going, leaving, mapping_text
from qingfeng.importing.logs.source import source_of
from qingfeng.importing.logs.stage import import_log
from qingfeng.importing.logs.values import Odd, field_value, table_text
from qingfeng.importing.logs.writers import FORMS, form_of, mapped_as, write_canonical, write_log

from .leaving_kit import POWER, act, agency, what

ENDINGS = [".parquet", ".xes", ".xes.gz", ".jsonocel", ".xmlocel", ".sqlite"]
Cases = list[list[Going]]


@pytest.fixture(scope="module")
def record() -> Cases:
    with agency() as office, office.store.read() as tx:
        return list(going(tx, leaving(office, office.registry(tx), POWER)))


def back(cases: Cases, ending: str, folder: Path) -> list[dict[str, Any]]:
    """Write cases in a form, import them, return the rows of the canonical log without what nobody mapped."""
    path, into = folder / f"log{ending}", folder / "back"
    form = form_of(path)
    assert write_log(path, form, what(), cases) == sum(map(len, cases))
    mapping = read_mapping(mapping_text(what(), mapped_as(form)), name="mapping")
    told = import_log(source_of(str(path)), mapping, into)
    assert told["quarantined"] == {}
    assert told["unmapped"] == {}
    return rows(into / LOG)


def rows(path: Path) -> list[dict[str, Any]]:
    """Return a canonical log as rows, what is null left out."""
    table: pa.Table = pq.read_table(path).drop_columns(["extra"])
    return [{key: value for key, value in row.items() if value is not None} for row in table.to_pylist()]


def expected(cases: Cases) -> list[dict[str, Any]]:
    """Return the rows that the canonical log shall hold, from the acts alone."""
    found = []
    for row, one in enumerate((one for case in cases for one in case), 1):
        said = {f"f_{name}": value for name, value in one.said.items()}
        found.append({"case": one.case, "act": one.act, "actor": one.actor, "post": one.post, "at": one.at, "offset": 480,
                      "whole_day": False, "entered": one.entered, "row": row, "id": one.id, **said})  # fmt: skip
    found.sort(key=lambda row: (row["case"], row["at"], row["row"]))
    return [{key: value for key, value in row.items() if value is not None} for row in found]


def same(one: list[dict[str, Any]], other: list[dict[str, Any]]) -> None:
    for mine, theirs in zip(one, other, strict=True):
        assert mine == theirs


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_record_comes_back_as_it_was(record: Cases, ending: str, tmp_path: Path) -> None:
    assert sum(map(len, record)) > 100
    same(back(record, ending, tmp_path), expected(record))


def test_the_canonical_log_itself_is_the_same(record: Cases, tmp_path: Path) -> None:
    told = write_canonical(tmp_path / "log", what(), record)
    assert (told["cases"], told["events"]) == (len(record), sum(map(len, record)))
    same(rows(tmp_path / "log" / LOG), expected(record))
    assert sorted(one.name for one in (tmp_path / "log").iterdir()) == [
        "log.parquet",
        "manifest.json",
        "mapping.yaml",
        "quarantine.jsonl",
    ]


AWKWARD = [
    "a;b",
    '["x"]',
    "[急]",
    "；",
    "头\n第二行",
    "a\tb",
    '"',
    "<&>'",
    "\u00a0x",
    "😀",
    "\u200f右",
    "null",
    "NaN",
    "0",
    "True",
    "=1+1",
    "，",
]


def odd_words(rng: Random) -> str:
    """Return a text of signs from anywhere but the control characters, which XML cannot say; blank ends are no text of ours."""
    signs = [
        chr(rng.choice((rng.randrange(33, 0x2FF), rng.randrange(0x3000, 0xD7FF), rng.randrange(0x10000, 0x1FFFF))))
        for _ in range(9)
    ]
    return "".join(one for one in signs if category(one) not in ("Cc", "Cn", "Cs", "Co")).strip() or "空"


@pytest.mark.parametrize("ending", ENDINGS)
def test_awkward_words_come_back_as_they_were(ending: str, tmp_path: Path) -> None:
    rng = Random(7)
    texts = AWKWARD + [odd_words(rng) for _ in range(150)]
    case = [
        act("c/1", n, "register_lead", summary=text, allegations=rng.sample(texts, n % 4))
        for n, text in enumerate(texts, 1)
    ]
    case += [act("c/1", len(case) + 1 + n, "record_payment", amount=sum_) for n, sum_ in enumerate((0, 1, 10**14))]
    same(back([case], ending, tmp_path), expected([case]))


@pytest.mark.parametrize("ending", ENDINGS)
def test_acts_of_one_instant_keep_their_order(ending: str, tmp_path: Path) -> None:
    case = [
        act("c/1", n, name)
        for n, name in enumerate(("register_lead", "close_case", "approve_case_opening", "archive_file"), 1)
    ]
    tied = [Going(**{**{key: getattr(one, key) for key in Going.__slots__}, "at": case[0].at}) for one in case]
    assert [row["act"] for row in back([tied], ending, tmp_path)] == [one.act for one in case]


def test_what_a_form_cannot_hold_is_said_and_leaves_no_file(tmp_path: Path) -> None:
    case = [act("c/1", 1, "register_lead", summary="响铃\x07")]
    with pytest.raises(ImportFailed, match="parquet"):
        write_log(tmp_path / "log.xes", "xes", what(), [case])
    assert list(tmp_path.iterdir()) == []
    assert back([case], ".parquet", tmp_path)[0]["f_summary"] == "响铃\x07"
    with pytest.raises(ImportFailed, match=r"\.xes"):
        form_of(tmp_path / "log.doc")


def test_every_ending_has_a_form(tmp_path: Path) -> None:
    assert {form_of(tmp_path / f"Log{ending.upper()}") for ending in FORMS} == set(FORMS.values())


def test_tables_are_sent_as_json_and_the_back_entry_stays(record: Cases, tmp_path: Path) -> None:
    late = [act("c/1", 1, "propose_case_opening")]
    late[0] = Going(**{**{key: getattr(late[0], key) for key in Going.__slots__}, "entered": late[0].at + timedelta(days=9),
                       "beside": {"standard": '{"fact": "met"}'}, "party": "某店"})  # fmt: skip
    write_log(tmp_path / "log.sqlite", "ocel_sqlite", what(), [late])
    with closing(sqlite3.connect(tmp_path / "log.sqlite")) as db:
        assert db.execute("SELECT ocel_id, ocel_type FROM object ORDER BY 1").fetchall() == [
            ("c/1", "case"), ("officer:case_handler", "officer"), ("party:某店", "party")]  # fmt: skip
    (row,) = back([late], ".jsonocel", tmp_path)
    assert row["entered"] - row["at"] == timedelta(days=9)


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_table_comes_back_as_rules_read_it(ending: str, tmp_path: Path) -> None:
    table = {"b": 3, "a": "met；甲"}
    one = act("c/1", 1, "propose_case_opening", standard=table_text(table))
    back([[one]], ending, tmp_path)
    (case,) = Canonical(tmp_path / "back").cases(UTC, power=POWER)
    assert case[0].row.data == {"standard": table}


@pytest.mark.parametrize("written", ["[1]", "{", '{"a": 1.5}', '{"a": [1]}', '{"a": true}', "7", "[" * 5000])
def test_what_is_no_table_is_put_aside(written: str) -> None:
    with pytest.raises(Odd):
        field_value(written, Kind.TABLE)
