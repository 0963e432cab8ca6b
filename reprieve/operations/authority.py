"""Who may do what: the roles of which each command takes one, or that a scope alone lets it. Looks nobody up.

A command that does not stand here cannot be defined. What a token may do at most is `storage.scopes`; a borrower's and
an adviser's token reach their own customer alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Authority:
    """What a command does, as its refusal says it, and the roles of which one is needed; none named: any will do."""

    to: str
    roles: frozenset[str] = frozenset()


def _of(to: str, *roles: str) -> Authority:
    return Authority(to, frozenset(roles))


WRITERS: Final = ("agent", "hardship_officer", "approver", "risk")
AUTHORITY: Final[Mapping[str, Authority]] = {
    "accelerate": _of("make a whole debt due", "approver"),
    "add_endpoint": _of("register a webhook", "integrator"),
    "answer_dispute": _of("answer a dispute", "hardship_officer", "approver", "risk"),
    "answer_questions": _of("answer the questions about what was shown"),
    "apply_for_credit": _of("apply for credit"),
    "ask_for_document": _of("ask for a document"),
    "ask_for_help": _of("ask for help"),
    "certify_settlement": _of("certify that nothing is owed"),
    "change_due_day": _of("change a due day", "approver", "integrator"),
    "change_rate": _of("change a rate", "approver"),
    "charge_fee": _of("charge a fee", "approver", "integrator"),
    "charge_off": _of("charge off a loan", "approver"),
    "clear_quarantine": _of("clear a loan in quarantine", "accountant"),
    "close_relief_case": _of("close a request for help", "hardship_officer", "approver"),
    "decide_application": _of("decide on an application", "approver", "risk"),
    "disable_webhook": _of("disable a webhook", "integrator"),
    "disclose": _of("show what credit costs"),
    "erase_customer": _of("erase a customer", "approver"),
    "lock_month": _of("lock a month", "accountant"),
    "migrate_contract": _of("take over a contract", "integrator"),
    "note_call": _of("call a customer", *WRITERS),
    "open_dispute": _of("open a dispute"),
    "place_bank_line": _of("place a bank line", "accountant", "integrator"),
    "preview_payment": _of("preview a payment"),
    "promise_to_pay": _of("promise a payment"),
    "propose_product": _of("propose a product"),
    "publish_product": _of("publish a product", "approver", "risk"),
    "quote_plan": _of("quote a plan"),
    "quote_settlement": _of("quote a settlement"),
    "receive_message": _of("keep what a customer writes"),
    "refund": _of("give money back", "accountant"),
    "register_customer": _of("register a customer", "agent", "integrator"),
    "reinstate": _of("take an acceleration back", "approver"),
    "renew_secret": _of("renew a webhook's secret", "integrator"),
    "replay_webhook": _of("replay a webhook", "integrator"),
    "reverse_payment": _of("reverse a payment", "accountant", "integrator"),
    "set_contact_preference": _of("keep how a customer wants to be reached"),
    "settle_contract": _of("settle a contract as quoted"),
    "sign_application": _of("sign what was shown"),
    "sign_contract": _of("sign a contract without an application", "approver", "integrator"),
    "sign_plan": _of("approve a plan", "approver"),
    "state_budget": _of("state a budget"),
    "take_payment": _of("take a payment"),
    "try_message": _of("write to a customer", *WRITERS),
    "waive": _of("waive a part of what is owed", "agent", "hardship_officer", "approver"),
    "withdraw_application": _of("withdraw an application"),
    "withdraw_help_request": _of("take a request for help back"),
    "withdraw_promise": _of("take a promise back"),
}
"""Each command. For `waive` its component says who of these (`MAY_WAIVE`)."""
MAY_WAIVE: Final[Mapping[str, Authority]] = {
    "fees": _of("waive fees", "agent", "hardship_officer", "approver"),
    "penalty": _of("waive penalty", "hardship_officer", "approver"),
    "interest": _of("waive interest", "hardship_officer", "approver"),
    "principal": _of("waive principal", "approver"),
}
"""Who may give up what."""
