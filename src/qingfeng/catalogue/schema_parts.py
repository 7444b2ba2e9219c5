"""Parts from which the JSON Schema of a power file is put together."""

from __future__ import annotations

from typing import Any

from qingfeng.terms.limits import MAX_KEY, MAX_LIST, MAX_NAME, MAX_STEPS, MAX_TEXT

Schema = dict[str, Any]
ID = "^[a-z][a-z0-9_]*$"
"""An identifier of the file: key in JSON, so ASCII."""
ARTICLE = r"^[1-9][0-9]{0,3}(\([1-9][0-9]?\)){0,2}$"


def closed_object(said: str, properties: Schema, *, optional: tuple[str, ...] = ()) -> Schema:
    """A map with these keys and no others; all required but `optional`."""
    return {
        "description": said,
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def one_of(schema: Schema, *names: str) -> Schema:
    """Exactly one of these keys must be there."""
    return {**schema, "oneOf": [{"required": [name]} for name in names]}


def any_of(schema: Schema, *names: str) -> Schema:
    """At least one of these keys must be there."""
    return {**schema, "anyOf": [{"required": [name]} for name in names]}


def mapping(said: str, value: Schema) -> Schema:
    """A map whose keys are identifiers."""
    return {"description": said, "type": "object", "propertyNames": {"pattern": ID}, "additionalProperties": value}


def list_of(said: str, items: Schema, *, least: int = 0, most: int = MAX_LIST) -> Schema:
    """A list."""
    return {"description": said, "type": "array", "items": items, "minItems": least, "maxItems": most}


def name_list(said: str, *, least: int = 0) -> Schema:
    """A list of identifiers."""
    return list_of(said, string("名称 · name", pattern=ID), least=least, most=MAX_STEPS)


def bilingual(said: str) -> Schema:
    """A text in both languages."""
    return closed_object(said, {"zh": string("中文", most=MAX_TEXT), "en": string("English", most=MAX_TEXT)})


def string(said: str, *, pattern: str | None = None, least: int = 1, most: int = MAX_NAME) -> Schema:
    """One text."""
    schema: Schema = {
        "description": said,
        "type": "string",
        "minLength": least,
        "maxLength": MAX_KEY if pattern == ID else most,
    }
    return schema if pattern is None else {**schema, "pattern": pattern}


def number(said: str, least: int, most: int) -> Schema:
    """A whole number."""
    return {"description": said, "type": "integer", "minimum": least, "maximum": most}


def one_value(said: str, values: list[str] | tuple[str, ...]) -> Schema:
    """One of these values."""
    return {"description": said, "type": "string", "enum": list(values)}


def flag(said: str) -> Schema:
    """Yes or no."""
    return {"description": said, "type": "boolean"}
