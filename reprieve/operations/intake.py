"""Money and books from outside: bank lines to payments, loans of another system. Never guesses, never takes twice.

Each line and each loan is a command of its own, whose key is the line's or the loan's: a file that is given again, or
goes on after a kill, does what is missing.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.db import transaction

from reprieve.errors import BadInput, Refusal, Refused, ReprieveError
from reprieve.lending.case import Case, position
from reprieve.lending.intake import BankLine, Statement, match
from reprieve.lending.movement import COMPONENTS
from reprieve.operations.command import Act, Answer, Work, command
from reprieve.operations.commands.contracts import check_migrated, migrate_contract
from reprieve.operations.commands.customers import known_customer
from reprieve.operations.failpoints import reach
from reprieve.operations.recording import record
from reprieve.storage import bank_lines
from reprieve.storage.bank_lines import Money
from reprieve.storage.contracts import known_numbers
from reprieve.storage.idempotency import answered_keys
from reprieve.storage.lender import OpenDay, open_day
from reprieve.storage.products import on_sale


def take_bank_file(act: Act, statement: Statement) -> dict[str, Any]:
    """Take the lines of a bank file: money with exactly one known reference becomes a payment, other money waits.

    Returns counts and sums by what became of the lines, and the rows that could not be read; a line that was taken
    before, from whichever file, is not taken again.
    """
    counts: Counter[str] = Counter()
    sums: Counter[str] = Counter()
    for found in match(statement.lines, bank_lines.references()):
        reach("intake.before_line")
        own = replace(act, key=f"bank line {found.line.key}")
        answer = take_bank_line(own, line=_document(found.line), contract=found.contract, because=found.because).answer
        counts[answer["became"]] += 1
        sums[answer["became"]] += found.line.amount
        reach("intake.after_line")
    assert sum(sums.values()) == statement.total, "every line becomes something"
    return {"lines": dict(counts), "amounts": dict(sums), "errors": [str(error) for error in statement.errors]}


@command
def take_bank_line(work: Work, *, line: Mapping[str, Any], contract: str | None = None, because: str = "") -> Answer:
    """Take one line: a payment of its contract, or money in suspense with the reason why nobody can place it."""
    money = Money(**{**line, "booked_on": date.fromisoformat(line["booked_on"])})
    if bank_lines.is_known(money.key):
        return {"became": "known", "key": money.key, "because": "It was taken before."}
    bank_lines.add(money, work.now)
    if money.amount < 0:
        return {"became": "money_out", "key": money.key, "because": because}
    if contract is None:
        return {"became": "suspense", "key": money.key, "because": because}
    try:
        with transaction.atomic():
            answer = _paid(work, money, contract)
    except ReprieveError as error:
        return {"became": "suspense", "key": money.key, "because": str(error)}
    return {"became": "payment", "key": money.key, **answer}


@command
def place_bank_line(work: Work, *, key: str, contract: str) -> Answer:
    """Place money in suspense: it becomes a payment of the contract that somebody has found it belongs to."""
    return {"became": "payment", "key": key, **_paid(work, bank_lines.in_suspense(key), contract)}


def _paid(work: Work, money: Money, contract: str) -> Answer:
    """Record a line's money as a payment of its own day. Refused where the currencies differ."""
    on = min(money.booked_on, work.today)
    event = {"kind": "payment", "amount": money.amount, "on": on.isoformat()}
    answer = record(work, contract, event, reference=money.key)
    currency = work.contracts.get(contract).file.contract.currency
    if currency != money.currency:
        because = f"The money is in {money.currency}, contract {contract} in {currency}."
        raise Refused((Refusal("bank_line.currency", because, "a payment is in its contract's currency"),))
    bank_lines.matched(money.key, contract, answer["event"]["id"], work.now)
    return answer


def _document(line: BankLine) -> dict[str, Any]:
    return {
        "key": line.key, "booked_on": line.booked_on.isoformat(), "amount": line.amount, "currency": line.currency,
        "reference": line.reference,
    }  # fmt: skip


def import_book(
    act: Act, loans: Iterable[Mapping[str, Any]], control: Mapping[str, Any], *, is_dry_run: bool = False
) -> dict[str, Any]:
    """Take over a book from another system: all of what can be read, once its control totals agree, or nothing.

    Each loan is `{number, customer, product, file}`; `control` gives `loans`, and where known `principal` and
    `outstanding` by component, of the loans that are accepted, as of the open day. Returns what was found, row by row
    what was rejected and why, and how far the totals are off; nothing is committed unless they are not.
    """
    clock = open_day(act.now)
    accepted, rejected = _read_all(list(loans), act, clock)
    found = _totals([file for _, file in accepted], clock.day)
    off = {
        key: {"control": wanted, "found": found.get(key)} for key, wanted in control.items() if found.get(key) != wanted
    }
    report: dict[str, Any] = {"found": found, "rejected": rejected, "off": off, "imported": 0}
    if is_dry_run or off:
        return report
    for loan, _ in accepted:
        migrate_contract(replace(act, key=f"import {loan['number']}"), **loan)
        report["imported"] += 1
    return report


def _read_all(
    loans: Sequence[Mapping[str, Any]], act: Act, clock: OpenDay
) -> tuple[list[tuple[dict[str, Any], Case]], list[dict[str, Any]]]:
    """Return the loans that can be taken over, with their cases, and the rows that cannot, each with its reason."""
    accepted, rejected = [], []
    seen = _taken_numbers([str(loan.get("number")) for loan in loans], act)
    for row, loan in enumerate(loans, 1):
        try:
            accepted.append(_read_loan(loan, clock, seen))
        except ReprieveError as error:
            rejected.append({"row": row, "number": loan.get("number"), "because": str(error)})
    return accepted, rejected


def _read_loan(loan: Mapping[str, Any], clock: OpenDay, seen: set[str]) -> tuple[dict[str, Any], Case]:
    wanted = ("number", "customer", "product", "file")
    for key in wanted:
        if not loan.get(key):
            raise BadInput(key, "nothing", f"a value; a loan has {', '.join(wanted)}", code="missing")
    if loan["number"] in seen:
        allowed = "a number that no contract and no row before it has"
        raise BadInput("number", f'"{loan["number"]}"', allowed, code="number_taken")
    seen.add(loan["number"])
    known_customer(loan["customer"])
    on_sale(loan["product"], clock.day)
    case = Case.read(loan["file"])
    check_migrated(case.file, clock)
    position(case, clock.day)
    return {key: loan[key] for key in wanted}, case


def _taken_numbers(numbers: Sequence[str], act: Act) -> set[str]:
    """Return the numbers that contracts have already, but for those this very import has brought in before."""
    keys = {f"import {number}": number for number in numbers}
    own = {keys[key] for key in answered_keys(act.user, list(keys))}
    return known_numbers(numbers) - own


def _totals(cases: Sequence[Case], today: date) -> dict[str, Any]:
    """Return the control totals of cases: how many, the principal lent, what is outstanding by component."""
    outstanding: Counter[str] = Counter()
    for case in cases:
        outstanding.update(position(case, today)["outstanding"])
    return {
        "loans": len(cases), "principal": sum(case.file.contract.principal for case in cases),
        "outstanding": {component: outstanding[component] for component in (*COMPONENTS, "total")},
    }  # fmt: skip
