"""{% course picture %}: the live diagram of a case.  Written here and not as a template: of a page's work it would be more than half."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from qingfeng.casework.desk.diagram import Diagram, MeasureView, RiskView, StepView
from qingfeng.terms.text import Text

register = template.Library()
_ROWS = {"done": "done", "now": "now", "skipped": "todo-n skipped", "whole": "whole"}
_LEVELS = {"hi": "red", "mi": "amb"}
_MEASURES = {"done": "grn", "stopped": "solid-red", "running": "blu"}
_LONG_NAME = 6
_DIAMOND = (
    '<svg viewBox="0 0 214 84" preserveAspectRatio="none" aria-hidden="true" width="100%" height="100%">'
    '<polygon points="107,2 212,42 107,82 2,42" class="dia" vector-effect="non-scaling-stroke"/></svg>'
)


@register.simple_tag(takes_context=True)
def course(context: Mapping[str, Any], picture: Diagram) -> SafeString:
    """Return the diagram in the reader's language."""
    say = _Words(str(context.get("lang", "zh")))
    rows = "".join(_row(say, step) for step in picture.boxes)
    return mark_safe(f'<div class="tri">{_head(say, picture)}\n{rows}</div>')


class _Words:
    """Words in the reader's language, made fit to stand in a page."""

    def __init__(self, lang: str) -> None:
        self._zh, self._lang = lang == "zh", lang

    def __call__(self, zh: str, en: str) -> str:
        return zh if self._zh else en

    def text(self, text: Text) -> str:
        """Return a text of the page."""
        return escape(text.say(self._lang))


def _head(say: _Words, picture: Diagram) -> str:
    risks, touched, carried, stopped = picture.risks, picture.touched, picture.carried, picture.stopped
    place, many = picture.place, len(picture.steps)
    where = say(f"第{place} / {many}环节", f"step {place} of {many}") if place else say("已办结", "closed")
    return (
        f'<div class="trih"><h3>{say("风险点", "Risk points")} '
        f"<small>{say(f'共{risks}个，触发{touched}个', f'{risks} in all, {touched} touched')}</small></h3>"
        f"<h3>{say('流程', 'Course')} <small>{where}</small></h3>"
        f"<h3>{say('防控措施', 'Measures')} "
        f"<small>{say(f'已落实{carried}，拦截{stopped}', f'{carried} carried out, {stopped} stopped')}</small></h3></div>"
    )


def _row(say: _Words, step: StepView) -> str:
    current = ' aria-current="step"' if step.state == "now" else ""
    left, right = "" if step.risks else " none", "" if step.measures else " none"
    risks = "".join(_risk(say, step, risk) for risk in step.risks)
    measures = "".join(_measure(say, measure) for measure in step.measures)
    return (
        f'<div class="row {_ROWS.get(step.state, "todo-n")}"{current}>\n<div class="side-c lft{left}">{risks}</div>\n{_node(say, step)}\n'
        f'<div class="side-c rgt{right}">{measures}</div>\n</div>'
    )


def _risk(say: _Words, step: StepView, risk: RiskView) -> str:
    level = why = ""
    if step.level:
        sign = _LEVELS.get(step.tone, "gry")
        level = f'<span class="tag {sign}"><span class="vh">{say("等级", "level")} </span>{escape(step.level)}</span> '
    if risk.hits:
        hits = say("、", ", ").join(say.text(hit) for hit in risk.hits)
        why = f'<p class="why"><span class="tag solid-red">{say("触发", "touched")}</span> {hits}</p>'
    kind = "hit" if risk.hits else step.tone
    return f'<div class="pt {kind}"><p class="txt">{level}<span lang="zh-CN">{escape(risk.text)}</span></p>{why}</div>'


def _node(say: _Words, step: StepView) -> str:
    decision = step.shape == "decision"
    kind = {"start": " pill", "end": " pill", "decision": " dec", "whole": " all"}.get(step.shape, "")
    kind += " long" if decision and len(step.name.zh) > _LONG_NAME else ""
    number = f"{step.number}. " if step.number else ""
    owner = f'<small class="own" lang="zh-CN">{escape(step.owner)}</small>' if step.owner else ""
    state = ""
    if step.state == "done":
        state = f'<span class="ok" aria-hidden="true">✓</span><span class="vh">{say("已完成", "done")}</span>'
    elif step.state == "now":
        state = f'<span class="vh">{say("当前环节", "now")}</span>'
    inside, beside = ("", owner) if decision else (owner, "")
    return (
        f'<div class="mid"><span class="ln in" aria-hidden="true"></span><div class="node{kind}">{_DIAMOND if decision else ""}'
        f"<b>{number}{say.text(step.name)}</b><small>{say.text(step.note)}</small>{inside}{state}</div>{beside}"
        '<span class="ln out" aria-hidden="true"></span></div>'
    )


def _measure(say: _Words, measure: MeasureView) -> str:
    sign = _MEASURES.get(measure.state, "gry")
    return (
        f'<div class="pt {measure.state}"><p class="txt"><span class="tag end {sign}">{say.text(measure.note)}</span>'
        f'<span lang="zh-CN">{escape(measure.text)}</span></p></div>'
    )
