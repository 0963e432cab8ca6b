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
YEARS_LEAST: Final = 1
SPAN_YEARS_MOST: Final = 400
NUMERATOR_MOST: Final = 2**62


def check_limits(case: CaseFile) -> None:
    """Raise `Unsupported` for a case whose figures could pass what the kernel's integers hold."""
    lent, fastest = _lent(case), _fastest(case)
    if lent > PRINCIPAL_MOST:
        raise Unsupported("$.contract.principal", f"{lent:,}", f"at most {PRINCIPAL_MOST:,} minor units")
    top = _multiple(case)[0] * max(_rates(case))
    if lent * fastest * YEARS_LEAST // 1000 > MOST_MICRO or top * SPAN_YEARS_MOST * 366 > NUMERATOR_MOST:
        raise Unsupported(
            "$.contract.annual_rate",
            f"{fastest / 10**9:g} a year on {lent:,}",
            f"principal and rates that bear less than {MOST_MICRO // 10**6:,} minor units in a year",
        )


def check_day(case: CaseFile, on: date) -> None:
    """Raise `Unsupported` for a day by which the case could have borne more than the kernel's integers hold."""
    contract = case.contract
    years = MOST_MICRO * 1000 // max(1, _lent(case) * _fastest(case))
    if on.year - contract.disbursed_on.year >= years:
        raise Unsupported("--on", on.isoformat(), f"a day within {years} years of the disbursement")


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
