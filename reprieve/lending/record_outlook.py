"""What the credit record would show of a loan on a day, and what a first late day sets off. Never files anything.

It follows the rule pack: without rules, for a lender that reports to nobody, or where the pack keeps no codes, nothing
is claimed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from reprieve.lending.case_file import Rules
from reprieve.lending.credit_record import NOTICE, status
from reprieve.rules import RulesInForce, rules

CODES: Final = "credit_record.status_codes"
RETENTION: Final = "credit_record.retention_years"
FROM_THE_START: Final = "credit_record.retention_starts_days_after_delinquency"


@dataclass(frozen=True)
class RecordOutlook:
    """The record of one loan: the rules it stands under, the day it began, and its published position by day."""

    scope: Rules
    disbursed_on: date
    position_on: Callable[[date], Mapping[str, Any]]

    def code_on(self, on: date) -> str | None:
        """Return the code of the month as of a day, or nothing where no rule names one."""
        shown = self._status(on)
        return None if shown is None else shown[0]

    def effect(self, start: date, end: date) -> dict[str, Any] | None:
        """Return what the record would show from `start` to `end` if nothing is paid: the published `credit_record`."""
        held = self._rules(start)
        if held is None:
            return None
        first = self._first_adverse_on(start, end)
        retention, notice = held.find(RETENTION), held.find(NOTICE)
        since = "start" if held.find(FROM_THE_START) else "end"
        cited = [rule for rule in (held.find(CODES), retention, notice) if rule is not None]
        return {
            "first_adverse_on": first and first.isoformat(),
            "code": first and self.code_on(first),
            "retention_years": retention and retention.value,
            "retention_from": retention and since,
            "prior_notice": notice is not None and notice.value is True,
            "sources": [
                {
                    "rule": rule.key,
                    "says": dict(rule.says),
                    "source": {language: rule.cite(language) for language in ("en", "zh")},
                }
                for rule in cited
            ],
        }

    def _rules(self, on: date) -> RulesInForce | None:
        """Return the rules of a day, if a record is kept under them; a private person reports to nobody."""
        held = rules(self.scope.place, on, self.scope.lender_type, self.scope.product)
        return held if held.find(CODES) and self.scope.lender_type != "private" else None

    def _status(self, on: date) -> tuple[str, bool] | None:
        held = self._rules(on)
        if held is None:
            return None
        shown = self.position_on(on)
        return status(held, shown["status"], shown["days_past_due"], has_due=self._falls_due(on))

    def _falls_due(self, on: date) -> bool:
        """Return whether a row falls due in the month of a day, as the plan stands when the month begins."""
        before = max(on.replace(day=1) - timedelta(days=1), self.disbursed_on)
        due = self.position_on(min(before, on))["next_due"]
        return due is not None and date.fromisoformat(due["on"]).replace(day=1) <= on.replace(day=1)

    def _first_adverse_on(self, start: date, end: date) -> date | None:
        """Return the first day that counts as late; while nothing is paid, a late day is followed by late days."""
        if not self._is_adverse(end):
            return None
        while start < end:
            middle = start + (end - start) // 2
            if self._is_adverse(middle):
                end = middle
            else:
                start = middle + timedelta(days=1)
        return end

    def _is_adverse(self, on: date) -> bool:
        shown = self._status(on)
        return shown is not None and shown[1]
