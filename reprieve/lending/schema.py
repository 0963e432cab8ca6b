"""The published JSON Schemas (2020-12) and reference pages, written from the models. Never reads or writes a file."""

import json
from collections.abc import Mapping
from typing import Any, Final

from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from reprieve.lending.answers import ANSWERS
from reprieve.lending.apr_file import AprFile
from reprieve.lending.case_file import CaseFile
from reprieve.lending.guide.guide_answer import FIGURES
from reprieve.lending.guide.guide_answer import Answer as GuideAnswer
from reprieve.lending.guide.request import GuideRequest
from reprieve.lending.rules_answers import RULES_ANSWERS
from reprieve.lending.supported import supported_page

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def case_schema() -> dict[str, Any]:
    """Return the schema of a case file."""
    schema = CaseFile.model_json_schema(mode="validation")
    about = "Money is whole minor units, rates and multiples are decimal strings, dates are ISO, ranges [from, to)."
    return _published(schema, "Reprieve case file", about)


def apr_schema() -> dict[str, Any]:
    """Return the schema of the cash flows of `reprieve apr`."""
    schema = AprFile.model_json_schema(mode="validation")
    return _published(schema, "Reprieve cash flows", "Advances and payments whose APR is asked for.")


def answers_schema() -> dict[str, Any]:
    """Return the schema of the answers, one definition a command under `properties`."""
    about = "Each property is the answer of the command it is named after."
    return _schema_of(ANSWERS, "Reprieve answers", about)


def rules_schema() -> dict[str, Any]:
    """Return the schema of what `reprieve rules` answers, one definition a command under `properties`."""
    about = "Each property is the answer of the command of `reprieve rules` it is named after."
    return _schema_of(RULES_ANSWERS, "Reprieve rules", about)


def guide_schema() -> dict[str, Any]:
    """Return the schema of the guide's answer."""
    schema = GuideAnswer.model_json_schema(mode="serialization")
    for name, example in FIGURES.items():
        for key, value in example.items():
            schema["$defs"][name]["properties"][key]["examples"] = [value]
    about = "The guide's whole answer for one person on one day; every amount in minor units of its currency."
    return _published(schema, "Reprieve guide answer", about)


def guide_request_schema() -> dict[str, Any]:
    """Return the schema of what the guide is asked."""
    schema = GuideRequest.model_json_schema(mode="validation")
    about = "Debts and a month's money; every amount in minor units of the currency. Only `debts` is needed."
    return _published(schema, "Reprieve guide request", about)


def published_files() -> dict[str, str]:
    """Return the text of every generated file of `docs/reference`, by name."""
    return {
        "case.schema.json": _text(case_schema()),
        "apr.schema.json": _text(apr_schema()),
        "answers.schema.json": _text(answers_schema()),
        "guide.schema.json": _text(guide_schema()),
        "guide_request.schema.json": _text(guide_request_schema()),
        "rules.schema.json": _text(rules_schema()),
        "supported.md": supported_page(),
    }


def _schema_of(answers: Mapping[str, Any], title: str, about: str) -> dict[str, Any]:
    wanted = [(model, "serialization") for model in answers.values()]
    names, schema = models_json_schema(wanted, schema_generator=GenerateJsonSchema)  # type: ignore[arg-type]
    schema["properties"] = {
        command: {**names[model, "serialization"], "description": f"What `{command}` answers."}
        for command, model in answers.items()
    }
    schema["type"] = "object"
    return _published(schema, title, about)


def _published(schema: dict[str, Any], title: str, about: str) -> dict[str, Any]:
    tidy: dict[str, Any] = _tidied(schema)
    return {"$schema": DIALECT, **tidy, "title": title, "description": about}


def _tidied(part: Any) -> Any:
    """Leave out the titles that only repeat a key, and give a constant as its own example."""
    if isinstance(part, list):
        return [_tidied(below) for below in part]
    if not isinstance(part, dict):
        return part
    kept = {key: _tidied(below) for key, below in part.items() if not (key == "title" and isinstance(below, str))}
    if isinstance(kept.get("const"), str) and "description" in kept:
        kept["examples"] = [kept["const"]]
    return kept


def _text(schema: dict[str, Any]) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
