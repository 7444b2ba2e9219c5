"""The readable part of a dossier: a PDF of the finding, what was done, the records cited and the files, set by typst."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping

from qingfeng.casework.dossier import Contents, day_of, foot_of, title_of
from qingfeng.terms.text import Text

from .kinds import HERE
from .pdf import families, set_in

SETTING = HERE / "dossier.typ"
HEADS = (Text(zh="序号", en="No."), Text(zh="时间", en="Time"), Text(zh="记录、办理人", en="Record, by"), Text(zh="内容、回执", en="Content, receipt"))


def as_pdf(told: Contents, *, receipts: Mapping[tuple[str, int], str], missing: Collection[str], made: str, lang: str) -> bytes:
    """Return the PDF of a dossier.  receipts: names of receipt files by record; missing: files that are not here.

    Raises NoFont, CannotSet."""

    def head(zh: str, en: str, lines: list[str]) -> dict[str, object]:
        return {"head": zh if lang == "zh" else en, "lines": lines}

    here, gone = [one for one in told.files if one not in missing], [one for one in told.files if one in missing]
    absent = Text(zh=f"原件不在文件库的{len(gone)}个：{'、'.join(gone)}", en=f"{len(gone)} not in the store of files: {', '.join(gone)}")
    files = [*here, *([absent.say(lang)] if gone else [])]
    none = "尚未入日志，没有回执" if lang == "zh" else "not in the log yet"
    rows = [[str(place), f"{one.event.at:%Y-%m-%d %H:%M}", f"{one.name.say(lang)}　{one.who.say(lang)}",
             f"{one.event.stream} {one.event.seq}\n{one.said.say(lang)}\n{receipts.get((one.event.stream, one.event.seq), none)}"]
            for place, one in enumerate(told.cited, 1)]  # fmt: skip
    data = {
        "fonts": families(), "title": title_of(told).say(lang), "agency": told.agency, "foot": made,
        "nothing": "无" if lang == "zh" else "none", "records": "所依据的记录" if lang == "zh" else "Records cited",
        "parts": [
            head("线索（这是线索，不是结论）", "The finding (a lead, not a verdict)",
                 [told.sentence.say(lang), f"{told.rule.say(lang)}；{told.power.say(lang)}；{day_of(told)}"]),
            head("涉及的风险点", "Risk points concerned", list(told.risks)),
            head("办理经过", "What was done", list(told.steps)),
            head("证据文件（按校验值）", "Files, by digest", files),
            head("没有收入的", "Left out", [foot_of(told).say(lang)]),
        ],
        "heads": [one.say(lang) for one in HEADS], "rows": rows,
    }  # fmt: skip
    return set_in(SETTING, {"dossier": json.dumps(data, ensure_ascii=False)})
