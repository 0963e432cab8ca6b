"""The loan's fields of a Metro 2 base segment. Never holds a name, an address or a number of a person.

Amounts are in minor units; `whole_units` gives the whole dollars that a file carries. Fields that need the person
(names, birth date, address, social security number) are added by whoever writes the file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from reprieve.lending.contract import Contract
from reprieve.lending.credit_record import Row

PORTFOLIO_TYPE: Final = "I"
"""Instalment."""
ACCOUNT_TYPE: Final = "01"
"""Unsecured."""
DISPUTED: Final = "XB"
"""Compliance condition: disputed directly with the one who reports, under the Fair Credit Reporting Act."""
FREQUENCIES: Final = {
    (1, "month"): "M", (2, "month"): "L", (3, "month"): "Q", (6, "month"): "S", (12, "month"): "Y",
    (1, "week"): "W", (2, "week"): "B", (1, "semimonth"): "E",
}  # fmt: skip
DOLLARS: Final = 100


@dataclass(frozen=True, slots=True)
class BaseSegment:
    """One account in one month, by the names of the format's fields."""

    account_number: str
    portfolio_type: str
    account_type: str
    date_opened: date
    highest_credit: int
    terms_duration: str
    terms_frequency: str
    scheduled_monthly_payment: int
    actual_payment: int
    account_status: str
    payment_history_profile: str | None
    compliance_condition_code: str | None
    current_balance: int
    amount_past_due: int
    original_charge_off_amount: int | None
    date_of_account_information: date
    date_of_first_delinquency: date | None
    date_closed: date | None
    date_of_last_payment: date | None


@dataclass(frozen=True, slots=True)
class MonthFacts:
    """What a month adds that neither contract nor row says, money in minor units."""

    scheduled_payment: int
    actual_payment: int
    last_payment_on: date | None = None
    closed_on: date | None = None
    charged_off_amount: int | None = None
    delinquent_since: date | None = None


def base_segment(contract: Contract, row: Row, facts: MonthFacts, *, profile: str | None = None) -> BaseSegment:
    """Return the base segment of a month's row.

    `profile` is the history of the 24 months before, newest first, from `payment_history`. Its codes are not in the
    rule pack, because sources disagree; without them the field is left out rather than guessed.
    """
    return BaseSegment(
        account_number=row.contract,
        portfolio_type=PORTFOLIO_TYPE,
        account_type=ACCOUNT_TYPE,
        date_opened=contract.disbursed_on,
        highest_credit=contract.principal,
        terms_duration=f"{contract.instalments:03}",
        terms_frequency=_frequency(contract),
        scheduled_monthly_payment=facts.scheduled_payment,
        actual_payment=facts.actual_payment,
        account_status=row.code,
        payment_history_profile=profile,
        compliance_condition_code=DISPUTED if row.is_disputed else None,
        current_balance=row.outstanding,
        amount_past_due=row.amount_past_due,
        original_charge_off_amount=facts.charged_off_amount,
        date_of_account_information=row.month_end,
        date_of_first_delinquency=_first_delinquency(row, facts),
        date_closed=facts.closed_on,
        date_of_last_payment=facts.last_payment_on,
    )


def payment_history(rows: Mapping[date, Row], months: int, codes: Mapping[str, str], *, none_before: str) -> str:
    """Return a payment history profile: one code a month before the current one, the newest first.

    `rows` are the standing rows by month end, the current month left out; `codes` says which letter an account status
    becomes, `none_before` the letter of a month without a row.
    """
    newest = [codes[rows[day].code] for day in sorted(rows, reverse=True)]
    return "".join([*newest, *[none_before] * months][:months])


def whole_units(minor: int) -> int:
    """Return whole dollars of cents; the cents are dropped."""
    return minor // DOLLARS


def fields(segment: BaseSegment) -> dict[str, Any]:
    """Return a segment as plain fields: whole dollars, dates as MMDDYYYY, what does not apply as null."""
    money = (
        "highest_credit", "scheduled_monthly_payment", "actual_payment", "current_balance", "amount_past_due",
        "original_charge_off_amount",
    )  # fmt: skip
    shown: dict[str, Any] = {name: getattr(segment, name) for name in BaseSegment.__slots__}
    for name, value in shown.items():
        if isinstance(value, date):
            shown[name] = f"{value:%m%d%Y}"
        elif name in money and value is not None:
            shown[name] = whole_units(value)
    return shown


def _frequency(contract: Contract) -> str:
    period = contract.period
    if contract.method == "bullet":
        return "P"
    return "M" if period is None else FREQUENCIES.get((period.count, period.unit), "M")


def _first_delinquency(row: Row, facts: MonthFacts) -> date | None:
    """Return the day the lateness that is reported began: the oldest due date not paid, kept after a charge-off."""
    if not row.is_adverse:
        return None
    if facts.delinquent_since is not None:
        return facts.delinquent_since
    return row.month_end - timedelta(row.contractual_days_past_due)
