"""Why a document cannot be read: said in words, with what to do next."""

from __future__ import annotations

from qingfeng.terms.text import Text


class ImportFailed(ValueError):
    """A document cannot be read.  `text` says what, why and what next."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.say("both"))
        self.text = text


def broken(zh: str, en: str) -> ImportFailed:
    """The failure of a damaged file."""
    return ImportFailed(
        Text(
            zh=f"文件已损坏或不完整：{zh}；请用原软件打开并另存为 .docx 后再导入。",
            en=f"The file is damaged or incomplete: {en}; open it in its own program, save it as .docx and import that.",
        )
    )
