"""The witness as a service of its own: its folder, its key, the logs that it watches, and its application for the server.

    witness.key   its private key, readable by its owner alone
    witness.db    every checkpoint it has seen, cosigned or refused (witness.py)
    logs          the public keys of the logs that it watches, a line each: log <vkey>

Nothing in this folder is the agency's, and it stands on another machine, under another office.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from qingfeng.ledger.checkpoint import checkpoint_in
from qingfeng.ledger.note import BadNote, Verifier, parsed, verifier_of
from qingfeng.terms.text import Text

from .faults import LogDamaged, LogTrouble, disk_failed
from .keys import LOG_KINDS, digest_of, new_witness_key, witness_signer
from .place import write_whole
from .witness import Answer, Watched, Witness
from .witness_app import application

KEY, DATABASE, LOGS = "witness.key", "witness.db", "logs"
PLACE = "QINGFENG_WITNESS"
"""The environment variable that tells the server where the folder is."""
MAX_LOGS = 1_000


@dataclass(frozen=True, slots=True)
class Seen:
    """What a witness has cosigned last of a log; size None: nothing yet."""

    origin: str
    vkey: str
    size: int | None


def begin(folder: Path, name: str, *, suite: str = "sha256") -> Verifier:
    """Make a witness; return its public key.  Raises LogTrouble when there is one, BadNote for a bad name."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise disk_failed(folder, error) from error
    key = new_witness_key(folder / KEY, name, suite).verifier
    write_whole(folder / LOGS, "")
    return key


def watch(folder: Path, vkey: str) -> Verifier:
    """Watch a log too.  Raises LogTrouble, BadNote; a second key under the name of a log is refused."""
    key = verifier_of(vkey, LOG_KINDS)
    known = logs_in(folder)
    if any(one.name == key.name and one.vkey != key.vkey for one in known):
        raise LogTrouble(Text(
            zh=f"已登记日志“{key.name}”的另一把公钥，没有改动；更换公钥须与该单位当面核对后修改 {LOGS} 文件。",
            en=f"The log {key.name} is known under another key, which was left alone; "
            f"compare with that agency in person, then edit {LOGS}."))  # fmt: skip
    if all(one.vkey != key.vkey for one in known):
        write_whole(folder / LOGS, "".join(f"log {one.vkey}\n" for one in (*known, key)))
    return key


def logs_in(folder: Path) -> Sequence[Verifier]:
    """Return the keys of the logs that a witness watches.  Raises LogTrouble."""
    path = folder / LOGS
    if not path.exists():
        return ()
    try:
        lines = [line.split() for line in path.read_text("utf-8").split("\n") if line.strip() and not line.startswith("#")]
    except OSError as error:
        raise disk_failed(path, error) from error
    if len(lines) > MAX_LOGS or any(len(words) != 2 or words[0] != "log" for words in lines):
        raise LogDamaged(Text(zh=f"{LOGS} 应为每行一个 log <公钥>。", en=f"{LOGS} has a line log <vkey> for each log."))
    try:
        return [verifier_of(words[1], LOG_KINDS) for words in lines]
    except BadNote as error:
        raise LogDamaged(Text(zh=f"{LOGS} 里有读不出的公钥（{error}）。", en=f"A key in {LOGS} cannot be read: {error}.")) from error


def witness_in(folder: Path) -> Witness:
    """Return the witness of a folder.  Raises LogTrouble, sqlite3.Error."""
    known: Mapping[str, Watched] = {one.name: Watched((one,), digest_of(one)) for one in logs_in(folder)}
    signer = witness_signer(folder / KEY)
    made = folder / DATABASE
    if not made.exists():
        made.touch(mode=0o600)
    return Witness(made, signer, known, now=lambda: int(time.time()))


def seen(folder: Path) -> Sequence[Seen]:
    """Return what was cosigned last, by log.  Raises LogTrouble, sqlite3.Error."""
    witness, told = witness_in(folder), []
    for key in logs_in(folder):
        answer = witness.latest(sha256(key.name.encode()).hexdigest())
        size = checkpoint_in(parsed(answer.body).text, digest_of(key)).size if answer.status == 200 else None
        told.append(Seen(key.name, key.vkey, size))
    return told


def carried(folder: Path, request: bytes) -> tuple[Answer, str | None]:
    """Answer a request that came as a file; return the answer, and if it was cosigned the checkpoint to carry back."""
    answer = witness_in(folder).add_checkpoint(request)
    if answer.status != 200:
        return answer, None
    return answer, request.partition(b"\n\n")[2].decode() + answer.body


def service() -> Any:
    """Return the application for the server, over the folder that the environment names."""
    return application(witness_in(Path(os.environ[PLACE])))
