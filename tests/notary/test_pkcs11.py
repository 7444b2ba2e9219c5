"""The log's key in a device: SoftHSM stands for one.  `./test --all` installs it; without it this fails and says so."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from qingfeng.casework.office import Office
from qingfeng.casework.ports import Store
from qingfeng.notary import pkcs11, succession
from qingfeng.notary.audit import Audit
from qingfeng.notary.faults import LogTrouble
from qingfeng.notary.house import found, state_of
from qingfeng.notary.keys import log_signer, new_device_key
from tests.notary.test_house import AT, SYSTEM, add, office, store, work

assert all((office, store)), "fixtures of the house"
pytestmark = pytest.mark.slow
MODULES = [
    Path(one)
    for one in ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so", "/usr/local/lib/softhsm/libsofthsm2.so")
]


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A device with one token, for all tests here: its library reads its settings once a process."""
    tool = shutil.which("softhsm2-util")
    library = next((one for one in MODULES if one.exists()), None)
    assert tool is not None and library is not None, "SoftHSM is missing: install softhsm2 (./test --all does)"  # noqa: PT018
    folder = tmp_path_factory.mktemp("hsm")
    (folder / "tokens").mkdir()
    (folder / "conf").write_text(f"directories.tokendir = {folder / 'tokens'}\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(folder / "conf"))
        subprocess.run(
            [tool, "--init-token", "--free", "--label", "qingfeng", "--pin", "1234", "--so-pin", "5678"],
            check=True,
            capture_output=True,
        )
        pkcs11._module(str(library), __import__("os").getpid())
    return str(library)


def test_a_log_lives_under_a_key_that_never_leaves_its_device(
    tmp_path: Path, module: str, store: Store, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(pkcs11.PIN, "1234")
    place = found(tmp_path, office, at=AT, origin="log.example/agency", device=(module, "qingfeng"))
    assert place.key_file.read_text("utf-8").startswith("PKCS11+KEY+log.example/agency+")
    assert "PRIVATE" not in place.key_file.read_text("utf-8")
    add(store, 5)
    work(place, store)
    new = succession.rotate(tmp_path, office, reason="年度更换", by=SYSTEM, at=AT)
    assert new.key_file.read_text("utf-8").startswith("PKCS11+KEY+"), "the next key is made in the same device"
    work(new, store)
    audited = Audit(store, new.folder, new.head, new.key, retired=new.retired).run()
    assert (audited.wrong, audited.pending, state_of(new, store).trouble) == ((), 0, None)


def test_signatures_fit_their_key_alone(tmp_path: Path, module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(pkcs11.PIN, "1234")
    one, two = (new_device_key(tmp_path / name, "log.example", module, "qingfeng") for name in ("a", "b"))
    again = log_signer(tmp_path / "a")
    raw = again.sign("a text\n").raw
    assert one.verifier.fits("a text\n", raw)
    assert not two.verifier.fits("a text\n", raw)
    assert not one.verifier.fits("another\n", raw)
    with pytest.raises(LogTrouble, match="从不覆盖"):
        new_device_key(tmp_path / "a", "log.example", module, "qingfeng")


def test_what_a_device_refuses_is_said_in_words(tmp_path: Path, module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(pkcs11.PIN, "1234")
    new_device_key(tmp_path / "a", "log.example", module, "qingfeng")
    text = (tmp_path / "a").read_text("utf-8")
    with pytest.raises(LogTrouble, match="no such token"):
        new_device_key(tmp_path / "b", "log.example", module, "another")
    with pytest.raises(LogTrouble, match="cannot be opened"):
        new_device_key(tmp_path / "b", "log.example", str(tmp_path / "none.so"), "qingfeng")
    (tmp_path / "a").write_text(text.replace("\nkey qingfeng-", "\nkey other-"), encoding="utf-8")
    with pytest.raises(LogTrouble, match="no such key"):
        log_signer(tmp_path / "a").sign("a text\n")
    monkeypatch.delenv(pkcs11.PIN)
    with pytest.raises(LogTrouble, match="no PIN"):
        log_signer(tmp_path / "a").sign("a text\n")
    pin = tmp_path / "a.pin"
    pin.touch(mode=0o600)
    pin.write_text("1234\n", encoding="utf-8")
    (tmp_path / "a").write_text(text, encoding="utf-8")
    assert log_signer(tmp_path / "a").sign("a text\n").raw
    pin.chmod(0o644)
    with pytest.raises(LogTrouble, match="no PIN"):
        log_signer(tmp_path / "a").sign("a text\n")
