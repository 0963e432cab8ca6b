"""Reads the loans of another system: one a line, or all in a JSON array. Never checks what a loan says."""

import json
from collections.abc import Mapping
from typing import Any

from reprieve.errors import BadInput
from reprieve.lending.json_document import read_json


def read_book_array(content: bytes) -> list[Mapping[str, Any]]:
    """Return the loans of a JSON array. Raises `BadInput`."""
    rows = read_json(b'{"loans": ' + content.strip().removeprefix(b"\xef\xbb\xbf") + b"}")["loans"]
    if not isinstance(rows, list):
        raise BadInput("$", "another document", "a JSON array of loans", code="document")
    for place, row in enumerate(rows):
        if not isinstance(row, Mapping):
            raise BadInput(f"$[{place}]", json.dumps(row)[:60], "an object: a loan", code="model_type")
    return rows


def read_book_lines(content: bytes, most: int) -> list[Mapping[str, Any]]:
    """Return the loans of a file with one on each line. Raises `BadInput` with the line that is no document."""
    lines = [line for line in content.split(b"\n") if line.strip()]
    if len(lines) > most:
        raise BadInput("the file", f"{len(lines):,} loans", f"at most {most:,}", code="too_long")
    rows: list[Mapping[str, Any]] = []
    for number, line in enumerate(lines, 1):
        try:
            rows.append(read_json(line))
        except BadInput as error:
            sentence = f"On line {number}: {error.sentence}"
            raise BadInput(f"$[{number - 1}]", error.found, error.allowed, sentence, error.code) from None
    return rows
