"""What a plan must keep beyond its shape: nobody twice, nobody silently left out, enough officers, times in order."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime

from qingfeng.terms.instants import format_instant, local_day
from qingfeng.terms.limits import MAX_LIST
from qingfeng.terms.text import Text

from .fault import Path, Reader
from .plan import DrawPlan

LEAST_TEAM = 2
"""Officers of a team: nobody inspects alone.  A rule of this system, not a cited one."""

_REMOVE = Text(zh="请删去或改正其中一个。", en="Remove or correct one of them.")


def problems(reader: Reader, plan: DrawPlan) -> None:
    """Note everything in a well-formed plan that would make its draw impossible, unfair or unclear."""
    _pool(reader, plan)
    _library(reader, plan)
    _quotas(reader, plan)
    _people(reader, plan)
    _team(reader, plan)
    _entropy(reader, plan)
    _times(reader, plan)


def _pool(reader: Reader, plan: DrawPlan) -> None:
    grades = defaultdict(set)
    for firm in plan.pool:
        grades[firm.id].add(firm.grade)
    _once(reader, ("pool",), [firm.id for firm in plan.pool if len(grades[firm.id]) == 1])
    for an_id, found in grades.items():
        if len(found) > 1:
            named = sorted(found)
            reader.fault(
                ("pool", an_id),
                Text(
                    zh=f"{an_id}同时在{'、'.join(named)}类。",
                    en=f"{an_id} is in the classes {', '.join(named)} at once.",
                ),
                Text(zh="一家只能在一类；请改正。", en="A firm is in one class only; correct it."),
            )


def _once(reader: Reader, path: Path, ids: Iterable[str]) -> None:
    """Note every id that stands twice; capitals make no difference, or one firm would have two tickets."""
    written = defaultdict(list)
    for an_id in ids:
        written[an_id.casefold()].append(an_id)
    for found in written.values():
        if len(found) > 1:
            names = sorted(set(found))
            reader.fault(
                (*path, names[0]),
                Text(zh=f"编号重复：{'、'.join(names)}。", en=f"The id is there twice: {', '.join(names)}."),
                _REMOVE,
            )


def _library(reader: Reader, plan: DrawPlan) -> None:
    pool = {firm.id.casefold() for firm in plan.pool}
    _once(reader, ("exclusions",), [each.id for each in plan.exclusions])
    for each in plan.exclusions:
        if each.id.casefold() in pool:
            reader.fault(
                ("exclusions", each.id),
                Text(zh=f"{each.id}既被排除又在抽取范围内。", en=f"{each.id} is excluded and in the pool."),
                _REMOVE,
            )
        if each.by.casefold() == each.approved_by.casefold():
            reader.fault(
                ("exclusions", each.id, "approved_by"),
                Text(zh=f"排除{each.id}由提出人自己批准。", en=f"Who proposed to exclude {each.id} also approved it."),
                Text(zh="排除须由另一人批准。", en="Somebody else must approve an exclusion."),
            )
    told = len(plan.pool) + len(plan.exclusions)
    if told != plan.library.count:
        reader.fault(
            ("library", "count"),
            Text(
                zh=f"名录库公布{plan.library.count}家，抽取范围加排除共{told}家。",
                en=f"The library lists {plan.library.count} firms; pool and exclusions together have {told}.",
            ),
            Text(
                zh="名录库中每一家都应在抽取范围内，或写明理由排除。",
                en="Every firm of the library is in the pool, or excluded with a reason.",
            ),
        )
    if plan.library.published > local_day(plan.frozen):
        reader.fault(
            ("library", "published"),
            Text(zh="名录库在方案冻结之后才公布。", en="The library is published after the plan is frozen."),
            Text(zh="请先公布名录库，再冻结方案。", en="Publish the library first, then freeze the plan."),
        )


def _quotas(reader: Reader, plan: DrawPlan) -> None:
    sizes = Counter(firm.grade for firm in plan.pool)
    for grade in sorted(sizes.keys() - plan.quotas.keys()):
        reader.fault(
            ("quotas", grade),
            Text(zh=f"{grade}类没有名额。", en=f"Class {grade} has no quota."),
            Text(zh=f"不抽也请写明 {grade}: 0。", en=f"If none is to be drawn, say {grade}: 0."),
        )
    for grade, quota in plan.quotas.items():
        if quota > sizes[grade]:
            reader.fault(
                ("quotas", grade),
                Text(
                    zh=f"{grade}类名额{quota}家，只有{sizes[grade]}家。",
                    en=f"The quota of class {grade} is {quota}; it has {sizes[grade]} firms.",
                ),
                Text(zh="请减少名额。", en="Lower the quota."),
            )
    if plan.quotas and not sum(plan.quotas.values()):
        reader.fault(
            ("quotas",),
            Text(zh="名额都是0，没有可抽的。", en="All quotas are 0: nothing would be drawn."),
            Text(zh="请至少给一类名额。", en="Give at least one class a quota."),
        )
    if sum(plan.quotas.values()) > MAX_LIST:
        reader.fault(
            ("quotas",),
            Text(zh=f"一次抽取超过{MAX_LIST}家。", en=f"More than {MAX_LIST} firms in one draw."),
            Text(zh="请分几次抽取。", en="Split it into several draws."),
        )


def _people(reader: Reader, plan: DrawPlan) -> None:
    _once(reader, ("officers",), [officer.id for officer in plan.officers])
    officers = {officer.id for officer in plan.officers}
    firms = {firm.id for firm in plan.pool} | {each.id for each in plan.exclusions}
    for pair, times in Counter(plan.conflicts).items():
        path = ("conflicts", f"{pair.officer}-{pair.firm}")
        if times > 1:
            reader.fault(path, Text(zh="同一回避关系写了两次。", en="The same conflict is there twice."), _REMOVE)
        for an_id, known, zh, en in ((pair.officer, officers, "人员", "officer"), (pair.firm, firms, "企业", "firm")):
            if an_id not in known:
                reader.fault(
                    path,
                    Text(
                        zh=f"回避关系中的{zh}“{an_id}”不在名录中。",
                        en=f'A conflict names an unknown {en} "{an_id}".',
                    ),
                    Text(
                        zh="请核对编号；写错的回避关系不起作用。",
                        en="Check the id: a misspelt conflict protects nobody.",
                    ),
                )


def _team(reader: Reader, plan: DrawPlan) -> None:
    rule = plan.team
    if rule.size < LEAST_TEAM:
        reader.fault(
            ("team", "size"),
            Text(zh=f"检查组{rule.size}人。", en=f"A team has {rule.size} officer."),
            Text(zh=f"检查人员不得少于{LEAST_TEAM}人；请增加。", en=f"Nobody inspects alone: at least {LEAST_TEAM}."),
        )
    seats = rule.size + rule.substitutes
    wanted = seats * sum(plan.quotas.values())
    there = len(plan.officers) * rule.load
    if len(plan.officers) < seats or there < wanted:
        reader.fault(
            ("officers",),
            Text(
                zh=f"共需{wanted}人次（每组{seats}人，含候补），{len(plan.officers)}人至多承担{there}人次。",
                en=f"{wanted} places are to be filled ({seats} a team with substitutes); "
                f"{len(plan.officers)} officers can fill {there}.",
            ),
            Text(
                zh="请增加人员或提高每人上限，或减少名额、候补。",
                en="Add officers, raise the load, or lower quotas or substitutes.",
            ),
        )
    _each_firm(reader, plan, seats)


def _each_firm(reader: Reader, plan: DrawPlan, seats: int) -> None:
    """Any firm with a chance to be drawn must find a team, whatever else is drawn."""
    barred = defaultdict(set)
    for pair in plan.conflicts:
        barred[pair.firm].add(pair.officer)
    able: dict[frozenset[str], set[str]] = {}
    for firm in plan.pool:
        needs = plan.needs(firm)
        if needs not in able:
            able[needs] = {officer.id for officer in plan.officers if needs <= set(officer.skills)}
        free = len(plan.officers) - len(barred[firm.id])
        skilled = len(able[needs] - barred[firm.id])
        if plan.quotas.get(firm.grade) and (free < seats or skilled < 1 + plan.team.substitutes):
            reader.fault(
                ("pool", firm.id),
                Text(
                    zh=f"{firm.id}如被抽中将组不成检查组：无须回避的{free}人（需{seats}人），"
                    f"其中具备所需专业的{skilled}人（需{1 + plan.team.substitutes}人）。",
                    en=f"No team could be formed for {firm.id}: {free} officers without a conflict ({seats} wanted), "
                    f"{skilled} of them with the skills ({1 + plan.team.substitutes} wanted).",
                ),
                Text(zh="请增加人员，或商请其他单位派员。", en="Add officers, or borrow some from another agency."),
            )


def _entropy(reader: Reader, plan: DrawPlan) -> None:
    _once(reader, ("entropy", "parties"), [party.id for party in plan.parties])
    for shared, times in Counter(party.anchor for party in plan.parties).items():
        if times > 1:
            named = [party.id for party in plan.parties if party.anchor == shared]
            reader.fault(
                ("entropy", "parties"),
                Text(zh=f"{'、'.join(named)}的链首相同。", en=f"{', '.join(named)} have the same anchor."),
                Text(zh="每一方应有自己的秘密。", en="Every party needs a secret of its own."),
            )
    if plan.min_links > len(plan.parties):
        reader.fault(
            ("entropy", "min_links"),
            Text(
                zh=f"至少要{plan.min_links}环，只有{len(plan.parties)}方。",
                en=f"{plan.min_links} links are wanted of {len(plan.parties)} parties.",
            ),
            Text(zh="请增加参与方或减少所需环数。", en="Add parties or lower min_links."),
        )


def _times(reader: Reader, plan: DrawPlan) -> None:
    if local_day(plan.frozen).year != plan.year:
        reader.fault(
            ("year",),
            Text(
                zh=f"方案编号属{plan.year}年，却不在这一年冻结。",
                en=f"Numbered in {plan.year}, but frozen in another year.",
            ),
            Text(zh="编号用冻结之年。", en="Number it in the year of its freeze."),
        )
    if plan.beacon.at <= plan.frozen:
        reader.fault(
            ("entropy", "beacon", "at"),
            Text(
                zh=f"公开随机源{plan.beacon.round}期不在冻结（{format_instant(plan.frozen)}）之后。",
                en=f"The beacon's round {plan.beacon.round} is not after the freeze ({format_instant(plan.frozen)}).",
            ),
            Text(zh="请指定尚未开出的一期。", en="Name a round that is still to come."),
        )
    _order(reader, ("deadlines", "links_by"), plan.frozen, plan.links_by, "frozen < links_by")
    _order(reader, ("deadlines", "links_by"), plan.links_by, plan.beacon.at, "links_by < entropy.beacon.at")
    _order(reader, ("deadlines", "draw_by"), plan.beacon.at, plan.draw_by, "entropy.beacon.at < draw_by")
    _order(reader, ("deadlines", "publish_by"), plan.draw_by, plan.publish_by, "draw_by < publish_by")


def _order(reader: Reader, path: Path, first: datetime, then: datetime, rule: str) -> None:
    if first < then:
        return
    reader.fault(
        path,
        Text(zh=f"时间顺序不对：应为 {rule}。", en=f"Times out of order: it must be {rule}."),
        Text(
            zh="各方应在公开随机源开出之前交出链环，之后才抽取、公布。",
            en="Links are given before the beacon; draw and publication follow it.",
        ),
    )
