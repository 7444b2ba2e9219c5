"""`tip scan` looks at every value of the store, be it a file, a PostgreSQL server or the dump of one, and at the log beside it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.conf import settings

from qingfeng.casework import tips
from qingfeng.cli.main import cli
from tests.postgres import program

from .proof_kit import with_log
from .site_kit import Site
from .test_tips import SECOND, b64, publish_for, sealed, sent
from .test_tips import SECOND_KEY as KEY

NAME = "欧阳举报，电话13900001234"
WORDS = ("欧阳举报", "13900001234", "203.0.113.77")


@pytest.fixture
def site(either_site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A site with a log, on which a tip came in; the programs of PostgreSQL are found as on a server of it."""
    publish_for(either_site, KEY, by=SECOND, confirmed_by="jiwei")
    reporter = either_site.client(REMOTE_ADDR="203.0.113.77")
    assert sent(reporter, sealed(f"我是{NAME}", KEY)).status_code == 200
    with_log(either_site)
    monkeypatch.setenv("QINGFENG_AGENCY", settings.AGENCY_STORE)
    monkeypatch.setenv("QINGFENG_HOME", str(either_site.home))
    monkeypatch.setenv("PATH", str(program("pg_dump").parent), prepend=":")
    return either_site


def scanned(*places: Path, code: int | None = None) -> Mapping[str, Any]:
    done = CliRunner().invoke(cli, ["tip", "scan", "--json", *map(str, places)], input="\n".join(WORDS))
    told: Mapping[str, Any] = json.loads(done.stdout)
    assert done.exit_code == (code if code is not None else 1 if told["found"] else 0), done.output
    return told


def leak(site: Site) -> None:
    """Write a name into a record, if only in base64, as a fault of a program might."""
    with site.office.store.write() as tx:
        planted = {"text": b64(b"x" + NAME.encode())}
        tips._append(site.office, tx, "tip/planted", tips.TIP, planted, by=None, at=site.now - timedelta(days=1))


def test_in_the_store_and_in_its_backup_a_name_is_found_if_it_is_there_and_only_then(site: Site, tmp_path: Path) -> None:
    def backed_up(name: str) -> Path:
        done = CliRunner().invoke(cli, ["backup", str(tmp_path / name)])
        assert done.exit_code == 0, done.output
        return tmp_path / name

    log = [path for path in site.home.rglob("*") if path.is_file() and "tile" in path.parts]
    assert log, "the log stands in the folder that is searched"
    assert scanned()["found"] == []
    assert scanned(backed_up("before"))["found"] == []
    leak(site)
    assert {one["word"] for one in scanned()["found"]} == {1, 2}
    found = scanned(backed_up("after"))["found"]
    assert {one["word"] for one in found} == {1, 2}
    assert not any(word in json.dumps(found, ensure_ascii=False) for word in WORDS), "what is found is not repeated"


def test_what_was_exported_of_the_log_holds_no_name_and_a_planted_one_is_found(site: Site, tmp_path: Path) -> None:
    export = tmp_path / "export"
    shutil.copytree(site.home, export, ignore=shutil.ignore_patterns("*.db*", "files"))
    assert any("tile" in path.parts for path in export.rglob("*"))
    assert scanned(export)["found"] == []
    tile = next(path for path in sorted(export.rglob("*")) if path.is_file() and "tile" in path.parts)
    tile.chmod(0o600)
    tile.write_bytes(tile.read_bytes() + NAME.encode("utf-16-be"))
    assert {one["word"] for one in scanned(export)["found"]} >= {1}


def test_a_dump_that_cannot_be_read_is_said_and_never_called_clean(site: Site, tmp_path: Path) -> None:
    dump = tmp_path / "agency.dump"
    dump.write_bytes(b"PGDMP\x01\x0e\x00" + bytes(200))
    done = CliRunner().invoke(cli, ["tip", "scan", str(dump)], input="\n".join(WORDS))
    assert done.exit_code not in (0, 1)
    assert "没有查到的词" not in done.output
    assert "pg_restore" in done.output
