"""A map as read → the draft of a power file (docs/powers.md), with everything that is only proposed marked as such.

Proposed bindings stand as comments behind each risk and measure, so that `powers check` says truthfully what is not bound;
with `bind` a person has asked for them and they are written as bindings. What the source lacks stays empty.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import yaml

from qingfeng.importing.checks import reading_of
from qingfeng.importing.cues import Item
from qingfeng.importing.doubts import WHOLE_MAP, Doubt, at_step
from qingfeng.importing.proposals import FoundLimit, Library, Proposal, limits_in, post_of, stage_of, usual_acts
from qingfeng.importing.readmap import FilledStep, ReadMap
from qingfeng.importing.stages import stages
from qingfeng.terms.text import Text

_PLAIN = re.compile(r"[\u4e00-\u9fff《》“”、，。；（）a-zA-Z][\u4e00-\u9fffA-Za-z0-9_《》“”、，。；（）/·　-]*")
_WORDS = {"true", "false", "null", "yes", "no", "on", "off", "y", "n", "~"}


@dataclass(frozen=True, slots=True)
class Bound:
    """Proposals for one risk or measure."""

    step: str
    item: str
    text: str
    proposals: tuple[Proposal, ...]


@dataclass(slots=True)
class Draft:
    """The draft of one power file: its id (folder/name), its text, its doubts, and what it proposes."""

    id: str
    text: str
    doubts: list[Doubt]
    bindings: list[Bound] = field(default_factory=list)
    limits: list[FoundLimit] = field(default_factory=list)
    posts: dict[str, str | None] = field(default_factory=dict)

    def report(self) -> dict[str, Any]:
        """Doubts and proposals as JSON and YAML have them."""
        return {
            "power": self.id,
            "doubts": [doubt.data() for doubt in self.doubts],
            "proposed": {
                "status": "proposed",
                "bindings": [
                    {
                        "step": b.step,
                        "item": b.item,
                        "text": b.text,
                        "names": [
                            {"name": p.name, "likeness": p.likeness, "because": p.because, "origin": p.origin}
                            for p in b.proposals
                        ],
                    }
                    for b in self.bindings
                ],
                "drills": [
                    {
                        "risk": f"{b.step}.{b.item}",
                        "attempt": {"zh": f"演练：{b.text}", "en": f"Drill of {b.step}.{b.item}"},
                        "by": [p.name for p in b.proposals],
                    }
                    for b in self.bindings
                    if b.item.startswith("r")
                ],
                "limits": [{"n": one.n, "unit": one.unit, "words": one.words} for one in self.limits],
                "posts": self.posts,
            },
        }


def source_name(name: str, data: bytes) -> str:
    """The file's name as a power file may cite it; one with other characters is named by its digest."""
    if re.fullmatch(r"[A-Za-z0-9._-]{1,100}", name):
        return name
    suffix = name.rsplit(".", 1)[-1].lower() if "." in name else "bin"
    return f"document-{sha256(data).hexdigest()[:12]}.{suffix if re.fullmatch('[a-z0-9]{1,8}', suffix) else 'bin'}"


def draft_of(
    read: ReadMap,
    *,
    folder: str,
    name: str,
    document: str,
    original: str,
    day: str,
    library: Library,
    bind: bool = False,
) -> Draft:
    """The draft of a map.  folder, name: of the power's id; document: as cited; original: the file's own name; day: in force from."""
    writer = _Writer(read, library, bind=bind)
    return writer.write(f"{folder}/{name}", document, original, day)


class _Writer:
    def __init__(self, read: ReadMap, library: Library, *, bind: bool) -> None:
        self.read, self.library, self.bind = read, library, bind
        self.kind = read.kind or "other_power"
        self.ids = _ids([step.name for step in read.steps], self.kind)
        self.out: list[str] = []
        self.draft = Draft("", "", list(read.doubts))
        self.told: set[str] = set()

    def write(self, id_: str, document: str, original: str, day: str) -> Draft:
        read, out = self.read, self.out
        title = read.power or "（职权名称待填）"
        out += [
            f"# 由 {_comment(original)} 第{read.number}图导入的草稿：疑点见同名的 .doubts.yaml；“建议”只是建议，未经人确认不算绑定。",
            "# Draft imported from a document: doubts stand in the .doubts.yaml beside it; what is “proposed” binds nothing until "
            "a person accepts it.",
            f"id: {id_}",
            f"title: {_both(title)}",
            f"agency: {_both(read.agency) if read.agency else 'null'}",
            f"kind: {self.kind}",
            f"source: {{document: {document}, diagram: {read.number}}}",
            f"level_scheme: {_flow(read.scheme)}",
            f"phones: {{supervision: {_text(read.phones.get('supervision', ''))}, service: {_text(read.phones.get('service', ''))}}}",
        ]
        own = self._own_acts()
        if own:
            out += ["words:", "  acts:"] + [
                f"    {act}: {{zh: {_text(zh)}, en: {_text(en)}, fields: [opinion!]}}" for act, zh, en in own
            ]
        self._source_faults()
        out += ["versions:", f"  - in_force_from: {day}", "    basis: []", "    steps:"]
        for step in read.filled():
            if step.index is not None:
                self._step(step)
        whole = [step for step in read.filled() if step.index is None]
        if whole:
            out.append("    whole_process:")
            self._box(whole[0], "whole_process", "      ")
        self._procedure()
        out += ["    controls: {}", "    stories: []", "    drills: []", ""]
        self._english()
        self.draft.id, self.draft.text = id_, "\n".join(out)
        return self.draft

    def _source_faults(self) -> None:
        told = [doubt for doubt in self.draft.doubts if doubt.place == WHOLE_MAP]
        if told:
            self.out.append("source_faults:")
            for doubt in told:
                self.out.append(f"  - {{what: {_pair(doubt.what)}, hint: {_pair(doubt.settle)}}}")

    def _step(self, step: FilledStep) -> None:
        assert step.index is not None, "the whole process is no step"
        id_ = self.ids[step.index]
        self.out += [
            f"      - id: {id_}",
            f"        name: {{zh: {_text(step.name)}, en: {_text(self._named(step.name, step.index))}}}",
        ]
        if step.label.strip() != step.name:
            self.out.append(f"        label: {_text(step.label)}")
        self._box(step, id_, "        ")

    def _box(self, step: FilledStep, id_: str, pad: str) -> None:
        self.out.append(f"{pad}owner: {self._owner(step)}")
        if step.index is not None:
            self.out.append(f"{pad}level: {_text(step.level) if step.level else 'null'}")
        place = at_step(step.name)
        told = [d for d in self.draft.doubts if d.place == place and d.code not in {"no_level", "no_owner", "reading"}]
        if told:
            self.out.append(
                f"{pad}doubt: {{zh: {_text(''.join(d.what.zh for d in told)[:3000])}, en: "
                f"{_text(' '.join(d.what.en for d in told)[:3000])}}}"
            )
        for key, items, letter, bound in (
            ("risks", step.risks, "r", "stopped_by"),
            ("measures", step.measures, "m", "carried_by"),
        ):
            self.out.append(f"{pad}{key}:" + ("" if items else " []"))
            for n, item in enumerate(items, 1):
                self._item(item, f"{letter}{n}", bound, id_, pad)

    def _item(self, item: Item, id_: str, key: str, step: str, pad: str) -> None:
        found = self.library.propose(item.text, measure=key == "carried_by")
        self.draft.bindings.append(Bound(step, id_, item.text, tuple(found)))
        self.draft.limits += limits_in([item.text])
        reading = reading_of(item.text) if item.reading is None else item.reading
        reads = f", reads_as: {_text(reading)}" if reading else ""
        names = [one.name for one in found] if item.names is None else item.names
        said = self.bind or item.names is not None
        line = f"{pad}  - {{id: {id_}, text: {_text(item.text)}{reads}, {key}: {_flow(names if said else [])}}}"
        if item.names is not None:
            line += "" if item.names else "  # 已核对，没有合适的绑定 looked at: nothing fits"
        elif found and not self.bind:
            line += "  # 建议 proposed: " + ", ".join(f"{one.name} {one.likeness:.2f}" for one in found)
        elif found:
            line += "  # 建议的绑定，由导入人采纳 proposed, taken over by whoever imported it"
        self.out.append(line)

    def _owner(self, step: FilledStep) -> str:
        if not step.owner:
            return "null"
        post = self._post_of(step.owner)
        if step.owner not in self.draft.posts:
            self.draft.posts[step.owner] = post
        if step.owner not in self.told and step.owner not in self.read.posts:
            self.told.add(step.owner)
            self.draft.doubts.append(
                Doubt(
                    code="post",
                    place=at_step(step.name),
                    text=step.owner,
                    alternatives=() if post is None else ("null",),
                    what=Text(
                        zh=f"责任人“{step.owner}”"
                        + (f"按岗位 {post} 理解。" if post else "没有相应的通用岗位，岗位留空。"),
                        en=f"Owner “{step.owner}” "
                        + (
                            f"is taken to mean the post {post}."
                            if post
                            else "fits no common post; the post stays empty."
                        ),
                    ),
                    settle=Text(zh="请核对 owner.post。", en="Check owner.post."),
                )
            )
        return f"{{source: {_text(step.owner)}, post: {post or 'null'}}}"

    def _post_of(self, owner: str) -> str | None:
        return self.read.posts[owner] if owner in self.read.posts else post_of(owner)

    def _named(self, name: str, index: int) -> str:
        stage = stage_of(name, self.kind)
        return stages()[stage].en if stage else f"Step {index + 1}"

    def _english(self) -> None:
        self.draft.doubts.append(
            Doubt(
                code="english",
                place=WHOLE_MAP,
                what=Text(
                    zh="原文没有英文；环节、职权和机关的英文是按常见阶段写的或者照抄中文。",
                    en="The source has no English; names were given by common stages, or the Chinese stands in its place.",
                ),
                settle=Text(zh="请改写各处 en。", en="Write the English names."),
            )
        )

    def _acts(self, index: int) -> list[tuple[str, str]]:
        """Acts of a step; each act once in the whole procedure, and at least one that finishes the step."""
        before = {act for n in range(index) for act, _ in self._acts_of(n)}
        fresh = [(act, post) for act, post in self._acts_of(index) if act not in before]
        return fresh or [(f"finish_{self.ids[index]}", self._post(index))]

    def _acts_of(self, index: int) -> list[tuple[str, str]]:
        return usual_acts(stage_of(self.read.steps[index].name, self.kind), self.kind)

    def _post(self, index: int) -> str:
        owner = self.read.filled()[index].owner
        return (self._post_of(owner) if owner else None) or "case_handler"

    def _own_acts(self) -> list[tuple[str, str, str]]:
        found = []
        for n, step in enumerate(self.read.steps):
            for act, _ in self._acts(n):
                if act.startswith("finish_"):
                    found.append((act, f"完成“{step.name}”", f"Finish {self._named(step.name, n)}"))
        return found

    def _procedure(self) -> None:
        """The usual course as a start: in each step its usual acts in order; the last one leads on."""
        out, steps = self.out, self.ids
        if not steps:
            out += ["    procedure: {start: none, acts: [], branches: {}}"]
            return
        out += [
            "    # 办理程序按这类职权通常的流程起头，由编制人改。 The procedure starts from the usual course; to be revised.",
            "    procedure:",
            f"      start: {steps[0]}",
            "      acts:",
        ]
        for n, id_ in enumerate(steps):
            acts = self._acts(n)
            to = steps[n + 1] if n + 1 < len(steps) else "closed"
            for at, (act, post) in enumerate(acts):
                last = at == len(acts) - 1
                after = f", after: [{acts[at - 1][0]}]" if at else ""
                out.append(f"        - {{act: {act}, at: [{id_}], by: [{post}]{f', to: {to}' if last else ''}{after}}}")
        if self.draft.limits:
            out.append("      limits:")
            first, last_act = self._acts(0)[0][0], self._acts(len(steps) - 1)[-1][0]
            for n, limit in enumerate(self.draft.limits, 1):
                out += [
                    f"        # 图中写有：{_comment(limit.words)}；起止待核对 · its start and end are to be checked",
                    f"        - {{id: found_{n}, name: {{zh: 图中写明的期限{n}, en: Limit {n} named in the map}}, starts: [{first}], ends: "
                    f"[{last_act}], "
                    f"n: {limit.n}, unit: {limit.unit}, kind: promised, basis: null, rolls: agency}}",
                ]
        out.append("      branches: {}")


def _ids(names: Sequence[str], kind: str) -> list[str]:
    """An id for each step: its stage, or its number; each once."""
    found: list[str] = []
    for n, name in enumerate(names, 1):
        wanted = stage_of(name, kind) or f"step_{n}"
        found.append(wanted if wanted not in found else f"{wanted}_{n}")
    return found


def file_name(read: ReadMap, taken: Collection[str]) -> str:
    """A name for the power's file: its kind, numbered when several maps are of one kind."""
    base = read.kind or "other_power"
    name, n = base, 2
    while name in taken:
        name, n = f"{base}_{n}", n + 1
    return name


def _text(value: str) -> str:
    """A YAML scalar that reads back as the same text."""
    if (
        _PLAIN.fullmatch(value)
        and value.lower() not in _WORDS
        and not any(mark in value for mark in ("- ", " #", ": "))
        and value[-1] not in "- "
    ):
        return value
    return json.dumps(value, ensure_ascii=False)


def _both(value: str) -> str:
    return f"{{zh: {_text(value)}, en: {_text(value)}}}"


def _pair(text: Text) -> str:
    return f"{{zh: {_text(text.zh)}, en: {_text(text.en)}}}"


def _flow(values: Sequence[str]) -> str:
    return "[" + ", ".join(_text(value) for value in values) + "]"


def _comment(text: str) -> str:
    return re.sub(r"\s+", " ", text)[:120]


def report_text(report: dict[str, Any]) -> str:
    """A report as YAML."""
    return yaml.dump(report, allow_unicode=True, sort_keys=False, width=140)
