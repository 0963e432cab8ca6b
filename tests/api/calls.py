"""How tests call: a document as JSON, the answer read back. Never hides a status."""

import json
from typing import Any

from reprieve.web.api.calculate import CASE

CALCULATE = "/api/v1/calculate"


def changed(**terms: Any) -> dict[str, Any]:
    """Return the 8,000 case with other terms of its contract."""
    return {**CASE, "contract": {**CASE["contract"], **terms}}


def post(client, path: str, document: object, **headers: str):
    """Post a document as JSON; text and bytes go as they are."""
    content = document if isinstance(document, str | bytes) else json.dumps(document)
    return client.post(path, data=content, content_type="application/json", headers=headers)


def problem(response, status: int, kind: str) -> dict[str, Any]:
    """Return the problem document of a response, which must be of a status and a kind."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    document = response.json()
    assert document["type"] == f"urn:reprieve:problem:{kind}"
    assert document["status"] == status
    assert document["request_id"] == response["X-Request-Id"]
    return document
