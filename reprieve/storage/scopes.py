"""What a token may do: the closed list of scopes, and which of them each role allows. Never looks anything up."""

from typing import Final

SCOPES: Final[dict[str, str]] = {
    "products:read": "see products and their versions",
    "products:write": "publish products",
    "customers:read": "see customers, without their identifiers",
    "customers:write": "register and erase customers",
    "contracts:read": "see contracts, events, schedules, positions and derivations",
    "contracts:write": "sign, migrate and change contracts",
    "payments:write": "preview, take and reverse payments, give refunds, quote settlements",
    "charges:write": "charge fees and waive",
    "relief:write": "quote and sign plans",
    "ledger:read": "see the journal, balances and suspense",
    "close:read": "see the close of day and what it set aside",
    "close:run": "run the close, lock a month",
    "intake:write": "take bank files and place their lines",
    "sandbox:write": "move the business date of a sandbox",
    "metrics:read": "read the metrics from elsewhere",
}
"""Each scope, and what it lets a token do."""

_READ: Final = frozenset(scope for scope in SCOPES if scope.endswith(":read") and scope != "metrics:read")
_OF_ONE_LOAN: Final = frozenset({"contracts:read"})

ALLOWED: Final[dict[str, frozenset[str]]] = {
    "borrower": _OF_ONE_LOAN,
    "adviser": _OF_ONE_LOAN,
    "agent": frozenset({"products:read", "customers:read", "customers:write", "contracts:read", "payments:write"}),
    "hardship_officer": frozenset({"products:read", "customers:read", "contracts:read", "relief:write"})
    | {"charges:write", "payments:write"},
    "approver": frozenset({"products:read", "products:write", "customers:read", "contracts:read", "contracts:write"})
    | {"relief:write", "charges:write"},
    "risk": _READ,
    "accountant": _READ | {"close:run", "intake:write", "payments:write"},
    "auditor": _READ,
    "integrator": frozenset(SCOPES),
}
"""What a role allows at most; a token's own scopes may only narrow it."""

OWN_CUSTOMER_ONLY: Final = frozenset({"borrower", "adviser"})
"""Roles that see one customer's contracts alone."""
