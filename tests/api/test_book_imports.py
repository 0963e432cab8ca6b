"""A book taken over over HTTP: a dry run first, row by row, nothing while a control total is off, once."""

import json

import pytest

from reprieve.web.api.books import LOAN, NDJSON
from tests.api.calls import problem
from tests.api.platform import Caller, platform, seeded_database
from tests.api.seed import token_of

__all__ = ["platform", "seeded_database"]


def loan(number, **changed):
    return {**LOAN, "number": number, "customer": "C-1001", **changed}


def lines(*loans):
    return "".join(json.dumps(one) + "\n" for one in loans)


def sent(platform, content, query, media_type=NDJSON, **more):
    return platform.post(f"/book-imports?{query}", content, media_type=media_type, **more)


def numbers(platform) -> list[str]:
    return [row["contract"] for row in platform.get("/contracts").json()["data"] if row["contract"].startswith("M-")]


def test_a_dry_run_says_what_would_come_of_it_and_commits_nothing(platform):
    content = lines(loan("M-1"), loan("M-1"), loan("M-2", file={"contract": {}}), loan("M-3", customer="nobody"))
    report = sent(platform, content, "loans=4").json()
    assert [(row["row"], row["number"], row["code"]) for row in report["rejected"]] == [
        (2, "M-1", "number_taken"), (3, "M-2", "missing"), (4, "M-3", "unknown_customer"),
    ]  # fmt: skip
    assert report["rejected"][1]["path"].startswith("$.contract")
    assert report["off"] == [{"total": "loans", "control": 4, "found": 1}]
    assert (report["is_dry_run"], report["imported"], numbers(platform)) == (True, 0, [])


def test_nothing_is_committed_while_a_total_is_off_and_its_key_stays_free(platform):
    content = lines(loan("M-1"), loan("M-2"))
    shown = problem(sent(platform, content, "dry_run=false&loans=3", key="book"), 409, "refused")
    assert [refusal["rule"] for refusal in shown["refusals"]] == ["import.loans"]
    assert numbers(platform) == []
    found = sent(platform, content, "loans=2").json()["found"]
    owed = "&".join(f"outstanding_{part}={amount}" for part, amount in found["outstanding"].items())
    query = f"dry_run=false&loans=2&principal={found['principal']}&{owed}"
    done = sent(platform, content, query, key="book")
    assert done.json()["imported"] == 2, done.content
    assert numbers(platform) == ["M-1", "M-2"]
    again = sent(platform, content, query, key="book")
    assert again.json() == done.json()
    assert again["Idempotent-Replayed"] == "true"
    assert sent(platform, content, query).json()["known"] == 2
    problem(sent(platform, lines(loan("M-9")), query, key="book"), 422, "key-reused")


def test_an_array_is_read_as_lines_are(platform):
    rows = [loan("M-1", customer={"number": "C-77", "language": "en", "identifiers": {"name": "Ann"}})]
    report = sent(platform, json.dumps(rows), "dry_run=false&loans=1", media_type="application/json").json()
    assert (report["imported"], report["rejected"]) == (1, [])
    assert platform.get("/customers/C-77").json()["contracts"] == ["M-1"]


@pytest.mark.parametrize(
    ("content", "media_type", "path"),
    [
        ("{}\n{", NDJSON, "$[1]"),
        ("[1]", NDJSON, "$[0]"),
        ('{"number": "M-1", "number": "M-2"}', NDJSON, "$[0]"),
        ("{}", "application/json", "$"),
        ("[1]", "application/json", "$[0]"),
        ("[]]", "application/json", "$"),
        ('[], "loans": []', "application/json", "$.loans"),
        (" ", "application/json", "$"),
    ],
)
def test_a_file_that_is_no_book_is_refused_whole(platform, content, media_type, path):
    shown = problem(sent(platform, content, "loans=1", media_type=media_type), 422, "bad-input")
    assert shown["errors"][0]["path"] == path


def test_a_row_of_something_else_is_rejected_and_no_other(platform):
    content = lines({}, {"number": 7}, {**loan("M-1"), "colour": "red"}, loan("M-2"), loan("M-3", file=[]))
    report = sent(platform, content, "loans=1").json()
    assert [(row["row"], row["code"]) for row in report["rejected"]] == [
        (1, "missing"), (2, "missing"), (3, "unknown_key"), (5, "missing"),
    ]  # fmt: skip
    assert report["off"] == []


@pytest.mark.parametrize(
    "query", ["", "loans=-1", "loans=x", "loans=1&dry_run=maybe", "loans=1&loans=2", "loans=1&x=1"]
)
def test_control_totals_are_read_strictly(platform, query):
    problem(sent(platform, lines(loan("M-1")), query), 422, "bad-input")


def test_importing_takes_its_own_scope(platform):
    problem(sent(Caller(token_of("clerk")), lines(loan("M-1")), "loans=1"), 403, "forbidden")
