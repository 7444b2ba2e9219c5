"""qingfeng: the list of commands."""

from __future__ import annotations

from .frame import Root

cli = Root(
    name="qingfeng",
    help="清风：让廉政风险防控图成为程序。 Runs administrative powers as cases.",
    context_settings={"help_option_names": ["-h", "--help"]},
    commands_in={
        "demo": ("demo", "演示单位：一个月的办案。 The demonstration agency: a month of cases."),
        "serve": ("serve", "网站：开通，直到中断。 The site: serve it until interrupted."),
        "work": ("work", "后台：到期事项、定期职责、每日核对、通知投递。 The worker: limits, duties, the daily check, deliveries."),
        "init": ("init", "建立单位的库。 Found an agency."),
        "powers": ("powers", "职权：检查、查看、比较、导出。 Powers: check, show, compare, export."),
        "import": ("import_", "导入：由 Word、PDF 等文件中的防控图得到职权草稿和疑点。 Import maps from documents: drafts and doubts."),
        "draw-map": ("draw_map", "防控图：画成图片、打印件、Word、网页、BPMN。 The map as picture, print, Word, web page, BPMN."),
        "drill": ("drill", "演练：照着每个风险点做一次坏事，看谁拦下、谁发现。 Drills: try every risk, see what stops it."),
        "coverage": ("coverage", "覆盖：风险点×规则×演练，还缺什么。 Coverage: risk × rule × drill, and what is missing."),
        "controls": ("controls", "规则：各拦什么、怎么设置。 The rules: what each stops, how it is set."),
        "case": ("case", "办案：开案、办理、查看、脚本。 Cases: open, act, look, scripts."),
        "document": ("document", "文书：制作、核定、签发、用印、送达。 Documents: make, approve, issue, seal, serve."),
        "deadlines": ("deadlines", "期限：到期事项、预警。 Deadlines: list them, let the clock work."),
        "duty": ("duty", "定期职责：下一期、报告。 Recurring duties: list them, report."),
        "detect": ("findings", "核对：把全部记录按规则核对一遍。 Check the whole record by the rules."),
        "findings": ("findings", "发现：线索清单及其依据。 Findings: leads with their evidence."),
        "tip": ("tip", "举报：泄露的摘要是谁的、库里有没有明文。 Tips: whose copy leaked, whether a name is in the clear."),
        "simulate": ("simulate", "模拟日志：知道谁违规，附标签。 A simulated log in which it is known who did wrong."),
        "evaluate": ("simulate", "以模拟日志的标签核对规则。 Rules against the labels of a simulated log."),
        "patterns": ("patterns", "疑点规律：同他人比较，找不合常情之处。 Patterns: what differs from peers."),
        "log": ("log", "其他系统的日志：导入、核对、导出。 Logs of other systems: import, check, export."),
        "draw": ("draw", "双随机抽取：冻结方案、抽取、核对。 Verifiable draws: freeze, draw, check."),
        "people": ("people", "人员：登记、任职、证件、回避。 People: posts, credentials, interests."),
        "client": ("client", "接口客户端：令牌的提出、确认、撤销。 Clients of the API: propose, confirm, revoke tokens."),
        "hook": ("hook", "通知订阅：提出、确认、投递情况。 Webhooks and mail: propose, confirm, how they fare."),
        "notary": ("notary", "存证日志：建立、运行、状态、见证机构、缺口说明。 The transparency log: begin, run, state, witnesses."),
        "witness": ("witness", "见证：在另一单位单独运行的服务。 A witness: a service of its own at another office."),
        "receipt": ("receipt", "存证回执：当事人可以不联网核对。 Receipts that a party checks offline."),
        "verify": ("verify", "核对一切，指出何处被改。 Check everything, name what was tampered with."),
        "backup": ("backup", "备份：数据库、日志、文件，一致的一份。 A consistent copy of everything."),
        "restore": ("backup", "由备份恢复。 Put a backup back."),
        "calendar": ("calendar", "工作日历：查看、录入、推算期限。 Working days: list, load, compute."),
        "verify-projections": ("upkeep", "核对案件列表与记录是否一致。 Compare lists with the events."),
        "rebuild": ("upkeep", "由记录重建案件列表。 Write the lists anew from the events."),
        "completion": ("completion", "命令补全脚本。 Shell completion."),
    },
)


def main() -> None:
    """Run the command line and exit."""
    cli.main()
