"""Reading the shared vocabulary: strict YAML, its shape, its sense."""

from __future__ import annotations

from collections.abc import Iterable

from qingfeng.catalogue.faults import Fault, Faults
from qingfeng.catalogue.located import read_yaml
from qingfeng.catalogue.schema import words_schema
from qingfeng.catalogue.structure import check_structure
from qingfeng.catalogue.vocabulary import Vocabulary, check_words, words_from


class BadVocabulary(ValueError):
    """The vocabulary file is faulty; `faults` says where."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{f.place}:{f.line}: {f.what.say('both')}" for f in self.faults))


def load_vocabulary(text: str, *, name: str = "vocabulary.yaml") -> Vocabulary:
    """Read the shared words.  Raises `BadVocabulary` with every fault."""
    located = read_yaml(text, name=name)
    if located.faults:
        raise BadVocabulary(located.faults)
    faults = Faults(name=name, data=located.data, lines=located.lines)
    check_structure(located.data, words_schema(whole=True), faults)
    if not faults.has_errors:
        check_words(located.data, located.data, faults, path=())
    if faults.has_errors:
        raise BadVocabulary(faults.sorted())
    return words_from(located.data)
