"""One case and what can be asked of it. Reads the case file, calls the kernel on a batch of one, shapes the answer.

The kernel computes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property, partial
from itertools import pairwise
from operator import add
from typing import Any, Final

from reprieve.engine import batch, money
from reprieve.engine import records as rec
from reprieve.engine import terms as term
from reprieve.engine.batch import Book
from reprieve.engine.cost import (
    SplitPayment,
    cost_of_credit,
    effective_interest_rate,
    irr_effective,
    irr_nominal,
    solve_apr,
)
from reprieve.errors import Unsupported
from reprieve.lending.apr_file import parse_apr
from reprieve.lending.case_file import CaseFile, parse_case
from reprieve.lending.columns import book_of, day_number, to_date
from reprieve.lending.lawfulness import Signed, is_judged, lawfulness_of
from reprieve.lending.limits import check_limits, check_years, years_held
from reprieve.lending.page import as_html
from reprieve.lending.record_outlook import RecordOutlook
from reprieve.rules import load
from reprieve.rules.delinquency import find_bucket

_PLACES: Final = {
    "due": (rec.O_DUE_PRINCIPAL, rec.O_DUE_INTEREST, rec.O_DUE_PENALTY, rec.O_DUE_FEES),
    "arrears": (rec.O_ARREARS_PRINCIPAL, rec.O_ARREARS_INTEREST, rec.O_ARREARS_PENALTY, rec.O_ARREARS_FEES),
    "accrued": (None, rec.O_ACCRUED_INTEREST, None, None),
    "not_due": (rec.O_NOT_DUE_PRINCIPAL, None, None, None),
    "parked": (rec.O_PARKED_PRINCIPAL, rec.O_PARKED_INTEREST, rec.O_PARKED_PENALTY, rec.O_PARKED_FEES),
}
_REFUSALS: Final = {
    rec.ERROR_NEGATIVE_PRINCIPAL: (
        "$.contract",
        "a row whose amount does not cover its interest",
        "an instalment above the interest of every row",
    ),
    rec.ERROR_LEVEL: ("$.contract.balloon", "more than what is owed", "a balloon below what the rows repay"),
    rec.ERROR_FIXED_INTEREST: (
        "$.events",
        "a change to interest that the schedule fixes",
        "a method whose rows can be priced again",
    ),
    rec.ERROR_NO_ROWS: ("$.events", "principal without rows to come", "rows that repay what is not due"),
}


@dataclass(frozen=True)
class Answer:
    """An answer: a frozen document that prints itself; `to_dict()` is the published JSON."""

    document: Mapping[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain JSON types."""
        return dict(self.document)

    def __getitem__(self, key: str) -> Any:
        return self.document[key]

    def _repr_html_(self) -> str:
        return as_html(self.document)


@dataclass(frozen=True)
class Case:
    """A case file that has been read and checked: a contract, its events and the rules it stands under."""

    file: CaseFile

    @classmethod
    def read(cls, document: Mapping[str, Any] | str | bytes) -> "Case":
        """Return the case of a document. Raises `BadInput` or `Unsupported`, saying where and what is allowed."""
        case = cls(parse_case(document))
        check_limits(case.file)
        return case

    @cached_property
    def book(self) -> Book:
        """The case as a batch of one, as all of it is known; the level amount is solved and stored as a term."""
        return self.known(None)

    @cached_property
    def years_held(self) -> int:
        """The years from disbursement that can be asked about: longer than any loan, unless it is enormous."""
        return years_held(self.file)

    def known(self, known_on: date | None) -> Book:
        """Return the batch of one as far as it was known at the end of a (UTC) day."""
        book = book_of([self.file], known_on)
        refuse(int(batch.solve_instalments(book)[0]))
        return book

    def _repr_html_(self) -> str:
        return schedule(self)._repr_html_()


def refuse(error: int) -> None:
    """Raise what the kernel found to be unsupported, if anything."""
    if error:
        path, found, allowed = _REFUSALS[error]
        raise Unsupported(path, found, allowed)


def schedule(case: Case) -> Answer:
    """Return the contract as signed, row by row: `instalments` and `totals` (minor units)."""
    rows, _, errors = batch.schedules(case.book)
    refuse(int(errors[0]))
    instalments = [
        {
            "number": number, "due_on": to_date(due).isoformat(), "principal": principal, "interest": interest,
            "fees": fees, "due": principal + interest + fees, "balance": balance,
        }
        for number, (due, principal, interest, fees, balance) in enumerate(rows.tolist(), 1)
    ]  # fmt: skip
    totals = {key: sum(row[key] for row in instalments) for key in ("principal", "interest", "fees", "due")}
    return Answer({"instalments": instalments, "totals": totals})


def position(case: Case, on: date, known_on: date | None = None) -> Answer:
    """Return what is owed at the end of day `on`, as known at the end of the (UTC) day `known_on`."""
    check_years(case.file, on, case.years_held)
    book = case.book if known_on is None else case.known(known_on)
    return Answer(with_bucket(case.file, position_of(book, on)))


def with_bucket(file: CaseFile, answer: dict[str, Any]) -> dict[str, Any]:
    """Return a position with the name the case's rule pack has for its days past due, if there is one that day."""
    if file.rules is not None:
        on = date.fromisoformat(answer["on"])
        answer["bucket"] = find_bucket(load(file.rules.place), on, answer["days_past_due"])
    return answer


def position_of(book: Book, on: date) -> dict[str, Any]:
    """Return the position of a batch of one as the published document."""
    values = batch.positions(book, day_number(on))[0].tolist()
    refuse(values[rec.O_ERROR])
    return shape(values, on)


def shape(values: Sequence[int], on: date) -> dict[str, Any]:
    """Return one row of positions as the published document."""
    answer: dict[str, Any] = {"on": on.isoformat()}
    sums = [0, 0, 0, 0]
    for part, places in _PLACES.items():
        amounts = [0 if place is None else values[place] for place in places]
        sums = list(map(add, sums, amounts))
        answer[part] = _balance(amounts)
    answer["outstanding"] = _balance(sums)
    answer["held"] = answer["refundable"] = values[rec.O_HELD]
    answer["payoff"] = values[rec.O_PAYOFF]
    answer["days_past_due"] = values[rec.O_DAYS_PAST_DUE]
    answer["contractual_days_past_due"] = values[rec.O_CONTRACTUAL_DAYS_PAST_DUE]
    answer["bucket"] = None
    answer["status"] = rec.STATUSES[values[rec.O_STATUS]]
    answer["next_due"] = None
    if values[rec.O_NEXT_DUE_ON] != -1:
        due_on = to_date(values[rec.O_NEXT_DUE_ON]).isoformat()
        answer["next_due"] = {"on": due_on, "amount": values[rec.O_NEXT_DUE_AMOUNT]}
    return answer


def _balance(amounts: list[int]) -> dict[str, int]:
    principal, interest, penalty, fees = amounts
    total = principal + interest + penalty + fees
    return {"principal": principal, "interest": interest, "penalty": penalty, "fees": fees, "total": total}


def project(case: Case, days: Sequence[int], on: date | None = None) -> Answer:
    """Return what the debt grows to some days after `on` if nothing more is paid, and what the credit record shows.

    Without `on` it starts from the day of the last event, or of disbursement.
    """
    file = case.file
    start = on or max([event.on for event in file.events], default=file.contract.disbursed_on)
    outlook = file.rules and RecordOutlook(file.rules, file.contract.disbursed_on, partial(position_of, case.book))
    projected = []
    for count in days:
        day = start + timedelta(count)
        check_years(file, day, case.years_held)
        shown = with_bucket(file, position_of(case.book, day))
        projected.append({"days": count, **shown, "credit_record": outlook and outlook.code_on(day)})
    end = start + timedelta(max(days, default=0))
    return Answer({"days": projected, "credit_record": outlook and outlook.effect(start, end)})


def cost(case: Case, on: date | None = None) -> Answer:
    """Return what the credit costs if it is paid as signed: totals, and the rate by each convention in percent.

    `lawfulness` is what the rules of the contract's day say of it, and those of the day `on` where a rule goes by
    another day than the contract's; nothing where no rules are named.
    """
    contract = case.file.contract
    advances = [(contract.disbursed_on, contract.principal)]
    payments = _first_payments(case) + _row_payments(case)
    answer = cost_of_credit(advances, payments)
    rates = {name: float(rate) for name, rate in answer["apr_percent"].items()}
    rates["eir"] = float(_effective_percent(case))
    return Answer({
        "total_repaid": answer["total_repaid"], "finance_charge": answer["finance_charge"], "apr": rates,
        "lawfulness": lawfulness_of(case.file, signed(case), on) if is_judged(case.file) else None,
    })  # fmt: skip


def original_rate(case: Case) -> Decimal:
    """Return the effective rate a year that a loan began with (IFRS 9, 5.4.1): what its contract yields as agreed."""
    return _effective_percent(case) / 100


def signed(case: Case) -> Signed:
    """Return the contract as its rules see it: every fee counts, also one that is left out of an APR.

    The simple rate is that of the PBoC notice 2021 No. 3: the rate of a period times the periods of a year.
    """
    contract = case.file.contract
    advances = [(contract.disbursed_on, contract.principal)]
    payments = _first_payments(case) + _row_payments(case)
    flows = [(paid.when, paid.principal + paid.interest + paid.fees + paid.fees_outside_apr) for paid in payments]
    percents = {
        "simple_on_outstanding": solve_apr("cn_simple", advances, flows).apr_percent,
        "irr_nominal": irr_nominal(advances, flows),
        "irr_effective": irr_effective(advances, flows),
    }
    rows = batch.schedules(case.book)[0].tolist()
    days = pairwise([contract.disbursed_on, *(to_date(row[0]) for row in rows)])
    in_use = [contract.principal - contract.down_payment, *(row[4] for row in rows)]
    return Signed(
        measures={measure: percent / 100 for measure, percent in percents.items()},
        charges=sum(amount for _, amount in flows) - contract.principal,
        spans=[(amount, (to - from_).days) for amount, (from_, to) in zip(in_use, days, strict=False)],
    )


def _effective_percent(case: Case) -> Decimal:
    contract = case.file.contract
    payments = _first_payments(case) + _row_payments(case)
    rated = [(paid.when, paid.principal + paid.interest + paid.fees) for paid in payments]
    return effective_interest_rate([(contract.disbursed_on, contract.principal)], rated).apr_percent


def _first_payments(case: Case) -> list[SplitPayment]:
    """Return what is paid, or deducted from the advance, on the day of disbursement; financed fees are in the rows."""
    contract = case.file.contract
    payments = []
    if contract.down_payment:
        payments.append(SplitPayment(contract.disbursed_on, principal=contract.down_payment))
    for fee in contract.fees:
        if fee.when == "disbursement" and fee.collected != "financed":
            amount = fee.amount
            if amount is None:
                assert fee.rate is not None
                share = int(fee.rate * term.RATE_UNIT)
                amount = money.multiply_divide(
                    contract.principal, share, term.RATE_UNIT, money.ROUNDINGS[contract.rounding]
                )
            payments.append(_fee_payment(contract.disbursed_on, amount, fee.in_apr))
    return payments


def _fee_payment(day: date, amount: int, in_apr: bool) -> SplitPayment:
    return SplitPayment(day, fees=amount) if in_apr else SplitPayment(day, fees_outside_apr=amount)


def _row_payments(case: Case) -> list[SplitPayment]:
    """Return the rows as payments, their fees split by whether they enter an APR; a financed fee is a charge."""
    rows, _, _ = batch.schedules(case.book)
    outside = _fees_outside_apr(case)
    financed = rows[:, 1].sum() - (case.file.contract.principal - case.file.contract.down_payment)
    payments = []
    for place, (due, principal, interest, fees, _) in enumerate(rows.tolist()):
        charge = int(financed) if place == len(rows) - 1 else 0
        payments.append(
            SplitPayment(to_date(due), principal - charge, interest, fees - outside[place] + charge, outside[place])
        )
    return payments


def _fees_outside_apr(case: Case) -> list[int]:
    """Return each row's fees that enter no APR: the schedule's fees once those that do are left out."""
    contract = case.file.contract
    kept = tuple(fee for fee in contract.fees if not fee.in_apr or fee.collected == "financed")
    other = case.file.model_copy(update={"contract": contract.model_copy(update={"fees": kept}), "events": ()})
    rows, _, _ = batch.schedules(Case(other).book)
    fees: list[int] = rows[:, 3].tolist()
    return fees


def apr(document: Mapping[str, Any] | str | bytes) -> Answer:
    """Return the annual percentage rate of plain cash flows (see `docs/reference`), in percent."""
    flows = parse_apr(document)
    answer = solve_apr(flows.convention, flows.flows("advances"), flows.flows("payments"), flows.unit_period)
    return Answer({
        "apr_percent": float(answer.apr_percent), "convention": answer.convention, "unit_period": answer.unit_period,
    })  # fmt: skip


def explain(case: Case, on: date, figure: str = "penalty", known_on: date | None = None) -> Answer:
    """Return the spans behind the outstanding penalty, interest, principal or fees on a day; they sum to it."""
    from reprieve.lending.explanation import explanation_of

    book = case.book if known_on is None else case.known(known_on)
    return Answer(explanation_of(case.file, book, on, figure, position_of(book, on)))
