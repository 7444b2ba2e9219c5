"""What a YAML parser says of a text that it cannot read, in Chinese: libyaml and PyYAML word it alike."""

from __future__ import annotations

from qingfeng.terms.text import Text

_WORDS = (  # what stands in the parser's message, what it means to who wrote the text; the first that fits
    ("',' or ']'", "方括号里缺逗号，或者缺“]”"),
    ("',' or '}'", "花括号里缺逗号，或者缺“}”"),
    ("'-' indicator", "列表中间有一行不以“- ”开头，或者缩进不齐"),
    ("expected <block end>", "缩进不齐，或者一行里写了两个值"),
    ("find expected key", "缩进不齐，或者一行里写了两个值"),
    ("expected ':'", "键名后面缺冒号“: ”"),
    ("unexpected ':'", "多了一个冒号；值里有冒号的要加引号"),
    ("mapping values are not allowed", "这里不能有冒号：值里有“: ”的要加引号，或者缩进不齐"),
    ("mapping keys are not allowed", "这里不能写键：缩进不齐"),
    ("sequence entries are not allowed", "这里不能以“- ”开头：列表要另起一行"),
    ("node content", "这里缺一个值"),
    ("cannot start any token", "值不能以这个字符开头（@、`、%或制表符）：请加引号"),
    ("end of stream", "到文末引号或括号还没有配对"),
    ("document indicator", "引号里不能有单独一行的“---”或“...”"),
    ("document separator", "引号里不能有单独一行的“---”或“...”"),
    ("<document start>", "文档开头或结尾有多余的内容"),
    ("escape", "双引号里的反斜杠后面写得不对：请改用单引号"),
    ("hexadecimal", "双引号里的反斜杠后面写得不对：请改用单引号"),
    ("hexdecimal", "双引号里的反斜杠后面写得不对：请改用单引号"),
    ("tab", "缩进用了制表符：请改用空格"),
    ("indentation", "缩进不齐"),
    ("duplicate anchor", "同一个锚点（&）写了两次"),
    ("undefined alias", "引用（*）没有对应的锚点"),
    ("expected '!'", "标签（!）写得不对"),
    ("URI", "标签（!）写得不对"),
    ("TAG", "标签（!）写得不对"),
    ("tag", "标签（!）写得不对"),
    ("directive", "指令（%）写得不对"),
    ("incompatible YAML", "版本指令（%）写得不对"),
    ("alphabetic or numeric", "&或*后面缺名字：值以它们开头的要加引号"),
    ("comment or line break", "“|”或“>”后面只能换行"),
    ("whitespace or line break", "这里缺空格或换行"),
    ("control characters", "有控制字符"),
    ("special characters", "有控制字符"),
    ("unacceptable character", "有不允许的字符"),
)
_UNKNOWN = "写法不对"


def yaml_told(problem: str) -> Text:
    """Return what a parser's message means."""
    return Text(zh=next((zh for part, zh in _WORDS if part in problem), _UNKNOWN), en=problem.replace("\n", " ").strip() or "syntax")
