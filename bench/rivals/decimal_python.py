"""The plain book loan by loan in `Decimal` and `date`, as a careful application would write it. Amounts in yuan."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import Final

import numpy as np

from bench.contracts import row_fees
from bench.rivals import FIGURES
from reprieve.engine import calendar as cal
from reprieve.engine import money
from reprieve.engine import terms as term
from reprieve.engine.batch import Book

CENT: Final = Decimal("0.01")
MICRO: Final = Decimal("0.00000001")
ZERO: Final = Decimal("0.00")
EPOCH: Final = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Contract:
    """The terms of one loan."""

    principal: Decimal
    rate: Decimal
    disbursed_on: date
    due_on: list[date]
    instalment: Decimal
    fee: Decimal
    is_actual: bool
    rounding: str
    grace: timedelta
    tolerance: Decimal
    late_fee: Decimal | None
    late_share: Decimal | None
    late_min: Decimal
    late_max: Decimal | None
    payments: list[tuple[date, Decimal]]


@dataclass(slots=True)
class Row:
    """One row of the schedule."""

    start: date
    due: date
    opening: Decimal
    principal: Decimal
    interest: Decimal


@dataclass(slots=True)
class Instalment:
    """A row that has fallen due, and what is unpaid of it."""

    due: date
    principal: Decimal
    interest: Decimal
    fee: Decimal
    since: date
    late: Decimal = ZERO
    accrued: Decimal = ZERO
    collected: Decimal = ZERO
    status: str = "grace"

    @property
    def unpaid(self) -> Decimal:
        """What lateness is judged by."""
        return self.principal + self.interest + self.fee


@dataclass(slots=True)
class Loan:
    """A loan while its days pass."""

    contract: Contract
    rows: list[Row]
    fallen: int = 0
    instalments: list[Instalment] = field(default_factory=list)
    held: Decimal = ZERO
    is_closed: bool = False

    def pass_days(self, day: date) -> None:
        """Let rows fall due and grace end, up to a day."""
        while not self.is_closed and self.fallen < len(self.rows) and self.rows[self.fallen].due <= day:
            row = self.rows[self.fallen]
            self.fallen += 1
            self.instalments.append(Instalment(row.due, row.principal, row.interest, self.contract.fee, row.due))
            if self.held:
                self.held = self.pay_due(row.due, self.held)
        for instalment in self.instalments:
            if instalment.status == "grace" and instalment.due + self.contract.grace < day:
                self.expire(instalment)

    def expire(self, instalment: Instalment) -> None:
        """End an instalment's grace."""
        older = sum((one.unpaid for one in self.instalments if one.due <= instalment.due), ZERO)
        if instalment.unpaid == 0 or older <= self.contract.tolerance:
            instalment.status = "tolerated"
            instalment.accrued = ZERO
            return
        instalment.status = "overdue"
        contract = self.contract
        if contract.late_fee is not None:
            instalment.late = contract.late_fee
        elif contract.late_share is not None:
            late = (instalment.unpaid * contract.late_share).quantize(CENT, contract.rounding)
            late = max(late, contract.late_min)
            instalment.late = late if contract.late_max is None else min(late, contract.late_max)

    def penalty_accrued(self, instalment: Instalment, day: date) -> Decimal:
        """The penalty up to a day, as if the instalment were overdue."""
        if instalment.status == "tolerated" or not instalment.principal:
            return instalment.accrued
        days = (day - instalment.since).days
        penalty = instalment.principal * self.contract.rate * 3 * days / 730
        return instalment.accrued + penalty.quantize(MICRO, ROUND_HALF_EVEN)

    def penalty(self, instalment: Instalment, day: date) -> Decimal:
        """The penalty owed on a day."""
        if instalment.status == "grace":
            return ZERO
        accrued = self.penalty_accrued(instalment, day)
        return accrued.quantize(CENT, self.contract.rounding) - instalment.collected

    def pay_due(self, day: date, amount: Decimal) -> Decimal:
        """Pay the instalments, oldest first; return what is left."""
        for instalment in self.instalments:
            if not amount:
                break
            amount = self.pay(instalment, day, amount)
        cumulative = ZERO
        for instalment in self.instalments:
            cumulative += instalment.unpaid
            if instalment.status == "overdue" and (not instalment.unpaid or cumulative <= self.contract.tolerance):
                instalment.accrued = self.penalty_accrued(instalment, day)
                instalment.since = day
                instalment.status = "tolerated"
        self.instalments = [
            one for one in self.instalments if one.unpaid or one.late or self.penalty(one, day)
        ]  # fmt: skip
        return amount

    def pay(self, instalment: Instalment, day: date, amount: Decimal) -> Decimal:
        """Pay one instalment: fee, late fee, penalty, interest, principal; return what is left."""
        paid = min(amount, instalment.fee)
        instalment.fee -= paid
        amount -= paid
        paid = min(amount, instalment.late)
        instalment.late -= paid
        amount -= paid
        paid = min(amount, self.penalty(instalment, day))
        instalment.collected += paid
        amount -= paid
        paid = min(amount, instalment.interest)
        instalment.interest -= paid
        amount -= paid
        paid = min(amount, instalment.principal)
        if paid:
            instalment.accrued = self.penalty_accrued(instalment, day)
            instalment.since = day
            instalment.principal -= paid
        return amount - paid

    def not_due(self) -> Decimal:
        """The principal that has not fallen due."""
        return ZERO if self.is_closed or self.fallen == len(self.rows) else self.rows[self.fallen].opening

    def accrued_interest(self, day: date) -> Decimal:
        """The running row's interest up to a day."""
        if self.is_closed or self.fallen == len(self.rows):
            return ZERO
        row = self.rows[self.fallen]
        return interest_of(self.contract, row, day).quantize(CENT, self.contract.rounding)

    def receive(self, day: date, amount: Decimal) -> None:
        """Take a payment: what is due first, then a payoff if it reaches, else it is held."""
        self.held = self.pay_due(day, self.held + amount)
        owed = self.not_due() + self.accrued_interest(day)
        if owed and self.held >= owed:
            self.held -= owed
            self.is_closed = True


def interest_of(contract: Contract, row: Row, day: date) -> Decimal:
    """The interest a row bears up to a day, to the micro unit."""
    days = (day - row.start).days
    year = 365 if contract.is_actual else 12 * (row.due - row.start).days
    return (row.opening * contract.rate * days / year).quantize(MICRO, ROUND_HALF_EVEN)


def schedule(contract: Contract) -> list[Row]:
    """The rows as signed."""
    rows = []
    balance, start, last = contract.principal, contract.disbursed_on, len(contract.due_on) - 1
    for number, due in enumerate(contract.due_on):
        row = Row(start, due, balance, ZERO, ZERO)
        row.interest = interest_of(contract, row, due).quantize(CENT, contract.rounding)
        row.principal = balance if number == last else min(balance, contract.instalment - row.interest)
        rows.append(row)
        balance -= row.principal
        start = due
    return rows


def position(contract: Contract, on: date) -> list[Decimal | int]:
    """The figures of a day."""
    loan = Loan(contract, schedule(contract))
    for day, amount in contract.payments:
        if day <= on:
            loan.pass_days(day)
            loan.receive(day, amount)
    loan.pass_days(on)
    parts = {True: [ZERO] * 4, False: [ZERO] * 4}
    for one in loan.instalments:
        part = parts[one.status == "overdue"]
        for place, amount in enumerate((one.principal, one.interest, loan.penalty(one, on), one.fee + one.late)):
            part[place] += amount
    accrued, not_due = loan.accrued_interest(on), loan.not_due()
    payoff = sum(parts[False] + parts[True], accrued + not_due) - loan.held
    late = max(((on - one.due).days for one in loan.instalments if one.status == "overdue"), default=0)
    following = (-1, ZERO)
    if not loan.is_closed and loan.fallen < len(loan.rows):
        row = loan.rows[loan.fallen]
        following = ((row.due - EPOCH).days, row.principal + row.interest + contract.fee)
    return [*parts[False], *parts[True], accrued, not_due, loan.held, payoff, late, *following]


def read_contracts(book: Book) -> list[Contract]:
    """Return the book as objects: what an application would have loaded before."""
    fees = row_fees(book.terms, book.fees)
    return [_read_contract(book, loan, int(fees[loan])) for loan in range(len(book))]


def run(contracts: list[Contract], on: int) -> list[list[Decimal | int]]:
    """Return the figures of every loan on a day."""
    day = EPOCH + timedelta(on)
    return [position(contract, day) for contract in contracts]


def as_minor(figures: list[list[Decimal | int]]) -> np.ndarray:
    """Return int64[loans, figures] in minor units and days, to compare."""
    days = {place for place, name in enumerate(FIGURES) if place in (12, 13)}
    return np.array([
        [int(figure) if place in days else int(figure * 100) for place, figure in enumerate(row)] for row in figures
    ])  # fmt: skip


def _yuan(minor: int) -> Decimal:
    return Decimal(minor).scaleb(-2)


def _read_contract(book: Book, loan: int, fee: int) -> Contract:
    t = book.terms[loan].tolist()
    disbursed_on = EPOCH + timedelta(t[term.DISBURSED_ON])
    events = range(int(book.offsets[loan]), int(book.offsets[loan + 1]))
    return Contract(
        principal=_yuan(t[term.PRINCIPAL]),
        rate=Decimal(t[term.RATE]) / term.RATE_UNIT,
        disbursed_on=disbursed_on,
        due_on=[
            EPOCH + timedelta(cal.add_periods(t[term.FIRST_DUE_ON], row, cal.MONTH, 1, t[term.DUE_DAY]))
            for row in range(t[term.INSTALMENTS])
        ],
        instalment=_yuan(t[term.INSTALMENT]),
        fee=_yuan(fee),
        is_actual=t[term.DAY_COUNT] == cal.ACT_365,
        rounding=ROUND_HALF_UP if t[term.ROUNDING] == money.HALF_UP else ROUND_HALF_EVEN,
        grace=timedelta(t[term.GRACE_DAYS]),
        tolerance=_yuan(t[term.TOLERANCE]),
        late_fee=_yuan(t[term.LATE_VALUE]) if t[term.LATE_KIND] == term.FIXED else None,
        late_share=Decimal(t[term.LATE_VALUE]) / term.SHARE_UNIT if t[term.LATE_KIND] == term.PERCENT else None,
        late_min=_yuan(t[term.LATE_MIN]),
        late_max=_yuan(t[term.LATE_MAX]) if t[term.LATE_MAX] >= 0 else None,
        payments=[(EPOCH + timedelta(int(book.on[at])), _yuan(int(book.amount[at]))) for at in events],
    )
