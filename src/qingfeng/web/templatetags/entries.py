"""The lists of the page of a case: {% log_entries entries %}, {% usual_course page %}, {% acts_now page %}, {% acts_of_others others %},
{% done_first checks page %}, {% paper_rows page held %}.

Written here and not as templates, as its diagram is: they say hundreds of words on each page, and took most of what was left of its work.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from html import escape
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from qingfeng.casework.desk.caselog import Entry, Paper
from qingfeng.casework.desk.casepage import ActView, CasePage, OthersAct
from qingfeng.casework.desk.course import CourseItem
from qingfeng.casework.desk.forecast import Forecast
from qingfeng.terms.instants import LOCAL
from qingfeng.terms.text import Text, agreed

from .say import chosen

register = template.Library()
_TONES = {"red": "r", "amb": "a"}
PAPERS = 12
"""So many papers stand on the page of the case; the page of its documents has all."""


class _Words:
    """Words in the reader's language, made fit to stand in a page."""

    def __init__(self, context: Any) -> None:
        self._lang = {"lang": str(context.get("lang", "zh"))}
        self.zh = self._lang["lang"] == "zh"

    def __call__(self, zh: str, en: str) -> str:
        """Words of the page itself."""
        return zh if self.zh else agreed(en)

    def text(self, text: object) -> str:
        """Words that the page was given."""
        return escape(chosen(self._lang, text))


@register.simple_tag(takes_context=True)
def log_entries(context: Any, entries: Sequence[Entry]) -> SafeString:
    """Return entries of the log of a case."""
    say = _Words(context)
    return mark_safe(f'<ol class="log">{"".join([_entry(say, one) for one in entries])}</ol>')


def _entry(say: _Words, one: Entry) -> str:
    place = "" if one.kind == "refused" else f' id="e{one.seq}"'
    late, colon, name = "", say("：", ": "), say.text(one.name)
    if one.late:
        late = f' <b class="err">{say(f"（{one.entered_text}录入）", f"(entered {one.entered_text})")}</b>'
    said = [f'<p class="err">{say.text(rule)}{colon}<span lang="zh-CN">{escape(why)}</span></p>' for rule, why in one.stops]
    if one.reason:
        said.append(f"<p>{say.text(one.reason[0])}{colon}{escape(one.reason[1])}</p>")
    if one.note:
        said.append(f"<p>{say.text(one.note)}</p>")
    if one.lines:
        lines = "".join([f"<dt>{say.text(line.name)}</dt><dd>{say.text(line.value)}</dd>" for line in one.lines])
        title = f'{say("内容", "Content")}<span class="vh"> {name} {one.seq}</span>'
        said.append(f"<details><summary>{title}</summary><dl>{lines}</dl></details>")
    return (
        f'<li{place} class="{_TONES.get(one.tone, "")}"><time datetime="{one.at.isoformat()}">{one.at_text}{late}</time>'
        f'<div class="act"><b>{name}</b><p>{say.text(one.who)}</p></div><div class="said">{"".join(said)}</div></li>'
    )


_STATES = {
    "done": ("已办：", "done: "), "mine": ("您现在可以办：", "you may do it now: "), "others": ("他人现在可以办：", "others may do it now: "),
    "waits": ("等候：", "waits: "),
}  # fmt: skip
_LATER = ("随后：", "later: ")


@register.simple_tag(takes_context=True)
def usual_course(context: Any, page: CasePage) -> SafeString:
    """Return the usual course of the step: what is done, what the reader may do, what others may, what comes later."""
    say = _Words(context)
    return mark_safe(f'<ol class="course mb">{"".join([_item(say, page.id, one) for one in page.course])}</ol>')


def _item(say: _Words, case: str, one: CourseItem) -> str:
    name, people = say.text(one.name), ""
    if one.people:
        people = say("：", ": ") + escape("、".join(one.people))
    if one.until is not None:
        people = f' <span aria-hidden="true">◷</span> {say.text(one.until)}'
    if one.state == "mine":
        name = f"<a {_to_act(case, one.act)}>{name}</a>"
    return (
        f'<li class="{one.state}"><span class="vh">{say(*_STATES.get(one.state, _LATER))}</span>{name}'
        f"<small>{say.text(one.post)}{people}</small></li>"
    )


def _to_act(case: str, act: str) -> str:
    """Return the attributes of a link to the form of an act."""
    return f'href="?act={act}#act" hx-get="/cases/{escape(case)}/?act={act}" hx-target="#panel" hx-swap="innerHTML" hx-push-url="true"'


@register.simple_tag(takes_context=True)
def acts_now(context: Any, page: CasePage) -> SafeString:
    """Return the acts that the reader may do now, by the post in which he does them."""
    say, told = _Words(context), list[str]()
    last: Text | None = None
    for act in page.acts:
        if act.post_name != last:
            last = act.post_name
            post = say.text(last)
            told.append(f'<li class="as">{say(f"以{post}身份", f"as {post}")}</li>')
        told.append(_act(say, page.id, act))
    return mark_safe(f'<ul class="acts tight">{"".join(told)}</ul>')


def _act(say: _Words, case: str, act: ActView) -> str:
    blocked, stops, first, note = act.blocked, act.forecast.stops, act.forecast.first, ""
    if first and not blocked:
        rules = say("、", ", ").join([say.text(one.title) for one in first])
        note = f'<small><span aria-hidden="true">◷</span> {say("须先办：", "first: ")}{rules}</small>'
    elif blocked:
        note = f'<small><span aria-hidden="true">◷</span> {"".join([say.text(one.reason) for one in blocked])}</small>'
    elif stops:
        note = f"<small>{say(f'须满足{len(stops)}项要求', f'rules to satisfy: {len(stops)}')}</small>"
    return f'<li class="{"no" if blocked else ""}"><a {_to_act(case, act.act)}>{say.text(act.name)}{note}</a></li>'


@register.simple_tag(takes_context=True)
def done_first(context: Any, checks: Forecast, page: CasePage, able: Sequence[tuple[str, Text]] = ()) -> SafeString:
    """Return what stops an act whatever its form says, each with what to do and a link to what the reader is able to do of it himself."""
    say, told = _Words(context), list[str]()
    for check in checks.first:
        remedy = check.remedy or Text(zh="", en="")
        mine = [(act, name) for act, name in able if f"“{name.zh}”" in remedy.zh]
        links = "".join([f' <a class="btn s" {_to_act(page.id, act)}>{say.text(name)}</a>' for act, name in mine])
        told.append(f"<li><b>{say.text(check.title)}</b>{say('：', ': ')}{say.text(check.reason)}<br>{say('怎么办：', 'What to do: ')}"
                    f"{say.text(remedy)}{links}</li>")  # fmt: skip
    return mark_safe(f"<ul>{''.join(told)}</ul>")


@register.simple_tag(takes_context=True)
def acts_of_others(context: Any, others: Sequence[OthersAct]) -> SafeString:
    """Return the acts that others may do now, with their posts and names."""
    say, told = _Words(context), list[str]()
    comma, colon = say("、", ", "), say("：", ": ")
    for one in others:
        who = comma.join([say.text(post) for post in one.posts])
        people = colon + escape("、".join(one.people)) if one.people else ""
        told.append(f'<li><span>{say.text(one.name)}</span><span class="muted">{who}{people}</span></li>')
    return mark_safe(f'<ul class="limits">{"".join(told)}</ul>')


@register.simple_tag(takes_context=True)
def paper_rows(context: Any, page: CasePage, held: Container[str]) -> SafeString:
    """Return the latest papers of a case as rows of a table; held: the hashes whose file the agency keeps."""
    say = _Words(context)
    return mark_safe("".join([_paper(say, page.id, one, kept=one.digest in held) for one in page.papers[:PAPERS]]))


def _paper(say: _Words, case: str, one: Paper, *, kept: bool) -> str:
    state = f'<span class="tag grn">{say("在库", "kept")}</span>' if kept else f'<span class="tag gry">{say("只有校验值", "hash only")}</span>'
    return (
        f'<tr><td><a href="/cases/{escape(case)}/files/{one.digest}/">{say.text(one.name)}</a></td><td>{say.text(one.act)}</td>'
        f'<td>{escape(one.who)}</td><td class="nowrap">{one.at.astimezone(LOCAL):%m-%d %H:%M}</td>'
        f'<td><code title="SHA-256 {one.digest}">{one.digest[:4]}…{one.digest[-4:]}</code></td><td>{state}</td></tr>'
    )
