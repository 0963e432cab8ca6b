"""The ledger's nouns: accounts, lines and balanced entries, and what can be read from them. Never computes a position.

An amount is in minor units of the entry's currency; debit is positive, credit negative, so an entry sums to zero.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from reprieve.errors import BadInput, Refusal

AccountKind = Literal["asset", "liability", "equity", "income", "expense"]
KINDS: Final[tuple[AccountKind, ...]] = ("asset", "liability", "equity", "income", "expense")


@dataclass(frozen=True, slots=True)
class Account:
    """One account: its name in the posting table, its code in the chart, its kind, and what people call it."""

    name: str
    code: str
    kind: AccountKind
    says: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class EventSource:
    """The event behind an entry: one contract's event, whose money or relief the entry posts."""

    contract: str
    event: str


@dataclass(frozen=True, slots=True)
class CloseSource:
    """The close behind an entry: what a product's positions grew by between two closes."""

    product: str
    on: date
    previous_on: date | None


Source = EventSource | CloseSource


@dataclass(frozen=True, slots=True)
class Line:
    """One side of an entry: an account and an amount, debit positive."""

    account: str
    amount: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A balanced entry: posted on the open day, taking effect on `value_on`, with the source that explains it."""

    posted_on: date
    value_on: date
    product: str
    currency: str
    source: Source
    lines: tuple[Line, ...]

    def __post_init__(self) -> None:
        names = [line.account for line in self.lines]
        assert len(names) >= 2, f"an entry has at least two lines, not {names}"
        assert len(set(names)) == len(names), f"one line an account: {names}"
        assert all(type(line.amount) is int and line.amount for line in self.lines), "amounts are integers, none zero"
        assert sum(line.amount for line in self.lines) == 0, f"debits equal credits: {self.lines}"


def entry_of(
    amounts: Mapping[str, int], source: Source, *, posted_on: date, value_on: date, product: str, currency: str
) -> Entry | None:
    """Return the entry of amounts by account, zeros left out; nothing where all are zero. Asserts that it balances."""
    lines = tuple(Line(account, amount) for account, amount in amounts.items() if amount)
    return Entry(posted_on, value_on, product, currency, source, lines) if lines else None


def reversed_entry(entry: Entry, posted_on: date) -> Entry:
    """Return the entry that takes another back, posted on a later day: history is never edited."""
    lines = tuple(Line(line.account, -line.amount) for line in entry.lines)
    return Entry(posted_on, entry.value_on, entry.product, entry.currency, entry.source, lines)


def balances(entries: Iterable[Entry], upto: date | None = None) -> dict[str, int]:
    """Return the balance of every account that was posted to, debit positive, at the end of a posting day."""
    sums: defaultdict[str, int] = defaultdict(int)
    for entry in entries:
        if upto is None or entry.posted_on <= upto:
            for line in entry.lines:
                sums[line.account] += line.amount
    return dict(sums)


@dataclass(frozen=True, slots=True)
class TrialRow:
    """One row of the trial balance: an account whose balance stands as a debit or as a credit."""

    account: Account
    debit: int
    credit: int


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """Every account with its balance, in order of the chart; debits and credits come to the same."""

    rows: tuple[TrialRow, ...]
    debit: int
    credit: int


def trial_balance(entries: Iterable[Entry], chart: Mapping[str, Account], upto: date | None = None) -> TrialBalance:
    """Return the trial balance at the end of a posting day. Entries of one currency only; asserts that it foots."""
    kept = tuple(entries)
    assert len({entry.currency for entry in kept}) <= 1, "a trial balance is of one currency"
    sums = balances(kept, upto)
    accounts = sorted((chart[name] for name in sums), key=lambda account: account.code)
    rows = tuple(
        TrialRow(account, max(0, sums[account.name]), max(0, -sums[account.name]))
        for account in accounts
        if sums[account.name]
    )
    debit, credit = sum(row.debit for row in rows), sum(row.credit for row in rows)
    assert debit == credit, f"the trial balance is off by {debit - credit}"
    return TrialBalance(rows, debit, credit)


def behind(account: str, entries: Iterable[Entry]) -> dict[Source, int]:
    """Return what each source added to an account; they sum to its balance.

    An event's key leads to the contract and its event, a close's key to `contributions` of that product's loans.
    """
    sums: defaultdict[Source, int] = defaultdict(int)
    for entry in entries:
        for line in entry.lines:
            if line.account == account:
                sums[entry.source] += line.amount
    return {source: amount for source, amount in sums.items() if amount}


def contributions(account: str, postings: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    """Return what each loan added to a close's line: `postings` are the amounts by account of every loan, by id."""
    return {loan: amounts[account] for loan, amounts in postings.items() if amounts.get(account, 0)}


def total_of(postings: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """Return the sum of amounts by account over loans: the lines of one close of one product."""
    sums: defaultdict[str, int] = defaultdict(int)
    for amounts in postings:
        for account, amount in amounts.items():
            sums[account] += amount
    return dict(sums)


def check_chart(accounts: Iterable[Account], path: str) -> dict[str, Account]:
    """Return accounts by name. Raises `BadInput` for a name or code given twice, or a kind that is not one."""
    chart: dict[str, Account] = {}
    codes: dict[str, str] = {}
    for account in accounts:
        if account.name in chart or account.code in codes:
            other = codes.get(account.code, account.name)
            raise BadInput(f"{path}.{account.name}", f"code {account.code}", f"a name and code {other} does not have")
        if account.kind not in KINDS:
            raise BadInput(f"{path}.{account.name}.kind", account.kind, ", ".join(KINDS))
        chart[account.name] = account
        codes[account.code] = account.name
    return chart


def may_post(posted_on: date, locked_until: date | None) -> Refusal | None:
    """Refuse to post on a day of a locked month; what became known late is posted on the open day instead.

    `locked_until` is the last day of the last locked month.
    """
    if locked_until is None or posted_on > locked_until:
        return None
    because = f"The books are locked up to {locked_until}; {posted_on} lies within. Post it on the open day."
    return Refusal("ledger.month_lock", because, "the lender's closing rule")


@dataclass(frozen=True, slots=True)
class MonthFacts:
    """What is asked before a month is locked."""

    last_day: date
    locked_until: date | None
    days_not_closed: tuple[date, ...] = ()
    quarantined: tuple[str, ...] = ()
    control_differences: Mapping[str, int] | None = None


def may_lock(facts: MonthFacts) -> Refusal | None:
    """Refuse to lock a month with a day not closed, a loan in quarantine, or a control total that is off."""
    if facts.locked_until is not None and facts.last_day <= facts.locked_until:
        return Refusal("ledger.month_lock", f"{facts.last_day} is locked already.", "the lender's closing rule")
    if facts.days_not_closed:
        days = ", ".join(str(day) for day in facts.days_not_closed[:5])
        return Refusal("ledger.days_not_closed", f"Not closed yet: {days}.", "the lender's closing rule")
    if facts.quarantined:
        loans = ", ".join(facts.quarantined[:5])
        because = f"{len(facts.quarantined)} loans in quarantine: {loans}. Clear them first."
        return Refusal("ledger.quarantine", because, "the lender's closing rule")
    off = {account: amount for account, amount in (facts.control_differences or {}).items() if amount}
    if off:
        shown = ", ".join(f"{account} by {amount}" for account, amount in sorted(off.items()))
        return Refusal("ledger.control_totals", f"Ledger and positions differ: {shown}.", "the lender's closing rule")
    return None


def control_differences(
    entries: Iterable[Entry], controls: Mapping[str, int], accounts: Iterable[str]
) -> dict[str, int]:
    """Return ledger balance less control total of each account that positions control; empty where they agree."""
    sums = balances(entries)
    off = {account: sums.get(account, 0) - controls.get(account, 0) for account in accounts}
    return {account: amount for account, amount in off.items() if amount}
