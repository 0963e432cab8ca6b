"""Turns pydantic's errors into our own: the JSON path, what was found, what is allowed, in one plain sentence.

Never validates anything itself.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, Final, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from reprieve.errors import BadInput
from reprieve.lending.json_document import path_of

FOUND_MOST: Final = 60
_IGNORED: Final = ("default_factory_not_called",)
_KINDS: Final = {
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "string_type": "a string",
    "tuple_type": "a list",
    "model_type": "an object",
    "model_attributes_type": "an object",
    "dict_type": "an object",
    "date_type": "a date written YYYY-MM-DD",
}

Model = TypeVar("Model", bound=BaseModel)


def read_model(model: type[Model], document: Mapping[str, Any]) -> Model:
    """Return the model a document holds, or raise `BadInput` for its first fault, with all of them in `.errors`."""
    try:
        return model.model_validate(document)
    except ValidationError as error:
        faults = [fault for fault in error.errors(include_url=False) if fault["type"] not in _IGNORED]
        found = sorted((_bad_input(model, fault) for fault in faults), key=lambda bad: bad.code != "unknown_key")
        first = found[0]
        raise BadInput(first.path, first.found, first.allowed, first.sentence, first.code, tuple(found)) from None


def bad_value(path: str, found: object, allowed: str, code: str = "invalid") -> BadInput:
    """Return the error for one value: where it stands, what was found, what is allowed."""
    shown = shown_value(found)
    return BadInput(path, shown, allowed, f"At {path}: found {shown}; allowed is {allowed}.", code)


def shown_value(value: object) -> str:
    """Return a value as JSON, shortened for a sentence."""
    if isinstance(value, date | datetime | Decimal):
        value = str(value)
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= FOUND_MOST else f"{text[: FOUND_MOST - 1]}…"


def _bad_input(root: type[BaseModel], fault: ErrorDetails) -> BadInput:
    kind, context = fault["type"], fault.get("ctx", {})
    is_own = "allowed" in context
    steps, model = _walk(root, fault["loc"], is_key=not is_own and kind in ("extra_forbidden", "missing"))
    if is_own:
        return _own_error(steps, fault["input"], kind, context)
    if kind == "extra_forbidden":
        return _unknown_key(steps, model)
    if kind == "missing":
        what = _described(model, str(steps[-1]))
        path = path_of(steps)
        return BadInput(path, "nothing", what, f"At {path}: found nothing, but it is needed: {what}.", "missing")
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        return _wrong_kind(steps, fault)
    if kind == "literal_error":
        return _wrong_word(steps, fault["input"], _words(context["expected"]))
    return bad_value(path_of(steps), fault["input"], _allowed(kind, context, fault), kind)


def _own_error(steps: tuple[str | int, ...], given: object, kind: str, context: Mapping[str, Any]) -> BadInput:
    """Return an error that one of our own validators raised (`reprieve.lending.field.wrong`)."""
    path = path_of((*steps, *context["at"]))
    found = context["found"] if context["has_found"] else given
    shown = found if context["has_found"] and isinstance(found, str) else shown_value(found)
    return BadInput(
        path, shown, context["allowed"], f"At {path}: found {shown}; allowed is {context['allowed']}.", kind
    )


def _unknown_key(steps: tuple[str | int, ...], model: type[BaseModel]) -> BadInput:
    key, keys = str(steps[-1]), sorted(_keys(model))
    close = get_close_matches(key, keys, n=1)
    hint = f' Did you mean "{close[0]}"?' if close else ""
    path, allowed = path_of(steps), "the keys " + ", ".join(keys)
    sentence = f"At {path}: the key {shown_value(key)} is not known; allowed are {allowed}.{hint}"
    return BadInput(path, f"the key {shown_value(key)}", allowed, sentence, "unknown_key")


def _wrong_kind(steps: tuple[str | int, ...], fault: ErrorDetails) -> BadInput:
    words = _words(fault["ctx"].get("expected_tags", "")) or list(_event_kinds())
    event = fault["input"]
    path = (*steps, "kind")
    if fault["type"] == "union_tag_not_found" and isinstance(event, Mapping) and "kind" not in event:
        allowed = "the kind of event, one of " + ", ".join(words)
        where = path_of(path)
        return BadInput(
            where, "nothing", allowed, f"At {where}: found nothing, but it is needed: {allowed}.", "missing"
        )
    if not isinstance(event, Mapping):
        return bad_value(path_of(steps), event, "an object that has a kind", "kind")
    return _wrong_word(path, event["kind"], words)


def _wrong_word(steps: tuple[str | int, ...], found: object, words: list[str]) -> BadInput:
    path, shown = path_of(steps), shown_value(found)
    allowed = words[0] if len(words) == 1 else "one of " + ", ".join(words)
    close = get_close_matches(found, words, n=1) if isinstance(found, str) else []
    hint = f' Did you mean "{close[0]}"?' if close else ""
    return BadInput(path, shown, allowed, f"At {path}: found {shown}; allowed is {allowed}.{hint}", "unknown_word")


def _allowed(kind: str, context: Mapping[str, Any], fault: ErrorDetails) -> str:
    if kind in ("greater_than_equal", "greater_than"):
        return f"a whole number of at least {context.get('ge', context.get('gt')):,}"
    if kind in ("less_than_equal", "less_than"):
        bound = "at most" if "le" in context else "less than"
        return f"a whole number of {bound} {context.get('le', context.get('lt')):,}"
    if kind == "too_long":
        return f"at most {context['max_length']} entries"
    if kind == "too_short":
        return f"at least {context['min_length']} entries"
    if kind == "string_too_short":
        return "a string that is not empty"
    if kind == "string_too_long":
        return f"a string of at most {context['max_length']} characters"
    if kind == "int_parsing_size":
        return "a whole number of at most 15 digits"
    if kind == "string_pattern_mismatch":
        return f"a string like {context['pattern']}"
    return _KINDS.get(kind, fault["msg"])


def _walk(
    root: type[BaseModel], location: tuple[str | int, ...], *, is_key: bool
) -> tuple[tuple[str | int, ...], type[BaseModel]]:
    """Return the steps of a JSON path and the model the last key belongs to; the tags of unions are left out."""
    steps: list[str | int] = []
    owner, candidates = root, [root]
    for place, step in enumerate(location):
        is_last = place == len(location) - 1
        if isinstance(step, int):
            steps.append(step)
            continue
        tagged = [model for model in candidates if step in (_tag(model), model.__name__)]
        known = [model for model in candidates if step in _keys(model)]
        if known:
            owner = known[0]
            candidates = list(_models_in(_keys(owner)[step]))
            steps.append(step)
        elif is_last and is_key and candidates:
            owner = candidates[0]
            steps.append(step)
        elif tagged:
            candidates = tagged
    return tuple(steps), owner


def _keys(model: type[BaseModel]) -> dict[str, Any]:
    return {field.alias or name: field.annotation for name, field in model.model_fields.items()}


def _described(model: type[BaseModel], key: str) -> str:
    for name, field in model.model_fields.items():
        if key in (field.alias, name) and field.description:
            words = " ".join(field.description.split()).rstrip(".")
            return words[0].lower() + words[1:]
    return "a value"


def _tag(model: type[BaseModel]) -> str:
    kind = model.model_fields.get("kind")
    words = get_args(kind.annotation) if kind else ()
    return str(words[0]) if len(words) == 1 else ""


def _models_in(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)


def _words(expected: str) -> list[str]:
    """Return the words in pydantic's list of them: `'a', 'b' or 'c'`."""
    return expected.replace(" or ", ", ").replace("'", "").split(", ") if expected else []


def _event_kinds() -> Iterator[str]:
    from reprieve.lending.event_kind import KINDS

    yield from KINDS
