"""Maps of invented agencies in words that the seeds do not use, as plain data: what a file holds and what must be read from it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Box:
    """Items of risk or measure at a step, with the level or owner that the box names."""

    step: str
    items: tuple[str, ...]
    says: str | None


@dataclass(frozen=True)
class Other:
    """One map: agency, title of the power, steps in order, boxes of risks and of measures."""

    agency: str
    title: str
    kind: str
    steps: tuple[str, ...]
    risks: tuple[Box, ...]
    measures: tuple[Box, ...]
    level_label: str = "风险等级："
    owner_label: str = "责任人："
    scheme: tuple[str, ...] = ("低", "中", "高")
    extra: tuple[str, ...] = field(default=())

    @property
    def heading(self) -> str:
        """The title line."""
        return f"{self.title}廉政风险防控图"


FORESTRY = Other(
    agency="青岚县林业局",
    title="林木采伐许可",
    kind="licence",
    steps=("申请登记", "资料初审", "现场踏勘", "伐区公示", "审批签发", "证件发放", "伐后验收"),
    risks=(
        Box("申请登记", ("对不熟悉的林农有意刁难，拖着不收件。", "收件不出具凭证。"), "低"),
        Box("现场踏勘", ("不到现场，凭图纸估算蓄积量。", "收受木材商好处，虚报树种和株数。", "踏勘只去一个人。"), "高"),
        Box("审批签发", ("超出年度采伐限额签发。", "拆分面积规避上级审批。"), "高"),
        Box("伐后验收", ("更新造林未完成即予通过。",), "中"),
    ),
    measures=(
        Box("申请登记", ("窗口统一收件，当场出具受理通知单。", "大厅录像备查。"), "政务大厅值班员"),
        Box("现场踏勘", ("踏勘须两人同行，用定位照片记录伐区四至。", "蓄积量由第三人复算。"), "营林股股长"),
        Box("审批签发", ("限额台账与签发系统联动，超额不能签发。", "局务会集体审定。"), "分管副局长"),
        Box("伐后验收", ("验收照片上传并由乡镇林业站复核。",), "林业站站长"),
    ),
)

MARKET = Other(
    agency="云溪区市场监督管理局",
    title="食品抽样检验",
    kind="other_power",
    steps=("编制抽检方案", "现场抽样", "样品送检", "结果告知", "核查处置"),
    risks=(
        Box("编制抽检方案", ("故意避开关系户，不列入抽检名单。",), "二级"),
        Box("现场抽样", ("提前给商户通风报信。", "调换样品或者指定批次。"), "一级"),
        Box("样品送检", ("样品保管不善导致失效。",), "三级"),
        Box("核查处置", ("对不合格产品压着不查。", "以罚代管。"), "一级"),
    ),
    measures=(
        Box("编制抽检方案", ("名单由系统摇号产生，留存摇号日志。",), "食品科"),
        Box("现场抽样", ("抽样当天分组，途中手机统一保管。", "封样后双方签字、拍照。"), "抽样小组组长"),
        Box("样品送检", ("冷链箱温度全程记录。",), "样品管理员"),
        Box("核查处置", ("系统到期自动提示，逾期上报局长。", "处置结果交叉复核。"), "执法大队负责人"),
    ),
    level_label="风险级别：",
    owner_label="责任科室：",
    scheme=("三级", "二级", "一级"),
)

EDUCATION = Other(
    agency="临江市教育局",
    title="民办学校年度检查",
    kind="inspection",
    steps=("发布年检通知", "学校自查", "材料审核", "实地核验", "形成结论", "结果公布"),
    risks=(
        Box("材料审核", ("对财务审计报告不作核对。", "漏看教师资格证明。"), "B"),
        Box("实地核验", ("接受学校招待。", "核验走马观花。"), "A"),
        Box("形成结论", ("个别人定结论，不上会。",), "A"),
    ),
    measures=(
        Box("材料审核", ("两名审核员背靠背打分。", "审计报告与税务数据比对。"), "民办教育科审核员"),
        Box("实地核验", ("核验组从专家库抽取，自带午餐。", "核验清单逐项签名。"), "核验组组长"),
        Box("形成结论", ("结论提交局党组会议讨论，全程记录。",), "局长"),
    ),
    scheme=("B", "A"),
)

WATER = Other(
    agency="平陵县水利局",
    title="取水许可",
    kind="licence",
    steps=("受理", "水资源论证审查", "现场核验", "审批", "发证", "取水监管"),
    risks=(
        Box("受理", ("对申请人推诿扯皮。", "材料接收不登记。"), "中"),
        Box("水资源论证审查", ("论证报告流于形式。", "泄露评审专家名单。"), "高"),
        Box("审批", ("越权审批、先建后批。",), "高"),
        Box("取水监管", ("监督检查走过场。", "对超计划取水不予制止。"), "中"),
    ),
    measures=(
        Box("受理", ("窗口收件登记造册。", "一次性告知补正材料。"), "窗口人员"),
        Box("水资源论证审查", ("专家随机抽取。", "评审意见存档备查。"), "水资源科"),
        Box("审批", ("集体会审，领导签批。",), "局长"),
        Box("取水监管", ("远程计量监控。", "每年现场检查不少于两次。"), "监察大队"),
    ),
)
SALT = Other(
    agency="海陵市盐务管理局",
    title="盐业违法案件行政处罚",
    kind="penalty",
    steps=("线索登记", "立案审批", "调查取证", "案件审核", "处罚告知", "集体决定", "文书送达", "结案归档"),
    risks=(
        Box("线索登记", ("压下线索不登记。",), "中"),
        Box("调查取证", ("取证不全。", "与当事人串通改口供。"), "高"),
        Box("案件审核", ("审核把关不严，定性错误。",), "中"),
        Box("集体决定", ("裁量畸轻畸重。", "个人说了算。"), "高"),
        Box("结案归档", ("案卷缺页少件。",), "低"),
    ),
    measures=(
        Box("线索登记", ("线索台账双人登记。",), "值班人员"),
        Box("调查取证", ("执法记录仪全程开启。", "证据当日入库。"), "执法二科"),
        Box("案件审核", ("法制机构逐案审核。",), "法规科"),
        Box("集体决定", ("按裁量基准表打分。", "案审会记录在案。"), "案审委"),
        Box("结案归档", ("归档清单逐页核对。",), "档案员"),
    ),
)

ALL = (FORESTRY, MARKET, EDUCATION)
POURED = (*ALL, WATER, SALT)
