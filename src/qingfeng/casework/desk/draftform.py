"""A draft as forms: its limits, its levels and owners, the settings of one control or duty as typed "
"inputs, and back as changes in place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qingfeng.catalogue.codes import word
from qingfeng.catalogue.faults import Path
from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.setting_words import setting_word
from qingfeng.terms.limits import MAX_LIST, MAX_TEXT
from qingfeng.terms.text import Text, hazards
from qingfeng.terms.timelimit import LimitKind, Unit

from ..words import listed, post_name, rule_name
from .catalogue import KINDS, UNITS

PARTS: Mapping[str, Text] = {
    "head": Text(zh="施行日期", en="Day of force"),
    "steps": Text(zh="等级和责任人", en="Levels and owners"),
    "limits": Text(zh="期限", en="Limits"),
}
RULES = ("controls", "duties")
_WHOLE = re.compile(r"-?[0-9]{1,15}")
_ONE_LINE = 500


@dataclass(frozen=True, slots=True)
class Entry:
    """One input.  kind: whole | yes | line | choice | many | lines; path: where it stands within the version."""

    name: str
    path: Path
    label: Text
    kind: str
    value: Any
    options: tuple[tuple[str, Text], ...] = ()
    group: Text | None = None
    optional: bool = False
    said: Text | None = None  # the value in words, where it stands as codes
    pool: str = ""  # of what several are chosen: acts | posts | field-…

    @property
    def picked(self) -> tuple[tuple[str, Text], ...]:
        """What is chosen, with its name."""
        names = dict(self.options)
        return tuple((one, names.get(one, Text(zh=one, en=one))) for one in self.chosen)

    @property
    def chosen(self) -> tuple[str, ...]:
        """What is chosen, for inputs of several."""
        return tuple(map(str, self.value)) if isinstance(self.value, list | tuple) else ()

    @property
    def shown(self) -> str:
        """The value as it stands in an input of text."""
        if isinstance(self.value, list | tuple):
            return "\n".join(map(str, self.value))
        return "" if self.value is None else str(self.value)


def rules_of(version: PowerVersion) -> tuple[tuple[str, str, Text], ...]:
    """Return (controls | duties, id, title) of everything that has settings to edit."""
    raw = version.document["version"]
    return tuple((kind, rule, rule_name(rule if kind == "controls" else f"duty:{rule}"))
                 for kind in RULES for rule, settings in (raw.get(kind) or {}).items() if settings)  # fmt: skip


def entries(version: PowerVersion, part: str, rule: str = "") -> tuple[Entry, ...]:
    """Return the inputs of a part: head, steps, limits, or controls / duties with the name of one; none if there is no such part."""
    raw = version.document["version"]
    if part == "head":
        return (
            Entry(
                "in_force_from",
                ("in_force_from",),
                Text(zh="施行日期", en="In force from"),
                "line",
                raw["in_force_from"],
            ),
        )
    if part == "steps":
        return tuple(_steps(version, raw))
    if part == "limits":
        return tuple(_limits(raw))
    settings = (raw.get(part) or {}).get(rule) if part in RULES else None
    return tuple(_settings(version, rule, settings, (part, rule), ())) if settings else ()


def _steps(version: PowerVersion, raw: Mapping[str, Any]) -> Iterator[Entry]:
    levels = tuple((level, Text(zh=level, en=level)) for level in version.level_scheme)
    posts = tuple((post, post_name(version, post)) for post in version.posts)
    for n, step in enumerate(raw["steps"]):
        group = Text.of(step["name"])
        yield Entry(
            f"s{n}.level",
            ("steps", n, "level"),
            Text(zh="风险等级", en="Level"),
            "choice",
            step["level"],
            levels,
            group,
            True,
        )
        if step["owner"] is not None:
            yield Entry(
                f"s{n}.post",
                ("steps", n, "owner", "post"),
                Text(zh="责任岗位", en="Post that answers"),
                "choice",
                step["owner"]["post"],
                posts,
                group,
                True,
            )


def _limits(raw: Mapping[str, Any]) -> Iterator[Entry]:
    units = tuple((unit.value, text) for unit, text in UNITS.items())
    kinds = tuple((kind.value, KINDS[kind.value]) for kind in LimitKind)
    for n, limit in enumerate(raw["procedure"]["limits"]):
        group, base = Text.of(limit["name"]), ("procedure", "limits", n)
        if "n" in limit:
            yield Entry(f"l{n}.n", (*base, "n"), Text(zh="长度", en="Length"), "whole", limit["n"], group=group)
        if "unit" in limit:
            yield Entry(
                f"l{n}.unit", (*base, "unit"), Text(zh="单位", en="Unit"), "choice", limit["unit"], units, group
            )
        yield Entry(f"l{n}.kind", (*base, "kind"), Text(zh="性质", en="Kind"), "choice", limit["kind"], kinds, group)
        if isinstance(limit.get("yellow"), Mapping):
            yield Entry(
                f"l{n}.yn",
                (*base, "yellow", "n"),
                Text(zh="提前预警", en="Warn before"),
                "whole",
                limit["yellow"]["n"],
                group=group,
            )
            known = {unit.value for unit in Unit}
            if limit["yellow"].get("unit") in known:
                yield Entry(
                    f"l{n}.yu",
                    (*base, "yellow", "unit"),
                    Text(zh="预警单位", en="Unit of the warning"),
                    "choice",
                    limit["yellow"]["unit"],
                    units,
                    group,
                )


def _settings(version: PowerVersion, rule: str, value: Any, path: Path, group: tuple[Text, ...]) -> Iterator[Entry]:
    """Yield the leaves of settings, each with the words of its key and of what stands around it."""
    if isinstance(value, Mapping):
        for key, member in value.items():
            label = setting_word(rule, str(key)) or Text(zh=str(key), en=str(key).replace("_", " "))
            nested = isinstance(member, Mapping) or _of_mappings(member)
            yield from (
                _settings(version, rule, member, (*path, str(key)), (*group, label))
                if nested
                else [_leaf(version, label, member, (*path, str(key)), group)]
            )
        return
    for n, member in enumerate(value):
        label = Text(zh=f"第{n + 1}项", en=f"item {n + 1}")
        yield from _settings(version, rule, member, (*path, n), (*group, label))


def _said(version: PowerVersion, value: Any) -> Text | None:
    codes = [value] if isinstance(value, str) else list(value) if isinstance(value, list | tuple) else []
    words = [word(version, one) for one in codes if isinstance(one, str)]
    return listed(words) if words and any(text.zh != one for text, one in zip(words, codes, strict=False)) else None


def _pools_of(version: PowerVersion) -> dict[str, tuple[tuple[str, Text], ...]]:
    """Return the same and the choices of every field."""
    fields = {field.id: field for row in version.procedure.rows for field in row.word.fields if field.choices}
    return {**pools(version), **{f"field-{name}": tuple(field.choices.items()) for name, field in fields.items()}}


def pools(version: PowerVersion) -> dict[str, tuple[tuple[str, Text], ...]]:
    """Return what several can be chosen of: the acts of the procedure, the posts, each with its name."""
    acts = {row.act: row.word.name for row in version.procedure.rows}
    return {"acts": tuple(acts.items()), "posts": tuple((post, post_name(version, post)) for post in version.posts)}


def _of_mappings(value: Any) -> bool:
    return isinstance(value, list | tuple) and any(isinstance(one, Mapping) for one in value)


def _leaf(version: PowerVersion, label: Text, value: Any, path: Path, group: tuple[Text, ...]) -> Entry:
    name = "p." + ".".join(map(str, path[2:]))
    around = Text(zh=" · ".join(t.zh for t in group), en=" · ".join(t.en for t in group)) if group else None

    def entry(kind: str, options: Sequence[tuple[str, Text]] = (), pool: str = "") -> Entry:
        return Entry(name, path, label, kind, value, tuple(options), around, value is None, _said(version, value), pool)

    if isinstance(value, bool):
        return entry("yes")
    if isinstance(value, int):
        return entry("whole")
    if isinstance(value, list | tuple):
        for pool, options in _pools_of(version).items():
            if value and set(map(str, value)) <= dict(options).keys():
                return entry("many", options, pool)
        return entry("lines")
    if isinstance(value, str) and value in version.posts:
        return entry("choice", [(post, post_name(version, post)) for post in version.posts])
    return entry("line")


def changes(
    given: Sequence[Entry], one: Callable[[str], str | None], several: Callable[[str], Sequence[str]]
) -> tuple[dict[Path, Any], list[Text]]:
    """Return what was changed in inputs (path within the version -> value), and what is wrong with what was typed."""
    told: dict[Path, Any] = {}
    faults: list[Text] = []
    for entry in given:
        sent = (list(several(entry.name)) or None) if entry.kind == "many" else one(entry.name)
        if sent is None:  # a form of older days had no such input
            continue
        value = _typed(entry, sent)
        if isinstance(value, Text):
            faults.append(value)
        elif value != entry.value and not (isinstance(entry.value, list | tuple) and list(entry.value) == value):
            told[entry.path] = value
    return told, faults


def _typed(entry: Entry, sent: str | list[str]) -> Any:
    where = (
        Text(zh=f"{entry.group.zh}·{entry.label.zh}", en=f"{entry.group.en}, {entry.label.en}")
        if entry.group
        else entry.label
    )

    def fault(zh: str, en: str) -> Text:
        return Text(zh=f"{where.zh}：{zh}", en=f"{where.en}: {en}")

    known = {value for value, _ in entry.options}
    if isinstance(sent, list):
        by_name = {text.zh: value for value, text in entry.options}
        sent = [by_name.get(one.strip(), one.strip()) for one in sent if one.strip()]
        if len(sent) > MAX_LIST or not set(sent) <= known:
            return fault("要增加的不在清单中，请从提示中选取", "what is added must be of the list")
        return [*(v for v in entry.chosen if v in sent), *(v for v in dict.fromkeys(sent) if v not in entry.chosen)]
    text = sent.replace("\r\n", "\n").strip()
    if entry.kind == "lines":
        lines = [line.strip() for line in text.split("\n") if line.strip()]
        bad = len(lines) > MAX_LIST or len(text) > MAX_TEXT or any(hazards(line) for line in lines)
        whole = bool(entry.value) and all(type(v) is int for v in entry.value)
        if bad or (whole and not all(_WHOLE.fullmatch(line) for line in lines)):
            return fault(
                "每行一项；含有不能使用的字符，或应为整数",
                "one item a line; a character is not allowed, or it must be whole numbers",
            )
        return [int(line) for line in lines] if whole else lines
    if not text and entry.optional:
        return None
    if entry.kind == "whole":
        return int(text) if _WHOLE.fullmatch(text) else fault("应为整数", "must be a whole number")
    if entry.kind == "yes":
        return text == "true" if text in ("true", "false") else fault("请选择是或否", "choose yes or no")
    if entry.kind == "choice":
        return text if text in known else fault("所选内容不在清单中", "choose from the list")
    if not text or len(text) > _ONE_LINE or hazards(text):
        return fault(f"应为1至{_ONE_LINE}字的一行文字", f"must be one line of 1 to {_ONE_LINE} characters")
    return text
