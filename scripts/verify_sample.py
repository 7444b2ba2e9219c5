"""重做一次案卷抽样 Redo a sample of files: python3 verify_sample.py TRANSCRIPT.json [HASH from the log].  See docs/draw.md, 10."""
# fmt: off

import hashlib
import hmac
import json
import sys


def jcs(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def sha(value):
    return hashlib.sha256(jcs(value)).hexdigest()


def redo(said):
    seed = hashlib.sha256(jcs(["qingfeng.draw.sample.seed/1", said["plan_id"], said["value"]])).digest()
    pools = {role: sorted({*said[name]}, key=lambda one: (hmac.digest(seed, jcs([role, one]), "sha256"), one))
             for role, name in (("file", "file_pool"), ("reviewer", "officer_pool"))}
    seats = len(said["reviewers"])
    drawn = [sorted(pools["file"][:len(said["files"])]), sorted(pools["reviewer"][:seats]),
             sorted(pools["reviewer"][seats:seats + len(said["spare"])])]
    return {"sample": "qingfeng.draw.sample/1", "plan_id": said["plan_id"], "value": said["value"],
            "file_pool": sorted({*said["file_pool"]}), "officer_pool": sorted({*said["officer_pool"]}), "files": drawn[0],
            "reviewers": drawn[1], "spare": drawn[2], "result": sha(["qingfeng.draw.sample.result/1", *drawn])}


try:
    with open(sys.argv[1], encoding="utf-8") as file:
        said = json.load(file)
    made = redo(said)
    wrong = [name for name in sorted({*said, *made}) if jcs(said.get(name)) != jcs(made.get(name))]
    wrong += ["hash in the log"] if len(sys.argv) > 2 and sys.argv[2] != sha(made) else []
except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
    print(f"无法核对 cannot check: {type(error).__name__}: {error}", file=sys.stderr)
    sys.exit(2)
print(f"不一致 differs: {', '.join(wrong)}" if wrong else f"一致 consistent: {made['plan_id']} {sha(made)}")
sys.exit(1 if wrong else 0)
