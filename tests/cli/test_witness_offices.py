"""Three witnesses as processes of their own: final by two of three, days without any, a log that turns back is refused and named."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import pytest

from qingfeng.cli import agency as edge
from qingfeng.ledger.checkpoint import Checkpoint, signed_checkpoint
from qingfeng.ledger.merkle import leaf_hash, root_of
from qingfeng.notary.keys import log_signer
from qingfeng.notary.place import place_in
from qingfeng.terms.instants import LOCAL
from tests.cli.log_kit import SYSTEM, Desk, Office, copied, found

NAMES = ("discipline", "justice", "province")


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edge, "read_clock", lambda: datetime(2026, 3, 3, 10, tzinfo=LOCAL))


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("offices") / "home"
    home.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(edge, "read_clock", lambda: datetime(2026, 3, 3, 9, tzinfo=LOCAL))
        found(home)
    return home


def offices(desk: Desk, root: Path) -> list[Office]:
    """Three offices whose witnesses the agency has registered."""
    key = desk.told("notary", "state")["key"]
    made = [Office.begun(root / name, f"{name}.example", key) for name in NAMES]
    for name, one in zip(NAMES, made, strict=True):
        desk.run("notary", "witness", name, one.key, "--url", one.url, "--reason", "协议1号", "--who", SYSTEM)
    return made


def rewritten(home: Path) -> None:
    """The whole log anew without its third entry, signed with its own key: what an insider with everything can do."""
    place = place_in(home)
    assert place is not None
    size = place.reader.state().size
    entries = place.reader.entries(0, size)
    entries[2] = entries[2].replace(b'"v":1', b'"v":1 ')
    shutil.rmtree(place.log)
    from qingfeng.ledger.tiles import grown, grown_bundles

    leaves = [leaf_hash(one) for one in entries]
    place.folder.write({**grown(place.folder.read, 0, leaves), **grown_bundles(place.folder.read, 0, entries)})
    note = signed_checkpoint(Checkpoint(place.origin, size, root_of(leaves)), [log_signer(place.key_file)])
    (place.head_folder / "checkpoint").write_text(note.whole, encoding="utf-8")
    shutil.rmtree(place.home / "cosigned")


def test_three_offices_make_receipts_final_and_catch_up_after_days_without(master: Path, tmp_path: Path) -> None:
    desk = copied(master, tmp_path / "home")
    one, two, three = offices(desk, tmp_path)
    assert desk.told("notary", "state")["least"] == 2
    case = desk.application()
    said = desk.run("notary", "run", "--once")
    assert "联系不上" in said.stderr, "no witness is there: work goes on all the same"
    assert [r["final"] for r in desk.told("receipt", case, "--as", "counter_clerk")["receipts"]] == [False, False]
    with ExitStack() as running:
        running.enter_context(one.serving())
        desk.log()
        assert desk.told("notary", "state")["final"] == 0, "one of three is not enough"
        assert desk.told("receipt", case, "--as", "counter_clerk")["receipts"][1]["witnesses"] == ["discipline"]
        running.enter_context(two.serving())
        desk.log()
        state = desk.told("notary", "state")
        assert state["final"] == state["size"]
        made = desk.told("receipt", case, "--as", "counter_clerk")["receipts"][1]
        assert (made["final"], made["witnesses"]) == (True, ["discipline", "justice"])
        assert len(made["text"].encode()) <= 2_500
        for number in range(1, 4):  # the third office sleeps while the log grows, and catches up with one request
            desk.open_case(number)
            desk.log()
        running.enter_context(three.serving())
        desk.log()
        last = desk.told("notary", "state")
        assert [w["size"] for w in last["witnesses"]] == [last["size"]] * 3
        checked = desk.verify()
        assert (checked["ok"], checked["witnesses"]) == (True, sorted(NAMES))
        published = (desk.home / "notary" / "log" / "checkpoint").read_text("utf-8")
        assert published.count("\n— ") == 4, "the log's line and three cosignatures"


def test_a_rewritten_log_is_refused_by_every_office_and_named_by_verify(master: Path, tmp_path: Path) -> None:
    desk = copied(master, tmp_path / "home")
    made = offices(desk, tmp_path)
    with ExitStack() as running:
        for one in made:
            running.enter_context(one.serving())
        desk.open_case(1)
        desk.log()
        rewritten(desk.home)
        refused = desk.run("notary", "run", "--once", code=1)
        assert refused.stderr.count("拒绝见证") == 3
        wrong = desk.verify(code=1)["wrong"]
        assert {one["where"] for one in wrong if one["kind"] == "witness"} >= set(NAMES), "the offices themselves are asked"
        for one in made:
            evidence = one.state(code=1)["refused"]
            assert evidence, "the head that the log signed twice is kept as evidence"
            assert "log.example/agency" in evidence[0]["note"]


def test_an_old_head_put_back_is_noticed_by_the_first_witness(master: Path, tmp_path: Path) -> None:
    """Store, tiles, head and what witnesses had said, all put back together: only another office knows better."""
    desk = copied(master, tmp_path / "home")
    (office, *_) = offices(desk, tmp_path)
    desk.log()
    shutil.copytree(desk.home, tmp_path / "old")
    with office.serving():
        desk.open_case(1)
        desk.log()
        shutil.rmtree(desk.home)
        (tmp_path / "old").rename(desk.home)
        desk.open_case(2)
        told = desk.run("notary", "run", "--once", code=None)
        assert told.exit_code == 1
        assert "拒绝见证" in told.stderr or "被截短" in told.stderr
        assert "witness" in {one["kind"] for one in desk.verify(code=1)["wrong"]}
