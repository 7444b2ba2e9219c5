"""qingfeng powers list, export and publish."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from qingfeng.terms.text import Text

from .agency import now, opened
from .screen import FINE, FOUND, Screen, as_json
from .table import show_table


def list_files(screen: Screen, files: Iterable[Path]) -> None:
    """List the powers in files.  Raises CommandFailed for files that cannot be used."""
    from .powers_files import usable

    told: list[dict[str, Any]] = []
    for power in usable(files):
        version = power.versions[-1]
        told.append(
            {
                "id": power.id,
                "title": {"zh": power.title.zh, "en": power.title.en},
                "kind": power.kind,
                "source": {"builtin": True} if power.builtin else {"document": power.document, "diagram": power.diagram},
                "versions": [v.version for v in power.versions],
                "steps": len(version.steps),
                "risks": sum(len(s.risks) for s in version.steps) + len(version.whole_process.risks),
                "measures": sum(len(s.measures) for s in version.steps) + len(version.whole_process.measures),
                "acts": len({row.act for row in version.procedure.rows}),
                "limits": len(version.procedure.limits),
                "stories": len(version.stories),
            }
        )
    screen.data({"powers": told})
    if not screen.as_json:
        heads = [
            ("编号", "id"),
            ("名称", "title"),
            ("施行", "in force"),
            ("环节", "steps"),
            ("风险点", "risks"),
            ("措施", "measures"),
            ("动作", "acts"),
            ("期限", "limits"),
            ("案例", "stories"),
        ]
        show_table(
            screen,
            [screen.pick(*h) for h in heads],
            [
                [
                    t["id"],
                    screen.pick(t["title"]["zh"], t["title"]["en"]),
                    t["versions"][-1],
                    *(str(t[k]) for k in ("steps", "risks", "measures", "acts", "limits", "stories")),
                ]
                for t in told
            ],
        )


def list_published(screen: Screen) -> None:
    """List the versions published in the agency.  Raises StoreError."""
    with opened(screen) as office, office.store.read() as tx:
        versions = office.registry(tx).versions
    told = [
        {"id": power, "version": version, "title": versions[power, version]["power"]["title"]}
        for power, version in sorted(versions)
    ]
    screen.data({"powers": told})
    for one in told:
        screen.line(f"{one['id']}  {one['version']}  {screen.pick(one['title']['zh'], one['title']['en'])}")


def export_files(screen: Screen, files: Iterable[Path]) -> int:
    """Write powers as JSON; FOUND if a file cannot be used: its faults stand under `unusable`."""
    from qingfeng.catalogue.export import export_catalogue

    from .powers_check import all_errors, fault_data
    from .powers_files import read_files

    whole, unusable = [], []
    for read in read_files(files):
        errors = all_errors(read)
        if read.loaded.power is None:
            unusable.append({"file": str(read.path), "faults": [fault_data(f) for f in errors]})
        else:
            whole.append((read.loaded.power, [*errors, *read.loaded.gaps]))
    value = export_catalogue(whole)
    if unusable:
        value["unusable"] = unusable
        screen.complain(
            [
                Text(
                    zh=f"{len(unusable)}个文件有错，未能导出；见 unusable。",
                    en=f"{len(unusable)} files are faulty and not exported: see unusable.",
                )
            ]
        )
    print(as_json(value))
    return FOUND if unusable else FINE


def publish_file(screen: Screen, file: Path, *, by_whom: str) -> None:
    """Publish all versions in a file: all or none.  Raises CommandFailed, BadRegistration, StoreError."""
    from qingfeng.casework.registry import By, publish
    from qingfeng.catalogue.build import version_document, version_from_document

    from .powers_files import usable

    told = []
    with opened(screen) as office, office.store.write() as tx:
        before = office.registry(tx).versions
        powers = usable([file], beside=[version_from_document(document) for document in before.values()])
        for version in (v for power in powers for v in power.versions):
            publish(office, tx, version_document(version), by=By(actor=by_whom, entered=now()))
            told.append(
                {"id": version.power, "version": version.version, "new": (version.power, version.version) not in before}
            )
    screen.data({"published": told})
    for one in told:
        if one["new"]:
            screen.say(
                f"✓ 已发布：{one['id']} {one['version']}版", f"✓ published: {one['id']} version {one['version']}"
            )
        else:
            screen.say(
                f"= 已有相同内容：{one['id']} {one['version']}版",
                f"= there already, the same: {one['id']} version {one['version']}",
            )
