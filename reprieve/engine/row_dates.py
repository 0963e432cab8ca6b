"""The dates of planned rows: the grid, nominal dates, where they roll, whether a row is one period. Prices nothing."""

from reprieve.engine import accrual
from reprieve.engine import calendar as cal
from reprieve.engine import records as rec
from reprieve.engine import terms as term
from reprieve.engine.jit import compiled, compiled_leaf
from reprieve.engine.loan import Loan


@compiled_leaf
def date_row(loan: Loan, k: int) -> None:
    """Write dates, number and weight of a row of the contract; the row before it has its dates."""
    t, s, p, rows = loan.terms, loan.state, loan.plan, loan.rows
    clear_row(loan, k)
    start = t[term.DISBURSED_ON] if k == 0 else p[k - 1, rec.P_END]
    if t[term.METHOD] == term.EXPLICIT:
        at = t[term.ROWS_AT] + k
        p[k, rec.P_PRINCIPAL] = rows[at, term.ROW_PRINCIPAL]
        p[k, rec.P_SIGNED] = rows[at, term.ROW_INTEREST]
        place_row(loan, k, start, rows[at, term.ROW_DUE_ON])
    elif t[term.METHOD] == term.BULLET and t[term.INSTALMENTS] > 1:
        place_row(loan, k, start, period_date(loan, t[term.INSTALMENTS] - 1))
    else:
        nominal = period_date(loan, k)
        is_period = t[term.DAY_COUNT] == cal.EQUAL_PERIODS
        if is_period:
            is_period = start == (p[k - 1, rec.P_NOMINAL] if k > 1 else period_date(loan, k - 1))
        end = roll_row(loan, k, start, nominal if k > 0 else t[term.FIRST_DUE_ON], t[term.DISBURSED_ON])
        p[k, rec.P_REGULAR] = 1 if is_period and end == nominal else 0
    p[k, rec.P_NUMBER] = k + 1
    p[k, rec.P_WEIGHT] = term.SHARE_UNIT
    after_grace = k + 1 - t[term.PRINCIPAL_GRACE]
    if k < s[rec.S_ROWS] - 1 and (after_grace <= 0 or after_grace % t[term.PRINCIPAL_EVERY] != 0):
        p[k, rec.P_WEIGHT] = 0


@compiled_leaf
def clear_row(loan: Loan, k: int) -> None:
    """Empty a planned row."""
    p = loan.plan
    for field in range(rec.PLAN_CLEARED):
        p[k, field] = 0
    p[k, rec.P_SIGNED] = -1


@compiled_leaf
def set_grid(loan: Loan, anchor: int, due_day: int) -> None:
    """Let nominal due dates lie on the grid through a day."""
    s = loan.state
    s[rec.S_ANCHOR] = anchor
    s[rec.S_MONTH] = cal.month_index_of(anchor)
    s[rec.S_DUE_DAY] = due_day


@compiled_leaf
def period_date(loan: Loan, steps: int) -> int:
    """Return the nominal due date `steps` periods after the anchor of the grid in force."""
    t, s = loan.terms, loan.state
    if t[term.PERIOD_UNIT] == cal.MONTH:
        return cal.day_in_month(s[rec.S_MONTH] + steps * t[term.PERIOD_COUNT], s[rec.S_DUE_DAY])
    return cal.add_periods(s[rec.S_ANCHOR], steps, t[term.PERIOD_UNIT], t[term.PERIOD_COUNT], s[rec.S_DUE_DAY])


@compiled_leaf
def roll_row(loan: Loan, k: int, start: int, nominal: int, since: int) -> int:
    """Write start, end and rolled due date of a row, but not whether it is regular; return its end.

    No row rolls to before the day `since`, on which its dates are set: it would be late as it begins.
    """
    t, p = loan.terms, loan.plan
    due = nominal
    if t[term.ROLL] != cal.ROLL_NONE:
        due = max(since, cal.roll(nominal, t[term.ROLL], loan.calendars, t[term.CALENDAR]))
    end = due if t[term.ROLL_ADJUSTS] == 1 else nominal
    if end < start:
        end = start
    p[k, rec.P_NOMINAL] = nominal
    p[k, rec.P_START] = start
    p[k, rec.P_END] = end
    p[k, rec.P_DUE] = due
    return end


@compiled
def place_row(loan: Loan, k: int, start: int, nominal: int) -> int:
    """Write today start, end and rolled due date of a row; return its end, where the next row starts."""
    end = roll_row(loan, k, start, nominal, loan.state[rec.S_TODAY])
    mark_regular(loan, k)
    return end


@compiled
def mark_regular(loan: Loan, k: int) -> None:
    """Note whether a row is exactly one period of the grid, so that its fraction needs no search."""
    t, p = loan.terms, loan.plan
    start, end = p[k, rec.P_START], p[k, rec.P_END]
    p[k, rec.P_REGULAR] = 0
    if t[term.DAY_COUNT] == cal.EQUAL_PERIODS and end > start:
        period_start, period_end = accrual.grid(loan, start)
        if period_start == start and period_end == end:
            p[k, rec.P_REGULAR] = 1
