"""What credit may cost someone in military service (United States). Never knows who serves; a register says so."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from reprieve.errors import BadInput
from reprieve.rules.figure import exact, whole
from reprieve.rules.month_steps import months_after
from reprieve.rules.pack import Pack
from reprieve.rules.rule import Rule


def rate_on(
    pack: Pack, on: date, *, contract_rate: Decimal, borrowed_on: date, service: Sequence[date], product: str
) -> Decimal:
    """Return the most a debt may bear a year on a day, fees included, once notice was given (50 U.S.C. 3937).

    `service` is its first day and, once known, the first day after it. The limit is for debts from before service;
    what is above it is forgiven.
    """
    if not 1 <= len(service) <= 2 or service[-1] < service[0]:
        allowed = "the first day of service and, once known, the first day after it"
        raise BadInput("service", ", ".join(map(str, service)), allowed)
    is_over = len(service) == 2 and on >= _limit_ends_on(pack, service[1], product)
    if borrowed_on >= service[0] or on < service[0] or is_over:
        return contract_rate
    return min(contract_rate, exact(pack.on(on, product=product).get("military.pre_service_rate_most")))


def last_notice_on(pack: Pack, on: date) -> date:
    """Return the last day on which the written notice may reach the creditor, where service ended on `on`."""
    return on + timedelta(days=whole(pack.on(on).get("military.pre_service_rate_notice_days")))


def judge_mapr(pack: Pack, on: date, *, mapr: Decimal, product: str) -> Rule | None:
    """Return nothing where the military annual percentage rate of an agreement is allowed, or the rule that says no.

    `on` is the day of the agreement, for a credit card the day of the billing cycle. A product or a day that the law
    does not reach is allowed.
    """
    rule = pack.on(on, product=product).find("military.mapr_most")
    return rule if rule is not None and mapr > exact(rule) else None


def _limit_ends_on(pack: Pack, end: date, product: str) -> date:
    """Return the first day the limit no longer holds, where `end` is the first day after service."""
    longer = pack.on(end, product=product).find("military.pre_service_rate_months_after_service")
    return end if longer is None else months_after(end, whole(longer))
