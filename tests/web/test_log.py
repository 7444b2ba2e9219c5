"""The site of an agency with a transparency log: answers of the API carry promises, and nothing is recorded while the log is gone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from qingfeng import wiring
from qingfeng.notary.house import found, sequencer_of
from qingfeng.notary.promise import promise_of

from .site_kit import Site
from .test_api import Api, a_problem, let_in, opened
from .test_api import api as api  # noqa: PLC0414  the fixture

assert api
TOP = Path(__file__).parents[2]


def test_an_answer_carries_a_promise_until_the_record_is_in_the_log(api: Api, fresh_site: Site) -> None:
    token = let_in(fresh_site, "hotline", "intake_officer", 1)
    place = found(Path(settings.HOME), fresh_site.office, at=fresh_site.now)
    first = opened(api, token, idempotency_key="k")
    assert first.status_code == 201, first.content
    promise = promise_of(first.json()["promise"], place.key)
    assert (promise.stream, promise.seq) == (f"case/{first.json()['case']}", 1)
    sequencer = sequencer_of(place, fresh_site.office.store)
    while sequencer.round():
        pass
    again = opened(api, token, idempotency_key="k").json()
    assert (again["repeated"], again["promise"]) == (True, None)


def test_nothing_is_recorded_on_the_site_while_the_log_is_gone(api: Api, fresh_site: Site) -> None:
    token = let_in(fresh_site, "hotline", "intake_officer", 1)
    found(Path(settings.HOME), fresh_site.office, at=fresh_site.now)
    guarded = wiring.open_agency(settings.AGENCY_STORE)
    bare, fresh_site.office.store = fresh_site.office.store, guarded
    try:
        (Path(settings.HOME) / "notary").rename(Path(settings.HOME) / "elsewhere")
        told = a_problem(opened(api, token), 503)
        assert "找不到日志文件夹" in told["detail_zh"]
        page = fresh_site.client(None).get("/")
        assert page.status_code == 200, "what only reads goes on"
    finally:
        fresh_site.office.store = bare
        guarded.close()


@pytest.mark.parametrize("only", ["--prepare", "--workers=1"])
def test_a_site_whose_log_is_gone_says_so_when_it_is_started_and_opens_no_door(fresh_site: Site, only: str) -> None:
    place = found(Path(settings.HOME), fresh_site.office, at=fresh_site.now)
    sequencer = sequencer_of(place, fresh_site.office.store)
    while sequencer.round():
        pass
    where = {"QINGFENG_HOME": str(fresh_site.home), "QINGFENG_AGENCY": fresh_site.where, "QINGFENG_DEMO": "1",
             "PYTHONPATH": str(TOP / "src")}  # fmt: skip
    command = [sys.executable, "-m", "qingfeng.web", "--bind", "127.0.0.1:0", only]
    (Path(settings.HOME) / "notary").rename(Path(settings.HOME) / "elsewhere")
    for lang, words in (("zh", "找不到日志文件夹"), ("en", "its folder (notary) is not there")):
        started = subprocess.run(command, env={**os.environ, **where, "QINGFENG_LANG": lang}, capture_output=True, timeout=60, check=False)
        told = started.stderr.decode()
        assert (started.returncode, words in told, len(told.splitlines())) == (3, True, 1), told
    (Path(settings.HOME) / "elsewhere").rename(Path(settings.HOME) / "notary")
    back = subprocess.run([*command[:-1], "--prepare"], env={**os.environ, **where}, capture_output=True, timeout=60, check=False)
    assert (back.returncode, back.stderr) == (0, b"")
