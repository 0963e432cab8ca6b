"""The kernel's scratch: what it keeps for the one loan it is folding. Integer fields, reused from loan to loan.

`state` is one vector; `plan` holds the rows still to fall due; `items` the instalments that have fallen due, oldest
first; `windows` the pauses and moratoria; `promised` the dues of the first relief, by which contractual days past due
are counted; `ledger` what each payment covered, kept only for loans with a returned payment.
"""

from typing import Final

(
    S_RATE, S_METHOD, S_AMOUNT, S_AGREED, S_ROWS, S_NEXT, S_ITEMS, S_FIRST, S_EXPIRY, S_NOT_DUE, S_BASE,
    S_BASE_ROW, S_FROM, S_ORIGIN, S_ACCRUED, S_ACCRUED_OVERDUE, S_COLLECTED, S_HELD, S_CLOSED, S_CHARGED_OFF,
    S_RELIEF, S_WINDOWS, S_ANCHOR, S_DUE_DAY, S_LATE_TOTAL, S_PROMISED, S_PROMISE_KEPT, S_PROMISING, S_AGEING,
    S_FROZEN_DAYS, S_KEPT, S_KEPT_NEEDED, S_CURED, S_ON_COMPLETION_FEES, S_ON_COMPLETION_PENALTY,
    S_ON_COMPLETION_INTEREST, S_ON_COMPLETION_PRINCIPAL, S_FLAT_BASE, S_BALLOON, S_TRACKED, S_LEDGER, S_SPANS,
    S_ERROR, S_CORRECTION_ROWS, S_MOVED, S_SAVED_NEXT, S_SAVED_ROW, S_SAVED_ROWS, S_DEFERRED, S_FIXED, S_USED,
    S_OPENING, S_HAS_EXTRA, S_RUNNING_INTEREST, S_FEES_CHARGED, S_PAID_OFF, S_UNCHARGED, S_ACCELERATED_ITEM,
    S_TODAY, S_SIGNED, S_SHOWING,
    S_CORRECTION_FEES, S_CORRECTION_PENALTY, S_CORRECTION_INTEREST, S_CORRECTION_PRINCIPAL,
    S_PARKED_FEES, S_PARKED_PENALTY, S_PARKED_INTEREST, S_PARKED_PRINCIPAL, S_LAID, S_LAID_BALANCE, S_PAYOFF_FEES,
    S_PRICED_ON, S_ELAPSED_TO, S_ELAPSED_TOP, S_ELAPSED_BOTTOM, S_REOPENED, S_MONTH, S_RUN, S_PLANS,
    S_SAVED_FROM, S_SAVED_ORIGIN, S_SAVED_ACCRUED, S_SAVED_OVERDUE, S_SAVED_COLLECTED, S_SAVED_MOVED, S_SAVED_RUN,
    S_EVENTS, S_ROOM,
) = range(89)  # fmt: skip
STATE_WIDTH: Final = 89

(
    P_DUE, P_START, P_END, P_PRINCIPAL, P_INTEREST, P_FEE, P_FEE_AT_PAYOFF, P_FEE_PRORATED, P_EXTRA, P_AHEAD,
    P_PARKED_FEES, P_PARKED_PENALTY, P_PARKED_INTEREST, P_PARKED_PRINCIPAL, P_REGULAR, P_NUMBER, P_WEIGHT,
    P_SIGNED, P_CORRECTION, P_NOMINAL, P_TAKEN, P_SAVED,
) = range(22)  # fmt: skip
PLAN_WIDTH: Final = 22
PLAN_CLEARED: Final = P_SAVED
"""How many fields of a planned row are emptied before use; what a payoff took is read only after it has been set."""

(
    I_DUE, I_EXPIRY, I_STATUS, I_PRINCIPAL, I_INTEREST, I_FEE, I_LATE, I_PENALTY, I_MICRO, I_SETTLED, I_FROM,
    I_OVERDUE_MICRO, I_OVERDUE_FROM, I_AGES, I_LATE_FEE, I_PARKED, I_GROUP, I_NUMBER, I_GRACE_MICRO, I_ORIGIN,
) = range(20)  # fmt: skip
ITEM_WIDTH: Final = 20

OUTSIDE_PLAN: Final = 0
IN_PLAN: Final = 1
CARRIED: Final = 2
"""Groups of instalments: of the contract, of a signed plan, carried through it."""

IN_GRACE: Final = 0
WITHIN_TOLERANCE: Final = 1
OVERDUE: Final = 2

(W_FROM, W_TO, W_ON, W_RATE, W_PENALTY_STOPS, W_AGEING_STOPS, W_MORATORIUM, W_ACCRUED, W_ROWS, W_STAGE, W_MICRO) = (
    range(11)
)
WINDOW_WIDTH: Final = 11

NOT_STARTED: Final = 0
RUNNING: Final = 1
ENDED: Final = 2

(L_PRINCIPAL, L_INTEREST, L_FEES, L_LATE, L_PENALTY, L_HELD, L_PREPAID, L_AHEAD, L_PREPAY_FEE, L_CLOSED,
 L_TAKEN, L_SAVED) = range(12)  # fmt: skip
LEDGER_WIDTH: Final = 12
"""Principal prepaid: taken from rows to come on which it still stands, or no longer on any row. Interest of the row
that a payoff ended is covered, and is saved as well: it is ahead of its row again if the row comes back."""

(X_COMPONENT, X_ITEM, X_NUMBER, X_FROM, X_TO, X_BASE, X_RATE, X_SCALE, X_NUMERATOR, X_DENOMINATOR, X_MICRO, X_RULE,
 X_RUN) = range(13)  # fmt: skip
SPAN_WIDTH: Final = 13
"""What is rounded together has one run: interest that belongs to one row, penalty of an instalment under one plan."""

FACTOR_WIDTH: Final = 3
PROMISE_WIDTH: Final = 2
ACCOUNT_WIDTH: Final = 2
BORNE_WIDTH: Final = 4
ROW_WIDTH: Final = 3
FEE_WIDTH: Final = 6
CEILING_WIDTH: Final = 4

ACCRUES, DROPPED, CEILING_CUT, SCHEDULED_FEE, LATE_FEE, FEE_CHARGED, ROW_INTEREST = range(7)
"""Why a span was written down: it accrues, grace dropped it, a ceiling cut it, or it is a sum posted at once."""

NEVER: Final = 1 << 40
"""A day that never comes."""

(
    O_DUE_PRINCIPAL, O_DUE_INTEREST, O_DUE_PENALTY, O_DUE_FEES,
    O_ARREARS_PRINCIPAL, O_ARREARS_INTEREST, O_ARREARS_PENALTY, O_ARREARS_FEES,
    O_ACCRUED_INTEREST, O_NOT_DUE_PRINCIPAL,
    O_PARKED_PRINCIPAL, O_PARKED_INTEREST, O_PARKED_PENALTY, O_PARKED_FEES,
    O_HELD, O_PAYOFF, O_DAYS_PAST_DUE, O_CONTRACTUAL_DAYS_PAST_DUE, O_STATUS, O_NEXT_DUE_ON, O_NEXT_DUE_AMOUNT,
    O_ERROR,
) = range(22)  # fmt: skip
POSITION_FIELDS: Final = (
    "due_principal", "due_interest", "due_penalty", "due_fees",
    "arrears_principal", "arrears_interest", "arrears_penalty", "arrears_fees",
    "accrued_interest", "not_due_principal",
    "parked_principal", "parked_interest", "parked_penalty", "parked_fees",
    "held", "payoff", "days_past_due", "contractual_days_past_due", "status", "next_due_on", "next_due_amount",
    "error",
)  # fmt: skip
POSITION_WIDTH: Final = 22

ACTIVE: Final = 0
IN_RELIEF: Final = 1
CHARGED_OFF: Final = 2
CLOSED: Final = 3
STATUSES: Final = ("active", "in_relief", "charged_off", "closed")

ERROR_NEGATIVE_PRINCIPAL: Final = 1
ERROR_LEVEL: Final = 2
ERROR_FIXED_INTEREST: Final = 3
ERROR_NO_ROWS: Final = 4
