"""The figures of the 8,000 case by hand, and of everyone by the slow reference, by the engine and by replay."""

from datetime import date, timedelta
from fractions import Fraction

import pytest

import reprieve
from reprieve.lending.guide import answer
from reprieve.lending.guide.guide_answer import Answer
from tests.guide.people import ON, PARTS, PEOPLE, TWO_DEBTS, answer_to, eight_thousand
from tests.guide.reference import late_interest, level_rows, nominal_rate, parked_rows, shortest

pytestmark = pytest.mark.fast


def plan_of(found, name, debt=0):
    return next(plan for plan in found.plans if plan.name == name and plan.debt == debt)


def test_twelve_months_at_eighteen_percent_are_733_44_a_month():
    plan = plan_of(answer_to("the 8,000 case"), "by_months")
    assert (plan.monthly, plan.months, plan.is_affordable) == (73_344, 12, False)
    assert plan.total == 880_129


def test_the_shortest_affordable_plan_is_seventeen_months_at_536_64_and_9122_83_in_all():
    found = answer_to("the 8,000 case")
    plan = found.shortest()
    assert found.budget.available == 54_000
    assert (plan.monthly, plan.months, plan.total, plan.extra) == (53_664, 17, 912_283, 112_283)
    assert (plan.first_on, plan.last_on) == (date(2026, 12, 23), date(2028, 4, 23))
    assert found.outlook == "affordable"
    assert [one["is_shortest_affordable"] for one in found.to_dict()["plans"]].count(True) == 1


def test_a_longer_plan_at_the_contract_rate_stands_beside_it_and_costs_more():
    found = answer_to("the 8,000 case")
    plans = [plan for plan in found.plans if not plan.asks]
    assert [(plan.name, plan.months) for plan in plans] == [("by_months", 12), ("shortest", 17), ("by_months", 24)]
    assert [row.amount for row in plans[2].rows] == level_rows(800_000, Fraction(18, 100), 24)
    assert plans[2].is_affordable
    assert plans[2].saved == 912_283 - plans[2].total < 0


def test_sixteen_months_would_be_too_much():
    assert max(level_rows(800_000, Fraction(18, 100), 16)) > 54_000 >= max(level_rows(800_000, Fraction(18, 100), 17))


@pytest.mark.parametrize(("surplus", "months"), [(59_626, 18), (59_627, 17), (59_628, 17)])
def test_a_plan_fits_to_the_fen(surplus, months):
    found = answer(eight_thousand() | {"surplus": surplus}, ON)
    assert found.budget.available == surplus - -(-surplus // 10)
    assert (found.budget.available >= 53_664) == (months == 17)
    assert found.shortest().months == months


def test_every_plan_of_the_8000_case_is_what_the_slow_reference_gives():
    found = answer_to("the 8,000 case")
    rate, half = Fraction(18, 100), Fraction(9, 100)
    pause = 32_400
    expected = {
        "by_months": level_rows(800_000, rate, 12),
        "shortest": shortest(800_000, rate, 54_000),
        "penalty_waived": shortest(776_000, rate, 54_000),
        "parked": shortest(720_000, rate, 54_000, parked=80_000),
        "lower_rate": shortest(800_000, half, 54_000),
        "interest_free": shortest(800_000, 0, 54_000),
        "pause": shortest(720_000, rate, 54_000, parked=80_000 + pause),
    }
    for name, rows in expected.items():
        assert [row.amount for row in plan_of(found, name).rows] == rows, name


def test_the_lowest_payment_costs_no_more_than_the_shortest_plan_and_a_month_longer_would():
    plan = plan_of(answer_to("the 8,000 case"), "lowest")

    def total(months):
        pairs = zip(level_rows(720_000, Fraction(9, 100), months), parked_rows(56_000, months), strict=True)
        return sum(level + part for level, part in pairs)

    assert plan.total == total(plan.months) <= 912_283 < total(plan.months + 1)
    assert (plan.waived, plan.parked) == (24_000, 56_000)


@pytest.mark.parametrize("name", PEOPLE)
def test_every_plan_sums_to_its_total_and_is_said_to_fit_only_where_it_does(name):
    found = answer_to(name)
    for plan in found.plans:
        amounts = [row.amount for row in plan.rows]
        owed = found.debts[plan.debt].owed.total
        assert sum(amounts) == plan.total == plan.extra + owed
        assert (plan.months, plan.monthly, plan.last) == (len(amounts), amounts[0], amounts[-1])
        assert plan.capitalised + plan.waived <= owed <= plan.capitalised + plan.parked + plan.waived
        assert plan.rows[-1].left == 0
        offer = found.debts[plan.debt].offer
        assert plan.is_affordable == (None if offer is None else max(amounts) <= offer)


@pytest.mark.parametrize("name", PEOPLE)
def test_the_shortest_plan_is_the_shortest_there_is(name):
    found = answer_to(name)
    for place, debt in enumerate(found.debts):
        if debt.offer is None:
            continue
        rate = Fraction(plan_of(found, "by_months", place).rate_percent) / 100
        rows = shortest(debt.owed.total, rate, debt.offer)
        plan = found.shortest(place)
        assert (plan and [row.amount for row in plan.rows]) == rows


def test_growth_is_the_engine_s_and_agrees_with_the_days_counted_by_hand():
    found = answer_to("the 8,000 case").debts[0]
    for row in found.growth:
        penalty = 24_000 + late_interest(720_000, Fraction(27, 100), row.days)
        assert row.owed.penalty == penalty
        assert row.owed.total == 776_000 + penalty == found.owed.total + row.added
        held = 24_000 + late_interest(720_000, Fraction(24, 100), row.days)
        assert row.at_ceiling == 776_000 + held
        assert (row.on, row.days_past_due) == (ON + timedelta(row.days), 60 + row.days)


def test_growth_equals_a_projection_of_the_same_case_written_by_hand():
    case = reprieve.Case.read({
        "contract": {
            "currency": "CNY", "principal": 800_000, "disbursed_on": "2026-08-24", "annual_rate": "0.18",
            "method": "bullet", "instalments": 1, "period": "1 month", "first_due_on": "2026-09-24",
            "day_count": "act_365", "penalty": {"multiple": "1.5", "base": "principal", "replaces_interest": True},
            "allocation": {
                "order": ["fee", "penalty", "interest", "principal"], "across": "oldest_instalment_first",
                "surplus": "hold",
            },
        },
        "events": [
            {"kind": "opening", "on": "2026-11-23", "balances": PARTS, "oldest_unpaid_due_on": "2026-09-24"}
        ],
    })  # fmt: skip
    days = reprieve.project(case, [30, 60, 90, 180, 365], ON)["days"]
    found = answer_to("the 8,000 case").debts[0].growth
    assert [row.owed.model_dump() for row in found] == [day["outstanding"] for day in days]


CLAIMS = {
    "shortest": dict.fromkeys(("principal", "interest", "penalty"), "capitalised"),
    "penalty_waived": {"principal": "capitalised", "interest": "capitalised", "penalty": "waived"},
    "parked": {"principal": "capitalised", "interest": "parked", "penalty": "parked"},
    "lower_rate": dict.fromkeys(("principal", "interest", "penalty"), "capitalised"),
    "lowest": {"principal": "capitalised", "interest": "parked", "penalty": "waived"},
}


@pytest.mark.parametrize("name", CLAIMS)
def test_a_plan_that_is_signed_and_kept_pays_the_debt_off_to_the_fen(name):
    """The engine's own restructure of the debt, paid row by row as the plan says, leaves nothing and holds nothing."""
    plan = plan_of(answer_to("the 8,000 case"), name)
    contract = {
        "currency": "CNY", "principal": 800_000, "disbursed_on": "2026-08-24", "annual_rate": "0.18",
        "method": "level_instalment", "instalments": 1, "period": "1 month", "first_due_on": "2026-09-24",
        "day_count": "equal_periods", "interest": "daily",
        "allocation": {
            "order": ["fee", "penalty", "interest", "principal"], "across": "oldest_instalment_first",
            "surplus": "hold",
        },
    }  # fmt: skip
    claims = {part: {becomes: PARTS[part]} for part, becomes in CLAIMS[name].items()}
    events = [
        {"kind": "opening", "on": ON.isoformat(), "balances": PARTS, "oldest_unpaid_due_on": "2026-09-24"},
        {
            "kind": "restructure", "on": ON.isoformat(), "annual_rate": f"{plan.rate_percent / 100:f}",
            "method": "level_instalment", "instalments": plan.months, "first_due_on": plan.first_on.isoformat(),
            "claims": claims, "parked": "spread", "ageing": "hold",
        },
        *({"kind": "payment", "on": row.on.isoformat(), "amount": row.amount} for row in plan.rows),
    ]  # fmt: skip
    case = reprieve.Case.read({"contract": contract, "events": events})
    before = reprieve.position(case, plan.last_on - timedelta(1))
    after = reprieve.position(case, plan.last_on)
    assert before["outstanding"]["total"] > 0
    assert (after["outstanding"]["total"], after["held"], after["status"]) == (0, 0, "closed")


@pytest.mark.parametrize("months", [6, 12, 24, 36])
def test_a_monthly_fee_on_the_first_principal_is_counted_in_the_true_yearly_cost(months):
    request = eight_thousand(fees=[{"rate": "0.5%"}], original={"principal": 800_000, "instalments": months})
    cost = answer(request, ON).debts[0].cost
    payments = [row + 4_000 for row in level_rows(800_000, Fraction(18, 100), months)]
    assert float(cost.nominal_percent) == pytest.approx(100 * nominal_rate(800_000, payments), abs=1e-5)


def test_half_a_percent_a_month_beside_eighteen_percent_is_28_4_percent_and_above_the_ceiling():
    cost = answer_to("fees on the first principal").debts[0].cost
    assert cost.nominal_percent.quantize(cost.nominal_percent.__class__("0.1")) == cost.nominal_percent.__class__(
        "28.4"
    )
    finding = next(one for one in cost.findings if one.charge == "ordinary")
    assert finding.is_above
    assert finding.message.rule == "cost_ceiling.judicial"
    assert "2017" in finding.message.figures["source"].zh
    assert [message.key for message in finding.counted] == ["guide.counted.interest", "guide.counted.fee_month_share"]


def test_a_fee_taken_out_of_the_money_paid_out_counts_too():
    original = {"principal": 10_000_000, "instalments": 12}
    fees = [{"when": "once", "amount": 100_000}]
    cost = answer(eight_thousand(rate="10.8%", fees=fees, original=original), ON).debts[0].cost
    payments = level_rows(10_000_000, Fraction(108, 1000), 12)
    assert float(cost.nominal_percent) == pytest.approx(100 * nominal_rate(9_900_000, payments), abs=1e-5)


def test_a_flat_rate_becomes_the_rate_on_what_is_still_owed():
    cost = answer_to("a flat rate").debts[0].cost
    payments = [row + 9_000 for row in parked_rows(1_200_000, 12)]
    assert float(cost.nominal_percent) == pytest.approx(100 * nominal_rate(1_200_000, payments), abs=1e-4)
    assert float(cost.contract_percent) == pytest.approx(float(cost.nominal_percent), abs=1e-3)


def test_a_rate_that_is_not_known_is_solved_from_the_instalments():
    original = {"principal": 800_000, "instalments": 12, "instalment": 73_344}
    debt = {"overdue": 800_000, "original": original, "lender": "bank"}
    found = answer({"debts": [debt]}, ON).debts[0]
    assert float(found.cost.contract_percent) == pytest.approx(18, abs=0.01)
    assert found.cost.contract_percent == found.cost.nominal_percent.quantize(found.cost.contract_percent)


@pytest.mark.parametrize("days", [0, 1, 59, 60, 365])
def test_the_stated_split_is_principal_with_its_own_late_interest(days):
    found = answer({"debts": [{"overdue": 800_000, "rate": "18%", "days_overdue": days}]}, ON).debts[0]
    parts = found.owed.overdue
    assert parts.principal + parts.penalty == 800_000
    assert abs(late_interest(parts.principal, Fraction(27, 100), days) - parts.penalty) <= 1
    assert found.owed.split == ("late_interest_first" if days else "all_principal")


def test_one_more_day_is_what_the_engine_adds():
    assert answer_to("the 8,000 case").debts[0].owed.a_day == late_interest(720_000, Fraction(27, 100), 1)


def test_late_interest_that_rate_and_days_do_not_explain_is_pointed_out():
    parts = PARTS | {"principal": 644_000, "penalty": 100_000}
    why = answer(eight_thousand(parts=parts), ON).debts[0].owed.why
    figures = next(one.figures for one in why if one.key == "guide.why.penalty_unexplained")
    assert figures["explained"].minor == late_interest(644_000, Fraction(27, 100), 60)
    assert not [one for one in answer_to("the 8,000 case").debts[0].owed.why if "unexplained" in one.key]


def replay(found, order):
    """Pay the whole of what is available to one debt after another, month by month, in exact fractions."""
    available, owed = found.budget.available, {}
    for place in order:
        debt = found.debts[place]
        owed[place] = [debt.owed.overdue.principal, Fraction(debt.owed.overdue.penalty), debt.cost.late_percent]
    paid, day = 0, ON
    for month in range(1, 121):
        then = date(ON.year + (ON.month - 1 + month) // 12, (ON.month - 1 + month) % 12 + 1, ON.day)
        for one in owed.values():
            one[1] += one[0] * Fraction(one[2]) / 100 * (then - day).days / 365
        day, money = then, available
        for place in order:
            penalty = min(money, round(owed[place][1]))
            owed[place][1] -= penalty
            principal = min(money - penalty, owed[place][0])
            owed[place][0] -= principal
            money -= penalty + principal
        paid += available - money
        if not any(one[0] for one in owed.values()):
            return month, paid
    return None


def test_the_orders_of_paying_cost_what_a_replay_in_fractions_says():
    debts = [
        {"overdue": 400_000, "rate": "12%", "days_overdue": 30},
        {"overdue": 700_000, "rate": "24%", "days_overdue": 30},
        {"overdue": 500_000, "rate": "18%", "days_overdue": 30},
    ]
    found = answer({"debts": debts, "surplus": 80_000}, ON)
    orders = {one.name: one for one in found.order.strategies}
    for name, order in (("highest_rate_first", [1, 2, 0]), ("close_one_first", [0, 2, 1])):
        one = orders[name]
        assert [step.debt for step in one.steps] == order
        months, paid = replay(found, order)
        assert one.months == months
        assert one.total == pytest.approx(paid, abs=5)
        assert one.extra == one.total - found.owed
    assert orders["highest_rate_first"].total < orders["close_one_first"].total
    assert orders["close_one_first"].first_closed_on < orders["highest_rate_first"].first_closed_on
    shared = [found.shortest(place) for place in range(3)]
    assert orders["shared"].total == sum(plan.total for plan in shared)


def test_what_is_available_is_shared_by_what_is_owed_and_never_exceeded():
    found = answer(TWO_DEBTS, ON)
    offers = [debt.offer for debt in found.debts]
    assert offers == [85_500 * 500_000 // 1_400_000, 85_500 * 900_000 // 1_400_000]
    assert sum(offers) <= found.budget.available


def test_bills_that_are_behind_come_first_and_the_plan_waits_for_them():
    found = answer_to("an income that changes, and rent behind")
    surplus = 450_000 - (150_000 + -(-40_000 * 52 // 12) + 8_000)
    assert found.budget.surplus == surplus
    assert found.order.first[0].bill == "rent"
    assert found.order.first_months == -(-150_000 // found.budget.available)
    plan = plan_of(found, "pause")
    assert plan.pause_months == 3
    assert plan.first_on == date(2027, 3, 23)
    offer = next(one for one in found.debts[0].letter if one.key == "guide.letter.offer")
    assert offer.figures["first_on"].day == plan.first_on


def test_instalments_that_go_on_are_those_of_whole_months_with_the_arrears_spread_over_them():
    plan = plan_of(answer_to("not overdue yet"), "as_agreed")
    assert [row.amount for row in plan.rows] == level_rows(3_000_000, Fraction(146, 1000), 18)
    assert (plan.first_on, plan.last_on) == (date(2026, 12, 8), date(2028, 5, 8))
    plan = plan_of(answer_to("two debts"), "catch_up")
    pairs = zip(level_rows(200_000, Fraction(1825, 10_000), 4), parked_rows(300_000, 4), strict=True)
    assert [row.amount for row in plan.rows] == [level + part for level, part in pairs]


@pytest.mark.parametrize(
    ("name", "outlook"),
    [
        ("the 8,000 case", "affordable"), ("very little to spare", "with_concession"), ("nothing to spare", "none"),
        ("a month that is short", "none"), ("nothing known but the amount", "unknown"), ("two debts", "affordable"),
    ],
)  # fmt: skip
def test_the_answer_says_when_no_plan_fits(name, outlook):
    found = answer_to(name)
    assert found.outlook == outlook
    assert found.headline[-1].key == f"guide.headline.{outlook if name != 'two debts' else 'shared'}"
    assert ("guide.advice.none_1" in [one.key for one in found.advice]) == (outlook == "none")


def test_an_answer_can_be_read_back():
    found = answer(TWO_DEBTS, ON)
    assert Answer.model_validate_json(found.model_dump_json()) == found
