"""Run by another Python (scripts/oracle.txt) for bench.pm4py_side: loads a CSV, answers one question with pm4py, prints counts of cases."""

import json
import sys
import time
from collections import Counter
from itertools import pairwise

import pandas as pd
import pm4py
from pm4py.algo.filtering.pandas.ltl import ltl_checker

question, path = sys.argv[1:3]
four_eyes, follows, acts = json.loads(sys.argv[3])
begun = time.process_time()
frame = pd.read_csv(path, usecols=["case", "act", "actor", "at"])
frame["at"] = pd.to_datetime(frame["at"], utc=True, format="ISO8601")
log = pm4py.format_dataframe(frame, case_id="case", activity_key="act", timestamp_key="at").rename(columns={"actor": "org:resource"})
if question == "four_eyes":
    counts = {"same": pm4py.filter_four_eyes_principle(log, *four_eyes, keep_violations=True)["case:concept:name"].nunique()}
elif question == "follows":
    there = log[log["concept:name"] == follows[1]]["case:concept:name"].nunique()
    kept = ltl_checker.eventually_follows(log, follows)["case:concept:name"].nunique()
    counts = {"lacks": there - kept, "lacks judged": there}
else:
    pairs = list(pairwise(acts))
    one = {"support": 1, "confidence": 1.0}
    model = {"precedence": dict.fromkeys(pairs, one), "response": dict.fromkeys(pairs, one)}
    found: Counter[str] = Counter()
    for case in pm4py.conformance_declare(log, model):
        for template, named in {(template, tuple(named)) for template, named in case["deviations"]}:
            found[f"{template} {' '.join(named)}"] += 1
    counts = {f"{template} {a} {b}": found[f"{template} {a} {b}"] for template in model for a, b in pairs}
print(json.dumps({"counts": {name: int(n) for name, n in counts.items()}, "cpu": time.process_time() - begun}))
