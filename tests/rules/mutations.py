"""Changes to a pack that a worked case must notice: a rule taken out, or one leaf of its value changed."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from reprieve.rules import Pack, Rule


def without(pack: Pack, rule: Rule) -> Pack:
    """Return the pack without one rule."""
    return Pack(pack.place, tuple(one for one in pack.rules if one is not rule), pack.not_encoded)


def with_changed(pack: Pack, rule: Rule, **changes: Any) -> Pack:
    """Return the pack with one rule changed."""
    changed = replace(rule, **changes)
    return Pack(pack.place, tuple(changed if one is rule else one for one in pack.rules), pack.not_encoded)


def mutations(pack: Pack, rule: Rule) -> Iterator[tuple[str, Pack]]:
    """Yield the pack without a rule, then with each leaf of its value changed."""
    yield f"{rule.key} from {rule.from_} taken out", without(pack, rule)
    for changed in other_values(rule.value):
        yield f"{rule.key} from {rule.from_} as {changed}", with_changed(pack, rule, value=changed)


def other_values(value: Any) -> Iterator[Any]:
    """Yield the value with each of its leaves changed in turn."""
    if isinstance(value, Mapping):
        for key, below in value.items():
            yield from ({**value, key: other} for other in other_values(below))
    elif isinstance(value, tuple):
        for place, below in enumerate(value):
            yield from ((*value[:place], other, *value[place + 1 :]) for other in other_values(below))
    else:
        yield _other(value)


def _other(leaf: Any) -> Any:
    if isinstance(leaf, bool):
        return not leaf
    if isinstance(leaf, str):
        return f"{leaf}_other"
    if isinstance(leaf, time):
        return (datetime.combine(date(2000, 1, 1), leaf) + timedelta(minutes=1)).time()
    if isinstance(leaf, date):
        return leaf + timedelta(days=1)
    return leaf + (Decimal("0.0001") if isinstance(leaf, Decimal) else 1)
