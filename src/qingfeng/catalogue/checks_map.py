"""What the map of one version leaves empty or open: told, never filled in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from qingfeng.catalogue.checks_head import AS_SOURCE
from qingfeng.catalogue.faults import Faults, Path
from qingfeng.terms.text import Text

_SUPERVISORS = ("纪检", "监察")
_WATCHING = ("监管", "监督")
_BIND = Text(
    zh="请写明由哪项控制、职责、期限或动作落实；尚无的，留空并在覆盖率中列出。",
    en="Name the control, duty, limit or act that does it; where there is none yet, coverage tells it.",
)


def tell_gaps(version: Mapping[str, Any], faults: Faults, *, path: Path, ours: bool = False) -> None:
    """Gaps of one version of a map.  ours: a built-in power, where supervisors are in their place and nothing may be left empty."""
    for place, step in enumerate(version["steps"]):
        if ours:
            _check_ours(step, faults, (*path, "steps", place))
        else:
            _tell_step(step, faults, (*path, "steps", place))
    whole = version.get("whole_process") or {}
    _tell_doubt(whole, faults, (*path, "whole_process"))
    for place, reading in enumerate(version.get("role_map") or ()):
        _tell_doubt(reading, faults, (*path, "role_map", place))
    _tell_unbound(version, faults, path)


def _tell_step(step: Mapping[str, Any], faults: Faults, path: Path) -> None:
    zh, en = step["name"]["zh"], step["name"]["en"]
    boxes = step["risks"] or step["measures"]
    if step["level"] is None and boxes:
        faults.gap(
            (*path, "level"),
            Text(zh=f"环节“{zh}”在原文中没有风险等级。", en=f'The step "{en}" has no level in the source.'),
            AS_SOURCE,
        )
    owner = step["owner"]
    if owner is None and boxes:
        faults.gap(
            (*path, "owner"),
            Text(zh=f"环节“{zh}”在原文中没有责任人。", en=f'The step "{en}" has no owner in the source.'),
            AS_SOURCE,
        )
    watches = any(word in zh for word in _WATCHING)  # there a supervisor is in its place
    if owner is not None and not watches and any(word in owner["source"] for word in _SUPERVISORS):
        faults.gap(
            (*path, "owner"),
            Text(
                zh=f"监督者是环节“{zh}”的责任人（{owner['source']}），不能再监督自己。",
                en=f'A supervisor ({owner["source"]}) owns and would watch "{en}".',
            ),
            Text(zh="请由其他机构监督该环节。", en="Let another office supervise this step."),
        )
    _tell_doubt(step, faults, path)


def _check_ours(step: Mapping[str, Any], faults: Faults, path: Path) -> None:
    """Errors of a step whose map we write ourselves: no source can be silent."""
    for key, zh, en in (("level", "等级", "level"), ("owner", "责任人", "owner")):
        if step[key] is None:
            faults.error(
                (*path, key),
                Text(zh=f"内置职权的环节“{step['name']['zh']}”没有{zh}。", en=f'The step "{step["name"]["en"]}" of a built-in power has no {en}.'),
                Text(zh="防控图是自己写的，不能留空。", en="The map is ours: nothing stays empty."),
            )


def _tell_doubt(box: Mapping[str, Any], faults: Faults, path: Path) -> None:
    doubt = box.get("doubt")
    if doubt:
        faults.gap(
            (*path, "doubt"),
            Text(zh=f"待确认：{doubt['zh']}", en=f"To be confirmed: {doubt['en']}"),
            Text(zh="请制图单位确认。", en="Its author should confirm."),
        )


def _tell_unbound(version: Mapping[str, Any], faults: Faults, path: Path) -> None:
    """One gap for all risks and one for all measures that nothing takes up yet, with the ids in place."""
    boxes = [(step["id"], step) for step in version["steps"]]
    boxes.append(("whole_process", version.get("whole_process") or {}))
    kinds = (
        ("risks", "stopped_by", "风险点没有对应的防控", "risks are stopped by nothing yet"),
        ("measures", "carried_by", "防控措施没有落实", "measures are carried by nothing yet"),
    )
    for key, bound, zh, en in kinds:
        items = [(name, item) for name, box in boxes for item in box.get(key) or ()]
        unbound = [place for name, item in items for place in _unbound(f"{name}.{item['id']}", item, bound)]
        total = sum(len(item.get("parts") or ("whole",)) for _, item in items)
        if unbound:
            shown = _joined(unbound)
            faults.gap(
                (*path, "steps"),
                Text(
                    zh=f"{total}条中有{len(unbound)}条{zh}：{shown}。",
                    en=f"{len(unbound)} of {total} {en}: {shown}.",
                ),
                _BIND,
            )


def _unbound(place: str, item: Mapping[str, Any], bound: str) -> list[str]:
    """The item, or those of its parts, that name nothing."""
    if item.get("parts"):
        return [f"{place}.{part['id']}" for part in item["parts"] if not part[bound]]
    return [] if item[bound] else [place]


def _joined(names: Iterable[str]) -> str:
    return ", ".join(names)
