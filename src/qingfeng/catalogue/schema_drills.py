"""The shape of drills and of the rows that stories and drills share, as JSON Schema."""

from __future__ import annotations

from qingfeng.catalogue.power import Ring
from qingfeng.catalogue.schema_parts import ID, Schema, bilingual, closed_object, list_of, mapping, one_value, string
from qingfeng.terms.limits import MAX_SHORT_TEXT, MAX_TEXT

MOMENT = "^[0-9]{4}-[0-9]{2}-[0-9]{2}( [0-9]{2}:[0-9]{2})?$"
RISK = "^[a-z][a-z0-9_]*[.]r[0-9]+$"
ANCHOR = "^[a-z][a-z0-9_]*(#[1-9][0-9]?)?$"
"""A row of a story: the act that it does, or the act and which of its rows."""
SHARE = "^[01]([.][0-9]{1,4})?$"


def row_schema(*, then: bool) -> Schema:
    """The schema of a row; a drill does not say what its rows lead to, `ring` and `by` do."""
    keys = {
        "day": string("日期或日期加时刻 · day, or day and time", pattern=MOMENT),
        "who": string(
            "岗位、岗位/2、party、clock · post, post/2, party, clock", pattern="^[a-z][a-z0-9_.-]*(/[1-9])?$"
        ),
        "does": string("动作或 wait · act or wait", pattern=ID),
        "with": mapping(
            "内容 · what the act says", {"type": ["string", "integer", "array", "object", "boolean", "null"]}
        ),
        "then": string("结果 · what happens", most=MAX_SHORT_TEXT),
        "entered": string("补录时刻 · entered later", pattern=MOMENT),
        "reason": string("理由 · reason", most=MAX_TEXT),
    }
    if not then:
        del keys["then"]
    said = (
        "一行：某日某人办某事，于是如何 · a row: day, who, does what, and then"
        if then
        else "一行：某日某人办某事 · a row: day, who, does what"
    )
    return closed_object(said, keys, optional=("with", "entered", "reason"))


def drill_schema() -> Schema:
    """The schema of one drill."""
    return closed_object(
        "演练：照着风险点做一次坏事 · a drill: an attempt to commit exactly this risk",
        {
            "id": string("标识 · id", pattern=ID),
            "risk": string("环节.风险点 · step.risk", pattern=RISK),
            "part": string("风险点的部分 · part of the risk", pattern="^p[0-9]+$"),
            "attempt": bilingual("谁企图做什么 · who tries what"),
            "from": string("所依据的诚实实例 · the honest story that it departs from", pattern=ID),
            "before": string("办到该行之前 · its rows are done up to this one", pattern=ANCHOR),
            "rows": list_of(
                "与实例不同之处，末行为所企图的 · what differs; the last row is the attempt",
                row_schema(then=False),
                least=1,
                most=100,
            ),
            "resume": string("其后实例从该行继续 · the story then goes on from this row", pattern=ANCHOR),
            "end": string("继续至该行为止 · up to and with this row", pattern=ANCHOR),
            "ring": one_value(
                "由哪一关拦下，或事后发现 · ring that refuses it, or found afterwards", [ring.value for ring in Ring]
            ),
            "by": list_of(
                "拦下或发现它的全部规则 · all that stops or finds it",
                string("规则 · rule", pattern="^(duty:)?[a-z][a-z0-9_]*$"),
                least=1,
                most=50,
            ),
            "probability": {
                "description": "取决于抽查时的发现概率 · probability of being found where that depends on sampling",
                "type": ["string", "integer"],
                "pattern": SHARE,
                "minimum": 1,
                "maximum": 1,
            },
        },
        optional=("part", "resume", "end", "probability"),
    )


__all__ = ["ANCHOR", "MOMENT", "drill_schema", "row_schema"]
