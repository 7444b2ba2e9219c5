"""A paper goes its whole way through the pages: filled in ahead of its act, approved, numbered, sealed, served; one hash all along."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from qingfeng.documents.overview import documents_view, shelf_of
from qingfeng.documents.papers import APPROVED, ISSUED, SEALED, SERVED, read_papers
from qingfeng.documents.word import hash_of_word
from qingfeng.engine.order import possible
from qingfeng.terms.instants import local_day

from .site_kit import Site

POWER, KIND, ACT = "a001/licence", "time_extension_notice", "approve_extension"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def case_for(site: Site) -> str:
    """Return a case in which the paper may be made ahead of its act."""
    with site.office.store.read() as tx:
        for case in site.cases(POWER):
            if any((one.kind, one.act) == (KIND, ACT) for one in documents_view(shelf_of(site.office, tx, case)).ahead):
                return case
    raise AssertionError("the seeded agency has no such case")


POSTS = {"counter_clerk": "shouli", "examiner": "shencha", "case_handler": "chengban", "section_head": "kezhang",
         "deputy_in_charge": "fenguan", "agency_head": "juzhang"}  # fmt: skip


def written_in(page: str, form: str) -> dict[str, str]:
    """Return what the text, date and long fields of a form hold as the page is opened."""
    inside = page.partition(form)[2].partition("</form>")[0]
    fields = re.findall(r'<input id="(f\.[^"]*)" type="(?:text|date)" name="\1" value="([^"]*)"', inside)
    return dict(fields) | dict(re.findall(r'<textarea id="(f\.[^"]*)" name="\1">([^<]*)<', inside))


def test_the_form_of_an_act_leads_to_its_paper_which_is_filled_in_from_the_record_and_comes_back_into_the_form(fresh_site: Site) -> None:
    found = []
    with fresh_site.office.store.read() as tx:
        for case in fresh_site.cases():
            shelf = shelf_of(fresh_site.office, tx, case)
            for one in documents_view(shelf).ahead:
                row = next(row for row in possible(shelf.case) if row.act == one.act)
                if {"document_hash", "document_no"} <= {f.id for f in row.word.fields}:
                    found += [(case, one, POSTS[post]) for post in row.by if post in POSTS]
    for case, one, account in found:
        client, ahead = fresh_site.client(account), f"/cases/{case}/documents/ahead/{one.kind}/{one.act}/"
        form = client.get(f"/cases/{case}/?act={one.act}").content.decode()
        if f"/do/{one.act}/" not in form or "不能查阅案卷" in form:
            continue
        assert f'href="{ahead}"' in form, "the form says where its paper is made"
        record = written_in(form, f'action="/cases/{case}/do/{one.act}/"')
        ready = written_in(client.get(ahead).content.decode(), f'data-draft="{case}/ahead/{one.act}"')
        assert {name: ready.get(name) for name in record if record[name]} == {name: text for name, text in record.items() if text}
        made = client.post(ahead, {**ready, "approve": "1"})
        if made.status_code != 302:
            continue  # something has to be written that the record does not know
        hashed = re.search(r'class="hash big">([0-9a-f]{64})<', client.get(made.headers["Location"]).content.decode())
        assert hashed is not None
        assert client.post(f"{made.headers['Location']}issue/", {"shown": hashed[1]}).status_code == 302
        number = re.search(r"<h2>([^<]*〔\d{4}〕\d+号)</h2>", client.get(made.headers["Location"]).content.decode())
        form = client.get(f"/cases/{case}/?act={one.act}").content.decode()
        assert number is not None
        assert f'name="f.document_no" value="{number[1]}"' in form
        assert f'name="f.document_hash" value="{hashed[1]}"' in form
        assert made.headers["Location"] in form
        return
    raise AssertionError("no act of the seeded agency takes a paper that its record can fill in")


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def altered(word: bytes) -> bytes:
    """Return a Word file with one word of its text changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(word)) as old, zipfile.ZipFile(out, "w") as new:
        for item in old.infolist():
            data = old.read(item)
            if item.filename == "word/document.xml":
                assert "案情复杂".encode() in data
                data = data.replace("案情复杂".encode(), "案情简单".encode(), 1)
            new.writestr(item, data)
    return out.getvalue()


def test_a_paper_is_made_ahead_approved_issued_sealed_and_served_under_one_hash(fresh_site: Site) -> None:
    case = case_for(fresh_site)
    head, keeper, clerk = (fresh_site.client(one) for one in ("juzhang", "custodian.2", "kezhang"))
    ahead, reason = f"/cases/{case}/documents/ahead/{KIND}/{ACT}/", "案情复杂，二十日内不能作出决定，延长十日。"
    assert "延长" in head.get(ahead).content.decode()
    assert head.post(ahead, {}).status_code == 422, "what the act must say is asked for"
    looked = head.post(ahead, {"f.reasons": reason}).content.decode()
    assert reason in looked
    with fresh_site.office.store.read() as tx:
        assert not [one for one in read_papers(tx, case) if one.kind == KIND], "looking approves nothing"
    made = head.post(ahead, {"f.reasons": reason, "approve": "1"})
    assert made.status_code == 302
    paper = made.headers["Location"]
    text = head.get(paper).content.decode()
    found = re.search(r'class="hash big">([0-9a-f]{64})<', text)
    assert found is not None
    approved = found[1]
    assert keeper.get(paper).status_code == 403, "he has no act on this case: he says what for"
    assert keeper.post(f"/cases/{case}/purpose/", {"purpose": "核对文书并用印"}).status_code == 302
    assert keeper.get(paper).status_code == 403, "not his before it waits for the seal"

    assert head.post(f"{paper}issue/", {"shown": approved}).status_code == 302
    number = re.search(r"<h2>([^<]*〔\d{4}〕\d+号)</h2>", head.get(paper).content.decode())
    assert number is not None
    word = body(head.get(f"{paper}paper.docx"))
    assert hash_of_word(word, number=number[1]) == approved, "the Word file printed is the text approved"
    assert body(head.get(f"{paper}paper.pdf")).startswith(b"%PDF-")

    assert keeper.get(paper).status_code == 200
    assert body(keeper.get(f"{paper}paper.docx")) == word, "who seals it prints the same file"
    changed = SimpleUploadedFile("通知书.docx", altered(word), content_type=WORD)
    assert keeper.post(f"{paper}seal/", {"file": changed}).status_code == 422, "another text is not sealed"
    assert head.post(f"{paper}seal/", {"shown": approved}).status_code == 422, "who approved it does not seal it"
    printed = SimpleUploadedFile("通知书.docx", word, content_type=WORD)
    assert keeper.post(f"{paper}seal/", {"file": printed}).status_code == 302, "the file in hand shows its hash"
    assert keeper.post(f"{paper}serve/", {"shown": approved, "way": "direct"}).status_code == 403

    form = clerk.get(f"{paper}?way=direct").content.decode()
    needs = dict(re.findall(r'<input id="(p?f?\.?[^"]*)" name="\1" type="(date|text|file)"', form))
    said: dict[str, Any] = {"shown": approved[:16], "way": "direct", "servers": ["counter_clerk", "case_handler"]}
    assert clerk.post(f"{paper}serve/", said).status_code == 422, "no service without its proof"
    for name, kind in needs.items():
        said[name] = (SimpleUploadedFile("回证.pdf", b"%PDF-1.4 signed") if kind == "file" else
                      local_day(fresh_site.now).isoformat() if kind == "date" else "江城顺达燃气有限公司 陈一鸣")  # fmt: skip
    served = clerk.post(f"{paper}serve/", said)
    assert served.status_code == 302, re.findall(r"<p[^>]*>([^<]{4,})</p>", served.content.decode())[:8]
    with fresh_site.office.store.read() as tx:
        one = next(p for p in read_papers(tx, case) if p.kind == KIND)
    assert [step.act for step in one.steps] == [APPROVED, ISSUED, SEALED, SERVED]
    assert one.hash == approved
    assert hash_of_word(body(clerk.get(f"{paper}paper.docx")), number=number[1]) == approved, "and it is what was served"
    assert body(clerk.get(f"{paper}receipt.pdf")).startswith(b"%PDF-")
