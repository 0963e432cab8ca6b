"""Properties of every rate: it balances its flows, moves the right way, and an independent bisection finds it too."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import assume, given, reject
from hypothesis import strategies as st

from reprieve.engine.cost import CONVENTIONS, Flow, irr_effective, irr_nominal, solve_apr
from reprieve.engine.internal_rate import Placed, Rate, internal_rate
from reprieve.engine.unit_period import step_months
from reprieve.errors import BadInput

amounts = st.integers(1, 10**12)
parts = st.fractions(0, 1, max_denominator=90).filter(lambda part: part < 1)
START = date(2024, 1, 15)
HIGHEST = Decimal(10) ** 40


@st.composite
def loans(draw: st.DrawFn) -> list[Placed]:
    """Draw advances that all come before the payments, at whole and broken periods, and weigh more at a high rate.

    A broken period bears simple interest, so an advance in the last one may be worth less than a payment at its end
    however high the rate: then no rate fits (see `test_flows_that_no_rate_fits_are_refused`).
    """
    lent = draw(st.lists(st.tuples(st.integers(0, 5), parts, amounts), min_size=1, max_size=4))
    paid = draw(st.lists(st.tuples(st.integers(6, 400), parts, amounts), min_size=1, max_size=30))
    flows = [Placed(amount, Fraction(whole), part) for whole, part, amount in lent]
    flows += [Placed(-amount, Fraction(whole), part) for whole, part, amount in paid]
    assume(worth(flows, HIGHEST) > 0)
    return flows


def worth(flows: list[Placed], rate: Decimal) -> Decimal:
    """Return the value of flows at a rate, term by term, straight from the general equation."""
    total = Decimal(0)
    for flow in flows:
        part = Decimal(flow.part.numerator) / flow.part.denominator
        whole = Decimal(flow.whole.numerator) / flow.whole.denominator
        total += flow.amount / ((1 + part * rate) * (1 + rate) ** whole)
    return total


def bisected(flows: list[Placed]) -> Decimal:
    """Return the rate by halving, knowing only that lending dominates at high rates and repaying at low ones."""
    low, high = Decimal(-1) + Decimal(10) ** -9, Decimal(1)
    while worth(flows, high) < 0:
        high *= 4
    for _ in range(220):
        middle = (low + high) / 2
        low, high = (middle, high) if worth(flows, middle) < 0 else (low, middle)
    return low


@given(loans())
def test_flows_discounted_at_their_rate_are_worth_nothing(flows: list[Placed]) -> None:
    rate = internal_rate(flows)
    with localcontext(prec=60):
        size = sum(abs(flow.amount) for flow in flows)
        balance = worth(flows, rate.over())
        scale = sum(abs(worth([flow], rate.over())) for flow in flows)
        assert abs(balance) < scale * Decimal("1e-40"), (balance, size)


def test_flows_that_no_rate_fits_are_refused() -> None:
    flows = [Placed(1, Fraction(5), Fraction(2, 3)), Placed(-2, Fraction(6), Fraction(0))]
    assert worth(flows, HIGHEST) < 0
    with pytest.raises(BadInput, match="no rate, however high or low"):
        internal_rate(flows)


@given(loans())
def test_an_independent_bisection_finds_the_same_rate(flows: list[Placed]) -> None:
    with localcontext(prec=50):
        if worth(flows, Decimal(-1) + Decimal(10) ** -9) > 0:
            return  # the rate is below -99.9999999 %, where halving from there cannot reach it
        found, halved = internal_rate(flows).over(), bisected(flows)
        assert abs(found - halved) < (1 + abs(found)) * Decimal("1e-25")


@given(loans(), st.data())
def test_a_larger_payment_never_makes_a_lower_rate(flows: list[Placed], data: st.DataObject) -> None:
    place = data.draw(st.sampled_from([i for i, flow in enumerate(flows) if flow.amount < 0]))
    dearer = list(flows)
    dearer[place] = Placed(flows[place].amount * 2, flows[place].whole, flows[place].part)
    with localcontext(prec=40):  # a cent after 400 periods at 1,000 % each is beyond 60 digits
        assert rate_or_reject(dearer).log_growth > rate_or_reject(flows).log_growth - Decimal("1e-35")


def rate_or_reject(flows: list[Placed]) -> Rate:
    """The rate, or another example where the flows are refused because several rates fit them."""
    try:
        return internal_rate(flows)
    except BadInput:
        reject()


@given(st.integers(1, 120), st.integers(10**4, 10**8), st.integers(1, 120), st.integers(0, 10**4))
def test_a_larger_instalment_makes_a_higher_rate(count: int, lent: int, number: int, interest: int) -> None:
    level = lent // count + 1 + interest
    flows = [Placed(lent, Fraction(0)), *(Placed(-level, Fraction(k)) for k in range(1, count + 1))]
    place = min(number, count)
    dearer = [*flows[:place], Placed(-level - 1, Fraction(place)), *flows[place + 1 :]]
    assert internal_rate(dearer).log_growth > internal_rate(flows).log_growth


@given(loans(), st.integers(2, 1000))
def test_the_currency_unit_does_not_matter(flows: list[Placed], factor: int) -> None:
    scaled = [Placed(flow.amount * factor, flow.whole, flow.part) for flow in flows]
    with localcontext(prec=40):
        assert abs(internal_rate(scaled).log_growth - internal_rate(flows).log_growth) < Decimal("1e-35")


@given(st.integers(1, 600), st.integers(1, 10**10), st.integers(1, 10**8))
def test_regular_months_give_twelve_times_the_monthly_rate(count: int, lent: int, paid: int) -> None:
    due: list[Flow] = [(step_months(START, k, 15), paid) for k in range(1, count + 1)]
    advances: list[Flow] = [(START, lent)]
    actuarial = solve_apr("us_actuarial", advances, due, "1 month").apr_percent
    assert actuarial == irr_nominal(advances, due) == solve_apr("cn_simple", advances, due, "1 month").apr_percent
    assert solve_apr("eu_effective", advances, due).apr_percent == irr_effective(advances, due)
    monthly = actuarial / 1200
    with localcontext(prec=60):
        compounded = ((1 + monthly) ** 12 - 1) * 100
        assert abs(compounded - irr_effective(advances, due)) <= (1 + abs(compounded)) * Decimal("1e-24")


@given(st.lists(st.tuples(st.integers(1, 3000), amounts), min_size=1, max_size=20), amounts)
def test_every_convention_agrees_on_free_credit(paid: list[tuple[int, int]], extra: int) -> None:
    payments: list[Flow] = [(START + timedelta(days=day), amount) for day, amount in [*paid, (3001, extra)]]
    advances: list[Flow] = [(START, sum(amount for _, amount in payments))]
    assert all(solve_apr(name, advances, payments).apr_percent == 0 for name in CONVENTIONS)


def test_credit_repaid_short_has_a_negative_rate() -> None:
    answer = solve_apr("eu_effective", [(Fraction(0), 100)], [(Fraction(1), 90)])
    assert answer.apr_percent == -10


def test_a_payment_ahead_of_a_loan_repaid_short_leaves_its_rate_negative() -> None:
    """869 % fits too, but there a higher rate makes the payments worth more: the rate of a deposit of 10."""
    flows: list[Flow] = [(Fraction(0), 10), (Fraction(2), 30)]
    answer = solve_apr("eu_effective", [(Fraction(1), 100)], flows)
    assert round(answer.apr_percent, 4) == Decimal("-69.0416")


def test_a_payday_loan_of_a_million_percent_is_solved() -> None:
    answer = solve_apr("us_actuarial", [(START, 10_000)], [(START + timedelta(days=1), 284_000)])
    assert answer.apr_percent == 2740 * 365
    doubling = solve_apr("eu_effective", [(START, 1)], [(START + timedelta(days=1), 2)]).apr_percent
    with localcontext(prec=60):  # 2024 is a leap year, but the year counted back from 16 January 2024 has 365 days
        assert abs(doubling / (Decimal(2) ** 365 * 100 - 100) - 1) < Decimal("1e-28")


def test_the_largest_amounts_keep_every_digit() -> None:
    answer = solve_apr("eu_effective", [(Fraction(0), 10**18)], [(Fraction(50), 10**18 + 1)])
    with localcontext(prec=40):
        assert abs(answer.apr_percent - Decimal("2e-18")) < Decimal("1e-34")


@pytest.mark.parametrize("count", [1, 7, 600])
def test_few_valuations_are_enough(count: int) -> None:
    """Newton's steps on the log ratio: speed is held as a count, never as a time."""
    payments: list[Flow] = [(step_months(START, k, 15), 10**6) for k in range(1, count + 1)]
    assert solve_apr("us_actuarial", [(START, 9 * 10**5 * min(count, 60))], payments).iterations <= 12


@pytest.mark.parametrize(
    ("advances", "payments", "says"),
    [
        ([(0, 100)], [], "$.payments has no amount"),
        ([(0, 100)], [(1, 0)], "$.payments has no amount"),
        ([], [(1, 100)], "$.advances has no amount"),
        ([(0, 100)], [(0, 110)], "all the money goes one way"),
        ([(1, 100)], [(0, 110)], "before the advances"),
        ([(0, 100)], [(1, -5), (2, 200)], "$.payments[0].amount is -5"),
        ([(0, 100), (2, 132)], [(1, 230)], "change direction 2 times over and fit 2 different rates"),
        (
            [(0, 10000), (2, 15015)],
            [(1, 25010)],
            "change direction 2 times over and fit 2 different rates",
        ),  # 0.1, 50 %
        ([(1, 230)], [(0, 100), (2, 132)], "change direction 2 times over and fit 2 different rates"),
        (
            [(1, 100), (3, 20)],
            [(0, 500), (4, 30)],
            "change direction 2 times over and fit no rate at which they are a loan",
        ),
        ([(0, 100), (2, 100)], [(1, 100)], "change direction 2 times over and fit no rate at which they are a loan"),
    ],
)
def test_flows_without_one_rate_are_refused(
    advances: list[tuple[int, int]], payments: list[tuple[int, int]], says: str
) -> None:
    sides = [[(Fraction(when), amount) for when, amount in side] for side in (advances, payments)]
    for convention in CONVENTIONS:
        with pytest.raises(BadInput) as refused:
            solve_apr(convention, sides[0], sides[1], "1 year")
        assert says in refused.value.sentence


def test_times_that_share_no_sensible_unit_are_refused() -> None:
    flows: list[Flow] = [(Fraction(1, 10**9 + k), 100) for k in range(80)]
    with pytest.raises(BadInput, match="too many unlike denominators"):
        solve_apr("eu_effective", [(Fraction(0), 100)], flows)


def test_one_payment_on_the_day_of_the_advance_is_refused() -> None:
    for convention in CONVENTIONS:
        with pytest.raises(BadInput, match="all the money goes one way"):
            solve_apr(convention, [(START, 100)], [(START, 110)])


def test_dates_and_years_do_not_mix() -> None:
    with pytest.raises(BadInput, match="Some flows have a date"):
        solve_apr("eu_effective", [(START, 100)], [(Fraction(1), 110)])


def test_an_unknown_convention_is_named() -> None:
    with pytest.raises(BadInput, match="must be one of us_actuarial"):
        solve_apr("xirr", [(START, 100)], [(START + timedelta(days=30), 110)])


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.integers(1, 10**6))
def test_a_second_tranche_after_a_payment_has_one_rate(first: int, second: int, paid: int) -> None:
    """The running balance stays owed until the last payment, so exactly one positive rate fits."""
    flows = [Placed(first + paid, Fraction(0)), Placed(-paid, Fraction(1)), Placed(second, Fraction(2))]
    flows.append(Placed(-(2 * first + second), Fraction(3)))
    rate = internal_rate(flows).over()
    with localcontext(prec=60):
        assert rate > 0
        assert abs(worth(flows, rate)) < Decimal("1e-30") * (first + second + paid)
