"""From the plain data of one version to the typed power and back, without YAML and without a schema.

What is published (and hashed) is a *document*: plain data that stands alone, with the words of its posts, acts and
fields.  A running case is folded with the version it began with, perhaps years later, so a document must be enough.

    {"power":   {"id", "title", "agency", "kind", "source", "level_scheme", "phones"},
     "version": {… one item of `versions:` as written …},
     "words":   {"posts", "fields", "acts", and "codes" where the power has words for codes of its own}}

The data must be sound (`load` has judged it, or it comes from our own log): a faulty one is an `AssertionError` or
`KeyError` of ours, not a message for people.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from qingfeng.catalogue.faults import Path
from qingfeng.catalogue.power import (
    ANY,
    CLOSED,
    STAY,
    ActRule,
    Branch,
    ByField,
    ClockStop,
    Drill,
    Extension,
    Limit,
    Measure,
    Owner,
    Pending,
    Power,
    PowerVersion,
    Procedure,
    Ring,
    Risk,
    RiskPart,
    RoleReading,
    Step,
    Story,
    StoryRow,
    WholeProcess,
)
from qingfeng.catalogue.vocabulary import Vocabulary, words_from
from qingfeng.terms.citation import Citation
from qingfeng.terms.text import Text
from qingfeng.terms.timelimit import LimitKind, Rolls, TimeLimit, Unit

_HEAD = ("id", "title", "agency", "kind", "source", "level_scheme", "phones")
_Line = Callable[[Path], int]


def build_document(power: Mapping[str, Any], version: Mapping[str, Any], words: Mapping[str, Any]) -> dict[str, Any]:
    """The document of one version: `power` the whole file as plain data, `words` everything it may name."""
    named = frozenset(_names_in(version))
    acts = {name: word for name, word in words["acts"].items() if name in named}
    fields = {field.removesuffix("!") for word in acts.values() for field in word["fields"]}
    codes = words.get("codes")
    return {
        "power": {key: power[key] for key in _HEAD},
        "version": version,
        "words": {
            "posts": {name: word for name, word in words["posts"].items() if name in named},
            "fields": {name: word for name, word in words["fields"].items() if name in fields},
            "acts": acts,
            **({"codes": codes} if codes else {}),
        },
    }


def version_document(version: PowerVersion) -> Mapping[str, Any]:
    """What is published of a version: plain data that `version_from_document` takes back, and `canonical` hashes."""
    return version.document


def version_from_document(document: Mapping[str, Any], *, line: _Line = lambda path: 0) -> PowerVersion:
    """Rebuild a version.  `line` gives the line of a path within the version (0: it was not read from a file)."""
    head, raw = document["power"], document["version"]
    words = words_from(document["words"])
    steps = tuple(_step(step) for step in raw["steps"])
    procedure = _procedure(raw["procedure"], words)
    return PowerVersion(
        power=head["id"],
        title=_text(head["title"]),
        kind=head["kind"],
        in_force_from=date.fromisoformat(raw["in_force_from"]),
        basis=tuple((law["instrument"], tuple(str(a) for a in law["articles"])) for law in raw["basis"]),
        steps=steps,
        whole_process=_whole_process(raw.get("whole_process") or {}),
        procedure=procedure,
        controls=raw.get("controls") or {},
        duties=raw.get("duties") or {},
        stories=tuple(_story(story, ("stories", place), line) for place, story in enumerate(raw["stories"])),
        drills=tuple(_drill(one, ("drills", place), line) for place, one in enumerate(raw.get("drills") or ())),
        posts=words.posts,
        level_scheme=tuple(head["level_scheme"]),
        document=document,
        step_order={name: place for place, name in enumerate((*(step.id for step in steps), CLOSED))},
        rules=_rules(procedure.rows, [step.id for step in steps]),
        role_map=tuple(
            RoleReading(word=one["word"], means=_text(one["means"]), doubt=_text(one["doubt"]))
            for one in raw.get("role_map") or ()
        ),
        codes={**_named_codes(raw.get("controls") or {}), **words.codes},
    )


def _named_codes(settings: Any) -> dict[str, Text]:
    """What the settings of controls call by a code and name in both languages: violations, figures of a report."""
    if isinstance(settings, list):
        return {code: name for one in settings for code, name in _named_codes(one).items()}
    if not isinstance(settings, Mapping):
        return {}
    named = {code: name for one in settings.values() for code, name in _named_codes(one).items()}
    code, name = settings.get("code"), settings.get("name")
    both = isinstance(code, str) and isinstance(name, Mapping) and {*name} == {"zh", "en"}
    return {**named, code: _text(name)} if both else named  # type: ignore[dict-item,arg-type]


def build_power(data: Mapping[str, Any], versions: Sequence[PowerVersion]) -> Power:
    """The power with its versions."""
    return Power(
        id=data["id"],
        title=_text(data["title"]),
        agency=_text(data["agency"]) if data["agency"] is not None else None,
        kind=data["kind"],
        document=data["source"].get("document", ""),
        diagram=data["source"].get("diagram", 0),
        level_scheme=tuple(data["level_scheme"]),
        phones=data["phones"],
        source_faults=tuple((_text(f["what"]), _text(f["hint"])) for f in data.get("source_faults") or ()),
        versions=tuple(versions),
    )


def _rules(rows: Sequence[ActRule], steps: Sequence[str]) -> dict[tuple[str, str], ActRule]:
    """Which row applies at (step, act): the first in the file whose `at` holds the step."""
    rules: dict[tuple[str, str], ActRule] = {}
    for row in rows:
        for step in (*steps, CLOSED):
            if step in row.at or (ANY in row.at and step != CLOSED):
                rules.setdefault((step, row.act), row)
    return rules


def _step(raw: Mapping[str, Any]) -> Step:
    return Step(
        id=raw["id"],
        name=_text(raw["name"]),
        label=raw.get("label"),
        owner=_owner(raw["owner"]),
        level=raw["level"],
        doubt=_text(raw["doubt"]) if raw.get("doubt") else None,
        risks=_risks(raw["risks"]),
        measures=_measures(raw["measures"]),
    )


def _whole_process(raw: Mapping[str, Any]) -> WholeProcess:
    return WholeProcess(
        owner=_owner(raw.get("owner")),
        doubt=_text(raw["doubt"]) if raw.get("doubt") else None,
        risks=_risks(raw.get("risks") or ()),
        measures=_measures(raw.get("measures") or ()),
    )


def _owner(raw: Mapping[str, Any] | None) -> Owner | None:
    return None if raw is None else Owner(source=raw["source"], post=raw["post"])


def _risks(raw: Sequence[Mapping[str, Any]]) -> tuple[Risk, ...]:
    return tuple(_risk(risk) for risk in raw)


def _risk(raw: Mapping[str, Any]) -> Risk:
    parts = tuple(
        RiskPart(id=part["id"], text=part["text"], stopped_by=tuple(part["stopped_by"]))
        for part in raw.get("parts") or ()
    )
    union = dict.fromkeys(name for part in parts for name in part.stopped_by)
    return Risk(
        id=raw["id"],
        text=raw["text"],
        reads_as=raw.get("reads_as"),
        stopped_by=tuple(union) if parts else tuple(raw["stopped_by"]),
        parts=parts,
    )


def _measures(raw: Sequence[Mapping[str, Any]]) -> tuple[Measure, ...]:
    return tuple(
        Measure(id=one["id"], text=one["text"], reads_as=one.get("reads_as"), carried_by=tuple(one["carried_by"]))
        for one in raw
    )


def _procedure(raw: Mapping[str, Any], words: Vocabulary) -> Procedure:
    pending = [
        Pending(
            id=one["id"],
            name=_text(one["name"]),
            blocks=None if one["blocks"] == "all" else frozenset(one["blocks"]),
            lapses=one.get("lapses", False),
        )
        for one in raw.get("pending") or ()
    ]
    waited = {name for row in raw["acts"] for name in row.get("waits") or ()}
    limits = [_limit(one, waited, words) for one in raw.get("limits") or ()]
    return Procedure(
        start=raw["start"],
        rows=_rows(raw, words),
        pending={one.id: one for one in pending},
        limits={one.id: one for one in limits},
        branches={
            name: Branch(
                acts=tuple(branch.get("acts") or ()),
                why_not=_text(branch["why_not"]) if branch.get("why_not") else None,
            )
            for name, branch in raw["branches"].items()
        },
    )


def _rows(raw: Mapping[str, Any], words: Vocabulary) -> tuple[ActRule, ...]:
    """The act rows in order; the first one at the start step may open a case, others only where the file says so."""
    rows = [_row(row, words) for row in raw["acts"]]
    first = next((n for n, row in enumerate(rows) if raw["start"] in row.at), None)
    return tuple(replace(row, opens_case=True) if n == first else row for n, row in enumerate(rows))


def _row(raw: Mapping[str, Any], words: Vocabulary) -> ActRule:
    word = words.acts[raw["act"]]
    return ActRule(
        word=word,
        at=frozenset(raw["at"]),
        by=tuple(raw["by"]),
        to=_consequence(raw.get("to", STAY)),
        after=tuple(frozenset(one.split("|")) for one in raw.get("after") or ()),
        opens=_consequence(raw["opens"]) if "opens" in raw else None,
        closes=raw.get("closes"),
        during=frozenset(raw.get("during") or ()),
        waits=tuple(raw.get("waits") or ()),
        once=raw.get("once", False),
        credential=raw.get("credential", word.credential),
        no_delegation=raw.get("no_delegation", False),
        opens_case=bool(raw.get("opens_case", False)),
        only_opens=raw.get("opens_case", False) is True,
    )


def _consequence(raw: str | Mapping[str, str]) -> str | ByField:
    if isinstance(raw, str):
        return raw
    return ByField(field=raw["field"], cases={case: value for case, value in raw.items() if case != "field"})


def _choices(starts: Sequence[str], words: Vocabulary) -> Iterator[tuple[str, str, str]]:
    """What `act=value` among the starting acts means: the act's choice field that has such a value."""
    for act, _, value in (one.partition("=") for one in starts if "=" in one):
        yield from ((act, field.id, value) for field in words.acts[act].fields if value in field.choices)


def _limit(raw: Mapping[str, Any], waited: Collection[str], words: Vocabulary) -> Limit:
    """One limit.  What somebody else waits for begins anew with each start; a duty cannot be put off by starting it again."""
    yellow = raw.get("yellow")
    holder = raw.get("for", "agency")
    return Limit(
        id=raw["id"],
        name=_text(raw["name"]),
        starts=frozenset(one.partition("=")[0] for one in raw["starts"]),
        choices=frozenset(_choices(raw["starts"], words)),
        ends=frozenset(raw["ends"]),
        # With `until` the end is a day that an act names; only kind and rolls of the length count then.
        length=TimeLimit(
            n=raw.get("n", 1),
            unit=Unit(raw.get("unit", Unit.CALENDAR_DAY)),
            kind=LimitKind(raw["kind"]),
            rolls=Rolls(raw["rolls"]),
        ),
        until=raw.get("until"),
        basis=_citation(raw["basis"]),
        stops=tuple(
            ClockStop(from_act=stop["from"], to_act=stop["to"], basis=_citation(stop["basis"]), until=stop.get("until"))
            for stop in raw.get("stops") or ()
        ),
        extend=tuple(
            Extension(
                by=one["by"],
                times=one["times"],
                n=one.get("n", 0),
                unit=Unit(one["unit"]) if "unit" in one else None,
                until=one.get("until"),
            )
            for one in raw.get("extend") or ()
        ),
        yellow=(yellow["n"], Unit(yellow["unit"])) if yellow else None,
        effect=raw.get("effect"),
        ahead=(raw["ahead"]["n"], Unit(raw["ahead"]["unit"])) if raw.get("ahead") else None,
        holder=holder,
        late=raw.get("late", "ask"),
        restarts=raw.get("restarts", holder == "party" or raw["id"] in waited),
    )


def _story(raw: Mapping[str, Any], path: Path, line: _Line) -> Story:
    return Story(
        id=raw["id"],
        title=_text(raw["title"]),
        covers=tuple(raw["covers"]),
        rows=_story_rows(raw["rows"], path, line),
    )


def _drill(raw: Mapping[str, Any], path: Path, line: _Line) -> Drill:
    probability = raw.get("probability")
    return Drill(
        id=raw["id"],
        risk=raw["risk"],
        part=raw.get("part"),
        attempt=_text(raw["attempt"]),
        story=raw["from"],
        before=raw["before"],
        rows=_story_rows(raw["rows"], path, line),
        ring=Ring(raw["ring"]),
        by=frozenset(raw["by"]),
        resume=raw.get("resume"),
        end=raw.get("end"),
        probability=None if probability is None else float(probability),
        line=line(path),
    )


def _story_rows(raw: Sequence[Mapping[str, Any]], path: Path, line: _Line) -> tuple[StoryRow, ...]:
    return tuple(
        StoryRow(
            day=row["day"],
            who=row["who"],
            does=row["does"],
            then=row.get("then", ""),
            data=row.get("with") or {},
            entered=row.get("entered"),
            reason=row.get("reason"),
            line=line((*path, "rows", place)),
        )
        for place, row in enumerate(raw)
    )


def _text(raw: Mapping[str, str]) -> Text:
    return Text(raw["zh"], raw["en"])


def _citation(raw: Mapping[str, str] | None) -> Citation | None:
    return None if raw is None else Citation(raw["instrument"], raw["article"])


def _names_in(value: Any) -> Iterator[str]:
    """Every string, and the post of every `post/2`."""
    if isinstance(value, str):
        yield value
        if "/" in value:
            yield value.partition("/")[0]
        if "|" in value:
            yield from value.split("|")
    elif isinstance(value, Mapping):
        for member in value.values():
            yield from _names_in(member)
    elif isinstance(value, Sequence):
        for member in value:
            yield from _names_in(member)
