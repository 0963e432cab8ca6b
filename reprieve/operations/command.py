"""What every command shares: one transaction, one key, the open day held, a trace left. Never decides about money.

A command is written as a function of its `Work` and keyword arguments of JSON types, and called with an `Act`. Doing it
twice changes nothing: the second time it answers what it answered first.
"""

import inspect
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec

from django.db import transaction
from django.utils.crypto import salted_hmac

from reprieve.errors import BadInput, Refusal, Refused
from reprieve.operations.announcing import announce
from reprieve.operations.authority import AUTHORITY, Authority
from reprieve.operations.failpoints import reach
from reprieve.storage.actors import roles_of
from reprieve.storage.advisory import hold_day
from reprieve.storage.commands import Kept, Started, keep, start
from reprieve.storage.contracts import Added, Held, StoredContracts, hold, hold_all
from reprieve.storage.journal import StoredJournal
from reprieve.storage.lender import OpenDay, open_day
from reprieve.storage.outbox import StoredOutbox

Answer = dict[str, Any]
"""What a command answers, in JSON types."""
P = ParamSpec("P")
_SALT: Final = "reprieve.command"
MOST_BYTES: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Act:
    """Who asks, when (an instant of the wall clock, UTC), and the key that makes the request exist once."""

    key: str
    user: str
    now: datetime
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """What a command answered, and whether it had been answered before."""

    answer: Answer
    is_replay: bool


@dataclass(frozen=True, slots=True)
class Work:
    """One command's transaction: the open day, who acts, and the stores."""

    clock: OpenDay
    user: int
    asked_at: datetime
    contracts: StoredContracts
    journal: StoredJournal
    outbox: StoredOutbox
    locked_until: date | None
    named: Mapping[str, Held] = field(default_factory=dict)
    """Contracts that the request names, held already."""
    unwritten: list[Added] = field(default_factory=list)
    """Events that are written together with the answer (`recording.keep_last`)."""

    def hold(self, contract: str) -> Held:
        """Return a contract, held until the transaction ends. Raises `BadInput` for a number that is not known."""
        return self.named.get(contract) or hold(contract)

    @property
    def today(self) -> date:
        """The day that is open."""
        return self.clock.day

    @property
    def now(self) -> datetime:
        """The instant of the command, UTC."""
        return self.clock.instant

    def require(self, authority: Authority) -> None:
        """Raise `Refused` unless whoever acts holds one of the roles, where any is named."""
        if authority.roles and not authority.roles & roles_of(self.user, self.asked_at):
            because = f"To {authority.to} takes the role {' or '.join(sorted(authority.roles))}."
            raise Refused((Refusal("authority.role", because, "the lender's authorities"),))


Written = Callable[Concatenate[Work, P], Answer]
Called = Callable[Concatenate[Act, P], Done]


def command(written: Written[P]) -> Called[P]:
    """Turn a function of a `Work` into a command that is called with an `Act`: done whole, once, or not at all.

    Only whoever has the authority for it may (`operations.authority`).
    """
    signature = inspect.signature(written)
    name = written.__name__
    authority = AUTHORITY[name]

    @wraps(written)
    def called(act: Act, /, *args: P.args, **body: P.kwargs) -> Done:
        asked = signature.bind(None, *args, **body)
        asked.apply_defaults()
        request = _sha256(name, dict(list(asked.arguments.items())[1:]))
        reach("command.before_work")
        with transaction.atomic():
            started = start(act.user, act.key, request, contract=_contract_of(asked.arguments))
            if started.answer is not None:
                return Done(started.answer, is_replay=True)
            work = work_of(act, started)
            work.require(authority)
            answer = written(work, *args, **body)
            _keep(name, act, request, work=work, answer=answer)
            if started.is_listened_to:
                announce(name, work, answer)
            reach("command.before_commit")
        reach("command.after_commit")
        return Done(answer, is_replay=False)

    return called


def work_of(act: Act, started: Started) -> Work:
    """Return the work of a command that has been started."""
    clock = started.open_day(act.now)
    instant, user = clock.instant, started.user
    return Work(
        clock, user, act.now, StoredContracts(instant, user), StoredJournal(instant), StoredOutbox(instant),
        started.locked_until, {} if started.held is None else {started.held.number: started.held},
    )  # fmt: skip


def begin(act: Act, user: int, contracts: Collection[str] = ()) -> Work:
    """Return the work of an act in the transaction at hand: the open day and contracts held, no key asked."""
    hold_day()
    clock = open_day(act.now)
    instant = clock.instant
    journal = StoredJournal(instant)
    return Work(
        clock, user, act.now, StoredContracts(instant, user), journal, StoredOutbox(instant), journal.locked_until(),
        hold_all(contracts) if contracts else {},
    )  # fmt: skip


def _contract_of(arguments: Mapping[str, Any]) -> str:
    """Return the number of the contract that a request names, or nothing."""
    contract = arguments.get("contract")
    return contract if isinstance(contract, str) else ""


def _sha256(name: str, body: Mapping[str, Any]) -> bytes:
    """Return the keyed hash of a request, so that nobody can try out what it held; the order of keys is nothing."""
    try:
        text = json.dumps([name, body], sort_keys=True, ensure_ascii=False, default=_plain, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise BadInput("the request", str(error), "JSON values", code="request") from None
    content = text.encode(errors="surrogatepass")
    if len(content) > MOST_BYTES:
        raise BadInput("the request", f"{len(content):,} bytes", f"at most {MOST_BYTES:,}", code="request")
    return salted_hmac(_SALT, content, algorithm="sha256").digest()


def _plain(value: object) -> object:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"a value of type {type(value).__name__}")


def _keep(name: str, act: Act, request: bytes, *, work: Work, answer: Answer) -> None:
    """Keep the answer and the trace of a command: what it concerned, and the event it recorded, but no figures."""
    subject = next((kind for kind in ("contract", "customer", "product", "lender") if kind in answer), "command")
    event = answer.get("event")
    facts = {"event": event["id"]} if isinstance(event, Mapping) else {}
    concerned = (subject, str(answer.get(subject, "")))
    kept = Kept(work.user, act.key, request, name, concerned, act.request_id, facts, work.now)
    keep(kept, answer, work.unwritten)
