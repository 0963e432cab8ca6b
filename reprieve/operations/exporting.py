"""The credit record of a month as a file for others: Metro 2, or CSV rows. Never files a row, and keeps no file.

A Metro 2 file is the one place where borrowers' identifiers are opened in numbers: it takes a role, and leaves a trace.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any, Final

from django.db import transaction

from reprieve.errors import BadInput, Refusal, Refused
from reprieve.lending.case import Case
from reprieve.lending.metro2 import BaseSegment, Consumer, base_segment, consumer, payment_history
from reprieve.lending.metro2_file import Reporter, file_of
from reprieve.lending.risk_class import risk_class
from reprieve.operations.command import Act
from reprieve.rules import load
from reprieve.storage import credit_rows
from reprieve.storage.actors import leave_trace, roles_of, user_row
from reprieve.storage.credit_rows import Standing
from reprieve.storage.journal import last_day_of
from reprieve.storage.lateness import changes_of, plans_of
from reprieve.storage.lender import OpenDay, open_day
from reprieve.storage.people import identifiers_of_many

LETTERS: Final = "credit_record.payment_history_codes"
MAY_EXPORT: Final = frozenset({"accountant", "risk"})
PAGE: Final = 1_000
COLUMNS: Final = (
    "contract", "month_end", "filing", "code", "is_adverse", "days_past_due", "contractual_days_past_due",
    "amount_past_due", "outstanding", "is_disputed", "risk_class",
)  # fmt: skip
HISTORY_MONTHS: Final = 24


@dataclass(frozen=True, repr=False)
class Exported:
    """A file for others: its content, how many accounts are in it, and those that are not, with the reason."""

    content: str
    accounts: int
    withheld: tuple[tuple[str, str], ...] = ()

    def report(self) -> dict[str, Any]:
        """Return what may be shown and kept of it: nothing that identifies a borrower."""
        return {
            "accounts": self.accounts, "sha256": sha256(self.content.encode()).hexdigest(),
            "withheld": [{"contract": contract, "because": because} for contract, because in self.withheld],
        }  # fmt: skip


def metro2(act: Act, month: date, reporter: Reporter) -> Exported:
    """Return the Metro 2 file of a month (its first day): each row that stands, in order of contracts.

    An account that the format cannot carry for certain is withheld and named. Raises `Refused` for whoever may not
    export, `BadInput` where the lender's place has no such format or nothing was filed.
    """
    with transaction.atomic():
        clock, user = _allowed(act)
        letters = load(clock.place).on(last_day_of(month)).find(LETTERS)
        if letters is None:
            raise BadInput("place", clock.place, "a place whose rules have the letters of Metro 2", code="no_format")
        assert isinstance(letters.value, Mapping)
        segments, withheld = _segments(month, {str(code): str(sign) for code, sign in letters.value.items()})
        content = file_of(reporter, segments, activity_on=last_day_of(month), created_on=clock.day)
        done = Exported(content, len(segments), tuple(withheld))
        return _traced("export_metro2", act, month, done, clock, user)


def credit_record(act: Act, month: date) -> Exported:
    """Return the rows that stand for a month as CSV, with the best risk class that the rules still allow.

    No identifier is opened. Raises as `metro2` does.
    """
    with transaction.atomic():
        clock, user = _allowed(act)
        text = io.StringIO(newline="")
        write = csv.writer(text, lineterminator="\n")
        write.writerow(COLUMNS)
        count = 0
        for page in _pages(month):
            classes = _risk_classes(page, clock.place)
            write.writerows(_plain(standing, classes[standing.contract]) for standing in page)
            count += len(page)
        return _traced("export_credit_record", act, month, Exported(text.getvalue(), count), clock, user)


def _allowed(act: Act) -> tuple[OpenDay, int]:
    user = user_row(act.user)
    if not MAY_EXPORT & roles_of(user, act.now):
        because = f"To export the credit record takes the role {' or '.join(sorted(MAY_EXPORT))}."
        raise Refused((Refusal("authority.role", because, "the lender's authorities"),))
    return open_day(act.now), user


def _pages(month: date) -> Iterator[list[Standing]]:
    """Yield the rows that stand for a month. Raises `BadInput` where there is none."""
    after, is_empty = 0, True
    while page := credit_rows.of_month(month, after=after, limit=PAGE):
        is_empty, after = False, page[-1].contract
        yield page
    if is_empty:
        raise BadInput("month", f"{month:%Y-%m}", "a month of which something was filed", code="not_filed")


def _segments(
    month: date, letters: Mapping[str, str]
) -> tuple[list[tuple[BaseSegment, Consumer]], list[tuple[str, str]]]:
    found: list[tuple[BaseSegment, Consumer]] = []
    withheld: list[tuple[str, str]] = []
    for page in _pages(month):
        rows = [standing.contract for standing in page]
        codes = credit_rows.codes_before(rows, month, _months_back(month, HISTORY_MONTHS))
        disputed = credit_rows.marked_disputed(rows, month)
        people = identifiers_of_many({standing.customer for standing in page})
        for one in page:
            try:
                person = consumer(_known(people, one.customer))
                contract = Case.read({"contract": one.terms}).file.contract
                history = payment_history(codes.get(one.contract, {}), month, letters)
                segment = base_segment(contract, one.row, history, was_disputed=one.contract in disputed)
                found.append((segment, person))
            except BadInput as error:
                withheld.append((one.row.contract, str(error)))
    return _without_twins(found, withheld)


def _known(people: Mapping[int, Mapping[str, str]], customer: int) -> Mapping[str, str]:
    if customer not in people:
        raise BadInput("customer", "one who was erased", "a borrower who can be named", code="metro2")
    return people[customer]


def _without_twins(
    found: Sequence[tuple[BaseSegment, Consumer]], withheld: list[tuple[str, str]]
) -> tuple[list[tuple[BaseSegment, Consumer]], list[tuple[str, str]]]:
    """Withhold the accounts whose numbers are the same once signs are left out: one would be taken for the other."""
    numbers = Counter(segment.account_number for segment, _ in found)
    kept = [(segment, person) for segment, person in found if numbers[segment.account_number] == 1]
    twins = sorted(number for number, count in numbers.items() if count > 1)
    return kept, withheld + [(number, "two contracts have this number once signs are left out") for number in twins]


def _plain(standing: Standing, risk: str | None) -> list[Any]:
    row = standing.row
    shown = {
        "contract": _text(row.contract), "month_end": row.month_end.isoformat(), "filing": row.filing, "code": row.code,
        "is_adverse": row.is_adverse, "days_past_due": row.days_past_due,
        "contractual_days_past_due": row.contractual_days_past_due, "amount_past_due": row.amount_past_due,
        "outstanding": row.outstanding, "is_disputed": row.is_disputed, "risk_class": risk or "",
    }  # fmt: skip
    return [shown[name] for name in COLUMNS]


def _risk_classes(page: Sequence[Standing], place: str) -> dict[int, str | None]:
    """Return the best risk class of each contract at the month's end; none where the pack has none for the lender."""
    on, rows = page[0].row.month_end, [standing.contract for standing in page]
    changes, plans = changes_of(rows, on), plans_of(rows, on)
    found = {}
    for one in page:
        scope = one.rules or {}
        rules = load(place).on(on, scope.get("lender_type"), scope.get("product"))
        found[one.contract] = risk_class(
            rules, one.row.days_past_due, changes.get(one.contract, []), plans.get(one.contract, [])
        )
    return found


def _text(value: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{value}" if value[:1] in "=+-@\t\r" else value


def _traced(action: str, act: Act, month: date, done: Exported, clock: OpenDay, user: int) -> Exported:
    """Leave the trace of an export: which month, how many accounts, and the hash of the file."""
    report = done.report()
    facts = {"accounts": done.accounts, "withheld": len(done.withheld), "sha256": report["sha256"]}
    subject = ("credit_record", f"{month:%Y-%m}")
    leave_trace(action, subject, user=user, request_id=act.request_id, facts=facts, at=clock.instant)
    return done


def _months_back(month: date, count: int) -> date:
    number = month.year * 12 + month.month - 1 - count
    return date(number // 12, number % 12 + 1, 1)
