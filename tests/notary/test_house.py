"""Keys, promises, gathering and gaps by themselves, with witnesses that answer as the test wants."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from qingfeng.casework.office import Office, event_of
from qingfeng.casework.ports import Store, StoreUnavailable
from qingfeng.casework.registry import By, found_agency, register
from qingfeng.casework.twofold import BadChange
from qingfeng.ledger.note import BadNote, parsed
from qingfeng.notary import gap
from qingfeng.notary.asking import Heard
from qingfeng.notary.audit import Audit
from qingfeng.notary.faults import LogDamaged, LogTrouble
from qingfeng.notary.fitting import must_fit
from qingfeng.notary.gather import Gatherer, carried_in
from qingfeng.notary.guard import Guarded, NotFitting
from qingfeng.notary.house import found, must_have_gap, promise_for, sequencer_of, set_witnesses, state_of
from qingfeng.notary.keys import LOG_KINDS, digest_of, log_signer, new_log_key, new_witness_key
from qingfeng.notary.openssl import NoSm, new_key, sm3
from qingfeng.notary.place import Place, place_in, witness_line
from qingfeng.notary.promise import promise_of
from qingfeng.notary.witness import Watched, Witness
from qingfeng.simulation.cast import cast
from qingfeng.store.sqlite import SqliteStore
from qingfeng.terms.instants import LOCAL
from tests.store.samples import event

AT = datetime(2026, 3, 2, 9, tzinfo=LOCAL)
SYSTEM, SECURITY = "system_administrator", "security_administrator"


def sm_is_there() -> bool:
    try:
        return bool(sm3(b"") and new_key())
    except NoSm:
        return False


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(SqliteStore.open(tmp_path / "agency.db", create=True)) as made:
        office = Office(made, salts=secrets.token_bytes)
        with made.write() as tx:
            found_agency(office, tx, agency_id="agency", name="示例单位", by=By(actor=SYSTEM, entered=AT))
            for act, data in cast((SYSTEM, SECURITY)):
                register(office, tx, act, data, by=By(actor="founding", entered=AT))
        yield made


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store, salts=secrets.token_bytes)


@pytest.fixture
def log(tmp_path: Path, office: Office) -> Place:
    return found(tmp_path, office, at=AT, origin="log.example/agency")


def add(store: Store, count: int, stream: str = "c") -> None:
    with store.write() as tx:
        for seq in range(tx.head(stream) + 1, tx.head(stream) + 1 + count):
            tx.append(event(stream, seq))


def work(place: Place, store: Store) -> None:
    sequencer = sequencer_of(place, store)
    while sequencer.round():
        pass


SM = pytest.param("sm3", marks=pytest.mark.skipif(not sm_is_there(), reason="OpenSSL without SM2"))


@pytest.mark.parametrize("suite", ["sha256", SM])
def test_a_key_is_read_back_and_never_written_over(tmp_path: Path, suite: str) -> None:
    path = tmp_path / "keys" / "log.key"
    made = new_log_key(path, "log.example", suite)
    again = log_signer(path)
    assert again.verifier.vkey == made.verifier.vkey
    assert made.verifier.fits("x\n", again.sign("x\n").raw)
    assert digest_of(made.verifier)(b"a") == digest_of(again.verifier)(b"a")
    with pytest.raises(LogTrouble, match="从不覆盖"):
        new_log_key(path, "log.example", suite)
    with pytest.raises(BadNote):
        new_log_key(tmp_path / "other", "two words", suite)
    assert sorted(one.name for one in path.parent.iterdir()) == ["log.key"], "no drafts stay behind"


@pytest.mark.parametrize("text", ["", "PRIVATE+KEY+a+00000000+AQ==\n", "x" * 1000, "PRIVATE+KEY+a+zz+AQ==\n", "日志"])
def test_a_file_that_is_no_key_is_told_from_one(tmp_path: Path, text: str) -> None:
    path = tmp_path / "log.key"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    with pytest.raises(LogTrouble, match="不是密钥文件"):
        log_signer(path)


def test_what_broke_off_while_a_log_was_begun_is_finished_with_the_same_key(tmp_path: Path, office: Office, log: Place) -> None:
    assert place_in(tmp_path) == log
    with pytest.raises(LogTrouble, match="已经建立"):
        found(tmp_path, office, at=AT)
    other = tmp_path / "other"
    new_log_key(other / "notary-key" / "log.key", "log.example/other")
    (other / "notary").mkdir()
    with closing(SqliteStore.open(other / "agency.db", create=True)) as empty:
        fresh = Office(empty, salts=secrets.token_bytes)
        assert found(other, fresh, at=AT).origin == "log.example/other"


@pytest.mark.parametrize("name", ["notary.json", "policy"])
def test_settings_that_cannot_be_read_stop_the_log(tmp_path: Path, log: Place, name: str) -> None:
    (log.home / name).write_text("log nothing\n", encoding="utf-8")
    with pytest.raises(LogDamaged, match="读不出"):
        place_in(tmp_path)


def test_a_promise_says_what_was_recorded_and_nothing_else_is_one(log: Place, store: Store) -> None:
    add(store, 1)
    text = promise_for(log, store, "c", 1, seconds=1_772_000_000)
    assert text is not None
    promise = promise_of(text, log.key)
    assert (promise.stream, promise.seq, promise.seconds) == ("c", 1, 1_772_000_000)
    for bent in (text.replace("\n1\n", "\n2\n"), text.replace("promise/1", "promise/2"), "", text[:-5], text + "x", log.head.read() or ""):
        with pytest.raises(BadNote):
            promise_of(bent, log.key)
    assert promise_for(log, store, "c", 2, seconds=1) is None
    work(log, store)
    assert promise_for(log, store, "c", 1, seconds=1) is None
    assert promise_for(None, store, "c", 1, seconds=1) is None


def test_an_act_stands_though_its_promise_cannot_be_signed(log: Place, store: Store) -> None:
    log.key_file.unlink()
    add(store, 1)
    assert promise_for(log, store, "c", 1, seconds=1) is None


class Offices:
    """Witnesses that are asked without a wire; who is away answers nothing."""

    def __init__(self, root: Path, log: Place, names: tuple[str, ...]) -> None:
        self.away: set[str] = set()
        self.asked: list[str] = []
        self.made = {}
        for name in names:
            key = new_witness_key(root / name / "key", f"{name}.example")
            self.made[name] = (key, Witness(root / name / "w.db", key, {log.origin: Watched((log.key,))}, now=lambda: 1_772_000_000))

    def parties(self) -> list[object]:
        return [witness_line(name, key.verifier.vkey, f"http://{name}.example") for name, (key, _) in self.made.items()]

    def ask(self, url: str, body: str) -> Heard:
        name = url.removeprefix("http://").removesuffix(".example")
        self.asked.append(name)
        if name in self.away:
            return Heard(0, "ConnectionRefusedError")
        answer = self.made[name][1].add_checkpoint(body.encode())
        return Heard(answer.status, answer.body)


@pytest.fixture
def offices(tmp_path: Path, log: Place, office: Office) -> Offices:
    made = Offices(tmp_path / "offices", log, ("one", "two", "three"))
    set_witnesses(tmp_path, office, made.parties(), 2, reason="协议1号", by=SYSTEM, at=AT)  # type: ignore[arg-type]
    return made


def test_a_witness_that_is_away_is_asked_later_each_time_and_catches_up(tmp_path: Path, offices: Offices, store: Store) -> None:
    place, clock = place_in(tmp_path), [0.0]
    assert place is not None
    gatherer = Gatherer(place, lambda: clock[0], offices.ask)
    offices.away = {"two", "three"}
    work(place, store)
    told = gatherer.round()
    assert [(one.name, one.trouble is None) for one in told] == [("one", True), ("two", False), ("three", False)]
    assert not any(one.grave for one in told)
    assert gatherer.round() == [], "nobody is due"
    asked = []
    for second in range(1, 40):
        clock[0] = float(second)
        asked += [second for one in gatherer.round() if one.name == "two"]
    assert asked == [2, 6, 14, 30], "later each time"
    assert place.cosigned.final() is None
    offices.away = {"three"}
    add(store, 40)
    work(place, store)
    clock[0] = 1_000.0
    assert [one.name for one in gatherer.round() if one.trouble is None] == ["one", "two"]
    final = place.cosigned.final()
    assert final is not None
    assert (final.head, final.by) == (place.reader.state(), {"one", "two"})
    offices.away = set()
    clock[0] = 2_000.0
    assert [one.name for one in gatherer.round()] == ["three"]
    assert state_of(place, store).final == place.reader.state().size
    add(store, 1)
    work(place, store)
    clock[0] = 3_000.0
    gatherer.round()
    assert len(list((place.home / "cosigned").glob("*.note"))) == 1, "what is of no more use goes"


def test_a_witness_that_has_forgotten_what_we_know_is_asked_again_at_once(tmp_path: Path, offices: Offices, store: Store) -> None:
    place = place_in(tmp_path)
    assert place is not None
    work(place, store)
    Gatherer(place, lambda: 0.0, offices.ask).round()
    for one in (place.home / "cosigned").glob("*.note"):
        one.unlink()
    offices.asked.clear()
    assert all(one.trouble is None for one in Gatherer(place, lambda: 0.0, offices.ask).round())
    assert offices.asked == ["one", "one", "two", "two", "three", "three"], "409 tells the size that it has"


@pytest.mark.parametrize("answer", [
    Heard(200, ""), Heard(200, "— one.example AAAAAAAA\n"), Heard(200, "nonsense"), Heard(500, "x"), Heard(409, "many"),
    Heard(409, "9" * 30), Heard(200, "— one.example " + "A" * 100 + "\n"), Heard(302, ""),
])  # fmt: skip
def test_a_witness_that_talks_nonsense_is_not_believed(tmp_path: Path, offices: Offices, store: Store, answer: Heard) -> None:
    place = place_in(tmp_path)
    assert place is not None
    work(place, store)
    told = Gatherer(place, lambda: 0.0, lambda url, body: answer).round()
    assert len(told) == 3
    assert all(one.trouble is not None for one in told)
    assert place.cosigned.latest() == {}


def test_a_witness_that_has_seen_more_than_there_is_says_that_the_log_was_cut(tmp_path: Path, offices: Offices, store: Store) -> None:
    place = place_in(tmp_path)
    assert place is not None
    work(place, store)
    told = Gatherer(place, lambda: 0.0, lambda url, body: Heard(409, "99999\n")).round()
    assert all(one.grave and one.trouble is not None and "99999" in one.trouble.zh for one in told)
    with pytest.raises(LogTrouble, match="不能收入"):
        carried_in(place, place.head.read() or "")


def snapshot(tmp_path: Path) -> Path:
    from qingfeng.store.copies import copy_sqlite

    copy_sqlite(tmp_path / "agency.db", tmp_path / "old.db")
    return tmp_path / "old.db"


def test_a_gap_is_explained_by_two_and_the_log_goes_on_behind_it(tmp_path: Path, log: Place, store: Store) -> None:
    add(store, 3)
    work(log, store)
    add(store, 2)  # pending in the copy, in the log afterwards
    old = snapshot(tmp_path)
    add(store, 4)
    work(log, store)
    size = log.reader.state().size
    with closing(SqliteStore.open(old, create=False)) as restored:
        plain = Office(restored, salts=secrets.token_bytes)
        guarded = Guarded(restored, lambda bare: must_fit(bare, log))
        with pytest.raises(NotFitting), guarded.write():
            pass
        head = must_have_gap(log, restored)
        with pytest.raises(BadChange):
            gap.explain(plain, head, reason="", by=SYSTEM, at=AT)
        number = gap.explain(plain, head, reason="磁盘损坏", by=SYSTEM, at=AT)
        with pytest.raises(BadChange):
            gap.confirm(plain, head, number, agree=True, by=SYSTEM, at=AT)
        with pytest.raises(LogDamaged):
            must_fit(restored, log)
        gap.confirm(plain, head, number, agree=True, by=SECURITY, at=AT)
        must_fit(restored, log)
        add(restored, 1)
        work(log, restored)
        with restored.read() as look:
            places = [look.place("c", seq) for seq in range(1, 7)]
            assert look.outbox() == []
        assert places[3:5] == [size - 6, size - 5], "what the copy had pending is found where it stands"
        assert places[5] == size + 2, "the new record stands behind the explanation"
        found_ = Audit(restored, log.folder, log.head, log.key, digest=log.digest).run()
        assert found_.wrong == ()
        assert [(one.first, one.size, one.by, one.confirmed_by) for one in found_.gaps] == [(size - 6, size, SYSTEM, SECURITY)]
        with guarded.write() as tx:
            tx.append(event("c", 7))


@pytest.mark.parametrize("where", ["swap", "note"])
def test_what_breaks_off_behind_a_gap_is_finished(
    tmp_path: Path, log: Place, store: Store, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    work(log, store)
    old = snapshot(tmp_path)
    add(store, 4)
    work(log, store)
    with closing(SqliteStore.open(old, create=False)) as restored:
        plain = Office(restored, salts=secrets.token_bytes)
        head = must_have_gap(log, restored)
        gap.confirm(plain, head, gap.explain(plain, head, reason="磁盘损坏", by=SYSTEM, at=AT), agree=True, by=SECURITY, at=AT)
        sequencer = sequencer_of(log, restored)
        with monkeypatch.context() as patch:
            name = "_note" if where == "note" else "_signed"
            patch.setattr(type(sequencer), name, lambda *_: (_ for _ in ()).throw(StoreUnavailable(gap.BadChange("x", "x").message)))
            with pytest.raises(StoreUnavailable):
                sequencer.round()
        add(restored, 2)
        must_fit(restored, log)
        work(log, restored)
        assert log.reader.state().size == head.size + 4
        assert Audit(restored, log.folder, log.head, log.key).run().wrong == ()


def test_an_explanation_of_another_log_or_by_one_person_explains_nothing(tmp_path: Path, log: Place, store: Store, office: Office) -> None:
    work(log, store)
    from qingfeng.casework.twofold import CONFIRMED, PROPOSED, record

    with store.write() as tx:
        data = {"name": "gap-0-3", "first": 0, "size": 3, "root": "AAAA"}
        number = record(office, tx, gap.STREAM, PROPOSED, gap.EXPLAIN, data, by=SYSTEM, at=AT, reason="x")
        record(office, tx, gap.STREAM, CONFIRMED, "change", {"number": number}, by=SYSTEM, at=AT)
    work(log, store)
    wrong = Audit(store, log.folder, log.head, log.key).run().wrong
    assert [one.kind for one in wrong] == ["gap", "gap"]
    assert {one.where for one in wrong} == {f"notary#{number}"}


def test_the_names_of_witnesses_and_their_number_have_bounds(tmp_path: Path, log: Place, office: Office) -> None:
    key = new_witness_key(tmp_path / "w", "one.example").verifier.vkey
    for name, vkey, url in (("two words", key, None), ("none", key, None), ("one", "x", None), ("one", key, "ftp://x"),
                            ("one", log.key.vkey, None)):  # fmt: skip
        with pytest.raises(BadNote):
            witness_line(name, vkey, url)
    one = witness_line("one", key, "http://one.example/")
    for parties, least in (([one], 2), ([one], 0), ([one, one], 1)):
        with pytest.raises(BadChange):
            set_witnesses(tmp_path, office, parties, least, reason="协议", by=SYSTEM, at=AT)
    changed = set_witnesses(tmp_path, office, [one], 1, reason="协议", by=SYSTEM, at=AT)
    assert changed.policy.witnesses["one"].url == "http://one.example"
    assert LOG_KINDS
    assert parsed(log.head.read() or "").text.startswith("log.example/agency\n0\n")


def test_the_audit_page_tells_what_was_done_about_the_log(tmp_path: Path, log: Place, office: Office, store: Store) -> None:
    from qingfeng.casework.desk.auditpage import _told

    key = new_witness_key(tmp_path / "w", "one.example").verifier.vkey
    set_witnesses(tmp_path, office, [witness_line("one", key, None)], 1, reason="协议1号", by=SYSTEM, at=AT)
    with store.read() as look:
        lines = [_told(event_of(row), office.registry(look)) for row in look.events(gap.STREAM)]
    assert [line[1].zh for line in lines] == ["建立日志", "见证机构登记为：one：协议1号"]
    assert all(line[0].zh == "存证日志" for line in lines)
