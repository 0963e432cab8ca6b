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


def _operations() -> dict[str, dict]:
    return {
        operation["operationId"]: operation
        for methods in api.get_openapi_schema()["paths"].values()
        for operation in methods.values()
    }


def _takes_files(operation: dict) -> bool:
    return bool(set(operation["requestBody"]["content"]) - {"application/json"})


@pytest.mark.fast
def test_every_exception_is_for_an_operation_that_exists_and_for_that_check_alone():
    known = _operations()
    for exception in tomllib.loads(CONFIG.read_text("utf-8"))["operations"]:
        given = exception.pop("include-operation-id")
        names = {given} if isinstance(given, str) else set(given)
        assert names <= set(known)
        checks = set(exception.pop("checks"))
        if "negative_data_rejection" in checks:
            assert all(_takes_files(known[name]) for name in names)
        assert checks - {"negative_data_rejection"} == {"positive_data_acceptance"}
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
    assert found["operations"]["tested"] == len(_operations())
    assert found["test_cases"]["generated"] > 1000
