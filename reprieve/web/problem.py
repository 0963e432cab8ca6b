"""Problems (RFC 9457): whatever goes wrong becomes one document with a stable word and a sentence. Never a traceback.

The document is the one the command line prints with `--json`, with the request's id beside it.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from pydantic import Field

from reprieve.errors import BadInput, Refusal, Refused, ReprieveError, Unsupported
from reprieve.lending.answers import Answer

MEDIA_TYPE: Final = "application/problem+json"
ERRORS_MOST: Final = 20

KINDS: Final[dict[str, tuple[int, str, str]]] = {
    "bad-request": (400, "The request cannot be read.", "这个请求读不了。"),
    "key-missing": (400, "This needs an Idempotency-Key.", "这里需要 Idempotency-Key。"),
    "unauthenticated": (401, "This needs a token.", "这里需要访问令牌。"),
    "forbidden": (403, "This token may not do that.", "这个令牌没有这项权限。"),
    "not-found": (404, "There is nothing here.", "这里没有内容。"),
    "method": (405, "This address does not take that method.", "这个地址不接受该方法。"),
    "key-running": (409, "The first request with this key is still running.", "同一个键的第一次请求还在处理。"),
    "moved": (409, "The facts have moved since they were shown.", "展示之后，情况已有变化。"),
    "refused": (409, "A rule does not allow this.", "按规则不能这样做。"),
    "length-needed": (411, "This needs a Content-Length.", "这里需要 Content-Length。"),
    "stale": (412, "Somebody changed this in the meantime.", "这份内容已被他人改过。"),
    "too-large": (413, "The document is too large.", "文件太大。"),
    "media-type": (415, "The document is not of a type that is read here.", "这里不读这种类型的文件。"),
    "bad-input": (422, "The input cannot be read.", "这份输入读不了。"),
    "key-reused": (422, "This key belongs to another request.", "这个键已用于另一个请求。"),
    "too-many": (429, "Too many requests; please wait a moment.", "请求太多，请稍候。"),
    "internal": (500, "Reprieve made a mistake.", "程序出错了，这不是您的错。"),
    "unavailable": (503, "The database cannot be reached just now.", "数据库暂时连不上。"),
}
"""Each kind of problem: its status, and its title in English and in Chinese."""

_BY_STATUS: Final = {400: "bad-request", 401: "unauthenticated", 403: "forbidden", 404: "not-found", 405: "method"} | {
    413: "too-large", 415: "media-type", 429: "too-many", 503: "unavailable",
}  # fmt: skip


@dataclass(eq=False)
class HttpProblem(ReprieveError):
    """A problem of the exchange itself: a missing token, a key used twice. Raised by views."""

    kind: str
    detail: str
    headers: Mapping[str, str] = field(default_factory=dict)
    refusals: tuple[Refusal, ...] = ()

    def __str__(self) -> str:
        return self.detail


def problem_of(error: Exception, language: str = "en") -> tuple[int, dict[str, Any], Mapping[str, str]]:
    """Return the status, the document and the headers for an error."""
    if isinstance(error, HttpProblem):
        status, shown = _document(error.kind, error.detail, language)
        return status, shown | _refusals(error.refusals), error.headers
    if isinstance(error, BadInput):
        status, shown = _document("bad-input", str(error), language)
        return status, shown | {"errors": [_fault(fault) for fault in error.errors[:ERRORS_MOST]]}, {}
    if isinstance(error, Refused):
        status, shown = _document("refused", str(error), language)
        return status, shown | _refusals(error.refusals), {}
    if isinstance(error, Unsupported):
        status, shown = _document("refused", str(error), language)
        return status, shown | {"errors": [_fault(error)]}, {}
    detail = "The fault is ours and is logged under the request's id; send us that id and we can find it."
    return *_document("internal", detail, language), {}


def problem_of_status(status: int, language: str = "en") -> dict[str, Any]:
    """Return the document for a response that carries a status and no document of its own."""
    kind = _BY_STATUS.get(status, "internal" if status >= 500 else "bad-request")
    details = {
        "bad-request": "It is no request to this server; REPRIEVE_ALLOWED_HOSTS lists the names that it answers to.",
        "method": "See the Allow header for the methods of this address.",
        "not-found": "No address like this is known; /api/v1/openapi.json lists them all.",
    }
    _, shown = _document(kind, details.get(kind, KINDS[kind][1]), language)
    return shown | {"status": status}


def _document(kind: str, detail: str, language: str) -> tuple[int, dict[str, Any]]:
    status, english, chinese = KINDS[kind]
    title = chinese if language == "zh" else english
    return status, {
        "type": f"urn:reprieve:problem:{kind}", "title": title, "status": status, "detail": detail, "errors": [],
    }  # fmt: skip


def _refusals(refusals: tuple[Refusal, ...]) -> dict[str, Any]:
    return {"refusals": [asdict(refusal) for refusal in refusals]} if refusals else {}


def _fault(error: BadInput | Unsupported) -> dict[str, str]:
    return {
        "path": error.path, "found": error.found, "allowed": error.allowed, "detail": error.sentence,
        "code": error.code,
    }  # fmt: skip


class Fault(Answer):
    """One thing that cannot be read, and where it stands."""

    path: str = Field(examples=["$.contract.penalty.base"])
    """The JSON path in the document, or `?name` in the query."""
    found: str = Field(examples=['"principle"'])
    """What stands there."""
    allowed: str = Field(examples=["principal or principal_and_interest"])
    """What may stand there."""
    detail: str = Field(examples=['At $.contract.penalty.base: found "principle"; allowed is principal.'])
    """All of it in one sentence."""
    code: str = Field(examples=["unknown_word"])
    """A stable word for programs."""


class RefusalShown(Answer):
    """A rule that says no."""

    rule: str = Field(examples=["cost_ceiling.judicial"])
    """The rule."""
    because: str = Field(examples=["The cost is 28.4 % a year; at most 24 % is allowed."])
    """Why, with the figures."""
    source: str = Field(examples=["Civil Code, art. 680"])
    """Where the rule comes from."""


class Problem(Answer):
    """What went wrong (RFC 9457)."""

    type: str = Field(examples=["urn:reprieve:problem:bad-input"])
    """The kind of problem, a stable word after the last colon."""
    title: str = Field(examples=["The input cannot be read."])
    """The kind in a sentence, in the language asked for."""
    status: int = Field(examples=[422])
    """The status of the response."""
    detail: str = Field(examples=["At $.amount: found -1; allowed is a whole number of at least 1."])
    """What happened, and what would be right."""
    errors: tuple[Fault, ...] = Field(examples=[[]])
    """Every fault of the document or the query."""
    refusals: tuple[RefusalShown, ...] = Field(default=(), examples=[[]])
    """Every rule that says no."""
    request_id: str = Field(examples=["3f2c8a55d1e94d0b8a3f6f0f6f9f2f11"])
    """The request's id, to name it by."""
