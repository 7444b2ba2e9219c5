"""What a command writes: sentences in the reader's language, or one JSON value; nothing in it can steer a terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qingfeng.terms.text import Text, agreed, hazards

FINE, FOUND, USAGE, ENVIRONMENT = 0, 1, 2, 3
"""Exit codes: all is well; refused, faulty or something found; wrong use or bad input; store or machine."""


class CommandFailed(Exception):
    """What stops a command: the sentences for the person (what, why, what next) and the exit code."""

    def __init__(self, *messages: Text, code: int = USAGE) -> None:
        super().__init__("; ".join(m.en for m in messages))
        self.messages, self.code = messages, code


@dataclass(slots=True)
class Screen:
    """Where a command writes.  lang: zh, en or both; as_json: one JSON value on stdout, no sentences there; reader: who reads."""

    lang: str = "zh"
    as_json: bool = False
    agency: str | None = None
    reader: str | None = None

    def words(self, text: Text) -> str:
        """Return a message in the reader's language."""
        return harmless(text.say("zh") if self.lang == "zh" else agreed(text.say(self.lang)))

    def pick(self, zh: str, en: str) -> str:
        """Return a short word in the reader's language."""
        return self.words(Text(zh=zh, en=en))

    def say(self, zh: str, en: str) -> None:
        """Write one message, unless JSON is wanted."""
        self.line(self.pick(zh, en))

    def line(self, text: str = "") -> None:
        """Write one line, unless JSON is wanted."""
        if not self.as_json:
            print(harmless(text))

    def data(self, value: Any) -> None:
        """Write a value if JSON is wanted."""
        if self.as_json:
            print(as_json(value))

    def complain(self, messages: Iterable[Text]) -> None:
        """Write what went wrong, on stderr."""
        for message in messages:
            print(self.words(message), file=sys.stderr)


def harmless(text: str) -> str:
    """Return the text with every character that could steer a terminal or turn the reading direction made visible."""
    if text.isascii() and text.isprintable():
        return text
    if not hazards(text):
        return text
    return "".join(c if c in "\n\t" or c.isprintable() or not hazards(c) else _escape(c) for c in text)


def near(path: Path) -> str:
    """Return a path as seen from where the person is, if it lies below."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def as_json(value: Any) -> str:
    """Return JSON for people and programs: readable Chinese, dangerous characters as escapes."""
    return harmless(json.dumps(value, ensure_ascii=False, indent=2, sort_keys=False, allow_nan=False))


def _escape(char: str) -> str:
    code = ord(char)
    if code <= 0xFFFF:
        return f"\\u{code:04x}"
    code -= 0x10000
    return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"
