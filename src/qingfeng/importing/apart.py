"""One document read in a process of its own: whatever a file does to its reader, the site that it was sent to goes on.

`python -m qingfeng.importing.apart NAME` takes the document on its standard input and writes JSON: {"kept": …} or {"failed": {zh, en}}.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

from qingfeng.importing.draft import source_name
from qingfeng.importing.failure import ImportFailed
from qingfeng.importing.keep import kept_text
from qingfeng.importing.maps import read_maps
from qingfeng.importing.read import read_document
from qingfeng.terms.limits import MAX_IMPORT_MEMORY, MAX_IMPORT_SECONDS
from qingfeng.terms.text import Text


def read_apart(data: bytes, name: str, *, seconds: float = 2 * MAX_IMPORT_SECONDS) -> str:
    """Read a document; return it as `keep.kept_from` takes it.  Raises ImportFailed."""
    source = str(Path(__file__).parents[2])
    path = os.pathsep.join(filter(None, [source, os.environ.get("PYTHONPATH", "")]))
    command = [sys.executable, "-m", "qingfeng.importing.apart", name.encode("utf-8", "replace").decode()[:300]]
    with subprocess.Popen(
        command,
        env={**os.environ, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as child:
        try:
            out, _ = child.communicate(data, seconds)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.communicate()
            raise ImportFailed(
                Text(
                    zh=f"读这份文件超过{seconds:.0f}秒，已停止；请只留防控图的几页另存为 .docx 后再上传。",
                    en=f"Reading took more than {seconds:.0f} seconds and was stopped; save the maps as .docx and send that.",
                )
            ) from None
    try:
        told = json.loads(out)
    except ValueError:
        raise ImportFailed(
            Text(
                zh="读这份文件时程序中断（内存不够或文件异常），没有读入；请在原软件中另存为 .docx 后再上传。",
                en="The reader broke off (out of memory, or an odd file); nothing was read; save it as .docx and send that.",
            )
        ) from None
    if "failed" in told:
        raise ImportFailed(Text(**told["failed"]))
    return str(told["kept"])


def main(name: str) -> int:
    """Read the document on standard input."""
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (MAX_IMPORT_MEMORY if hard < 0 else min(hard, MAX_IMPORT_MEMORY), hard))
    data = sys.stdin.buffer.read()
    told: dict[str, object]
    try:
        document = read_document(data, name)
        told = {"kept": kept_text(read_maps(document), document, cited=source_name(name, data))}
    except ImportFailed as error:
        told = {"failed": {"zh": error.text.zh, "en": error.text.en}}
    sys.stdout.write(json.dumps(told, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
