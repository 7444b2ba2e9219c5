"""A sealed dossier: one ZIP file with a list of everything in it, signed by the log's key, and a receipt of every record it cites.

    dossier.pdf            what a person reads
    records.json           the records cited: stream, number, and the fields as recorded
    receipts/<n>.receipt   c2sp.org/tlog-proof of record n, every field shown (docs/format.md)
    evidence/<sha256>      the files that the records name
    manifest.json          the digest of each of these
    manifest.note          signed note over the digest of manifest.json

Checked without a network and without the agency: the policy, which names the log's key, comes from elsewhere.
"""

from __future__ import annotations

import json
import struct
import zlib
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from qingfeng.ledger.merkle import Hash
from qingfeng.ledger.note import BadNote, Signer, opened, signed
from qingfeng.ledger.policy import Policy
from qingfeng.ledger.proof import BadProof
from qingfeng.ledger.receipt import receipt_of, receipt_proved
from qingfeng.terms.text import Text

FIRST_LINE = "qingfeng.dossier/1"
MANIFEST, NOTE, RECORDS, PAPER = "manifest.json", "manifest.note", "records.json", "dossier.pdf"
MAX_FILES, MAX_BYTES = 2_000, 2 * 1024**3
"""Files in a dossier, bytes of all of them unpacked: what is more is no dossier of ours."""
_TIME = (2020, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found.  wrong: in words, what does not hold; final: records that enough witnesses have seen."""

    finding: int
    records: int
    final: int
    files: int
    wrong: tuple[Text, ...]
    manifest: str


def manifest_of(files: Mapping[str, bytes], *, finding: int, made: str, by: str, unproved: Sequence[str], missing: Sequence[str]) -> bytes:
    """Return the list of a dossier's files.  unproved: records that are not in the log yet; missing: files that are not on the shelf."""
    told = {"kind": FIRST_LINE, "finding": finding, "made": made, "by": by, "unproved": list(unproved), "missing": list(missing),
            "files": {name: {"sha256": sha256(data).hexdigest(), "bytes": len(data)} for name, data in sorted(files.items())}}  # fmt: skip
    return json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True).encode()


def sealed(files: Mapping[str, bytes], manifest: bytes, *, finding: int, signer: Signer) -> bytes:
    """Return a dossier as one file.  Raises BadNote."""
    note = signed(_text(signer.verifier.name, finding, manifest), [signer]).whole.encode()
    into = BytesIO()
    with ZipFile(into, "w", ZIP_DEFLATED) as pack:
        for name, data in (*sorted(files.items()), (MANIFEST, manifest), (NOTE, note)):
            pack.writestr(ZipInfo(name, _TIME), data, ZIP_DEFLATED)
    return into.getvalue()


def _text(origin: str, finding: int, manifest: bytes) -> str:
    return "".join(f"{line}\n" for line in (FIRST_LINE, origin, finding, b64encode(sha256(manifest).digest()).decode()))


def checked(data: bytes, *, policy: Policy, digest: Hash) -> Checked:
    """Check a dossier against the log's key.  Raises BadProof for what cannot be read as a dossier at all."""
    files = _unpacked(data)
    try:
        manifest, note = files.pop(MANIFEST), files.pop(NOTE)
        said = json.loads(manifest)
        listed: dict[str, Any] = dict(said["files"])
        finding, records = int(said["finding"]), json.loads(files[RECORDS])
    except (KeyError, ValueError, TypeError, RecursionError) as error:
        raise BadProof("this file holds no list of a dossier") from error
    wrong = _signature(note, manifest, finding, policy)
    for name in sorted({*listed, *files}):
        if name not in files:
            wrong.append(Text(zh=f"缺少{name}", en=f"{name} is missing"))
        elif name not in listed:
            wrong.append(Text(zh=f"{name}不在清单上", en=f"{name} is not on the list"))
        elif sha256(files[name]).hexdigest() != listed[name].get("sha256"):
            wrong.append(Text(zh=f"{name}的内容与清单不符", en=f"{name} is not what the list says"))
    final = 0
    for one in records if isinstance(records, list) else []:
        trouble, is_final = _record(one, files, policy, digest)
        final += is_final
        wrong += trouble
    return Checked(finding, len(records), final, len(files), tuple(wrong), sha256(manifest).hexdigest())


def _signature(note: bytes, manifest: bytes, finding: int, policy: Policy) -> list[Text]:
    for log in policy.logs:
        try:
            found, _ = opened(note, [log.key])
        except BadNote:
            continue
        if found.text == _text(log.key.name, finding, manifest):
            return []
    return [Text(zh="清单的签名不成立：不是这本日志签的，或者清单被改过", en="the list is not signed by this log, or was changed since")]


def _record(one: Any, files: Mapping[str, bytes], policy: Policy, digest: Hash) -> tuple[list[Text], bool]:
    """Return what is wrong with one record and whether it is final; a record without a receipt says so in the list itself."""
    name = one.get("receipt")
    where = Text(zh=f"记录{one.get('stream')}第{one.get('seq')}条", en=f"record {one.get('stream')} {one.get('seq')}")
    if name is None:
        return [], False
    try:
        receipt = receipt_of(files[name].decode())
        proof = receipt_proved(receipt, policy=policy, digest=digest)
    except (KeyError, UnicodeDecodeError, BadProof) as error:
        return [Text(zh=f"{where.zh}没有成立的存证回执", en=f"{where.en} has no receipt that holds: {error}")], False
    if {**receipt.envelope} != one["envelope"] or {**receipt.shown} != one["fields"]:
        return [Text(zh=f"{where.zh}写的与存证日志不符", en=f"{where.en} does not say what the log proves")], False
    return [], proof.final


def _unpacked(data: bytes) -> dict[str, bytes]:
    try:
        with ZipFile(BytesIO(data)) as pack:
            infos = pack.infolist()
            twice = len({one.filename for one in infos}) != len(infos)
            if twice or len(infos) > MAX_FILES or sum(one.file_size for one in infos) > MAX_BYTES:
                raise BadProof("too many files, too large, or one name twice: this is no dossier")
            return {one.filename: pack.read(one) for one in infos}
    except (BadZipFile, OSError, EOFError, RuntimeError, struct.error, zlib.error) as error:
        raise BadProof("this file cannot be unpacked") from error
