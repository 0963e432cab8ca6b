"""The records, one noun a file. Never imported before Django is set up."""

from reprieve.storage.models.access_token import AccessToken
from reprieve.storage.models.agreement import Agreement
from reprieve.storage.models.amendment import Amendment
from reprieve.storage.models.application import Application
from reprieve.storage.models.audit_entry import AuditEntry
from reprieve.storage.models.bank_file import BankFile
from reprieve.storage.models.bank_line import BankLine
from reprieve.storage.models.budget import Budget
from reprieve.storage.models.close_checkpoint import CloseCheckpoint
from reprieve.storage.models.close_run import CloseRun
from reprieve.storage.models.comprehension import Comprehension
from reprieve.storage.models.consent import Consent
from reprieve.storage.models.contact_attempt import ContactAttempt
from reprieve.storage.models.contact_preference import ContactPreference
from reprieve.storage.models.contract import Contract
from reprieve.storage.models.credit_record_row import CreditRecordRow
from reprieve.storage.models.customer import Customer
from reprieve.storage.models.disclosure import Disclosure
from reprieve.storage.models.dispute import Dispute
from reprieve.storage.models.document import Document
from reprieve.storage.models.event import Event
from reprieve.storage.models.gate_closure import GateClosure
from reprieve.storage.models.idempotency_key import IdempotencyKey
from reprieve.storage.models.identifier import Identifier
from reprieve.storage.models.journal_entry import JournalEntry
from reprieve.storage.models.journal_line import JournalLine
from reprieve.storage.models.lender import Lender
from reprieve.storage.models.message import Message
from reprieve.storage.models.month_lock import MonthLock
from reprieve.storage.models.outbox_message import OutboxMessage
from reprieve.storage.models.person_key import PersonKey
from reprieve.storage.models.product import Product
from reprieve.storage.models.product_proposal import ProductProposal
from reprieve.storage.models.product_version import ProductVersion
from reprieve.storage.models.promise import Promise
from reprieve.storage.models.quarantine import Quarantine
from reprieve.storage.models.quote import Quote
from reprieve.storage.models.relief_case import ReliefCase
from reprieve.storage.models.role_grant import RoleGrant
from reprieve.storage.models.signature import Signature
from reprieve.storage.models.transition import Transition
from reprieve.storage.models.user import User
from reprieve.storage.models.webhook_endpoint import WebhookEndpoint

__all__ = [
    "AccessToken",
    "Agreement",
    "Amendment",
    "Application",
    "AuditEntry",
    "BankFile",
    "BankLine",
    "Budget",
    "CloseCheckpoint",
    "CloseRun",
    "Comprehension",
    "Consent",
    "ContactAttempt",
    "ContactPreference",
    "Contract",
    "CreditRecordRow",
    "Customer",
    "Disclosure",
    "Dispute",
    "Document",
    "Event",
    "GateClosure",
    "IdempotencyKey",
    "Identifier",
    "JournalEntry",
    "JournalLine",
    "Lender",
    "Message",
    "MonthLock",
    "OutboxMessage",
    "PersonKey",
    "Product",
    "ProductProposal",
    "ProductVersion",
    "Promise",
    "Quarantine",
    "Quote",
    "ReliefCase",
    "RoleGrant",
    "Signature",
    "Transition",
    "User",
    "WebhookEndpoint",
]
