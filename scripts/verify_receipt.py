#!/usr/bin/env python3
"""核对一张回执：不联网，不用清风的任何代码。 Check a receipt: offline, with none of Qingfeng's code.

    python3 verify_receipt.py RECEIPT POLICY [--earlier RECEIPT …]

RECEIPT 回执文本；POLICY 公布的信任名单（日志和见证机构的公钥），请从别处另取一份。
--earlier：同一案件早先的回执，核对其间没有记录被抽走。
RECEIPT is the text of a receipt; POLICY the published list of keys (log and witnesses): get it from elsewhere too.
--earlier: receipts of the same case that you had before: that nothing between them was taken away.
Exit code 0: final; 3: good, but witnesses are missing; 1: not good.
Formats: c2sp.org/tlog-proof, /tlog-checkpoint, /tlog-cosignature, /tlog-policy; docs/format.md.  Needs the package `cryptography`.
"""

import base64
import hashlib
import json
import sys
import zlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


class Bad(Exception):
    """Why a receipt is not good."""


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def sha(data):
    return hashlib.sha256(data).digest()


def b64(text):
    raw = base64.b64decode(text, validate=True)
    if base64.b64encode(raw).decode() != text:
        raise Bad("base64")
    return raw


# 1. 名单 The policy: who is believed.
def read_policy(text):
    logs, witnesses, groups, quorum = {}, {}, {}, None
    for line in text.split("\n"):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if words[0] in ("log", "witness"):
            key = words[1] if words[0] == "log" else words[2]
            name, key_id, material = key.split("+", 2)
            raw = b64(material)
            if raw[:1] != {"log": b"\x01", "witness": b"\x04"}[words[0]] or sha(name.encode() + b"\n" + raw)[:4].hex() != key_id:
                raise Bad("名单里的公钥不对 a key of the policy is not right: " + name)
            entry = (name, bytes.fromhex(key_id), Ed25519PublicKey.from_public_bytes(raw[1:]))
            if words[0] == "log":
                logs[name] = entry
            else:
                witnesses[words[1]] = entry
        elif words[0] == "group":
            least = {"any": 1, "all": len(words) - 3}.get(words[2]) or int(words[2])
            groups[words[1]] = (least, words[3:])
        elif words[0] == "quorum":
            quorum = words[1]
        else:
            raise Bad("名单看不懂 the policy cannot be read: " + line)

    def met(name, have):
        if name not in groups:
            return name in have
        least, members = groups[name]
        return sum(met(one, have) for one in members) >= least

    return logs, witnesses, lambda have: quorum != "none" and met(quorum, have)


# 2. 日志头 The checkpoint: one text gives size and root, and who signed it.
def signed_by(text, lines, keys, message):
    found = set()
    for label, (name, key_id, key) in keys.items():
        for line in lines:
            dash, who, blob = line.split(" ")
            raw = b64(blob)
            if dash != "—" or who != name or raw[:4] != key_id:
                continue
            try:
                key.verify(*message(raw[4:], text.encode()))
            except InvalidSignature:
                raise Bad("签名不符 a signature does not fit: " + name) from None
            found.add(label)
    return found


def plain(raw, text):
    return raw, text


def timed(raw, text):
    return raw[8:], b"cosignature/v1\ntime %d\n" % int.from_bytes(raw[:8], "big") + text


# 3. 树 The path from the entry up to the root (RFC 9162, 2.1.3.2).
def root_from(leaf, index, size, path):
    if not 0 <= index < size:
        raise Bad("序号超出 the index is beyond the tree")
    last = size - 1
    for other in path:
        if last == 0 or len(other) != 32:
            raise Bad("路径长度不对 the path has a wrong length")
        if index & 1 or index == last:
            leaf = sha(b"\x01" + other + leaf)
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            leaf = sha(b"\x01" + leaf + other)
        index, last = index >> 1, last >> 1
    if last:
        raise Bad("路径长度不对 the path has a wrong length")
    return leaf


# 4. 内容 What it shows: each shown field makes its commitment, which completes the entry.
def canonical(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def whole_entry(entry, fields):
    commits = dict(entry["commit"])
    for name, (salt, value) in fields.items():
        digest = sha(base64.urlsafe_b64decode(salt + "==") + canonical([name, value]))
        if name in commits:
            raise Bad("一个字段不能既示出又封存 a field is shown and closed at once: " + name)
        commits[name] = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return canonical({**entry, "commit": commits})


def check(text, policy):
    """Return (what was recorded, what is shown, who cosigned, final).  Raises Bad."""
    logs, witnesses, enough = policy
    head, blank, note = text.partition("\n\n")
    lines = head.split("\n")
    if not blank or lines[0] != "c2sp.org/tlog-proof@v1" or not lines[1].startswith("extra ") or not lines[2].startswith("index "):
        raise Bad("这不是回执 this is no receipt")
    worker = zlib.decompressobj()
    packed = worker.decompress(b64(lines[1][6:]), 300_000)
    said = json.loads(packed)
    if not worker.eof or worker.unused_data or canonical(said) != packed:
        raise Bad("回执内容不完整 the contents of the receipt are not whole")
    body, _, signatures = note.rpartition("\n\n")
    body, signatures = body + "\n", signatures.rstrip("\n").split("\n")
    origin, size, root = body.split("\n")[:3]
    if origin not in logs or not signed_by(body, signatures, {origin: logs[origin]}, plain):
        raise Bad("不是名单上的日志签的 not signed by a log of the policy: " + origin)
    have = signed_by(body, signatures, witnesses, timed)
    index = int(lines[2][6:])
    leaf = sha(b"\x00" + whole_entry(said["entry"], said["show"]))
    if root_from(leaf, index, int(size), [b64(one) for one in lines[3:]]) != b64(root):
        raise Bad("当时的记录不是这样，或者不在日志里 this is not what was recorded, or it is not in the log")
    shown = {name: value for name, (_, value) in said["show"].items()}
    return {**said["entry"], "commit": None, "index": index, "size": int(size)}, shown, have, enough(have)


def main(arguments):
    files = [one for one in arguments if one != "--earlier"]
    if len(files) < 2:
        print(__doc__)
        return 2
    try:
        policy = read_policy(read(files[1]))
        entry, fields, have, final = check(read(files[0]), policy)
        for one in files[2:]:
            before = check(read(one), policy)[0]
            if before["stream"] != entry["stream"] or (before["seq"] < entry["seq"]) != (before["index"] < entry["index"]):
                raise Bad("与早先的回执对不上 it does not fit the earlier receipt " + one)
    except (Bad, OSError, ValueError, KeyError, IndexError, TypeError, zlib.error) as error:
        print("不成立 NOT GOOD:", error)
        return 1
    print("成立 GOOD" if final else "成立，但见证不足 GOOD, BUT NOT ENOUGH WITNESSES")
    for name in ("stream", "seq", "kind", "act", "at", "entered", "power", "version", "index", "size"):
        print(f"  {name}: {entry.get(name, '')}")
    for name, value in fields.items():
        print(f"  {name} = {value}")
    print("  见证 witnesses:", "、".join(sorted(have)) or "—")
    return 0 if final else 3


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
