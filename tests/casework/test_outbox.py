"""The outbox: at least once, in order, signed, tried again later each time, given up in the open; two administrators let a hook in."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from qingfeng import wiring
from qingfeng.casework import outbox
from qingfeng.casework.handle import Done, handle
from qingfeng.casework.office import Office
from qingfeng.casework.outbox import BATCH, TRIES, Hook, Outbox, pause, progress, secret_of
from qingfeng.casework.twofold import BadChange
from qingfeng.engine.control import Command
from qingfeng.terms.instants import LOCAL
from tests.postgres import Cluster

NOW = datetime(2026, 3, 3, 10, tzinfo=LOCAL)
_NUMBERS = count(1)
KEY = b"k" * 32
URL = "https://receiver.example/in"
LEAD: Mapping[str, Any] = {"lead_source": "report", "summary": "群众举报无证上岗", "allegations": ["A1"]}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    yield from founded(str(tmp_path / "agency.db"))


def founded(where: str) -> Iterator[Office]:
    store = wiring.open_store(where, create=True)
    power = wiring.read_power(wiring.data_folder("powers") / "a000" / "penalty.yaml", wiring.vocabulary()).loaded.power
    assert power is not None
    made = wiring.office_over(store)
    wiring.furnish(made, [power], name="示例单位", demo_people=True, administrators=True, at=NOW - timedelta(days=1))
    yield made
    store.close()


class Receiver:
    """Takes what is sent; answers as told."""

    def __init__(self) -> None:
        self.had: list[tuple[str, dict[str, Any], Mapping[str, str]]] = []
        self.answers: list[str | None] = []

    def __call__(self, url: str, body: bytes, headers: Mapping[str, str]) -> str | None:
        why = self.answers.pop(0) if self.answers else None
        if why is None:
            self.had.append((url, json.loads(body), headers))
            check(body, headers)
        return why

    @property
    def ids(self) -> list[str]:
        return [told["id"] for _, told, _ in self.had]


def check(body: bytes, headers: Mapping[str, str]) -> None:
    """A receiver's own check of the signature, from the documentation."""
    when, mark = (part.partition("=")[2] for part in headers["Qingfeng-Signature"].split(","))
    secrets = [secret_of(KEY, Hook(json.loads(body)["hook"], URL, frozenset(), frozenset(), since=0, number=n)) for n in range(1, 20)]
    assert any(hmac.compare_digest(mark, hmac.new(s.encode(), when.encode() + b"." + body, sha256).hexdigest()) for s in secrets)


def hooked(office: Office, name: str = "province", url: str = URL, kinds: tuple[str, ...] = ("act",), **more: Any) -> None:
    number = outbox.let_in(office, name, url, kinds=kinds, reason="数据共享协议1号", by="system_administrator", at=NOW, **more)
    outbox.decide_on(office, number, confirm=True, by="security_administrator", at=NOW)


def rounds(box: Outbox, at: datetime, n: int = 1) -> int:
    return sum(one.delivered for _ in range(n) for one in box.round(now=at))


def test_everything_after_the_hook_is_delivered_once_in_order_and_signed(office: Office) -> None:
    opened_cases(office, 1)
    hooked(office)
    opened_before = Receiver()
    assert rounds(Outbox(office, key=KEY, send=opened_before), NOW) == 0  # what was before is no news
    receiver = Receiver()
    box = Outbox(office, key=KEY, send=receiver)
    opened_cases(office, BATCH + 3)
    assert rounds(box, NOW, 4) == BATCH + 3
    assert receiver.ids == sorted(receiver.ids, key=int)
    assert len(set(receiver.ids)) == BATCH + 3
    assert rounds(Outbox(office, key=KEY, send=receiver), NOW, 2) == 0  # another worker knows it from the store


def opened_cases(office: Office, n: int) -> None:
    with office.store.read() as tx:
        registry = office.registry(tx)
    version, _ = office.version(registry, "a000/penalty", registry.version_on("a000/penalty", NOW.date()))
    act = next(row.act for row in version.procedure.rows if row.opens_case)
    for _ in range(n):
        data = {**LEAD, "lead_no": f"接〔2026〕{next(_NUMBERS)}号"}
        assert isinstance(
            handle(office, Command(case="", act=act, actor="intake_officer", at=NOW, entered=NOW, data=data), power="a000/penalty"), Done
        )


def test_nothing_that_was_said_leaves_the_house(office: Office) -> None:
    hooked(office)
    opened_cases(office, 1)
    receiver = Receiver()
    rounds(Outbox(office, key=KEY, send=receiver), NOW)
    url, told, headers = receiver.had[0]
    assert url == URL
    assert told.keys() == {"id", "hook", "kind", "at", "entered", "power", "version", "case", "seq", "act"}
    assert headers["Qingfeng-Delivery"] == f"province/{told['id']}"
    assert "举报" not in json.dumps(told, ensure_ascii=False)


def test_a_receiver_that_fails_twice_gets_it_at_the_third_try_and_nothing_overtakes(office: Office) -> None:
    hooked(office)
    opened_cases(office, 3)
    receiver, at = Receiver(), NOW
    receiver.answers = ["HTTP 500", "timed out"]
    box = Outbox(office, key=KEY, send=receiver)
    assert rounds(box, at) == 0
    assert rounds(box, at, 3) == 0  # not before its time
    assert receiver.answers == ["timed out"]
    at += timedelta(seconds=pause(1))
    assert rounds(box, at) == 0
    with office.store.read() as tx:
        state = progress(tx, "province")
    assert (state.failing.tries, state.failing.why) == (2, "timed out") if state.failing else False
    at += timedelta(seconds=pause(2))
    assert rounds(Outbox(office, key=KEY, send=receiver), at, 2) == 3  # a worker started anew goes on counting
    assert receiver.ids == sorted(receiver.ids, key=int)


def test_a_worker_that_dies_after_sending_sends_again(office: Office) -> None:
    hooked(office)
    opened_cases(office, 2)

    class Died(BaseException):
        pass

    receiver = Receiver()

    def dies(url: str, body: bytes, headers: Mapping[str, str]) -> str | None:
        receiver(url, body, headers)
        if len(receiver.had) == 2:
            raise Died
        return None

    with pytest.raises(Died):
        rounds(Outbox(office, key=KEY, send=dies), NOW)
    assert rounds(Outbox(office, key=KEY, send=receiver), NOW) == 2
    assert len(receiver.ids) == 4
    assert len(set(receiver.ids)) == 2


def test_after_the_last_try_it_is_given_up_in_the_open_and_the_next_go_on(office: Office) -> None:
    hooked(office)
    hooked(office, "keeper", "https://keeper.example/", kinds=(outbox.DEAD,))
    opened_cases(office, 2)
    receiver, at = Receiver(), NOW
    receiver.answers = ["HTTP 410"] * TRIES
    box = Outbox(office, key=KEY, send=receiver)
    for n in range(1, TRIES + 1):
        box.round(now=at)
        at += timedelta(seconds=pause(n))
    assert timedelta(hours=24) < at - NOW < timedelta(hours=72)
    with office.store.read() as tx:
        state = progress(tx, "province")
    assert [one.why for one in state.dead.values()] == ["HTTP 410"]
    rounds(box, at, 3)
    assert [told["kind"] for _, told, _ in receiver.had].count("act") == 1
    [dead] = [told for _, told, _ in receiver.had if told["kind"] == outbox.DEAD]
    assert (dead["of"], dead["why"]) == ("province", "HTTP 410")
    position = next(iter(state.dead))
    with pytest.raises(BadChange):
        outbox.send_again(office, "province", position + 1, by="system_administrator", at=at)
    outbox.send_again(office, "province", position, by="system_administrator", at=at)
    assert rounds(box, at, 2) == 1
    assert str(position) in receiver.ids
    with office.store.read() as tx:
        assert not progress(tx, "province").dead


def test_one_administrator_alone_opens_no_way_out_and_closes_it_at_once(office: Office) -> None:
    with pytest.raises(BadChange):
        outbox.let_in(office, "a", URL, kinds=("act",), reason="批复1号", by="case_handler", at=NOW)
    number = outbox.let_in(office, "a", URL, kinds=("act",), reason="批复1号", by="system_administrator", at=NOW)
    with pytest.raises(BadChange):
        outbox.decide_on(office, number, confirm=True, by="system_administrator", at=NOW)
    opened_cases(office, 1)
    receiver = Receiver()
    assert rounds(Outbox(office, key=KEY, send=receiver), NOW) == 0
    outbox.decide_on(office, number, confirm=True, by="security_administrator", at=NOW)
    outbox.end(office, "a", reason="协议终止", by="security_administrator", at=NOW)
    opened_cases2 = Receiver()
    assert rounds(Outbox(office, key=KEY, send=opened_cases2), NOW) == 0


@pytest.mark.parametrize(
    "url",
    [
        "http://receiver.example/",
        "ftp://x/",
        "https://",
        "https://u:p@x/",
        "https://x:99999/",
        "javascript:1",
        "mailto:x",
        "mailto:a@b\nBcc: c@d",
        "https://x/\r\nA: b",
        "https://x/" + "y" * 2_000,
        "http://127.0.0.1.evil.example/",
        "file:///etc/passwd",
        "http://[::1",
    ],
)
def test_news_go_over_tls_by_mail_or_within_the_machine(office: Office, url: str) -> None:
    with pytest.raises(BadChange):
        outbox.let_in(office, "a", url, kinds=("act",), reason="批复1号", by="system_administrator", at=NOW)


@pytest.mark.parametrize(
    "url",
    [
        "https://receiver.example:8443/in?x=1",
        "http://127.0.0.1:9000/",
        "http://localhost/x",
        "http://[::1]:8/",
        "mailto:office@county.example",
    ],
)
def test_these_addresses_may_be(office: Office, url: str) -> None:
    assert outbox.let_in(office, "a", url, kinds=("act",), reason="批复1号", by="system_administrator", at=NOW) > 0


def test_a_hook_of_other_powers_or_kinds_gets_nothing(office: Office) -> None:
    hooked(office, kinds=("mark", "finding"))
    opened_cases(office, 2)
    receiver = Receiver()
    assert rounds(Outbox(office, key=KEY, send=receiver), NOW, 2) == 0
    with pytest.raises(BadChange):
        outbox.let_in(office, "b", URL, kinds=("act",), powers=("a999/x",), reason="批复1号", by="system_administrator", at=NOW)
    with pytest.raises(BadChange):
        outbox.let_in(office, "b", URL, kinds=("secret",), reason="批复1号", by="system_administrator", at=NOW)


def progress_events(office: Office) -> int:
    with office.store.read() as tx:
        return tx.head(outbox.DELIVERIES + "province")


@pytest.mark.postgres
def test_on_postgresql_the_order_is_that_of_commits_and_none_is_lost(cluster: Cluster) -> None:
    for office in founded(f"postgresql:///?{'&'.join(cluster.dsn.split())}"):
        hooked(office)
        receiver = Receiver()
        receiver.answers = ["HTTP 500"]
        box = Outbox(office, key=KEY, send=receiver)
        opened_cases(office, 3)
        assert rounds(box, NOW) == 0
        opened_cases(office, 2)
        assert rounds(box, NOW + timedelta(seconds=pause(1)), 3) == 5
        assert receiver.ids == sorted(receiver.ids, key=int)
        with office.store.read() as tx:
            assert progress(tx, "province").position == int(receiver.ids[-1])
        heads = progress_events(office)
        rounds(box, NOW + timedelta(hours=1), 5)
        assert progress_events(office) == heads  # who has nothing to tell writes nothing, though positions have gaps


def test_a_hook_let_in_again_under_its_name_has_a_fresh_secret_shown_once(office: Office) -> None:
    told = []
    for _ in range(2):
        hooked(office)
        told.append(outbox.hand_secret(office, KEY, "province", by="security_administrator", at=NOW))
        with pytest.raises(BadChange, match="shown once"):
            outbox.hand_secret(office, KEY, "province", by="security_administrator", at=NOW)
        outbox.end(office, "province", reason="密钥遗失", by="security_administrator", at=NOW)
    assert told[0] != told[1]
    hooked(office)
    opened_cases(office, 1)
    sent: list[tuple[bytes, str]] = []
    rounds(Outbox(office, key=KEY, send=lambda _url, body, headers: sent.append((body, headers["Qingfeng-Signature"]))), NOW)
    ((body, signed),) = sent
    assert signed not in [outbox.signature(secret, body, NOW) for secret in told]
    assert signed == outbox.signature(outbox.hand_secret(office, KEY, "province", by="security_administrator", at=NOW), body, NOW)
