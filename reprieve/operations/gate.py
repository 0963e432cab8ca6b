"""The contact gate of a customer as the database knows them: asked before every message, and again as it is sent.

Never sends, and never writes.
"""

from datetime import datetime

from reprieve.lending.contact import Allowed, Limits, Purpose, Stopped, Wish, may_contact
from reprieve.rules import load
from reprieve.storage.lender import the_lender
from reprieve.storage.messages import Recipient, standing_of


def ask_gate(recipient: Recipient, channel: str, purpose: Purpose, at: datetime) -> Allowed | Stopped:
    """Return whether a customer may be contacted at an instant, by the rules of the lender's place on that day."""
    wish, lender = Wish(at.astimezone(recipient.zone), channel, purpose), the_lender()
    limits, standing = Limits(asks_a_week=lender.asks_a_week), standing_of(recipient, channel, at)
    return may_contact(load(lender.place), wish, standing, scope=recipient.scope, limits=limits)
