"""What is wrong with a power file, or what its source lacks: values that are collected, never raised."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Literal

from qingfeng.terms.limits import MAX_LIST
from qingfeng.terms.text import Text

Path = tuple[str | int, ...]
"""Where a value stands in a file: keys and list indexes from the root."""

Severity = Literal["error", "gap"]
"""error: the file cannot be used. gap: the source is silent or doubtful there; the file can be used."""

_ID_KEYS = ("id", "in_force_from", "act")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault: `place` in the file in words of the file, `line` from 1 (None: the whole file), what, what next."""

    place: str
    line: int | None
    what: Text
    hint: Text
    severity: Severity = "error"


class Faults:
    """Collects the faults of one file and knows the line of every place in it."""

    def __init__(self, *, name: str, data: Any, lines: Mapping[Path, int]) -> None:
        self._name = name
        self._data = data
        self._lines = lines
        self._found: dict[tuple[str, int | None, str], Fault] = {}

    def take(self, fault: Fault) -> None:
        """Add a fault found elsewhere."""
        self._found.setdefault((fault.place, fault.line, fault.what.zh), fault)

    def look_at(self, data: Any, lines: Mapping[Path, int]) -> None:
        """From now on paths are those of `data` (what is left of the file once its broken parts are out)."""
        self._data, self._lines = data, lines

    def error(self, path: Path, what: Text, hint: Text) -> None:
        """Note what makes the file unusable."""
        self._add(path, what, hint, "error")

    def gap(self, path: Path, what: Text, hint: Text) -> None:
        """Note what the source lacks or leaves open."""
        self._add(path, what, hint, "gap")

    def unknown(self, path: Path, kind: Text, name: str, known: Iterable[str]) -> None:
        """Note a name that nothing bears, with the nearest one that something does."""
        self.error(
            path,
            Text(zh=f"没有名为“{name}”的{kind.zh}。", en=f'There is no {kind.en} named "{name}".'),
            nearest(name, known),
        )

    def line(self, path: Path) -> int | None:
        """The line of the place, or of the nearest place around it."""
        for length in range(len(path), -1, -1):
            found = self._lines.get(path[:length])
            if found is not None:
                return found
        return None

    @property
    def has_errors(self) -> bool:
        """Whether anything found makes the file unusable."""
        return self.errors > 0

    @property
    def errors(self) -> int:
        """How many of them there are."""
        return sum(fault.severity == "error" for fault in self._found.values())

    def sorted(self) -> tuple[Fault, ...]:
        """All faults in the order of the file, at most `MAX_LIST`: a hostile file has millions."""
        found = sorted(self._found.values(), key=lambda fault: (fault.line or 0, fault.place))
        return tuple(found[:MAX_LIST])

    def _add(self, path: Path, what: Text, hint: Text, severity: Severity) -> None:
        place = place_of(path, self._data) or self._name
        fault = Fault(place=place, line=self.line(path), what=what, hint=hint, severity=severity)
        self._found.setdefault((place, fault.line, what.zh), fault)


def place_of(path: Path, data: Any) -> str:
    """The path in words: list items by their id, day or act where they have one, else by their number from 1."""
    words: list[str] = []
    here = data
    for part in path:
        inner = _member(here, part)
        if isinstance(part, str):
            words.append(part)
        else:
            words.append(_item_name(inner) or str(part + 1))
        here = inner
    return ".".join(words)


def nearest(name: str, known: Iterable[str]) -> Text:
    """A hint: the known name most like `name`, and else all known names if they are few."""
    names = sorted(set(known))
    close = get_close_matches(name[:100], names, n=1, cutoff=0.6)
    if close:
        return Text(zh=f"是否应为“{close[0]}”？", en=f'Did you mean "{close[0]}"?')
    if not names:
        return Text(
            zh="此处没有可用的名称；请删去或先定义。", en="Nothing can be named here; remove it or define it first."
        )
    shown = "、".join(names[:12]) + ("……" if len(names) > 12 else "")
    return Text(zh=f"可用的名称：{shown}。", en=f"Names that exist: {', '.join(names[:12])}.")


def _member(here: Any, part: str | int) -> Any:
    if isinstance(part, str):
        return here.get(part) if isinstance(here, Mapping) else None
    inside = isinstance(here, Sequence) and not isinstance(here, str) and 0 <= part < len(here)
    return here[part] if inside else None


def _item_name(item: Any) -> str | None:
    if isinstance(item, Mapping):
        for key in _ID_KEYS:
            if isinstance(item.get(key), str):
                return str(item[key])[:100]
    return None
