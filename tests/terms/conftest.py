"""The calendar as shipped, read from its files."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from qingfeng.terms.calendar import WorkCalendar, YearTable

CALENDARS = Path(__file__).resolve().parents[2] / "calendars"


@pytest.fixture(scope="session")
def shipped() -> WorkCalendar:
    files = sorted(CALENDARS.glob("*.yaml"))
    return WorkCalendar([YearTable.of(yaml.safe_load(file.read_text(encoding="utf-8"))) for file in files])
