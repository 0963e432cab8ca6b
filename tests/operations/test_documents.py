"""Documents for a customer: what they say is what was so, sealed; the PDF says the same, and comes once."""

from datetime import UTC, date, datetime
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


def sign_relief(relief, on="2026-04-01"):
    from reprieve.operations.commands.relief import quote_plan, sign_plan

    quote = quote_plan(act(on), contract="L-1", plan=relief).answer["quote_id"]
    return sign_plan(act(on, user="approver"), contract="L-1", quote_id=quote).answer


def plan_of(on="2026-04-01"):
    """A plan of eight rows: penalty given up, interest set aside, principal repaid anew."""
    from reprieve.operations.reading import position

    owed = position("L-1", on=date.fromisoformat(on))["outstanding"]
    return {
        "kind": "restructure", "annual_rate": "0.06", "method": "level_instalment", "instalments": 8,
        "first_due_on": "2026-05-15", "ageing": "reset", "parked": "end",
        "claims": {
            "principal": {"capitalised": owed["principal"]}, "interest": {"parked": owed["interest"]},
            "penalty": {"waived": owed["penalty"]}, "fees": {"waived": owed["fees"]},
        },
    }  # fmt: skip


@needs_font
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_signed_plan_says_what_became_of_the_claims_and_every_payment_to_come(lender, language):
    from reprieve.operations.reading import remaining
    from reprieve.words import words

    plan = plan_of()
    sign_relief(plan)
    number = asked("plan", "2026-04-02", language=language)["document"]
    shown, say = text_of(number), words(language)
    to_come = remaining("L-1", on=date(2026, 4, 2))
    assert len(to_come["payments"]) == 8
    parked = plan["claims"]["interest"]["parked"]
    assert to_come["payments"][-1]["total"] > to_come["payments"][0]["total"] + parked // 2, "set aside until the end"
    for row in to_come["payments"]:
        assert row["due_on"] in shown
        assert say.money(row["total"], "CNY", symbol=False) in shown
    assert say.money(to_come["total"], "CNY") in shown
    for treatments in plan["claims"].values():
        for treatment, amount in treatments.items():
            if amount:
                assert say.text(f"treatment.{treatment}") in shown
                assert say.money(amount, "CNY", symbol=False) in shown


@needs_font
def test_a_pause_says_from_when_to_when_and_what_is_to_be_paid_after_it(lender):
    pause = {
        "kind": "pause", "from": "2026-04-01", "to": "2026-07-01", "rows": "shift", "interest": "frozen",
        "accrued": "spread", "ageing": "stopped", "penalty": "stopped",
    }  # fmt: skip
    sign_relief(pause)
    shown = text_of(asked("plan", "2026-04-01", language="en")["document"])
    assert "paused from 1 April 2026 to 30 June 2026" in shown.replace("\n", " ")
    assert "owed now" in shown


def test_there_is_no_plan_to_print_where_none_was_signed(lender):
    with pytest.raises(Refused, match="No plan"):
        asked("plan")
