"""What the workers of the site have in common, read once before they are forked: the program, its pages, the powers as published.

A worker then holds only what it writes to: the rest of its memory is the same pages of the machine as in the other workers, and its
first visitor does not wait for them to be read.  No connection and no thread outlives this: they could not be shared.
"""

from __future__ import annotations

import gc
from contextlib import suppress
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.db import connections
from django.template import loader
from django.urls import get_resolver

from qingfeng import wiring
from qingfeng.casework.desk.practice import practice_of
from qingfeng.casework.office import REGISTRY, Built, Registry, event_of, grown
from qingfeng.casework.ports import StoreError
from qingfeng.catalogue.settings import BadSetting

from . import agency
from .settings import HERE

_TEMPLATES = HERE / "templates"


def prepare() -> None:
    """Read it.  Without a store, or with one that cannot be reached, nothing of it: the workers say so on every page."""
    get_resolver().url_patterns  # noqa: B018  # imports every page
    for path in sorted(_TEMPLATES.rglob("*.html")):
        loader.get_template(path.relative_to(_TEMPLATES).as_posix())
    with suppress(StoreError):
        agency.begin_with(*_read())
    connections.close_all()
    gc.collect()
    gc.freeze()  # a collection in a worker would else write to every page


def _read() -> tuple[Built, Registry]:
    """Return the powers, built, and the registry as it stands.  Raises StoreError."""
    words: dict[str, str] = {}
    store = wiring.open_store(settings.AGENCY_STORE)
    try:
        with store.read() as tx:
            events = (event_of(row) for row in tx.events(REGISTRY))
            registry = grown(Registry(), [replace(event, data=one_of_each(event.data, words)) for event in events])
        built: Built = {}
        office = wiring.office_over(store, built)
        for power, version in registry.versions:
            with suppress(BadSetting):  # published for another version of the program: who asks for it is told
                practice_of(office.version(registry, power, version)[0])
    finally:
        store.close()
    return built, registry


def one_of_each(said: Any, words: dict[str, str]) -> Any:
    """Return the same with every text kept once: of the published powers, read from the record, four texts of ten are repetitions."""
    if isinstance(said, str):
        return words.setdefault(said, said)
    if isinstance(said, dict):
        return {words.setdefault(name, name): one_of_each(value, words) for name, value in said.items()}
    return [one_of_each(one, words) for one in said] if isinstance(said, list) else said
