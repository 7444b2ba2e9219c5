"""Names of things, as types of their own, so that a post is never passed where an officer is meant.

All are plain strings at run time; their shape is checked where they enter (catalogue, commands), not here.
"""

from __future__ import annotations

from typing import NewType

CaseId = NewType("CaseId", str)
"""办件: one case, unique within an agency."""
OfficerId = NewType("OfficerId", str)
"""人员: one person in office."""
PowerId = NewType("PowerId", str)
"""职权: `<agency folder>/<file name>`."""
StepId = NewType("StepId", str)
"""环节: a step of one power's map."""
ActId = NewType("ActId", str)
"""行为: an act of the vocabulary."""
PostId = NewType("PostId", str)
"""岗位: a post of the vocabulary."""
LimitId = NewType("LimitId", str)
"""期限: a time limit of one procedure."""
StreamId = NewType("StreamId", str)
"""记录流: one ordered sequence of events (a case, the people, the calendar …)."""
