"""The event's columns and the closed list of kinds. Never computes.

Events of one loan lie together, sorted by day, stage, order, recording and id. Each is a day (int32), a kind (uint8),
an amount in minor units (int64, -1 for "all") and an argument (int64): a code, a rate, a due day, the position of the
payment that is returned, or the place of the event's further fields in the extra table.
"""

from typing import Final

PAUSE: Final = 0
MORATORIUM: Final = 1
OPENING: Final = 2
DISBURSEMENT: Final = 3
RATE_CHANGE: Final = 4
DUE_DAY_CHANGE: Final = 5
ACCELERATION: Final = 6
REINSTATEMENT: Final = 7
RESTRUCTURE: Final = 8
FEE_EVENT: Final = 9
WAIVER: Final = 10
PAYMENT: Final = 11
RETURN: Final = 12
REFUND: Final = 13
CHARGE_OFF: Final = 14
"""Kinds in the order of a day's stages. Pauses and moratoria act on the days they name, not on the day of recording."""

KINDS: Final = (
    "pause", "moratorium", "opening", "disbursement", "rate_change", "due_day_change", "acceleration",
    "reinstatement", "restructure", "fee", "waiver", "payment", "reversal", "refund", "charge_off",
)  # fmt: skip

BEFORE_DUES: Final = DISBURSEMENT
"""Kinds up to this one act before the day's instalments fall due."""

DIRECT: Final = {"oldest": 0, "current": 1, "principal": 2}
TO_OLDEST: Final = 0
TO_CURRENT: Final = 1
TO_PRINCIPAL: Final = 2

(PAUSE_FROM, PAUSE_TO, PAUSE_ROWS, PAUSE_RATE, PAUSE_ACCRUED, PAUSE_AGEING_STOPS, PAUSE_PENALTY_STOPS) = range(7)
PAUSE_WIDTH: Final = 7
"""Extra fields of a pause and of a moratorium; rate -1 means that interest accrues as agreed."""
PAUSE_ROW_MODES: Final = {"shift": 0, "to_end": 1, "due_after": 2, "stay": 3}
SHIFT: Final = 0
TO_END: Final = 1
DUE_AFTER: Final = 2
STAY: Final = 3
PAUSE_ACCRUALS: Final = {"next_due": 0, "spread": 1, "end": 2, "capitalised": 3}
NEXT_DUE: Final = 0
SPREAD: Final = 1
AT_END: Final = 2
CAPITALISED: Final = 3

AGEINGS: Final = {"runs": 0, "hold": 1, "cure": 2, "reset": 3}
AGE_RUNS: Final = 0
AGE_HOLDS: Final = 1
AGE_CURES: Final = 2
AGE_RESETS: Final = 3

(PLAN_RATE, PLAN_METHOD, PLAN_COUNT, PLAN_FIRST_DUE, PLAN_SHARE, PLAN_SHARE_ROWS, PLAN_PARKED_END, PLAN_AGEING,
 PLAN_KEPT_ROWS, PLAN_CLAIMS) = range(10)  # fmt: skip
"""Extra fields of a restructure; from `PLAN_CLAIMS` on stand the signed claims, component by treatment."""
TREATMENTS: Final = ("paid", "held", "waived", "waived_on_completion", "capitalised", "parked", "carried")
PAID, HELD, WAIVED, WAIVED_ON_COMPLETION, TO_CAPITAL, PARKED, CARRIED = range(7)
CLAIM_COMPONENTS: Final = ("fees", "penalty", "interest", "principal")
"""Components in the order of `terms.COMPONENTS`."""
PLAN_WIDTH: Final = PLAN_CLAIMS + 4 * len(TREATMENTS)

(OPEN_NOT_DUE, OPEN_PRINCIPAL, OPEN_INTEREST, OPEN_PENALTY, OPEN_FEES, OPEN_OLDEST, OPEN_COUNT, OPEN_NEXT_DUE,
 OPEN_ROWS_AT, OPEN_ROWS_N, OPEN_HAS_OLDEST) = range(11)  # fmt: skip
"""Extra fields of an opening: balances, oldest unpaid due date (flagged), then rows or a count and the next date."""
OPEN_WIDTH: Final = 11
