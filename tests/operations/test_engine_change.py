"""A change of the engine: every figure that would move is listed, and posted only with approval."""

from datetime import UTC, date, datetime

import pytest

from reprieve.engine import records as rec
from reprieve.errors import BadInput, Refused
from reprieve.operations.mirror import Mirror
from tests.operations.lending import close, controls, establish, held, sign, take

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 2, 23, tzinfo=UTC)


@pytest.fixture
def loans(db, tmp_path):
    """One loan that is late and has paid late, one that is not, closed with a mirror."""
    establish()
    sign("L-1")
    sign("L-2")
    take("L-2", 73_344, "2026-02-15")
    close("2026-02-19", mirror=Mirror(tmp_path), shard_loans=1)
    take("L-1", 1_000, "2026-02-20")
    close("2026-02-22", mirror=Mirror(tmp_path), shard_loans=1)
    return Mirror(tmp_path)


def dearer(monkeypatch):
    """An engine whose overdue penalty is 7 cents dearer."""
    from reprieve.engine import batch
    from reprieve.operations import close_of_day

    real = batch.positions

    def positions(book, on, threads=1):
        rows = real(book, on, threads)
        late = rows[:, rec.O_DAYS_PAST_DUE] > 0
        rows[late, rec.O_ARREARS_PENALTY] += 7
        return rows

    monkeypatch.setattr(batch, "positions", positions)
    monkeypatch.setattr(close_of_day, "engine_sha256", lambda: b"another")


def compared(mirror=None):
    from reprieve.operations.close_of_day import Options, compare

    return compare(NOW, options=Options(mirror=mirror))


def test_the_same_engine_moves_nothing(loans):
    found = compared(loans)
    assert (found["accounts"], found["loans"]) == ([], [])
    assert found["engine"]["then"] == found["engine"]["now"]


def test_every_figure_that_would_move_is_listed_by_account_and_by_loan(loans, monkeypatch):
    dearer(monkeypatch)
    found = compared(loans)
    [account] = found["accounts"]
    assert (account["account"], account["now"] - account["then"]) == ("penalty_receivable", 7)
    [loan] = found["loans"]
    assert loan["contract"] == "L-1"
    [(name, figure)] = loan["figures"].items()
    assert (name, figure["now"] - figure["then"]) == ("arrears_penalty", 7)
    assert found["engine"]["then"] != found["engine"]["now"]


def test_without_a_mirror_accounts_are_compared_all_the_same(loans, monkeypatch):
    dearer(monkeypatch)
    assert [row["account"] for row in compared()["accounts"]] == ["penalty_receivable"]


def test_a_changed_engine_posts_with_approval_alone_and_then_agrees(loans, monkeypatch):
    dearer(monkeypatch)
    with pytest.raises(Refused, match="engine has changed"):
        close("2026-02-23", shard_loans=1)
    with pytest.raises(Refused, match="neither the role"):
        close("2026-02-23", approved_by="officer", shard_loans=1)
    with pytest.raises(BadInput, match="may sign in"):
        close("2026-02-23", approved_by="nobody", shard_loans=1)
    assert compared()["accounts"], "nothing was posted"
    [done] = close("2026-02-23", approved_by="approver", shard_loans=1)
    assert (done["state"], done["engine_approved_by"]) == ("finished", "approver")
    assert held() == controls("2026-02-23")
    assert compared(loans)["accounts"] == []
    [done] = close("2026-02-24", shard_loans=1)
    assert (done["state"], done["engine_changed"]) == ("finished", False)


def test_a_changed_engine_that_moves_events_posts_them_by_event(loans, monkeypatch):
    """An engine that counts 5 cents more interest once something was paid moves what the payment did."""
    from reprieve.engine import batch
    from reprieve.operations import close_of_day

    real = batch.positions

    def positions(book, on, threads=1):
        rows = real(book, on, threads)
        late = rows[:, rec.O_DAYS_PAST_DUE] > 0
        count = book.offsets[1:] - book.offsets[:-1]
        rows[late & (count > 0), rec.O_ARREARS_INTEREST] += 5
        return rows

    monkeypatch.setattr(batch, "positions", positions)
    monkeypatch.setattr(close_of_day, "engine_sha256", lambda: b"another")
    [loan] = [row for row in compared()["loans"] if row["events"]]
    [amounts] = loan["events"].values()
    assert amounts == {"interest_receivable": 5, "early_payment_income": -5}
    [done] = close("2026-02-23", approved_by="approver", shard_loans=1)
    assert done["state"] == "finished"
    assert held() == controls("2026-02-23")
    assert compared()["loans"] == []


def test_the_mirror_keeps_the_last_closes_and_holds_the_published_figures(loans):
    from reprieve.operations.mirror import KEPT
    from reprieve.operations.reading import position

    day = date(2026, 2, 24)
    close(day.isoformat(), mirror=loans, shard_loans=100_000)
    assert len([path for path in loans.folder.iterdir() if path.is_dir()]) == KEPT
    rows = loans.read(day, 0)
    assert sorted(rows) == ["L-1", "L-2"]
    for number, row in rows.items():
        shown = position(number, on=day)
        assert row[rec.O_PAYOFF] == shown["payoff"]
        assert row[rec.O_ARREARS_PENALTY] == shown["arrears"]["penalty"]
        assert row[rec.O_DAYS_PAST_DUE] == shown["days_past_due"]
    assert loans.read(day, 1) is None


def test_a_close_begun_by_one_engine_and_ended_by_another_agrees_after_the_next(loans, monkeypatch):
    """Killed after its first shards, then the engine is replaced: the run keeps the engine's name it began with."""
    from reprieve.operations.failpoints import Killed, armed

    with armed("close.positions.after_commit"), pytest.raises(Killed):
        close("2026-02-23", shard_loans=1)
    dearer(monkeypatch)
    [done] = close("2026-02-23", shard_loans=1)
    assert done["business_on"] == "2026-02-23"
    with pytest.raises(Refused, match="engine has changed"):
        close("2026-02-24", shard_loans=1)
    [done] = close("2026-02-24", approved_by="approver", shard_loans=1)
    assert held() == controls("2026-02-24")
    assert done["differences"] == {}
