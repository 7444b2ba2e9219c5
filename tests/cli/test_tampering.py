"""What somebody who owns database, files and even the log's key does: `qingfeng verify` names each of it and its place, to anybody."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from qingfeng.cli.insider import BEGUN, SIGNER, WITNESSES, Insider
from qingfeng.cli.insider_records import Tampering
from qingfeng.cli.insider_steps import CATALOGUE
from qingfeng.cli.main import cli
from qingfeng.ledger.tiles import Tile
from tests.notary.test_audit import NAMES, PENDING
from tests.notary.test_audit import hands as hands  # noqa: PLC0414  the same agency, made once
from tests.notary.test_audit import master as master  # noqa: PLC0414

assert callable(hands)
assert callable(master)
BY_THE_WITNESS = [one.what.en for one in CATALOGUE if not one.kinds]
"""What only the witness knows, because only its own database was touched."""


@pytest.fixture(autouse=True)
def _on_that_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qingfeng.cli.agency.read_clock", lambda: BEGUN)


def verify(hands: Insider, *more: str) -> tuple[int, dict[str, object], str]:
    handed = []
    for name, text in hands.said():
        (hands.root / name).write_text(text, encoding="utf-8")
        handed += ["--cosigned", str(hands.root / name)]
    held = (
        ["--promise", str(hands.root / "promise")]
        if SIGNER.verifier.vkey in (hands.root / "notary" / "notary.json").read_text()
        else []
    )
    command = ["verify", "--offline", *handed, *held, "--json", "--agency", str(hands.root / "agency.db"), *more]
    done = CliRunner().invoke(cli, command)
    assert "Traceback" not in done.output
    return done.exit_code, json.loads(done.stdout), done.stdout


def test_an_honest_agency_has_nothing_wrong(hands: Insider) -> None:
    code, said, _ = verify(hands)
    assert (code, said["ok"], said["files"], said["pending"], said["witnesses"]) == (
        0,
        True,
        2,
        PENDING,
        sorted(WITNESSES),
    )
    assert verify(hands, "--since", "290")[1]["looked"] == 10


@pytest.mark.parametrize("tampering", CATALOGUE, ids=NAMES)
def test_each_tampering_is_named_with_its_place(hands: Insider, tampering: Tampering) -> None:
    tampering.act(hands)
    code, said, text = verify(hands)
    if tampering.what.en in BY_THE_WITNESS or tampering.kinds == {"backup"}:
        assert code == 0, "nothing of the agency was touched, or the backup was not put back"
        return
    if tampering.kinds == {"log"}:
        assert (code, "error" in said) == (3, True), "a log whose own papers are ruined is not believed"
        return
    assert code == 1
    wrong = said["wrong"]
    assert isinstance(wrong, list)
    assert wrong
    assert {one["kind"] for one in wrong} <= tampering.kinds
    assert tampering.named in text or "refused" in tampering.named


def test_the_drill_shows_the_whole_catalogue(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["verify", "--drill", "--json", "--agency", str(tmp_path / "none.db")])
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert (said["ok"], len(said["tamperings"]), said["honest"]) == (True, len(CATALOGUE), [])
    assert {"verify", "witness", "restore"} == {by for one in said["tamperings"] for by in one["by"]}
    assert not (tmp_path / "none.db").exists(), "the drill touches nothing of the agency"


def test_a_drill_in_which_something_is_not_named_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qingfeng.cli.insider_drill.tampered", lambda master, root, number: [])
    done = CliRunner().invoke(cli, ["verify", "--drill", "--lang", "en"])
    assert done.exit_code == 1
    assert f"0 of {len(CATALOGUE)}" in done.stdout


def test_verify_in_english_and_without_a_log(hands: Insider) -> None:
    (hands.root / "log" / Tile(0, 0).path).unlink()
    told = CliRunner().invoke(cli, ["verify", "--offline", "--lang", "en", "--agency", str(hands.root / "agency.db")])
    assert told.exit_code == 1
    assert not any("\u4e00" <= char <= "\u9fff" for char in told.stdout), told.stdout
