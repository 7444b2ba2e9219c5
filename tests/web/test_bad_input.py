"""What a form may be sent: nothing, too much, another's case, forged hidden fields, the same twice, files that are not what they say."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

import qingfeng.web
from qingfeng.casework.office import event_of
from qingfeng.catalogue.power import FieldType

from .every import addresses
from .permit import POWER, acts_of, begun, publish_permit
from .site_kit import ROLES, Site
from .test_matrix import HELPFUL, Watch

TEMPLATES = Path(qingfeng.web.__file__).parent / "templates"
NOTICE = "give_one_time_notice"
HTML = "<script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.fixture
def permitting(either_site: Site) -> Site:
    """A site with one more power."""
    publish_permit(either_site)
    return either_site


def do(site: Site, account: str, case: str, act: str, **form: Any) -> Any:
    """Send an act's form."""
    told = {key.replace("__", "."): value for key, value in form.items()}
    return site.client(account).post(f"/cases/{case}/do/{act}/", told)


def test_a_post_that_is_sent_twice_is_recorded_once(permitting: Site) -> None:
    case = begun(permitting)
    permitting.clock.later(seconds=40)
    assert begun(permitting) == case, "the same key opened a second case"
    for _ in range(2):
        permitting.clock.later(seconds=40)
        assert do(permitting, "shouli", case, NOTICE, f__missing="图纸", key="k-1").status_code == 302
    assert [act for act, _, _ in acts_of(permitting, case)] == ["receive_application", NOTICE]


def test_a_key_used_for_something_else_is_refused(permitting: Site) -> None:
    case = begun(permitting)
    assert do(permitting, "shouli", case, NOTICE, f__missing="图纸", key="k-1").status_code == 302
    answer = do(permitting, "shouli", case, "supplement", f__materials="图纸", key="k-1")
    assert answer.status_code == 422
    assert len(acts_of(permitting, case)) == 2


def test_what_stood_there_before_somebody_else_acted_is_stale_and_the_text_is_kept(permitting: Site) -> None:
    case = begun(permitting)
    assert do(permitting, "shouli", case, NOTICE, f__missing="图纸", seen="1", key="k-1").status_code == 302
    answer = do(permitting, "counter_clerk.2", case, NOTICE, f__missing="我写了很久的清单", seen="1", key="k-2")
    assert answer.status_code == 409
    assert "我写了很久的清单" in answer.content.decode()
    assert len(acts_of(permitting, case)) == 2


@pytest.mark.parametrize("forged", [{"post": "deputy_in_charge"}, {"post": HTML}, {"post": "x" * 5_000},
                                    {"f__applicant_of_mine": "1"}, {"f__": "1"},
                                    {"key": "\x00"}])  # fmt: skip
def test_forged_hidden_fields_do_nothing(fresh_site: Site, forged: dict[str, str]) -> None:
    publish_permit(fresh_site)
    case = begun(fresh_site)
    answer = do(fresh_site, "shouli", case, NOTICE, f__missing="图纸", **forged)
    assert answer.status_code == 422
    assert HTML not in answer.content.decode()
    assert len(acts_of(fresh_site, case)) == 1


def test_whose_name_a_form_gives_is_not_looked_at(permitting: Site) -> None:
    case = begun(permitting, actor="agency_head", officer="agency_head")
    assert [who for _, who, _ in acts_of(permitting, case)] == ["counter_clerk"]


def test_nobody_acts_on_a_case_that_is_not_his(permitting: Site) -> None:
    case = begun(permitting)
    watch = Watch(permitting)
    for account in ("shencha", "kezhang", "jiwei", "zhifa"):
        answer = do(permitting, account, case, NOTICE, f__missing="图纸", purpose="看看")
        assert answer.status_code in (403, 422), account
    assert f"case/{case}" not in watch.grown()


@pytest.mark.parametrize("account", ["xitong", "anquan", "shenji"])
def test_administrators_do_no_cases(site: Site, account: str) -> None:
    case = site.cases()[0]
    assert do(site, account, case, "investigate").status_code == 403
    assert site.client(account).get(f"/cases/{case}/").status_code == 403


def test_html_is_shown_as_the_letters_that_it_is(permitting: Site) -> None:
    case = begun(permitting, **{"f.applicant": HTML, "f.matter": "{{ 1 }}{% now %}"})
    for account, path in (
        ("shouli", f"/cases/{case}/"),
        ("shouli", "/inbox/"),
        ("shouli", "/cases/"),
        ("shouli", f"/find/?q={HTML}"),
    ):
        answer: Any = permitting.client(account).get(path)
        assert answer.status_code == 200
        assert HTML not in answer.content.decode(), path
        assert "<script>alert" not in answer.content.decode(), path


def test_too_much_is_refused_in_words(site: Site) -> None:
    watch = Watch(site)
    for path in ("/begin/a000/penalty/register_lead/", "/begin/a001/licence/receive_application/"):
        answer: Any = site.client("shouli", raise_request_exception=False).post(path, {"f.summary": "长" * 1_000_000})
        assert answer.status_code in (400, 413, 422)
        assert HELPFUL.search(answer.content.decode())
        answer = site.client("shouli", raise_request_exception=False).post(path, {f"f.{n}": "1" for n in range(3_000)})
        assert answer.status_code == 400
    assert not {name for name in watch.grown() if not name.startswith("refusals/")}


def _act_with_file(site: Site) -> tuple[str, str, str, str]:
    """Return account, case, act, field: an act open now that takes a file."""
    from qingfeng.web import agency

    accounts = {
        "case_handler": "chengban",
        "enforcement_officer": "zhifa",
        "counter_clerk": "shouli",
        "examiner": "shencha",
    }
    for case in site.cases(status="open"):
        for account in accounts.values():
            answer: Any = site.client(account).get(f"/cases/{case}/")
            page = (
                answer.context["page"]
                if answer.status_code == 200 and answer.context and "page" in answer.context
                else None
            )
            for act in page.acts if page else ():
                taken = [f.id for f in act.rule.word.fields if f.type is FieldType.FILE]
                if taken and not act.blocked:
                    return account, case, act.act, taken[0]
    raise AssertionError(f"no act of the seeded cases takes a file; is {agency.__name__} furnished?")


@pytest.mark.parametrize(("name", "content"), [
    ("photo.jpg", b"MZ\x90\x00 this is a program"), ("paper.pdf", b"<html><script>alert(1)</script>"), ("empty.pdf", b""),
    ("page.html", b"<script>alert(1)</script>"), ("x.exe", b"MZ\x90\x00"), ("../../etc/passwd.png", b"root:x:0:0"),
    ("x.png\x00.exe", b"MZ"),
    ("a" * 400 + ".svg", b"<svg onload='alert(1)'/>"),
])  # fmt: skip
def test_a_file_that_is_not_what_it_says_is_not_kept(fresh_site: Site, name: str, content: bytes) -> None:
    account, case, act, field = _act_with_file(fresh_site)
    before = len(acts_of(fresh_site, case))
    answer: Any = do(fresh_site, account, case, act, **{f"f__{field}": SimpleUploadedFile(name, content)})
    assert answer.status_code == 422
    assert len(acts_of(fresh_site, case)) == before
    kept = (
        [p for p in (fresh_site.home / "files").rglob("*") if p.is_file()]
        if (fresh_site.home / "files").is_dir()
        else []
    )
    assert not kept, "it was kept"


def test_two_gigabytes_are_refused_before_they_are_read(site: Site) -> None:
    account, case, act, _ = _act_with_file(site)
    for checks in (False, True):
        client = site.client(account, enforce_csrf_checks=checks, raise_request_exception=False)
        client.cookies["csrftoken"] = "a" * 32
        answer: Any = client.generic(
            "POST",
            f"/cases/{case}/do/{act}/",
            b"--x\r\n",
            content_type="multipart/form-data; boundary=x",
            CONTENT_LENGTH=str(2 << 30),
        )
        assert answer.status_code == 413
        assert "100" in answer.content.decode(), "the page says how much may be sent"


def test_a_file_above_the_bound_is_refused_in_words(fresh_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    from qingfeng.web import uploads

    monkeypatch.setattr(uploads, "MAX_BYTES", 100_000)
    account, case, act, field = _act_with_file(fresh_site)
    client = fresh_site.client(account, enforce_csrf_checks=True, raise_request_exception=False)
    token = "a" * 32
    client.cookies["csrftoken"] = token
    proof = {"csrfmiddlewaretoken": token}
    for before, behind in ((proof, {}), ({}, proof)):
        form = {**before, f"f.{field}": SimpleUploadedFile("paper.pdf", b"%PDF-" + b"x" * 200_000), **behind}
        answer: Any = client.post(f"/cases/{case}/do/{act}/", form)
        assert answer.status_code == 413
    assert not list((fresh_site.home / "files").rglob("*.pdf"))


def test_a_form_from_elsewhere_changes_nothing(fresh_site: Site) -> None:
    watch, wrong = Watch(fresh_site), []
    seen: set[str] = set()
    for address in addresses(fresh_site):
        if address.pattern in seen:
            continue
        seen.add(address.pattern)
        for role in ("public", "handler", "system_admin"):
            answer = fresh_site.client(ROLES[role], enforce_csrf_checks=True).post(
                address.path, {"lang": "en", "key": "1"}
            )
            grown = {name for name in watch.grown() if not name.startswith("access/")}
            if (
                answer.status_code not in (403, 401, 404) and not address.pattern.startswith(("api/", "^api/"))
            ) or grown:
                wrong.append(f"{address.path} as {role}: {answer.status_code} {grown}")
    assert not wrong, "\n".join(wrong)


def test_a_form_that_breaks_off_is_no_fault_of_ours(site: Site) -> None:
    client = site.client("shouli", raise_request_exception=False)
    for body in (
        b"",
        b"--x",
        b"--x\r\nContent-Disposition: form-data\r\n\r\n",
        b'--x\r\nContent-Disposition: form-data; name="key"; filename=""\r\n',
    ):
        answer = client.post(f"/begin/{POWER}/x/", BytesIO(body).read(), content_type="multipart/form-data; boundary=x")
        assert answer.status_code in (400, 404, 422)


def test_what_is_written_in_several_lines_is_kept_in_lines(permitting: Site) -> None:
    """A browser ends the lines of a text with two characters, of which one is refused anywhere else as a control character."""
    case = begun(permitting)
    sent = {"f__missing": "图纸\r\n章程", "reason": "窗口核对\r\n逐项勾选"}
    assert do(permitting, "shouli", case, NOTICE, **sent).status_code == 302
    with permitting.office.store.read() as tx:
        last = [event_of(row) for row in tx.events(f"case/{case}")][-1]
    assert list(last.data["missing"]) == ["图纸", "章程"]
    assert last.facts["reason"] == "窗口核对\n逐项勾选"


def test_lines_typed_in_a_browser_are_no_control_characters(fresh_site: Site, visit: Callable[..., Any]) -> None:
    window = visit("intake_officer")
    window.go("/begin/a000/penalty/register_lead/")
    window.fill_in({"lead_source": "report", "summary": "第一行\n第二行", "lead_no": "示线〔2026〕901号", "allegations": "A1"})
    window.send()
    assert window.path.startswith("/cases/a000/penalty/"), window.page.locator("main").inner_text()[:400]
    with fresh_site.office.store.read() as tx:
        opened = event_of(tx.events(f"case/{window.path.split('/cases/')[1].strip('/')}")[0])
    assert opened.data["summary"] == "第一行\n第二行"


def test_a_lone_control_character_is_still_refused(permitting: Site) -> None:
    case = begun(permitting)
    for text in ("图纸\r章程", "图纸\x07"):
        assert do(permitting, "shouli", case, NOTICE, f__missing="图纸", reason=text).status_code == 422


def test_what_is_looked_for_is_never_longer_than_an_address_may_be() -> None:
    """A paragraph pasted into a search is an address of nine bytes a character, and a server answers a long one before the site can."""
    typed, longest = 0, 0
    for path in TEMPLATES.rglob("*.html"):
        for form in re.findall(r"<form\b[^>]*>.*?</form>", path.read_text(encoding="utf-8"), re.DOTALL):
            if 'method="post"' in form.partition(">")[0] or " hidden" in form.partition(">")[0]:
                continue
            for one in re.findall(r"<input\b[^>]*\bname=[^>]*>", form):
                if re.search(r'type="(text|search)"', one):
                    most = re.search(r'maxlength="(\d+)"', one)
                    assert most is not None, (path.name, one)
                    typed, longest = typed + 1, max(longest, int(most[1]))
    assert typed > 5
    assert longest * 9 * 2 < 8_190, "two of them in one form fit into a line of the request"
