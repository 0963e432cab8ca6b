"""The transcript of a loan by curl is what a real server answers: every command is run, in order, on a new lender."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.api.live import serving
from tests.postgres import cloned, dropped

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "how-to" / "loan-by-curl.md"
MARK = "~~~ end of command ~~~"
SECONDS_MOST = 240
_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def steps(text: str) -> list[tuple[str, list[str]]]:
    """Return each command of the page with the stretches of output it shows, between ellipses and line ends."""
    found: list[tuple[list[str], list[str]]] = []
    for block in _BLOCK.findall(text):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append(([line[2:]], []))
            elif line.startswith("  "):
                found[-1][0].append(line)
            else:
                found[-1][1].extend(part for part in line.split("…") if part.strip())
    return [("\n".join(command), shown) for command, shown in found]


def missing(shown: list[str], printed: str) -> list[str]:
    """Return the stretches that are not printed in their order."""
    absent, at = [], 0
    for stretch in shown:
        found = printed.find(stretch.strip(), at)
        if found < 0:
            absent.append(stretch)
        at = max(at, found)
    return absent


def answers(commands: list[str], url: str, environment: dict[str, str]) -> list[str]:
    """Return what each command prints, all of them run by one shell."""
    script = [f'reprieve() {{ "{sys.executable}" -m reprieve.cli "$@"; }}']
    for command in commands:
        script += [command.replace("http://127.0.0.1:8000", url), f"echo '{MARK}'"]
    ran = subprocess.run(
        ["bash", "-u"], input="\n".join(script), env=environment, capture_output=True, text=True, timeout=SECONDS_MOST,
        check=False, cwd=ROOT,
    )  # fmt: skip
    parts = ran.stdout.split(f"{MARK}\n")[:-1]
    assert len(parts) == len(commands), ran.stderr[-3000:]
    return parts


@pytest.mark.fast
def test_the_page_shows_every_step_with_what_it_answers():
    found = steps(PAGE.read_text("utf-8"))
    assert len(found) > 25
    silent = [command for command, shown in found if not shown]
    assert all(re.match(r"[A-Z]+=|(get|post)\(\)", command) for command in silent)


def test_every_command_of_the_page_answers_what_it_shows(django_db_setup, tmp_path):
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    database = cloned(django_db_setup)
    with (tmp_path / "log").open("wb") as stream, serving(database, stream, tmp_path / "log") as url:
        environment = {**os.environ, "DATABASE_URL": database.url("app"), "NUMBA_DISABLE_JIT": "1"}
        told = steps(PAGE.read_text("utf-8"))
        printed = answers([command for command, _ in told], url, environment)
    dropped(database)
    off = [(command, absent, said) for (command, shown), said in zip(told, printed) if (absent := missing(shown, said))]
    assert off == []
    _, shown = told[-1]
    assert missing([part.replace('"owed": 0', '"owed": 1') for part in shown], printed[-1]), "a wrong figure is noticed"
