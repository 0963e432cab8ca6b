"""The credit record: one row a loan and month end, the notice before a first adverse row, disputes, corrections.

A row that was filed is never edited: what proves wrong is filed again. Never sends anything, and promises no repair.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from reprieve.errors import Refusal
from reprieve.rules import Pack, RulesInForce
from reprieve.rules.credit_record import dispute_answered_by, status_code
from reprieve.rules.figure import whole
from reprieve.rules.refusal import refuse

NOTICE: Final = "credit_record.prior_notice"
FIRST_REPORTED: Final = "credit_record.first_reported_days_past_due"
ENDINGS: Final = ("settled", "paid_after_charge_off")
"""What a code means after which nothing more is filed about a loan."""


@dataclass(frozen=True, slots=True)
class MonthFacts:
    """What a month adds to the position at its end, money in minor units.

    `scheduled` fell due in the month as the plan stood when it began, `paid` was paid in it. `accrued` is interest that
    is outstanding and not yet due. `past_due_reported` is what of the amount past due is late enough to be reported,
    and `delinquent_since` the day on which the unbroken lateness that is reported became so. `late_before_end` counts
    the days past due on the day before the loan was closed. `charged_off` is the amount charged off, whatever was paid
    since. `relief` is the kind of relief the loan is in.
    """

    scheduled: int = 0
    paid: int = 0
    accrued: int = 0
    past_due_reported: int = 0
    last_paid_on: date | None = None
    delinquent_since: date | None = None
    closed_on: date | None = None
    late_before_end: int = 0
    charged_off: int | None = None
    relief: str | None = None
    is_principal_waived: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """What is filed about one loan for one month, money in minor units.

    `amount_past_due` is all that has fallen due and is unpaid: principal, interest, penalty and fees together.
    `filing` counts from 1; a later filing of the same month replaces the one before it.
    """

    contract: str
    month_end: date
    code: str
    is_adverse: bool
    amount_past_due: int
    outstanding: int
    days_past_due: int
    contractual_days_past_due: int
    is_disputed: bool = False
    filing: int = 1
    facts: MonthFacts = MonthFacts()


def month_row(
    contract: str, position: Mapping[str, Any], rules: RulesInForce, *, has_due: bool, is_disputed: bool = False,
    facts: MonthFacts = MonthFacts(),
) -> Row:  # fmt: skip
    """Return the row of a month from the position at its end.

    `has_due` says whether an instalment fell due in the month. The code follows the days past due that the agreed
    relief shows; the contractual days stand beside it.
    """
    days = position["days_past_due"]
    was_charged_off = facts.charged_off is not None
    code, is_adverse = status(rules, position["status"], days, has_due=has_due, was_charged_off=was_charged_off)
    return Row(
        contract=contract,
        month_end=date.fromisoformat(position["on"]),
        code=code,
        is_adverse=is_adverse,
        amount_past_due=position["arrears"]["total"],
        outstanding=position["outstanding"]["total"],
        days_past_due=days,
        contractual_days_past_due=position["contractual_days_past_due"],
        is_disputed=is_disputed,
        facts=facts,
    )


def status(
    rules: RulesInForce, loan_status: str, days_past_due: int, *, has_due: bool, was_charged_off: bool = False
) -> tuple[str, bool]:
    """Return the code of a month and whether it is adverse, by the pack's own codes.

    A loan that is paid after a charge-off has a code of its own where the pack knows one, and stays adverse with it.
    """
    by_days = status_code(rules.pack, rules.on, days_past_due)
    is_late = days_past_due >= first_reported(rules)
    closing = _codes(rules)
    if loan_status == "closed":
        paid_off = closing.get("paid_after_charge_off") if was_charged_off else None
        return (closing["settled"], False) if paid_off is None else (paid_off, True)
    if loan_status == "charged_off":
        return closing["charged_off"], True
    if days_past_due == 0 and not has_due and "nothing_due_this_month" in closing:
        return closing["nothing_due_this_month"], False
    return by_days, is_late


def first_reported(rules: RulesInForce) -> int:
    """Return the days past due from which a loan is reported as late: one, unless the pack says more."""
    first = rules.find(FIRST_REPORTED)
    return 1 if first is None else whole(first)


def ending_codes(rules: RulesInForce) -> frozenset[str]:
    """Return the codes after which nothing more is filed about a loan."""
    codes = _codes(rules)
    return frozenset(codes[meaning] for meaning in ENDINGS if meaning in codes)


def _codes(rules: RulesInForce) -> dict[str, str]:
    """Return the codes that do not depend on days, by what they mean; the words of the two packs are made one."""
    rule = rules.find("credit_record.other_codes") or rules.get("credit_record.closing_codes")
    assert isinstance(rule.value, Mapping), f"{rule.key} is a table"
    means = {"paid_or_closed": "settled", "charge_off": "charged_off"}
    return {means.get(str(word), str(word)): str(code) for code, word in rule.value.items()}


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice to the borrower that an adverse row is about to be filed."""

    contract: str
    sent_on: date


def needs_notice(rules: RulesInForce, row: Row, filed: Sequence[Row]) -> bool:
    """Return whether the borrower must be told first: the row is adverse, and neither it nor the one before was.

    A correction of a row that was adverse already waits for nothing: held back, it would leave the worse one standing.
    """
    notice = rules.find(NOTICE)
    if notice is None or notice.value is not True or not row.is_adverse:
        return False
    standing = latest([old for old in filed if old.contract == row.contract and old.month_end <= row.month_end])
    earlier = [old for old in standing if old.month_end < row.month_end]
    was_adverse = bool(standing) and standing[-1].month_end == row.month_end and standing[-1].is_adverse
    return not was_adverse and not (earlier and earlier[-1].is_adverse)


def may_file(
    rules: RulesInForce, row: Row, filed: Sequence[Row], notices: Sequence[Notice], on: date
) -> Refusal | None:
    """Refuse a first adverse row whose borrower was not told since the lateness began and before the day of filing."""
    if not needs_notice(rules, row, filed):
        return None
    began = row.month_end - timedelta(row.days_past_due)
    if any(sent.contract == row.contract and began <= sent.sent_on < on for sent in notices):
        return None
    no = refuse(rules.get(NOTICE), "en")
    return replace(no, because=f"{no.because} None was sent for contract {row.contract} from {began} to before {on}.")


def latest(filed: Sequence[Row]) -> list[Row]:
    """Return the row that stands for each contract and month, in order of months: the last filing."""
    standing: dict[tuple[str, date], Row] = {}
    for row in sorted(filed, key=lambda row: (row.month_end, row.filing)):
        standing[row.contract, row.month_end] = row
    return list(standing.values())


def correction(row: Row, filed: Sequence[Row]) -> Row | None:
    """Return the row to file again where what is known now differs from what stands; nothing where it agrees.

    `row` is the month as known now. A month that was never filed is no correction.
    """
    same = [old for old in latest(filed) if (old.contract, old.month_end) == (row.contract, row.month_end)]
    if not same or replace(row, filing=same[0].filing) == same[0]:
        return None
    return replace(row, filing=same[0].filing + 1)


@dataclass(frozen=True, slots=True)
class Dispute:
    """A borrower says that what was filed for a month is wrong."""

    contract: str
    month_end: date
    received_on: date
    says: str
    answered_on: date | None = None


def answer_by(dispute: Dispute, pack: Pack) -> date:
    """Return the last day to answer a dispute in writing, by the rule in force when it was received."""
    return dispute_answered_by(pack, dispute.received_on)


def is_open(dispute: Dispute, on: date) -> bool:
    """Return whether a dispute was received and not answered by the end of a day; its row is marked that long."""
    return dispute.received_on <= on and (dispute.answered_on is None or dispute.answered_on > on)


def is_late(dispute: Dispute, pack: Pack, on: date) -> bool:
    """Return whether the answer is overdue, or came too late."""
    return (dispute.answered_on or on) > answer_by(dispute, pack)
