"""Judges a log by an engine that is installed in an environment of its own; imports nothing that only tests have."""

from __future__ import annotations

import json
from pathlib import Path

from qingfeng import wiring
from qingfeng.detection.foreign import WHY
from qingfeng.importing.casefacts.engines import Engine
from qingfeng.importing.logs.canonical import Canonical
from qingfeng.importing.logs.hold import Holding
from qingfeng.importing.logs.mapping import read_mapping
from qingfeng.importing.logs.outcomes import summary
from qingfeng.terms.calendar import WorkCalendar


def run(log: str, folder: str, engine: str) -> None:
    """Judge; write findings and outcomes into a folder that holds the mapping."""
    place = Path(folder)
    mapping = read_mapping((place / "mapping.yaml").read_text(encoding="utf-8"), name="mapping.yaml")
    file = wiring.data_folder("powers") / f"{mapping.power}.yaml"
    power = wiring.read_power(file, wiring.vocabulary()).loaded.power
    assert power is not None, file
    holding = Holding(Canonical(Path(log)), mapping, power, WorkCalendar(wiring.calendars()))
    told = summary(holding.judge(place / f"{engine}.parquet", engine=Engine(engine)), WHY)
    (place / f"{engine}.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
