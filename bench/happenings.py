"""What happens on the loans of a bench book, by the column: payments, and on the full book everything else.

Events are flat arrays beside the number of their loan; `books` sorts and stores them.
"""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from bench.contracts import AS_OF, ROWS_MOST, due_dates
from reprieve.engine import events as ev
from reprieve.engine import terms as term


@dataclass(frozen=True)
class Events:
    """Events as arrays: loan, day, kind, amount (minor units, -1 for all) and argument, as the kernel has them.

    `name` tells the payments drawn apart from each other, and is -1 elsewhere: a returned payment's argument is the
    name of the payment until `books` knows its place.
    """

    loan: np.ndarray
    on: np.ndarray
    kind: np.ndarray
    amount: np.ndarray
    argument: np.ndarray
    name: np.ndarray

    def where(self, kept: np.ndarray) -> Self:
        """Return some of the events, by mask or by place."""
        return type(self)(*(column[kept] for column in vars(self).values()))


def make_events(loan: np.ndarray, on: np.ndarray, kind: int, amount: object = 0, argument: object = 0) -> Events:
    """Return events of one kind, those after `AS_OF` left out."""
    columns = [np.broadcast_to(np.asarray(one, np.int64), loan.shape) for one in (loan, on, kind, amount, argument, -1)]
    kept = columns[1] <= AS_OF
    return Events(*(column[kept] for column in columns))


def join(*parts: Events) -> Events:
    """Return all events of some groups."""
    return Events(*(np.concatenate(columns) for columns in zip(*(vars(part).values() for part in parts), strict=True)))


def draw_payments(rng: np.random.Generator, t: np.ndarray, fee: np.ndarray) -> Events:
    """Return payments, one a row that has fallen due.

    72 % of the borrowers pay on time, up to two days early or within grace; 18 % are careless: a quarter of their
    payments is 1 to 60 days late, a tenth short by up to a half, a tenth over by up to one more; 10 % stop somewhere.
    Where a surplus is not held nobody pays early, since that would prepay.
    """
    loans = len(t)
    due = due_dates(t[:, term.DISBURSED_ON], ROWS_MOST)
    number = np.arange(ROWS_MOST)
    sort = rng.choice(3, loans, p=[0.72, 0.18, 0.10])
    stops_at = np.where(sort == 2, rng.integers(0, ROWS_MOST, loans), ROWS_MOST)
    pays = (number < t[:, term.INSTALMENTS, None]) & (due <= AS_OF + 2) & (number < stops_at[:, None])
    loan, row = np.nonzero(pays)
    count = len(loan)
    careless = sort[loan] == 1
    chance = rng.random(count)
    delay = rng.integers(-2, 1, count)
    delay = np.where(rng.random(count) < 0.2, np.minimum(t[loan, term.GRACE_DAYS], 3), delay)
    delay = np.where(careless & (chance < 0.25), rng.integers(1, 61, count), delay)
    delay = np.where(t[loan, term.SURPLUS] == term.HOLD, delay, np.maximum(delay, 0))
    level = t[loan, term.INSTALMENT] + fee[loan]
    is_last = row == t[loan, term.INSTALMENTS] - 1
    amount = level + np.where(is_last, 50, 0)
    amount = np.where(careless & (chance > 0.9), level * rng.integers(50, 100, count) // 100, amount)
    amount = np.where(careless & (chance < 0.1), level * rng.integers(101, 200, count) // 100, amount)
    return name(make_events(loan, due[loan, row] + delay, ev.PAYMENT, amount))


def name(events: Events) -> Events:
    """Return events named by their place."""
    return replace(events, name=np.arange(len(events.loan)))


def prepay_some(rng: np.random.Generator, t: np.ndarray, payments: Events) -> Events:
    """Return the payments, one of them two to six times as large on half the loans that do not hold a surplus."""
    place = _one_of_each(rng, payments, np.flatnonzero((t[:, term.SURPLUS] != term.HOLD) & (rng.random(len(t)) < 0.5)))
    amount = payments.amount.copy()
    amount[place] *= rng.integers(2, 7, len(place))
    return replace(payments, amount=amount)


def draw_other_events(rng: np.random.Generator, t: np.ndarray, payments: Events) -> tuple[Events, np.ndarray]:
    """Return what else happens on a full book, and the extra fields of its pauses.

    4 % of the loans have a fee event, paid within ten days by four in five; 4 % a waiver, of all or of 50 yuan; 4 % a
    change of rate, to between half and 1.1 times; 5 % a returned payment, made again by three in four; 5 % a pause.
    """
    fee_on, waived_on, rated_on = (_on_some(rng, t, 0.04) for _ in range(3))
    amount = 100 * rng.integers(1, 51, len(fee_on[0]))
    waived = rng.choice([-1, 5_000], len(waived_on[0]))
    components = rng.choice([term.FEE, term.PENALTY, term.INTEREST], len(waived_on[0]))
    rate = t[rated_on[0], term.RATE] // 1_000_000 * rng.integers(500, 1_101, len(rated_on[0])) * 1_000
    fees = make_events(*fee_on, ev.FEE_EVENT, amount)
    returns = _draw_returns(rng, payments, len(t))
    again = returns.where(rng.random(len(returns.loan)) < 0.75)
    paid_again = payments.amount[np.searchsorted(payments.name, again.argument)]
    pauses, extra = _draw_pauses(rng, t)
    events = join(
        fees,
        _paid_soon(rng, fees.where(rng.random(len(fees.loan)) < 0.8), None),
        make_events(*waived_on, ev.WAIVER, waived, components),
        make_events(*rated_on, ev.RATE_CHANGE, 0, rate),
        returns,
        _paid_soon(rng, again, paid_again),
        pauses,
    )
    return events, extra


def _paid_soon(rng: np.random.Generator, owed: Events, amount: np.ndarray | None) -> Events:
    """Return payments up to ten days after some events, of their own amounts or of those given."""
    day = owed.on + rng.integers(0, 11, len(owed.loan))
    return make_events(owed.loan, day, ev.PAYMENT, owed.amount if amount is None else amount)


def _on_some(rng: np.random.Generator, t: np.ndarray, share: float) -> tuple[np.ndarray, np.ndarray]:
    """Return some loans, and a day of each, five or more after its disbursement."""
    loan = np.flatnonzero((rng.random(len(t)) < share) & (t[:, term.DISBURSED_ON] < AS_OF - 10))
    start = t[loan, term.DISBURSED_ON] + 5
    return loan, rng.integers(start, AS_OF + 1)


def _draw_returns(rng: np.random.Generator, payments: Events, loans: int) -> Events:
    """Return returned payments: one of each chosen loan, 2 to 20 days later."""
    place = _one_of_each(rng, payments, np.flatnonzero(rng.random(loans) < 0.05))
    day = payments.on[place] + rng.integers(2, 21, len(place))
    return make_events(payments.loan[place], day, ev.RETURN, 0, payments.name[place])


def _one_of_each(rng: np.random.Generator, payments: Events, loans: np.ndarray) -> np.ndarray:
    """Return the place of one payment of each of some loans that has any."""
    first = np.searchsorted(payments.loan, loans)
    count = np.searchsorted(payments.loan, loans, side="right") - first
    first, count = first[count > 0], count[count > 0]
    return first + rng.integers(0, count)


def _draw_pauses(rng: np.random.Generator, t: np.ndarray) -> tuple[Events, np.ndarray]:
    """Return pauses of 20 to 90 days, agreed up to five days before they begin, and their fields.

    Only where a surplus is held: elsewhere the amount need not cover the interest of a long row, which is refused.
    """
    loan, start = _on_some(rng, t, 0.066)
    kept = t[loan, term.SURPLUS] == term.HOLD
    loan, start = loan[kept], start[kept]
    count = len(loan)
    extra = np.zeros((count, ev.PAUSE_WIDTH), np.int64)
    extra[:, ev.PAUSE_FROM] = start
    extra[:, ev.PAUSE_TO] = start + rng.integers(20, 91, count)
    extra[:, ev.PAUSE_ROWS] = rng.choice([ev.SHIFT, ev.TO_END, ev.DUE_AFTER], count)
    extra[:, ev.PAUSE_RATE] = rng.choice([-1, 0], count)
    extra[:, ev.PAUSE_ACCRUED] = rng.integers(0, 4, count)
    extra[:, ev.PAUSE_AGEING_STOPS] = rng.integers(0, 2, count)
    extra[:, ev.PAUSE_PENALTY_STOPS] = rng.integers(0, 2, count)
    agreed = start - rng.integers(0, 6, count)
    return make_events(loan, agreed, ev.PAUSE, 0, np.arange(count) * ev.PAUSE_WIDTH), extra.ravel()
