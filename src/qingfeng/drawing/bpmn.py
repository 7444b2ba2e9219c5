"""A map as BPMN 2.0 with its picture: steps as tasks, risks and measures as extension elements and as annotations beside them.

Where the course turns aside, an exclusive gateway follows the step: straight on is its default; a return is a flow to the
earlier step, an early end an end event of its own.  Source: OMG BPMN 2.0.2 (formal/2013-12-09), schema BPMN20.xsd.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from .bpmnplace import Place, places_of
from .sheet import WHOLE, Block, Sheet

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
OWN = "urn:qingfeng:risk-map:1"
"""Our namespace; docs/maps.md describes every element and attribute in it."""
_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
NAMESPACES = {None: MODEL, "bpmndi": BPMNDI, "dc": DC, "di": DI, "qf": OWN}


def bpmn_of(sheet: Sheet) -> bytes:
    """Return the map as a BPMN file."""
    return _Writer(sheet).write()


class _Writer:
    def __init__(self, sheet: Sheet) -> None:
        self.sheet, self.steps = sheet, sheet.steps
        self.place = {block.id: number for number, block in enumerate(self.steps, 1)}
        heading = sheet.heading
        self.root = etree.Element(f"{{{MODEL}}}definitions", nsmap=NAMESPACES, id="map_1", targetNamespace=OWN, exporter="qingfeng")
        self.process = self._add(self.root, MODEL, "process", id="process_1", name=heading, isExecutable="true", processType="Private")
        self.flows: list[tuple[str, str, str]] = []

    def write(self) -> bytes:
        """Nodes first, then flows, then annotations: the order in which the schema wants them is free, readers like this one."""
        self._power()
        self._nodes()
        for flow, source, target in self.flows:
            self._flow(flow, source, target)
        self._annotations()
        self._picture()
        return bytes(etree.tostring(self.root, xml_declaration=True, encoding="UTF-8", pretty_print=True))

    def _add(self, parent: etree._Element, space: str, tag: str, **attributes: str) -> etree._Element:
        return etree.SubElement(parent, f"{{{space}}}{tag}", {name: _fit(value) for name, value in attributes.items()})

    def _power(self) -> None:
        sheet = self.sheet
        phones = {"servicePhone": sheet.service_phone, "supervisionPhone": sheet.supervision_phone}
        told = {"agency": sheet.agency, "digest": sheet.digest, **phones}
        own = self._add(self._add(self.process, MODEL, "extensionElements"), OWN, "map", power=sheet.power, version=sheet.version,
                        title=sheet.title, **{name: value for name, value in told.items() if value})  # fmt: skip
        for rank, level in enumerate(sheet.scheme):
            self._add(own, OWN, "level", rank=str(rank), name=level)
        for note in sheet.notes:
            self._add(own, OWN, "note").text = _fit(note)
        for block in sheet.blocks:
            if block.whole:
                self._things(self._add(own, OWN, "wholeProcess", **_owner(block)), block)

    def _things(self, parent: etree._Element, block: Block) -> None:
        for tag, items in (("risk", block.risks), ("measure", block.measures)):
            for item in items:
                mark = {"mark": item.mark.value} if item.mark.value != "same" else {}
                was = {"was": item.was} if item.was is not None else {}
                self._add(parent, OWN, tag, number=str(item.number), **mark, **was).text = _fit(item.text)

    def _nodes(self) -> None:
        ids = [f"step_{number}" for number in range(1, len(self.steps) + 1)]
        self._event("startEvent", "event_begin", "开始")
        before = "event_begin"
        for block, name in zip(self.steps, ids, strict=True):
            self._connect(before, name)
            task = self._add(self.process, MODEL, "userTask", id=name, name=block.name.replace("\n", ""))
            level = {"level": block.level} if block.level is not None else {}
            found = {"findings": str(block.findings)} if block.findings is not None else {}
            own = self._add(self._add(task, MODEL, "extensionElements"), OWN, "step", ref=block.id, **level, **_owner(block), **found)
            self._things(own, block)
            before = self._gateway(block, name) if _ways(block, self.place) else name
        self._event("endEvent", "event_done", "结束")
        self._connect(before, "event_done")

    def _gateway(self, block: Block, step: str) -> str:
        number = step.removeprefix("step_")
        gate = f"gateway_{number}"
        self._connect(step, gate)
        self._add(self.process, MODEL, "exclusiveGateway", id=gate, default=f"flow_{len(self.flows) + 1}")
        onward = "event_done" if int(number) == len(self.steps) else f"step_{int(number) + 1}"
        self.flows.append((f"flow_{len(self.flows) + 1}", gate, onward))
        for turn_number, target, text in _ways(block, self.place):
            if target == 0:
                end = f"event_end_{number}_{turn_number}"
                self._event("endEvent", end, text)
            self._connect(gate, end if target == 0 else f"step_{target}")
        return gate

    def _event(self, tag: str, name: str, text: str) -> None:
        self._add(self.process, MODEL, tag, id=name, name=text)

    def _connect(self, source: str, target: str) -> None:
        if not any((a, b) == (source, target) for _, a, b in self.flows):
            self.flows.append((f"flow_{len(self.flows) + 1}", source, target))

    def _flow(self, flow: str, source: str, target: str) -> None:
        made = self._add(self.process, MODEL, "sequenceFlow", id=flow, sourceRef=source, targetRef=target)
        gate = self.process.find(f"{{{MODEL}}}exclusiveGateway[@id='{source}']")
        if gate is not None and gate.get("default") != flow:
            number = int(source.removeprefix("gateway_"))
            if not target.startswith("event"):  # an end bears the words itself
                made.set("name", _fit(self._said(number, target)))
            condition = self._add(made, MODEL, "conditionExpression", id=f"{flow}_when")
            condition.text = f"turn == '{target}'"

    def _said(self, number: int, target: str) -> str:
        for turn_number, to, text in _ways(self.steps[number - 1], self.place):
            if target in (f"step_{to}", f"event_end_{number}_{turn_number}"):
                return text
        raise AssertionError("a flow from a gateway comes from a turn")

    def _annotations(self) -> None:
        for name, text, step in _annotated(self.sheet):
            self._add(self._add(self.process, MODEL, "textAnnotation", id=name), MODEL, "text").text = _fit(text)
            self._add(self.process, MODEL, "association", id=f"{name}_at", sourceRef=step, targetRef=name, associationDirection="None")

    def _picture(self) -> None:
        diagram = self._add(self.root, BPMNDI, "BPMNDiagram", id="diagram_1", name=self.sheet.heading)
        plane = self._add(diagram, BPMNDI, "BPMNPlane", id="plane_1", bpmnElement="process_1")
        shapes, edges, names = places_of(self.sheet, self.flows, [(name, step) for name, _, step in _annotated(self.sheet)])
        for name, box in shapes.items():
            shape = self._add(plane, BPMNDI, "BPMNShape", id=f"{name}_shape", bpmnElement=name)
            self._bounds(shape, box)
            self._named(shape, names.get(name))
        for name, points in edges.items():
            edge = self._add(plane, BPMNDI, "BPMNEdge", id=f"{name}_edge", bpmnElement=name)
            for x, y in points:
                self._add(edge, DI, "waypoint", x=f"{x:.1f}", y=f"{y:.1f}")
            self._named(edge, names.get(name))

    def _named(self, part: etree._Element, box: Place | None) -> None:
        if box is not None:
            self._bounds(self._add(part, BPMNDI, "BPMNLabel"), box)

    def _bounds(self, shape: etree._Element, box: Place) -> None:
        self._add(shape, DC, "Bounds", x=f"{box.x:.1f}", y=f"{box.y:.1f}", width=f"{box.w:.1f}", height=f"{box.h:.1f}")


def _ways(block: Block, place: dict[str, int]) -> list[tuple[int, int, str]]:
    """The turns of a step as (number, number of the step where it leads or 0 for an end, words)."""
    return [(number, place[turn.target] if turn.target is not None else 0, turn.text) for number, turn in enumerate(block.turns, 1)
            if turn.target is None or turn.target in place]  # fmt: skip


def _owner(block: Block) -> dict[str, str]:
    return {"owner": block.owner} if block.owner is not None else {}


def _annotated(sheet: Sheet) -> Iterator[tuple[str, str, str]]:
    """Yield id, text and the node of every annotation; those of the whole process belong to the beginning."""
    for block in sheet.blocks:
        step = "event_begin" if block.id == WHOLE else f"step_{block.number_in(sheet)}"
        for kind, there, items, foot in (
            ("risks", block.has_risks, block.risks, f"风险等级：{block.level}" if block.level else ""),
            ("measures", block.has_measures, block.measures, f"责任人：{block.owner}" if block.owner else ""),
        ):
            if there:
                told = [*(f"{item.number}. {item.text}" for item in items), *([foot] if foot else [])]
                yield f"{kind}_{step}", "\n".join(told), step


def _fit(text: str) -> str:
    """Leave out what XML 1.0 cannot hold."""
    return _NOT_XML.sub("", text)
