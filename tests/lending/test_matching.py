"""Whose money a line is: by its reference or not at all."""

from datetime import date

import pytest

from reprieve.lending.intake import BankLine, candidates, match

pytestmark = pytest.mark.fast

REFERENCES = {"REP-000123": ("l1", "CNY"), "REP-000456": ("l2", "CNY"), "K1": ("l3", "CNY")}


def line(reference, amount=73344, currency="CNY", payer="李明"):
    return BankLine(2, date(2026, 2, 15), amount, currency, reference, payer, "", "")


def matched(*lines):
    return [(one.contract, one.because) for one in match(lines, REFERENCES)]


@pytest.mark.parametrize(
    "text",
    ["REP-000123", "rep 000123", "还款REP000123谢谢", "pay REP-000123 feb", "REP-000-123", "invoice: rep000123."],
)
def test_a_reference_is_found_however_it_is_written(text):
    assert matched(line(text)) == [("l1", "")]


@pytest.mark.parametrize(
    ("text", "because"),
    [
        ("", "no reference"),
        ("thanks", "no known reference"),
        ("REP-000124", "no known reference"),
        ("REP-0001234", "no known reference"),
        ("XREP-000123", "no known reference"),
        ("REP-000123 and REP-000456", "references of several contracts"),
    ],
)
def test_without_exactly_one_reference_money_stays_unmatched(text, because):
    assert matched(line(text)) == [(None, because)]


def test_the_same_reference_twice_is_one_contract():
    assert matched(line("REP-000123 REP000123")) == [("l1", "")]


def test_a_short_reference_counts_alone_and_never_inside_a_text():
    assert matched(line("k-1"), line("gate K1 shop")) == [("l3", ""), (None, "no known reference")]


def test_an_equal_amount_or_a_known_name_is_no_match():
    assert matched(line("my loan", 73344, payer="李明")) == [(None, "no known reference")]


def test_other_money_and_money_out_are_not_matched():
    assert matched(line("REP-000123", currency="EUR")) == [(None, "money in EUR, the contract is in CNY")]
    assert matched(line("REP-000123", -5)) == [(None, "money went out")]


def test_references_that_cannot_be_told_apart_name_nobody():
    [one] = match([line("A-1")], {"A-1": ("l1", "CNY"), "a 1": ("l2", "CNY")})
    assert (one.contract, one.because) == (None, "references of several contracts")


def test_what_could_be_a_reference_is_all_that_is_looked_up():
    assert candidates([line("pay REP-000123"), line("k-1"), line("REP-000456", -5), line("")]) >= {"REP000123", "K1"}
    assert not any("456" in one for one in candidates([line("REP-000456", -5)]))
