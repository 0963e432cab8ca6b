"""Broken documents are refused with the path, what was found and what is allowed, by the models and by the schema."""

import jsonschema
import pytest

from reprieve.errors import BadInput, Unsupported
from reprieve.lending.case_file import parse_case
from reprieve.lending.schema import case_schema
from reprieve.lending.supported import MATRIX, METHODS, OPTIONS, SURPLUSES
from tests.case_file.broken import BROKEN, event, terms
from tests.case_file.examples import ALLOCATION, eight_thousand, with_events, with_terms

pytestmark = pytest.mark.fast

SCHEMA = jsonschema.Draft202012Validator(case_schema(), format_checker=jsonschema.FormatChecker())


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_document_is_refused_where_it_is_broken(name):
    with pytest.raises(BadInput) as refused:
        parse_case(BROKEN[name].make())
    error = refused.value
    assert error.path == BROKEN[name].path
    assert error.found
    assert error.allowed
    assert error.path in str(error)
    assert str(error).count("\n") == 0
    assert error.errors[0].path == error.path


@pytest.mark.parametrize("name", [name for name, broken in BROKEN.items() if broken.in_schema])
def test_the_schema_refuses_what_it_can_express(name):
    assert list(SCHEMA.iter_errors(BROKEN[name].make()))


@pytest.mark.parametrize("name", [name for name, broken in BROKEN.items() if not broken.in_schema])
def test_the_table_is_honest_about_what_the_schema_cannot_express(name):
    assert not list(SCHEMA.iter_errors(BROKEN[name].make()))


def test_all_faults_are_listed_and_a_misspelt_key_comes_first():
    document = eight_thousand()
    document["contract"]["princpal"] = document["contract"].pop("principal")
    document["events"][0]["amount"] = -5
    with pytest.raises(BadInput) as refused:
        parse_case(document)
    assert [error.path for error in refused.value.errors] == [
        "$.contract.princpal",
        "$.contract.principal",
        "$.events[0].amount",
    ]
    assert 'Did you mean "principal"?' in str(refused.value)


def test_a_wrong_word_is_answered_with_the_near_one():
    with pytest.raises(BadInput, match='Did you mean "payment"') as refused:
        parse_case(with_events({"kind": "paymnt", "on": "2026-02-15", "amount": 1}))
    assert "charge_off" in refused.value.allowed


@pytest.mark.parametrize(
    ("document", "found"),
    [
        ('{"contract": 1, "contract": 2}', '"contract" twice'),
        ('{"contract": {"a b": {"x": 1, "x": 2}}}', '"x" twice'),
        ('{"contract": NaN}', "NaN"),
        ('{"contract": -Infinity}', "-Infinity"),
        ("{} {}", "Extra data at line 1, column 4"),
        ("[]", "a JSON array"),
        ("null", "a JSON null"),
        ('"text"', "a JSON string"),
        ("", "nothing"),
        (" \n", "nothing"),
        ("{", "Expecting property name enclosed in double quotes at line 1, column 2"),
        (b"\xff\xfe{\x00}\x00", "a byte that is not UTF-8 at position 0"),
        ("{'contract': 1}", "Expecting property name enclosed in double quotes at line 1, column 2"),
        ("[" * 100_000, "values nested too deeply"),
        ('{"a": ' * 150 + "1" + "}" * 150, "values nested more than 100 deep"),
        ('{"contract": ' + "9" * 5000 + "}", "a number with thousands of digits"),
    ],
)
def test_what_is_no_json_document_is_refused(document, found):
    with pytest.raises(BadInput) as refused:
        parse_case(document)
    assert refused.value.found == found


def test_a_key_that_comes_twice_is_named_with_its_path():
    with pytest.raises(BadInput) as refused:
        parse_case('{"contract": {"a b": [{}, {"x": 1, "x": 2}]}}')
    assert refused.value.path == '$.contract["a b"][1].x'


@pytest.mark.parametrize(("method", "interest"), MATRIX)
@pytest.mark.parametrize("surplus", SURPLUSES)
def test_what_is_not_in_the_matrix_is_refused(method, interest, surplus):
    keys = {"method": method, "interest": interest, "allocation": ALLOCATION | {"surplus": surplus}}
    if method == "explicit":
        keys |= {"rows": [{"due_on": "2026-02-15", "principal": 800000}], "instalments": 1}
    document = with_terms(**keys)
    if surplus in MATRIX[method, interest]:
        assert parse_case(document).contract.method == method
        return
    with pytest.raises(Unsupported) as refused:
        parse_case(document)
    assert refused.value.path in ("$.contract.interest", "$.contract.allocation.surplus")


OPTION_VALUES = {
    "instalment": 73344, "even_last": True, "instalment_multiple": 100, "balloon": 1, "principal_grace": 1,
    "principal_every": 2, "down_payment": 1,
}  # fmt: skip


@pytest.mark.parametrize("option", OPTION_VALUES)
@pytest.mark.parametrize("method", [method for method in METHODS if method != "explicit"])
def test_an_option_goes_with_the_methods_of_the_table_only(method, option):
    document = with_terms(method=method, interest="scheduled", **{option: OPTION_VALUES[option]})
    if method in OPTIONS[option]:
        assert parse_case(document)
        return
    with pytest.raises(Unsupported) as refused:
        parse_case(document)
    assert refused.value.path == f"$.contract.{option}"


@pytest.mark.parametrize(
    ("make", "path"),
    [
        (event("due_day_change", due_day=3), "$.events[1].kind"),
        (terms(fees=[]), "$.contract.interest"),
    ],
)
def test_further_combinations_are_refused(make, path):
    document = make()
    if path.startswith("$.events"):
        document["contract"]["period"] = "2 week"
    else:
        document["contract"] |= {
            "method": "explicit", "instalments": 1,
            "rows": [{"due_on": "2026-02-15", "principal": 800000, "interest": 1}],
        }  # fmt: skip
    with pytest.raises(Unsupported) as refused:
        parse_case(document)
    assert refused.value.path == path
