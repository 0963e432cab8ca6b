"""Bank files over HTTP: each line once, whatever is sent again; nothing hostile is unpacked or followed."""

import gzip

import pytest

from reprieve.web.api.bank_files import CSV, FILES, XML
from tests.api.calls import problem
from tests.api.platform import Caller, platform, seeded_database
from tests.api.seed import token_of

__all__ = ["platform", "seeded_database"]
CAMT = FILES[XML]


def paid(platform, contract="L-1001") -> list[int]:
    events = platform.get(f"/contracts/{contract}/events").json()["data"]
    return [event["amount"] for event in events if event["kind"] == "payment"]


def sent(platform, content, media_type=CSV, query="", **more):
    return platform.post(f"/bank-files{query}", content, media_type=media_type, **more)


def test_a_file_becomes_payments_suspense_and_a_report(platform):
    before = len(platform.get("/suspense").json()["data"])
    content = "date,amount,reference,id\n2026-09-01,100.00,L-1001,a\n2026-09-01,7.00,rent,b\n2026-09-01,x,L-1001,c\n"
    report = sent(platform, content, query="?name=monday.csv").json()
    assert report["lines"] == {"payment": 1, "suspense": 1}
    assert report["amounts"] == {"payment": 10000, "suspense": 700}
    assert report["errors_total"] == len(report["errors"]) == 1
    assert "row 4" in report["errors"][0]
    assert paid(platform) == [73344, 10000]
    assert len(platform.get("/suspense").json()["data"]) == before + 1
    [listed] = platform.get("/bank-files").json()["data"]
    assert (listed["name"], listed["taken_by"], listed["lines"]) == ("monday.csv", "api", report["lines"])
    assert platform.get("/trial-balance").status_code == 200


def test_the_same_key_answers_the_first_report_and_another_key_takes_nothing_twice(platform):
    first = sent(platform, FILES[CSV], key="monday")
    again = sent(platform, FILES[CSV], key="monday")
    assert first.json() == again.json()
    assert again["Idempotent-Replayed"] == "true"
    other = sent(platform, FILES[CSV], key="tuesday").json()
    assert sum(other["lines"].values()) == 2
    assert paid(platform) == [73344, 10000]
    problem(sent(platform, FILES[CSV] + "2026-09-01,1.00,L-1001,z\n", key="monday"), 422, "key-reused")
    problem(sent(platform, FILES[CSV], key="monday", query="?currency=EUR"), 422, "key-reused")
    problem(sent(platform, FILES[CSV], key=""), 400, "key-missing")


def test_lines_are_listed_by_what_became_of_them(platform):
    sent(platform, FILES[CSV] + "2026-09-01,-3.00,fee,b-9\n")
    [line] = platform.get("/bank-lines?state=payment").json()["data"]
    assert (line["contract"], line["amount"]) == ("L-1001", 10000)
    assert [row["amount"] for row in platform.get("/bank-lines?state=money_out").json()["data"]] == [-300]
    keys, after = [], ""
    while True:
        page = platform.get(f"/bank-lines?limit=1{f'&after={after}' if after else ''}").json()
        keys += [row["key"] for row in page["data"]]
        if not page["has_more"]:
            break
        after = page["next"]
    assert len(keys) == len(set(keys)) == 4
    problem(platform.get("/bank-lines?after=nothing"), 422, "bad-input")
    problem(platform.get("/suspense?after=nothing"), 422, "bad-input")


def test_suspense_goes_on_behind_a_line_that_was_placed_meanwhile(platform):
    sent(platform, "date,amount,reference,id\n2026-08-21,1.00,a,1\n2026-08-22,2.00,b,2\n")
    first = platform.get("/suspense?limit=1").json()
    platform.post("/suspense/placements", {"key": first["next"], "contract": "L-1001"})
    rest = platform.get(f"/suspense?after={first['next']}").json()["data"]
    assert [row["amount"] for row in rest] == [100, 200]


def test_a_german_file_is_read_as_it_says(platform):
    content = "Buchungstag;Betrag;Verwendungszweck\n01.09.2026;1.234,56;L-1001\n"
    query = "?delimiter=;&date_format=DD.MM.YYYY&decimal_mark=,&column=booked_on=Buchungstag&column=amount=Betrag"
    report = sent(platform, content.encode(), query=f"{query}&column=reference=Verwendungszweck")
    assert report.json()["amounts"] == {"payment": 123456}, report.content
    chinese = "交易日期,金额,附言\n2026-09-01,8.00,L-1001\n"
    assert sent(platform, chinese.encode("gb18030"), query="?encoding=gb18030").json()["lines"] == {"payment": 1}


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("?delimiter=x", "?delimiter"),
        ("?encoding=rot13", "?encoding"),
        ("?date_format=%25Y", "?date_format"),
        ("?column=shoe=size", "?column[0]"),
        ("?column=amount=a&column=amount=b", "?column"),
        ("?currency=yuan", "?currency"),
        ("?colour=red", "?colour"),
    ],
)
def test_a_format_that_is_not_known_is_said(platform, query, path):
    shown = problem(sent(platform, FILES[CSV], query=query), 422, "bad-input")
    assert shown["errors"][0]["path"] == path


def test_a_statement_of_camt_053_is_taken_with_its_balances(platform):
    assert sent(platform, CAMT, XML).json()["lines"] == {"payment": 1}
    assert paid(platform) == [73344, 10000]


BILLION = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">'
    + "".join(f'<!ENTITY lol{n} "{f"&lol{n - 1 or str()};" * 10}">' for n in range(1, 10))
    + "]><Document>&lol9;</Document>"
)
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><Document>&x;</Document>'
ELSEWHERE = '<?xml version="1.0"?><!DOCTYPE d SYSTEM "http://127.0.0.1:1/evil.dtd"><Document/>'
INCLUDED = CAMT.replace("L-1001", '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd"/>')


@pytest.mark.parametrize("content", [BILLION, OUTSIDE, ELSEWHERE], ids=["billion laughs", "external", "dtd"])
def test_a_document_that_defines_entities_is_refused_unread(platform, content):
    shown = problem(sent(platform, content, XML), 422, "bad-input")
    assert shown["errors"][0]["code"] == "unsafe_xml"
    assert "root:" not in str(shown)


def test_nothing_is_included_from_elsewhere(platform):
    report = sent(platform, INCLUDED, XML).json()
    assert report["lines"] == {"suspense": 1}
    assert "root:" not in str(platform.get("/bank-lines").json())


def test_elements_nested_a_hundred_thousand_deep_are_answered(platform):
    deep = CAMT.replace("<Ntry>", "<a>" * 100_000 + "</a>" * 100_000 + "<Ntry>", 1)
    assert sent(platform, deep, XML).status_code in (201, 422)


@pytest.mark.parametrize(
    ("content", "media_type", "status", "kind"),
    [
        ("{}", "application/json", 415, "media-type"),
        (FILES[CSV], "text/csv; charset=latin-1", 415, "media-type"),
        (CAMT, CSV, 422, "bad-input"),
        (FILES[CSV], XML, 422, "bad-input"),
        ("\n", CSV, 422, "bad-input"),
        (" ", XML, 422, "bad-input"),
        (b"\xff\xfe\x00", CSV, 422, "bad-input"),
        ("date,amount\n" + "x" * 200_000, CSV, 422, "bad-input"),
        (CAMT.replace("BkToCstmrStmt", "CstmrCdtTrfInitn"), XML, 422, "bad-input"),
    ],
)
def test_what_is_no_bank_file_is_refused_whole(platform, content, media_type, status, kind):
    problem(sent(platform, content, media_type), status, kind)
    assert platform.get("/bank-files").json()["data"] == []


def test_a_bomb_is_not_unpacked_and_a_file_too_large_not_read(platform):
    bomb = gzip.compress(b"date,amount\n" + b"0" * 10_000_000)
    problem(sent(platform, bomb, CSV, **{"Content-Encoding": "gzip"}), 415, "media-type")
    problem(sent(platform, b" " * (32 * 2**20 + 1), CSV), 413, "too-large")


def test_more_lines_than_are_taken_at_once_are_refused_before_any(platform):
    rows = "".join(f"2026-09-01,1.00,L-1001,{number}\n" for number in range(20_001))
    shown = problem(sent(platform, "date,amount,reference,id\n" + rows), 422, "bad-input")
    assert "20,001 lines" in shown["detail"]
    assert paid(platform) == [73344]


def test_taking_files_takes_its_scope(platform):
    problem(sent(Caller(token_of("clerk")), FILES[CSV]), 403, "forbidden")
    assert Caller(token_of("auditor")).get("/bank-lines").status_code == 200
