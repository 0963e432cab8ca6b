"""The columnar book kept from close to close: only loans with news are read, and it is what a fresh one would be."""

from datetime import date

import numpy as np
import pytest

from reprieve.operations.mirror import Mirror
from tests.operations.lending import act, close, controls, establish, held, sign, take
from tests.operations.test_joined import differing

pytestmark = pytest.mark.django_db
SHARD = 100_000
SHARDS = range(1, 1 + SHARD)


@pytest.fixture
def mirror(db, tmp_path):
    """Four loans, closed once with a mirror."""
    establish()
    for number in range(1, 5):
        sign(f"L-{number}", principal=100_000 * number)
    close("2026-02-18", mirror=Mirror(tmp_path), shard_loans=SHARD)
    return Mirror(tmp_path)


@pytest.fixture
def read(monkeypatch):
    """The numbers of the loans that a close reads from the database."""
    from reprieve.operations import book

    seen, real = [], book.contract_columns

    def contract_columns(shard, cut, only=None):
        found = real(shard, cut, only)
        seen.extend(found["number"].to_pylist())
        return found

    monkeypatch.setattr(book, "contract_columns", contract_columns)
    return seen


def news():
    """A payment, one undone as if it never was, a new loan; two loans without news."""
    from reprieve.operations.commands.payments import reverse_payment

    take("L-1", 5_000, "2026-02-19")
    paid = take("L-2", 5_000, "2026-02-19")["event"]["id"]
    reverse_payment(act("2026-02-19", user="approver"), contract="L-2", of=paid, mode="void")
    sign("L-5", on="2026-02-19", principal=500_000)


def check(day, mirror):
    from reprieve.operations.book import rebuilt
    from reprieve.operations.shelf import Shelves
    from reprieve.storage.close import run_of

    run = run_of(date.fromisoformat(day))
    kept, fresh = Shelves(mirror.folder).read(SHARDS), rebuilt(SHARDS, run)
    assert kept.cut == run.cut
    assert np.array_equal(kept.rows, fresh.rows)
    assert differing(kept.book, fresh.book) == []
    assert held() == controls(day)


def test_only_loans_with_news_are_read_again(mirror, read):
    news()
    [done] = close("2026-02-19", mirror=mirror, shard_loans=SHARD)
    assert sorted(set(read)) == ["L-1", "L-2", "L-5"]
    assert (done["loans"], done["state"]) == (5, "finished")
    check("2026-02-19", mirror)


def test_a_close_with_a_mirror_posts_what_one_without_posts(mirror):
    from django.db import transaction

    news()
    with transaction.atomic():
        [without] = close("2026-02-19", shard_loans=SHARD)
        transaction.set_rollback(True)
    [done] = close("2026-02-19", mirror=mirror, shard_loans=SHARD)
    assert done["groups"] == without["groups"]
    assert done["transitions"] == without["transitions"]


def test_a_shelf_of_another_cut_is_left_and_everything_is_read(mirror, read):
    """The mirror was lost for a day: the next close with it reads every loan and goes on."""
    news()
    close("2026-02-19", shard_loans=SHARD)
    read.clear()
    close("2026-02-20", mirror=mirror, shard_loans=SHARD)
    assert {"L-1", "L-2", "L-3", "L-4", "L-5"} <= set(read)
    check("2026-02-20", mirror)


def test_a_shelf_laid_out_by_other_code_is_not_used(mirror, read, monkeypatch):
    from reprieve.operations import shelf

    monkeypatch.setattr(shelf, "layout_version", lambda: "another")
    close("2026-02-19", mirror=mirror, shard_loans=SHARD)
    assert {"L-1", "L-2", "L-3", "L-4"} <= set(read)
    check("2026-02-19", mirror)


def test_a_close_killed_after_its_shelf_was_written_goes_on(mirror):
    from reprieve.operations.failpoints import Killed, armed

    news()
    with armed("close.positions.before_commit"), pytest.raises(Killed):
        close("2026-02-19", mirror=mirror, shard_loans=SHARD)
    [done] = close("2026-02-19", mirror=mirror, shard_loans=SHARD)
    assert done["state"] == "finished"
    check("2026-02-19", mirror)
    close("2026-02-20", mirror=mirror, shard_loans=SHARD)
    check("2026-02-20", mirror)
