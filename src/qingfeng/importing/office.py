"""Old and foreign formats through headless LibreOffice, when it is there: a profile of its own, no macros, no links, no network, an end.

Without it a sentence names the package to install. Nothing of the file is executed: macro security is at its highest level,
documents may not load anything from elsewhere, and the process and all it started are ended when time is up.
"""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from qingfeng.importing.failure import ImportFailed, broken
from qingfeng.terms.limits import MAX_IMPORT_PART_BYTES, MAX_IMPORT_SECONDS
from qingfeng.terms.text import Text

PACKAGES = {"docx": "libreoffice-writer-nogui", "xlsx": "libreoffice-calc-nogui", "pptx": "libreoffice-impress-nogui"}
_FILTERS = {
    "docx": "docx:MS Word 2007 XML",
    "xlsx": "xlsx:Calc MS Excel 2007 XML",
    "pptx": "pptx:Impress MS PowerPoint 2007 XML",
}
_SCRIPTING, _INET = "Office.Common/Security/Scripting", "Inet/Settings"
_SET = (
    (_SCRIPTING, "MacroSecurityLevel", "3"),
    (_SCRIPTING, "DisableMacrosExecution", "true"),
    (_SCRIPTING, "BlockUntrustedRefererLinks", "true"),
    (_SCRIPTING, "DisableActiveContent", "true"),
    ("Office.Writer/Content/Update", "Link", "0"),
    ("Office.Calc/Content/Update", "Link", "2"),
    (_INET, "ooInetProxyType", "2"),
    (_INET, "ooInetHTTPProxyName", "127.0.0.1"),
    (_INET, "ooInetHTTPProxyPort", "9"),
    (_INET, "ooInetHTTPSProxyName", "127.0.0.1"),
    (_INET, "ooInetHTTPSProxyPort", "9"),
)
"""Settings of the throw-away profile: no macros, nothing active, no links, and a proxy that answers nobody."""
_NOWHERE = "http://127.0.0.1:9"  # the discard port: whatever asks a proxy gets no answer


def office_program() -> str | None:
    """Where LibreOffice is, None if it is not installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def converted(data: bytes, *, suffix: str, to: str, seconds: float = MAX_IMPORT_SECONDS) -> bytes:
    """The document as docx, xlsx or pptx.  suffix: what LibreOffice shall take it for.  Raises ImportFailed."""
    program = office_program()
    if program is None:
        raise ImportFailed(
            Text(
                zh=f"读取这种格式（.{suffix}）需要 LibreOffice，本机没有；请安装 Debian 软件包 {PACKAGES[to]}，或者在原软件中另存为 .{to} 后再导入。",
                en=f"Reading this format (.{suffix}) needs LibreOffice, which is not here; install the Debian package {PACKAGES[to]}, "
                f"or save the document as .{to} and import that.",
            )
        )
    with tempfile.TemporaryDirectory(prefix="qingfeng-import-") as folder:
        top = Path(folder)
        profile = top / "profile" / "user"
        profile.mkdir(parents=True)
        (profile / "registrymodifications.xcu").write_text(_settings(), encoding="utf-8")
        source = top / f"document.{suffix}"
        source.write_bytes(data)
        target = top / "out"
        command = [
            program,
            f"-env:UserInstallation={profile.parent.as_uri()}",
            "--headless",
            "--norestore",
            "--nolockcheck",
            "--nodefault",
            "--convert-to",
            _FILTERS[to],
            "--outdir",
            str(target),
            str(source),
        ]
        _run(command, top, seconds)
        made = target / f"document.{to}"
        if not made.is_file() or made.stat().st_size > MAX_IMPORT_PART_BYTES:
            raise broken("LibreOffice 也打不开", "LibreOffice cannot open it either")
        return made.read_bytes()


def _run(command: list[str], folder: Path, seconds: float) -> None:
    environment = {key: value for key, value in os.environ.items() if key in {"PATH", "LANG", "LC_ALL", "LC_CTYPE"}}
    environment |= {
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "http_proxy": _NOWHERE,
        "https_proxy": _NOWHERE,
        "SAL_USE_VCLPLUGIN": "svp",
    }
    with subprocess.Popen(
        command,
        env=environment,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            _bound(process.pid)
            process.wait(seconds)
        except subprocess.TimeoutExpired as error:
            raise ImportFailed(
                Text(
                    zh=f"LibreOffice 转换超过{seconds:.0f}秒，已停止；文件可能过大或有问题；请在原软件中另存为 .docx 后再导入。",
                    en=f"LibreOffice took more than {seconds:.0f} seconds and was stopped; save the document as .docx and import that.",
                )
            ) from error
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _bound(process: int) -> None:
    """No huge files, no endless work, no core dumps: for the process and all that it starts.

    Memory is not bounded by addresses, of which LibreOffice reserves more than it uses.
    """
    most = resource.prlimit(process, resource.RLIMIT_AS)[1]
    resource.prlimit(process, resource.RLIMIT_AS, (most, most))
    limits = (
        (resource.RLIMIT_FSIZE, MAX_IMPORT_PART_BYTES * 2),
        (resource.RLIMIT_CPU, MAX_IMPORT_SECONDS),
        (resource.RLIMIT_CORE, 0),
    )
    for what, most in limits:
        resource.prlimit(process, what, (most, most))


def _settings() -> str:
    """The settings in LibreOffice's own file format."""
    items = "".join(
        f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for path, name, value in _SET
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">{items}</oor:items>'
