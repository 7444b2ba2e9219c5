"""Zipped XML documents opened safely: nothing is written to disk, sizes are bounded before and while unpacking, entities are off."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from lxml import etree

from qingfeng.importing.failure import ImportFailed, broken
from qingfeng.terms.limits import MAX_IMPORT_PART_BYTES, MAX_IMPORT_UNPACKED_BYTES
from qingfeng.terms.text import Text

Element = Any
"""An element as lxml has it; lxml carries no types."""
_MAX_ENTRIES = 20_000
_ENCRYPTED_FLAG = 0x1


class Archive:
    """One zipped document.  Raises ImportFailed when it is damaged, encrypted or unpacks to more than any map needs."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, OSError, ValueError, RuntimeError) as error:
            raise broken("压缩包打不开", "its zip container cannot be opened") from error
        entries = self._zip.infolist()
        if len(entries) > _MAX_ENTRIES:
            raise _bomb()
        self._sizes = {entry.filename: entry.file_size for entry in entries}
        self._encrypted = any(entry.flag_bits & _ENCRYPTED_FLAG for entry in entries)
        self._left = MAX_IMPORT_UNPACKED_BYTES

    @property
    def names(self) -> list[str]:
        """Names of all parts, in file order."""
        return list(self._sizes)

    def __contains__(self, name: str) -> bool:
        return name in self._sizes

    def read(self, name: str) -> bytes:
        """The bytes of a part; what it claims to be large is not trusted, what comes out is counted."""
        if self._encrypted:
            raise encrypted()
        try:
            with self._zip.open(name) as part:
                data = part.read(min(MAX_IMPORT_PART_BYTES, self._left) + 1)
        except (KeyError, zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as error:
            raise broken(f"读不出其中的“{name[:80]}”", f"its part “{name[:80]}” cannot be read") from error
        self._left -= len(data)
        if len(data) > MAX_IMPORT_PART_BYTES or self._left < 0:
            raise _bomb()
        return data

    def xml(self, name: str) -> Element:
        """A part parsed as XML."""
        return parse_xml(self.read(name), name)

    def related(self, part: str) -> dict[str, tuple[str, str]]:
        """Relations of a part: id -> (kind, path inside the archive); external targets are left out and never fetched."""
        folder, base = posixpath.split(part)
        rels = f"{folder}/_rels/{base}.rels" if folder else f"_rels/{base}.rels"
        if rels not in self:
            return {}
        found = {}
        for rel in self.xml(rels):
            target = rel.get("Target", "")
            if local(rel) != "Relationship" or rel.get("TargetMode") == "External":
                continue
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found[rel.get("Id", "")] = (rel.get("Type", "").rsplit("/", 1)[-1], path)
        return found

    def links_outside(self) -> bool:
        """True if any part points to something outside the file."""
        rels = [name for name in self.names if name.endswith(".rels") and self._sizes[name] < 1_000_000]
        return any(b'TargetMode="External"' in self.read(name) for name in rels[:200])

    def macros(self) -> bool:
        """True if the file carries macros (they are never run)."""
        return any(re.search(r"vbaProject\.bin$|^Basic/|^Scripts/", name) for name in self.names)


def parse_xml(data: bytes, name: str) -> Element:
    """Bytes as an XML tree; no entities, no DTD, no network.  Raises ImportFailed."""
    if re.search(rb"<!(DOCTYPE|ENTITY)", data[:4096]):
        raise ImportFailed(
            Text(
                zh=f"文件里的“{name[:80]}”带有实体声明；正常的文档没有，可能有害，没有读取；请由原软件另存后再导入。",
                en=f"The part “{name[:80]}” declares entities; no honest document does; it was not read. Save it anew and import that.",
            )
        )
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise broken(f"其中的“{name[:80]}”不是完整的 XML", f"its part “{name[:80]}” is no complete XML") from error


def encrypted() -> ImportFailed:
    """The failure of a document that is locked with a password."""
    return ImportFailed(
        Text(
            zh="文件设有密码；没有密码读不出内容；请在原软件中打开，去掉密码后另存，再导入。",
            en="The document is encrypted; it cannot be read without its password; open it, remove the password, save and import that.",
        )
    )


def _bomb() -> ImportFailed:
    return ImportFailed(
        Text(
            zh="压缩包展开后过大；正常的防控图远小于此，可能是有害文件，已停止读取；请由原软件另存后再导入。",
            en="The file unpacks to far more than any map needs; it may be harmful and was not read; save it anew and import that.",
        )
    )


def local(element: Element) -> str:
    """Name without its namespace: transitional and strict OOXML differ in nothing else that matters here."""
    tag = element.tag
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""


def attr(element: Element, name: str) -> str | None:
    """An attribute by its local name."""
    value = element.get(name)
    if value is not None:
        return str(value)
    for key, found in element.attrib.items():
        if str(key).rsplit("}", 1)[-1] == name:
            return str(found)
    return None


def kid(element: Element | None, *path: str) -> Element | None:
    """The first descendant along a path of local names."""
    here = element
    for name in path:
        if here is None:
            return None
        here = next((child for child in here if local(child) == name), None)
    return here


def every(element: Element, *names: str) -> Iterator[Element]:
    """All descendants (and the element itself) that bear one of the local names, in document order."""
    for found in element.iter():
        if local(found) in names:
            yield found


def number(value: str | None, default: float = 0.0) -> float:
    """A finite number written in an attribute, or the default."""
    try:
        found = float(value) if value is not None else default
    except ValueError:
        return default
    return found if abs(found) < 1e12 else default
