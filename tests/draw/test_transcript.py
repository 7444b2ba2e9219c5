"""A record that holds is accepted by two independent checkers; any change of any value is refused by both."""

from __future__ import annotations

import copy
import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from qingfeng.draw.canonical import canonical, fingerprint
from qingfeng.draw.run import draw, read_record, withdraw
from qingfeng.draw.transcript import DrawTranscript, DrawVoid, check_opening
from qingfeng.terms.instants import LOCAL
from tests.draw.sample import AFTER, BEACON, drawn, links, parsed, plan, said, sample
from tests.draw.test_draw import impossible, tight

SCRIPT = Path(__file__).parents[2] / "scripts" / "verify_draw.py"
GOLDEN = Path(__file__).parent / "golden" / "transcript.json"


def redo() -> Callable[..., Any]:
    """The stranger's `redo`, without its command line."""
    source = SCRIPT.read_text(encoding="utf-8")
    names: dict[str, Any] = {}
    exec(compile(source[: source.index("\ntry:\n")], str(SCRIPT), "exec"), names)
    return names["redo"]  # type: ignore[no-any-return]


REDO = redo()


def stranger_accepts(record: Any) -> bool:
    """What verify_draw.py decides, without a process for each of many mutations (a test below compares the two)."""
    try:
        made = REDO(record["plan"], [each["link"] for each in record["links"]], record["beacon"], record["drawn"])
        enough = len(made["links"]) - len(made["missing"]) >= record["plan"]["entropy"]["min_links"]
        return bool(enough) and jcs(made) == jcs(record)
    except (ValueError, LookupError, TypeError, AttributeError, StopIteration):
        return False


def jcs(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode()


def script(*args: str) -> tuple[int, str]:
    """Run verify_draw.py, isolated: it must need nothing of ours."""
    done = subprocess.run(
        [sys.executable, "-I", str(SCRIPT), *args], capture_output=True, text=True, encoding="utf-8", check=False
    )
    return done.returncode, done.stdout + done.stderr


def written(path: Path, record: Any) -> str:
    path.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    return str(path)


def mutations(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Yield every place of a record with another value for it; places inside lists are all walked."""
    match value:
        case dict():
            for key, inner in value.items():
                yield from mutations(inner, (*path, key))
            yield (*path, "added"), 1
            if path:
                yield path, {}
        case list():
            for n, inner in enumerate(value):
                yield from mutations(inner, (*path, n))
            yield path, [*value, *value[:1]] if value else [1]
            if len(value) > 1:
                yield path, value[1:]
                yield path, [*value[1:], value[0]]
        case bool() | None:
            yield path, "x"
        case int():
            yield path, value + 1
            yield path, float(value)
            yield path, bool(value)
        case str():
            last = "1" if value[-1:] != "1" else "2"
            yield path, value[:-1] + last
            yield path, value + " "
            yield path, None


def changed(record: Any, path: tuple[str | int, ...], value: Any) -> Any:
    copied = copy.deepcopy(record)
    here = copied
    for part in path[:-1]:
        here = here[part]
    here[path[-1]] = value
    return copied


RECORDS = {
    "all links": drawn(),
    "one link missing": drawn(without=["market"]),
    "tight": drawn(parsed(tight())),
    "a false link": draw(plan(), links={**links(), "market": "ab" * 32}, beacon=BEACON, at=AFTER),
}


@pytest.mark.parametrize("name", RECORDS)
def test_both_checkers_accept_what_was_drawn(name: str, tmp_path: Path) -> None:
    record = RECORDS[name]
    assert isinstance(record, DrawTranscript)
    plain = json.loads(json.dumps(record.plain()))
    assert read_record(plain) == record
    code, words = script(written(tmp_path / "record.json", plain), record.root)
    assert (code, words.split()[0]) == (0, "一致")
    assert record.root in words


def test_every_change_of_every_value_is_refused_by_both() -> None:
    record = drawn(without=["market"]).plain()
    assert stranger_accepts(record)
    places = set()
    for path, value in mutations(record):
        forged = changed(record, path, value)
        if json.dumps(forged) == json.dumps(record):
            continue
        places.add(path)
        assert isinstance(read_record(forged), tuple), path
        assert not stranger_accepts(forged), path
    assert len(places) > 300
    assert {path[0] for path in places} >= record.keys()


def swapped_firm(record: Any) -> None:
    drawn_firms = {team["firm"] for team in record["teams"]}
    record["teams"][0]["firm"] = next(f["id"] for f in record["plan"]["pool"] if f["id"] not in drawn_firms)


def swapped_officer(record: Any) -> None:
    team = record["teams"][0]
    sitting = (*team["officers"], *team["substitutes"])
    team["officers"][0] = next(o["id"] for o in record["plan"]["officers"] if o["id"] not in sitting)


def changed_link(record: Any) -> None:
    record["links"][0]["link"] = "ab" * 32


def changed_quota(record: Any) -> None:
    record["plan"]["quotas"]["A"] = 2


def dropped_conflict(record: Any) -> None:
    del record["plan"]["conflicts"][0]


def changed_beacon(record: Any) -> None:
    record["beacon"] = "01 02 03 04 05 06 07"


def reordered_pool(record: Any) -> None:
    record["plan"]["pool"].reverse()


def other_plan_id(record: Any) -> None:
    record["plan_id"] = "ab" * 32


FORGERIES = [
    swapped_firm, swapped_officer, changed_link, changed_quota, dropped_conflict, changed_beacon, reordered_pool, other_plan_id,
]  # fmt: skip


@pytest.mark.parametrize("forge", FORGERIES, ids=lambda forge: forge.__name__)
def test_the_forgery_is_refused_by_the_script_and_by_us(forge: Callable[[Any], None], tmp_path: Path) -> None:
    record = json.loads(json.dumps(drawn().plain()))
    forge(record)
    code, words = script(written(tmp_path / "record.json", record))
    assert code == 1
    assert words.startswith("不一致")
    assert said(read_record(record))


@pytest.mark.parametrize(
    "forge", [changed_quota, dropped_conflict, reordered_pool, changed_beacon], ids=lambda forge: forge.__name__
)
def test_a_forgery_that_is_consistent_in_itself_does_not_have_the_logged_root(
    forge: Callable[[Any], None], tmp_path: Path
) -> None:
    real = drawn()
    record = json.loads(json.dumps(real.plain()))
    forge(record)
    forged = REDO(record["plan"], [each["link"] for each in record["links"]], record["beacon"], record["drawn"])
    file = written(tmp_path / "forged.json", forged)
    assert script(file)[0] == 0, "consistent in itself"
    assert script(file, real.root)[0] == 1
    if forge is reordered_pool:
        assert said(read_record(forged)), "a plan has one order only"


def test_the_script_agrees_with_its_shortcut_in_these_tests(tmp_path: Path) -> None:
    record = drawn().plain()
    some = list(mutations(record))[:: len(list(mutations(record))) // 12]
    for n, (path, value) in enumerate(some):
        forged = changed(record, path, value)
        code, _ = script(written(tmp_path / f"{n}.json", forged))
        assert (code == 0) == stranger_accepts(forged), path


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"plan": 1}', "[" * 100_000, '{"plan": {}, "links": [], "beacon": "", "drawn": ""}']
)
def test_the_script_says_when_it_cannot_check(tmp_path: Path, text: str) -> None:
    path = tmp_path / "record.json"
    path.write_text(text)
    code, words = script(str(path))
    assert code == 2
    assert words.startswith("无法核对")
    assert "Traceback" not in words
    assert script()[0] == 2
    assert script(str(tmp_path / "none.json"))[0] == 2


def test_the_script_refuses_too_few_links(tmp_path: Path) -> None:
    plain = sample()
    plain["entropy"]["min_links"] = 1
    record = drawn(parsed(plain), without=["market", "justice"]).plain()
    record["plan"]["entropy"]["min_links"] = 2
    made = REDO(record["plan"], [each["link"] for each in record["links"]], record["beacon"], record["drawn"])
    assert script(written(tmp_path / "record.json", made)) == (1, "不一致 differs: min_links\n")


def test_the_script_shares_no_code_with_us_and_stays_small() -> None:
    source = SCRIPT.read_text(encoding="utf-8")
    imported = {line.split()[1] for line in source.split("\n") if line.startswith(("import ", "from "))}
    assert imported == {"hashlib", "hmac", "json", "sys"}
    assert source.count("\n") <= 85


def test_the_golden_transcript_is_what_we_write_for_ever() -> None:
    assert json.loads(GOLDEN.read_text(encoding="utf-8")) == drawn().plain()
    assert script(str(GOLDEN), drawn().root)[0] == 0


VOIDS = {
    "links": draw(plan(), links=links(without=["justice", "market"]), beacon=BEACON, at=AFTER),
    "team": draw(impossible(), links=links(), beacon=BEACON, at=AFTER),
    "late": draw(plan(), links=links(), beacon=BEACON, at=AFTER + timedelta(days=9)),
    "withdrawn": withdraw(plan(), reason="名录库有误", by="clerk", approved_by="deputy", at=AFTER),
}


@pytest.mark.parametrize("name", VOIDS)
def test_a_void_is_checked_like_a_result(name: str) -> None:
    void = VOIDS[name]
    assert isinstance(void, DrawVoid)
    assert void.why == name
    plain = json.loads(json.dumps(void.plain()))
    assert read_record(plain) == void
    for path, value in mutations(plain):
        forged = changed(plain, path, value)
        if json.dumps(forged) != json.dumps(plain):
            assert isinstance(read_record(forged), tuple), path


def test_a_result_cannot_be_passed_off_as_a_void() -> None:
    plain = VOIDS["links"].plain()  # type: ignore[union-attr]
    plain["links"] = drawn().plain()["links"]
    assert said(read_record(plain))
    plain = drawn().plain() | {"void": VOIDS["late"].plain()["void"]}  # type: ignore[union-attr]
    assert said(read_record(plain))


def test_a_withdrawal_takes_two_people_and_a_reason() -> None:
    at = datetime(2026, 3, 4, tzinfo=LOCAL)
    assert "Somebody else" in withdraw(plan(), reason="x", by="clerk", approved_by="Clerk", at=at)[0].hint.en  # type: ignore[index]
    assert "reason" in said(withdraw(plan(), reason="", by="clerk", approved_by="deputy", at=at))
    assert said(withdraw(plan(), reason="x", by="", approved_by="", at=at)).count("missing") == 2


def test_each_team_opens_alone_and_fits_the_root() -> None:
    made = drawn()
    for team in made.teams:
        opening = json.loads(json.dumps(made.opening(team.n)))
        assert check_opening(opening) is None
        assert check_opening(opening, root=made.root) is None
        others = {other.firm for other in made.teams} - {team.firm}
        assert not any(other in json.dumps(opening) for other in others)
        assert made.seed not in json.dumps(opening)


def test_every_change_of_an_opening_is_refused() -> None:
    opening = json.loads(json.dumps(drawn().opening(2)))
    for path, value in mutations(opening):
        forged = changed(opening, path, value)
        if json.dumps(forged) != json.dumps(opening):
            assert check_opening(forged) is not None, path
    others: list[Any] = [
        None,
        [],
        {},
        {**opening, "leaves": []},
        {**opening, "team": {"n": 99}},
        {**opening, "salt": "\ud800"},
    ]
    for other in others:
        assert check_opening(other) is not None
    assert check_opening(opening, root="ab" * 32) is not None


def test_the_root_is_made_as_the_document_says() -> None:
    made = drawn()
    leaves = [
        hashlib.sha256(canonical(["qingfeng.draw.team/1", made.salt(team.n), team.plain()])).hexdigest()
        for team in made.teams
    ]
    assert made.root == fingerprint(["qingfeng.draw.root/1", made.plan.plan_id, made.plain()["drawn"], leaves])
