"""Drafts of powers: their text stands in the shelf of files, its hash in the log, and no text is published whose drills did not pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from qingfeng.casework import drafts
from qingfeng.casework.office import event_of
from qingfeng.engine.event import Event
from qingfeng.store.files import FileShelf
from qingfeng.web import agency, jobs

from .site_kit import Site
from .test_editing import BASE, POWER, As, begun, drilled, standing, step, versions

__all__ = ["begun"]


def test_drills_of_another_text_prove_nothing(begun: Site, as_: As) -> None:
    editor, head = as_("fazhi"), as_("kezhang")
    drilled(begun)
    assert editor.post(BASE + "draft/form/limits/", {"seen": standing(begun).saved, "l0.n": "9"}).status_code == 302
    with pytest.raises(drafts.BadDraft):
        drilled(begun, digest="0" * 64)
    assert step(editor, begun, "propose").status_code == 302
    assert "还没有全部通过演练" in head.get(BASE + "draft/").content.decode()
    assert step(head, begun, "confirm").status_code == 422, "the text was changed after its drills"


def test_the_log_holds_the_hash_of_a_draft_and_the_shelf_its_text(begun: Site, as_: As) -> None:
    draft = standing(begun)
    with begun.office.store.read() as tx:
        rows = [event_of(row) for row in tx.events(drafts.STREAM + POWER)]
        assert len(str(rows)) < 3_000, "the log does not grow by the text at each save"
        text = drafts.text_of(tx, draft, agency.shelf())
    assert rows[0].data["digest"] == draft.digest == drafts.digest_of(text)
    path = agency.shelf().path(draft.digest)
    assert path is not None
    path.chmod(0o600)
    path.write_text(text + "#", encoding="utf-8")
    answer = as_("fazhi").get(BASE + "draft/")
    assert answer.status_code == 200
    assert "校验值不符" in answer.content.decode(), "an altered text is told, not used"
    assert step(as_("fazhi"), begun, "propose").status_code == 422
    assert step(as_("fazhi"), begun, "drop").status_code == 302


def test_a_draft_whose_text_stands_in_the_log_can_still_be_read(fresh_site: Site, as_: As) -> None:
    """Stores of earlier versions hold the text in the event."""
    stands = {"state": "editing", "saved": 1, "base": versions(fresh_site)[-1], "authors": ["legal_reviewer"], "proposer": "", "note": ""}
    with fresh_site.office.store.write() as tx:
        tx.lock(drafts.STREAM + POWER)
        fresh_site.office.append(tx, Event(
            stream=drafts.STREAM + POWER, seq=1, kind=drafts.BEGUN, act=drafts.BEGUN, at=fresh_site.now, entered=fresh_site.now,
            power=POWER, actor="legal_reviewer", data={"stands": stands, "text": "id: a001/penalty\n# 旧记录"}))  # fmt: skip
    page = as_("fazhi").get(BASE + "draft/text/").content.decode()
    assert "# 旧记录" in page
    assert as_("fazhi").post(BASE + "draft/text/", {"text": "id: a001/penalty\n# 新", "seen": 1}).status_code == 302
    with fresh_site.office.store.read() as tx:
        assert drafts.text_of(tx, standing(fresh_site), agency.shelf()) == "id: a001/penalty\n# 新"


def test_the_drills_of_a_draft_are_laid_down_with_the_hash_of_its_text(fresh_site: Site, as_: As) -> None:
    """The job that the page starts, run here on the shortest map."""
    power = "a002/budget"
    assert as_("fazhi").post(f"/catalogue/{power}/draft/begin/").status_code == 302
    path = fresh_site.home / "jobs" / "draft.jsonl"
    path.parent.mkdir(exist_ok=True)
    path.write_text('{"begun": "2026-10-30T10:00:00+08:00", "pid": 1, "by": "fazhi", "powers": []}\n', encoding="utf-8")
    assert jobs._draft(path, fresh_site.where, power, "legal_reviewer")["drills"]
    with fresh_site.office.store.read() as tx:
        draft = drafts.standing(tx, power)
    assert draft.drills is not None
    assert draft.drills.prove(draft.digest), draft.drills


def test_a_text_of_our_own_is_kept_whatever_it_looks_like_and_an_altered_one_is_not_given_out(tmp_path: Path) -> None:
    shelf = FileShelf(tmp_path)
    for text in ("id: a", "<b>", "", "\x00", "行政处罚"):
        digest = shelf.keep_text(text)
        assert shelf.text(digest) == text
        assert shelf.keep_text(text) == digest, "kept once"
    path = shelf.path(digest)
    assert path is not None
    path.chmod(0o600)
    path.write_text("行政许可", encoding="utf-8")
    assert shelf.text(digest) is None
    assert shelf.text("0" * 64) is None
    assert shelf.text("../../etc/passwd") is None
