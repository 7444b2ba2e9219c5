"""Keys that follow each other: announced or explained, refused after their day, never taken over by one that nobody announced."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from qingfeng.casework.office import Office
from qingfeng.casework.ports import Store
from qingfeng.casework.twofold import BadChange
from qingfeng.ledger.checkpoint import Checkpoint, signed_checkpoint
from qingfeng.ledger.cosignature import CosignatureSigner
from qingfeng.ledger.note import BadNote, Ed25519Signer, Note, Signer, parsed
from qingfeng.ledger.succession import Retired, Succession, opened_head, succession_of
from qingfeng.notary import gap, succession, witness_house
from qingfeng.notary.asking import Heard
from qingfeng.notary.audit import Audit, Audited
from qingfeng.notary.faults import LogDamaged, LogTrouble
from qingfeng.notary.fitting import must_fit
from qingfeng.notary.gather import Gatherer, request
from qingfeng.notary.head import HeadFile
from qingfeng.notary.house import policy_differs, sequencer_of, set_witnesses, state_of
from qingfeng.notary.keys import LOG_KINDS, WITNESS_KINDS, log_signer, new_log_key
from qingfeng.notary.place import Place, must_hand_over, place_in, read_policy, witness_line
from qingfeng.terms.text import Text
from tests.notary.test_house import AT, SECURITY, SM, SYSTEM, add, log, office, store, work

assert all((log, office, store)), "fixtures of the house"
REASON = "清风〔2026〕3号"
ORIGIN = "log.example/agency"


def audited(place: Place, store: Store) -> Audited:
    return Audit(store, place.folder, place.head, place.key, digest=place.digest, retired=place.retired).run()


def said_of(place: Place, store: Store) -> list[str]:
    with store.read() as look:
        return [one.en for one in succession.doubts(place, look)]


def rotated(home: Path, office: Office) -> Place:
    return succession.rotate(home, office, reason=REASON, by=SYSTEM, at=AT)


def replaced(home: Path, office: Office) -> Place:
    number = succession.declare_lost(home, office, reason="钥匙盘遗失", by=SYSTEM, at=AT)
    return succession.confirm_lost(home, office, number, agree=True, by=SECURITY, at=AT)


def head_by(signer: Signer, size: int, root: bytes) -> str:
    return signed_checkpoint(Checkpoint(ORIGIN, size, root), [signer]).whole


def test_a_new_key_takes_over_where_the_old_one_announced_it(tmp_path: Path, log: Place, store: Store, office: Office) -> None:
    add(store, 300)
    work(log, store)
    new = rotated(tmp_path, office)
    assert (new.key.name, new.retired[0].key.vkey) == (ORIGIN, log.key.vkey)
    assert new.key.vkey != log.key.vkey
    add(store, 5)
    work(new, store)
    found = audited(new, store)
    assert (found.wrong, found.pending, policy_differs(new, store), said_of(new, store)) == ((), 0, None, [])
    assert [one.key.vkey for one in read_policy(new.home / "policy").logs] == [log.key.vkey, new.key.vkey]
    must_fit(store, new)
    third = rotated(tmp_path, office)
    work(third, store)
    assert audited(third, store).wrong == ()
    assert said_of(third, store) == []
    from_elsewhere = succession.followed(third, log.key)
    assert (from_elsewhere.key, from_elsewhere.retired) == (third.key, third.retired), "who knows the first key follows the notes"


def test_the_old_key_signs_nothing_after_its_day(tmp_path: Path, log: Place, store: Store, office: Office) -> None:
    old = log_signer(log.key_file)
    add(store, 3)
    before = sequencer_of(log, store)
    new = rotated(tmp_path, office)
    state = new.reader.state()
    last = new.retired[0].size
    assert state.size == last
    add(store, 2)
    with pytest.raises(LogDamaged, match="签的"):
        before.round()  # a sequencer that was started before goes no further
    assert new.reader.opened(head_by(old, last, state.root)) == state
    with pytest.raises(LogDamaged, match="replaced before"):
        new.reader.opened(head_by(old, last + 1, state.root))
    with pytest.raises(BadNote, match="replaced before"):
        new.cosigned.read(head_by(old, last + 1, state.root))
    work(new, store)
    leaves = new.reader.state()
    (new.head_folder / "checkpoint").write_text(head_by(old, leaves.size, leaves.root), encoding="utf-8")
    assert "head" in {one.kind for one in audited(new, store).wrong}


def test_a_key_that_nobody_announced_takes_over_from_none(tmp_path: Path, log: Place, store: Store, office: Office) -> None:
    add(store, 3)
    work(log, store)
    state = log.reader.state()
    stranger = Ed25519Signer(ORIGIN, b"s" * 32)
    with pytest.raises(BadChange, match="no replacement"):
        succession.finish(tmp_path, office)
    # The insider writes everything beside the log as if the key had been replaced; the log itself says nothing of it.
    said = Succession(log.key, stranger.verifier, (state.size, state.root))
    (log.home / "succession-1.note").write_text(
        Note(said.text, (log_signer(log.key_file).sign(said.text), stranger.sign(said.text))).whole, encoding="utf-8")  # fmt: skip
    settings = json.loads((log.home / "notary.json").read_text("utf-8"))
    settings |= {"log_key": stranger.verifier.vkey, "retired": [{"key": log.key.vkey, "size": state.size}]}
    (log.home / "notary.json").write_text(json.dumps(settings), encoding="utf-8")
    (log.home / "policy").write_text(f"log {log.key.vkey}\nlog {stranger.verifier.vkey}\nquorum none\n", encoding="utf-8")
    taken = place_in(tmp_path)
    assert taken is not None
    assert policy_differs(taken, store) is not None
    assert said_of(taken, store) == ["key 1 was replaced, and the log neither announces nor explains it"]


def test_an_announced_key_that_is_exchanged_before_it_takes_over_is_refused(
    tmp_path: Path, log: Place, store: Store, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("qingfeng.notary.succession.finish", lambda home, office: log)  # it breaks off right after the announcement
        rotated(tmp_path, office)
    path = log.key_file.with_name("log-2.key")
    kept = path.read_bytes()
    path.unlink()
    new_log_key(path, ORIGIN)
    with pytest.raises(LogTrouble, match="nobody announced"):
        rotated(tmp_path, office)
    assert place_in(tmp_path) == log
    path.write_bytes(kept)
    assert audited(rotated(tmp_path, office), store).wrong == ()


@pytest.mark.parametrize("where", ["write_whole", "write_policy", "succeed", "swap before", "swap after"])
@pytest.mark.parametrize("way", [rotated, replaced])
def test_what_breaks_off_stands_still_and_is_finished_by_asking_again(
    tmp_path: Path,
    log: Place,
    store: Store,
    office: Office,
    monkeypatch: pytest.MonkeyPatch,
    where: str,
    way: Callable[[Path, Office], Place],
) -> None:
    add(store, 3)
    work(log, store)
    swap = HeadFile.swap

    def broken(*args: object, **more: object) -> None:
        raise LogDamaged(Text(zh="中断", en="broke off"))

    def late(self: HeadFile, expected: str | None, new: str) -> None:
        handing_over = log.key.id not in {one.id for one in parsed(new).signatures}
        if not handing_over or where == "swap after":
            swap(self, expected, new)
        if handing_over:
            broken()

    with monkeypatch.context() as patch:
        if where.startswith("swap"):
            patch.setattr(HeadFile, "swap", late)
        else:
            patch.setattr(f"qingfeng.notary.succession.{where}", broken)
        with pytest.raises(LogDamaged, match="broke off"):
            way(tmp_path, office)
    assert (place := place_in(tmp_path)) is not None
    assert place.key.vkey == log.key.vkey
    new = rotated(tmp_path, office) if way is rotated else succession.finish(tmp_path, office)
    assert (len(new.retired), new.key.vkey != log.key.vkey) == (1, True)
    work(new, store)
    assert audited(new, store).wrong == ()
    assert (policy_differs(new, store), said_of(new, store)) == (None, [])


def test_a_lost_key_is_replaced_by_two_and_never_by_one(tmp_path: Path, log: Place, store: Store, office: Office) -> None:
    add(store, 4)
    work(log, store)
    log.key_file.unlink()
    with pytest.raises(LogTrouble, match="qingfeng notary lost"):
        rotated(tmp_path, office)
    with pytest.raises(BadChange):
        succession.declare_lost(tmp_path, office, reason="盘坏了", by=SECURITY, at=AT)
    number = succession.declare_lost(tmp_path, office, reason="盘坏了", by=SYSTEM, at=AT)
    with pytest.raises(BadChange, match="waits"):
        succession.declare_lost(tmp_path, office, reason="盘坏了", by=SYSTEM, at=AT)
    with pytest.raises(BadChange):
        succession.confirm_lost(tmp_path, office, number, agree=True, by=SYSTEM, at=AT)
    assert (place_in(tmp_path), state_of(log, store).trouble) == (log, None), "work goes on, nothing was replaced"
    new = succession.confirm_lost(tmp_path, office, number, agree=True, by=SECURITY, at=AT)
    work(new, store)
    found = audited(new, store)
    assert (found.wrong, found.pending, said_of(new, store), policy_differs(new, store)) == ((), 0, [], None)
    with pytest.raises(LogTrouble, match="both keys"):
        succession.followed(new, log.key)  # nothing vouches for it: a policy from elsewhere has to be got anew
    with store.read() as look:
        assert gap.gaps(look) == []


def test_a_replacement_that_was_rejected_or_overtaken_changes_nothing(tmp_path: Path, log: Place, store: Store, office: Office) -> None:
    number = succession.declare_lost(tmp_path, office, reason="盘坏了", by=SYSTEM, at=AT)
    succession.confirm_lost(tmp_path, office, number, agree=False, by=SECURITY, at=AT)
    assert place_in(tmp_path) == log
    number = succession.declare_lost(tmp_path, office, reason="盘坏了", by=SYSTEM, at=AT)
    work(log, store)  # the old key is at work still: what was proposed is of another head
    with pytest.raises(BadChange, match="anew"):
        succession.confirm_lost(tmp_path, office, number, agree=True, by=SECURITY, at=AT)
    assert place_in(tmp_path) == log


@pytest.mark.parametrize("change", ["size", "note", "another note"])
def test_where_the_key_changed_cannot_be_moved(tmp_path: Path, log: Place, store: Store, office: Office, change: str) -> None:
    add(store, 4)
    new = rotated(tmp_path, office)
    add(store, 4)
    work(new, store)
    note = succession.note_path(new, 1)
    if change == "size":
        settings = json.loads((log.home / "notary.json").read_text("utf-8"))
        settings["retired"][0]["size"] += 3
        (log.home / "notary.json").write_text(json.dumps(settings), encoding="utf-8")
    elif change == "note":
        note.unlink()
    else:
        note.write_text(note.read_text("utf-8").replace(f"\n{new.retired[0].size}\n", "\n1\n"), encoding="utf-8")
    changed = place_in(tmp_path)
    assert changed is not None
    assert any("succession-1.note" in one for one in said_of(changed, store))


@pytest.mark.parametrize("suite", ["sha256", SM])
def test_every_flipped_bit_of_a_succession_is_refused(tmp_path: Path, suite: str) -> None:
    old, new = (new_log_key(tmp_path / name, ORIGIN, suite) for name in ("a", "b"))
    said = Succession(old.verifier, new.verifier, (7, b"r" * 32))
    whole = Note(said.text, (old.sign(said.text), new.sign(said.text))).whole.encode()
    assert succession_of(whole, LOG_KINDS) == said
    for place in range(0, len(whole), 1 if suite == "sha256" else 7):
        for bit in range(8):
            bent = bytes([*whole[:place], whole[place] ^ 1 << bit, *whole[place + 1 :]])
            with pytest.raises(BadNote):
                succession_of(bent, LOG_KINDS)
    for signers in ([old], [new], []):
        with pytest.raises(BadNote):
            succession_of(Note(said.text, tuple(one.sign(said.text) for one in signers)).whole, LOG_KINDS)
    assert succession_of(Note(said.text, (new.sign(said.text),)).whole, LOG_KINDS, vouched=False) == said
    with pytest.raises(BadNote):  # it is no checkpoint, whatever is asked
        opened_head(whole, key=new.verifier, retired=[Retired(old.verifier, 9)])


def test_a_witness_follows_a_note_of_succession_and_nothing_less(tmp_path: Path, log: Place, store: Store, office: Office) -> None:
    folder, other = tmp_path / "discipline", tmp_path / "justice"
    keys = [witness_house.begin(one, f"{one.name}.example") for one in (folder, other)]
    for one in (folder, other):
        witness_house.watch(one, log.key.vkey)
    place = set_witnesses(tmp_path, office, [witness_line(f"w{n}", key.vkey, f"http://w{n}.example") for n, key in enumerate(keys)], 2,
                          reason=REASON, by=SYSTEM, at=AT)  # fmt: skip
    add(store, 3)
    work(place, store)

    def ask(url: str, body: str) -> Heard:
        said = witness_house.witness_in(folder if "w0" in url else other).add_checkpoint(body.encode())
        return Heard(said.status, said.body)

    def grave(place: Place) -> list[bool]:
        return [one.grave for one in Gatherer(place, lambda: 0.0, ask).round()]

    assert grave(place) == [False, False]
    new = rotated(tmp_path, office)
    add(store, 3)
    work(new, store)
    assert grave(new) == [True, True], "an unknown key is refused"
    note = succession.note_path(new, 1).read_text("utf-8")
    with pytest.raises(LogTrouble, match="--succession"):
        witness_house.watch(folder, new.key.vkey)
    with pytest.raises(BadNote):
        witness_house.watch(folder, new.key.vkey, succession=note.replace("succession/1", "succession/2"))
    stranger = Ed25519Signer(ORIGIN, b"s" * 32)
    forged = Succession(log.key, stranger.verifier, (9, b"r" * 32))
    with pytest.raises(BadNote, match="both keys"):
        witness_house.watch(folder, stranger.verifier.vkey, succession=Note(forged.text, (stranger.sign(forged.text),)).whole)
    witness_house.watch(folder, new.key.vkey, succession=note)
    witness_house.watch(other, new.key.vkey, in_person=True)
    assert grave(new) == [False, False]
    kept = new.cosigned.final()
    assert kept is not None
    assert kept.head.size == new.reader.state().size
    old = log_signer(log.key_file)
    text = head_by(old, kept.head.size, kept.head.root)
    body = request(new, kept.head, parsed(text), kept.head.size)
    assert witness_house.witness_in(folder).add_checkpoint(body.encode()).status == 403, "the old key is of no more use there"


def test_a_witness_refuses_a_succession_that_hides_what_the_old_key_signed(
    tmp_path: Path, log: Place, store: Store, office: Office
) -> None:
    folder = tmp_path / "discipline"
    witness_house.begin(folder, "discipline.example")
    witness_house.watch(folder, log.key.vkey)
    add(store, 9)
    work(log, store)
    text = log.head.read()
    assert text is not None
    assert witness_house.witness_in(folder).add_checkpoint(request(log, log.reader.state(), parsed(text), 0).encode()).status == 200
    old, new = log_signer(log.key_file), Ed25519Signer(ORIGIN, b"n" * 32)
    early = Succession(old.verifier, new.verifier, (4, b"r" * 32))
    with pytest.raises(LogTrouble, match="were cosigned here"):
        witness_house.watch(folder, new.verifier.vkey, succession=Note(early.text, (old.sign(early.text), new.sign(early.text))).whole)


def test_a_witness_changes_its_key_and_goes_on_where_it_was(tmp_path: Path, log: Place, store: Store, office: Office) -> None:
    folder = tmp_path / "discipline"
    first = witness_house.begin(folder, "discipline.example")
    witness_house.watch(folder, log.key.vkey)
    add(store, 3)
    work(log, store)
    text = log.head.read()
    assert text is not None
    body = request(log, log.reader.state(), parsed(text), 0).encode()
    assert witness_house.witness_in(folder).add_checkpoint(body).status == 200
    key, path = witness_house.rotate(folder)
    party, former = witness_line("w", key.vkey, None), witness_line("w", first.vkey, None)
    must_hand_over(former, party, path.read_text("utf-8"))
    stranger = CosignatureSigner("discipline.example", b"s" * 32).verifier
    with pytest.raises(BadNote, match="another"):
        must_hand_over(former, witness_line("w", stranger.vkey, None), path.read_text("utf-8"))
    with pytest.raises(BadNote):
        must_hand_over(former, party, "")
    assert succession_of(path.read_text("utf-8"), WITNESS_KINDS).head is None
    witness = witness_house.witness_in(folder)
    assert witness.add_checkpoint(body).status == 409, "it remembers what it cosigned under the first key"
    assert witness.latest(sha256(ORIGIN.encode()).hexdigest()).status == 200
    place = set_witnesses(tmp_path, office, [party], 1, reason=REASON, by=SYSTEM, at=AT)
    old_line = CosignatureSigner("discipline.example", b"o" * 32).cosign(parsed(text).text, 1_772_000_000)
    assert place.cosigned.read(Note(parsed(text).text, (*parsed(text).signatures, old_line)).whole).by == frozenset()


def test_a_witness_that_lost_its_key_keeps_what_it_saw(tmp_path: Path) -> None:
    folder = tmp_path / "discipline"
    first = witness_house.begin(folder, "discipline.example")
    with pytest.raises(LogTrouble, match="left alone"):
        witness_house.lost(folder, "discipline.example")
    (folder / "witness.key").unlink()
    with pytest.raises(LogTrouble, match="new witness"):
        witness_house.lost(folder, "discipline.example")  # nothing was ever witnessed here
    (folder / "witness.db").touch()
    key = witness_house.lost(folder, "discipline.example")
    assert (key.name, key.vkey != first.vkey) == (first.name, True)
