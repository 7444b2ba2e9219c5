"""A power without its guards: to show that what refuses a drill is the guard, and not an accident of the rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qingfeng.catalogue.build import version_from_document
from qingfeng.catalogue.power import ANY, CLOSED, PARTY, PowerVersion, Ring

LOOSENED: Mapping[Ring, frozenset[str]] = {
    Ring.ORDER: frozenset({"lawful_order", "authority_scope", "credential_valid", "time_limit"}),
    Ring.SHAPE: frozenset({"shape"}),
}
"""What `loosened` takes away; the order of time cannot be taken away without giving up the log."""


def loosened(version: PowerVersion, ring: Ring) -> PowerVersion:
    """Return the version without what a ring guards.

    order: every post may do every act at every step, after nothing, waiting for nothing, blocked by nothing;
    shape: nothing need be filled in.  A power so loosened is for throw-away agencies only.
    """
    document: Mapping[str, Any] = version.document
    if ring is Ring.ORDER:
        return version_from_document({**document, "version": _without_order(version, document["version"])})
    if ring is Ring.SHAPE:
        return version_from_document({**document, "words": _without_shape(document["words"])})
    return version


def _without_order(version: PowerVersion, raw: Mapping[str, Any]) -> dict[str, Any]:
    procedure = raw["procedure"]
    rows = [_free(row, version) for row in procedure["acts"]]
    anywhere = [{**row, "at": [ANY, CLOSED]} for row in rows]  # where the file has a row of its own, that one applies
    pending = [{**one, "blocks": []} for one in procedure.get("pending") or ()]
    # where everybody may do everything, nobody is apart enough to check others: the duties go too
    return {**raw, "procedure": {**procedure, "acts": [*rows, *anywhere], "pending": pending}, "duties": {}}


def _free(row: Mapping[str, Any], version: PowerVersion) -> dict[str, Any]:
    kept = {
        key: value for key, value in row.items() if key not in ("after", "waits", "once", "no_delegation", "closes")
    }
    by = list(dict.fromkeys([*row["by"], *version.posts, PARTY]))
    return {**kept, "by": by, "credential": False, "opens_case": "again"}


def _without_shape(words: Mapping[str, Any]) -> dict[str, Any]:
    acts = {
        name: {**word, "fields": [field.removesuffix("!") for field in word["fields"]]}
        for name, word in words["acts"].items()
    }
    return {**words, "acts": acts}
