"""Situations of people who ask the guide: the command each would type, and the facts of it, read by hand.

The facts are written out a second time, in fractions and fen, so that nothing of the package reads them for the tests.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any


@dataclass(frozen=True)
class Owed:
    """One debt as a person would write it down."""

    principal: int | None = None
    """What is overdue as principal, in fen; none where only the whole is known."""
    interest: int = 0
    penalty: int = 0
    whole: int | None = None
    rate: Fraction = Fraction(0)
    multiple: Fraction = Fraction(3, 2)
    days: int = 0
    not_due: int = 0
    instalments: int = 0
    next_due: str = ""


@dataclass(frozen=True)
class Situation:
    """A command, what it is given, and what is known of it."""

    flags: str = ""
    request: dict[str, Any] | None = None
    debts: tuple[Owed, ...] = ()
    available: int | None = None
    """What can go to debts a month, in fen, by hand."""
    pause: int = 3
    currency: str = "CNY"
    says: tuple[str, ...] = ()
    """Figures worked out by hand that stand in both languages."""
    ceiling: Fraction | None = None
    """The ceiling that a plan may ask for, where it is below the rate."""
    code: int = 0


PERCENT = Fraction(1, 100)
EIGHTEEN = 18 * PERCENT

SITUATIONS = {
    "day_12": Situation(
        "--overdue 8000 --rate 18% --days 12 --lender consumer_finance --surplus 600",
        debts=(Owed(whole=800_000, rate=EIGHTEEN, days=12),), available=54_000,
    ),
    "everything_asked_for_at_once": Situation(
        "--overdue 8000 --principal 7200 --interest 560 --penalty 240 --accelerated --rate 0.18 --days 60 "
        "--lender consumer_finance --surplus 600",
        debts=(Owed(720_000, 56_000, 24_000, rate=EIGHTEEN, days=60),), available=54_000,
        says=("536.64", "9,122.83", "733.44"),
    ),
    "three_debts_two_lenders": Situation(
        request={
            "debts": [
                {"name": "A1", "overdue": 400_000, "rate": "12%", "days_overdue": 30, "lender": "bank"},
                {"name": "A2", "overdue": 700_000, "rate": "24%", "days_overdue": 30, "lender": "bank"},
                {"name": "B", "overdue": 500_000, "rate": "18%", "days_overdue": 30, "lender": "consumer_finance"},
            ],
            "surplus": 120_000,
        },
        debts=(
            Owed(whole=400_000, rate=12 * PERCENT, days=30), Owed(whole=700_000, rate=24 * PERCENT, days=30),
            Owed(whole=500_000, rate=EIGHTEEN, days=30),
        ),
        available=108_000,
    ),
    "gig_worker": Situation(
        request={
            "debts": [
                {"overdue": 600_000, "rate": "0.05%/day", "days_overdue": 25, "lender": "platform"},
            ],
            "income": {"platform_work": {"amount": 150_000, "every": "week"}, "family": 20_000},
            "income_low": 480_000,
            "spending": {"rent": 160_000, "food": {"amount": 45_000, "every": "week"}, "phone": 9_900},
        },
        debts=(Owed(whole=600_000, rate=Fraction(5, 10_000) * 365, multiple=Fraction(1), days=25),),
        available=480_000 - 160_000 - 195_000 - 9_900 - 11_510,
        says=("18.25%",),
    ),
    "nothing_left": Situation(
        "--overdue 8000 --rate 18% --days 45 --lender bank --surplus 0",
        debts=(Owed(whole=800_000, rate=EIGHTEEN, days=45),), available=0,
    ),
    "month_short": Situation(
        "--overdue 3600 --rate 15% --days 70 --lender bank --income 4200 --spending 4650",
        debts=(Owed(whole=360_000, rate=15 * PERCENT, days=70),), available=0, says=("450.00",),
    ),
    "rent_behind": Situation(
        request={
            "debts": [{"overdue": 1_000_000, "rate": "24%", "days_overdue": 120, "lender": "micro_loan"}],
            "income": {"wages": 520_000},
            "spending": {"rent": 180_000, "food": 150_000, "transport": 30_000},
            "arrears_first": [{"bill": "rent", "amount": 360_000}],
        },
        debts=(Owed(whole=1_000_000, rate=24 * PERCENT, multiple=Fraction(1), days=120),), available=144_000,
    ),
    "fee_on_first_principal": Situation(
        "--overdue 2100 --rate 18% --fee 0.5% --borrowed 8000 --months 12 --signed-on 2026-02-10 --days 40 "
        "--lender consumer_finance --surplus 500",
        debts=(Owed(whole=210_000, rate=EIGHTEEN, days=40),), available=45_000, says=("28.36%", "24%"),
    ),
    "private_lender": Situation(
        "--overdue 20000 --rate 2%/month --days 200 --lender private --borrowed 20000 --months 12 "
        "--signed-on 2026-03-01 --surplus 1500",
        debts=(Owed(whole=2_000_000, rate=24 * PERCENT, multiple=Fraction(1), days=200),), available=135_000,
    ),
    "ten_yuan_short": Situation(
        "--overdue 9.80 --rate 0.05%/day --days 5 --lender card_issuer --product credit_card --surplus 600",
        debts=(Owed(whole=980, rate=Fraction(5, 10_000) * 365, multiple=Fraction(1), days=5),), available=54_000,
    ),
    "not_overdue_yet": Situation(
        "--not-due 30000 --instalments-left 18 --next-due 2026-12-08 --rate 14.6% --lender bank --surplus 1500",
        debts=(Owed(principal=0, rate=Fraction(146, 1000), not_due=3_000_000, instalments=18, next_due="2026-12-08"),),
        available=135_000,
    ),
    "part_overdue_part_not_due": Situation(
        "--overdue 8000 --rate 15% --days 60 --not-accelerated --not-due 12000 --instalments-left 12 "
        "--next-due 2026-12-10 --lender bank --surplus 1600",
        debts=(
            Owed(whole=800_000, rate=15 * PERCENT, days=60, not_due=1_200_000, instalments=12, next_due="2026-12-10"),
        ),
        available=144_000,
    ),
    "everything_paid": Situation("--overdue 0 --rate 18% --surplus 600", code=2),
    "credit_card": Situation(
        "--overdue 12000 --rate 0.05%/day --days 95 --lender card_issuer --product credit_card --surplus 900",
        debts=(Owed(whole=1_200_000, rate=Fraction(5, 10_000) * 365, multiple=Fraction(1), days=95),), available=81_000,
    ),
    "daily_rate": Situation(
        "--overdue 5000 --rate 万分之五/日 --days 20 --lender platform --surplus 800",
        debts=(Owed(whole=500_000, rate=Fraction(5, 10_000) * 365, multiple=Fraction(1), days=20),),
        available=72_000, says=("18.25%",),
    ),
    "far_too_much": Situation(
        "--overdue 300000 --rate 20% --days 150 --lender bank --surplus 1000",
        debts=(Owed(whole=30_000_000, rate=20 * PERCENT, days=150),), available=90_000,
    ),
    "dollars": Situation(
        "--place us --overdue 2500 --rate 24.99% --days 45 --lender bank --surplus 300",
        debts=(Owed(whole=250_000, rate=Fraction(2499, 10_000), multiple=Fraction(1), days=45),), available=27_000,
    ),
    "four_hundred_days": Situation(
        "--overdue 8000 --principal 5600 --interest 640 --penalty 1760 --rate 18% --days 400 --accelerated "
        "--lender consumer_finance --surplus 700",
        debts=(Owed(560_000, 64_000, 176_000, rate=EIGHTEEN, days=400),), available=63_000,
        says=("1,656.99",),
    ),
    "only_the_amount": Situation(
        "--overdue 5000", debts=(Owed(whole=500_000, rate=24 * PERCENT, multiple=Fraction(1)),),
    ),
    "above_the_ceiling": Situation(
        "--overdue 6000 --rate 0.1%/day --days 45 --lender consumer_finance --surplus 700",
        debts=(Owed(whole=600_000, rate=Fraction(1, 1000) * 365, days=45),), available=63_000, ceiling=24 * PERCENT,
        says=("36.5%", "24%"),
    ),
}  # fmt: skip
