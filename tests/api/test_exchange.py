"""What holds for every request: problems, ids, logs, metrics, limits. Nothing leaves without its document."""

import io
import json
from contextlib import redirect_stderr

import pytest
from django.db import OperationalError

from reprieve.web.rate_limit import Buckets
from reprieve.web.reading import BYTES_MOST
from tests.api.calls import CALCULATE, CASE, post, problem

pytestmark = pytest.mark.fast


def test_an_unknown_address_and_a_wrong_method_are_problems(client):
    problem(client.get("/api/v1/loans"), 404, "not-found")
    problem(client.get("/api/v1/"), 404, "not-found")
    wrong = client.get(f"{CALCULATE}/schedule")
    problem(wrong, 405, "method")
    assert wrong["Allow"] == "POST"
    problem(client.generic("BREW", f"{CALCULATE}/schedule"), 405, "method")


@pytest.mark.parametrize(
    "content_type", ["text/plain", "", "application/x-www-form-urlencoded", "application/json; charset=gbk"]
)
def test_only_json_in_utf_8_is_read(client, content_type):
    response = client.post(f"{CALCULATE}/schedule", data=json.dumps(CASE), content_type=content_type)
    problem(response, 415, "media-type")


def test_the_charset_may_be_named(client):
    content_type = "application/json; charset=UTF-8"
    assert client.post(f"{CALCULATE}/schedule", data=json.dumps(CASE), content_type=content_type).status_code == 200


def test_a_document_is_read_up_to_its_limit_and_no_further(client):
    text = json.dumps(CASE)
    filled = text + " " * (BYTES_MOST - len(text))
    assert post(client, f"{CALCULATE}/schedule", filled).status_code == 200
    problem(post(client, f"{CALCULATE}/schedule", filled + " "), 413, "too-large")


def test_a_host_that_is_not_ours_is_refused(client):
    problem(client.get("/api/v1/rules/cn", headers={"Host": "elsewhere.example"}), 400, "bad-request")


def test_a_request_keeps_the_id_it_came_with_if_it_is_a_plain_one(client):
    assert client.get("/healthz", headers={"X-Request-Id": "caller-0001"})["X-Request-Id"] == "caller-0001"
    for odd in ("short", "two words!", 'x"; drop', "a" * 65):
        given = client.get("/healthz", headers={"X-Request-Id": odd})["X-Request-Id"]
        assert given != odd
        assert len(given) == 32


def test_titles_follow_the_readers_language_and_words_for_programs_do_not(client):
    response = client.get("/api/v1/nothing", headers={"Accept-Language": "zh-CN,en;q=0.5"})
    shown = problem(response, 404, "not-found")
    assert shown["title"] == "这里没有内容。"
    assert response["Content-Language"] == "zh"
    assert client.get("/api/v1/nothing").json()["title"] == "There is nothing here."


def test_a_fault_of_ours_shows_no_traceback_and_is_logged_under_its_id(client, monkeypatch):
    def broken(case):
        raise ZeroDivisionError("the secret figure is 42")

    monkeypatch.setattr("reprieve.schedule", broken)
    with redirect_stderr(io.StringIO()) as log:
        response = post(client, f"{CALCULATE}/schedule", CASE)
    shown = problem(response, 500, "internal")
    assert "secret figure" not in str(shown)
    faults = [line for line in map(json.loads, log.getvalue().splitlines()) if line["event"] == "fault"]
    assert [line["request_id"] for line in faults] == [shown["request_id"]]
    assert faults[0]["exception"][0]["type"] == "ZeroDivisionError"
    assert any("broken" in frame for frame in faults[0]["exception"][0]["frames"])
    assert "secret figure" not in log.getvalue()


def test_a_log_line_names_the_route_and_nothing_of_the_query_or_the_body(client):
    with redirect_stderr(io.StringIO()) as log:
        post(client, f"{CALCULATE}/guide?on=2026-11-23&name=Wang", {"debts": [{"name": "Wang Fang", "overdue": 1}]})
        client.get("/api/v1/rules/Wang?on=2026-11-23")
        client.get("/Wang/Fang")
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert "Wang" not in log.getvalue()
    assert [line["route"] for line in lines] == ["/api/v1/calculate/guide", "/api/v1/rules/<place>", "none"]
    assert {"method", "status", "ms", "token", "contract", "bytes", "request_id"} <= set(lines[0])


def test_a_server_says_it_is_alive_and_shows_its_metrics_to_its_own_machine(client, monkeypatch):
    monkeypatch.setattr("reprieve.operations.delivery.tally", lambda: {"waiting": 3, "abandoned": 1})
    assert client.get("/healthz").json() == {"status": "alive"}
    post(client, f"{CALCULATE}/schedule", CASE)
    page = client.get("/metrics", REMOTE_ADDR="127.0.0.1")
    line = 'reprieve_requests_total{method="POST",route="/api/v1/calculate/schedule",status="200"}'
    assert line in page.content.decode()
    assert 'reprieve_outbox{state="waiting"} 3.0' in page.content.decode()
    problem(client.get("/metrics", REMOTE_ADDR="192.0.2.1"), 401, "unauthenticated")


def test_metrics_are_shown_also_while_the_database_does_not_answer(client, monkeypatch):
    def gone():
        raise OperationalError("gone")

    monkeypatch.setattr("reprieve.operations.delivery.tally", gone)
    assert client.get("/metrics", REMOTE_ADDR="127.0.0.1").status_code == 200


def test_whoever_asks_too_often_is_told_how_long_to_wait(client, settings):
    settings.OPEN_RATE_A_MINUTE = 3
    answers = [client.get("/api/v1/rules/cn?on=2026-11-23") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer["RateLimit-Remaining"] for answer in answers] == ["2", "1", "0", "0"]
    problem(answers[-1], 429, "too-many")
    assert 1 <= int(answers[-1]["Retry-After"]) <= 20
    elsewhere = client.get("/api/v1/rules/cn?on=2026-11-23", REMOTE_ADDR="192.0.2.7")
    assert elsewhere.status_code == 200


def test_a_bucket_fills_steadily_and_holds_a_minute_at_most():
    buckets = Buckets()
    taken = [buckets.take("a", 60, now=0.0).is_allowed for _ in range(61)]
    assert taken == [True] * 60 + [False]
    assert buckets.take("a", 60, now=0.9).wait_seconds == 1
    assert buckets.take("a", 60, now=1.0).is_allowed
    assert not buckets.take("a", 60, now=1.0).is_allowed
    assert buckets.take("b", 60, now=1.0).is_allowed
    assert [buckets.take("a", 60, now=9999.0).is_allowed for _ in range(61)] == [True] * 60 + [False]
    assert buckets.take("c", 0, now=0.0).is_allowed
