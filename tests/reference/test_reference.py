"""The reference against the figures that the documents print."""

from . import position, schedule


def eight_thousand(**terms):
    contract = {
        "currency": "CNY", "principal": 800000, "disbursed_on": "2026-01-15", "annual_rate": "0.18",
        "method": "level_instalment", "instalments": 12, "period": "1 month", "first_due_on": "2026-02-15",
        "day_count": "equal_periods", "interest": "daily", "rounding": "half_even", "grace_days": 3, "tolerance": 1000,
        "penalty": {"multiple": "1.5", "base": "principal", "replaces_interest": True, "day_count": "act_365"},
        "late_fee": None,
        **surplus("hold"),
        "fees": [],
    }  # fmt: skip
    return contract | terms


def paid(on, amount, **more):
    return {"kind": "payment", "on": on, "amount": amount, **more}


def surplus(kind):
    return {
        "allocation": {
            "order": ["fee", "penalty", "interest", "principal"],
            "across": "oldest_instalment_first",
            "surplus": kind,
        }
    }


def test_the_level_instalment_is_73344():
    rows = schedule({"contract": eight_thousand()})["instalments"]
    assert [rows[0]["due"], rows[-1]["due"]] == [73344, 73345]


def test_penalty_uses_what_was_unpaid_on_each_grace_day():
    case = {"contract": eight_thousand(), "events": [paid("2026-02-17", 30000)]}
    assert position(case, "2026-02-18")["due"]["total"] == 43344
    late = position(case, "2026-02-19")
    assert late["arrears"]["penalty"] == 155
    assert late["days_past_due"] == late["contractual_days_past_due"] == 4


def test_surplus_moves_the_next_due_as_reading_17_says():
    found = {}
    for kind in ("shorten", "lower", "principal"):
        case = {
            "contract": eight_thousand(**surplus(kind)),
            "events": [paid("2026-02-15", 73344), paid("2026-03-01", 100000)],
        }
        found[kind] = position(case, "2026-03-01")["next_due"]
    assert found == {
        "shorten": {"on": "2026-03-15", "amount": 73344},
        "lower": {"on": "2026-03-15", "amount": 63489},
        "principal": {"on": "2026-03-15", "amount": 71855},
    }


def test_a_rate_change_gives_the_next_row_mixed_interest():
    case = {
        "contract": eight_thousand(),
        "events": [paid("2026-02-15", 73344), {"kind": "rate_change", "on": "2026-03-01", "annual_rate": "0.12"}],
    }
    assert position(case, "2026-03-01")["next_due"] == {"on": "2026-03-15", "amount": 71423}


def test_a_void_payment_never_was_but_was_seen_before():
    void = {"kind": "reversal", "on": "2026-03-10", "of": "p1", "mode": "void", "recorded_at": "2026-03-10T09:00:00Z"}
    payment = paid("2026-02-15", 73344, id="p1")
    case = {"contract": eight_thousand(), "events": [payment, void]}
    nothing = {"contract": eight_thousand(), "events": []}
    assert position(case, "2026-03-01") == position(nothing, "2026-03-01")
    assert position(case, "2026-03-01", "2026-03-09")["days_past_due"] == 0


def test_a_returned_payment_is_due_again_from_its_own_day():
    returned = {"kind": "reversal", "on": "2026-02-20", "of": "p1", "mode": "returned"}
    case = {"contract": eight_thousand(), "events": [paid("2026-02-15", 73344, id="p1"), returned]}
    assert position(case, "2026-02-23")["due"]["total"] == 73344
    late = position(case, "2026-02-24")
    assert (late["days_past_due"], late["arrears"]["fees"]) == (4, 0)
    assert late["arrears"]["penalty"] == 182  # 61,344 at 27 % for 4 of 365 days


def test_a_shortfall_within_tolerance_is_not_late():
    for short, days in ((1000, 0), (1001, 4)):
        case = {"contract": eight_thousand(), "events": [paid("2026-02-15", 73344 - short)]}
        assert position(case, "2026-02-19")["days_past_due"] == days


def test_splitting_a_payment_changes_nothing():
    whole = {"contract": eight_thousand(), "events": [paid("2026-02-25", 50000)]}
    parts = {"contract": eight_thousand(), "events": [paid("2026-02-25", 20000), paid("2026-02-25", 30000)]}
    assert position(whole, "2026-04-01") == position(parts, "2026-04-01")


def test_the_payoff_closes_the_loan_and_nothing_accrues_after_it():
    case = {"contract": eight_thousand(), "events": [paid("2026-02-15", 73344)]}
    amount = position(case, "2026-03-01")["payoff"]
    assert amount == 738656 + 5540
    case["events"].append(paid("2026-03-01", amount))
    after = position(case, "2026-12-01")
    assert (after["status"], after["outstanding"]["total"], after["payoff"], after["held"]) == ("closed", 0, 0, 0)


def test_claims_of_a_restructure_are_conserved():
    case = {"contract": eight_thousand(), "events": []}
    before = position(case, "2026-04-01")["outstanding"]
    claims = {
        "principal": {"capitalised": before["principal"]},
        "interest": {"parked": before["interest"]},
        "penalty": {"waived": before["penalty"]},
    }
    plan = {
        "kind": "restructure", "on": "2026-04-01", "annual_rate": "0.12", "method": "level_instalment",
        "instalments": 12, "first_due_on": "2026-05-01", "claims": claims, "parked": "end", "ageing": "hold",
    }  # fmt: skip
    after = position(case | {"events": [plan]}, "2026-04-01")
    assert after["outstanding"]["total"] == before["principal"] + before["interest"]
    assert (after["days_past_due"], after["contractual_days_past_due"], after["status"]) == (45, 45, "in_relief")
    assert after["parked"]["interest"] == before["interest"]
