"""The OpenAPI 3.1 document, made of what the operations promise: every answer, every error, with an example.

Ninja knows the addresses; schemas, parameters and responses come from our own models. Never answers a request.
"""

import json
from collections.abc import Iterator
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from reprieve.storage.scopes import SCOPES
from reprieve.web.declared import EXTRA, Declared
from reprieve.web.problem import KINDS, MEDIA_TYPE, Problem

JSON: Final = "application/json"
REF: Final = "#/components/schemas/{model}"
NUMBER_PATTERN: Final = "^[1-9][0-9]{0,17}$"
METHODS: Final = ("get", "post", "put", "patch", "delete")
PATHS: Final[dict[str, tuple[str, str, str]]] = {
    "place": ("Whose rules.", "^(cn|us|eu|gb)$", "cn"),
    "contract": ("The contract's number.", "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$", "L-1001"),
    "customer": ("The customer's number.", "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$", "C-1001"),
    "account": ("The account of the ledger.", "^[a-z][a-z_]{0,63}$", "bank"),
    "application": ("The application's number.", NUMBER_PATTERN, "1"),
    "disclosure": ("The disclosure's number.", NUMBER_PATTERN, "1"),
    "dispute": ("The dispute's number.", NUMBER_PATTERN, "1"),
    "proposal": ("The proposal's number.", NUMBER_PATTERN, "1"),
    "endpoint": ("The webhook endpoint's number.", NUMBER_PATTERN, "1"),
    "document": ("The document's number.", NUMBER_PATTERN, "1"),
}
"""Each name in an address: what it is, its pattern, and one that the seeded database knows."""
DAY_PATTERN: Final = "^(19|2[0-2])[0-9]{2}-[0-9]{2}-[0-9]{2}$"
TAG_PATTERN: Final = r'^(\*|(W/)?"[!#-~]*")$'
KEY_PATTERN: Final = "^[!-~]{1,255}$"
_SHORTER: Final = (
    ("reprieve__lending__guide__guide_answer__", "Guide"), ("reprieve__lending__guide__request__", "GuideRequest"),
    ("reprieve__lending__answers__", ""), ("reprieve__web__api__", ""), ("reprieve__lending__", ""),
)  # fmt: skip
_HEADERS: Final = {
    "X-Request-Id": {"description": "The request's id.", "schema": {"type": "string"}},
    "RateLimit-Limit": {"description": "Requests a minute.", "schema": {"type": "string"}},
    "RateLimit-Remaining": {"description": "Requests left now.", "schema": {"type": "string"}},
    "RateLimit-Reset": {"description": "Seconds until there is room.", "schema": {"type": "string"}},
}
_SAID: Final = {
    400: "The request, or its Idempotency-Key, cannot be read.", 401: "No token, or one that no longer holds.",
    403: "The token lacks the scope.", 404: "Nothing by that name, or nothing this token may see.",
    409: "A rule says no, the facts have moved, or the first request with the key still runs.",
    411: "The document was sent without its length.", 412: "It was changed since the ETag that If-Match names.",
    413: "The document is too large.",
    415: "The document is not of a type that is read here.",
    422: "The document or the query cannot be read; each fault is named.",
    429: "Too many requests.", 500: "A mistake of ours.", 503: "The database cannot be reached.",
}  # fmt: skip

Document = dict[str, Any]


def complete(skeleton: Document) -> Document:
    """Return ninja's document with everything that the operations promise."""
    declared = [(path, method, operation) for path, method, operation in _operations(skeleton)]
    references, schemas = _schemas([operation[EXTRA] for _, _, operation in declared])
    for path, _, operation in declared:
        promise: Declared = operation.pop(EXTRA)
        operation["summary"] = operation["description"].partition("\n")[0].rstrip(".")
        operation["parameters"] = _parameters(path, promise)
        operation["responses"] = _responses(path, promise, references)
        operation["security"] = [{"Token": [promise.scope]}] if promise.scope else []
        if promise.takes is not None or promise.files:
            operation["requestBody"] = _body(promise, references)
    scopes = "\n".join(f"- `{scope}`: {what}" for scope, what in SCOPES.items())
    token = {"type": "http", "scheme": "bearer", "description": f"A token with scopes:\n\n{scopes}"}
    components = {"schemas": schemas, "securitySchemes": {"Token": token}}
    document: Document = _bounded({**skeleton, "components": components})
    return _named(document)


def text_of(document: Document) -> str:
    """Return the document as the file that is published."""
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _operations(skeleton: Document) -> Iterator[tuple[str, str, Document]]:
    for path, methods in skeleton["paths"].items():
        for method in METHODS:
            if method in methods:
                yield path, method, methods[method]


def _schemas(promises: list[Declared]) -> tuple[dict[tuple[type[BaseModel], str], Document], Document]:
    """Return the reference of each model, and all schemas, those of equal name told apart."""
    wanted: dict[tuple[type[BaseModel], JsonSchemaMode], None] = {(Problem, "validation"): None}
    for promise in promises:
        wanted[promise.gives, "validation"] = None
        if promise.takes is not None:
            wanted[promise.takes, "validation"] = None
    references, schemas = models_json_schema(list(wanted), ref_template=REF)
    return {(model, mode): found for (model, mode), found in references.items()}, schemas["$defs"]  # type: ignore[misc]


def _parameters(path: str, promise: Declared) -> list[Document]:
    found: list[Document] = []
    for name, (about, pattern, example) in PATHS.items():
        if f"{{{name}}}" in path:
            schema = {"type": "string", "pattern": pattern}
            found.append(
                _parameter("path", name, schema=schema, about=about, is_needed=True)
                | {"example": promise.path.get(name, example)}
            )
    if promise.asks is not None:
        asked = promise.asks.model_json_schema(ref_template=REF)
        assert "$defs" not in asked, "a query holds plain values"
        for name, field in asked.get("properties", {}).items():
            about = field.pop("description", "")
            is_needed = name in asked.get("required", [])
            shown = {"example": promise.query[name]} if name in promise.query else {}
            found.append(
                _parameter("query", name, schema=_without_null(field), about=about, is_needed=is_needed) | shown
            )
    if promise.moves:
        about = "A new key for each new intent, the same for each try of it; at most 255 visible ASCII characters."
        schema = {"type": "string", "pattern": KEY_PATTERN}
        found.append(_parameter("header", "Idempotency-Key", schema=schema, about=about, is_needed=True))
    if promise.matches:
        about = "The ETag of the contract as it was shown; a contract that has moved on is refused."
        tag = {"type": "string", "pattern": TAG_PATTERN}
        found.append(_parameter("header", "If-Match", schema=tag, about=about, is_needed=False))
    return found


def _parameter(place: str, name: str, *, schema: Document, about: str, is_needed: bool) -> Document:
    return {"in": place, "name": name, "description": about, "required": is_needed, "schema": schema}


def _without_null(schema: Document) -> Document:
    """Return the schema of a query's value: it may be left out, but an address cannot say null."""
    kept = {key: value for key, value in schema.items() if key not in ("title", "default") or value is not None}
    kept.pop("title", None)
    options = [option for option in kept.pop("anyOf", []) if option.get("type") != "null"]
    return {**kept, **options[0]} if len(options) == 1 else kept | ({"anyOf": options} if options else {})


def _body(promise: Declared, references: dict[tuple[type[BaseModel], str], Document]) -> Document:
    content: Document = {}
    if promise.takes is not None:
        content[JSON] = {"schema": references[promise.takes, "validation"]}
        if promise.example is not None:
            content[JSON]["example"] = promise.example
    for media_type, example in promise.files.items():
        content[media_type] = {"schema": {"type": "string"}, "example": example}
    return {"required": True, "content": content}


def _responses(path: str, promise: Declared, references: dict[tuple[type[BaseModel], str], Document]) -> Document:
    headers = dict(_HEADERS)
    if promise.is_tagged:
        headers["ETag"] = {"description": "Changes exactly when the answer does.", "schema": {"type": "string"}}
    if promise.moves:
        about = "`true` where an earlier answer was sent again."
        headers["Idempotent-Replayed"] = {"description": about, "schema": {"type": "string"}}
    good = {JSON: {"schema": references[promise.gives, "validation"]}}
    found: Document = {str(promise.status): {"description": "Good.", "headers": headers, "content": good}}
    if promise.is_tagged:
        found["304"] = {"description": "The caller has this answer already."}
    for status in _errors(path, promise):
        content = {MEDIA_TYPE: {"schema": references[Problem, "validation"], "example": _example(status)}}
        found[str(status)] = {"description": _SAID[status], "content": content}
    return found


def _errors(path: str, promise: Declared) -> list[int]:
    errors = {400, 422, 429, 500}
    if promise.scope is not None:
        errors |= {401, 403, 503}
    if "{" in path:
        errors.add(404)
    if promise.takes is not None or promise.files:
        errors |= {411, 413, 415}
    if promise.can_refuse:
        errors |= {404, 409}
    if promise.matches:
        errors |= {409, 412}
    return sorted(errors)


def _example(status: int) -> Document:
    kind, (_, title, _) = next((kind, row) for kind, row in KINDS.items() if row[0] == status)
    return {
        "type": f"urn:reprieve:problem:{kind}", "title": title, "status": status, "detail": _SAID[status],
        "errors": [], "request_id": "3f2c8a55d1e94d0b8a3f6f0f6f9f2f11",
    }  # fmt: skip


def _bounded(part: Any) -> Any:
    """Return a part of the document with the years that days are read in."""
    if isinstance(part, list):
        return [_bounded(below) for below in part]
    if not isinstance(part, dict):
        return part
    kept = {key: _bounded(below) for key, below in part.items()}
    return kept | {"pattern": DAY_PATTERN} if kept.get("type") == "string" and kept.get("format") == "date" else kept


def _named(document: Document) -> Document:
    """Return the document with shorter names of schemas, as long as they stay apart."""
    text = json.dumps(document, ensure_ascii=False)
    for name in sorted(document["components"]["schemas"]):
        for long, short in _SHORTER:
            if name.startswith(long):
                new = short + name.removeprefix(long)
                assert f'"{new}":' not in text, f"two schemas would be called {new}"
                text = text.replace(f'/{name}"', f'/{new}"').replace(f'"{name}":', f'"{new}":')
                break
    shown: Document = json.loads(text)
    return shown
