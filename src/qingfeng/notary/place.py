"""Where the log of an agency lives: its settings, the list of those who are believed, the tiles, the head, the key.

    notary/notary.json   the log's name and where the other things are, relative to this folder
    notary/policy        c2sp.org/tlog-policy: the log's public key, the witnesses, how many of them are enough
    notary/log/          tiles, and the published checkpoint
    notary/cosigned/     checkpoints with the cosignatures gathered so far
    notary-head/         the head, on a path of its own that no backup touches (another disk, if there is one)
    notary-key/log.key   the log's private key, apart; log-2.key the next one after a rotation
    notary/succession-1.note   how the first key handed over to the second (docs/format.md, section 11)
"""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from qingfeng.ledger.merkle import Hash
from qingfeng.ledger.note import BadNote, Verifier, verifier_of
from qingfeng.ledger.policy import NONE, BadPolicy, Party, Policy, policy_of
from qingfeng.ledger.succession import Retired, succession_of
from qingfeng.terms.text import Text

from .cosigned import Cosigned
from .faults import LogDamaged, LogTrouble, disk_failed
from .folder import LogFolder, sync_folder
from .head import HeadFile
from .keys import LOG_KINDS, WITNESS_KINDS, digest_of, log_signer, new_device_key, new_log_key
from .reader import LogReader

FOLDER, SETTINGS, POLICY = "notary", "notary.json", "policy"
DEFAULT_HEAD, DEFAULT_KEY = "../notary-head", "../notary-key/log.key"
_NAME = re.compile("[A-Za-z0-9._-]{1,60}")
MAX_SETTINGS = 10_000


@dataclass(frozen=True, slots=True)
class Place:
    """The log of one agency on this machine.  key: its public key; key_file: where the private one is; retired: keys before it."""

    home: Path
    key: Verifier
    log: Path
    head_folder: Path
    key_file: Path
    policy: Policy
    retired: tuple[Retired, ...] = ()

    @property
    def origin(self) -> str:
        """The log's name."""
        return self.key.name

    @property
    def digest(self) -> Hash:
        """The hash function of the log's suite."""
        return digest_of(self.key)

    @property
    def folder(self) -> LogFolder:
        """The tiles."""
        return LogFolder(self.log)

    @property
    def head(self) -> HeadFile:
        """The head."""
        return HeadFile(self.head_folder)

    @property
    def reader(self) -> LogReader:
        """What reads the log and trusts the public key alone."""
        return LogReader(self.folder, self.head, self.key, self.digest, self.retired)

    @property
    def cosigned(self) -> Cosigned:
        """The checkpoints with what witnesses have said of them."""
        return Cosigned(self.home / "cosigned", self.key, self.policy, self.digest, self.retired)


def place_in(home: Path) -> Place | None:
    """Return the log of the agency in a folder, None if none was begun there.  Raises LogTrouble."""
    folder = home / FOLDER
    try:
        raw = (folder / SETTINGS).read_text("utf-8")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise disk_failed(folder / SETTINGS, error) from error
    try:
        said = json.loads(raw) if len(raw) <= MAX_SETTINGS else None
        key = verifier_of(str(said["log_key"]), LOG_KINDS)  # type: ignore[index]
        where = [folder / str(said[name]) for name in ("log", "head", "key")]  # type: ignore[index]
        before = said.get("retired", ())  # type: ignore[union-attr]
        retired = tuple(Retired(verifier_of(str(one["key"]), LOG_KINDS), int(one["size"])) for one in before)
    except (ValueError, KeyError, TypeError) as error:
        raise _unreadable(SETTINGS, str(error)) from error
    log, head, private = where
    return Place(folder, key, log, head, private, read_policy(folder / POLICY, key), retired)


def read_policy(path: Path, key: Verifier | None = None) -> Policy:
    """Return a policy in a file; with a key, one that names this log.  Raises LogTrouble."""
    try:
        policy = policy_of(path.read_text("utf-8"), log_kinds=LOG_KINDS, witness_kinds=WITNESS_KINDS)
    except OSError as error:
        raise disk_failed(path, error) from error
    except (BadPolicy, UnicodeDecodeError) as error:
        raise _unreadable(path.name, str(error)) from error
    if key is not None and all(one.key.vkey != key.vkey for one in policy.logs):
        raise _unreadable(path.name, f"it does not name the log {key.name}")
    return policy


def begin(
    home: Path, *, origin: str | None = None, suite: str = "sha256", log: str = "log", head: str = DEFAULT_HEAD, key: str = DEFAULT_KEY,
    device: tuple[str, str] | None = None,
) -> Place:  # fmt: skip
    """Make keys and folders of a new log.  Paths are relative to the notary's folder.  device: library and token that hold the key.
    Raises LogTrouble, BadNote.

    What broke off before the settings were written is begun anew under the key that was made, if no name is given.
    """
    folder = home / FOLDER
    if (folder / SETTINGS).exists():
        raise LogTrouble(Text(
            zh="存证日志已经建立，没有改动；用 qingfeng notary state 查看。",
            en="The log has been begun already and was left alone; see qingfeng notary state."))  # fmt: skip
    name = origin or f"qingfeng.local/{secrets.token_hex(6)}"
    for made in (folder, folder / head):
        try:
            made.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise disk_failed(made, error) from error
    there = (folder / key).exists() and origin is None
    if there:
        public = log_signer(folder / key).verifier
    elif device is not None:
        public = new_device_key(folder / key, name, *device).verifier
    else:
        public = new_log_key(folder / key, name, suite).verifier
    write_policy(folder / POLICY, public, (), 0)
    said = {"v": 1, "log_key": public.vkey, "log": log, "head": head, "key": key}
    write_whole(folder / SETTINGS, json.dumps(said, ensure_ascii=False, indent=2) + "\n")
    made_place = place_in(home)
    assert made_place is not None
    return made_place


def succeed(place: Place, new: Verifier, key_file: Path, retired: Sequence[Retired]) -> None:
    """Put a new key into the settings: from here on it is the log's.  Raises LogTrouble."""
    path = place.home / SETTINGS
    try:
        said = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise disk_failed(path, error) from error
    said |= {"log_key": new.vkey, "key": str(Path(said["key"]).with_name(key_file.name)),
             "retired": [{"key": one.key.vkey, "size": one.size} for one in retired]}  # fmt: skip
    write_whole(path, json.dumps(said, ensure_ascii=False, indent=2) + "\n")


def write_policy(path: Path, log: Verifier, witnesses: Sequence[Party], least: int, retired: Sequence[Retired] = ()) -> None:
    """Write a policy: so many of the witnesses make a checkpoint final; none: nothing is ever final.  retired: keys of the log before
    this one, which receipts that were given under them still need.  Raises LogTrouble."""
    lines = [
        "# 信任名单 c2sp.org/tlog-policy：核对回执时请从别处另取一份。 Who is believed; get a copy from elsewhere too.",
        *(line for one in retired for line in (f"# 以下公钥已更换，只用到第 {one.size} 条 replaced; up to {one.size}", f"log {one.key.vkey}")),
        f"log {log.vkey}",
        *(" ".join(("witness", one.name, one.key.vkey, *([one.url] if one.url else []))) for one in witnesses),
    ]
    if witnesses:
        lines += [f"group enough {least} {' '.join(one.name for one in witnesses)}", "quorum enough"]
    else:
        lines += [f"quorum {NONE}"]
    write_whole(path, "\n".join(lines) + "\n")


def witness_line(name: str, vkey: str, url: str | None) -> Party:
    """Return a witness as a policy names it.  Raises BadNote."""
    if not _NAME.fullmatch(name) or name in (NONE, "enough"):
        raise BadNote(f"{name[:60]!r} is no name of a witness: letters, digits, . - _")
    if url is not None and (not url.startswith(("http://", "https://")) or len(url) > 300 or any(c.isspace() for c in url)):
        raise BadNote(f"{url[:60]!r} is no address of a witness: http://… or https://…")
    return Party(name, verifier_of(vkey, WITNESS_KINDS), url.rstrip("/") if url else None)


def must_hand_over(former: Party, party: Party, succession: str) -> None:
    """Raise BadNote unless a witness's former key hands over to the new one."""
    said = succession_of(succession, WITNESS_KINDS)
    if (said.old.vkey, said.new.vkey) != (former.key.vkey, party.key.vkey):
        raise BadNote("this note hands over another key, or to another one")


def least_of(policy: Policy) -> Mapping[str, int]:
    """Return how many witnesses a policy of ours wants, by the name of its group."""
    return {name: group.least for name, group in policy.groups.items()}


def write_whole(path: Path, text: str, *, mode: int = 0o644) -> None:
    """Write a file so that it is there whole or not at all, and lasts.  Raises LogTrouble."""
    beside = path.with_name(f".{path.name}.new")
    try:
        held = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        try:
            with open(held, "w", encoding="utf-8", closefd=False) as file:
                file.write(text)
            os.fsync(held)
        finally:
            os.close(held)
        os.replace(beside, path)
    except OSError as error:
        raise disk_failed(path, error) from error
    sync_folder(path.parent)


def _unreadable(name: str, cause: str) -> LogDamaged:
    return LogDamaged(Text(
        zh=f"{name}读不出（{cause[:200]}）：被改动或损坏。请由备份或原件恢复。",
        en=f"{name} cannot be read ({cause[:200]}): changed or damaged. Put it back from a copy."))  # fmt: skip
