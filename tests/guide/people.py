"""People who might ask: each a request, and nothing but what they would know."""

from datetime import date
from functools import cache

from reprieve.lending.guide import answer

ON = date(2026, 11, 23)
PARTS = {"principal": 720_000, "interest": 56_000, "penalty": 24_000, "fees": 0}


def eight_thousand(**over):
    """The 8,000 yuan of the project's example: accelerated, 18 %, sixty days late."""
    debt = {
        "overdue": 800_000, "parts": PARTS, "rate": "0.18", "days_overdue": 60, "accelerated": True,
        "lender": "consumer_finance",
    }  # fmt: skip
    return {"debts": [debt | over], "surplus": 60_000}


TWO_DEBTS = {
    "debts": [
        {
            "name": "shop credit", "overdue": 300_000, "rate": "0.05%/day", "days_overdue": 20, "lender": "platform",
            "not_due": {"principal": 200_000, "instalments": 4, "next_due_on": "2026-12-10"},
        },
        {"overdue": 900_000, "rate": "15%", "days_overdue": 75, "lender": "bank", "product": "credit_card"},
    ],
    "surplus": 95_000,
}  # fmt: skip

PEOPLE = {
    "the 8,000 case": eight_thousand(),
    "only an amount, a rate and a surplus": {"debts": [{"overdue": 800_000, "rate": "18%"}], "surplus": 60_000},
    "nothing known but the amount": {"debts": [{"overdue": 500_000}]},
    "two debts": TWO_DEBTS,
    "nothing to spare": eight_thousand() | {"surplus": 0},
    "a month that is short": eight_thousand() | {"surplus": -30_000},
    "very little to spare": eight_thousand() | {"surplus": 15_000},
    "fees on the first principal": eight_thousand(
        fees=[{"name": "service fee", "rate": "0.5%"}], original={"principal": 800_000, "instalments": 12}
    ),
    "a flat rate": {
        "debts": [
            {
                "overdue": 220_000, "flat_rate": "0.75%/month", "days_overdue": 33, "lender": "bank",
                "original": {"principal": 1_200_000, "instalments": 12, "signed_on": "2026-01-05"},
                "not_due": {"principal": 400_000, "instalments": 4, "next_due_on": "2026-12-05"},
            }
        ],
        "surplus": 140_000,
    },
    "a private lender": {
        "debts": [
            {
                "overdue": 2_000_000, "rate": "2%/month", "days_overdue": 200, "lender": "private",
                "original": {"principal": 2_000_000, "instalments": 12, "signed_on": "2025-06-01"},
            }
        ],
        "surplus": 150_000,
    },
    "not overdue yet": {
        "debts": [
            {
                "overdue": 0, "rate": "14.6%", "lender": "bank",
                "not_due": {"principal": 3_000_000, "instalments": 18, "next_due_on": "2026-12-08"},
            }
        ],
        "surplus": 150_000,
    },
    "an income that changes, and rent behind": {
        "debts": [{"overdue": 1_000_000, "rate": "0.24", "days_overdue": 120, "lender": "micro_loan"}],
        "income": {"platform_work": {"amount": 140_000, "every": "week"}},
        "income_low": 450_000,
        "spending": {"rent": 150_000, "food": {"amount": 40_000, "every": "week"}, "phone": 8_000},
        "arrears_first": [{"bill": "rent", "amount": 150_000}],
    },
    "a rate above every ceiling": {
        "debts": [{"overdue": 600_000, "rate": "0.1%/day", "days_overdue": 45, "lender": "consumer_finance"}],
        "surplus": 45_000,
    },
    "free of interest": {
        "debts": [{"overdue": 360_000, "rate": "0", "days_overdue": 10, "lender": "bank"}], "surplus": 40_000,
    },
    "five debts": {
        "debts": [
            {"overdue": 100_000 * number, "rate": f"{10 + number}%", "days_overdue": 10 * number, "lender": "bank"}
            for number in range(1, 6)
        ],
        "surplus": 120_000,
    },
    "the United States": {
        "place": "us", "debts": [{"overdue": 250_000, "rate": "24.99%", "days_overdue": 45, "lender": "bank"}],
        "surplus": 30_000,
    },
    "Britain": {
        "place": "gb", "debts": [{"overdue": 120_000, "rate": "34.9%", "days_overdue": 20, "lender": "bank"}],
        "surplus": 9_000,
    },
    "the European Union": {
        "place": "eu", "debts": [{"overdue": 180_000, "rate": "9.5%", "days_overdue": 100}], "surplus": 25_000,
    },
}  # fmt: skip


@cache
def answer_to(name):
    """Return the guide's answer to one of the people, worked out once."""
    return answer(PEOPLE[name], ON)
