"""Every story of every shipped power goes as it is written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest

from qingfeng import wiring
from qingfeng.casework.office import Office
from qingfeng.casework.registry import PERSON_ACTS
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
def offices() -> Iterator[dict[Path, Office]]:
    """One agency for each power, shared by those of its stories that change nobody's post: each is a case of its own."""
    with ExitStack() as stack:
        yield _Kept(stack)


class _Kept(dict[Path, Office]):
    def __init__(self, stack: ExitStack) -> None:
        super().__init__()
        self.stack = stack

    def __missing__(self, path: Path) -> Office:
        power = power_of(path)
        assert power is not None
        self[path] = self.stack.enter_context(wiring.throwaway([power]))
        return self[path]


def test_every_power_file_loads_without_errors_and_tells_stories() -> None:
    faulty = {str(path): [f.what.zh for f in wiring.read_power(path, WORDS).loaded.errors] for path in PATHS if power_of(path) is None}
    assert faulty == {}
    assert all(power.versions[-1].stories for path in PATHS if (power := power_of(path)) is not None)


@pytest.mark.parametrize(("path", "story"), STORIES)
def test_story(path: Path, story: Story, offices: dict[Path, Office]) -> None:
    power = power_of(path)
    assert power is not None
    if any(row.does in PERSON_ACTS for row in story.rows):
        with wiring.throwaway([power]) as office:
            wrong = _wrong(office, power, story)
    else:
        wrong = _wrong(offices[path], power, story)
    assert wrong == []


def _wrong(office: Office, power: Power, story: Story) -> list[str]:
    rows = [script.Row(day=r.day, who=r.who, does=r.does, data=r.data, then=r.then, entered=r.entered, reason=r.reason, line=r.line)
            for r in story.rows]  # fmt: skip
    return [
        f"line {result.row.line}: {result.row.day} {result.row.who} {result.row.does}: "
        f"expected {result.row.then!r}, got {result.happened!r} {[s.reason.zh for s in result.stops]}"
        for result in script.run(office, rows, power=power.id)
        if not result.as_expected
    ]
