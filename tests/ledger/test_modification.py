"""A signed plan's gain or loss by hand: at signing, as it unwinds, once kept, paid early, charged off or replaced."""

from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest

import reprieve
from reprieve.engine import records as rec
from reprieve.lending.carrying import CarryingRules, carrying_of
from reprieve.lending.case import Case, original_rate
from reprieve.lending.modification import Modification, amounts_of, modification_of
from tests.ledger.books import TABLE, loan

pytestmark = pytest.mark.fast
SIGNED = date(2026, 1, 1)
END = date(2027, 1, 1)


def plan(on="2026-01-01", due="2027-01-01", **claims):
    """A plan without interest, one payment a year later; what is not said is capitalised."""
    return {
        "id": f"plan {on}", "kind": "restructure", "on": on, "annual_rate": "0", "method": "level_instalment",
        "instalments": 1, "first_due_on": due, "parked": "end", "ageing": "reset", "claims": claims,
    }  # fmt: skip


WHOLE = {"principal": {"capitalised": 1_000_000}, "interest": {"capitalised": 100_000}}


def bullet(*events):
    """10,000.00 for a year at 10 %, repaid at its end with 1,000.00 of interest: its effective rate is 10 %."""
    return loan(
        *events, principal=1_000_000, disbursed_on="2025-01-01", annual_rate="0.10", method="bullet", instalments=1,
        period="12 month", first_due_on="2026-01-01", day_count="act_365", grace_days=0, tolerance=0, penalty=None,
    )  # fmt: skip


def test_the_loan_of_the_example_is_what_it_says():
    case = Case(bullet())
    assert round(original_rate(case), 12) == Decimal("0.1")
    assert reprieve.position(case, SIGNED)["outstanding"]["total"] == 1_100_000


def test_a_year_without_interest_loses_a_year_of_interest_at_signing_and_earns_it_back():
    file = bullet(plan(**WHOLE))
    # 1,100,000 a year later is worth 1,000,000 at 10 %: a loss of 100,000.
    assert modification_of(file, SIGNED) == Modification(-100_000, -100_000)
    assert modification_of(file, SIGNED - timedelta(1)) == Modification()
    # Half a year on, 183 days are left: 1,100,000 / 1.1 ** (183 / 365) = 1,048,671.92.
    assert modification_of(file, date(2026, 7, 2)) == Modification(1_048_672 - 1_100_000, -100_000)
    assert modification_of(file, END - timedelta(1)).adjustment == -287, "1,100,000 / 1.1 ** (1 / 365) is 1,099,712.8"
    assert modification_of(file, END) == Modification(0, -100_000)


def test_what_is_posted_is_the_loss_at_signing_and_interest_after_it():
    file = bullet(plan(**WHOLE))
    signing = amounts_of(modification_of(file, SIGNED), Modification(), TABLE.carrying)
    assert signing == {"modification_adjustment": -100_000, "modification_loss": 100_000}
    half = amounts_of(modification_of(file, date(2026, 7, 2)), modification_of(file, SIGNED), TABLE.carrying)
    assert half == {"modification_adjustment": 48_672, "interest_income": -48_672}
    whole = amounts_of(modification_of(file, END), modification_of(file, SIGNED), TABLE.carrying)
    assert whole == {"modification_adjustment": 100_000, "interest_income": -100_000}


def test_a_close_that_comes_late_posts_the_loss_and_the_interest_apart():
    file = bullet(plan(**WHOLE))
    late = amounts_of(modification_of(file, date(2026, 7, 2)), Modification(), TABLE.carrying)
    assert late == {"modification_adjustment": -51_328, "modification_loss": 100_000, "interest_income": -48_672}


def test_what_is_waived_at_signing_is_no_part_of_the_loss():
    file = bullet(plan(principal={"capitalised": 1_000_000}, interest={"waived": 100_000}))
    # 1,000,000 a year later is worth 909,091; the waived interest was posted with the plan itself.
    assert modification_of(file, SIGNED) == Modification(-90_909, -90_909)


def test_what_is_waived_on_completion_is_lost_at_signing_and_not_a_second_time():
    file = bullet(plan(principal={"capitalised": 1_000_000}, interest={"waived_on_completion": 100_000}))
    assert modification_of(file, SIGNED) == Modification(-190_909, -190_909)
    assert modification_of(file, END) == Modification(0, -90_909), "the waiver itself posts the 100,000 that day"


def test_lateness_changes_no_adjustment_and_an_early_payoff_ends_it():
    paid = {"id": "p", "kind": "payment", "on": "2026-07-02", "amount": 1_100_000, "direct_to": "principal"}
    assert modification_of(bullet(plan(**WHOLE)), END + timedelta(30)) == Modification(0, -100_000)
    file = bullet(plan(**WHOLE), paid)
    assert reprieve.position(Case(file), date(2026, 7, 2))["status"] == "closed"
    assert modification_of(file, date(2026, 7, 1)).adjustment < 0
    assert modification_of(file, date(2026, 7, 2)) == Modification(0, -100_000)


def test_a_charge_off_takes_the_rest_of_the_loss_back_since_the_whole_claim_is_lost():
    file = bullet(plan(**WHOLE), {"id": "c", "kind": "charge_off", "on": "2026-07-02"})
    assert modification_of(file, date(2026, 7, 2)) == Modification(0, -100_000 + 51_328)
    back = amounts_of(
        modification_of(file, date(2026, 7, 2)),
        modification_of(bullet(plan(**WHOLE)), date(2026, 7, 2)),
        TABLE.carrying,
    )
    assert back == {"modification_adjustment": 51_328, "modification_loss": -51_328}


def test_a_second_plan_loses_only_what_the_first_had_not():
    again = plan("2026-07-02", "2028-01-01", principal={"capitalised": 1_100_000})
    file = bullet(plan(**WHOLE), again)
    # 1,100,000 after 548 days: 1,100,000 / 1.1 ** (548 / 365) = 953,338.11.
    assert modification_of(file, date(2026, 7, 2)) == Modification(953_338 - 1_100_000, 953_338 - 1_100_000 - 48_672)


def test_a_plan_at_the_loans_own_rate_gains_and_loses_nothing_to_speak_of():
    ten = {**plan(**WHOLE), "annual_rate": "0.10"}
    assert abs(modification_of(bullet(ten), SIGNED).adjustment) <= 1


def test_a_modified_loan_is_in_stage_two_until_its_plan_is_kept():
    from reprieve.engine import batch
    from reprieve.lending.columns import day_number

    book = Case(bullet(plan(**WHOLE))).book
    rules = CarryingRules(90, 30, 89, (Decimal("0.01"), Decimal("0.1"), Decimal("0.5")))
    held = carrying_of(batch.positions(book, day_number(SIGNED)), rules)
    assert (held.stage.tolist(), held.allowance.tolist()) == ([2], [110_000])
    assert rec.IN_RELIEF in batch.positions(book, np.array([day_number(SIGNED)]))[0]
