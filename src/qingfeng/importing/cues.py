"""The words by which a reader of such maps knows what a box is: captions, levels, owners, numbers, telephones, titles.

Everything here looks at one paragraph or one box alone. Source of the words: general usage of 廉政风险防控 documents.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

BLANK = re.compile(r"[\s\u3000]+")
_COLON = r"\s*[：:﹕]\s*"
TITLE = re.compile(
    r"(防控(?:流程|措施|示意|工作)?图|风险(?:防控|防范|点|排查)?(?:流程|示意)?图|防控(?:一览|措施|责任|情况|登记)?表|(?:运行|工作|业务|办理|权力)?流程图|(?:风险|廉政)[^。]{0,"
    r"12}(?:一览|登记|排查|清单|公示)?[表单])$"
)
_TITLE_TAIL = re.compile(r"[（(\[【][^（）()]{0,60}[）)\]】]$|[一二三四五六七八九十\d]{1,3}$")
_LEVEL_WORD = r"(?:高|中|低|较高|较低|极高|一般|普通|重大|较大|轻微|[一二三四五]级?|[ⅠⅡⅢⅣⅤ]级?|[IV]{1,3}级?|[A-Ea-eＡ-Ｅ]级?|[1-5１-５]级?|★{1,5}|☆{1,5})"
LEVEL = re.compile(
    rf"(?:风险点?|廉政)?(?:等级|级别|程度|评级|评定)(?:及级别)?(?:为|评定为|{_COLON}|\s+)\s*({_LEVEL_WORD})?(?:风险|级别|等级)?\s*[。；;]?$"
)
LEVEL_ALONE = re.compile(rf"^[（(【\[]?\s*({_LEVEL_WORD})\s*(?:风险|级风险|等级)?\s*[）)】\]]?$")
LEVEL_AS_WORD = re.compile(rf"^[（(【\[]?\s*({_LEVEL_WORD})\s*(?:级)?风险\s*[）)】\]]?$")
LEVEL_AT_END = re.compile(rf"[（(【\[]\s*(?:风险等级{_COLON})?({_LEVEL_WORD})(?:风险|级)?\s*[）)】\]]\s*[。；;]?$")
_NONE = r"(?:未标注|未注明|未填写?|未定|未明确|无|空|待定|待填|[/／—\-－]+)"
LEVEL_BLANK = re.compile(rf"^(?:风险点?)?(?:等级|级别){_COLON}{_NONE}?$")
_NOBODY = re.compile(rf"^{_NONE}$")
OWNER = re.compile(
    rf"^(?:防控|主要|第一|直接|监督|落实|防范)?(?:责\s*任\s*(?:人|主\s*体|部\s*门|单\s*位|科\s*室|岗\s*位|领\s*导|处\s*室|股\s*室|人员)|牵头(?:部门|单位)|"
    rf"负责人)(?:及岗位)?(?:{_COLON}|\s+)(.*)$"
)
_OWNER_INSIDE = re.compile(
    rf"[。；;，,\s（(]((?:防控)?责任(?:人|主体|部门|单位|科室|岗位|领导)){_COLON}([^。；;）)]{{1,60}})[。；;）)]*$"
)
PHONE = re.compile(
    rf"(监管|监督|举报|投诉|服务|咨询|联系|纪检)\s*(?:举报|监督|投诉)?\s*电\s*话(?:{_COLON}|\s*)([0-9０-９][0-9０-９\-—－（）()\s、，,;；转]{{4,60}})?"
)
_UNITS = "人个年月日天次名条项家份小时工级类期批元万％%倍岁岗位周季号楼层米"
NUMBER = re.compile(
    r"^\s*(?:"
    r"(?P<plain>\d{1,2})\s*[)）.．、:：,，]+(?!\d)|[(（]\s*(?P<round>\d{1,2})\s*[)）][.．、]?|"
    rf"(?P<bare>\d{{1,2}})(?=[\u4e00-\u9fff“《])(?![{_UNITS}])|(?P<ring>[①-⑳])|"
    r"[(（](?P<han>[一二三四五六七八九十]{1,3})[)）]|(?P<comma>[一二三四五六七八九十]{1,3})[、.．]|"
    r"(?:风险点?|措施)\s*(?P<named>\d{1,2}|[一二三四五六七八九十])\s*[：:.．、]|(?P<mark>[•●◆■▪◇□※★▲\-–—*·])\s*)\s*"
)
_INSIDE = re.compile(r"(?<=[。；;.])\s*(?=(?:\d{1,2}\s*[.．、)）](?!\d)|[(（]\d{1,2}[)）]|[①-⑳]))")
_CAPTION = re.compile(
    r"(?:主要|廉政|廉洁|岗位|具体|存在|权力|各|工作)?(?:风险(?:点|内容|描述|表现|点位|类型|事项)?|表现形式|风险点?(?:等级|级别)|等级|级别|风险点?(?:等级|级别)?及?表现形式|"
    r"(?:预防|防控|防范|防治|监控|应对|整改)?(?:措施|对策)|(?:防控|防范|预防)?措施及责任(?:人|部门|单位|主体)|及责任(?:人|部门|单位|主体)|及表现形式|"
    r"(?:防控|监督)?责任(?:人|部门|单位|主体|岗位|科室|领导)|(?:工作|权力|业务|办理|运行|职权|权力运行|行政)?(?:流程|环节|程序|步骤|阶段)(?:图|名称)?|序号|备注|职权(?:名称|事项)?|"
    r"权力(?:名称|事项|类别)?|岗位(?:名称)?|"
    r"风险点?(?:及|和|与|、)(?:表现形式|等级|防控措施|风险等级|级别)|权力(?:运行)?环节|风险环节|防控责任人?)"
)
_MODE_RISK = re.compile(
    rf"^(?:主要|廉政|廉洁)?(?:风险点?(?:及表现形式|描述|内容|表现)?|表现形式)(?:[一二三\d]{{0,2}}){_COLON}(.*)$"
)
_MODE_MEASURE = re.compile(rf"^(?:预防|防控|防范|监控)?措施(?:及责任人)?{_COLON}(.*)$")
_MODE_STEP = re.compile(rf"^(?:工作|权力|业务|办理)?(?:环节|流程|步骤)(?:名称)?{_COLON}(.*)$")
COUNT = re.compile(r"(?:风险点?)?\s*(?:共|共计|合计)?\s*(\d{1,3})\s*(?:个|项|条|处)?\s*[（(]([^（）()]{2,40})[）)]")
_COUNTED = re.compile(
    r"^(?:廉政|廉洁)?风险点?\s*(?:共|共计|合计|数量?)?\s*[：:]?\s*\d{1,3}\s*(?:个|项|条|处)?\s*[（(][^（）()]{2,40}[)）]\s*[：:。；;]?$"
)
_COUNT_PART = re.compile(
    r"(?:(\d{1,3})\s*(?:个|项|条)?\s*([高中低]|[一二三四]级|[ABCⅠⅡⅢ])|([高中低]|[一二三四]级|[ABCⅠⅡⅢ])\s*[：:]?\s*(\d{1,3}))"
)
_RISK_WORDS = re.compile(
    "不按|不依|不严|不及时|不履行|不认真|不符合|不作为|不能|不公|不当|不到位|不听|不进行|不报|不予|不给|擅自|违规|违反|违法|未按|未经|未及时|未|故意|滥用|收受|接受.{0,6}(?:请托|宴请|礼|吃请|贿赂)|徇私|"
    "泄露|泄密|隐瞒|隐匿|无故|无原因|无正当|超时|超期|超越|越权|随意|截留|私分|挪用|侵占|伪造|篡改|销毁|丢失|贿赂|谋取|谋利|谋私|优亲厚友|人情|关系|刁难|吃拿卡要|拖延|推诿|包庇|袒护|玩忽职守|失职|渎职|"
    "敷衍|流于形式|走过场|虚假|虚报|舞弊|串通|说情|打招呼|倾向性|偏袒|降低标准|放宽|提高标准|把关不严|失实|遗漏|漏项|缺失|滞后|久拖|以权|暗箱|弄虚作假|索取|索要|空岗|缺乏|不规范|不公正|不客观|不齐全|不完整|"
    "走样|少数人说了算|错误|应.{1,8}而"
)
_MEASURE_WORDS = re.compile(
    "^(?:严格|建立|健全|加强|落实|实行|规范|执行|完善|强化|推行|制定|坚持|明确|公开|定期|严肃|认真|实施|采取|设立|开展|加大|细化|量化|优化|推进|规定|要求|组织|按照|按规定|依法|确保|接受|做好|引入|双人|两人|二人|"
    "保障|对.{2,14}(?:进行|实行|严肃|开展|追究)|积极|及时|内部|监督|纪检|政务|上报|集体|重大|一次性|全程|主动|提高|深化|畅通|聘请|邀请|公示|限时|专人)"
)
WAY = re.compile(
    r"^[（(]?(?:退回|返回|终结|直接到|转(?:到|入)|回到|不符合|符合|不同意|同意|不通过|通过|→|↩|⇒|否则|是[，:：]|否[，:：])"
)
_STEP_END = re.compile(r"[。；;：:！？?!]")
_WRONG_FIRST = re.compile(
    r"(?:\d{1,2}[.、．]?)?(?:不|未|无故|无正当|无原因|擅自|违规|违反|超时|超期|超越|越权|随意|滥用|收受|徇私|泄露|隐瞒|故意|伪造|截留|利用|弄虚)"
)
_CARE_FIRST = re.compile(
    r"(?:\d{1,2}[.、．]?)?(?:严格|加强|落实|健全|完善|强化|规范|建立|实行|推行|严肃|坚持|明确|执行.{2,}制度)"
)


@dataclass(slots=True)
class Content:
    """What one box or cell says: items of risk and of measure, level, owner, and whatever is left over."""

    risks: list[Item] = field(default_factory=list)
    measures: list[Item] = field(default_factory=list)
    plain: list[Item] = field(default_factory=list)
    level: str | None = None
    level_said: bool = False
    owner: str | None = None
    owner_said: bool = False
    step: str | None = None
    counts: list[str] = field(default_factory=list)

    @property
    def items(self) -> list[Item]:
        """All items, in order of kind."""
        return [*self.risks, *self.measures, *self.plain]


@dataclass(frozen=True, slots=True)
class Item:
    """One risk or measure: its text without the source's number, the number as written, its own level if it bears one.

    names: what a person bound it to, None while it is only proposed; reading: how a person reads it, "" as written, None if nobody said.
    """

    text: str
    number: str | None = None
    level: str | None = None
    joined: bool = False
    names: tuple[str, ...] | None = None
    reading: str | None = None


def squeezed(text: str) -> str:
    """The text without any blanks, full-width signs as half-width: what two people would call the same words."""
    return BLANK.sub("", unicodedata.normalize("NFKC", text))


def is_caption(text: str) -> bool:
    """True for the heading of a column (风险点, 防控措施及责任人, 工作流程 …)."""
    bare = _unnumbered(text).strip("：:（）()、/／")
    return bool(bare) and len(bare) <= 14 and (_CAPTION.fullmatch(bare) is not None)


def _unnumbered(text: str) -> str:
    """A heading without blanks and without its number (（一）风险点, 二、防控措施)."""
    return re.sub(
        r"^(?:[(（][一二三四五六七八九十\d]{1,3}[)）]|[一二三四五六七八九十\d]{1,3}[、.．])", "", BLANK.sub("", text)
    )


def is_title(text: str) -> bool:
    """True for the title of a map."""
    bare = BLANK.sub("", text)
    return 4 <= len(bare) <= 90 and bool(TITLE.search(bare) or TITLE.search(_TITLE_TAIL.sub("", bare)))


def is_step_name(text: str) -> bool:
    """True for what can stand in a box of the flow: short, no number, no sentence."""
    bare = BLANK.sub("", text)
    if not 1 < len(bare) <= 24 or is_caption(text) or LEVEL.search(text) or OWNER.match(text) or PHONE.search(text):
        return False
    if NUMBER.match(text) and not re.match(
        r"^\s*[(（]?(?:\d|[一二三四五六七八九十]|[①-⑳])[)）.．、]?\s*[^\s]{2,10}$", text
    ):
        return False
    return not _STEP_END.search(bare) and not _WRONG_FIRST.match(bare) and not _CARE_FIRST.match(bare)


def is_risk(text: str) -> bool:
    """True if the words speak of a wrong."""
    return bool(_RISK_WORDS.search(text))


def is_measure(text: str) -> bool:
    """True if the words begin like a measure."""
    return bool(_MEASURE_WORDS.match(NUMBER.sub("", text)))


def leaning(items: list[Item]) -> float:
    """Above 0: the items read like risks; below: like measures.  Between −1 and 1."""
    votes = [(1.0 if is_risk(item.text) else 0.0) - (1.0 if is_measure(item.text) else 0.0) for item in items]
    return sum(votes) / len(votes) if votes else 0.0


def heading_of(line: str) -> str | None:
    """A caption that says what the lines below it are (风险点, 防控措施), as the head of their box; None for any other."""
    bare = _unnumbered(line).strip("：:") + "："
    return bare if is_caption(line) and (_MODE_RISK.match(bare) or _MODE_MEASURE.match(bare)) else None


def opens_box(line: str, pending: list[str]) -> bool:
    """True if a line of running text cannot belong to the box that is being read."""
    if _MODE_STEP.match(line) or _MODE_RISK.match(line) or _MODE_MEASURE.match(line):
        return bool(pending)
    found = NUMBER.match(line)
    return (
        bool(pending)
        and found is not None
        and (found["plain"] or found["bare"]) == "1"
        and bool(NUMBER.match(pending[-1]))
    )


def closes_box(line: str) -> bool:
    """True if a line ends its box: a level ends the risks, an owner the measures."""
    return bool(LEVEL.search(line) or OWNER.match(line))


def content_of(paragraphs: tuple[str, ...]) -> Content:
    """Take a box apart.  Items keep their words; numbers, levels and owners are told apart from them."""
    found = Content()
    into = found.plain
    for paragraph in _unfolded(paragraphs):
        text = paragraph
        if _COUNTED.match(text):
            found.counts.append(text)
            continue
        if mode := _MODE_STEP.match(text):
            found.step = mode[1].strip() or found.step
            continue
        for pattern, target in ((_MODE_RISK, found.risks), (_MODE_MEASURE, found.measures)):
            if mode := pattern.match(text):
                into, text = target, mode[1].strip()
                break
        if text:
            into = _paragraph(text, found, into)
    return found


def _unfolded(paragraphs: tuple[str, ...]) -> list[str]:
    """Several numbered items on one line stand apart; an owner behind the last sentence too."""
    unfolded: list[str] = []
    for paragraph in paragraphs:
        for part in _INSIDE.split(paragraph):
            owner = _OWNER_INSIDE.search(part)
            level = re.search(rf"(?<=[。；;])\s*((?:廉政)?风险(?:等级|级别){_COLON}{_LEVEL_WORD}\s*[。；;]?)$", part)
            cut = owner or level
            if cut and cut.start() > 0:
                unfolded += [
                    part[: cut.start() + 1 if part[cut.start()] in "。；;" else cut.start()].strip(),
                    part[cut.start() :].strip("。；;，,（）() 　"),
                ]
            else:
                unfolded.append(part.strip())
    return [part for part in unfolded if part]


def _paragraph(paragraph: str, found: Content, into: list[Item]) -> list[Item]:
    if LEVEL_BLANK.match(paragraph):
        found.level_said = True
        return into
    if (level := LEVEL.search(paragraph)) and (level.start() <= 2 or level[1]):
        found.level_said = True
        found.level = _level(level[1]) if level[1] else found.level
        rest = paragraph[: level.start()].strip(" （(：:，,；;")
        return _paragraph(rest, found, into) if len(rest) > 6 else into
    if alone := LEVEL_AS_WORD.match(paragraph):
        found.level, found.level_said = _level(alone[1]), True
        return into
    if owner := OWNER.match(paragraph):
        said = owner[1].strip(" ：:。；;")
        found.owner_said = True
        if _NOBODY.match(said):
            return into
        if said not in (found.owner or "").split("、"):
            found.owner = f"{found.owner}、{said}" if found.owner and said else said or found.owner
        return into
    _item(paragraph, into)
    return into


def _item(paragraph: str, into: list[Item]) -> None:
    number = NUMBER.match(paragraph)
    text = paragraph[number.end() :].strip() if number else paragraph
    level = None
    if at_end := LEVEL_AT_END.search(text):
        level, text = _level(at_end[1]), text[: at_end.start()].strip()
    if not text:
        return
    if not number and into and into[-1].number and not re.search(r"[。；;.！!]$", into[-1].text) and not into[-1].level:
        # a line broken by hand inside an item: the words go on where the item did not end
        into[-1] = Item(into[-1].text + text, into[-1].number, level, joined=True)
        return
    into.append(Item(text, number[0].strip() if number else None, level))


def _level(word: str) -> str:
    return unicodedata.normalize("NFC", word.strip()) if word else word


def count_of(text: str) -> tuple[int, dict[str, int]] | None:
    """A sum like 3（2高1中）: the total and the parts; None if the text holds none."""
    found = COUNT.search(text)
    if not found:
        return None
    parts: dict[str, int] = {}
    for n1, level1, level2, n2 in _COUNT_PART.findall(found[2]):
        level = level1 or level2
        parts[level] = parts.get(level, 0) + int(n1 or n2)
    return (int(found[1]), parts) if parts else None
