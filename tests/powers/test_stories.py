"""Every story of every shipped power goes as it is written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest

from qingfeng import wiring
from qingfeng.casework.office import Office
from qingfeng.catalogue.power import Power, Story
from qingfeng.simulation import script

PATHS = wiring.power_paths([wiring.data_folder("powers")])
WORDS = wiring.vocabulary()


@cache
def power_of(path: Path) -> Power | None:
    """Return the power in a shipped file, None if it is faulty."""
    return wiring.read_power(path, WORDS).loaded.power


STORIES = [
    pytest.param(path, story, id=f"{path.parent.name}/{path.stem}/{version.version}/{story.id}")
    for path in PATHS if (power := power_of(path)) is not None for version in power.versions for story in version.stories
]  # fmt: skip


@pytest.fixture(scope="module")
def agencies() -> Iterator[dict[Path, wiring.Throwaways]]:
    """Agencies of each power: every story has one of its own, for its officers cannot be in two stories at one time."""
    with ExitStack() as stack:
        yield _Kept(stack)


class _Kept(dict[Path, wiring.Throwaways]):
    def __init__(self, stack: ExitStack) -> None:
        super().__init__()
        self.stack = stack

    def __missing__(self, path: Path) -> wiring.Throwaways:
        power = power_of(path)
        assert power is not None
        self[path] = self.stack.enter_context(wiring.throwaways([power]))
        return self[path]


def test_every_power_file_loads_without_errors_and_tells_stories() -> None:
    faulty = {str(path): [f.what.zh for f in wiring.read_power(path, WORDS).loaded.errors] for path in PATHS if power_of(path) is None}
    assert faulty == {}
    assert all(power.versions[-1].stories for path in PATHS if (power := power_of(path)) is not None)


@pytest.mark.parametrize(("path", "story"), STORIES)
def test_story(path: Path, story: Story, agencies: dict[Path, wiring.Throwaways]) -> None:
    power = power_of(path)
    assert power is not None
    with agencies[path]() as office:
        assert _wrong(office, power, story) == []


def _wrong(office: Office, power: Power, story: Story) -> list[str]:
    rows = [script.Row(day=r.day, who=r.who, does=r.does, data=r.data, then=r.then, entered=r.entered, reason=r.reason, line=r.line)
            for r in story.rows]  # fmt: skip
    return [
        f"line {result.row.line}: {result.row.day} {result.row.who} {result.row.does}: "
        f"expected {result.row.then!r}, got {result.happened!r} {[s.reason.zh for s in result.stops]}"
        for result in script.run(office, rows, power=power.id)
        if not result.as_expected
    ]
