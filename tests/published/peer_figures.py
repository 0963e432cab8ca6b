"""Names the figures of a peer's checkpoint and ours alike, in cents. What is not named here is not compared."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import reprieve
from tests.published.life import Life
from tests.published.official import Case, cents
from tests.published.peer import business_day, contract, events

Figures = dict[str, int | str]

STATUSES = {"CLOSED_OBLIGATIONS_MET": "closed", "ACTIVE": "active", "OVERPAID": "closed"}


def peer_figures(case: Case, number: int) -> Figures:
    """Return the figures that the peer prints at one checkpoint, in cents, by name."""
    checkpoint = case["checkpoints"][number]
    expected = checkpoint["expect"]
    today = business_day(case, checkpoint["after_event"])
    figures: Figures = {}
    rows = expected.get("schedule", [])
    end = closing_day(case, number)
    for row in rows[1:]:
        if end and row["date"] > end:
            continue
        name = f"row {row['date']}"
        for part in ("principal", "interest", "due", "balance"):
            figures[f"{name} {part}"] = amount(row[part])
        figures[f"{name} fees"] = amount(row["fees"]) + amount(row["penalties"])
        if row["date"] <= today:
            figures[f"{name} outstanding"] = amount(row["outstanding"])
    totals = expected.get("schedule_totals", {})
    for part in totals.keys() - {"fees", "penalties"}:
        figures[f"total {part}"] = amount(totals[part])
    if totals:
        figures["total fees"] = amount(totals["fees"]) + amount(totals["penalties"])
    for row in transactions(case, number, "Repayment"):
        name = f"payment {row['date']}"
        for part in ("principal", "interest", "balance"):
            figures[f"{name} {part}"] = amount(row[part])
        figures[f"{name} fees"] = amount(row["fees"]) + amount(row["penalties"])
    for name, kinds in POSTINGS.items():
        for day in new_days(case, number, kinds):
            for part in ("interest", "fees"):
                figures[f"{name} {day} {part}"] = posted(case, number, kinds, day, part)
    if "status" in expected:
        figures["status"] = STATUSES[expected["status"]]
    if "all_obligations_met" in expected:
        figures["is closed"] = str(expected["all_obligations_met"])
    if "total_overdue" in expected:
        figures["arrears"] = amount(expected["total_overdue"])
    return figures


POSTINGS = {"earned to": {"Accrual": 1, "Accrual Adjustment": -1}, "posted to": {"Accrual Activity": 1}}
"""Two running sums of the peer's ledger: interest earned day by day, and interest of each row as it ends."""


def transactions(case: Case, number: int, *kinds: str) -> list[dict[str, str]]:
    columns = ["date", "type", "amount", "principal", "interest", "fees", "penalties", "balance"]
    listed = case["checkpoints"][number]["expect"].get("transactions", [])
    return [dict(zip(columns, row, strict=True)) for row in listed if row[1] in kinds]


def posted(case: Case, number: int, kinds: dict[str, int], day: str, part: str) -> int:
    rows = [row for row in transactions(case, number, *kinds) if row["date"] <= day]
    parts = ("fees", "penalties") if part == "fees" else (part,)
    return sum(kinds[row["type"]] * amount(row[one]) for row in rows for one in parts)


def new_days(case: Case, number: int, kinds: dict[str, int]) -> list[str]:
    """Return the days of postings that no earlier checkpoint printed: what was known then may differ from now."""
    earlier = [row for place in range(number) for row in transactions(case, place, *kinds)]
    return sorted({row["date"] for row in transactions(case, number, *kinds) if row not in earlier})


def amount(printed: str) -> int:
    return cents(Decimal(printed))


def closing_day(case: Case, number: int) -> str | None:
    """Return the day on which we find the loan closed at a checkpoint, if it is."""
    count = case["checkpoints"][number]["after_event"]
    life = Life(contract(case), events(case, count))
    paid = [event["on"] for event in life.history if event["kind"] == "payment"]
    return max(paid) if life.position(business_day(case, count))["status"] == "closed" else None


def our_figures(case: Case, number: int) -> Figures:
    """Return our figures of the same names at one checkpoint."""
    checkpoint = case["checkpoints"][number]
    expected, count = checkpoint["expect"], checkpoint["after_event"]
    today = business_day(case, count)
    life = Life(contract(case), events(case, count))
    is_disbursed = any(event["type"] == "disburse" for event in case["events"][:count])
    figures: Figures = {}
    if "schedule" in expected:
        figures |= our_rows(life, today, closing_day(case, number), is_disbursed)
    if "schedule_totals" in expected:
        figures |= our_totals(life, today, closing_day(case, number), is_disbursed)
    if any(row["type"] == "Repayment" for row in transactions(case, number, "Repayment")):
        figures |= our_payments(life)
    for name, kinds in POSTINGS.items():
        for day in new_days(case, number, kinds):
            seen = counted_to(day, case["product"]) if name == "earned to" else day
            figures[f"{name} {day} interest"] = life.earned(seen) if name == "earned to" else life.interest(seen)
            figures[f"{name} {day} fees"] = life.fees("", day)
    there = life.position(today)
    if "status" in expected:
        figures["status"] = there["status"]
    if "all_obligations_met" in expected:
        figures["is closed"] = str(there["status"] == "closed")
    if "total_overdue" in expected:
        figures["arrears"] = there["arrears"]["total"]
    return figures


def counted_to(day: str, product: dict[str, Any]) -> str:
    """Return the day whose end has earned what the peer posts on a day; it may count the day itself in."""
    counts_day_in = bool(product.get("interestRecognitionOnDisbursementDate"))
    return (date.fromisoformat(day) + timedelta(days=counts_day_in)).isoformat()


def rows_as_paid(life: Life, today: str) -> Iterator[tuple[dict[str, Any], int]]:
    """Yield each row of the contract with the interest that life gives it.

    As the peer's table does, this supposes that what is unpaid today is paid today and each later row on its due date.
    """
    instalments = reprieve.schedule(life.case).to_dict()["instalments"]
    interest_before = 0
    is_settled = False
    for row in instalments:
        if row["due_on"] > today and not is_settled:
            life, is_settled = life.with_payment(today, life.unpaid(today)), True
        interest = life.before(row["due_on"]).interest(row["due_on"])
        if row["due_on"] > today:
            life = life.with_payment(row["due_on"], life.unpaid(row["due_on"]))
        yield row, interest - interest_before
        interest_before = interest


def our_rows(life: Life, today: str, closed_on: str | None, is_disbursed: bool) -> Figures:
    figures: Figures = {}
    down_payment = life.terms.get("down_payment", 0)
    start = life.terms["disbursed_on"]
    if down_payment:
        unpaid = 0 if is_disbursed else down_payment
        figures |= named_row(start, down_payment, 0, 0, life.lent) | {f"row {start} outstanding": unpaid}
    fallen_due = []
    for row, interest in rows_as_paid(life, today):
        if closed_on and row["due_on"] > closed_on:
            continue
        figures |= named_row(row["due_on"], row["principal"], interest, life.fees(start, row["due_on"]), row["balance"])
        start = row["due_on"]
        if start <= today:
            fallen_due.append(start)
    unpaid = life.unpaid(today)
    for day in reversed(fallen_due):
        figures[f"row {day} outstanding"] = min(unpaid, int(figures[f"row {day} due"]))
        unpaid -= int(figures[f"row {day} outstanding"])
    return figures


def named_row(day: str, principal: int, interest: int, fees: int, balance: int) -> Figures:
    """Return a row's figures by name; a fee counts in the row in whose period it falls due, as the peer prints it."""
    parts = {"principal": principal, "interest": interest, "fees": fees, "balance": balance}
    parts["due"] = principal + interest + fees
    return {f"row {day} {part}": value for part, value in parts.items()}


def our_totals(life: Life, today: str, closed_on: str | None, is_disbursed: bool) -> Figures:
    """Return the sums of the table; what was paid late or ahead is what met older or later dues on its day."""
    interest = life.interest(today) if closed_on else sum(interest for _, interest in rows_as_paid(life, today))
    fees = life.fees("", "9999")
    down_payment = life.terms.get("down_payment", 0) if is_disbursed else 0
    paid = life.paid(today) + down_payment
    due = life.terms["principal"] + interest + fees
    late = ahead = 0
    for before, payment, after in payments(life):
        met = before.unpaid(payment["on"]) - after.unpaid(payment["on"])
        yesterday = (date.fromisoformat(payment["on"]) - timedelta(days=1)).isoformat()
        late += min(met, before.unpaid(yesterday) if yesterday >= life.terms["disbursed_on"] else 0)
        held = after.position(payment["on"])["held"] - before.position(payment["on"])["held"]
        ahead += payment["amount"] - met - held
    figures: Figures = {"total principal": life.terms["principal"], "total interest": interest, "total fees": fees}
    figures |= {"total due": due, "total paid": paid, "total outstanding": due - paid}
    return figures | {"total late": late, "total in_advance": ahead}


def payments(life: Life) -> Iterator[tuple[Life, Event, Life]]:
    """Yield each payment with the loan before and after it, in the order of life."""
    rest = [event for event in life.history if event["kind"] != "payment"]
    made = sorted(
        (event for event in life.history if event["kind"] == "payment"), key=lambda event: (event["on"], event["order"])
    )
    for place, payment in enumerate(made):
        yield Life(life.terms, [*rest, *made[:place]]), payment, Life(life.terms, [*rest, *made[: place + 1]])


def our_payments(life: Life) -> Figures:
    figures: Figures = {}
    for before, payment, after in payments(life):
        there, then = before.position(payment["on"]), after.position(payment["on"])
        name = f"payment {payment['on']}"
        taken = {
            part: there["outstanding"][part] - then["outstanding"][part] for part in ("principal", "interest", "fees")
        }
        figures |= {f"{name} {part}": value for part, value in taken.items()}
        figures[f"{name} balance"] = then["outstanding"]["principal"]
    return figures


def payoff_figures(case: Case) -> list[tuple[Figures, Figures]]:
    """Return the peer's and our payoff quotes: asked for, or stated where a payoff is paid."""
    pairs: list[tuple[Figures, Figures]] = []
    for quote in case["payoff_quotes"]:
        there = Life(contract(case), events(case, quote["event"])).position(quote["date"])
        peer: Figures = {part: amount(quote[part]) for part in ("amount", "principal", "interest")}
        peer["fees"] = amount(quote["fees"]) + amount(quote["penalties"])
        ours: Figures = {part: there["outstanding"][part] for part in ("principal", "interest", "fees")}
        pairs.append((peer, ours | {"amount": there["payoff"]}))
    for number, event in enumerate(case["events"]):
        if event["type"] == "payoff" and "expected_amount" in event:
            there = Life(contract(case), events(case, number)).position(event["date"])
            pairs.append(({"amount": amount(event["expected_amount"])}, {"amount": there["payoff"]}))
    return pairs
