"""The worker as a process of its own: it delivers, makes documents, closes ended days, and stops as it should."""

import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest

from tests.guide.printing import needs_font
from tests.operations.lending import act, close, establish, sign
from tests.operations.outside import outbox, reachable
from tests.operations.receiver import receiving

YESTERDAY = (datetime.now(UTC) - timedelta(days=1)).date()


class Worker:
    """A worker in a process of its own, and the lines it logs."""

    def __init__(self, database, home, **environment: str) -> None:
        given = {
            **os.environ, "DATABASE_URL": database.url("app"), "DATABASE_OWNER_URL": database.url("owner"),
            "REPRIEVE_HOME": str(home), "NUMBA_DISABLE_JIT": "1", **environment,
        }  # fmt: skip
        self.log = home / "worker.log"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen([sys.executable, "-m", "reprieve.cli", "worker"], env=given, stderr=log)

    def lines(self) -> list[dict]:
        return [json.loads(line) for line in self.log.read_text("utf-8").splitlines()]

    def wait_for(self, holds, seconds: float = 60) -> None:
        until = time.monotonic() + seconds
        while not holds():
            assert self.process.poll() is None, self.log.read_text("utf-8")
            assert time.monotonic() < until, self.log.read_text("utf-8")
            time.sleep(0.1)

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(60)


@pytest.fixture
def worker(fresh_database, tmp_path):
    started = []

    def start(**environment: str) -> Worker:
        started.append(Worker(fresh_database, tmp_path, **environment))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait()


def lend(*, is_sandbox: bool, on: str = "2026-11-01") -> None:
    from reprieve.storage.models import Lender

    establish(on)
    sign("L-1", on=on)
    reachable()
    Lender.objects.update(is_sandbox=is_sandbox)


def write() -> None:
    from reprieve.operations.commands.messages import send_message

    asked = {"wording": "reply", "figures": {"text": "A secret text."}, "contract": "L-1", "channel": "sms"}
    send_message(act(YESTERDAY), **asked)


def test_it_delivers_what_a_command_put_there_and_stops_cleanly(worker, tmp_path):
    lend(is_sandbox=True)
    running = worker()
    running.wait_for(lambda: "worker_started" in running.log.read_text("utf-8"))
    write()
    running.wait_for(lambda: [state for _, state, *_ in outbox()] == ["sent"])
    assert running.stop() == 0
    assert [line["event"] for line in running.lines()] == ["worker_started", "delivered", "worker_stopped"]
    [file] = (tmp_path / "outbox" / "sms").iterdir()
    assert json.loads(file.read_text("utf-8"))["text"] == "A secret text."
    assert "secret" not in running.log.read_text("utf-8")
    assert "138" not in running.log.read_text("utf-8")


def test_told_to_stop_it_finishes_what_it_has_in_hand_and_begins_nothing_else(worker):
    from reprieve.operations.commands.payments import take_payment

    with receiving() as receiver:
        lend(is_sandbox=True)
        receiver.secret, receiver.slow_seconds = register(receiver.url), 3
        for amount in (1_000, 2_000, 3_000):
            take_payment(act("2026-11-02"), contract="L-1", amount=amount)
        running = worker(REPRIEVE_WEBHOOKS="http")
        running.wait_for(lambda: receiver.taken)
        assert running.stop() == 0
    states = [state for _, state, *_ in outbox()]
    assert 1 <= states.count("sent") == len(receiver.taken) < 3
    assert {*states} == {"sent", "waiting"}


def register(url: str) -> str:
    from reprieve.operations.commands.webhooks import register_webhook
    from reprieve.storage.models import RoleGrant, User

    user = User.objects.create(username="integrator", is_staff=True)
    RoleGrant.objects.create(user=user, role="integrator", granted_at=datetime(2020, 1, 1, tzinfo=UTC))
    asked = act("2026-11-01", user="integrator")
    return register_webhook(asked, url=url, events=["payment.taken"]).answer["secret"]


@pytest.mark.parametrize("point", ["outbox.claim.after_commit", "outbox.send.after"])
def test_killed_outright_another_takes_it_up_under_the_same_key(worker, tmp_path, point):
    from reprieve.storage.models import OutboxMessage

    lend(is_sandbox=True)
    write()
    first = worker(REPRIEVE_FAILPOINT=point)
    assert first.process.wait(60) == -signal.SIGKILL
    [row] = OutboxMessage.objects.all()
    assert (row.attempts, row.sent_at) == (1, None)
    assert row.held_until_at is not None
    OutboxMessage.objects.update(held_until_at=datetime.now(UTC))  # five minutes later
    second = worker()
    second.wait_for(lambda: [state for _, state, *_ in outbox()] == ["sent"])
    assert second.stop() == 0
    assert len(list((tmp_path / "outbox" / "sms").iterdir())) == 1, "the repeat is the same file"


def test_a_day_that_has_ended_is_closed_and_a_sandboxs_is_not(worker):
    from reprieve.operations.close_of_day import ended_day, status
    from reprieve.storage.models import Lender

    lend(is_sandbox=False, on=(YESTERDAY - timedelta(days=3)).isoformat())
    close((YESTERDAY - timedelta(days=2)).isoformat())
    assert ended_day(datetime.now(UTC)) == YESTERDAY
    running = worker()
    running.wait_for(lambda: (status()["last"] or {}).get("business_on") == YESTERDAY.isoformat(), 100)
    assert ended_day(datetime.now(UTC)) is None
    Lender.objects.update(is_sandbox=True)
    assert ended_day(datetime.now(UTC) + timedelta(days=5)) is None
    assert running.stop() == 0


@needs_font
def test_a_document_is_made_by_a_worker_even_if_another_died_over_it(worker):
    from django.db import connection

    from reprieve.operations.commands.documents import ask_for_document
    from reprieve.storage.documents import pdf_of

    lend(is_sandbox=True)
    number = ask_for_document(act("2026-11-02"), contract="L-1", kind="schedule").answer["document"]
    assert pdf_of(number) is None
    with connection.cursor() as cursor:  # as a worker that died leaves it: in hand, and its worker gone
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE task_name = 'make_document'")
        assert cursor.rowcount == 1
    running = worker()
    running.wait_for(lambda: pdf_of(number) is not None, 100)
    assert pdf_of(number).startswith(b"%PDF-")
    assert running.stop() == 0
    assert any(line["event"] == "stalled_job" for line in running.lines())


def test_a_database_that_stays_away_is_told_as_such_and_nothing_is_logged_but_json(worker, fresh_database):
    lend(is_sandbox=True)
    running = worker()
    running.wait_for(lambda: "worker_started" in running.log.read_text("utf-8"))
    with fresh_database.connect("postgres", autocommit=True) as connection:
        allow(connection, fresh_database, is_allowed=False)
        code = running.process.wait(60)
        allow(connection, fresh_database, is_allowed=True)
    assert code == 69
    lines = running.log.read_text("utf-8").splitlines()
    logged, said = ([line for line in lines if line.startswith("{") == is_log] for is_log in (True, False))
    assert {json.loads(line)["event"] for line in logged} <= {"worker_started", "failed"}
    assert said == [
        "reprieve: The database cannot be reached. What is to be delivered waits in it; start the worker again."
    ]


def test_a_database_that_is_away_for_a_moment_is_waited_for(worker, fresh_database):
    from django.db import connections

    lend(is_sandbox=True)
    running = worker()
    running.wait_for(lambda: "worker_started" in running.log.read_text("utf-8"))
    with fresh_database.connect("postgres", autocommit=True) as connection:
        allow(connection, fresh_database, is_allowed=False)
        time.sleep(3)
        allow(connection, fresh_database, is_allowed=True)
    connections.close_all()  # ours was ended too
    write()
    running.wait_for(lambda: [state for _, state, *_ in outbox()] == ["sent"])
    assert running.stop() == 0


def allow(connection, database, *, is_allowed: bool) -> None:
    """Let a database be connected to, or end all its connections and let nobody in."""
    name = database.address.database
    connection.execute("UPDATE pg_database SET datallowconn = %s WHERE datname = %s", [is_allowed, name])
    if not is_allowed:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = %s",
            [name],
        )


def test_it_refuses_a_database_that_lacks_migrations(fresh_database, tmp_path):
    from django.core.management import call_command

    call_command("migrate", "storage", "0004", database="owner", verbosity=0)
    refused = Worker(fresh_database, tmp_path)
    assert refused.process.wait(60) == 2
    assert "reprieve database migrate" in refused.log.read_text("utf-8")


def test_a_signal_stops_a_worker_whose_database_is_away(worker, fresh_database):
    """It comes between two connections, when no loop runs: the worker still ends as one that was asked to."""
    lend(is_sandbox=True)
    running = worker()
    running.wait_for(lambda: "worker_started" in running.log.read_text("utf-8"))
    with fresh_database.connect("postgres", autocommit=True) as connection:
        allow(connection, fresh_database, is_allowed=False)
        time.sleep(4)
        code = running.stop()
        allow(connection, fresh_database, is_allowed=True)
    assert code in (0, 1), "never the signal's own code"
