"""The credit record as the pack keeps it: status codes, how long an entry stays, when a dispute is answered.

Never looks at a person's record: days go in, codes and days come out.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from reprieve.errors import BadInput
from reprieve.rules.figure import whole
from reprieve.rules.month_steps import months_after
from reprieve.rules.pack import Pack
from reprieve.rules.rule import Value


def status_code(pack: Pack, on: date, days_past_due: int) -> str:
    """Return the monthly status code of days past due; the code of a normal month where nothing is late."""
    in_force = pack.on(on)
    codes = in_force.get("credit_record.status_codes").value
    assert isinstance(codes, Mapping), "status codes stand in a table"
    for code, (first, *last) in codes.items():
        if first <= days_past_due and (not last or days_past_due <= last[0]):
            return str(code)
    if days_past_due:
        raise BadInput("days_past_due", str(days_past_due), "a number of days that a status code covers")
    return _code_of("normal", in_force.get("credit_record.other_codes").value)


def last_kept_on(pack: Pack, ended_on: date) -> date:
    """Return the last day a negative entry is kept, from the day the bad conduct or event ended."""
    return months_after(ended_on, 12 * whole(pack.on(ended_on).get("credit_record.retention_years")))


def dispute_answered_by(pack: Pack, received_on: date) -> date:
    """Return the day by which a dispute received on a day is answered."""
    return received_on + timedelta(days=whole(pack.on(received_on).get("credit_record.dispute_days")))


def _code_of(meaning: str, codes: Value) -> str:
    assert isinstance(codes, Mapping), "other codes stand in a table"
    return next(str(code) for code, means in codes.items() if means == meaning)
