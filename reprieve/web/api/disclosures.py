"""`/disclosures`: what was shown before signing, byte for byte, how its questions were answered, and the signature.

Never shows anything else than what was shown, and never takes a wrong answer as a reason to refuse.
"""

from base64 import b64encode
from hashlib import sha256
from typing import Annotated, Final

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from reprieve.lending.field import Document, Name
from reprieve.operations import opening
from reprieve.operations.commands import applications as commands
from reprieve.web import own
from reprieve.web.api import origination_shapes as shapes
from reprieve.web.api.customers import NUMBER
from reprieve.web.commanding import carry_out
from reprieve.web.declared import Declared, promised
from reprieve.web.reading import JSON, Asked, read, read_query
from reprieve.web.responses import tagged

disclosures: Final = Router(tags=["applications"])
READ: Final = "applications:read"
WRITE: Final = "applications:write"
SHA256: Final = "e63d2e627259aeecb817d6f7aabd2b321b874f5963fbf5f66b7554becfbdb207"


class AnswersGiven(Document):
    """Answers to the questions of a disclosure."""

    answers: dict[Name, Annotated[int, Field(ge=0, le=100)]] = Field(min_length=1, examples=[{"question_total": 1}])
    """By question, the place of an option from 0; a wrong one shows why and blocks nothing."""


class SignatureGiven(Document):
    """A signature on what was shown."""

    document_sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] = Field(examples=[SHA256])
    """The SHA-256 of the document's bytes, as it was read by whoever signs."""
    number: Annotated[str, Field(pattern=NUMBER)] = Field(examples=["L-2002"])
    """Your number for the contract that comes of it."""
    method: Annotated[str, Field(min_length=1, max_length=100)] = Field(examples=["password_and_code"])
    """How it was made sure who signs."""


@disclosures.get(
    "/disclosures/{disclosure}", **promised(Declared(shapes.DisclosureShown, READ, asks=Asked, is_tagged=True))
)
def show_disclosure(request: HttpRequest, disclosure: str) -> HttpResponse:
    """Return what was shown, to whom and when, and whether it was signed."""
    read_query(request, Asked)
    number = own.disclosure_of(request, disclosure)
    return tagged(request, opening.disclosure(own.reader_of(request), number))


@disclosures.get(
    "/disclosures/{disclosure}/document",
    **promised(Declared(shapes.DisclosureDocument, READ, asks=Asked, is_tagged=True)),
)
def show_disclosure_document(request: HttpRequest, disclosure: str) -> HttpResponse:
    """Return the document byte for byte: the SHA-256 of this body is what is signed (also in `Repr-Digest`)."""
    read_query(request, Asked)
    number = own.disclosure_of(request, disclosure)
    content = opening.disclosure_text(own.reader_of(request), number)
    digest = sha256(content)
    tag = f'"{digest.hexdigest()[:32]}"'
    if request.headers.get("If-None-Match", "").removeprefix("W/") == tag:
        return HttpResponse(status=304, headers={"ETag": tag})
    headers = {"ETag": tag, "Repr-Digest": f"sha-256=:{b64encode(digest.digest()).decode()}:"}
    return HttpResponse(content, content_type=JSON, headers=headers)


@disclosures.post(
    "/disclosures/{disclosure}/answers",
    **promised(
        Declared(
            shapes.QuestionsAnswered, WRITE, AnswersGiven, status=201, moves=True, can_refuse=True,
            example={"answers": {"question_total": 1}},
        )
    ),
)  # fmt: skip
def answer_questions(request: HttpRequest, disclosure: str) -> HttpResponse:
    """Answer the questions of a disclosure by the place of an option; told is whether each is right, and why."""
    number = own.disclosure_of(request, disclosure)
    answers = read(request, AnswersGiven).answers
    return carry_out(request, commands.answer_questions, {"disclosure": number, "answers": answers})


@disclosures.post(
    "/disclosures/{disclosure}/signatures",
    **promised(
        Declared(
            shapes.ApplicationSigned, WRITE, SignatureGiven, status=201, moves=True, can_refuse=True,
            example={"document_sha256": SHA256, "number": "L-2002", "method": "password_and_code"},
            path={"disclosure": "2"},
        )
    ),
)  # fmt: skip
def sign_application(request: HttpRequest, disclosure: str) -> HttpResponse:
    """Sign what was shown and pay out: signature, contract, disbursement and its entry in one commit."""
    number = own.disclosure_of(request, disclosure)
    given = read(request, SignatureGiven).model_dump(mode="json")
    return carry_out(request, commands.sign_application, {"disclosure": number, **given})
