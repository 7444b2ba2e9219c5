"""What a file is, by its content; its name is only compared, for a file may lie about its type."""

from __future__ import annotations

import io
import struct
import zipfile

import olefile

from qingfeng.importing.archive import encrypted
from qingfeng.importing.failure import ImportFailed, broken
from qingfeng.terms.text import Text

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*", b"RIFF")
_ZIPPED = (("word/", "docx"), ("ppt/", "pptx"), ("xl/", "xlsx"))
_STREAMS = (
    ("WordDocument", "doc"),
    ("Workbook", "xls"),
    ("Book", "xls"),
    ("PowerPoint Document", "ppt"),
    ("EncryptedPackage", "locked"),
    ("MatOST", "works"),
    ("CONTENTS", "works"),
)
SUFFIXES = {
    "docx": {"docx", "docm", "dotx", "dotm", "wps"},
    "pptx": {"pptx", "pptm", "ppsx", "dps"},
    "xlsx": {"xlsx", "xlsm", "et"},
    "odf": {"odt", "odg", "odp", "ods", "ott"},
    "doc": {"doc", "dot", "wps"},
    "xls": {"xls", "et"},
    "ppt": {"ppt", "dps"},
    "works": {"wps"},
    "rtf": {"rtf", "doc"},
    "pdf": {"pdf"},
    "txt": {"txt", "md", "text", "log", "csv"},
    "html": {"html", "htm", "mht", "doc", "xml"},
}


def kind_of(data: bytes) -> str:
    """docx, pptx, xlsx, odf, doc, xls, ppt, works, rtf, pdf, html or txt.  Raises ImportFailed: empty, a picture, unknown, locked."""
    if not data.strip(b"\x00 \t\r\n"):
        raise ImportFailed(
            Text(
                zh="文件是空的；没有内容可以导入；请检查文件是否保存完整。",
                en="The file is empty; there is nothing to import; check that it was saved.",
            )
        )
    if data.startswith(_OLE):
        return _compound(data)
    if data.startswith(b"PK"):
        return _zipped(data)
    head = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"{\\rtf"):
        return "rtf"
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(_IMAGES):
        raise scan()
    lower = head[:512].lower()
    if (
        lower.startswith((b"<html", b"<!doctype html"))
        or b"mime-version:" in lower
        or (b"<?xml" in lower and b"word" in data[:4096].lower())
    ):
        return "html"
    if data.startswith((b"\xdb\xa5", b"\xfe\x37", b"\x31\xbe")):
        return "old"
    if b"\x00" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise unknown()
    return "txt"


def _compound(data: bytes) -> str:
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            for stream, kind in _STREAMS:
                if ole.exists(stream):
                    if kind == "locked":
                        raise encrypted()
                    return kind
    except (OSError, IndexError, ValueError, TypeError, AttributeError, struct.error) as error:
        if isinstance(error, ImportFailed):
            raise
        raise broken("复合文档结构有误", "its compound structure is faulty") from error
    raise unknown()


def _zipped(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError) as error:
        raise broken("压缩包打不开", "its zip container cannot be opened") from error
    for folder, kind in _ZIPPED:
        if any(name.startswith(folder) for name in names):
            return kind
    if "content.xml" in names:
        return "odf"
    if "OFD.xml" in names:
        raise ImportFailed(
            Text(
                zh="这是 OFD 版式文件；本程序不读 OFD；请在原软件中导出为 .docx 或带文字的 PDF 后再导入。",
                en="This is an OFD file, which is not read; export it as .docx or as a PDF with text and import that.",
            )
        )
    raise ImportFailed(
        Text(
            zh="这是压缩包，不是文档；请先解压，再导入其中的文档。",
            en="This is an archive, no document; unpack it and import the documents in it.",
        )
    )


def scan() -> ImportFailed:
    """The failure of a picture of a map."""
    return ImportFailed(
        Text(
            zh="这是扫描件或图片，里面没有文字；本程序不作文字识别（识别错一个字，防控图就错了）；请索取原 Word 文件，或先用识别软件转成文字并逐字校对后再导入。",
            en="This is a scan or a picture and holds no text; it is not recognised here, for one wrong character falsifies a map. "
            "Ask for the Word file, or have it recognised, proof-read it and import the result.",
        )
    )


def unknown() -> ImportFailed:
    """The failure of a file of no known kind."""
    return ImportFailed(
        Text(
            zh="不认识这种文件；可以导入 Word、WPS、ODF、PDF、Excel、PowerPoint 和纯文本；请另存为 .docx 后再导入。",
            en="This kind of file is not known; Word, WPS, ODF, PDF, Excel, PowerPoint and plain text can be imported; save it as .docx.",
        )
    )


def disguise(name: str, kind: str) -> Text | None:
    """What to tell when the name says another kind than the content; None when they agree."""
    suffix = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if not suffix or suffix in SUFFIXES.get(kind, {suffix}):
        return None
    return Text(
        zh=f"文件名的后缀是 .{suffix[:10]}，内容却是 {kind}；按内容读取。",
        en=f"The name ends in .{suffix[:10]}, the content is {kind}; it was read as what it is.",
    )
