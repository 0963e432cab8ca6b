"""Case files as the kernel's columns: codes for words, day numbers for dates, side tables for lists. Computes nothing.

Voided payments and what was not known yet are left out here; the kernel only sees what counts.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import chain
from typing import Any, Final

import numpy as np

from reprieve.engine import calendar as cal
from reprieve.engine import events as ev
from reprieve.engine import money
from reprieve.engine import terms as term
from reprieve.engine.batch import NO_CALENDAR, Book
from reprieve.errors import Unsupported
from reprieve.lending.case_file import CaseFile
from reprieve.lending.contract import Contract
from reprieve.rules import load, places
from reprieve.rules.business_days import BUSINESS_DAYS, Year, country_year_of, earlier_year_of

EPOCH: Final = date(1970, 1, 1)
STAGES: Final = {
    "opening": 1, "disbursement": 2, "rate_change": 5, "due_day_change": 5, "acceleration": 5, "reinstatement": 5,
    "fee": 7, "waiver": 8, "payment": 9, "reversal": 10, "refund": 11, "charge_off": 12,
}  # fmt: skip
RELIEF_STAGE: Final = 6
_ADDED: dict[str, np.ndarray] = {}


def day_number(day: date) -> int:
    """Return days since 1970-01-01."""
    return (day - EPOCH).days


def to_date(day: int) -> date:
    """Return the date of a day number."""
    return EPOCH + timedelta(days=int(day))


def add_calendar(name: str, closed: Iterable[date], opened: Iterable[date] = ()) -> None:
    """Add a business-day calendar: the days without business beside weekends, and weekend days with business."""
    days = (np.arange(cal.CALENDAR_DAYS) + cal.CALENDAR_START + 3) % 7 >= 5
    row = days.astype(np.uint8)
    for is_closed, marked in ((1, closed), (0, opened)):
        for day in marked:
            row[day_number(day) - cal.CALENDAR_START] = is_closed
    _ADDED[name] = row


def calendar_row(name: str) -> np.ndarray:
    """Return uint8[CALENDAR_DAYS], 1 on days without business.

    Names are those added, a place with a rule pack, whose own business days these are (with announced working
    weekends), or a country code in lower case; 1990 to 2060. Days that are not announced yet are provisional.
    """
    return _ADDED[name] if name in _ADDED else _country_row(name)


@cache
def _country_row(name: str) -> np.ndarray:
    try:
        years = [_year_of(name, year) for year in range(1990, 2061)]
    except NotImplementedError:
        raise Unsupported("$.contract.roll.calendar", name, "a calendar that was added, or a country code") from None
    add_calendar(name, chain(*(year.closed for year in years)), chain(*(year.opened for year in years)))
    return _ADDED.pop(name)


def _year_of(name: str, year: int) -> Year:
    has_days = name in places() and load(name).history(BUSINESS_DAYS)
    return earlier_year_of(load(name), year) if has_days else country_year_of(name.upper(), year)


def book_of(cases: Sequence[CaseFile], known_on: date | None = None) -> Book:
    """Return the columns of cases, as far as they were known at the end of a (UTC) day."""
    tables = Tables()
    terms = np.array([tables.contract(case.contract) for case in cases], np.int64).reshape(-1, term.WIDTH)
    offsets = [0]
    rows: list[tuple[int, int, int, int]] = []
    for case in cases:
        rows += tables.events(case, known_on)
        offsets.append(len(rows))
    return tables.book(terms, np.array(offsets, np.int64), rows)


def _table(rows: list[tuple[int, ...]], width: int) -> np.ndarray:
    return np.array(rows, np.int64).reshape(-1, width)


def known_events(case: CaseFile, known_on: date | None) -> list[Any]:
    """Return the events that are known, in replay order, without void reversals and what they void."""
    events = list(case.events)
    if known_on is not None:
        end = datetime.combine(known_on + timedelta(days=1), datetime.min.time(), UTC)
        events = [event for event in events if event.recorded_at < end]
    void = {event.of for event in events if event.kind == "reversal" and event.mode == "void"}
    kept = [
        event for event in events if event.id not in void and not (event.kind == "reversal" and event.mode == "void")
    ]
    return sorted(
        kept,
        key=lambda event: (
            event.on,
            STAGES.get(event.kind, RELIEF_STAGE),
            event.order,
            event.recorded_at,
            event.id,
        ),
    )


class Tables:
    """The side tables of a book while it is being built."""

    def __init__(self) -> None:
        self.rows: list[tuple[int, ...]] = []
        self.fees: list[tuple[int, ...]] = []
        self.ceilings: list[tuple[int, ...]] = []
        self.extra: list[int] = []
        self.calendars: dict[str, int] = {}

    def calendar_table(self) -> np.ndarray:
        """Return the calendars in order of their codes."""
        return np.stack([calendar_row(name) for name in self.calendars]) if self.calendars else NO_CALENDAR

    def book(
        self, terms: np.ndarray, offsets: np.ndarray | None = None, events: Sequence[tuple[int, int, int, int]] = ()
    ) -> Book:
        """Return the book of these tables; without events where none are given."""
        on, kind, amount, argument = zip(*events, strict=True) if events else ((), (), (), ())
        return Book(
            terms, np.zeros(len(terms) + 1, np.int64) if offsets is None else offsets, np.array(on, np.int32),
            np.array(kind, np.uint8), np.array(amount, np.int64), np.array(argument, np.int64), _table(self.rows, 3),
            _table(self.fees, 6), _table(self.ceilings, 4), np.array(self.extra, np.int64), self.calendar_table(),
        )  # fmt: skip

    def contract(self, terms: Contract) -> list[int]:
        """Return one row of contract columns."""
        row = [0] * term.WIDTH
        for set_terms in (_set_schedule, _set_late, _set_payments):
            set_terms(row, terms)
        if terms.roll is not None:
            row[term.ROLL] = cal.ROLLS[terms.roll.to]
            row[term.ROLL_ADJUSTS] = int(terms.roll.interest == "adjusted")
            row[term.CALENDAR] = self.calendars.setdefault(terms.roll.calendar, len(self.calendars))
        row[term.ROWS_AT], row[term.ROWS_N] = len(self.rows), len(terms.rows)
        self.add_rows(terms.rows)
        row[term.FEES_AT] = len(self.fees)
        for fee in terms.fees:
            self.fees += _fee_rows(fee)
        row[term.FEES_N] = len(self.fees) - row[term.FEES_AT]
        row[term.CEILINGS_AT] = len(self.ceilings)
        for ceiling in terms.ceilings:
            if ceiling.measure == "simple_on_outstanding":
                start = day_number(ceiling.from_ or date.min)
                end = day_number(ceiling.to or date.max)
                rate = ceiling.rate.nano_per_year(terms.day_count)
                self.ceilings.append((rate, start, end, int(ceiling.clamp == "cumulative")))
        row[term.CEILINGS_N] = len(self.ceilings) - row[term.CEILINGS_AT]
        return row

    def add_rows(self, rows: Iterable[Any]) -> None:
        """Add explicit rows to their table."""
        for row in rows:
            self.rows.append((day_number(row.due_on), row.principal, -1 if row.interest is None else row.interest))

    def events(self, case: CaseFile, known_on: date | None) -> list[tuple[int, int, int, int]]:
        """Return day, kind, amount and argument of a case's events, sorted."""
        known = known_events(case, known_on)
        places = {event.id: place for place, event in enumerate(known)}
        columns = []
        for event in known:
            kind, amount, argument = ENCODERS[event.kind](self, event, case.contract, places)
            columns.append((day_number(event.on), kind, amount, argument))
        return columns

    def keep(self, fields: list[int]) -> int:
        """Add an event's further fields to the extra table; return where they stand."""
        at = len(self.extra)
        self.extra += fields
        return at


def _set_schedule(row: list[int], terms: Contract) -> None:
    period = terms.period
    row[term.PRINCIPAL] = terms.principal
    row[term.DISBURSED_ON] = day_number(terms.disbursed_on)
    row[term.RATE] = terms.annual_rate.nano_per_year(terms.day_count)
    row[term.METHOD] = term.METHODS[terms.method]
    row[term.INSTALMENTS] = terms.instalments
    row[term.PERIOD_UNIT] = cal.PERIOD_UNITS[period.unit] if period else cal.MONTH
    row[term.PERIOD_COUNT] = period.count if period else 1
    row[term.FIRST_DUE_ON] = day_number(terms.first_due_on)
    row[term.DUE_DAY] = terms.due_day
    row[term.ON_TOP] = int(terms.first_period == "on_top")
    row[term.INSTALMENT] = terms.instalment or 0
    row[term.INSTALMENT_AGREED] = int(terms.instalment is not None)
    row[term.BALLOON] = terms.balloon
    row[term.PRINCIPAL_EVERY] = terms.principal_every
    row[term.PRINCIPAL_GRACE] = terms.principal_grace
    row[term.DOWN_PAYMENT] = terms.down_payment
    row[term.EVEN_LAST] = int(terms.even_last and terms.instalment is None)
    row[term.MULTIPLE] = terms.instalment_multiple
    row[term.ROUNDING] = money.ROUNDINGS[terms.rounding]
    row[term.INSTALMENT_ROUNDING] = money.ROUNDINGS[terms.instalment_rounding]
    row[term.DAY_COUNT] = cal.DAY_COUNTS[terms.day_count]
    row[term.DAILY] = int(terms.interest == "daily")


def _set_late(row: list[int], terms: Contract) -> None:
    row[term.GRACE_DAYS] = terms.grace_days
    row[term.GRACE_RUNS] = int(terms.grace_interest == "runs")
    row[term.TOLERANCE] = terms.tolerance
    row[term.PENALTY_SCALE] = 1
    penalty = terms.penalty
    if penalty is not None:
        row[term.PENALTY_DAY_COUNT] = cal.DAY_COUNTS[penalty.day_count]
        row[term.PENALTY_ON_INTEREST] = int(penalty.base == "principal_and_interest")
        row[term.PENALTY_REPLACES] = int(penalty.replaces_interest)
        if penalty.rate is not None:
            row[term.PENALTY_KIND] = term.BY_RATE
            row[term.PENALTY_VALUE] = penalty.rate.nano_per_year(penalty.day_count)
        else:
            assert penalty.multiple is not None
            row[term.PENALTY_KIND] = term.BY_MULTIPLE
            row[term.PENALTY_VALUE], row[term.PENALTY_SCALE] = penalty.multiple.as_integer_ratio()
    fee = terms.late_fee
    row[term.LATE_MAX], row[term.LATE_CAP] = -1, -1
    if fee is not None:
        row[term.LATE_KIND] = term.FIXED if fee.fixed is not None else term.PERCENT
        row[term.LATE_VALUE] = fee.fixed if fee.fixed is not None else _share(fee.percent)
        row[term.LATE_MIN] = fee.min or 0
        row[term.LATE_MAX] = -1 if fee.max is None else fee.max
        row[term.LATE_CAP] = -1 if fee.cap_total is None else fee.cap_total


def _set_payments(row: list[int], terms: Contract) -> None:
    allocation, prepayment = terms.allocation, terms.prepayment
    row[term.ORDER] = sum(term.COMPONENTS[part] << (2 * place) for place, part in enumerate(allocation.order))
    row[term.COMPONENT_FIRST] = int(allocation.across == "component_first")
    row[term.SURPLUS] = term.SURPLUSES[allocation.surplus]
    row[term.PREPAY_ALL_ACCRUED] = int(prepayment.interest == "all_accrued")
    if prepayment.fee is not None:
        is_fixed = prepayment.fee.fixed is not None
        row[term.PREPAY_FEE_KIND] = term.FIXED if is_fixed else term.PERCENT
        row[term.PREPAY_FEE_VALUE] = prepayment.fee.fixed if is_fixed else _share(prepayment.fee.percent)  # type: ignore[assignment]
    row[term.PREPAY_MINIMUM] = prepayment.minimum
    row[term.PAYOFF_PERIOD_END] = int(terms.payoff == "to_period_end")


def _share(share: Any) -> int:
    """Return a share in 1e-6."""
    return int(share * term.SHARE_UNIT)


def _fee_rows(fee: Any) -> list[tuple[int, ...]]:
    """Return a fee as one table row for each place it falls due."""
    places: Sequence[int] = (-1,)
    if fee.when == "each_instalment":
        places = (0,)
    elif fee.when != "disbursement":
        places = fee.when
    is_rate = fee.rate is not None
    value = int(fee.rate * term.RATE_UNIT) if is_rate else fee.amount
    codes = (term.FEE_BASES[fee.base], term.FEE_COLLECTIONS[fee.collected], term.FEE_PAYOFFS[fee.on_payoff])
    return [(place, int(is_rate), value, *codes) for place in places]


Encoded = tuple[int, int, int]
Encoder = Callable[[Tables, Any, Contract, dict[str, int]], Encoded]


def _opening(tables: Tables, event: Any, _: Contract, __: dict[str, int]) -> Encoded:
    fields = [0] * ev.OPEN_WIDTH
    balances = event.balances
    fields[ev.OPEN_NOT_DUE] = balances.principal_not_due
    fields[ev.OPEN_PRINCIPAL] = balances.principal
    fields[ev.OPEN_INTEREST] = balances.interest
    fields[ev.OPEN_PENALTY] = balances.penalty
    fields[ev.OPEN_FEES] = balances.fees
    if event.oldest_unpaid_due_on is not None:
        fields[ev.OPEN_HAS_OLDEST] = 1
        fields[ev.OPEN_OLDEST] = day_number(event.oldest_unpaid_due_on)
    fields[ev.OPEN_COUNT] = event.instalments or 0
    if event.next_due_on is not None:
        fields[ev.OPEN_NEXT_DUE] = day_number(event.next_due_on)
    fields[ev.OPEN_ROWS_AT], fields[ev.OPEN_ROWS_N] = len(tables.rows), len(event.rows or ())
    tables.add_rows(event.rows or ())
    return ev.OPENING, 0, tables.keep(fields)


def _pause(tables: Tables, event: Any, terms: Contract, _: dict[str, int]) -> Encoded:
    rate = -1
    if event.interest == "frozen":
        rate = 0
    elif event.interest != "accrues":
        rate = event.interest.rate.nano_per_year(terms.day_count)
    return ev.PAUSE, 0, tables.keep([
        day_number(event.from_), day_number(event.to), ev.PAUSE_ROW_MODES[event.rows], rate,
        ev.PAUSE_ACCRUALS[event.accrued], int(event.ageing == "stopped"), int(event.penalty == "stopped"),
    ])  # fmt: skip


def _moratorium(tables: Tables, event: Any, _: Contract, __: dict[str, int]) -> Encoded:
    fields = [day_number(event.from_), day_number(event.to), ev.STAY, 0, ev.NEXT_DUE, 1, 1]
    return ev.MORATORIUM, 0, tables.keep(fields)


def _restructure(tables: Tables, event: Any, terms: Contract, _: dict[str, int]) -> Encoded:
    if event.method == "flat":
        raise Unsupported("$.events[].method", "flat", "a plan of another method")
    fields = [0] * ev.PLAN_WIDTH
    fields[ev.PLAN_RATE] = event.annual_rate.nano_per_year(terms.day_count)
    fields[ev.PLAN_METHOD] = term.METHODS[event.method]
    fields[ev.PLAN_COUNT] = event.instalments
    fields[ev.PLAN_FIRST_DUE] = day_number(event.first_due_on)
    if event.step_up is not None and event.method == "level_instalment":
        fields[ev.PLAN_SHARE] = _share(event.step_up.share)
        fields[ev.PLAN_SHARE_ROWS] = event.step_up.rows
    fields[ev.PLAN_PARKED_END] = int(event.parked == "end")
    fields[ev.PLAN_AGEING] = ev.AGEINGS[event.ageing]
    fields[ev.PLAN_KEPT_ROWS] = event.kept_rows or 0
    at = ev.PLAN_CLAIMS
    for component in ev.CLAIM_COMPONENTS:
        for treatment in ev.TREATMENTS:
            fields[at] = getattr(getattr(event.claims, component), treatment)
            at += 1
    return ev.RESTRUCTURE, 0, tables.keep(fields)


def _due_day(_: Tables, event: Any, terms: Contract, __: dict[str, int]) -> Encoded:
    if terms.period is not None and terms.period.unit != "month":
        raise Unsupported("$.events[].due_day", f"periods of {terms.period}", "a contract whose periods are months")
    return ev.DUE_DAY_CHANGE, 0, event.due_day


def _waiver(_: Tables, event: Any, __: Contract, ___: dict[str, int]) -> Encoded:
    component = term.COMPONENTS["fee" if event.component == "fees" else event.component]
    return ev.WAIVER, -1 if event.amount == "all" else event.amount, component


ENCODERS: Final[dict[str, Encoder]] = {
    "opening": _opening,
    "pause": _pause,
    "moratorium": _moratorium,
    "restructure": _restructure,
    "due_day_change": _due_day,
    "waiver": _waiver,
    "disbursement": lambda _, event, __, ___: (ev.DISBURSEMENT, event.amount, 0),
    "rate_change": lambda _, event, terms, __: (ev.RATE_CHANGE, 0, event.annual_rate.nano_per_year(terms.day_count)),
    "acceleration": lambda *_: (ev.ACCELERATION, 0, 0),
    "reinstatement": lambda *_: (ev.REINSTATEMENT, 0, 0),
    "fee": lambda _, event, __, ___: (ev.FEE_EVENT, event.amount, 0),
    "payment": lambda _, event, __, ___: (ev.PAYMENT, event.amount, ev.DIRECT[event.direct_to]),
    "reversal": lambda _, event, __, places: (ev.RETURN, 0, places.get(event.of, -1)),
    "refund": lambda _, event, __, ___: (ev.REFUND, event.amount, 0),
    "charge_off": lambda *_: (ev.CHARGE_OFF, 0, 0),
}
