"""What the kernel's integers can hold: cases beyond are refused here, so that nothing ever wraps.

The kernel multiplies base by rate by day fraction in two limbs; only its micro-unit sums have to fit int64. A case is
within limits if principal and everything it could come to bear stay below 2**62 micro units.
"""

from datetime import date
from typing import Final

from reprieve.errors import Unsupported
from reprieve.lending.case_file import CaseFile

MOST_MICRO: Final = 2**62
PRINCIPAL_MOST: Final = 4_000_000_000_000
"""The largest sum lent on one contract, in minor units (40 billion yuan)."""
DAYS_OF_UNIT: Final = {"month": 31, "semimonth": 16, "week": 7, "day": 1}
SPAN_YEARS_MOST: Final = 400
NUMERATOR_MOST: Final = 2**62


def check_limits(case: CaseFile) -> None:
    """Raise `Unsupported` for a case whose figures could pass what the kernel's integers hold."""
    lent, fastest = _lent(case), _fastest(case)
    if lent > PRINCIPAL_MOST:
        raise Unsupported("$.contract.principal", f"{lent:,}", f"at most {PRINCIPAL_MOST:,} minor units")
    _check_pauses(case)
    top = _multiple(case)[0] * max(_rates(case))
    if lent * fastest * _longest_row(case) // 1000 > MOST_MICRO or top * SPAN_YEARS_MOST * 366 > NUMERATOR_MOST:
        raise Unsupported(
            "$.contract.annual_rate",
            f"{fastest / 10**9:g} a year on {lent:,}",
            f"principal and rates that bear less than {MOST_MICRO // 10**6:,} minor units in the longest row",
        )


def check_day(case: CaseFile, on: date) -> None:
    """Raise `Unsupported` for a day by which the case could have borne more than the kernel's integers hold."""
    check_years(case, on, years_held(case))


def years_held(case: CaseFile) -> int:
    """Return the years from disbursement whose figures the kernel's integers surely hold."""
    return MOST_MICRO * 1000 // max(1, _lent(case) * _fastest(case))


def check_years(case: CaseFile, on: date, years: int) -> None:
    """Raise `Unsupported` for a day that lies so many years (see `years_held`) after the disbursement."""
    if on.year - case.contract.disbursed_on.year >= years:
        raise Unsupported("--on", on.isoformat(), f"a day within {years} years of the disbursement")


def _longest_row(case: CaseFile) -> int:
    """Return the years, rounded up, that the longest row of a case can last."""
    contract = case.contract
    period = contract.period
    days = period.count * DAYS_OF_UNIT[period.unit] if period is not None else 31
    if contract.method == "bullet":
        days *= contract.instalments
    ends = [contract.first_due_on, *(row.due_on for row in contract.rows)]
    days += (max(ends) - contract.disbursed_on).days
    for event in case.events:
        if event.kind == "pause":
            days += (event.to - event.from_).days
        elif event.kind == "restructure":
            days = max(days, days * event.instalments if event.method == "bullet" else days)
    return days // 365 + 1


def _check_pauses(case: CaseFile) -> None:
    """Raise `Unsupported` for a pause of fixed interest on rows of several uneven periods: their sums do not fit."""
    contract = case.contract
    most = 3 if contract.method == "bullet" else 6
    long = contract.period is not None and contract.period.count > most
    if contract.interest != "scheduled" or contract.day_count != "equal_periods" or not long:
        return
    for place, event in enumerate(case.events):
        if event.kind in ("pause", "moratorium"):
            path = f"$.events[{place}]"
            raise Unsupported(path, event.kind, "daily interest, or shorter periods, where a pause is to come")


def _lent(case: CaseFile) -> int:
    return case.contract.principal + sum(event.amount for event in case.events if event.kind == "disbursement")


def _rates(case: CaseFile) -> list[int]:
    """Return every rate of a case, in 1e-9 a year."""
    contract = case.contract
    rates = [contract.annual_rate.nano_per_year(contract.day_count)]
    for event in case.events:
        if event.kind in ("rate_change", "restructure"):
            rates.append(event.annual_rate.nano_per_year(contract.day_count))
        elif event.kind == "pause" and not isinstance(event.interest, str):
            rates.append(event.interest.rate.nano_per_year(contract.day_count))
    if contract.penalty is not None and contract.penalty.rate is not None:
        rates.append(contract.penalty.rate.nano_per_year(contract.penalty.day_count))
    return rates


def _multiple(case: CaseFile) -> tuple[int, int]:
    """Return the penalty multiple as a fraction, 1 where there is none."""
    penalty = case.contract.penalty
    if penalty is None or penalty.multiple is None:
        return 1, 1
    return penalty.multiple.as_integer_ratio()


def _fastest(case: CaseFile) -> int:
    """Return the most a unit of principal can bear in a year, in 1e-9: interest and penalty together."""
    top, bottom = _multiple(case)
    highest = max(_rates(case))
    return highest + (highest * max(top, bottom) // bottom if case.contract.penalty is not None else 0)
