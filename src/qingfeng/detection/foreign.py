"""Rules over the log of another system: what each can see there, and its four outcomes with their denominators.

Our own record says everything that a rule asks for, or the act was refused.  A foreign log may not: an act it does not record looks like
one that was never done.  So a rule is judged only where the absence of what it asks for would prove something (`blind`), and a case only
where its rows say what the rule reads (`judge_case`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby, permutations, product
from math import factorial

from qingfeng.catalogue.power import CLOSED, ByField, Limit, PowerVersion
from qingfeng.engine.control import Control
from qingfeng.facts.rows import ActRow, Outcome
from qingfeng.facts.rule import AnyOf, Expr, GateRule, Gather, LateRule, Op, R, Rule, Span, T, Take
from qingfeng.terms.calendar import CalendarMissing
from qingfeng.terms.text import Text

from .evaluate import Hit, Sharing, World, judge, lag_between
from .late import asks, lies
from .run import rules_of

MAX_ORDERS = 24
"""Orders of acts of one instant that are tried; with more of them the order is called unknown."""
MAX_ROWS = 4_000
"""Acts of one case that a rule may concern: it compares each with each."""
PEOPLE = frozenset({"tied", "licensed", "away", "holds", "staff", "present", "kin", "named", "ours"})
UNKNOWN_LAG = -1
"""Working days between an act and its entry, of which the log does not say when it was."""
LYING = "/lying"
"""After the name of a limit: what still lies there."""
_OF_EVERY_ROW = frozenset({"_act", "_case", "_power", "_seq", "_on", "_day", "_position", "_key", "_value"})


@dataclass(frozen=True, slots=True)
class Feed:
    """What a mapped log can say.

    acts: of ours that it records; never_done, never_said: what its system would have recorded and never did; fields: mapped ones;
    actor, post, entered: whether there is such a column.
    """

    acts: frozenset[str]
    fields: frozenset[str]
    never_done: frozenset[str] = frozenset()
    never_said: frozenset[str] = frozenset()
    actor: bool = True
    post: bool = True
    entered: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One rule out of a control.  name: the control, and which of its rules if it has several."""

    name: str
    control: str
    rule: Rule
    version: PowerVersion
    title: Text
    on: frozenset[str] | None
    asks: tuple[tuple[frozenset[str], int], ...]  # acts of each gather; 1: more of them only find more, 0: only less (or unknown)
    any_act: bool  # some gather takes acts of every kind
    since: frozenset[str]
    reads: frozenset[str]
    functions: frozenset[str]
    ordered: bool
    shares: bool

    @property
    def concerned(self) -> frozenset[str] | None:
        """The acts that it looks at; None: all."""
        if self.on is None or self.any_act:
            return None
        return self.on.union(self.since, *(acts for acts, _ in self.asks))


def parts_of(controls: Iterable[Control], version: PowerVersion) -> list[Part]:
    """Return every rule of a power's controls, taken apart, in catalogue order; of limits also what still lies there."""
    found: list[Part] = []
    for control in controls:
        rules = [one for rule in rules_of(control, version) for one in _single(rule, version)]
        for number, (rule, limited, mark) in enumerate(rules, 1):
            name = control.name if len(rules) == 1 else f"{control.name}#{mark or number}"
            found.append(part_of(name, control.name, rule, limited, title=control.title))
    return found


def _single(rule: Rule, version: PowerVersion) -> Iterator[tuple[Rule, PowerVersion, str]]:
    if isinstance(rule, AnyOf):
        yield from ((one, version, "") for one in rule.rules)
    elif isinstance(rule, LateRule):
        for limit in version.procedure.limits.values():
            if asks(limit):
                alone = replace(version, procedure=replace(version.procedure, limits={limit.id: limit}))
                yield rule, alone, limit.id
                if lies(limit):
                    yield LateRule(lying=True), alone, f"{limit.id}{LYING}"
    else:
        yield rule, version, ""


def part_of(name: str, control: str, rule: Rule, version: PowerVersion, *, title: Text) -> Part:
    """Return one rule with what it asks for.  control: whose it is; title: in words."""
    if isinstance(rule, LateRule):
        (limit,) = version.procedure.limits.values()
        title = Text(zh=f"{title.zh}：{limit.name.zh}", en=f"{title.en}: {limit.name.en}")
        on, asked = limit.ends, _limit_asks(limit)
        if rule.lying:
            title = Text(zh=f"{title.zh}，至今未办", en=f"{title.en}, still not done")
            on, asked = limit.starts, ((limit.ends, 0), (closing(version), 0), *asked[1:])
        return Part(name, control, rule, version, title, on, asked, True, frozenset(), _limit_reads(limit),
                    frozenset(), ordered=True, shares=False)  # fmt: skip
    assert isinstance(rule, GateRule), "AnyOf was taken apart"
    said = _Said()
    for expr in (rule.applies, rule.violated):
        _walk(expr, 1, said, inner=False)
    reads = (said.reads | rule.needs | ({rule.each} if rule.each else set())) - _OF_EVERY_ROW
    asks = tuple(dict.fromkeys(said.asks))
    return Part(name, control, rule, version, title, rule.on, asks, said.any_act, frozenset(said.since), frozenset(reads),
                frozenset(said.functions), said.ordered, said.shares)  # fmt: skip


def closing(version: PowerVersion) -> frozenset[str]:
    """Return the acts that may end a case."""
    return frozenset(act for (step, act), rule in version.rules.items() if step != CLOSED and CLOSED in reached(rule.to))


def reached(to: str | ByField) -> Collection[str]:
    """Return the steps to which an act may bring a case."""
    return set(to.cases.values()) if isinstance(to, ByField) else {to}


def _limit_asks(limit: Limit) -> tuple[tuple[frozenset[str], int], ...]:
    movers = {e.by for e in limit.extend} | {a for s in limit.stops for a in (s.from_act, s.to_act)}
    ends = limit.ends if len(limit.ends) > 1 else ()  # another act may have ended it in time
    return ((limit.starts, 1), *((frozenset({one}), 0) for one in sorted({*movers, *ends})))


def _limit_reads(limit: Limit) -> frozenset[str]:
    named = {limit.until, *(e.until for e in limit.extend), *(s.until for s in limit.stops), *(field for _, field, _ in limit.choices)}
    return frozenset(one for one in named if one)


class _Said:
    """What an expression asks for."""

    def __init__(self) -> None:
        self.asks: list[tuple[frozenset[str], int]] = []
        self.reads: set[str] = set()
        self.functions: set[str] = set()
        self.since: set[str] = set()
        self.any_act = self.ordered = self.shares = False


def _walk(expr: Expr, sign: int, said: _Said, *, inner: bool) -> None:
    """Gather what an expression asks for.  sign: 1 where more truth means more violations, -1 where fewer, 0 where nobody knows."""
    match expr:
        case T(name) | R(name):
            said.reads.add(name)
            said.ordered |= name in ("_seq", "_position")
        case Gather():
            said.any_act |= expr.acts is None and expr.same is None
            said.shares |= expr.same is not None
            said.ordered |= expr.span is not Span.ALL or bool(expr.since) or expr.take in (Take.FIRST, Take.LAST)
            said.since |= expr.since
            if expr.acts is not None:
                said.asks.append((expr.acts, int(sign == 1 and expr.take in (Take.COUNT, Take.DISTINCT, Take.SET))))
            if expr.since:
                said.asks.append((expr.since, 0))
            said.reads |= {name for name in (expr.each, expr.same) if name and name != "_case"}
            for one in (expr.where, expr.value, expr.equals):
                _walk(one, 0 if inner else sign if one is expr.where else 0, said, inner=True)
        case Op(op, args):
            said.functions.add(op)
            bound = op in (">", ">=") and isinstance(args[1], int) and isinstance(args[0], Gather) and args[0].take in (
                Take.COUNT, Take.DISTINCT)  # fmt: skip
            new = -sign if op == "not" else sign if op in ("and", "or") or bound else 0
            for arg in args:
                _walk(arg, new, said, inner=inner)
        case _:
            return


def blind(part: Part, feed: Feed) -> Text | None:
    """Return why a rule cannot be judged on this log at all, or None."""
    if part.functions & PEOPLE:
        return Text(zh="需要人员登记（岗位、证件、利害关系），日志里没有", en="it needs the register of people, which the log does not hold")
    if part.on is not None and not part.on & feed.acts:
        return _lacks(part.on, "没有这些动作", "the log records none of these acts")
    for acts, more_finds_more in part.asks:
        absent = acts - feed.acts - feed.never_done
        if absent and (not more_finds_more or absent == acts):
            return _lacks(absent, "没有记载这些动作，没有记载不等于没有做（确实从未做的写入 never_done）",
                          "these acts are not recorded, which proves nothing (what truly never happened goes into never_done)")  # fmt: skip
    columns = {name for name, there in (("_actor", feed.actor), ("_post", feed.post), ("_entered", feed.entered), ("_lag", feed.entered),
                                        ("_reason", False)) if not there}  # fmt: skip
    lacking = {name for name in part.reads if (name in columns if name.startswith("_") else name not in feed.fields | feed.never_said)}
    return _lacks(lacking, "没有这些列", "these columns are missing") if lacking else None


def _lacks(names: Collection[str], zh: str, en: str) -> Text:
    listed = sorted(names)[:12]
    return Text(zh=f"{zh}：{'、'.join(listed)}", en=f"{en}: {', '.join(listed)}")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule says of a case.  why: a word, where it cannot be judged."""

    outcome: Outcome
    hits: tuple[Hit, ...] = ()
    why: str = ""


WHY: Mapping[str, Text] = {
    "value": Text(zh="规则所读的内容在本案为空", en="what the rule reads is empty in the case"),
    "grain": Text(zh="规则须知几点几分，记录只到天", en="the rule needs the hour, the log knows the day only"),
    "order": Text(zh="同一时刻的先后不明，次序不同结论不同", en="acts of one instant: another order would give another outcome"),
    "length": Text(zh="一案动作过多", en="too many acts in one case"),
    "calendar": Text(zh="缺少当年的工作日历", en="no calendar of working days for the year"),
    "aside": Text(zh="本案有记录读不出来，在隔离中", en="a record of the case could not be read and is in quarantine"),
    "cut": Text(zh="本案的开头不在日志里，可能早于导出的时间段", en="the beginning of the case is not in the log: the export may begin later"),
    "return": Text(zh="本案退回过，日志没有记载推进各环节的全部动作", en="the case was sent back, and the log does not record every act that moves one"),
    "split": Text(zh="另有案号只差看不见的字符，可能是同一案", en="another number differs only in what cannot be seen: it may be the same case"),
    "alike": Text(zh="本案有写法相近的人员，可能是同一人（可写入映射的 actors）", en="two spellings in the case may be one person (the mapping may say so)"),
    "version": Text(zh="当时没有施行的职权版本（映射可写 against）", en="no version of the power was in force then (the mapping may say against)"),
}


def judge_case(
    part: Part, rows: Sequence[ActRow], whole_days: Sequence[bool], world: World, *, row_order: bool,
    never_said: frozenset[str] = frozenset(), log: Sharing | None = None,
) -> Verdict:  # fmt: skip
    """Return what a rule says of one case.  rows: in order; whole_days: which of them are known to the day only."""
    acts = part.concerned
    kept = [(row, whole) for row, whole in zip(rows, whole_days, strict=True) if acts is None or row.act in acts]
    if part.on is not None and not any(row.act in part.on for row, _ in kept):
        return Verdict(Outcome.NOT_APPLICABLE)
    if len(kept) > MAX_ROWS:
        return Verdict(Outcome.NOT_EVALUABLE, why="length")
    silent = {row.act for row, _ in kept if says_too_little(row, part, never_said)}
    if silent:
        kept = [one for one in kept if not says_too_little(one[0], part, never_said)] if stands_without(part, silent) else []
        if not any(part.on is None or row.act in part.on for row, _ in kept):
            return Verdict(Outcome.NOT_EVALUABLE, why="value")
    mine = [row for row, _ in kept]
    if "_lag" in part.reads:
        try:
            kept = [(replace(row, lag=lag_between(row.at, row.entered, world.calendar)), whole) for row, whole in kept]
        except CalendarMissing:
            return Verdict(Outcome.NOT_EVALUABLE, why="calendar")
        mine = [row for row, _ in kept]
    if "_at" in part.reads and any(whole for _, whole in kept):
        return Verdict(Outcome.NOT_EVALUABLE, why="grain")
    try:
        outcome, hits = judge(part.rule, mine, part.version, world, log=log)
        if not row_order and part.ordered:
            orders = orders_of(kept)
            if orders is None or any(judge(part.rule, one, part.version, world, log=log)[0] is not outcome for one in orders):
                return Verdict(Outcome.NOT_EVALUABLE, why="order")
    except CalendarMissing:
        return Verdict(Outcome.NOT_EVALUABLE, why="calendar")
    if silent and outcome is not Outcome.VIOLATED:
        return Verdict(Outcome.NOT_EVALUABLE, why="value")
    return Verdict(outcome, tuple(hits))


def stands_without(part: Part, acts: Collection[str]) -> bool:
    """True if what a rule finds is found whatever acts of these kinds say that are silent: more of them could only find more."""
    if not isinstance(part.rule, GateRule) or part.any_act:
        return False
    return all(more_finds_more or asked.isdisjoint(acts) for asked, more_finds_more in part.asks)


def says_too_little(row: ActRow, part: Part, never_said: frozenset[str]) -> bool:
    """True if the row is silent about something that the rule reads and an act of ours always says."""
    if ("_actor" in part.reads and row.actor is None) or ("_post" in part.reads and row.post is None):
        return True
    if row.lag == UNKNOWN_LAG and "_lag" in part.reads:
        return True
    word = part.version.words.get(row.act)
    asked = (word.required & part.reads) - never_said if word is not None else frozenset()
    return any((row.data or {}).get(name) is None for name in asked)


def orders_of(kept: Sequence[tuple[ActRow, bool]]) -> Iterator[list[ActRow]] | None:
    """Return the other orders in which the acts may have been done, None if they are too many."""
    groups: list[list[ActRow]] = []
    for _, day in groupby(kept, key=lambda one: one[0].at.date()):
        held = list(day)
        if any(whole for _, whole in held):
            groups.append([row for row, _ in held])
        else:
            groups += [[row for row, _ in tied] for _, tied in groupby(held, key=lambda one: one[0].at)]
    count = 1
    for group in groups:
        count *= factorial(min(len(group), 10))
        if count > MAX_ORDERS:
            return None
    return (_numbered(one for group in order for one in group) for order in product(*(permutations(g) for g in groups)))


def _numbered(rows: Iterable[ActRow]) -> list[ActRow]:
    return [replace(row, seq=n) for n, row in enumerate(rows, 1)]


def version_of(versions: Sequence[PowerVersion], day: date) -> PowerVersion | None:
    """Return the version in force on a day, None before the first."""
    fit = [v for v in versions if v.in_force_from <= day]
    return fit[-1] if fit else None
