"""What a form or an address says beside its files: read into a model, bounded, and described in the API's description."""

from __future__ import annotations

from typing import Any, TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, ValidationError

from modwise.errors import UsageError
from modwise.http import uploads
from modwise.http.bodies import allow_upload
from modwise.http.uploads import Limits, Received

Json = dict[str, Any]
# What packed files may unpack to, beside what came in.
UNPACKED = 2


class Said(BaseModel):
    """Base of what a form says; a name that is none is refused."""

    model_config = ConfigDict(extra="forbid")


T = TypeVar("T", bound=Said)


async def received(request: Request) -> Received:
    """What the request sends: files in a folder of their own, fields in memory."""
    settings = request.app.state.settings
    most = allow_upload(request)
    return await uploads.receive(request, settings.folder, Limits(total=UNPACKED * most))


def said(model: type[T], request: Request, form: Received) -> T:
    """What fields and address say. Raises RequestValidationError for what does not fit."""
    given: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        given.setdefault(name, []).append(value)
    given |= form.fields
    # The site's token may stand in a form that a page sends here.
    given.pop("modwise_token", None)
    lists = {name for name, field in model.model_fields.items() if "list" in str(field.annotation)}
    plain: Json = {}
    for name, values in given.items():
        kept = [value.strip() for value in values if value.strip()]
        if kept:
            plain[name] = kept if name in lists else kept[-1]
    try:
        return model.model_validate(plain)
    except ValidationError as error:
        raise RequestValidationError([{**one, "loc": ("body", *one["loc"])} for one in error.errors()]) from None


def need(form: Received, field: str, what: str) -> None:
    """Raises UsageError where no file of that field came; one that is the body itself stands for any."""
    if not any(one.field in (field, "file") for one in form.files):
        raise UsageError(f"no {what} came", hint=f"Send it as the form's file field {field}.", code="no-file")


def described(model: type[Said], files: dict[str, str], *, bodies: dict[str, str] | None = None, required: bool = True) -> Json:
    """The request body for the API's description: a form of those file fields and the model's, or a file as the body itself.

    The first of `files` is the one that must be there, where one is `required`.
    """
    shape = model.model_json_schema()
    parts: Json = {
        name: {"type": "array", "items": {"type": "string", "format": "binary"}, "description": says}
        for name, says in files.items()
    }
    first = next(iter(files))
    form: Json = {"type": "object", "properties": {**parts, **shape.get("properties", {})}}
    if required:
        parts[first]["minItems"] = 1
        form["required"] = [first]
    content: Json = {"multipart/form-data": {"schema": form}}
    for media, says in (bodies or {}).items():
        content[media] = {"schema": {"type": "string", "format": "binary", "description": says}}
    return {"requestBody": {"required": True, "content": content}}
