"""The client against the live server, and against a network that loses answers: nothing is ever taken twice."""

from hashlib import sha256

import httpx
import pytest

from reprieve.client import Client, Problem
from reprieve.web.api.applications import ASKED_FOR
from reprieve.web.api.changes import PAUSE
from reprieve.web.api.products import EXAMPLE
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


def test_a_loan_begins_is_paid_and_ends_through_the_client(live):
    with Client(live.url, live.token) as lender, Client(live.url, live.second_token) as approver:
        lender.register_customer("C-5001", language="en", identifiers={"name": "Ann"})
        judged = lender.apply_for_credit({**ASKED_FOR, "customer": "C-5001"})
        assert judged["is_affordable"]
        approver.decide_application(judged["application"], is_approved=True)
        seen = lender.disclose(judged["application"], language="en")
        document = lender.shown_document(seen["disclosure"])
        assert sha256(document).hexdigest() == seen["document_sha256"]
        told = lender.answer_questions(seen["disclosure"], {one["question"]: 0 for one in seen["questions"]})
        assert len(told["answers"]) == len(seen["questions"])
        signed = lender.sign_application(
            seen["disclosure"], document_sha256=seen["document_sha256"], number="L-5001", method="code"
        )
        assert signed["schedule"] == seen["schedule"]
        quote = lender.quote_settlement("L-5001")
        ended = lender.settle("L-5001", quote["quote_id"])
        assert (ended["position"]["status"], ended["paid"]) == ("closed", quote["payoff"])
        assert lender.certify_settlement("L-5001")["owed"] == 0
        with pytest.raises(Problem) as error:
            lender.settle("L-5001", quote["quote_id"])
    assert error.value.kind in ("moved", "refused")


def test_a_product_takes_two_clients(live):
    product = {**EXAMPLE["product"], "code": "twosome", "offered_from": "2027-01-01"}
    with Client(live.url, live.token) as lender, Client(live.url, live.second_token) as approver:
        number = lender.propose_product(product)["proposal"]
        with pytest.raises(Problem) as error:
            lender.publish_product(number)
        assert error.value.refusals[0]["rule"] == "authority.own_proposal"
        assert approver.publish_product(number)["product"] == "twosome"


def test_files_are_sent_and_taken_once_also_where_the_answer_is_lost(live):
    content = "date,amount,reference,id\n2026-09-01,33.33,L-1001,client-1\n"
    network = Lossy(lost={1})
    with Client(live.url, live.token, transport=network) as client:
        report = client.take_bank_file(content, "text/csv", name="one.csv")
        assert report["lines"] == {"payment": 1}
        assert amounts(client).count(3333) == 1
    loan = {"number": "M-5001", "customer": "C-1001", "product": "steady", "file": CASE}
    with Client(live.url, live.token) as client:
        tried = client.import_book([loan], {"loans": 1})
        assert tried["imported"] == 0
        control = {"loans": 1, "outstanding_total": tried["found"]["outstanding"]["total"]}
        done = client.import_book([loan], control, is_dry_run=False)
        assert done["imported"] == 1
        assert client.contract("M-5001")["customer"] == "C-1001"


def test_relief_is_quoted_by_one_and_signed_by_another(live):
    with Client(live.url, live.second_token) as officer, Client(live.url, live.token) as lender:
        quote = officer.quote_plan("L-1004", PAUSE)
        assert lender.sign_plan("L-1004", quote["quote_id"])["position"] == quote["after"]
        opened = lender.open_dispute("L-1004", month="2026-08", says="It was paid.")
        assert lender.get(f"/disputes/{opened['dispute']}")["says"] == "It was paid."


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
