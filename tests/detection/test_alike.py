"""Which texts are nearly the same: found without comparing all, counted exactly."""

from __future__ import annotations

from random import Random

from qingfeng.detection.alike import near, pieces_of

WORDS = "检查车间仓库灭火器压力正常疏散通道畅通配电箱门未关接地线松动台账缺页气体报警器校准人员持证上岗值班表张贴"


def written(rng: Random, length: int = 90) -> str:
    return "".join(rng.choice(WORDS) for _ in range(length))


def test_copies_with_another_name_are_found_and_others_are_not() -> None:
    rng = Random(1)
    texts = [written(rng) for _ in range(200)]
    texts += [texts[n].replace(texts[n][40:43], "甲公司") for n in range(0, 200, 20)]
    pairs = set(near([pieces_of(text) for text in texts], 0.7))
    assert pairs == {(20 * n, 200 + n) for n in range(10)}


def test_blanks_do_not_matter_and_short_texts_have_no_pieces() -> None:
    assert pieces_of("检查 情况\n正常 无异常") == pieces_of("检查情况正常无异常")
    assert pieces_of("正常") == frozenset()
    assert list(near([pieces_of("正常"), pieces_of("正常")], 0.5)) == []


def test_the_same_texts_give_the_same_pairs() -> None:
    rng = Random(2)
    texts = [pieces_of(written(rng, 60)) for _ in range(50)] * 2
    assert sorted(near(texts, 0.9)) == sorted(near(list(texts), 0.9)) == [(n, n + 50) for n in range(50)]
