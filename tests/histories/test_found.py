"""Histories on which kernel and reference once differed, made small: what was wrong, and that both say the same now."""

from datetime import date, timedelta

import pytest

from tests.histories.agreement import differences

pytestmark = pytest.mark.fast

ORDER = ["fee", "penalty", "interest", "principal"]


def contract(**terms):
    order, surplus = terms.pop("order", ORDER), terms.pop("surplus", "next_instalment")
    allocation = {"order": order, "across": "oldest_instalment_first", "surplus": surplus}
    return {
        "currency": "CNY", "principal": 120_000, "annual_rate": "0.18", "method": "level_instalment",
        "period": "1 month", "day_count": "equal_periods", "allocation": allocation, **terms,
    }  # fmt: skip


def payment(on, amount, **more):
    return {"kind": "payment", "on": on, "amount": amount, **more}


FOUND = {
    "a row whose principal was taken ahead keeps its fee when the rest of the principal is prepaid": {
        "contract": contract(
            annual_rate="0", disbursed_on="2024-04-15", instalments=12, prepayment={"fee": {"fixed": 500}},
            fees=[{"name": "cover", "payee": "third_party", "when": [3], "amount": 1_234, "collected": "paid",
                   "on_payoff": "due"}],
        ),
        "events": [payment("2024-06-15", 50_000), payment("2024-06-17", 71_700, direct_to="principal")],
    },
    "interest collected ahead that had accrued at an acceleration is borne once": {
        "contract": contract(
            method="explicit", interest="scheduled", disbursed_on="2024-11-19", instalments=3,
            order=["fee", "penalty", "principal", "interest"],
            rows=[{"due_on": f"{day}", "principal": 40_000, "interest": interest}
                  for day, interest in (("2024-12-19", 1_800), ("2025-01-22", 1_200), ("2025-02-19", 600))],
        ),
        "events": [
            payment("2024-12-19", 82_900), {"kind": "acceleration", "on": "2024-12-29"},
            {"kind": "reinstatement", "on": "2025-01-03"},
        ],
    },
    "what a returned payment collected ahead is undone where it was collected, behind what older ones did": {
        "contract": contract(principal=60_000, interest="scheduled", disbursed_on="2024-07-21", instalments=3,
                             order=["interest", "principal", "penalty", "fee"]),
        "events": [
            payment("2024-08-13", 12_276),
            payment("2024-08-13", 12_276, id="e5", recorded_at="2024-08-13T08:00:00Z"),
            {"kind": "reversal", "on": "2024-08-15", "of": "e5", "mode": "returned"},
        ],
    },
    "a ceiling does not count what grace dropped at a reinstatement": {
        "contract": contract(
            disbursed_on="2023-02-28", instalments=1, grace_days=3, surplus="shorten",
            ceilings=[{"rate": "0.154", "measure": "simple_on_outstanding", "clamp": "cumulative"}],
        ),
        "events": [{"kind": "acceleration", "on": "2023-03-02"}, {"kind": "reinstatement", "on": "2023-03-03"}],
    },
    "a fee is not prorated before its row has begun, where the row before fell due early": {
        "contract": contract(
            disbursed_on="2024-06-15", instalments=25, surplus="hold",
            roll={"calendar": "cn", "to": "preceding", "interest": "unadjusted"},
            fees=[{"name": "cover", "payee": "third_party", "when": "each_instalment", "rate": "0.01",
                   "base": "original", "collected": "paid", "on_payoff": "prorated"}],
        ),
        "events": [payment("2025-06-13", 1)],
    },
    "interest collected ahead that a row does not bear is held for whoever collected it on that row": {
        "contract": contract(
            principal=122_799, method="explicit", interest="scheduled", disbursed_on="2024-02-29", instalments=5,
            order=["penalty", "fee", "interest", "principal"],
            rows=[{"due_on": day, "principal": principal} for day, principal in (
                ("2024-03-29", 28_571), ("2024-04-29", 5_537), ("2024-06-01", 50_117), ("2024-06-29", 9_337),
                ("2024-08-01", 29_237))],
        ),
        "events": [
            {"kind": "restructure", "on": "2024-04-29", "annual_rate": "0.12", "method": "level_instalment",
             "instalments": 21, "first_due_on": "2024-05-22", "ageing": "reset",
             "claims": {"principal": {"capitalised": 91_945}, "interest": {"parked": 1_112},
                        "penalty": {"parked": 271}, "fees": {"capitalised": 4_204}}},
            payment("2024-04-29", 28_571), {"kind": "due_day_change", "on": "2024-06-25", "due_day": 1},
            payment("2024-07-04", 30_699, id="e8"),
            {"kind": "reversal", "on": "2024-08-18", "of": "e8", "mode": "returned"},
        ],
    },
    "a row that a calendar rolls to before the signing of its plan falls due as it is signed": {
        "contract": contract(
            disbursed_on="2025-03-10", instalments=3, surplus="hold",
            roll={"calendar": "cn", "to": "preceding", "interest": "unadjusted"},
        ),
        "events": [{
            "kind": "restructure", "on": "2026-02-16", "annual_rate": "0.12", "method": "level_instalment",
            "instalments": 24, "first_due_on": "2026-02-22", "ageing": "cure", "kept_rows": 2,
            "claims": {"principal": {"capitalised": 74_216}, "interest": {"parked": 527},
                       "penalty": {"capitalised": 502}, "fees": {"paid": 309, "capitalised": 2_159}},
        }],
    },
    "held money pays a claim that a plan carries no sooner than the next row falls due": {
        "contract": contract(
            principal=3_094_837, disbursed_on="2024-02-29", instalments=27, interest="scheduled",
            penalty={"rate": "0.08", "base": "principal", "replaces_interest": False},
            order=["principal", "fee", "penalty", "interest"],
        ),
        "events": [
            payment("2024-03-18", 66_655, id="e1"), payment("2024-03-28", 133_322), payment("2024-04-06", 133_311),
            {"kind": "reversal", "on": "2024-04-07", "of": "e1", "mode": "returned"},
            {"kind": "restructure", "on": "2024-04-20", "annual_rate": "0.12", "method": "level_instalment",
             "instalments": 12, "first_due_on": "2024-05-30", "ageing": "hold",
             "claims": {"principal": {"capitalised": 601_580, "waived_on_completion": 2_264_020},
                        "penalty": {"capitalised": 45, "carried": 46, "waived": 102}}},
            payment("2024-04-29", 66_656),
        ],
    },
    "a due day moved to one that rolls to before today falls due today": {
        "contract": contract(disbursed_on="2024-11-27", instalments=3, surplus="principal",
                             roll={"calendar": "cn", "to": "preceding", "interest": "unadjusted"}),
        "events": [{"kind": "due_day_change", "on": "2025-01-29", "due_day": 1}],
    },
    "no row rolls to before the disbursement": {
        "contract": contract(disbursed_on="2024-05-04", period="1 day", instalments=1, surplus="hold",
                             roll={"calendar": "cn", "to": "preceding", "interest": "adjusted"}),
        "events": [payment("2024-05-10", 1_000)],
    },
    "what accrues after a payoff of which no prepaid principal comes back is a sum of its own": {
        "contract": contract(
            principal=1_230_000, disbursed_on="2025-08-30", period="2 week", instalments=4, day_count="30_360",
            grace_days=3, order=["principal", "interest", "penalty", "fee"], surplus="hold", payoff="to_period_end",
            penalty={"multiple": "1.5", "base": "principal", "replaces_interest": False, "day_count": "act_365"},
        ),
        "events": [
            payment("2025-09-15", 312_745), {"kind": "rate_change", "on": "2025-10-04", "annual_rate": "0.24"},
            payment("2025-10-12", 629_939, id="e5"), payment("2025-10-13", 312_745), payment("2025-10-17", 312_745),
            {"kind": "reversal", "on": "2025-11-01", "of": "e5", "mode": "returned"},
        ],
    },
    "interest on what came back before the payoff did belongs to the row that then runs": {
        "contract": contract(disbursed_on="2025-01-10", instalments=3, day_count="30_360", surplus="hold"),
        "events": [
            payment("2025-02-10", 41_206, id="a"), payment("2025-02-20", 90_000, id="b"),
            {"kind": "reversal", "on": "2025-02-22", "of": "a", "mode": "returned"},
            {"kind": "reversal", "on": "2025-03-05", "of": "b", "mode": "returned"},
        ],
    },
    "interest on what came back before the payoff did stays owed where no row is left": {
        "contract": contract(disbursed_on="2025-01-10", instalments=3, surplus="hold"),
        "events": [
            payment("2025-02-10", 41_206, id="a"), payment("2025-02-20", 90_000, id="b"),
            {"kind": "reversal", "on": "2025-02-22", "of": "a", "mode": "returned"},
            {"kind": "reversal", "on": "2025-05-15", "of": "b", "mode": "returned"},
        ],
    },
    "a loan that was taken over is priced from its opening, though its contract could not be signed so": {
        "contract": contract(
            principal=1_240_000, disbursed_on="2023-04-12", first_due_on="2023-07-06", annual_rate="0.36",
            period="2 month", instalments=31, day_count="act_360", first_period="in_formula",
        ),
        "events": [{
            "kind": "opening", "on": "2024-05-09", "oldest_unpaid_due_on": "2023-09-06", "instalments": 24,
            "next_due_on": "2024-07-06", "balances": {"principal_not_due": 1_000_000, "principal": 240_000},
        }],
    },
}  # fmt: skip


@pytest.mark.parametrize("name", FOUND)
def test_what_once_differed_is_the_same(name):
    case = FOUND[name]
    last = date.fromisoformat(case["events"][-1]["on"])
    days = [(last + timedelta(after), None) for after in (0, 1, 12, 31, 70, 200)]
    assert differences(case, days) == []
