"""Documents for a customer: what they say is what was so, sealed; the PDF says the same, and comes once."""

from datetime import UTC, datetime
from io import BytesIO

import pytest

from reprieve.errors import BadInput, Refused
from tests.guide.printing import needs_font
from tests.operations.lending import act, establish, sign

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 2, 2, tzinfo=UTC)


@pytest.fixture
def lender(db):
    establish()
    sign()


def asked(kind="schedule", on="2026-02-01", **more):
    from reprieve.operations.commands.documents import ask_for_document

    return ask_for_document(act(on), contract="L-1", kind=kind, **more).answer


def text_of(number: int) -> str:
    from pypdf import PdfReader

    from reprieve.operations.documents import make
    from reprieve.storage.documents import pdf_of

    make(number, NOW)
    pdf = pdf_of(number)
    make(number, NOW)
    assert pdf_of(number) == pdf, "made once"
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def settle() -> None:
    from reprieve.operations.commands.settlement import quote_settlement, settle_contract

    quote = quote_settlement(act("2026-02-01"), contract="L-1").answer["quote_id"]
    settle_contract(act("2026-02-01"), contract="L-1", quote_id=quote)


@needs_font
def test_the_payments_as_signed_are_those_of_the_schedule(lender):
    from reprieve.operations.reading import schedule
    from reprieve.words import words

    shown = text_of(asked(language="en")["document"])
    rows = schedule("L-1")["instalments"]
    assert len(rows) == 12
    for row in rows:
        assert row["due_on"] in shown
        assert words("en").money(row["due"], "CNY", symbol=False) in shown
    assert "contract L-1" in shown


@needs_font
def test_a_certificate_says_by_which_day_the_contract_was_paid_in_the_customers_language(lender):
    settle()
    shown = text_of(asked("settlement_certificate", "2026-02-03")["document"]).replace("\n", "")
    assert "结清证明" in shown
    assert "已于2026年2月1日结清" in shown
    assert "截至2026年2月3日" in shown


def test_nothing_is_certified_while_anything_is_owed(lender):
    with pytest.raises(Refused, match="still owed"):
        asked("settlement_certificate")


def test_what_a_document_says_is_sealed_and_its_job_holds_a_number_alone(lender):
    from django.db import connection

    from reprieve.storage.models import Document

    number = asked()["document"]
    assert b"L-1" not in bytes(Document.objects.get().sheet_sealed)
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, args FROM procrastinate_jobs")
        assert [(name, args if isinstance(args, str) else str(args)) for name, args in cursor.fetchall()] in (
            [("make_document", f'{{"document": {number}}}')], [("make_document", f"{{'document': {number}}}")],
        )  # fmt: skip


def test_a_job_goes_with_its_command_or_not_at_all(lender):
    from django.db import connection, transaction

    with transaction.atomic():
        asked()
        transaction.set_rollback(True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs")
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize("wrong", [{"kind": "diploma"}, {"language": "fr"}])
def test_a_kind_or_a_language_that_there_is_not_is_named(lender, wrong):
    with pytest.raises(BadInput, match=r"one of|zh or en"):
        asked(**wrong)
