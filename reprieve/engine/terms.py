"""The contract's columns: one integer field a term, in the order the kernel reads them. Never computes.

A contract is one row of int64: money in minor units, days since 1970-01-01, rates in 1e-9 a year, shares in 1e-6,
closed lists as the codes below, flags as 0 or 1, "no limit" as -1. Variable parts (explicit rows, fees, ceilings)
stand in side tables; the `*_AT` and `*_N` fields say where and how many.
"""

from typing import Final

RATE_UNIT: Final = 1_000_000_000
"""Rates are whole multiples of 1e-9 a year."""

SHARE_UNIT: Final = 1_000_000
"""Percentages of fees and shares of a step-up are whole multiples of 1e-6."""

FIELDS: Final = (
    "principal", "disbursed_on", "rate", "method", "instalments", "period_unit", "period_count", "first_due_on",
    "due_day", "first_period_on_top", "roll", "roll_adjusts", "calendar", "instalment", "instalment_agreed",
    "balloon", "principal_every", "principal_grace", "down_payment", "even_last", "multiple", "rounding",
    "instalment_rounding", "day_count", "daily", "grace_days", "grace_runs", "tolerance", "penalty_kind",
    "penalty_value", "penalty_scale", "penalty_on_interest", "penalty_replaces", "penalty_day_count", "late_kind",
    "late_value", "late_min", "late_max", "late_cap", "order", "component_first", "surplus", "prepay_all_accrued",
    "prepay_fee_kind", "prepay_fee_value", "prepay_minimum", "payoff_period_end", "rows_at", "rows_n", "fees_at",
    "fees_n", "ceilings_at", "ceilings_n",
)  # fmt: skip
"""Names of the fields, in column order; the Arrow schema and the reference page are made from this one table."""

(
    PRINCIPAL, DISBURSED_ON, RATE, METHOD, INSTALMENTS, PERIOD_UNIT, PERIOD_COUNT, FIRST_DUE_ON,
    DUE_DAY, ON_TOP, ROLL, ROLL_ADJUSTS, CALENDAR, INSTALMENT, INSTALMENT_AGREED,
    BALLOON, PRINCIPAL_EVERY, PRINCIPAL_GRACE, DOWN_PAYMENT, EVEN_LAST, MULTIPLE, ROUNDING,
    INSTALMENT_ROUNDING, DAY_COUNT, DAILY, GRACE_DAYS, GRACE_RUNS, TOLERANCE, PENALTY_KIND,
    PENALTY_VALUE, PENALTY_SCALE, PENALTY_ON_INTEREST, PENALTY_REPLACES, PENALTY_DAY_COUNT, LATE_KIND,
    LATE_VALUE, LATE_MIN, LATE_MAX, LATE_CAP, ORDER, COMPONENT_FIRST, SURPLUS, PREPAY_ALL_ACCRUED,
    PREPAY_FEE_KIND, PREPAY_FEE_VALUE, PREPAY_MINIMUM, PAYOFF_PERIOD_END, ROWS_AT, ROWS_N, FEES_AT,
    FEES_N, CEILINGS_AT, CEILINGS_N,
) = range(53)  # fmt: skip
WIDTH: Final = len(FIELDS)

LEVEL_INSTALMENT: Final = 0
LEVEL_PRINCIPAL: Final = 1
INTEREST_ONLY: Final = 2
BULLET: Final = 3
FLAT: Final = 4
EXPLICIT: Final = 5
METHODS: Final = {
    "level_instalment": LEVEL_INSTALMENT,
    "level_principal": LEVEL_PRINCIPAL,
    "interest_only": INTEREST_ONLY,
    "bullet": BULLET,
    "flat": FLAT,
    "explicit": EXPLICIT,
}

FEE: Final = 0
PENALTY: Final = 1
INTEREST: Final = 2
PRINCIPAL_PART: Final = 3
COMPONENTS: Final = {"fee": FEE, "penalty": PENALTY, "interest": INTEREST, "principal": PRINCIPAL_PART}
"""Component codes; `order` packs four of them, the first to be paid in the lowest two bits."""

HOLD: Final = 0
NEXT_INSTALMENT: Final = 1
SHORTEN: Final = 2
LOWER: Final = 3
TO_PRINCIPAL: Final = 4
SURPLUSES: Final = {
    "hold": HOLD,
    "next_instalment": NEXT_INSTALMENT,
    "shorten": SHORTEN,
    "lower": LOWER,
    "principal": TO_PRINCIPAL,
}

NONE: Final = 0
FIXED: Final = 1
PERCENT: Final = 2
"""Kinds of a late fee and of a prepayment fee (amount in minor units, or a share in 1e-6)."""
BY_MULTIPLE: Final = 1
BY_RATE: Final = 2
"""Kinds of a penalty: value over scale times the contract rate, or value as a rate of its own."""

ROW_DUE_ON, ROW_PRINCIPAL, ROW_INTEREST = range(3)
"""Fields of an explicit row; interest -1 means that it accrues."""

(FEE_ROW, FEE_RATE, FEE_VALUE, FEE_BASE, FEE_COLLECTED, FEE_ON_PAYOFF) = range(6)
"""Fields of a fee: row number (0 each row, -1 at disbursement), rate flag, value (minor units or 1e-9), and codes."""
FEE_BASES: Final = {"original": 0, "balance": 1, "instalment": 2}
FEE_COLLECTIONS: Final = {"paid": 0, "deducted": 1, "financed": 2}
FEE_FINANCED: Final = 2
FEE_PAYOFFS: Final = {"stops": 0, "due": 1, "prorated": 2}

(CEILING_RATE, CEILING_FROM, CEILING_TO, CEILING_CUMULATIVE) = range(4)
"""Fields of a simple ceiling: rate in 1e-9 a year, days `[from, to)`, clamp flag."""
