"""What goes out: answers as JSON, problems as problem documents, each with its headers. Never computes a figure."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import structlog
from django.http import HttpRequest, HttpResponse
from django.utils.translation.trans_real import parse_accept_lang_header
from pydantic import BaseModel

from reprieve.web.problem import MEDIA_TYPE, problem_of, problem_of_status

JSON: Final = "application/json"
_log = structlog.get_logger("reprieve.web")


def answered(document: object, status: int = 200, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """Return an answer; a model or a front-door answer is shown in its published shape."""
    return HttpResponse(text_of(document), content_type=JSON, status=status, headers=dict(headers or {}))


def tagged(request: HttpRequest, document: object, status: int = 200) -> HttpResponse:
    """Return an answer with the ETag of what it says, or 304 where the caller has it already."""
    tag = tag_of(document)
    known = [part.strip().removeprefix("W/") for part in request.headers.get("If-None-Match", "").split(",")]
    if request.method in ("GET", "HEAD") and (tag in known or "*" in known):
        return HttpResponse(status=304, headers={"ETag": tag})
    return answered(document, status, {"ETag": tag})


def tag_of(document: object) -> str:
    """Return the ETag of a document: it changes exactly when what is shown does."""
    return f'"{hashlib.sha256(text_of(document).encode()).hexdigest()[:32]}"'


def refused(request: HttpRequest, error: Exception) -> HttpResponse:
    """Return the problem of an error; a fault of ours is logged with its traceback."""
    status, document, headers = problem_of(error, language_of(request))
    if status >= 500:
        _log.error("fault", exc_info=error)
    return _problem(request, document, status, headers)


def refused_with(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Return the problem of a response that has a status and no document of its own; its headers stay."""
    kept = {name: value for name, value in response.items() if name.lower() in ("allow", "retry-after")}
    document = problem_of_status(response.status_code, language_of(request))
    return _problem(request, document, response.status_code, kept)


def text_of(document: object) -> str:
    """Return a document as compact JSON text."""
    return json.dumps(_plain_document(document), ensure_ascii=False, allow_nan=False, default=_plain)


def language_of(request: HttpRequest) -> str:
    """Return the language a caller asks for: `zh` where Chinese comes first, else `en`, the language of programs."""
    wanted = parse_accept_lang_header(request.headers.get("Accept-Language", "")[:200])
    return "zh" if wanted and wanted[0][0].startswith("zh") else "en"


def _problem(
    request: HttpRequest, document: Mapping[str, Any], status: int, headers: Mapping[str, str]
) -> HttpResponse:
    shown = {**document, "request_id": getattr(request, "request_id", "")}
    if status == 401:
        headers = {"WWW-Authenticate": 'Bearer realm="reprieve"', **headers}
    headers = {**headers, "Content-Language": language_of(request)}
    return HttpResponse(text_of(shown), content_type=MEDIA_TYPE, status=status, headers=headers)


def _plain_document(document: object) -> object:
    if isinstance(document, BaseModel):
        return document.model_dump(mode="json")
    return document.to_dict() if hasattr(document, "to_dict") else document


def _plain(value: object) -> object:
    """Return a value JSON does not know: an exact rate as a number, a day or an instant as ISO."""
    if isinstance(value, Decimal | Fraction):
        return float(value)
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    raise TypeError(f"{type(value).__name__} is not part of a published answer")
