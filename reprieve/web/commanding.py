"""Between a request and a command: the act, the version, the answer, the page. Never decides whether a command may run.

Every command needs an Idempotency-Key; the key belongs to the token's user, and what was answered first is answered
again, word for word.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Final

from django.http import HttpRequest, HttpResponse
from pydantic import Field

from reprieve.errors import BadInput, Refused
from reprieve.lending.field import Document
from reprieve.operations import reading
from reprieve.operations.command import Act, Done
from reprieve.web import metrics
from reprieve.web.access import caller_of
from reprieve.web.problem import HttpProblem
from reprieve.web.reading import Asked, Digits, read
from reprieve.web.responses import answered, tagged

LIMIT_MOST: Final = 100
_KEY: Final = re.compile(r"[!-~]{1,255}")
_TAGS: Final = re.compile(r'(W/)?"[!#-~]*"')
_TAG: Final = re.compile(r'"v([0-9]{1,9})"')
_NAMES: Final = {
    f"unknown_{noun}": noun
    for noun in (
        "contract",
        "customer",
        "account",
        "application",
        "disclosure",
        "dispute",
        "proposal",
        "endpoint",
        "document",
    )
}
"""Codes of errors that say that what an address names is not there, and the name in the address."""
_MOVED: Final = ("facts_moved", "expired")

Command = Callable[..., Done]


class PageAsked(Asked):
    """Which page of a list."""

    after: str | None = Field(default=None, max_length=200, examples=[None])
    """The `next` of the page before [the first page]."""
    limit: Annotated[int, Field(strict=True, ge=1, le=LIMIT_MOST), Digits] = Field(default=LIMIT_MOST, examples=[10])
    """How many at most."""


class NumberedPageAsked(PageAsked):
    """Which page of a list that is in order of a number."""

    after: Annotated[str, Field(pattern="^[0-9]{1,18}$")] | None = Field(default=None, examples=[None])
    """The `next` of the page before [the first page]."""

    def number(self, after: str | None) -> int:
        """Return a cursor as its number; 0 before the first."""
        return int(after or 0)


def now() -> datetime:
    """Return the instant of the wall clock, UTC."""
    return datetime.now(UTC)


def act_of(request: HttpRequest) -> Act:
    """Return who asks for what once. Raises `HttpProblem` without a key."""
    key = request.headers.get("Idempotency-Key", "")
    if not _KEY.fullmatch(key):
        found = "nothing" if not key else f"{len(key)} characters, not all of them allowed"
        allowed = "1 to 255 visible ASCII characters, new for each new intent"
        raise HttpProblem("key-missing", f"At Idempotency-Key: found {found}; allowed is {allowed}.")
    return Act(key, caller_of(request).user, now(), str(getattr(request, "request_id", "")))


def version_of(request: HttpRequest) -> int | None:
    """Return the version that If-Match names, if it was sent. Raises `HttpProblem` for a tag that is none of ours."""
    given = request.headers.get("If-Match")
    if given is None or given.strip() == "*":
        return None
    if not _TAGS.fullmatch(given.strip()):
        raise HttpProblem("bad-request", 'At If-Match: found no ETag; allowed is one in quotes, such as "v3", or *.')
    match = _TAG.fullmatch(given.strip())
    if match is None:
        raise HttpProblem("stale", "The ETag in If-Match is none that a contract has; read the contract again.")
    return int(match[1])


def record(request: HttpRequest, command: Command, contract: str, model: type[Document]) -> HttpResponse:
    """Read a document, carry a command out on a contract, and answer 201 with the contract's new ETag."""
    act = act_of(request)
    given = read(request, model).model_dump(mode="json", by_alias=True, exclude_none=True)
    return carried_out(command(act, contract=contract, if_version=version_of(request), **given))


def carry_out(request: HttpRequest, command: Command, given: Mapping[str, Any]) -> HttpResponse:
    """Carry out a command that knows no version, and answer 201."""
    return carried_out(command(act_of(request), **given))


def carried_out(done: Done, status: int = 201) -> HttpResponse:
    """Return the answer of a command; a replay says that it is one."""
    headers = {"Idempotent-Replayed": "true"} if done.is_replay else {}
    if done.is_replay:
        metrics.replays.inc()
    if "contract" in done.answer and "version" in done.answer:
        headers["ETag"] = version_tag(done.answer["version"])
    return answered(_in_order(done.answer), status, headers)


def _in_order(document: Any) -> Any:
    """Return a document with its keys in order; the database keeps none, and a replay is the same to the letter."""
    if isinstance(document, dict):
        return {key: _in_order(document[key]) for key in sorted(document)}
    return [_in_order(one) for one in document] if isinstance(document, list | tuple) else document


def version_tag(version: int) -> str:
    """Return the ETag of a contract at a version."""
    return f'"v{version}"'


def visible(request: HttpRequest, contract: str) -> dict[str, Any]:
    """Return a contract that this caller may see. Raises `HttpProblem` as if there were none where it may not."""
    shown = reading.contract(contract)
    if not caller_of(request).may_see(str(shown["customer"])):
        raise HttpProblem("not-found", "No contract by that name is known.")
    return shown


def paged(
    request: HttpRequest, asked: PageAsked, read_page: Callable[..., Sequence[Mapping[str, Any]]], name: str
) -> HttpResponse:
    """Return one page of a list; `name` is the field of a row that the next page begins after."""
    try:
        rows = list(read_page(after=asked.after, limit=asked.limit))
    except BadInput:
        if asked.after is None:
            raise
        raise BadInput("?after", f'"{asked.after}"', "the `next` of the page before", code="cursor") from None
    last = str(rows[-1][name]) if rows else None
    has_more = len(rows) == asked.limit and bool(read_page(after=last, limit=1))
    return tagged(request, {"data": rows, "has_more": has_more, "next": last if has_more else None})


def of_command(request: HttpRequest, error: Exception) -> Exception:
    """Return what an error of a command is over HTTP: gone, replayed wrongly, moved on, not permitted, or itself."""
    if isinstance(error, BadInput):
        return _of_bad_input(request, error)
    if isinstance(error, Refused):
        return _of_refusal(error)
    return error


def _of_bad_input(request: HttpRequest, error: BadInput) -> Exception:
    addressed = request.resolver_match.kwargs if request.resolver_match else {}
    if error.code == "key_reused":
        detail = "This Idempotency-Key stood for another request before; a new request takes a new key."
        return HttpProblem("key-reused", detail)
    if _NAMES.get(error.code, "") in addressed:
        return HttpProblem("not-found", f"No {_NAMES[error.code]} by that name is known.")
    faults = tuple(_of_document(fault) for fault in error.errors)
    first = faults[0]
    return BadInput(first.path, first.found, first.allowed, first.sentence, first.code, faults)


def _of_document(fault: BadInput) -> BadInput:
    """Return a fault of a command's argument as one of the document that brought it."""
    if fault.path.startswith(("$", "?")):
        return fault
    path = f"$.{fault.path}"
    sentence = fault.sentence.replace(f"At {fault.path}:", f"At {path}:", 1)
    return BadInput(path, fault.found, fault.allowed, sentence, fault.code)


def _of_refusal(error: Refused) -> Exception:
    rules = {refusal.rule for refusal in error.refusals}
    kind = {"command.still_running": "key-running", "contract.moved_on": "stale", "authority.role": "forbidden"}
    for rule in rules:
        if rule in kind:
            return HttpProblem(kind[rule], str(error), refusals=error.refusals)
        if rule.rpartition(".")[2] in _MOVED:
            return HttpProblem("moved", str(error), refusals=error.refusals)
    return error
