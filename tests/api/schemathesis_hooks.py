"""What schemathesis cannot know by itself: how files look. Never turns a wrong request into a right one.

A key that it drew twice is a reuse, so each request gets a new one. JSON Schema calls 1.0 an integer; money with a
decimal point is refused here on purpose (`tests/api/test_commands.py`), so whole numbers are sent as such.
"""

import re
import uuid
from typing import Any

import schemathesis
from hypothesis import strategies as st

KEY = re.compile("[!-~]{1,255}")
CELL = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=12)
ROWS = st.lists(st.lists(CELL, min_size=1, max_size=5).map(",".join), max_size=4)
CSV = st.builds(lambda rows: "\n".join(["date,amount,reference,id", *rows]).encode(), ROWS)
XML = st.builds(
    lambda inner, tag: f"<{tag}><BkToCstmrStmt><Stmt>{inner}</Stmt></BkToCstmrStmt></{tag}>".encode(),
    st.sampled_from(["", "<Ntry/>", "<Ntry><Amt>x</Amt></Ntry>", "<Bal><Amt Ccy='CNY'>1</Amt></Bal>", "<", "&a;"]),
    st.sampled_from(["Document", "document", "Envelope"]),
)
NDJSON = st.lists(st.sampled_from(["{}", "[]", '{"number": "M-1"}', "null", "{", '"a"']), max_size=4)
schemathesis.openapi.media_type("text/csv", CSV)
schemathesis.openapi.media_type("application/xml", XML)
schemathesis.openapi.media_type("application/x-ndjson", NDJSON.map(lambda lines: "\n".join(lines).encode()))


@schemathesis.serializer("text/csv", "application/xml", "application/x-ndjson")
def as_it_is(_: Any, value: Any) -> bytes:
    """Return a file as the bytes that are sent."""
    return value if isinstance(value, bytes) else str(value).encode(errors="replace")


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
