"""What an insider with the database, the files and even the log's key can do, and how the audit or a witness names it."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from qingfeng.cli.insider import SIGNER, SIZE, Insider, made, named
from qingfeng.cli.insider_records import Tampering
from qingfeng.cli.insider_steps import CATALOGUE
from qingfeng.notary.audit import Audit
from qingfeng.store.sqlite import SqliteStore

PENDING = 8
"""Five votes, and what the log says of its beginning, its witness and its files."""
NAMES = [f"{number}-{one.what.en}" for number, one in enumerate(CATALOGUE)]


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("agency"))


@pytest.fixture
def hands(master: Path, tmp_path: Path) -> Insider:
    shutil.copytree(master, tmp_path / "agency")
    return Insider(tmp_path / "agency")


def test_an_honest_log_has_nothing_wrong(hands: Insider) -> None:
    assert named(hands.root) == []
    with closing(SqliteStore.open(hands.root / "agency.db", create=False)) as store:
        audit = Audit(store, hands.folder, hands.head, SIGNER.verifier)
        found = audit.run()
        assert (found.size, found.looked, found.wrong, found.pending) == (SIZE, SIZE, (), PENDING)
        assert Audit(store, hands.folder, hands.head, SIGNER.verifier).run(since=280).looked == 20


def test_the_catalogue_is_long_and_says_nothing_twice() -> None:
    assert len(CATALOGUE) >= 50
    assert len({one.what.zh for one in CATALOGUE}) == len({one.what.en for one in CATALOGUE}) == len(CATALOGUE)


@pytest.mark.parametrize("tampering", CATALOGUE, ids=NAMES)
def test_each_tampering_is_named(hands: Insider, tampering: Tampering) -> None:
    tampering.act(hands)
    found = named(hands.root)
    assert found, "nothing was noticed"
    assert {one.kind for one in found} <= {*tampering.kinds, "refused", "log"}, [one.message.en for one in found]
    assert {one.kind for one in found} & {*tampering.kinds, "refused"}, [one.message.en for one in found]
    assert any(tampering.named in one.message.zh + one.message.en for one in found), [one.message.en for one in found]
