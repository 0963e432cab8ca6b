"""Schemathesis' default checks against the live server: whatever is sent, the answer is one that was declared.

Bounded to about two minutes; what it draws is the same each time. What is set aside, and why: `schemathesis.toml`.
"""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from reprieve.web.api import api
from tests.api.live import live

__all__ = ["live"]
ROOT = Path(__file__).resolve().parents[2]
CONFIG = Path(__file__).with_name("schemathesis.toml")
EXAMPLES = 3
SECONDS_MOST = 420


def _names() -> set[str]:
    return {
        operation["operationId"]
        for methods in api.get_openapi_schema()["paths"].values()
        for operation in methods.values()
    }


@pytest.mark.fast
def test_every_exception_is_for_an_operation_that_exists_and_for_that_check_alone():
    for exception in tomllib.loads(CONFIG.read_text("utf-8"))["operations"]:
        names = exception.pop("include-operation-id")
        assert {names} <= _names() if isinstance(names, str) else set(names) <= _names()
        assert set(exception.pop("checks")) == {"positive_data_acceptance"}
        assert all(phase == {"enabled": False} for phase in exception.pop("phases", {}).values())
        assert exception == {}


def test_every_answer_is_one_that_was_declared(live, tmp_path):
    report = tmp_path / "report.json"
    command = [
        sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIG), "run",
        f"{live.url}/api/v1/openapi.json", "--continue-on-failure", "--generation-deterministic", "--no-color",
        "--max-examples", str(EXAMPLES), "--suppress-health-check", "all", "--report-json-path", str(report),
    ]  # fmt: skip
    environment = {**os.environ, "REPRIEVE_TEST_TOKEN": live.token, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=SECONDS_MOST, check=False
    )
    assert ran.returncode == 0, ran.stdout[-8000:] + ran.stderr[-2000:]
    found = json.loads(report.read_text("utf-8"))
    assert found["complete"]
    assert found["operations"]["tested"] == len(_names())
    assert found["test_cases"]["generated"] > 1000
