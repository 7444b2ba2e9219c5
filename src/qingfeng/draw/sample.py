"""A sample of files and of who looks at them, drawn by one public value: nothing in it is anybody's choice.

Lighter than a draw of firms (run.py): the pools are closed and named in a case, one number of a named source and day decides, and whoever
knows plan and number gets the same files, the same reviewers and the same hashes.  docs/draw.md, section 10, has the bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from .canonical import canonical, fingerprint, keyed

FILE, REVIEWER = "file", "reviewer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What is drawn from which pools.  files, reviewers: in the order of their tickets; spare: the reviewers who come next."""

    plan_id: str
    value: str
    file_pool: tuple[str, ...]
    officer_pool: tuple[str, ...]
    files: tuple[str, ...]
    reviewers: tuple[str, ...]
    spare: tuple[str, ...]

    @property
    def result_hash(self) -> str:
        """SHA-256 of what was drawn, 64 hexadecimal digits."""
        return fingerprint(["qingfeng.draw.sample.result/1", *map(sorted, (self.files, self.reviewers, self.spare))])

    @property
    def transcript_hash(self) -> str:
        """SHA-256 of plan, value and result: of the transcript's canonical bytes."""
        return fingerprint(self.plain())

    def plain(self) -> dict[str, Any]:
        """Return the transcript as JSON has it."""
        return {"sample": "qingfeng.draw.sample/1", "plan_id": self.plan_id, "value": self.value, "file_pool": sorted({*self.file_pool}),
                "officer_pool": sorted({*self.officer_pool}), "files": sorted(self.files), "reviewers": sorted(self.reviewers),
                "spare": sorted(self.spare), "result": self.result_hash}  # fmt: skip


def first(plan_id: str, value: str, role: str, ids: Iterable[str], count: int) -> tuple[str, ...]:
    """Return the `count` ids with the lowest tickets, in their order (ties: of the ids).  Raises NotCanonical for a lone surrogate."""
    seed = sha256(canonical(["qingfeng.draw.sample.seed/1", plan_id, value])).digest()
    drawn = {one: keyed(seed, [role, one]) for one in {*map(str, ids)}}
    return tuple(sorted(drawn, key=lambda one: (drawn[one], one))[: max(count, 0)])


def sample(
    plan_id: str, value: str, files: Sequence[str], file_count: int, reviewers: Sequence[str], reviewer_count: int, spare: int = 0
) -> Sample:
    """Return the files and reviewers that a public value draws.  spare: how many reviewers in reserve."""
    order = first(plan_id, value, REVIEWER, reviewers, reviewer_count + max(spare, 0))
    return Sample(plan_id=plan_id, value=value, file_pool=tuple(map(str, files)), officer_pool=tuple(map(str, reviewers)),
                  files=first(plan_id, value, FILE, files, file_count), reviewers=order[:reviewer_count], spare=order[reviewer_count:])


def redone(plain: Mapping[str, Any]) -> Sample | None:
    """Return the sample that a transcript ought to hold, by its own pools, numbers and value; None if it is no transcript.

    Raises NotCanonical for a lone surrogate.
    """
    lists = [plain.get(name) for name in ("file_pool", "officer_pool", "files", "reviewers", "spare")]
    texts = all(isinstance(one, list) and all(type(x) is str for x in one) for one in lists)
    if plain.get("sample") != "qingfeng.draw.sample/1" or not texts:
        return None
    files, officers, drawn, sitting, spare = ([*(one or ())] for one in lists)
    if not isinstance(plain.get("plan_id"), str) or not isinstance(plain.get("value"), str):
        return None
    return sample(plain["plan_id"], plain["value"], files, len(drawn), officers, len(sitting), len(spare))


def part(what: str, plan_id: Any, value: Any, files: Any, file_count: Any, reviewers: Any, reviewer_count: Any, spare: Any) -> Any:
    """Return one part of a sample by its name, for a log in which anything may be missing: what is not there counts as nothing."""
    drawn = sample(str(plan_id), str(value), files or (), file_count or 0, reviewers or (), reviewer_count or 0, spare or 0)
    return getattr(drawn, what)
