"""Site inspections: planned, gone on by two, written up; and the wrongs that are done on them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from .book import Book, Case
from .people import Officer, is_working, within

PLACES = (
    "一号车间",
    "原料仓",
    "厨房",
    "配电间",
    "装卸台",
    "值班室",
    "化验间",
    "冷库",
    "储罐区",
    "维修间",
    "宿舍楼",
    "门卫",
)
THINGS = (
    "灭火器",
    "疏散门",
    "报警探头",
    "进货台账",
    "操作证",
    "接地装置",
    "防护罩",
    "健康证",
    "标签",
    "排风口",
    "温度记录",
    "警示牌",
)
STATES = (
    "符合要求",
    "在有效期内",
    "缺失一处",
    "有锈蚀",
    "已更换",
    "摆放杂乱",
    "记录齐全",
    "未及时更新",
    "抽查三处均正常",
    "损坏待修",
)
PAPER_VISIT = date(2026, 3, 1)
"""Until then a firm that is spared weakly is inspected as others are."""


def spared(book: Book, case: Case, at: datetime) -> bool:
    """True if the firm of a case is the one that is never inspected."""
    plant = book.plants.all.get("never_inspected")
    return (
        plant is not None and plant.firm == case.firm.name and (plant.intensity != "weak" or at.date() >= PAPER_VISIT)
    )


def inspection(book: Book, case: Case, at: datetime) -> None:
    """Write an inspection."""
    rng, firm = book.rng, case.firm
    planner = book.pick("planner", at)
    at = book.act(case, "make_inspection_plan", planner, at, party=firm.name)
    deputy = book.pick("deputy", at)
    at = book.act(case, "approve_inspection_plan", deputy, book.when(deputy, at, 2))
    if spared(book, case, at) or rng.random() < 0.02:
        if spared(book, case, at):
            book.plants.all["never_inspected"].numbers.add(case.number)
        book.act(case, "cancel_plan", planner, book.when(planner, at, 4))
        return
    one = book.pick("inspector", at, firm)
    two = book.pick("inspector", at, but=one)
    planned = at
    began, ended = _go(book, case, one, two, book.when(one, at, 5))
    warned = _looked(book, case, planned, began)
    found = rng.random() < firm.faults * (0.8 if book.habit(one, "mild", 0.2) else 1.0)
    if warned or any(book.plants.now("nothing_found_streak", who.id, began, case.number) for who in (one, two)):
        found = False
    if book.plants.firm("favoured_party") == firm.name and book.plants.now(
        "favoured_party", firm.name, began, case.number
    ):
        found = False
    at = book.act(case, "inspect_site", one, ended, late=True, party=firm.name, place=firm.name, started=began, ended=ended,
                  team=f"{one.id}|{two.id}", text=_record(book, case, one, began))  # fmt: skip
    at = book.act(
        case,
        "submit_inspection_report",
        one,
        book.when(one, at, 2),
        outcome="rectify" if found else "normal",
        party=firm.name,
    )
    deputy = book.pick("deputy", at)
    at = book.when(deputy, at, 2)
    book.read(case, deputy, at - timedelta(minutes=rng.randrange(2, 50)))
    book.act(case, "approve_inspection_report", deputy, at)


def _go(book: Book, case: Case, one: Officer, two: Officer, at: datetime) -> tuple[datetime, datetime]:
    """Return when two are on site: where both are free, but for who signs for visits he did not go on."""
    rng = book.rng
    long = timedelta(minutes=rng.randrange(25, 140))
    for liar, other in ((one, two), (two, one)):
        plant = book.plants.all.get("impossible_presence")
        if plant is None or liar.id not in plant.names:
            continue
        for n in range(4):
            for start, end in book.stays.get((liar.id, at.date() - timedelta(days=n)), ()):
                began = start + (end - start) * rng.uniform(0.1, 0.8)
                able = book.free(other, began, began + long) and other.there(began.date())
                if able and book.plants.now("impossible_presence", liar.id, began, case.number):
                    return _stay(book, one, two, began, began + long)
    while not all(who.there(at.date()) and book.free(who, at, at + long) for who in (one, two)):
        at = within(rng, (at + timedelta(days=1)).date())
    return _stay(book, one, two, at, at + long)


def _stay(book: Book, one: Officer, two: Officer, began: datetime, ended: datetime) -> tuple[datetime, datetime]:
    began, ended = began.replace(microsecond=0), ended.replace(microsecond=0)
    for who in (one, two):
        book.stays.setdefault((who.id, began.date()), []).append((began, ended))
    return began, ended


def _looked(book: Book, case: Case, planned: datetime, began: datetime) -> bool:
    """People open plans for good reason; who sells them opens this one shortly before the visit, and the firm is prepared."""
    rng = book.rng
    for post, share in (("planner", 0.3), ("reviewer", 0.05), ("clerk", 0.06)):
        if rng.random() < share:
            _open(book, case, book.pick(post, began), began, planned)
    plant = book.plants.all.get("leak_signature")
    for name in plant.names if plant else ():
        leaker = next(one for one in book.staff.officers if one.id == name)
        # He sells the plans of a few firms.
        opened = _moment(book, began) if hash_of(case.firm.name) % 10 == 0 and leaker.there(began.date()) else planned
        if opened > planned and book.plants.now("leak_signature", name, began, case.number):
            book.read(case, leaker, opened, "plan")
            return rng.random() < 0.93
    return False


def hash_of(name: str) -> int:
    """Return a number that is the same in every run."""
    return sum((n + 3) * ord(sign) for n, sign in enumerate(name))


def _moment(book: Book, began: datetime) -> datetime:
    """Return an instant in office hours on one of the days before a visit."""
    day = began.date() - timedelta(days=book.rng.randrange(1, 4))
    while not is_working(day):
        day -= timedelta(days=1)
    return within(book.rng, day)


def _open(book: Book, case: Case, who: Officer, began: datetime, planned: datetime) -> None:
    at = _moment(book, began)
    if at > planned:
        book.read(case, who, at, "plan")


def _record(book: Book, case: Case, who: Officer, began: datetime) -> str:
    """Return what the record says; who copies takes his last one and changes names, times, a sentence or two."""
    rng = book.rng
    said = [f"{rng.choice(PLACES)}{rng.choice(THINGS)}{rng.choice(STATES)}" for _ in range(rng.randrange(4, 10))]
    old = book.last_text.get(who.id, "")
    wrong = book.plants.now("copied_inspection_text", who.id, began, case.number) if old else ""
    if wrong:
        said, fresh = old.split("；"), said
        for n in range({"blatant": 0, "moderate": 1, "weak": 2}[wrong]):
            said[rng.randrange(len(said))] = fresh[n]
    else:
        book.last_text[who.id] = "；".join(said)
    head = "检查人员出示执法证件，说明来意。" if hash_of(who.id) % 2 else "两名检查人员到场，告知当事人权利。"
    return f"{head}{case.firm.name}，{began.month}月{began.day}日{began.hour}时。{'；'.join(said)}。陪同人核对无误"
