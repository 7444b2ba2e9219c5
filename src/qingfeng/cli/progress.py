"""Signs of life on stderr while something takes long; none where stderr is no terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from qingfeng.terms.text import Text

from .screen import Screen


@contextmanager
def working(screen: Screen, what: Text, *, every: int = 100) -> Iterator[Callable[[int], None]]:
    """Show that work is going on; yields a function that takes the number done so far and shows each `every`th."""
    if not sys.stderr.isatty():
        yield lambda n: None
        return
    from rich.console import Console

    words = screen.words(what)
    with Console(stderr=True).status(words) as status:
        yield lambda n: status.update(f"{words} {n}") if n % every == 0 else None
