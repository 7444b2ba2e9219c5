"""Maps brought in by the legal office: looked over beside the original, moved by hand, list and mouse, settled with reasons, taken over."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from qingfeng.casework import drafts, imports
from qingfeng.casework.registry import By
from qingfeng.web import agency, reviewing
from tests.importing.makers import docx_of
from tests.importing.others import FORESTRY

from .browser import Visitor
from .site_kit import Site

As = Callable[[str | None], Any]
FILES = Path(__file__).parents[1] / "importing" / "files"
ONE = "/imports/1/"
WHY = "已与原件核对一致"


def sent(name: str, data: bytes | None = None) -> dict[str, SimpleUploadedFile]:
    return {"file": SimpleUploadedFile(name, (FILES / name).read_bytes() if data is None else data)}


@pytest.fixture
def poured(fresh_site: Site, as_: As) -> Site:
    """A site with one map that came as text alone, so that its pairs are guesses."""
    order = ["受理", "审查", "决定", "送达"]
    boxes = [*order, "1.收受礼品，为人说情。\n\n\n风险等级：中", "1.把关不严，降低标准。\n\n\n风险等级：高", "1.久拖不决。",
             "1.加强廉政教育。\n\n\n责任人：受理人员", "1.双人办理，互相监督。\n\n\n责任人：科室负责人"]  # fmt: skip
    text = "清溪县林业局\n行政许可廉政风险防控图" + "\n" * 9 + ("\n" * 6).join(["工作流程", *boxes])
    answer = as_("fazhi").post("/imports/", sent("map.txt", text.encode()))
    assert answer.status_code == 302, answer.content.decode()
    return fresh_site


def standing(site: Site, number: int = 1) -> imports.Standing:
    with site.office.store.read() as tx:
        return imports.standing(tx, number)


def change(client: Any, site: Site, do: str, **data: Any) -> Any:
    return client.post(ONE, {"map": 1, "seen": standing(site).seq, "do": do, **data})


def first(site: Site) -> Any:
    return reviewing.reviewed(standing(site)).map(1)


def test_a_file_becomes_a_draft_with_its_original_beside_it(fresh_site: Site, as_: As) -> None:
    editor = as_("fazhi")
    assert editor.post("/imports/", sent("energy-three-powers.doc")).headers["Location"] == ONE
    page = editor.get(ONE + "?map=3").content.decode()
    assert page.count('data-box="b') == 10
    assert page.count("<foreignObject") >= 19, "each box of this map, and none of the others"
    assert "随意行驶自由裁量权" in page
    assert "窗口空岗" not in page, "a text of the first map"
    file = editor.get(ONE + "original")
    assert b"".join(file.streaming_content) == (FILES / "energy-three-powers.doc").read_bytes()
    assert file.headers["Content-Disposition"].startswith("attachment")


def test_the_least_sure_doubt_comes_first(poured: Site, as_: As) -> None:
    page = as_("fazhi").get(ONE).context
    weights = [one.weight for one in (*page["doubts"], *page["later"])]
    assert weights == sorted(weights)
    assert page["doubts"][0].doubt.confidence is not None


def test_a_box_moves_by_a_form_without_scripts_and_stays_there(poured: Site, as_: As) -> None:
    editor, box = as_("fazhi"), first(poured).boxes[0]
    to = (box.step + 1) % 4
    assert change(editor, poured, "box", target=box.id, value=f"move:{to}").status_code == 302
    moved = next(one for one in first(poured).boxes if one.id == box.id)
    assert (moved.step, moved.how, moved.items) == (to, "settled", box.items)
    assert not [d for d in first(poured).doubts if d.code == "pairing" and d.text == box.id]
    assert change(editor, poured, "box", target=box.id, value="move:whole").status_code == 302
    assert change(editor, poured, "box", target=box.id, value="kind:measure").status_code == 302
    assert next(one for one in first(poured).boxes if one.id == box.id).kind == "measure"
    for bad in ("move:99", "move:", "kind:x", "drop:1", "", "move:１"):
        assert change(editor, poured, "box", target=box.id, value=bad).status_code == 422, bad


def test_what_another_changed_meanwhile_is_not_overwritten(poured: Site, as_: As) -> None:
    box = first(poured).boxes[0]
    seen = standing(poured).seq
    assert change(as_("legal_reviewer.2"), poured, "box", target=box.id, value="move:whole").status_code == 302
    answer = as_("fazhi").post(ONE, {"map": 1, "seen": seen, "do": "box", "target": box.id, "value": "move:0"})
    assert answer.status_code == 422
    assert "别人在此期间改过" in answer.content.decode()
    assert next(one for one in first(poured).boxes if one.id == box.id).step is None


def test_a_doubt_is_settled_by_a_choice_with_its_reason(poured: Site, as_: As) -> None:
    editor = as_("fazhi")
    doubt = next(one for one in editor.get(ONE).context["doubts"] if one.doubt.code == "pairing")
    to = doubt.choices[1][0]
    assert change(editor, poured, "settle", target=doubt.key, value=to, reason=" ").status_code == 422, (
        "a reason is needed"
    )
    assert change(editor, poured, "settle", target=doubt.key, value="no", reason=WHY).status_code == 422
    assert standing(poured).seq == 0
    assert change(editor, poured, "settle", target=doubt.key, value=to, reason=WHY).status_code == 302
    box = next(one for one in first(poured).boxes if one.id == doubt.box)
    assert str(box.step) == to
    after = editor.get(ONE)
    assert doubt.key not in {one.key for one in (*after.context["doubts"], *after.context["later"])}
    assert WHY in after.content.decode()


def test_what_the_source_lacks_is_given_by_a_person_and_its_doubt_is_gone(poured: Site, as_: As) -> None:
    editor, read = as_("fazhi"), first(poured)
    lacking = next(n for n, s in enumerate(read.filled()) if s.risks and not s.level)
    assert change(editor, poured, "step", target=lacking, grade="极高").status_code == 422, "no level of this scheme"
    name = read.steps[lacking].name
    assert change(editor, poured, "step", target=lacking, name=name, grade="高", owner="分管领导").status_code == 302
    step = first(poured).filled()[lacking]
    assert (step.level, step.owner) == ("高", "分管领导")
    assert not [d for d in first(poured).doubts if d.code == "no_level" and name in d.place.zh]


def test_steps_are_ordered_added_and_taken_away(poured: Site, as_: As) -> None:
    editor = as_("fazhi")
    before = [(box.id, box.step) for box in first(poured).boxes]
    assert change(editor, poured, "add", target="0", value="公示").status_code == 302
    assert [s.name for s in first(poured).steps] == ["受理", "公示", "审查", "决定", "送达"]
    assert change(editor, poured, "down", target="1").status_code == 302
    assert [s.name for s in first(poured).steps] == ["受理", "审查", "公示", "决定", "送达"]
    assert change(editor, poured, "drop", target="2").status_code == 302
    assert [(box.id, box.step) for box in first(poured).boxes] == before
    assert change(editor, poured, "drop", target="0").status_code == 422, "it has boxes"
    assert change(editor, poured, "up", target="0").status_code == 422


def test_proposals_bind_nothing_until_somebody_accepts_them(poured: Site, as_: As) -> None:
    editor = as_("fazhi")
    page = editor.get(ONE).context
    item = next(i for s in page["steps"] for b in s.risks for i in b.items if i.choices)
    assert page["bound"] == 0
    assert "stopped_by: []" in draft_text(poured)
    assert change(editor, poured, "bind", target=item.target, name=["no_such_rule"]).status_code == 422
    assert change(editor, poured, "bind", target=item.target, name=[item.choices[0].id, ""]).status_code == 302
    assert f"stopped_by: [{item.choices[0].id}]" in draft_text(poured)
    assert editor.get(ONE).context["bound"] == 1
    by_name = reviewing.rule_pool()["time_limit"].zh
    assert change(editor, poured, "bind", target=item.target, name=[by_name]).status_code == 302
    assert "stopped_by: [time_limit]" in draft_text(poured)


def draft_text(site: Site) -> str:
    now = standing(site)
    return reviewing.drafted(now, reviewing.reviewed(now), 1, power="own/licence", day=site.now.date()).text


def test_a_new_power_is_taken_over_as_a_draft_that_is_published_by_nobody_yet(poured: Site, as_: As) -> None:
    editor = as_("fazhi")
    take = {"map": 1, "seen": standing(poured).seq, "into": "", "power": "own/licence"}
    for bad in ("", "Own/licence", "own", "a001/licence", "../x/y"):
        assert editor.post(ONE + "take/", {**take, "power": bad}).status_code == 422, bad
    assert as_("kezhang").post(ONE + "take/", take).status_code == 403
    answer = editor.post(ONE + "take/", take)
    assert answer.headers["Location"] == "/catalogue/own/licence/draft/"
    page = editor.get("/catalogue/own/licence/draft/")
    assert page.status_code == 200
    assert "新职权" in page.content.decode()
    assert "own/licence" in editor.get("/imports/").content.decode()
    assert editor.get("/catalogue/own/licence/draft/text/").status_code == 200
    refused = editor.post("/catalogue/own/licence/draft/step/", {"act": "propose", "note": WHY, "seen": 1})
    assert refused.status_code == 422, "it has faults still"
    assert editor.post(ONE + "take/", take | {"seen": standing(poured).seq}).status_code == 422, (
        "there is a draft already"
    )
    dropped = editor.post("/catalogue/own/licence/draft/step/", {"act": "drop", "note": WHY, "seen": 1})
    assert dropped.headers["Location"] == "/catalogue/"
    assert editor.get("/catalogue/own/nothing/draft/").status_code == 404


def test_a_new_version_keeps_what_the_old_one_was_bound_to_and_is_published_by_another(
    fresh_site: Site, as_: As
) -> None:
    power, editor = "a001/penalty", as_("fazhi")
    drawn = b"".join(editor.get(f"/catalogue/{power}/map.docx").streaming_content)
    assert editor.post("/imports/", sent("防控图.docx", drawn)).status_code == 302
    owner = next(n for n, s in enumerate(first(fresh_site).filled()) if s.owner)
    name = first(fresh_site).steps[owner].name
    assert change(editor, fresh_site, "step", target=owner, name=name, owner="新任科室负责人").status_code == 302
    take = {"map": 1, "seen": standing(fresh_site).seq, "into": power, "power": ""}
    assert editor.post(ONE + "take/", take).headers["Location"] == f"/catalogue/{power}/draft/"
    page = editor.get(f"/catalogue/{power}/draft/")
    assert page.context["checked"].fine, page.context["errors"]
    assert "新任科室负责人" in str([text.zh for _, texts in page.context["groups"] for text in texts])
    with fresh_site.office.store.read() as tx:
        draft = drafts.standing(tx, power)
    step = {"note": WHY, "seen": draft.saved}
    assert editor.post(f"/catalogue/{power}/draft/step/", {"act": "propose", **step}).status_code == 302
    risks = page.context["checked"].covered.risks
    by = By(actor="legal_reviewer", entered=fresh_site.now)
    drafts.note_drills(fresh_site.office, power, digest=draft.digest, risks=risks, green=risks, by=by)
    assert editor.post(f"/catalogue/{power}/draft/step/", {"act": "confirm", **step}).status_code == 422
    assert as_("kezhang").post(f"/catalogue/{power}/draft/step/", {"act": "confirm", **step}).status_code == 302


ENCRYPTED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("map.docx", b"", "请选择一个文件"),
        ("map.docx", b"MZ\x90\0" + b"\0" * 500, ""),
        ("map.docx", ENCRYPTED, ""),
        ("map.docx", b"PK\x03\x04" + b"\0" * 100, ""),
        ("map.pdf", b"%PDF-1.4\n", ""),
        ("novel.txt", ("话说天下大势，分久必合，合久必分。" * 3000).encode(), "没有找到防控图"),
    ],
)
def test_a_bad_file_is_refused_in_words_and_nothing_is_kept(
    fresh_site: Site, as_: As, name: str, data: bytes, says: str
) -> None:
    before = fresh_site.heads()
    answer = as_("fazhi").post("/imports/", sent(name, data))
    told = re.findall(r'role="alert".*?<p>(.*?)</p>', answer.content.decode(), re.S)
    assert answer.status_code == 422
    assert told
    assert says in told[0]
    assert re.search("[一-鿿]{6}", told[0]), "a sentence"
    assert fresh_site.heads() == before


def test_only_the_legal_office_comes_here(poured: Site, as_: As) -> None:
    before = standing(poured).seq
    for account in ("chengban", "kezhang", "jiwei", "xitong", "anquan", "shenji"):
        for path in ("/imports/", ONE, ONE + "original"):
            assert as_(account).get(path).status_code == 403, (account, path)
        assert as_(account).post(ONE, {"do": "add", "map": 1, "value": "x", "seen": before}).status_code == 403
    assert as_(None).get(ONE).status_code == 302
    assert standing(poured).seq == before
    assert as_("fazhi").get("/imports/99/").status_code == 404
    assert "上传防控图" in as_("shenji").get("/audit/").content.decode()


def test_a_session_that_ends_loses_nothing(poured: Site, as_: As, visit: Callable[..., Visitor]) -> None:
    box = first(poured).boxes[0]
    assert change(as_("fazhi"), poured, "box", target=box.id, value="move:whole").status_code == 302
    window = visit("fazhi")
    window.go(ONE)
    form = window.page.locator("form.sf").first
    form.locator("input[name=reason]").fill("已与原件逐条核对过")
    window.context.clear_cookies(name="sessionid")
    window.press("form.sf button")
    assert window.page.locator("main [name=password]").count() == 1, "asked to sign in"
    assert window.page.locator("h1").count() == 1
    assert "已与原件逐条核对过" in window.page.content(), "what was written is carried over"
    window.enter_as("fazhi")
    window.go(ONE)
    assert next(one for one in first(poured).boxes if one.id == box.id).step is None, "what was done stays done"


def test_what_was_written_is_shown_again_when_it_could_not_be_laid_down(poured: Site, as_: As) -> None:
    doubt = as_("fazhi").get(ONE).context["doubts"][0]
    box = first(poured).boxes[0]
    seen = standing(poured).seq
    assert change(as_("legal_reviewer.2"), poured, "box", target=box.id, value="move:whole").status_code == 302
    told = {
        "map": 1,
        "seen": seen,
        "do": "settle",
        "target": doubt.key,
        "value": "keep",
        "reason": "按原件第二页连线核对",
    }
    answer = as_("fazhi").post(ONE, told)
    assert answer.status_code == 422
    assert "按原件第二页连线核对" in answer.content.decode()


def test_a_map_that_was_read_and_is_lost_says_so(poured: Site, as_: As) -> None:
    path = agency.shelf().path(standing(poured).head.kept)
    assert path is not None
    path.chmod(0o600)
    path.write_text("{}", encoding="utf-8")
    answer = as_("fazhi").get(ONE)
    assert answer.status_code == 409
    assert "请由备份恢复" in answer.content.decode()


def test_a_box_is_dragged_and_moved_with_the_keyboard(poured: Site, visit: Callable[..., Visitor]) -> None:
    box = first(poured).boxes[0]
    to = (box.step + 1) % 4
    window = visit("fazhi")
    window.go(ONE)
    card = f'[data-box="{box.id}"]'
    window.page.drag_and_drop(f"{card} .txt", f'[data-step="{to}"] .node')
    window.page.wait_for_selector(f'[data-step="{to}"] {card}')
    assert next(one for one in first(poured).boxes if one.id == box.id).step == to
    window.page.focus(f"{card} form.mv select")
    window.page.select_option(f"{card} form.mv select", "move:whole")
    window.page.keyboard.press("Tab")
    window.page.keyboard.press("Enter")
    window.page.wait_for_selector(f'[data-step="whole"] {card}')
    assert next(one for one in first(poured).boxes if one.id == box.id).step is None
    plain = visit("fazhi", scripts=False)
    plain.go(ONE)
    plain.page.select_option(f"{card} form.mv select", f"move:{to}")
    plain.press(f"{card} form.mv button")
    assert plain.page.locator(f'[data-step="{to}"] {card}').count() == 1


def test_the_original_says_what_a_box_was(fresh_site: Site, as_: As) -> None:
    editor = as_("fazhi")
    assert editor.post("/imports/", sent("林业.docx", docx_of(FORESTRY, "wps"))).status_code == 302
    page = editor.get(ONE).context
    kinds = {shape.seq: shape.kind for one in page["originals"] for shape in one.shapes}
    for step in page["steps"]:
        for card in (*step.risks, *step.measures):
            assert kinds[card.seq] == card.box.kind
