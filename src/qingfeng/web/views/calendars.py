"""Working calendars: the years that are loaded, and taking in the official list of a year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import yaml
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from qingfeng.casework import calendarchanges
from qingfeng.casework.accounts import CONFIRMER
from qingfeng.casework.desk.access import Part, may_enter
from qingfeng.casework.notice import MAX_CHARACTERS, read_notice
from qingfeng.casework.registry import BadRegistration
from qingfeng.casework.twofold import BadChange, Change
from qingfeng.catalogue.yaml_words import yaml_told
from qingfeng.terms.calendar import YearTable
from qingfeng.terms.instants import local_day
from qingfeng.terms.limits import MAX_NAME
from qingfeng.terms.text import TermError, Text, hazards

from .. import agency
from ..gate import part
from ..visit import visit_of
from .catalogue import by_of

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Month:
    """One month: weeks of (day, class, mark in words); None beside the month."""

    number: int
    weeks: tuple[tuple[tuple[int, str, Text | None] | None, ...], ...]


_OFF, _WORKED = Text(zh="放假", en="off"), Text(zh="上班", en="worked")


def months(table: YearTable) -> Iterator[Month]:
    """Yield the months of a year."""
    for number in range(1, 13):
        first = date(table.year, number, 1)
        days: list[tuple[int, str, Text | None] | None] = [None] * first.weekday()
        day = first
        while day.month == number:
            kind, mark = (
                ("off", _OFF)
                if day in table.off
                else ("wk", _WORKED)
                if day in table.worked
                else ("we" if day.weekday() >= SATURDAY else "", None)
            )
            days.append((day.day, kind, mark))
            day += timedelta(days=1)
        days += [None] * (-len(days) % 7)
        yield Month(number, tuple(tuple(days[n : n + 7]) for n in range(0, len(days), 7)))


@part(Part.APPOINTMENTS)
def calendars(request: HttpRequest) -> HttpResponse:
    """The years, one of them day by day; another is proposed in two steps: look, then send it to the second administrator."""
    return _calendars(request)


def _calendars(request: HttpRequest, fault: Text | None = None) -> HttpResponse:
    visit, office = visit_of(request), agency.office()
    seen: YearTable | None = None
    if request.method == "POST" and fault is None:
        try:
            seen = _sent(request)
            if request.POST.get("load"):
                came = calendarchanges.enter(office, seen, by=by_of(request))
                told = _loaded(seen.year, came) if isinstance(came, list) else Text(
                    zh=f"{seen.year}年日历已提出，第{came}号，由安全管理员对照通知确认后生效。",
                    en=f"The calendar of {seen.year} is proposed as number {came}: it holds once the security administrator confirms it.",
                )  # fmt: skip
                messages.info(request, told.say(visit.lang))
                return redirect(f"/calendars/?year={seen.year}")
        except (TermError, BadRegistration, BadChange) as error:
            fault = error.text if isinstance(error, TermError) else error.message
            seen = None
    with office.store.read() as tx:
        registry = office.registry(tx)
        tables, waiting = registry.tables, calendarchanges.standing(tx).waiting.values()
        resting = len(tx.provisional_cases(limit=1_000))
    asked = request.GET.get("year", "")
    year = (
        int(asked) if asked.isascii() and asked.isdecimal() and int(asked[:6]) in tables else local_day(visit.now).year
    )
    shown = seen or tables.get(year) or (tables[max(tables)] if tables else None)
    known = tables.get(seen.year) if seen is not None else None
    context = {
        "tables": [tables[one] for one in sorted(tables)],
        "shown": shown,
        "months": list(months(shown)) if shown else (),
        "seen": seen,
        "fault": fault,
        "given": request.POST,
        "resting": resting,
        "turned": _turned(known, seen) if seen else (),
        "known": known,
        "waiting": [_waits(registry.people.name(one.by), one, tables) for one in waiting],
        "confirms": CONFIRMER in visit.viewer.posts,
        "mine": visit.viewer.officer,
        "proposes": may_enter(visit.viewer, Part.PEOPLE) is None,
    }
    return render(request, "admin_pages/calendars.html", context, status=422 if fault else 200)


def _loaded(year: int, changed: list[str]) -> Text:
    return Text(zh=f"{year}年日历已录入，重算{len(changed)}件案件和职责的期限。",
                en=f"The calendar of {year} is loaded; {len(changed)} limits recomputed.")  # fmt: skip


def _waits(by: str, change: Change, tables: Mapping[int, YearTable]) -> dict[str, object]:
    """Return a proposal as the page shows it: the days that would change."""
    table = calendarchanges.table_of(change)
    return {"change": change, "by": by, "table": table, "turned": _turned(tables.get(table.year), table)}


@part(Part.APPOINTMENTS)
@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """Confirm or reject a proposed calendar."""
    text, does = request.POST.get("number", ""), request.POST.get("does") == "confirm"
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
    try:
        changed = calendarchanges.decide_on(agency.office(), number, confirm=does, by=by_of(request))
    except (TermError, BadRegistration, BadChange) as error:
        return _calendars(request, error.text if isinstance(error, TermError) else error.message)
    told = Text(zh=f"已确认，重算{len(changed)}件案件和职责的期限。", en=f"Confirmed; {len(changed)} limits recomputed.") if does else \
        Text(zh="已记录：不予确认。", en="Recorded: rejected.")  # fmt: skip
    messages.info(request, told.say(visit_of(request).lang))
    return redirect("/calendars/")


def _turned(old: YearTable | None, new: YearTable) -> list[tuple[date, Text]]:
    """Return the days that change, with what they become."""

    def kind(table: YearTable | None, day: date) -> Text:
        if table is not None and day in table.off:
            return _OFF
        if table is not None and day in table.worked:
            return _WORKED
        return Text(zh="周末休息", en="weekend") if day.weekday() >= SATURDAY else Text(zh="工作日", en="working day")

    days = sorted({*new.off, *new.worked, *(old.off if old else ()), *(old.worked if old else ())})
    return [(day, kind(new, day)) for day in days if kind(old, day) != kind(new, day)]


def _sent(request: HttpRequest) -> YearTable:
    """Return the table that was sent: YAML as in calendars/, or the words of the notice.  Raises TermError."""
    text, year = request.POST.get("text", "")[: MAX_CHARACTERS + 1], request.POST.get("year", "").strip()
    if not text.strip() or len(text) > MAX_CHARACTERS:
        raise TermError(
            Text(
                zh=f"请粘贴通知全文或YAML（{MAX_CHARACTERS}字以内）",
                en=f"Paste the notice or the YAML ({MAX_CHARACTERS} characters at most)",
            )
        )
    if request.POST.get("form") == "yaml":
        try:
            return YearTable.of(yaml.safe_load(text))
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            if isinstance(error, TermError):
                raise
            mark = getattr(error, "problem_mark", None)
            where = Text(zh=f"（第{mark.line + 1}行）", en=f" (line {mark.line + 1})") if mark is not None else Text(zh="", en="")
            words = yaml_told(getattr(error, "problem", None) or str(error))
            raise TermError(Text(zh=f"不是有效的YAML：{words.zh}{where.zh}", en=f"not valid YAML: {words.en}{where.en}")) from error
    if not (year.isascii() and year.isdecimal() and len(year) == 4):
        raise TermError(Text(zh="请写明年份，如2027", en="Name the year, such as 2027"))
    source = request.POST.get("source", "").strip()
    if not source or len(source) > MAX_NAME or hazards(source):
        raise TermError(Text(zh="请写明通知的名称和文号", en="Name the notice and its number"))
    told = read_notice(text, int(year))
    if told.faults or not told.off:
        raise TermError(
            Text(
                zh="；".join(f.zh for f in told.faults) or "没有读到放假日期",
                en="; ".join(f.en for f in told.faults) or "no day off was found",
            )
        )
    return YearTable(year=int(year), off=told.off, worked=told.worked, official=True, source=source)
