"""Run by the python of requirements/bench.txt: checks BPMN files against the OMG schema and walks them with SpiffWorkflow.

Arguments: the files.  Writes one JSON line each: {"file", "valid", "why", "steps", "done", "ended"}: the steps straight on, and those
of the walk that takes the first early end it meets.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from lxml import etree
from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn import parser
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow

MOST = 200
"""Tasks of one walk: a map has forty steps at most, and each turn is taken once."""


def walk(data: bytes, turn: str) -> tuple[list[str], bool]:
    """Do one task after another; at every gateway go `turn` if it leads there."""
    reader = BpmnParser()
    reader.add_bpmn_str(data)
    flow = BpmnWorkflow(reader.get_spec("process_1"))
    flow.do_engine_steps()
    done: list[str] = []
    for _ in range(MOST):
        task = flow.get_next_task(state=TaskState.READY, manual=True)
        if task is None:
            break
        task.data["turn"] = turn
        done.append(task.task_spec.bpmn_id)
        task.run()
        flow.do_engine_steps()
    return done, flow.is_completed()


def main() -> None:
    """Check the files."""
    schema = etree.XMLSchema(etree.parse(str(Path(parser.__file__).parent / "schema" / "BPMN20.xsd")))
    for name in sys.argv[1:]:
        data = Path(name).read_bytes()
        valid = schema.validate(etree.fromstring(data))
        steps, done = walk(data, "")
        ends = [node.get("id") for node in etree.fromstring(data).iter("{*}endEvent") if node.get("id").startswith("event_end")]
        ended = walk(data, ends[0]) if ends else None
        print(json.dumps({"file": name, "valid": valid, "why": str(schema.error_log.last_error or ""), "steps": steps, "done": done,
                          "ended": ended}))  # fmt: skip


if __name__ == "__main__":
    main()
