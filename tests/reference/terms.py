"""The contract of a case as exact terms; refuses what is not supported, computes no money."""

from dataclasses import dataclass
from typing import Any

from .calendar import DAY_COUNTS, Grid, civil, day_in_month, month_index, parse_day
from .money import Unsupported, parse_decimal, parse_rate

METHODS = ("level_instalment", "level_principal", "interest_only", "bullet", "flat", "explicit")
ORDER = ("fee", "penalty", "interest", "principal")


@dataclass
class Penalty:
    multiple: int | None  # of the contract rate, in 1e-6
    rate: int | None  # in RATE_SCALE
    on_interest: bool
    replaces_interest: bool
    day_count: str


@dataclass
class Terms:
    principal: int
    disbursed: int
    rate: int
    method: str
    count: int
    unit: str
    period: int
    first_due: int
    grid: Grid
    first_period: str
    roll: dict | None
    instalment: int | None
    balloon: int
    principal_every: int
    principal_grace: int
    down_payment: int
    rows: list | None
    even_last: bool
    multiple: int
    rounding: str
    instalment_rounding: str
    day_count: str
    interest: str
    grace_days: int
    grace_interest: str
    tolerance: int
    penalty: Penalty | None
    late_fee: dict | None
    ceilings: list
    fees: list
    order: tuple
    across: str
    surplus: str
    prepayment_interest: str
    prepayment_fee: dict | None
    prepayment_minimum: int
    payoff: str

    @property
    def is_daily(self):
        return self.interest == "daily"


def parse_terms(contract: dict[str, Any]) -> Terms:
    """The contract with every default applied."""
    get = contract.get
    disbursed = parse_day(contract["disbursed_on"])
    day_count = contract["day_count"]
    if day_count not in DAY_COUNTS:
        raise Unsupported(f"day count {day_count}")
    rows = get("rows")
    period, unit = _period(get("period") or "1 month")
    first_due, due_day = _first_due(contract, disbursed, unit, period)
    allocation = get("allocation") or {}
    prepayment = get("prepayment") or {}
    rounding = get("rounding", "half_even")
    terms = Terms(
        principal=contract["principal"],
        disbursed=disbursed,
        rate=parse_rate(get("annual_rate", "0"), day_count),
        method=contract["method"],
        count=len(rows) if rows else contract["instalments"],
        unit=unit,
        period=period,
        first_due=first_due,
        grid=Grid(unit, period, first_due, due_day),
        first_period=get("first_period", "in_formula"),
        roll=get("roll"),
        instalment=get("instalment"),
        balloon=get("balloon") or 0,
        principal_every=get("principal_every") or 1,
        principal_grace=get("principal_grace") or 0,
        down_payment=get("down_payment") or 0,
        rows=rows,
        even_last=bool(get("even_last")) and get("instalment") is None,
        multiple=get("instalment_multiple") or 1,
        rounding=rounding,
        instalment_rounding=get("instalment_rounding") or rounding,
        day_count=day_count,
        interest=get("interest", "daily"),
        grace_days=get("grace_days") or 0,
        grace_interest=get("grace_interest", "stops"),
        tolerance=get("tolerance") or 0,
        penalty=_penalty(get("penalty"), day_count),
        late_fee=get("late_fee"),
        ceilings=[_ceiling(ceiling, day_count) for ceiling in get("ceilings") or []],
        fees=get("fees") or [],
        order=tuple(allocation.get("order", ORDER)),
        across=allocation.get("across", "oldest_instalment_first"),
        surplus=allocation.get("surplus", "hold"),
        prepayment_interest=prepayment.get("interest", "on_prepaid"),
        prepayment_fee=prepayment.get("fee"),
        prepayment_minimum=prepayment.get("minimum") or 0,
        payoff=get("payoff") or "to_day",
    )
    _refuse_unsupported(terms)
    return terms


def _period(text):
    count, unit = text.split()
    if unit not in ("month", "semimonth", "week", "day"):
        raise Unsupported(f"period {text}")
    return int(count), unit


def _first_due(contract, disbursed, unit, period):
    """The first due date and the due day that later rows keep."""
    if contract.get("rows"):
        first = parse_day(contract["rows"][0]["due_on"])
        return first, contract.get("due_day") or civil(first)[2]
    due_day = contract.get("due_day")
    if contract.get("first_due_on"):
        first = parse_day(contract["first_due_on"])
        return first, due_day or civil(first)[2]
    due_day = due_day or civil(disbursed)[2]
    if unit == "month":
        return day_in_month(month_index(disbursed) + period, due_day), due_day
    return Grid(unit, period, disbursed, due_day).boundary(2), due_day


def _penalty(quote, day_count):
    if not quote:
        return None
    own = quote.get("day_count") or ("act_365" if day_count == "equal_periods" else day_count)
    return Penalty(
        multiple=parse_decimal(quote["multiple"], 10**6) if "multiple" in quote else None,
        rate=parse_rate(quote["rate"], own) if "rate" in quote else None,
        on_interest=quote.get("base", "principal") == "principal_and_interest",
        replaces_interest=bool(quote.get("replaces_interest")),
        day_count=own,
    )


def _ceiling(quote, day_count):
    return {
        "rate": parse_rate(quote["rate"], day_count),
        "from": parse_day(quote["from"]) if quote.get("from") else None,
        "to": parse_day(quote["to"]) if quote.get("to") else None,
        "measure": quote["measure"],
        "clamp": quote.get("clamp", "each_day"),
    }


def _refuse_unsupported(terms):
    refusals = [
        (terms.method not in METHODS, "method"),
        (terms.method == "flat" and terms.is_daily, "flat with daily"),
        (terms.method == "flat" and terms.surplus in ("shorten", "lower", "principal"), "flat with prepayment"),
        (terms.method == "explicit" and terms.surplus in ("shorten", "lower"), "explicit solved again"),
        (terms.method == "explicit" and not terms.rows, "explicit without rows"),
        (has_given_interest(terms) and terms.is_daily, "given interest with daily"),
        (has_given_interest(terms) and terms.surplus == "principal", "given interest with prepayment"),
        (terms.multiple > 1 and terms.method != "level_instalment", "multiple without a level amount"),
        (terms.even_last and terms.method != "level_instalment", "even_last without a level amount"),
        (terms.instalment is not None and terms.method != "level_instalment", "agreed instalment"),
        (terms.balloon and terms.method not in ("level_instalment", "level_principal"), "balloon"),
        (terms.principal_every > 1 and terms.method != "level_principal", "principal_every"),
        (terms.principal_grace and terms.method not in ("level_instalment", "level_principal"), "principal_grace"),
        (terms.principal_grace and terms.principal_grace >= terms.count, "principal_grace covers all rows"),
        (any(max(_fee_rows(fee), default=0) > terms.count for fee in terms.fees), "a fee of a row that is not there"),
    ]
    for is_refused, why in refusals:
        if is_refused:
            raise Unsupported(why)


def _fee_rows(fee):
    return fee["when"] if isinstance(fee["when"], list) else []


def has_given_interest(terms):
    return bool(terms.rows) and any(row.get("interest") is not None for row in terms.rows)
