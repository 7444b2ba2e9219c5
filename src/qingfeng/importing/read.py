"""One door for every document: find out what it is, read it natively, or through LibreOffice where there is no other way."""

from __future__ import annotations

from collections.abc import Callable

from qingfeng.importing.boxes import Document, too_much
from qingfeng.importing.doc import OldWord, read_doc
from qingfeng.importing.docx import read_docx
from qingfeng.importing.odt import read_odt
from qingfeng.importing.office import converted
from qingfeng.importing.pdf import read_pdf
from qingfeng.importing.plain import read_plain
from qingfeng.importing.pptx import read_pptx
from qingfeng.importing.sniff import disguise, kind_of
from qingfeng.importing.xlsx import read_xlsx
from qingfeng.terms.limits import MAX_IMPORT_BYTES
from qingfeng.terms.text import Text

_READERS: dict[str, Callable[[bytes, str], Document]] = {
    "docx": read_docx,
    "pptx": read_pptx,
    "xlsx": read_xlsx,
    "odf": read_odt,
    "doc": read_doc,
    "pdf": read_pdf,
    "txt": read_plain,
}
_THROUGH_OFFICE = {
    "rtf": ("rtf", "docx"),
    "works": ("wps", "docx"),
    "html": ("html", "docx"),
    "old": ("doc", "docx"),
    "xls": ("xls", "xlsx"),
    "ppt": ("ppt", "pptx"),
}


def read_document(data: bytes, name: str) -> Document:
    """Read a document.  name: the file's name, told in messages and compared with the content.  Raises ImportFailed."""
    if len(data) > MAX_IMPORT_BYTES:
        raise too_much(f"超过{MAX_IMPORT_BYTES // 1_000_000} MB", f"more than {MAX_IMPORT_BYTES // 1_000_000} MB")
    kind = kind_of(data)
    if kind in _THROUGH_OFFICE:
        document = _through_office(data, name, kind)
    else:
        try:
            document = _READERS[kind](data, name)
        except OldWord:
            document = _through_office(data, name, "old")
    if told := disguise(name, kind):
        document.notes.append(told)
    return document


def _through_office(data: bytes, name: str, kind: str) -> Document:
    suffix, to = _THROUGH_OFFICE[kind]
    document = _READERS[to](converted(data, suffix=suffix, to=to), name)
    document.notes.append(
        Text(
            zh=f"这份文档（{kind}）经 LibreOffice 转换后读取；请与原件核对。",
            en=f"This document ({kind}) was read through LibreOffice; compare it with the original.",
        )
    )
    document.format = kind
    return document
