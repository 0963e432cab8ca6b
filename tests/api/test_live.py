"""The real server over real HTTP: commits survive, duplicates at the same instant happen once, a stop is clean."""

import json
from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.api.calls import CASE
from tests.api.live import live

__all__ = ["live"]


def test_it_is_ready_and_calculates(live):
    assert httpx.get(f"{live.url}/readyz").json() == {"status": "ready"}
    answer = httpx.post(f"{live.url}/api/v1/calculate/position?on=2026-04-14", json=CASE)
    assert answer.json()["arrears"]["penalty"] == 1382


def test_the_same_request_sent_many_times_at_once_happens_once(live):
    body, headers = {"amount": 4321, "reference": "at once"}, {"Idempotency-Key": "at-once"}

    def send(_: int) -> httpx.Response:
        with live.client() as client:
            return client.post("/contracts/L-1001/payments", json=body, headers=headers)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(16)))
    good = [answer for answer in answers if answer.status_code == 201]
    rest = [answer for answer in answers if answer.status_code != 201]
    assert good, [answer.text for answer in answers]
    assert sum("Idempotent-Replayed" not in answer.headers for answer in good) == 1
    assert len({answer.text for answer in good}) == 1
    assert all(answer.json()["type"] == "urn:reprieve:problem:key-running" for answer in rest)
    with live.client() as client:
        events = client.get("/contracts/L-1001/events").json()["data"]
        journal = client.get("/journal?contract=L-1001").json()["data"]
    assert [event["amount"] for event in events].count(4321) == 1
    [paid] = [event["id"] for event in events if event["amount"] == 4321]
    assert [entry["source"]["event"] for entry in journal].count(paid) == 1


def test_the_same_file_sent_many_times_at_once_is_taken_once(live):
    rows = "".join(f"2026-09-01,1.{number:02},L-1003,same-{number}\n" for number in range(20))
    headers = {"Idempotency-Key": "file-at-once", "Content-Type": "text/csv"}

    def send(_: int) -> httpx.Response:
        with live.client() as client:
            return client.post("/bank-files", content=f"date,amount,reference,id\n{rows}", headers=headers)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(send, range(8)))
    good = [answer for answer in answers if answer.status_code == 201]
    rest = [answer for answer in answers if answer.status_code != 201]
    assert len({answer.text for answer in good}) == 1, [answer.text for answer in answers]
    assert good[0].json()["lines"] == {"payment": 20}
    assert all(answer.json()["type"] == "urn:reprieve:problem:key-running" for answer in rest)
    with live.client() as client:
        events = client.get("/contracts/L-1003/events").json()["data"]
        assert [event.get("amount") for event in events].count(113) == 1
        assert len(client.get("/bank-files").json()["data"]) == 1


def test_different_payments_at_once_all_count(live):
    def send(number: int) -> httpx.Response:
        with live.client() as client:
            headers = {"Idempotency-Key": f"each-{number}"}
            return client.post("/contracts/L-1003/payments", json={"amount": 1000 + number}, headers=headers)

    with live.client() as client:
        before = client.get("/contracts/L-1003/position").json()["outstanding"]["total"]
        with ThreadPoolExecutor(6) as pool:
            answers = list(pool.map(send, range(12)))
        after = client.get("/contracts/L-1003/position").json()["outstanding"]["total"]
        versions = sorted(answer.json()["version"] for answer in answers)
        balance = client.get("/trial-balance").json()
    assert [answer.status_code for answer in answers] == [201] * 12
    assert before - after == sum(1000 + number for number in range(12))
    assert versions == list(range(versions[0], versions[0] + 12))
    assert balance["debit"] == balance["credit"]


def test_two_who_read_the_same_version_do_not_both_change_it(live):
    with live.client() as client:
        tag = client.get("/contracts/L-1003").headers["ETag"]

    def send(number: int) -> int:
        with live.client() as caller:
            headers = {"Idempotency-Key": f"same-version-{number}", "If-Match": tag}
            return caller.post("/contracts/L-1003/payments", json={"amount": 50}, headers=headers).status_code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(send, range(4))) == [201, 412, 412, 412]


def test_a_document_that_is_cut_off_or_too_large_is_answered_not_hung_on(live):
    address = f"{live.url}/api/v1/calculate/schedule"
    headers = {"Content-Type": "application/json"}
    large = httpx.post(address, content=b" " * (3 * 2**20), headers=headers)
    assert large.status_code == 413
    cut = httpx.post(address, content=json.dumps(CASE)[:-20], headers=headers)
    assert cut.status_code == 422
    chunked = httpx.post(address, content=iter([json.dumps(CASE).encode()]), headers=headers)
    assert (chunked.status_code, chunked.json()["type"]) == (411, "urn:reprieve:problem:length-needed")


def test_logs_are_json_lines_with_the_request_id(live):
    httpx.get(f"{live.url}/api/v1/rules/cn?on=2026-11-23", headers={"X-Request-Id": "find-me-12345"})
    lines = [json.loads(line) for line in live.log.read_text("utf-8").splitlines() if line.startswith("{")]
    [mine] = [line for line in lines if line["request_id"] == "find-me-12345"]
    assert (mine["route"], mine["status"]) == ("/api/v1/rules/<place>", 200)
    assert live.token not in live.log.read_text("utf-8")
