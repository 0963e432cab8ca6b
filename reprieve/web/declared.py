"""What an operation promises: what it takes, asks and gives, who may call it. The OpenAPI document is made of it.

Never answers a request itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import BaseModel

from reprieve.web.access import Admission

EXTRA: Final = "x-declared"


@dataclass(frozen=True, slots=True)
class Declared:
    """One operation. `scope` is what a token needs; `None` is open to everybody.

    `moves` says that it moves money or signs, so it needs an Idempotency-Key; `matches` that it can need an If-Match.
    `files` are files that are read beside or in place of `takes`: an example of each, by media type. `example` is a
    document, `query` a query and `path` the names that the seeded database answers with `status`.
    """

    gives: type[BaseModel]
    scope: str | None
    takes: type[BaseModel] | None = None
    asks: type[BaseModel] | None = None
    status: int = 200
    moves: bool = False
    matches: bool = False
    is_tagged: bool = False
    can_refuse: bool = False
    example: Mapping[str, Any] | Sequence[Any] | None = None
    files: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    path: Mapping[str, str] = field(default_factory=dict)


def promised(declared: Declared) -> dict[str, Any]:
    """Return what ninja is told of an operation: its door, and the promise the OpenAPI document is made of."""
    return {"auth": Admission(declared.scope), "openapi_extra": {EXTRA: declared}}
