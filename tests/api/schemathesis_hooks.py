"""What schemathesis cannot know by itself. Never turns a wrong request into a right one.

A key that it drew twice is a reuse, so each request gets a new one. JSON Schema calls 1.0 an integer; money with a
decimal point is refused here on purpose (`tests/api/test_commands.py`), so whole numbers are sent as such.
"""

import re
import uuid
from typing import Any

import schemathesis

KEY = re.compile("[!-~]{1,255}")


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """Put a new key in place of a drawn one that may stand, and whole numbers in place of floats that are whole."""
    headers = case.headers
    if headers and KEY.fullmatch(str(headers.get("Idempotency-Key") or "")):
        headers["Idempotency-Key"] = uuid.uuid4().hex
    case.body = _whole(case.body)


def _whole(part: Any) -> Any:
    if isinstance(part, dict):
        return {key: _whole(below) for key, below in part.items()}
    if isinstance(part, list):
        return [_whole(below) for below in part]
    return int(part) if isinstance(part, float) and part.is_integer() else part
