"""Random contracts: every option of the case format, the bulk of them ordinary loans. Never computes what is owed."""

import random
from collections.abc import Collection
from datetime import date, timedelta
from typing import Any, NamedTuple

from tests.histories.draws import due_dates, first_regular_due, happens, log_uniform, period_days, pick

Contract = dict[str, Any]

PERIODS = {"1 month": 74, "2 month": 4, "1 semimonth": 5, "1 week": 6, "2 week": 6, "10 day": 5}
RATES: list[tuple[Any, int]] = [
    ("0.18", 10), ("0.24", 8), ("0.12", 6), ("0.0725", 6), ("0.36", 5), ("0.153999", 3), ("0.000001", 1), ("0", 3),
    ({"value": "0.0005", "per": "day"}, 5), ({"value": "0.0003", "per": "day"}, 2),
    ({"value": "0.015", "per": "month"}, 4), ({"value": "0.1", "per": "year"}, 2),
]  # fmt: skip
LEVELS = ("level_instalment", "level_principal")
PLANNABLE = {"level_instalment": 54, "level_principal": 14, "interest_only": 10}
METHODS = PLANNABLE | {"bullet": 6, "flat": 8, "explicit": 10}
RE_SOLVED_BY = {"disbursement", "rate_change", "due_day_change", "pause"}
SURPLUS_IS_LIMITED = ("flat", "explicit")
ROUNDINGS = {"half_even": 6, "half_up": 2, "up": 1, "down": 1}
COMPONENTS = ["fee", "penalty", "interest", "principal"]


class Sketch(NamedTuple):
    """A rough idea of the loan, good enough to place events and to size payments."""

    due_on: list[date]
    due: list[int]


def contract(rng: random.Random, wanted: Collection[str] = ()) -> Contract:
    """A contract on which events of the `wanted` kinds can happen."""
    terms = _size(rng) | _method(rng, wanted)
    terms |= _periods(rng, terms, wanted) | _roundings(rng) | _late(rng) | _allocation(rng, terms, wanted)
    terms |= _level_options(rng, terms)
    if happens(rng, 0.3):
        terms["fees"] = [_fee(rng, terms, number) for number in range(rng.choice((1, 1, 2, 3)))]
    if happens(rng, 0.12):
        terms["ceilings"] = [_ceiling(rng, terms) for _ in range(rng.choice((1, 1, 2)))]
    if terms["method"] == "explicit":
        terms |= _explicit_rows(rng, terms)
    return terms


def sketch(terms: Contract) -> Sketch:
    """Due dates without roll, and amounts due in floating point: an idea, not a schedule."""
    if terms["method"] == "explicit":
        rows = terms["rows"]
        due_on = [date.fromisoformat(row["due_on"]) for row in rows]
        return Sketch(due_on, [row["principal"] + row.get("interest", 0) for row in rows])
    first = date.fromisoformat(terms["first_due_on"]) if "first_due_on" in terms else None
    disbursed = date.fromisoformat(terms["disbursed_on"])
    first = first or first_regular_due(disbursed, terms["period"])
    due_day = terms.get("due_day", first.day if "first_due_on" in terms else disbursed.day)
    due_on = due_dates(first, due_day, terms["period"], terms["instalments"])
    if terms["method"] == "bullet":
        return Sketch(due_on[-1:], [_rough_dues(terms)[-1]])
    return Sketch(due_on, _rough_dues(terms))


def rate_of(terms: Contract) -> float:
    """The yearly rate, roughly."""
    quote = terms["annual_rate"]
    if isinstance(quote, str):
        return float(quote)
    return float(quote["value"]) * {"year": 1, "month": 12, "day": 365}[quote["per"]]


def random_rate(rng: random.Random) -> Any:
    """A rate as the case file writes it."""
    return rng.choices([quote for quote, _ in RATES], [weight for _, weight in RATES])[0]


def _size(rng: random.Random) -> Contract:
    scale = pick(rng, {"ordinary": 93, "tiny": 3, "large": 3, "largest": 1})
    low, high = {
        "ordinary": (50_000, 5_000_000), "tiny": (1, 300), "large": (10**8, 10**11), "largest": (10**12, 10**12),
    }[scale]  # fmt: skip
    principal = log_uniform(rng, low, high)
    if happens(rng, 0.6) and principal > 10_000:
        principal -= principal % 10_000
    return {
        "currency": pick(rng, {"CNY": 8, "USD": 1, "EUR": 1, "GBP": 1}),
        "principal": principal,
        "disbursed_on": _disbursed_on(rng).isoformat(),
        "annual_rate": random_rate(rng),
    }


def _disbursed_on(rng: random.Random) -> date:
    if happens(rng, 0.15):
        return rng.choice(
            [date(2024, 1, 31), date(2024, 2, 29), date(2023, 12, 31), date(2025, 8, 30), date(2023, 2, 28)]
        )
    return date(2023, 1, 1) + timedelta(rng.randrange(1200))


def _method(rng: random.Random, wanted: Collection[str]) -> Contract:
    is_solved_again = RE_SOLVED_BY & set(wanted) and happens(rng, 0.98)
    method = pick(rng, PLANNABLE if is_solved_again else METHODS)
    scheduled = 0.98 if method == "flat" else 0.4
    return {"method": method, "interest": "scheduled" if happens(rng, scheduled) else "daily"}


def _periods(rng: random.Random, terms: Contract, wanted: Collection[str]) -> Contract:
    period = "1 month" if "due_day_change" in wanted or terms["method"] == "explicit" else pick(rng, PERIODS)
    if happens(rng, 0.004):
        period, count = "1 day", 1
    elif happens(rng, 0.002):
        period, count = "1 month", 600
    else:
        count = rng.randint(6, 36) if happens(rng, 0.8) else rng.randint(1, 6)
    day_count = pick(
        rng,
        {"equal_periods": 8, "act_365": 5, "act_360": 3, "act_act_isda": 2, "30_360": 2, "30e_360": 2},
    )
    chosen: Contract = {"period": period, "instalments": count, "day_count": day_count}
    chosen |= _first_period(rng, date.fromisoformat(terms["disbursed_on"]), period)
    if happens(rng, 0.06):
        chosen["roll"] = {
            "calendar": "cn",
            "to": rng.choice(["following", "modified_following", "preceding"]),
            "interest": rng.choice(["unadjusted", "adjusted"]),
        }
    return chosen


def _first_period(rng: random.Random, disbursed: date, period: str) -> Contract:
    regular = first_regular_due(disbursed, period)
    kind = pick(rng, {"left out": 4, "regular": 3, "irregular": 4})
    if kind == "left out":
        return {}
    if kind == "regular":
        return {"first_due_on": regular.isoformat()}
    width = max(1, int(period_days(period)))
    first = disbursed + timedelta(rng.randint(max(1, width // 3), 2 * width))
    chosen: Contract = {"first_due_on": first.isoformat()}
    if (first + timedelta(1)).day == 1 and "month" in period and first.day < 31 and happens(rng, 0.7):
        chosen["due_day"] = 31
    elif happens(rng, 0.2) and "month" in period:
        chosen["due_day"] = first.day
    if happens(rng, 0.4):
        chosen["first_period"] = rng.choice(["in_formula", "on_top"])
    return chosen


def _roundings(rng: random.Random) -> Contract:
    chosen: Contract = {}
    if happens(rng, 0.5):
        chosen["rounding"] = pick(rng, ROUNDINGS)
    if happens(rng, 0.15):
        chosen["instalment_rounding"] = pick(rng, ROUNDINGS)
    return chosen


def _late(rng: random.Random) -> Contract:
    chosen: Contract = {}
    if happens(rng, 0.6):
        chosen["grace_days"] = pick(rng, {3: 4, 1: 2, 5: 2, 10: 1, 15: 1, 0: 1})
        if happens(rng, 0.25):
            chosen["grace_interest"] = rng.choice(["runs", "stops"])
    if happens(rng, 0.5):
        chosen["tolerance"] = pick(rng, {1000: 4, 100: 2, 1: 1, 5000: 1})
    if happens(rng, 0.75):
        chosen["penalty"] = _penalty(rng)
    if happens(rng, 0.35):
        chosen["late_fee"] = _late_fee(rng)
    return chosen


def _penalty(rng: random.Random) -> Contract:
    quote: Contract = {"multiple": pick(rng, {"1.5": 6, "1.3": 2, "1": 1, "2": 1})}
    if happens(rng, 0.4):
        quote = {"rate": rng.choice(["0.27", "0.08", {"value": "0.0005", "per": "day"}, "0.2345"])}
    quote["base"] = pick(rng, {"principal": 2, "principal_and_interest": 1})
    quote["replaces_interest"] = happens(rng, 0.6)
    if happens(rng, 0.4):
        quote["day_count"] = pick(rng, {"act_365": 4, "act_360": 2, "act_act_isda": 1, "30_360": 1, "30e_360": 1})
    return quote


def _late_fee(rng: random.Random) -> Contract:
    if happens(rng, 0.5):
        fee: Contract = {"fixed": rng.choice([2000, 500, 3000])}
    else:
        fee = {"percent": rng.choice(["0.05", "0.01", "0.1"])}
        if happens(rng, 0.6):
            fee["min"] = rng.choice([500, 1000])
        if happens(rng, 0.6):
            fee["max"] = rng.choice([1000, 2000, 20_000])
    if happens(rng, 0.3):
        fee["cap_total"] = rng.choice([2500, 5000, 10_000])
    return fee


def _allocation(rng: random.Random, terms: Contract, wanted: Collection[str]) -> Contract:
    order = list(COMPONENTS)
    if happens(rng, 0.5):
        rng.shuffle(order)
    surplus = pick(rng, {"hold": 3, "next_instalment": 2, "shorten": 2, "lower": 2, "principal": 2})
    if "refund" in wanted and happens(rng, 0.8):
        surplus = "hold"
    if terms["method"] in SURPLUS_IS_LIMITED and surplus not in ("hold", "next_instalment") and happens(rng, 0.95):
        surplus = rng.choice(["hold", "next_instalment"])
    across = pick(rng, {"oldest_instalment_first": 3, "component_first": 1})
    chosen: Contract = {"allocation": {"order": order, "across": across, "surplus": surplus}}
    if happens(rng, 0.35):
        chosen["prepayment"] = _prepayment(rng)
    if happens(rng, 0.2):
        chosen["payoff"] = pick(rng, {"to_period_end": 2, "to_day": 1})
    return chosen


def _prepayment(rng: random.Random) -> Contract:
    chosen: Contract = {"interest": rng.choice(["on_prepaid", "all_accrued"])}
    if happens(rng, 0.5):
        chosen["fee"] = {"percent": rng.choice(["0.01", "0.03"])} if happens(rng, 0.6) else {"fixed": 5000}
    if happens(rng, 0.3):
        chosen["minimum"] = rng.choice([1000, 20_000, 100_000])
    return chosen


def _level_options(rng: random.Random, terms: Contract) -> Contract:
    chosen: Contract = {}
    method, principal, count = terms["method"], terms["principal"], terms["instalments"]
    if method == "level_instalment":
        chosen |= _level_instalment_options(rng, terms)
    if method == "level_principal" and count > 3 and happens(rng, 0.3):
        chosen["principal_every"] = rng.choice([2, 3])
    elif method == "level_principal" and happens(rng, 0.1):
        chosen["balloon"] = principal // 4
    if method in LEVELS and count > 4 and happens(rng, 0.08):
        chosen["principal_grace"] = rng.choice([1, 2, 3])
    if method != "explicit" and principal > 1000 and happens(rng, 0.05):
        chosen["down_payment"] = principal // rng.choice([5, 10, 3])
    return chosen


def _level_instalment_options(rng: random.Random, terms: Contract) -> Contract:
    chosen: Contract = {}
    if happens(rng, 0.12):
        chosen["balloon"] = terms["principal"] // rng.choice([2, 3, 5])
    elif happens(rng, 0.1):
        chosen["instalment"] = int(_level(terms) * rng.choice([1.0, 1.001, 1.05, 0.999])) + 1
        return chosen
    if happens(rng, 0.15):
        chosen["even_last"] = True
    if happens(rng, 0.12) and terms["principal"] > 50_000 * terms["instalments"]:
        chosen["instalment_multiple"] = rng.choice([10, 100, 1000])
    return chosen


def _fee(rng: random.Random, terms: Contract, number: int) -> Contract:
    count = terms["instalments"]
    when = pick(rng, {"disbursement": 3, "each_instalment": 4, "rows": 1})
    fee: Contract = {"name": f"fee {number + 1}", "payee": rng.choice(["lender", "third_party"]), "when": when}
    if when == "rows":
        fee["when"] = sorted(rng.sample(range(1, count + 1), min(count, rng.choice([1, 2]))))
    if happens(rng, 0.4):
        fee["amount"] = min(rng.choice([500, 1234, 2000]), terms["principal"])
    else:
        bases = ["original"] if when == "disbursement" else ["original", "balance", "instalment"]
        fee |= {"rate": rng.choice(["0.005", "0.01", "0.0025"]), "base": rng.choice(bases)}
    fee["collected"] = "paid"
    if when == "disbursement":
        financed = 0 if terms["method"] == "explicit" else 1
        fee["collected"] = pick(rng, {"paid": 1, "deducted": 1, "financed": financed})
    elif happens(rng, 0.6):
        fee["on_payoff"] = rng.choice(["due", "stops", "prorated"])
    if happens(rng, 0.2):
        fee["in_apr"] = happens(rng, 0.5)
    return fee


def _ceiling(rng: random.Random, terms: Contract) -> Contract:
    start = date.fromisoformat(terms["disbursed_on"]) + timedelta(rng.choice([-400, -400, 90]))
    ceiling: Contract = {
        "rate": rng.choice(["0.24", "0.36", "0.154", "0.12"]),
        "from": start.isoformat(),
        "measure": pick(rng, {"simple_on_outstanding": 12, "irr_nominal": 1, "irr_effective": 1}),
        "clamp": rng.choice(["each_day", "cumulative"]),
    }
    if happens(rng, 0.4):
        ceiling["to"] = (start + timedelta(rng.choice([200, 600, 900]))).isoformat()
    return ceiling


def _explicit_rows(rng: random.Random, terms: Contract) -> Contract:
    """Rows on the grid of the period, some moved by a few days, with principal parts that sum to the principal."""
    count = min(terms["instalments"], terms["principal"], 24)
    disbursed = date.fromisoformat(terms["disbursed_on"])
    first = first_regular_due(disbursed, terms["period"])
    dates = [day + timedelta(rng.choice([0, 0, 0, 3])) for day in due_dates(first, disbursed.day, "1 month", count)]
    with_interest = terms["interest"] == "scheduled" and happens(rng, 0.6)
    parts = split(rng, terms["principal"], count)
    rows: list[Contract] = [
        {"due_on": day.isoformat(), "principal": part} for day, part in zip(dates, parts, strict=True)
    ]
    balance = terms["principal"]
    for row in rows:
        if with_interest:
            row["interest"] = int(balance * rate_of(terms) / 12)
        balance -= row["principal"]
    return {"rows": rows, "instalments": count, "first_due_on": rows[0]["due_on"]}


def split(rng: random.Random, whole: int, parts: int) -> list[int]:
    """`parts` amounts of at least 0 that sum to `whole`."""
    cuts = sorted(rng.randint(0, whole) for _ in range(parts - 1))
    return [high - low for low, high in zip([0, *cuts], [*cuts, whole], strict=True)]


def _factor(terms: Contract) -> float:
    return rate_of(terms) * period_days(terms["period"]) / 365


def _level(terms: Contract) -> float:
    factor, count = _factor(terms), terms["instalments"]
    growth = (1 + factor) ** count
    return terms["principal"] / count if factor == 0 else terms["principal"] * factor * growth / (growth - 1)


def _rough_dues(terms: Contract) -> list[int]:
    count, principal, method = terms["instalments"], terms["principal"], terms["method"]
    interest = principal * _factor(terms)
    if method == "level_instalment":
        return [max(1, int(_level(terms)))] * count
    if method in ("interest_only", "bullet"):
        carried = interest * count if method == "bullet" else interest
        return [*[max(1, int(interest))] * (count - 1), principal + int(carried)]
    declining = 0 if method == "flat" else interest / count
    return [max(1, int(principal / count + interest - declining * row)) for row in range(count)]
