"""Credit-record rows as filed, and the notices that came before them. Never edits a row: it is filed again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Final

from django.db.models import Q

from reprieve.lending.credit_record import Notice, Row
from reprieve.storage import models
from reprieve.storage.contracts import Cut
from reprieve.storage.journal import last_day_of

NOTICE: Final = "credit_record.prior_notice"
"""The wording of the message that tells a borrower before a first adverse row."""
_FIGURES: Final = ("amount_past_due", "outstanding", "days_past_due", "contractual_days_past_due", "is_disputed")


def contracts_without_row(rows: range, month_end: date, cut: Cut) -> set[int]:
    """Return the contracts of a shard, as known at a cut, that have no row of a month yet."""
    known = models.Contract.objects.filter(
        id__gte=rows.start, id__lt=rows.stop, id__lte=cut.contract, recorded_at__lt=cut.before,
        disbursed_on__lte=month_end,
    )  # fmt: skip
    month = month_end.replace(day=1)
    have = models.CreditRecordRow.objects.filter(month=month, contract__gte=rows.start, contract__lt=rows.stop)
    return set(known.values_list("id", flat=True)) - set(have.values_list("contract_id", flat=True))


def filed(contracts: Sequence[int]) -> dict[int, list[Row]]:
    """Return every row that was filed about contracts, by row number, in order of filing."""
    found: defaultdict[int, list[Row]] = defaultdict(list)
    rows = models.CreditRecordRow.objects.filter(contract__in=contracts).select_related("contract").order_by("id")
    for row in rows:
        found[row.contract_id].append(_row(row))
    return found


def notices(contracts: Sequence[int]) -> dict[int, list[Notice]]:
    """Return the notices that were sent about contracts, by row number."""
    found: defaultdict[int, list[Notice]] = defaultdict(list)
    sent = models.Message.objects.filter(contract__in=contracts, wording=NOTICE, is_inbound=False)
    for contract, number, at in sent.values_list("contract_id", "contract__number", "recorded_at"):
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
            is_adverse=row.is_adverse, figures={name: asdict(row)[name] for name in _FIGURES},
            rules_sha256=bytes.fromhex(pack), prior_notice_id=told.get(contract) if row.is_adverse else None,
            recorded_at=recorded_at,
        )
        for contract, row in pairs
    )  # fmt: skip


def disputed(contracts: Sequence[int], at: datetime) -> set[int]:
    """Return the contracts about which a dispute was open at an instant, by row number."""
    rows = models.Dispute.objects.filter(contract__in=contracts, recorded_at__lt=at)
    still = rows.filter(Q(answered_at__isnull=True) | Q(answered_at__gte=at))
    return set(still.values_list("contract_id", flat=True))


def disputes_moved(rows: range, since: datetime | None) -> set[int]:
    """Return the contracts of a shard about which a dispute was opened or answered since an instant."""
    if since is None:
        return set()
    moved = models.Dispute.objects.filter(contract__gte=rows.start, contract__lt=rows.stop)
    moved = moved.filter(Q(recorded_at__gte=since) | Q(answered_at__gte=since))
    return set(moved.values_list("contract_id", flat=True))


def of_contract(number: str) -> list[dict[str, object]]:
    """Return every row that was filed about a contract, in order of filing, as plain values."""
    rows = models.CreditRecordRow.objects.filter(contract__number=number).select_related("contract").order_by("id")
    return [{**asdict(_row(row)), "month_end": last_day_of(row.month).isoformat()} for row in rows]


def _last_notices(contracts: Sequence[int]) -> dict[int, int]:
    sent = models.Message.objects.filter(contract__in=contracts, wording=NOTICE, is_inbound=False)
    pairs = sent.order_by("recorded_at").values_list("contract_id", "id")
    return dict(pairs)


def _row(row: models.CreditRecordRow) -> Row:
    figures = row.figures
    return Row(
        contract=row.contract.number, month_end=last_day_of(row.month), code=row.status_code,
        is_adverse=row.is_adverse, filing=row.filing, **{name: figures[name] for name in _FIGURES},
    )  # fmt: skip
