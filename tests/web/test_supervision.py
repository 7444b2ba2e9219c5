"""Supervision: what its pages promise, to whom, and what they lay down."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import docx
import pytest

from qingfeng.casework import findings, followup, handling, reports
from qingfeng.casework.desk import drillpage, watch
from qingfeng.casework.desk.access import PUBLIC
from qingfeng.casework.handled import ABOVE
from qingfeng.casework.office import event_of
from qingfeng.web import jobs

from .site_kit import Site

As = Callable[[str | None], Any]
HEAD_OF_DISCIPLINE = "discipline_head"


@pytest.fixture
def swept(fresh_site: Site) -> Site:
    """A site whose record was gone through."""
    findings.sweep(fresh_site.office, now=fresh_site.now)
    return fresh_site


def _known(site: Site) -> dict[int, followup.Followed]:
    with site.office.store.read() as tx:
        return dict(followup.standing(site.office, tx).found)


def _one(site: Site, *, discreet: bool = False) -> int:
    return next(n for n, one in _known(site).items() if one.discreet is discreet)


def _step(client: Any, number: int, act: str, **said: Any) -> Any:
    return client.post(f"/findings/{number}/step/", {"act": act, "words": "已核对原始记录和当事人说法", **said})


def test_a_finding_goes_from_its_discovery_to_its_end(swept: Site, as_: As) -> None:
    number = _one(swept)
    inspector, chief, handler = as_("jiwei"), as_(HEAD_OF_DISCIPLINE), as_("kezhang")
    assert handler.get(f"/findings/{number}/").status_code == 404
    assert _step(inspector, number, "assign", to="case_handler").status_code == 422, "the head of the section answers for it"
    assert _step(inspector, number, "assign", to="section_head").status_code == 302
    assert handler.get(f"/findings/{number}/").status_code == 200, "who checks himself sees what he is asked"
    assert _step(inspector, number, "self_check").status_code == 422, "nobody answers for him"
    assert _step(handler, number, "self_check").status_code == 302
    assert _step(inspector, number, "review", outcome="upheld").status_code == 302
    assert _step(inspector, number, "rectify").status_code == 302
    assert _step(inspector, number, "dispose", disposition="talk", answerable=["case_handler"]).status_code == 422, (
        "for the head of discipline"
    )
    assert _step(chief, number, "dispose", disposition="talk").status_code == 422, "somebody answers, or it says none"
    assert _step(chief, number, "dispose", disposition="talk", answerable=["case_handler"]).status_code == 302
    assert _step(chief, number, "close").status_code == 302
    assert _known(swept)[number].state == "closed"
    assert "谈话提醒" in inspector.get("/accountability/").content.decode()


def test_a_false_alarm_counts_against_its_rule(swept: Site, as_: As) -> None:
    number = _one(swept)
    rule = _known(swept)[number].finding.found.rule
    assert _step(as_("jiwei"), number, "review", outcome="false_alarm").status_code == 302

    def counted() -> tuple[int, int]:
        with swept.office.store.read() as tx:
            rate = followup.rates(followup.standing(swept.office, tx), {}, {})[rule]
        return rate.reviewed, rate.false

    assert counted() == (0, 0), "one alone proposed it"
    with swept.office.store.read() as tx:
        (chief,) = sorted(swept.office.registry(tx).people.holders("discipline_head", swept.clock.now.date()))[:1]
    taken = handling.take(swept.office, number, "agree", {}, words="已核对案卷，确属误报", by=chief, at=swept.clock.now)
    assert taken.state == "false_alarm"
    assert counted() == (1, 1)
    assert "已核查1条，误报1条" in as_("jiwei").get(f"/findings/?rule={rule}").content.decode()


def test_a_step_without_reasons_or_out_of_turn_changes_nothing(swept: Site, as_: As) -> None:
    number, client = _one(swept), as_("jiwei")
    before = swept.heads()
    for said in (
        {"act": "close"},
        {"act": "review"},
        {"act": "review", "outcome": "<b>"},
        {"act": "assign", "to": "nobody"},
        {"act": ""},
        {},
    ):
        answer = client.post(f"/findings/{number}/step/", {"words": "情况已经核实", **said})
        assert answer.status_code == 422
    assert client.post(f"/findings/{number}/step/", {"act": "review", "outcome": "upheld", "words": "—"}).status_code == 422
    assert swept.heads() == before


def test_who_took_part_does_not_verify(swept: Site) -> None:
    number = _one(swept)
    with swept.office.store.read() as tx:
        proof = findings.act_behind(swept.office, tx, _known(swept)[number].finding)
    with pytest.raises(followup.BadStep):
        followup._entitled(
            swept.office.registry(tx).people, _known(swept)[number], proof, "review", str(proof and proof.actor), swept.now.date()
        )


def test_suspicion_is_not_shown_to_leaders(swept: Site, as_: As) -> None:
    with swept.office.store.read() as tx:
        shown = watch.look(swept.office, tx, PUBLIC, now=swept.now).findings
    assert shown
    assert not any(one.discreet for one in shown)
    assert as_("juzhang").get("/findings/").status_code == 403
    hidden = [n for n, one in _known(swept).items() if one.discreet]
    for number in hidden[:3]:
        assert as_("juzhang").get(f"/findings/{number}/").status_code == 404
        assert _step(as_("jiwei"), number, "assign", to="case_handler").status_code == 422, (
            "a lead of discipline is not given to the unit"
        )


def test_no_number_tells_an_inspector_of_a_finding_about_himself(swept: Site, as_: As) -> None:
    told = _known(swept)
    number = next(number for number, one in told.items() if one.state == "found")
    himself = replace(told[number], level=ABOVE, accused=frozenset({"discipline_inspector"}))
    with swept.office.store.read() as tx:
        seq = followup.standing(swept.office, tx).seq
        followup._KNOWN[swept.office] = followup.Standing(seq, told | {number: himself})
    overview = as_("jiwei").get("/overview/").content.decode()
    board = as_("jiwei").get("/findings/?state=waiting").context
    shown = re.search(r'href="/findings/\?state=waiting">[^<]*</a> <span class="tag amb">([0-9]+)<', overview)
    assert shown
    assert int(shown[1]) == board["page"].many == board["waiting"] == sum(one.unreviewed for one in told.values()) - 1


def test_an_unanswered_finding_climbs_to_the_deputy_and_the_head(swept: Site, as_: As) -> None:
    number = _one(swept)
    assert as_("fenguan").get(f"/findings/{number}/").status_code == 404
    swept.clock.later(days=3)
    assert as_("fenguan").get(f"/findings/{number}/").status_code == 200
    assert as_("juzhang").get(f"/findings/{number}/").status_code == 404
    swept.clock.later(days=2)
    assert as_("juzhang").get("/findings/mine/").content.decode().count("<article") > 0


def test_the_overview_shows_what_the_store_counts(swept: Site, as_: As) -> None:
    with swept.office.store.read() as tx:
        ours = [power for power in swept.office.registry(tx).powers() if swept.office.registry(tx).supervises(power)]
        open_ = sum(n for power, _, status, n in tx.counts() if status != "closed" and power not in ours)
    answer = as_("jiwei").get("/overview/?period=month&power=a000/penalty&step=decide")
    assert answer.status_code == 200
    page = answer.context["page"]
    assert page.cards[0].value == str(open_)
    assert page.detail.box.id == "decide"
    assert (len(page.matrix) - len(ours), len(ours) > 0) == (14, True)
    assert len(as_("fenguan").get("/overview/").context["page"].matrix) == 13, "what is about our own people is shown to discipline alone"
    for garbage in ("?period=<b>&power='; drop&step=%00", "?power=" + "x" * 5_000, "?step=" + "九" * 500):
        assert as_("jiwei").get("/overview/" + garbage).status_code == 200


def test_days_are_counted_as_the_events_say(site: Site) -> None:
    """Projections agree with the events: opened, ended, yellow and red by day."""
    with site.office.store.read() as tx:
        brought = watch.flow(tx, site.now.date().replace(day=1), site.now.date())
        opened = sum(1 for case in site.cases() if event_of(tx.events(f"case/{case}")[0]).at.month == site.now.month)
    assert watch.Flow.total(brought.opened) == opened > 0


def test_a_report_is_signed_once_and_its_figures_are_held(fresh_site: Site, as_: As) -> None:
    client = as_("juzhang")
    page = client.get("/reports/month/2026-10/")
    assert page.status_code == 200
    digest = page.context["report"].digest
    sign = "/reports/month/2026-10/sign/"
    assert client.post(sign, {"digest": "0" * 64}).status_code == 422
    assert client.post(sign, {"digest": digest, "opinion": "已阅，请督办超期案件"}).status_code == 302
    assert client.post(sign, {"digest": digest}).status_code == 422, "once"
    with fresh_site.office.store.read() as tx:
        (signed,) = reports.signatures(tx, "month", "2026-10")
    assert (signed.by, signed.digest, signed.opinion) == ("agency_head", digest, "已阅，请督办超期案件")


@pytest.mark.parametrize(
    "path", ["/reports/day/2026-13-40/", "/reports/month/2026-10-01/", "/reports/year/0000/", "/reports/day/9999-99-99.pdf"]
)
def test_a_period_that_is_none_is_not_found(site: Site, as_: As, path: str) -> None:
    assert as_("jiwei").get(path).status_code == 404


def test_exports_hold_the_figures_and_no_formula(fresh_site: Site, as_: As) -> None:
    client = as_("juzhang")
    report = client.get("/reports/month/2026-10/").context["report"]
    client.post("/reports/month/2026-10/sign/", {"digest": report.digest, "opinion": '=HYPERLINK("http://x","y")'})
    with ZipFile(BytesIO(client.get("/reports/month/2026-10.xlsx").content)) as book:
        page = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in page
    assert "<v>" + str(report.totals[0]) + "</v>" in page
    word = docx.Document(BytesIO(client.get("/reports/month/2026-10.docx").content))
    assert any("=HYPERLINK" in one.text for one in word.paragraphs), "text stays text"
    assert client.get("/reports/month/2026-10.pdf").content.startswith(b"%PDF")


def test_a_duty_is_reported_from_its_form(fresh_site: Site, as_: As) -> None:
    fresh_site.clock.later(days=5)  # October is over: the register of the month is checked
    path = "/duties/a000/penalty/register_check/"
    page = as_("jiwei").get(path)
    assert page.status_code == 200
    line = page.context["line"]
    account = "jiwei" if line.mine else "kezhang"
    with fresh_site.office.store.read() as tx:
        registry = fresh_site.office.registry(tx)
    client = as_(account)
    page = client.get(path)
    assert page.context["line"].mine, registry.people.posts_of("section_head", fresh_site.now.date())
    empty = client.post(path, {"report": "1"})
    assert empty.status_code == 422
    given = {one.key: "已督促承办人本周内办理" for section in page.context["sections"] for one in section.inputs if one.kind == "note"}
    done = client.post(
        path, {"report": "1", **given, "opened": "999", "difference": "与纸质台账相差，已逐件核对", "late_reason": "人员轮岗交接"}
    )
    assert done.status_code == 302, done.context["faults"]


@pytest.mark.parametrize(
    "path",
    [
        "/duties/",
        "/duties/?only=<b>&power=x",
        "/samples/",
        "/accountability/",
        "/reports/",
        "/drill/",
        "/findings/?before=-1&rule=%00",
        "/duties/a000/penalty/file_sampling/?beacon|on=99-99&beacon|value=<script>",
        "/duties/a000/penalty/stock_count/?counted_on=x",
    ],
)
def test_garbage_in_the_address_breaks_nothing(site: Site, as_: As, path: str) -> None:
    answer = as_("jiwei").get(path)
    assert answer.status_code == 200
    assert "<script>" not in answer.content.decode()


@pytest.mark.parametrize("path", ["/duties/a000/penalty/nothing/", "/findings/999999999/", "/findings/0/"])
def test_what_is_not_there_is_not_found(site: Site, as_: As, path: str) -> None:
    assert as_("jiwei").get(path).status_code == 404


def test_every_report_form_takes_garbage(site: Site, as_: As) -> None:
    with site.office.store.read() as tx:
        registry = site.office.registry(tx)
        versions = watch.versions_of(site.office, registry, site.now.date())
    before = site.heads()
    for power, version in versions.items():
        for name in version.duties:
            page = as_("jiwei").get(f"/duties/{power}/{name}/")
            keys = [one.key for section in page.context["sections"] for one in section.inputs]
            answer = as_("jiwei").post(
                f"/duties/{power}/{name}/", {**dict.fromkeys(keys, "<b>-1e9"), "report": "1", "late_reason": "x"}
            )
            assert answer.status_code == 422, (power, name)
    after = site.heads()
    assert {stream: n for stream, n in after.items() if not stream.startswith("duty/")} == {
        s: n for s, n in before.items() if not s.startswith("duty/")
    }


def test_a_job_leaves_its_lines_and_says_when_it_was_broken_off(tmp_path: Path) -> None:
    assert jobs.read(tmp_path, "drill") == jobs.NONE
    (tmp_path / "jobs").mkdir()
    path = tmp_path / "jobs" / "drill.jsonl"
    head = {"begun": "2026-10-30T10:00:00+08:00", "pid": 2**22 + 1, "by": "x", "powers": ["a000/award"]}
    path.write_text(json.dumps(head) + '\n{"power": "a000/award", "risk": "assess.r1"}\n{"half', encoding="utf-8")
    job = jobs.read(tmp_path, "drill")
    assert (job.state, len(job.lines)) == ("broken", 1)
    path.write_text(json.dumps(head) + "\n" + json.dumps({"ended": "2026-10-30T10:01:00+08:00", "drills": 1}), encoding="utf-8")
    assert jobs.read(tmp_path, "drill").state == "done"


def test_a_line_turns_green_when_all_its_attempts_were_stopped_and_red_when_one_was_not(site: Site) -> None:
    with site.office.store.read() as tx:
        versions = watch.versions_of(site.office, site.office.registry(tx), site.now.date())
    version = versions["a000/award"]
    went = [
        {
            "power": "a000/award",
            "risk": one.risk,
            "ok": True,
            "outcome": "refused",
            "by": ["award_eligibility"],
            "after": 0,
            "attempt": {"zh": "试", "en": "try"},
            "problem": None,
        }
        for one in version.drills
    ]
    only = {"a000/award": version}
    whole = drillpage.board(versions, [], (), running=False)
    assert whole.risks == 189, "of the maps"
    assert whole.ours is not None
    assert whole.ours.risks == sum(len(one.lines) for one in whole.powers) - 189 > 0, "what is built in is counted apart"
    assert drillpage.board(only, went, ["a000/award"], running=True).green == drillpage.board(only, [], (), running=False).risks
    assert drillpage.board(only, went[:-1], ["a000/award"], running=True).count("partly") == 1
    assert drillpage.board(only, [*went[:-1], {**went[-1], "ok": False}], ["a000/award"], running=False).red == 1


def test_an_empty_post_starts_nothing(site: Site, as_: As) -> None:
    for path in ("/drill/start/", "/findings/sweep/"):
        assert as_("jiwei").post(path, {"power": "<b>"}).status_code == 302
        assert as_("chengban").post(path).status_code == 403
    assert not (site.home / "jobs").exists()


@pytest.mark.parametrize("path", ["/findings/", "/drill/", "/overview/", "/duties/"])
def test_no_two_powers_read_alike_in_a_choice(swept: Site, as_: As, path: str) -> None:
    page = as_("jiwei").get(path).content.decode()
    names = re.findall(r'<option value="a[0-9]{3}/[^>]*>([^<]+)<', page)
    assert len(names) > 10
    assert len(names) == len(set(names))


def test_the_public_value_of_a_sample_is_entered_by_another_and_shown_to_everybody(fresh_site: Site, as_: As) -> None:
    path = "/duties/a000/penalty/file_sampling/"
    said = {"enter": "1", "value_on": "2026-01-01", "value_round": "2026001", "value_value": "03 11 24 26 29 31 05"}
    assert as_("kezhang").post(path, {**said, "value_value": "3,11<b>"}).status_code == 422
    assert as_("kezhang").post(path, {**said, "value_on": "x"}).status_code == 422
    assert as_("kezhang").post(path, said).status_code == 302
    assert as_("kezhang").post(path, said).status_code == 422, "once is enough"
    assert "写明理由" in as_("jiwei").post(path, {**said, "value_value": "03 11 24 26 29 31 06"}).content.decode()
    page = as_("jiwei").get(path).content.decode()
    assert "2026001期" in page
    public = as_(None).get("/draws/").content.decode()
    assert "03 11 24 26 29 31 05" in public
    assert "2026001" in public


def test_no_two_lines_of_duties_samples_and_drills_read_alike(swept: Site, as_: As) -> None:
    client = as_("jiwei")
    row = r"<tr><th scope=\"row\">(.*?)</th>"
    for path, one in (("/duties/", row), ("/samples/", row), ("/drill/", r"<h2>(.*?)</h2>")):
        lines = re.findall(one, client.get(path).content.decode())
        said = [re.sub(r"<[^>]+>", " ", line) for line in lines]
        assert len(said) > 10, path
        assert len(said) == len(set(said)), (path, [line for line in said if said.count(line) > 1])


def test_a_card_is_red_only_while_something_is_late(fresh_site: Site) -> None:
    told: dict[bool, str] = {}
    for days in (-18, 78):  # before the first limit ran out, and long after
        fresh_site.clock.later(days=days)
        text = fresh_site.client("jiwei").get("/overview/").content.decode()
        card = re.search(r'<div class="card kpi ?([a-z]*)"><dt>(?:<span[^>]*>[^<]*</span>)?红色预警</dt><dd>(\d+)', text)
        assert card is not None
        told[int(card[2]) > 0] = card[1]
    assert told == {False: "", True: "red"}
