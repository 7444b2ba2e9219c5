"""qingfeng draw sample, and the check of a sample's transcript."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from qingfeng.terms.text import Text

from .frame import screen_of
from .screen import FINE, FOUND, CommandFailed, near

if TYPE_CHECKING:
    from qingfeng.draw.sample import Sample

FILE = click.Path(path_type=Path)
_WANTED = Text(
    zh='方案应为JSON：{"plan_id": 编号, "files": [案卷…], "take": 抽几卷, "officers": [评查人…], "seats": 几人}',
    en='a plan is JSON: {"plan_id": id, "files": [...], "take": how many, "officers": [...], "seats": how many}',
)


@click.command("sample")
@click.argument("plan_file", metavar="PLAN", type=FILE)
@click.option("--value", required=True, help="公开号码，照公布的写法。 The public number, as published.")
@click.option("--spare", type=click.IntRange(0, 1000), default=0, help="候补几人。 How many in reserve.")
@click.option("--out", type=FILE, help="写入抽样记录（已有的文件不改写）。 Write the transcript, never over a file.")
def sample_(plan_file: Path, value: str, spare: int, out: Path | None) -> int:
    """案卷抽样：按公开号码算出案卷和评查人。 Draw files and reviewers by a public number."""
    from qingfeng.draw.canonical import NotCanonical, canonical
    from qingfeng.draw.sample import sample

    from .draw_files import read_value, write_new

    screen, plan = screen_of(), read_value(plan_file)
    if not _fits(plan):
        raise CommandFailed(Text(zh=f"{near(plan_file)}：{_WANTED.zh}。", en=f"{near(plan_file)}: {_WANTED.en}."))
    try:
        drawn = sample(plan["plan_id"], value, plan["files"], plan["take"], plan["officers"], plan["seats"], spare)
        content = canonical(drawn.plain())
    except NotCanonical as error:
        raise CommandFailed(Text(zh=f"{near(plan_file)}含有不允许的字符。", en=f"{near(plan_file)}: {error}.")) from error
    if out is not None:
        write_new(out, content)
    _show(drawn)
    screen.data({**drawn.plain(), "transcript": drawn.transcript_hash})
    return FINE


def check_sample(file: Path, plain: dict[str, Any], root: str | None) -> int:
    """Redo the sample of a transcript.  root: its hash in the log.  Raises CommandFailed."""
    from qingfeng.draw.sample import redone

    screen, made = screen_of(), redone(plain)
    if made is None:
        raise CommandFailed(Text(zh=f"{near(file)}不是抽样记录。", en=f"{near(file)} is no transcript of a sample."), code=FOUND)
    wrong = sorted(name for name, value in made.plain().items() if plain.get(name) != value) + sorted(plain.keys() - made.plain().keys())
    if wrong or root not in (None, made.transcript_hash):
        said = "、".join(wrong) or "transcript"
        raise CommandFailed(Text(zh=f"{near(file)}与重做的结果不一致：{said}。", en=f"{near(file)}: redone, {said} differs."), code=FOUND)
    _show(made)
    screen.say("✓ 一致：重做的结果相同", "✓ consistent: redone, the result is the same")
    screen.data({**made.plain(), "transcript": made.transcript_hash, "outcome": "consistent"})
    return FINE


def _show(drawn: Sample) -> None:
    screen = screen_of()
    screen.say(f"案卷：{'、'.join(drawn.files)}", f"files: {', '.join(drawn.files)}")
    screen.say(f"评查人：{'、'.join(drawn.reviewers)}；候补：{'、'.join(drawn.spare) or '无'}",
               f"reviewers: {', '.join(drawn.reviewers)}; in reserve: {', '.join(drawn.spare) or 'none'}")  # fmt: skip
    screen.say(f"结果校验值 {drawn.result_hash}", f"result {drawn.result_hash}")
    screen.say(f"记录校验值 {drawn.transcript_hash}", f"transcript {drawn.transcript_hash}")


def _fits(plan: Any) -> bool:
    lists = [plan.get("files"), plan.get("officers")] if isinstance(plan, dict) else [None]
    texts = all(isinstance(one, list) and all(type(x) is str for x in one) for one in lists)
    return texts and type(plan.get("plan_id")) is str and all(type(plan.get(n)) is int and plan[n] >= 0 for n in ("take", "seats"))
