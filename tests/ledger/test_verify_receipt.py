"""The checker that shares no code with the server says the same of good and of bent receipts."""

from __future__ import annotations

import ast
import subprocess
import sys
import zlib
from pathlib import Path
from random import Random

import pytest

from qingfeng.ledger.policy import policy_of
from qingfeng.ledger.proof import BadProof
from qingfeng.ledger.receipt import receipt_of, receipt_proved
from qingfeng.notary.keys import LOG_KINDS, WITNESS_KINDS
from tests.ledger.test_receipt import LOG, POLICY, WITNESSES, text

SCRIPT = Path(__file__).parents[2] / "scripts" / "verify_receipt.py"
KEYS = (
    f"log {LOG.verifier.vkey}\n" + "".join(f"witness w{n} {w.verifier.vkey}\n" for n, w in enumerate(WITNESSES))
    + "group both all w0 w1\nquorum both\n"
)  # fmt: skip


def run(tmp_path: Path, receipt: str, *more: str, policy: str = KEYS) -> subprocess.CompletedProcess[str]:
    (tmp_path / "r").write_text(receipt, encoding="utf-8")
    (tmp_path / "p").write_text(policy, encoding="utf-8")
    return subprocess.run([sys.executable, str(SCRIPT), "r", "p", *more], cwd=tmp_path, capture_output=True, text=True, check=False)


def test_it_shares_no_code_and_is_short() -> None:
    source = SCRIPT.read_text("utf-8")
    names = {n.name.split(".")[0] for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Import) for n in node.names}
    names |= {str(node.module).split(".")[0] for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom)}
    assert names - set(sys.stdlib_module_names) == {"cryptography"}
    assert len(source.splitlines()) <= 300


def test_a_good_receipt_is_good_and_shown(tmp_path: Path) -> None:
    done = run(tmp_path, text())
    assert done.returncode == 0, done.stdout + done.stderr
    assert "王小明" in done.stdout
    assert "seq: 3" in done.stdout
    assert run(tmp_path, text(), policy=KEYS.replace("group both all", "group both any")).returncode == 0


def test_the_example_of_the_format_is_good(tmp_path: Path) -> None:
    page = (SCRIPT.parents[1] / "docs" / "format.md").read_text("utf-8")
    policy, receipt = (page.partition(f"```{name}\n")[2].partition("```")[0] for name in ("policy", "receipt"))
    done = run(tmp_path, receipt, policy=policy)
    assert done.returncode == 0, done.stdout
    assert "data.party = 王小明" in done.stdout
    assert receipt_of(receipt).entry == receipt_of(text()).entry


def test_missing_witnesses_are_said(tmp_path: Path) -> None:
    whole = text()
    done = run(tmp_path, "\n".join(whole.split("\n")[:-2]) + "\n")
    assert done.returncode == 3, done.stdout
    assert "见证不足" in done.stdout


def test_nothing_is_final_under_a_policy_that_wants_no_witness(tmp_path: Path) -> None:
    policy = KEYS.replace("quorum both", "quorum none")
    assert run(tmp_path, text(), policy=policy).returncode == 3
    ours = policy_of(policy, log_kinds=LOG_KINDS, witness_kinds=WITNESS_KINDS)
    assert not receipt_proved(receipt_of(text()), policy=ours).final


def test_an_earlier_receipt_has_to_fit(tmp_path: Path) -> None:
    (tmp_path / "e").write_text(text(), encoding="utf-8")
    assert run(tmp_path, text(), "--earlier", "e").returncode == 0
    (tmp_path / "e").write_text("nothing", encoding="utf-8")
    assert run(tmp_path, text(), "--earlier", "e").returncode == 1


@pytest.mark.parametrize("receipt", ["", "c2sp.org/tlog-proof@v1\n", "x" * 1_000, "c2sp.org/tlog-proof@v1\nextra AA==\nindex 0\n\nx\n"])
def test_what_is_no_receipt_gets_a_sentence_and_no_traceback(tmp_path: Path, receipt: str) -> None:
    done = run(tmp_path, receipt)
    assert (done.returncode, done.stderr) == (1, "")
    assert "不成立" in done.stdout


def test_both_checkers_say_the_same_of_bent_receipts(monkeypatch: pytest.MonkeyPatch) -> None:
    space: dict[str, object] = {"__name__": "checker"}
    exec(compile(SCRIPT.read_text("utf-8"), str(SCRIPT), "exec"), space)
    policy, whole, chance = space["read_policy"](KEYS), text(), Random(5)  # type: ignore[operator]
    refusals = 0
    for _ in range(3_000):
        place = chance.randrange(len(whole))
        bent = whole[:place] + chance.choice("Aa0+/= \n—") + whole[place + 1 :]
        try:
            ours = receipt_proved(receipt_of(bent), policy=POLICY).final
        except BadProof:
            ours = None
        try:
            theirs = space["check"](bent, policy)[3]  # type: ignore[operator]
        except (space["Bad"], ValueError, KeyError, IndexError, TypeError, OSError, zlib.error):  # type: ignore[misc]
            theirs = None
        if ours is None:
            refusals += 1
        assert theirs == ours or (ours is None and not theirs), (place, bent[place - 5 : place + 5], ours, theirs)
    assert refusals > 2_000
