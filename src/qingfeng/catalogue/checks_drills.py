"""Parts of risks must be cut out of them, and drills must try a risk that exists from a story that exists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from qingfeng.catalogue.checks_stories import check_days, check_deed
from qingfeng.catalogue.checks_view import Raw, View
from qingfeng.catalogue.drills import WHOLE_PROCESS, row_of, window
from qingfeng.catalogue.faults import Path
from qingfeng.catalogue.power import Ring
from qingfeng.terms.text import Text

_RISK = Text(zh="风险点", en="risk")
_PART = Text(zh="风险点部分", en="part of the risk")
_STORY = Text(zh="实例", en="story")


def boxes(view: View) -> Iterator[tuple[str, Path, Raw]]:
    """Name, path and data of every box of the map."""
    for place, step in enumerate(view.raw["steps"]):
        yield step["id"], view.at("steps", place), step
    yield WHOLE_PROCESS, view.at(WHOLE_PROCESS), view.raw.get(WHOLE_PROCESS) or {}


def check_parts(view: View) -> None:
    """Errors of the parts of risks."""
    for _, path, box in boxes(view):
        for place, risk in enumerate(box.get("risks") or ()):
            if risk.get("parts"):
                _check_parts(view, (*path, "risks", place), risk)


def check_readings(view: View) -> None:
    """Errors of `role_map`: a word that stands in no text of the map, or twice."""
    texts = [item["text"] for _, _, box in boxes(view) for key in ("risks", "measures") for item in box.get(key) or ()]
    words = [one["word"] for one in view.raw.get("role_map") or ()]
    for place, word in enumerate(words):
        if word in words[:place] or not any(word in text for text in texts):
            view.faults.error(
                view.at("role_map", place, "word"),
                Text(
                    zh=f"“{word[:60]}”不在任何风险点或措施的原文中，或已写过。",
                    en=f'"{word[:60]}" stands in no risk or measure, or was read before.',
                ),
                Text(zh="请照录原文的词，每个词写一次。", en="Copy the word as it stands, each once."),
            )


def _check_parts(view: View, path: Path, risk: Raw) -> None:
    for place, part in enumerate(risk["parts"]):
        wanted = f"p{place + 1}"
        if view.whole and part["id"] != wanted:
            view.faults.error(
                (*path, "parts", place, "id"),
                Text(
                    zh=f"编号“{part['id']}”不连续，此处应为“{wanted}”。",
                    en=f'The number "{part["id"]}" is out of order: "{wanted}" stands here.',
                ),
                Text(zh="请按原文顺序编为 p1、p2……", en="Number p1, p2 … as in the text."),
            )
        if part["text"] not in risk["text"] and part["text"] not in risk.get("reads_as", ""):
            view.faults.error(
                (*path, "parts", place, "text"),
                Text(
                    zh=f"“{part['text'][:60]}”不是该风险点原文或理解中的一段。",
                    en=f'"{part["text"][:60]}" is no part of the words of the risk.',
                ),
                Text(zh="请从 text 或 reads_as 中照录一段。", en="Copy it out of `text` or `reads_as`."),
            )
    union = {name for part in risk["parts"] for name in part["stopped_by"]}
    if "stopped_by" in risk and set(risk["stopped_by"]) != union:
        view.faults.error(
            (*path, "stopped_by"),
            Text(
                zh="风险点分成各部分后，stopped_by 应为各部分之和。",
                en="With parts, `stopped_by` is the union of theirs.",
            ),
            Text(zh="请删去该行，或写全各部分所列。", en="Remove it, or list all that the parts name."),
        )


def check_drills(view: View) -> None:
    """Errors of the drills; what their stories lack is told there."""
    seen: set[str] = set()
    risks = {f"{name}.{risk['id']}": (box, risk) for name, _, box in boxes(view) for risk in box.get("risks") or ()}
    stories = {story["id"]: story for story in view.stories}
    for place, drill in enumerate(view.drills):
        path = view.at("drills", place)
        if drill["id"] in seen:
            view.faults.error(
                (*path, "id"),
                Text(zh=f"演练“{drill['id']}”重复。", en=f'The drill "{drill["id"]}" is there twice.'),
                Text(zh="请改名或删去一个。", en="Rename or remove one."),
            )
        seen.add(drill["id"])
        box, risk = risks.get(drill["risk"], ({}, None))
        if risk is None:
            view.faults.unknown((*path, "risk"), _RISK, drill["risk"], risks)
        else:
            _check_part(view, path, drill, risk)
        _check_ring(view, path, drill)
        _check_rows(view, path, drill)
        story = stories.get(drill["from"])
        if story is None:
            view.faults.unknown((*path, "from"), _STORY, drill["from"], stories)
        else:
            _check_course(view, path, drill, story, window(box.get("level"), view.head["level_scheme"]))


def _check_part(view: View, path: Path, drill: Raw, risk: Raw) -> None:
    parts = [part["id"] for part in risk.get("parts") or ()]
    if "part" in drill and drill["part"] not in parts:
        view.faults.unknown((*path, "part"), _PART, drill["part"], parts)
    elif parts and "part" not in drill:
        view.faults.error(
            path,
            Text(
                zh=f"风险点{drill['risk']}分为{'、'.join(parts)}，演练没有写明是哪一部分。",
                en=f"{drill['risk']} has parts; the drill names none.",
            ),
            Text(zh="请补写 part: …", en="Add part: …"),
        )


def _check_ring(view: View, path: Path, drill: Raw) -> None:
    for key in ("resume", "end", "probability"):
        if key in drill and drill["ring"] != Ring.FOUND:
            view.faults.error(
                (*path, key),
                Text(
                    zh=f"{key} 只用于事后发现的演练（ring: found）。",
                    en=f"`{key}` is for drills that are found afterwards (ring: found).",
                ),
                Text(zh="请删去，或改写 ring。", en="Remove it, or change `ring`."),
            )
    if "end" in drill and "resume" not in drill:
        view.faults.error(
            (*path, "end"),
            Text(zh="写了 end 却没有写 resume。", en="There is an `end` without a `resume`."),
            Text(zh="请补写 resume，或删去 end。", en="Add `resume`, or remove `end`."),
        )
    if "probability" in drill and not 0 < float(drill["probability"]) <= 1:
        view.faults.error(
            (*path, "probability"),
            Text(
                zh=f"发现概率应大于0、不大于1，却是{drill['probability']}。",
                en=f"A probability lies above 0 and up to 1, not {drill['probability']}.",
            ),
            Text(zh="请改正。", en="Correct it."),
        )


def _check_rows(view: View, path: Path, drill: Raw) -> None:
    check_days(view, (*path, "rows"), drill["rows"])
    last = len(drill["rows"]) - 1
    for index, row in enumerate(drill["rows"]):
        # only what the shape ring is to refuse may be badly filled in
        check_deed(view, (*path, "rows", index), row, strict=index != last or drill["ring"] != Ring.SHAPE)


def _check_course(view: View, path: Path, drill: Raw, story: Raw, days: int) -> None:
    acts = [row["does"] for row in story["rows"]]
    at = {key: row_of(acts, drill[key]) for key in ("before", "resume", "end") if key in drill}
    for key, row in at.items():
        if row is None:
            view.faults.unknown(
                (*path, key),
                Text(zh=f"实例{story['id']}的行", en=f"row of the story {story['id']}"),
                drill[key],
                _anchors(acts),
            )
    if None in at.values():
        return
    before, resume = at["before"] or 0, at.get("resume")
    if resume is not None and resume < before:
        _backwards(view, (*path, "resume"), "before")
    if resume is not None and (at.get("end") or len(acts)) < resume:
        _backwards(view, (*path, "end"), "resume")
    first, last = drill["rows"][0], drill["rows"][-1]
    if before and _day(first) < _day(story["rows"][before - 1]):
        view.faults.error(
            (*path, "rows", 0, "day"),
            Text(
                zh=f"{first['day']}早于实例中前一行的{story['rows'][before - 1]['day']}。",
                en=f"{first['day']} is before the story's row above it.",
            ),
            Text(
                zh="请按时间先后排列；补录的写 entered。",
                en="Put the rows in order of time; say `entered` for what is entered later.",
            ),
        )
    if resume is None:
        return
    began, goes_on = _day(last), _day(story["rows"][resume])
    if not began <= goes_on <= _plus(began, days):
        view.faults.error(
            (*path, "resume"),
            Text(
                zh=f"实例从{goes_on}继续，应在所企图的{began}至其后{days}日之间。",
                en=f"The story goes on at {goes_on}, which must lie within {days} days from the attempt at {began}.",
            ),
            Text(zh="请改日期，或从另一行继续。", en="Change the days, or resume at another row."),
        )


def _backwards(view: View, path: Path, other: str) -> None:
    view.faults.error(
        path,
        Text(zh=f"该行在 {other} 所指的行之前。", en=f"This row lies before the one that `{other}` names."),
        Text(zh="请改为其后的行。", en="Name a later row."),
    )


def _anchors(acts: Sequence[str]) -> list[str]:
    """Every way to name a row."""
    return [act if n == 1 else f"{act}#{n}" for place, act in enumerate(acts) for n in [acts[: place + 1].count(act)]]


def _day(row: Raw) -> str:
    return str(row.get("entered", row["day"]))[:10]


def _plus(day: str, days: int) -> str:
    try:
        return date.fromordinal(date.fromisoformat(day).toordinal() + days).isoformat()
    except ValueError:  # told where the row stands
        return "9999"
