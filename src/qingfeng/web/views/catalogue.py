"""The catalogue of powers: look at every version, compare two, write a draft in forms or as YAML, publish what another wrote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from qingfeng.casework import drafts
from qingfeng.casework.desk import catalogue, draftform, drillpage
from qingfeng.casework.desk.access import Part, may_enter
from qingfeng.casework.office import UnknownThing
from qingfeng.casework.ports import ReadTx
from qingfeng.casework.powercheck import Checked
from qingfeng.casework.registry import By
from qingfeng.catalogue.amend import NoPlace, amended
from qingfeng.catalogue.power import PowerVersion
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text

from .. import agency, drafting, jobs
from ..gate import part
from ..visit import is_fragment, visit_of
from .maps import compared_drawing

TABS: Mapping[str, Text] = {
    "map": Text(zh="防控图", en="Map"),
    "course": Text(zh="办理程序", en="Procedure"),
    "limits": Text(zh="期限", en="Limits"),
    "controls": Text(zh="防控措施设置", en="Controls"),
    "duties": Text(zh="定期职责", en="Duties"),
    "drills": Text(zh="演练", en="Drills"),
    "gaps": Text(zh="来源缺漏", en="Gaps"),
}
FAULTS_SHOWN = 100


def by_of(request: HttpRequest) -> By:
    """Return who acts, and when."""
    visit = visit_of(request)
    return By(actor=visit.viewer.officer or "", entered=visit.now)


def _may(request: HttpRequest, which: Part) -> bool:
    return may_enter(visit_of(request).viewer, which) is None


@part(Part.CATALOGUE)
def powers(request: HttpRequest) -> HttpResponse:
    """All powers at a glance."""
    visit, office = visit_of(request), agency.office()
    with office.store.read() as tx:
        registry = office.registry(tx)
        day = local_day(visit.now)
        lines = [
            catalogue.power_line(office, registry, one, drafts.standing(tx, one), day) for one in registry.powers()
        ]
        people = registry.people
    context = {"lines": lines, "risks": sum(one.risks for one in lines), "bound": sum(one.risks_bound for one in lines),
               "waiting": sum(one.draft.state == drafts.WAITING for one in lines), "names": people.names}  # fmt: skip
    return render(request, "catalogue/powers.html", context)


@part(Part.CATALOGUE)
def power(request: HttpRequest, power: str) -> HttpResponse:
    """One version of a power."""
    visit, office = visit_of(request), agency.office()
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else "map"
    with office.store.read() as tx:
        registry = office.registry(tx)
        day = local_day(visit.now)
        draft = drafts.standing(tx, power)
        catalogue.latest(registry, power)
        line = catalogue.power_line(office, registry, power, draft, day)
        wanted = request.GET.get("version") or line.version
        version, _ = office.version(registry, power, wanted)
    context = {"line": line, "version": version, "tab": tab, "tabs": TABS.items(), "base": f"/catalogue/{power}/", "draft": draft,
               "may_draft": _may(request, Part.DRAFTS), "may_publish": _may(request, Part.PUBLISHING),
               "may_live": _may(request, Part.LEADERSHIP) and version.version == line.version and line.in_force,
               **_tab(version, tab)}  # fmt: skip
    return render(request, "catalogue/power.html", context)


def _tab(version: PowerVersion, tab: str) -> dict[str, Any]:
    match tab:
        case "map":
            return {"boxes": catalogue.boxes(version)}
        case "course":
            return {"rows": catalogue.course(version)}
        case "limits":
            return {"limits": catalogue.limits(version)}
        case "controls" | "duties":
            return {"rules": catalogue.rules(version, tab)}
        case "drills":
            return {"drills": catalogue.drills(version)}
    return {"gaps": catalogue.gaps_of(version)}


@part(Part.CATALOGUE)
def compare(request: HttpRequest, power: str) -> HttpResponse:
    """What changed from one version to another."""
    office = agency.office()
    with office.store.read() as tx:
        registry = office.registry(tx)
        newest = catalogue.latest(registry, power)
        known = catalogue.versions_of(registry, power)
        last = request.GET.get("to") or newest
        first = request.GET.get("from") or next((v for v in known if v < last), known[-1])
        old, new = office.version(registry, power, first)[0], office.version(registry, power, last)[0]
    groups = catalogue.changes(old, new)
    context = {"power": power, "title": new.title, "versions": known, "first": first, "last": last, "groups": groups,
               "drawn": compared_drawing(old, new), "many": sum(len(texts) for _, texts in groups)}  # fmt: skip
    return render(request, "catalogue/diff.html", context)


class _Desk:
    """A draft with everything that its pages tell of it."""

    def __init__(self, request: HttpRequest, power: str, *, text: str | None = None) -> None:
        visit, office = visit_of(request), agency.office()
        self.lost: Text | None = None
        with office.store.read() as tx:
            self.registry = office.registry(tx)
            self.draft = drafts.standing(tx, power)
            known = catalogue.versions_of(self.registry, power)
            if not known and not self.draft.seq:
                catalogue.latest(self.registry, power)  # says that there is none
            self.lines = drafts.history(tx, power)
            there = self.draft.state != drafts.NONE
            self.text = text if text is not None else self._read(tx) if there else ""
            day = local_day(visit.now)
            self.checked = (
                drafting.check(office, tx, self.registry, power, self.text, day=day)
                if self.text
                else Checked(None, (), (), None)
            )
            before = self.draft.base if there and self.draft.base else next(iter(known), "")
            self.old = office.version(self.registry, power, before)[0] if before else None  # None: a new power

    def _read(self, tx: ReadTx) -> str:
        """Return the text; nothing if it is lost: then the draft can only be dropped."""
        try:
            return drafts.text_of(tx, self.draft, agency.shelf())
        except drafts.BadDraft as error:
            self.lost = error.message
            return ""

    @property
    def title(self) -> Text:
        """The name of the power, its id while a new one has none that can be read."""
        known = self.old or self.checked.version
        return known.title if known is not None else Text(zh=self.draft.power, en=self.draft.power)

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """Return what every template of a draft finds."""
        viewer = visit_of(request).viewer
        mine = viewer.officer is not None and not self.draft.may_confirm(viewer.officer)
        return {"power": self.draft.power, "title": self.title, "draft": self.draft, "checked": self.checked, "old": self.old,
                "errors": self.checked.errors[:FAULTS_SHOWN], "more_errors": max(0, len(self.checked.errors) - FAULTS_SHOWN),
                "lines": [(one, self.registry.people.name(one.by)) for one in self.lines], "mine": mine,
                "authors": [self.registry.people.name(one) for one in self.draft.authors],
                "may_draft": _may(request, Part.DRAFTS), "may_confirm": _may(request, Part.PUBLISHING) and not mine}  # fmt: skip


def _there(desk: _Desk) -> _Desk:
    if desk.draft.state == drafts.NONE:
        raise UnknownThing("本职权没有草稿；请先在职权页开始起草", "the power has no draft: begin one on its page")
    return desk


@part(Part.PUBLISHING)
def draft(request: HttpRequest, power: str) -> HttpResponse:
    """The draft: what it changes, what stands against it, and the next step."""
    return _draft(request, power)


def _draft(request: HttpRequest, power: str, *, fault: Text | None = None, status: int = 200) -> HttpResponse:
    desk = _Desk(request, power)
    if desk.draft.state != drafts.NONE and is_fragment(request):
        return render(request, "catalogue/drilled.html", {**desk.context(request), **_drilled(desk)})
    both = desk.old is not None and desk.checked.version is not None
    groups = catalogue.changes(desk.old, desk.checked.version) if both else ()  # type: ignore[arg-type]
    context = {**desk.context(request), **_drilled(desk), "groups": groups, "many": sum(len(texts) for _, texts in groups),
               "fault": fault or desk.lost,
               "drawn": compared_drawing(desk.old, desk.checked.version) if both else "",  # type: ignore[arg-type]
               "note": request.POST.get("note", ""), "parts": draftform.PARTS.items(),
               "rules": draftform.rules_of(desk.checked.version) if desk.checked.version is not None else ()}  # fmt: skip
    return render(request, "catalogue/draft.html", context, status=status)


def _drilled(desk: _Desk) -> dict[str, Any]:
    """Return what the drills of the draft say, if they were run on the text as it was last saved."""
    job, version, drills = jobs.read(Path(settings.HOME), "draft"), desk.checked.version, desk.draft.drills
    proved = drills is not None and drills.prove(desk.draft.digest)
    of_this = job.powers == (desk.draft.power, str(desk.draft.saved))
    if version is None or not of_this:
        return {"job": job if of_this else jobs.NONE, "busy": job.running and not of_this, "drilled": None, "proved": proved,
                "laid": drills if drills is not None and drills.digest == desk.draft.digest else None}  # fmt: skip
    lines = [line for line in job.lines if line.get("power") == version.power]
    board = drillpage.board({version.power: version}, lines, {version.power}, running=job.running)
    return {
        "job": job,
        "busy": False,
        "drilled": board,
        "proved": proved,
        "missed": [one for power in board.powers for one in power.lines if one.state == "red"],
    }


def drill(request: HttpRequest, power: str) -> HttpResponse:
    """Drill the draft as it was last saved."""
    desk = _there(_Desk(request, power))
    if desk.checked.version is None:
        return _draft(
            request,
            power,
            fault=Text(zh="草稿有错误，不能演练；请先改正", en="the draft has faults: mend them first"),
            status=422,
        )
    jobs.start(
        Path(settings.HOME),
        "draft",
        by=by_of(request).actor,
        powers=[power, str(desk.draft.saved)],
        store=settings.AGENCY_STORE,
    )
    return redirect(f"/catalogue/{power}/draft/")


drill = part(Part.PUBLISHING)(require_POST(drill))


def begin(request: HttpRequest, power: str) -> HttpResponse:
    """Begin a draft from the newest version."""
    office = agency.office()
    with office.store.read() as tx:
        registry = office.registry(tx)
        newest = catalogue.latest(registry, power)
    text = drafting.starting_text(registry, power, newest, today=local_day(visit_of(request).now))
    try:
        drafts.begin(office, power, text, base=newest, texts=agency.shelf(), by=by_of(request))
    except drafts.BadDraft as error:
        return _draft(request, power, fault=error.message, status=409)
    return redirect(f"/catalogue/{power}/draft/")


begin = part(Part.DRAFTS)(require_POST(begin))


@part(Part.DRAFTS)
def write(request: HttpRequest, power: str) -> HttpResponse:
    """The draft as YAML, with the checks beside it."""
    sent = request.POST.get("text") if request.method == "POST" else None
    if sent is not None:
        sent = sent.replace("\r\n", "\n")
    desk = _there(_Desk(request, power, text=sent or None))
    fault, status = None, 200
    seen = _whole(request.POST.get("seen"))
    if sent is not None and not request.POST.get("check"):
        try:
            if not sent.strip():
                raise drafts.BadDraft("内容为空，没有保存", "the text is empty; nothing was saved")
            drafts.save(agency.office(), power, sent, seen=seen, note=request.POST.get("note", ""), texts=agency.shelf(), by=by_of(request))
        except drafts.BadDraft as error:
            fault, status = error.message, 409
        else:
            messages.success(request, "done")
            return redirect(f"/catalogue/{power}/draft/text/")
    context = {
        **desk.context(request),
        "text": desk.text if sent is None else sent,
        "fault": fault,
        "seen": seen if sent is not None else desk.draft.saved,
        "note": request.POST.get("note", ""),
    }
    return render(
        request, "catalogue/checks.html" if is_fragment(request) else "catalogue/text.html", context, status=status
    )


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) <= 9 else 0


@part(Part.DRAFTS)
def form(request: HttpRequest, power: str, which: str, rule: str = "") -> HttpResponse:
    """A part of the draft as a form: day of force, levels and owners, limits, the settings of one control or duty."""
    desk = _there(_Desk(request, power))
    version = desk.checked.version
    if version is None:
        return redirect(f"/catalogue/{power}/draft/text/")
    inputs = draftform.entries(version, which, rule)
    if not inputs:
        raise UnknownThing("草稿里没有这一部分", "the draft has no such part")
    faults: list[Text] = []
    if request.method == "POST":
        changed, faults = draftform.changes(inputs, request.POST.get, request.POST.getlist)
        if not faults:
            faults = _saved(request, power, desk, changed)
            if not faults:
                messages.success(request, "done")
                return redirect(f"/catalogue/{power}/draft/")
        inputs = tuple(_as_sent(request, one) for one in inputs)
    name = draftform.PARTS.get(which) or next(
        (title for kind, name, title in draftform.rules_of(version) if (kind, name) == (which, rule)), None
    )
    context = {
        **desk.context(request),
        "inputs": inputs,
        "pools": {i.pool: i.options for i in inputs if i.pool}.items(),
        "faults": faults,
        "part_name": name or Text(zh=rule, en=rule),
        "seen": _whole(request.POST.get("seen")) or desk.draft.saved,
    }
    return render(request, "catalogue/form.html", context, status=422 if faults else 200)


def _saved(request: HttpRequest, power: str, desk: _Desk, changed: Mapping[Any, Any]) -> list[Text]:
    """Save what a form changed; return why not.  A text that cannot be read after it is not saved: a form never breaks a draft."""
    loaded = drafting.read(power, desk.text)
    assert loaded.power is not None, "a draft that has forms can be read"
    last = len(loaded.power.versions) - 1
    try:
        text = amended(desk.text, {("versions", last, *path): value for path, value in changed.items()})
    except NoPlace:
        return [Text(zh="草稿里已没有这一项，请刷新后再填", en="the draft has no such place any more: reload")]
    after = drafting.read(power, text)
    if after.power is None:
        return [Text(zh=f"{f.what.zh}{f.hint.zh}", en=f"{f.what.en} {f.hint.en}") for f in after.errors[:20]]
    try:
        drafts.save(agency.office(), power, text, seen=_whole(request.POST.get("seen")), note="", texts=agency.shelf(), by=by_of(request))
    except drafts.BadDraft as error:
        return [error.message]
    return []


def _as_sent(request: HttpRequest, entry: draftform.Entry) -> draftform.Entry:
    if entry.kind == "many":
        return replace(entry, value=[one for one in request.POST.getlist(entry.name) if one.strip()])
    return replace(entry, value=request.POST.get(entry.name, entry.shown))


def step(request: HttpRequest, power: str) -> HttpResponse:
    """The next step of a draft: propose | withdraw | drop (who writes), confirm | return (another)."""
    office, by, act = agency.office(), by_of(request), request.POST.get("act", "")
    note, seen = request.POST.get("note", ""), _whole(request.POST.get("seen"))
    desk = _Desk(request, power)
    seen = seen if seen == desk.draft.saved else 0  # what was shown is what was judged here
    try:
        if act in ("propose", "withdraw", "drop") and not _may(request, Part.DRAFTS):
            raise drafts.BadDraft("此事由法制机构办理", "this is for the legal office")
        match act:
            case "propose":
                drafts.propose(office, power, seen=seen, fine=desk.checked.fine, note=note, by=by)
            case "withdraw":
                drafts.withdraw(office, power, by=by)
            case "drop":
                drafts.drop(office, power, note=note, by=by)
            case "return":
                drafts.hand_back(office, power, note=note, by=by)
            case "confirm" if desk.checked.version is not None and desk.checked.fine:
                drafts.confirm(office, power, desk.checked.version, seen=seen, note=note, by=by)
            case "confirm":
                raise drafts.BadDraft(
                    "草稿有错误，不能发布；请退回修改", "the draft has faults and cannot be published: return it"
                )
            case _:
                raise drafts.BadDraft("没有这一步", "there is no such step")
    except drafts.BadDraft as error:
        return _draft(request, power, fault=error.message, status=422)
    messages.success(request, "done")
    gone = act == "drop" and desk.old is None  # a new power that was given up has no page
    return redirect("/catalogue/" if gone else f"/catalogue/{power}/" if act in ("confirm", "drop") else f"/catalogue/{power}/draft/")


step = part(Part.PUBLISHING)(require_POST(step))
