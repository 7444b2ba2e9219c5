"""A checker written from the documents alone, in another language: it takes what an agency hands out, and refuses what anybody bent.

`check.mjs` shares no code and no library with the system; Node runs it.  Where Node is not installed these tests say so and are skipped.
"""

from __future__ import annotations

import json
import secrets
import shutil
import subprocess
from contextlib import closing
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

from qingfeng.cli import agency as edge
from qingfeng.cli.insider import SIGNER
from qingfeng.draw.run import withdraw
from qingfeng.ledger.checkpoint import Checkpoint, signed_checkpoint
from qingfeng.ledger.entry import Sealed, seal
from qingfeng.ledger.merkle import leaf_hash, root_of
from qingfeng.ledger.proof import Proof
from qingfeng.ledger.receipt import packed
from qingfeng.ledger.tiles import Tree, grown
from qingfeng.store.sqlite import SqliteStore
from qingfeng.terms.instants import LOCAL
from tests.cli.log_kit import SYSTEM, Desk, Office, found
from tests.draw.sample import drawn
from tests.draw.test_mutations import mutated, places, written

TOP = Path(__file__).parents[2]
CHECKER = Path(__file__).with_name("check.mjs")
NODE = shutil.which("node")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(NODE is None, reason="Node is not installed on this machine")]


def checked(*args: str | Path) -> tuple[int, dict[str, Any]]:
    done = subprocess.run([str(NODE), str(CHECKER), *map(str, args)], capture_output=True, text=True, check=False, timeout=120)
    assert done.stderr == ""
    said: dict[str, Any] = json.loads(done.stdout)
    return done.returncode, said


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edge, "read_clock", lambda: datetime(2026, 3, 3, 10, tzinfo=LOCAL))


@pytest.fixture(scope="module")
def agency(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An agency with a witness and more than one full tile of entries, and beside it the receipts of one case."""
    root = tmp_path_factory.mktemp("foreign")
    home = root / "home"
    home.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(edge, "read_clock", lambda: datetime(2026, 3, 3, 9, tzinfo=LOCAL))
        found(home)
        desk = Desk(home)
        witness = Office.begun(root / "witness", "discipline.example", desk.told("notary", "state")["key"])
        desk.run("notary", "witness", "discipline", witness.key, "--url", witness.url, "--reason", "协议1号", "--who", SYSTEM)
        case = desk.application()
        with closing(SqliteStore.open(home / "agency.db", create=False)) as store, store.write() as tx:
            for seq in range(1, 301):
                tx.append(vote("case/votes", seq))
        with witness.serving():
            desk.log()
            desk.log()
            desk.run("receipt", case, "--as", "counter_clerk", "--out", str(root / "receipts"))
    return root


def vote(stream: str, seq: int) -> Sealed:
    times = {"at": "2026-03-02T09:00:00+08:00", "entered": "2026-03-02T09:00:01+08:00"}
    return seal(
        {"stream": stream, "seq": seq, "kind": "act", "act": "cast_vote", **times},
        open_fields={"actor": f"u{seq:04d}", "data.vote": "for" if seq % 3 else "against"}, private_fields={}, salts=secrets.token_bytes,
    )  # fmt: skip


def log_of(root: Path) -> tuple[str, Path, Path, Path]:
    notary = root / "home" / "notary"
    return "log", notary / "policy", notary / "log" / "checkpoint", notary / "log"


def receipts_of(root: Path) -> list[Path]:
    return sorted((root / "receipts").glob("*.receipt"))


def test_the_log_of_an_agency_is_checked(agency: Path) -> None:
    code, said = checked(*log_of(agency))
    assert (code, said["ok"], said["origin"], said["by"]) == (0, True, "log.example/agency", ["discipline"]), said
    assert said["entries"] == said["size"] > 256


def test_one_byte_changed_in_any_file_of_the_log_is_refused(agency: Path, tmp_path: Path) -> None:
    shutil.copytree(agency / "home" / "notary", tmp_path / "home" / "notary")
    what, policy, head, log = log_of(tmp_path)
    files, chance = [head, *(one for one in (log / "tile").rglob("*") if one.is_file())], Random(20260307)
    assert len(files) >= 6
    for file in files:
        raw = file.read_bytes()
        for at in {0, len(raw) - 2, *(chance.randrange(len(raw)) for _ in range(6))}:
            file.write_bytes(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :])
            assert checked(what, policy, head, log)[0] in (1, 2), (file, at)
        file.write_bytes(raw)
    assert checked(what, policy, head, log)[0] == 0


def test_receipts_are_checked_alone_and_against_each_other(agency: Path) -> None:
    code, said = checked("receipt", agency / "home" / "notary" / "policy", *receipts_of(agency))
    assert code == 0, said
    assert len(said["receipts"]) == len(receipts_of(agency)) >= 2
    assert all(one["final"] and one["stream"].startswith("case/a001/licence/") for one in said["receipts"])


def test_a_bent_receipt_says_nothing_else(agency: Path, tmp_path: Path) -> None:
    policy, chance = agency / "home" / "notary" / "policy", Random(20260308)
    text = receipts_of(agency)[0].read_text("utf-8")
    ((_, good),) = [checked("receipt", policy, receipts_of(agency)[0])]
    facts = {name: value for name, value in good["receipts"][0].items() if name not in ("by", "final")}
    refused = 0
    for _ in range(200):
        at = chance.randrange(len(text))
        bent = text[:at] + chance.choice("0123456789abcdefABC+/=\n ") + text[at + chance.randrange(2) :]
        (tmp_path / "bent").write_text(bent, encoding="utf-8")
        code, said = checked("receipt", policy, tmp_path / "bent")
        refused += code != 0
        if said["ok"]:
            assert {name: said["receipts"][0][name] for name in facts} == facts, bent
    assert refused > 150


def test_a_receipt_of_a_log_made_anew_does_not_stand_beside_the_first(agency: Path, tmp_path: Path) -> None:
    """Each of the two is good by itself under a key that the policy names; together they cannot both be of one log."""
    policy = tmp_path / "policy"
    policy.write_text(f"log {SIGNER.verifier.vkey}\nquorum none\n", encoding="utf-8")
    told = []
    for name in ("one", "two"):
        entries = [vote("case/a", seq) for seq in range(1, 11)]  # the salts differ each time
        leaves = [leaf_hash(one.entry) for one in entries]
        note = signed_checkpoint(Checkpoint(SIGNER.name, 10, root_of(leaves)), [SIGNER])
        path = Tree(dict(grown(lambda tile: b"", 0, leaves)).__getitem__, 10).inclusion(3)
        shown = packed(entries[3].entry, [entries[3].opening], {"actor"})
        (tmp_path / name).write_text(Proof(3, tuple(path), note.whole, shown).whole, encoding="utf-8")
        told.append(checked("receipt", policy, tmp_path / name)[1]["ok"])
    assert told == [True, True]
    code, said = checked("receipt", policy, tmp_path / "one", tmp_path / "two")
    assert (code, "two trees" in said["why"]) == (1, True)


def test_draws_openings_and_voids_are_redone(tmp_path: Path) -> None:
    record, file = drawn(), tmp_path / "draw.json"
    given_up = withdraw(record.plan, reason="名录有误", by="a", approved_by="b", at=record.plan.frozen)
    assert not isinstance(given_up, tuple)
    for value, kind in ((record.plain(), "draw"), (record.opening(2), "opening"), (given_up.plain(), "void")):
        file.write_text(json.dumps(value), encoding="utf-8")
        code, said = checked("draw", file)
        assert (code, said["kind"]) == (0, kind), said
    assert checked("draw", file, record.plan.plan_id)[0] == 0
    assert checked("draw", file, "0" * 64)[0] == 1


def test_a_bent_draw_is_refused(tmp_path: Path) -> None:
    plain, chance, file = drawn().plain(), Random(20260309), tmp_path / "draw.json"
    text, where = written(plain), list(places(plain))
    for _ in range(150):
        bent = mutated(text, where, chance)
        if written(bent) != text:
            file.write_text(json.dumps(bent), encoding="utf-8")
            code, said = checked("draw", file)
            assert (code, said["ok"]) in ((1, False), (2, False)), json.dumps(bent, ensure_ascii=False)[:2_000]
