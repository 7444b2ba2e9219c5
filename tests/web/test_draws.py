"""Draws on the portal: the room of one that goes on, a transcript that anybody brings redone, and no page breaks on rubbish."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from qingfeng import wiring
from qingfeng.simulation import script
from tests.draw.sample import drawn

from .browser import PHONE, WIDE, Visitor
from .site_kit import Site
from .test_looks import by_keyboard, wrong_with


@pytest.fixture
def drawing(fresh_site: Site) -> Iterator[Site]:
    """A site of an agency that has drawn once, and published it."""
    power = wiring.read_power(
        wiring.data_folder("powers") / "supervision" / "draw.yaml", wiring.vocabulary()
    ).loaded.power
    assert power is not None
    told = next(story for story in power.versions[-1].stories if story.id == "full_course")
    bare = fresh_site.office
    with wiring.throwaway([power]) as office:
        list(script.run(office, [script.row_from_story(row) for row in told.rows], power=power.id))
        fresh_site.office = office
        try:
            yield fresh_site
        finally:
            fresh_site.office = bare


def sent(site: Site, content: bytes) -> tuple[int, str]:
    answer = site.client().post("/draws/", {"file": SimpleUploadedFile("t.json", content, "application/json")})
    return answer.status_code, answer.content.decode()


def test_the_room_and_the_list_are_open_to_everybody(drawing: Site) -> None:
    client = drawing.client()
    assert "/draws/2026/00001/" in client.get("/draws/").content.decode()
    page = client.get("/draws/2026/00001/").content.decode()
    assert "派驻纪检监察组" in page
    assert "示例木业" not in page
    assert client.get("/draws/2026/00002/").status_code == 404
    client.cookies["lang"] = "en"
    assert "published, confirmed" in client.get("/draws/2026/00001/").content.decode()


def test_a_transcript_is_redone_and_a_changed_one_refused(drawing: Site) -> None:
    plain = drawn().plain()
    status, page = sent(drawing, json.dumps(plain).encode())
    assert status == 200
    assert plain["root"] in page
    assert "没有这个根" in page, "consistent, but no draw of this agency"
    plain["teams"][0]["officers"][0] = "officer_9"
    status, page = sent(drawing, json.dumps(plain).encode())
    assert status == 422
    assert "不一致" in page


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{", b"\xff\xfe", b'{"plan":{}}', b"[" * 50_000, b'{"v":1,"plan":null,"links":1}', b"7"]
)
def test_rubbish_gets_a_sentence(site: Site, content: bytes) -> None:
    status, page = sent(site, content)
    assert status == 422
    assert 'role="alert"' in page


def test_a_published_transcript_with_other_teams_than_those_registered_is_named(fresh_site: Site) -> None:
    """Officers of two teams of one draw changed places: the register says so beside the redone transcript."""
    power = wiring.read_power(
        wiring.data_folder("powers") / "supervision" / "draw.yaml", wiring.vocabulary()
    ).loaded.power
    assert power is not None
    plain, bare = drawn().plain(), fresh_site.office
    for story, swapped in (("two_teams", True), ("full_course", False)):
        told = next(one for one in power.versions[-1].stories if one.id == story)
        rows = [script.row_from_story(row) for row in told.rows]
        rows = [
            replace(row, data={**row.data, "result_hash": plain["root"]}) if row.does == "run_draw" else row
            for row in rows
        ]
        with wiring.throwaway([power]) as office:
            assert [r.outcome for r in script.run(office, rows, power=power.id)] == ["accepted"] * len(rows)
            fresh_site.office = office
            try:
                status, page = sent(fresh_site, json.dumps(plain).encode())
            finally:
                fresh_site.office = bare
        assert status == 200
        assert "与本单位登记的相同" in page
        assert ("各组对不上" in page) is swapped, story


def test_the_pages_are_for_everybody_at_either_width(drawing: Site, visit: Callable[..., Visitor]) -> None:
    window, wrong = visit(), []
    for path in ("/draws/", "/draws/2026/00001/"):
        window.page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
        assert window.go(path) == 200
        wrong += [f"{path}: {what}" for what in by_keyboard(window.page)]
        for size in (WIDE, PHONE):
            wrong += [f"{path} at {size[0]}: {what}" for what in wrong_with(window, size)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.slow  # nine stages at two widths, each with all checks of a page
def test_the_room_is_readable_at_each_of_its_stages(fresh_site: Site, visit: Callable[..., Visitor]) -> None:
    """After each act of a draw the room is opened at both widths: nothing is cut off, nothing is missing a name, no page breaks."""
    power = wiring.read_power(wiring.data_folder("powers") / "supervision" / "draw.yaml", wiring.vocabulary()).loaded.power
    assert power is not None
    rows = [script.row_from_story(row) for row in next(s for s in power.versions[-1].stories if s.id == "full_course").rows]
    bare, wrong, seen = fresh_site.office, [], set()
    for many in range(1, len(rows) + 1):
        with wiring.throwaway([power]) as office:
            list(script.run(office, rows[:many], power=power.id))
            fresh_site.office = office
            try:
                window = visit()
                if window.go("/draws/2026/00001/") == 404:
                    continue  # not public yet
                seen.add(window.page.inner_text("main"))
                for size in (WIDE, PHONE):
                    wrong += [f"after {rows[many - 1].does} at {size[0]}: {what}" for what in wrong_with(window, size)]
                    if folder := os.environ.get("QINGFENG_PICTURES"):
                        window.page.screenshot(path=f"{folder}/room-{many:02}-{size[0]}.png", full_page=True)
            finally:
                fresh_site.office = bare
    assert not wrong, "\n".join(wrong)
    assert len(seen) > 3, "the room tells of each stage"
