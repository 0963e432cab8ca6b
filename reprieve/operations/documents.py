"""Documents for a customer: what stands on each, and its PDF, made by a worker. Never decides whether one is due.

What a document says is fixed when it is asked for and kept sealed; the PDF is only its picture.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from reprieve.operations.print_font import chinese_family
from reprieve.operations.printing import REGIONS, pdf_of_sheet
from reprieve.storage import documents
from reprieve.words import Words

Sheet = dict[str, Any]


def make(document: int, now: datetime) -> None:
    """Make the PDF of a document that was asked for, once. Raises `Unreadable` where the customer was erased."""
    with transaction.atomic():
        asked = documents.hold(document)
        if asked is not None and not asked.is_made:
            documents.keep_pdf(document, pdf_of_sheet({**asked.sheet, "font": chinese_family()}), now)


def certificate(facts: Mapping[str, Any], lender: str, say: Words) -> Sheet:
    """Return the sheet of a settlement certificate: which contract, by which day, and that nothing is owed."""
    settled = say.day(date.fromisoformat(facts["settled_by"]))
    certified = say.day(date.fromisoformat(facts["certified_on"]))
    texts = [
        say.text("document.certificate.settled", contract=facts["contract"], last_on=settled),
        say.text("document.certificate.owed", on=certified),
    ]
    if facts["held"]:
        texts.append(say.text("document.certificate.held", amount=say.money(facts["held"], facts["currency"])))
    title = say.text("document.certificate.title")
    return _sheet(title, [_paragraph(text) for text in texts], lender, facts["certified_on"], say)


def payments(facts: Mapping[str, Any], lender: str, say: Words) -> Sheet:
    """Return the sheet of a contract's payments as they were signed: every instalment with its day and amounts."""
    currency = facts["currency"]
    columns = {"column.number": "words", "column.due_on": "words"}
    columns |= dict.fromkeys(("column.principal", "column.interest", "column.fees", "column.total"), "number")
    rows = [
        [str(row["number"]), row["due_on"], *(say.money(row[name], currency, symbol=False) for name in _PARTS)]
        for row in facts["instalments"]
    ]
    about = say.text("document.schedule.about", contract=facts["contract"])
    blocks = [_paragraph(about), _table(say, columns, rows)]
    return _sheet(say.text("document.schedule.title"), blocks, lender, facts["on"], say)


def plan(facts: Mapping[str, Any], lender: str, say: Words) -> Sheet:
    """Return the sheet of signed relief: what became of the claims, and the payments to come."""
    signed = say.day(date.fromisoformat(facts["signed_on"]))
    blocks = [_paragraph(say.text("document.plan.signed", contract=facts["contract"], on=signed))]
    if facts["paused"]:
        first, last = (say.day(date.fromisoformat(day)) for day in facts["paused"])
        blocks.append(_paragraph(say.text("document.plan.paused", first=first, last=last)))
    if facts["claims"]:
        blocks += [_heading(say.text("document.plan.claims")), _claims(facts, say)]
    blocks += [_heading(say.text("document.plan.payments")), *_to_come(facts, say)]
    blocks.append(_paragraph(say.text("document.plan.early")))
    return _sheet(say.text("document.plan.title"), blocks, lender, facts["on"], say)


def _claims(facts: Mapping[str, Any], say: Words) -> Sheet:
    rows = [
        [say.text(f"component.{component}"), say.text(f"treatment.{treatment}"),
         say.money(amount, facts["currency"], symbol=False)]
        for component, treatments in facts["claims"].items()
        for treatment, amount in treatments.items()
    ]  # fmt: skip
    return _table(say, {"column.component": "words", "column.treatment": "wide", "column.amount": "number"}, rows)


def _to_come(facts: Mapping[str, Any], say: Words) -> list[Sheet]:
    """Return what is owed now and the payments to come, each with its day and amounts."""
    shown, currency = facts["remaining"], facts["currency"]
    if not shown["total"]:
        return [_paragraph(say.text("document.plan.none"))]
    lines = [(say.text("remaining.now"), shown["now"])] if shown["now"]["total"] else []
    lines += [(row["due_on"], row) for row in shown["payments"]]
    rows = [[label, *(say.money(row[name], currency, symbol=False) for name in _TO_COME)] for label, row in lines]
    columns = {"column.due_on": "words", **dict.fromkeys((f"column.{name}" for name in _TO_COME), "number")}
    total = say.text("remaining.total", amount=say.money(shown["total"], currency))
    return [_table(say, columns, rows), _paragraph(total)]


_TO_COME = ("principal", "interest", "penalty", "fees", "total")
_PARTS = ("principal", "interest", "fees", "due")


def _sheet(title: str, blocks: list[Sheet], lender: str, on: str, say: Words) -> Sheet:
    footer = say.text("document.footer", lender=lender, on=on)
    return {
        "title": title, "footer": footer, "lang": say.language, "region": REGIONS[say.language], "blocks": blocks,
    }  # fmt: skip


def _table(say: Words, columns: Mapping[str, str], rows: list[list[str]]) -> Sheet:
    shown = [{"text": say.text(key), "holds": holds} for key, holds in columns.items()]
    return {"is": "table", "columns": shown, "rows": rows}


def _heading(text: str) -> Sheet:
    return {"is": "heading", "level": 1, "text": text}


def _paragraph(text: str) -> Sheet:
    return {"is": "paragraph", "text": text}
