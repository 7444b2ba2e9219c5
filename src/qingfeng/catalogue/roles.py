"""Words that a map copied from another kind of power: who or what they stand for is a reading, and has to be said (`role_map`).

A map of announcements speaks of applicants, one of sanctions within the staff of fines and seized goods.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_COPIED_FROM_LICENCES = {
    "申请人": "申请人", "受理": "(?<!信访)(?<!举报)(?<!申诉)受理", "申报材料": "申报材料", "中介": "中介", "送达": "送达", "核准": "核准",
}  # fmt: skip
FOREIGN: Mapping[str, Mapping[str, re.Pattern[str]]] = {
    kind: {word: re.compile(pattern) for word, pattern in words.items()}
    for kind, words in {
        "announcement": _COPIED_FROM_LICENCES,
        "budget_preparation": _COPIED_FROM_LICENCES,
        "disciplinary_sanction": {"行政相对人": "行政相对人", "罚没款物": "罚没款物", "扣押": "扣押", "处罚": "处罚"},
    }.items()
}
"""Kind of power -> word -> where it stands for something that such a power does not have."""


def foreign_words(kind: str, text: str) -> list[str]:
    """Return the words of a risk or measure that belong to another kind of power."""
    return [word for word, pattern in FOREIGN.get(kind, {}).items() if pattern.search(text)]
