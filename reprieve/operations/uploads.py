"""Files that come whole, each carried out once under its key: a bank file, a book. Never keeps a file's bytes.

What is in a file is done by commands of its own, one a line or a loan, so a kill in the middle loses nothing: the same
file is sent again, and the answer is the same. The first answer is kept once the whole file is done.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from hashlib import sha256
from typing import Any, Final

from django.db import transaction
from django.utils.crypto import salted_hmac

from reprieve.errors import BadInput, Refusal, Refused
from reprieve.lending.intake import Statement
from reprieve.operations.book_import import check_totals, import_book
from reprieve.operations.command import Act, Answer, Done, Work, begin
from reprieve.operations.intake import take_bank_file
from reprieve.storage import bank_files
from reprieve.storage.actors import leave_trace, user_row
from reprieve.storage.advisory import drop_upload, take_upload
from reprieve.storage.idempotency import first_answer, keep_answer

LINES_MOST: Final = 20_000
LOANS_MOST: Final = 5_000
ERRORS_MOST: Final = 1_000
"""How many rows that could not be read are told one by one; all of them are counted."""
_SALT: Final = "reprieve.upload"


def upload_bank_file(
    act: Act, content: bytes, statement: Statement, *, media_type: str, name: str = "", most: int = LINES_MOST
) -> Done:
    """Take a bank file that has been read: each line once, whichever files it appears in; the report is kept.

    Raises `BadInput` for more lines than are taken at once.
    """
    if len(statement.lines) > most:
        raise BadInput("the file", f"{len(statement.lines):,} lines", f"at most {most:,}", code="too_long")
    file_sha256 = sha256(content).digest()

    def take() -> Answer:
        report = take_bank_file(act, statement)
        return {
            "lines": report["lines"], "amounts": report["amounts"], "errors": report["errors"][:ERRORS_MOST],
            "errors_total": len(report["errors"]), "pending": statement.pending, "opening": statement.opening,
            "closing": statement.closing,
        }  # fmt: skip

    def keep(work: Work, report: Answer) -> Answer:
        number = bank_files.add(
            name, media_type, file_sha256=file_sha256, report=report, taken_by=work.user, recorded_at=work.now
        )
        return {"bank_file": number, "file_sha256": file_sha256.hex(), "name": name, **report}

    asked = _named("upload_bank_file", content, [media_type, name, _lines(statement)])
    return _once(act, "upload_bank_file", asked, take=take, keep=keep)


def upload_book(
    act: Act, loans: Sequence[Mapping[str, Any]], control: Mapping[str, Any], *, content: bytes, is_dry_run: bool,
    most: int = LOANS_MOST,
) -> Done:  # fmt: skip
    """Import a book that has been read, or only try to. Raises `Refused` where control totals of an import are off."""
    if len(loans) > most:
        raise BadInput("the file", f"{len(loans):,} loans", f"at most {most:,}", code="too_long")

    def take() -> Answer:
        report = import_book(act, loans, control, is_dry_run=is_dry_run)
        if not is_dry_run:
            check_totals(report)
        rejected = report["rejected"]
        return {
            **report, "rejected": rejected[:ERRORS_MOST], "rejected_total": len(rejected), "is_dry_run": is_dry_run,
            "off": [{"total": name, **one} for name, one in report["off"].items()],
        }  # fmt: skip

    asked = _named("upload_book", content, [dict(control), is_dry_run])
    return _once(act, "upload_book", asked, take=take, keep=lambda _, report: report)


def _once(act: Act, name: str, asked: bytes, *, take: Callable[[], Answer], keep: Callable[..., Answer]) -> Done:
    """Answer a key that was answered before; else do the work and keep its answer. One try at a time."""
    user = user_row(act.user)
    if not take_upload(user, act.key):
        because = "A file with this key is still being worked on. Ask again in a moment for its answer."
        raise Refused((Refusal("command.still_running", because, "each key is worked on once"),))
    try:
        with transaction.atomic():
            known = first_answer(user, act.key, asked)
        if known is not None:
            return Done(known, is_replay=True)
        return Done(_kept(act, name, asked, keep=partial(keep, report=take())), is_replay=False)
    finally:
        drop_upload(user, act.key)


def _kept(act: Act, name: str, asked: bytes, *, keep: Callable[[Work], Answer]) -> Answer:
    """Keep what came of a file, with its key and its trace, in one commit."""
    with transaction.atomic():
        user = user_row(act.user)
        known = first_answer(user, act.key, asked)
        assert known is None, "nobody else has the key"
        work = begin(act, user)
        answer = keep(work)
        keep_answer(user, act.key, asked, answer=answer, started_at=work.now)
        subject = ("bank_file", str(answer["bank_file"])) if "bank_file" in answer else ("command", "")
        leave_trace(name, subject, user=user, request_id=act.request_id, facts={}, at=work.now)
    return answer


def _named(name: str, content: bytes, options: Sequence[Any]) -> bytes:
    """Return the keyed hash of what was asked, so that nobody can try out what a file held."""
    told = sha256(content).hexdigest()
    return salted_hmac(_SALT, repr([name, told, *options]), algorithm="sha256").digest()


def _lines(statement: Statement) -> str:
    """Return the hash of the lines as they were read: the same bytes read in another format are another request."""
    told = (f"{one.key} {one.booked_on} {one.amount} {one.currency} {one.reference}" for one in statement.lines)
    return sha256("\n".join(told).encode()).hexdigest()
