"""The close of day on a real database: it balances, runs once, resumes, catches up, and names what is off."""

from datetime import UTC, date, datetime

import pyarrow as pa
import pytest

from reprieve.errors import Refused
from tests.operations.lending import (
    act,
    balances,
    close,
    controls,
    days,
    establish,
    held,
    off_by_a_cent,
    publish,
    sign,
    take,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def loan(db):
    establish()
    sign()


def journal_size():
    from reprieve.storage.models import JournalEntry

    return JournalEntry.objects.count()


def test_a_life_closed_day_by_day_leaves_the_ledger_equal_to_the_positions(loan):
    payments = {"2026-02-15": 73_344, "2026-03-20": 50_000, "2026-04-15": 200_000}
    for day in days("2026-01-15", "2026-04-20"):
        if day in payments:
            take("L-1", payments[day], day)
        if day == "2026-03-01":
            take("L-1", 1_000, "2026-02-10", acted_on=day)
        if day[-2:] in ("15", "18", "19", "01", "20"):
            [done, *_] = close(day)[-1:]
            assert done["state"] == "finished", done
            assert held() == controls(day), day
    assert balances()["bank"] == sum(payments.values()) + 1_000 - 800_000


def test_the_first_close_posts_the_documented_example(loan):
    """`docs/ledger.md`: interest of one day, the instalment that falls due, and the end of grace."""
    [done] = close("2026-01-16")
    assert done["groups"][0]["growth"] == {"interest_accrued": 387, "interest_income": -387}
    [*_, done] = close("2026-02-15")
    assert done["groups"][0]["growth"]["interest_income"] < 0
    assert balances()["interest_receivable"] == 12_000
    close("2026-02-18")
    assert "loans_principal_overdue" not in balances()
    close("2026-02-19")
    assert balances()["loans_principal_overdue"] == 61_344
    assert balances()["penalty_receivable"] == 182


def test_closing_a_day_twice_changes_nothing(loan):
    first = close("2026-02-20")
    size = journal_size()
    assert close("2026-02-20") == []
    assert journal_size() == size
    assert [one["business_on"] for one in first] == ["2026-02-20"]


def test_a_day_that_has_not_come_is_not_closed(loan):
    from reprieve.operations.close_of_day import close_until

    with pytest.raises(Refused, match="has not begun"):
        close_until(date(2026, 2, 21), datetime(2026, 2, 20, 23, tzinfo=UTC))


def test_missed_days_are_caught_up_one_by_one_each_as_it_was_known(loan):
    close("2026-02-16")
    take("L-1", 73_344, "2026-02-20")
    done = close("2026-02-22")
    assert [one["business_on"] for one in done] == days("2026-02-17", "2026-02-22")
    assert [one["transitions"] for one in done] == [0, 0, 1, 1, 0, 0]
    assert all(one["state"] == "finished" for one in done)
    assert held() == controls("2026-02-22")
    assert "penalty_receivable" not in held()


def test_a_missed_day_is_closed_as_it_was_known_then(loan):
    """On the 19th the loan was late; that it had paid in time became known on the 20th, before the 19th was closed."""
    from reprieve.storage.models import Transition

    close("2026-02-18")
    take("L-1", 73_344, "2026-02-15", acted_on="2026-02-20")
    assert [one["state"] for one in close("2026-02-20")] == ["finished", "finished"]
    moves = Transition.objects.order_by("business_on").values_list("business_on", "bucket")
    assert list(moves) == [(date(2026, 2, 19), "1-30"), (date(2026, 2, 20), "current")]
    assert held() == controls("2026-02-20")


def test_a_loan_taken_over_between_two_closes_is_new_to_the_second_however_old_it_is(loan):
    from reprieve.operations.commands.contracts import migrate_contract
    from reprieve.operations.reading import contract

    close("2026-02-20")
    file = contract("L-1")["file"]
    migrate_contract(act("2026-02-21", user="core"), number="M-1", customer="C-L-1", product="steady", file=file)
    [done] = close("2026-02-21")
    assert done["state"] == "finished"
    assert held() == controls("2026-02-21")


def test_what_is_recorded_after_a_close_has_begun_belongs_to_the_next_day(loan):
    close("2026-02-20")
    answer = take("L-1", 73_344, "2026-02-20")
    from reprieve.operations.reading import journal

    assert journal(contract="L-1")[-1]["posted_on"] == "2026-02-21"
    assert answer["event"]["on"] == "2026-02-20"
    close("2026-02-21")
    assert held() == controls("2026-02-21")


def test_a_backdated_payment_corrects_itself_at_the_next_close(loan):
    close("2026-02-26")
    assert balances()["penalty_receivable"] == 499
    take("L-1", 73_344, "2026-02-15", acted_on="2026-02-27")
    close("2026-02-27")
    found = held()
    assert "penalty_receivable" not in found
    assert "loans_principal_overdue" not in found
    assert found == controls("2026-02-27")


def test_transitions_are_recorded_once_with_both_counts_of_days(loan):
    from reprieve.storage.models import Transition

    for day in ("2026-02-18", "2026-02-19", "2026-02-20", "2026-03-18"):
        close(day)
    take("L-1", 2 * 73_344 + 5_000, "2026-03-20")
    close("2026-03-20")
    rows = Transition.objects.order_by("business_on").values_list(
        "business_on", "bucket_before", "bucket", "days_past_due", "contractual_days_past_due"
    )
    assert list(rows) == [
        (date(2026, 2, 19), "", "1-30", 4, 4),
        (date(2026, 3, 18), "1-30", "31-60", 31, 31),
        (date(2026, 3, 20), "31-60", "current", 0, 0),
    ]


def test_a_loan_off_by_a_cent_is_named_and_the_close_finishes_with_exceptions(loan):
    """An entry written by hand: the database lets it in, since it balances; the close finds it out."""
    from reprieve.operations.close_of_day import status

    sign("L-2")
    close("2026-02-20")
    take("L-2", 73_344, "2026-02-21")
    off_by_a_cent("L-1", date(2026, 2, 21))
    [done] = close("2026-02-21")
    assert done["state"] == "finished_with_exceptions"
    assert done["differences"] == {"steady CNY": {"loans_principal": 1}}
    [off] = status()["quarantine"]
    assert off["contract"] == "L-1"
    assert "contract should have posted" in off["because"]


def damage(patch, number, terms):
    """Have a contract read as if it had other terms, by column and by itself."""
    import json

    from reprieve.operations import book
    from reprieve.storage import contracts as stored

    by_itself, by_column = stored._document, book.contract_columns

    def document(row, events):
        return by_itself({**row, "terms": {**row["terms"], **terms}} if row["number"] == number else row, events)

    def columns(shard, cut, only=None):
        table = by_column(shard, cut, only)
        pairs = zip(table["number"].to_pylist(), table["template"].to_pylist(), strict=True)
        texts = [json.dumps({**json.loads(text), **terms}) if own == number else text for own, text in pairs]
        at = table.column_names.index("template")
        return table.set_column(at, "template", pa.array(texts, pa.string()).dictionary_encode())

    patch.setattr(stored, "_document", document)
    patch.setattr(book, "contract_columns", columns)


def test_a_loan_that_cannot_be_read_spoils_no_other(loan, monkeypatch):
    """As if its terms had been amended into nonsense: the other loan closes as ever, and the month stays open."""
    from reprieve.operations.close_of_day import status

    sign("L-2", principal=500_000)
    close("2026-02-19")
    before = held()
    with monkeypatch.context() as patch:
        damage(patch, "L-1", {"method": "unheard of"})
        [done] = close("2026-02-20")
        assert done["state"] == "finished_with_exceptions"
        assert list(done["differences"]) == ["steady CNY"]
        [off] = status()["quarantine"]
        assert (off["contract"], off["because"][:14]) == ("L-1", "cannot be read")
        assert held()["penalty_receivable"] > before["penalty_receivable"], "the other loan grows"
        close("2026-02-21")
    [done] = close("2026-02-22")
    assert done["differences"] == {}
    assert held() == controls("2026-02-22"), "what was left out is caught up"


def test_carrying_amounts_suspend_income_and_take_it_back_on_a_cure(loan):
    from decimal import Decimal

    from reprieve.lending.carrying import CarryingRules

    rules = CarryingRules(30, 30, 89, (Decimal("0.01"), Decimal("0.1"), Decimal("0.5")))
    close("2026-02-20", carrying=rules)
    found = balances()
    claim = sum(amount for account, amount in held().items())
    assert found["loss_allowance"] == claim // -100, "one per cent of the claim, rounded up"
    assert found["impairment"] == -found["loss_allowance"]
    assert "interest_suspended" not in found
    close("2026-03-20")
    found = balances()
    assert found["interest_suspended"] < 0, "the rules of the last close hold until others are given"
    assert found["interest_suspended"] == -(found["interest_receivable"] + found["interest_accrued"])
    take("L-1", 200_000, "2026-03-21")
    close("2026-03-21")
    assert "interest_suspended" not in balances()
    doubled = CarryingRules(30, 30, 89, (Decimal("0.02"), Decimal("0.1"), Decimal("0.5")))
    close("2026-03-22", carrying=doubled)
    assert balances()["loss_allowance"] == sum(held().values()) // -50, "new rules post the difference to the old"


def test_loans_of_two_products_and_many_shards_come_to_the_same(loan):
    publish("2026-01-15", code="swift")
    for number in range(2, 7):
        sign(f"L-{number}", product="swift" if number % 2 else "steady", principal=100_000 * number)
    take("L-3", 400_000, "2026-01-20")
    [done] = close("2026-02-20", shard_loans=2)
    assert sorted(group["product"] for group in done["groups"]) == ["steady", "swift"]
    assert done["loans"] == 6
    assert done["state"] == "finished"
    assert held() == controls("2026-02-20")


def test_an_entry_added_behind_a_closed_day_is_found_by_the_next_close(loan):
    """The ledger is summed on from the last close, but never past what was put in behind it."""
    close("2026-02-20")
    off_by_a_cent("L-1", date(2026, 2, 20))
    [done] = close("2026-02-21")
    assert done["differences"] == {"steady CNY": {"loans_principal": 1}}
