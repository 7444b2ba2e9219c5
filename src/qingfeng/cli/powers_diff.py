"""qingfeng powers diff: two versions of a power in sentences that a lawyer can approve."""

from __future__ import annotations

from qingfeng.catalogue.diff import diff
from qingfeng.catalogue.power import Power, PowerVersion
from qingfeng.terms.text import Text

from .powers_files import one_power
from .screen import FINE, FOUND, CommandFailed, Screen


def show_diff(screen: Screen, old: str, new: str | None, *, first: str | None, last: str | None) -> int:
    """Show every change; FOUND if there is one.  Raises CommandFailed."""
    before = one_power(old)
    after = one_power(new) if new is not None else before
    if new is None and first is None and last is None and len(before.versions) > 1:
        first, last = before.versions[-2].version, before.versions[-1].version
    elif new is None and (first is None or last is None):
        raise CommandFailed(
            Text(
                zh="请给出两个文件，或用 --from、--to 指明同一文件的两个版本。",
                en="Give two files, or two versions of one with --from and --to.",
            )
        )
    older, newer = version_of(before, first), version_of(after, last)
    changes = diff(older, newer)
    screen.say(
        f"{older.power} {older.version}版 → {newer.power} {newer.version}版：{len(changes)}处改动",
        f"{older.power} {older.version} → {newer.power} {newer.version}: {len(changes)} change{'s' * (len(changes) != 1)}",
    )
    if older.version == newer.version and older.power == newer.power:
        _same_day(screen, older.version, bool(changes))
    group = None
    for change in changes:
        if change.group != group:
            group = change.group
            screen.say(f"\n【{group.zh}】", f"\n{group.en}:")
        screen.line(f"  · {screen.words(change.text)}")
    screen.data(
        {
            "old": {"power": older.power, "version": older.version},
            "new": {"power": newer.power, "version": newer.version},
            "changes": [
                {"group": {"zh": c.group.zh, "en": c.group.en}, "zh": c.text.zh, "en": c.text.en} for c in changes
            ],
        }
    )
    return FOUND if changes else FINE


def _same_day(screen: Screen, day: str, changed: bool) -> None:
    """Two texts of one version: what differs cannot both be published."""
    if changed:
        screen.say(
            f"注意：两者的施行日期相同（{day}），内容却不同。已发布的版本不能改写；要施行新内容，请改用新的施行日期。",
            f"Note: both are in force from the same day ({day}), yet they differ. A published version cannot be "
            "rewritten: give the new text a new day.",
        )
    else:
        screen.say(
            f"两者的施行日期相同（{day}），内容也相同。",
            f"Both are in force from the same day ({day}) and say the same.",
        )


def version_of(power: Power, name: str | None) -> PowerVersion:
    """Return the version of that name, the latest for None.  Raises CommandFailed."""
    for version in power.versions:
        if version.version == name:
            return version
    if name is None:
        return power.versions[-1]
    known = "、".join(v.version for v in power.versions)
    raise CommandFailed(
        Text(
            zh=f"{power.id}没有{name[:20]}版；现有：{known}。",
            en=f"{power.id} has no version {name[:20]}; there are: {known}.",
        )
    )
