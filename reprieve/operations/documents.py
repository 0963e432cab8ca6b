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
    shown = [{"text": say.text(key), "holds": holds} for key, holds in columns.items()]
    blocks = [
        _paragraph(say.text("document.schedule.about", contract=facts["contract"])),
        {"is": "table", "columns": shown, "rows": rows},
    ]
    return _sheet(say.text("document.schedule.title"), blocks, lender, facts["on"], say)


_PARTS = ("principal", "interest", "fees", "due")


def _sheet(title: str, blocks: list[Sheet], lender: str, on: str, say: Words) -> Sheet:
    footer = say.text("document.footer", lender=lender, on=on)
    return {
        "title": title, "footer": footer, "lang": say.language, "region": REGIONS[say.language], "blocks": blocks,
    }  # fmt: skip


def _paragraph(text: str) -> Sheet:
    return {"is": "paragraph", "text": text}
