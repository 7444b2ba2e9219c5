"""Faults at every file call of a piece of work: the call fails and is not carried out, fails though it was, is cut short, or is the last.

`strace -e inject` leaves a call out when it makes it fail; here the same interface of the kernel (ptrace) is used directly, so that a call
can also be carried out and reported as failed.  Linux on x86-64.  Work runs in a child of this process, between two `mark()`s.
"""

from __future__ import annotations

import ctypes
import errno
import os
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

READS = {0: "read", 2: "open", 4: "stat", 5: "fstat", 6: "lstat", 17: "pread64", 72: "fcntl", 73: "flock", 217: "getdents64", 257: "openat",
         262: "newfstatat"}  # fmt: skip
WRITES = {1: "write", 18: "pwrite64", 20: "writev", 40: "sendfile", 285: "fallocate", 326: "copy_file_range"}
CHANGES = {3: "close", 74: "fsync", 75: "fdatasync", 77: "ftruncate", 82: "rename", 83: "mkdir", 84: "rmdir", 86: "link", 87: "unlink",
           90: "chmod", 91: "fchmod", 258: "mkdirat", 263: "unlinkat", 264: "renameat", 265: "linkat", 316: "renameat2"}  # fmt: skip
NAMES = READS | WRITES | CHANGES
MARK = 110  # getppid, which nothing here calls otherwise
MODES = ("eio, not kept", "eio, kept", "enospc, not kept", "short", "kill before", "kill after")
DONE, REFUSED, UNEXPECTED = 0, 10, 99

_TRACEME, _CONT, _SYSCALL, _GETREGS, _SETREGS, _SETOPTIONS, _PEEKUSER = 0, 7, 24, 12, 13, 0x4200, 3
_SYSGOOD, _EXITKILL = 1, 0x100000
_RAX, _RDX, _RDI, _ORIG = 10, 12, 14, 15
_Regs = ctypes.c_ulong * 27


def _libc() -> ctypes.CDLL:
    lib = ctypes.CDLL(None, use_errno=True)
    lib.ptrace.restype = ctypes.c_long
    lib.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    return lib


LIBC = _libc()


@dataclass(frozen=True, slots=True)
class Point:
    """The n-th file call of a piece of work (from 0), and what befalls it."""

    number: int
    call: str
    mode: str


def possible() -> bool:
    """Return whether this machine can do it."""
    return sys.platform == "linux" and os.uname().machine == "x86_64"


def mark() -> None:
    """Begin, and end, what faults may befall."""
    os.getppid()


def run(work: Callable[[], int], fault: Point | None = None) -> tuple[int, list[str]]:
    """Run work in a child, with a fault; return how it ended (DONE, REFUSED, UNEXPECTED, −signal) and the file calls it made."""
    child = os.fork()
    if child == 0:
        LIBC.ptrace(_TRACEME, 0, None, None)
        os.kill(os.getpid(), signal.SIGSTOP)
        code = UNEXPECTED
        try:
            code = work()
        finally:
            os._exit(code)
    os.waitpid(child, 0)
    _ask(_SETOPTIONS, child, _SYSGOOD | _EXITKILL)
    calls: list[str] = []
    marked, inside, pass_on = 0, False, 0
    call = armed = 0
    while True:
        _ask(_SYSCALL, child, pass_on)
        _, status = os.waitpid(child, 0)
        if os.WIFEXITED(status):
            return os.WEXITSTATUS(status), calls
        if os.WIFSIGNALED(status):
            return -os.WTERMSIG(status), calls
        stopped, pass_on = os.WSTOPSIG(status), 0
        if stopped != signal.SIGTRAP | 0x80:
            pass_on = stopped
            continue
        inside = not inside
        if inside:
            call = LIBC.ptrace(_PEEKUSER, child, _ORIG * 8, None)
            if call == MARK:
                marked += 1
            elif marked == 1 and call in NAMES and not _said(child, call):
                armed = fault is not None and len(calls) == fault.number
                calls.append(NAMES[call])
                if armed and fault is not None:
                    _before(child, fault)
        elif armed and fault is not None:
            _after(child, fault)
            armed = False


def _said(child: int, call: int) -> bool:
    """Return whether this is a write to the screen, which is no file."""
    return call == 1 and LIBC.ptrace(_PEEKUSER, child, _RDI * 8, None) in (1, 2)


def _before(child: int, fault: Point) -> None:
    if fault.mode == "kill before":
        os.kill(child, signal.SIGKILL)
        return
    regs = _regs(child)
    if fault.mode.endswith("not kept"):
        regs[_ORIG] = ctypes.c_ulong(-1).value
    elif fault.mode == "short" and regs[_RDX] > 1:
        regs[_RDX] //= 2
    _ask(_SETREGS, child, ctypes.addressof(regs))


def _after(child: int, fault: Point) -> None:
    if fault.mode == "kill after":
        os.kill(child, signal.SIGKILL)
    elif fault.mode.startswith(("eio", "enospc")):
        regs = _regs(child)
        regs[_RAX] = ctypes.c_ulong(-(errno.EIO if fault.mode.startswith("eio") else errno.ENOSPC)).value
        _ask(_SETREGS, child, ctypes.addressof(regs))


def _regs(child: int) -> ctypes.Array[ctypes.c_ulong]:
    regs = _Regs()
    _ask(_GETREGS, child, ctypes.addressof(regs))
    return regs


def _ask(what: int, child: int, data: int) -> None:
    if LIBC.ptrace(what, child, None, data) == -1 and ctypes.get_errno() != errno.ESRCH:
        raise OSError(ctypes.get_errno(), f"ptrace {what}")


def points(calls: list[str]) -> Iterator[Point]:
    """Return every fault that can befall these calls."""
    for number, call in enumerate(calls):
        if call in READS.values():
            modes: tuple[str, ...] = ("eio, not kept", "kill before")
        elif call in WRITES.values():
            modes = MODES
        else:
            modes = tuple(one for one in MODES if one != "short")
        for mode in modes:
            yield Point(number, call, mode)
