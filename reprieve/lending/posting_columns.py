"""What many events and loans post, by column: the amounts `posting` gives one by one. Computes no claim.

Amounts lie account by account, in the order of the chart, debit positive: int64[accounts, events].
"""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from reprieve.engine import events as ev
from reprieve.engine import terms as term
from reprieve.engine.batch import Book
from reprieve.lending.changes import HELD, Moved
from reprieve.lending.contract import Contract
from reprieve.lending.movement import BALANCES, COMPONENT_OF, COMPONENTS, CONTRACT, disbursement_fees
from reprieve.lending.posting import BANK, Amounts, PostingTable

_PAID: Final = [ev.PLAN_CLAIMS + at * len(ev.TREATMENTS) + ev.PAID for at in range(len(ev.CLAIM_COMPONENTS))]


def accounts(table: PostingTable) -> tuple[str, ...]:
    """Return the accounts in order of their columns."""
    return tuple(table.chart)


def event_amounts(book: Book, moved: Moved, table: PostingTable) -> np.ndarray:
    """Return what the events of `moved` post, int64[accounts, events]: as `movement_amounts` does, event by event."""
    kind = book.kind[moved.event]
    amounts = _balance_amounts(moved.change, table)
    amounts[accounts(table).index(BANK)] += _cash(book, moved, kind)
    for number, name in enumerate(ev.KINDS):
        at = np.flatnonzero(kind == number)
        if len(at):
            _balance(name, amounts, at, moved.change, table)
    return amounts


def opening_amounts(
    book: Book, moved: Moved, templates: Sequence[Contract | None], template: np.ndarray, table: PostingTable
) -> np.ndarray:
    """Return what the first disbursements of `moved` post, int64[accounts, loans paid out]."""
    terms = book.terms[moved.opened]
    net = terms[:, term.PRINCIPAL] - terms[:, term.DOWN_PAYMENT]
    others = np.zeros(len(net), np.int64)
    for place, contract in _with_fees(templates, template[moved.opened]):
        for payee, amount, collected in _fees(contract, int(terms[place, term.PRINCIPAL])):
            net[place] -= amount if collected != "financed" else 0
            others[place] += amount if payee == "third_party" else 0
    amounts = _balance_amounts(moved.opened_change, table)
    amounts[accounts(table).index(BANK)] -= net
    amounts[accounts(table).index(table.events[CONTRACT]["third_party"])] -= others
    _balance(CONTRACT, amounts, np.arange(len(net)), moved.opened_change, table)
    return amounts


def growth_sums(grown: np.ndarray, applied: np.ndarray, table: PostingTable) -> Amounts:
    """Return what the growth of many loans posts in sum: as `growth_amounts` does, loan by loan.

    `grown` is int64[loans, len(BALANCES)], `applied` int64[loans, len(COMPONENTS)].
    """
    columns = accounts(table)
    sums = _balance_amounts(grown.sum(axis=0, keepdims=True), table)[:, 0]
    for place, component in enumerate(COMPONENTS):
        earned = _component(grown, component) + applied[:, place]
        is_given_up = (earned < 0) if component == "principal" else np.zeros(len(earned), bool)
        sums[columns.index(table.growth["given_up"])] -= earned[is_given_up].sum()
        sums[columns.index(table.growth[component])] -= earned[~is_given_up].sum()
    sums[columns.index(table.growth["charged"])] += grown[:, HELD].sum() + applied.sum()
    assert sums.sum() == 0, "debits equal credits"
    return {name: amount for name, amount in zip(columns, sums.tolist(), strict=True) if amount}


def _with_fees(templates: Sequence[Contract | None], template: np.ndarray) -> Iterator[tuple[int, Contract]]:
    """Yield the places of loans whose terms have a fee at disbursement, with those terms."""
    for number in np.unique(template).tolist():
        contract = templates[number]
        if contract is not None and any(fee.when == "disbursement" for fee in contract.fees):
            yield from ((place, contract) for place in np.flatnonzero(template == number).tolist())


def _fees(contract: Contract, principal: int) -> list[tuple[str, int, str]]:
    """Return payee, amount and way of collection of the fees at disbursement, of a principal of the loan's own."""
    return disbursement_fees(contract.model_copy(update={"principal": principal}))


def _cash(book: Book, moved: Moved, kind: np.ndarray) -> np.ndarray:
    """Return the money that events brought in; what went out is negative."""
    amount = book.amount[moved.event]
    cash = np.zeros(len(kind), np.int64)
    cash[kind == ev.PAYMENT] = amount[kind == ev.PAYMENT]
    cash[kind == ev.DISBURSEMENT] = -amount[kind == ev.DISBURSEMENT]
    refunds = kind == ev.REFUND
    cash[refunds] = moved.change[refunds, HELD]
    returns = np.flatnonzero(kind == ev.RETURN)
    paid = book.offsets[moved.loan[returns]] + book.argument[moved.event[returns]]
    cash[returns] = -book.amount[paid]
    plans = np.flatnonzero(kind == ev.RESTRUCTURE)
    fields = book.argument[moved.event[plans], None] + np.array(_PAID)
    cash[plans] = book.extra[fields].sum(axis=1)
    return cash


def _balance_amounts(change: np.ndarray, table: PostingTable) -> np.ndarray:
    """Return changed balances by account; held money is owed to the borrower, so it stands as a credit."""
    rows = accounts(table)
    amounts = np.zeros((len(rows), len(change)), np.int64)
    for place, name in enumerate(BALANCES):
        amounts[rows.index(table.balances[name])] += -change[:, place] if place == HELD else change[:, place]
    return amounts


def _balance(kind: str, amounts: np.ndarray, at: np.ndarray, change: np.ndarray, table: PostingTable) -> None:
    """Post what is left over of the events of a kind where the posting table says."""
    rows, row = accounts(table), table.events[kind]
    if "charged" not in row:
        for component in COMPONENTS:
            amounts[rows.index(row[component]), at] -= _component(change[at], component)
    rest = np.zeros(len(at), np.int64)
    for account in amounts:
        rest += account[at]
    more, less = (row["charged"], row["given_up"]) if "charged" in row else (row["principal"], row["principal"])
    amounts[rows.index(more), at] -= np.maximum(rest, 0)
    amounts[rows.index(less), at] -= np.minimum(rest, 0)


def _component(change: np.ndarray, component: str) -> np.ndarray:
    """Return the sum of a component's balances."""
    places = [place for place, name in enumerate(BALANCES) if COMPONENT_OF.get(name) == component]
    sums: np.ndarray = change[:, places].sum(axis=1)
    return sums
