"""Everything a clerk needs, loaded once: what is forked from here starts at once. Opens no connection."""

import django

django.setup()

from reprieve.operations import close_of_day, intake  # noqa: E402 -- models are there once Django is set up
from tests.faults import clerk, lender  # noqa: E402

__all__ = ["clerk", "close_of_day", "intake", "lender"]
