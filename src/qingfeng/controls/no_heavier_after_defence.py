"""no_heavier_after_defence 不得因申辩加重: what is decided is not heavier than what the party was last told.

Why: a party that speaks up is punished for it, or is told of little and fined for much.
Finds: a decision beyond the latest notice; after a defence, a heavier notice without new evidence (by hash); another kind undebated.
Not: a notice heavy from the start (discretion_benchmark).  Source: 行政处罚法 45; the order of kinds by weight is a setting.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue import codes
from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, R, T
from qingfeng.terms.citation import Citation
from qingfeng.terms.text import Text


@dataclass(frozen=True, slots=True)
class NoHeavierAfterDefence:
    """`decides` not above the latest of `notices`; a heavier notice after one of `defences` only upon new `evidence`."""

    name: ClassVar[str] = "no_heavier_after_defence"
    title: ClassVar[Text] = Text(zh="不得因申辩加重处罚", en="No heavier after the defence")
    # fmt: off
    example: ClassVar[dict[str, Any]] = {"decides": ["decide"], "notices": ["tell"], "defences": ["defend"], "evidence": ["exhibit"],
        "deliberates": ["resolve"], "severity": ["warning", "fine", "closure"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("tell ann 0 amount=9 confiscated=7 penalty_kinds=[fine]", "defend party 1", "decide eve 2 amount=9 confiscated=7"),
        ("tell ann 0 amount=5", "defend party 1", "exhibit ann 2 evidence_hash=h1", "tell ann 3 amount=9", "decide eve 4 amount=9"),
        ("tell ann 0 amount=5", "tell ann 1 amount=9 penalty_kinds=[fine]", "defend party 1", "tell ann 1 amount=5", "decide eve 4"),
        ("tell ann 0 penalty_kinds=[fine]", "resolve eve 1 result=adopted", "decide eve 1 penalty_kinds=[other]"),
        ("tell ann 0 amount=5 penalty_kinds=[warning,fine]", "defend party 1", "decide eve 2 amount=4 penalty_kinds=[fine]"),
        ("tell ann 0", "defend party 0", "exhibit ann 1 evidence_hash=h2", "tell ann 1 confiscated=7 penalty_kinds=[closure]"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("tell ann 0 amount=5 confiscated=6", "decide eve 2 confiscated=7", "decide eve 2 amount=9"),
        ("tell ann 0 amount=5", "defend party 1", "exhibit ann 2", "tell ann 3 confiscated=6"),
        ("exhibit ann 0 evidence_hash=h1", "tell ann 0", "defend party 1", "exhibit ann 2 evidence_hash=h1", "tell ann 3 amount=9"),
        ("tell ann 0 penalty_kinds=[warning]", "resolve eve 1 result=adopted", "decide eve 1 penalty_kinds=[fine]"),
        ("tell ann 0 penalty_kinds=[fine]", "resolve eve 1 result=adopted", "decide eve 1 penalty_kinds=[fine,warning]"),
        ("resolve eve 0 result=adopted", "tell ann 0 penalty_kinds=[fine]", "resolve eve 1", "decide eve 1 penalty_kinds=[warning]"),
        ("tell ann 0 penalty_kinds=[closure]", "defend party 1", "tell ann 1 penalty_kinds=[fine]"),
    )
    decides: tuple[str, ...]
    notices: tuple[str, ...]
    defences: tuple[str, ...]
    evidence: tuple[str, ...]
    deliberates: tuple[str, ...]
    severity: tuple[str, ...]  # kinds from the lightest to the heaviest
    statute: Citation | None = None

    @property
    def basis(self) -> Basis:
        """The article if the power file names it, else a rule of the agency."""
        return Basis.STATUTE if self.statute else Basis.RULE

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        named, rows = {*self.decides, *self.notices, *self.defences, *self.evidence, *self.deliberates}, version.procedure.rows
        good = self.decides and self.notices and self.defences and len({*self.severity}) == len(self.severity) > 0
        return None if good and named <= {row.act for row in rows} else Text(zh="动作或处罚种类有缺或重复", en="acts, or kinds once each, are lacking")

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse what is heavier than the party was told, and a heavier notice for which there is nothing new."""
        events, act, said = situation.case.events, situation.proposed.act, situation.proposed.data
        notice = next((e for e in reversed(events) if e.act in self.notices), None)
        if notice is None or act not in (*self.decides, *(self.notices if any(e.act in self.defences for e in events) else ())):
            return None
        told, later, rank = notice.data, events[notice.seq :], {kind: n for n, kind in enumerate(self.severity, 1)}
        seen = {e.data.get("evidence_hash") for e in events[: notice.seq] if e.act in self.evidence}
        new = {e.data.get("evidence_hash") for e in later if e.act in self.evidence and e.at > notice.at} - seen - {None}
        now, then = ({*data.get("penalty_kinds", ())} for data in (said, told))
        agreed = any(e.act in self.deliberates and e.data.get("result") == "adopted" for e in later)
        version, none = situation.case.version, Text(zh="0元", en="0 yuan")
        more = [(codes.field(version, f), codes.shown(version, f, told[f]) if told.get(f) else none, codes.shown(version, f, said[f]))
                for f in ("amount", "confiscated") if said.get(f, 0) > told.get(f, 0)]
        other = sorted(k for k in now - then if rank.get(k, 0) > max((rank.get(t, 0) for t in then), default=0) or then < now or not agreed)
        if not (more or other) or (new and act in self.notices):
            return None
        zh = [f"{f.zh}由{old.zh}到{new_.zh}" for f, old, new_ in more] + [codes.word(version, k).zh for k in other]
        en = [f"{f.en} from {old.en} to {new_.en}" for f, old, new_ in more] + [codes.word(version, k).en for k in other]
        return Refusal(by=self.name, ring="control", basis=self.basis, citation=self.statute, reason=Text(
            zh=f"比最近一次告知更重或种类不同：{'、'.join(zh)}", en=f"heavier than, or unlike, the latest notice: {', '.join(en)}"), remedy=Text(
            zh="不得因申辩加重；有告知之后取得的新证据的，登记后重新告知；种类不同的，先集体讨论。",
            en="No heavier because of the defence: register evidence taken since, give notice anew; for another kind deliberate first."))

    def detect(self, _: PowerVersion) -> AnyOf:
        """What is said against the latest notice, sum by sum and kind by kind, whether decided or noticed again."""
        seq, moment = say.gather("last", self.notices, R("_seq")), say.gather("last", self.notices, R("_at"))
        told = say.gather("last", self.notices, say.or_else(R("penalty_kinds"), ()))
        sums = [say.over(say.or_else(T(f), 0), say.gather("last", self.notices, say.or_else(R(f), 0))) for f in ("amount", "confiscated")]
        rank = {kind: n for n, kind in enumerate(self.severity, 1)}
        top = say.gather("max", self.notices, say.get(rank, R("_key")), say.equal(R("_seq"), seq), each="penalty_kinds")
        agreed = say.some(self.deliberates, say.equal(R("result"), "adopted"), since=self.notices)
        weighs = say.over(say.or_else(say.get(rank, T("_key")), 0), say.or_else(top, 0))
        added = say.equal(say.without(told, T("penalty_kinds")), 0)
        other = say.both(say.negated(say.is_in(T("_key"), told)), say.either(weighs, added, say.negated(agreed)))
        seen = say.gather("set", self.evidence, R("evidence_hash"), say.over(seq, R("_seq")))
        found = say.gather("set", self.evidence, R("evidence_hash"), say.over(R("_at"), moment), since=self.notices)
        stale, noticed, heard = say.equal(say.without(found, seen), 0), say.some(self.notices), say.some(self.defences)
        acts = [(self.decides, noticed, ()), (self.notices, say.both(noticed, heard), (stale,))]
        bads = ((say.either(*sums), None), (other, "penalty_kinds"))
        return AnyOf(tuple(say.gate(on, say.both(*bare, bad), applies=when, each=each) for on, when, bare in acts for bad, each in bads))
