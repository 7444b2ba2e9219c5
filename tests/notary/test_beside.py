"""What honest work leaves beside the log is not accused; files are laid down in it, and contents are emptied by two administrators only."""

from __future__ import annotations

import secrets
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from qingfeng.casework.office import Office, event_of
from qingfeng.casework.twofold import BadChange, record
from qingfeng.cli.insider import BEGUN, EVIDENCE, SIGNER, SIZE, Insider, named, voted
from qingfeng.notary.audit import Wrong
from qingfeng.notary.erasure import ask, confirm, erasures, waiting
from qingfeng.notary.filed import FILED, Filing, filed
from qingfeng.notary.gap import STREAM
from qingfeng.notary.place import place_in
from qingfeng.notary.sequencer import Sequencer
from qingfeng.store.sqlite import SqliteStore
from tests.cli.log_kit import SECURITY, SYSTEM, Desk, found
from tests.notary.test_audit import hands as hands  # noqa: PLC0414  the same agency, made once
from tests.notary.test_audit import master as master  # noqa: PLC0414

DIGEST = sha256(b"a scan that comes later").hexdigest()


def test_what_an_interrupted_batch_leaves_is_nobodys(hands: Insider) -> None:
    tile = hands.root / "log" / "tile" / "0" / "001.p"
    (tile / "46").write_bytes(b"\x05" * 46 * 32)  # a batch that broke off before its head was signed
    (tile / "47.new").write_bytes(b"\x05")
    assert named(hands.root) == []


def test_files_that_records_name_are_laid_down_once(hands: Insider) -> None:
    with closing(SqliteStore.open(hands.root / "agency.db", create=False)) as store:
        office = Office(store, salts=secrets.token_bytes)
        with store.write() as tx:
            tx.append(voted("case/e", 1, "for", scan=DIGEST, elsewhere="9" * 64))
        Sequencer(store, hands.folder, hands.head, SIGNER).round()
        filing = Filing(office, lambda digest: digest == DIGEST)
        assert (filing.look(at=BEGUN), filing.look(at=BEGUN)) == (1, 0)
        assert Filing(office, lambda digest: True).look(at=BEGUN) == 0, "who starts anew goes on where it was laid down"
        with store.read() as look:
            assert set(filed(look)) == {DIGEST, *(sha256(one).hexdigest() for one in EVIDENCE)}
            (last,) = look.latest(STREAM, limit=1)
            assert event_of(last).data == {"files": [DIGEST], "upto": SIZE + 9}
    assert [one.kind for one in named(hands.root)] == ["file"], "this one never was on the shelf of the drill"


@pytest.fixture
def agency(tmp_path: Path) -> Path:
    found(tmp_path)
    return tmp_path


def test_contents_are_emptied_by_two_administrators_who_say_so_in_the_log(agency: Path) -> None:
    with closing(SqliteStore.open(agency / "agency.db", create=False)) as store:
        office = Office(store, salts=secrets.token_bytes)
        with store.write() as tx:
            tx.append(voted("case/x", 1, "for"))
            tx.lock(STREAM)
            record(office, tx, STREAM, FILED, FILED, {"files": [DIGEST], "upto": 0}, by="system", at=BEGUN)
        with pytest.raises(BadChange, match="no such record"):
            ask(office, "case/x", 2, reason="档案期满〔2026〕1号", by=SYSTEM, at=BEGUN)
        with pytest.raises(BadChange, match="hash"):
            ask(office, "case/x", 1, files=["../etc"], reason="档案期满〔2026〕1号", by=SYSTEM, at=BEGUN)
        number = ask(office, "case/x", 1, files=[DIGEST], reason="档案期满〔2026〕1号", by=SYSTEM, at=BEGUN)
        with store.read() as look:
            assert [one.number for one in waiting(look)] == [number]
            assert look.events("case/x")[0].private is not None
        with pytest.raises(BadChange):
            confirm(office, number, agree=True, by=SYSTEM, at=BEGUN)
        confirm(office, number, agree=True, by=SECURITY, at=BEGUN)
        with store.read() as look:
            (one,) = erasures(look)
            assert (one.stream, one.seq, one.files, one.by, one.confirmed_by) == ("case/x", 1, (DIGEST,), SYSTEM, SECURITY)
            assert look.events("case/x")[0].private is None
    kinds = {one.kind for one in verified(agency)}
    assert kinds == set(), "approved is not accused"


def verified(home: Path) -> list[Wrong]:
    from qingfeng.cli.verify import examined

    place = place_in(home)
    assert place is not None
    with closing(SqliteStore.open(home / "agency.db", create=False)) as store:
        return list(examined(place, store, home, [])[0].wrong)


def test_emptied_without_them_it_is_named_and_so_is_a_destroyed_file(agency: Path) -> None:
    with closing(SqliteStore.open(agency / "agency.db", create=False)) as store:
        office = Office(store, salts=secrets.token_bytes)
        with store.write() as tx:
            tx.append(voted("case/x", 1, "for"))
            tx.lock(STREAM)
            record(office, tx, STREAM, FILED, FILED, {"files": [DIGEST], "upto": 0}, by="system", at=BEGUN)
        with store.write() as tx:
            assert tx.erase("case/x", 1)
    assert sorted((one.kind, one.where.split("/")[0]) for one in verified(agency)) == [("erased", "case"), ("file", "files")]


def test_the_command_takes_two_and_verify_agrees(agency: Path, tmp_path: Path) -> None:
    desk = Desk(agency)
    case = desk.open_case(1)["case"]
    desk.log()
    stream = f"case/{case}"
    assert "请写明哪一条" in desk.run("notary", "erase", "--who", SYSTEM, code=1).stderr
    number = desk.told("notary", "erase", stream, "1", "--reason", "档案期满〔2026〕1号", "--who", SYSTEM)["number"]
    desk.run("notary", "erase", "--confirm", str(number), "--who", SYSTEM, code=1)
    assert desk.told("notary", "erase", "--confirm", str(number), "--who", SECURITY) == {"number": number, "confirmed": True}
    assert desk.told("notary", "state")["pending"] == 2, "the proposal and its confirmation"
    desk.log()
    assert desk.verify("--offline")["ok"]
    assert "群众举报" not in desk.run("case", "history", case, "--as", "intake_officer", code=None).stdout
