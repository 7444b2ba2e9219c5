"""Every name in a version's map and act rows must be borne by something, and nothing may bear a name twice."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from qingfeng.catalogue.checks_view import ACT, FIELD, LIMIT, PENDING, POST, STEP, Raw, View, alternatives, results
from qingfeng.catalogue.faults import Path
from qingfeng.catalogue.power import ANY, CLOSED, PARTY, STAY, SYSTEM
from qingfeng.catalogue.schema import BRANCHES
from qingfeng.catalogue.vocabulary import RESERVED
from qingfeng.terms.citation import Citation
from qingfeng.terms.text import TermError, Text


def check_names(view: View) -> None:
    """Errors of names in the map, the act rows, the pending matters and the branches."""
    _check_basis(view)
    _check_map(view)
    start = view.raw["procedure"]["start"]
    _one(view, view.at("procedure", "start"), STEP, start, view.known["steps"])
    for place, row in enumerate(view.rows):
        _check_row(view, place, row)
    view.twice([one["id"] for one in view.pending], PENDING, "procedure", "pending")
    for place, one in enumerate(view.pending):
        if one["blocks"] != "all":
            _all(view, view.at("procedure", "pending", place, "blocks"), ACT, one["blocks"], view.known["acts"])
    _check_branches(view)


def check_citation(view: View, path: Path, instrument: str, article: str) -> None:
    """Fault a citation that cannot be written."""
    try:
        Citation(instrument, article)
    except TermError as error:
        view.faults.error(path, error.text, Text(zh="请对照法律文本改正。", en="Correct it from the text of the law."))


def _check_basis(view: View) -> None:
    for place, law in enumerate(view.raw["basis"]):
        for index, article in enumerate(law["articles"]):
            check_citation(view, view.at("basis", place, "articles", index), law["instrument"], str(article))


def _check_map(view: View) -> None:
    view.twice(view.steps, STEP, "steps")
    for place, step in enumerate(view.raw["steps"]):
        path = view.at("steps", place)
        if step["id"] in RESERVED:
            view.faults.error(
                (*path, "id"),
                Text(zh=f"“{step['id']}”是保留词，不能作环节名。", en=f'"{step["id"]}" is reserved and names no step.'),
                Text(zh="请改名。", en="Rename it."),
            )
        scheme = view.head["level_scheme"]
        if step["level"] is not None and step["level"] not in scheme:
            view.faults.error(
                (*path, "level"),
                Text(
                    zh=f"风险等级“{step['level']}”不在 level_scheme 中。",
                    en=f'The level "{step["level"]}" is not in level_scheme.',
                ),
                Text(zh=f"可用的等级：{'、'.join(scheme)}。", en=f"Levels: {', '.join(scheme)}."),
            )
        _check_box(view, path, step)
    _check_box(view, view.at("whole_process"), view.raw.get("whole_process") or {})


def _check_box(view: View, path: Path, box: Raw) -> None:
    owner = box.get("owner")
    if owner is not None and owner["post"] is not None:
        _one(view, (*path, "owner", "post"), POST, owner["post"], view.words["posts"])
    for key, letter in (("risks", "r"), ("measures", "m")):
        for place, item in enumerate(box.get(key) or ()):
            wanted = f"{letter}{place + 1}"
            if view.whole and item["id"] != wanted:
                view.faults.error(
                    (*path, key, place, "id"),
                    Text(
                        zh=f"编号“{item['id']}”不连续，此处应为“{wanted}”。",
                        en=f'The number "{item["id"]}" is out of order: "{wanted}" stands here.',
                    ),
                    Text(
                        zh=f"请按原文顺序编为 {letter}1、{letter}2……",
                        en=f"Number {letter}1, {letter}2 … as in the source.",
                    ),
                )


def _check_row(view: View, place: int, row: Raw) -> None:
    act, known = row["act"], view.known
    _one(view, view.act_at(place, "act"), ACT, act, view.words["acts"])
    _all(view, view.act_at(place, "at"), STEP, row["at"], {*known["steps"], ANY, CLOSED})
    _all(view, view.act_at(place, "by"), POST, row["by"], {*view.words["posts"], PARTY, SYSTEM})
    _consequence(view, place, "to", STEP, {*known["steps"], CLOSED, STAY})
    if "opens" in row:
        _consequence(view, place, "opens", PENDING, known["pending"])
    for index, after in enumerate(row.get("after") or ()):
        for one in alternatives(after):
            _one(view, view.act_at(place, "after", index), ACT, one, known["acts"])
    if "closes" in row:
        _one(view, view.act_at(place, "closes"), PENDING, row["closes"], known["pending"])
    _all(view, view.act_at(place, "during"), PENDING, row.get("during") or (), known["pending"])
    _all(view, view.act_at(place, "waits"), LIMIT, row.get("waits") or (), known["limits"])


def _consequence(view: View, place: int, key: str, kind: Text, known: Iterable[str]) -> None:
    row = view.rows[place]
    value = row.get(key)
    for parts, name in results(value):
        if value is not None:
            _one(view, view.act_at(place, key, *parts), kind, name, known)
    if not isinstance(value, dict) or (word := view.words["acts"].get(row["act"])) is None:
        return
    path, field = view.act_at(place, key), value["field"]
    fields = [name.removesuffix("!") for name in word["fields"]]
    if field not in fields:
        view.faults.unknown((*path, "field"), FIELD, field, fields)
        return
    choices = view.words["fields"].get(field, {}).get("choices")
    if choices is None:
        view.faults.error(
            (*path, "field"),
            Text(zh=f"字段“{field}”不是选择字段。", en=f'The field "{field}" is no choice.'),
            Text(zh="请换一个 type: choice 的字段。", en="Use a field of type choice."),
        )
        return
    if key == "to" and f"{field}!" not in word["fields"]:
        view.faults.error(
            (*path, "field"),
            Text(
                zh=f"去向取决于字段“{field}”，但它在动作{view.name_of(row['act']).zh}中不是必填。",
                en=f'Where the case goes depends on "{field}", which {view.name_of(row["act"]).en} does not require.',
            ),
            Text(zh=f"请把该动作的字段写作 {field}!", en=f"Write the act's field as {field}!"),
        )
    _cases(view, path, key, value, choices)


def _cases(view: View, path: Path, key: str, value: Raw, choices: Raw) -> None:
    for case in value:
        if case != "field" and case not in choices:
            view.faults.unknown((*path, case), Text(zh="选项", en="choice"), case, choices)
    missing = [choice for choice in choices if choice not in value]
    if key == "to" and missing:
        view.faults.error(
            path,
            Text(
                zh=f"没有写明选项{'、'.join(missing)}的去向。",
                en=f"Where the case goes on {', '.join(missing)} is not said.",
            ),
            Text(zh="请为每个选项写一个去向（留在原处写 stay）。", en="Give each choice a step (stay to remain)."),
        )


def _check_branches(view: View) -> None:
    branches = view.raw["procedure"]["branches"]
    for name in BRANCHES:
        acts = branches.get(name, {}).get("acts") or ()
        _all(view, view.at("procedure", "branches", name, "acts"), ACT, acts, view.known["acts"])


def _all(view: View, path: Path, kind: Text, names: Iterable[str], known: Iterable[str]) -> None:
    for index, name in enumerate(names):
        _one(view, (*path, index), kind, name, known)


def _one(view: View, path: Path, kind: Text, name: str, known: Any) -> None:
    if name not in known:
        view.faults.unknown(path, kind, name, known)
