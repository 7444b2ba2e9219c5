#!/usr/bin/env python3
"""核对一张回执或者承诺：不联网，不用清风的任何代码。 Check a receipt or a promise: offline, with none of Qingfeng's code.

    python3 verify_receipt.py RECEIPT POLICY [--earlier RECEIPT …]
    python3 verify_receipt.py PROMISE POLICY [--log FOLDER] [--earlier RECEIPT …]

RECEIPT 回执文本；POLICY 公布的信任名单（日志和见证机构的公钥），请从别处另取一份。
--earlier：同一案件早先的回执，核对其间没有记录被抽走。
RECEIPT is the text of a receipt; POLICY the published list of keys (log and witnesses): get it from elsewhere too.
--earlier: receipts of the same case that you had before: that nothing between them was taken away.
--log：公布的日志（checkpoint 和 tile/0/）。承诺了、日志里没有的，承诺就是记录被删的证据。
--log is the published log. What was promised and is not in it was deleted: the promise is the evidence.
Exit code 0: final; 3: good, but witnesses are missing; 1: not good.
Formats: c2sp.org/tlog-proof, /tlog-checkpoint, /tlog-cosignature, /tlog-policy; docs/format.md.
Needs the package `cryptography`; for logs with SM2 and SM3 the command `openssl` (3.0 or later) instead.
"""

import base64
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
import zlib

KINDS = {"log": (b"\x01", b"\xffqingfeng.sm2-sm3.note/1\n"), "witness": (b"\x04", b"\xffqingfeng.sm2-sm3.cosignature/1\n")}
SM2_KEY = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")  # what stands before the point in a public key (X.509)


class Bad(Exception):
    """Why a receipt is not good."""


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def sha(data):
    return hashlib.sha256(data).digest()


def sm3(data):
    return hashlib.new("sm3", data).digest()


def ed25519(key, raw, message):
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415  logs with SM2 are checked without this package
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415

    try:
        Ed25519PublicKey.from_public_bytes(key).verify(raw, message)
    except InvalidSignature:
        return False
    return True


def sm2(key, raw, message):
    with tempfile.TemporaryDirectory() as folder:
        names = [os.path.join(folder, name) for name in "ksm"]
        for name, data in zip(names, (SM2_KEY + key, raw, message), strict=True):
            with open(name, "wb") as file:
                file.write(data)
        command = ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", names[0], "-sigfile", names[1], "-in", names[2],
                   "-rawin", "-digest", "sm3", "-pkeyopt", "distid:1234567812345678"]  # fmt: skip
        return subprocess.run(command, capture_output=True, check=False).returncode == 0


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
            kind = next((one for one in KINDS[words[0]] if raw.startswith(one)), None)
            if kind is None or sha(name.encode() + b"\n" + raw)[:4].hex() != key_id:
                raise Bad("名单里的公钥不对 a key of the policy is not right: " + name)
            entry = (name, bytes.fromhex(key_id), raw[len(kind) :], ed25519 if len(kind) == 1 else sm2)
            if words[0] == "log":
                logs[key] = entry
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
    for label, (name, key_id, key, fits) in keys.items():
        for line in lines:
            dash, who, blob = line.split(" ")
            raw = b64(blob)
            if dash != "—" or who != name or raw[:4] != key_id:
                continue
            if not fits(key, *message(raw[4:], text.encode())):
                raise Bad("签名不符 a signature does not fit: " + name)
            found.add(label)
    return found


def plain(raw, text):
    return raw, text


def timed(raw, text):
    return raw[8:], b"cosignature/v1\ntime %d\n" % int.from_bytes(raw[:8], "big") + text


def parts(note):
    body, _, signatures = note.rpartition("\n\n")
    return body + "\n", signatures.rstrip("\n").split("\n")


# 3. 树 The path from the entry up to the root (RFC 9162, 2.1.3.2).
def root_from(leaf, index, size, path, digest):
    if not 0 <= index < size:
        raise Bad("序号超出 the index is beyond the tree")
    last = size - 1
    for other in path:
        if last == 0 or len(other) != 32:
            raise Bad("路径长度不对 the path has a wrong length")
        if index & 1 or index == last:
            leaf = digest(b"\x01" + other + leaf)
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            leaf = digest(b"\x01" + leaf + other)
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
    body, signatures = parts(note)
    origin, size, root = body.split("\n")[:3]
    if not signed_by(body, signatures, {key: entry for key, entry in logs.items() if entry[0] == origin}, plain):
        raise Bad("不是名单上的日志签的 not signed by a log of the policy: " + origin)
    have = signed_by(body, signatures, witnesses, timed)
    index, digest = int(lines[2][6:]), sha if all(key[3] is ed25519 for key in logs.values() if key[0] == origin) else sm3
    leaf = digest(b"\x00" + whole_entry(said["entry"], said["show"]))
    if root_from(leaf, index, int(size), [b64(one) for one in lines[3:]], digest) != b64(root):
        raise Bad("当时的记录不是这样，或者不在日志里 this is not what was recorded, or it is not in the log")
    shown = {name: value for name, (_, value) in said["show"].items()}
    place = {"index": index, "size": int(size), "origin": origin, "root": root, "leaf": leaf}
    return {**said["entry"], "commit": None, **place}, shown, have, enough(have)


# 5. Two receipts of one case, the one with the lower number first: one history, or somebody changed it.
def fit(one, two):
    if (one["stream"], one["origin"]) != (two["stream"], two["origin"]) or (one["size"] == two["size"] and one["root"] != two["root"]):
        return False
    if one["seq"] == two["seq"]:
        return (one["index"], one["leaf"]) == (two["index"], two["leaf"])
    return two["index"] - one["index"] >= two["seq"] - one["seq"]


# 6. 承诺 A promise: a record that has to be in the log; if it is not, it was deleted, and this is the evidence.
def promised(text, policy, folder, receipts):
    body, lines = parts(text)
    first, origin, stream, seq, leaf, when = body.rstrip("\n").split("\n")
    keys = {key: entry for key, entry in policy[0].items() if entry[0] == origin}
    if first != "qingfeng.promise/1" or not signed_by(body, lines, keys, plain):
        raise Bad("不是名单上的日志签的承诺 no promise of a log of the policy")
    print(f"承诺成立 A GOOD PROMISE\n  {stream}#{seq}\n  {time.strftime('%Y-%m-%d %H:%M:%S', time.localtime(int(when)))}")
    same = [one for one in receipts if (one["origin"], one["stream"], one["seq"]) == (origin, stream, int(seq))]
    held = any(one["leaf"] == b64(leaf) for one in same)
    gone = bool(same) and not held
    if folder and not held:
        digest = sha if all(key[3] is ed25519 for key in keys.values()) else sm3
        held = b64(leaf) in published(folder, keys, origin, digest)
        gone = gone or (not held and time.time() > int(when) + 86_400)
    print("  日志里有 IN THE LOG" if held and not gone else "  承诺了，日志里没有：这份承诺就是记录被删、被换的证据 PROMISED, NOT IN THE LOG: this "
          "promise is the evidence that the record was deleted or replaced" if gone else "  还没有看到它在日志里，记录应在一天之内入日志 not seen in the log"
          " yet, where it has to be within a day")  # fmt: skip
    return 1 if gone else 0 if held else 3


def published(folder, keys, origin, digest):
    body, lines = parts(read(os.path.join(folder, "checkpoint")))
    name, size, root = body.split("\n")[:3]
    if name != origin or not signed_by(body, lines, keys, plain):
        raise Bad("公布的日志头不是这个日志签的 the published head is not of this log")
    leaves = []
    for first in range(0, int(size), 256):
        number, wide = f"{first // 256:03d}", min(256, int(size) - first)
        number = number.zfill(-(-len(number) // 3) * 3)
        names = [number[at : at + 3] for at in range(0, len(number), 3)]
        path = os.path.join(folder, "tile", "0", *("x" + one for one in names[:-1]), names[-1])
        part = f"{path}.p/{wide}"
        with open(part if wide < 256 and os.path.exists(part) else path, "rb") as file:
            leaves += [file.read(32) for _ in range(wide)]
    if tree(leaves, digest) != b64(root):
        raise Bad("公布的瓦片与日志头不符 the published tiles do not make the published head")
    return leaves


def tree(leaves, digest):
    if len(leaves) < 2:
        return leaves[0] if leaves else digest(b"")
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return digest(b"\x01" + tree(leaves[:half], digest) + tree(leaves[half:], digest))


def main(arguments):
    folder = arguments[arguments.index("--log") + 1] if "--log" in arguments[:-1] else None
    files = [one for one in arguments if one not in ("--earlier", "--log", folder)]
    if len(files) < 2:
        print(__doc__)
        return 2
    try:
        policy = read_policy(read(files[1]))
        if read(files[0]).startswith("qingfeng.promise/"):
            return promised(read(files[0]), policy, folder, [check(read(one), policy)[0] for one in files[2:]])
        entry, fields, have, final = check(read(files[0]), policy)
        for one in files[2:]:
            before = check(read(one), policy)[0]
            if not fit(*sorted((before, entry), key=lambda each: each["seq"])):
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
