"""Reads what a command is given: a file or standard input, days, numbers. Turns failures into `BadInput`."""

import sys
from datetime import date
from pathlib import Path
from typing import Final

from reprieve.errors import BadInput

BYTES_MOST: Final = 256 * 1024 * 1024
DAYS_MOST: Final = 36_500


def read_document(file: str) -> bytes:
    """Return the bytes of a file, or of standard input for `-`. Raises `BadInput`."""
    try:
        if file == "-":
            return sys.stdin.buffer.read(BYTES_MOST + 1)[: BYTES_MOST + 1]
        path = Path(file)
        if path.is_dir():
            raise _bad("FILE", f"the folder {file}", "a JSON file, or - for standard input")
        with path.open("rb") as stream:
            read = stream.read(BYTES_MOST + 1)
    except FileNotFoundError:
        raise _bad("FILE", f"no file {file}", "a JSON file that exists, or - for standard input") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise _bad("FILE", f"{file}: {reason}", "a JSON file that can be read") from None
    if len(read) > BYTES_MOST:
        raise _bad("FILE", f"more than {BYTES_MOST // 2**20} MiB", "a smaller document")
    return read


def read_day(flag: str, words: str | None) -> date | None:
    """Return the day of a flag, if it was given. Raises `BadInput`."""
    if words is None:
        return None
    try:
        on = date.fromisoformat(words)
    except ValueError:
        on = None
    if on is None or len(words) != 10 or not 1900 <= on.year < 2300:
        raise _bad(flag, words, "a date written YYYY-MM-DD, from 1900-01-01 to 2299-12-31")
    return on


def read_days(flag: str, words: str) -> list[int]:
    """Return numbers of days separated by commas. Raises `BadInput`."""
    parts = [part.strip() for part in words.split(",")]
    if not all(part.isascii() and part.isdigit() and len(part) < 9 and int(part) <= DAYS_MOST for part in parts):
        raise _bad(flag, words, f"whole numbers of days up to {DAYS_MOST}, separated by commas")
    return [int(part) for part in parts]


def _bad(where: str, found: str, allowed: str) -> BadInput:
    return BadInput(where, found, allowed, f"At {where}: found {found}; allowed is {allowed}.", "argument")
