"""A penalty from the lead to the file, and a licence from the application to its delivery, through the pages alone: every act is found
by its words, every field by the words beside it, and what the record or the declaration knows already stands in the form."""

from __future__ import annotations

import re
from datetime import timedelta

from .person import ANY, Page, Person
from .site_kit import Site

PENALTY, LICENCE = "a000/penalty", "a001/licence"


def people(site: Site, *accounts: str) -> dict[str, Person]:
    return {account: Person(site, account) for account in accounts}


def case_in(page: Page) -> str:
    """The number of the case that a page shows."""
    words = page.root.words
    found = re.search(r"a\d{3}/[a-z_]+/\d{4}/\d{5}", words)
    assert found, words[:500]
    return found[0]


def course(page: Page, state: str) -> list[str]:
    """What the usual course of the step says is to be done by the reader, by others, or later."""
    items = [li for li in page.root.all("li") if state == li.told.get("class") and li.above and "course" in li.above.told.get("class", "")]
    return [item.words for item in items]


def test_a_penalty_goes_from_the_lead_to_the_file_through_the_pages(fresh_site: Site) -> None:
    who = people(fresh_site, "zhifa", "chengban", "kezhang", "fenguan", "baoguan", "caiwu", "reviewer", "disclosure_officer", "archivist")
    today = fresh_site.now.date()
    form = who["zhifa"].get(f"/begin/{PENALTY}/register_lead/")
    assert "已按记录填好" in form.root.words  # the number of the lead is the next one
    assert [one.told.get("value", "") for one in form.root.all("input") if one.told.get("name") == "f.external_no"] == [""]  # others' own
    form.root.all("form")[-1].told["action"] = f"/begin/{PENALTY}/register_lead/"
    opened = who["zhifa"].fills(form, "/begin/", 线索来源="监督检查", 情况摘要="日常检查：A1通风设备未定期检测", 反映的各项情况的编号="A1",
                                **{"当事人（单位）": "青峰示例矿业有限公司", "违法行为发生日期": str(today - timedelta(3)),
                                   "违法行为发现日期": str(today - timedelta(1))})  # fmt: skip
    case = case_in(opened)
    outline = who["chengban"].get(f"/cases/{case}/")
    assert "青峰示例矿业" not in outline.root.words  # not his yet
    assert "可以由赵静怡" in outline.root.words  # who may give it to him
    assert "已拦截：查阅案卷" not in who["kezhang"].get(f"/cases/{case}/").root.words  # he tried nothing: his inbox led him there
    who["kezhang"].does(case, "交办线索", 负责人员="陈俊杰", 内容="请核实")
    assert "青峰示例矿业" in who["chengban"].get(f"/cases/{case}/").root.words  # who is given the lead may read it
    _opened_and_investigated(who, case)
    _decided(fresh_site, who, case)
    _carried_out(who, case)
    assert "已办结" in who["chengban"].get(f"/cases/{case}/").root.words


def _opened_and_investigated(who: dict[str, Person], case: str) -> None:
    assert course(who["chengban"].get(f"/cases/{case}/"), "mine") == ["您现在可以办：提请立案承办人"]
    who["chengban"].does(case, "提请立案", 案由="安全设备未定期检测", 事实与证据="通风设备超过检测周期", 有违法违纪事实="符合", 属于本机关管辖="符合",
                         在法定期限之内="符合", 案由编码="安全设备未定期检测", 当事人类别="法人", **{"当事人": "符合"})  # fmt: skip
    who["fenguan"].does(case, "批准立案", 意见="同意立案")
    who["chengban"].does(case, "拟定调查方案", 方案="现场勘验、询问安全员，查明A1", 参加人员=["陈俊杰", "陶文博"])
    assert "查明A1" in who["kezhang"].get(f"/cases/{case}/", act="approve_investigation_plan").root.words
    who["kezhang"].does(case, "集体研究调查方案", 参会人员=["赵静怡", "陶文博", "鲍志强"])
    for account in ("chengban", "zhifa"):
        who[account].does(case, "声明无利害关系")
    who["zhifa"].does(case, "调查取证", 事实与证据="检测标签已超期六个月，当场录像", 参加人员=["陶文博", "陈俊杰"], 地点="井口", 音像记录文件="现场录像")
    who["zhifa"].does(case, "登记证据", 证据种类="勘验笔录", 证据文件="现场笔录", 签名情况="当事人")
    who["baoguan"].does(case, "入库保管", 清单="现场笔录一份")
    for account in ("chengban", "zhifa"):
        _answers(who[account], case)
    who["chengban"].does(case, "提交调查终结报告", 内容="A1成立，建议罚款20000元", 文书文件="终结报告", 依据的证据编号=["E1"], A1="成立",
                         结论="予以处罚", 处罚种类=["罚款"], 违法规模="小", 危害后果="无", 再次违法="否", 裁量档次="较轻", **{"金额（元）": "20000"})  # fmt: skip


def _answers(person: Person, case: str) -> None:
    for what in ("填写与当事人接触情况", "填写收受礼品情况", "填写有无被打招呼"):
        page = person.get(f"/cases/{case}/")
        href = next(a.told["href"] for a in page.root.all("a") if a.words.startswith(what))
        form = person.get(f"/cases/{case}/", act=href.removeprefix("?act=").split("#")[0])
        label = next(x.words.replace("（必填）", "") for x in form.root.all("fieldset")[-1].all("legend"))
        person.does(case, what, **{label: ["没有", "无"]})


def _decided(site: Site, who: dict[str, Person], case: str) -> None:
    who["reviewer"].does(case, "声明无利害关系")
    who["reviewer"].does(case, "审核通过", 意见="事实清楚，程序合法", 结论="予以处罚")
    who["chengban"].does(case, "送达事先告知书", 内容="拟罚款20000元，告知陈述、申辩和听证权利", 文书文件="告知书", 事实与证据="通风设备未按期检测",
                         理由="违法事实清楚", 法律依据="《安全生产法》", 告知的权利=["陈述", "申辩", "听证"], 送达方式="直接送达", 送达回证文件="告知回证",
                         当事人类别="法人")  # fmt: skip
    slip = who["chengban"].get(f"/cases/{case}/receipt/")
    slip.root.all("form")[-1].told["action"] = f"/cases/{case}/receipt/"
    handed = {"交给谁（代理人的写明）": "李小燕", "怎样交付": "当面交付，签收", "签收单、送达回证的编号，或者所打的电话": "签收单2026-18"}
    words = who["chengban"].fills(slip, "/receipt/", **handed).root.words
    number, code = re.search(r"\d{4}-\d{4}-\d{4}", words), re.search(r"查询码([A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4})", words)
    assert number
    assert code
    party = Person(site, None)
    ask = party.get("/progress/")
    ask.root.all("form")[-1].told["action"] = "/progress/"
    party.fills(ask, "/progress/", 回执号=number[0], 查询码=code[1])
    for what in ("当事人书面放弃陈述申辩", "当事人书面放弃听证"):
        page = party.get("/progress/case/")
        href = next(a.told["href"] for a in page.root.all("a") if a.words.startswith(what))
        form = party.get(href)
        form.root.all("form")[-1].told["action"] = href
        party.fills(form, "/progress/do/", 文书文件=what)
    who["kezhang"].does(case, "报请决定", 意见="程序合法，报请决定")
    who["fenguan"].does(case, "声明无利害关系")
    _answers(who["fenguan"], case)
    who["fenguan"].does(case, "作出处罚决定", 内容="责令改正，罚款20000元", 文书文件="决定书", 结论="予以处罚", 当事人类别="法人")


def _carried_out(who: dict[str, Person], case: str) -> None:
    who["chengban"].does(case, "送达决定书", 送达方式="直接送达", 送达回证文件="决定书回证")
    who["kezhang"].does(case, "审签拟公开的信息", 意见="个人信息已隐去")
    who["disclosure_officer"].does(case, "公示决定", 内容="摘要", 公开的内容项目=["文号", "当事人", "事实", "依据", "结果"], 个人信息是否已隐去="已隐去")
    who["caiwu"].does(case, "登记缴款", 缴款方式="银行", 银行流水号="YH31B0001C", 付款账户="621770829163999")
    who["caiwu"].does(case, "罚没款缴入国库", 文号="示国库缴〔2026〕B7")
    who["chengban"].does(case, "登记履行完毕", 内容="罚款已缴清", 已执行的处罚种类=["罚款"])
    who["chengban"].does(case, "提请结案", 情况摘要="执行完毕")
    who["baoguan"].does(case, "证据随案入卷", 理由="随案入卷，由档案室接收")
    who["fenguan"].does(case, "批准结案", 意见="同意结案")
    assert course(who["archivist"].get(f"/cases/{case}/"), "mine") == ["您现在可以办：案卷归档档案管理员"]


def test_a_licence_goes_from_the_application_to_its_delivery_and_the_citizen_follows_it(fresh_site: Site) -> None:
    who = people(fresh_site, "shouli", "shencha", "rechecker", "kezhang", "fenguan", "juzhang", "chengban", "baoguan")
    citizen = Person(fresh_site, None)
    form = citizen.get(f"/apply/{LICENCE}/", matter="build")
    form.root.all("form")[-1].told["action"] = f"/apply/{LICENCE}/?matter=build"
    slip = citizen.fills(form, "/apply/", **{"申请人（单位全称或者姓名）": "青峰示例建设有限公司", "联系电话": "13800000000"},
                         申请书="申请书", 营业执照="营业执照", 施工安全方案="施工安全方案").root.words  # fmt: skip
    number, code = re.search(r"回执号(\d{4}-\d{4}-\d{4})", slip), re.search(r"查询码([A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4})", slip)
    assert number
    assert code
    at_counter = f"/applications/{number[1]}/"
    case = case_in(who["shouli"].fills(who["shouli"].get(at_counter), "/register/"))
    links = [one.told.get("href", "") for one in who["shouli"].get(at_counter).root.all("a")]
    wanted = [f"/cases/{case}/?act={a}#act" for a in ("open_counter", "register_first_contact")]
    assert [link for link in links if "?act=" in link] == wanted
    who["shouli"].does(case, "开窗值守", **{"理由（如需）": "系统切换，开窗延后"})
    who["shouli"].does(case, "首问登记", 内容="网上申请")
    received = who["shouli"].fills(who["shouli"].get(at_counter), "/fill/")
    assert "已按网上提交的内容填好" in received.root.words
    assert "登录已过期" not in received.root.words
    who["shouli"].fills(received, "/do/receive_application/", 窗口号=ANY)
    _examined(who, case)
    _delivered(who, case)
    ask = citizen.get("/progress/")
    ask.root.all("form")[-1].told["action"] = "/progress/"
    seen = citizen.fills(ask, "/progress/", 回执号=number[1], 查询码=code[1]).root.words
    assert "颁发送达证件或决定" in seen
    assert "准予" in seen


def _examined(who: dict[str, Person], case: str) -> None:
    who["shouli"].does(case, "出具受理单", 文书文件="受理单")
    who["shouli"].does(case, "登记接待结果", 接待结果="已收件登记", 内容="受理单送达申请人", 文书文件="答复")
    for n in (1, 2, 3):  # which paper is next, and its file, the applicant has sent: nobody chooses or uploads them again
        who["shouli"].does(case, "核验申请材料", 核验方式="核对原件", **{"核验记录（查询编号、复函文号等）": f"原件{n}号"})
    who["shouli"].does(case, "受理申请", 文书文件="受理决定")
    for account in ("shencha", "rechecker"):
        who[account].does(case, "声明无利害关系")
    who["shencha"].does(case, "认定利害关系人", 理由="不涉及他人重大利益")
    who["shencha"].does(case, "形式审查", 意见="材料齐全，符合条件", 是否存在重大质疑点="无")
    _sheet(who["shencha"], case, "填写审查表", 审查表结论="符合")
    _sheet(who["rechecker"], case, "复核审查意见", 意见="独立复核，结论一致")


def _sheet(person: Person, case: str, what: str, **said: str) -> None:
    """Answer every item of the published sheet: it fits, by the scheme that was handed in."""
    items = ("主体资格", "施工安全方案", "应急救援")
    rests = {f"逐项依据的材料或者证据编号/{item}": "安全评价" for item in items if what == "填写审查表"}
    person.does(case, what, **said, **rests, **{f"逐项检查结果/{item}": "合格" for item in items})


def _delivered(who: dict[str, Person], case: str) -> None:
    who["kezhang"].does(case, "审核认定无需", 理由="方案不复杂，无需专家评审")
    who["kezhang"].does(case, "声明无利害关系")
    who["kezhang"].does(case, "审核通过", 意见="审核同意", 决定结果="准予")
    for account in ("fenguan", "juzhang"):
        who[account].does(case, "声明无利害关系")
    who["fenguan"].does(case, "报请决定", 意见="拟准予")
    who["juzhang"].does(case, "作出", 决定结果="准予", 理由="符合公布的条件", 文书文件="许可决定书")
    who["chengban"].does(case, "制作文书", 内容="许可决定书和许可证", 文书种类="许可决定书")
    who["kezhang"].does(case, "核稿并批准用印", 用印份数="2")
    who["baoguan"].does(case, "用印", 用印份数="2")
    who["shouli"].does(case, "颁发送达", 送达方式="直接送达", 送达回证文件="回证")
