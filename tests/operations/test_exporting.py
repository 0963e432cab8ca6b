"""A month's credit record as a file: a lender of the United States from payments to Metro 2, and CSV rows elsewhere."""

import csv
import io
from datetime import UTC, date, datetime

import pytest

from reprieve.errors import BadInput, Refused
from reprieve.lending.metro2_file import reporter_of
from tests.lending.test_metro2 import PERSON, REPORTER, at
from tests.operations.lending import act, publish, sign, take
from tests.operations.test_corrections import close_only

pytestmark = pytest.mark.django_db
MARCH = date(2026, 3, 1)


@pytest.fixture
def american(db):
    """A lender in the United States with a product in dollars, and four people with a role each."""
    from reprieve.operations.commands.lenders import establish_lender
    from reprieve.storage.models import RoleGrant, User
    from tests.lending.products import TERMS

    establish_lender("Example Lender", "us", currency="USD", time_zone="UTC")
    roles = {"officer": "hardship_officer", "approver": "approver", "accountant": "accountant", "core": "integrator"}
    for name, role in roles.items():
        user = User.objects.create(username=name, is_staff=True)
        RoleGrant.objects.create(user=user, role=role, granted_at=datetime(2020, 1, 1, tzinfo=UTC))
    publish("2026-01-01", place="us", lender_type="bank", terms={**TERMS, "currency": "USD"})


def lend(number, **identifiers):
    """The 8,000.00 loan in dollars, paid out on 15 January, with its borrower."""
    from reprieve.operations.commands.contracts import sign_contract
    from reprieve.operations.commands.customers import register_customer
    from tests.operations.lending import TERMS

    person = {**PERSON, "national_id": f"07805{number[-4:]}", **identifiers}
    known = {kind: value for kind, value in person.items() if value}
    register_customer(act("2026-01-15", user="core"), number=f"C-{number}", language="en", identifiers=known)
    sign_contract(act("2026-01-15", user="core"), number=number, customer=f"C-{number}", **TERMS)


def exported(month=MARCH, user="accountant"):
    from reprieve.operations import exporting

    return exporting.metro2(act("2026-06-02", user=user), month, reporter_of(REPORTER))


def segments(done):
    return {at(line, 43, 72).strip(): line for line in done.content.splitlines()[1:-1]}


@pytest.fixture
def book(american):
    """L-1001 pays on time, L-1002 not at all, L-1003 is late and then current again, L-1004 is paid off late."""
    for number in ("L-1001", "L-1002", "L-1003", "L-1004"):
        lend(number)
    close_only("2026-01-31")
    for month in ("02", "03", "04", "05"):
        take("L-1001", 73_344, f"2026-{month}-15")
    close_only("2026-02-28")
    close_only("2026-03-31")
    take("L-1003", 160_000, "2026-04-02")
    take("L-1003", 73_344, "2026-04-15")
    pay_off("L-1004", "2026-04-20")
    close_only("2026-04-30")
    close_only("2026-05-31")


def pay_off(number, on):
    from reprieve.operations.reading import position

    take(number, position(number, on=date.fromisoformat(on))["payoff"], on)


def test_a_month_of_a_lender_in_the_united_states_is_a_file_of_the_right_codes(book):
    found = segments(exported())
    assert {number: at(line, 124, 125) for number, line in found.items()} == {
        "L1001": "11", "L1002": "71", "L1003": "71", "L1004": "71"
    }  # fmt: skip
    late = found["L1002"]
    assert at(late, 190, 197) == "03172026", "thirty days after the due date of 15 February"
    assert at(late, 164, 172) == "000000760", (
        "733.44 of February with the penalty of both, 19.97 and 7.37; March's own 733.44 is sixteen days late"
    )
    assert (at(late, 106, 114), at(late, 115, 123)) == ("000000733", "000000000")
    assert at(late, 127, 150) == "00" + "B" * 22
    paid = found["L1001"]
    assert (at(paid, 115, 123), at(paid, 164, 172), at(paid, 190, 197)) == ("000000733", "0" * 9, "0" * 8)
    assert at(paid, 206, 213) == "03152026"
    assert at(paid, 298, 306) == "078051001"


def test_later_months_remember_and_a_cure_clears_the_first_delinquency(book):
    april, may = segments(exported(date(2026, 4, 1))), segments(exported(date(2026, 5, 1)))
    assert (at(april["L1002"], 124, 125), at(april["L1002"], 190, 197)) == ("78", "03172026"), "kept while late"
    assert at(may["L1002"], 127, 150) == "2100" + "B" * 20
    assert (at(april["L1003"], 124, 125), at(april["L1003"], 190, 197)) == ("11", "00000000")
    assert at(may["L1003"], 127, 150) == "0100" + "B" * 20
    ended = april["L1004"]
    assert (at(ended, 124, 125), at(ended, 126, 126), at(ended, 190, 197)) == ("13", "2", "03172026")
    assert (at(ended, 182, 189), at(ended, 198, 205)) == ("04202026", "04202026")
    assert "L1004" not in may, "an account is reported as paid once"


def test_a_lateness_that_rolls_on_keeps_the_day_it_began(american):
    lend("L-1005")
    close_only("2026-01-31")
    take("L-1005", 73_344 + 2_000, "2026-03-20")
    for day in ("2026-03-31", "2026-04-30"):
        close_only(day)
    rolled = segments(exported(date(2026, 4, 1)))["L1005"]
    assert (at(rolled, 124, 125), at(rolled, 190, 197)) == ("71", "04142026"), (
        "February was paid while March was five days late, so the account was current in between"
    )


def test_a_lateness_that_never_left_thirty_days_began_with_the_first(american):
    lend("L-1006")
    close_only("2026-01-31")
    take("L-1006", 73_344 + 4_000, "2026-04-20")
    for day in ("2026-03-31", "2026-04-30"):
        close_only(day)
    rolled = segments(exported(date(2026, 4, 1)))["L1006"]
    assert (at(rolled, 124, 125), at(rolled, 190, 197)) == ("71", "03172026")


def test_an_export_takes_a_role_leaves_a_trace_and_shows_no_person_in_it(book):
    from reprieve.storage.models import AuditEntry

    with pytest.raises(Refused, match="accountant or risk"):
        exported(user="officer")
    done = exported()
    [trace] = AuditEntry.objects.filter(action="export_metro2")
    assert (trace.subject, trace.subject_id, trace.user.username) == ("credit_record", "2026-03", "accountant")
    assert trace.facts == {"accounts": 4, "withheld": 0, "sha256": done.report()["sha256"]}
    assert "SMITH" in done.content
    shown = f"{done.report()} {trace.facts} {done!r}"
    assert not any(value in shown for value in ("SMITH", "Smith", "07805"))


def test_who_cannot_be_named_is_withheld_with_the_reason(american):
    from reprieve.storage.models import Contract, Customer, PersonKey

    for number in ("L-1007", "L-1008", "L1008", "L-1009"):
        lend(number, **({"family_name": "李"} if number == "L-1007" else {"national_id": ""}))
    close_only("2026-01-31")
    customer = Contract.objects.get(number="L-1009").customer
    PersonKey.objects.filter(customer=customer).delete()
    Customer.objects.filter(pk=customer.pk).update(erased_at=datetime(2026, 1, 20, tzinfo=UTC))
    done = exported(date(2026, 1, 1))
    assert done.accounts == 0
    assert [contract for contract, _ in done.withheld] == ["L-1007", "L-1009", "L1008"]
    assert "李" not in str(done.report())


def test_a_month_of_which_nothing_was_filed_is_bad_input(book):
    with pytest.raises(BadInput, match="2025-12"):
        exported(date(2025, 12, 1))


def test_a_chinese_lender_has_rows_as_csv_and_no_metro_2(db):
    from reprieve.operations import exporting
    from tests.operations.lending import establish
    from tests.operations.test_month_end import told

    establish()
    sign("L-1")
    sign("=L-2")
    close_only("2026-01-31")
    told("L-1", "2026-02-20")
    told("=L-2", "2026-02-20")
    close_only("2026-02-28")
    done = exporting.credit_record(act("2026-03-02", user="approver"), date(2026, 2, 1))
    [first, second] = csv.DictReader(io.StringIO(done.content))
    assert (first["contract"], first["code"], first["days_past_due"], first["is_adverse"]) == ("L-1", "1", "13", "True")
    assert second["contract"] == "'=L-2", "no spreadsheet takes it for a formula"
    assert first["risk_class"] == "", "the classes of the pack are a bank's; this is a consumer finance company"
    with pytest.raises(BadInput, match="letters of Metro 2"):
        exporting.metro2(act("2026-03-02", user="approver"), date(2026, 2, 1), reporter_of(REPORTER))


def test_a_banks_rows_have_the_risk_class_of_its_loans(db):
    from reprieve.operations import exporting
    from tests.operations.lending import establish
    from tests.operations.test_month_end import told

    establish()
    publish("2026-01-01", code="bank_loan", lender_type="bank")
    for number in ("L-1", "L-2"):
        sign(number, product="bank_loan")
        told(number, "2026-02-20")
    close_only("2026-01-31")
    take("L-2", 73_344, "2026-02-15")
    close_only("2026-02-28")
    done = exporting.credit_record(act("2026-03-02", user="approver"), date(2026, 2, 1))
    rows = csv.DictReader(io.StringIO(done.content))
    assert {row["contract"]: row["risk_class"] for row in rows} == {"L-1": "special_mention", "L-2": "normal"}


@pytest.mark.parametrize(
    ("ageing", "code", "since"), [("hold", "71", "03172026"), ("runs", "78", "03172026"), ("reset", "11", "00000000")]
)
def test_relief_keeps_the_day_a_lateness_began_or_ends_it_as_it_was_agreed(american, ageing, code, since):
    from reprieve.operations.commands.relief import quote_plan, sign_plan
    from reprieve.operations.reading import position

    lend("L-1010")
    close_only("2026-01-31")
    close_only("2026-03-31")
    owed = position("L-1010", on=date(2026, 4, 5))["outstanding"]
    treated = {"principal": "capitalised", "interest": "capitalised", "penalty": "waived"}
    if ageing == "runs":
        treated = {"principal": "carried", "interest": "carried", "penalty": "carried"}
    plan = {
        "kind": "restructure", "on": "2026-04-05", "annual_rate": "0.10", "method": "level_instalment",
        "instalments": 24, "first_due_on": "2026-05-05", "parked": "end", "ageing": ageing,
        "claims": claims(owed, treated, position("L-1010", on=date(2026, 4, 5))),
    }  # fmt: skip
    quote = quote_plan(act("2026-04-05"), contract="L-1010", plan=plan).answer["quote_id"]
    sign_plan(act("2026-04-05", user="approver"), contract="L-1010", quote_id=quote)
    close_only("2026-04-30")
    april = segments(exported(date(2026, 4, 1)))["L1010"]
    assert (at(april, 124, 125), at(april, 190, 197), at(april, 151, 152)) == (code, since, "CO")
    assert at(april, 127, 150) == "100" + "B" * 21


def claims(owed, treated, shown):
    """What becomes of each component: what is late is treated as said, principal that is not due yet is capitalised."""
    found = {}
    for part, treatment in treated.items():
        late = shown["arrears"].get(part, 0)
        parts = {"capitalised": owed[part]} if treatment == "capitalised" else {treatment: late}
        rest = owed[part] - sum(parts.values())
        if rest:
            parts["capitalised"] = parts.get("capitalised", 0) + rest
        found[part] = {name: amount for name, amount in parts.items() if amount}
    return found
