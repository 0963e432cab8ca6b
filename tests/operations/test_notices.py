"""Notices: before a due date, in grace, on the first day overdue, before the credit record; each once, each true."""

import numpy as np
import pytest

from reprieve.engine import records as rec
from reprieve.lending.notices import notices_of
from reprieve.operations.failpoints import Killed, armed
from tests.operations.lending import act, close, establish, sign, take
from tests.operations.outside import Clock, Post, outbox, reachable

ON = 1_000


def row(**figures: int) -> np.ndarray:
    """Positions of one loan, by field."""
    values = np.zeros((1, rec.POSITION_WIDTH), np.int64)
    for name, value in figures.items():
        values[0, rec.POSITION_FIELDS.index(name)] = value
    return values


BEFORE = row(next_due_on=ON + 20, next_due_amount=5)


@pytest.mark.fast
@pytest.mark.parametrize(("ahead", "is_due"), [(0, False), (1, True), (3, True), (4, False)])
def test_a_reminder_is_due_one_to_three_days_ahead(ahead, is_due):
    now = row(next_due_on=ON + ahead, next_due_amount=5)
    assert notices_of(now, BEFORE, ON) == ([(0, "due_soon", ON + ahead)] if is_due else [])
    assert notices_of(now, BEFORE, ON, days_before=4) == ([(0, "due_soon", ON + ahead)] if ahead else [])


@pytest.mark.fast
def test_nobody_is_reminded_of_nothing_or_while_something_is_overdue():
    assert notices_of(row(next_due_on=ON + 2), BEFORE, ON) == []
    late = row(next_due_on=ON + 2, next_due_amount=5, arrears_fees=1, days_past_due=9)
    assert notices_of(late, late, ON) == []
    assert notices_of(row(next_due_on=-1), BEFORE, ON) == []


@pytest.mark.fast
def test_grace_is_noticed_in_the_close_in_which_the_row_fell_due_unpaid():
    then, unpaid = row(next_due_on=ON, next_due_amount=5), row(next_due_on=ON + 30, due_principal=5)
    assert notices_of(unpaid, then, ON) == [(0, "in_grace", ON)]
    assert notices_of(row(next_due_on=ON + 30), then, ON) == [], "it was paid"
    assert notices_of(unpaid, unpaid, ON + 1) == [], "the day after"


@pytest.mark.fast
def test_the_first_day_overdue_is_noticed_once_with_its_due_date():
    late = row(next_due_on=ON + 26, arrears_principal=5, days_past_due=4)
    assert notices_of(late, row(next_due_on=ON + 26, due_principal=5), ON) == [(0, "overdue", ON - 4)]
    assert notices_of(row(next_due_on=ON + 26, arrears_principal=5, days_past_due=5), late, ON + 1) == []
    assert notices_of(late, np.zeros((1, rec.POSITION_WIDTH), np.int64), ON) == [], "taken over as it was"


@pytest.fixture
def lender(db):
    establish()
    sign()
    reachable()
    close("2026-02-10")


def asked() -> list[str]:
    from reprieve.storage.models import OutboxMessage

    rows = OutboxMessage.objects.filter(topic__in=("notice", "credit_record.notice_due"))
    return list(rows.order_by("pk").values_list("key", flat=True))


def deliver(clock: str) -> list[str]:
    from reprieve.operations.delivery import deliver_due

    post = Post()
    deliver_due(Clock(clock), to=post.outside)
    return [parcel.text for parcel in post.sent]


@pytest.mark.django_db
def test_the_life_of_a_missed_payment_in_notices_each_in_the_morning_each_once(lender):
    told = {}
    for day in range(11, 25):
        close(f"2026-02-{day}")
        assert deliver(f"2026-02-{day + 1}T03:00") == [], "nobody is woken"
        for text in deliver(f"2026-02-{day + 1}T08:00"):
            told[day + 1] = text
    assert {day: text.partition("：")[2][:12] for day, text in told.items()} == {
        13: "您的借款2026年2月1", 16: "您2026年2月15日应", 20: "您2026年2月15日应",
    }  # fmt: skip
    assert "应还 ¥733.44" in told[13]
    assert "2026年2月18日当日或之前还上，不算逾期" in told[16]
    assert "没有还，可以先还一部分" in told[20]
    assert "申请帮助，不收费" in told[20]
    assert asked() == [
        "notice:L-1:due_soon:2026-02-15", "notice:L-1:in_grace:2026-02-15", "notice:L-1:overdue:2026-02-15",
    ]  # fmt: skip


@pytest.mark.django_db
def test_the_figure_of_a_message_is_the_published_one_of_that_moment(lender):
    from datetime import date

    from reprieve.operations.reading import position
    from reprieve.words import words

    for day in range(11, 20):
        close(f"2026-02-{day}")
    texts = deliver("2026-02-20T09:00")
    owed = position("L-1", on=date(2026, 2, 20))["arrears"]["total"]
    assert words("zh").money(owed, "CNY") in texts[-1]


@pytest.mark.django_db
def test_what_is_paid_meanwhile_is_not_asked_for(lender):
    for day in range(11, 20):
        close(f"2026-02-{day}")
    take("L-1", 90_000, "2026-02-20")
    assert deliver("2026-02-20T11:00") == []
    assert {(state, because) for topic, state, _, because in outbox() if topic == "notice"} == {
        ("abandoned", "Its last day, 2026-02-15, has passed."), ("abandoned", "Its last day, 2026-02-18, has passed."),
        ("abandoned", "It is paid, or no longer so."),
    }  # fmt: skip


@pytest.mark.django_db
def test_an_open_request_for_help_stops_the_message_about_overdue_money_and_not_the_reminder(lender):
    from reprieve.operations.commands.help_requests import ask_for_help
    from reprieve.operations.correspondence import attempts

    ask_for_help(act("2026-02-11"), contract="L-1")
    deliver("2026-02-11T12:00")
    said = []
    for day in range(11, 22):
        close(f"2026-02-{day}")
        said += deliver(f"2026-02-{day + 1}T09:00")
    assert len(said) == 2, "the reminder and the one in grace"
    assert ("refused", "contact.gate.hardship") in {(one["outcome"], one["rule"]) for one in attempts("C-L-1")}


@pytest.mark.django_db
def test_the_notice_before_an_adverse_row_is_sent_and_the_row_filed_on_a_later_day(lender):
    from reprieve.operations.reading import credit_record

    def rows():
        return [(row["month_end"], row["code"]) for row in credit_record("L-1") if row["is_adverse"]]

    for day in range(11, 29):
        close(f"2026-02-{day}")
    assert rows() == []
    [*_, text] = deliver("2026-03-01T09:00")
    assert "截至2026年2月28日，您的借款已逾期 13 天" in text
    close("2026-03-01")
    assert rows() == [], "not on the day of the notice"
    close("2026-03-02")
    assert rows() == [("2026-02-28", "1")]


@pytest.mark.django_db
@pytest.mark.parametrize("point", ["close.notices.before_commit", "close.notices.after_commit"])
@pytest.mark.parametrize("turn", [1, 2])
def test_a_close_killed_in_the_notices_asks_for_each_once(db, point, turn):
    establish()
    for number in (1, 2, 3):
        sign(f"L-{number}")
    close("2026-02-11", shard_loans=2)
    with armed(point, turn), pytest.raises(Killed):
        close("2026-02-12", shard_loans=2)
    close("2026-02-12", shard_loans=2)
    close("2026-02-13", shard_loans=2)
    assert sorted(asked()) == [f"notice:L-{number}:due_soon:2026-02-15" for number in (1, 2, 3)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("paid", "on", "state"),
    [
        (50_000, "2026-02-25", "kept"), (49_999, "2026-02-25", "broken"), (50_000, "2026-02-20", "kept"),
        (90_000, "2026-02-19", "broken"),
    ],
)  # fmt: skip
def test_a_promise_is_kept_where_as_much_was_paid_from_its_giving_to_its_day(lender, paid, on, state):
    from reprieve.operations.commands.help_requests import promise_to_pay
    from reprieve.storage.models import Promise

    if on < "2026-02-20":
        take("L-1", paid, on)
    promise_to_pay(act("2026-02-20"), contract="L-1", amount=50_000, on="2026-02-25")
    if on >= "2026-02-20":
        take("L-1", paid, on)
    close("2026-02-24")
    assert Promise.objects.get().state == "open", "its day is not over"
    close("2026-02-25")
    assert Promise.objects.get().state == state
    promise_to_pay(act("2026-02-26"), contract="L-1", amount=1_000, on="2026-03-01")


@pytest.mark.django_db
def test_a_payment_that_came_back_keeps_no_promise(lender):
    from reprieve.operations.commands.help_requests import promise_to_pay
    from reprieve.operations.commands.payments import reverse_payment
    from reprieve.storage.models import Promise

    promise_to_pay(act("2026-02-20"), contract="L-1", amount=50_000, on="2026-02-25")
    taken = take("L-1", 50_000, "2026-02-21")["event"]["id"]
    reverse_payment(act("2026-02-24", user="approver"), contract="L-1", of=taken, mode="returned", on="2026-02-24")
    close("2026-02-25")
    assert Promise.objects.get().state == "broken"
