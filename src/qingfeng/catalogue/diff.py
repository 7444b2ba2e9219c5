"""Two versions of a power compared in words: what a lawyer reads before approving a change.

Works on documents (`build.build_document`), leaf by leaf, so nothing that is published can change unnoticed: what this
module has no better words for is told with its key.  Sentences use names and put ids in brackets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from json import dumps
from typing import Any

from qingfeng.catalogue.diff_words import (
    GROUPS,
    Names,
    ground_of,
    joined,
    label,
    loosened,
    render,
    said_text,
    subject_of,
)
from qingfeng.catalogue.power import PowerVersion
from qingfeng.terms.text import Text

_IDENTITIES = ("id", "act", "instrument", "by", "from")
"""What a list item is recognised by, in this order."""
_LIMITS = ("version", "procedure", "limits")
_LONG = 4
"""A list of so many plain values is told by what was added and removed."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change: the part of the power that it concerns, and the sentence."""

    group: Text
    text: Text


def diff(old: PowerVersion, new: PowerVersion) -> tuple[Change, ...]:
    """Every change from one version to another, grouped, in the order of the file; empty if they are equal."""
    return diff_documents(old.document, new.document)


def diff_documents(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Change, ...]:
    """The same for documents."""
    comparison = _Comparison(Names(old), Names(new))
    found: list[Change] = []
    for place, group in GROUPS:
        before, after = _part(old, place), _part(new, place)
        found += [Change(group, text) for text in comparison.compare(before, after, (), place)]
    return tuple(found)


class _Absent:
    """The key is not there at all (it may also be there and null)."""


_ABSENT = _Absent()


def _part(document: Any, place: tuple[str, ...]) -> Any:
    for part in place:
        if not isinstance(document, Mapping) or part not in document:
            return _ABSENT
        document = document[part]
    return document


class _Comparison:
    """Walks two documents side by side; `words` is the subject so far, `place` the keys so far."""

    def __init__(self, old: Names, new: Names) -> None:
        self._old = old
        self._new = new

    def compare(self, old: Any, new: Any, words: tuple[Text, ...], place: tuple[str, ...]) -> Iterator[Text]:
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            for key in [*old, *(key for key in new if key not in old)]:
                yield from self._member(old.get(key, _ABSENT), new.get(key, _ABSENT), words, (*place, key))
        elif _items(old) and _items(new):
            yield from self._lists(old, new, words, place)
        elif type(old) is not type(new) or old != new:
            yield self._changed(old, new, words, place)

    def _member(self, old: Any, new: Any, words: tuple[Text, ...], place: tuple[str, ...]) -> Iterator[Text]:
        known = old if old is not _ABSENT else new
        if isinstance(old, _Absent) or isinstance(new, _Absent) or not (_nested(old) and _nested(new)):
            yield from self.compare(old, new, words, place)
            return
        here = label(place, self._old) if not _items(known) else None
        yield from self.compare(old, new, words if here is None else (*words, here), place)

    def _lists(
        self, old: Sequence[Any], new: Sequence[Any], words: tuple[Text, ...], place: tuple[str, ...]
    ) -> Iterator[Text]:
        pairs = _matched(old, new)
        settled = _in_order([after for _, after in sorted(pairs)])
        to_new = dict(pairs)
        from_old = {after: before for before, after in pairs}
        for before, item in enumerate(old):
            said = subject_of(item, before, place, self._old)
            if before not in to_new:
                yield _sentence(
                    words, Text(zh=f"删去{said.zh}：", en=f"removed {said.en}: "), self._full(item, place, new=False)
                )
                continue
            after = to_new[before]
            if after not in settled:
                yield _sentence(
                    words,
                    Text(
                        zh=f"{said.zh}由第{before + 1}位移到第{after + 1}位",
                        en=f"{said.en} moved from place {before + 1} to place {after + 1}",
                    ),
                )
            if place == _LIMITS and isinstance(item, Mapping) and isinstance(new[after], Mapping):
                yield from self._limit(item, new[after], said)
            else:
                yield from self.compare(item, new[after], (*words, said), (*place, "*"))
        for after, item in enumerate(new):
            if after not in from_old:
                said = subject_of(item, after, place, self._new)
                yield _sentence(
                    words, Text(zh=f"增加{said.zh}：", en=f"added {said.en}: "), self._full(item, place, new=True)
                )

    def _limit(self, old: Mapping[str, Any], new: Mapping[str, Any], said: Text) -> Iterator[Text]:
        """Beside a changed limit stand its kind and article, behind the change a mark if it loosens what statute sets."""
        ground = ground_of(old)
        subject = Text(zh=f"{said.zh}〔{ground.zh}〕", en=f"{said.en} [{ground.en}]")
        for key in [*old, *(key for key in new if key not in old)]:
            mark = loosened(key, old, new)
            for text in self._member(old.get(key, _ABSENT), new.get(key, _ABSENT), (subject,), (*_LIMITS, "*", key)):
                yield text if mark is None else Text(zh=text.zh + mark.zh, en=text.en + mark.en)

    def _full(self, item: Any, place: tuple[str, ...], *, new: bool) -> Text:
        return render(item, (*place, "*"), self._new if new else self._old)

    def _changed(self, old: Any, new: Any, words: tuple[Text, ...], place: tuple[str, ...]) -> Text:
        if isinstance(old, _Absent):
            named, value = label(place, self._new), render(new, place, self._new)
            if new is True:
                return _sentence(words, Text(zh=f"增加“{named.zh}”", en=f'now "{named.en}"'))
            return _sentence(words, Text(zh=f"增加{named.zh}：", en=f"{named.en} added: "), value)
        named, value = label(place, self._old), render(old, place, self._old)
        if isinstance(new, _Absent):
            if old is True:
                return _sentence(words, Text(zh=f"取消“{named.zh}”", en=f'no longer "{named.en}"'))
            return _sentence(words, Text(zh=f"删去{named.zh}：", en=f"{named.en} removed: "), value)
        if _plain_list(old) and _plain_list(new) and max(len(old), len(new)) >= _LONG:
            told = self._added_removed(old, new, place)
            if told is not None:
                return _sentence(words, Text(zh=f"{named.zh}{told.zh}", en=f"{named.en}: {told.en}"))
        after = render(new, place, self._new)
        return _sentence(
            words,
            Text(
                zh=f"{named.zh}由{value.zh}改为{after.zh}",
                en=f"{named.en} changed from {value.en} to {after.en}",
            ),
        )

    def _added_removed(self, old: Sequence[Any], new: Sequence[Any], place: tuple[str, ...]) -> Text | None:
        """What a long list gained and lost; None if that is not all: what stayed changed places, or a value came twice."""
        gone, come = [item for item in old if item not in new], [item for item in new if item not in old]
        if [item for item in old if item in new] != [item for item in new if item in old]:
            return None
        parts = []
        if come:
            said = joined((render(item, place, self._new) for item in come), zh="、", en=", ")
            parts.append(Text(zh=f"增加{said.zh}", en=f"added {said.en}"))
        if gone:
            said = joined((render(item, place, self._old) for item in gone), zh="、", en=", ")
            parts.append(Text(zh=f"删去{said.zh}", en=f"removed {said.en}"))
        return joined(parts) if parts else None


def _plain_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str) and not _items(value)


def _sentence(words: tuple[Text, ...], *parts: Text) -> Text:
    zh, en = "".join(part.zh for part in parts), "".join(part.en for part in parts)
    subject = said_text(words)
    if not words:
        return Text(zh=f"{zh}。", en=f"{en[:1].upper()}{en[1:]}.")
    return Text(zh=f"{subject.zh}：{zh}。", en=f"{subject.en}: {en}.")


def _nested(value: Any) -> bool:
    return isinstance(value, Mapping) or _items(value)


def _items(value: Any) -> bool:
    """A list of things with parts of their own; a list of plain values is compared as one value."""
    return (
        isinstance(value, Sequence) and not isinstance(value, str) and any(isinstance(item, Mapping) for item in value)
    )


def _matched(old: Sequence[Any], new: Sequence[Any]) -> list[tuple[int, int]]:
    """Pairs (old place, new place) of what is the same thing: the same content, else the same words, else the same id.

    Things without an id (rows of a story) are paired in order between equal neighbours.
    """
    pairs: list[tuple[int, int]] = []
    for key in (_content, _words, _identity):
        free_old = [place for place in range(len(old)) if place not in {before for before, _ in pairs}]
        free_new = [place for place in range(len(new)) if place not in {after for _, after in pairs}]
        by_key: dict[str, list[int]] = {}
        for after in free_new:
            found = key(new[after])
            if found is not None:
                by_key.setdefault(found, []).append(after)
        for before in free_old:
            found = key(old[before])
            if found is not None and by_key.get(found):
                pairs.append((before, by_key[found].pop(0)))
    nameless = all(_identity(item) is None for item in (*old, *new))
    return sorted(_aligned(old, new)) if nameless else sorted(pairs)


def _aligned(old: Sequence[Any], new: Sequence[Any]) -> Iterator[tuple[int, int]]:
    matcher = SequenceMatcher(None, [_content(item) for item in old], [_content(item) for item in new], autojunk=False)
    for _, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        yield from zip(range(old_from, old_to), range(new_from, new_to), strict=False)


def _content(item: Any) -> str:
    return dumps(item, sort_keys=True, ensure_ascii=False)


def _words(item: Any) -> str | None:
    """The verbatim text of a risk or measure, which may have been numbered anew."""
    return str(item["text"]) if isinstance(item, Mapping) and "text" in item else None


def _identity(item: Any) -> str | None:
    if isinstance(item, Mapping):
        for key in _IDENTITIES:
            if isinstance(item.get(key), str):
                return str(item[key])
    return None


def _in_order(places: Iterable[int]) -> frozenset[int]:
    """A longest increasing run of the places: what has not moved against each other."""
    tails: list[list[int]] = []
    for place in places:
        fit = next((index for index, run in enumerate(tails) if run[-1] >= place), len(tails))
        run = [*(tails[fit - 1] if fit else []), place]
        tails[fit : fit + 1] = [run]
    return frozenset(tails[-1]) if tails else frozenset()
