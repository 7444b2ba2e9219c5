"""Every module here is one pattern; adding a file adds the pattern.  See CONTRIBUTING for the recipe."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules

from ..pattern import Pattern


@lru_cache(maxsize=1)
def discover() -> Mapping[str, Pattern]:
    """Return every pattern by name: the constant PATTERN of each module, named as the module is."""
    found: dict[str, Pattern] = {}
    for module in iter_modules(__path__):
        pattern = import_module(f"{__name__}.{module.name}").PATTERN
        assert isinstance(pattern, Pattern), f"patterns/{module.name}.py must define PATTERN"
        assert pattern.name == module.name, f"patterns/{module.name}.py must define PATTERN of that name"
        found[module.name] = pattern
    return found
