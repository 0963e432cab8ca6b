"""Names the figures of a peer's checkpoint and ours alike, in cents. What is not named here is not compared."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tests.published.life import Life, Row
from tests.published.official import Case, cents
from tests.published.peer import business_day, contract, events

Figures = dict[str, int | str]

STATUSES = {"CLOSED_OBLIGATIONS_MET": "closed", "ACTIVE": "active", "OVERPAID": "closed"}
COLUMNS = ("date", "type", "amount", "principal", "interest", "fees", "penalties", "balance")
"""The columns of a copied transaction."""
POSTINGS = {"earned to": {"Accrual": 1, "Accrual Adjustment": -1}, "posted to": {"Accrual Activity": 1}}
"""Two running sums of the peer's ledger: interest earned day by day, and interest of each row as it ends."""


def peer_figures(case: Case, number: int) -> Figures:
    """Return the figures that the peer prints at one checkpoint, by name; its penalties are fees of ours."""
    expected = case["checkpoints"][number]["expect"]
    today = business_day(case, case["checkpoints"][number]["after_event"])
    figures = peer_rows(expected.get("schedule", []), today, closing_day(case, number))
    if "schedule_totals" in expected:
        totals = expected["schedule_totals"]
        named = totals.keys() - {"fees", "penalties"}
        figures |= {f"total {part}": minor(totals[part]) for part in named}
        figures["total fees"] = minor(totals["fees"]) + minor(totals["penalties"])
    for row in transactions(case, number, "Repayment"):
        figures |= {f"payment {row['date']} {part}": minor(row[part]) for part in ("principal", "interest", "balance")}
        figures[f"payment {row['date']} fees"] = minor(row["fees"]) + minor(row["penalties"])
    for name, kinds in POSTINGS.items():
        for day in new_days(case, number, kinds):
            figures[f"{name} {day} interest"] = posted(case, number, kinds, day, ("interest",))
            figures[f"{name} {day} fees"] = posted(case, number, kinds, day, ("fees", "penalties"))
    if "status" in expected:
        figures["status"] = STATUSES[expected["status"]]
    if "all_obligations_met" in expected:
        figures["is closed"] = str(expected["all_obligations_met"])
    if "total_overdue" in expected:
        figures["arrears"] = minor(expected["total_overdue"])
    return figures


def peer_rows(rows: list[dict[str, Any]], today: str, closed_on: str | None) -> Figures:
    """Return the peer's rows by name: the first is the disbursement, and rows after our closing day have no like."""
    figures: Figures = {}
    for row in rows[1:]:
        if closed_on is None or row["date"] <= closed_on:
            parts = ("principal", "interest", "due", "balance", "paid", "outstanding")
            figures |= {f"row {row['date']} {part}": minor(row[part]) for part in parts}
            figures[f"row {row['date']} fees"] = minor(row["fees"]) + minor(row["penalties"])
            figures[f"row {row['date']} days"] = int(row["days"])
    if rows:
        figures["due to today"] = sum(minor(row["outstanding"]) for row in rows[1:] if row["date"] <= today)
    return figures


def our_figures(case: Case, number: int) -> Figures:
    """Return our figures of the same names at one checkpoint."""
    expected, count = case["checkpoints"][number]["expect"], case["checkpoints"][number]["after_event"]
    today, closed_on = business_day(case, count), closing_day(case, number)
    life = Life(contract(case), events(case, count))
    is_disbursed = any(event["type"] == "disburse" for event in case["events"][:count])
    figures: Figures = {}
    if "schedule" in expected:
        figures |= our_rows(life, today, closed_on, is_disbursed)
    if "schedule_totals" in expected:
        figures |= our_totals(life, today, closed_on, is_disbursed)
    if transactions(case, number, "Repayment"):
        figures |= our_payments(life)
    for day in new_days(case, number, POSTINGS["earned to"]):
        figures[f"earned to {day} interest"] = life.earned(counted_to(day, case["product"]))
        figures[f"earned to {day} fees"] = life.fees("", day)
    for day in new_days(case, number, POSTINGS["posted to"]):
        figures[f"posted to {day} interest"] = life.interest(day)
        figures[f"posted to {day} fees"] = life.fees("", day)
    there = life.position(today)
    if "status" in expected:
        figures["status"] = there["status"]
    if "all_obligations_met" in expected:
        figures["is closed"] = str(there["status"] == "closed")
    if "total_overdue" in expected:
        figures["arrears"] = there["arrears"]["total"]
    return figures


def our_rows(life: Life, today: str, closed_on: str | None, is_disbursed: bool) -> Figures:
    """Return our rows by name; a fee counts in the row in whose period it falls due, as the peer prints it."""
    rows = [row for row in life.rows(today) if closed_on is None or row.due_on <= closed_on]
    past, future = [row for row in rows if row.due_on <= today], [row for row in rows if row.due_on > today]
    start = life.terms["disbursed_on"]
    starts = [start, *(row.due_on for row in rows)]
    running_fees = min(life.fees(starts[len(past)], today), life.position(today)["outstanding"]["fees"])
    unpaid = life.unpaid(today) - running_fees
    figures: Figures = {"due to today": life.unpaid(today)}
    for row, begun in reversed(list(zip(past, starts, strict=False))):
        fees = life.fees(begun, row.due_on)
        left = min(unpaid, row.principal + row.interest + fees)
        figures |= named_row(row._replace(left=left), begun, fees)
        unpaid -= left
    for place, row in enumerate(future, len(past)):
        left = row.left + (running_fees if place == len(past) else 0)
        figures |= named_row(row._replace(left=left), starts[place], life.fees(starts[place], row.due_on))
    if down_payment := life.terms.get("down_payment", 0):
        left = 0 if is_disbursed else down_payment
        figures |= named_row(Row(start, down_payment, 0, life.lent, left), start, 0)
        figures["due to today"] = life.unpaid(today) + left
    return figures


def named_row(row: Row, begun: str, fees: int) -> Figures:
    due = row.principal + row.interest + fees
    days = (date.fromisoformat(row.due_on) - date.fromisoformat(begun)).days
    parts = {"principal": row.principal, "interest": row.interest, "balance": row.balance, "fees": fees, "due": due}
    parts |= {"paid": due - row.left, "outstanding": row.left, "days": days}
    return {f"row {row.due_on} {part}": value for part, value in parts.items()}


def our_totals(life: Life, today: str, closed_on: str | None, is_disbursed: bool) -> Figures:
    """Return the sums of the table; a loan that closed has the interest that it collected."""
    interest = life.interest(today) if closed_on else sum(row.interest for row in life.rows(today))
    fees = life.fees("", date.max.isoformat())
    due = life.terms["principal"] + interest + fees
    paid = life.paid(today) + (life.terms.get("down_payment", 0) if is_disbursed else 0)
    late, ahead = life.late_and_ahead()
    sums = {"principal": life.terms["principal"], "interest": interest, "fees": fees, "due": due, "paid": paid}
    sums |= {"outstanding": due - paid, "late": late, "in_advance": ahead}
    return {f"total {part}": value for part, value in sums.items()}


def our_payments(life: Life) -> Figures:
    """Return how each payment was divided and the principal it left."""
    figures: Figures = {}
    for before, payment, after in life.payments():
        there, then = before.position(payment["on"])["outstanding"], after.position(payment["on"])["outstanding"]
        name = f"payment {payment['on']}"
        figures |= {f"{name} {part}": there[part] - then[part] for part in ("principal", "interest", "fees")}
        figures[f"{name} balance"] = then["principal"]
    return figures


def payoff_figures(case: Case) -> list[tuple[Figures, Figures]]:
    """Return the peer's and our payoff amounts: each quote asked for, and each stated where a payoff is paid."""
    pairs: list[tuple[Figures, Figures]] = []
    for quote in case["payoff_quotes"]:
        there = Life(contract(case), events(case, quote["event"])).position(quote["date"])
        peer: Figures = {part: minor(quote[part]) for part in ("amount", "principal", "interest")}
        peer["fees"] = minor(quote["fees"]) + minor(quote["penalties"])
        ours: Figures = {part: there["outstanding"][part] for part in ("principal", "interest", "fees")}
        pairs.append((peer, ours | {"amount": there["payoff"]}))
    for number, event in enumerate(case["events"]):
        if event["type"] == "payoff" and "expected_amount" in event:
            there = Life(contract(case), events(case, number)).position(event["date"])
            pairs.append(({"amount": minor(event["expected_amount"])}, {"amount": there["payoff"]}))
    return pairs


def closing_day(case: Case, number: int) -> str | None:
    """Return the day on which we find the loan closed at a checkpoint, if it is."""
    count = case["checkpoints"][number]["after_event"]
    life = Life(contract(case), events(case, count))
    is_closed = life.position(business_day(case, count))["status"] == "closed"
    return max(event["on"] for event in life.of_kind("payment")) if is_closed else None


def counted_to(day: str, product: dict[str, Any]) -> str:
    """Return the day whose end has earned what the peer posts on a day; it may count the day itself in."""
    counts_day_in = bool(product.get("interestRecognitionOnDisbursementDate"))
    return (date.fromisoformat(day) + timedelta(days=counts_day_in)).isoformat()


def transactions(case: Case, number: int, *kinds: str) -> list[dict[str, str]]:
    listed = case["checkpoints"][number]["expect"].get("transactions", [])
    return [dict(zip(COLUMNS, row, strict=True)) for row in listed if row[1] in kinds]


def posted(case: Case, number: int, kinds: dict[str, int], day: str, parts: tuple[str, ...]) -> int:
    """Return the running sum of postings to a day."""
    rows = [row for row in transactions(case, number, *kinds) if row["date"] <= day]
    return sum(kinds[row["type"]] * minor(row[part]) for row in rows for part in parts)


def new_days(case: Case, number: int, kinds: dict[str, int]) -> list[str]:
    """Return the days of postings that no earlier checkpoint printed: what was known then may differ from now."""
    earlier = [row for place in range(number) for row in transactions(case, place, *kinds)]
    return sorted({row["date"] for row in transactions(case, number, *kinds) if row not in earlier})


def minor(printed: str) -> int:
    return cents(Decimal(printed))
