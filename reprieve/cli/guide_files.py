"""Writes the files a person asks the guide for: a calendar of reminders and a plan to print. Never replaces another.

A file appears whole or not at all, readable by its owner alone. One that is already there stays, unless it would be the
same or `force` is given.
"""

import os
import sys
import tempfile
from pathlib import Path

from reprieve.errors import BadInput
from reprieve.lending.guide.guide_answer import Answer
from reprieve.words import Words


def write_ics(answer: Answer, path: str, say: Words, *, has_amounts: bool = True, force: bool = False) -> None:
    """Write the reminders of an answer as a calendar. Raises `BadInput` where the file cannot be written."""
    from reprieve.cli.guide_calendar import calendar_of
    from reprieve.cli.guide_proposal import proposal_of

    payments = sum(plan.months for debt in answer.debts if (plan := proposal_of(answer, debt.number - 1)) is not None)
    _write("--ics", path, calendar_of(answer, say, has_amounts=has_amounts), force=force)
    _tell(say.text("calendar.written" if payments else "calendar.written_no_plan", path=path, count=payments))


def write_pdf(answer: Answer, path: str, say: Words, *, force: bool = False) -> None:
    """Write an answer as pages to print. Raises `BadInput` where no font fits or the file cannot be written."""
    from reprieve.cli.guide_print import pdf_of

    _write("--pdf", path, pdf_of(answer, say), force=force)
    _tell(say.text("print.written", path=path))


def _write(flag: str, path: str, content: bytes, *, force: bool) -> None:
    target = Path(path)
    _check(flag, target)
    if target.exists() and not force:
        if target.read_bytes() == content:
            return
        raise BadInput(flag, f"{path}, which is there already", "a new name, or --force to replace it", code="exists")
    try:
        _replace(target, content)
    except OSError as error:
        found = f"{path} ({(error.strerror or 'not possible').lower()})"
        raise BadInput(flag, found, "a file in a folder you may write to", code="unwritable") from error


def _check(flag: str, target: Path) -> None:
    """Refuse what cannot be a file of its own."""
    if str(target) in ("-", "."):
        allowed = "the name of a file; the answer itself goes to the screen"
        raise BadInput(flag, str(target), allowed, code="unwritable")
    if target.exists() and not target.is_file():
        raise BadInput(flag, str(target), "the name of an ordinary file", code="unwritable")
    if not target.parent.is_dir():
        raise BadInput(flag, str(target), f"a file in a folder that exists; there is no {target.parent}", code="folder")


def _replace(target: Path, content: bytes) -> None:
    """Write beside the target, then take its name: a failure leaves nothing half written."""
    handle, beside = tempfile.mkstemp(dir=target.parent, prefix=".reprieve-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(beside).replace(target)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


def _tell(sentence: str) -> None:
    """Say what was written where it does not mix with the answer."""
    print(sentence, file=sys.stderr)
