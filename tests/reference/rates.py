"""What bears which rate on which days: rate changes, grids, pauses and moratoria; knows no balances."""

from dataclasses import dataclass, field
from itertools import pairwise

from .calendar import parse_day, year_parts
from .money import divide, parse_rate
from .terms import Terms


@dataclass
class Pause:
    start: int
    to: int
    on: int
    interest: int | None  # its own rate, or None where the contract rate runs
    is_moratorium: bool = False
    rows: str | None = None
    accrued: str = "next_due"
    is_ageing_stopped: bool = False
    is_penalty_stopped: bool = False
    accrued_at_start: int = 0


def parse_pause(event, day_count):
    """A pause or moratorium event."""
    start, to, on = parse_day(event["from"]), parse_day(event["to"]), parse_day(event["on"])
    if event["kind"] == "moratorium":
        return Pause(start, to, on, 0, True, None, "next_due", True, True)
    interest = event.get("interest", "accrues")
    own = None if interest == "accrues" else 0 if interest == "frozen" else parse_rate(interest["rate"], day_count)
    return Pause(
        start, to, on, own, False, event.get("rows", "shift"), event.get("accrued", "next_due"),
        event.get("ageing", "runs") == "stopped", event.get("penalty", "runs") == "stopped",
    )  # fmt: skip


@dataclass
class Rates:
    terms: Terms
    today: int
    changes: list = field(default_factory=list)  # (day, rate), the first from the beginning
    grids: list = field(default_factory=list)  # (day, grid)
    pauses: list = field(default_factory=list)
    priced_on: int = -(10**9)  # the last day on which the rows to come were priced

    def interest_pieces(self, start, end):
        """[start, end) cut where the contract rate, a pause or the grid changes."""
        return self._interest_pieces(start, end, self.today)

    def priced_pieces(self, start, end):
        """The same, with the pauses that the rows were priced with: those known by then, or begun."""
        return self._interest_pieces(start, end, self.priced_on)

    def _interest_pieces(self, start, end, today):
        known = [one for one in self.pauses if (one.on <= today or one.start <= today) and one.start < one.to]
        return self._pieces(start, end, known, lambda day: _own_rate(known, day, self.rate_on(day)))

    def planned_pieces(self, start, end):
        """The same as if there were no relief."""
        return self._pieces(start, end, [], self.rate_on)

    def penalty_pieces(self, start, end):
        """[start, end) cut where the penalty rate changes."""
        return self._pieces(start, end, self.pauses, self._penalty_rate)

    def penalty_micro(self, base, start, end, origin):
        """Penalty spans, each rounded half-even to a micro-unit."""
        return sum(
            divide(base * rate * above, below * 10**9, "half_even")
            for piece_start, piece_end, rate, grid in self.penalty_pieces(start, end)
            for above, below in year_parts(self.terms.penalty.day_count, piece_start, piece_end, origin, grid)
        )

    def rate_on(self, day):
        return next(rate for since, rate in reversed(self.changes) if since <= day)

    def grid_on(self, day):
        return next(grid for since, grid in reversed(self.grids) if since <= day)

    def stopped_days(self, start, end):
        """Days of [start, end) on which ageing stands still."""
        spans = sorted((max(start, one.start), min(end, one.to)) for one in self.pauses if one.is_ageing_stopped)
        days, reached = 0, start
        for low, high in spans:
            low = max(low, reached)
            if high > low:
                days, reached = days + high - low, high
        return days

    def is_moratorium(self, day):
        return any(one.is_moratorium and one.start <= day < one.to for one in self.pauses)

    def _penalty_rate(self, day):
        if any(one.is_penalty_stopped and one.start <= day < one.to for one in self.pauses):
            return 0
        penalty = self.terms.penalty
        return penalty.rate if penalty.multiple is None else self.rate_on(day) * penalty.multiple // 10**6

    def _pieces(self, start, end, pauses, rate_on):
        cuts = {start, end}
        cuts.update(day for day, _ in self.changes if start < day < end)
        cuts.update(day for day, _ in self.grids if start < day < end)
        cuts.update(day for one in pauses for day in (one.start, one.to) if start < day < end)
        days = sorted(cuts)
        pieces = []
        for low, high in pairwise(days):
            rate, grid = rate_on(low), self.grid_on(low)
            if pieces and pieces[-1][2] == rate and pieces[-1][3] is grid:
                pieces[-1] = (pieces[-1][0], high, rate, grid)
            else:
                pieces.append((low, high, rate, grid))
        return pieces


def _own_rate(pauses, day, rate):
    """The rate with pauses laid over it: a moratorium over any pause, a later pause over an earlier one."""
    running = [one for one in pauses if one.start <= day < one.to]
    if any(one.is_moratorium for one in running):
        return 0
    for one in running:
        rate = rate if one.interest is None else one.interest
    return rate


class Stream:
    """Micro-units that grow on one base; a span is closed only when the base changes."""

    def __init__(self, spans, since, origin, base=0):
        self.spans, self.since, self.origin, self.base, self.done = spans, since, origin, base, 0
        self.cut = 0  # forfeited by a ceiling

    def value(self, day):
        return self._gross(day) - self.cut

    def borne(self, start, end):
        """What the days [start, end) add to the span that runs, before any ceiling."""
        return self._gross(end) - self._gross(start)

    def set_base(self, day, base):
        if base != self.base:
            self.done = self._gross(day)
            self.since = max(self.since, day)
            self.base = base

    def break_span(self, day):
        self.done, self.since = self._gross(day), max(self.since, day)

    def drop(self):
        """What it had accrued is not charged."""
        self.done = self.cut = 0

    def restart(self, day, origin):
        """A new row: nothing accrued yet."""
        self.done, self.cut, self.since, self.origin = 0, 0, day, origin

    def _gross(self, day):
        if self.base == 0 or day <= self.since:
            return self.done
        return self.done + self.spans(self.base, self.since, day, self.origin)
