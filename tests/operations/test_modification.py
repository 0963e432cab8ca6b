"""A signed plan through the close: its loss at signing, its interest after it; killed and resumed, posted once."""

from datetime import date
from decimal import Decimal

import pytest

from reprieve.lending.carrying import CarryingRules
from tests.operations.lending import act, balances, close, controls, establish, held, sign
from tests.operations.test_corrections import close_only

pytestmark = pytest.mark.django_db
RULES = CarryingRules(90, 30, 89, (Decimal("0.01"), Decimal("0.1"), Decimal("0.5")))


@pytest.fixture
def planned(db):
    """The loan with its plan, at a lender who carries its loans by rules; what was owed when it was signed."""
    return with_plan(RULES)


def with_plan(rules):
    """The 8,000.00 loan of a borrower who pays nothing, given 24 months without interest on 20 February."""
    from reprieve.operations.commands.relief import quote_plan, sign_plan
    from reprieve.operations.reading import position

    establish()
    sign("L-1")
    close("2026-02-19", carrying=rules)
    owed = position("L-1", on=date(2026, 2, 20))["outstanding"]
    parts = ("principal", "interest", "penalty", "fees")
    plan = {
        "kind": "restructure", "on": "2026-02-20", "annual_rate": "0", "method": "level_instalment", "instalments": 24,
        "first_due_on": "2026-03-20", "parked": "end", "ageing": "hold",
        "claims": {part: {"capitalised": owed[part]} for part in parts if owed[part]},
    }  # fmt: skip
    quote = quote_plan(act("2026-02-20"), contract="L-1", plan=plan).answer["quote_id"]
    sign_plan(act("2026-02-20", user="approver"), contract="L-1", quote_id=quote)
    return owed["total"]


def worth(total, on):
    """What 24 equal payments of a total are worth on a day, at 18 % a year in twelfths; reckoned apart."""
    from tests.operations.lending import TERMS

    assert TERMS["annual_rate"] == "0.18"
    yearly = 1.015**12  # near enough: the loan's own rate is found from its days
    months = [date(2026 + (2 + number) // 12, (2 + number) % 12 + 1, 20) for number in range(24)]
    return sum(total / 24 / yearly ** ((day - on).days / 365) for day in months if day > on)


def test_the_loss_is_posted_on_the_day_of_signing_and_unwinds_after_it(planned):
    close_only("2026-02-20")
    loss = balances()["modification_loss"]
    assert loss == -balances()["modification_adjustment"] > 0
    assert abs(planned - loss - worth(planned, date(2026, 2, 20))) < planned / 200
    before = balances()["interest_income"]
    close_only("2026-02-21")
    grown = balances()["modification_adjustment"] + loss
    assert 0 < grown < loss / 200, "a day's interest at the loan's first rate"
    assert balances()["interest_income"] - before == -grown, "the plan bears none of its own"
    assert balances()["modification_loss"] == loss
    assert held() == controls("2026-02-21")


def test_a_close_that_was_missed_comes_to_the_same(planned):
    close_only("2026-02-27")
    at_once = {name: balances()[name] for name in ("modification_loss", "modification_adjustment")}
    from reprieve.lending.modification import modification_of
    from reprieve.storage.contracts import StoredContracts

    file = StoredContracts(act("2026-02-27").now).get("L-1").file
    target = modification_of(file, date(2026, 2, 27))
    assert at_once == {"modification_loss": -target.gained, "modification_adjustment": target.adjustment}


def test_without_rules_of_carrying_nothing_is_posted_and_with_them_all_at_once(db):
    with_plan(None)
    close_only("2026-02-20")
    assert "modification_loss" not in balances()
    close("2026-02-21", carrying=RULES)
    assert balances()["modification_loss"] > 0
    assert sum(balances().values()) == 0


def test_a_kill_in_the_step_posts_nothing_and_the_next_start_posts_once(planned):
    from reprieve.operations.failpoints import Killed, armed

    with armed("close.modification.before_commit"), pytest.raises(Killed):
        close_only("2026-02-20")
    assert balances().get("modification_loss", 0) == 0
    with armed("close.modification.after_commit"), pytest.raises(Killed):
        close_only("2026-02-20")
    once = balances()["modification_loss"]
    close_only("2026-02-20")
    assert balances()["modification_loss"] == once > 0
