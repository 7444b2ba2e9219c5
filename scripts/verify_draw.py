"""重做一次公布的抽取 Redo a published draw: python3 verify_draw.py TRANSCRIPT.json [ROOT from the log].  See docs/draw.md."""
# fmt: off

import hashlib
import hmac
import json
import sys


def jcs(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def sha(value):
    return hashlib.sha256(jcs(value)).hexdigest()


def fits(link, party):
    value = bytes.fromhex(link)
    for _ in range(party["position"]):
        value = hashlib.sha256(b"qingfeng.draw.link/1\n" + value).digest()
    return value.hex() == party["anchor"]


def teams_of(plan, mac, firms, number):
    size, rule, load, teams = plan["team"]["size"], plan["team"], {}, []
    barred = {(pair["officer"], pair["firm"]) for pair in plan["conflicts"]}
    for firm, ticket in firms:
        team, tries, needs = [], [], {*rule["skills"], *firm["needs"]}
        for seat in range(1, size + rule["substitutes"] + 1):
            free = [o["id"] not in team and (o["id"], firm["id"]) not in barred and load.get(o["id"], 0) < rule["load"]
                    and (1 < seat <= size or needs <= {*o["skills"]}) for o in plan["officers"]]
            if not any(free):
                return None
            tried, at, n = 0, None, len(free)
            while at is None or not free[at]:
                tried += 1
                value = int(mac(["officer", number, firm["id"], seat, tried])[:4], 16)
                at = value % n if value < 65536 - 65536 % n else None
            team, tries = [*team, plan["officers"][at]["id"]], [*tries, tried]
            load[team[-1]] = load.get(team[-1], 0) + 1
        teams.append({"n": len(teams) + 1, "firm": firm["id"], "class": firm["class"], "ticket": ticket,
                      "officers": team[:size], "substitutes": team[size:], "tries": tries})
    return teams


def redo(plan, links, beacon, drawn):
    parties, plan_id = plan["entropy"]["parties"], sha(plan)
    if len(plan["officers"]) > 1000 or max(party["position"] for party in parties) > 1000:
        raise ValueError("more than a draw may have")
    given = [link if link and fits(link, party) else None for link, party in zip(links, parties, strict=True)]
    seed = sha(["qingfeng.draw.seed/1", plan_id, given, beacon])
    mac = lambda message: hmac.digest(bytes.fromhex(seed), jcs(message), "sha256").hex()  # noqa: E731
    tickets = {firm["id"]: mac(["ticket", firm["id"]]) for firm in plan["pool"]}
    ranked, left, firms = sorted(plan["pool"], key=lambda f: (tickets[f["id"]], f["id"])), dict(plan["quotas"]), []
    for firm in ranked:
        firms += [(firm, tickets[firm["id"]])] if left[firm["class"]] else []
        left[firm["class"]] -= bool(left[firm["class"]])
    number, teams = next((n, t) for n in range(1, 101) if (t := teams_of(plan, mac, firms, n)) is not None)
    leaves = [sha(["qingfeng.draw.team/1", mac(["salt", team["n"]]), team]) for team in teams]
    state = ["given" if g else "false" if link else "missing" for g, link in zip(given, links, strict=True)]
    return {"v": 1, "plan": plan, "plan_id": plan_id, "beacon": beacon, "drawn": drawn, "seed": seed, "tickets": tickets,
            "links": [{"party": p["id"], "link": x, "state": s} for p, x, s in zip(parties, links, state, strict=True)],
            "links_id": sha(["qingfeng.draw.links/1", plan_id, given]), "round": number, "teams": teams,
            "missing": [party["id"] for party, link in zip(parties, given, strict=True) if not link],
            "root": sha(["qingfeng.draw.root/1", plan_id, drawn, leaves])}


try:
    with open(sys.argv[1], encoding="utf-8") as file:
        said = json.load(file)
    made = redo(said["plan"], [each["link"] for each in said["links"]], said["beacon"], said["drawn"])
    wrong = [name for name in sorted({*said, *made}) if jcs(said.get(name)) != jcs(made.get(name))]
    enough = len(made["links"]) - len(made["missing"]) >= said["plan"]["entropy"]["min_links"]
    wrong += [] if enough else ["min_links"]
    wrong += ["root in the log"] if len(sys.argv) > 2 and sys.argv[2] != made["root"] else []
except (OSError, ValueError, LookupError, TypeError, AttributeError, StopIteration, RecursionError) as error:
    print(f"无法核对 cannot check: {type(error).__name__}: {error}", file=sys.stderr)
    sys.exit(2)
print(f"不一致 differs: {', '.join(wrong)}" if wrong else f"一致 consistent: {made['plan_id']} {made['root']}")
sys.exit(1 if wrong else 0)
