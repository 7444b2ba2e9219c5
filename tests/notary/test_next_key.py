"""The key that follows another: made where the former was kept, and not elsewhere because that could not be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from qingfeng.notary.faults import LogTrouble
from qingfeng.notary.keys import log_signer, new_log_key, next_log_key


def test_a_key_file_that_is_gone_is_followed_by_another_file(tmp_path: Path) -> None:
    signer = next_log_key(tmp_path / "next", tmp_path / "gone", "log.example.gov.cn", "sha256")
    assert signer.verifier.name == "log.example.gov.cn"
    assert (tmp_path / "next").exists()


@pytest.mark.parametrize("held", [b"\xff\xfe\x00", None])
def test_nothing_is_made_where_nobody_can_tell_what_the_former_was(tmp_path: Path, held: bytes | None) -> None:
    former = tmp_path / "former"
    former.mkdir() if held is None else former.write_bytes(held)
    with pytest.raises(LogTrouble, match="former"):
        next_log_key(tmp_path / "next", former, "log.example.gov.cn", "sha256")
    assert not (tmp_path / "next").exists()


@pytest.mark.parametrize("kept", [0, 1, 40])
def test_a_key_file_cut_off_anywhere_is_named(tmp_path: Path, kept: int) -> None:
    new_log_key(tmp_path / "key", "log.example.gov.cn", "sha256")
    (tmp_path / "key").write_bytes((tmp_path / "key").read_bytes()[:kept])
    with pytest.raises(LogTrouble, match="key"):
        log_signer(tmp_path / "key")
