"""When a late debt leaves a consumer report (United States, Fair Credit Reporting Act). Never edits a report."""

from datetime import date, timedelta

from reprieve.rules.figure import whole
from reprieve.rules.month_steps import months_after
from reprieve.rules.pack import Pack


def leaves_report_on(pack: Pack, on: date, *, delinquent_from: date, is_charged_off: bool) -> date:
    """Return the first day a late debt may no longer be reported, as the rules of `on` have it.

    `delinquent_from` is the day the delinquency began that was never made good. For a collection account or a
    charge-off the years begin when 180 days from then have run out, whatever is sold or paid later; any other late
    payment may be reported until it is more than the years old.
    """
    held = pack.on(on)
    months = 12 * whole(held.get("credit_record.retention_years"))
    if not is_charged_off:
        return months_after(delinquent_from, months) + timedelta(days=1)
    waits = whole(held.get("credit_record.retention_starts_days_after_delinquency"))
    return months_after(delinquent_from + timedelta(days=waits), months)
