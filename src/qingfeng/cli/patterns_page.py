"""docs/patterns.md, written from the patterns and the relations themselves (`./dev patterns`)."""

from __future__ import annotations

from qingfeng.detection.pattern import Direction, Pattern
from qingfeng.detection.patterns import discover
from qingfeng.detection.relations import BESIDE, CONTACT, LONG_DAYS, RELATIONS, ROLES, WINDOW_DAYS

SAID = f"接触 {'/'.join(CONTACT)} 为有、none 为无；线索写来源"
COLUMNS = {
    "acts.case_id": "案件编号 case",
    "acts.seq": "案内序号，从1起，决定先后 number within the case, from 1, which gives the order",
    "acts.power": "职权 power",
    "acts.act": "动作 act (see the table of roles)",
    "acts.actor": f"办理人，空为未记；{'、'.join(BESIDE)}不是工作人员 officer; empty: not recorded",
    "acts.post": "岗位 post",
    "acts.at": "发生时间 when it happened",
    "acts.entered": "录入时间 when it was entered",
    "acts.party": "当事人、申请人、检查对象 party, applicant or subject of inspection",
    "acts.code": "案由或者事项编码：同类的依据 violation or matter: what makes cases alike",
    "acts.tier": "裁量档次 tier of the benchmark",
    "acts.amount": "罚款金额（元） fine in yuan",
    "acts.outcome": f"结果：granted/refused；检查 normal 为未查出问题；{SAID} outcome, as the act means it; of a visit, normal: nothing found",
    "acts.intermediary": "所选中介 intermediary chosen",
    "acts.place": "地点 place",
    "acts.started": "到场 arrival on site",
    "acts.ended": "离场 departure",
    "acts.team": "参加人员，以竖线分隔（含办理人） officers taking part, joined by a bar",
    "acts.text": "现场记录文字 words of the record of a visit",
    "reads.case_id": "案件 case",
    "reads.reader": "查阅人 reader",
    "reads.post": "岗位 post",
    "reads.at": "时间 when",
    "reads.part": "查阅内容 what was read",
    "subjects.subject": "名录上的对象，与 acts.party 同一写法 a listed subject, spelt as in acts.party",
    "subjects.stratum": "名录及类别 library and class",
    "subjects.first_day": "列入之日 listed from",
    "subjects.last_day": "移出之日，空为仍在 listed until, empty: still",
    "thresholds.power": "职权 power",
    "thresholds.amount": "须听证、集体讨论或者上级审批的最低金额（元） least sum that brings a hearing, a deliberation or a higher approval",
    "calendar.day": "日 day",
    "calendar.number": "截至当日的工作日数 working days up to and with it",
    "calendar.working": "是否工作日 working day",
}
HEAD = """# 疑点规律 · Patterns

由程序生成（`./dev patterns`），不要手改。规则有明确界线，疑点规律没有：它数次数，同同行比，说出同样诚实的人出现这种差别的机会。
线索不是结论，只有纪检监察看得到。统计方法及其理由见 `adr/011-patterns.md`，在生成年份上的检出和误指见 `bench/README.md`。
Generated; do not edit. A control has a crisp line, a pattern has none: it counts, compares with peers and says how likely such a
difference would be among honest ones. A lead is no verdict, and discipline alone sees it. Statistics: `adr/011-patterns.md`; recall and
false leads on generated years: `bench/README.md`.

四种结果：有疑点、无疑点、没有这类记录、无法判断（写明原因：样本不足、没有可比同行、记录缺某一列、时间只到天）。从不把无法判断说成没有问题。
Four outcomes: suspicion, none, no such acts, cannot be judged (and why: too few, no peers, a column missing, days instead of minutes).
What cannot be judged is never called clean.
"""


def page() -> str:
    """Return docs/patterns.md."""
    return "\n".join([HEAD, *(line for _, one in sorted(discover().items()) for line in _pattern(one)), *_relations(), *_roles()])


def _pattern(one: Pattern) -> list[str]:
    low = one.direction is Direction.LOW
    apart = f"同行的 {one.ratio:g} 倍以上 ({one.ratio:g} times the peers' share)"
    apart = f"少于同行的 1/{one.ratio:g} (less than 1/{one.ratio:g} of the peers' share)" if low else apart
    hits = "" if low else f"，至少 {one.least_hits} 次异常 (at least {one.least_hits} hits)"
    return [
        f"## {one.name} · {one.title.zh} · {one.title.en}", "",
        f"- 像什么 Resembles: {one.resembles.zh}。 {one.resembles.en}.",
        f"- 也可能是 Innocent: {one.innocent.zh}。 {one.innocent.en}.",
        f"- 一次 Trial: {one.unit.zh}。 {one.unit.en}.",
        f"- 同谁比较 Peers: {one.peers.zh}。 {one.peers.en}.",
        f"- 门槛 Thresholds: {one.minimum} 次起 (trials), 同行 {one.peers_needed} 个起 (peers), {apart}{hits}; 误指比例 false leads ≤ {one.rate:g}",
        f"- 相关规则 Controls beside it: {', '.join(f'`{name}`' for name in one.touches)}", "",
    ]  # fmt: skip


def _relations() -> list[str]:
    lines = [
        "# 所用的表 · Relations", "",
        f"时间是本单位当地的时间，不带时区。一次运行看到此前 {WINDOW_DAYS} 天（从未检查：{LONG_DAYS} 天）。没有的列留空，没有的表不给：疑点规律会说无法判断。",
        f"Instants are local to the agency, without an offset. A run looks {WINDOW_DAYS} days back ({LONG_DAYS} for what never happened).",
        "Leave empty what a log does not have: the pattern then says so.", "",
    ]  # fmt: skip
    for name, columns in RELATIONS.items():
        lines += [f"## {name}", "", "| column | type | |", "|---|---|---|"]
        lines += [f"| `{column}` | {kind} | {COLUMNS[f'{name}.{column}']} |" for column, kind in columns.items()]
        lines.append("")
    return lines


def _roles() -> list[str]:
    lines = ["# 动作的含义 · What acts mean", "", "其他系统的动作映射为这里的任一名称即可。 Map an act of a foreign log to any name here.", "",
             "| role | acts |", "|---|---|"]  # fmt: skip
    return [*lines, *(f"| {role} | {', '.join(f'`{act}`' for act in acts)} |" for role, acts in ROLES.items()), ""]
