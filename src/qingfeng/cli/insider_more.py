"""What an insider does with others, with clocks, or where nobody looks: colluding witnesses, false times, places beside the log."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import timedelta

from qingfeng.ledger.merkle import leaf_hash, root_of
from qingfeng.ledger.note import Note, parsed
from qingfeng.ledger.policy import Party
from qingfeng.notary.place import write_policy, write_whole
from qingfeng.notary.sequencer import Sequencer
from qingfeng.store.sqlite import SqliteStore
from qingfeng.terms.instants import format_instant
from qingfeng.terms.text import Text

from .insider import BEGUN, LEAST, NOW, PARTIES, SIGNER, SIZE, WITNESSES, Insider, voted
from .insider_log import _forget_the_witness, _rewrite_all
from .insider_records import Tampering

YEARS = 10 * 366 * 24 * 3600
DAYS = 3 * 24 * 3600
OTHERS = ("justice", "upper")


def _collude(hands: Insider, names: Sequence[str], size: int = SIZE) -> None:
    """These witnesses cosign the head that is there now, with their own keys, and write their databases to fit."""
    text = hands.head.read() or ""
    note = parsed(text)
    lines = [WITNESSES[name].cosign(note.text, NOW) for name in names]
    (hands.root / "notary" / "cosigned").mkdir(exist_ok=True)
    write_whole(
        hands.root / "notary" / "cosigned" / f"{size:019d}-new.note", Note(note.text, (*note.signatures, *lines)).whole
    )
    root = root_of([leaf_hash(one) for one in hands.entries()]) if size == SIZE else b"\x03" * 32
    for name, line in zip(names, lines, strict=True):
        whole = Note(note.text, (*note.signatures, line)).whole
        with closing(sqlite3.connect(hands.witness_file(name))) as database:
            for (trigger,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                database.execute(f"DROP TRIGGER {trigger}")
            database.execute("UPDATE head SET size = ?, root = ?, note = ?", (size, root, whole))
            database.execute("UPDATE seen SET size = ?, note = ?", (size, text))
            database.commit()


def _two_collude(hands: Insider) -> None:
    """All is made anew and two witnesses of three vouch for it: the policy is met, and the third remembers."""
    _forget_the_witness(hands)
    _collude(hands, OTHERS)


def _two_collude_without_the_third(hands: Insider) -> None:
    """The same, and the third is struck off the list."""
    _two_collude(hands)
    write_policy(hands.root / "notary" / "policy", SIGNER.verifier, PARTIES[1:], LEAST)


def _two_lose_their_memory(hands: Insider) -> None:
    """All is made anew, and two witnesses lose their databases: they would cosign whatever they are shown first."""
    _forget_the_witness(hands)
    for name in OTHERS:
        for file in hands.root.glob(f"witness-{name}.db*"):
            file.unlink()
        assert hands.asks(name).status == 200


def _one_edits_what_it_saw(hands: Insider) -> None:
    """One witness's database is edited throughout, what it has seen as well: the log itself stays, and the next head does not fit."""
    with closing(sqlite3.connect(hands.witness_file("justice"))) as database:
        for (trigger,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {trigger}")
        database.execute("UPDATE head SET root = ?", (b"\x04" * 32,))
        database.execute("DELETE FROM seen")
        database.commit()


def _shown_another_log(hands: Insider) -> None:
    """Two witnesses are shown, and cosign, another log under the log's key; the public sees the true one."""
    true, kept = (
        hands.head.read() or "",
        {file: file.read_bytes() for file in (hands.root / "log").rglob("*") if file.is_file()},
    )
    hands.rebuild([*hands.entries()[:-1], voted("case/b", 150, "abstain").entry])
    _collude(hands, OTHERS)
    (hands.root / "notary" / "cosigned" / f"{SIZE:019d}-new.note").unlink()
    for file, data in kept.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    (hands.root / "head" / "checkpoint").write_text(true, encoding="utf-8")


def _logged(hands: Insider, *votes: tuple[str, int, str], seconds: int = NOW) -> None:
    """Let records be logged as everything is, and cosigned.  votes: stream, number, time; seconds: clock of the witnesses."""
    with closing(SqliteStore.open(hands.root / "agency.db", create=False)) as store:
        with store.write() as tx:
            for stream, seq, at in votes:
                tx.append(voted(stream, seq, "for", at=at))
        Sequencer(store, hands.folder, hands.head, SIGNER).round()
    lines = [hands.asks(name, seconds=seconds).body for name in WITNESSES]
    assert all(line.startswith("—") for line in lines)


def _at(seconds: int) -> str:
    return format_instant(BEGUN + timedelta(seconds=seconds))


def _clock(offset: int) -> Callable[[Insider], None]:
    return lambda hands: _logged(hands, ("case/d", 1, _at(offset)))


def _clock_there_and_back(hands: Insider) -> None:
    _logged(hands, ("case/d", 1, _at(2 * DAYS)), ("case/e", 1, _at(0)), seconds=NOW + 3 * DAYS)


def _witness_clock(offset: int) -> Callable[[Insider], None]:
    """The next head is cosigned by one witness, whose clock was set."""

    def act(hands: Insider) -> None:
        _logged(hands, ("case/d", 1, _at(0)))
        with closing(SqliteStore.open(hands.root / "agency.db", create=False)) as store:
            with store.write() as tx:
                tx.append(voted("case/d", 2, "for"))
            Sequencer(store, hands.folder, hands.head, SIGNER).round()
        assert hands.asks("justice", seconds=NOW + offset).status == 200

    return act


def _held_back(hands: Insider) -> None:
    """What was promised is kept out of the log day after day, while the witnesses cosign on."""
    for name in WITNESSES:
        assert hands.asks(name, seconds=NOW + DAYS).status == 200


def _swap_before_logging(hands: Insider) -> None:
    """Two votes that wait change places, so that the later one stands first in the log."""
    one, two = (f"(SELECT position FROM events WHERE stream = 'case/c' AND seq = {seq})" for seq in (1, 2))
    hands.sql(
        "PRAGMA foreign_keys = OFF", f"CREATE TABLE kept AS SELECT {one} AS a, {two} AS b",
        *(f"UPDATE {table} SET position = {to} WHERE position = {was}" for was, to in (
            ("(SELECT a FROM kept)", "-7"), ("(SELECT b FROM kept)", "(SELECT a FROM kept)"), ("-7", "(SELECT b FROM kept)"))
          for table in ("events", "private")), "DROP TABLE kept")  # fmt: skip
    with closing(SqliteStore.open(hands.root / "agency.db", create=False)) as store:
        Sequencer(store, hands.folder, hands.head, SIGNER).round()


def _fewer_witnesses(hands: Insider) -> None:
    """The list says two of two, and the third is gone from it; the log says nothing."""
    write_policy(hands.root / "notary" / "policy", SIGNER.verifier, PARTIES[:2], LEAST)


def _one_is_enough(hands: Insider) -> None:
    write_policy(hands.root / "notary" / "policy", SIGNER.verifier, PARTIES, 1)


def _same_witness_thrice(hands: Insider) -> None:
    """Three names on the list, and behind each a key of his own."""
    from qingfeng.ledger.cosignature import CosignatureSigner

    own = [
        Party(one.name, CosignatureSigner(one.key.name, bytes([65 + n]) * 32).verifier) for n, one in enumerate(PARTIES)
    ]
    write_policy(hands.root / "notary" / "policy", SIGNER.verifier, own, LEAST)


def _rewrite_with_clock(hands: Insider) -> None:
    """All is made anew, and one witness whose clock is set back cosigns it as if it had been first."""
    _rewrite_all(hands)
    _collude(hands, ("justice",))


_ODD = {"witness", "cosigned", "published", "policy"}
IN_COMPANY = (
    Tampering(
        Text(
            zh="两家见证机构串通：整套重做重签，两家都加签，凑足三取二",
            en="two witnesses collude: all made anew, two of three vouch for it",
        ),
        _two_collude,
        {"witness"},
        "discipline",
    ),
    Tampering(
        Text(zh="两家串通，并把第三家从名单上划掉", en="two collude, and the third is struck off the list"),
        _two_collude_without_the_third,
        {"policy", "witness"},
        "policy",
    ),
    Tampering(
        Text(
            zh="整套重做重签，两家见证机构的数据库“丢失”后重新加签",
            en="all made anew; two witnesses lose their databases and cosign afresh",
        ),
        _two_lose_their_memory,
        {"witness"},
        "discipline",
    ),
    Tampering(
        Text(
            zh="改一家见证机构的数据库，连同它所见过的",
            en="the database of one witness is edited with all that it has seen",
        ),
        _one_edits_what_it_saw,
        set[str](),
        "justice",
    ),
    Tampering(
        Text(zh="给两家见证机构看的是另一份日志", en="two witnesses are shown another log"),
        _shown_another_log,
        {"witness"},
        "justice",
    ),
    Tampering(
        Text(zh="整套重做重签，一家见证机构串通", en="all made anew, and one witness colludes"),
        _rewrite_with_clock,
        _ODD,
        "discipline",
    ),
    Tampering(
        Text(zh="名单上少一家见证机构", en="the list has a witness less"),
        _fewer_witnesses,
        {"policy", "witness"},
        "policy",
    ),
    Tampering(
        Text(zh="名单照旧，三取二改成三取一", en="the list stays, one of three is enough"),
        _one_is_enough,
        {"policy"},
        "policy",
    ),
    Tampering(
        Text(
            zh="名单上的名称照旧，公钥全换成自己的",
            en="the names stay on the list, and behind each is a key of his own",
        ),
        _same_witness_thrice,
        {"policy", "witness", "cosigned"},
        "policy",
    ),
    Tampering(
        Text(zh="日志的时钟拨快十年", en="the log's clock is set ten years ahead"), _clock(YEARS), {"clock"}, "case/d#1"
    ),
    Tampering(
        Text(zh="日志的时钟拨慢十年", en="the log's clock is set ten years back"), _clock(-YEARS), {"clock"}, "case/d#1"
    ),
    Tampering(
        Text(zh="日志的时钟拨快几天又拨回来", en="the log's clock is set days ahead and back again"),
        _clock_there_and_back,
        {"clock"},
        "case/e#1",
    ),
    Tampering(
        Text(zh="同一案件里倒填两小时", en="a record is back-dated by two hours within its case"),
        lambda hands: _logged(hands, ("case/a", 151, _at(-7200))),
        {"clock"},
        "case/a#151",
    ),
    Tampering(
        Text(zh="一家见证机构的时钟拨快十年", en="the clock of one witness is ten years ahead"),
        _witness_clock(YEARS),
        {"clock"},
        "justice",
    ),
    Tampering(
        Text(zh="一家见证机构的时钟拨慢十年", en="the clock of one witness is ten years back"),
        _witness_clock(-YEARS),
        {"clock"},
        "justice",
    ),
    Tampering(
        Text(zh="承诺了的一条压着三天不入日志", en="a promised record is held back for three days"),
        _held_back,
        {"promise", "clock"},
        "case/c#5",
    ),
    Tampering(
        Text(zh="入日志以前对调两条的次序", en="two records change places before the log has them"),
        _swap_before_logging,
        {"order"},
        "case/c",
    ),
)
