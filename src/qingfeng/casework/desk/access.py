"""Who may see and do what: every decision of access of pages, API, command line and lists is made here, and nowhere else.

What may be done to a case the procedure and its controls decide (engine); what of a file may be read, need_to_know decides
(reading).  Here stands the rest: which parts of the site a person comes to, and which rows of a list he is shown.  A part that
somebody may not enter is refused with what to tell him; whoever asks lays the refusal down with `note_denial`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from qingfeng.catalogue.power import SUPERVISION, FieldType, PowerVersion
from qingfeng.engine.case import Case
from qingfeng.engine.control import Control
from qingfeng.engine.event import ACT, Event
from qingfeng.engine.shape import word_of
from qingfeng.terms.instants import local_day
from qingfeng.terms.limits import MAX_REFUSALS_PER_CASE_PER_DAY
from qingfeng.terms.people import People
from qingfeng.terms.text import Text, clean, hazards

from ..office import Office
from ..recipients import near_to

SANCTION = "disciplinary_sanction"
"""The kind of power by which the agency looks into its own people."""
STREAM, DENIED = "access/denied", "access_denied"


class Role(StrEnum):
    """What a person comes for (DESIGN §1).  Roles follow from posts, never from an account."""

    PUBLIC = "public"
    HANDLER = "handler"
    HEAD = "head"
    DISCIPLINE = "discipline"
    EDITOR = "editor"
    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    AUDIT_ADMIN = "audit_admin"
    CLIENT = "client"  # a program bound to no officer


NAMES: Mapping[Role, Text] = {
    Role.PUBLIC: Text(zh="公众", en="Public"),
    Role.HANDLER: Text(zh="办案人员", en="Case work"),
    Role.HEAD: Text(zh="负责人", en="Head"),
    Role.DISCIPLINE: Text(zh="纪检监察", en="Discipline supervision"),
    Role.EDITOR: Text(zh="法制机构", en="Legal office"),
    Role.SYSTEM_ADMIN: Text(zh="系统管理员", en="System administrator"),
    Role.SECURITY_ADMIN: Text(zh="安全管理员", en="Security administrator"),
    Role.AUDIT_ADMIN: Text(zh="审计管理员", en="Audit administrator"),
    Role.CLIENT: Text(zh="只读客户端", en="Client that only reads lists"),
}
_BY_POST: Mapping[str, Role] = {
    "section_head": Role.HEAD,
    "deputy_in_charge": Role.HEAD,
    "agency_head": Role.HEAD,
    "discipline_inspector": Role.DISCIPLINE,
    "discipline_head": Role.DISCIPLINE,
    "legal_reviewer": Role.EDITOR,
    "system_administrator": Role.SYSTEM_ADMIN,
    "security_administrator": Role.SECURITY_ADMIN,
    "audit_administrator": Role.AUDIT_ADMIN,
}


class Part(StrEnum):
    """A part of the site, each with the roles that may enter it."""

    REGISTER = "register"  # powers, lists of cases, limits: nothing that stands in a file
    WORK = "work"  # inbox, cases, files, documents
    SUPERVISION = "supervision"  # overview, findings, duties, samples, reports, drills
    LEADERSHIP = "leadership"  # the overview of one's own agency, without suspicion
    CATALOGUE = "catalogue"  # look at powers, drafts, settings
    DRAFTS = "drafts"  # write a new version of a power
    PUBLISHING = "publishing"  # confirm what another wrote
    PEOPLE = "people"  # posts, credentials, interests, calendars
    APPOINTMENTS = "appointments"  # what was proposed about people, and its confirmation
    ACCOUNTS = "accounts"  # bindings, resets
    AUDIT = "audit"  # denials, sign-ins, readings


_MAY: Mapping[Part, frozenset[Role]] = {
    Part.REGISTER: frozenset({Role.HANDLER, Role.HEAD, Role.DISCIPLINE, Role.EDITOR, Role.CLIENT}),
    Part.WORK: frozenset({Role.HANDLER, Role.HEAD, Role.DISCIPLINE, Role.EDITOR}),
    Part.SUPERVISION: frozenset({Role.DISCIPLINE}),
    Part.LEADERSHIP: frozenset({Role.HEAD, Role.DISCIPLINE}),
    Part.CATALOGUE: frozenset({Role.EDITOR, Role.DISCIPLINE, Role.HEAD}),
    Part.DRAFTS: frozenset({Role.EDITOR}),
    Part.PUBLISHING: frozenset({Role.EDITOR, Role.HEAD}),
    Part.PEOPLE: frozenset({Role.SYSTEM_ADMIN}),
    Part.APPOINTMENTS: frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN}),
    Part.ACCOUNTS: frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN}),
    Part.AUDIT: frozenset({Role.AUDIT_ADMIN}),
}
PART_NAMES: Mapping[Part, Text] = {
    Part.REGISTER: Text(zh="案件名册", en="the register of cases"),
    Part.WORK: Text(zh="案件办理", en="case work"),
    Part.SUPERVISION: Text(zh="监督", en="supervision"),
    Part.LEADERSHIP: Text(zh="总览", en="the overview"),
    Part.CATALOGUE: Text(zh="职权目录", en="the catalogue of powers"),
    Part.DRAFTS: Text(zh="修订职权", en="drafts of powers"),
    Part.PUBLISHING: Text(zh="确认发布", en="publication"),
    Part.PEOPLE: Text(zh="人员和日历", en="people and calendars"),
    Part.APPOINTMENTS: Text(zh="人员变更", en="changes of people"),
    Part.ACCOUNTS: Text(zh="账号", en="accounts"),
    Part.AUDIT: Text(zh="审计", en="audit"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who looks: an officer with his posts of the day, or the public (officer None).  near: to whom one of discipline is tied."""

    officer: str | None = None
    name: str = ""
    posts: tuple[str, ...] = ()
    roles: frozenset[Role] = field(default_factory=lambda: frozenset({Role.PUBLIC}))
    near: frozenset[str] = frozenset()

    @property
    def key(self) -> str:
        """What names the viewer in a record."""
        return self.officer or (f"client:{self.name}" if Role.CLIENT in self.roles else "public")


@dataclass(frozen=True, slots=True)
class Denied:
    """Why somebody may not, and what to do instead."""

    reason: Text
    remedy: Text


PUBLIC = Viewer()


def viewer_of(people: People, officer: str | None, day: date) -> Viewer:
    """Return an officer as a viewer on a day; who does not serve then is the public."""
    if officer is None or not people.in_service(officer, day):
        return PUBLIC
    posts = tuple(people.posts_of(officer, day))
    roles = {_BY_POST.get(post, Role.HANDLER) for post in posts}
    near = near_to(people, officer, day) if Role.DISCIPLINE in roles else frozenset()
    return Viewer(officer=officer, name=people.name(officer), posts=posts, roles=frozenset(roles | {Role.PUBLIC}), near=near)


def client_viewer(name: str) -> Viewer:
    """Return a program that is bound to no officer as a viewer: it reads lists, and does nothing."""
    return Viewer(name=name, roles=frozenset({Role.CLIENT, Role.PUBLIC}))


def may_enter(viewer: Viewer, part: Part) -> Denied | None:
    """Return why a viewer may not come to a part of the site, None if he may."""
    if viewer.roles & _MAY[part]:
        return None
    names = sorted((role for role in _MAY[part]), key=list(Role).index)
    zh, en = "、".join(NAMES[r].zh for r in names), ", ".join(NAMES[r].en for r in names)
    what = PART_NAMES[part]
    return Denied(
        Text(zh=f"“{what.zh}”只对{zh}开放", en=f"Only these come to {what.en}: {en}"),
        Text(zh="如工作需要，请由系统管理员按任免文件登记岗位。",
             en="If your work needs it, have your post registered by the system administrator from the paper of appointment."))  # fmt: skip


def sees_suspicion(viewer: Viewer) -> bool:
    """True if findings of suspicion, tips and whatever names a leader are shown to the viewer: discipline alone (DESIGN §10)."""
    return Role.DISCIPLINE in viewer.roles


def kept_from(viewer: Viewer, accused: frozenset[str], *, above: bool, discreet: bool) -> bool:
    """True if a finding is not for the viewer: it stands with the superior body and is about himself, or tells a suspicion of somebody
    to whom he is tied."""
    return (above and viewer.officer in accused) or (discreet and not viewer.near.isdisjoint(accused))


def sees_case(viewer: Viewer, case: Case, readers: frozenset[str] = frozenset()) -> bool:
    """True if a viewer may know that a case is there.  Of supervision only discipline may, and the posts that read its files (readers), but
    for those whom it concerns; and whoever has acted or is named in it: asked for a self-check, to rectify."""
    if case.version.kind not in (SUPERVISION, SANCTION):
        return True
    if viewer.officer is None:
        return False
    acts = [e for e in case.events if e.kind == ACT]
    if case.version.kind == SANCTION:  # the accused is told by the acts that are served on him, never by a list
        return not any(viewer.officer in (e.data.get("accused") or ()) for e in acts)
    if any(viewer.officer in (e.actor, *(e.data.get("officers") or ())) for e in acts):
        return True
    accused = {who for e in acts for who in e.data.get("accused") or ()}
    if viewer.officer in accused or not viewer.near.isdisjoint(accused):
        return False
    answers = any(viewer.officer in (e.data.get("responsible") or {}).values() for e in acts)
    return sees_suspicion(viewer) or (not answers and not readers.isdisjoint(viewer.posts))


def in_the_know(viewer: Viewer, case: Case, controls: Iterable[Control], posts: Iterable[str]) -> bool:
    """True if a row that tells what is in the file of a case is shown to the viewer: as `need_to_know` of its power opens the file, or
    because his post may act on it now (posts).  Discipline looks after all but does not read along: it opens the file for that."""
    rule: Any = next((one for one in controls if one.name == "need_to_know"), None)
    if rule is None:
        return True
    acts = [e for e in case.events if e.kind == ACT]
    if any(viewer.officer in (e.data.get("officers") or ()) for e in acts if e.act in rule.recuses):
        return False
    named = any(viewer.officer in rule.sharing(e) for e in acts if e.act not in rule.aside)
    return named or bool({*viewer.posts} & {*readers_of([rule]), *posts})


def readers_of(controls: Iterable[Control]) -> frozenset[str]:
    """Return the posts that read the file of every case."""
    rule: Any = next((one for one in controls if one.name == "need_to_know"), None)
    return frozenset(
        post for one in (rule.posts if rule is not None else ()) if one.part == "file" for post in one.posts
    )


HANDLED = frozenset({"evidence_no", "goods"})
"""What an act that deals with an item of evidence or with goods says."""


def reads_handled(viewer: Viewer, controls: Iterable[Control]) -> bool:
    """True if a post of the viewer reads what passes through its hands of every case, and nothing else of the file."""
    rule: Any = next((one for one in controls if one.name == "need_to_know"), None)
    return rule is not None and any(one.part == "handled" and {*viewer.posts} & {*one.posts} for one in rule.posts)


def is_handled(version: PowerVersion, act: str) -> bool:
    """True if what an act gives rise to, a paper or a file, belongs to evidence or goods."""
    word = word_of(version, act)
    return word is not None and any(one.id in HANDLED for one in word.fields)


_REPEATED = frozenset({FieldType.MONEY, FieldType.FILE, FieldType.CODES, FieldType.DATE})


def outlined(case: Case) -> Case:
    """Return as much of a case as the form of an act tells to who does the act without reading the file: the sums, numbers, codes and
    hashes that the act repeats; nobody's name and no free text."""

    repeated: dict[str, set[str]] = {}  # act -> fields that are told

    def told(event: Event) -> Event:
        plain = repeated.get(event.act)
        if plain is None:
            word = word_of(case.version, event.act)
            fields = word.fields if word is not None else ()
            plain = repeated[event.act] = {
                f.id for f in fields if not f.personal and (f.type in _REPEATED or f.id.endswith(("_no", "_code", "_kind")))
            }
        return replace(event, actor=None, data={name: value for name, value in event.data.items() if name in plain})

    return replace(case, events=tuple(told(e) for e in case.events if e.kind == ACT))


def paper_is_handled(
    viewer: Viewer, version: PowerVersion, *, act: str, waits_for_seal: bool, sealed_by: str | None
) -> bool:
    """True if a paper passes through the hands of who keeps goods and seals: of goods, waiting for his seal, or sealed by him."""
    return waits_for_seal or sealed_by == viewer.officer or is_handled(version, act)


def two_factor(viewer: Viewer) -> bool:
    """True if the viewer must prove a second factor: heads, discipline and the administrators."""
    return bool(viewer.roles & {Role.HEAD, Role.DISCIPLINE, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})


def note_denial(office: Office, viewer: Viewer, what: str, *, at: datetime) -> None:
    """Lay down that somebody was not let in; a flood of one viewer in one day is cut off, and hides nobody else.  Raises StoreError."""
    shown = clean(what)[:200]
    with office.store.write() as tx:
        tx.lock(STREAM)
        if tx.next_number(f"denied/{local_day(at)}/{viewer.key[:100]}") > MAX_REFUSALS_PER_CASE_PER_DAY:
            return
        office.append(tx, Event(
            stream=STREAM, seq=tx.head(STREAM) + 1, kind=DENIED, act=DENIED, at=at, entered=at, actor=viewer.key[:100],
            facts={"what": "?" if hazards(shown) else shown, "roles": sorted(role.value for role in viewer.roles)}))  # fmt: skip
