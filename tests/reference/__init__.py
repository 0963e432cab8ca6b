"""The slow, obvious reference of the instalment loan: exact, from the documents alone, importing nothing of ours."""

from .calendar import CALENDARS
from .money import NegativePrincipal, Unsupported
from .position import corrections, position
from .schedule import schedule

__all__ = ["CALENDARS", "NegativePrincipal", "Unsupported", "corrections", "position", "schedule"]
