"""Approved = printed = sealed = served, by hash; numbers without gaps; no service without its proof."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest

from qingfeng.casework.handle import Done, Stopped, handle
from qingfeng.casework.office import REFUSALS, Office, UnknownThing, event_of
from qingfeng.casework.registry import BadRegistration, By, register
from qingfeng.documents import desk
from qingfeng.documents.agency import describe
from qingfeng.documents.fill import Unfilled
from qingfeng.documents.kinds import instruments
from qingfeng.documents.papers import (
    DOCUMENTS,
    ISSUED,
    SEALED,
    SERVED,
    VOIDED,
    Paper,
    Unreadable,
    read_papers,
    read_register,
)
from qingfeng.documents.word import as_word, hash_of_word
from qingfeng.engine.control import Command
from qingfeng.store.postgres import PostgresStore
from qingfeng.terms.instants import LOCAL
from tests.documents.conftest import FIRST, SECOND, decide_two, story_of

DAY = datetime(2026, 3, 30, 9, tzinfo=LOCAL)
HEAD, CLERK, KEEPER, DECISION = "deputy_in_charge", "case_handler", "archivist", "penalty_decision"
H = "ab" * 32
PROOF: dict[str, dict[str, str]] = {
    "direct": {"received_by": "张某", "capacity": "法定代表人", "received_on": "2026-03-30", "receipt_hash": H},
    "left": {
        "refused_by": "张某",
        "refusal": "称不认可处罚",
        "left_at": "经营场所",
        "left_on": "2026-03-30",
        "witness": "居委会李某",
    },
    "post": {"tracking_no": "EX1", "address_used": "示例路2号", "received_on": "2026-03-30", "receipt_hash": H},
    "electronic": {"consent_hash": H, "address_used": "a@example.cn", "delivered_on": "2026-03-30", "photo_hash": H},
    "substituted": {
        "service_authority": "示例乡政府",
        "reasons": "当事人住址偏远",
        "received_by": "张某",
        "received_on": "2026-03-30",
        "receipt_hash": H,
    },
    "announcement": {
        "reasons": "下落不明",
        "tried": "直接、邮寄均未送达",
        "posted_at": "本机关网站",
        "posted_on": "2026-03-30",
        "photo_hash": H,
    },
}


def paper(outcome: Paper | Stopped) -> Paper:
    assert isinstance(outcome, Paper), outcome
    return outcome


def refused(outcome: Paper | Stopped, by: str) -> str:
    assert isinstance(outcome, Stopped), outcome
    assert {r.by for r in outcome.refusals} == {by}
    assert all(r.reason.en and r.remedy.zh for r in outcome.refusals)
    return "；".join(r.reason.zh for r in outcome.refusals)


def approved(office: Office, case: str = FIRST, *, at: datetime = DAY) -> Paper:
    return paper(desk.approve(office, case, DECISION, actor=HEAD, at=at))


def issued(office: Office, case: str = FIRST, *, at: datetime = DAY) -> Paper:
    return paper(desk.issue(office, case, DECISION, actor=CLERK, at=at, shown=approved(office, case, at=at).hash))


def sealed(office: Office) -> Paper:
    return paper(desk.seal(office, FIRST, DECISION, actor=KEEPER, at=DAY, shown=issued(office).hash))


def serve(office: Office, shown: str, way: str, proof: dict[str, str], **more: Any) -> Paper | Stopped:
    return desk.serve(
        office, FIRST, DECISION, **{"actor": CLERK, "at": DAY, "shown": shown, "way": way, "proof": proof} | more
    )


def test_a_paper_goes_from_approval_to_service_under_one_hash(office: Office) -> None:
    first = approved(office)
    second = paper(desk.issue(office, FIRST, DECISION, actor=CLERK, at=DAY, shown=first.document().code))
    assert second.number == "示例罚〔2026〕1号"
    document = second.document()
    inhand = hash_of_word(as_word(document), number=second.number)
    third = paper(desk.seal(office, FIRST, DECISION, actor=KEEPER, at=DAY, shown=inhand))
    last = paper(serve(office, inhand, "direct", PROOF["direct"]))
    assert {p.hash for p in (first, second, third, last)} == {document.hash}
    assert [s.act for s in last.steps] == ["approved", ISSUED, SEALED, SERVED]
    assert last.service is not None
    assert last.service.served_on.isoformat() == "2026-03-30"


def test_another_hash_is_refused_at_every_step_and_the_refusal_is_on_record(office: Office) -> None:
    first = approved(office)
    wrong = ("0" * 64, first.hash[:15], first.hash[:-1] + ("0" if first.hash[-1] != "0" else "1"), "", "xyz" * 9)
    for shown in wrong:
        assert "不符" in refused(
            desk.issue(office, FIRST, DECISION, actor=CLERK, at=DAY, shown=shown), "document_control"
        )
    paper(desk.issue(office, FIRST, DECISION, actor=CLERK, at=DAY, shown=first.hash))
    refused(desk.seal(office, FIRST, DECISION, actor=KEEPER, at=DAY, shown="0" * 64), "seal_use")
    paper(desk.seal(office, FIRST, DECISION, actor=KEEPER, at=DAY, shown=first.hash))
    refused(serve(office, "0" * 64, "direct", PROOF["direct"]), "document_control")
    with office.store.read() as tx:
        noted = [event_of(row) for row in tx.events(REFUSALS + FIRST)]
    assert [e.act for e in noted[-7:]] == ["document_issue"] * 5 + ["document_seal", "document_serve"]


def test_who_approved_may_not_seal_and_who_is_too_low_may_not_approve(office: Office) -> None:
    assert "分管领导" in refused(desk.approve(office, FIRST, DECISION, actor=CLERK, at=DAY), "tiered_approval")
    got = issued(office)
    refused(desk.seal(office, FIRST, DECISION, actor=HEAD, at=DAY, shown=got.hash), "seal_use")
    refused(desk.seal(office, FIRST, DECISION, actor="nobody", at=DAY, shown=got.hash), "authority_scope")


def test_steps_keep_their_order(office: Office) -> None:
    with pytest.raises(UnknownThing, match="approve, issue, seal, serve"):
        desk.issue(office, FIRST, DECISION, actor=CLERK, at=DAY, shown=H)
    got = approved(office)
    with pytest.raises(UnknownThing):
        desk.seal(office, FIRST, DECISION, actor=KEEPER, at=DAY, shown=got.hash)
    issued(office)
    with pytest.raises(UnknownThing):
        serve(office, got.hash, "direct", PROOF["direct"])
    refused(desk.approve(office, FIRST, DECISION, actor=HEAD, at=DAY - timedelta(hours=1)), "event_time")


def test_a_text_that_changed_since_its_approval_needs_a_new_one(office: Office) -> None:
    old = approved(office)
    with office.store.write() as tx:
        describe(office, tx, {"bank": "另一家银行"}, by=By(actor="system_administrator", entered=DAY))
    refused(desk.issue(office, FIRST, DECISION, actor=CLERK, at=DAY, shown=old.hash), "document_control")
    new = approved(office)
    assert new.hash != old.hash
    assert "另一家银行" in new.document().text
    paper(desk.issue(office, FIRST, DECISION, actor=CLERK, at=DAY, shown=new.hash))
    with office.store.read() as tx:
        assert [p.state for p in read_papers(tx, FIRST)] == [VOIDED, ISSUED]


def test_an_issued_paper_is_not_approved_a_second_time(office: Office) -> None:
    issued(office)
    assert "示例罚〔2026〕1号" in refused(desk.approve(office, FIRST, DECISION, actor=HEAD, at=DAY), "document_control")


def test_what_was_undone_by_a_return_is_not_issued(office: Office) -> None:
    notice = paper(desk.approve(office, FIRST, "prior_notice", actor=HEAD, at=DAY))
    service = next(row.data for row in story_of("full_course").rows if row.does == "serve_decision")
    served = Command(case=FIRST, act="serve_decision", actor=CLERK, at=DAY, entered=DAY, data=service)
    sued = Command(case=FIRST, act="record_litigation", actor="legal_reviewer", at=DAY, entered=DAY,
                   data={"court_or_authority": "示例县人民法院", "received_on": "2026-03-30"})  # fmt: skip
    redo = Command(case=FIRST, act="record_litigation_outcome", actor="legal_reviewer", at=DAY, entered=DAY,
                   data={"litigation_outcome": "redo", "document_no": "（2026）示行初1号", "document_hash": H})  # fmt: skip
    for command in (served, sued, redo):
        assert isinstance(handle(office, command), Done), handle(office, command)
    assert "退回" in refused(
        desk.issue(office, FIRST, "prior_notice", actor=CLERK, at=DAY, shown=notice.hash), "document_control"
    )
    refused(desk.approve(office, FIRST, DECISION, actor=HEAD, at=DAY), "document_control")


def test_a_void_number_stays_used_and_on_record(office: Office) -> None:
    issued(office)
    assert "理由" in refused(desk.void(office, FIRST, DECISION, actor=HEAD, at=DAY, reason="…"), "document_control")
    gone = paper(desk.void(office, FIRST, DECISION, actor=HEAD, at=DAY, reason="印制时纸张损坏"))
    assert (gone.state, gone.number, gone.reason) == (VOIDED, "示例罚〔2026〕1号", "印制时纸张损坏")
    assert issued(office).number == "示例罚〔2026〕2号"
    with office.store.read() as tx:
        assert [e.data["number"] for e in read_register(tx, DECISION, 2026)] == [
            "示例罚〔2026〕1号",
            "示例罚〔2026〕2号",
        ]


def test_numbers_begin_anew_each_year_and_for_each_instrument(office: Office) -> None:
    notice = paper(desk.approve(office, FIRST, "prior_notice", actor=HEAD, at=DAY))
    assert (
        paper(desk.issue(office, FIRST, "prior_notice", actor=CLERK, at=DAY, shown=notice.hash)).number
        == "示例罚告〔2026〕1号"
    )
    assert issued(office).number == "示例罚〔2026〕1号"
    later = datetime(2027, 1, 4, 9, tzinfo=LOCAL)
    assert issued(office, SECOND, at=later).number == "示例罚〔2027〕1号"


def drawn(office: Office, at: datetime) -> list[str]:
    with office.store.read() as tx:
        return [str(e.data["number"]) for e in read_register(tx, DECISION, at.year)]


def draw_together(another: Callable[[], Office], rounds: int) -> None:
    """Two officers, each on a connection of his own, issue and void as fast as they can; some issues are refused on the way."""

    def work(case: str) -> None:
        own = another()
        for _ in range(rounds):
            got = approved(own, case)
            refused(desk.issue(own, case, DECISION, actor=CLERK, at=DAY, shown="0" * 64), "document_control")
            paper(desk.issue(own, case, DECISION, actor=CLERK, at=DAY, shown=got.hash))
            paper(desk.void(own, case, DECISION, actor=HEAD, at=DAY, reason="演练作废"))

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(work, case) for case in (FIRST, SECOND)]:
            done.result()


def test_numbers_are_dense_when_two_draw_at_once(opened: Callable[[], Office]) -> None:
    draw_together(opened, 6)
    assert drawn(opened(), DAY) == [f"示例罚〔2026〕{n}号" for n in range(1, 13)]


def test_numbers_are_dense_on_postgres_too(cluster: Any, schema: str) -> None:
    stores = [PostgresStore.open(cluster.dsn, schema=schema, create=True)]

    def another() -> Office:
        stores.append(PostgresStore.open(cluster.dsn, schema=schema, create=False))
        return Office(stores[-1], salts=secrets.token_bytes)

    try:
        decide_two(Office(stores[0], salts=secrets.token_bytes))
        draw_together(another, 4)
        assert drawn(another(), DAY) == [f"示例罚〔2026〕{n}号" for n in range(1, 9)]
    finally:
        for store in stores:
            store.close()


def test_a_step_that_fails_draws_no_number(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    got = approved(office)

    def breaks(*_: object, **__: object) -> int:
        raise OSError("the disk is gone")

    with monkeypatch.context() as patch:
        patch.setattr(desk.Desk, "record", breaks)
        with pytest.raises(OSError, match="gone"):
            desk.issue(office, FIRST, DECISION, actor=CLERK, at=DAY, shown=got.hash)
    assert drawn(office, DAY) == []
    assert paper(desk.issue(office, FIRST, DECISION, actor=CLERK, at=DAY, shown=got.hash)).number == "示例罚〔2026〕1号"


@pytest.mark.parametrize("way", list(PROOF))
def test_service_with_its_whole_proof_counts_from_the_lawful_day(office: Office, way: str) -> None:
    got = sealed(office)
    done = paper(serve(office, got.hash, way, PROOF[way]))
    assert done.service is not None
    assert done.service.served_on.isoformat() == ("2026-04-29" if way == "announcement" else "2026-03-30")
    assert len(done.service.lines()) == len(PROOF[way])


@pytest.mark.parametrize("way", list(PROOF))
def test_service_without_any_one_piece_of_its_proof_is_refused(office: Office, way: str) -> None:
    got = sealed(office)
    needs = instruments().ways[way].needs
    for left_out in PROOF[way]:
        proof = {k: v for k, v in PROOF[way].items() if k != left_out}
        assert needs[left_out][0].zh in refused(serve(office, got.hash, way, proof), "proof_of_service")
    refused(serve(office, got.hash, way, {}), "proof_of_service")
    paper(serve(office, got.hash, way, PROOF[way]))


def test_left_service_is_proved_by_a_witness_or_by_a_recording(office: Office) -> None:
    got = sealed(office)
    proof = {k: v for k, v in PROOF["left"].items() if k != "witness"}
    refused(serve(office, got.hash, "left", proof), "proof_of_service")
    paper(serve(office, got.hash, "left", proof | {"photo_hash": H}))


def test_impossible_proof_is_refused(office: Office) -> None:
    got = sealed(office)
    for way, change in (
        ("direct", {"received_on": "2026-03-29"}), ("direct", {"received_on": "2026-03-31"}), ("direct", {"received_on": "yesterday"}),
        ("direct", {"receipt_hash": "abc"}), ("direct", {"capacity": "　"}), ("direct", {"more": "x"}), ("pigeon", {}),
    ):  # fmt: skip
        refused(serve(office, got.hash, way, {**PROOF["direct"], **change}), "proof_of_service")
    refused(serve(office, got.hash, "direct", PROOF["direct"], servers=(CLERK, CLERK)), "proof_of_service")
    refused(serve(office, got.hash, "direct", PROOF["direct"], servers=("ghost",)), "proof_of_service")


def test_a_notice_is_approved_before_the_act_and_the_act_then_names_its_hash(office: Office) -> None:
    said = {"content": "拟罚款 30000 元", "amount": "30000"}
    got = paper(desk.approve(office, FIRST, "prior_notice", actor=HEAD, at=DAY, said=said))
    assert "拟罚款数额：30000元" in got.document().text
    assert (
        paper(desk.issue(office, FIRST, "prior_notice", actor=CLERK, at=DAY, shown=got.hash)).number
        == "示例罚告〔2026〕1号"
    )
    for wrong in ({"content": ""}, {"contents": "x"}, {"amount": "much"}):
        with pytest.raises(Unfilled):
            desk.approve(office, FIRST, "prior_notice", actor=HEAD, at=DAY, said=wrong)


def test_whoever_is_recused_or_dismissed_touches_no_paper(office: Office) -> None:
    got = issued(office)
    with office.store.write() as tx:
        register(
            office,
            tx,
            "dismissed",
            {"officer": KEEPER, "on": "2026-03-30"},
            by=By(actor="system_administrator", entered=DAY),
        )
    refused(desk.seal(office, FIRST, DECISION, actor=KEEPER, at=DAY, shown=got.hash), "authority_scope")


def test_an_erased_paper_keeps_its_hash_and_says_that_its_text_is_gone(office: Office) -> None:
    got = issued(office)
    with office.store.write() as tx:
        assert tx.erase(DOCUMENTS + FIRST, got.id)
    with office.store.read() as tx:
        (left,) = read_papers(tx, FIRST)
    assert (left.hash, left.number) == (got.hash, got.number)
    with pytest.raises(Unreadable):
        left.document()


def test_particulars_of_the_agency_are_checked(office: Office) -> None:
    by = By(actor="system_administrator", entered=DAY)
    for wrong in ({}, {"motto": "x"}, {"bank": ""}, {"bank": "a\nb"}, {"bank": "x" * 300}, {"bank": "a\u202eb"}):
        with pytest.raises(BadRegistration), office.store.write() as tx:
            describe(office, tx, wrong, by=by)
