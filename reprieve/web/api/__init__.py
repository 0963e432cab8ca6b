"""The REST API, version 1. Each module is one noun's addresses; all of them are joined here."""

from typing import Any, Final

from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI

from reprieve.web import responses
from reprieve.web.access import Admission
from reprieve.web.api.applications import applications
from reprieve.web.api.bank_files import bank_files
from reprieve.web.api.books import books
from reprieve.web.api.calculate import calculate
from reprieve.web.api.changes import changes
from reprieve.web.api.closes import closes
from reprieve.web.api.contracts import contracts
from reprieve.web.api.credit_record import credit_record
from reprieve.web.api.customers import customers
from reprieve.web.api.disclosures import disclosures
from reprieve.web.api.disputes import disputes
from reprieve.web.api.ledger import ledger
from reprieve.web.api.messages import messages
from reprieve.web.api.payments import payments
from reprieve.web.api.products import products
from reprieve.web.api.rules import rules
from reprieve.web.api.webhooks import webhooks
from reprieve.web.commanding import of_command
from reprieve.web.openapi import complete
from reprieve.web.problem import HttpProblem

PREFIX: Final = "api/v1/"
ABOUT: Final = (
    "Money is whole minor units beside a currency, rates are decimal strings, days are ISO, ranges are [from, to). "
    "Every error is a problem document (RFC 9457). See docs/reference/api.md."
)


class Api(NinjaAPI):
    """Ninja's API with our own document and our own problems."""

    def get_openapi_schema(self, **_: Any) -> dict[str, Any]:  # type: ignore[override]
        """Return the complete OpenAPI document."""
        return complete(dict(super().get_openapi_schema(path_prefix=PREFIX)))

    def get_openapi_operation_id(self, operation: Any) -> str:
        """Return the name of the view, which is the name of the operation for good."""
        return str(operation.view_func.__name__)

    def on_exception(self, request: HttpRequest, exc: Exception) -> HttpResponse:  # type: ignore[override]
        """Return the problem of whatever went wrong."""
        if isinstance(exc, OperationalError):
            exc = HttpProblem("unavailable", "The database cannot be reached just now; please try again.")
        if isinstance(exc, Http404):
            exc = HttpProblem("not-found", "Nothing by that name is known.")
        return responses.refused(request, of_command(request, exc))


api = Api(
    title="Reprieve", version="1", description=ABOUT, docs_url=None, openapi_url=None, auth=Admission("close:run"),
    urls_namespace="api", servers=[{"url": "/"}],
)  # fmt: skip
api.add_router("/calculate", calculate)
api.add_router("/rules", rules)
api.add_router("/products", products)
api.add_router("/customers", customers)
api.add_router("/contracts", contracts)
api.add_router("/contracts", payments)
api.add_router("/contracts", changes)
api.add_router("", applications)
api.add_router("", disclosures)
api.add_router("", disputes)
api.add_router("", credit_record)
api.add_router("", messages)
api.add_router("", webhooks)
api.add_router("", books)
api.add_router("", bank_files)
api.add_router("", ledger)
api.add_router("", closes)
