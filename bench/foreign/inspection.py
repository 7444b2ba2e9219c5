"""Visits: planned, drawn, moved by complaints, sweeps of market halls, re-checks; what was seen and how it was written down."""

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta
from random import Random

from .agency import KINDS, Firm, Officer
from .book import Book, Wrong, logit

NORMAL = {0: 0.62, 1: 0.5, 2: 0.65, 3: 0.76, 4: 0.45, 5: 0.7}
"""Share of visits that find nothing, by kind of firm."""
EASE = {"低风险单位": 0.8, "重点监管": -0.1}
STOCK = ("经现场检查，证照齐全，未发现违法行为。", "现场检查未发现明显问题，已提醒企业落实主体责任。")
SEEN = {
    0: "后厨冷藏柜温度{a}℃，留样{b}份，从业人员{c}人健康证在有效期内，消毒记录登至{d}日",
    1: "储罐区可燃气体报警器{a}台，现场读数{b}%LEL，当班操作人员{c}人，最近一次动火作业票编号{d}",
    2: "车间作业人员{a}人，起重设备{b}台，检验合格证有效期至{c}月，除尘系统运行时间{d}小时",
    3: "经营面积约{a}平方米，抽查商品{b}种，进货票据{c}份，过期商品{d}件",
    4: "施工进度至{a}层，临边防护{b}处，特种作业人员{c}人，配电箱{d}台",
    5: "处方药专柜{a}组，抽查处方{b}张，冷藏柜温度{c}℃，执业药师当日签到时间{d}时",
}
FAULT = (
    "安全出口堆放杂物",
    "台账记录不完整",
    "标签标识不规范",
    "防护设施缺失",
    "人员未持证上岗",
    "设备超期未检",
    "进货查验记录缺失",
    "警示标志脱落",
)
HABITS = ("现场", "经查，", "检查人员看到：", "当日", "本次检查中，", "在企业负责人陪同下，")


def inspections(book: Book, visits: int) -> None:
    """Write a year of visits, some so many cases."""
    rng, firms = book.rng, book.agency.firms
    plans: list[tuple[date, Firm, str]] = []
    for firm in firms:
        plans += [(day, firm, "plan") for day in _due(book, firm)]
    known = [one for one in firms if one.stratum != "在建项目"]
    noisy = rng.sample(known, max(1, visits // 400))
    plans += [(book.start_day(), firm, "complaint") for firm in noisy for _ in range(rng.randint(4, 8))]
    plans += [
        (book.start_day(), firm, "complaint")
        for firm in rng.choices(known, [one.size**0.5 for one in known], k=max(1, round(visits * 0.08)))
    ]
    shuts = {(w.subject[0]) for (p, _), w in book.wrongs.items() if p == "never_inspected"}
    plans = [(day, firm, why) for day, firm, why in plans if firm.name not in shuts and _open(firm, day)]
    rng.shuffle(plans)
    for day, firm, why in plans:
        visit(book, firm, day, why)
    _sweeps(book, max(1, visits // 150))


def _open(firm: Firm, day: date) -> bool:
    return firm.first <= day and (firm.last is None or day <= firm.last)


def _due(book: Book, firm: Firm) -> list[date]:
    rng = book.rng
    if firm.stratum == "重点监管":
        if rng.random() < 0.006:
            return []  # 停业整改未复产，名录未及时更新
        return [book.start_day() for _ in range(rng.choice((2, 3, 3, 4)))]
    if firm.stratum == "在建项目":
        return [
            book.day_after(date(2026, month, rng.randint(1, 26)), 0) for month in range(1, 13) if rng.random() < 0.92
        ]
    share = 0.28 if firm.stratum == "一般单位" else 0.05
    return [book.start_day()] if rng.random() < share else []


def team_for(book: Book, firm: Firm, why: str, day: date) -> tuple[Officer, Officer]:
    """Choose two: as a rule the town's own and a colleague, for the double random draw anybody."""
    rng, everybody = book.rng, book.agency.people["case_handler"]
    staff = [one for one in everybody if day not in one.away]
    staff = staff if len(staff) > 1 else everybody
    drawn = firm.stratum in ("一般单位", "低风险单位") and why == "plan" and rng.random() < 0.7
    local = [one for one in staff if one.town == firm.town] or staff
    leader = (
        rng.choices(staff, [one.weight for one in staff])[0]
        if drawn
        else rng.choices(local, [one.weight for one in local])[0]
    )
    for (pattern, name), wrong in book.wrongs.items():
        if (
            pattern == "repeated_pairing"
            and wrong.style == "visits"
            and firm.name in wrong.clients
            and rng.random() < wrong.strength
        ):
            leader = next(one for one in everybody if one.name == name)
            wrong.cases.append(firm.name)
    others = [one for one in staff if one is not leader]
    near = [one for one in others if one.town == leader.town]
    return leader, rng.choice(near if near and rng.random() < 0.6 and not drawn else others)


def free(book: Book, team: tuple[Officer, ...], day: date, minutes: float) -> datetime | None:
    """Return a start on the day at which all of a team can be there and have travelled, None if there is none."""
    if any(day in one.away for one in team):
        return None
    for _ in range(12):
        start = datetime.combine(day, time(0)) + timedelta(
            minutes=book.rng.choice((book.rng.uniform(515, 660), book.rng.uniform(825, 980)))
        )
        end, road = start + timedelta(minutes=minutes), timedelta(minutes=book.rng.uniform(18, 50))
        if all(end + road <= a or b + road <= start for one in team for a, b in book.diary.get((one.name, day), ())):
            return start.replace(second=0, microsecond=0)
    return None


def arrive(book: Book, team: tuple[Officer, Officer], day: date) -> tuple[datetime, datetime]:
    """Find the first day and hour for a visit and enter it in the diaries."""
    minutes = min(200.0, max(20.0, math.exp(book.rng.gauss(4.05, 0.45))))
    day = book.day_after(day, 0)
    for _ in range(400):
        start = free(book, team, day, minutes)
        if start is not None:
            break
        day = book.day_after(day, 1)
    else:
        start = datetime.combine(day, time(9, 0))
    if book.rng.random() < 0.4:  # 按五分钟取整填写
        start = start.replace(minute=start.minute // 5 * 5)
        minutes = max(20.0, round(minutes / 5) * 5.0)
    end = start + timedelta(minutes=round(minutes))
    for one in team:
        book.diary[one.name, day].append((start, end))
    return start, end


def visit(book: Book, firm: Firm, day: date, why: str) -> None:
    """Write one visit from the assignment to the closing of its case."""
    rng, agency = book.rng, book.agency
    case = book.new("检查", firm, KINDS[firm.kind])
    leader, other = team_for(book, firm, why, day)
    head = agency.one("section_head")
    if why == "complaint":
        clerk = agency.one("intake_officer")
        book.add(
            case,
            "receive_complaint",
            clerk,
            book.moment(clerk, book.day_after(day, -1)),
            says=True,
            outcome="complaint",
        )
    told = book.add(case, "form_inspection_team", head, book.moment(head, book.day_after(day - timedelta(rng.randint(3, 8)), 0)), says=True,
                    team=f"{leader.name}|{other.name}")  # fmt: skip
    start, end = arrive(book, (leader, other), max(day, told.date() + timedelta(1)))
    _looked_ahead(book, case, (leader, other), told, start)
    normal = _normal(book, case, firm, leader, told, start)
    ready = on_site(
        book,
        case,
        firm,
        (leader, other),
        start,
        end,
        normal,
        "inspect_site",
    )
    outcome = "normal" if normal else "rectify" if rng.random() < 0.82 else "case"
    _paper(book, case, firm, (leader, other), ready, outcome)


def _paper(book: Book, case: str, firm: Firm, team: tuple[Officer, Officer], end: datetime, outcome: str) -> None:
    rng, agency, (leader, _) = book.rng, book.agency, team
    sent = book.moment(
        leader, book.day_after(end.date(), rng.choice((0, 1, 1, 2, 3))), after=end + timedelta(minutes=40)
    )
    book.add(case, "submit_inspection_report", leader, sent, outcome=outcome)
    deputy = agency.one("deputy_in_charge")
    if rng.random() < (0.13 if leader.junior else 0.04):
        back = book.add(case, "return_on_review", deputy, book.sitting(deputy, case, sent))
        sent = book.add(
            case,
            "submit_inspection_report",
            leader,
            book.moment(leader, book.day_after(back.date(), 1), after=back),
            outcome=outcome,
        )
    passed = book.add(case, "approve_inspection_report", deputy, book.sitting(deputy, case, sent), outcome=outcome)
    clerk = agency.people["data_clerk"][0] if agency.people["data_clerk"] else agency.people["counter_clerk"][0]
    done = book.add(
        case,
        "publish_inspection_result",
        clerk,
        book.moment(clerk, book.day_after(passed.date(), rng.randint(1, 12)), after=passed),
    )
    if outcome == "rectify":
        start, again = arrive(book, team, book.day_after(passed.date(), rng.randint(8, 18)))
        on_site(book, case, firm, team, start, again, rng.random() < 0.86, "recheck_rectification")
        done = max(done, again + timedelta(hours=2))
    head = agency.one("section_head")
    book.add(case, "close_case", head, book.sitting(head, case, done))


def _normal(book: Book, case: str, firm: Firm, leader: Officer, told: datetime, start: datetime) -> bool:
    rng = book.rng
    p = logit(NORMAL[firm.kind], EASE.get(firm.stratum, 0.0) + firm.careful - leader.strict)
    normal = rng.random() < p
    blind = book.bent("nothing_found_streak", leader.name, start.date(), case)
    if blind is not None and (blind.style != "of_clients" or firm.kind in blind.more["kinds"]):
        normal = True
    for (pattern, _), wrong in book.wrongs.items():
        if (
            pattern == "leak_signature"
            and firm.name in wrong.clients
            and start.date() >= wrong.since
            and rng.random() < wrong.strength
        ):
            normal = _leaked(book, case, wrong, told, start) or normal
    return normal


def _leaked(book: Book, case: str, wrong: Wrong, told: datetime, start: datetime) -> bool:
    who = wrong.more["officer"]
    if wrong.style == "evening_before":
        at = datetime.combine(start.date() - timedelta(1), time(19, 0)) + timedelta(minutes=book.rng.uniform(0, 200))
    else:
        at = book.moment(who, told.date(), after=told)
    if not told < at < start:
        at = min(told + timedelta(minutes=book.rng.uniform(5, 60)), start - timedelta(minutes=5))
    book.read(case, who, at)
    wrong.cases.append(case)
    return book.rng.random() < 0.94


def _looked_ahead(book: Book, case: str, team: tuple[Officer, ...], told: datetime, start: datetime) -> None:
    """Readings before a visit that are nobody's secret: the team's, the draw's, a covering colleague's."""
    rng, people = book.rng, book.agency.people
    for one in team:
        if rng.random() < 0.8:
            at = book.moment(one, book.day_after(start.date() - timedelta(rng.randint(0, 3)), 0))
            if told < at < start:
                book.read(case, one, at)
    curious = people["case_handler"] + people["legal_reviewer"] + people["section_head"] + people["data_clerk"]
    for one in curious:
        share = {"data_clerk": 0.25, "legal_reviewer": 0.06, "section_head": 0.12}.get(
            one.post, 0.02 if one.town != team[0].town else 0.08
        )
        if one not in team and rng.random() < share:
            at = book.moment(one, told.date(), after=told)
            if at < start:
                book.read(case, one, at)


def on_site(
    book: Book,
    case: str,
    firm: Firm,
    team: tuple[Officer, Officer],
    start: datetime,
    end: datetime,
    normal: bool,
    act: str,
) -> datetime:
    """Write what was seen, by the leader; typed in as the leader is used to.

    Return when it can be built on: honest people type it first."""
    leader = team[0]
    entered = book.typed(leader, end, case)
    book.add(case, act, leader, end, entered=entered, says=True, outcome="normal" if normal else "problem",
             place=place(firm), started=start, ended=end, team="|".join(one.name for one in team),
             text=words(book, case, firm, leader, normal, end))  # fmt: skip
    return end if ("back_entry_batches", leader.name) in book.wrongs else entered


def place(firm: Firm) -> str:
    """Return the address as it is entered."""
    if firm.market >= 0:
        return f"{firm.town:02d}镇中心市场{int(firm.size * 97) % 300 + 1}号摊位"
    return f"{firm.town:02d}镇{'东西南北'[firm.kind % 4]}路{int(firm.name[2:]) % 400 + 1}号"


def words(book: Book, case: str, firm: Firm, leader: Officer, normal: bool, at: datetime) -> str:
    """Return the record: the agency's form, what was counted, what was wrong; or its stock phrase; or what was copied."""
    rng = book.rng
    copied = book.bent("copied_inspection_text", leader.name, at.date(), case)
    if copied is not None:
        kept = copied.more.setdefault("texts", {})
        key = (firm.kind, rng.randrange(3) if copied.style == "rotated" else 0)
        if copied.style == "one_for_all":
            key = (0, 0)
        text = str(kept.setdefault(key, _written(rng, firm.kind, leader, True)))
        return f"{at:%m月%d日}对{firm.name}进行检查。{text}" if copied.style == "renamed" else text
    if normal and rng.random() < leader.short:
        return STOCK[0] if rng.random() < 0.7 else STOCK[1]
    return f"{at:%m月%d日}对{firm.name}进行检查，出示执法证件。" + _written(rng, firm.kind, leader, normal)


def _written(rng: Random, kind: int, leader: Officer, normal: bool) -> str:
    seen = SEEN[kind].format(a=rng.randint(1, 60), b=rng.randint(1, 30), c=rng.randint(2, 24), d=rng.randint(0, 31))
    bad = "" if normal else "；发现：" + "、".join(rng.sample(FAULT, rng.choice((1, 1, 2, 3)))) + "，责令改正"
    return f"{HABITS[int(leader.name[1:]) % len(HABITS)]}{seen}{bad}{rng.choice(('。', '，现场负责人签字确认。', '，以上情况经核对无误。', ''))}"


def _sweeps(book: Book, count: int) -> None:
    """Market halls: two officers go from stall to stall; a quarter of such sheets say the whole morning for each stall."""
    rng = book.rng
    for _ in range(count):
        stalls = [one for one in book.agency.firms if one.market >= 0 and _open(one, date(2026, 6, 1))]
        if not stalls:
            return
        town = rng.choice(stalls).market
        local = [one for one in stalls if one.market == town][:300]
        chosen = rng.sample(local, min(len(local), rng.randint(3, 7)))
        day = book.start_day()
        team = team_for(book, chosen[0], "sweep", day)
        start, end = arrive(book, team, day)
        each, whole = (end - start) / len(chosen), rng.random() < 0.25
        for n, firm in enumerate(chosen):
            case = book.new("检查", firm, KINDS[firm.kind])
            head = book.agency.one("section_head")
            book.add(case, "form_inspection_team", head, book.moment(head, book.day_after(start.date() - timedelta(4), 0)), says=True,
                     team=f"{team[0].name}|{team[1].name}")  # fmt: skip
            a, b = (start, end) if whole else (start + each * n, start + each * (n + 1))
            a, b = a.replace(second=0, microsecond=0), b.replace(second=0, microsecond=0)
            normal = _normal(book, case, firm, team[0], a, a)
            ready = on_site(book, case, firm, team, a, b, normal, "inspect_site")
            _paper(book, case, firm, team, ready, "normal" if normal else "rectify")
