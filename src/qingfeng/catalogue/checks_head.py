"""What the head of a power file must make sense of: its name, its words, its versions; and what its source lacks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from qingfeng.catalogue.faults import Faults, Path
from qingfeng.catalogue.power import SUPERVISION
from qingfeng.catalogue.vocabulary import Vocabulary, check_words, merged_words
from qingfeng.terms.text import Text

AS_SOURCE = Text(
    zh="原文没有，不得推测；请制图单位补全后再填。",
    en="The source has none and nothing is guessed; fill it in when its author has completed it.",
)


def check_head(data: Mapping[str, Any], vocabulary: Vocabulary, faults: Faults, *, name: str) -> None:
    """Errors and gaps of everything outside the versions."""
    _check_name(data["id"], faults, name=name)
    _check_origin(data, faults)
    own = data.get("words") or {}
    check_words(own, merged_words(vocabulary.document, own), faults, path=("words",))
    scheme = data["level_scheme"]
    if len(set(scheme)) != len(scheme):
        faults.error(
            ("level_scheme",),
            Text(zh="风险等级重复。", en="A level is listed twice."),
            Text(zh="请删去重复的等级。", en="Remove the repetition."),
        )
    _check_days(data["versions"], faults)
    _tell_gaps(data, faults)


def _check_name(power: str, faults: Faults, *, name: str) -> None:
    """In a catalogue (a folder `powers`) the id is the place; a copy that somebody works on elsewhere may lie anywhere."""
    parts = name.replace("\\", "/").removesuffix(".yaml").removesuffix(".yml").split("/")
    wanted = "/".join(parts[-2:])
    if parts[-3:-2] == ["powers"] and power not in (wanted, "unknown/unknown"):
        faults.error(
            ("id",),
            Text(zh=f"id“{power}”与文件位置不符。", en=f'The id "{power}" does not fit the place of the file.'),
            Text(zh=f"请写 id: {wanted}，或移动文件。", en=f"Write id: {wanted}, or move the file."),
        )


def _check_origin(data: Mapping[str, Any], faults: Faults) -> None:
    """What is built in is supervision and names who exercises it; what an agency's document says is neither ours nor supervision."""
    ours, supervision = is_builtin(data), data["kind"] == SUPERVISION
    if ours != supervision:
        faults.error(
            ("source",),
            Text(zh="内置职权（builtin）的类型应为 supervision，其他职权的防控图应有来源文件。",
                 en="A built-in power is of the kind supervision; the map of any other stands in a document."),
            Text(zh="请改正 kind，或写明 document 和 diagram。", en="Correct `kind`, or name document and diagram."),
        )  # fmt: skip
    if ours and data["agency"] is None:
        faults.error(
            ("agency",),
            Text(zh="内置职权应写明由谁行使。", en="A built-in power says who exercises it."),
            Text(zh="请写 agency，如“本机关纪检监察”。", en="Write `agency`, such as the discipline supervision of the agency."),
        )


def is_builtin(data: Mapping[str, Any]) -> bool:
    """True if a head says that its map is ours."""
    return "builtin" in data["source"]


def _check_days(versions: list[Mapping[str, Any]], faults: Faults) -> None:
    previous: date | None = None
    for place, version in enumerate(versions):
        path: Path = ("versions", place, "in_force_from")
        try:
            day = date.fromisoformat(version["in_force_from"])
        except ValueError:
            faults.error(
                path,
                Text(
                    zh=f"施行日“{version['in_force_from']}”不是历法上的日期。",
                    en=f'"{version["in_force_from"]}" is no day of the calendar.',
                ),
                Text(zh="请写 YYYY-MM-DD。", en="Write YYYY-MM-DD."),
            )
            continue
        if previous is not None and day <= previous:
            faults.error(
                path,
                Text(
                    zh=f"施行日{day}不晚于上一版本的{previous}。",
                    en=f"In force from {day}, which is not after {previous} of the version before.",
                ),
                Text(zh="请按施行日由早到晚排列，每日一个版本。", en="Order versions by day, one a day."),
            )
        previous = day


def _tell_gaps(data: Mapping[str, Any], faults: Faults) -> None:
    if is_builtin(data):
        return  # nothing was copied, so nothing is lacking; the phones are the agency's, told at its other powers
    if data["agency"] is None:
        faults.gap(("agency",), Text(zh="原文未写明行使机关。", en="The source names no agency."), AS_SOURCE)
    names = {
        "supervision": Text(zh="监管电话", en="supervision phone"),
        "service": Text(zh="服务电话", en="service phone"),
    }
    for key, called in names.items():
        if not data["phones"][key].strip():
            faults.gap(
                ("phones", key),
                Text(zh=f"{called.zh}未填写。", en=f"The {called.en} is not filled in."),
                Text(zh="请公布号码后填写。", en="Fill it in once the number is public."),
            )
    for place, fault in enumerate(data.get("source_faults") or ()):
        what, hint = fault["what"], fault["hint"]
        faults.gap(("source_faults", place), Text(what["zh"], what["en"]), Text(hint["zh"], hint["en"]))
