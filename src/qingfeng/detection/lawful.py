"""The lawful order of a power as rules over a log: what an act comes after, how often, at which step, and what it waits for.

Our own engine refuses what is out of order, so no control looks for it; in the log of another system it has to be looked for.  What is
asked is never more than the engine asks: a round that was begun again is not told apart from the first, and where two rows of the
procedure ask different things of an act, only what both ask is asked.  Of acts that a log does not record, what they themselves come
after is asked instead.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import reduce

from qingfeng.catalogue.power import STAY, ActRule, ByField, PowerVersion
from qingfeng.facts.rule import Expr, GateRule, Gather, Op, R, Take
from qingfeng.terms.text import Text

from .foreign import Feed, Part, part_of

NAME = "lawful_order"
"""The guard of the engine whose findings these are."""
SHOWN = 6
_KINDS = ("before", "step", "pending", "once")


def order_parts(version: PowerVersion, feed: Feed) -> list[Part]:
    """Return the rules of order of a power, act by act, as a log can feed them.  An act that it does not record has its rules too: of
    these coverage says that they cannot be judged."""
    found = []
    ways = _Ways(version)
    for act in sorted(ways.rows):
        for kind, (rule, title) in zip(_KINDS, ways.rules(act, feed), strict=True):
            if rule is not None:
                found.append(part_of(f"{NAME}#{act}.{kind}", NAME, rule, version, title=title))
    return found


def returns(version: PowerVersion, feed: Feed) -> frozenset[str]:
    """Return the acts that may send a case back, if a log does not record every act that moves one: at which step such an act finds a case,
    and so what it undoes, is then not known.  Empty where all are recorded."""
    ways = _Ways(version)
    moving = {act for act, to in ways.movers.items() if to}
    return frozenset() if moving <= feed.acts | feed.never_done else frozenset(ways.back)


class _Ways:
    """Every way through a procedure, act by act."""

    def __init__(self, version: PowerVersion) -> None:
        self.version = version
        self.rows: dict[str, list[tuple[str, ActRule]]] = {}
        for (step, act), row in version.rules.items():
            self.rows.setdefault(act, []).append((step, row))
        order = version.step_order
        self.into: dict[str, set[str]] = {}
        self.ends: dict[str, set[str]] = {act: set() for act in self.rows}
        self.movers: dict[str, set[str]] = {act: set() for act in self.rows}
        self.back: set[str] = set()
        self.openers: dict[str, set[str]] = {}
        self.surely: dict[str, str | ByField] = {}  # acts that open a matter wherever they are done
        self.closers: dict[str, set[str]] = {}
        for act, rows in self.rows.items():
            for step, row in rows:
                for to in _targets(row.to):
                    self.ends[act].add(step if to == STAY else to)
                    if to not in (STAY, step):
                        self.into.setdefault(to, set()).add(act)
                        self.movers[act].add(to)
                        self.back |= {act} if order[to] < order[step] else set()
                for matter in _targets(row.opens) if row.opens is not None else ():
                    self.openers.setdefault(matter, set()).add(act)
                if row.closes is not None:
                    self.closers.setdefault(row.closes, set()).add(act)
            if rows[0][1].opens is not None and all(row.opens == rows[0][1].opens for _, row in rows):
                self.surely[act] = rows[0][1].opens
        self.must = self._must()

    def rules(self, act: str, feed: Feed) -> Iterator[tuple[GateRule | None, Text]]:
        """Yield the rules of an act in the order of `_KINDS`, None where nothing is asked."""
        yield self._before(act, feed)
        yield self._at(act)
        yield self._waits(act, feed)
        yield self._once(act)

    def _must(self) -> Mapping[str, frozenset[str]]:
        """Return for every act those without which no lawful way comes to it: from all acts down, until nothing more falls away."""
        every = frozenset(self.rows)
        must = dict.fromkeys(self.rows, every)
        changed = True
        while changed:
            changed = False
            for act, rows in self.rows.items():
                now = _common(self._row(step, row, must) for step, row in rows) - {act}
                changed |= now != must[act]
                must[act] = now
        return must

    def _row(self, step: str, row: ActRule, must: Mapping[str, frozenset[str]]) -> frozenset[str]:
        def one_of(acts: Collection[str]) -> frozenset[str]:
            return _common(must[act] | {act} for act in acts if act in must)

        asked = [one_of(needed) for needed in row.after]
        if row.closes is not None:
            asked.append(one_of(self.openers.get(row.closes, ())))
        if step != self.version.procedure.start:
            asked.append(one_of(self.into.get(step, ())))
        elif not row.opens_case:
            asked.append(one_of([act for act, rows in self.rows.items() if any(r.opens_case and s == step for s, r in rows)]))
        return frozenset[str]().union(*asked)

    def _before(self, act: str, feed: Feed) -> tuple[GateRule | None, Text]:
        """What must have been done before: of the acts that the log records the nearest; else what the procedure names itself."""
        every = self.must[act]
        known = every & (feed.acts | feed.never_done)
        asked = [{one} for one in sorted(self._nearest(known))]
        if not known:
            asked = [{one} for one in sorted(self._nearest(every))]
        asked += [set(needed) for needed in self._choices(act) if not needed & known and (not every or needed <= feed.acts)]
        words = [self._named(needed, "或", " or ") for needed in asked[:SHOWN]]
        title = self._title(act, "须在" + "、".join(w.zh for w in words) + "之后办", "only after " + ", ".join(w.en for w in words))
        return _rule(act, [Op("==", (_count(needed), 0)) for needed in asked]), title

    def _nearest(self, acts: Collection[str]) -> set[str]:
        """Return those of some acts that no other of them comes after."""
        return {one for one in acts if not any(one in self.must[other] and other not in self.must[one] for other in acts)}

    def _choices(self, act: str) -> list[frozenset[str]]:
        """Return the sets of which one act at least comes first, whichever row applies."""
        rows = [set(row.after) for _, row in self.rows[act]]
        return sorted((needed for needed in set.intersection(*rows) if len(needed) > 1), key=sorted)

    def _at(self, act: str) -> tuple[GateRule | None, Text]:
        """The step at which it may be done: nothing led out of it since the case came there."""
        steps = {step for step, _ in self.rows[act]}
        into = {one for one, to in self.movers.items() if to & steps}
        out = {one for one, to in self.ends.items() if not to & steps}
        names = [step.name for step in self.version.steps if step.id in steps][:SHOWN]
        zh, en = "、".join(name.zh for name in names) or "办结后", ", ".join(name.en for name in names) or "after closure"
        title = self._title(act, f"只在“{zh}”环节办", f"only at the step of {en}")
        return _rule(act, [Op(">", (_count(out, since=into), 0))] if out else []), title

    def _waits(self, act: str, feed: Feed) -> tuple[GateRule | None, Text]:
        """Matters that have to be settled first."""
        found: list[Expr] = []
        names: list[Text] = []
        for matter, one in self.version.procedure.pending.items():
            stopped = all((one.blocks is None or act in one.blocks) and row.closes != matter and matter not in row.during
                          for _, row in self.rows[act])  # fmt: skip
            since = self.closers.get(matter, set()) | (self.back if one.lapses else set())
            opened = [Op(">", (gather, 0)) for gather in self._opened(matter, {*self.surely} - {act}, since, feed)] if stopped else []
            found += opened
            names += [one.name] if opened else []
        zh, en = "、".join(name.zh for name in names[:SHOWN]), ", ".join(name.en for name in names[:SHOWN])
        return _rule(act, found), self._title(act, f"须待了结：{zh}", f"only once settled: {en}")

    def _opened(self, matter: str, acts: Collection[str], since: Collection[str], feed: Feed) -> Iterator[Gather]:
        """Yield what opened a matter since some acts: always, or with a choice that the log tells."""
        always = {act for act in acts if self.surely[act] == matter}
        if always:
            yield _count(always, since=since)
        for act in sorted(acts):
            by = self.surely[act]
            values = tuple(sorted(value for value, what in by.cases.items() if what == matter)) if isinstance(by, ByField) else ()
            if isinstance(by, ByField) and values and by.field in feed.fields:
                yield _count({act}, since=since, where=Op("in", (R(by.field), values)))

    def _once(self, act: str) -> tuple[GateRule | None, Text]:
        """Only once, unless the case went back."""
        once = all(row.once for _, row in self.rows[act])
        title = self._title(act, "只能办一次", "only once")
        return _rule(act, [Op(">", (_count({act}, since=self.back), 0))] if once else []), title

    def _named(self, acts: Collection[str], zh: str, en: str) -> Text:
        words = [self.version.words[act].name for act in sorted(acts)[:SHOWN]]
        return Text(zh=zh.join(f"“{w.zh}”" for w in words), en=en.join(f"“{w.en}”" for w in words))

    def _title(self, act: str, zh: str, en: str) -> Text:
        name = self.version.words[act].name
        return Text(zh=f"法定程序：“{name.zh}”{zh}", en=f"Lawful order: “{name.en}” {en}")


def _targets(what: str | ByField | None) -> set[str]:
    """Return every consequence that a row may have; a choice may have none."""
    if isinstance(what, ByField):
        return {*what.cases.values(), STAY}
    return {what or STAY}


def _common(many: Iterable[frozenset[str]]) -> frozenset[str]:
    """Return what is in all of them; nothing if there are none."""
    held = list(many)
    return reduce(frozenset.__and__, held) if held else frozenset()


def _count(acts: Collection[str], *, since: Collection[str] = (), where: Expr = 1) -> Gather:
    return Gather(take=Take.COUNT, acts=frozenset(acts), since=frozenset(since), where=where)


def _rule(act: str, found: list[Expr]) -> GateRule | None:
    if not found:
        return None
    return GateRule(on=frozenset({act}), violated=found[0] if len(found) == 1 else Op("or", tuple(found)))
