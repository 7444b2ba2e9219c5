"""A case that begins with its decision on the spot: named by its violation, with its own number, and the bank before the treasury."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from qingfeng import wiring
from qingfeng.casework.desk import board
from qingfeng.casework.desk.access import viewer_of
from qingfeng.casework.desk.casepage import case_page
from qingfeng.casework.office import Office
from qingfeng.simulation import script
from qingfeng.terms.instants import LOCAL, local_day

NOW = datetime(2026, 4, 20, 9, tzinfo=LOCAL)
VIOLATION = "在埋地管道上方巡查便道上行驶重型车辆（示例）"


@contextmanager
def up_to(act: str) -> Iterator[tuple[Office, str]]:
    """Play the story of a fine on the spot paid at the bank, up to and with an act; yield the office and the case."""
    (read,) = wiring.read_powers([wiring.data_folder("powers") / "a001" / "penalty.yaml"])
    power = read.loaded.power
    assert power is not None
    rows = [script.row_from_story(row) for row in next(s for s in power.versions[-1].stories if s.id == "summary_paid_at_bank").rows]
    last = next(n for n, row in enumerate(rows) if row.does == act)
    with wiring.throwaway([power]) as office:
        told = list(script.run(office, rows[: last + 1], power=power.id))
        assert all(one.as_expected for one in told)
        yield office, next(one.case for one in told if one.case)


def line(office: Office, who: str) -> board.CaseLine:
    with office.store.read() as tx:
        viewer = viewer_of(office.registry(tx).people, who, local_day(NOW))
        (found,) = board.waiting(office, tx, viewer, now=NOW, shown=9, counted=9).lines
    return found


def test_the_case_is_named_by_its_violation() -> None:
    with up_to("check_on_the_spot") as (office, _):
        assert line(office, "enforcement_officer").title == VIOLATION


def test_the_payment_comes_before_the_treasury() -> None:
    with up_to("report_summary_penalty") as (office, _):
        told = line(office, "finance_officer")
    assert told.turn is not None
    assert told.turn.zh.startswith("轮到您：登记缴款")


def test_the_head_of_the_page_tells_the_decision_and_not_the_slip_of_the_treasury() -> None:
    with up_to("remit_to_treasury") as (office, case), office.store.read() as tx:
        viewer = viewer_of(office.registry(tx).people, "case_handler", local_day(NOW))
        page = case_page(office, tx, case, viewer, now=NOW)
        told = {said.field: said.value.zh for said in page.facts}
    assert told["document_no"] == "上党能当罚〔2026〕1号"
    assert told["violation_code"] == f"{VIOLATION}（GD28）"
