"""Products for the tests: one that any pack of China lets through, and changes to it. Checks nothing."""

from typing import Any

from reprieve.lending.product import Product, read_product

ALLOCATION = {
    "order": ["fee", "penalty", "interest", "principal"], "across": "oldest_instalment_first", "surplus": "hold",
}  # fmt: skip
TERMS = {
    "currency": "CNY", "method": "level_instalment", "period": "1 month", "day_count": "equal_periods",
    "interest": "daily", "grace_days": 3, "tolerance": 1000, "allocation": ALLOCATION,
    "penalty": {"multiple": "1.5", "base": "principal", "replaces_interest": True},
}  # fmt: skip
STEADY = {
    "code": "steady", "version": 1, "name": {"zh": "安心分期", "en": "Steady instalments"}, "place": "cn",
    "lender_type": "consumer_finance", "kind": "consumer_loan", "offered_from": "2026-08-01",
    "principal_least": 100_000, "principal_most": 5_000_000, "instalments": [6, 12, 24], "rate_least": "0.12",
    "rate_most": "0.15", "terms": TERMS,
}  # fmt: skip
FEE = {"name": "service fee", "payee": "lender", "when": "each_instalment", "rate": "0.005"}


def product(terms: dict[str, Any] | None = None, **changed: Any) -> Product:
    """The steady product with other values, and other terms put over its own."""
    return read_product({**STEADY, **changed, "terms": {**TERMS, **(terms or {})}})
