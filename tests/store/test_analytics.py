"""Relations go into the session and come out as they were; what does not fit is refused."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from qingfeng.detection.relations import RELATIONS
from qingfeng.store import analytics
from qingfeng.store.analytics import Analytics


def act(**said: object) -> tuple[object, ...]:
    whole = {"case_id": "c", "seq": 1, "act": "note", "at": datetime(2026, 3, 2, 9), "entered": datetime(2026, 3, 2, 9), **said}
    return tuple(whole.get(column) for column in RELATIONS["acts"])


def test_rows_come_back_as_they_went_in() -> None:
    session = Analytics({"acts": [act(amount=12.5, actor="张三"), act(seq=2)], "calendar": [(date(2026, 3, 2), 41, True)],
                         "subjects": [("甲", "p", date(2026, 1, 1), None)]})  # fmt: skip
    first, second = session.ask("SELECT * FROM acts ORDER BY seq")
    assert (first["amount"], first["actor"], first["at"]) == (12.5, "张三", datetime(2026, 3, 2, 9))
    assert (second["amount"], second["actor"], second["started"]) == (None, None, None)
    assert session.ask("SELECT * FROM calendar") == [{"day": date(2026, 3, 2), "number": 41, "working": True}]
    assert session.ask("SELECT last_day FROM subjects") == [{"last_day": None}]
    assert session.ask("SELECT count(*) AS n FROM reads") == [{"n": 0}]
    session.close()


def test_more_rows_than_one_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analytics, "CHUNK", 7)
    session = Analytics({"acts": (act(seq=n) for n in range(1, 51))})
    assert session.ask("SELECT count(*) AS n, sum(seq) AS s FROM acts") == [{"n": 50, "s": 1275}]


def test_an_unknown_relation_is_refused() -> None:
    with pytest.raises(KeyError):
        Analytics({"nothing": [(1,)]})


def test_words_cannot_become_sql() -> None:
    session = Analytics({"acts": [act(text="'); DROP TABLE acts; --", party='"')]})
    assert session.ask("SELECT text FROM acts") == [{"text": "'); DROP TABLE acts; --"}]
