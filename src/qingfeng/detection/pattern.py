"""What a pattern is: a red flag without a crisp line, told as data, and how one reading of the log is judged by it.

A pattern counts *trials* (a decision, a visit, a reading) of *subjects* (an officer, a party, a pair of both) and among them *hits*.
It compares the share of hits with what peers did in the same stratum (like acts, like cases).  It names the relations and the acts
that it needs (`needs`) and SQL text over the relations of `detection.relations`; the session that runs the SQL is the store's.
What comes back are tallies, and from them on all is pure: `judge` says for each subject violated, satisfied or not evaluable, and why.

A suspicion is a lead: it says what was counted, among whom, how likely that would be among honest peers, and the acts themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from qingfeng.facts.rows import Outcome
from qingfeng.terms.text import Text

PREFIX = "pattern:"
"""Findings of a pattern carry its name after this."""
MOST_EVIDENCE = 50
"""Acts named as evidence of one suspicion: enough to check by hand; the count says how many there are."""


class Direction(StrEnum):
    """Which tail is suspect: too many hits, or too few."""

    HIGH = "high"
    LOW = "low"


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """Rows that a pattern cannot do without: acts of these roles (or rows of another relation), and what they must say.

    Without rows the pattern is not applicable; where a column is filled in fewer than `share` of them, it is not evaluable.
    """

    relation: str = "tagged"
    roles: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    share: float = 0.5
    least: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Hits among the trials of one subject in one stratum, and among the trials of its peers there.

    peers: other subjects with trials in the stratum; evidence: the hits as case#seq; officers: who is concerned (ids).
    """

    subject: str
    stratum: str
    hits: int
    trials: int
    rest_hits: float
    rest_trials: float
    peers: int
    power: str = ""
    officers: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()


Row = Mapping[str, Any]
"""One row of the answer to a pattern's SQL, by column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """One red flag.

    resembles: the wrong that it looks like; innocent: what may explain it honestly; unit: what a trial and a hit are; peers: with whom
    a subject is compared; touches: the controls beside which it stands, so that the risk points of the maps which they stop are those
    that it points to.  sql: tallies (or, with `prepare`, rows from which prepare makes them).
    minimum: least trials of a subject; least_hits: least hits (HIGH); peers_needed: least other subjects in a stratum;
    ratio: how many times the peers' share (HIGH) or what part of it (LOW, 1/ratio) is the least that counts as suspect;
    least_share: share of hits among the subject's own trials below which a difference does not matter, however certain (HIGH);
    rho: least spread of honest subjects' true shares, as an intra-class correlation; spread: the same for rare hits, as the standard
    deviation of a subject's true share in units of the share; rate: bound of the share of false leads among the leads of one run;
    pair: subjects are pairs, which count the same trials again; common: the peers' trials are those of the other subjects of the
    stratum; wider: strata are desks, and who is alone at one is compared with other desks of the power, more cautiously.
    kinds: what else holds for trials counted apart (by the part of the subject after #): fields of this class by name.
    """

    name: str
    title: Text
    resembles: Text
    innocent: Text
    unit: Text
    peers: Text
    touches: tuple[str, ...]
    needs: tuple[Need, ...]
    sql: str
    minimum: int
    least_hits: int = 3
    peers_needed: int = 1
    direction: Direction = Direction.HIGH
    ratio: float = 3.0
    rho: float = 0.02
    spread: float = 0.5
    least_share: float = 0.0
    rate: float = 0.25
    pair: bool = False
    common: bool = True
    wider: bool = False
    prepare: Callable[[Sequence[Row]], Sequence[Tally]] | None = None
    kinds: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def of(self, kind: str) -> Pattern:
        """Return the pattern as it holds for one kind of trials; "" are those not counted apart."""
        return replace(self, kinds={}, **self.kinds[kind]) if kind in self.kinds else self

    @property
    def rule(self) -> str:
        """The name under which its findings are kept."""
        return PREFIX + self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicion:
    """A subject that differs from its peers: what was counted, the share of its peers, the chance of it among honest ones.

    p: chance of as extreme a count for one honest subject; adjusted: the same, all subjects of the run considered.
    """

    subject: str
    hits: int
    trials: int
    base: float
    p: float
    adjusted: float
    power: str
    officers: tuple[str, ...]
    evidence: tuple[str, ...]

    @property
    def expected(self) -> float:
        """How many hits peers would have had."""
        return self.base * self.trials


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a pattern says of a log.  subjects: outcome of each; base: hits among all trials of judged subjects."""

    pattern: str
    outcome: Outcome
    why: Text | None = None
    subjects: Mapping[str, Outcome] = field(default_factory=dict)
    too_small: int = 0
    no_peers: int = 0
    base: float = 0.0
    found: tuple[Suspicion, ...] = ()

    @property
    def judged(self) -> int:
        """Subjects of which something could be said."""
        return sum(o in (Outcome.VIOLATED, Outcome.SATISFIED) for o in self.subjects.values())


def coverage(pattern: Pattern, counts: Sequence[Mapping[str, int]]) -> Verdict | None:
    """Return why a log cannot be judged, None if it can.  counts: for each need, rows (`_all`) and rows with each column filled."""
    for need, count in zip(pattern.needs, counts, strict=True):
        rows = count["_all"]
        what = "、".join(need.roles) or need.relation
        if rows < need.least:
            return Verdict(pattern=pattern.name, outcome=Outcome.NOT_APPLICABLE, why=Text(
                zh=f"没有所需的记录（{what}）", en=f"no such rows ({', '.join(need.roles) or need.relation})"))  # fmt: skip
        for column in need.columns:
            if count[column] < need.share * rows:
                return Verdict(pattern=pattern.name, outcome=Outcome.NOT_EVALUABLE, why=Text(
                    zh=f"{rows}条记录中只有{count[column]}条写明了“{column}”", en=f"only {count[column]} of {rows} rows say {column!r}"))  # fmt: skip
    return None
