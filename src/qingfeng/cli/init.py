"""qingfeng init: an agency's store, its calendars and its powers; all or nothing."""

from __future__ import annotations

from pathlib import Path

import click

from qingfeng.terms.limits import MAX_NAME
from qingfeng.terms.text import Text, clean, hazards

from .frame import Told, screen_of
from .screen import CommandFailed


@click.command(cls=Told)
@click.option("--name", help="单位名称。 Name of the agency.")
@click.option(
    "--powers",
    "powers_in",
    multiple=True,
    type=click.Path(path_type=Path),
    help="职权文件或目录，缺省为随附的全部。 Power files; all shipped ones by default.",
)
@click.option("--demo-people", is_flag=True, help="每个岗位登记三名虚构人员。 Three invented officers in every post.")
def init(name: str | None, powers_in: tuple[Path, ...], demo_people: bool) -> None:
    """建立单位的库，录入日历，发布职权。 Found an agency: store, calendars, powers."""
    from qingfeng import wiring

    from .agency import now, where
    from .powers_files import usable
    from .progress import working

    screen = screen_of()
    called = clean(name or ("演示单位（虚构）" if demo_people else "未命名单位"))
    if not called.strip() or len(called) > MAX_NAME or hazards(called):
        raise CommandFailed(
            Text(
                zh=f"单位名称应为1至{MAX_NAME}字，不含控制字符。",
                en=f"The name has 1 to {MAX_NAME} characters and no control characters.",
            )
        )
    with working(screen, Text(zh="检查职权文件", en="Checking power files")):
        powers = usable(powers_in)
    place = where(screen)
    with working(screen, Text(zh="建立单位", en="Founding the agency")):
        store = wiring.open_store(place, create=True)
        try:
            office = wiring.office_over(store)
            # Founded now, or its duties would be overdue at once; demonstration people hold their posts since long before.
            wiring.furnish(office, powers, name=called, demo_people=demo_people, at=now())
            with store.read() as tx:
                registry = office.registry(tx)
        finally:
            store.close()
    years = sorted(registry.tables)
    people = len(registry.people.names)
    screen.say(
        f"✓ 单位“{called}”已建立：{place}\n  职权{len(powers)}项，日历{'、'.join(map(str, years))}年，人员{people}名。",
        f"✓ agency “{called}” founded: {place}\n"
        f"  {len(powers)} powers, calendars {', '.join(map(str, years))}, {people} officers.",
    )
    screen.say("  存证日志还没有建立：qingfeng notary begin。", "  It has no log yet: qingfeng notary begin.")
    screen.data(
        {
            "agency": place,
            "name": called,
            "powers": [{"id": p.id, "versions": [v.version for v in p.versions]} for p in powers],
            "calendars": years,
            "people": people,
        }
    )
