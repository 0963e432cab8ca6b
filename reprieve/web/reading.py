"""What comes in: a JSON document, a query, a header, each read strictly. Never guesses at what was meant."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from django.http import HttpRequest, QueryDict
from pydantic import BaseModel, BeforeValidator, ConfigDict

from reprieve.errors import BadInput
from reprieve.lending.bad_input import bad_value, read_model
from reprieve.lending.json_document import read_json
from reprieve.web.problem import HttpProblem

BYTES_MOST: Final = 2 * 1024 * 1024
"""The largest document that is read over HTTP; larger ones are for the command line or an import."""
FILE_BYTES_MOST: Final = 32 * 1024 * 1024
"""The largest file that is read over HTTP."""
JSON: Final = "application/json"
NUMBER_DIGITS: Final = 18
QUERY_MOST: Final = 50
TEXT_MOST: Final = 60

Model = TypeVar("Model", bound=BaseModel)


class Asked(BaseModel):
    """The base of every query: words as an address has them, and no name that is not listed."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


def count(text: object) -> object:
    """Read digits as a whole number; anything else is left for the model to refuse."""
    return int(text) if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) <= 9 else text


Digits: Final = BeforeValidator(count)
"""Reads a whole number in an address, in plain digits; it stands after the bounds, so that they are published."""


def body_of(request: HttpRequest) -> bytes:
    """Return the bytes of a JSON request. Raises `HttpProblem` for another type or for too many of them."""
    _check_type(request, (JSON,))
    _check_size(request, BYTES_MOST)
    return request.body


def file_of(request: HttpRequest, media_types: Collection[str], bytes_most: int = FILE_BYTES_MOST) -> tuple[str, bytes]:
    """Return the media type and the bytes of a file. Raises `HttpProblem` for another type or for too many of them.

    A file is never unpacked, so what is small when it is sent is not large when it is read.
    """
    _check_type(request, media_types)
    _check_size(request, bytes_most)
    return request.content_type or "", request.read(bytes_most)


@contextmanager
def read_as_file() -> Iterator[None]:
    """Tell faults of a file as those of the document at hand: of all of it, or of its first row."""
    places = {"the file": "$", "row 1": "$[0]"}
    try:
        yield
    except BadInput as error:
        if error.path not in places:
            raise
        raise BadInput(places[error.path], error.found, error.allowed, error.sentence, error.code) from None


def number_of(text: str, noun: str) -> int:
    """Return a number in an address. Raises `HttpProblem` as for one that does not exist."""
    if not (text.isascii() and text.isdigit() and len(text) <= NUMBER_DIGITS):
        raise HttpProblem("not-found", f"No {noun} by that number is known.")
    return int(text)


def _check_type(request: HttpRequest, media_types: Collection[str]) -> None:
    charset = (request.content_params or {}).get("charset", "utf-8").lower()
    if request.content_type not in media_types or charset not in ("utf-8", "utf8"):
        found = _shown(request.headers.get("Content-Type", "")) or "no Content-Type"
        raise HttpProblem("media-type", f"Found {found}; allowed is {' or '.join(media_types)} in UTF-8.")
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise HttpProblem("media-type", "The document is compressed; allowed is a document as it is.")


def _check_size(request: HttpRequest, bytes_most: int) -> None:
    if "Transfer-Encoding" in request.headers:
        raise HttpProblem(
            "length-needed", "Found a document sent in pieces; allowed is one whose Content-Length is told."
        )
    size = request.headers.get("Content-Length", "")
    if size.isdigit() and int(size) > bytes_most:
        raise HttpProblem("too-large", f"Found {int(size):,} bytes; allowed are at most {bytes_most:,}.")


def read_document(request: HttpRequest) -> dict[str, Any]:
    """Return the JSON object of a request. Raises `BadInput`, saying where and what is allowed."""
    return read_json(body_of(request))


def read(request: HttpRequest, model: type[Model]) -> Model:
    """Return the model that the document of a request holds. Raises `BadInput` with every fault."""
    return read_model(model, read_document(request))


def read_query(request: HttpRequest, model: type[Model]) -> Model:
    """Return the model that the query of a request holds. Raises `BadInput`; a path such as `?on` names the place."""
    try:
        return read_model(model, _plain_query(request.GET, model))
    except BadInput as error:
        faults = tuple(_of_query(fault) for fault in error.errors)
        first = faults[0]
        raise BadInput(first.path, first.found, first.allowed, first.sentence, first.code, faults) from None


def _plain_query(query: QueryDict, model: type[BaseModel]) -> dict[str, Any]:
    """Return a query as plain keys and values; a name given twice is refused unless it is a list's."""
    if len(query) > QUERY_MOST:
        raise bad_value("$", f"{len(query)} names", f"at most {QUERY_MOST}")
    plain: dict[str, Any] = {}
    for name, values in query.lists():
        field = model.model_fields.get(name) or next(
            (known for known in model.model_fields.values() if known.alias == name), None
        )
        if field is not None and "list" in str(field.annotation):
            plain[name] = values
        elif len(values) > 1:
            raise bad_value(f"$.{name}", values, "the name once", "repeated_key")
        else:
            plain[name] = values[0]
        if any("\x00" in value for value in values):
            raise bad_value(f"$.{name}", values, "text without NUL")
    return plain


def _of_query(fault: BadInput) -> BadInput:
    path = "?" + fault.path.removeprefix("$").removeprefix(".")
    sentence = fault.sentence.replace(f"At {fault.path}:", f"At {path}:", 1)
    return BadInput(path, fault.found, fault.allowed, sentence, fault.code)


def _shown(text: str) -> str:
    return text if len(text) <= TEXT_MOST else f"{text[: TEXT_MOST - 1]}…"
