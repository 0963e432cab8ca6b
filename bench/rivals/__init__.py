"""What a user would pick instead of the kernel, each computing the plain book's figures to the cent.

The rules all of them follow (design section 4, restricted to the plain book): a row bears its opening balance at the
contract rate, rounded half-even to 1e-6 minor units and then by name; the last row takes the residue. A payment pays,
oldest instalment first, fee and late fee, penalty, interest, principal; the rest is held for the next row, or pays the
loan off if it reaches. When grace ends, an instalment unpaid beyond the tolerance is overdue from its due date: it
bears penalty on the principal unpaid each day, and a late fee. Paid down to within tolerance it bears no more.
"""

from typing import Final

from reprieve.engine import records as rec

FIGURES: Final = (
    rec.O_DUE_PRINCIPAL, rec.O_DUE_INTEREST, rec.O_DUE_PENALTY, rec.O_DUE_FEES,
    rec.O_ARREARS_PRINCIPAL, rec.O_ARREARS_INTEREST, rec.O_ARREARS_PENALTY, rec.O_ARREARS_FEES,
    rec.O_ACCRUED_INTEREST, rec.O_NOT_DUE_PRINCIPAL, rec.O_HELD, rec.O_PAYOFF,
    rec.O_DAYS_PAST_DUE, rec.O_NEXT_DUE_ON, rec.O_NEXT_DUE_AMOUNT,
)  # fmt: skip
"""Columns of the kernel's positions that every rival computes, in this order; days since 1970, -1 for none."""

NAMES: Final = tuple(rec.POSITION_FIELDS[place] for place in FIGURES)
