"""The transcript on the front page is what the command prints; an ellipsis stands for lines left out."""

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from reprieve.cli.application import application

pytestmark = pytest.mark.fast

README = Path(__file__).parents[2] / "README.md"
_BLOCK = re.compile(r"<!-- transcript: begin -->\n\n```text\n(.*?)```", re.DOTALL)


def chunks(text: str) -> tuple[list[str], list[str]]:
    """Return the command of a transcript, and the stretches of output it shows."""
    command, _, shown = text.replace("\\\n", "").partition("\n")
    return shlex.split(command.removeprefix("$ reprieve ")), [part.strip("\n") for part in shown.split("…\n")]


def missing(text: str) -> list[str]:
    """Return the stretches of a transcript that the command does not print, in their order."""
    arguments, stretches = chunks(text)
    result = CliRunner().invoke(application, [*arguments, "--lang", "en"], env={"COLUMNS": "80", "NO_COLOR": "1"})
    assert result.exit_code == 0, result.output
    printed = "\n".join(line.rstrip() for line in result.output.splitlines())
    absent, at = [], 0
    for stretch in stretches:
        found = printed.find(stretch, at)
        if found < 0:
            absent.append(stretch)
        at = max(at, found)
    return absent


def test_the_front_page_shows_what_the_command_prints():
    [text] = _BLOCK.findall(README.read_text())
    assert len(chunks(text)[1]) > 2
    assert missing(text) == []


def test_a_wrong_figure_on_the_front_page_is_noticed():
    [text] = _BLOCK.findall(README.read_text())
    assert missing(text.replace("536.64", "536.65")) != []
