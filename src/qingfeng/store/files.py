"""Files of a case (evidence, papers, pictures) kept by what they hold: the name of a file is the SHA-256 of its bytes."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

from qingfeng.casework.ports import StoreFull
from qingfeng.terms.text import TermError, Text

MAX_BYTES = 100 * 1024 * 1024
_DIGEST = re.compile(r"[0-9a-f]{64}")
_HEAD = 512
_KINDS = (
    (b"%PDF-", "application/pdf", (".pdf",)),
    (b"\x89PNG\r\n\x1a\n", "image/png", (".png",)),
    (b"\xff\xd8\xff", "image/jpeg", (".jpg", ".jpeg")),
    (b"PK\x03\x04", "application/zip", (".docx", ".xlsx", ".pptx", ".zip", ".ofd", ".odt")),
    (b"\xd0\xcf\x11\xe0", "application/msword", (".doc", ".xls", ".wps")),
    (b"RIFF", "audio/wav", (".wav",)),
    (b"ID3", "audio/mpeg", (".mp3",)),
)
"""What may be kept: first bytes, type, endings that may name it.  MP4 is told by its fifth byte on."""
_VIDEO = (b"ftyp", "video/mp4", (".mp4", ".m4a", ".mov"))
_TEXT = ("text/plain", (".txt", ".csv"))


class BadFile(TermError):
    """A file that is not kept: empty, too large, or not what its name says."""


class FileShelf:
    """A folder of files named by their SHA-256, two letters a folder; nothing is ever written over."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, name: str, chunks: Iterable[bytes]) -> str:
        """Keep a file; return its digest.  Raises BadFile, StoreFull; nothing is left behind then."""
        return self._keep(name, chunks)

    def keep_text(self, text: str) -> str:
        """Keep a text of our own, whatever it looks like; return its digest.  Raises StoreFull."""
        return self._keep(None, [text.encode()])

    def keep_document(self, data: bytes) -> str:
        """Keep a document that is to be read, of whatever kind its reader takes; return its digest.  Raises BadFile, StoreFull."""
        return self._keep(None, [data])

    def keep_sealed(self, chunks: Iterable[bytes], *, day: datetime) -> str:
        """Keep ciphertext, which looks like no kind of file, with the day as its time; return its digest.  Raises BadFile, StoreFull."""
        digest = self._keep(None, chunks)
        os.utime(self._path(digest), (day.timestamp(), day.timestamp()))  # an hour would tell who was at a desk then
        return digest

    def text(self, digest: str) -> str | None:
        """Return a text that was kept, None if it is not here or its bytes are no longer those of the digest."""
        path = self.path(digest)
        content = path.read_bytes() if path is not None else b""
        return content.decode() if path is not None and sha256(content).hexdigest() == digest else None

    def _keep(self, name: str | None, chunks: Iterable[bytes]) -> str:
        self._folder.mkdir(parents=True, exist_ok=True)
        digest, size, head = sha256(), 0, b""
        try:
            with ExitStack() as undo, NamedTemporaryFile(dir=self._folder, prefix=".incoming-", delete=False) as file:
                undo.callback(Path(file.name).unlink)
                for chunk in chunks:
                    size += len(chunk)
                    if size > MAX_BYTES:
                        raise _too_large()
                    head += chunk[: max(0, _HEAD - len(head))]
                    digest.update(chunk)
                    file.write(chunk)
                if name is not None:
                    kind_of(name, head)
                file.flush()
                os.fsync(file.fileno())
                undo.pop_all()  # it stays
        except OSError as error:
            raise StoreFull(Text(zh=f"文件没有保存：{error.strerror}。请联系系统管理员检查磁盘",
                                 en=f"the file was not kept: {error.strerror}; have the disk checked")) from error  # fmt: skip
        target = self._path(digest.hexdigest())
        target.parent.mkdir(exist_ok=True)
        if target.exists():
            os.unlink(file.name)
        else:
            os.chmod(file.name, 0o400)
            os.replace(file.name, target)
        return digest.hexdigest()

    def path(self, digest: str) -> Path | None:
        """Return where a file is, None if it is not here."""
        path = self._path(digest) if _DIGEST.fullmatch(digest) else None
        return path if path is not None and path.is_file() else None

    def sound(self, digest: str) -> bool | None:
        """True if the bytes are still those of the digest, False if they were altered, None if the file is not here."""
        path = self.path(digest)
        if path is None:
            return None
        found = sha256()
        with path.open("rb") as file:
            while chunk := file.read(1 << 20):
                found.update(chunk)
        return found.hexdigest() == digest

    def all(self) -> Iterator[tuple[str, Path]]:
        """Return every file of the shelf: its name, which is its digest unless somebody put it there by hand, and where it is."""
        for path in sorted(self._folder.rglob("*")) if self._folder.is_dir() else ():
            if path.is_file() and not path.name.startswith(".incoming-"):
                yield path.name, path

    def type_of(self, digest: str) -> str:
        """Return the media type of a file that is here, told by its first bytes."""
        path = self.path(digest)
        if path is None:
            return "application/octet-stream"
        with path.open("rb") as file:
            return _told(file.read(_HEAD))[0]

    def _path(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest


def kind_of(name: str, head: bytes) -> str:
    """Return the media type of a file by its first bytes.  Raises BadFile if there are none or its name says something else."""
    if not head:
        raise BadFile(Text(zh="文件是空的（0字节），没有保存；请重新选择", en="the file is empty (0 bytes) and was not kept: choose again"))
    media, endings = _told(head)
    ending = Path(name).suffix.lower()
    if ending not in endings:
        can = "、".join(sorted({e for *_, es in (*_KINDS, _VIDEO) for e in es} | set(_TEXT[1])))
        raise BadFile(Text(
            zh=f"文件的内容与名称“{name[:60]}”不符，或者不是可以保存的种类，没有保存；可以上传：{can}",
            en=f"the bytes are not what the name {name[:60]!r} says, or of no kind that is kept; kept are: {can}"))  # fmt: skip
    return media


def _told(head: bytes) -> tuple[str, tuple[str, ...]]:
    for first, media, endings in _KINDS:
        if head.startswith(first):
            return media, endings
    if head[4:8] == _VIDEO[0]:
        return _VIDEO[1], _VIDEO[2]
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4 or len(head) < _HEAD:
            return "application/octet-stream", ()
    return ("application/octet-stream", ()) if b"\0" in head or head.lstrip()[:1] == b"<" else _TEXT


def _too_large() -> BadFile:
    most = MAX_BYTES // 1024 // 1024
    return BadFile(Text(zh=f"文件超过{most}兆，没有保存；请压缩或分成几份", en=f"the file exceeds {most} MiB and was not kept: compress or split it"))
