"""Money from outside: bank lines to payments. Never guesses, and never takes a line twice.

Lines are taken in sets, each in one transaction: a file that is given again, or goes on after a kill, does what is
missing. What makes a line exist once is its own key, whichever file it comes in and whoever gives it.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from django.db import IntegrityError, transaction

from reprieve.errors import Refusal, Refused, ReprieveError
from reprieve.lending.intake import BankLine, Match, Statement, candidates, match
from reprieve.operations.announcing import announce
from reprieve.operations.command import Act, Answer, Work, begin, command
from reprieve.operations.failpoints import reach
from reprieve.operations.payment_sets import Taken, take_in_set, told
from reprieve.operations.recording import Draft, draft, keep, keep_last
from reprieve.storage import bank_lines, contracts
from reprieve.storage.actors import user_row
from reprieve.storage.bank_lines import Kept, Money
from reprieve.storage.commands import is_listened_to

LINES_AT_ONCE: Final = 2_000


def take_bank_file(act: Act, statement: Statement, *, at_once: int = LINES_AT_ONCE) -> dict[str, Any]:
    """Take the lines of a bank file: money with exactly one known reference becomes a payment, other money waits.

    Returns counts and sums by what became of the lines, and the rows that could not be read; a line that was taken
    before, from whichever file, is not taken again. `at_once` lines are committed together.
    """
    counts: Counter[str] = Counter()
    sums: Counter[str] = Counter()
    for start in range(0, len(statement.lines), at_once):
        lines = statement.lines[start : start + at_once]
        for line in _take_set(act, match(lines, bank_lines.references(candidates(lines)))):
            counts[line.became] += 1
            sums[line.became] += line.money.amount
    assert sum(sums.values()) == statement.total, "every line becomes something"
    return {"lines": dict(counts), "amounts": dict(sums), "errors": [str(error) for error in statement.errors]}


def _take_set(act: Act, found: Sequence[Match]) -> list[Kept]:
    """Take some lines in one transaction."""
    try:
        return _commit_set(act, found)
    except IntegrityError:
        # Somebody took one of these lines at the same moment. It is known now, so it is not taken again.
        return _commit_set(act, found)


def _commit_set(act: Act, found: Sequence[Match]) -> list[Kept]:
    with transaction.atomic():
        known = bank_lines.known([one.line.key for one in found])
        new = [one for one in found if one.line.key not in known]
        work = begin(act, user_row(act.user))
        taken = _take_all(work, new)
        bank_lines.keep(taken, user=work.user, request_id=act.request_id, at=work.now)
        reach("intake.before_commit")
    reach("intake.after_commit")
    return taken + [Kept(_money(one.line), "known") for one in found if one.line.key in known]


def _take_all(work: Work, found: Sequence[Match]) -> list[Kept]:
    """Take lines that nobody has taken; their events are written, the lines are not yet."""
    money = [_money(one.line) for one in found]
    paid = [place for place, one in enumerate(found) if one.contract is not None]
    in_set = take_in_set(work, [(found[place].contract or "", money[place]) for place in paid])
    payments = dict(zip(paid, in_set, strict=True))
    singly = {found[place].contract or "" for place, payment in payments.items() if payment is None}
    work = replace(work, named=contracts.hold_all(singly) if singly else {})
    taken, answers = [], []
    for place, one in enumerate(found):
        reach("intake.before_line")
        payment = payments.get(place)
        if payment is None:
            kept, answer = _take(work, one.contract, money[place], one.because)
        else:
            kept, answer = _kept(one.contract or "", money[place], payment)
        if answer is not None:
            answers.append(answer)
        taken.append(kept)
        reach("intake.after_line")
    contracts.record(work.unwritten)
    if is_listened_to():
        announce("take_payment", work, *answers)
    return taken


def _kept(contract: str, money: Money, payment: Taken) -> tuple[Kept, Answer]:
    """Return a line that was taken in a set, with what is told of its payment."""
    kept = Kept(money, "payment", "", contract, payment.contract, payment.name, payment.row)
    return kept, told(contract, money.amount, payment)


def _take(work: Work, contract: str | None, money: Money, because: str) -> tuple[Kept, Answer | None]:
    """Take one line: a payment of its contract, or money in suspense with the reason why nobody can place it."""
    if money.amount < 0:
        return Kept(money, "money_out", because), None
    if contract is None:
        return Kept(money, "suspense", because), None
    try:
        drafted = _drafted(work, money, contract)
        answer = keep_last(work, drafted, reference=money.key)
    except ReprieveError as error:
        return Kept(money, "suspense", str(error)), None
    return Kept(money, "payment", "", contract, drafted.held.row, drafted.event.id), answer


@command
def place_bank_line(work: Work, *, key: str, contract: str) -> Answer:
    """Place money in suspense: it becomes a payment of the contract that somebody has found it belongs to."""
    money = bank_lines.in_suspense(key)
    answer = keep(work, _drafted(work, money, contract), reference=money.key)
    bank_lines.matched(money.key, contract, answer["event"]["id"], work.now)
    return {"became": "payment", "key": key, **answer}


def _drafted(work: Work, money: Money, contract: str) -> Draft:
    """Return a line's money as a payment of its own day. Refused where the currencies differ."""
    on = min(money.booked_on, work.today)
    drafted = draft(work, contract, {"kind": "payment", "amount": money.amount, "on": on.isoformat()})
    currency = drafted.file.contract.currency
    if currency != money.currency:
        because = f"The money is in {money.currency}, contract {contract} in {currency}."
        raise Refused((Refusal("bank_line.currency", because, "a payment is in its contract's currency"),))
    return drafted


def _money(line: BankLine) -> Money:
    return Money(line.key, line.booked_on, line.amount, line.currency, line.reference)
