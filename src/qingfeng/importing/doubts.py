"""What the importer is not sure of: where, what it assumed, what else it could be, and how a person settles it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from qingfeng.terms.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """One doubt about one place of a map.

    code: kind of doubt, a stable word; place: in words; what: what is open and what was assumed; settle: what to do;
    confidence: 0 to 1 of a pairing, None where nothing was weighed; alternatives: what else it could be, likeliest first.
    """

    code: str
    place: Text
    what: Text
    settle: Text
    confidence: float | None = None
    alternatives: tuple[str, ...] = ()
    text: str | None = None

    def data(self) -> dict[str, Any]:
        """The doubt as JSON and YAML have it."""
        told: dict[str, Any] = {"code": self.code}
        for key, words in (("place", self.place), ("what", self.what), ("settle", self.settle)):
            told[key] = {"zh": words.zh, "en": words.en}
        if self.confidence is not None:
            told["confidence"] = round(self.confidence, 2)
        if self.alternatives:
            told["alternatives"] = list(self.alternatives)
        if self.text is not None:
            told["text"] = self.text
        return told


def at_step(name: str) -> Text:
    """The place of a step."""
    return Text(zh=f"环节“{name}”", en=f"step “{name}”")


WHOLE_MAP = Text(zh="全图", en="the whole map")
