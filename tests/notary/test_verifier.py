"""The page with which anybody checks receipts, in a real browser from a file: good ones, every bent one, two of one case; no request."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from qingfeng import wiring
from qingfeng.casework.desk.progress import TOLD, shown_fields
from qingfeng.engine.event import ACT, Event
from qingfeng.ledger.checkpoint import Checkpoint, signed_checkpoint
from qingfeng.ledger.entry import Sealed, seal
from qingfeng.ledger.merkle import leaf_hash, root_of
from qingfeng.ledger.note import Ed25519Signer, Note
from qingfeng.ledger.proof import Proof
from qingfeng.ledger.receipt import packed
from qingfeng.ledger.tiles import Tree, grown
from tests.ledger.test_receipt import EVENT, LOG, WITNESSES, text
from tests.ledger.test_verify_receipt import KEYS, SCRIPT, run
from tests.web.browser import PHONE, launched

PAGE = SCRIPT.with_name("verifier.html")
GOOD, WAIT, BAD = "verdict good", "verdict wait", "verdict bad"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as started:
        yield started


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """The page as opened from a folder, without a network; whatever it asks for is a fault."""
    context = browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]}, offline=True)
    opened, asked = context.new_page(), list[str]()
    opened.on("request", lambda request: asked.append(request.url))
    opened.goto(PAGE.as_uri())
    yield opened
    assert asked == [PAGE.as_uri()], asked
    context.close()


def told(page: Page, receipts: str, policy: str = KEYS) -> list[str]:
    """Fill in, press, and return the verdicts, uppermost first."""
    page.fill("#receipts", receipts)
    page.fill("#policy", policy)
    before = int(page.get_attribute("#told", "data-done") or 0)
    page.click("#go")
    page.wait_for_function("n => Number(document.getElementById('told').dataset.done) > n", arg=before)
    return [str(one.get_attribute("class")) for one in page.query_selector_all("#told .verdict")]


def without(receipt: str, lines: int) -> str:
    return "\n".join(receipt.split("\n")[: -1 - lines]) + "\n"


def test_a_good_receipt_is_final_and_says_what_was_recorded(page: Page) -> None:
    assert told(page, text()) == [GOOD]
    words = page.inner_text("#told")
    for said in (
        "已最终",
        "王小明",
        "受〔2026〕1号",
        "case/a001/licence/2026/00001",
        "w1.example",
        "2个中的2个",
        "第6条，共8条",
    ):
        assert said in words, said
    assert "种类" not in words, "that it is an act says nothing to a citizen"
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


def test_missing_witnesses_make_it_provisional_and_are_named(page: Page) -> None:
    assert told(page, without(text(), 1)) == [WAIT]
    assert "没有作证的\tw1" in page.inner_text("#told")
    assert told(page, without(text(), 1), KEYS.replace("all w0", "any w0")) == [GOOD]
    assert told(page, text(), KEYS.replace("quorum both", "quorum none")) == [WAIT], (
        "nobody is asked to vouch: never final"
    )


def test_the_example_of_the_format_is_good(page: Page) -> None:
    format_page = (SCRIPT.parents[1] / "docs" / "format.md").read_text("utf-8")
    policy, receipt = (format_page.partition(f"```{name}\n")[2].partition("```")[0] for name in ("policy", "receipt"))
    assert told(page, receipt, policy) == [GOOD]


def test_a_file_is_read_as_well_as_what_is_pasted(page: Page, tmp_path: Path) -> None:
    (tmp_path / "a.receipt").write_text(text().replace("\n", "\r\n"), encoding="utf-8", newline="")
    (tmp_path / "policy.txt").write_text(KEYS, encoding="utf-8")
    page.set_input_files("#files", tmp_path / "a.receipt")
    page.set_input_files("#policyfile", tmp_path / "policy.txt")
    page.wait_for_function("document.getElementById('policy').value && document.getElementById('receipts').value")
    page.click("#go")
    page.wait_for_selector(".verdict.good")


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a value where a text or a number stands."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    inner = [place for key, one in members for place in leaves(one, (*path, key))]
    yield from inner or [path]


def bent(value: Any, path: Sequence[Any]) -> Any:
    """The value with one place changed."""
    copy = json.loads(json.dumps(value))
    here = copy
    for key in path[:-1]:
        here = here[key]
    old = here[path[-1]]
    here[path[-1]] = old + 1 if isinstance(old, int) else ("B" if old[:1] == "A" else "A") + old[1:]
    return copy


def repacked(whole: str, change: Callable[[Any], Any]) -> str:
    """A receipt with other contents under the same proof."""
    head, _, rest = whole.partition("extra ")
    extra, _, rest = rest.partition("\n")
    said = change(json.loads(zlib.decompress(base64.b64decode(extra))))
    again = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    return head + "extra " + base64.b64encode(zlib.compress(again)).decode() + "\n" + rest


def test_every_field_that_is_altered_taken_away_or_added_shows(page: Page) -> None:
    whole = text()
    said = json.loads(zlib.decompress(base64.b64decode(whole.split("\n")[1][6:])))
    places = list(leaves(said))
    assert len(places) > 14, "every commitment, every field of the envelope, every salt and value"
    forged = [repacked(whole, lambda old, at=at: bent(old, at)) for at in places]
    for group in ("entry", "show"):
        for name in said[group]:
            forged.append(
                repacked(whole, lambda old, g=group, n=name: {**old, g: {k: v for k, v in old[g].items() if k != n}})
            )
    forged.append(repacked(whole, lambda old: {**old, "show": {**old["show"], "data.amount": ["AAAA", "1.00"]}}))
    verdicts = told(page, "\n".join(forged))
    assert verdicts == [BAD] * len(forged)
    assert told(page, repacked(whole, lambda old: old)) == [GOOD], "the same contents packed anew stay good"


def test_both_checkers_say_the_same_of_bent_receipts(page: Page) -> None:
    space: dict[str, Any] = {"__name__": "checker"}
    exec(compile(SCRIPT.read_text("utf-8"), str(SCRIPT), "exec"), space)
    policy, whole, chance = space["read_policy"](KEYS), text(), Random(7)
    several = []
    for _ in range(600):
        place = chance.randrange(len(whole))
        several.append(whole[:place] + chance.choice("Aa0+/= \n—") + whole[place + 1 :])
    theirs = page.evaluate("""async ([all, keys]) => { const policy = await readPolicy(keys), said = [];
        for (const one of all) try { said.push((await check(one, policy)).final); } catch { said.push(null); }
        return said; }""", [several, KEYS])  # fmt: skip
    refusals = 0
    for receipt, page_says in zip(several, theirs, strict=True):
        try:
            script_says = space["check"](receipt, policy)[3]
        except (space["Bad"], ValueError, KeyError, IndexError, TypeError, zlib.error):
            script_says = None
        refusals += page_says is None
        assert page_says == script_says or (page_says is None and not script_says), receipt
    assert refusals > 400


@pytest.mark.parametrize("policy", [
    "", "nonsense", KEYS.replace("quorum both\n", ""), KEYS.replace("log ", "witness x "), KEYS + "quorum both\n",
    KEYS.replace("all w0 w1", "3 w0 w1"), KEYS.replace("all w0 w1", "1 w0 w0"), KEYS.replace("quorum both", "quorum nobody"),
    KEYS.replace("+A", "+B", 1),
])  # fmt: skip
def test_a_list_of_keys_that_is_not_right_proves_nothing(page: Page, policy: str) -> None:
    assert told(page, text(), policy) == [BAD]


def test_a_log_that_has_changed_its_key_is_believed_under_either(page: Page, tmp_path: Path) -> None:
    former = f"log {Ed25519Signer(LOG.name, b'f' * 32).verifier.vkey}\n"
    for policy in (former + KEYS, KEYS + former):
        assert told(page, text(), policy) == [GOOD]
        assert run(tmp_path, text(), policy=policy).returncode == 0
    alone = KEYS.replace(f"log {LOG.verifier.vkey}\n", former)
    assert told(page, text(), alone) == [BAD]
    assert run(tmp_path, text(), policy=alone).returncode == 1


def test_a_log_of_the_other_suite_is_sent_to_the_script(page: Page) -> None:
    key = base64.b64encode(b"\xffqingfeng.sm2-sm3.note/1\n\x04" + bytes(64)).decode()
    assert told(page, text(), f"log log.example/agency+00000000+{key}\nquorum none\n") == [BAD]
    assert "SM2" in page.inner_text("#told")
    assert "verify_receipt.py" in page.inner_text("#told")


def record(seq: int, *, stream: str = "case/a001/licence/2026/00001", content: str = "") -> Sealed:
    return seal(
        {"stream": stream, "seq": seq, "kind": "act", "act": "accept_application", "at": "2026-03-02T09:00:00+08:00",
         "entered": "2026-03-02T09:00:00+08:00", "power": "a001/licence", "version": "2026-01-01"},
        open_fields={"data.document_no": f"受〔2026〕{seq}号{content}"}, private_fields={}, salts=lambda n: bytes([seq]) * n,
    )  # fmt: skip


def receipt(log: Sequence[Sealed], index: int) -> str:
    """The final receipt of a record in a log that holds these."""
    hashes = [leaf_hash(one.entry) for one in log]
    tiles = dict(grown(lambda tile: b"", 0, hashes))
    note = signed_checkpoint(Checkpoint(LOG.name, len(log), root_of(hashes)), [LOG])
    note = Note(note.text, (*note.signatures, *(one.cosign(note.text, 1_772_000_000) for one in WITNESSES)))
    shown = packed(log[index].entry, [log[index].opening], {"data.document_no"})
    return Proof(index, tuple(Tree(tiles.__getitem__, len(log)).inclusion(index)), note.whole, shown).whole


HONEST = [record(1), record(1, stream="case/other/one/2026/00001"), record(2), record(3), record(4), EVENT]


def test_receipts_of_one_case_from_a_growing_log_fit(page: Page) -> None:
    pair = receipt(HONEST[:3], 2) + receipt(HONEST, 4)
    assert told(page, pair) == [GOOD, GOOD, GOOD]
    assert "中间还有1条" in page.inner_text("#told")
    assert told(page, pair + receipt(HONEST, 1)) == [GOOD] * 4, "another case beside it is no fault"
    assert "不是同一案件" in page.inner_text("#told")


@pytest.mark.parametrize(("forged", "index", "words"), [
    ([*HONEST[:2], record(2, content="改"), *HONEST[3:]], 2, "第2条有两种内容"),
    ([*HONEST[:2], record(2, content="原来的第三条"), record(3), EVENT], 2, "第2条有两种内容"),
    ([*HONEST[:2], record(4), EVENT, HONEST[2]], 2, "对不上"),
    ([HONEST[0], *HONEST[2:], EVENT], 1, "两个位置"),
    ([*HONEST[:5], record(9)], 4, "两个不同的根"),
])  # fmt: skip
def test_a_record_altered_or_taken_away_shows_beside_an_earlier_receipt(
    page: Page, forged: list[Sealed], index: int, words: str
) -> None:
    earlier = receipt(HONEST, 2)
    verdicts = told(page, earlier + receipt(forged, index))
    assert verdicts == [BAD, GOOD, GOOD], "each is good by itself: the log key was in the wrong hands"
    assert words in page.inner_text("#told")


def test_a_promise_is_held_against_the_receipts(page: Page) -> None:
    from .test_verify_receipt_more import promise

    of_it = receipt(HONEST, 2)
    assert told(page, promise(HONEST[2]) + of_it) == [GOOD, GOOD]
    assert told(page, of_it + promise(record(2, content="改"))) == [GOOD, BAD]
    assert "承诺了，日志里没有" in page.inner_text("#told")
    assert "PROMISED, NOT IN THE LOG" in page.inner_text("#told")
    assert told(page, promise(HONEST[3]) + of_it) == [GOOD, WAIT]
    assert "证据" in page.inner_text("#told")
    assert told(page, promise(HONEST[2]).replace("case/", "cast/")) == [BAD]
    assert told(page, promise(HONEST[2], key=Ed25519Signer(LOG.name, b"o" * 32))) == [BAD]


def test_it_is_one_file_that_the_browser_lets_ask_nobody(page: Page) -> None:
    source = PAGE.read_text("utf-8")
    rule = re.search(r'Content-Security-Policy" content="([^"]+)"', source)
    assert rule is not None
    assert rule[1].startswith("default-src 'none'; ")
    for tag in ("script", "style"):
        inside = re.search(rf"<{tag}>(.*?)</{tag}>", source, re.DOTALL)
        assert inside is not None
        made = base64.b64encode(hashlib.sha256(inside[1].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{made}'" in rule[1], f"the policy of the page needs {tag}-src 'sha256-{made}'"
    assert not re.search(r"\b(?:src|href)=\"(?!#)|\burl\(|@import|innerHTML|eval\(", source)
    with pytest.raises(Exception, match="Failed to fetch"):
        page.evaluate("fetch(location.href)")


def test_a_receipt_is_checked_within_200_milliseconds(page: Page) -> None:
    took = []
    for _ in range(5):
        assert told(page, text()) == [GOOD]
        took.append(int(page.get_attribute("#told", "data-took") or 9_999))
    assert min(took) <= 200, took


def test_the_words_of_the_page_are_those_of_the_vocabulary() -> None:
    inside = re.search(r'id="words">(.*?)</script>', PAGE.read_text("utf-8"), re.DOTALL)
    assert inside is not None
    words, known = json.loads(inside[1]), wiring.vocabulary()
    fields = {one.id: one.name.zh for act in known.acts.values() for one in act.fields}
    for name, said in words.items():
        act = known.acts.get(name)
        names = (
            {act.name.zh}
            if act is not None
            else {one.name.zh for a in known.acts.values() for one in a.fields if one.id == name}
        )
        assert any(one.startswith(said) for one in names), (name, said)
    event = Event(stream="x", seq=1, kind=ACT, act="serve_decision", at=None, entered=None, actor="a", data={})  # type: ignore[arg-type]
    missing = (shown_fields(event) & fields.keys() | TOLD & known.acts.keys()) - words.keys()
    assert not missing, f"say these in scripts/verifier.html too: {sorted(missing)}"
