"""After a close: put right a loan in quarantine, and lock a month. Never closes a day: that is `close_of_day`."""

from datetime import date, timedelta

from reprieve.errors import BadInput, Refused
from reprieve.lending.case import Case
from reprieve.lending.ledger import MonthFacts, may_lock
from reprieve.lending.movement import AsKnown, movements
from reprieve.lending.posting import Amounts, difference, movement_amounts, posting_table
from reprieve.operations.command import Answer, Work, command
from reprieve.operations.recording import post, total
from reprieve.storage.close import closed_days, first_closed_on, last_finished, lock_month_of
from reprieve.storage.contracts import hold
from reprieve.storage.journal import last_day_of, posted_by_event
from reprieve.storage.quarantine import clear, open_quarantines


@command
def clear_quarantine(work: Work, *, contract: str) -> Answer:
    """Put a loan right: post what its events should have posted and have not, and take it out of quarantine.

    Raises `BadInput` where it is in none, or cannot be read yet.
    """
    held = hold(contract)
    file = Case.read(held.document).file
    posted = posted_by_event([held.row], work.today).get(held.row, {})
    wanted = {
        movement.event: movement_amounts(movement, posting_table())
        for movement in movements(AsKnown.of(file, work.today))
    }
    off: dict[str, Amounts] = {}
    for event in {**wanted, **posted}:
        amounts = difference(wanted.get(event, {}), posted.get(event, {}))
        if amounts:
            off[event] = amounts
    clear(contract, cleared_by=work.user, cleared_at=work.now)
    post(work, held, file, off)
    return {"contract": contract, "version": len(file.events), "posted": total(off)}


@command
def lock_month(work: Work, *, month: str) -> Answer:
    """Lock the ledger of a month, named as 2026-02: what becomes known later is posted on the open day.

    Refused while a day of it is not closed, a loan is in quarantine, or ledger and positions differ.
    """
    first = _month(month)
    last = last_day_of(first)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    run = last_finished(before=last + timedelta(days=1))
    off = {} if run is None else {name: sum(map(abs, by.values())) for name, by in run.totals["differences"].items()}
    refusal = may_lock(
        MonthFacts(
            last, work.journal.locked_until(), _not_closed(days),
            tuple(row["contract"] for row in open_quarantines() if row["closed_on"] <= last.isoformat()), off,
        )
    )  # fmt: skip
    if refusal is not None:
        raise Refused((refusal,))
    lock_month_of(first, locked_by=work.user, locked_at=work.now)
    return {"month": month, "locked_until": last.isoformat()}


def _not_closed(days: list[date]) -> tuple[date, ...]:
    """Return the days of a month that are not closed; before the first close there was nothing to close."""
    began = first_closed_on()
    done = closed_days(days[0], days[-1])
    return tuple(day for day in days if day not in done and (began is None or day >= began))


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise BadInput("month", f'"{text}"', "a month written YYYY-MM", code="month") from None
