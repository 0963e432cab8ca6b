"""The guide's arithmetic a second time, slow and plain, in exact fractions. Imports nothing of the package."""

from fractions import Fraction


def half_even(value):
    """Return a fraction as an integer, the half to even; `round` on a Fraction does exactly that."""
    return round(value)


def level_rows(principal, rate_annual, months):
    """Return the payments of a level plan: interest rounded row by row, the last row takes the residue."""
    rate = Fraction(rate_annual) / 12
    if rate == 0:
        level = half_even(Fraction(principal, months))
    else:
        level = half_even(principal * rate / (1 - (1 + rate) ** -months))
    rows, left = [], principal
    for _ in range(months - 1):
        left -= level - half_even(left * rate)
        rows.append(level)
    return [*rows, left + half_even(left * rate)]


def parked_rows(parked, months):
    """Return equal parts, the last with the residue."""
    return [parked // months] * (months - 1) + [parked - parked // months * (months - 1)]


def shortest(principal, rate_annual, offer, parked=0, most=60):
    """Return the rows of the shortest plan whose every payment fits an offer, by trying every length."""
    for months in range(1, most + 1):
        pairs = zip(level_rows(principal, rate_annual, months), parked_rows(parked, months), strict=True)
        rows = [level + part for level, part in pairs]
        if max(rows) <= offer:
            return rows
    return None


def late_interest(principal, late_rate, days):
    """Return what overdue principal bears in some days of a year of 365."""
    return half_even(principal * Fraction(late_rate) * days / 365)


def nominal_rate(received, payments):
    """Return twelve times the monthly rate at which equal-spaced payments are worth what was received, by bisection."""
    low, high = 0.0, 1.0
    for _ in range(200):
        middle = (low + high) / 2
        worth = sum(amount / (1 + middle) ** number for number, amount in enumerate(payments, 1))
        low, high = (middle, high) if worth > received else (low, middle)
    return 12 * low
