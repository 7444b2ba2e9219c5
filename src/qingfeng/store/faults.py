"""What a person is told when the store cannot do its work: what happened, why, what next."""

from __future__ import annotations

from qingfeng.casework.ports import Conflict, StoreFull, StoreNewer, StoreUnavailable, StoreUncertain
from qingfeng.terms.text import Text


def stream_taken(stream: str, seq: int) -> Conflict:
    """Say that seq does not follow the head of the stream."""
    return Conflict(
        Text(
            zh=f"“{stream}”刚刚已有他人写入，第 {seq} 号不能接上；本次未保存；请刷新后重新办理。",
            en=f"Somebody else has just written to “{stream}”, number {seq} does not follow;"
            " nothing was kept; reload and try again.",
        )
    )


def key_taken(key: str) -> Conflict:
    """Say that the answer to this key is there already."""
    return Conflict(
        Text(
            zh=f"请求编号“{key}”已有答复；同一请求只办一次，本次未保存；请查看原答复。",
            en=f"Request “{key}” has been answered already; a request is carried out once;"
            " nothing was kept; see that answer.",
        )
    )


def place_taken(first: int) -> Conflict:
    """Say that the log's place is not free, or the events are not what was pending."""
    return Conflict(
        Text(
            zh=f"存证日志第 {first} 位已有他条，或待入日志的记录已有变化；本次未登记；请重新读取后再试。",
            en=f"Place {first} of the transparency log is taken, or what was pending has changed; nothing was noted; read again and retry.",
        )
    )


def rows_taken(cause: str) -> Conflict:
    """Say that two transactions met on the same rows."""
    return Conflict(
        Text(
            zh=f"同时有他人写入同一内容，本次未保存；请重试。（数据库说明：{cause}）",
            en=f"Somebody else was writing the same rows, nothing was kept; try again. (The database says: {cause})",
        )
    )


def full(cause: str) -> StoreFull:
    """Say that there is no room."""
    return StoreFull(
        Text(
            zh=f"磁盘已满，本次未保存，已有记录完好；请系统管理员腾出空间后重试。（数据库说明：{cause}）",
            en=f"The disk is full; nothing was kept, the records are intact;"
            f" have the system administrator make room and try again. (The database says: {cause})",
        )
    )


def disk_failed(cause: str) -> StoreFull:
    """The disk did not take or give the bytes: most often because it is full."""
    return StoreFull(
        Text(
            zh=f"磁盘读写失败，多半是磁盘已满；本次未保存；请腾出空间或检查磁盘后重试。（数据库说明：{cause}）",
            en=f"The disk failed, most likely because it is full; nothing of this was saved; make room or check the disk, "
            f"then try again. (The database says: {cause})",
        )
    )


def unavailable(cause: str) -> StoreUnavailable:
    """Say that the database cannot be used at present."""
    return StoreUnavailable(
        Text(
            zh=f"数据库暂时不能使用，本次未保存；请稍后重试，仍不行请联系系统管理员。（数据库说明：{cause}）",
            en=f"The database cannot be used at present; nothing was kept;"
            f" try again later, then call the system administrator. (The database says: {cause})",
        )
    )


def uncertain(cause: str) -> StoreUncertain:
    """Say that the commit was sent and its outcome could not be learnt."""
    return StoreUncertain(
        Text(
            zh=f"提交时与数据库失去联系，不知是否已保存；请以原请求编号重试，已保存的不会重复办理。（数据库说明：{cause}）",
            en="Contact with the database was lost while committing, so it is not known whether this was kept;"
            f" repeat it under the same request key, what was kept is not done twice. (The database says: {cause})",
        )
    )


def newer(where: str, *, found: int, known: int) -> StoreNewer:
    """Say which version the database has and which this program knows."""
    return StoreNewer(
        Text(
            zh=f"数据库 {where} 的版本是 {found}，本程序只认识到版本 {known}；为免损坏数据已停止；请升级程序。",
            en=f"Database {where} is of version {found} and this program knows versions up to {known};"
            " stopped so as not to harm it; upgrade the program.",
        )
    )


def missing(where: str) -> StoreUnavailable:
    """Say that there is no database of ours, and how to make one."""
    return StoreUnavailable(
        Text(
            zh=f"{where} 处没有清风数据库；请核对设置中的数据库位置，首次使用请先初始化（建库）再启动。",
            en=f"There is no Qingfeng database at {where}; check the place in the settings,"
            " or, on first use, initialise one before starting.",
        )
    )


def foreign(where: str, cause: str) -> StoreUnavailable:
    """Say that what is there is not ours, or damaged."""
    return StoreUnavailable(
        Text(
            zh=f"{where} 不是清风数据库或已损坏（{cause}）；未作任何改动；请核对位置，或从备份恢复。",
            en=f"{where} is no Qingfeng database or is damaged ({cause}); it was not touched;"
            " check the place, or restore a backup.",
        )
    )


def unsafe(where: str, setting: str, value: str) -> StoreUnavailable:
    """Say that the server is set so that an answered command could be lost."""
    return StoreUnavailable(
        Text(
            zh=f"数据库 {where} 的设置 {setting}={value} 会使已答复的办件在断电后丢失或乱码；"
            "请数据库管理员改正后再启动。",
            en=f"Database {where} has {setting}={value}, with which an answered command could be lost or garbled;"
            " have the database administrator correct it before starting.",
        )
    )


def too_old(where: str, cause: str) -> StoreUnavailable:
    """Say that the database must be upgraded by its owner."""
    return StoreUnavailable(
        Text(
            zh=f"数据库 {where} 需要由其所有者升级，当前账号无权升级；请以所有者账号启动一次。（数据库说明：{cause}）",
            en=f"Database {where} must be upgraded by its owner, which this account is not;"
            f" start once with the owner's account. (The database says: {cause})",
        )
    )
