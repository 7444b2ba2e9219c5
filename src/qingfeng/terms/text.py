"""What people read: one message in Chinese and English, and what must never hide in a text from outside."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

_LANGUAGES = ("zh", "en")
_BIDI = frozenset([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_IDEOGRAPHIC_PLANES = (2, 3)


@dataclass(frozen=True, slots=True)
class Text:
    """One message in both languages; Chinese is the one that counts, English follows it."""

    zh: str
    en: str

    def say(self, lang: str) -> str:
        """The message in `lang`: "zh", "en" or "both" (Chinese first). Any other language is a `TermError`."""
        match lang:
            case "zh":
                return self.zh
            case "en":
                return self.en
            case "both":
                return f"{self.zh} / {self.en}"
        raise TermError(
            Text(
                zh=f"没有“{lang}”这种语言；系统只有中文和英文；请选择 zh、en 或 both。",
                en=f'There is no language "{lang}"; the system speaks Chinese and English; choose zh, en or both.',
            )
        )

    @classmethod
    def of(cls, mapping: object) -> Text:
        """From `{zh: …, en: …}` as parsed. `TermError` unless it has exactly these two keys with non-blank strings."""
        if not isinstance(mapping, Mapping) or set(mapping) != set(_LANGUAGES):
            raise TermError(_not_bilingual("键不是 zh 和 en 两个", "its keys are not exactly zh and en"))
        zh, en = mapping["zh"], mapping["en"]
        if not isinstance(zh, str) or not isinstance(en, str) or not zh.strip() or not en.strip():
            raise TermError(
                _not_bilingual("中文或英文为空或不是文字", "the Chinese or the English is blank or no text")
            )
        return cls(zh=clean(zh), en=clean(en))


_IDS = "[a-z][a-z0-9_]*(?:[、,] ?[a-z][a-z0-9_]*)*"
_AND, _HINT_ZH, _HINT_EN = re.compile("[、,] ?"), re.compile(f"[（(](?:post：)?({_IDS})[）)]"), re.compile(rf" ?\((?:post: )?({_IDS})\)")


def spoken(text: Text) -> Text:
    """The message as a page says it: without the ids of fields, acts and answers that stand in brackets behind their words.

    Who types at the command line or writes a client needs them; on a page nobody types an id.
    """
    hints = {one for hint in _HINT_ZH.findall(text.zh) for one in _AND.split(hint)}
    if not hints and "_" not in text.en:
        return text if "1 " not in text.en else Text(zh=text.zh, en=agreed(text.en))
    english = _HINT_EN.sub(lambda found: "" if hints.issuperset(_AND.split(found[1])) or "_" in found[1] else found[0], text.en)
    return Text(zh=_HINT_ZH.sub("", text.zh), en=agreed(english))


_ONE = re.compile(
    r"(?<![\d.,:/-])1 ((?:[a-z]+ )?)(?!is\b|was\b|has\b|as\b|this\b|its\b|less\b|process\b|business\b)"
    r"(days|hours|months|years|minutes|seconds|times|steps|cases|findings|entries|files|papers|periods|points|measures|acts|faults|gaps|"
    r"changes|versions|drafts|attempts|checks|powers|rows|registrations|tries|instruments|limits|characters|officers|members|people|"
    r"persons|links|warnings|rules|fields|risks|subjects|numbers|votes|duties|complaints|applications|objections|items|alarms|documents|"
    r"reports|opinions|leads|places|firms|teams|photographs|requests|letters|parties|exhibits|copies)\b")  # fmt: skip
_SINGLE = {"entries": "entry", "tries": "try", "people": "person", "duties": "duty", "parties": "party", "copies": "copy"}


def agreed(english: str) -> str:
    """The words with every noun that is counted once in the singular: “1 working days” is “1 working day”.  Chinese has no plural."""
    if "1 " not in english:
        return english
    return _ONE.sub(lambda found: f"1 {found[1]}{_SINGLE.get(found[2], found[2][:-1])}", english)


class TermError(ValueError):
    """Something from outside has no valid meaning as a term. `text` says what, why and what next."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.say("both"))
        self.text = text


def _not_bilingual(zh: str, en: str) -> Text:
    return Text(
        zh=f"双语文字有误：{zh}；每条文字都须同时有中文和英文；请写成 {{zh: …, en: …}}。",
        en=f"Bilingual text is faulty: {en}; every text needs Chinese and English; write {{zh: …, en: …}}.",
    )


# Common Chinese and Latin text at a glance; whatever else there is, is looked at character by character.
_PLAIN = re.compile("[\\n\\t -~\u3001-\u3011\u4e00-\u9fa5\uff01-\uff5e\u2018\u2019\u201c\u201d\u2014\u2026\u00b7]*")


def clean(text: str) -> str:
    """The text in normal form C, so that what looks equal is equal when hashed. Removes nothing: see `hazards`."""
    return unicodedata.normalize("NFC", text)


def hazards(text: str) -> list[str]:
    """Names of the dangerous characters in a text, each once, in order of appearance; empty when there are none.

    Dangerous: controls that reverse the reading direction (a record must read as it is stored), other control
    characters but line feed and tab, lone surrogates (not storable as UTF-8), noncharacters and unassigned code points.
    """
    if _PLAIN.fullmatch(text):
        return []
    found: dict[str, None] = {}
    for char in text:
        if char not in "\n\t" and _is_hazard(char):
            label = unicodedata.name(char, _kind(char))
            found.setdefault(f"U+{ord(char):04X} {label}")
    return list(found)


def _is_hazard(char: str) -> bool:
    code = ord(char)
    category = unicodedata.category(char)
    if code in _BIDI or category in ("Cc", "Cs"):
        return True
    # Rare characters of personal names enter Unicode every few years (planes 2 and 3 are kept for ideographs);
    # an older Unicode table must not make a citizen's name invalid.
    return category == "Cn" and (code >> 16 not in _IDEOGRAPHIC_PLANES or code & 0xFFFE == 0xFFFE)


def _kind(char: str) -> str:
    match unicodedata.category(char):
        case "Cc":
            return "CONTROL CHARACTER"
        case "Cs":
            return "LONE SURROGATE"
    code = ord(char)
    if code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF:
        return "NONCHARACTER"
    return "UNASSIGNED"
