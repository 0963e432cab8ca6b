"""How often a collector may call about one debt (United States, Regulation F). Never knows who called or why.

A log holds what happened between one collector and one person about one debt, as pairs of a day and a word of
`HAPPENINGS`, in the order it happened. Calls with consent, calls that never connected and calls to the person's
attorney or another listed professional are not counted; a call that rings out or reaches voicemail is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from reprieve.errors import BadInput
from reprieve.rules.figure import whole
from reprieve.rules.pack import Pack
from reprieve.rules.rule import Rule

HAPPENINGS: Final = {
    "call": "the collector called: it rang out or reached voicemail",
    "call_answered": "the collector called and they spoke",
    "call_not_connected": "the collector dialled and the number was never reached",
    "call_to_professional": "the collector called the person's attorney or another listed professional",
    "conversation": "the person called, and they spoke",
    "consent": "the person told the collector that a call is welcome",
}
CALLS: Final = ("call", "call_answered")
CONVERSATIONS: Final = ("call_answered", "conversation")

Log = Sequence[tuple[date, str]]


@dataclass(frozen=True, slots=True)
class CallsLeft:
    """Leave to call: the calls counted in the window that ends on the day, and how many more it holds."""

    counted: int
    left: int


def presumption(pack: Pack, *, log: Log) -> Literal["comply", "violate"]:
    """Return what is presumed of a collector who made these calls (12 CFR 1006.14(b)(2)).

    Each call is judged by the rules of its own day. Raises `BadInput` for an unknown word or days out of order.
    """
    _check(log)
    broken = (
        _broken_rule(pack, log[:place], on)
        for place, (on, happened) in enumerate(log)
        if happened in CALLS and not _is_welcome(pack, log[:place], on)
    )
    return "violate" if any(broken) else "comply"


def may_call(pack: Pack, on: date, *, log: Log) -> CallsLeft | Rule:
    """Return leave to place a call on a day after all that is in the log, or the rule that says no.

    With the person's consent a call is free of both limits and does not count. Raises `BadInput` as `presumption` does.
    """
    _check((*log, (on, "call")))
    counted = _counted(pack, log, on)
    most = whole(_rule(pack, "contact.calls_in_window_most", on))
    broken = None if _is_welcome(pack, log, on) else _broken_rule(pack, log, on)
    return CallsLeft(counted, max(0, most - counted)) if broken is None else broken


def next_call_on(pack: Pack, on: date, *, log: Log) -> date:
    """Return the first day from a day on when a call is presumed to be in order, if nothing else happens until then."""
    while isinstance(may_call(pack, on, log=log), Rule):
        on += timedelta(days=1)
    return on


def _broken_rule(pack: Pack, before: Log, on: date) -> Rule | None:
    """Return the rule that a counted call on a day would break, after all that was before."""
    silence = _rule(pack, "contact.days_after_conversation", on)
    most = _rule(pack, "contact.calls_in_window_most", on)
    if any((on - day).days < whole(silence) for day in _days_of(before, CONVERSATIONS)):
        return silence
    return most if _counted(pack, before, on) + 1 > whole(most) else None


def _counted(pack: Pack, before: Log, on: date) -> int:
    """Return the counted calls of the window of days that ends on a day."""
    window = whole(_rule(pack, "contact.call_window_days", on))
    return sum(
        happened in CALLS and (on - day).days < window and not _is_welcome(pack, before[:place], day)
        for place, (day, happened) in enumerate(before)
    )


def _is_welcome(pack: Pack, before: Log, on: date) -> bool:
    """Return whether consent covers a call on a day: given within its days, and no conversation since."""
    lasts = whole(_rule(pack, "contact.call_consent_days", on))
    for day, happened in reversed(before):
        if happened in CONVERSATIONS:
            return False
        if happened == "consent":
            return (on - day).days < lasts
    return False


def _days_of(log: Log, happenings: Iterable[str]) -> list[date]:
    return [day for day, happened in log if happened in happenings]


def _rule(pack: Pack, key: str, on: date) -> Rule:
    return pack.on(on, "collector").get(key)


def _check(log: Log) -> None:
    """Refuse a word that is not of the list, and a log that goes back in time."""
    days = [day for day, _ in log]
    for place, (_, happened) in enumerate(log):
        if happened not in HAPPENINGS:
            raise BadInput(f"log[{place}]", repr(happened), f"one of {', '.join(HAPPENINGS)}", code="unknown_word")
    if days != sorted(days):
        raise BadInput("log", "days out of order", "what happened in the order it happened, the earliest first")
