"""The agency's catalogue of violations: 案由, the article breached, the article that punishes, the kinds and the range it allows.

It stands in the settings of the control `violation_catalogue`; the other controls of the law read it here.  A new wording of the
same provision is an entry of its own with the same `family`.  Days are ISO text; what an entry allows, the power file answers for.
"""

from __future__ import annotations

from calendar import isleap
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import combinations
from typing import Any, Protocol

from qingfeng.terms.citation import Citation
from qingfeng.terms.text import Text

from .power import PowerVersion
from .settings import BadSetting, typed

CATALOGUE = "violation_catalogue"
WARNING, FINE, CONFISCATION = "warning", "fine", "confiscation"
MILD = frozenset({WARNING, "criticism"})  # kinds that are milder than any fine
YUAN = 10_000  # hundredths of a fen in a yuan: bounds are compared as 100 times the amount in fen
ADOPTED = "adopted"


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to a factor and the points it counts."""

    code: str
    points: int


@dataclass(frozen=True, slots=True)
class Factor:
    """A circumstance that the benchmark asks of every case."""

    code: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Tier:
    """From so many points on, a fine from `low` to `high` (both included, in the unit of the entry)."""

    code: str
    points: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One violation.  Fines in whole yuan; with `percent`, in per cent of the case's `basis_amount` (200: twice as much).

    kinds: `warning`, `fine`, `confiscation` (of money) and words of the agency's own; fine_due: a fine must be imposed where the
    provision names one (并处), unless mitigated; slight: it can be so slight that nothing is imposed; serious: five years (art. 36);
    in_force_until: the last day; crime_from: the amount involved, in yuan, from which it may be a crime.
    """

    code: str
    name: Text
    breached: Citation
    penalty: Citation
    kinds: tuple[str, ...]
    in_force_from: str
    in_force_until: str | None = None
    family: str = ""
    fine_min: int = 0
    fine_max: int = 0
    percent: bool = False
    fine_due: bool = True
    limitation_years: int = 2
    serious: bool = False
    slight: bool = False
    crime_from: int | None = None
    factors: tuple[Factor, ...] = ()
    tiers: tuple[Tier, ...] = ()

    @property
    def title(self) -> Text:
        """Its name with its code, as a person is told of it: two wordings of one violation differ by their codes."""
        return Text(zh=f"“{self.name.zh}”（{self.code}）", en=f"“{self.name.en}” ({self.code})")

    @property
    def kin(self) -> str:
        """What holds the wordings of one provision together."""
        return self.family or self.code

    @property
    def first_day(self) -> date:
        """The day it came into force."""
        return date.fromisoformat(self.in_force_from)

    @property
    def last_day(self) -> date:
        """The last day it was in force."""
        return date.fromisoformat(self.in_force_until) if self.in_force_until else date.max

    @property
    def years(self) -> int:
        """After how many years it can no longer be punished."""
        return 5 if self.serious else self.limitation_years

    @property
    def crime_fen(self) -> int | None:
        """The amount involved, in fen, from which it may be a crime; None if the entry names none."""
        return None if self.crime_from is None else self.crime_from * 100

    def within(self, tier: Tier, amount: int | None, basis: int | None) -> bool:
        """True if an amount in fen lies in the tier's band, or if there is nothing to compare."""
        low, high = self.bound(tier.low, basis), self.bound(tier.high, basis)
        return amount is None or low is None or high is None or low <= amount * 100 <= high

    def misanswered(self, answers: Mapping[str, str]) -> list[str]:
        """Return the factors that are missing, strange or answered with an option that is not listed."""
        options = {f.code: {o.code for o in f.options} for f in self.factors}
        return sorted(f for f in {*options, *answers} if answers.get(f) not in options.get(f, ()))

    def tier_of(self, answers: Mapping[str, str]) -> tuple[Tier, int]:
        """Return the tier that well answered factors give, and their points."""
        score = sum(o.points for f in self.factors for o in f.options if o.code == answers[f.code])
        return max((t for t in self.tiers if t.points <= score), key=lambda t: t.points), score

    def barred_after(self, day: date) -> date:
        """The last day on which what was done (ended) on a day may be found: of the same date, or the last of February."""
        leap = (day.month, day.day) == (2, 29) and not isleap(day.year + self.years)
        return day.replace(year=day.year + self.years, day=28 if leap else day.day)

    def in_force(self, day: date | None) -> bool:
        """True on the days on which it is law; False for no day."""
        return day is not None and self.first_day <= day <= self.last_day

    def lighter(self, other: Entry) -> bool:
        """True if it is the milder of two wordings: by the highest fine, then the lowest, and in no kind harsher."""
        if not set(self.kinds) <= MILD.union(other.kinds) or self.fine_max > other.fine_max:
            return False
        return self.fine_max < other.fine_max or self.fine_min < other.fine_min

    def most(self, basis: int | None) -> int | None:
        """The highest fine in hundredths of a fen, 0 where only what is milder is allowed; None if no such bound is known."""
        bounded = FINE in self.kinds or MILD.issuperset(self.kinds)
        return self.bound(self.fine_max, basis) if bounded else None

    def bound(self, value: int, basis: int | None) -> int | None:
        """A bound of this entry in hundredths of a fen; None where it is a share of an amount that nobody has stated."""
        unit = basis if self.percent else YUAN
        return None if unit is None else value * unit


class Said(Protocol):
    """Something that says fields: an event."""

    @property
    def data(self) -> Mapping[str, Any]:
        """Its fields."""


class Proposed(Said, Protocol):
    """Something that is asked for: a command."""

    @property
    def act(self) -> str:
        """What it would do."""


def last_said(field: str, events: Sequence[Said], data: Mapping[str, Any]) -> Any:
    """Return what `data` says of a field, else what the latest of the events says that says anything of it, else None."""
    told = (e.data[field] for e in reversed(events) if e.data.get(field) is not None)
    return data[field] if data.get(field) is not None else next(told, None)


def unknown_evidence(numbers: Iterable[str] | None, events: Iterable[Said]) -> list[str]:
    """Return the numbers of evidence that none of the events has registered."""
    return sorted(set(numbers or ()) - {event.data.get("evidence_no") for event in events})


def ended_on(events: Sequence[Said], data: Mapping[str, Any]) -> date | None:
    """Return the day of the violation, of its end if it went on, as last stated."""
    day = last_said("continued_until", events, data) or last_said("occurred_on", events, data)
    return date.fromisoformat(day) if day else None


@lru_cache(maxsize=64)
def catalogue_of(version: PowerVersion) -> Mapping[str, Entry]:
    """Return the entries of a power that has a catalogue by code, in order of the file.  Raises BadSetting."""
    raw = version.controls[CATALOGUE].get("entries", ())
    entries = [typed(Entry, one, place=f"controls.{CATALOGUE}.entries[{n}]") for n, one in enumerate(raw, 1)]
    fault = fault_in(entries)
    if fault is not None:
        raise BadSetting(f"controls.{CATALOGUE}", fault.zh, fault.en)
    return {entry.code: entry for entry in entries}


def entry_of(version: PowerVersion, proposed: Proposed, acts: Collection[str]) -> Entry | None:
    """Return the entry that a proposed act names, if it is one of these acts; None also for what is not in the catalogue."""
    return catalogue_of(version).get(str(proposed.data.get("violation_code"))) if proposed.act in acts else None


def unusable(version: PowerVersion, acts: Collection[str], *, beside: str | None = None) -> Text | None:
    """Return why a control that reads the catalogue cannot work with these acts, or None.  Raises BadSetting.

    beside: another control without which this one would leave a way round.
    """
    if beside is not None and beside not in version.controls:
        return Text(
            zh=f"须同时设置controls.{beside}，否则可以绕过",
            en=f"set controls.{beside} too, or there is a way round this one",
        )
    if not version.controls.get(CATALOGUE) or not catalogue_of(version):
        return Text(
            zh=f"须先设置案由目录（controls.{CATALOGUE}.entries）", en=f"set controls.{CATALOGUE}.entries first"
        )
    return foreign(version, acts)


def foreign(version: PowerVersion, acts: Collection[str]) -> Text | None:
    """Return which of the acts the procedure lacks, or that there are none; else None."""
    strange = sorted(set(acts) - {row.act for row in version.procedure.rows})
    if acts and not strange:
        return None
    return Text(zh=f"动作须取自流程且不为空（问题：{'、'.join(strange) or '空'}）",
                en=f"name at least one act, and only acts of the procedure (wrong: {', '.join(strange) or 'none named'})")  # fmt: skip


def fault_in(entries: Sequence[Entry]) -> Text | None:
    """Return what no lawful entry can be: two of one code, days or bounds in the wrong order, two wordings at one time."""
    codes = [entry.code for entry in entries]
    if not entries or len(set(codes)) < len(codes):
        return Text(zh="案由至少一项，代码不得重复", en="there must be an entry, and no code twice")
    for entry in entries:
        fault = _fault_of(entry)
        if fault is not None:
            return Text(zh=f"案由{entry.code}：{fault.zh}", en=f"entry {entry.code}: {fault.en}")
    for a, b in combinations(entries, 2):
        if a.kin == b.kin and max(a.first_day, b.first_day) <= min(a.last_day, b.last_day):
            return Text(zh=f"案由{a.code}与{b.code}属同一条款（family），有效期不得重叠",
                        en=f"{a.code} and {b.code} are wordings of one provision (family): they may not be in force together")  # fmt: skip
        if a.kin == b.kin and a.percent != b.percent:
            return Text(zh=f"案由{a.code}与{b.code}属同一条款，幅度须用同一单位",
                        en=f"{a.code} and {b.code} are wordings of one provision: state their ranges in one unit")  # fmt: skip
    return None


def _fault_of(entry: Entry) -> Text | None:
    try:
        late = entry.first_day > entry.last_day
    except ValueError:
        return Text(zh="日期应写作 2026-03-02", en="days are written 2026-03-02")
    if late:
        return Text(zh="失效日期早于生效日期", en="it ends before it begins")
    if (
        not entry.kinds
        or not 0 <= entry.fine_min <= entry.fine_max
        or (FINE in entry.kinds) is not (entry.fine_max > 0)
    ):
        return Text(zh="处罚种类不得为空；下限不高于上限；有罚款种类的必须有上限，没有的不得有",
                    en="name a kind; the minimum may not exceed the maximum; a maximum stands exactly where a fine is allowed")  # fmt: skip
    if entry.limitation_years not in (2, 5) or (entry.crime_from is not None and entry.crime_from <= 0):
        return Text(
            zh="追溯时效为2年或5年；涉罪金额须大于0", en="the limitation is 2 or 5 years; crime_from must exceed 0"
        )
    return _fault_of_benchmark(entry)


def _fault_of_benchmark(entry: Entry) -> Text | None:
    names = [
        [f.code for f in entry.factors],
        [t.code for t in entry.tiers],
        *[[o.code for o in f.options] for f in entry.factors],
    ]
    if any(len(set(several)) < len(several) for several in names) or any(not f.options for f in entry.factors):
        return Text(
            zh="裁量因素、选项、档次不得重复，选项不得为空", en="no factor, option or tier twice, none without options"
        )
    points = [tier.points for tier in entry.tiers]
    least = sum(min(o.points for o in f.options) for f in entry.factors)
    if bool(entry.factors) is not bool(entry.tiers) or points != sorted(set(points)) or (points and points[0] > least):
        return Text(zh="因素与档次须同时设置；档次按分值递增，首档应包含最低得分",
                    en="factors and tiers go together; tiers ascend by points, and the first takes the lowest score in")  # fmt: skip
    if any(not entry.fine_min <= tier.low <= tier.high <= entry.fine_max for tier in entry.tiers):
        return Text(zh="各档幅度须在法定幅度之内", en="every tier must lie within the statutory range")
    return None


def sample(code: str, **more: Any) -> dict[str, Any]:
    """Return a lawful entry of an invented regulation as a power file writes it, for the examples of the controls.

    benchmark=True: harm counts two points, repetition one; from two points on the tier is heavy.
    """
    benchmark = more.pop("benchmark", False)
    plain = {
        "code": code,
        "name": {"zh": f"示例案由{code}", "en": f"Sample violation {code}"},
        "breached": {"instrument": "示例条例", "article": "8"},
        "penalty": {"instrument": "示例条例", "article": "30"},
        "kinds": [WARNING, FINE],
        "in_force_from": "2020-01-01",
        "fine_max": 5000,
        **more,
    }
    if not benchmark:
        return plain
    factors = [
        {"code": name, "options": [{"code": "no", "points": 0}, {"code": "yes", "points": n}]}
        for name, n in (("harm", 2), ("again", 1))
    ]
    light, heavy = (
        {"code": "light", "points": 0, "low": 100, "high": 200},
        {"code": "heavy", "points": 2, "low": 250, "high": 400},
    )
    return {**plain, "factors": factors, "tiers": [light, heavy]}


def sampled(*entries: Mapping[str, Any], beside: str | None = None) -> dict[str, Any]:
    """Return what more a power needs for an example: these entries as its catalogue, and another control beside them."""
    return {"controls": {CATALOGUE: {"entries": list(entries), "acts": []}, **({beside: {}} if beside else {})}}


def column(entries: Iterable[Entry], name: str) -> dict[str, Any]:
    """Return code -> what the entries say under a name, a table for the second telling."""
    return {entry.code: getattr(entry, name) for entry in entries}
