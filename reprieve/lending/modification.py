"""What a signed plan does to the carrying amount of a loan (IFRS 9, 5.4.3). Never changes a claim, and posts nothing.

A plan's flows are worth something on its day of signing, at the effective rate the loan began with. What they are worth
less than the claims they repay is a loss at signing, and comes back as interest until the plan's last day. Both are
targets, functions of what is known, so a close posts today's less the last one's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, Final

from reprieve.lending.carrying import present_value
from reprieve.lending.case import Case, original_rate, position_of
from reprieve.lending.case_file import CaseFile
from reprieve.lending.columns import known_events
from reprieve.lending.event import Payment

FLOWS_MOST: Final = 1_200
"""More rows than a plan can have; a plan that never ends is a mistake of ours."""


@dataclass(frozen=True, slots=True)
class Modification:
    """The targets of one loan in minor units: what is carried above its claims, and what was gained by signing so far.

    Negative is less, and a loss.
    """

    adjustment: int = 0
    gained: int = 0


def modification_of(file: CaseFile, on: date) -> Modification:
    """Return the targets of a loan at the end of a day; nothing for one without a signed plan."""
    events = [event for event in known_events(file, None) if event.on <= on]
    plans = [event for event in events if event.kind == "restructure"]
    if not plans:
        return Modification()
    rate, running, gained = original_rate(Case(file)), None, 0
    for plan in plans:
        before = 0 if running is None else running.adjustment(plan.on)
        running = _Planned(_until(file, events, plan), plan, rate)
        gained += running.adjustment(plan.on) - before
    assert running is not None
    charged_off = [event.on for event in events if event.kind == "charge_off"]
    if charged_off:
        return Modification(0, gained - running.adjustment(max(charged_off[0], running.plan.on)))
    is_over = on >= running.last_on or position_of(Case(file).book, on)["status"] == "closed"
    if is_over:
        return Modification(0, gained + running.waived_at_end)
    return Modification(running.adjustment(on), gained)


def amounts_of(now: Modification, then: Modification, accounts: Mapping[str, Mapping[str, str]]) -> dict[str, int]:
    """Return what a close posts, by account, debit positive: targets now less targets then.

    `accounts` is `carrying` of the posting table. What was gained goes to gains and losses, the rest is interest.
    """
    row = accounts["modification"]
    grown, gained = now.adjustment - then.adjustment, now.gained - then.gained
    amounts = {row["asset"]: grown, row["against"]: -gained, row["unwound"]: gained - grown}
    assert sum(amounts.values()) == 0, f"debits equal credits: {amounts}"
    return {account: amount for account, amount in amounts.items() if amount}


@dataclass(frozen=True)
class _Planned:
    """A loan as its plan says: every row is paid when it falls due, and what is overdue at signing is paid then."""

    file: CaseFile
    plan: Any
    rate: Decimal

    @cached_property
    def _paid(self) -> tuple[CaseFile, Sequence[tuple[date, int]]]:
        """The file with the payments of the plan, and those that fall due after signing."""
        shown = position_of(Case(self.file).book, self.plan.on)
        file = _with_payment(self.file, self.plan.on, shown["arrears"]["total"] + shown["due"]["total"])
        day, flows = self.plan.on, []
        while (due := position_of(Case(file).book, day)["next_due"]) is not None:
            day = date.fromisoformat(due["on"])
            flows.append((day, due["amount"]))
            file = _with_payment(file, day, due["amount"])
            assert len(flows) < FLOWS_MOST, "a plan has an end"
        return file, flows

    @property
    def last_on(self) -> date:
        """The day of the plan's last row."""
        return self._paid[1][-1][0] if self._paid[1] else self.plan.on

    @property
    def waived_at_end(self) -> int:
        """What is waived once the plan is kept; it was part of the loss at signing, and is waived by the claim then."""
        claims = self.plan.claims
        parts = (claims.fees, claims.penalty, claims.interest, claims.principal)
        return sum(part.waived_on_completion for part in parts)

    def adjustment(self, on: date) -> int:
        """Return what the rows to come are worth on a day, less the claims they repay."""
        file, flows = self._paid
        if on >= self.last_on:
            return 0
        claims = position_of(Case(file).book, on)
        above: int = present_value(flows, self.rate, on) - claims["outstanding"]["total"] + claims["held"]
        return above


def _until(file: CaseFile, events: Sequence[Any], plan: Any) -> CaseFile:
    """Return a loan as of the day a plan was signed: the events up to it, nothing of what happened later."""
    kept = tuple(event for event in events[: events.index(plan) + 1])
    return file.model_copy(update={"events": kept})


def _with_payment(file: CaseFile, on: date, amount: int) -> CaseFile:
    if amount <= 0:
        return file
    paid = Payment(kind="payment", id=f"planned {len(file.events)}", on=on, amount=amount)
    return file.model_copy(update={"events": (*file.events, paid)})
