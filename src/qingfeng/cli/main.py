"""qingfeng: the list of commands."""

from __future__ import annotations

from .frame import Root

cli = Root(
    name="qingfeng",
    help="清风：让廉政风险防控图成为程序。 Runs administrative powers as cases.",
    context_settings={"help_option_names": ["-h", "--help"]},
    commands_in={
        "demo": ("demo", "演示单位：一个月的办案。 The demonstration agency: a month of cases."),
        "init": ("init", "建立单位的库。 Found an agency."),
        "powers": ("powers", "职权：检查、查看、比较、导出。 Powers: check, show, compare, export."),
        "case": ("case", "办案：开案、办理、查看、脚本。 Cases: open, act, look, scripts."),
        "deadlines": ("deadlines", "期限：到期事项、预警。 Deadlines: list them, let the clock work."),
        "duty": ("duty", "定期职责：下一期、报告。 Recurring duties: list them, report."),
        "people": ("people", "人员：登记、任职、证件、回避。 People: posts, credentials, interests."),
        "calendar": ("calendar", "工作日历：查看、录入、推算期限。 Working days: list, load, compute."),
        "verify-projections": ("upkeep", "核对案件列表与记录是否一致。 Compare lists with the events."),
        "rebuild": ("upkeep", "由记录重建案件列表。 Write the lists anew from the events."),
        "completion": ("completion", "命令补全脚本。 Shell completion."),
    },
)


def main() -> None:
    """Run the command line and exit."""
    cli.main()
