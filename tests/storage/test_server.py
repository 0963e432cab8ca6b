"""The embedded server, for real: it starts, survives what kills it, keeps to itself, and says what is wrong."""

import json
import multiprocessing
import os
import random
import signal
import stat
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from reprieve.errors import BadInput
from reprieve.storage.cluster import APP, OWNER, SUPERUSER, DatabaseUnavailable
from reprieve.storage.secret_file import read_secrets
from reprieve.storage.server import running_server, server_status, start_server, stop_server
from tests.storage.homes import (
    as_ordinary_user,
    connected,
    environment_of,
    needs_root,
    new_home,
    notes,
    server_number,
    state,
    write_note,
)

SYSTEM = Path("/usr/lib/postgresql/15/bin")
FORK = multiprocessing.get_context("fork")

needs_system = pytest.mark.skipif(not (SYSTEM / "postgres").exists(), reason="the system has no PostgreSQL 15")


def _ran(environment: dict[str, str], verb: str) -> dict:
    """Run a command of `reprieve database` in a process of its own, and return what it shows."""
    command = f"from reprieve.cli.database import database; database(['{verb}', '--json'])"
    done = subprocess.run([sys.executable, "-c", command], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_server_answers_once_it_is_said_to_run_and_keeps_what_it_was_given(home):
    assert state(home) == "absent"
    start_server(environment_of(home))
    assert state(home) == "running"
    write_note(home, "kept")
    assert stop_server(environment_of(home))
    assert state(home) == "stopped"
    assert not stop_server(environment_of(home)), "there was nothing to stop"
    start_server(environment_of(home))
    start_server(environment_of(home))
    assert notes(home) == ["kept"]


def test_the_roles_may_do_what_they_are_for(made):
    with running_server(environment_of(made)):
        query = "SELECT rolname, rolsuper, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname IN ('owner', 'app')"
        with connected(made) as connection:
            assert sorted(connection.execute(query)) == [(APP, False, False, False), (OWNER, False, False, False)]
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("CREATE TABLE mine (x int)")


def test_nobody_gets_in_without_the_password_or_over_a_network(made):
    with running_server(environment_of(made)) as address:
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(f"postgresql://app:guess@/reprieve?host={address.socket}")
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(f"postgresql://postgres@/reprieve?host={address.socket}")
        with connected(made, SUPERUSER) as connection:
            shown = [connection.execute(f"SHOW {name}").fetchone()[0] for name in ("listen_addresses", "fsync")]
            verifiers = connection.execute("SELECT rolpassword FROM pg_authid WHERE rolcanlogin").fetchall()
        assert shown == ["", "on"]
        assert all(verifier.startswith("SCRAM-SHA-256$") for (verifier,) in verifiers)


def test_what_is_private_is_private(made):
    with running_server(environment_of(made)):
        modes = {
            name: stat.S_IMODE((made / name).stat().st_mode)
            for name in ("cluster", "socket", "secrets.json", "server.log")
        }
        assert modes == {"cluster": 0o700, "socket": 0o700, "secrets.json": 0o600, "server.log": 0o600}
        secret = read_secrets(made / "secrets.json").app_password
        assert secret not in (made / "server.log").read_text()
        assert secret not in repr(read_secrets(made / "secrets.json"))


@needs_root
def test_root_starts_it_as_a_user_of_its_own(made):
    with running_server(environment_of(made)):
        owner = Path(f"/proc/{server_number(made)}").stat().st_uid
        assert owner != 0
        assert (made / "cluster").stat().st_uid == owner
        assert made.stat().st_uid == 0


def test_a_hard_kill_of_the_server_loses_nothing_that_was_committed(made):
    with running_server(environment_of(made)):
        write_note(made, "committed")
        with connected(made, OWNER) as connection:
            connection.execute("INSERT INTO note VALUES ('under way')")
            os.kill(server_number(made), signal.SIGKILL)
            with running_server(environment_of(made)):
                assert notes(made) == ["committed"]
            with suppress(psycopg.OperationalError):
                connection.rollback()
            connection.close()


@pytest.mark.parametrize("number", ["another's", "a dead one's"])
def test_the_number_of_a_dead_server_does_not_keep_the_next_one_from_starting(made, number):
    with running_server(environment_of(made)):
        write_note(made, "kept")
    # PostgreSQL takes any process of its own user that has the number for a server that still runs.
    owner = (made / "cluster").stat().st_uid
    process = subprocess.Popen(["sleep", "60"], **({"user": owner} if os.geteuid() == 0 else {}))
    if number == "a dead one's":
        process.kill()
        process.wait()
    for note in (made / "cluster" / "postmaster.pid", made / "socket" / ".s.PGSQL.5432.lock"):
        note.write_text(f"{process.pid}\n{made / 'cluster'}\n1\n5432\n{made / 'socket'}\n\n0 0\nready\n")
    with running_server(environment_of(made)):
        assert notes(made) == ["kept"]
    process.kill()
    process.wait()


def test_a_note_that_cannot_be_read_is_told_and_left_for_a_person(made):
    (made / "cluster" / "postmaster.pid").write_text("?")
    with pytest.raises(DatabaseUnavailable, match=r"postmaster\.pid"):
        start_server(environment_of(made))


def test_the_server_of_another_home_is_neither_taken_for_ours_nor_harmed(made):
    with new_home() as other, running_server(environment_of(other)):
        number = server_number(other)
        (made / "cluster" / "postmaster.pid").write_text((other / "cluster" / "postmaster.pid").read_text())
        assert state(made) == "stopped"
        assert not stop_server(environment_of(made))
        with running_server(environment_of(made)):
            assert server_number(made) != number
        assert server_number(other) == number
        assert state(other) == "running"


def test_two_homes_stand_side_by_side(made):
    with new_home() as other, running_server(environment_of(made)), running_server(environment_of(other)):
        write_note(made, "one")
        write_note(other, "two")
        assert (notes(made), notes(other)) == (["one"], ["two"])
        assert read_secrets(made / "secrets.json") != read_secrets(other / "secrets.json")


def _use_and_wait(home: Path, told, may_go) -> None:
    with running_server(environment_of(home)):
        told.set()
        may_go.wait(60)


def _user(home: Path):
    told, may_go = FORK.Event(), FORK.Event()
    process = FORK.Process(target=_use_and_wait, args=(home, told, may_go))
    process.start()
    assert told.wait(60)
    return process, may_go


def test_the_last_one_out_stops_the_server(made):
    process, may_go = _user(made)
    with running_server(environment_of(made)):
        pass
    assert state(made) == "running"
    may_go.set()
    process.join(60)
    assert (process.exitcode, state(made)) == (0, "stopped")


def test_a_server_left_by_a_killed_app_is_found_again_used_and_stopped(made):
    process, _ = _user(made)
    number = server_number(made)
    process.kill()
    process.join(60)
    assert state(made) == "running"
    with running_server(environment_of(made)):
        assert server_number(made) == number
    assert state(made) == "stopped"


def test_a_server_that_was_told_to_stay_stays(made):
    start_server(environment_of(made))
    with running_server(environment_of(made)):
        pass
    assert state(made) == "running"


def test_many_may_start_it_at_once(home):
    may_go = FORK.Event()
    processes = [FORK.Process(target=_use_and_wait, args=(home, FORK.Event(), may_go)) for _ in range(6)]
    for process in processes:
        process.start()
    deadline = time.monotonic() + 60
    while state(home) != "running" and time.monotonic() < deadline:
        time.sleep(0.05)
    may_go.set()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0] * 6
    assert state(home) == "stopped"
    assert (home / "server.log").read_text().count("ready to accept connections") >= 1


def test_a_kill_while_the_cluster_is_made_leaves_nothing_to_mend(home):
    home.mkdir(mode=0o711)
    half = home / "cluster.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    with running_server(environment_of(home)):
        write_note(home, "whole")
    assert not half.exists()


def _initdb_of(home: Path) -> int:
    """Wait for an initdb at work on a home, and return its number."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                words = (process / "cmdline").read_bytes().split(b"\0")
                if words[0].endswith(b"/initdb") and f"--pgdata={home / 'cluster.new'}".encode() in words:
                    return int(process.name)
    raise AssertionError("no initdb was seen")


def test_an_initdb_that_outlives_its_killed_starter_is_waited_for(home):
    process = FORK.Process(target=_use_and_wait, args=(home, FORK.Event(), FORK.Event()))
    process.start()
    number = _initdb_of(home)
    os.kill(number, signal.SIGSTOP)
    process.kill()
    process.join(60)
    (home / "cluster.new" / "untouched").touch()
    told, may_go = FORK.Event(), FORK.Event()
    second = FORK.Process(target=_use_and_wait, args=(home, told, may_go))
    second.start()
    assert not told.wait(4)
    assert (home / "cluster.new" / "untouched").exists(), "two at work on one cluster would spoil it"
    os.kill(number, signal.SIGCONT)
    assert told.wait(60)
    may_go.set()
    second.join(60)
    assert second.exitcode == 0


def test_a_kill_at_any_instant_of_the_first_start_leaves_a_home_that_starts(home):
    seed = int(os.environ.get("REPRIEVE_SEED") or random.SystemRandom().randrange(10**6))
    print(f"replay with REPRIEVE_SEED={seed}")
    draw = random.Random(seed)
    for _ in range(8):
        process = FORK.Process(target=_use_and_wait, args=(home, FORK.Event(), FORK.Event()))
        process.start()
        time.sleep(draw.uniform(0.01, 1.5))
        process.kill()
        process.join(60)
    with running_server(environment_of(home)):
        write_note(home, "whole")
        assert notes(home) == ["whole"]
    left = {path.name for path in home.iterdir()}
    assert left <= {"cluster", "secrets.json", "server.lock", "server.log", "socket", "start.lock", "users.lock"}


@needs_system
def test_the_systems_own_server_serves_where_it_is_asked_for_and_keeps_its_cluster(home):
    asked = environment_of(home) | {"REPRIEVE_POSTGRES_BIN": str(SYSTEM)}
    start_server(asked)
    assert server_status(asked).version.startswith("15.")
    write_note(home, "by 15")
    assert "storage.0003_ledger" in _ran(asked, "migrate")["applied"], "the records need nothing newer"
    stop_server(asked)
    # Asked for no programs, those of the version that made the cluster are found.
    asked.pop("REPRIEVE_POSTGRES_BIN")
    with running_server(asked):
        assert server_status(asked).version.startswith("15.")
        assert notes(home) == ["by 15"]


def test_programs_of_another_version_are_refused_with_the_version_that_is_needed(made):
    (made / "cluster" / "PG_VERSION").write_text("14\n")
    with pytest.raises(BadInput, match="version 14, which made this cluster"):
        start_server(environment_of(made))


def test_no_programs_are_said_to_be_missing_and_where_to_get_them(home, tmp_path):
    with pytest.raises(BadInput, match=r"REPRIEVE_POSTGRES_BIN: found no PostgreSQL; .*version 15 or newer"):
        start_server(environment_of(home) | {"REPRIEVE_POSTGRES_BIN": str(tmp_path)})


def test_lost_secrets_are_asked_for_and_never_replaced(made):
    kept = (made / "secrets.json").read_text()
    (made / "secrets.json").unlink()
    with pytest.raises(BadInput, match="restore it from your backup"):
        start_server(environment_of(made))
    (made / "secrets.json").write_text(kept[:40])
    with pytest.raises(BadInput, match="a damaged file"):
        start_server(environment_of(made))
    (made / "secrets.json").write_text(kept)
    with running_server(environment_of(made)):
        assert state(made) == "running"


def test_a_cluster_that_cannot_start_says_what_the_server_said(made):
    (made / "cluster" / "postgresql.conf").write_text("shared_buffers = nonsense\n")
    with pytest.raises(DatabaseUnavailable, match="invalid value for parameter"):
        start_server(environment_of(made))


def _life(home: Path) -> list[str]:
    """Start, write, kill, recover and stop: what a user may expect, as one story."""
    start_server(environment_of(home))
    write_note(home, "one")
    os.kill(server_number(home), signal.SIGKILL)
    with running_server(environment_of(home)):
        write_note(home, "two")
    found = notes(home)
    stop_server(environment_of(home))
    return [*found, state(home), str(home.stat().st_uid)]


@needs_root
def test_an_ordinary_user_has_the_same_life(home):
    os.chown(home.parent, 65534, 65534)
    found, uid = as_ordinary_user(_life, home)
    assert found == ["one", "two", "stopped", str(uid)]


def test_the_command_starts_shows_migrates_and_stops(made):
    assert _ran(environment_of(made), "status")["state"] == "stopped"
    assert _ran(environment_of(made), "start")["state"] == "running"
    assert _ran(environment_of(made), "migrate")["applied"][-1].startswith("storage.")
    assert _ran(environment_of(made), "migrate")["applied"] == []
    assert _ran(environment_of(made), "stop") == {"state": "stopped", "was_running": True}
    assert _ran(environment_of(made), "status")["state"] == "stopped"
