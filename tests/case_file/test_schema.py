"""The published files are current, describe every field with an example, and accept what the models accept."""

from pathlib import Path

import jsonschema
import pytest

from reprieve.lending.case_file import parse_case
from reprieve.lending.schema import answers_schema, apr_schema, case_schema, published_files
from reprieve.lending.supported import MATRIX, SURPLUSES
from tests.case_file.examples import VALID

pytestmark = pytest.mark.fast

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
SCHEMAS = {"case": case_schema(), "apr": apr_schema(), "answers": answers_schema()}
WITHIN_CHECKS = ("if", "then", "else", "not")


def named_fields(schema, path="$", is_check=False):
    """Every property that documents a field, leaving out those that only state a condition."""
    if isinstance(schema, list):
        for place, below in enumerate(schema):
            yield from named_fields(below, f"{path}[{place}]", is_check)
    elif isinstance(schema, dict):
        for key, below in schema.items():
            if key == "properties" and not is_check:
                yield from ((f"{path}.{name}", field) for name, field in below.items())
            is_condition = is_check or key in WITHIN_CHECKS or (key == "oneOf" and "properties" in schema)
            yield from named_fields(below, f"{path}.{key}", is_condition)


@pytest.mark.parametrize("name", published_files())
def test_the_committed_file_is_what_the_models_say(name):
    assert (REFERENCE / name).read_text("utf-8") == published_files()[name], "python -m reprieve.cli schemas --write"


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_a_schema(name):
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[name])


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_field_is_described_with_an_example(name):
    definitions = SCHEMAS[name]["$defs"]
    for path, field in named_fields(SCHEMAS[name]):
        referred = definitions[field["$ref"].rpartition("/")[2]] if "$ref" in field else {}
        assert field.get("description") or referred.get("description"), path
        assert "examples" in field or "$ref" in field, path


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_example_of_a_field_is_valid(name):
    schema = SCHEMAS[name]
    for path, field in named_fields(schema):
        validator = jsonschema.Draft202012Validator(field | {"$defs": schema["$defs"]})
        for example in field.get("examples", []):
            assert not list(validator.iter_errors(example)), path


@pytest.mark.parametrize("name", VALID)
def test_a_valid_case_is_valid_by_the_schema_too_as_written_and_as_normalised(name):
    validator = jsonschema.Draft202012Validator(SCHEMAS["case"], format_checker=jsonschema.FormatChecker())
    assert not list(validator.iter_errors(VALID[name]))
    assert not list(validator.iter_errors(parse_case(VALID[name]).model_dump(mode="json")))


def test_the_page_of_what_is_supported_agrees_with_the_table():
    rows = [
        line.split("|")[1:-1]
        for line in (REFERENCE / "supported.md").read_text("utf-8").splitlines()
        if "`hold`" not in line
    ]
    published = {
        (cells[0].strip(" `"), cells[1].strip(" `")): {
            surplus for surplus, mark in zip(SURPLUSES, cells[2:], strict=True) if mark.strip() == "yes"
        }
        for cells in rows
        if len(cells) == 7 and cells[1].strip(" `") in ("scheduled", "daily")
    }
    assert published == MATRIX
