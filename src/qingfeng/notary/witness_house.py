"""The witness as a service of its own: its folder, its key, the logs that it watches, and its application for the server.

    witness.key   its private key, readable by its owner alone
    witness.db    every checkpoint it has seen, cosigned or refused (witness.py)
    witness-1.key, succession-1.note   a key that was replaced, and how it handed over
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
from qingfeng.ledger.note import BadNote, Note, Verifier, parsed, verifier_of
from qingfeng.ledger.succession import Succession, succession_of
from qingfeng.terms.text import Text

from .faults import LogDamaged, LogTrouble, disk_failed
from .folder import sync_folder
from .keys import LOG_KINDS, digest_of, new_witness_key, suite_of, witness_signer
from .place import write_whole
from .witness import Answer, Cosigner, Watched, Witness
from .witness_app import application

KEY, DATABASE, LOGS, NEXT = "witness.key", "witness.db", "logs", "witness.key.next"
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


def watch(folder: Path, vkey: str, *, succession: str | None = None, in_person: bool = False) -> Verifier:
    """Watch a log too.  Raises LogTrouble, BadNote; a second key under the name of a log is refused.

    succession: the note by which the known key hands over to this one; in_person: the known key was lost, and whoever runs this has
    compared the new one with that agency face to face.  What was cosigned so far stays: the new key continues it, or is refused.
    """
    key = verifier_of(vkey, LOG_KINDS)
    known = logs_in(folder)
    former = next((one for one in known if one.name == key.name and one.vkey != key.vkey), None)
    if former is not None and succession is not None:
        _must_hand_over(folder, former, key, succession)
    elif former is not None and not in_person:
        raise LogTrouble(Text(
            zh=f"已登记日志“{key.name}”的另一把公钥，没有改动；请用 --succession 指明旧密钥签的移交文件；旧密钥遗失的，与该单位当面核对后加 --in-person。",
            en=f"The log {key.name} is known under another key, which was left alone. Name the note by which that one hands over "
            "(--succession); if it was lost, compare the new one with that agency in person, then add --in-person."))  # fmt: skip
    if former is not None or all(one.vkey != key.vkey for one in known):
        write_whole(folder / LOGS, "".join(f"log {one.vkey}\n" for one in (*(one for one in known if one is not former), key)))
    return key


def _must_hand_over(folder: Path, former: Verifier, key: Verifier, succession: str) -> None:
    """Raise BadNote or LogTrouble unless the former key hands over to this one, at a size not behind what was cosigned here."""
    said = succession_of(succession, LOG_KINDS)
    if (said.old.vkey, said.new.vkey) != (former.vkey, key.vkey) or said.head is None:
        raise BadNote("this note hands over another key, or to another one")
    size = next((one.size for one in seen(folder) if one.origin == key.name), None)
    if size is not None and size > said.head[0]:
        raise LogTrouble(Text(
            zh=f"移交文件说旧密钥只签到第 {said.head[0]} 条，这里却见证过它签的 {size} 条：不予更换，请向该单位查问。",
            en=f"The note says that the old key signed up to {said.head[0]}, but {size} entries under it were cosigned here: "
            "nothing was changed, ask that agency."))  # fmt: skip


def rotate(folder: Path) -> tuple[Verifier, Path]:
    """Give the witness a new key; return it, and the note by which the old one hands over to it.  Raises LogTrouble, BadNote.

    What was cosigned stays in the database, so that the new key continues it.
    """
    old = witness_signer(folder / KEY)
    new = _made(folder, old.verifier.name, suite_of(old.verifier))
    number = 1 + sum(1 for _ in folder.glob("witness-[0-9]*.key"))
    text, now = Succession(old.verifier, new.verifier).text, int(time.time())
    path = folder / f"succession-{number}.note"
    write_whole(path, Note(text, (old.cosign(text, now), new.cosign(text, now))).whole)
    try:
        os.link(folder / KEY, folder / f"witness-{number}.key")
    except OSError as error:
        raise disk_failed(folder / KEY, error) from error
    _put(folder)
    return new.verifier, path


def lost(folder: Path, name: str, *, suite: str = "sha256") -> Verifier:
    """Give the witness a new key because its old one is gone; nothing vouches for it but who brings it.  Raises LogTrouble, BadNote."""
    if (folder / KEY).exists():
        raise LogTrouble(Text(zh=f"{KEY}还在，没有改动；确已不能再用的，先把它移走。",
                              en=f"{KEY} is there and was left alone: if it is of no more use, move it away first."))  # fmt: skip
    if not (folder / DATABASE).exists():
        raise LogTrouble(Text(zh=f"{folder.name}里没有见证过的记录，不是原来的见证；新的见证用 qingfeng witness begin 建立。",
                              en=f"{folder.name} holds nothing that was witnessed: a new witness begins with qingfeng "
                                 f"witness begin."))  # fmt: skip
    key = _made(folder, name, suite).verifier
    _put(folder)
    return key


def _made(folder: Path, name: str, suite: str) -> Cosigner:
    """Return the next key; one that was made before something broke off is used."""
    path = folder / NEXT
    return witness_signer(path) if path.exists() else new_witness_key(path, name, suite)


def _put(folder: Path) -> None:
    try:
        os.replace(folder / NEXT, folder / KEY)
    except OSError as error:
        raise disk_failed(folder / KEY, error) from error
    sync_folder(folder)


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
