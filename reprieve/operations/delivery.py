"""Delivers the outbox: takes what is due, sends it, keeps what came of it. Never sends one row twice at once.

A row is taken and that is committed, then it is sent, then the result is committed. Killed in between, the row is free
again when its hold ends, and is sent once more under the same key: a receiver tells the repeat by it. Nothing is lost.

A try that failed is repeated after 30 s, and then after four times as long each time; after the eighth it is given up.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from reprieve.lending.contact import Stopped
from reprieve.lending.ports import Call, Parcel, Undelivered
from reprieve.lending.wording import SUBJECT, purpose_of
from reprieve.operations.composing import COMPOSED, Composed, compose
from reprieve.operations.failpoints import reach
from reprieve.operations.gate import ask_gate
from reprieve.operations.senders import Outside, outside
from reprieve.storage import messages, outbox, webhooks
from reprieve.storage.identifiers import Unreadable
from reprieve.storage.lender import has_lender, midnight_after, open_day, the_lender
from reprieve.storage.messages import Written
from reprieve.storage.outbox import Claimed
from reprieve.words import words

TRIES_MOST: Final = 8
FIRST_WAIT: Final = timedelta(seconds=30)
HOLD: Final = timedelta(minutes=5)
"""How long a row stays in one worker's hand; sending is bounded to far less."""
MESSAGE: Final = "message"
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a row: sent, failed, postponed (not tried) or abandoned, why, and when next, by the wall clock."""

    state: str
    because: str = ""
    next_at: datetime | None = None
    rule: str = ""


SENT: Final = Result("sent")


def wait_after(attempt: int) -> timedelta:
    """Return how long after a failed try, counted from 1, the next one is.

    >>> [str(wait_after(attempt)) for attempt in (1, 2, 3, 7)]
    ['0:00:30', '0:02:00', '0:08:00', '1 day, 10:08:00']
    """
    wait: timedelta = FIRST_WAIT * 4 ** (attempt - 1)
    return wait


def deliver_due(
    clock: Clock, *, to: Outside | None = None, most: int = 500, is_stopping: Callable[[], bool] = lambda: False
) -> Counter[str]:
    """Deliver what is due, one row after the other, and return how many were sent, failed, postponed and abandoned.

    `clock` is the wall clock. Between two rows it asks whether to stop.
    """
    counts: Counter[str] = Counter()
    if not has_lender():
        return counts
    carriers = to or outside(is_sandbox=the_lender().is_sandbox)
    while counts.total() < most and not is_stopping():
        claimed = _claim(clock())
        if claimed is None:
            break
        counts[_deliver(claimed, clock, carriers).state] += 1
    return counts


def forget_sent(now: datetime) -> int:
    """Remove rows of the outbox that were sent longer ago than the lender keeps them; return how many.

    What was given up stays, for somebody to look at, and so does every message itself.
    """
    if not has_lender():
        return 0
    return outbox.forget_sent(now - timedelta(days=the_lender().sent_kept_days))


def tally() -> dict[str, int]:
    """Return how much of the outbox waits, fails and was given up."""
    return outbox.tally()


def _claim(now: datetime) -> Claimed | None:
    with transaction.atomic():
        day = open_day(now)
        # What a sandbox recorded bears its own day, which may lie far ahead of the wall clock.
        due_until = max(now, midnight_after(day.day)) if day.is_sandbox else now
        claimed = outbox.claim(now, due_until=due_until, hold=HOLD)
        if claimed is None:
            return None
        reach("outbox.claim.before_commit")
    reach("outbox.claim.after_commit")
    return claimed


def _deliver(claimed: Claimed, clock: Clock, to: Outside) -> Result:
    """Deliver a row that is in hand: what is only composed is done in one transaction, the rest is sent first."""
    if claimed.attempt > TRIES_MOST:
        return _settle(claimed, clock(), lambda _: _given_up(claimed, "no try came to an end"))
    if claimed.topic in COMPOSED:
        return _settle(claimed, clock(), lambda at: _composed(claimed, at))
    if claimed.topic == webhooks.TOPIC:
        return _webhook(claimed, clock, to)
    if claimed.topic == MESSAGE:
        return _message(claimed, clock, to)
    return _settle(claimed, clock(), lambda _: Result("abandoned", f"Nothing delivers {claimed.topic}."))


def _settle(claimed: Claimed, at: datetime, result_of: Callable[[datetime], Result]) -> Result:
    """Keep the result of a row in one transaction with whatever finding it writes."""
    with transaction.atomic():
        result = result_of(at)
        _keep(claimed, result, at)
        reach("outbox.result.before_commit")
    reach("outbox.result.after_commit")
    return result


def _keep(claimed: Claimed, result: Result, at: datetime) -> None:
    next_at = result.next_at or at
    match result.state:
        case "sent":
            outbox.sent(claimed, at)
        case "failed":
            outbox.failed(claimed, result.because, next_at)
        case "postponed":
            outbox.postponed(claimed, result.because, next_at)
        case "abandoned":
            outbox.abandoned(claimed, result.because, at)


def _composed(claimed: Claimed, at: datetime) -> Result:
    """Write the message that a notice asks for, or say why not; sending it is another row's."""
    day = open_day(at)
    try:
        composed = compose(claimed, day)
    except Unreadable:
        return Result("abandoned", "The customer was erased.")
    return _result_of(composed, at, day.instant)


def _result_of(composed: Composed, at: datetime, instant: datetime) -> Result:
    if composed.is_done:
        return SENT
    return _later(composed.stopped, at, instant) if composed.stopped else Result("abandoned", composed.because)


def _later(stopped: Stopped, at: datetime, instant: datetime) -> Result:
    """Return a refusal of the gate as a result: put off to when it opens, or given up where waiting does not help."""
    if stopped.next_allowed_at is None:
        return Result("abandoned", f"{stopped.because} ({stopped.rule})", rule=stopped.rule)
    wait = stopped.next_allowed_at - instant
    return Result("postponed", f"{stopped.because} ({stopped.rule})", at + wait, rule=stopped.rule)


@contextmanager
def _sending() -> Iterator[None]:
    reach("outbox.send.before")
    yield
    reach("outbox.send.after")


def _webhook(claimed: Claimed, clock: Clock, to: Outside) -> Result:
    assert claimed.endpoint is not None
    endpoint = webhooks.find(claimed.endpoint, clock())
    if endpoint.is_disabled:
        return _settle(claimed, clock(), lambda _: Result("abandoned", "The endpoint is disabled."))
    body = webhooks.body_of(claimed.payload)
    call = Call(str(claimed.payload["id"]), endpoint.url, body, endpoint.secrets)
    result, is_gone = SENT, False
    try:
        with _sending():
            to.webhooks.call(call, clock())
    except Undelivered as error:
        result, is_gone = _failed(claimed, error, clock()), error.is_gone
    return _settle(claimed, clock(), lambda at: _webhook_kept(endpoint.row, result, is_gone, at))


def _webhook_kept(endpoint: int, result: Result, is_gone: bool, at: datetime) -> Result:
    """Let an endpoint rest after a failure; one that says it is gone is told nothing more."""
    if is_gone:
        webhooks.disable(endpoint, result.because, at)
        outbox.abandon_for(endpoint, result.because, at)
    elif result is not SENT:
        webhooks.rest(endpoint, at)
    return result


def _message(claimed: Claimed, clock: Clock, to: Outside) -> Result:
    assert claimed.message is not None
    try:
        message = messages.written(claimed.message)
        address = messages.address_of(message.recipient, message.channel)
    except Unreadable:
        return _settle(claimed, clock(), lambda _: Result("abandoned", "The customer was erased."))
    stopped = _stopped(claimed, message, address, clock())
    if stopped is not None or address is None:
        result = stopped or Result("abandoned", f"No address is known for {message.channel}.")
        return _settle(claimed, clock(), lambda at: _attempted(message, result, at) if result.rule else result)
    result = SENT
    try:
        with _sending():
            to.senders[message.channel].send(_parcel(claimed.key, message, address))
    except Undelivered as error:
        result = _failed(claimed, error, clock())
    return _settle(claimed, clock(), lambda at: _attempted(message, result, at))


def _stopped(claimed: Claimed, message: Written, address: str | None, at: datetime) -> Result | None:
    """Ask the gate again as a message is about to go: it may be night by now, or help may have been asked for."""
    day = open_day(at)
    last_on = claimed.payload.get("last_on")
    if last_on is not None and day.day.isoformat() > last_on:
        return Result("abandoned", f"Its last day, {last_on}, has passed.")
    answer = ask_gate(message.recipient, message.channel, purpose_of(message.wording), day.instant)
    return _later(answer, at, day.instant) if isinstance(answer, Stopped) and address is not None else None


def _attempted(message: Written, result: Result, at: datetime) -> Result:
    """Keep the attempt that a result was: sent, failed, or refused by a rule."""
    outcome = {"sent": "sent", "failed": "failed"}.get(result.state, "refused" if result.rule else "failed")
    instant = open_day(at).instant
    messages.note_attempt(
        message.recipient, message.channel, outcome, at=instant, message=message.row, rule=result.rule
    )
    return result


def _failed(claimed: Claimed, error: Undelivered, at: datetime) -> Result:
    if error.is_final:
        return Result("abandoned", error.because)
    if claimed.attempt >= TRIES_MOST:
        return _given_up(claimed, error.because)
    return Result("failed", error.because, at + wait_after(claimed.attempt))


def _given_up(claimed: Claimed, because: str) -> Result:
    return Result("abandoned", f"Given up after {min(claimed.attempt, TRIES_MOST)} tries: {because}")


def _parcel(key: str, message: Written, address: str) -> Parcel:
    language = message.recipient.language
    subject = words(language).text(SUBJECT, lender=the_lender().name)
    return Parcel(key, address, subject, message.text, language)
