"""Reads one JSON document strictly: UTF-8, each key once, no NaN, nothing after it. Never looks at what it means."""

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from reprieve.errors import BadInput

DEPTH_MOST = 100
_ONE = "one JSON document (RFC 8259) in UTF-8"


class _Object(dict[str, Any]):
    """A JSON object that remembers a key that came twice."""

    repeated: str | None = None


def read_json(document: Mapping[str, Any] | str | bytes) -> dict[str, Any]:
    """Return the object a document holds; a mapping is taken as it is. Raises `BadInput`.

    A byte-order mark is accepted. Refused: other encodings, text that is no JSON, NaN and Infinity, a key that
    comes twice in one object, anything after the document, and a document that is no object.
    """
    read = _parsed(document) if isinstance(document, str | bytes | bytearray | memoryview) else document
    if not isinstance(read, Mapping):
        raise bad_document(f"a JSON {json_kind(read)}", "a JSON object", "The document is not a JSON object")
    return dict(read)


def bad_document(found: str, allowed: str, what: str) -> BadInput:
    """Return the error for a document that fails as a whole."""
    return BadInput("$", found, allowed, f"{what}: found {found}; allowed is {allowed}.", "document")


def json_kind(value: object) -> str:
    """Return the JSON name of a value's kind."""
    if value is None:
        return "null"
    kinds = {bool: "boolean", int: "number", float: "number", str: "string", list: "array", tuple: "array"}
    return kinds.get(type(value), "object" if isinstance(value, Mapping) else type(value).__name__)


def _parsed(document: str | bytes | bytearray | memoryview) -> object:
    text = document if isinstance(document, str) else _decoded(bytes(document))
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise bad_document("nothing", _ONE, "The document is empty")
    try:
        read = json.loads(text, object_pairs_hook=_object, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        found = f"{error.msg} at line {error.lineno}, column {error.colno}"
        raise bad_document(found, _ONE, "The document cannot be read as JSON") from None
    except RecursionError:
        raise bad_document("values nested too deeply", _ONE, "The document cannot be read") from None
    except ValueError:
        raise bad_document("a number with thousands of digits", _ONE, "The document cannot be read") from None
    _refuse_repeats(read, "$", 0)
    return read


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        found = f"a byte that is not UTF-8 at position {error.start}"
        raise bad_document(found, _ONE, "The document is not UTF-8 text") from None


def _object(pairs: list[tuple[str, Any]]) -> _Object:
    read = _Object(pairs)
    if len(read) < len(pairs):
        seen: set[str] = set()
        read.repeated = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
    return read


def _refuse_constant(word: str) -> NoReturn:
    raise bad_document(
        word, "numbers that JSON has; NaN and Infinity are not JSON", "The document holds no JSON number"
    )


def _refuse_repeats(value: object, path: str, depth: int) -> None:
    if depth > DEPTH_MOST:
        raise bad_document(f"values nested more than {DEPTH_MOST} deep", _ONE, "The document cannot be read")
    if isinstance(value, _Object):
        if value.repeated is not None:
            where = path_of((value.repeated,), path)
            sentence = f'At {where}: the key "{value.repeated}" stands twice in one object; allowed is each key once.'
            raise BadInput(where, f'"{value.repeated}" twice', "each key once", sentence, "repeated_key")
        for key, below in value.items():
            _refuse_repeats(below, path_of((key,), path), depth + 1)
    elif isinstance(value, list):
        for place, below in enumerate(value):
            _refuse_repeats(below, f"{path}[{place}]", depth + 1)


def path_of(steps: tuple[str | int, ...], root: str = "$") -> str:
    """Return the JSON path of steps below a root: `$.events[0].amount`."""
    path = root
    for step in steps:
        if isinstance(step, int):
            path += f"[{step}]"
        elif step.isidentifier() and step.isascii():
            path += f".{step}"
        else:
            path += f"[{json.dumps(step, ensure_ascii=False)}]"
    return path
