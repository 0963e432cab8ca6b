"""Carrying amounts: suspense of income, charge-off, loss allowance by stage, modification. Never changes a claim.

Each amount is a target, a function of the loan's position today; a close posts today's target less the last one's. So a
cure takes suspense back by itself, and a payment after charge-off shows as a recovery.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from typing import Any, Final, Literal

import numpy as np

from reprieve.engine import records as rec
from reprieve.errors import BadInput
from reprieve.rules import RulesInForce
from reprieve.rules.figure import whole

STAGES: Final = (1, 2, 3)
RATE_UNIT: Final = 1_000_000
"""Loss rates are whole multiples of 1e-6."""
_PARTS: Final = ("due", "arrears", "accrued", "not_due", "parked")


@dataclass(frozen=True, slots=True)
class CarryingRules:
    """How a lender carries its loans: each figure is the lender's own, within what its rule pack says.

    `days` says which days past due count. Income is in suspense from the day after `suspended_after_days`; stages two
    and three begin the day after theirs, and a loan in relief is in stage two at least. `loss_rates` are the expected
    losses of stages 1, 2 and 3 as shares, default probability times loss given default.
    """

    suspended_after_days: int
    stage_two_after_days: int
    stage_three_after_days: int
    loss_rates: tuple[Decimal, Decimal, Decimal]
    days: Literal["effective", "contractual"] = "effective"

    def __post_init__(self) -> None:
        for place, rate in enumerate(self.loss_rates):
            if not 0 <= rate <= 1 or rate * RATE_UNIT % 1:
                raise BadInput(f"loss_rates[{place}]", str(rate), "a share from 0 to 1 with at most 6 decimals")
        if not 0 <= self.stage_two_after_days <= self.stage_three_after_days:
            found = f"{self.stage_two_after_days} and {self.stage_three_after_days} days"
            raise BadInput("stage_three_after_days", found, "at least the days of stage two")


def presumed_days(rules: RulesInForce) -> tuple[int, int] | None:
    """Return the days after which stages two and three are presumed, where the pack says; nothing where it does not."""
    two = rules.find("asset_class.stage_2_days_past_due_more_than")
    three = rules.find("asset_class.stage_3_days_past_due")
    return None if two is None or three is None else (whole(two), whole(three) - 1)


@dataclass(frozen=True)
class Carrying:
    """The targets of many loans: int64 arrays, one entry a loan, in minor units and not negative."""

    stage: np.ndarray
    suspended_interest: np.ndarray
    suspended_penalty: np.ndarray
    suspended_fees: np.ndarray
    charged_off: np.ndarray
    allowance: np.ndarray


def carrying_of(positions: np.ndarray, rules: CarryingRules) -> Carrying:
    """Return the carrying targets of positions, int64[loans, records.POSITION_WIDTH].

    Suspended: all uncollected interest, penalty and fees of a loan that is late beyond the rule, or charged off.
    Charged off: what else is outstanding. Allowance: loss rate of the stage on the rest less held money, rounded up.
    """
    effective, contractual = _column(positions, "days_past_due"), _column(positions, "contractual_days_past_due")
    late = effective if rules.days == "effective" else contractual
    status = _column(positions, "status")
    is_charged_off = status == rec.CHARGED_OFF
    is_suspended = is_charged_off | (late > rules.suspended_after_days)
    interest, penalty, fees = (
        np.where(is_suspended, _component(positions, name), 0) for name in ("interest", "penalty", "fees")
    )
    outstanding = sum(_component(positions, name) for name in ("principal", "interest", "penalty", "fees"))
    left = outstanding - interest - penalty - fees
    charged_off = np.where(is_charged_off, left, 0)
    stage = np.where((late > rules.stage_two_after_days) | (status == rec.IN_RELIEF), 2, 1)
    stage = np.where(is_charged_off | (late > rules.stage_three_after_days), 3, stage)
    exposed = np.maximum(0, left - charged_off - _column(positions, "held"))
    micro = np.array([int(rate * RATE_UNIT) for rate in rules.loss_rates], np.int64)[stage - 1]
    return Carrying(stage, interest, penalty, fees, charged_off, -(-exposed * micro // RATE_UNIT))


def nothing(count: int) -> Carrying:
    """Return the targets of loans that do not exist yet."""
    zero = np.zeros(count, np.int64)
    return Carrying(np.ones(count, np.int64), zero, zero, zero, zero, zero)


def carrying_amounts(now: Carrying, then: Carrying, accounts: Mapping[str, Mapping[str, str]]) -> dict[str, int]:
    """Return what a close posts for carrying amounts, by account, debit positive: targets now less targets then.

    `accounts` is `carrying` of the posting table. A charge-off uses up allowance; what comes back is a recovery.
    """
    amounts: dict[str, int] = {}
    for name in ("suspended_interest", "suspended_penalty", "suspended_fees"):
        _post(
            amounts, accounts[name]["against"], accounts[name]["asset"], _sum(getattr(now, name), getattr(then, name))
        )
    written = now.charged_off - then.charged_off
    used, recovered = int(np.maximum(written, 0).sum()), int(np.maximum(-written, 0).sum())
    _post(amounts, accounts["charged_off"]["against"], accounts["charged_off"]["asset"], used)
    _post(amounts, accounts["charged_off"]["asset"], accounts["charged_off"]["recovered"], recovered)
    impaired = _sum(now.allowance, then.allowance) + used
    _post(amounts, accounts["allowance"]["against"], accounts["allowance"]["asset"], impaired)
    assert sum(amounts.values()) == 0, f"debits equal credits: {amounts}"
    return {account: amount for account, amount in amounts.items() if amount}


@dataclass(frozen=True, slots=True)
class StageFlow:
    """The allowance of one stage: opening + new + moved in − moved out − gone + remeasured = closing."""

    opening: int
    new: int
    moved_in: int
    moved_out: int
    gone: int
    remeasured: int
    closing: int


def allowance_flow(now: Carrying, then: Carrying, is_new: np.ndarray, is_gone: np.ndarray) -> dict[int, StageFlow]:
    """Return the allowance flow by stage; a loan that moves takes what was allowed for it along. Asserts it foots.

    `is_new` marks loans that did not exist then, `is_gone` those that are paid or charged off now.
    """
    stays = ~is_new & ~is_gone
    flows = {}
    for stage in STAGES:
        was, is_now = then.stage == stage, now.stage == stage
        flow = StageFlow(
            opening=_sum(then.allowance[was & ~is_new]),
            new=_sum(now.allowance[is_now & is_new & ~is_gone]),
            moved_in=_sum(then.allowance[stays & is_now & ~was]),
            moved_out=_sum(then.allowance[stays & was & ~is_now]),
            gone=_sum(then.allowance[was & is_gone & ~is_new]),
            remeasured=_sum(now.allowance[stays & is_now], then.allowance[stays & is_now]),
            closing=_sum(now.allowance[is_now & ~is_gone]),
        )
        came, went = flow.opening + flow.new + flow.moved_in + flow.remeasured, flow.moved_out + flow.gone
        assert came - went == flow.closing, f"the allowance of stage {stage} does not foot: {flow}"
        flows[stage] = flow
    assert not _sum(now.allowance[is_gone]), "a loan that is gone has no allowance"
    return flows


def present_value(flows: Sequence[tuple[date, int]], rate: Decimal, on: date) -> int:
    """Return what flows after a day are worth on it, in minor units, half-even once, at a compound rate a year.

    Days are actual over 365. The rate is the effective rate the loan began with (IFRS 9, 5.4.3).
    """
    with localcontext() as context:
        context.prec = 50
        worth = Decimal(0)
        for day, amount in flows:
            if day > on:
                worth += amount * (1 + rate) ** (Decimal((on - day).days) / 365)
        return int(worth.to_integral_value(ROUND_HALF_EVEN))


def _post(amounts: dict[str, int], debit: str, credit: str, amount: int) -> None:
    amounts[debit] = amounts.get(debit, 0) + amount
    amounts[credit] = amounts.get(credit, 0) - amount


def _sum(now: np.ndarray, then: Any = 0) -> int:
    return int(np.sum(now - then))


def _column(positions: np.ndarray, name: str) -> np.ndarray:
    return positions[:, rec.POSITION_FIELDS.index(name)]


def _component(positions: np.ndarray, component: str) -> np.ndarray:
    """Return a component's outstanding balance: the sum over the parts that have it."""
    names = [f"{part}_{component}" for part in _PARTS if f"{part}_{component}" in rec.POSITION_FIELDS]
    columns: np.ndarray = positions[:, [rec.POSITION_FIELDS.index(name) for name in names]].sum(axis=1)
    return columns
