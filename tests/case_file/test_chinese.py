"""What is wrong with a document is told in Chinese throughout: what was found and what is allowed, not the frame alone.

Left as they are: what the person wrote, the keys and words of the format, and examples in quotes.
"""

import copy
import json
import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

import pytest

from reprieve.errors import ReprieveError
from reprieve.lending.affordability_file import AffordabilityAsked, answer_affordability
from reprieve.lending.apr_file import AprFile, parse_apr
from reprieve.lending.case import _REFUSALS, Case, explain, position
from reprieve.lending.case_file import CaseFile
from reprieve.lending.explanation import FIGURES
from reprieve.lending.supported import MATRIX, METHODS, OPTIONS, SURPLUSES
from reprieve.words import words
from reprieve.words.retelling import PREFIX, SPAN, match, retold
from tests.case_file.broken import BROKEN
from tests.case_file.examples import (
    ALLOCATION,
    EIGHT_THOUSAND,
    EVERY_EVENT,
    EXPLICIT,
    OPENED_WITH_ROWS,
    VALID,
    Document,
    eight_thousand,
    with_events,
    with_terms,
)

pytestmark = pytest.mark.fast

ZH = words("zh")
CASE = PREFIX + "case."
ODD = (None, True, -1, 10**16, 1.5, "zzz", "", "x" * 300, [], {})
PAYMENT = {"kind": "payment", "on": "2026-02-15", "amount": 1}
FLOWS = {
    "convention": "us_actuarial",
    "unit_period": "1 month",
    "advances": [{"on": "1978-01-10", "amount": 500000}],
    "payments": [{"on": "1978-02-10", "amount": 23000, "count": 24, "every": "1 month"}],
}
MONTH = {
    "budget": {
        "currency": "CNY",
        "income": {"wages": {"amount": 500000, "every": "month"}},
        "spending": {"rent": {"amount": 100000, "every": "month"}},
    },
    "payment": 73344,
}
TEXTS = (
    '{"contract": 1, "contract": 2}', '{"contract": NaN}', "{} {}", "[]", "", "{", "{'contract': 1}", '{"a" 1}',
    '{"a": "x', '{"a": "\t"}', '{"a": "\\q"}', '{"a": 1 "b": 2}', '{"a": }', '{"a": 1,}', b"\xff\xfe", "[" * 100_000,
    '{"a": ' * 150 + "1" + "}" * 150, '{"contract": ' + "9" * 5000 + "}",
)  # fmt: skip
SET_UP = {"name": "set-up", "payee": "lender", "when": "disbursement"}
OPENING = EVERY_EVENT["events"][0]
CASES = (
    with_events(OPENING, OPENING | {"on": "2026-02-02"}),
    with_events(OPENING, PAYMENT | {"on": "2026-01-20"}),
    with_events(OPENING | {"next_due_on": "2026-01-31"}),
    with_events(OPENING | {"oldest_unpaid_due_on": ...}),
    with_events(OPENING | {"oldest_unpaid_due_on": "2026-02-02"}),
    with_events(OPENING | {"instalments": ...}),
    with_events(OPENING | {"instalments": ..., "next_due_on": ...}),
    with_events(OPENED_WITH_ROWS["events"][0] | {"instalments": 3, "next_due_on": "2026-03-01"}),
    with_events(OPENED_WITH_ROWS["events"][0] | {"rows": [{"due_on": "2026-01-01", "principal": 10}]}),
    with_terms(principal_every=13),
    with_terms(late_fee={"fixed": 100, "min": 1}),
    with_terms(principal=10**13),
    with_terms(annual_rate="100", principal=10**12, period="120 month", instalments=20),
    with_terms(period="12 month", interest="scheduled", instalments=3, day_count="equal_periods", first_due_on=...)
    | {"events": [EVERY_EVENT["events"][15]]},
    with_terms(instalment=1),
    with_terms(roll={"calendar": "zz", "to": "following", "interest": "unadjusted"}),
    with_terms(fees=[SET_UP | {"rate": "0.1", "base": "balance"}]),
    with_terms(fees=[SET_UP | {"amount": 10**7, "collected": "deducted"}]),
    EXPLICIT | {"contract": EXPLICIT["contract"] | {"instalments": 3}},
    EXPLICIT | {"contract": EXPLICIT["contract"] | {"first_due_on": "2026-02-14"}},
    with_terms(period="2 week", first_due_on=...) | {"events": [EVERY_EVENT["events"][11]]},
)  # fmt: skip
OPTION_VALUES = {
    "instalment": 73344, "even_last": True, "instalment_multiple": 100, "balloon": 1, "principal_grace": 1,
    "principal_every": 2, "down_payment": 1,
}  # fmt: skip
APRS = (
    {"payments": [{"amount": 1}]},
    {"payments": [{"amount": 1, "on": "2026-01-01", "at": "1"}]},
    {"payments": [{"amount": 1, "at": "1"}]},
    {"payments": [{"amount": 1, "at": "1/0"}]},
    {"payments": [{"amount": 1, "on": "2026-01-01", "count": 2}]},
    {"payments": [{"amount": 1, "on": "2026-01-01", "count": 2, "every": "1/12"}]},
    {"payments": [{"amount": 1, "at": "1", "count": 2, "every": "1 month"}]},
    {"payments": [{"amount": 1, "on": "2026-01-01", "count": 9999, "every": "1 year"}]},
    {"payments": [{"amount": 1, "on": "1978-02-10", "count": 9999, "every": "1 day"}] * 101},
    {"unit_period": "monthly"},
)


def test_no_fault_of_a_document_is_told_in_english():
    assert [(text, retold(text, ZH)) for text in sorted(said()) if english(retold(text, ZH))] == []


def test_every_message_of_a_case_is_reached():
    reached = {key for text in said() for key in _keys(text)}
    assert {key for key in ZH.messages if key.startswith(CASE)} - reached == set()


@pytest.mark.parametrize("figure", FIGURES)
def test_the_rules_of_an_explanation_are_chinese(figure):
    """Of spans of every kind: sums lent, interest by day and by row, penalties by multiple and by rate, fees, a cut."""
    rules = {span["rule"] for case in _explained() for span in explain(case, date(2026, 5, 20), figure)["spans"]}
    assert rules
    for rule in rules:
        assert match(rule, SPAN)[0], rule
        assert not english(retold(rule, ZH, SPAN)), rule


def test_every_message_of_a_span_is_reached():
    reached = {
        key
        for figure in FIGURES
        for case in _explained()
        for span in explain(case, date(2026, 5, 20), figure)["spans"]
        for key in [match(span["rule"], SPAN)[0]]
    }
    assert {key for key in ZH.messages if key.startswith(SPAN)} - reached == set()


def _explained() -> list[Case]:
    fee = {"name": "a", "payee": "lender", "when": "each_instalment", "amount": 500, "collected": "paid"}
    charged = {"kind": "fee", "on": "2026-03-20", "name": "notice", "amount": 100}
    lent = {"kind": "disbursement", "on": "2026-02-20", "amount": 1000}
    ceiling = [{"rate": "0.2", "measure": "simple_on_outstanding", "clamp": "each_day"}]
    rate = {"rate": "0.3", "base": "principal", "replaces_interest": True}
    return [
        Case.read(document)
        for document in (
            with_terms(fees=[fee], late_fee={"fixed": 100}) | {"events": [charged, lent]},
            with_terms(penalty=rate, ceilings=ceiling) | {"events": []},
            with_terms(interest="scheduled", surplus=...) | {"events": []},
            with_terms(fees=[SET_UP | {"amount": 100, "collected": "financed"}]),
            with_events(OPENING | {"balances": OPENING["balances"] | {"penalty": 300}}),
        )
    ]


@cache
def said() -> frozenset[str]:
    """Everything that faulty documents are told to be, or allowed to be; what is the person's own value left out."""
    texts = {text for _, *both in _REFUSALS.values() for text in both}
    for fault in _faults():
        texts.add(fault.allowed)
        if not _is_value(fault.found):
            texts.add(fault.found)
    return frozenset(texts)


def _faults() -> Iterator[Any]:
    for text in TEXTS:
        yield from _refused(Case.read, text)
    for document in (*(broken.make() for broken in BROKEN.values()), *map(_without, CASES), *_unsupported()):
        yield from _refused(_answered, document)
    for document in VALID.values():
        for odd in _odd(document):
            yield from _refused(Case.read, odd)
    for document in (*_odd(FLOWS), *(FLOWS | changed for changed in APRS)):
        yield from _refused(parse_apr, document)
    for document in (*_odd(MONTH), *_files()):
        yield from _refused(answer_affordability, document)
    yield from _refused(
        lambda case: position(Case.read(case), date(2299, 12, 30)), with_terms(annual_rate="90", principal=10**10)
    )


def _answered(document: Document) -> None:
    position(Case.read(document), date(2026, 6, 1))


def _answered_late(document: Document) -> None:
    position(Case.read(document), date(2299, 12, 30))


def _unsupported() -> Iterator[Document]:
    for method, interest in MATRIX:
        rows = {"rows": [{"due_on": "2026-02-15", "principal": 800000}], "instalments": 1}
        for surplus in SURPLUSES:
            keys = {"method": method, "interest": interest, "allocation": ALLOCATION | {"surplus": surplus}}
            yield with_terms(**keys, **(rows if method == "explicit" else {}))
    for option, value in OPTION_VALUES.items():
        for method in METHODS:
            if method != "explicit" and method not in OPTIONS[option]:
                yield with_terms(method=method, interest="scheduled", **{option: value})


def _files() -> Iterator[Document]:
    yield {"budget": MONTH["budget"]}
    yield MONTH | {"file": EIGHT_THOUSAND}
    yield {"budget": MONTH["budget"] | {"currency": "USD"}, "file": EIGHT_THOUSAND}


def _odd(document: Document) -> Iterator[Document]:
    """The document with each of its places left out, misspelt, or holding something else."""
    for steps in _places(document):
        for value in ODD:
            yield _changed(document, steps, value)
        yield _changed(document, steps, ...)
    yield document | {"colour": 1}


def _places(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    for step, below in value.items() if isinstance(value, dict) else enumerate(value):
        yield (*above, step)
        if isinstance(below, dict | list):
            yield from _places(below, (*above, step))


def _changed(document: Document, steps: tuple[Any, ...], value: Any) -> Document:
    changed = copy.deepcopy(document)
    place: Any = changed
    for step in steps[:-1]:
        place = place[step]
    if value is ...:
        del place[steps[-1]]
    else:
        place[steps[-1]] = value
    return changed


def _without(document: Document) -> Document:
    """The document, its keys of `...` left out."""
    events = [{key: value for key, value in event.items() if value is not ...} for event in document.get("events", ())]
    return document | {"events": events}


def _refused(ask: Any, document: Any) -> tuple[Any, ...]:
    try:
        ask(document)
    except ReprieveError as error:
        return tuple(getattr(error, "errors", (error,)))
    return ()


def _is_value(found: str) -> bool:
    """Whether what was found is the person's own value, as JSON or a word of the format."""
    try:
        json.loads(found)
    except ValueError:
        return found.endswith("…") or bool(re.fullmatch(r"[-\w.:]+", found) and not match(found)[0])
    return True


def _keys(text: str) -> Iterator[str]:
    key, figures = match(text)
    if key:
        yield key
        for figure in figures.values():
            yield from _keys(figure)


def english(text: str) -> list[str]:
    """The English words of a text that are neither quoted nor the format's own."""
    bare = re.sub(r'"[^"]*"|“[^”]*”|`[^`]*`', "", text)
    return [word for word in re.findall(r"\b[A-Za-z_]\w{2,}", bare, re.ASCII) if word not in _format()]


@cache
def _format() -> frozenset[str]:
    """The keys and words of the published formats, and the names of standards."""
    found = {"YYYY", "ISO", "JSON", "UTF", "RFC", "NaN", "Infinity", "true", "false", "CNY", "USD", "EUR"}
    found |= {"array", "object", "semimonth"}
    for model in (CaseFile, AprFile, AffordabilityAsked):
        found |= set(re.findall(r"\w+", json.dumps(_words_of(model.model_json_schema()))))
    return frozenset(found)


def _words_of(schema: Any) -> list[Any]:
    """The names of properties and the words that a schema lists."""
    if isinstance(schema, list):
        return [_words_of(one) for one in schema]
    if not isinstance(schema, dict):
        return []
    named = [list(schema.get("properties", ())), schema.get("enum"), schema.get("const")]
    return named + [_words_of(below) for below in schema.values()]


def test_english_is_seen():
    assert english("整数，最小 1") == []
    assert english("rows whose principal sums to 1") == ["whose", "sums"]
    assert english("a day after 放款日") == ["after"]
    assert english(retold("a wholly new sentence", ZH)) == ["wholly", "new", "sentence"]
    assert eight_thousand() == EIGHT_THOUSAND
