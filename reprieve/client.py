"""A thin client of the REST API. Never takes anything twice: each try of a command carries the same key.

What it returns is the answer as `docs/reference/openapi.json` describes it; what goes wrong is raised as `Problem`.
"""

import json
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping
from types import TracebackType
from typing import Any, Final, Literal, Self

import httpx

from reprieve.errors import ReprieveError

Answer = dict[str, Any]
Question = Literal[
    "schedule", "position", "remaining", "explain", "cost", "project", "apr", "guide", "affordability", "disclosure"
]
TRIES_MOST: Final = 5
WAIT_MOST: Final = 30.0
_AGAIN: Final = ("key-running", "too-many", "unavailable")
"""Kinds of problem that pass by themselves."""


class Problem(ReprieveError):
    """What the server refused: `kind` is its stable word, `errors` and `refusals` say what and why."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        super().__init__(str(document.get("detail", "")))
        self.document = dict(document)
        self.status = int(document.get("status", 0))
        self.kind = str(document.get("type", "")).rpartition(":")[2]
        self.errors: list[dict[str, str]] = list(document.get("errors", ()))
        self.refusals: list[dict[str, str]] = list(document.get("refusals", ()))
        self.request_id = str(document.get("request_id", ""))

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.document,)


class Client:
    """The API of one server, as one user. Waits a little and asks again where an answer was lost."""

    def __init__(
        self, url: str, token: str = "", *, timeout: float = 30.0, transport: httpx.BaseTransport | None = None
    ) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        base = f"{url.rstrip('/')}/api/v1"
        self._http = httpx.Client(base_url=base, headers=headers, timeout=timeout, transport=transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let the connections go."""
        self._http.close()

    def calculate(self, question: Question, document: Mapping[str, Any], **query: Any) -> Answer:
        """Ask about one document; nothing is stored."""
        return self._answer("POST", f"/calculate/{question}", json=dict(document), params=_given(query))

    def get(self, path: str, **query: Any) -> Answer:
        """Ask for what stands at a path below `/api/v1`."""
        return self._answer("GET", path, params=_given(query))

    def pages(self, path: str, **query: Any) -> Iterator[Answer]:
        """Yield every row of a list, page after page."""
        page = self.get(path, **query)
        yield from page["data"]
        while page.get("has_more"):
            page = self.get(path, **{**query, "after": page["next"]})
            yield from page["data"]

    def command(
        self, path: str, document: Mapping[str, Any], *, key: str | None = None, if_match: str | None = None
    ) -> Answer:
        """Carry out a command once, however often it has to be sent; `key` is drawn where none is given."""
        headers = {"Idempotency-Key": key or uuid.uuid4().hex}
        if if_match is not None:
            headers["If-Match"] = if_match
        return self._answer("POST", path, json=_given(document), headers=headers)

    def upload(
        self, path: str, content: bytes | str, media_type: str, *, key: str | None = None, **query: Any
    ) -> Answer:
        """Send a file once, however often it has to be sent; `key` is drawn where none is given."""
        headers = {"Idempotency-Key": key or uuid.uuid4().hex, "Content-Type": media_type}
        return self._answer("POST", path, content=content, headers=headers, params=_given(query))

    def read_bytes(self, path: str) -> bytes:
        """Ask for what stands at a path, byte for byte."""
        return self._sent("GET", path).content

    def propose_product(self, product: Mapping[str, Any]) -> Answer:
        """Propose a version of a product."""
        return self.command("/products/proposals", {"product": dict(product)})

    def publish_product(self, proposal: int) -> Answer:
        """Publish what somebody else proposed."""
        return self.command(f"/products/proposals/{proposal}/publication", {})

    def register_customer(
        self, number: str, *, language: Literal["zh", "en"], identifiers: Mapping[str, str] | None = None
    ) -> Answer:
        """Register a customer."""
        given = {"number": number, "language": language, "identifiers": dict(identifiers or {})}
        return self.command("/customers", given)

    def apply_for_credit(self, application: Mapping[str, Any]) -> Answer:
        """Apply for credit with a budget."""
        return self.command("/applications", application)

    def decide_application(self, application: int, *, is_approved: bool) -> Answer:
        """Approve or decline an application."""
        return self.command(f"/applications/{application}/decisions", {"is_approved": is_approved})

    def disclose(self, application: int, *, language: Literal["zh", "en"]) -> Answer:
        """Show the cost of an approved application."""
        return self.command(f"/applications/{application}/disclosures", {"language": language})

    def answer_questions(self, disclosure: int, answers: Mapping[str, int]) -> Answer:
        """Answer the questions of a disclosure, by the place of an option."""
        return self.command(f"/disclosures/{disclosure}/answers", {"answers": dict(answers)})

    def sign_application(self, disclosure: int, *, document_sha256: str, number: str, method: str) -> Answer:
        """Sign what was shown, and pay out."""
        given = {"document_sha256": document_sha256, "number": number, "method": method}
        return self.command(f"/disclosures/{disclosure}/signatures", given)

    def shown_document(self, disclosure: int) -> bytes:
        """Return what was shown, byte for byte; its SHA-256 is what is signed."""
        return self.read_bytes(f"/disclosures/{disclosure}/document")

    def quote_plan(self, contract: str, plan: Mapping[str, Any]) -> Answer:
        """Quote a plan, a pause or a moratorium."""
        return self.command(f"/contracts/{contract}/plan-quotes", {"plan": dict(plan)})

    def sign_plan(self, contract: str, quote_id: int) -> Answer:
        """Sign the relief that somebody else had quoted."""
        return self.command(f"/contracts/{contract}/plans", {"quote_id": quote_id})

    def quote_settlement(self, contract: str) -> Answer:
        """Quote what ends a loan today."""
        return self.command(f"/contracts/{contract}/settlement-quotes", {})

    def settle(self, contract: str, quote_id: int, *, key: str | None = None) -> Answer:
        """Pay what was quoted, which ends the loan."""
        return self.command(f"/contracts/{contract}/settlements", {"quote_id": quote_id}, key=key)

    def certify_settlement(self, contract: str) -> Answer:
        """Certify that a loan is paid."""
        return self.command(f"/contracts/{contract}/settlement-certificates", {})

    def open_dispute(self, contract: str, *, month: str, says: str) -> Answer:
        """Object to what was filed about a month."""
        return self.command(f"/contracts/{contract}/disputes", {"month": month, "says": says})

    def take_bank_file(self, content: bytes | str, media_type: str, *, key: str | None = None, **form: Any) -> Answer:
        """Take a bank's file, `text/csv` or `application/xml` (camt.053); `form` says how a CSV file is written."""
        return self.upload("/bank-files", content, media_type, key=key, **form)

    def import_book(
        self, loans: Iterable[Mapping[str, Any]], control: Mapping[str, int], *, key: str | None = None,
        is_dry_run: bool = True,
    ) -> Answer:  # fmt: skip
        """Try a book out, or take it over; `control` are its totals: `loans`, `principal`, `outstanding_total`."""
        content = "".join(json.dumps(loan, ensure_ascii=False) + "\n" for loan in loans)
        query = {"dry_run": "true" if is_dry_run else "false", **control}
        return self.upload("/book-imports", content, "application/x-ndjson", key=key, **query)

    def contract(self, contract: str) -> Answer:
        """Return a contract with its case file."""
        return self.get(f"/contracts/{contract}")

    def position(self, contract: str, *, on: str | None = None, known_on: str | None = None) -> Answer:
        """Return what is owed at the end of a day, as known at the end of a day."""
        return self.get(f"/contracts/{contract}/position", on=on, known_on=known_on)

    def remaining(self, contract: str, *, on: str | None = None) -> Answer:
        """Return the payments to come, if each is made in time."""
        return self.get(f"/contracts/{contract}/remaining", on=on)

    def preview_payment(self, contract: str, *, amount: int, on: str | None = None) -> Answer:
        """Show what a payment would cover."""
        return self.command(f"/contracts/{contract}/payment-previews", {"amount": amount, "on": on})

    def take_payment(
        self, contract: str, *, amount: int, on: str | None = None, preview_id: int | None = None,
        key: str | None = None, reference: str | None = None,
    ) -> Answer:  # fmt: skip
        """Take a payment, once."""
        given = {"amount": amount, "on": on, "preview_id": preview_id, "reference": reference}
        return self.command(f"/contracts/{contract}/payments", given, key=key)

    def _answer(self, method: str, path: str, **sent: Any) -> Answer:
        answer: Answer = self._sent(method, path, **sent).json()
        return answer

    def _sent(self, method: str, path: str, **sent: Any) -> httpx.Response:
        for turn in range(1, TRIES_MOST + 1):
            try:
                response = self._http.request(method, path, **sent)
            except httpx.TransportError:
                if turn == TRIES_MOST:
                    raise
                time.sleep(_pause(turn, ""))
                continue
            if response.is_success:
                return response
            problem = _problem_of(response)
            if problem.kind not in _AGAIN or turn == TRIES_MOST:
                raise problem
            time.sleep(_pause(turn, response.headers.get("Retry-After", "")))
        raise AssertionError("the last try returns or raises")


def _problem_of(response: httpx.Response) -> Problem:
    if response.headers.get("Content-Type", "").startswith("application/problem+json"):
        return Problem(response.json())
    kind = "unavailable" if response.status_code in (502, 503, 504) else "unknown"
    detail = f"The server answered {response.status_code} without a problem document."
    return Problem({"type": f"urn:reprieve:problem:{kind}", "status": response.status_code, "detail": detail})


def _pause(turn: int, said: str) -> float:
    """Return how many seconds to wait: as told, else twice as long each time."""
    return min(float(said), WAIT_MOST) if said.isdigit() else 0.1 * 2**turn


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
