"""The state of one loan on one day, and what a day itself does to it: expiry, falling due, accruing. No events here."""

from dataclasses import dataclass, field, replace

from . import ceilings
from .money import MICRO, divide, to_money
from .rates import Rates, Stream
from .schedule import Method, Row, Running, factor, interest_micro, percent, reprice, solve

COMPONENTS = ("principal", "interest", "penalty", "fees")


@dataclass
class Instalment:
    """Something that has fallen due."""

    due: int
    sequence: int
    kind: str  # row, fee, returned, accelerated, opening
    expiry: int | None  # the day at whose start grace has passed; None where nothing ages
    principal: int = 0
    interest: int = 0
    fees: int = 0  # scheduled, so they count for lateness
    extra_fees: int = 0  # late fees, fee events, parked fees
    fixed_penalty: int = 0  # penalty that does not grow: opening, parked, returned, carried
    penalty: Stream | None = None
    penalty_settled: int = 0
    is_penalty_counted: bool = False
    is_penalty_final: bool = False
    interest_stream: Stream | None = None
    is_interest_counted: bool = False
    state: str = "grace"  # grace, tolerated, overdue
    bears_late_fee: bool = True
    is_plan: bool = False
    is_carried: bool = False

    @property
    def contract_unpaid(self):
        return self.principal + self.interest + self.fees


@dataclass
class Paid:
    """What one payment was used for, so that it can be returned."""

    covered: dict = field(default_factory=lambda: dict.fromkeys((*COMPONENTS, "extra_fees"), 0))
    prepaid_principal: int = 0
    prepayment_fee: int = 0
    is_returned: bool = False


class Loan:
    """Everything known at one moment of the fold."""

    def __init__(self, terms, pauses):
        self.terms = terms
        self.day = terms.disbursed
        self.rates = Rates(terms, self.day, [(-(10**9), terms.rate)], [(-(10**9), terms.grid)], pauses)
        self.method = Method(terms, self.rates.interest_pieces, terms.method, terms.balloon)
        self.level = None
        self.rows = []
        self.tail = Row(0, 0, 0, 0)
        self.instalments = []
        self.sequence = 0
        self.held = []  # [payment, amount], oldest first
        self.paid = {}
        self.run_start = self.day  # of the running row
        self.not_due = Stream(self._interest_spans, self.day, self.day)
        self.overdue_done = 0  # micro interest of the running row on overdue principal, closed streams
        self.moved = 0  # money of the running row that a pause put elsewhere
        self.segment = (self.day, 0)  # scheduled: since when, and what had accrued by then, micro
        self.late_fees = 0
        self.conditional = dict.fromkeys(COMPONENTS, 0)  # parked, waived on completion
        self.is_charged_off = False
        self.accelerated = None
        self.closed = None  # what a payoff took away, until a payment in it is returned
        self.ageing = None  # of the plan in force
        self.relief_base = None  # contractual dues from the first relief: [(due, amount)]
        self.relief_covered = 0
        self.corrections = []
        self.ceiling_accounts = {}
        self.first_fallen = None  # (due, amount) of the first row to fall due since this was last cleared

    # -- accruing ------------------------------------------------------------------------------------------------

    def _interest_spans(self, base, start, end, origin):
        return interest_micro(self.method, base, start, end, origin)

    @property
    def open_rows(self):
        """Rows whose interest has not ended."""
        return [row for row in self.rows if row.closed_interest is None]

    @property
    def running(self):
        """The row that interest belongs to now: the first open one, or what comes after the last."""
        for row in self.rows:
            if row.closed_interest is None:
                return row
        return self.tail

    @property
    def open_balance(self):
        return sum(row.open_principal for row in self.open_rows)

    @property
    def principal_not_due(self):
        return sum(row.open_principal for row in self.rows)

    def refresh_base(self):
        self.not_due.set_base(self.day, self.open_balance if self.terms.is_daily else 0)

    def accrued_not_due(self, day):
        """Micro interest of the running row on principal not due."""
        if self.terms.is_daily:
            return self.not_due.value(day)
        return self._scheduled_accrued(day)

    def accrued_overdue(self, day):
        """Micro interest of the running row on overdue principal."""
        open_streams = sum(one.interest_stream.value(day) for one in self.instalments if one.is_interest_counted)
        return self.overdue_done + open_streams

    def accrued_total(self, day):
        return self.accrued_not_due(day) + self.accrued_overdue(day)

    def _scheduled_accrued(self, day):
        row, (since, carried) = self.running, self.segment
        if row is self.tail or day <= since:
            return carried
        method = replace(self.method, pieces=self.rates.priced_pieces)
        whole = factor(method, since, row.end, self.run_start)
        if day >= row.end or whole == 0:
            return row.interest * MICRO if day >= row.end else carried
        elapsed = factor(method, since, day, self.run_start)
        part = elapsed / whole
        return carried + divide((row.interest * MICRO - carried) * part.numerator, part.denominator, "half_even")

    def running_collected(self):
        return self.running.taken_interest + self.moved

    def uncollected(self, day):
        """Micro interest of the running row accrued and not collected; negative where collected ahead."""
        return self.accrued_total(day) - self.running_collected() * MICRO

    def shown_running(self, day):
        """The same as money, at least 0."""
        return max(0, to_money(self.accrued_total(day), self.terms.rounding) - self.running_collected())

    def shown_closed(self):
        return sum(
            max(0, row.closed_interest - row.taken_interest) for row in self.rows if row.closed_interest is not None
        )

    def deferred(self):
        return sum(row.deferred for row in (*self.rows, self.tail))

    def penalty_owed(self, one):
        grown = to_money(max(0, one.penalty.value(self.day)), self.terms.rounding) if one.is_penalty_counted else 0
        return grown + one.fixed_penalty - one.penalty_settled

    # -- solving again -------------------------------------------------------------------------------------------

    def running_state(self):
        """Where the running row stands, for a solver; breaks its scheduled span here."""
        accrued = self.accrued_total(self.day)
        if not self.terms.is_daily:
            self.segment = (max(self.day, self.run_start), accrued)
        since = max(self.day, self.run_start)
        return Running(since, self.run_start, accrued, self.running_collected())

    def resolve(self, how, balance, state=None):
        """Solves the open rows again for `balance`; `how` is lower, shorten, principal or reprice."""
        state = state or self.running_state()
        rows = [row for row in self.open_rows if not row.is_correction]
        if rows:
            self.rates.priced_on = self.rates.today
            if how in ("lower", "shorten"):
                amount = self.level if how == "shorten" else None
                self._settle_principal_takings(rows)
                self.level = solve(self._method_for(balance), rows, balance, state, amount)
            else:
                if how == "principal":
                    self._take_from_last(rows, sum(row.open_principal for row in rows) - balance)
                reprice(self.method, rows, sum(row.open_principal for row in rows), state)
            if how in ("shorten", "principal"):
                self._drop_empty_rows()
            self._gross_running_interest(state)
        self.refresh_base()

    def _method_for(self, balance):
        return Method(self.terms, self.method.pieces, self.method.method, min(self.method.balloon, balance))

    def _settle_principal_takings(self, rows):
        for row in rows:
            row.principal_takings = []

    def _take_from_last(self, rows, amount):
        for row in reversed(rows):
            part = min(row.open_principal, amount)
            row.principal -= part
            amount -= part
        rows[-1].principal -= amount  # a negative amount adds to the last row

    def _drop_empty_rows(self):
        """Rows left at the end without principal fall away with their fees."""
        running = self.running
        while self.rows and self._is_empty(self.rows[-1]):
            row = self.rows.pop()
            if row is running:  # what it has accrued stays owed, to be collected at once
                self.tail.takings += row.takings
            else:
                self.release(row, row.taken_interest)

    def _is_empty(self, row):
        return not (row.principal or row.parked or row.deferred) and row.closed_interest is None

    def _gross_running_interest(self, state):
        """Under `scheduled` the running row's column holds what it bears in all, collected or not."""
        if self.terms.is_daily or not self.open_rows:
            return
        row = self.open_rows[0]
        if row.fixed_interest or self.method.method == "flat":
            return
        balance = sum(one.open_principal for one in self.open_rows)
        rest = interest_micro(self.method, balance, state.start, row.end, state.origin)
        row.interest = to_money(state.accrued + rest, self.terms.rounding)

    # -- held money ----------------------------------------------------------------------------------------------

    def hold(self, payment, amount):
        if amount > 0:
            self.held.append([payment, amount])

    @property
    def held_total(self):
        return sum(amount for _, amount in self.held)

    def release(self, row, amount):
        """Interest collected ahead on `row` becomes held money, the latest payment first."""
        while amount > 0 and row.takings:
            payment, taken = row.takings[-1]
            part = min(taken, amount)
            amount -= part
            row.takings[-1][1] -= part
            if row.takings[-1][1] == 0:
                row.takings.pop()
            if payment is not None:  # what was waived ahead is nobody's money
                self.hold(payment, part)
                self.relief_covered -= part

    def drop_rows(self):
        """Nothing is left to come; interest collected on it counts as covered."""
        for row in (*self.rows, self.tail):
            for payment, amount in row.takings:
                if payment is not None:
                    self.paid[payment].covered["interest"] += amount
        self.rows = []
        self.tail.takings, self.tail.deferred = [], 0

    def move_to(self, day):
        """The days up to `day` pass."""
        if day > self.day:
            ceilings.clamp(self, self.day, day)
            self.day = self.rates.today = day

    # -- falling due ---------------------------------------------------------------------------------------------

    def next_day(self, after):
        """The next day after `after` on which the loan changes by itself."""
        days = [row.due for row in self.rows] + [row.end for row in self.open_rows]
        days += [one.expiry for one in self.instalments if one.state == "grace" and one.expiry is not None]
        days += [day for one in self.rates.pauses for day in (one.start, one.to)]
        days += ceilings.boundaries(self.terms) if self.rows or self.instalments else []
        return min((day for day in days if day > after), default=None)

    def close_row(self, row):
        """Ends the interest of the running row: at its end, or as it falls due before that."""
        day = row.end
        total = self.accrued_overdue(self.day) + self.accrued_not_due(day)
        bears = max(0, to_money(total, self.terms.rounding) - self.moved)
        row.closed_interest = bears
        self.release(row, row.taken_interest - bears)
        self.start_row(day)

    def start_row(self, day):
        """Interest from `day` on belongs to the next row."""
        self.run_start, self.moved, self.overdue_done = day, 0, 0
        self.segment = (day, 0)
        self.not_due.restart(day, day)
        self.not_due.base = 0
        self.refresh_base()
        for one in self.instalments:
            if one.is_interest_counted:
                one.interest_stream.restart(self.day, self.day)

    def fall_due(self):
        """Rows whose interest ends or which fall due today, in their order."""
        for row in list(self.rows):
            if row.closed_interest is None and min(row.end, row.due) <= self.day:
                self.close_row(row)
            if row.due <= self.day and row.closed_interest is not None:
                self.rows.remove(row)
                self.refresh_base()
                self._row_fallen_due(row)

    def _row_fallen_due(self, row):
        interest = row.closed_interest - row.taken_interest + row.deferred
        for payment, amount in row.takings:
            if payment is not None:
                self.paid[payment].covered["interest"] += amount
        for payment, amount in row.principal_takings:
            self.paid[payment].covered["principal"] += amount
            self.paid[payment].prepaid_principal -= amount
        parked = sum(row.parked.values())
        if not row.is_correction:
            one = self.add_instalment(
                "row", principal=row.open_principal, interest=interest, fees=sum(fee["amount"] for fee in row.fees)
            )
            one.is_plan = self.ageing is not None
        if parked:
            self.add_parked(row.parked)
        if self.first_fallen is None:
            amount = 0 if row.is_correction else one.contract_unpaid
            self.first_fallen = (row.due, amount + parked)

    def add_parked(self, parked):
        """Parked money that falls due beside its row: it bears nothing and brings no late fee."""
        return self.add_instalment(
            "parked", principal=parked.get("principal", 0), interest=parked.get("interest", 0),
            extra_fees=parked.get("fees", 0), fixed_penalty=parked.get("penalty", 0),
        )  # fmt: skip

    def add_instalment(self, kind, *, due=None, grace=None, **amounts):
        """A new instalment due today, in grace."""
        due = self.day if due is None else due
        grace = self.terms.grace_days if grace is None else grace
        self.sequence += 1
        expiry = None if kind == "fee" else due + grace + 1
        one = Instalment(due, self.sequence, kind, expiry, **amounts)
        if kind == "fee":
            one.state = "tolerated"
        if kind in ("row", "fee"):
            ceilings.charge(self, one.fees + (one.extra_fees if kind == "fee" else 0))
        one.bears_late_fee = kind in ("row", "accelerated")
        since = max(due, self.day)
        if self.terms.penalty and kind not in ("fee", "parked"):
            one.penalty = Stream(self.rates.penalty_micro, since, due)
        if self.terms.is_daily and kind not in ("fee", "parked"):
            one.interest_stream = Stream(self._interest_spans, since, max(due, self.run_start))
            one.is_interest_counted = self.terms.grace_interest == "runs"
        self.instalments.append(one)
        self.instalments.sort(key=lambda each: (each.due, each.sequence))
        self.refresh_streams(one)
        return one

    def refresh_streams(self, one):
        """Sets what penalty and interest are due on, after any change of what is unpaid."""
        is_bearing = one.state in ("grace", "overdue")
        if one.penalty:
            base = one.principal + (one.interest if self.terms.penalty.on_interest else 0)
            one.penalty.set_base(self.day, base if is_bearing else 0)
        if one.interest_stream:
            is_replaced = one.state == "overdue" and self.is_interest_replaced
            one.interest_stream.set_base(self.day, one.principal if is_bearing and not is_replaced else 0)

    @property
    def is_interest_replaced(self):
        return self.terms.penalty is not None and self.terms.penalty.replaces_interest

    # -- lateness ------------------------------------------------------------------------------------------------

    def unpaid_through(self, one):
        total = 0
        for each in self.instalments:
            if each.kind != "fee":
                total += each.contract_unpaid
            if each is one:
                return total
        return total

    def is_beyond_tolerance(self, one):
        return one.contract_unpaid > 0 and self.unpaid_through(one) > self.terms.tolerance

    def expire_grace(self):
        for one in list(self.instalments):
            if one.state == "grace" and one.expiry is not None and one.expiry <= self.day:
                is_late = self.is_beyond_tolerance(one)
                if is_late:
                    self._become_overdue(one)
                else:
                    self._become_tolerated(one)
                if one.is_plan:
                    self._count_kept_row(is_late)

    def _count_kept_row(self, is_late):
        """Plan rows kept in a row, as `cure` counts them."""
        self.ageing["streak"] = 0 if is_late else self.ageing["streak"] + 1
        if self.ageing["streak"] >= self.ageing["kept_rows"]:
            self.ageing["is_cured"] = True

    def _become_overdue(self, one):
        one.state = "overdue"
        one.is_penalty_counted = one.penalty is not None
        if one.interest_stream:
            if self.is_interest_replaced:
                one.is_interest_counted = False  # grace interest that ran is taken back
                one.interest_stream.base = 0
            else:
                one.is_interest_counted = True
        self._charge_late_fee(one)

    def _become_tolerated(self, one):
        one.state = "tolerated"
        if one.is_interest_counted:
            self.overdue_done += one.interest_stream.value(self.day)
            one.is_interest_counted = False
        elif one.interest_stream and not self.is_interest_replaced:
            ceilings.uncharge(self, one.interest_stream.value(self.day))
        if one.interest_stream:
            one.interest_stream.drop()
        if one.penalty and not one.is_penalty_counted:
            ceilings.uncharge(self, one.penalty.value(self.day))
            one.penalty.base = 0
            one.penalty.drop()
        self.refresh_streams(one)

    def settle_lateness(self):
        """After money or a waiver: what is within tolerance again stops ageing; what had accrued stays owed."""
        unpaid = 0
        for one in self.instalments:
            unpaid += one.contract_unpaid if one.kind != "fee" else 0
            if one.state == "overdue" and not (one.contract_unpaid and unpaid > self.terms.tolerance):
                self._become_tolerated(one)
            self.refresh_streams(one)

    def _charge_late_fee(self, one):
        rule = self.terms.late_fee
        if not rule or not one.bears_late_fee or self.rates.is_moratorium(self.day):
            return
        fee = late_fee_amount(rule, one.contract_unpaid, self.terms.rounding)
        if rule.get("cap_total") is not None:
            fee = min(fee, max(0, rule["cap_total"] - self.late_fees))
        one.extra_fees += fee
        self.late_fees += fee
        ceilings.charge(self, fee)

    # -- reading -------------------------------------------------------------------------------------------------

    def has_anything_to_come(self):
        return any(
            row.open_principal or row.deferred or row.parked or row.fees or row.interest or row.closed_interest
            for row in self.rows
        )


def late_fee_amount(rule, unpaid, rounding):
    if "fixed" in rule:
        return rule["fixed"]
    fee = percent(unpaid, rule["percent"], rounding)
    fee = max(fee, rule.get("min") or 0)
    return fee if rule.get("max") is None else min(fee, rule["max"])
