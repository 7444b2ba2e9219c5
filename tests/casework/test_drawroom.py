"""The room of a draw shows how it goes on, and neither a firm nor an officer before the transcript is out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from qingfeng import wiring
from qingfeng.casework.desk.drawroom import DrawRoom, draws, room
from qingfeng.casework.office import Office, UnknownThing
from qingfeng.catalogue.power import Power
from qingfeng.simulation import script

SECRET = ("示例木业", "F3", "inspection_leader", "inspector", "检查人员")


@pytest.fixture(scope="module")
def power() -> Power:
    found = wiring.read_power(wiring.data_folder("powers") / "supervision" / "draw.yaml", wiring.vocabulary()).loaded.power
    assert found is not None
    return found


def played(office: Office, power: Power, story: str) -> Iterator[tuple[str, str, DrawRoom | None]]:
    """Play a story; yield (act, case, the room after it)."""
    told = next(s for version in power.versions for s in version.stories if s.id == story)
    for result in script.run(office, [script.row_from_story(row) for row in told.rows], power=power.id):
        case = str(result.case)
        with office.store.read() as tx:
            try:
                yield result.row.does, case, room(office, tx, case)
            except UnknownThing:
                yield result.row.does, case, None


def test_every_stage_shows_and_nobody_is_named_before_the_end(power: Power) -> None:
    with wiring.throwaway([power]) as office:
        seen = list(played(office, power, "full_course"))
        with office.store.read() as tx:
            listed = draws(office, tx)
    rooms: dict[str, Any] = {act: page for act, _, page in seen}
    assert rooms["draw_up_pool"] is None, "a plan that is not frozen is not public"
    passed = {act: [stage.id for stage in page.stages if stage.at] for act, page in rooms.items() if page}
    assert passed["approve_pool"] == ["frozen"]
    assert passed["run_draw"] == ["frozen", "links", "drawn"]
    assert passed["confirm_transcript"] == ["frozen", "links", "drawn", "opened", "published", "confirmed"]
    before = rooms["reveal_link"]
    assert [one.state for one in before.parties] == ["given", "given", "waits"]
    assert not any(one.digest for one in before.parties), "who is still to give a link could choose by it"
    after = rooms["fix_links"]
    assert [(one.state, bool(one.digest)) for one in after.parties] == [("given", True), ("given", True), ("missing", False)]
    assert "没有交来" in after.parties[2].why
    for act, _, page in seen:
        assert not any(word in repr(page) for word in SECRET), act
    assert not rooms["open_team"].published
    assert rooms["publish_transcript"].published
    assert [one.state for one in listed] == ["closed"]


def test_a_void_stays_to_be_seen(power: Power) -> None:
    with wiring.throwaway([power]) as office:
        seen = list(played(office, power, "voided_and_substituted"))
    rooms = [page for _, _, page in seen if page]
    void = next(page for act, _, page in seen if act == "void_draw")
    assert void is not None
    assert void.state == "void"
    assert [one[0] for one in rooms[-1].voids] == ["SJ-2026-02-1"]
    assert rooms[-1].plan == "SJ-2026-03"


def test_a_plan_that_is_given_up_before_it_is_frozen_shows_nothing(power: Power) -> None:
    with wiring.throwaway([power]) as office:
        assert [page for _, _, page in played(office, power, "given_up")] == [None] * 4
        with office.store.read() as tx:
            assert draws(office, tx) == ()
