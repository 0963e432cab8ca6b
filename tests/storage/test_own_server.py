"""On a server that somebody else runs, what the threat model tells its administrator to type is enough to lend."""

import json
import re
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from reprieve.storage.cluster import SUPERUSER
from tests.storage.homes import environment_of

PAGE = Path(__file__).parents[2] / "docs" / "threat_model.md"
NAMES = {"owner": "lending_owner", "app": "lending_app", "reprieve": "lending"}


@pytest.fixture
def addresses(postgres_server):
    """Make roles and a database as the page says, under other names, and return the addresses of both roles."""
    [block] = [
        block for block in re.findall(r"```sql\n(.*?)```", PAGE.read_text(), re.DOTALL) if "CREATE ROLE" in block
    ]
    renamed = re.sub(r"\b(owner|app|reprieve)\b", lambda found: NAMES[found.group()], block)
    with postgres_server.connect(SUPERUSER, autocommit=True) as connection:
        for statement in filter(None, map(str.strip, renamed.split(";"))):
            connection.execute(statement.encode())
        yield [
            f"postgresql://{NAMES[role]}:%E2%80%A6@/lending?host={postgres_server.address.socket}"
            for role in ("app", "owner")
        ]
        connection.execute("DROP DATABASE lending WITH (FORCE)")
        for role in ("owner", "app"):
            connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(NAMES[role])))


def _ran(verb: str, tmp_path: Path, **variables: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-c", f"from reprieve.cli.database import database; database(['{verb}', '--json'])"],
        env=environment_of(tmp_path / "no home") | {"REPRIEVE_SECRET_KEY": "k"} | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_migrates_as_the_owner_and_grants_to_the_app(addresses, tmp_path):
    app, owner = addresses
    done = _ran("migrate", tmp_path, DATABASE_URL=app, DATABASE_OWNER_URL=owner)
    assert done.returncode == 0, done.stderr
    assert "storage.0003_ledger" in json.loads(done.stdout)["applied"]
    with psycopg.connect(app) as connection:
        connection.execute(
            "INSERT INTO customer (number, language, time_zone, registered_at) VALUES ('1', 'zh', '', now())"
        )
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("DELETE FROM event")
    with psycopg.connect(app) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("CREATE TEMPORARY TABLE mine (x int)")
    assert not (tmp_path / "no home").exists()


def test_a_server_of_somebody_else_is_neither_started_nor_stopped(addresses, tmp_path):
    for verb in ("start", "stop", "status"):
        done = _ran(verb, tmp_path, DATABASE_URL=addresses[0])
        assert json.loads(done.stdout) == {"state": "elsewhere", "reason": "DATABASE_URL"}
    with psycopg.connect(addresses[0]) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
