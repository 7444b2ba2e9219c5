"""{% say "中文" "English" %} or {% say text %}: the words in the reader's language; both languages stand side by side in the template."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from django import template
from django.utils.safestring import mark_safe

from qingfeng.terms.text import Text, agreed

register = template.Library()


def chosen(context: Mapping[str, Any], zh: object, en: object = None) -> str:
    """Return words in the language of the page."""
    lang = str(context.get("lang", "zh"))
    if isinstance(zh, Text):  # what somebody wrote is the same in both languages, and stays as it is
        return zh.zh if lang == "zh" else zh.en if zh.en == zh.zh else agreed(zh.en)
    if en is None:
        return "" if zh is None else str(zh)
    return str(zh if lang == "zh" else en)


@register.simple_tag(takes_context=True)
def say(context: Mapping[str, Any], zh: object, en: object = None, *args: object) -> str:
    """Words in the reader's language; {} in them are filled with further arguments in order."""
    words = chosen(context, zh, en)
    if not args:
        return words
    filled = words.format(*(chosen(context, a) for a in args))
    return filled if context.get("lang") == "zh" else agreed(filled)


class _Fixed(template.Node):
    """Words that stand in the template in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        self._zh, self._en = zh, en

    def render(self, context: Any) -> str:
        """Return those of the page's language."""
        return self._zh if str(context.get("lang", "zh")) == "zh" else self._en


class _One(template.Node):
    """One text that the page was given."""

    def __init__(self, text: Any) -> None:
        self._text = text

    def render(self, context: Any) -> str:
        """Return it in the page's language."""
        words = chosen(context, self._text.resolve(context))
        # The plain function: Django's own looks for lazy words first, which ours never are, and takes three times as long.
        return words if hasattr(words, "__html__") or not context.autoescape else escape(words)


_GENERAL = register.tags["say"]


@register.tag("say")
def say_tag(parser: Any, token: Any) -> template.Node:
    """The same tag; two plain phrases or one text, as most are, take the short way: a page says hundreds."""
    bits = token.split_contents()[1:]
    if len(bits) == 1:
        return _One(parser.compile_filter(bits[0]))
    quoted = len(bits) == 2 and all(len(bit) > 1 and bit[0] == bit[-1] and bit[0] in "\"'" and "\\" not in bit for bit in bits)
    return _Fixed(bits[0][1:-1], bits[1][1:-1]) if quoted else _GENERAL(parser, token)


@register.filter
def pick(text: object, lang: object) -> str:
    """{{ text|pick:lang }}: the same where a tag cannot stand."""
    return text.say(str(lang)) if isinstance(text, Text) else str(text)


@register.filter
def at(mapping: Mapping[str, Any] | None, key: object) -> Any:
    """{{ mapping|at:key }}."""
    return mapping.get(str(key)) if mapping else None


@register.simple_tag(takes_context=True)
def link(context: Mapping[str, Any], path: str) -> str:
    """Mark the place in the menu where the reader is."""
    request = context.get("request")
    here = request.path if request is not None else ""
    return mark_safe(' aria-current="page"') if here == path or (path != "/" and here.startswith(path)) else ""


@register.filter
def cite(citation: Any, lang: object) -> str:
    """{{ citation|cite:lang }}: an article of law in words."""
    return str(citation.say(str(lang)))
