"""Names of parties as people write them: one name in many spellings is one name."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final
from unicodedata import normalize

from .numbering import number_key
from .spelling import one_spelling


@lru_cache(maxsize=4096)
def plain_name(written: str) -> str:
    """Return a name's letters and digits alone, full-width forms as plain ones, in small letters.

    示例（县）化工 有限公司, 示例(县)化工有限公司 and 示例县化工有限公司 are one name: blanks, brackets and dots tell nobody apart.  A text
    without a letter or digit stays as it is, but for blanks around it.  The same in SQL: regexp_replace(lower(normalize(x, NFKC)),
    '[^[:alnum:]]', '', 'g').
    """
    folded = normalize("NFKC", normalize("NFKC", written).casefold())
    return "".join(sign for sign in folded if sign.isalnum()) or written.strip()


_ASKED = re.compile(
    r"^(?:\d+[.、])?(?:(?:请|须|需|应当?)(?:您|你|贵|本)?(?:单位|公司|企业)?(?:尽快|一并)?)?"
    r"(?:补交|补充提交|补充|提交|提供|补正|出具|携带|补齐|缺少|尚缺|缺|未提交|未提供)?"
)
_COPIES = re.compile(
    r"(?:原件|复印件|复制件|扫描件|(?:须|需|应|并)?加盖(?:单位)?公章|(?:一式|各)?[\d一二两三四五六]+份|[及和或、,，;；.。()（）])+$"
)


def paper_line(line: str) -> str:
    """Return the paper that a line of a notice asks for, without words of courtesy, form of copy, seal and number of copies.

    请补交权属证明原件一份 and 权属证明（复印件，加盖公章） both ask for 权属证明; 权属证明和公证书 asks for more, and stays.
    """
    text = normalize("NFKC", line).strip()
    return _COPIES.sub("", _ASKED.sub("", text, count=1)).strip() or text


def unmarked(title: str) -> str:
    """Return a title without the mark of a draft at its end: 某某公告（送审稿） and 某某公告（第二稿） are drafts of 某某公告."""
    return re.sub(r"\s*[（(][^（）()]*稿[）)]\s*$", "", title).strip()


NAME_FIELDS: Final = frozenset({"party", "subject", "applicant"})
DERIVED: Final = "\x1f"
"""Begins every key under which an act is found that is no value somebody wrote: no text that people enter may hold this sign."""


def key_of(field: str, value: str) -> str:
    """Return under what a value of an indexed field is found across cases: names and numbers in whatever spelling, else as it stands."""
    if value.startswith(DERIVED):
        return value
    if field in NAME_FIELDS:
        return plain_name(value)
    return number_key(value) if field == "document_no" else one_spelling(value) if field == "party_id" else value
