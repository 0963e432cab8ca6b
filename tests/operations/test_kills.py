"""Killed at every commit boundary, by exception and by SIGKILL: nothing is lost, nothing is done twice."""

import os
import signal
import subprocess
import sys

import pytest

from reprieve.operations.failpoints import POINTS, VARIABLE, Killed, armed, hits
from tests.operations.lending import act, balances, close, controls, establish, held, sign, take

CLOSE = [point for point in POINTS if point.startswith("close.")]


def turns(point):
    """The first and last time a point is met in the closes of two days over two shards."""
    return [1, 4] if "positions" in point or "credit_record" in point else [1, 2]


COMMAND = [point for point in POINTS if point.startswith("command.")]


def setup():
    """Three loans in shards of two, closed once, with a payment taken since."""
    establish()
    for number in (1, 2, 3):
        sign(f"L-{number}", principal=100_000 * number)
    close("2026-02-26", shard_loans=2)
    take("L-2", 5_000, "2026-02-27")


def record():
    """What a close leaves behind: its entries, transitions, rows and checkpoints, without the instants."""
    from reprieve.operations.reading import journal
    from reprieve.storage.models import CloseCheckpoint, CreditRecordRow, OutboxMessage, Transition

    entries = [(entry["source"], entry["lines"]) for entry in journal()]
    moves = list(Transition.objects.order_by("contract_id").values_list("contract_id", "business_on", "bucket"))
    rows = list(CreditRecordRow.objects.order_by("contract_id").values_list("contract_id", "status_code", "filing"))
    steps = list(
        CloseCheckpoint.objects.order_by("close_run__business_on", "step", "shard").values_list(
            "step", "shard", "totals"
        )
    )
    return entries, moves, rows, steps, sorted(OutboxMessage.objects.values_list("key", flat=True))


@pytest.mark.django_db
@pytest.mark.parametrize(("point", "turn"), [(point, turn) for point in CLOSE for turn in turns(point)])
def test_a_close_killed_anywhere_goes_on_to_what_an_unbroken_one_gives(db, point, turn):
    from django.db import transaction

    setup()
    with transaction.atomic():
        close("2026-02-28", shard_loans=2)
        unbroken = record()
        transaction.set_rollback(True)
    with armed(point, turn), pytest.raises(Killed):
        close("2026-02-28", shard_loans=2)
    close("2026-02-28", shard_loans=2)
    assert record() == unbroken
    assert held() == controls("2026-02-28")


@pytest.mark.django_db
@pytest.mark.parametrize("point", COMMAND)
def test_a_payment_killed_anywhere_is_taken_once_when_asked_again(db, point):
    from reprieve.operations.commands.payments import take_payment

    establish()
    sign()
    asked = act("2026-02-15", key="k")
    with armed(point), pytest.raises(Killed):
        take_payment(asked, contract="L-1", amount=20_000)
    is_done = balances()["bank"] == 20_000 - 800_000
    assert is_done == (point == "command.after_commit")
    assert take_payment(asked, contract="L-1", amount=20_000).is_replay == is_done
    assert balances()["bank"] == 20_000 - 800_000


PROGRAM = """
import django
django.setup()
from tests.operations.lending import act, close, take
{work}
"""


@pytest.mark.parametrize(
    ("point", "work"),
    [
        ("command.before_commit", 'take("L-1", 700, "2026-02-27")'),
        ("command.after_commit", 'take("L-1", 700, "2026-02-27")'),
        ("close.positions.after_commit:2", 'close("2026-02-28", shard_loans=2)'),
        ("close.post.before_commit", 'close("2026-02-28", shard_loans=2)'),
        ("close.post.after_commit:2", 'close("2026-02-28", shard_loans=2)'),
    ],
)
def test_a_process_that_is_killed_outright_leaves_whole_records(fresh_database, point, work):
    from reprieve.storage.cluster import APP

    setup()
    before = balances()["bank"]
    environment = {**os.environ, "DATABASE_URL": fresh_database.url(APP), VARIABLE: point, "NUMBA_DISABLE_JIT": "1"}
    program = PROGRAM.format(work=work)
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    close("2026-02-28", shard_loans=2)
    assert held() == controls("2026-02-28")
    expected = before + (700 if point == "command.after_commit" else 0)
    assert balances()["bank"] == expected


def test_every_point_of_commands_and_closes_is_reached():
    """Zero hits would mean that the kills above proved nothing."""
    missed = [point for point, count in hits().items() if not count and point.startswith(("command.", "close."))]
    if not hits()["close.finish.after_commit"]:
        pytest.skip("runs after the tests of this file")
    assert missed == []
