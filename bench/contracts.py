"""Contracts of a bench book, drawn by the column. Never asks the kernel for anything but the level amounts."""

from typing import Final

import numpy as np

from reprieve.engine import calendar as cal
from reprieve.engine import money
from reprieve.engine import terms as term

AS_OF: Final = 20_634
"""The day every bench book is looked at: 2026-06-30."""

ROWS_MOST: Final = 24
"""Rows that may have fallen due by `AS_OF`: loans are at most two years old."""

ORDER: Final = term.FEE | term.PENALTY << 2 | term.INTEREST << 4 | term.PRINCIPAL_PART << 6

_DISBURSED_ON: Final = AS_OF - 731


def draw_contracts(rng: np.random.Generator, loans: int) -> tuple[np.ndarray, np.ndarray]:
    """Return terms int64[loans, terms.WIDTH] without level amounts, and fees int64[n, 6]: the plain book's rules."""
    t = np.zeros((loans, term.WIDTH), np.int64)
    disbursed = _DISBURSED_ON + rng.integers(0, 731, loans)
    first, due_day = _first_due(disbursed)
    constants = {
        term.METHOD: term.LEVEL_INSTALMENT, term.PERIOD_UNIT: cal.MONTH, term.PERIOD_COUNT: 1, term.PRINCIPAL_EVERY: 1,
        term.MULTIPLE: 1, term.DAILY: 1, term.PENALTY_KIND: term.BY_MULTIPLE, term.PENALTY_VALUE: 3,
        term.PENALTY_SCALE: 2, term.PENALTY_REPLACES: 1, term.PENALTY_DAY_COUNT: cal.ACT_365, term.LATE_CAP: -1,
        term.LATE_MAX: -1, term.ORDER: ORDER, term.SURPLUS: term.HOLD,
    }  # fmt: skip
    drawn = {
        term.PRINCIPAL: 10_000 * rng.integers(10, 501, loans),
        term.DISBURSED_ON: disbursed,
        term.RATE: 100_000 * rng.integers(600, 3_601, loans),
        term.INSTALMENTS: rng.integers(12, 37, loans),
        term.FIRST_DUE_ON: first,
        term.DUE_DAY: due_day,
        term.ROUNDING: rng.choice([money.HALF_EVEN, money.HALF_UP], loans),
        term.DAY_COUNT: rng.choice([cal.EQUAL_PERIODS, cal.ACT_365], loans),
        term.GRACE_DAYS: rng.integers(0, 6, loans),
        term.TOLERANCE: rng.choice([0, 100, 1_000], loans),
    }
    for field, value in (constants | drawn).items():
        t[:, field] = value
    t[:, term.INSTALMENT_ROUNDING] = t[:, term.ROUNDING]
    _set_late_fees(rng, t)
    return t, _draw_fees(rng, t)


def due_dates(disbursed: np.ndarray, rows: int) -> np.ndarray:
    """Return int64[loans, rows]: months after disbursement, on its day, clamped to the month's end."""
    day = disbursed.astype("datetime64[D]")
    month = day.astype("datetime64[M]")
    day_of_month = (day - month.astype("datetime64[D]")).astype(np.int64)
    months = month[:, None] + np.arange(1, rows + 1)
    first = months.astype("datetime64[D]").astype(np.int64)
    length = (months + 1).astype("datetime64[D]").astype(np.int64) - first
    return first + np.minimum(day_of_month[:, None], length - 1)


def _first_due(disbursed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the first due dates and the due days (1 to 31)."""
    day = disbursed.astype("datetime64[D]")
    month_start = day.astype("datetime64[M]").astype("datetime64[D]")
    return due_dates(disbursed, 1)[:, 0], (day - month_start).astype(np.int64) + 1


def _set_late_fees(rng: np.random.Generator, t: np.ndarray) -> None:
    """40 % none, 30 % a fixed late fee, 30 % a percentage, half of those with a maximum."""
    loans = len(t)
    kind = rng.choice([term.NONE, term.FIXED, term.PERCENT], loans, p=[0.4, 0.3, 0.3])
    is_percent = kind == term.PERCENT
    t[:, term.LATE_KIND] = kind
    fixed = 500 * rng.integers(1, 7, loans)
    share = 5_000 * rng.integers(2, 11, loans)
    t[:, term.LATE_VALUE] = np.select([kind == term.FIXED, is_percent], [fixed, share])
    t[:, term.LATE_MIN] = np.where(is_percent, 500, 0)
    t[:, term.LATE_MAX] = np.where(is_percent & (rng.random(loans) < 0.5), 4_000, -1)


def _draw_fees(rng: np.random.Generator, t: np.ndarray) -> np.ndarray:
    """70 % have a monthly service fee: half a fixed amount, half 0.05 to 0.4 % of the original principal."""
    loans = len(t)
    has_fee = rng.random(loans) < 0.7
    t[:, term.FEES_N] = has_fee
    t[:, term.FEES_AT] = np.cumsum(has_fee) - has_fee
    fees = np.zeros((int(has_fee.sum()), 6), np.int64)
    is_rate = rng.random(len(fees)) < 0.5
    fees[:, term.FEE_RATE] = is_rate
    amount = 100 * rng.integers(1, 21, len(fees))
    fees[:, term.FEE_VALUE] = np.where(is_rate, 500_000 * rng.integers(1, 9, len(fees)), amount)
    return fees


def row_fees(t: np.ndarray, fees: np.ndarray) -> np.ndarray:
    """Return int64[loans]: the service fee of each row, in minor units."""
    at = np.minimum(t[:, term.FEES_AT], len(fees) - 1)
    value = fees[at, term.FEE_VALUE]
    whole, rest = np.divmod(t[:, term.PRINCIPAL] * value, term.RATE_UNIT)
    half = term.RATE_UNIT // 2
    up = (rest > half) | ((rest == half) & ((t[:, term.ROUNDING] == money.HALF_UP) | (whole % 2 == 1)))
    amount = np.where(fees[at, term.FEE_RATE] == 1, whole + up, value)
    return np.where(t[:, term.FEES_N] == 1, amount, 0)
