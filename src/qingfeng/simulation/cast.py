"""The people of an invented agency: three officers for every post, so that no duty falls on one person, or as many as it needs.

All names are invented; any likeness is chance.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳鲍史唐"
GIVEN = (
    "明远",
    "思源",
    "文博",
    "雅琴",
    "志强",
    "晓燕",
    "建国",
    "丽华",
    "立新",
    "海涛",
    "静怡",
    "伟民",
    "春梅",
    "国栋",
    "玉兰",
    "俊杰",
)
HOLDERS = 3
SINCE = "2024-01-01"


def officer_id(post: str, n: int = 1) -> str:
    """Return the id of the n-th holder of a post: the post itself, then post/2, post/3."""
    return post if n == 1 else f"{post}/{n}"


def cast(posts: Iterable[str], staff: Mapping[str, int] | None = None, *, first: int = 0) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the registrations (act, data) that put officers with credentials into every post.  staff: post -> how many, if not three;
    first: number of the first of them, for another name."""
    number = first - 1
    for post in sorted(set(posts)):
        for n in range(1, (staff or {}).get(post, HOLDERS) + 1):
            who, number = officer_id(post, n), number + 1
            name = SURNAMES[number % len(SURNAMES)] + GIVEN[(number * 7 + number // len(SURNAMES)) % len(GIVEN)]
            yield "officer_added", {"officer": who, "name": name}
            yield "appointed", {"officer": who, "post": post, "from": SINCE}
            yield "credential_granted", {"officer": who, "from": SINCE, "number": f"SF-{number + 1:04d}"}
