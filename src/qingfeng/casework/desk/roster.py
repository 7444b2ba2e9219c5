"""The people of the agency as pages: who serves in which posts, and everything registered about one officer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from qingfeng.terms.names import plain_name
from qingfeng.terms.people import People, Span
from qingfeng.terms.text import Text

from ..office import Office, Registry
from .access import NAMES, Role

ADMINS: Mapping[str, Text] = {
    "system_administrator": NAMES[Role.SYSTEM_ADMIN],
    "security_administrator": NAMES[Role.SECURITY_ADMIN],
    "audit_administrator": NAMES[Role.AUDIT_ADMIN],
}


@dataclass(frozen=True, slots=True)
class OfficerLine:
    """One officer.  state: serving | away | left | idle (registered, without a post)."""

    id: str
    name: str
    posts: tuple[Text, ...]
    credential: bool
    state: str


@dataclass(frozen=True, slots=True)
class Roster:
    """A page of officers.  more: the last one's id if there are more."""

    lines: tuple[OfficerLine, ...]
    many: int
    serving: int
    more: str | None


@dataclass(frozen=True, slots=True)
class Fact:
    """Something registered: what, for whom or with whom, from when to when; current: it counts today."""

    what: Text
    first: date
    last: date | None
    current: bool


@dataclass(frozen=True, slots=True)
class OfficerPage:
    """One officer with all that is registered."""

    line: OfficerLine
    left: date | None
    parts: tuple[tuple[Text, tuple[Fact, ...]], ...]


def post_names(office: Office, registry: Registry) -> dict[str, Text]:
    """Return the names of all posts of the published powers and of the administrators."""
    told: dict[str, Text] = {}
    for power, version in registry.versions:
        told |= {post.id: post.name for post in office.version(registry, power, version)[0].posts.values()}
    told |= {a.post: Text(zh=a.post, en=a.post) for a in registry.people.appointments if a.post not in told}
    return dict(sorted((told | dict(ADMINS)).items()))


def roster(
    people: People, posts: Mapping[str, Text], day: date, *, q: str, post: str, after: str, limit: int
) -> Roster:
    """Return a page of the officers whose id or name holds what is asked, who hold the post on the day."""
    holders = set(people.holders(post, day)) if post in posts else None
    wanted = plain_name(q) if q else ""
    fit = [
        one
        for one, name in people.names.items()
        if (holders is None or one in holders)
        and (not q or q.lower() in one.lower() or (wanted and wanted in plain_name(name)))
    ]
    fit.sort()
    shown = [one for one in fit if one > after][: limit + 1]
    held = _held(people, shown, day)
    lines = tuple(_line(people, posts, one, held.get(one, ()), day) for one in shown[:limit])
    return Roster(
        lines,
        len(fit),
        sum(people.in_service(one, day) for one in people.names),
        shown[limit - 1] if len(shown) > limit else None,
    )


def _held(people: People, shown: Sequence[str], day: date) -> dict[str, list[str]]:
    """Return the posts of some officers on a day, in one walk over all appointments."""
    wanted, told = set(shown), {one: list[str]() for one in shown}
    for a in people.appointments:
        if (
            a.officer in wanted
            and day in a.span
            and people.holds(a.officer, a.post, day)
            and a.post not in told[a.officer]
        ):
            told[a.officer].append(a.post)
    return told


def _line(people: People, posts: Mapping[str, Text], who: str, held: Sequence[str], day: date) -> OfficerLine:
    serves = people.in_service(who, day)
    state = "left" if not serves else "away" if people.away(who, day) else "serving" if held else "idle"
    names = tuple(posts.get(post, Text(zh=post, en=post)) for post in held)
    return OfficerLine(who, people.name(who), names, people.has_credential(who, day), state)


def officer_page(people: People, posts: Mapping[str, Text], who: str, day: date) -> OfficerPage:
    """Return everything registered about an officer."""

    def post(name: str) -> Text:
        return posts.get(name, Text(zh=name, en=name))

    def fact(what: Text, span: Span) -> Fact:
        return Fact(what, span.first, span.last, day in span)

    def name(one: str) -> str:
        return people.name(one)

    valid, away = Text(zh="执法证件有效", en="credential valid"), Text(zh="不在岗", en="away")
    parts = (
        (
            Text(zh="任职", en="Appointments"),
            [fact(post(a.post), a.span) for a in people.appointments if a.officer == who],
        ),
        (Text(zh="执法证件", en="Credentials"), [fact(valid, span) for span in people.credentials.get(who, ())]),
        (Text(zh="缺勤", en="Absences"), [fact(away, span) for span in people.absences.get(who, ())]),
        (
            Text(zh="顶岗", en="Stand-ins"),
            [
                fact(
                    Text(
                        zh=f"{name(s.deputy)}顶{name(s.primary)}的{post(s.post).zh}",
                        en=f"{name(s.deputy)} for {name(s.primary)}: {post(s.post).en}",
                    ),
                    s.span,
                )
                for s in people.stand_ins
                if who in (s.primary, s.deputy)
            ],
        ),
        (
            Text(zh="委托", en="Delegations"),
            [
                fact(
                    Text(
                        zh=f"{name(d.giver)}委托{name(d.taker)}：{post(d.post).zh}",
                        en=f"{name(d.giver)} to {name(d.taker)}: {post(d.post).en}",
                    ),
                    d.span,
                )
                for d in people.delegations
                if who in (d.giver, d.taker)
            ],
        ),
        (
            Text(zh="利害关系", en="Interests"),
            [
                fact(Text(zh=f"{i.other}（{i.relation}）", en=f"{i.other} ({i.relation})"), i.span)
                for i in people.interests
                if i.officer == who
            ],
        ),
    )
    held = _held(people, [who], day)[who]
    return OfficerPage(_line(people, posts, who, held, day), people.dismissed.get(who),
                       tuple((title, tuple(sorted(facts, key=lambda f: f.first, reverse=True))) for title, facts in parts))  # fmt: skip


def sheet_rows(people: People, posts: Mapping[str, Text]) -> dict[str, list[list[str]]]:
    """Return what is registered as rows of the sheets of peoplesheet (posts by name)."""

    def day(d: date | None) -> str:
        return d.isoformat() if d is not None else ""

    def post(name: str) -> str:
        return posts[name].zh if name in posts else name

    return {
        "officer_added": [[one, name] for one, name in people.names.items()],
        "appointed": [[a.officer, post(a.post), day(a.span.first), day(a.span.last)] for a in people.appointments],
        "dismissed": [[one, day(on)] for one, on in people.dismissed.items()],
        "credential_granted": [
            [one, day(s.first), day(s.last), ""] for one, spans in people.credentials.items() for s in spans
        ],
        "absent": [[one, day(s.first), day(s.last)] for one, spans in people.absences.items() for s in spans],
        "stand_in_named": [
            [s.primary, post(s.post), s.deputy, day(s.span.first), day(s.span.last)] for s in people.stand_ins
        ],
        "delegated": [
            [d.giver, post(d.post), d.taker, day(d.span.first), day(d.span.last), "；".join(sorted(d.acts or ())), ""]
            for d in people.delegations
        ],
        "interest_declared": [
            [i.officer, i.other, i.relation, day(i.span.first), day(i.span.last)] for i in people.interests
        ],
    }
