"""legality_review 法制审核: a major decision passes the legality review of a qualified reviewer who took no part in the case.

Why: a decision that nobody versed in law has read, or that he read and did not pass, is signed all the same.
Finds: a major decision without a passed review since the report and hearing; a review by an investigator, another post, in no words.
Not: whether the opinion is right; whether reviewer and decider are the same person (separate_duties).
Source: 行政处罚法 58: not reviewed or failed, no decision; first-time reviewers hold the legal-profession qualification.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import idle_posts
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, R, T
from qingfeng.terms.citation import Citation
from qingfeng.terms.text import Text


@dataclass(frozen=True, slots=True)
class LegalityReview:
    """`decides` of a major case only when the latest of `passes` and `fails` since the latest of `since` is a pass."""

    name: ClassVar[str] = "legality_review"
    title: ClassVar[Text] = Text(zh="法制审核", en="Legality review")
    # fmt: off
    example: ClassVar[dict[str, Any]] = {"decides": ["decide", "withdraw"], "passes": ["pass_law"], "fails": ["fail_law"],
        "since": ["report", "hold_hearing"], "classify": ["classify"], "occasions": ["hold_hearing"],
        "investigates": ["investigate", "interview"], "posts": ["deputy", "head"], "certificate": True}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("classify ann 0 major=yes", "investigate ann 0", "pass_law dan 2 @head opinion=事实清楚 qualification_no=N123", "decide eve 3"),
        ("hold_hearing fay 0", "fail_law dan 1 @head", "pass_law dan 2 @deputy opinion=程序合法 qualification_no=N123", "decide eve 3"),
        ("classify ann 0 major=yes", "classify ann 1 major=no", "pass_law dan 1 @head opinion=程序合法 qualification_no=N123", "decide eve 3"),
        ("classify ann 0 major=yes", "pass_law dan 2 @head opinion=证据确凿 qualification_no=N123", "interview ann 2", "withdraw eve 3"),
        ("interview bob 0 officers=[bob,ann]", "pass_law eve 1 @head opinion=证据确凿 qualification_no=N12345", "decide eve 1"),
        ("report ann 0", "pass_law eve 1 @deputy opinion=同意处罚 qualification_no=N123", "withdraw eve 1", "decide eve 2"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("classify ann 0 major=yes", "report ann 1", "decide eve 3"), ("hold_hearing fay 0", "withdraw eve 1"),
        ("classify ann 0 major=yes", "pass_law dan 0 @head opinion=程序合法 qualification_no=N123", "report ann 1", "decide eve 3"),
        ("pass_law dan 0 @head opinion=程序合法 qualification_no=N123", "hold_hearing fay 1", "decide eve 3"),
        ("hold_hearing fay 0", "pass_law dan 2 @head opinion=程序合法 qualification_no=N123", "fail_law dan 2", "decide eve 3"),
        ("investigate dan 0", "pass_law dan 1 @head opinion=程序合法 qualification_no=N123"),
        ("interview ann 0 officers=[bob,dan]", "pass_law dan 1 @head opinion=程序合法 qualification_no=N123"),
        ("pass_law dan 1 @clerk opinion=程序合法 qualification_no=N123", "pass_law dan 1 @head opinion=无异议 qualification_no=N123",),
        ("pass_law dan 1 @head opinion=程序合法 qualification_no=N12", "pass_law dan 1 @deputy opinion=程序合法",),
    )

    letters: ClassVar[int] = 4  # an opinion in fewer (同意) or a certificate number in fewer says nothing; the message says so
    decides: tuple[str, ...]
    passes: tuple[str, ...]
    fails: tuple[str, ...]
    since: tuple[str, ...]
    classify: tuple[str, ...] = ()
    occasions: tuple[str, ...] = ()
    investigates: tuple[str, ...] = ()
    posts: tuple[str, ...] = ()
    certificate: bool = True  # the pass names the reviewer's legal-profession certificate (qualification_no)
    statute: Citation | None = None

    @property
    def basis(self) -> Basis:
        """The article if the power file names it, else a rule of the agency."""
        return Basis.STATUTE if self.statute else Basis.RULE

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        named = {*self.decides, *self.passes, *self.fails, *self.since, *self.classify, *self.occasions, *self.investigates, *self.posts}
        unknown = sorted(named - {row.act for row in version.procedure.rows} - {*version.posts})
        good = self.decides and self.passes and self.posts and (self.classify or self.occasions) and not {*self.passes} & {*self.fails}
        if not good or unknown:
            return Text(zh=f"决定、审核、岗位和情形须各有所指（{'、'.join(unknown) or '—'}）", en=f"an act or post is lacking ({', '.join(unknown) or '-'})")
        return idle_posts(version, self.passes, self.posts)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse an unqualified review, and a major decision without a passed one."""
        asked, events, said, fault = situation.proposed, situation.case.events, situation.proposed.data, ("", "")
        begun = max((e.seq for e in events if e.act in self.since), default=0)
        latest = next((e.act for e in reversed(events) if e.act in (*self.passes, *self.fails) and e.seq > begun), None)
        classed = next((e.data["major"] for e in reversed(events) if e.act in self.classify and e.data.get("major")), "no")
        major = classed == "yes" or any(e.act in self.occasions for e in events)
        took = [e for e in events if e.act in self.investigates and asked.actor in (e.actor, *e.data.get("officers", ()))]
        short = min(len(said.get(text, "")) for text in ("opinion", "qualification_no")[: 1 + self.certificate]) < self.letters
        if asked.act in self.decides and major and latest not in self.passes:
            fault = "报告或听证之后，法制审核未进行或者未通过", "since the report or hearing there is no legality review that was passed"
        elif asked.act in self.passes and took:
            fault = f"{situation.people.name(asked.actor)}参与过本案调查", f"{situation.people.name(asked.actor)} took part in the inquiry"
        elif asked.act in self.passes and (short or situation.authority.post not in self.posts):
            fault = ("审核人不在规定岗位，或者意见、法律职业资格证号未写明（各至少4个字）",
                     "wrong post, or no opinion or certificate number (4 characters each at least)")
        return None if fault == ("", "") else Refusal(
            by=self.name, ring="control", basis=self.basis, citation=self.statute, reason=Text(*fault), remedy=Text(
            zh="请由未参与调查、具备资格的法制审核人员审核并写明意见，通过后再决定。", en="Let a qualified reviewer apart from the inquiry pass it first."))

    def detect(self, _: PowerVersion) -> AnyOf:
        """A pass by the wrong reviewer; a major decision whose latest review is no pass."""
        texts = ["opinion", "qualification_no"] if self.certificate else ["opinion"]
        short = [say.over(self.letters, say.length(T(text))) for text in texts]
        took = say.some(self.investigates, say.either(say.same_actor(), say.is_in(T("_actor"), R("officers"))))
        latest = say.gather("last", (*self.passes, *self.fails), R("_act"), since=self.since)
        major = say.either(say.equal(say.last(self.classify, "major"), "yes"), say.some(self.occasions))
        review = say.gate(self.passes, say.either(*short, say.negated(say.is_in(T("_post"), self.posts)), took), needs=["_actor"])
        return AnyOf((review, say.gate(self.decides, say.negated(say.is_in(latest, self.passes)), applies=major)))
