"""The rules in force: the narrowest certain one answers, what is not known is said, and loading costs little."""

import subprocess
import sys
from datetime import date
from decimal import Decimal

import pytest

import reprieve
from reprieve.errors import BadInput
from reprieve.rules import load, load_with, places, rules
from reprieve.rules.cost_ceiling import ceilings
from reprieve.rules.load import pack_of
from reprieve.rules.pack import differences

pytestmark = pytest.mark.fast

TODAY = date(2026, 11, 23)


def pack(*scopes):
    text = "".join(
        f"""
        [[rule]]
        key = "a.b"
        from = 2020-01-01
        value = {number}
        unit = "days"
        level = "law"
        applies_by = "event"
        {scope}
        confidence = "high"
        says = {{ en = "A.", zh = "甲。" }}
        source = {{ title = "A" }}
        """
        for number, scope in enumerate(scopes, 1)
    )
    return pack_of("cn", {"a.toml": text})


def value(pack, **scope):
    found = pack.on(TODAY, **scope).find("a.b")
    return None if found is None else found.value


def test_the_narrowest_scope_wins():
    both = pack("", 'lenders = ["bank"]', 'lenders = ["bank"]\nproducts = ["mortgage"]')
    assert value(both) == 1
    assert value(both, lender_type="trust", product="mortgage") == 1
    assert value(both, lender_type="bank") == 2
    assert value(both, lender_type="bank", product="credit_card") == 2
    assert value(both, lender_type="bank", product="mortgage") == 3
    assert [rule.value for rule in both.on(TODAY, "bank", "mortgage").all()] == [3]


def test_what_was_not_said_could_be_any_and_is_listed_but_not_claimed():
    one = pack('lenders = ["bank"]')
    assert [rule.value for rule in one.on(TODAY).all()] == [1]
    assert value(one) is None
    assert value(one, product="mortgage") is None
    assert value(one, lender_type="trust") is None
    assert one.on(TODAY, "trust").all() == ()
    assert value(one, lender_type="bank") == 1


def test_any_creditor_is_every_lender_but_a_collector():
    one = pack('lenders = ["any_creditor"]')
    assert [value(one, lender_type=lender) for lender in ("bank", "private", "collector", "any_creditor")] == [
        1,
        1,
        None,
        1,
    ]


def test_an_unknown_key_names_close_ones():
    with pytest.raises(BadInput, match=r"penalty.multiple_mst: found no such rule; .*penalty.multiple_most"):
        rules("cn", TODAY).get("penalty.multiple_mst")


def test_a_day_the_pack_does_not_know_says_which_it_knows():
    with pytest.raises(BadInput) as error:
        rules("cn", TODAY).get("reference_rate.lpr_1y")
    assert str(error.value) == (
        "At rules cn: reference_rate.lpr_1y: not known on 2026-11-23; "
        "the pack knows it from 2019-08-20 until 2026-01-01. Load a file with later values."
    )
    assert error.value.code == "rule_not_known_then"


def test_a_lender_the_rule_is_not_for_says_for_whom_it_is():
    with pytest.raises(BadInput, match="lender type not said, product not said; allowed is one it is for: private"):
        rules("cn", TODAY).get("cost_ceiling.private_lending")


@pytest.mark.parametrize(("field", "word"), [("lender_type", "banks"), ("product", "loan")])
def test_a_word_that_is_no_scope_is_refused(field, word):
    with pytest.raises(BadInput, match=f'At {field}: found "{word}"; allowed is one of'):
        rules("cn", TODAY, **{field: word})


def test_a_place_without_a_pack_names_those_that_have_one():
    with pytest.raises(BadInput, match='At place: found "fr"; allowed is a place with a rule pack: cn, '):
        load("fr")
    assert places()[0] == "cn"


SERIES = """
[[series]]
key = "reference_rate.lpr_1y"
points = [[2026-01-01, "0.029"]]
known_to = 2026-12-31
unit = "rate_per_year"
level = "normative_notice"
applies_by = "contract"
confidence = "verified"
says = { en = "A rate.", zh = "利率。" }
source = { title = "利率" }
"""


def test_a_file_of_later_values_makes_the_ceiling_known():
    with_series = load_with("cn", {"lpr.toml": SERIES})
    assert [ceiling.rate for ceiling in ceilings(load("cn"), TODAY, lender_type="private")] == [None]
    assert [ceiling.rate for ceiling in ceilings(with_series, TODAY, lender_type="private")] == [Decimal("0.1160")]
    assert with_series.content_hash != load("cn").content_hash


def test_a_file_cannot_contradict_the_pack():
    with pytest.raises(BadInput, match=r"reference_rate.lpr_1y.*two rules"):
        load_with("cn", {"lpr.toml": SERIES.replace("[2026-01-01", "[2025-12-31")})


def test_the_front_door_and_the_package_are_the_same_call():
    assert reprieve.rules("cn", on=TODAY) == rules("cn", TODAY)


def test_differences_are_those_between_two_days():
    found = differences(load("cn"), date(2026, 3, 31), date(2026, 4, 1))
    assert [(key, before is not None, after) for key, before, after in found] == [("credit_repair.open", True, None)]
    [(key, before, after)] = differences(load("cn"), date(2027, 12, 31), date(2028, 1, 1))
    assert key == "cost_ceiling.micro_loan"
    assert (before.until, after.from_) == (date(2028, 1, 1), date(2028, 1, 1))
    assert differences(load("cn"), TODAY, TODAY) == []


def test_values_cannot_be_changed():
    rule = rules("cn", TODAY).get("contact.quiet_hours")
    with pytest.raises(TypeError):
        rule.value["from"] = None
    with pytest.raises(AttributeError):
        rule.key = "other"


def test_importing_loads_nothing_heavy():
    heavy = ("numpy", "pydantic", "numba", "rich", "babel", "holidays", "pyarrow")
    code = f"import sys, reprieve.rules as r; r.load('cn'); print([name for name in {heavy} if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
