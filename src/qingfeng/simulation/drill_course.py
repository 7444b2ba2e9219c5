"""The course of a drill: the honest rows before the attempt, the attempt, and the honest rows after it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from qingfeng.catalogue.checks_stories import WAIT, happens
from qingfeng.catalogue.drills import row_of
from qingfeng.catalogue.power import Drill, PowerVersion, Story, StoryRow

from .script import Row, row_from_story


@dataclass(frozen=True, slots=True)
class Course:
    """Rows of a script: `before` must go as the story says, `attempt` is what the corrupt do, `after` is the story again."""

    before: tuple[Row, ...]
    attempt: tuple[Row, ...]
    after: tuple[Row, ...]


def course_of(version: PowerVersion, drill: Drill, *, only_done: bool = False) -> Course:
    """Return the course of a drill.  only_done: leave out the rows before it that the story itself has refused.

    Names that nothing bears are told when the file is checked; here they are a KeyError of ours.
    """
    before, attempt, after = rows_of(version, drill)
    return Course(
        before=tuple(row_from_story(row) for row in before if not only_done or does_something(row)),
        attempt=tuple(replace(row_from_story(row), then=None) for row in attempt),
        after=tuple(replace(row_from_story(row), then=None) for row in after if does_something(row)),
    )


Rows = tuple[StoryRow, ...]


def rows_of(version: PowerVersion, drill: Drill) -> tuple[Rows, Rows, Rows]:
    """Return the rows of the story before the attempt, those of the attempt, and those of the story after it."""
    story = story_of(version, drill)
    acts = [row.does for row in story.rows]
    after: Rows = ()
    if drill.resume is not None:
        last = _place(acts, drill.end) + 1 if drill.end is not None else len(acts)
        after = story.rows[_place(acts, drill.resume) : last]
    return story.rows[: _place(acts, drill.before)], drill.rows, after


def story_of(version: PowerVersion, drill: Drill) -> Story:
    """Return the honest story that a drill departs from."""
    return {story.id: story for story in version.stories}[drill.story]


def _place(acts: list[str], anchor: str) -> int:
    place = row_of(acts, anchor)
    if place is None:
        raise KeyError(anchor)
    return place


def does_something(row: StoryRow) -> bool:
    """A row that is refused or met with a demand leaves no act behind; waiting is left to the clock of the drill."""
    return row.does != WAIT and happens(row.then)[0] == "then"
