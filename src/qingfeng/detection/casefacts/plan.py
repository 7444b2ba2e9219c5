"""Which facts the rules of a power need: all of them together, so that one pass over the log is enough."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from qingfeng.catalogue.power import Limit, PowerVersion
from qingfeng.detection.foreign import Part
from qingfeng.facts.rule import Expr, GateRule, Gather, LateRule, Op, R, T

FORMAT = 1
"""Of facts that are kept; another one computes them again."""
OWN: Mapping[str, str] = {"_actor": "actor", "_post": "post", "_entered": "entered"}
"""Columns of the log behind fields of every row; the others follow from the act, its instant and its case."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Of each act the columns whose count, least and greatest value are asked; number, first and last are there for every act."""

    columns: Mapping[str, frozenset[str]]

    @property
    def acts(self) -> tuple[str, ...]:
        """The acts, in order."""
        return tuple(sorted(self.columns))

    def covers(self, other: Plan) -> bool:
        """True if nothing is asked that this one does not give."""
        return all(act in self.columns and names <= self.columns[act] for act, names in other.columns.items())

    def with_(self, other: Plan) -> Plan:
        """Return the plan of both."""
        acts = {*self.columns, *other.columns}
        return Plan({act: self.columns.get(act, frozenset()) | other.columns.get(act, frozenset()) for act in acts})

    def digest(self) -> str:
        """Return what tells this plan from others."""
        told = ";".join(f"{act}:{','.join(sorted(self.columns[act]))}" for act in self.acts)
        return sha256(f"{FORMAT};{told}".encode()).hexdigest()


def plan_of(parts: Iterable[Part], *, acts: frozenset[str], fields: frozenset[str], never_said: frozenset[str]) -> Plan:
    """Return what some rules need.  acts, fields: of ours that the log has; never_said: fields that its acts need not say."""
    wanted: dict[str, set[str]] = {}
    for part in parts:
        for act in acts if part.concerned is None else part.concerned & acts:
            said = wanted.setdefault(act, set())
            word = part.version.words.get(act)
            said |= (part.reads & OWN.keys()) | (
                (word.required & part.reads) - never_said if word is not None else frozenset()
            )
        if isinstance(part.rule, GateRule):
            asked = _Asked(acts, wanted)
            on = acts if part.rule.on is None else part.rule.on & acts
            for name in (*part.rule.needs, *([part.rule.each] if part.rule.each else [])):
                asked.of(part.concerned & acts if part.concerned is not None else acts, name)
            for expr in (part.rule.applies, part.rule.violated):
                asked.walk(expr, on, frozenset())
        elif isinstance(part.rule, LateRule):
            _limits(part.version, acts, wanted)
    columns = {
        act: frozenset(column for name in names if (column := _column(name, fields))) for act, names in wanted.items()
    }
    return Plan(columns)


def _column(name: str, fields: frozenset[str]) -> str | None:
    return OWN.get(name) if name.startswith("_") else f"f_{name}" if name in fields else None


def _limits(version: PowerVersion, acts: frozenset[str], wanted: dict[str, set[str]]) -> None:
    """What a limit reads of the acts that start and end it, and which acts move a case back."""
    for act in acts & frozenset(act for _, act in version.rules):
        wanted.setdefault(act, set())
    for limit in version.procedure.limits.values():
        for act in (limit.starts | limit.ends) & acts:
            wanted.setdefault(act, set()).update(limit_fields(limit), ("served_on", "received_on", "_entered"))


def limit_fields(limit: Limit) -> set[str]:
    """Return the fields that say whether a limit begins and when it ends."""
    return {name for name in (limit.until, *(field for _, field, _ in limit.choices)) if name}


class _Asked:
    """Walks expressions and notes which fields of which acts they read."""

    def __init__(self, acts: frozenset[str], wanted: dict[str, set[str]]) -> None:
        self.acts, self.wanted = acts, wanted

    def of(self, acts: Iterable[str], *names: str) -> None:
        """Note fields of acts."""
        for act in acts:
            self.wanted.setdefault(act, set()).update(names)

    def walk(self, expr: Expr, judged: frozenset[str], gathered: frozenset[str]) -> None:
        """Note what an expression reads.  judged: acts that T may be; gathered: acts that R may be."""
        match expr:
            case T(name):
                self.of(judged, name)
            case R(name):
                self.of(gathered, name)
            case Op(_, args):
                for arg in args:
                    self.walk(arg, judged, gathered)
            case Gather():
                inner = self.acts if expr.acts is None else expr.acts & self.acts
                if expr.same is None:
                    self.of(inner, *([expr.each] if expr.each else []))
                    self.of(expr.since & self.acts)
                    self.walk(expr.where, judged, inner)
                    self.walk(expr.value, judged, inner)
            case _:
                return
