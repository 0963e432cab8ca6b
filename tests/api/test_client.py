"""The client against the live server, and against a network that loses answers: nothing is ever taken twice."""

import httpx
import pytest

from reprieve.client import Client, Problem
from tests.api.calls import CASE
from tests.api.live import live

__all__ = ["live"]


class Lossy(httpx.BaseTransport):
    """A network that carries each request to the server and loses some of the answers."""

    def __init__(self, lost: set[int]) -> None:
        self.inner = httpx.HTTPTransport()
        self.lost = lost
        self.sent = 0
        self.keys: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.sent += 1
        self.keys.append(request.headers.get("Idempotency-Key", ""))
        response = self.inner.handle_request(request)
        if self.sent in self.lost:
            response.close()
            raise httpx.ReadError("the answer was lost", request=request)
        return response

    def close(self) -> None:
        self.inner.close()


def amounts(client: Client) -> list[int]:
    return [event["amount"] for event in client.pages("/contracts/L-1001/events", limit=1) if "amount" in event]


def test_it_calculates_without_a_token(live):
    with Client(live.url) as client:
        assert client.calculate("position", CASE, on="2026-04-14")["days_past_due"] == 30
        with pytest.raises(Problem) as error:
            client.position("L-1001")
    assert (error.value.kind, error.value.status) == ("unauthenticated", 401)


def test_what_is_previewed_is_taken_and_listed(live):
    with Client(live.url, live.token) as client:
        preview = client.preview_payment("L-1001", amount=1111)
        taken = client.take_payment("L-1001", amount=1111, preview_id=preview["preview_id"])
        assert taken["position"] == preview["after"] == client.position("L-1001")
        assert amounts(client)[-1] == 1111
        assert client.contract("L-1001")["version"] == taken["version"]


def test_a_lost_answer_is_asked_for_again_under_the_same_key(live):
    network = Lossy(lost={1, 2})
    with Client(live.url, live.token, transport=network) as client:
        taken = client.take_payment("L-1001", amount=2222)
        assert network.sent == 3
        assert len(set(network.keys)) == 1
        assert amounts(client).count(2222) == 1
        assert taken["event"]["amount"] == 2222


def test_a_refusal_is_raised_with_its_rule_and_not_tried_again(live):
    network = Lossy(lost=set())
    with Client(live.url, live.token, transport=network) as client, pytest.raises(Problem) as error:
        client.command("/contracts/L-1001/refunds", {"amount": 5})
    assert network.sent == 1
    assert error.value.refusals[0]["rule"] == "refund.more_than_held"
    with Client(live.url, live.token) as client, pytest.raises(Problem) as error:
        client.take_payment("L-1001", amount=-1)
    assert error.value.errors[0]["path"] == "$.amount"


def test_a_server_that_cannot_be_reached_is_given_up_after_a_while(monkeypatch):
    monkeypatch.setattr("time.sleep", lambda _: None)
    with Client("http://127.0.0.1:9") as client, pytest.raises(httpx.ConnectError):
        client.get("/products")
