"""{% case_lines lines %}, {% finding_line line %}, {% options pairs chosen %}, {% places menu %}: what a page writes by the dozen.

Written here and not as templates, as the diagram of a case is: of the inbox and of the board they would be half the work.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from qingfeng.casework.desk.board import CaseLine
from qingfeng.casework.desk.findingpage import Line
from qingfeng.terms.text import Text

from ..shell import Group
from .say import chosen

register = template.Library()
_LEVELS = {"高": "red", "中": "amb"}
_SIGNS = {"red": "⚠ ", "amb": "◔ "}


def _lang(context: Mapping[str, Any]) -> str:
    return str(context.get("lang", "zh"))


def _said(text: object, lang: str) -> str:
    """Return words in the reader's language, fit to stand in a page."""
    return escape(chosen({"lang": lang}, text))


@register.simple_tag(takes_context=True)
def case_lines(context: Mapping[str, Any], lines: Sequence[CaseLine], zh: str = "没有案件。", en: str = "No cases.") -> SafeString:
    """Return a list of cases, or that there are none and what to do then."""
    lang = _lang(context)
    if not lines:
        return mark_safe(f'<p class="empty">{escape(zh if lang == "zh" else en)}</p>')
    return mark_safe(f'<ul class="todo">{"".join([_case(line, lang) for line in lines])}</ul>')


def _case(line: CaseLine, lang: str) -> str:
    power = _said(line.power_title, lang)
    said = f'<span class="no">{escape(line.id)}</span>'
    if line.title and line.title != line.power_title.zh:
        said += f" · {power}"
    said += f" · {_said(line.step, lang)}"
    if line.state != "closed":
        said += f" · {_said(line.status, lang)}"
    if line.turn is not None:
        said += f'</p><p class="turn{" mine" if line.mine else ""}">{"▸ " if line.mine else ""}{_said(line.turn, lang)}'
    return (
        f'<li class="{line.tone}"><i aria-hidden="true"></i><div><a href="/cases/{escape(line.id)}/">{escape(line.title) or power}</a>'
        f'<p>{said}</p></div><div class="t">{_due(line, lang)}</div></li>'
    )


def _due(line: CaseLine, lang: str) -> str:
    if line.due is not None:
        unsure = ("" if not line.provisional else " （日历暂定）" if lang == "zh" else " (provisional)")
        limit = f"<small>{_said(line.limit, lang)}</small>" if line.limit is not None else ""
        return f"{_SIGNS.get(line.tone, '')}{_said(line.due, lang)}<small>{line.due_on}{unsure}</small>{limit}"
    if line.state == "closed":
        return ""
    return f"<small>{'无时限' if lang == 'zh' else 'no limit'}</small>"


@register.simple_tag(takes_context=True)
def options(context: Mapping[str, Any], pairs: Iterable[Sequence[Any]], chosen: object = None) -> SafeString:
    """Return the choices of a select: (value, name), or with how many there are of it."""
    lang, told = _lang(context), []
    for value, name, *many in pairs:
        words = _said(name, lang)
        count = f" ({many[0]})" if many else ""
        told.append(f'<option value="{escape(str(value))}"{" selected" if value == chosen else ""}>{words}{count}</option>')
    return mark_safe("".join(told))


@register.simple_tag(takes_context=True)
def places(context: Mapping[str, Any], menu: Sequence[Group]) -> SafeString:
    """Return the places of the menu, the one where the reader is marked."""
    lang, request = _lang(context), context.get("request")
    here = request.path if request is not None else ""
    told = []
    around = [item.path for group in menu for item in group.items if here == item.path or (item.path != "/" and here.startswith(item.path))]
    nearest = max(around, key=len, default=None)  # /people/changes/ is a place of its own, not a page of /people/
    for group in menu:
        told.append(f"<h2>{_said(group.name, lang)}</h2>")
        for item in group.items:
            mark = ' aria-current="page"' if item.path == nearest else ""
            told.append(f'<a href="{item.path}"{mark}><svg aria-hidden="true"><use href="/static/icons.svg#{item.icon}"/></svg>'
                        f"{_said(item.name, lang)}</a>")  # fmt: skip
    return mark_safe("".join(told))


@register.simple_tag(takes_context=True)
def finding_line(context: Mapping[str, Any], line: Line) -> SafeString:
    """Return one finding in a list."""
    zh, lang = _lang(context) == "zh", _lang(context)

    def say(text: Text) -> str:
        return _said(text, lang)

    tags = f'<span class="tag {line.tone}">{say(line.state)}</span>'
    if line.level:
        tags += (f'<span class="tag {_LEVELS.get(line.level, "gry")}"><span class="vh">{"等级" if zh else "level"} </span>'
                 f'<span lang="zh-CN">{escape(line.level)}</span></span>')  # fmt: skip
    if line.rung:
        tags += f'<span class="tag amb">{"已升至" if zh else "gone up to"} {say(line.rung)}</span>'
    if line.discreet:
        tags += f'<span class="tag blu">{"仅纪检监察" if zh else "discipline only"}</span>'
    said = f"<span>{say(line.power_title)}</span><span>{'规则：' if zh else 'rule: '}{say(line.rule_name)}</span>"
    if line.due:
        said += f"<span>{say(line.due_what)}{'：' if zh else ' '}{line.due.isoformat()}</span>"
    if line.rate:
        said += f"<span>{say(_rate(line))}</span>"
    risks = "".join([f'<li>{say(risk.step)}{"：" if zh else ": "}<span lang="zh-CN">{escape(risk.text)}</span></li>' for risk in line.risks])
    many = f"涉及风险点{len(line.risks)}个" if zh else f"risk points: {len(line.risks)}"
    return mark_safe(
        f'<article class="fl {line.tone}"><div class="fh">{tags}'
        f'<span class="muted sp">№ {line.number} · {line.day.isoformat()}</span></div>\n'
        f'<h3><a href="/findings/{line.number}/">{say(line.sentence)}</a></h3>\n<p class="fm">{said}</p>\n'
        + (f"<details><summary>{many}</summary><ul>{risks}</ul></details>" if risks else "")
        + "</article>\n"
    )


def _rate(line: Line) -> Text:
    """Return the base rate of the rule in words."""
    rate = line.rate
    assert rate is not None, "a line without a rate says nothing of it"
    judged, found = rate.judged, rate.found
    if line.by_pattern:
        base = Text(zh=f"基准：比较{judged}个对象，发现{found}条", en=f"base rate: {judged} subjects compared, {found} found")
    elif line.foreign:
        base = Text(zh=f"基准：源日志中判断{judged}，发现{found}条", en=f"base rate: {judged} judged in the logs, {found} found")
    elif line.by_duty:
        base = Text(zh=f"基准：{judged}期中{found}条", en=f"base rate: {judged} periods, {found} found")
    else:
        base = Text(zh=f"基准：所判{judged}件中{found}件有发现", en=f"base rate: {judged} cases judged, {found} found")
    if rate.reviewed:
        return Text(zh=f"{base.zh}；已核查{rate.reviewed}条，误报{rate.false}条",
                    en=f"{base.en}; {rate.reviewed} verified, {rate.false} false alarms")  # fmt: skip
    return Text(zh=f"{base.zh}；尚无核查，误报率未知", en=f"{base.en}; none verified, rate of false alarms unknown")
