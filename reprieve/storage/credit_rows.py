"""Credit-record rows as filed, and the notices that came before them. Never edits a row: it is filed again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import Count, Q, QuerySet

from reprieve.lending.credit_record import MonthFacts, Notice, Row
from reprieve.storage import models
from reprieve.storage.contracts import Cut
from reprieve.storage.journal import last_day_of

PRIVATE: Final = "private"
"""The type of a lender who reports to nobody."""
NOTICE: Final = "credit_record.prior_notice"
"""The wording of the message that tells a borrower before a first adverse row."""
OUTCOMES_SENT: Final = ("sent", "delivered")
"""Outcomes of an attempt by which a borrower was told."""
_FIGURES: Final = ("amount_past_due", "outstanding", "days_past_due", "contractual_days_past_due", "is_disputed")
_DAYS: Final = ("last_paid_on", "delinquent_since", "closed_on")
"""The facts of a month that are days."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A row that stands, with its contract's row, customer, terms and rules as they are kept."""

    contract: int
    customer: int
    terms: Mapping[str, Any]
    rules: Mapping[str, Any] | None
    row: Row


def contracts_without_row(rows: range, month_end: date, cut: Cut, *, endings: Iterable[str] = ()) -> set[int]:
    """Return the contracts of a shard, as known at a cut, that have no row of a month yet.

    One whose last row stands with one of the codes `endings` has come to its end, and is left out; a private person
    reports to nobody.
    """
    known = models.Contract.objects.filter(
        id__gte=rows.start, id__lt=rows.stop, id__lte=cut.contract, recorded_at__lt=cut.before,
        disbursed_on__lte=month_end,
    ).exclude(rules__lender_type=PRIVATE)  # fmt: skip
    month = month_end.replace(day=1)
    have = models.CreditRecordRow.objects.filter(month=month, contract__gte=rows.start, contract__lt=rows.stop)
    missing = set(known.values_list("id", flat=True)) - set(have.values_list("contract_id", flat=True))
    return missing - _ended(rows, month, frozenset(endings)) if missing else missing


def _ended(rows: range, month: date, endings: frozenset[str]) -> set[int]:
    """Return the contracts of a shard whose last row before a month stands with one of some codes."""
    before = models.CreditRecordRow.objects.filter(contract__gte=rows.start, contract__lt=rows.stop, month__lt=month)
    had = before.filter(status_code__in=endings).values("contract_id")
    last = before.filter(contract_id__in=had).order_by("contract_id", "-month", "-filing").distinct("contract_id")
    return {contract for contract, code in last.values_list("contract_id", "status_code") if code in endings}


def filed(contracts: Sequence[int], since: date = date.min) -> dict[int, list[Row]]:
    """Return every row that was filed about contracts for months from a day on, by row number, in order of filing."""
    found: defaultdict[int, list[Row]] = defaultdict(list)
    rows = models.CreditRecordRow.objects.filter(contract__in=contracts, month__gte=since.replace(day=1))
    for row in rows.select_related("contract").order_by("id"):
        found[row.contract_id].append(_row(row))
    return found


def months_filed(contracts: Sequence[int], before: date) -> dict[int, int]:
    """Return for how many months before another (by any of its days) something was filed about contracts."""
    rows = models.CreditRecordRow.objects.filter(contract__in=contracts, month__lt=before.replace(day=1))
    return dict(rows.values_list("contract_id").annotate(Count("month", distinct=True)).order_by())


def notices(contracts: Sequence[int]) -> dict[int, list[Notice]]:
    """Return the notices that reached their channel about contracts, by row number; a failed attempt is none."""
    found: defaultdict[int, list[Notice]] = defaultdict(list)
    sent = _told(contract__in=contracts).values_list(
        "contract_id", "contract__number", "contact_attempts__attempted_at"
    )
    for contract, number, at in sent:
        assert contract is not None
        found[contract].append(Notice(number or "", at.date()))
    return found


def add(rows: Iterable[tuple[int, Row]], pack: str, recorded_at: datetime) -> None:
    """File rows, by contract row number, under the rules that a pack's content hash names."""
    pairs = list(rows)
    told = _last_notices([contract for contract, row in pairs if row.is_adverse])
    models.CreditRecordRow.objects.bulk_create(
        models.CreditRecordRow(
            contract_id=contract, month=row.month_end.replace(day=1), filing=row.filing, status_code=row.code,
            is_adverse=row.is_adverse, figures=_figures(row),
            rules_sha256=bytes.fromhex(pack), prior_notice_id=told.get(contract) if row.is_adverse else None,
            recorded_at=recorded_at,
        )
        for contract, row in pairs
    )  # fmt: skip


def disputed(contracts: Sequence[int], at: datetime) -> dict[int, date]:
    """Return the contracts about which a dispute was open at an instant, with the end of the first disputed month."""
    rows = models.Dispute.objects.filter(contract__in=contracts, recorded_at__lt=at)
    return _first_months(rows.filter(Q(answered_at__isnull=True) | Q(answered_at__gte=at)))


def disputes_moved(rows: range, since: datetime) -> dict[int, date]:
    """Return the contracts of a shard about which a dispute moved since an instant, with the first month's end."""
    moved = models.Dispute.objects.filter(contract__gte=rows.start, contract__lt=rows.stop)
    return _first_months(moved.filter(Q(recorded_at__gte=since) | Q(answered_at__gte=since)))


def scopes(contracts: Sequence[int]) -> dict[int, tuple[str | None, str | None]]:
    """Return whose rules hold for contracts, by row number: the lender's type and the product's kind."""
    rows = models.Contract.objects.filter(id__in=contracts).values_list("id", "rules")
    return {row: ((rules or {}).get("lender_type"), (rules or {}).get("product")) for row, rules in rows}


def told_since(rows: range, since: datetime) -> set[int]:
    """Return the contracts of a shard whose borrower was told of an adverse row since an instant."""
    sent = _told(contract__gte=rows.start, contract__lt=rows.stop, contact_attempts__attempted_at__gte=since)
    return set(sent.values_list("contract_id", flat=True))


def of_month(month: date, *, after: int = 0, limit: int) -> list[Standing]:
    """Return the rows that stand for a month in order of contracts, a page at a time, with what was agreed."""
    rows = models.CreditRecordRow.objects.filter(month=month, contract__gt=after).select_related("contract")
    standing = rows.order_by("contract_id", "-filing").distinct("contract_id")[:limit]
    return [
        Standing(row.contract_id, row.contract.customer_id, row.contract.terms, row.contract.rules, _row(row))
        for row in standing
    ]


def marked_disputed(contracts: Sequence[int], month: date) -> set[int]:
    """Return the contracts that any filing of a month or of the one before marked as disputed."""
    before = (month - timedelta(days=1)).replace(day=1)
    rows = models.CreditRecordRow.objects.filter(contract__in=contracts, month__in=[before, month])
    return set(rows.filter(figures__is_disputed=True).values_list("contract_id", flat=True))


def codes_before(contracts: Sequence[int], month: date, since: date) -> dict[int, dict[date, str]]:
    """Return the code that stands for each month from one on and before another, by contract row and month."""
    rows = models.CreditRecordRow.objects.filter(contract__in=contracts, month__lt=month, month__gte=since)
    standing = rows.order_by("contract_id", "month", "-filing").distinct("contract_id", "month")
    found: defaultdict[int, dict[date, str]] = defaultdict(dict)
    for contract, first, code in standing.values_list("contract_id", "month", "status_code"):
        found[contract][first] = code
    return found


def _first_months(disputes: QuerySet[models.Dispute]) -> dict[int, date]:
    """Return the end of the first month that disputes are about, by contract row."""
    months = disputes.filter(credit_record_row__isnull=False).order_by("contract_id", "-credit_record_row__month")
    found = months.values_list("contract_id", "credit_record_row__month")
    return {contract: last_day_of(month) for contract, month in found}


def _figures(row: Row) -> dict[str, object]:
    plain = asdict(row)
    return {name: plain[name] for name in _FIGURES} | {"facts": _facts_document(row.facts)}


def _facts_document(facts: MonthFacts) -> dict[str, object]:
    """Return a month's facts as JSON types."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(facts).items()}


def _read_facts(document: Mapping[str, Any]) -> MonthFacts:
    days = {name: date.fromisoformat(document[name]) for name in _DAYS if document.get(name) is not None}
    return MonthFacts(**{**document, **days})


def _last_notices(contracts: Sequence[int]) -> dict[int, int]:
    sent = _told(contract__in=contracts).order_by("contact_attempts__attempted_at")
    return dict(sent.values_list("contract_id", "id"))


def _told(**of: Any) -> QuerySet[models.Message]:
    """Return the notices that were sent, one row an attempt that went out."""
    went_out = {"contact_attempts__outcome__in": OUTCOMES_SENT}
    return models.Message.objects.filter(wording=NOTICE, is_inbound=False, **went_out, **of)


def _row(row: models.CreditRecordRow) -> Row:
    figures = row.figures
    return Row(
        contract=row.contract.number, month_end=last_day_of(row.month), code=row.status_code,
        is_adverse=row.is_adverse, filing=row.filing, **{name: figures[name] for name in _FIGURES},
        facts=_read_facts(figures.get("facts", {})),
    )  # fmt: skip
