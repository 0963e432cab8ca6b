"""Puts the stand-in behind the commands, and runs them."""

import io
import json
from typing import NamedTuple

import pytest

import reprieve
from reprieve.cli import main
from tests.case_file.examples import EIGHT_THOUSAND
from tests.cli import front_door

NAMES = ("Case", "schedule", "position", "remaining", "explain", "project", "cost", "apr")


class Run(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str


@pytest.fixture
def run(monkeypatch, capsys):
    """Run a command with the stand-in behind it."""
    for name in NAMES:
        monkeypatch.setattr(reprieve, name, getattr(front_door, name), raising=False)
    front_door.asked.clear()
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")

    def ran(*arguments: str, stdin: str | None = None) -> Run:
        if stdin is not None:
            monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        with pytest.raises(SystemExit) as left:
            main(arguments)
        captured = capsys.readouterr()
        return Run(left.value.code, captured.out, captured.err)

    return ran


@pytest.fixture
def case_path(tmp_path):
    """The 8,000-yuan case in a file."""
    path = tmp_path / "case.json"
    path.write_text(json.dumps(EIGHT_THOUSAND), "utf-8")
    return str(path)
