"""Names that may be one name: written shorter, with another legal form, turned round, or with one sign changed.

Likeness is no proof: it is why somebody must look.  Numbers and contrasts tell apart: 一厂 is not 二厂, 李大 not 李二.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final
from unicodedata import normalize

from .names import plain_name

_BRACKETS = re.compile(r"[(〔\[【〈《][^()〔〕\[\]【】〈〉《》]*[)〕\]】〉》]")
_FORMS = re.compile(
    r"(?:有限责任公司|股份有限公司|有限公司|集团公司|集团|公司|(?:第?[一二三四五六七八九十0-9]*)(?:分公司|分厂|分店|支公司|营业部|办事处|门市部|项目部)"
    r"|个体工商户|个体经营|个体户|合伙企业|经营部|加工部|服务部|工作室|商店|商行|总厂|厂|店|部|社|行|中心)+$"
)
_BRANCH = re.compile(
    r"^(.+(?:公司|集团|合作社|总厂)).{0,8}(?:分公司|支公司|分厂|分店|分社|营业部|办事处|门市部|项目部)$"
)  # a branch is no firm of its own
_OLD: Final = str.maketrans(
    "廠龍華東門車長業貿電機鋼鐵煤礦發電學會國際運輸實驗興達農產區縣鎮鄉灣島麗豐義聯順飛馬魚鳥風雲黃遠開關張陳劉趙吳楊羅許鄭葉蘇呂盧錢孫",
    "厂龙华东门车长业贸电机钢铁煤矿发电学会国际运输实验兴达农产区县镇乡湾岛丽丰义联顺飞马鱼鸟风云黄远开关张陈刘赵吴杨罗许郑叶苏吕卢钱孙",
)
_CONTRASTS: Final = ("大小老一二三四五六七八九十", "东南西北中", "甲乙丙丁戊己庚辛", "上下", "前后", "左右", "新旧老", "男女", "兄弟姐妹")
_NUMERALS: Final = frozenset("0123456789一二三四五六七八九十")
TWO, ONE_SIGN, TWO_SIGNS = 2, 4, 8  # signs of a word; so long must a name be for one, for two other signs to leave it like another


@lru_cache(maxsize=4096)
def _forms(written: str) -> tuple[str, str]:
    """The whole name, and its core: without remarks in brackets and legal form."""
    text = normalize("NFKC", written).translate(_OLD)
    whole, core = plain_name(text), plain_name(_BRACKETS.sub("", text))
    short = _FORMS.sub("", core)
    return whole, short if len(short) > 1 else core


def firm_core(name: str) -> str | None:
    """Return a firm's name without remarks in brackets, legal form (有限公司, 有限责任公司, 厂) and branch; None where too little is left."""
    branch = _BRANCH.match(_forms(name)[0])
    core = _forms(branch[1] if branch else name)[1]
    return core if len(core) >= ONE_SIGN else None


def one_firm(one: str, other: str) -> bool:
    """Return whether two names are the same but for spelling, remarks in brackets, legal form and branch."""
    core = firm_core(one)
    return _forms(one)[0] == _forms(other)[0] or (core is not None and core == firm_core(other))


def alike(one: str, other: str) -> bool:
    """Return whether two names may be one: the same core, one within the other at its end, the same signs turned round, or a slip."""
    (whole, core), (whole2, core2) = _forms(one), _forms(other)
    if whole == whole2 or core == core2:
        return True
    told, told2 = ("".join(sign for sign in text if sign in _NUMERALS) for text in (core, core2))
    if told and told2 and told != told2:
        return False
    if _contrasted(core, core2):
        return False
    if _another_word(core, core2):
        return False
    short, long = sorted((core, core2), key=len)
    within = len(short) > 1 and (long.startswith(short) or long.endswith(short))
    turned = len(whole) > 2 and sorted(whole) == sorted(whole2)
    return within or turned or _apart(short, long) <= (len(short) >= ONE_SIGN) + (len(short) >= TWO_SIGNS)


def _contrasted(one: str, other: str) -> bool:
    """Whether two names differ in one sign alone, and by two signs that people use to tell apart: 李大 and 李二, 城东 and 城西."""
    unlike = [{a, b} for a, b in zip(one, other, strict=False) if a != b]
    return len(one) == len(other) and len(unlike) == 1 and any(unlike[0] <= {*signs} for signs in _CONTRASTS)


def _another_word(one: str, other: str) -> bool:
    """Whether two names differ in two signs side by side and in nothing else: another brand or town, which is no slip of the pen."""
    unlike = [n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b]
    return len(one) == len(other) and len(unlike) == TWO and unlike[1] == unlike[0] + 1 and sorted(one) != sorted(other)


def _apart(short: str, long: str) -> int:
    """How many signs are put in, left out or changed between two texts."""
    row = list(range(len(long) + 1))
    for n, sign in enumerate(short, 1):
        last, row[0] = row[0], n
        for m, other in enumerate(long, 1):
            last, row[m] = row[m], min(row[m] + 1, row[m - 1] + 1, last + (sign != other))
    return row[-1]
