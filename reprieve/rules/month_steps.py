"""Steps of whole months between days. Never counts days and never rolls to a business day."""

from calendar import monthrange
from datetime import date


def months_after(day: date, months: int) -> date:
    """Return the day a number of months later, or the last of its month where that month has no such day.

    >>> months_after(date(2026, 1, 31), 1), months_after(date(2024, 2, 29), 12)
    (datetime.date(2026, 2, 28), datetime.date(2025, 2, 28))
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
