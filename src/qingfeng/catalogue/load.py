"""Reading a power file: strict YAML, then its shape, then its sense; every fault at once, a power if there is none.

loaded = load_power(text, name="powers/a000/penalty.yaml", vocabulary=vocabulary)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from qingfeng.catalogue.build import build_document, build_power, version_from_document
from qingfeng.catalogue.checks_head import check_head, is_builtin
from qingfeng.catalogue.checks_map import tell_gaps
from qingfeng.catalogue.checks_version import check_version
from qingfeng.catalogue.checks_view import View
from qingfeng.catalogue.faults import Fault, Faults, Path
from qingfeng.catalogue.load_words import BadVocabulary, load_vocabulary
from qingfeng.catalogue.located import read_yaml
from qingfeng.catalogue.power import Power
from qingfeng.catalogue.prune import sound_part
from qingfeng.catalogue.schema import power_schema
from qingfeng.catalogue.structure import check_structure
from qingfeng.catalogue.vocabulary import Vocabulary, merged_words


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of a file: the power if it can be used, and every fault (errors and gaps) in the order of the file."""

    power: Power | None
    faults: tuple[Fault, ...]
    lines: Mapping[Path, int] = field(default_factory=dict)  # of every place of a file that can be used

    @property
    def errors(self) -> tuple[Fault, ...]:
        """The faults that make the file unusable."""
        return tuple(fault for fault in self.faults if fault.severity == "error")

    @property
    def gaps(self) -> tuple[Fault, ...]:
        """What the source lacks or leaves in doubt."""
        return tuple(fault for fault in self.faults if fault.severity == "gap")


def load_power(text: str, *, name: str, vocabulary: Vocabulary) -> Loaded:
    """Read one power file; `name` is its path, whose last two parts must be the power's id.  No `text` raises."""
    located = read_yaml(text, name=name)
    faults = Faults(name=name, data=located.data, lines=located.lines)
    for fault in located.faults:
        faults.take(fault)
    if located.data is None and located.faults:
        return Loaded(None, faults.sorted())
    schema = power_schema()
    broken = check_structure(located.data, schema, faults)
    # What has the wrong shape is left out, so that the rest can be judged too; what hangs on it is not judged then.
    data, lines = sound_part(located, broken, schema) if broken else (located.data, located.lines)
    if data is None:
        return Loaded(None, faults.sorted())
    whole = not faults.has_errors
    faults.look_at(data, lines)
    _check_sense(data, vocabulary, faults, name=name, whole=whole, original=located.data)
    if faults.has_errors:
        return Loaded(None, faults.sorted())
    return Loaded(_build(data, vocabulary, faults), faults.sorted(), lines)


def _check_sense(
    data: Mapping[str, Any], vocabulary: Vocabulary, faults: Faults, *, name: str, whole: bool, original: Any
) -> None:
    check_head(data, vocabulary, faults, name=name)
    words = merged_words(vocabulary.document, data.get("words"))
    for place, version in enumerate(data["versions"]):
        path = ("versions", place)
        check_version(
            View(head=data, raw=version, words=words, faults=faults, path=path, whole=whole, original=original)
        )
        tell_gaps(version, faults, path=path, ours=is_builtin(data))


def _build(data: Mapping[str, Any], vocabulary: Vocabulary, faults: Faults) -> Power:
    words = merged_words(vocabulary.document, data.get("words"))
    versions = []
    for place, raw in enumerate(data["versions"]):
        document = build_document(data, raw, words)
        versions.append(version_from_document(document, line=partial(_line, faults, ("versions", place))))
    return build_power(data, versions)


def _line(faults: Faults, base: Path, path: Path) -> int:
    return faults.line((*base, *path)) or 0


__all__ = ["BadVocabulary", "Loaded", "load_power", "load_vocabulary"]
