"""Maps of other files brought in: upload, look over beside the original, settle doubts, bind, and take over into a draft of a power."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

import yaml
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from qingfeng.casework import drafts, imports
from qingfeng.casework.desk.access import Part
from qingfeng.casework.desk.catalogue import versions_of
from qingfeng.catalogue.schema import KINDS
from qingfeng.importing.failure import ImportFailed
from qingfeng.importing.keep import kept_from
from qingfeng.importing.merge import merged
from qingfeng.importing.review import BadEdit, Edit
from qingfeng.importing.settling import Reviewed, step_words
from qingfeng.terms.instants import local_day
from qingfeng.terms.limits import MAX_IMPORT_BYTES
from qingfeng.terms.text import Text

from .. import agency, drafting, errors, reviewing
from ..gate import part
from ..visit import visit_of
from .catalogue import by_of
from .papers import download

FAULTS_SHOWN, SHOWN_FIRST = 12, 8
_POWER = re.compile(r"[a-z0-9_]{1,60}/[a-z0-9_]{1,60}")


@part(Part.DRAFTS)
def every(request: HttpRequest) -> HttpResponse:
    """Upload a document; what was uploaded before."""
    fault: Text | None = None
    if request.method == "POST":
        try:
            number = _begun(request, request.FILES.get("file"))
        except ImportFailed as error:
            fault = error.text
        else:
            messages.success(request, "done")
            return redirect(f"/imports/{number}/")
    office = agency.office()
    with office.store.read() as tx:
        people = office.registry(tx).people
        lines = [(one, people.name(one.by), imports.standing(tx, one.number).taken) for one in imports.latest(tx)]
    return render(request, "catalogue/imports.html", {"lines": lines, "fault": fault, "most": MAX_IMPORT_BYTES // 1_000_000},
                  status=422 if fault else 200)  # fmt: skip


def _begun(request: HttpRequest, sent: UploadedFile[bytes] | None) -> int:
    if sent is None or not sent.size:
        raise ImportFailed(
            Text(zh="请选择一个文件（空文件没有内容可读）。", en="Choose a file (an empty one holds nothing).")
        )
    if sent.size > MAX_IMPORT_BYTES:
        raise ImportFailed(Text(zh=f"文件超过{MAX_IMPORT_BYTES // 1_000_000} MB；请只留防控图的几页另存后再上传。",
                                en=f"The file exceeds {MAX_IMPORT_BYTES // 1_000_000} MB: save and send the maps alone."))  # fmt: skip
    data, name = sent.read(), sent.name or "document"
    from qingfeng.importing.apart import read_apart  # the readers of Word and PDF: only who brings a map needs them

    text = read_apart(data, name)
    kept = kept_from(text)
    if not kept.maps:
        why = kept.doubts[-1] if kept.doubts else None  # the last one says that there is none
        raise ImportFailed(Text(zh=f"{why.what.zh}{why.settle.zh}", en=f"{why.what.en} {why.settle.en}") if why is not None else Text(
            zh="没有找到防控图。", en="No map was found."))  # fmt: skip
    shelf = agency.shelf()
    return imports.begin(agency.office(), name=name, file=shelf.keep_document(data), kept=shelf.keep_text(text), maps=len(kept.maps),
                         by=by_of(request))  # fmt: skip


@part(Part.DRAFTS)
def one(request: HttpRequest, number: str) -> HttpResponse:
    """One document: look at it, and change it."""
    if request.method != "POST":
        return _page(request, int(number))
    try:
        edits = _edits(request, int(number))
        at = edits[-1].target if edits else ""
    except (BadEdit, imports.BadImport) as error:
        return _page(
            request, int(number), fault=error.text if isinstance(error, BadEdit) else error.message, status=422
        )
    messages.success(request, "done")
    return redirect(
        f"/imports/{number}/?map={_whole(request.POST.get('map'), 1)}&done={quote(at)}#{quote(_anchor(at))}"
    )


def _whole(text: str | None, least: int = 0) -> int:
    return max(least, int(text)) if text and text.isascii() and text.isdecimal() and len(text) <= 9 else least


def _anchor(at: str) -> str:
    """Where in the page a thing stands: items stand in their boxes."""
    return f"at-{at.partition(':')[0]}" if at else "doubts"


def _edits(request: HttpRequest, number: int) -> list[Edit]:
    """Lay down what a form asks for; return the changes.  Raises BadEdit, BadImport; a form of several changes stops at the first fault."""
    office, seen = agency.office(), _whole(request.POST.get("seen"))
    with office.store.read() as tx:
        standing = imports.standing(tx, number)
    found = reviewing.reviewed(standing)
    edits = [edit for edit in _asked(request, found) if edit is not None]
    for edit in edits:
        found.apply(edit)  # all are tried before the first is laid down
    for edit in edits:
        imports.change(office, number, edit.data(), seen=seen, by=by_of(request))
        seen += 1
    return edits


def _asked(request: HttpRequest, found: Reviewed) -> list[Edit | None]:
    post, number = request.POST, _whole(request.POST.get("map"))

    def edit(do: str, target: str, value: str = "", names: list[str] | None = None) -> Edit:
        return Edit.parse(
            {
                "do": do,
                "map": number,
                "target": target,
                "value": value,
                "names": names or [],
                "reason": post.get("reason", ""),
            }
        )

    do, target = post.get("do", ""), post.get("target", "")
    match do:
        case "box":  # one list says where to, or what it is
            what, _, value = post.get("value", "").partition(":")
            return [edit(what if what in ("move", "kind") else "", target, value)]
        case "bind":
            return [edit("bind", target, names=_names(post.getlist("name")))]
        case "settle":
            return [
                edit("settle", target, post.get("value", ""), names=[one for one in [post.get("owner", "")] if one])
            ]
        case "step":
            read = found.map(number)
            step = next((s for s in read.filled() if target == ("whole" if s.index is None else str(s.index))), None)
            before = {
                "name": step.name if step else "",
                "grade": (step.level if step else None) or "",
                "owner": (step.owner if step else None) or "",
            }
            given = {one: post.get(one, before[one]).strip() for one in before}
            return [edit(one, target, given[one]) for one in before if given[one] != before[one]]
        case "head":
            read = found.map(number)
            old = {"power": read.power, "agency": read.agency or "", "kind": read.kind or "", **read.phones}
            changed = [
                edit("head", key, post.get(key, "")) for key in old if key in post and post[key].strip() != old[key]
            ]
            levels = [one for one in re.split(r"[\s、，,]+", post.get("scheme", "")) if one]
            return [*changed, edit("scheme", "", names=levels) if levels and levels != read.scheme else None]
    return [edit(do, target, post.get("value", ""))]


def _names(given: list[str]) -> list[str]:
    """The ids of rules that were ticked, or written by name.  Raises BadEdit."""
    pool = reviewing.rule_pool()
    by_name = {name.zh: id_ for id_, name in pool.items()} | {name.en: id_ for id_, name in pool.items()}
    ids = [one if one in pool else by_name.get(one, "") for one in (name.strip() for name in given) if one]
    if "" in ids:
        raise BadEdit("要增加的措施不在清单中，请从提示中选取", "what is added must be of the list")
    return ids


def _page(
    request: HttpRequest,
    number: int,
    *,
    fault: Text | None = None,
    status: int = 200,
    take: dict[str, str] | None = None,
) -> HttpResponse:
    try:
        return _shown(request, number, fault=fault, status=status, take=take)
    except imports.BadImport as error:  # what was read is lost: there is nothing to show
        return errors.page(request, 409, error.message)


def _shown(
    request: HttpRequest, number: int, *, fault: Text | None, status: int, take: dict[str, str] | None
) -> HttpResponse:
    office, day = agency.office(), local_day(visit_of(request).now)
    with office.store.read() as tx:
        registry = office.registry(tx)
        standing = imports.standing(tx, number)
        found = reviewing.reviewed(standing)
        asked = request.POST if request.method == "POST" else request.GET
        which = min(_whole(asked.get("map"), 1), len(found.maps))
        read, wanted = found.map(which), standing.taken.get(which) or _suggested(registry.powers(), found, which)
        draft = reviewing.drafted(standing, found, which, power=wanted, day=day)
        checked = reviewing.check(office, tx, registry, wanted, draft, day)
        powers = [
            (one, office.version(registry, one, versions_of(registry, one)[0])[0].title) for one in registry.powers()
        ]
    doubts = reviewing.doubts_of(found, which, draft)
    steps = reviewing.steps_of(read, doubts)
    items = [item for step in steps for box in (*step.risks, *step.measures) for item in box.items]
    context: dict[str, Any] = {
        "head": standing.head, "number": number, "which": which, "read": read, "steps": steps, "fault": fault, "seen": standing.seq,
        "maps": [(n, one.power or one.title or "", n in standing.taken) for n, one in enumerate(found.maps, 1)],
        "doubts": doubts[:SHOWN_FIRST], "later": doubts[SHOWN_FIRST:], "many": len(doubts),
        "settled": _settled(standing, registry.people, which),
        "targets": [("whole" if n is None else str(n), step_words(read, n)) for n in (*range(len(read.steps)), None)],
        "originals": reviewing.originals(found, which), "notes": found.kept.notes, "checked": checked,
        "errors": checked.errors[:FAULTS_SHOWN],
        "more_errors": max(0, len(checked.errors) - FAULTS_SHOWN), "powers": powers, "wanted": wanted, "kinds": _kinds(),
        "taken": standing.taken.get(which), "items": len(items), "bound": sum(one.state in ("bound", "nothing") for one in items),
        "rules": reviewing.rule_pool().items(), "done": request.GET.get("done", ""), "take": take or {},
        "said": request.POST.get("reason", "") if fault else "",
    }  # fmt: skip
    return render(request, "catalogue/review.html", context, status=status)


def _kinds() -> list[tuple[str, Text]]:
    return [(one, KIND_NAMES[one]) for one in KINDS]


def _settled(standing: imports.Standing, people: Any, which: int) -> list[tuple[str, str, Any]]:
    """The doubts that were settled: choice and reason, by whom, when; the newest first."""
    told = [one for one in standing.changes if one.edit["do"] == "settle" and one.edit["map"] in (0, which)]
    return [(str(one.edit["reason"]), people.name(one.by), one.at) for one in reversed(told)]


def _suggested(powers: tuple[str, ...] | list[str], found: Reviewed, which: int) -> str:
    """An id that no power has yet."""
    base = f"own/{found.map(which).kind or 'other_power'}"
    name, n = base, 2
    while name in powers:
        name, n = f"{base}_{n}", n + 1
    return name


@part(Part.DRAFTS)
def original(request: HttpRequest, number: str) -> HttpResponse:
    """The document as it was uploaded, to be saved; never shown by the browser."""
    with agency.office().store.read() as tx:
        head = imports.standing(tx, int(number)).head
    path = agency.shelf().path(head.file)
    if path is None:
        return _page(
            request,
            int(number),
            fault=Text(zh="原件不在文件库中，请由备份恢复", en="the original is not in the shelf"),
            status=404,
        )
    return download(path.read_bytes(), head.name, "application/octet-stream", attached=True)


@part(Part.DRAFTS)
def take(request: HttpRequest, number: str) -> HttpResponse:
    """Take a map over into a draft: of a new power, or of a new version of one that runs."""
    if request.method != "POST":
        return redirect(f"/imports/{number}/")
    office, by, which = agency.office(), by_of(request), _whole(request.POST.get("map"), 1)
    day = local_day(visit_of(request).now)
    into, power = request.POST.get("into", ""), request.POST.get("power", "").strip()
    with office.store.read() as tx:
        registry = office.registry(tx)
        standing = imports.standing(tx, int(number))
        state = drafts.standing(tx, into or power).state if _POWER.fullmatch(into or power) else drafts.NONE
    try:
        if not into and not _POWER.fullmatch(power):
            raise imports.BadImport(
                "编号写作“单位/职权”，只用小写字母、数字和下划线，例如 own/penalty",
                "write the id as agency/power: own/penalty",
            )
        if not into and power in registry.powers():
            raise imports.BadImport(
                f"{power}已经发布；请选“作为现有职权的新版”，或者另定编号",
                f"{power} is published: make it a new version, or choose another id",
            )
        if state != drafts.NONE:
            raise imports.BadImport(
                "该职权已有一份草稿；请先发布或者放弃那一份", "the power has a draft: publish or drop that first"
            )
        if into and into not in registry.powers():
            raise imports.BadImport("没有这项职权，请从清单中选", "there is no such power: choose from the list")
        if _whole(request.POST.get("seen")) != standing.seq:
            raise imports.BadImport(
                "别人在此期间改过，没有转入；请看过现在的样子再转入",
                "it was changed meanwhile and not taken over: look at it as it stands now",
            )
        found = reviewing.reviewed(standing)
        target = into or power
        draft = reviewing.drafted(standing, found, which, power=target, day=day)
        base = versions_of(registry, into)[0] if into else ""
        text = draft.text if not into else _beside(registry.versions[into, base], base, draft.text, day)
        text = f"# 防控图导入第{number}号第{which}图，核对记录见 /imports/{number}/ · imported and looked over, see there\n{text}"
        drafts.begin(office, target, text, base=base, texts=agency.shelf(), by=by)
        imports.take(office, int(number), map_number=which, power=target, seen=standing.seq, by=by)
    except (imports.BadImport, drafts.BadDraft) as error:
        return _page(request, int(number), fault=error.message, status=422, take={"into": into, "power": power})
    except BadEdit as error:
        return _page(request, int(number), fault=error.text, status=422)
    messages.success(request, "done")
    return redirect(f"/catalogue/{target}/draft/")


def _beside(document: Any, base: str, imported: str, day: Any) -> str:
    """The published power with the steps of the imported map, in force from tomorrow."""
    loaded = yaml.load(imported, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return drafting.written(
        {**document, "version": merged(document["version"], loaded["versions"][-1])}, after=base, today=day
    )


KIND_NAMES: dict[str, Text] = {
    "penalty": Text(zh="行政处罚", en="penalty"), "inspection": Text(zh="行政检查", en="inspection"), "licence": Text(zh="行政许可", en="licence"),
    "compulsory_measure": Text(zh="行政强制", en="compulsory measure"), "award": Text(zh="行政奖励", en="award"),
    "record_filing": Text(zh="备案", en="record filing"), "announcement": Text(zh="公告", en="announcement"),
    "budget_preparation": Text(zh="预算编制", en="budget preparation"), "disciplinary_sanction": Text(zh="行政处分", en="disciplinary sanction"),
    "acceptance": Text(zh="受理", en="acceptance"), "other_power": Text(zh="其他权力", en="other power"),
    "supervision": Text(zh="监督", en="supervision"),
}  # fmt: skip
