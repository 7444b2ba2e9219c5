"""What stands around every page: the agency's name, the menu of the visitor's roles, language and size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from qingfeng.casework.desk.access import NAMES, Part, Role, Viewer, may_enter
from qingfeng.casework.ports import StoreError
from qingfeng.terms.text import Text

from . import agency
from .visit import SIZE_COOKIE, visit_of


@dataclass(frozen=True, slots=True)
class Item:
    """One place of the menu."""

    path: str
    icon: str
    name: Text


@dataclass(frozen=True, slots=True)
class Group:
    """Places under one heading."""

    name: Text
    items: tuple[Item, ...]


_MENU: tuple[tuple[Text, tuple[tuple[Part | None, Item], ...]], ...] = (
    (Text(zh="工作", en="Work"), (
        (Part.LEADERSHIP, Item("/overview/", "home", Text(zh="监督总览", en="Overview"))),
        (Part.WORK, Item("/inbox/", "bell", Text(zh="我的待办", en="My work"))),
        (Part.WORK, Item("/cases/", "file", Text(zh="案件办理", en="Cases"))),
        (Part.WORK, Item("/applications/", "people", Text(zh="网上申请", en="Applications"))),
        (Part.WORK, Item("/counter/", "people", Text(zh="受理窗口", en="Counter"))),
        (Part.WORK, Item("/stores/", "box", Text(zh="证据和财物", en="Goods, evidence"))),
        (Part.WORK, Item("/money/", "chart", Text(zh="罚没款项", en="Money"))),
    )),
    (Text(zh="防控", en="Prevention"), (
        (Part.SUPERVISION, Item("/findings/", "shield", Text(zh="线索发现", en="Findings"))),
        (Part.SUPERVISION, Item("/tips/", "key", Text(zh="举报信箱", en="Tips"))),
        (Part.SUPERVISION, Item("/complaints/", "chat", Text(zh="投诉差评", en="Complaints"))),
        (Part.SUPERVISION, Item("/calls/", "bell", Text(zh="回执回访", en="Receipt call-backs"))),
        (Part.WORK, Item("/findings/mine/", "chat", Text(zh="交我办理的线索", en="Findings for me"))),
        (Part.WORK, Item("/duties/", "check", Text(zh="定期职责", en="Duties"))),
        (Part.SUPERVISION, Item("/samples/", "list", Text(zh="案卷抽查", en="Case-file review"))),
        (Part.SUPERVISION, Item("/drill/", "target", Text(zh="风险演练", en="Drills"))),
        (Part.SUPERVISION, Item("/accountability/", "list", Text(zh="责任追究", en="Accountability"))),
        (Part.LEADERSHIP, Item("/reports/", "chart", Text(zh="统计报表", en="Reports"))),
    )),
    (Text(zh="目录", en="Catalogue"), (
        (Part.CATALOGUE, Item("/catalogue/", "list", Text(zh="职权目录", en="Powers"))),
        (Part.DRAFTS, Item("/imports/", "box", Text(zh="导入防控图", en="Import maps"))),
        (Part.PEOPLE, Item("/people/", "people", Text(zh="人员岗位", en="People"))),
        (Part.APPOINTMENTS, Item("/people/changes/", "check", Text(zh="人员变更确认", en="Changes of people"))),
        (Part.APPOINTMENTS, Item("/calendars/", "clock", Text(zh="工作日历", en="Calendars"))),
        (Part.ACCOUNTS, Item("/accounts/", "key", Text(zh="账号", en="Accounts"))),
        (Part.ACCOUNTS, Item("/clients/", "key", Text(zh="接口令牌", en="API tokens"))),
        (Part.ACCOUNTS, Item("/hooks/", "bell", Text(zh="通知订阅", en="Hooks"))),
        (Part.AUDIT, Item("/audit/", "shield", Text(zh="审计", en="Audit"))),
    )),
)  # fmt: skip
PUBLIC_MENU = (
    Item("/", "home", Text(zh="首页", en="Home")),
    Item("/powers/", "list", Text(zh="职权和流程", en="Powers")),
    Item("/apply/", "check", Text(zh="申请办理", en="Apply")),
    Item("/progress/", "clock", Text(zh="办理进度", en="Progress")),
    Item("/published/", "file", Text(zh="结果公开", en="Published")),
    Item("/receipts/", "shield", Text(zh="存证核对", en="Proofs")),
    Item("/complain/", "chat", Text(zh="投诉举报", en="Complain")),
    Item("/help/", "search", Text(zh="帮助", en="Help")),
)


def menu(viewer: Viewer) -> tuple[Group, ...]:
    """Return the menu of a viewer: the places that he may enter."""
    return _menu_of(viewer.roles)


@lru_cache(maxsize=128)
def _menu_of(roles: frozenset[Role]) -> tuple[Group, ...]:
    viewer = Viewer(roles=roles)
    groups = ((name, tuple(item for part, item in items if part is None or may_enter(viewer, part) is None)) for name, items in _MENU)
    return tuple(Group(name, items) for name, items in groups if items)


def kept_text(request: HttpRequest) -> list[tuple[str, str]]:
    """Return (field, text) of a form that a session did not outlive and no page has shown again: to be copied from there, once."""
    session = getattr(request, "session", None)
    kept = session.get("carried") if session is not None else None
    if not kept or session is None or request.method != "GET" or request.path.startswith(("/second-factor/", "/sign-in/")):
        return []
    del session["carried"]
    return [(name.removeprefix("f."), value) for name, values in kept["fields"].items() for value in values if value.strip()]


def _about() -> Mapping[str, Any]:
    try:
        office = agency.office()
        with office.store.read() as tx:
            return office.registry(tx).agency
    except StoreError:
        return {}


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return what every template finds."""
    visit = visit_of(request)
    about = visit.about if visit.about is not None else _about()
    roles = [NAMES[role] for role in Role if role in visit.viewer.roles and role is not Role.PUBLIC]
    return {
        "lang": visit.lang, "large": request.COOKIES.get(SIZE_COOKIE) == "large", "viewer": visit.viewer, "menu": menu(visit.viewer),
        "public_menu": PUBLIC_MENU, "agency_name": str(about.get("name", "")), "roles": roles, "demo": settings.DEMO, "now": visit.now,
        "oidc": bool(settings.OIDC["ISSUER"]),
        "outdated": visit.viewer.officer is not None and agency.outdated(),
        "finds": visit.viewer.officer is not None and may_enter(visit.viewer, Part.WORK) is None,
        "inside": visit.viewer.officer is not None, "kept_text": kept_text(request)}  # fmt: skip
