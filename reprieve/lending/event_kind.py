"""All kinds of event together: the union that a case file is read with. Never reads one itself."""

from typing import Annotated, Final

from pydantic import Field

from reprieve.lending.event import (
    Acceleration,
    ChargeOff,
    Disbursement,
    DueDayChange,
    Event,
    FeeCharged,
    Opening,
    Payment,
    RateChange,
    Refund,
    Reinstatement,
    Reversal,
    Waiver,
)
from reprieve.lending.relief_event import Moratorium, Pause, Restructure

KINDS: Final[dict[str, type[Event]]] = {
    "opening": Opening,
    "disbursement": Disbursement,
    "payment": Payment,
    "reversal": Reversal,
    "refund": Refund,
    "fee": FeeCharged,
    "waiver": Waiver,
    "rate_change": RateChange,
    "due_day_change": DueDayChange,
    "acceleration": Acceleration,
    "reinstatement": Reinstatement,
    "pause": Pause,
    "moratorium": Moratorium,
    "restructure": Restructure,
    "charge_off": ChargeOff,
}

AnyEvent = Annotated[
    Opening
    | Disbursement
    | Payment
    | Reversal
    | Refund
    | FeeCharged
    | Waiver
    | RateChange
    | DueDayChange
    | Acceleration
    | Reinstatement
    | Pause
    | Moratorium
    | Restructure
    | ChargeOff,
    Field(discriminator="kind"),
]
