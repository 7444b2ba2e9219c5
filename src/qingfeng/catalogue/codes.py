"""Words for the codes in the record: what a person reads where it holds `fine`, `light`, `trade_secret` or the item of a sheet.

Kinds of penalty, grounds, answers, papers of a file and items of a sheet are codes, because an agency may have its own.  The words
that a power gives its codes (`words: codes:` of its file) come first, then the common ones here; a code that has none is shown as it
is.  A field and a choice have their words in the vocabulary, not here.
Kinds: 行政处罚法 9; grounds to mitigate or not to penalise: 行政处罚法 32, 33; grounds to withhold: 政府信息公开条例 14 to 16, 行政处罚法 48.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from qingfeng.terms.money import format_yuan
from qingfeng.terms.text import Text

from .power import PowerVersion

WORDS: Final[Mapping[str, Text]] = {
    code: Text(zh=zh, en=en)
    for code, zh, en in (
        # 处罚种类、措施 kinds of penalty and measures
        ("warning", "警告", "warning"),
        ("criticism", "通报批评", "public criticism"),
        ("fine", "罚款", "fine"),
        ("confiscation", "没收违法所得", "confiscation of illegal gains"),
        ("goods_confiscation", "没收非法财物", "confiscation of goods"),
        ("suspension", "责令停产停业", "suspension of business"),
        ("business_suspension", "责令停产停业", "suspension of business"),
        ("closure", "责令关闭", "closure"),
        ("revocation", "吊销许可证件", "revocation of a licence"),
        ("licence", "吊销许可证件", "revocation of a licence"),
        ("sealing", "查封", "sealing"),
        ("seizure", "扣押", "seizure"),
        ("power_cut", "停止供电", "power cut"),
        ("explosives_stop", "停止供应民用爆炸物品", "stop of the supply of explosives"),
        # 裁量档次、因素 tiers and factors of a benchmark
        ("light", "较轻", "light"),
        ("medium", "一般", "medium"),
        ("heavy", "较重", "heavy"),
        ("scale", "违法规模", "scale"),
        ("harm", "危害后果", "harm"),
        ("again", "再次违法", "repeated"),
        ("small", "小", "small"),
        ("large", "大", "large"),
        ("none", "无", "none"),
        ("danger", "有危险", "danger"),
        ("accident", "造成事故", "accident"),
        ("yes", "是", "yes"),
        ("no", "否", "no"),
        # 第32、33条情形 grounds of articles 32 and 33
        ("harm_removed", "主动消除或者减轻危害后果", "harm removed of his own accord"),
        ("coerced", "受他人胁迫或者诱骗", "coerced or deceived"),
        ("confessed", "主动供述尚未掌握的违法行为", "confessed what was unknown"),
        ("merit", "配合查处有立功表现", "merit in the inquiry"),
        ("other_by_law", "法律、法规、规章规定的其他情形", "another ground of law"),
        ("slight_corrected", "违法行为轻微并及时改正", "slight and put right in time"),
        ("first_time_corrected", "初次违法、危害后果轻微并及时改正", "first time, slight harm, put right in time"),
        ("no_fault", "没有主观过错", "no fault"),
        ("not_established", "违法事实不能成立", "not established"),
        # 不公开的情形 grounds to withhold
        ("state_secret", "国家秘密", "state secret"),
        ("trade_secret", "商业秘密", "trade secret"),
        ("privacy", "个人隐私", "privacy"),
        ("internal", "内部事务信息", "internal matters"),
        ("no_social_effect", "不具有一定社会影响", "without effect on the public"),
        ("never_published", "原决定从未公开", "never published"),
        ("criminal_inquiry", "妨碍刑事侦查", "would hinder a criminal inquiry"),
        ("case_file", "行政执法案卷信息", "file of a case"),
        ("security", "危及安全", "security"),
        ("not_granted", "没有准予", "not granted"),
        ("majority", "过半数通过", "majority"),
        # 告知的权利、救济 rights and remedies
        ("state", "陈述", "statement"),
        ("defend", "申辩", "defence"),
        ("reconsideration", "行政复议", "reconsideration"),
        ("litigation", "行政诉讼", "litigation"),
        # 立案标准 filing standard
        ("fact", "有违法违纪事实", "the facts"),
        ("party", "当事人", "the party"),
        ("jurisdiction", "属于本机关管辖", "jurisdiction"),
        ("in_time", "在法定期限之内", "within the time allowed"),
        ("not_duplicate", "同一事实未曾立案", "no other case on the same facts"),
        # 认定、答复 what was found of an item, answers
        ("met", "符合", "met"),
        ("not_met", "不符合", "not met"),
        ("established", "成立", "established"),
        ("separate", "另案处理", "dealt with apart"),
        ("dropped", "不予调查", "not pursued"),
        ("accepted", "采纳", "accepted"),
        ("pass", "合格", "pass"),
        ("fail", "不合格", "fail"),
        ("ok", "正常", "in order"),
        ("problem", "有问题", "a problem"),
        ("not_applicable", "不适用", "not applicable"),
        ("done", "已完成", "done"),
        ("not_done", "未完成", "not done"),
        # 停止供电、供应民用爆炸物品的条件 conditions of a cut of supply（安全生产法 70）
        ("major_danger", "存在重大事故隐患", "a major hidden danger"),
        ("order_disobeyed", "拒不执行停产停业等决定", "the order to stop was disobeyed"),
        ("real_danger", "有发生生产安全事故的现实危险", "a real danger of an accident"),
        ("clear", "不存在", "clear"),
        ("hit", "存在", "hit"),
        # 检查表种类 kinds of worksheets
        ("energy", "节能审查", "energy review"),
        ("filing", "备案审查", "examination of a filing"),
        ("project", "项目审查", "examination of a project"),
        ("support", "扶持资金审查", "examination of support funds"),
        # 案卷文书 papers of a file
        ("acceptance", "受理决定", "decision on acceptance"),
        ("accountability", "责任追究决定", "disposition of those liable"),
        ("application", "申请材料", "application"),
        ("appraisal", "鉴定（评审）意见", "appraisal"),
        ("approval_form", "审批表", "approval form"),
        ("check", "事后检查记录", "record of the check afterwards"),
        ("complaint", "投诉举报材料", "complaint"),
        ("consultation", "征求意见记录", "record of the consultation"),
        ("correction", "更正文书", "correction"),
        ("count", "清点记录", "record of the count"),
        ("custody", "保管记录", "custody record"),
        ("decision", "决定书", "decision"),
        ("declarations", "利害关系声明", "declarations of interest"),
        ("defence", "陈述申辩记录", "record of the defence"),
        ("deliberation", "集体讨论记录", "minutes of the deliberation"),
        ("doubt", "质疑点记录", "record of the doubt"),
        ("draw", "抽取记录", "record of the draw"),
        ("evaluation", "评价记录", "evaluation"),
        ("execution", "执行记录", "record of the execution"),
        ("exemption", "免于抽取的批准", "exemption from the draw"),
        ("expert_review", "专家评审意见", "opinion of the experts"),
        ("experts", "专家评审意见", "opinion of the experts"),
        ("extension", "延长期限的决定", "extension"),
        ("formal_record", "形式审查记录", "record of the formal examination"),
        ("hearing", "听证", "hearing"),
        ("hearing_note", "陈述申辩笔录", "note of the statement and defence"),
        ("hearing_of_party", "听取被检查人意见的记录", "record of hearing the inspected"),
        ("interview_record", "询问笔录", "interview record"),
        ("lead", "线索登记", "register of the lead"), ("file", "案卷", "the file"),
        ("legality", "合法性审核意见", "legality review"),
        ("minutes", "会议记录", "minutes"),
        ("notice", "告知", "notice"),
        ("objection", "异议材料", "objection"),
        ("opening", "立案审批", "approval of the case opening"),
        ("opinion", "审查意见", "opinion"),
        ("order", "责令文书", "order"),
        ("refusal", "不予办理决定书", "refusal"),
        ("grant", "准予决定书", "grant"),
        ("result_notice", "检查结果告知书", "notice of the result"),
        ("rectification_order", "责令整改通知书", "order to rectify"),
        ("measure_decision", "强制措施决定书", "decision on the measure"),
        ("lifting_decision", "解除强制措施决定书", "decision to lift the measure"),
        ("extension_decision", "延长期限决定书", "decision to extend"),
        ("goods_decision", "物品处理决定书", "decision on the goods"),
        ("filing_receipt", "备案回执", "receipt of the filing"),
        ("budget_report", "预算报告", "budget report"),
        ("announcement", "公告", "announcement"),
        ("outcome", "处理结果", "outcome"),
        ("plan", "方案", "plan"),
        ("published", "公开发布的文本", "the text as published"),
        ("receipt", "回执和凭证", "receipt"),
        ("receipts", "缴款票据", "receipts of payment"),
        ("recheck", "复核记录", "record of the re-check"),
        ("rectification", "责令整改文书", "order to rectify"),
        ("rectification_recheck", "整改复查记录", "record of the re-check of rectification"),
        ("referral", "移送处理", "referral"),
        ("remedies", "救济途径的结果", "outcome of remedies"),
        ("report", "报告", "report"),
        ("review", "审核意见", "review"),
        ("service", "送达", "service"),
        ("signed_text", "审签稿", "text as signed off"),
        ("site_minutes", "现场会议记录", "minutes of the site meeting"),
        ("site_record", "现场核查记录", "record of the site check"),
        ("situation", "现场情况记录", "record of the situation"),
        ("slip", "流程单", "case slip"),
        ("summary", "当场处罚决定", "decision on the spot"),
        ("supplement", "补正材料", "supplement"),
        ("survey", "踏勘记录", "survey"),
        ("surveys", "踏勘记录", "surveys"),
        ("third_party_report", "第三方报告", "report of a third party"),
        ("undertakings", "守则和承诺", "undertakings"),
        ("verification", "材料核验记录", "verification of papers"),
        ("visit", "现场检查记录", "record of the visit"),
        ("visit_record", "现场检查记录", "record of the visit"),
        ("withheld", "不公开的审批", "approval of withholding"),
        ("worksheet", "审查表", "worksheet"),
        # 检查、审查、考评项目 items of checks, sheets and assessments
        ("approval", "批准（批复）文件", "approval"),
        ("approvals", "审批手续", "approvals"),
        ("bank_flow", "银行流水", "bank statements"),
        ("catalogue", "目录", "catalogue"),
        ("basis", "依据", "basis"),
        ("ceiling", "控制数", "ceiling"),
        ("changes", "数字变动的依据", "basis of changed figures"),
        ("concealment", "瞒报、谎报", "concealment"),
        ("conditions", "许可（办理）条件", "conditions"),
        ("conditions_kept", "办理条件的保持", "conditions still met"),
        ("contact", "咨询和监督方式", "contact for questions and complaints"),
        ("contact_works", "咨询电话可用", "telephone answered"),
        ("contracts", "合同", "contracts"),
        ("court", "人民法院", "court"),
        ("discipline", "纪检监察机关", "discipline office"),
        ("disclosure", "公开情况", "disclosure"),
        ("dishonest", "失信", "dishonesty"),
        ("distance", "安全距离", "safe distance"),
        ("effects", "处分落实", "effects of the sanction"),
        ("eligible", "申报资格", "eligibility"),
        ("entity", "主体资格", "legal personality"),
        ("equipment", "设备设施", "equipment"),
        ("fatal_accident", "死亡事故", "fatal accident"),
        ("figures", "数字", "figures"),
        ("file_complete", "案卷完整", "file complete"),
        ("form_complete", "表格填写完整", "form complete"),
        ("fund_use", "资金使用", "use of funds"),
        ("gap", "安全间距", "safety gap"),
        ("genuine", "材料真实", "papers genuine"),
        ("hazard", "事故隐患", "hazards"),
        ("in_catalogue", "在公布的目录之内", "in the published catalogue"),
        ("in_scope", "属于公布的范围", "in the published scope"),
        ("insurance", "工伤保险", "work injury insurance"),
        ("intensity", "能耗强度", "energy intensity"),
        ("invested", "投资额", "amount invested"),
        ("ledger", "账簿", "ledgers"),
        ("licences", "证照", "licences"),
        ("management", "安全管理", "safety management"),
        ("no_accident", "无责任事故", "no accident for which it is liable"),
        ("object", "实物", "the object"),
        ("papers", "材料齐全", "papers complete"),
        ("performance", "绩效目标", "performance targets"),
        ("phone", "电话", "telephone"),
        ("planning", "规划", "planning"),
        ("place", "地点", "place"),
        ("procedure", "办理程序", "procedure"),
        ("proof_matches", "证明与申请一致", "proof matches the application"),
        ("records", "办理记录", "records"),
        ("rescue", "应急救援", "emergency rescue"),
        ("safety", "安全状况", "safety"),
        ("scheme", "方案", "scheme"),
        ("scope", "公开范围", "scope of publication"),
        ("site", "场地", "site"),
        ("staff", "人员", "staff"),
        ("still_up", "公告期内未撤下", "still up"),
        ("subject", "申请人主体", "applicant"),
        ("sums", "合计", "sums"),
        ("tax", "税务部门", "tax office"),
        ("text_same", "文本与审签稿一致", "text as signed off"),
        ("training", "教育培训", "training"),
        ("valid_days", "有效天数", "days of validity"),
        ("vouchers", "凭证", "vouchers"),
        # 提交的材料、签署的承诺 papers handed in, undertakings signed
        ("audit", "审计报告", "audit report"),
        ("contract", "合同", "contract"),
        ("contractor", "施工单位资质", "qualification of the contractor"),
        ("data", "底稿", "working papers"),
        ("fire", "消防意见", "fire safety opinion"),
        ("form", "申请表", "application form"),
        ("grid", "接入系统设计", "design of the grid connection"),
        ("identity", "主体资格证明", "proof of identity"),
        ("impartiality", "公正承诺", "pledge of impartiality"),
        ("lease", "租赁合同", "lease"),
        ("old", "原证件", "the former licence"),
        ("person", "身份证明", "proof of identity"),
        ("proof", "证明材料", "proof"),
        ("proxy", "委托书", "power of attorney"),
        ("secrecy", "保密承诺", "pledge of secrecy"),
        ("supervision", "监理合同", "supervision contract"),
        ("work_rules", "工作守则", "rules of work"),
        # 公开的内容 what is published
        ("applicant", "申请人", "applicant"),
        ("document_no", "文号", "document number"),
        ("expenditure", "支出", "expenditure"),
        ("facts", "事实", "facts"),
        ("income", "收入", "income"),
        ("items", "事项", "items"),
        ("matter", "事项", "matter"),
        ("name", "名称", "name"),
        ("number", "数字", "figure"),
        ("address", "地址", "address"),
        ("citation", "引用条款", "citation"),
        ("reckoning", "期限计算", "reckoning of time"),
        ("date", "日期", "date"),
        ("wording", "文字", "wording"),
        ("rename", "改正名称", "put the name right"),
        ("republish", "重新公开", "publish again"),
        ("upload", "补传公开", "upload what was missing"),
        ("measures", "处理措施", "measures"),
        ("officers", "执法人员", "officers"),
        ("problems", "发现的问题", "problems found"),
        ("result", "结果", "result"),
        ("three_public", "“三公”经费", "three public expenses"),
        # 保管类别、状况 class and state of goods
        ("in_place", "就地封存", "sealed in place"),
        ("dry", "干燥库房", "dry store"),
        ("hazardous", "危险物品库", "store of hazardous goods"),
        ("cold", "冷藏", "cold store"),
        ("explosive", "民爆物品库", "explosives store"),
        ("locked", "保险柜", "locked"),
        ("cabinet", "证物柜", "evidence cabinet"),
        ("intact", "完好", "intact"),
        ("damaged", "损坏", "damaged"),
        ("leaking", "渗漏", "leaking"),
        ("worn", "磨损", "worn"),
        ("stained", "污损", "stained"),
        ("repaired", "已修复", "repaired"),
        ("unsaid", "未写明", "unsaid"),
        # 问题类别和处置、责任追究 classes of problems, dispositions
        ("minor", "轻微", "minor"),
        ("general", "一般", "general"),
        ("serious", "严重", "serious"),
        ("major", "重大", "major"),
        ("corrected_on_site", "当场改正", "corrected on site"),
        ("rectify", "责令整改", "rectification"),
        ("case", "立案查处", "opened as a case"),
        ("not_confirmed", "经核实不成立", "not confirmed"),
        ("talk", "谈话提醒", "talk"),
        ("sanction", "给予处分", "sanction"),
        # 处分的种类、情节、落实 sanctions
        ("demerit", "记过", "demerit"),
        ("serious_demerit", "记大过", "serious demerit"),
        ("demotion", "降级", "demotion"),
        ("removal", "撤职", "removal"),
        ("dismissal", "开除", "dismissal"),
        ("self_reported", "主动交代", "self-reported"),
        ("voluntary_restitution", "主动退赔", "voluntary restitution"),
        ("harm_avoided", "主动挽回损失", "harm avoided"),
        ("repeated", "屡次违纪", "repeated"),
        ("obstructed", "妨碍调查", "obstructed the inquiry"),
        ("concealed", "隐瞒事实", "concealed the facts"),
        ("dossier", "存入档案", "kept in the dossier"),
        ("pay", "工资调整", "change of pay"),
        ("post", "职务调整", "change of post"),
        # 线索来源 sources of leads
        ("hotline_12345", "12345热线", "hotline 12345"),
        ("petition_office", "信访部门", "petition office"),
        ("petition", "信访", "petitions"), ("petitions", "来信来访", "petitions"),
        ("transfers", "移送", "transfers"),
        ("portal", "政务网站", "portal"),
        ("report_box", "举报箱", "report box"),
        ("findings_to_follow", "待追究的发现", "findings to be followed up"), ("maps_due", "应审查的防控图", "maps due for review"),
    )
}

_SCALES: Final = (
    ("met", "not_met"),
    ("established", "not_established", "separate", "dropped"),
    ("clear", "hit"),
    ("pass", "fail"),
    ("ok", "problem", "not_applicable"),
    ("done", "not_done"),
)
"""Answers of one scale: who may give the one may give the others."""

NONE: Final = Text(zh="无", en="none")


def beside(answer: str) -> tuple[str, ...]:
    """Return the answers of the scale to which an answer belongs; none of one that stands alone."""
    return next((scale for scale in _SCALES if answer in scale), ())


def word(version: PowerVersion, code: str) -> Text:
    """Return the words for a code: the power's own, else the common ones, else the name of the act, the post or the field that it stands
    for (what is counted in a daily report, who was heard, what was put right), else the code itself."""
    known = version.codes.get(code) or WORDS.get(code)
    if known is None and (named := version.words.get(code) or version.posts.get(code)) is not None:
        return named.name
    return known or field(version, code)


def listed(version: PowerVersion, codes: Iterable[str], *, none: Text = NONE) -> Text:
    """Return the words for one code or several, one after the other."""
    words = [word(version, code) for code in ([codes] if isinstance(codes, str) else codes)]
    return Text(zh="、".join(w.zh for w in words), en=", ".join(w.en for w in words)) if words else none


def field(version: PowerVersion, name: str) -> Text:
    """Return the name of a field of this power, without the unit in brackets; the field's own id if the power has no such field."""
    found = next((f.name for row in version.procedure.rows for f in row.word.fields if f.id == name), None)
    return Text(zh=found.zh.split("（")[0], en=found.en.split(" (")[0]) if found else Text(zh=name, en=name)


def shown(version: PowerVersion, name: str, value: object) -> Text:
    """Return what a field says as a person reads it: a choice by its word, money in yuan, codes by their words, nothing as 未写."""
    if value is None or value in ("", [], {}):
        return Text(zh="未写", en="nothing")
    known = next((f for row in version.procedure.rows for f in row.word.fields if f.id == name), None)
    if known is not None and known.type == "money" and isinstance(value, int):
        return Text(zh=f"{format_yuan(value)}元", en=f"{format_yuan(value)} yuan")
    if isinstance(value, list | tuple):
        return listed(version, [str(one) for one in value])
    if isinstance(value, Mapping):
        pairs = [(word(version, str(code)), word(version, str(said))) for code, said in value.items()]
        return Text(
            zh="、".join(f"{c.zh}：{s.zh}" for c, s in pairs), en=", ".join(f"{c.en}: {s.en}" for c, s in pairs)
        )
    said = word(version, str(value))
    if name == "violation_code" and said.zh != value:
        return Text(
            zh=f"{said.zh}（{value}）", en=f"{said.en} ({value})"
        )  # two wordings of one violation bear the same name
    return known.choices.get(str(value), said) if known is not None else said
