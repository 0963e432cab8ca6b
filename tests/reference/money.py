"""Roundings and rates as exact integers; never a float."""

from decimal import Decimal, InvalidOperation

MICRO = 10**6
RATE_SCALE = 10**15  # a rate is held as an integer of 1e-15 a year: 1e-9 times a multiple of up to 6 decimals


class Unsupported(Exception):
    """A combination or a value that must be refused."""


class NegativePrincipal(Unsupported):
    """A row whose principal part would be negative."""


def divide(numerator, denominator, mode):
    """numerator / denominator as an integer, by a named rounding."""
    quotient, rest = divmod(numerator, denominator)
    if rest == 0 or mode == "down":
        return quotient
    if mode == "up":
        return quotient + 1
    twice = 2 * rest
    if mode == "half_up":
        return quotient + (twice >= denominator)
    if mode == "half_even":
        return quotient + (twice > denominator or (twice == denominator and quotient % 2 == 1))
    raise Unsupported(f"rounding {mode}")


def to_money(micro, mode):
    """Micro-units of a minor unit as minor units, by a named rounding."""
    return divide(micro, MICRO, mode)


def parse_decimal(text, scale):
    """A decimal string as an integer of 1/scale; refuses what does not fit, and negatives."""
    try:
        value = Decimal(str(text)) * scale
    except InvalidOperation as error:
        raise Unsupported(f"not a decimal: {text}") from error
    if value != value.to_integral_value():
        raise Unsupported(f"{text} does not fit in 1/{scale}")
    if value < 0:
        raise Unsupported(f"negative: {text}")
    return int(value)


def parse_rate(quote, day_count):
    """A rate quote as an integer of 1e-9 a year, returned in RATE_SCALE."""
    if isinstance(quote, str):
        quote = {"value": quote, "per": "year"}
    per_year = {"year": 1, "month": 12, "day": 360 if day_count in ("act_360", "30_360", "30e_360") else 365}
    scale = 10**9 * per_year[quote.get("per", "year")]
    return parse_decimal(quote["value"], scale) * 10**6
