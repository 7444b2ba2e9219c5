"""Forty tamperings by somebody who owns database, files and even the log's key: `qingfeng verify` names each of them and its place."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner

from qingfeng.cli.main import cli
from qingfeng.ledger.note import Ed25519Signer
from qingfeng.ledger.tiles import Tile
from qingfeng.notary.place import Party, write_policy, write_whole
from tests.notary.test_audit import SIGNER, TAMPERINGS, WITNESS, Scene
from tests.notary.test_audit import master as master  # noqa: PLC0414  the same log, made once

assert master


def furnished(root: Path) -> None:
    """Make the scene an agency's: settings, policy, what the witness said, a shelf with one file."""
    notary = root / "notary"
    (notary / "cosigned").mkdir(parents=True)
    write_policy(notary / "policy", SIGNER.verifier, [Party("discipline", WITNESS.verifier)], 1)
    shutil.copy(root / "witnessed", notary / "cosigned" / f"{300:019d}-kept.note")
    said = {"v": 1, "log_key": SIGNER.verifier.vkey, "log": "../log", "head": "../head", "key": "../key"}
    write_whole(notary / "notary.json", json.dumps(said))
    digest = sha256(b"scan of the evidence").hexdigest()
    (root / "files" / digest[:2]).mkdir(parents=True)
    (root / "files" / digest[:2] / digest).write_bytes(b"scan of the evidence")


@pytest.fixture
def scene(master: Path, tmp_path: Path) -> Scene:
    shutil.copytree(master, tmp_path / "scene")
    furnished(tmp_path / "scene")
    return Scene(tmp_path / "scene")


def exchange_file(scene: Scene) -> None:
    (file,) = [one for one in (scene.root / "files").rglob("*") if one.is_file()]
    file.write_bytes(b"another picture")


def policy_of_another_key(scene: Scene) -> None:
    """The log signed anew under a key of the insider's own, and the policy beside it changed to fit."""
    other = Ed25519Signer(SIGNER.name, b"x" * 32)
    write_policy(scene.root / "notary" / "policy", other.verifier, [Party("discipline", WITNESS.verifier)], 1)


def damaged_settings(scene: Scene) -> None:
    (scene.root / "notary" / "notary.json").write_text("{", encoding="utf-8")


def verify(scene: Scene, *more: str) -> tuple[int, dict[str, object], str]:
    done = CliRunner().invoke(cli, ["verify", "--offline", "--json", "--agency", str(scene.root / "qf.db"), *more])
    assert "Traceback" not in done.output
    return done.exit_code, json.loads(done.stdout), done.stdout


def test_an_honest_agency_has_nothing_wrong(scene: Scene) -> None:
    code, said, _ = verify(scene)
    assert (code, said["ok"], said["files"], said["pending"], said["witnesses"]) == (0, True, 1, 5, ["discipline"])
    assert verify(scene, "--since", "290")[1]["looked"] == 10


@pytest.mark.parametrize(
    ("tamper", "kinds", "named"), [*TAMPERINGS, (exchange_file, {"file"}, "files/")],
    ids=[f"{n}-{one[0].__name__}" for n, one in enumerate([*TAMPERINGS, (exchange_file, 0, 0)])],
)  # fmt: skip
def test_each_tampering_is_named_with_its_place(scene: Scene, tamper: Callable[[Scene], None], kinds: set[str], named: str) -> None:
    tamper(scene)
    code, said, text = verify(scene)
    assert code == 1
    wrong = said["wrong"]
    assert isinstance(wrong, list)
    assert wrong
    assert {one["kind"] for one in wrong} <= kinds
    assert named in text


@pytest.mark.parametrize("tamper", [policy_of_another_key, damaged_settings])
def test_a_log_whose_own_papers_are_changed_is_not_believed(scene: Scene, tamper: Callable[[Scene], None]) -> None:
    good = scene.root / "good-policy"
    shutil.copy(scene.root / "notary" / "policy", good)
    tamper(scene)
    code, said, _ = verify(scene)
    assert code == 3
    assert "error" in said


def test_verify_in_english_and_without_a_log(scene: Scene, tmp_path: Path) -> None:
    (scene.root / "log" / Tile(0, 0).path).unlink()
    told = CliRunner().invoke(cli, ["verify", "--offline", "--lang", "en", "--agency", str(scene.root / "qf.db")])
    assert told.exit_code == 1
    assert not any("\u4e00" <= char <= "\u9fff" for char in told.stdout), told.stdout
    shutil.copy(scene.root / "qf.db", tmp_path / "alone.db")
    assert CliRunner().invoke(cli, ["verify", "--agency", str(tmp_path / "alone.db")]).exit_code == 3
