"""The fields of a Metro 2 base segment: what a filed row, its contract and its borrower say in that format.

Never writes a file (that is `metro2_file`), and never guesses: a loan that the format cannot carry for certain is
refused with the reason. Amounts are whole dollars, the cents dropped.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from reprieve.errors import BadInput
from reprieve.lending.contract import Contract
from reprieve.lending.credit_record import Row

PORTFOLIO_TYPE: Final = "I"
"""Instalment."""
ACCOUNT_TYPE: Final = "01"
"""Unsecured."""
INDIVIDUAL: Final = "1"
"""The borrower alone owes the debt (Equal Credit Opportunity Act code)."""
COUNTRY: Final = "US"
CURRENCY: Final = "USD"
DISPUTED: Final = "XB"
"""Compliance condition: the lender looks into what the borrower disputes (Fair Credit Reporting Act)."""
DISPUTE_ENDED: Final = "XH"
"""Compliance condition: disputed before, and looked into."""
PAID, PAID_AFTER_CHARGE_OFF, CHARGED_OFF, CURRENT = "13", "64", "97", "11"
COMMENTS: Final = {"restructure": "CO", "pause": "CP", "moratorium": "CP"}
"""Special comments while a loan is in relief: loan modified; account in forbearance."""
PAID_FOR_LESS: Final = "AU"
MONTHLY, SINGLE = "M", "P"
HISTORY_MONTHS: Final = 24
DOLLARS: Final = 100
DOLLARS_MOST: Final = 999_999_999
ACCOUNT_NUMBER_MOST: Final = 30
_RATINGS: Final = ((180, "6"), (150, "5"), (120, "4"), (90, "3"), (60, "2"), (30, "1"), (0, "0"))
"""Payment ratings by the first day past due of each."""
_NAME: Final = re.compile(r"[A-Z][A-Z -]*")
_PLACE: Final = re.compile(r"[A-Z0-9][A-Z0-9 .,'#/&-]*")
_TELEPHONE: Final = re.compile(r"(?:\+?1)?([2-9]\d{9})")
_POSTAL_CODE: Final = re.compile(r"(\d{5})-?(\d{4})?")


@dataclass(frozen=True, slots=True)
class BaseSegment:
    """One account in one month, by the names of the format's fields; an amount in whole dollars."""

    account_number: str
    date_opened: date
    highest_credit: int
    terms_duration: str
    terms_frequency: str
    scheduled_monthly_payment: int
    actual_payment: int
    account_status: str
    payment_rating: str
    payment_history_profile: str
    special_comment: str
    compliance_condition_code: str
    current_balance: int
    amount_past_due: int
    original_charge_off_amount: int
    date_of_account_information: date
    date_of_first_delinquency: date | None
    date_closed: date | None
    date_of_last_payment: date | None


@dataclass(frozen=True, slots=True, repr=False)
class Consumer:
    """The borrower, as the format writes one. Holds identifiers: never logged, shown or kept."""

    surname: str
    first_name: str
    middle_name: str
    social_security_number: str
    date_of_birth: date | None
    telephone: str
    first_line: str
    city: str
    state: str
    postal_code: str


def base_segment(contract: Contract, row: Row, history: str, *, was_disputed: bool = False) -> BaseSegment:
    """Return the base segment of a filed row. Raises `BadInput` for a loan that the format cannot carry for certain.

    `history` is the payment history profile of the months before; `was_disputed` says that the row was filed as
    disputed before and is not any more.
    """
    _check(contract, row)
    facts, code = row.facts, row.code
    is_paid = code in (PAID, PAID_AFTER_CHARGE_OFF)
    balance = 0 if is_paid else row.outstanding - facts.accrued
    past_due = {CHARGED_OFF: balance, CURRENT: 0, PAID: 0, PAID_AFTER_CHARGE_OFF: 0}.get(code, facts.past_due_reported)
    condition = DISPUTED if row.is_disputed else DISPUTE_ENDED if was_disputed else ""
    return BaseSegment(
        account_number=account_number(row.contract),
        date_opened=contract.disbursed_on,
        highest_credit=dollars(contract.principal),
        terms_duration=_duration(contract),
        terms_frequency=SINGLE if contract.instalments == 1 else MONTHLY,
        scheduled_monthly_payment=0 if is_paid else dollars(facts.scheduled),
        actual_payment=dollars(facts.paid),
        account_status=code,
        payment_rating=rating(facts.late_before_end) if code == PAID else "",
        payment_history_profile=history,
        special_comment=_comment(row),
        compliance_condition_code=condition,
        current_balance=dollars(balance),
        amount_past_due=dollars(past_due),
        original_charge_off_amount=dollars(facts.charged_off or 0),
        date_of_account_information=_as_of(row),
        date_of_first_delinquency=_first_delinquency(row),
        date_closed=facts.closed_on,
        date_of_last_payment=facts.last_paid_on,
    )


def payment_history(codes: Mapping[date, str], month: date, letters: Mapping[str, str]) -> str:
    """Return the 24 letters of the months before a month (by its first day), the newest first.

    `codes` are the account statuses that stand, by the first day of their month; `letters` is the pack's table.
    """
    found = []
    oldest = min(codes, default=month)
    for _ in range(HISTORY_MONTHS):
        month = _month_before(month)
        code = codes.get(month)
        missing = letters["none"] if month >= oldest else letters["none_before"]
        found.append(missing if code is None else letters.get(code, letters["none"]))
    return "".join(found)


def consumer(identifiers: Mapping[str, str]) -> Consumer:
    """Return a borrower from their identifiers by kind. Raises `BadInput` that names the kind, never its value."""
    number = re.sub(r"[ -]", "", identifiers.get("national_id", ""))
    birth = _birth(identifiers.get("birth_date", ""))
    if number and (not re.fullmatch(r"\d{9}", number) or number[0] == "9"):
        raise _no("national_id", "something else", "the 9 digits of a Social Security number")
    if not number and birth is None:
        raise _no("national_id", "nothing, and no birth_date", "one of the two")
    return Consumer(
        surname=_written(identifiers, "family_name", _NAME, 25),
        first_name=_written(identifiers, "given_name", _NAME, 20),
        middle_name=_written(identifiers, "middle_name", _NAME, 20, is_needed=False),
        social_security_number=number,
        date_of_birth=birth,
        telephone=_telephone(identifiers.get("phone", "")),
        first_line=_written(identifiers, "street", _PLACE, 32),
        city=_written(identifiers, "city", _PLACE, 20),
        state=_written(identifiers, "region", re.compile(r"[A-Z]{2}"), 2),
        postal_code=_postal_code(identifiers.get("postal_code", "")),
    )


def dollars(minor: int) -> int:
    """Return whole dollars of cents; the cents are dropped, and a credit balance is nothing."""
    return max(0, minor) // DOLLARS


def rating(days_past_due: int) -> str:
    """Return the payment rating of days past due.

    >>> rating(29), rating(30), rating(180)
    ('0', '1', '6')
    """
    return next(letter for first, letter in _RATINGS if days_past_due >= first)


def account_number(contract: str) -> str:
    """Return a contract's number as the format writes it: letters and digits alone."""
    return "".join(sign for sign in contract.upper() if sign.isascii() and sign.isalnum())


def _check(contract: Contract, row: Row) -> None:
    number, period = account_number(row.contract), contract.period
    if not 1 <= len(number) <= ACCOUNT_NUMBER_MOST:
        raise _no("account number", f"{len(number)} letters and digits", f"1 to {ACCOUNT_NUMBER_MOST}")
    if contract.currency != CURRENCY:
        raise _no("currency", contract.currency, CURRENCY)
    is_monthly = period is not None and period.unit == "month" and (period.count == 1 or contract.instalments == 1)
    if not is_monthly:
        raise _no("terms", f"periods of {period}", "monthly instalments, or one payment after whole months")
    if max(contract.principal, row.outstanding) // DOLLARS > DOLLARS_MOST:
        raise _no("amount", "more than nine digits of dollars", f"at most {DOLLARS_MOST:,} dollars")
    if row.code in (CHARGED_OFF, PAID_AFTER_CHARGE_OFF) and row.facts.delinquent_since is None:
        raise _no("date of first delinquency", "a charge-off of a loan that was never 30 days late", "such a day")


def _duration(contract: Contract) -> str:
    """Return the months of the terms, three digits."""
    assert contract.period is not None
    return f"{min(999, contract.instalments * contract.period.count):03}"


def _comment(row: Row) -> str:
    if row.code in (PAID, PAID_AFTER_CHARGE_OFF):
        return PAID_FOR_LESS if row.facts.is_principal_waived else ""
    return COMMENTS.get(row.facts.relief or "", "")


def _as_of(row: Row) -> date:
    """Return the day the segment speaks of: the month's end, or the day a paid account was paid."""
    is_paid = row.code in (PAID, PAID_AFTER_CHARGE_OFF)
    return row.facts.closed_on if is_paid and row.facts.closed_on is not None else row.month_end


def _first_delinquency(row: Row) -> date | None:
    """Return the day of the first 30-day delinquency that led to the status or rating; nothing while current."""
    is_late_before = row.code == PAID and rating(row.facts.late_before_end) != "0"
    return row.facts.delinquent_since if row.is_adverse or is_late_before else None


def _month_before(month: date) -> date:
    return date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)


def _written(
    identifiers: Mapping[str, str], kind: str, allowed: re.Pattern[str], longest: int, *, is_needed: bool = True
) -> str:
    """Return an identifier in the format's letters: capitals without accents, cut to its length."""
    plain = unicodedata.normalize("NFKD", identifiers.get(kind, "")).upper()
    text = " ".join("".join(sign for sign in plain if not unicodedata.combining(sign)).split())
    if not text and not is_needed:
        return ""
    if not text:
        raise _no(kind, "nothing", "a text")
    if not allowed.fullmatch(text):
        raise _no(kind, "signs the format does not have", "letters A to Z, as the format writes them")
    return text[:longest].rstrip()


def _birth(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise _no("birth_date", "something else", "a date written YYYY-MM-DD") from None


def _telephone(text: str) -> str:
    """Return ten digits, or nothing where the number is not one of the United States."""
    found = _TELEPHONE.fullmatch(re.sub(r"[ ().-]", "", text))
    return "" if found is None else found[1]


def _postal_code(text: str) -> str:
    found = _POSTAL_CODE.fullmatch(text.strip())
    if found is None:
        raise _no("postal_code", "something else" if text else "nothing", "5 or 9 digits")
    return found[1] + (found[2] or "")


def _no(where: str, found: str, allowed: str) -> BadInput:
    return BadInput(where, found, allowed, code="metro2")
