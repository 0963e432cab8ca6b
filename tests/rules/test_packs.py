"""Every pack is valid, its worked cases hold, and each rule has a case that fails without it."""

from datetime import timedelta
from functools import cache

import pytest

from reprieve.errors import BadInput
from reprieve.rules import Rule, load, places
from reprieve.rules.pack import make_pack
from reprieve.rules.timeline import edges, holds
from reprieve.rules.worked_cases import StatedValue, failure, worked_cases
from tests.rules.mutations import mutations, with_changed

pytestmark = pytest.mark.fast

PLACES = places()
CASES = [pytest.param(place, case, id=f"{place}: {case.name}") for place in PLACES for case in worked_cases(place)]


def rules_of(place):
    return load(place).rules


RULES = [
    pytest.param(place, rule, id=f"{place}: {rule.key} {rule.from_}") for place in PLACES for rule in rules_of(place)
]
SCOPED = [one for one in RULES if one.values[1].narrowness]


@cache
def cases_by_nearness(place: str, key: str):
    """The cases of a place, those that state this very key first."""
    return sorted(worked_cases(place), key=lambda case: not (isinstance(case, StatedValue) and case.key == key))


@pytest.mark.parametrize(("place", "case"), CASES)
def test_a_worked_case_holds(place, case):
    assert failure(case, load(place)) is None


@pytest.mark.parametrize(("place", "rule"), RULES)
def test_taking_a_rule_out_or_changing_its_value_is_noticed(place, rule):
    for what, changed in mutations(load(place), rule):
        assert any(failure(case, changed) for case in cases_by_nearness(place, rule.key)), f"no case notices {what}"


@pytest.mark.parametrize(("place", "rule"), RULES)
def test_both_sides_of_each_edge_of_a_rule_are_stated(place, rule):
    stated = {case.on for case in _stated(place, rule)}
    wanted = {day - timedelta(days=back) for day in edges(rule.from_, rule.until) for back in (0, 1)}
    assert wanted <= stated, f"state {rule.key} on {sorted(map(str, wanted - stated))}"


@pytest.mark.parametrize(("place", "rule"), SCOPED)
def test_opening_a_rule_to_everyone_is_noticed(place, rule):
    for scope in ("lenders", "products"):
        if getattr(rule, scope):
            changed = with_changed(load(place), rule, **{scope: ()})
            cases = cases_by_nearness(place, rule.key)
            is_noticed = _contradicts_itself(changed) or any(failure(case, changed) for case in cases)
            assert is_noticed, f"no case notices {rule.key} without its {scope}"


@pytest.mark.parametrize("place", PLACES)
def test_a_rule_is_said_once_in_each_language(place):
    for rule in rules_of(place):
        assert rule.says["en"].endswith("."), rule.key
        assert rule.says["zh"].endswith("。"), rule.key
    for left_out in load(place).not_encoded:
        assert left_out.because["en"].endswith("."), left_out.key
        assert left_out.because["zh"].endswith("。"), left_out.key


@pytest.mark.parametrize("place", PLACES)
def test_the_names_of_cases_are_their_own(place):
    names = [case.name for case in worked_cases(place)]
    assert len(names) == len(set(names))


def _contradicts_itself(pack) -> bool:
    try:
        make_pack(pack.place, pack.rules)
    except BadInput:
        return True
    return False


def _stated(place: str, rule: Rule) -> list[StatedValue]:
    """The stated values that ask about this rule: of its key, for a lender and product it is for."""
    return [
        case
        for case in worked_cases(place)
        if isinstance(case, StatedValue) and case.key == rule.key and rule.fits(case.lender_type, case.product)
    ]


def test_a_rule_holds_from_its_first_day_until_the_day_before_its_last():
    for place in PLACES:
        for rule in rules_of(place):
            assert holds(rule.from_, rule.until, rule.from_)
            assert rule.until is None or not holds(rule.from_, rule.until, rule.until)
