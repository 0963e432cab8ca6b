"""What a token may do: the closed list of scopes, and which of them each role allows. Never looks anything up."""

from typing import Final

SCOPES: Final[dict[str, str]] = {
    "products:read": "see products and their versions",
    "products:write": "propose and publish products",
    "customers:read": "see customers, without their identifiers",
    "customers:write": "register and erase customers",
    "applications:read": "see applications, budgets and what was shown before signing",
    "applications:write": "apply, state a budget, decide, show the cost, answer questions, sign",
    "contracts:read": "see contracts, events, schedules, positions and derivations",
    "contracts:write": "sign, migrate and change contracts",
    "payments:write": "preview, take and reverse payments, give refunds, quote settlements",
    "charges:write": "charge fees and waive",
    "relief:write": "quote and sign plans",
    "disputes:read": "see disputes, and what their customers say",
    "disputes:write": "open and answer disputes",
    "messages:read": "see messages to and from customers, and the attempts to reach them",
    "messages:write": "write to customers, keep what they write and how they want to be reached",
    "help:write": "ask for help, promise a payment and take it back",
    "books:import": "take over a book of another system",
    "ledger:read": "see the journal, balances and suspense",
    "close:read": "see the close of day and what it set aside",
    "close:run": "run the close, lock a month",
    "intake:write": "take bank files and place their lines",
    "sandbox:write": "move the business date of a sandbox",
    "webhooks:read": "see webhook endpoints and deliveries",
    "webhooks:write": "register webhooks, renew their secrets, disable and replay them",
    "metrics:read": "read the metrics from elsewhere",
}
"""Each scope, and what it lets a token do."""

_OF_PERSONS: Final = frozenset({"applications:read", "disputes:read", "messages:read"})
"""What people say of themselves: read by whoever works with them, and by those who check that."""
_READ: Final = frozenset(scope for scope in SCOPES if scope.endswith(":read")) - _OF_PERSONS - {"metrics:read"}
_OF_ONE_CUSTOMER: Final = _OF_PERSONS | {"contracts:read"}
_FOR_ONESELF: Final = frozenset({"applications:write", "disputes:write", "messages:write", "help:write"})
_MESSAGES: Final = frozenset({"messages:read", "messages:write", "help:write"})
_APPLICATIONS: Final = frozenset({"applications:read", "applications:write"})
_DISPUTES: Final = frozenset({"disputes:read", "disputes:write"})

ALLOWED: Final[dict[str, frozenset[str]]] = {
    "borrower": _OF_ONE_CUSTOMER | _FOR_ONESELF,
    "adviser": _OF_ONE_CUSTOMER,
    "agent": frozenset({"products:read", "customers:read", "customers:write", "contracts:read", "payments:write"})
    | {"disputes:write"}
    | _APPLICATIONS
    | _MESSAGES,
    "hardship_officer": frozenset({"products:read", "customers:read", "contracts:read", "relief:write"})
    | {"charges:write", "payments:write", "applications:read"}
    | _DISPUTES
    | _MESSAGES,
    "approver": frozenset({"products:read", "products:write", "customers:read", "contracts:read", "contracts:write"})
    | {"relief:write", "charges:write"}
    | _APPLICATIONS
    | _DISPUTES
    | _MESSAGES,
    "risk": _READ | _OF_PERSONS | {"products:write", "applications:write", "disputes:write"},
    "accountant": _READ | {"close:run", "intake:write", "payments:write"},
    "auditor": _READ | _OF_PERSONS,
    "integrator": frozenset(SCOPES),
}
"""What a role allows at most; a token's own scopes may only narrow it."""

OWN_CUSTOMER_ONLY: Final = frozenset({"borrower", "adviser"})
"""Roles that see one customer's contracts alone."""
