"""What being late does to a credit record, by day, as the rule pack has it. Never promises a repair.

A claim is made only where a rule grants it; without a pack's codes the section says less, never more.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from reprieve.lending.field import LAST_DAY
from reprieve.lending.guide.guide_answer import Plan, RecordEvent
from reprieve.lending.guide.law import Law, claimed
from reprieve.lending.guide.terms import Terms
from reprieve.rules.credit_record import status_code
from reprieve.rules.credit_repair import NOT_COVERED, judge
from reprieve.rules.figure import whole
from reprieve.words.message import Count, Figure, Message, Money, Name, On

CODES: Final = "credit_record.status_codes"
ENTRIES_MOST: Final = 4
"""How many coming entries are shown; the pattern is clear after that."""


def code_of(law: Law, days_past_due: int) -> str | None:
    """Return the code of a month's entry at a number of days past due, or nothing where the pack has none."""
    if law.is_private or law.find(CODES) is None or days_past_due <= 0:
        return None
    return status_code(law.rules.pack, law.rules.on, days_past_due)


def record_of(terms: Terms, law: Law, plan: Plan | None) -> tuple[RecordEvent, ...]:
    """Return what the record shows by day: entries so far and to come, notice, deletion, dispute, repair."""
    if law.is_private:
        return ()
    is_late = terms.debt.overdue > 0
    history = [*_deletion(terms, law, plan), *_repair(terms, law)] if is_late else []
    forgiven = _tolerance(terms, law)
    entries = [event for event in _entries(terms, law) if not forgiven or event.on != terms.on]
    return (*forgiven, *entries, *_notice(law), *history, *_own_report(law))


def _tolerance(terms: Terms, law: Law) -> list[RecordEvent]:
    """Tell where what is missing is so little that a card's bill counts as paid."""
    rule = law.find("card.tolerance")
    if rule is None or not isinstance(rule.value, int) or not 0 < terms.debt.overdue <= rule.value:
        return []
    message = claimed("guide.record.tolerance", rule, amount=Money(rule.value))
    return [RecordEvent(on=None, code=None, message=message)]


def _entries(terms: Terms, law: Law) -> list[RecordEvent]:
    """Return today's entry and the next ones, each with the first day it could be reported."""
    rule = law.find(CODES)
    if rule is None or not isinstance(rule.value, Mapping):
        return []
    if terms.debt.days_overdue is None and terms.debt.overdue:
        return [RecordEvent(on=None, code=None, message=claimed("guide.record.codes", rule))]
    due_on, late = _first_due(terms), terms.debt.days_overdue or 0
    events: list[RecordEvent] = []
    for code, (first, last) in sorted(_ranges(rule.value), key=lambda one: one[1]):
        if first < 1 or last < max(late, 1) or len(events) == ENTRIES_MOST:
            continue
        on = max(due_on + timedelta(first), terms.on)
        key = "guide.record.now" if first <= late else "guide.record.from"
        figures: dict[str, Figure] = {"code": Name(code), "first": Count(first), "last": Count(last), "on": On(on)}
        if last >= 9999:
            key, figures = f"{key}_on", {name: figures[name] for name in ("code", "first", "on")}
        events.append(RecordEvent(on=on, code=code, message=claimed(key, rule, **figures)))
    return events


def _first_due(terms: Terms) -> date:
    """Return the day lateness counts from: the missed due date, or the next one to come."""
    not_due = terms.debt.not_due
    return terms.due_on if terms.debt.overdue or not_due is None else not_due.next_due_on


def _notice(law: Law) -> list[RecordEvent]:
    words = law.claim("guide.record.notice", "credit_record.prior_notice")
    return [RecordEvent(on=None, code=None, message=one) for one in words]


def _own_report(law: Law) -> list[RecordEvent]:
    """Say that a wrong entry can be disputed, and that the own report is free."""
    said = []
    for words, key, name in (
        ("guide.record.dispute", "credit_record.dispute_days", "days"),
        ("guide.record.reports", "credit_record.free_reports_a_year", "count"),
    ):
        value = law.value(key)
        if isinstance(value, int):
            claims = law.claim(words, key, **{name: Count(value)})
            said += [RecordEvent(on=None, code=None, message=one) for one in claims]
    return said


def _deletion(terms: Terms, law: Law, plan: Plan | None) -> list[RecordEvent]:
    """Return when an adverse entry goes: years after it began where a rule says so, else years after it ended."""
    years, rule = law.value("credit_record.retention_years"), law.find("credit_record.retention_years")
    after = law.value("credit_record.retention_starts_days_after_delinquency")
    if rule is None or not isinstance(years, int):
        return []
    if isinstance(after, int):
        ends = _years_after(_first_due(terms) + timedelta(after), years)
        words = claimed("guide.record.kept_from_start", rule, years=Count(years), on=On(ends))
    elif plan is None:
        ends, words = None, claimed("guide.record.kept", rule, years=Count(years))
    else:
        ends = _years_after(plan.last_on, years)
        words = claimed("guide.record.kept_until", rule, years=Count(years), on=On(ends), last_on=On(plan.last_on))
    return [RecordEvent(on=ends, code=None, message=words)]


def _repair(terms: Terms, law: Law) -> list[RecordEvent]:
    """Tell of a one-off repair: what it asks and whether it reaches this debt, or that it is over."""
    rule = law.find("credit_repair.window")
    if rule is None or not isinstance(rule.value, Mapping):
        return []
    last = rule.value["repaid_last"]
    if law.find("credit_repair.open") is None:
        return [RecordEvent(on=last, code=None, message=claimed("guide.record.repair_closed", rule, on=On(last)))]
    figures: dict[str, Figure] = {
        "on": On(last), "first": On(rule.value["overdue_first"]), "last": On(rule.value["overdue_last"]),
        "most": Money(law.value("credit_repair.item_most")),
    }  # fmt: skip
    said = [claimed("guide.record.repair_open", rule, **figures), *_not_covered(terms, law, rule.value["overdue_last"])]
    said += law.claim("guide.record.repair_effect", "credit_repair.effect")
    return [RecordEvent(on=last, code=None, message=one) for one in said]


def _not_covered(terms: Terms, law: Law, overdue_last: date) -> list[Message]:
    """Say why a repair that is open does not reach this debt as it stands today, where a rule says so."""
    arose_on = overdue_last if terms.debt.days_overdue is None else terms.due_on
    found = judge(law.rules.pack, terms.on, arose_on=arose_on, amount_minor=terms.debt.overdue)
    if found.status != NOT_COVERED:
        return []
    rule = law.rules.get(found.rule)
    if found.rule == "credit_repair.item_most":
        figures: dict[str, Figure] = {"amount": Money(terms.debt.overdue), "most": Money(whole(rule))}
        return [claimed("guide.record.repair_too_large", rule, **figures)]
    return [claimed("guide.record.repair_too_new", rule, on=On(terms.due_on), last=On(overdue_last))]


def _ranges(codes: Mapping[str, object]) -> list[tuple[str, tuple[int, int]]]:
    """Return the codes that stand for a range of days past due, with its first and last day."""
    return [
        (code, (days[0], days[1] if len(days) > 1 else 9999))
        for code, days in codes.items()
        if isinstance(days, tuple) and days and all(isinstance(day, int) for day in days)
    ]


def _years_after(day: date, years: int) -> date:
    if day.year + years > LAST_DAY.year:
        return LAST_DAY
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
