"""What a mapped log can say, and every rule that it is held against."""

from __future__ import annotations

from qingfeng.catalogue.power import PowerVersion
from qingfeng.controls import configure
from qingfeng.detection.foreign import Feed, Part, parts_of
from qingfeng.detection.lawful import order_parts

from .canonical import Canonical
from .mapping import Mapping_


def feed_of(mapping: Mapping_, log: Canonical) -> Feed:
    """Return what a mapped log can say.

    An act of the mapping that does not occur was never done only if every activity of the log is mapped: else it may go by another name.
    """
    there = log.manifest["acts"].keys()
    acts = mapping.acts if not log.manifest["unmapped_activities"] else mapping.acts & there
    return Feed(acts=acts, fields=frozenset(mapping.fields), never_done=mapping.never_done, never_said=mapping.never_said,
                actor=mapping.actor is not None, post=mapping.post is not None, entered=mapping.entered is not None)  # fmt: skip


def all_parts(version: PowerVersion, feed: Feed) -> list[Part]:
    """Return every rule that a log is held against: those of the controls, and the lawful order as the log can feed it."""
    return [*parts_of(configure(version), version), *order_parts(version, feed)]
