"""Run by another Python (scripts/oracle.txt): prints as JSON what pm4py sees in exported logs, and of what it complained."""

import json
import sys
import warnings

import pm4py

told: dict[str, object] = {}
folder = sys.argv[1]
OCEL = (
    ("log.jsonocel", pm4py.read_ocel2_json),
    ("log.xmlocel", pm4py.read_ocel2_xml),
    ("log.sqlite", pm4py.read_ocel2_sqlite),
)
with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    for name in ("log.xes", "log.xes.gz"):
        log = pm4py.read_xes(f"{folder}/{name}")
        told[name] = {"events": len(log), "cases": log["case:concept:name"].nunique(), "acts": sorted(log["concept:name"].unique()),
                      "actors": sorted(log["org:resource"].dropna().unique()),
                      "first": log["time:timestamp"].min().isoformat()}  # fmt: skip
    for name, read in OCEL:
        ocel = read(f"{folder}/{name}")
        told[name] = {"events": len(ocel.events), "cases": int((ocel.objects["ocel:type"] == "case").sum()),
                      "acts": sorted(ocel.events["ocel:activity"].unique()), "relations": len(ocel.relations), "o2o": len(ocel.o2o),
                      "first": ocel.events["ocel:timestamp"].min().isoformat(),
                      "types": sorted(pm4py.ocel_get_object_types(ocel))}  # fmt: skip
    flat = pm4py.ocel_flattening(ocel, "case")
    told["flat"] = len(flat)
# That a faster reader could be installed is an advertisement, not a complaint about the file.
told["complaints"] = [str(one.message)[:300] for one in said if "optional requirement" not in str(one.message)]
print(json.dumps(told))
