"""Reading what a report says, whatever its shape: a report comes from outside, and a wrong shape is told, never an error of ours."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from qingfeng.terms.instants import local_day, parse_instant
from qingfeng.terms.text import TermError, Text, hazards

from .duty import CaseFile, Occasion

SHORTEST_WORDS = 4
"""Characters: less than 当事人称 says nothing."""
SHOWN = 5
SOMEBODY = "by"
_CODE = re.compile(r"[A-Za-z0-9._/-]{1,40}")


def member(report: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return a part of a report that ought to be a table; an empty one if it is none."""
    value = report.get(name)
    return value if isinstance(value, Mapping) else {}


def words_said(value: object, least: int = SHORTEST_WORDS) -> str | None:
    """Return words of at least so many characters, None for less or for what could not be read as it is stored."""
    said = value.strip() if isinstance(value, str) else ""
    return said if len(said) >= least and any(c.isalnum() for c in said) and not hazards(said) else None


def day_said(value: object) -> date | None:
    """Return a day written as 2026-03-02, None for anything else."""
    if not isinstance(value, str) or len(value) != len("2026-03-02"):
        return None
    try:
        return local_day(parse_instant(value))
    except TermError:
        return None


def code_said(value: str) -> bool:
    """True for a code as fields of acts have them: short, of plain signs."""
    return _CODE.fullmatch(value) is not None


def number_said(value: object) -> int | None:
    """Return a whole number from 0, None for anything else."""
    return value if type(value) is int and value >= 0 else None


def exactly(report: Mapping[str, Any], part: str, cases: Collection[str]) -> list[Text]:
    """Return what keeps a table of a report from speaking of exactly these cases, each with a table of its own."""
    given = report.get(part)
    if not isinstance(given, Mapping):
        return [
            Text(
                zh=f"须填写{part}（“案号: 内容”的表；没有案件的写空表）",
                en=f"give {part}, a table by case (empty if there is none)",
            )
        ]
    lacking: list[Text] = []
    missing, strange = sorted(set(cases) - set(given)), sorted(set(given) - set(cases))
    if missing:
        lacking.append(
            Text(
                zh=f"{part}缺少{len(missing)}件：{_some(missing, '、')}",
                en=f"{part} lacks {len(missing)}: {_some(missing, ', ')}",
            )
        )
    if strange:
        lacking.append(
            Text(
                zh=f"{part}中有不应在内的：{_some(strange, '、')}；不得自行挑选或者增减",
                en=f"{part} has what does not belong there: {_some(strange, ', ')}; nobody picks",
            )
        )
    malformed = sorted(case for case in given if not isinstance(given[case], Mapping))
    if malformed:
        lacking.append(
            Text(
                zh=f"{part}中应逐件写成表：{_some(malformed, '、')}",
                en=f"{part}: a table each for {_some(malformed, ', ')}",
            )
        )
    return lacking


def impartial(entry: Mapping[str, Any], file: CaseFile, occasion: Occasion, post: str) -> Text | None:
    """Return why whoever looked at a case (`by`, else the reporter) may not have, or None: of the post, and with no part in it."""
    who = entry.get(SOMEBODY, occasion.actor)
    if not isinstance(who, str) or who not in occasion.people.names:
        return Text(
            zh=f"案件{file.case}：没有人员“{str(who)[:50]}”（by）",
            en=f"case {file.case}: no officer {str(who)[:50]!r} (by)",
        )
    if who != occasion.actor and not occasion.people.holds(who, post, occasion.on):
        return Text(
            zh=f"案件{file.case}：{occasion.people.name(who)}没有岗位{post}",
            en=f"case {file.case}: {occasion.people.name(who)} is no {post}",
        )
    return uninvolved([who], file, occasion)


def uninvolved(officers: Collection[str], file: CaseFile, occasion: Occasion) -> Text | None:
    """Return which of the officers took part in a case that they are to look at, or None."""
    involved = [occasion.people.name(who) for who in sorted(set(officers) & file.officers)]
    if not involved:
        return None
    return Text(
        zh=f"案件{file.case}：{'、'.join(involved)}参与过该案，不得自查，请换人",
        en=f"case {file.case}: {', '.join(involved)} took part in it; somebody else has to look",
    )


def listed(value: object) -> list[str] | None:
    """Return a list of different texts, None for anything else."""
    if not isinstance(value, Sequence) or isinstance(value, str) or not all(isinstance(one, str) for one in value):
        return None
    return list(value) if len({*value}) == len(value) else None


def places(file: CaseFile, seqs: Collection[int]) -> tuple[str, ...]:
    """Return places in the log as evidence names them."""
    return tuple(f"{file.case}#{seq}" for seq in seqs)


def _some(names: Sequence[str], comma: str) -> str:
    return comma.join(str(name)[:100] for name in names[:SHOWN]) + ("…" if len(names) > SHOWN else "")
