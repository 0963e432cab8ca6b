"""The lender of this database: set up once. Never changes a contract."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from reprieve.errors import BadInput
from reprieve.lending.currency import CURRENCIES
from reprieve.operations.command import Answer
from reprieve.rules import places
from reprieve.storage import lender as stored
from reprieve.storage.actors import leave_system_trace
from reprieve.storage.lender import add_lender, zone_of


def change_settings(settings: Mapping[str, int], *, now: datetime) -> None:
    """Change how many days before a due date borrowers are reminded, how often they are asked in writing, what is kept.

    Raises `BadInput` for a number that is not allowed, `Refused` where no lender has been set up.
    """
    with transaction.atomic():
        stored.change_settings(settings)
        leave_system_trace("change_settings", ("lender", ""), facts=settings, at=now)


def establish_lender(
    name: str, place: str, *, currency: str, time_zone: str, is_sandbox: bool = False, business_on: date | None = None
) -> Answer:
    """Set up the lender of an empty database; the same again changes nothing. No command: nobody can sign in yet.

    `business_on` is the open day of a sandbox. Raises `BadInput` for words that are not known, or another lender.
    """
    if place not in places():
        raise BadInput("place", f'"{place}"', f"one of {', '.join(places())}", code="unknown_place")
    if currency not in CURRENCIES:
        raise BadInput("currency", f'"{currency}"', "a currency of ISO 4217, such as CNY", code="currency")
    if business_on is not None and not is_sandbox:
        raise BadInput("business_on", str(business_on), "nothing, unless it is a sandbox", code="no_sandbox")
    zone_of(time_zone)
    row = {"name": name, "place": place, "currency": currency, "time_zone": time_zone, "is_sandbox": is_sandbox}
    add_lender({**row, "business_on": business_on})
    return {"lender": name, **row}
