"""The payments to come: as signed where nothing happened, and what the loan really asks for where something did."""

import random
from datetime import date, timedelta

import pytest

import reprieve
from reprieve.errors import ReprieveError
from reprieve.lending.case import Case, position
from reprieve.lending.event import Payment
from reprieve.lending.field import end_of
from reprieve.lending.remaining import remaining
from tests.case_file.examples import eight_thousand, with_events
from tests.histories.generator import case

pytestmark = pytest.mark.fast


def asked(document, on):
    return remaining(Case.read(document), date.fromisoformat(on)).to_dict()


def test_a_loan_that_was_just_signed_asks_for_its_schedule():
    document = eight_thousand() | {"events": []}
    shown = asked(document, document["contract"]["disbursed_on"])
    rows = reprieve.schedule(Case.read(document)).to_dict()["instalments"]
    assert shown["now"]["total"] == 0
    assert [(one["due_on"], one["principal"], one["interest"], one["total"]) for one in shown["payments"]] == [
        (row["due_on"], row["principal"], row["interest"], row["due"]) for row in rows
    ]
    assert shown["total"] == sum(row["due"] for row in rows)


def test_what_is_overdue_is_owed_now_and_is_no_payment_to_come():
    document = eight_thousand() | {"events": []}
    case = Case.read(document)
    shown = asked(document, "2026-03-20")
    owed = position(case, date(2026, 3, 20)).to_dict()
    assert shown["now"]["total"] == owed["due"]["total"] + owed["arrears"]["total"] > 0
    assert shown["now"]["penalty"] > 0
    assert [one["due_on"] for one in shown["payments"]] == [
        row["due_on"] for row in reprieve.schedule(case).to_dict()["instalments"] if row["due_on"] > "2026-03-20"
    ]


def test_a_pause_moves_what_is_to_come():
    pause = {
        "kind": "pause", "on": "2026-02-01", "from": "2026-02-10", "to": "2026-05-10", "rows": "shift",
        "interest": "frozen", "accrued": "spread", "ageing": "stopped", "penalty": "stopped",
    }  # fmt: skip
    signed = asked(with_events(), "2026-02-01")
    paused = asked(with_events(pause), "2026-02-01")
    assert len(signed["payments"]) == len(paused["payments"]) == 12
    assert signed["payments"][0]["due_on"] == "2026-02-15"
    assert paused["payments"][0]["due_on"] == "2026-05-15"
    assert sum(one["principal"] for one in paused["payments"]) == 800_000


def test_what_happened_later_does_not_count():
    later = [{"kind": "payment", "on": "2026-04-01", "amount": 50_000}, {"kind": "acceleration", "on": "2026-05-01"}]
    assert asked(with_events(*later), "2026-02-01") == asked(with_events(), "2026-02-01")
    assert asked(with_events(*later), "2026-05-01")["payments"] == []


def test_the_longest_schedule_and_the_largest_sums_are_told():
    document = with_events()
    document["contract"] |= {"instalments": 600, "method": "level_principal"}
    shown = asked(document, "2026-02-01")
    assert len(shown["payments"]) == 600
    large = {"kind": "fee", "on": "2026-02-15", "name": "notice", "amount": 999_999_999_999_999}
    assert asked(with_events(large), "2026-04-14")["now"]["fees"] == 999_999_999_999_999


@pytest.mark.parametrize("seed", range(10))
def test_who_pays_what_is_told_owes_nothing_in_the_end(seed):
    rng, tried = random.Random(seed), 0
    while tried < 3:
        try:
            read = Case.read(case(rng))
            on = max([read.file.contract.disbursed_on, *(event.on for event in read.file.events)])
            shown = remaining(read, on).to_dict()
        except ReprieveError:
            continue
        tried += 1
        days = [one["due_on"] for one in shown["payments"]]
        assert days == sorted(set(days))
        assert all(one["total"] > 0 for one in shown["payments"])
        assert shown["total"] == shown["now"]["total"] + sum(one["total"] for one in shown["payments"])
        assert left(read, on, shown) == 0


def left(read, on, shown):
    """What is still owed a day after the last payment."""
    due = [(on, shown["now"]["total"])]
    due += [(date.fromisoformat(one["due_on"]), one["total"]) for one in shown["payments"]]
    made = [
        Payment(id=f"+{number}", kind="payment", on=day, recorded_at=end_of(day), order=10**6, amount=amount)
        for number, (day, amount) in enumerate(due)
        if amount
    ]
    file = read.file.model_copy(update={"events": (*read.file.events, *made)})
    return position(Case(file), due[-1][0] + timedelta(1)).to_dict()["outstanding"]["total"]
