"""Three of the five tasks, done in a browser by people who are shown nothing but the pages: a complaint and a tip, a finding, a receipt.

Every address but the first comes from a link, every choice from a list, every number and code from what a page showed before.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from .browser import PHONE, Visitor
from .site_kit import Site
from .test_tips import SECOND

Visit = Callable[..., Visitor]
SLIP = re.compile(r"([0-9]{4}-[0-9]{4}-[0-9]{4}).*?([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})", re.DOTALL)
DIGITS = re.compile(r"(?:\d{4} ){5}\d{4}")
PASSPHRASE = "清风举报口令十六个字以上才可以用2026"


def said(window: Visitor) -> str:
    """Return what the page says."""
    return window.page.inner_text("main")


def follow(window: Visitor, text: str) -> None:
    """Follow the first link with a text in the page."""
    window.press(f"main a:has-text('{text}') >> nth=0")


def slip_on(window: Visitor) -> tuple[str, str]:
    """Return number and code of the receipt that the page shows."""
    found = SLIP.search(said(window))
    assert found is not None, said(window)
    return found[1], found[2]


def looked_up(visit: Visit, number: str, code: str) -> Visitor:
    """Return a citizen's window in which a receipt is open, reached from the first page."""
    citizen = visit()
    citizen.go("/")
    citizen.page.fill("main [name=number]", number)
    citizen.press("main form:has([name=number]) button")
    citizen.page.fill("[name=code]", code)
    citizen.press("main form:has([name=code]) button")
    return citizen


def test_a_citizen_complains_discipline_finds_it_answers_and_the_citizen_reads_the_answer(
    fresh_site: Site, visit: Visit
) -> None:
    citizen = visit()
    citizen.go("/")
    follow(citizen, "投诉举报")
    follow(citizen, "去投诉")
    names = citizen.page.locator("[name=power] option").all_inner_texts()
    assert len(names) == len(set(names)), "no two powers read alike in the choice"
    citizen.page.check("[name=about][value=demand]")
    citizen.page.select_option("[name=power]", index=1)
    citizen.page.fill("[name=content]", "10月28日上午在窗口被要求另交一份推荐函，办事指南上没有这一项。")
    citizen.press("main form:has([name=content]) button")
    number, code = slip_on(citizen)
    assert citizen.page.locator("[data-print]").is_visible()

    inspector = visit("jiwei")
    inspector.go("/overview/")
    follow(inspector, "待答复的投诉差评")
    follow(inspector, number)
    assert "到哪里核实" in said(inspector)
    assert inspector.page.locator("main a[href^='/cases/?power=']").count()
    inspector.page.select_option("[name=outcome]", "confirmed")
    inspector.page.fill("[name=answer]", "经核实，该材料不在目录内，已退还并改正；您的申请不受影响。")
    inspector.press("main form:has([name=answer]) button")
    assert "投诉人凭回执可以看到" in said(inspector), "the page says who reads the answer, and where what was found goes on"
    assert inspector.page.locator("main a[href^='/begin/']").count()
    follow(inspector, "投诉差评")
    assert number in said(inspector).split("已经答复的")[1], "what was answered can be found again"

    reader = looked_up(visit, number, code)
    assert "已退还并改正" in said(reader)
    assert "属实并整改" in said(reader)
    follow(reader, "再次投诉")
    assert reader.page.input_value("[name=case]") == number


def test_discipline_opens_the_tips_a_citizen_gives_one_and_both_read_each_other(
    fresh_site: Site, visit: Visit, tmp_path: Path
) -> None:
    inspector, citizen = visit("jiwei"), visit()
    citizen.go("/complain/")
    assert not citizen.page.locator("main a[href='/tip/']").count(), "nobody is sent to a page that takes nothing"
    inspector.go("/overview/")
    follow(inspector, "请生成举报密钥")
    for place in (0, 1):
        inspector.page.locator("main input[type=password]").nth(place).fill(PASSPHRASE)
    with inspector.page.expect_download() as saved:
        inspector.page.click("main button:has-text('生成并下载私钥文件')")
    name = saved.value.suggested_filename
    saved.value.save_as(tmp_path / name)
    inspector.press("#key-publish")
    assert "已记录" in said(inspector)
    second = visit(SECOND)
    second.go("/overview/")
    follow(second, "新的举报公钥待您核对确认")
    second.press("main button:has-text('指纹一致')")

    citizen.go("/complain/")
    follow(citizen, "去举报")
    citizen.page.fill("#tip-text", "审查人员通过中介收取加急费后当天批准，我在大厅外亲耳听到。")
    citizen.page.click("#tip-form button")
    citizen.page.wait_for_selector("#tip-done:not([hidden])")
    digits = DIGITS.search(said(citizen))
    assert digits is not None
    assert "接下来" in said(citizen), "who sent it is told where the answer is and when to look"

    inspector.go("/overview/")
    follow(inspector, "待办理的举报")
    inspector.press("main table a")
    assert name in said(inspector), "the page says which file opens it"
    inspector.page.set_input_files("#keyfile", tmp_path / name)
    inspector.page.fill("#pass", PASSPHRASE)
    inspector.page.click("#unlock button")
    inspector.page.wait_for_selector("ol.talk:has-text('加急费')")
    inspector.page.fill("#reply-text", "已收到，正在核查；请说明是哪一天、哪个窗口。")
    inspector.press("#reply button")
    assert "已回复，未办结" in said(inspector), "the mailbox can be found again"

    reader = visit()
    reader.go("/tip/")
    reader.page.fill("#tip-code", digits[0])
    reader.page.click("#tip-open button")
    reader.page.wait_for_selector("#tip-talk:has-text('哪个窗口')")


@pytest.fixture
def finding(fresh_site: Site, visit: Visit) -> tuple[Visitor, str]:
    """The inspector at a finding about an act on a case, reached from his first page; its number."""
    inspector = visit("jiwei")
    inspector.go("/overview/")
    follow(inspector, "待核查的线索")
    open_to_the_unit = inspector.page.locator("main article.fl:not(:has-text('仅纪检监察'))")
    for place in range(open_to_the_unit.count()):
        link = open_to_the_unit.nth(place).locator("h3 a")
        number = (link.get_attribute("href") or "").strip("/").rpartition("/")[2]
        inspector.go(f"/findings/{number}/")
        if "系统对这次办理的提示" in said(inspector):
            return inspector, number
        inspector.page.go_back()
    pytest.fail("the seeded agency has no finding about an act that the unit may look into")


def test_a_finding_goes_from_the_board_to_the_report_by_pages_that_say_whose_turn_it_is(
    fresh_site: Site, visit: Visit, finding: tuple[Visitor, str]
) -> None:
    inspector, number = finding
    assert re.search(r"系统对这次办理的提示：\s+\S{10}", said(inspector)), "what does not agree is said in a sentence"
    near = inspector.page.locator("[name=to] optgroup >> nth=0").locator("option")
    assert not re.search(r"[a-z_]{4}", "".join(near.all_inner_texts())), "people are named by their posts, not by codes"
    officer = next(
        o.get_attribute("value") or ""
        for o in near.all()
        if "本条办理人" not in o.inner_text() and "纪检" not in o.inner_text()
    )
    name = people_name(fresh_site, officer)
    inspector.page.select_option("[name=to]", officer)
    inspector.page.fill("#w-assign", "请查清为什么超过时限、谁没有按时办理。")
    inspector.press("form:has(#w-assign) button")
    assert name in inspector.page.inner_text(".turns"), "the page says who has it now, and until when"

    unit = visit(account_of(officer))
    unit.go("/inbox/")
    follow(unit, "交我办理的线索")
    unit.press(f"main a[href='/findings/{number}/']")
    unit.page.fill("#w-self_check", "当日系统故障，次日补办，已说明理由，附运维记录。")
    unit.press("form:has(#w-self_check) button")
    assert "核查认定" in unit.page.inner_text(".turns"), "who reported sees what comes next"

    inspector.go(f"/findings/{number}/")
    inspector.page.check("[name=outcome][value=upheld]")
    inspector.page.check(f"[name=responsible][value='{officer}']")
    inspector.page.fill("#w-review", "记录显示超过时限一日，理由属实，但没有事先报告。")
    inspector.press("form:has(#w-review) button")
    inspector.page.fill("#w-rectify", "科室已改为到期前三日提醒，本人到场核实。")
    inspector.press("form:has(#w-rectify) button")
    assert not inspector.page.locator("[name=disposition]").count(), "a form that would be refused is not offered"
    assert people_name(fresh_site, "discipline_head") in inspector.page.inner_text(".turns"), "but who decides is named"

    chief = visit("discipline_head")
    chief.go("/overview/")
    follow(chief, "待处理的线索")
    chief.press(f"main a[href='/findings/{number}/']")
    chief.page.select_option("[name=disposition]", "talk")
    assert f"较轻，责任人{name}" in said(chief), "what was found is told to who decides"
    assert chief.page.is_checked(f"[name=answerable][value='{officer}']"), "who was found to answer need not be named again"
    chief.page.fill("#w-dispose", "情节轻微，首次发生，谈话提醒。")
    chief.press("form:has(#w-dispose) button")
    chief.page.fill("#w-close", "处理到位，没有遗留。")
    chief.press("form:has(#w-close) button")
    assert "已办结" in said(chief)

    inspector.go("/overview/")
    inspector.press("main a.btn.p[href^='/reports/day/']")
    assert "核查属实1条" in said(inspector)
    assert "已处理1条，已办结1条" in said(inspector)


def test_who_is_ordered_to_rectify_is_told_so_and_finds_the_way_from_his_own_pages(
    fresh_site: Site, visit: Visit, finding: tuple[Visitor, str]
) -> None:
    inspector, number = finding
    name, about = "kezhang", "整改措施：到期前三日提醒"
    inspector.page.click("summary:has-text('核查认定')")
    inspector.page.check("[name=outcome][value=upheld]")
    inspector.page.fill("#w-review", "记录显示超过时限，理由属实，但没有事先报告。")
    inspector.press("form:has(#w-review) button")
    inspector.press("#panel a.btn:has-text('责令限期整改')")
    title = inspector.page.inner_text("h1")
    assert "：a" in title, "the page of the case says what was found on which case"
    assert inspector.page.locator(f"main a[href='/findings/{number}/']").count(), "and leads to the finding"
    inspector.fill_in({"content": about, "due_on": "2027-01-15", "measures": "m1", "officers": "section_head"})
    inspector.send()
    follow(inspector, f"№ {number}")
    assert people_name(fresh_site, "section_head") in inspector.page.inner_text(".turns")
    assert not inspector.page.locator("#w-rectify").count(), "what would be refused is not offered"

    head = visit(name)
    head.go("/inbox/")
    assert title in said(head), "a row of the inbox says what it is about"
    follow(head, "交我办理的线索")
    assert "整改期限：2027-01-15" in said(head)
    head.press(f"main a[href='/findings/{number}/']")
    follow(head, "报告整改完成")
    head.fill_in({"content": "提醒已经设置，本人核对过"})
    head.send()

    other = visit("discipline_inspector.2")
    other.go("/overview/")
    follow(other, "待复查的线索")
    other.press(f"main a[href='/findings/{number}/']")
    follow(other, "复查整改情况")
    chosen = other.page.locator('[name="f.rectified:m1"] option').all_inner_texts()
    assert chosen == ["请选择", "已完成", "未完成"], "how a measure stands is chosen in words"


def account_of(officer: str) -> str:
    """Return the account of an officer of the demonstration."""
    from qingfeng.web.demo import SHOWN

    return SHOWN.get(officer, officer.replace("/", "."))


def people_name(site: Site, officer: str) -> str:
    """Return an officer's name."""
    with site.office.store.read() as tx:
        return site.office.registry(tx).people.name(officer)


def officer_named(site: Site, name: str) -> str:
    """Return the officer of a name."""
    with site.office.store.read() as tx:
        people = site.office.registry(tx).people
        return next(one for one in people.names if people.name(one) == name)


def handed_out(officer: Visitor, case: str) -> tuple[str, str] | None:
    """Hand out a receipt from the page of a case; None if the page has no such tab."""
    officer.go(f"/cases/{case}/")
    if officer.page.locator("main [name=purpose]").count():
        officer.page.fill("main [name=purpose]", "当事人来取查询回执")
        officer.press("main form:has([name=purpose]) button")
    if not officer.page.locator("nav.ctabs a:has-text('当事人回执')").count():
        return None
    officer.press("nav.ctabs a:has-text('当事人回执')")
    officer.page.fill("main [name=to]", "李小燕（本人）")
    officer.page.check("main [name=channel][value=signed]")
    officer.page.fill("main [name=reference]", "签收单2026-18")
    officer.press("main form button.p")
    return slip_on(officer)


def rateable(visit: Visit) -> tuple[str, str, str, Visitor]:
    """Return a case, its party's receipt and the party's window on it: the first closed case whose service can be rated."""
    officer = visit("kezhang")
    officer.go("/cases/?status=closed")
    links = officer.page.locator("main a[href^='/cases/a']").all()
    cases = dict.fromkeys((one.get_attribute("href") or "").removeprefix("/cases/").strip("/") for one in links)
    for case in cases:
        slip = handed_out(officer, case)
        if slip is None:
            continue
        citizen = looked_up(visit, *slip)
        number, code = slip_on(citizen)
        assert code != slip[1], "the code of the counter is void at its first use"
        follow(citizen, "查看进度")
        if citizen.page.locator("[name=rating]").count() and citizen.page.locator("main ol.log > li").count():
            return case, number, code, citizen
        citizen.context.close()
    pytest.fail("no closed case can be rated")


def test_a_party_checks_its_receipt_sees_what_happened_rates_and_reads_what_came_of_it(
    fresh_site: Site, visit: Visit
) -> None:
    case, number, code, citizen = rateable(visit)
    assert citizen.page.locator("main ol.line > li.done").count(), "how far it has come stands above what happened"
    citizen.page.check("[name=rating][value=bad]")
    citizen.page.fill("[name=content]", "等了很久没有人告诉进度。")
    citizen.press("form[action='/progress/rate/'] button")
    assert "谢谢您的评价" in said(citizen)
    citizen.press("form[action='/progress/leave/'] button")

    inspector = visit("jiwei")
    inspector.go("/overview/")
    follow(inspector, "待答复的投诉差评")
    follow(inspector, number)
    assert inspector.page.locator(f"main a[href='/cases/{case}/']").count(), "the case it is about is one press away"
    if inspector.page.locator(".others").count():
        name = inspector.page.inner_text(".others").split("、")[0]
        inspector = visit(
            account_of(officer_named(fresh_site, name))
        )  # who took part in the case is told who may answer
        inspector.go("/overview/")
        follow(inspector, "待答复的投诉差评")
        follow(inspector, number)
    inspector.page.select_option("[name=outcome]", "partly")
    inspector.page.fill("[name=answer]", "经核实，公示期间没有主动告知；今后每五日告知一次。")
    inspector.press("main form:has([name=answer]) button")

    reader = looked_up(visit, number, code)
    assert "每五日告知一次" in said(reader)
    assert "部分属实并整改" in said(reader)


def test_what_a_case_waits_for_wraps_on_a_phone(site: Site, visit: Visit) -> None:
    clerk = visit("jiwei", size=PHONE)
    clerk.go(f"/cases/{site.cases('a001/licence')[0]}/")
    tag = clerk.page.locator(".chead .no .tag").first
    tag.evaluate("tag => { tag.textContent = 'pending: Application received, acceptance to be decided'; }")
    assert clerk.width() <= PHONE[0]
