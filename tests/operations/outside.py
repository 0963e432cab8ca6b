"""Stand-ins for the outside: senders that remember, fail or block, and a clock moved by hand. Checks nothing."""

from datetime import UTC, datetime, timedelta

from reprieve.lending.ports import Undelivered
from reprieve.operations.senders import Outside


class Clock:
    """The wall clock of a test."""

    def __init__(self, at: str) -> None:
        self.at = datetime.fromisoformat(at).replace(tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def wait(self, **how_long: float) -> None:
        self.at += timedelta(**how_long)


class Post:
    """Carries messages and webhooks into a list; `failures` are raised first, one a try."""

    def __init__(self, *failures: Undelivered) -> None:
        self.failures, self.sent, self.before = list(failures), [], lambda: None

    def send(self, parcel) -> None:
        self._carry(parcel)

    def call(self, call, _now) -> None:
        self._carry(call)

    def _carry(self, one) -> None:
        self.before()
        self.sent.append(one)
        if self.failures:
            raise self.failures.pop(0)

    @property
    def outside(self) -> Outside:
        return Outside({"sms": self, "email": self}, self)


def reachable(number: str = "L-1", **identifiers: str) -> None:
    """A telephone, or other addresses, for the customer of a contract."""
    from reprieve.storage import people
    from reprieve.storage.models import Customer

    given = identifiers or {"phone": "+86 138 0013 8000"}
    at = datetime(2026, 1, 15, tzinfo=UTC)
    people.add_identifiers(Customer.objects.get(number=f"C-{number}"), given, recorded_at=at)


def outbox() -> list[tuple[str, str, int, str]]:
    """Every row of the outbox: topic, state, tries, reason."""
    from reprieve.storage.outbox import deliveries

    return [(row["topic"], row["state"], row["attempts"], row["because"]) for row in deliveries(0, 100)]
