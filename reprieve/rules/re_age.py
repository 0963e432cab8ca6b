"""Whether an open-end account in arrears may be brought back to current (United States, supervisory policy for banks).

Never decides that it should: renewed willingness and ability to pay are for the lender to see.
"""

from collections.abc import Sequence
from datetime import date

from reprieve.rules.figure import whole
from reprieve.rules.month_steps import months_after
from reprieve.rules.pack import Pack
from reprieve.rules.rule import Rule


def judge(
    pack: Pack,
    on: date,
    *,
    opened_on: date,
    payments_in_a_row: int,
    earlier: Sequence[date] = (),
    is_workout: bool = False,
) -> Rule | None:
    """Return nothing where an account may be re-aged on a day, or the first rule that says no.

    A workout or debt-management programme allows a re-age beside the ordinary ones: `earlier` are the days of re-ages
    of the same kind.
    """
    age, payments = _rule(pack, on, "account_age_months_least"), _rule(pack, on, "consecutive_payments_least")
    if on < months_after(opened_on, whole(age)):
        return age
    if payments_in_a_row < whole(payments):
        return payments
    limits = [(_rule(pack, on, "in_12_months_most"), 12), (_rule(pack, on, "in_5_years_most"), 60)]
    if is_workout:
        limits = [(_rule(pack, on, "more_after_workout_in_5_years"), 60)]
    reached = [rule for rule, months in limits if _within(earlier, months, on) >= whole(rule)]
    return reached[0] if reached else None


def _within(earlier: Sequence[date], months: int, on: date) -> int:
    """Return how many of the days lie within a number of months before a day."""
    return sum(on < months_after(day, months) for day in earlier)


def _rule(pack: Pack, on: date, name: str) -> Rule:
    return pack.on(on, product="credit_card").get(f"relief.re_age.{name}")
