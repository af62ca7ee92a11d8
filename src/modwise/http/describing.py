"""The API's description as a page shows it: topics with their routes, and the shapes they take and give."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Json = dict[str, Any]
REF = "#/components/schemas/"


def topics(description: Json) -> list[Json]:
    """Routes by topic, in the order they were written."""
    found: dict[str, list[Json]] = {}
    for path, methods in description["paths"].items():
        for method, route in methods.items():
            found.setdefault((route.get("tags") or ["other"])[0], []).append(_route(path, method, route))
    return [{"name": name, "routes": routes} for name, routes in found.items()]


def shapes(description: Json) -> list[Json]:
    """The shapes by name, each with its fields."""
    known = description.get("components", {}).get("schemas", {})
    return [
        {"name": name, "says": shape.get("description", ""), "fields": list(_fields(shape))}
        for name, shape in sorted(known.items())
    ]


def _route(path: str, method: str, route: Json) -> Json:
    takes, shape = _taken(route.get("requestBody", {}).get("content", {}))
    return {
        "method": method.upper(),
        "path": path,
        "says": [" ".join(part.split()) for part in route.get("description", "").split("\n\n") if part.strip()],
        "parameters": [_parameter(one) for one in route.get("parameters", [])],
        "takes": takes,
        "takes_shape": shape,
        "answers": [_answer(status, one) for status, one in route.get("responses", {}).items() if _own(status)],
    }


def _own(status: str) -> bool:
    return status.startswith("2") or status == "404"


def _parameter(one: Json) -> Json:
    said = {"name": one["name"], "place": one["in"], "required": one.get("required", False)}
    return {**said, "type": kind(one.get("schema", {})), "says": one.get("description", "")}


def _taken(content: Mapping[str, Json]) -> tuple[str, str]:
    for media, one in content.items():
        return " or ".join(content), _ref(one.get("schema", {})) if media == "application/json" else ""
    return "", ""


def _answer(status: str, one: Json) -> Json:
    content = one.get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    says = one.get("description", "")
    if says == "Successful Response":
        # What has no shape of its own to lead to is named in words.
        says = kind(schema) if schema and not _ref(schema) else ""
    return {"status": status, "says": says, "shape": _ref(schema)}


def _ref(schema: Json) -> str:
    return str(schema.get("$ref", "")).removeprefix(REF)


def _fields(shape: Json) -> Iterator[Json]:
    required = shape.get("required", [])
    for name, one in shape.get("properties", {}).items():
        yield {"name": name, "type": kind(one), "says": one.get("description", ""), "required": name in required}


def kind(schema: Json) -> str:
    """What a value is, in a few words."""
    if ref := _ref(schema):
        return ref
    if "enum" in schema or "const" in schema:
        return " | ".join(str(value) for value in schema.get("enum", [schema.get("const")]))
    if "anyOf" in schema:
        return " | ".join(kind(one) for one in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {kind(schema.get('items', {}))}"
    if schema.get("type") == "object" and isinstance(inner := schema.get("additionalProperties"), dict):
        return f"object of {kind(inner)}"
    return str(schema.get("format") or schema.get("type", "anything"))
