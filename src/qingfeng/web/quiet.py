"""How the server tells of requests that were refused: one line, no traceback, no address; who sends thousands fills no disk."""

from __future__ import annotations

import logging


class OneLine(logging.Formatter):
    """Tells what was refused, without the way the program took to that."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line: the kind of refusal; nothing of what was sent."""
        return f"{self.formatTime(record)} 已拒绝 refused: {record.name.rpartition('.')[2]}"
