"""Webhook endpoints: register, renew the secret, disable, replay. A secret is shown to whoever asked, never kept."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from reprieve.errors import BadInput
from reprieve.operations.announcing import EVENTS
from reprieve.operations.command import Act, Answer, Done, Work, command
from reprieve.operations.webhook_calls import check_url
from reprieve.storage import webhooks

BOTH_SIGN: Final = timedelta(hours=24)
"""How long the secret before a renewal signs too, so that a receiver can change over."""
REPLAYED_MOST: Final = 1_000


def register_webhook(act: Act, /, **body: Any) -> Done:
    """Register an endpoint and show its secret; the same request again shows the secret that signs now."""
    return _with_secret(add_endpoint(act, **body))


def renew_webhook_secret(act: Act, /, **body: Any) -> Done:
    """Give an endpoint a new secret and show it; for a day the one before signs too."""
    return _with_secret(renew_secret(act, **body))


@command
def add_endpoint(work: Work, *, url: str, events: Sequence[str] = ()) -> Answer:
    """Register an endpoint for some events, all where none is named; what happens from now on is told."""
    check_url(url, public_only=not work.clock.is_sandbox)
    for place, event in enumerate(events):
        if event not in EVENTS:
            raise BadInput(f"events[{place}]", f'"{event}"', f"one of {', '.join(EVENTS)}", code="unknown_word")
    wanted = sorted({*events}) or [*EVENTS]
    number = webhooks.register(url, wanted, registered_by=work.user, registered_at=work.now)
    return {"endpoint": number, "url": url, "events": wanted}


@command
def renew_secret(work: Work, *, endpoint: int) -> Answer:
    """Give an endpoint a new secret."""
    until = work.asked_at + BOTH_SIGN
    webhooks.renew(endpoint, until)
    return {"endpoint": endpoint, "previous_until_at": until.isoformat()}


@command
def disable_webhook(work: Work, *, endpoint: int) -> Answer:
    """Tell an endpoint nothing more; what waits for it is given up when its turn comes."""
    webhooks.disable(endpoint, "disabled by a user", work.now)
    return {"endpoint": endpoint, "state": "disabled"}


@command
def replay_webhook(work: Work, *, endpoint: int, since: str | None = None, after: int | None = None) -> Answer:
    """Tell an endpoint again what it was told since an instant, or after a delivery's number, with the same ids.

    At most 1,000 at once; `next` is where the rest begins.
    """
    if (since is None) == (after is None):
        raise BadInput("since", "neither or both", "either an instant or a delivery's number", code="one_of")
    if webhooks.find(endpoint, work.asked_at).is_disabled:
        raise BadInput("endpoint", f"{endpoint}, which is disabled", "an endpoint in use", code="disabled")
    count, rest = webhooks.replay(
        endpoint, webhooks.Since(None if since is None else _instant(since), after), at=work.now, most=REPLAYED_MOST
    )
    return {"endpoint": endpoint, "replayed": count, "next": rest}


def _with_secret(done: Done) -> Done:
    """Show the secret beside the answer that is kept, which never holds it."""
    secret = webhooks.find(done.answer["endpoint"], datetime.now(UTC)).secrets[0]
    return Done({**done.answer, "secret": secret}, done.is_replay)


def _instant(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise BadInput("since", f'"{text}"', "an instant such as 2026-03-01T00:00:00Z", code="instant")
    return found
