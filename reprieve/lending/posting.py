"""The posting table, and the balanced entries it gives: of an event when it is recorded, of a close. Computes no claim.

An event posts its movement, gross. When an earlier event becomes known later, each event whose movement it changed
posts the difference. A close posts the difference in growth. So at every close the ledger equals the positions.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from reprieve.errors import BadInput
from reprieve.lending.event_kind import KINDS
from reprieve.lending.ledger import Account, check_chart
from reprieve.lending.movement import (
    BALANCES,
    COMPONENTS,
    AsKnown,
    Balances,
    Movement,
    by_component,
    growth,
    held_applied,
    less,
    movements,
)

Amounts = dict[str, int]
"""Amounts by account, debit positive; they sum to zero."""
BANK: Final = "bank"
UNMATCHED: Final = "unmatched_money"
CARRYING: Final = (
    "suspended_interest", "suspended_penalty", "suspended_fees", "charged_off", "allowance", "modification",
)  # fmt: skip


@dataclass(frozen=True)
class PostingTable:
    """The chart, the account of each balance, and for each kind of event the account of what is left over."""

    chart: Mapping[str, Account]
    balances: Mapping[str, str]
    growth: Mapping[str, str]
    events: Mapping[str, Mapping[str, str]]
    carrying: Mapping[str, Mapping[str, str]]


@cache
def posting_table() -> PostingTable:
    """Return the posting table that comes with Reprieve."""
    return read_table(files("reprieve.lending").joinpath("posting.toml").read_text("utf-8"))


def read_table(text: str) -> PostingTable:
    """Return the posting table of a TOML text. Raises `BadInput` for a missing kind, or an account not in the chart."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadInput("posting.toml", str(error), "a TOML document") from None
    chart = check_chart(
        [Account(name, row["code"], row["kind"], row["says"]) for name, row in raw["accounts"].items()], "accounts"
    )
    table = PostingTable(chart, raw["balances"], raw["growth"], raw["event"], raw["carrying"])
    _check_keys("balances", table.balances, BALANCES)
    _check_keys("growth", table.growth, (*COMPONENTS, "charged", "given_up"))
    _check_keys("event", table.events, ("contract", *KINDS))
    for kind, row in table.events.items():
        is_whole = {"charged", "given_up"} <= set(row) or set(COMPONENTS) <= set(row)
        if not is_whole:
            raise BadInput(f"event.{kind}", ", ".join(row), "charged and given_up, or all of " + ", ".join(COMPONENTS))
    _check_keys("carrying", table.carrying, CARRYING)
    _check_accounts(raw, chart)
    _check_keys("accounts", {name: 0 for name in (BANK, UNMATCHED) if name in chart}, (BANK, UNMATCHED))
    return table


def _check_keys(path: str, given: Mapping[str, Any], wanted: tuple[str, ...]) -> None:
    for key in {*given} ^ {*wanted}:
        found = "nothing" if key in wanted else "a key that is not known"
        raise BadInput(f"{path}.{key}", found, ", ".join(wanted))


def _check_accounts(raw: Mapping[str, Any], chart: Mapping[str, Account]) -> None:
    rows = {"balances": raw["balances"], "growth": raw["growth"]}
    rows |= {f"{part}.{name}": row for part in ("event", "carrying") for name, row in raw[part].items()}
    for path, row in rows.items():
        for key, account in row.items():
            if account not in chart:
                raise BadInput(f"{path}.{key}", account, "an account of the chart: " + ", ".join(chart))


def movement_amounts(movement: Movement, table: PostingTable) -> Amounts:
    """Return what an event posts, by account: the changed balances, the money, and where the rest goes."""
    amounts = _balance_amounts(movement.change, table)
    _add(amounts, BANK, movement.cash)
    row = table.events[movement.kind]
    if movement.third_party:
        _add(amounts, row["third_party"], -movement.third_party)
    if "charged" not in row:
        for component, amount in movement.by_component().items():
            _add(amounts, row[component], -amount)
    rest = sum(amounts.values())
    home = row["principal"] if "charged" not in row else row["charged" if rest > 0 else "given_up"]
    _add(amounts, home, -rest)
    return _settled(amounts)


def recorded(then: AsKnown | None, now: AsKnown, table: PostingTable) -> dict[str, Amounts]:
    """Return what new facts post, by event id: each new event's movement, and the change of each other's.

    `then` is the case as it was posted last (nothing: never), `now` as it is known now.
    """
    if then is not None and _only_follows(then, now):
        news = movements(now, since=len(then.file.events))
        return {one.event: amounts for one in news if (amounts := movement_amounts(one, table))}
    old = {} if then is None else _posted(then, table)
    new = _posted(now, table)
    changed = {event: difference(new.get(event, {}), old.get(event, {})) for event in {**old, **new}}
    return {event: amounts for event, amounts in changed.items() if amounts}


def _only_follows(then: AsKnown, now: AsKnown) -> bool:
    """Return whether what is new comes after all that was posted, so that nothing posted can have changed."""
    events = then.file.events
    is_all_posted = bool(events) and events[-1].on <= then.on
    return is_all_posted and now.file.contract == then.file.contract and now.file.events[: len(events)] == events


def closed(then: AsKnown | None, now: AsKnown, table: PostingTable) -> Amounts:
    """Return what the close of one loan posts: its growth as known now, less its growth at the last close as then.

    Without a last close, all that has grown is new.
    """
    grown = growth(now) if then is None else less(growth(now), growth(then))
    applied = dict.fromkeys(COMPONENTS, 0)
    if grown["held"] != 0 or by_component(grown)["principal"] != 0:
        before = applied if then is None else held_applied(then)
        applied = {component: amount - before[component] for component, amount in held_applied(now).items()}
    return growth_amounts(grown, applied, table)


def _posted(known: AsKnown, table: PostingTable) -> dict[str, Amounts]:
    return {movement.event: movement_amounts(movement, table) for movement in movements(known)}


def growth_amounts(grown: Balances, applied: Mapping[str, int], table: PostingTable) -> Amounts:
    """Return what growth posts, by account: each component's own growth is its income.

    `applied` is what held money paid of each component meanwhile, which lessened the balance and not the income.
    Principal grows by interest that is capitalised; where it shrinks without money, a claim was given up.
    """
    amounts = _balance_amounts(grown, table)
    earned = {component: amount + applied[component] for component, amount in by_component(grown).items()}
    for component, amount in earned.items():
        is_given_up = component == "principal" and amount < 0
        _add(amounts, table.growth["given_up" if is_given_up else component], -amount)
    _add(amounts, table.growth["charged"], grown["held"] + sum(applied.values()))
    return _settled(amounts)


def control_totals(position: Balances, table: PostingTable) -> Amounts:
    """Return what the ledger must hold for a position: its balances by account, debit positive."""
    return {name: amount for name, amount in _balance_amounts(position, table).items() if amount}


def unmatched_amounts(amount: int) -> Amounts:
    """Return what a bank line nobody can place posts: money in the bank, owed to someone unknown.

    Once its contract is found, the payment posts the money again, so the negative of this is posted beside it.
    """
    return {BANK: amount, UNMATCHED: -amount}


def difference(now: Mapping[str, int], then: Mapping[str, int]) -> Amounts:
    """Return amounts less other amounts, by account, zeros left out."""
    names = {**now, **then}
    return {name: now.get(name, 0) - then.get(name, 0) for name in names if now.get(name, 0) != then.get(name, 0)}


def _balance_amounts(change: Balances, table: PostingTable) -> Amounts:
    """Return changed balances by account; held money is owed to the borrower, so it stands as a credit."""
    amounts: Amounts = {}
    for name in BALANCES:
        _add(amounts, table.balances[name], -change[name] if name == "held" else change[name])
    return amounts


def _add(amounts: Amounts, account: str, amount: int) -> None:
    amounts[account] = amounts.get(account, 0) + amount


def _settled(amounts: Amounts) -> Amounts:
    """Return amounts without zeros; asserts that they balance."""
    kept = {account: amount for account, amount in amounts.items() if amount}
    assert sum(kept.values()) == 0, f"debits equal credits: {kept}"
    return kept
