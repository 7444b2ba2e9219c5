"""What a person is told when the log cannot go on: what happened, why, what next."""

from __future__ import annotations

from pathlib import Path

from qingfeng.terms.text import TermError, Text


class LogTrouble(TermError):
    """The log cannot go on; says why and what to do."""


class LogDamaged(LogTrouble):
    """Something stands in the log, its head or the store that cannot be right."""


def disk_failed(path: Path, cause: OSError) -> LogTrouble:
    """The disk did not take or give the bytes."""
    return LogTrouble(Text(
        zh=f"存证日志读写失败（{path.name}：{cause.strerror}）；记录都在待入日志之列，没有丢失；请腾出空间或检查磁盘，之后自动接着办。",
        en=f"The log could not be read or written ({path.name}: {cause.strerror}); what was pending is still pending and nothing is lost; "
        "make room or check the disk, it goes on by itself."))  # fmt: skip


def no_tile(path: str) -> LogDamaged:
    """A tile that the head needs is not there."""
    return LogDamaged(Text(
        zh=f"存证日志缺少 {path}：日志头已经包括它，文件却不在。请勿补造；从另一处副本恢复，并用 qingfeng verify 核对。",
        en=f"The log lacks {path}: the head covers it, the file is gone. Do not make it up; restore it from another copy and check with "
        "qingfeng verify."))  # fmt: skip


def no_head() -> LogDamaged:
    """There is no head, not even one of an empty log."""
    return LogDamaged(Text(
        zh="找不到日志头：存放日志头的位置没有挂上，或者日志头被删。停止入日志；请挂上该位置。"
        "若该磁盘已经毁坏，由见证机构或 notary/log/checkpoint 取回最新一份放回，再用 qingfeng verify 核对。",
        en="There is no head: its place is not mounted, or it was removed. Nothing is taken in; mount the place. If that disk is lost, "
        "put back the latest one from a witness or from notary/log/checkpoint, then check with qingfeng verify."))  # fmt: skip


def head_behind(store: int, head: int) -> LogDamaged:
    """The store knows more than the head says: the head is old, or was replaced."""
    return LogDamaged(
        Text(
            zh=f"日志头只有 {head} 条，数据库却记着已入 {store} 条：日志头被换成了旧的，或者丢失。停止入日志；请找回日志头，或由两名管理员说明。",
            en=f"The head has {head} entries, the store has noted {store}: the head was put back to an old one, or "
            "lost. Nothing more is taken in; "
            "find the head again, or have two administrators explain it.",
        )
    )


def store_behind(place: int) -> LogDamaged:
    """The log holds an entry that the store does not: an old backup, or a record removed."""
    return LogDamaged(Text(
        zh=f"日志第 {place} 条在数据库里没有对应的记录：数据库恢复过旧备份，或者记录被删、被改。停止办理和入日志。请用 qingfeng verify 查明；"
        "确系恢复旧备份的，由系统管理员用 qingfeng notary explain 写明经过，安全管理员确认后继续。",
        en=f"Entry {place} of the log has no record in the store: an old backup was restored, or a record was removed or changed. "
        "Nothing more is recorded or taken in; find out with qingfeng verify. If an old backup was put back, the system administrator "
        "says so with qingfeng notary explain and the security administrator confirms it; then it goes on."))  # fmt: skip


def not_our_head(cause: str) -> LogDamaged:
    """The head does not open with the log's key."""
    return LogDamaged(
        Text(
            zh=f"日志头不是用本日志的密钥签的，或者已损坏（{cause}）。停止入日志；请核对密钥和日志头所在位置。",
            en=f"The head is not signed by this log's key, or is damaged ({cause}). Nothing more is taken in; check "
            "the key and where the head is.",
        )
    )


def head_moved() -> LogTrouble:
    """Somebody else has written the head in between."""
    return LogTrouble(Text(
        zh="日志头刚刚由另一个程序写过，本次没有写；接着办即可。",
        en="Another program has just written the head; nothing was written this time; go on."))  # fmt: skip


def log_missing() -> LogTrouble:
    """The records know a log, and it is not there."""
    return LogTrouble(Text(
        zh="本单位建有存证日志，但找不到日志文件夹（notary）：没有挂上，或者被删、被移走。在它回到原处之前不写入任何记录。",
        en="This agency has a log, but its folder (notary) is not there: not mounted, removed or moved. "
        "Nothing is recorded until it is back."
        ))  # fmt: skip
