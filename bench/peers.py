"""The other engines on the same nine steps, each durable a step; run by bench.command in an environment of its own.

    python peers.py spiffworkflow|eventsourcing FILE      reads "case" lines, answers with [[wall, cpu], …] a line

SpiffWorkflow: load the workflow from SQLite, complete the next task, save it, COMMIT (WAL, FULL).
eventsourcing: load the aggregate from its SQLite recorder, trigger the next event, save (its own tables, WAL, FULL).
"""

import json
import os
import sqlite3
import sys
import time
from itertools import pairwise
from pathlib import Path

STEPS = 9
DATA = {
    "content": "示例化工有限公司未按规定设置安全警示标志，现场检查并询问有关人员，证据已固定。",
    "party": "示例化工有限公司",
}


def timed(samples, work):
    """Run once; note (wall, CPU) seconds."""
    cpu, wall = time.process_time(), time.perf_counter()
    result = work()
    samples.append((time.perf_counter() - wall, time.process_time() - cpu))
    return result


def bpmn():
    """Return a BPMN process of nine manual tasks in a row."""
    ids = [f"step{n}" for n in range(1, STEPS + 1)]
    chain = ["begin", *ids, "finish"]
    flows = "".join(
        f'<sequenceFlow id="f{n}" sourceRef="{a}" targetRef="{b}"/>' for n, (a, b) in enumerate(pairwise(chain))
    )
    tasks = "".join(f'<manualTask id="{i}" name="{i}"/>' for i in ids)
    return (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="t">'
        '<process id="nine" isExecutable="true">'
        f'<startEvent id="begin"/>{tasks}<endEvent id="finish"/>{flows}</process></definitions>'
    )


class Spiff:
    """SpiffWorkflow with its own JSON serializer over one SQLite table."""

    def __init__(self, path):
        from SpiffWorkflow.bpmn.parser import BpmnParser
        from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer

        model = Path(path).with_suffix(".bpmn")
        model.write_text(bpmn(), encoding="utf-8")
        parser = BpmnParser()
        parser.add_bpmn_file(str(model))
        self.spec = parser.get_spec("nine")
        self.serializer = BpmnWorkflowSerializer()
        self.db = sqlite3.connect(path, isolation_level=None)
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute("PRAGMA synchronous=FULL")
        self.db.execute("CREATE TABLE w (id INTEGER PRIMARY KEY, state TEXT)")

    def case(self):
        """Run one case; return the samples of its steps."""
        from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
        from SpiffWorkflow.util.task import TaskState

        workflow = BpmnWorkflow(self.spec)
        workflow.do_engine_steps()
        number = self.db.execute(
            "INSERT INTO w (state) VALUES (?)", (self.serializer.serialize_json(workflow),)
        ).lastrowid

        def step():
            self.db.execute("BEGIN IMMEDIATE")
            state = self.db.execute("SELECT state FROM w WHERE id = ?", (number,)).fetchone()[0]
            loaded = self.serializer.deserialize_json(state)
            task = loaded.get_tasks(state=TaskState.READY, manual=True)[0]
            task.data.update(DATA)
            task.run()
            loaded.do_engine_steps()
            self.db.execute("UPDATE w SET state = ? WHERE id = ?", (self.serializer.serialize_json(loaded), number))
            self.db.execute("COMMIT")
            return loaded

        samples = []
        for _ in range(STEPS):
            last = timed(samples, step)
        assert last.is_completed()
        return samples


class Sourced:
    """The eventsourcing library with its SQLite recorder."""

    def __init__(self, path):
        os.environ.update(PERSISTENCE_MODULE="eventsourcing.sqlite", SQLITE_DBNAME=path)
        from eventsourcing.application import Application
        from eventsourcing.domain import Aggregate, event

        class Case(Aggregate):
            @event("Opened")
            def __init__(self):
                self.steps = 0

            @event("Stepped")
            def step(self, content, party):
                self.steps += 1

        self.app, self.kind = Application(), Case
        with sqlite3.connect(path) as db:  # the library opens its file in WAL; FULL is SQLite's default there
            assert db.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
            assert db.execute("PRAGMA synchronous").fetchone()[0] == 2

    def case(self):
        """Run one case; return the samples of its steps."""
        case = self.kind()
        self.app.save(case)

        def step():
            loaded = self.app.repository.get(case.id)
            loaded.step(**DATA)
            self.app.save(loaded)
            return loaded

        samples = []
        for _ in range(STEPS):
            last = timed(samples, step)
        assert last.steps == STEPS
        return samples


def main():
    """Answer "case" lines until the input ends."""
    contender = {"spiffworkflow": Spiff, "eventsourcing": Sourced}[sys.argv[1]](sys.argv[2])
    for _ in sys.stdin:
        print(json.dumps(contender.case()), flush=True)


if __name__ == "__main__":
    main()
