"""complete_archive 案卷完整: the file that goes to the archive holds every item of evidence and the paper of every act, and no other.

Why: 检查材料归档不齐全、不完整: what is left out of the file cannot be asked about later; what is put in afterwards was never done.
Finds: a file without an item that the log says there must be, with a paper of an act that was not done, with fewer pages than items, or
put together by somebody who handled the case; evidence registered after it was archived.
Not: what a paper says (its hash is with its act); borrowing and returning (file_access).
Source: the agency's own map (案卷归档齐全、完整).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue import wording
from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, R, T
from qingfeng.terms.text import Text


# fmt: off
@dataclass(frozen=True, slots=True)
class Paper:
    """A kind of document, and the acts each of which puts one into the file."""

    code: str
    acts: tuple[str, ...]


_CASE = ("open ann 0", "register ann 1 evidence_no=E1", "register bob 2 evidence_no=E2", "report ann 5")
_LIST, _END = "[opening,report,E1,E2]", "archive fay 20 pages=30"


@dataclass(frozen=True, slots=True)
class CompleteArchive:
    """`archives` list in `archive_list` all evidence numbers of `evidence` and the code of every one of `papers` whose act was done.

    handlers: acts whose authors may not archive.  reopens: acts (a redo) after which evidence is taken anew.
    """

    name: ClassVar[str] = "complete_archive"
    title: ClassVar[Text] = Text(zh="案卷完整", en="Complete file")
    basis: ClassVar[Basis] = Basis.RULE
    example: ClassVar[dict[str, Any]] = {
        "archives": ["archive"], "evidence": ["register"], "handlers": ["open", "report", "decide"], "reopens": ["redo"], "papers": [
            {"code": "opening", "acts": ["open"]}, {"code": "report", "acts": ["report", "report_again"]},
            {"code": "decision", "acts": ["decide"]}]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (*_CASE, f"{_END} archive_list={_LIST}"), (*_CASE, "decide dan 9", f"{_END} archive_list=[opening,report,decision,E1,E2,photos]"),
        _CASE, (_CASE[0], "archive bob 3 pages=1 archive_list=[opening]"),
        ("report_again ann 0", "archive eve 3 pages=2 archive_list=[report,cover]"),
        ("open ann 0", "register bob 0 evidence_no=E1", "archive carl 3 pages=4 archive_list=[E1,opening]"),
        (_CASE[0], "archive bob 3 pages=1 archive_list=[opening]", "redo eve 9", _CASE[1]), ("register bob 0 evidence_no=E2",) * 4,
        (*_CASE, f"archive bob 20 pages=4 archive_list={_LIST}", f"{_END} archive_list={_LIST}"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (*_CASE, _END),
        *((*_CASE, f"{_END} archive_list={what}") for what in ("[opening,report,E1]", "[report,E1,E2]", "[opening,E1,E2]",
         "[opening,report,E2]", "[opening,report,decision,E1,E2]")),
        (*_CASE, "decide dan 9", f"{_END} archive_list={_LIST}"), (*_CASE, f"archive ann 20 pages=30 archive_list={_LIST}"),
        ("register ann 1",), (*_CASE, "decide dan 9", "archive dan 20 pages=30 archive_list=[opening,report,decision,E1,E2]"),
        (*_CASE, f"archive fay 20 archive_list={_LIST}"), (*_CASE, f"archive fay 20 pages=3 archive_list={_LIST}"),
        ("report_again ann 0", "archive eve 3 pages=2 archive_list=[cover]"),
        (_CASE[0], "archive bob 3 pages=1 archive_list=[opening]", _CASE[1]),
        ("redo eve 0", "archive bob 3 pages=1 archive_list=[cover]", _CASE[1]),
        ("report carl 0", "archive carl 3 pages=2 archive_list=[report,cover]"),
    )

    archives: tuple[str, ...]
    papers: tuple[Paper, ...]
    handlers: tuple[str, ...]
    evidence: tuple[str, ...] = ()
    reopens: tuple[str, ...] = ()

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        codes = [paper.code for paper in self.papers]
        if not codes or len({*codes}) < len(codes):
            return Text(zh="文书种类不得为空、不得重复", en="there must be papers, each code once")
        wrong = next((bad for paper in self.papers if (bad := unfit(version, paper.acts))), None)
        return wrong or unfit(version, self.archives, self.handlers) or unfit(version, self.archives, more=self.evidence + self.reopens)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a file that is not the whole case, or that its own handler puts together."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="请由未经办本案的档案人员按办理记录逐项核对证据和文书，编列目录、清点页数后归档。",
            en="Let an archivist who did not handle the case check each item against the record, list them, count the pages."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, acts, name = s.proposed, [e for e in s.case.events if e.kind == ACT], s.people.name
        if p.act in self.evidence:
            yield not p.data.get("evidence_no"), "证据没有编号", "the evidence has no number"
            moved = next((e.act for e in reversed(acts) if e.act in self.archives + self.reopens), None)
            yield moved in self.archives, "案卷已归档，不得再补登证据", "the file is archived: no evidence may be added"
        if p.act not in self.archives:
            return
        listed, done = p.data.get("archive_list") or (), {e.act for e in acts}
        due = {str(e.data["evidence_no"]) for e in acts if e.act in self.evidence and e.data.get("evidence_no")}
        due |= {paper.code for paper in self.papers if done & {*paper.acts}}
        left, extra = sorted(due - {*listed}), [paper.code for paper in self.papers if paper.code in listed and paper.code not in due]
        of = {paper.code: wording.acts(s.case.version, paper.acts, either=True) for paper in self.papers}
        zh, en = ([f"{s.told(one).say(lang)} ({of[one].say(lang)})" if one in of else one for one in left] for lang in ("zh", "en"))
        yield left, f"案卷缺少：{'、'.join(zh)}", f"the file lacks: {', '.join(en)}"
        yield extra, f"案卷中有未办理过的文书：{s.told(extra).zh}", f"the file holds papers of acts never done: {s.told(extra).en}"
        pages, n, who = p.data.get("pages"), len({*listed}), name(p.actor)
        yield pages is None or pages < n, f"页数{pages or '未填'}，少于目录所列{n}项", f"{pages or 'no'} pages for {n} items"
        yield p.actor in s.case.actors_of(self.handlers), f"{who}经办过本案，不得由其归档", f"{who} handled the case and may not archive it"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find files that are not the whole case, or were put together by a handler, and evidence added afterwards."""
        listed = T("archive_list")
        missing = say.over(say.without(say.gather("set", self.evidence, R("evidence_no")), listed), 0)
        odd = (say.differs(say.some(paper.acts), say.is_in(paper.code, listed)) for paper in self.papers)
        thin = say.negated(say.at_least(T("pages"), say.without(listed, None)))
        handler = say.some(self.handlers, say.same_actor())
        return AnyOf((
            say.gate(self.evidence, say.either(say.missing(T("evidence_no")), say.some(self.archives, since=self.reopens))),
            say.gate(self.archives, say.either(missing, *odd, thin, handler), needs=["_actor"])))
