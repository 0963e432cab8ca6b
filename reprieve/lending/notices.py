"""Which loans are due a notice at the end of a day: before a due date, in grace, on the first day overdue.

Whole columns of positions at once. Never decides whether a customer may be contacted, and never writes words.
"""

from typing import Final

import numpy as np

from reprieve.engine import records as rec

DUE_SOON: Final = "due_soon"
IN_GRACE: Final = "in_grace"
OVERDUE: Final = "overdue"
KINDS: Final = (DUE_SOON, IN_GRACE, OVERDUE)
DAYS_BEFORE: Final = 3
"""How many days before a due date somebody is reminded, unless the lender says otherwise."""

_DUE: Final = slice(rec.O_DUE_PRINCIPAL, rec.O_DUE_FEES + 1)
_ARREARS: Final = slice(rec.O_ARREARS_PRINCIPAL, rec.O_ARREARS_FEES + 1)


def notices_of(
    now: np.ndarray, then: np.ndarray, on: int, *, days_before: int = DAYS_BEFORE
) -> list[tuple[int, str, int]]:
    """Return the notices of a day as (place of the loan, kind, day number of the due date), in order of place.

    `now` and `then` are int64[loans, POSITION_WIDTH], at the end of this day and at the close before. A loan that was
    in no close before has zeros, and is only reminded. Nobody overdue is reminded of what is due next.
    """
    next_due, was_next = now[:, rec.O_NEXT_DUE_ON], then[:, rec.O_NEXT_DUE_ON]
    arrears, late, was_late = now[:, _ARREARS].sum(axis=1), now[:, rec.O_DAYS_PAST_DUE], then[:, rec.O_DAYS_PAST_DUE]
    is_soon = (next_due > on) & (next_due <= on + days_before) & (now[:, rec.O_NEXT_DUE_AMOUNT] > 0) & (arrears == 0)
    has_passed = (was_next > 0) & (was_next <= on) & (now[:, _DUE].sum(axis=1) > 0) & (arrears == 0)
    is_overdue = (late > 0) & (was_late == 0) & (arrears > 0) & (was_next != 0)
    found = [(int(place), DUE_SOON, int(next_due[place])) for place in np.flatnonzero(is_soon)]
    found += [(int(place), IN_GRACE, int(was_next[place])) for place in np.flatnonzero(has_passed)]
    found += [(int(place), OVERDUE, on - int(late[place])) for place in np.flatnonzero(is_overdue)]
    return sorted(found)
