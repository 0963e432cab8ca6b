"""Whatever a person types, the guide answers or says what would be right; what must hold of an answer always holds."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reprieve.errors import BadInput, ReprieveError, Unsupported
from reprieve.lending.guide import answer
from reprieve.lending.guide.compose import messages_in
from reprieve.words import words
from tests.guide.people import ON

pytestmark = pytest.mark.fast

AMOUNTS = st.one_of(st.integers(0, 200), st.integers(0, 5_000_000), st.integers(0, 10**12))
RATES = st.sampled_from(["0", "0.18", "18%", "0.05%/day", "2%/month", "1999%", "0.01", "36%"])
LENDERS = st.sampled_from(["bank", "consumer_finance", "micro_loan", "private", "platform", "unknown"])
FEES = st.sampled_from([{"rate": "0.5%"}, {"amount": 1}, {"amount": 500, "when": "once"}])
DEBTS = st.fixed_dictionaries(
    {"overdue": AMOUNTS, "lender": LENDERS},
    optional={
        "rate": RATES,
        "days_overdue": st.integers(0, 3650),
        "penalty_multiple": st.sampled_from(["0", "1", "1.3", "2"]),
        "fees": st.lists(FEES, max_size=2),
        "not_due": st.fixed_dictionaries(
            {
                "principal": st.integers(1, 10**9), "instalments": st.integers(1, 480),
                "next_due_on": st.sampled_from(["2026-11-24", "2026-12-10", "2027-06-30"]),
            }
        ),
    },
)  # fmt: skip
REQUESTS = st.fixed_dictionaries(
    {"debts": st.lists(DEBTS, min_size=1, max_size=3), "place": st.sampled_from(["cn", "us", "eu", "gb"])},
    optional={"surplus": st.integers(-(10**6), 10**7), "buffer": st.sampled_from(["0", "0.1", "1"])},
)


def answered(request):
    """Return the answer, or the refusal; anything else fails the test."""
    try:
        return answer(request, ON)
    except (BadInput, Unsupported) as refused:
        return refused


@settings(max_examples=60, deadline=None, derandomize=True)
@given(REQUESTS)
def test_an_answer_adds_up_or_the_input_is_sent_back(request):
    found = answered(request)
    if isinstance(found, ReprieveError):
        assert found.path.startswith("$")
        assert found.allowed
        return
    assert sum(debt.owed.total for debt in found.debts) == found.owed
    for debt in found.debts:
        assert debt.owed.overdue.total + debt.owed.not_due == debt.owed.total
        totals = [debt.owed.total, *(row.owed.total for row in debt.growth)]
        assert totals == sorted(totals)
        assert all(row.at_ceiling is None or row.at_ceiling < row.owed.total for row in debt.growth)
    for plan in found.plans:
        assert sum(row.amount for row in plan.rows) == plan.total
        assert all(row.amount >= 0 for row in plan.rows)
    if found.budget.available is not None:
        assert sum(debt.offer for debt in found.debts) <= found.budget.available
    for message in messages_in(found):
        assert words("zh").say(message, found.currency)
        assert words("en").say(message, found.currency)
