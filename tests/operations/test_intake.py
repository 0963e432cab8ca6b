"""Bank files and books from outside: taken once, never guessed, nothing committed before its totals agree."""

from datetime import date

import pytest

from reprieve.errors import BadInput
from reprieve.lending.intake import CsvFormat, read_csv
from reprieve.operations.failpoints import Killed, armed
from tests.operations.lending import act, balances, close, controls, establish, held, sign, take

pytestmark = pytest.mark.django_db

FILE = """date,amount,reference,payer,id
2026-02-15,733.44,LOAN-0001,A,b1
2026-02-15,100.00,thank you,B,b2
2026-02-16,200.00,loan 0002,C,b3
2026-02-16,-50.00,LOAN-0001,bank,b4
"""


@pytest.fixture
def loans(db):
    establish()
    sign("LOAN-0001")
    sign("LOAN-0002")


def statement(text=FILE):
    return read_csv(text.encode(), CsvFormat("CNY"))


def test_money_with_a_known_reference_is_paid_and_other_money_waits(loans):
    from reprieve.operations.intake import take_bank_file
    from reprieve.operations.reading import position, suspense

    report = take_bank_file(act("2026-02-17"), statement())
    assert report["lines"] == {"payment": 2, "suspense": 1, "money_out": 1}
    assert report["amounts"] == {"payment": 93_344, "suspense": 10_000, "money_out": -5_000}
    assert [(line["amount"], line["reference"]) for line in suspense()] == [(10_000, "thank you")]
    assert position("LOAN-0001", on=date(2026, 2, 15))["outstanding"]["principal"] == 738_656
    assert balances()["bank"] == 93_344 - 1_600_000


def test_a_file_that_is_given_again_takes_nothing_twice(loans):
    from reprieve.operations.intake import take_bank_file

    take_bank_file(act("2026-02-17"), statement())
    again = take_bank_file(act("2026-02-18", user="approver"), statement())
    assert again["lines"] == {"known": 4}
    assert balances()["bank"] == 93_344 - 1_600_000


@pytest.mark.parametrize(
    ("point", "turn", "at_once"),
    [
        *(("intake.before_line", turn, 4) for turn in (1, 2, 3, 4)),
        *((f"intake.{where}", turn, 2) for where in ("after_line", "before_commit", "after_commit") for turn in (1, 2)),
        *((f"intake.{where}_commit", 4, 1) for where in ("before", "after")),
    ],
)
def test_a_file_killed_anywhere_goes_on_with_what_is_missing(loans, point, turn, at_once):
    from reprieve.operations.intake import take_bank_file
    from reprieve.operations.reading import suspense

    with armed(point, turn), pytest.raises(Killed):
        take_bank_file(act("2026-02-17"), statement(), at_once=at_once)
    take_bank_file(act("2026-02-17"), statement())
    assert balances()["bank"] == 93_344 - 1_600_000
    assert len(suspense()) == 1


@pytest.mark.parametrize("at_once", [1, 3, 500])
def test_lines_taken_together_become_what_they_become_one_by_one(loans, at_once):
    """Several lines of one loan, one of an earlier day than the line before, one that its loan cannot take."""
    from django.db import transaction

    from reprieve.operations.intake import take_bank_file
    from reprieve.operations.reading import journal

    def posted():
        return [
            (entry["source"]["event"], {line["account"]: line["amount"] for line in entry["lines"]})
            for entry in journal(contract="LOAN-0001")
        ]

    with transaction.atomic():
        for amount, on in ((1_000, "2026-02-20"), (70_000, "2026-02-16"), (6_000, "2026-02-27")):
            take("LOAN-0001", amount, on, acted_on="2026-02-27")
        one_by_one = posted()
        transaction.set_rollback(True)

    text = (
        "date,amount,reference,id\n2026-02-20,10.00,LOAN-0001,b1\n2026-02-16,700.00,LOAN-0001,b2\n"
        "2026-02-16,50.00,LOAN-0002,b3\n2026-01-02,5.00,LOAN-0001,b4\n2026-02-27,60.00,LOAN-0001,b5\n"
    )
    report = take_bank_file(act("2026-02-27"), statement(text), at_once=at_once)
    assert report["lines"] == {"payment": 4, "suspense": 1}
    assert posted() == one_by_one
    assert balances()["bank"] == 82_000 - 1_600_000
    close("2026-02-27")
    assert held() == controls("2026-02-27")


WRITTEN = {
    "event": """SELECT number, event_id, event_on, event_order, kind, amount_minor, event.terms, reference,
        event.recorded_at, recorded_by_id FROM event JOIN contract ON contract.id = contract_id ORDER BY event.id""",
    "entry": """SELECT number, event.event_id, posted_on, value_on, entry.product, entry.currency, close_run_id,
        previous_close_on, reverses_id, entry.recorded_at
        FROM journal_entry entry JOIN event ON event.id = entry.event_id JOIN contract ON contract.id = contract_id
        ORDER BY entry.id""",
    "line": """SELECT number, event.event_id, account, line.amount_minor FROM journal_line line
        JOIN journal_entry entry ON entry.id = entry_id JOIN event ON event.id = entry.event_id
        JOIN contract ON contract.id = contract_id ORDER BY entry_id, account""",
    "bank line": """SELECT statement, line, booked_on, bank_line.currency, bank_line.amount_minor, bank_line.reference,
        bank_line.recorded_at, matched_at, number, event.event_id
        FROM bank_line LEFT JOIN event ON event.id = bank_line.event_id LEFT JOIN contract ON contract.id = contract_id
        ORDER BY bank_line.id""",
    "trace": "SELECT user_id, action, subject, subject_id, request_id, facts, recorded_at FROM audit_entry ORDER BY id",
    "told": "SELECT key, topic, payload, endpoint_id, recorded_at, due_at FROM outbox_message ORDER BY key",
}


@pytest.mark.parametrize("listens", [False, True])
def test_a_set_leaves_the_rows_behind_that_single_payments_leave(loans, monkeypatch, listens):
    """Two lines of one loan, one that pays a loan off, one out of order, money out, money of nobody."""
    from django.db import connection, transaction

    from reprieve.operations import intake
    from reprieve.operations.commands.webhooks import register_webhook

    sign("LOAN-0003")
    sign("LOAN-0004")
    take("LOAN-0004", 10_000, "2026-02-20")
    if listens:
        register_webhook(act("2026-02-20", user="core"), url="https://example.com/told", events=["payment.taken"])
    text = (
        "date,amount,reference,id\n2026-02-15,733.44,LOAN-0001,b1\n2026-02-20,20.00,LOAN-0001,b2\n"
        "2026-02-16,9000.00,LOAN-0002,b3\n2026-02-19,5.00,LOAN-0004,b4\n2026-02-20,-7.00,LOAN-0001,b5\n"
        "2026-02-20,8.00,somebody,b6\n2026-02-20,60.00,LOAN-0003,b7\n2026-02-20,,LOAN-0003,b8\n"
    )
    in_sets = intake.take_in_set
    recorded = []

    def taken(take_in_set):
        monkeypatch.setattr(intake, "take_in_set", take_in_set)
        with transaction.atomic():
            report = intake.take_bank_file(act("2026-02-21", key="file"), statement(text))
            with connection.cursor() as cursor:
                rows = {name: cursor.execute(query).fetchall() for name, query in WRITTEN.items()}
            transaction.set_rollback(True)
        return report, rows

    def watched(work, paid):
        found = in_sets(work, paid)
        recorded.extend(number for (number, _), one in zip(paid, found, strict=True) if one is not None)
        return found

    singly = taken(lambda _, paid: [None] * len(paid))
    together = taken(watched)
    assert recorded == ["LOAN-0001", "LOAN-0001", "LOAN-0002", "LOAN-0003"]
    assert together[0] == singly[0]
    assert singly[0]["lines"] == {"payment": 5, "suspense": 1, "money_out": 1}
    for name, rows in singly[1].items():
        order = sorted if name in ("event", "entry", "line") else list
        assert order(map(str, together[1][name])) == order(map(str, rows)), name
    assert len(singly[1]["told"]) == (5 if listens else 0)


def test_a_line_that_two_take_at_the_same_moment_is_taken_once(loans, monkeypatch):
    """The second has seen no line yet when the first commits: its own set comes to nothing, and is taken again."""
    from reprieve.operations.intake import take_bank_file
    from reprieve.storage import bank_lines

    take_bank_file(act("2026-02-17"), statement())
    answers = iter([set()])
    seen = bank_lines.known
    monkeypatch.setattr(bank_lines, "known", lambda keys: next(answers, None) or seen(keys))
    again = take_bank_file(act("2026-02-17", user="approver"), statement())
    assert again["lines"] == {"known": 4}
    assert balances()["bank"] == 93_344 - 1_600_000


def test_a_line_whose_reference_becomes_known_later_is_not_taken_again(loans):
    from reprieve.operations.intake import take_bank_file

    text = "date,amount,reference,id\n2026-02-15,5.00,LOAN-0003,b1\n"
    assert take_bank_file(act("2026-02-17"), statement(text))["lines"] == {"suspense": 1}
    sign("LOAN-0003", on="2026-02-17")
    assert take_bank_file(act("2026-02-18"), statement(text))["lines"] == {"known": 1}


def test_money_in_suspense_is_posted_by_the_close_and_leaves_when_it_is_placed(loans):
    from reprieve.operations.intake import place_bank_line, take_bank_file
    from reprieve.operations.reading import suspense

    take_bank_file(act("2026-02-17"), statement())
    [done] = close("2026-02-17")
    assert done["state"] == "finished"
    assert balances()["unmatched_money"] == -10_000
    assert balances()["bank"] == 103_344 - 1_600_000
    [line] = suspense()
    answer = place_bank_line(act("2026-02-18", user="core"), key=line["key"], contract="LOAN-0002").answer
    assert answer["event"]["on"] == "2026-02-15"
    [done] = close("2026-02-18")
    assert done["state"] == "finished"
    assert "unmatched_money" not in balances()
    assert balances()["bank"] == 103_344 - 1_600_000
    assert held() == controls("2026-02-18")
    with pytest.raises(BadInput, match="bank line in suspense"):
        place_bank_line(act("2026-02-18", user="core"), key=line["key"], contract="LOAN-0001")


def test_money_that_its_contract_cannot_take_waits_with_the_reason(loans):
    from reprieve.operations.intake import take_bank_file
    from reprieve.operations.reading import suspense

    text = "date,amount,reference,id\n2026-01-02,5.00,LOAN-0001,b1\n"
    assert take_bank_file(act("2026-02-17"), statement(text))["lines"] == {"suspense": 1}
    assert len(suspense()) == 1
    assert balances()["bank"] == -1_600_000
