"""Who may enter: tokens, scopes, roles and rates. Denies by default; knows nothing of loans.

Every operation names one scope, or says in so many words that it is open to everybody.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.http import HttpRequest

from reprieve.storage.scopes import ALLOWED, OWN_CUSTOMER_ONLY, SCOPES
from reprieve.web.limits import limit_of
from reprieve.web.problem import HttpProblem
from reprieve.web.rate_limit import Allowance, Buckets

buckets: Final = Buckets()
TOKEN_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who showed a good token: what they may do, and whose contracts they may see (`None`: all)."""

    token: int
    user: str
    scopes: frozenset[str]
    customers: frozenset[str] | None

    def may_see(self, customer: str) -> bool:
        """Whether a customer's contracts may be shown."""
        return self.customers is None or customer in self.customers


class Admission:
    """The door of an operation: lets in whoever holds its scope, at a bounded rate. `None` is open to everybody."""

    def __init__(self, scope: str | None) -> None:
        assert scope is None or scope in SCOPES, scope
        self.scope = scope
        if scope is not None:
            self.openapi_security_schema = {"type": "http", "scheme": "bearer"}

    def __call__(self, request: HttpRequest) -> Any:
        """Return the caller, or what stands for anybody. Raises `HttpProblem`."""
        shown = _token_of(request)
        caller = _caller_of(shown) if shown and self.scope is not None else None
        _check_rate(request, caller)
        if self.scope is None:
            return "anybody"
        if caller is None:
            found = "no token" if not shown else "a token that is not known, has ended or was revoked"
            allowed = "Authorization: Bearer, with a token that holds now"
            raise HttpProblem("unauthenticated", f"Found {found}; allowed is {allowed}.")
        request.caller = caller  # type: ignore[attr-defined]
        if self.scope not in caller.scopes:
            raise HttpProblem(
                "forbidden", f"This needs the scope {self.scope}, which token and roles do not both hold."
            )
        return caller


def caller_of(request: HttpRequest) -> Caller:
    """Return who was let in."""
    caller = getattr(request, "caller", None)
    assert isinstance(caller, Caller), "only operations with a scope have a caller"
    return caller


def _token_of(request: HttpRequest) -> str:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    token = token.strip()
    return token if kind.lower() == "bearer" and 0 < len(token) <= TOKEN_MOST else ""


def _caller_of(shown: str) -> Caller | None:
    from reprieve.storage.access_tokens import find_bearer

    bearer = find_bearer(shown, now=datetime.now(UTC))
    if bearer is None:
        return None
    allowed: set[str] = set()
    for role, _ in bearer.roles:
        allowed |= ALLOWED[role]
    is_narrow = all(role in OWN_CUSTOMER_ONLY for role, _ in bearer.roles)
    own = {customer for _, customer in bearer.roles} | {bearer.customer}
    customers = frozenset(number for number in own if number) if is_narrow else None
    return Caller(bearer.token, bearer.user, bearer.scopes & allowed, customers)


def _check_rate(request: HttpRequest, caller: Caller | None) -> None:
    """Count the request; somebody without a good token counts by address, so that guessing tokens is slow."""
    if caller is not None:
        key, limit = f"user {caller.user}", limit_of("RATE_A_MINUTE")
    else:
        key, limit = f"address {request.META.get('REMOTE_ADDR', '')}", limit_of("OPEN_RATE_A_MINUTE")
    allowance = buckets.take(key, limit, time.monotonic())
    request.allowance = allowance  # type: ignore[attr-defined]
    if not allowance.is_allowed:
        wait = allowance.wait_seconds
        detail = f"Found more than {limit} requests in a minute; please wait {wait} s."
        raise HttpProblem("too-many", detail, {"Retry-After": str(wait)})


def rate_headers(request: HttpRequest) -> dict[str, str]:
    """Return the headers that tell a caller what is left of its minute."""
    allowance: Allowance | None = getattr(request, "allowance", None)
    if allowance is None or allowance.limit == 0:
        return {}
    return {
        "RateLimit-Limit": str(allowance.limit),
        "RateLimit-Remaining": str(allowance.left),
        "RateLimit-Reset": str(max(allowance.wait_seconds, 1)),
    }
