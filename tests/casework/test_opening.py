"""Coming to a case: who still has to score somebody sees the outline only, until his own score is given."""

from __future__ import annotations

import pytest

from qingfeng.casework.desk.opening import to_score
from qingfeng.controls.scored_assessment import ScoredAssessment
from tests.controls.tellings import example_of, story

DRAWN = "draw eve 0 officers=[ann,bob,carl]"
ANN, BOB = (f"score {who} 2 candidate_no=C1 scores={{safe:50,train:30}} score=80" for who in ("ann", "bob"))


@pytest.mark.parametrize(
    ("lines", "bob"),
    [
        ((DRAWN,), False),
        ((DRAWN, ANN), True),
        ((DRAWN, ANN, BOB), False),
        ((DRAWN, ANN, BOB, ANN.replace("C1", "C2")), True),
        ((DRAWN, ANN, "back eve 3"), False),
        ((DRAWN, ANN, "strike eve 3 candidate_no=C1"), False),
        ((DRAWN, "recuse eve 1 officers=[bob]", ANN), False),
        ((DRAWN, "draw eve 1 officers=[ann,carl]", ANN), False),
        ((ANN,), False),
    ],
)
def test_who_has_yet_to_score_is_not_shown_what_others_gave(lines: tuple[str, ...], bob: bool) -> None:
    control = example_of(ScoredAssessment)[0]
    assert to_score([control], story(lines), "bob") is bob
    assert not to_score([control], story(lines), None)
    assert not to_score([], story(lines), "bob")
