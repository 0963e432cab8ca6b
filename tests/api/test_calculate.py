"""The stateless questions: the API says exactly what the front door says, and refuses what it refuses."""

import json
from datetime import date

import pytest

import reprieve
from reprieve.cli.problem import problem_of as cli_problem_of
from reprieve.errors import ReprieveError
from reprieve.lending.answers import ANSWERS
from reprieve.lending.guide import answer as guide_answer
from reprieve.lending.rules_answers import RulesCompared, RulesShown
from reprieve.web.api.calculate import CASE, FLOWS, REQUEST
from tests.api.calls import CALCULATE, changed, post, problem

pytestmark = pytest.mark.fast
DAY = date(2026, 4, 14)


def plain(answer) -> dict:
    return json.loads(json.dumps(answer.to_dict(), default=float))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("schedule", reprieve.schedule),
        ("position?on=2026-04-14", lambda case: reprieve.position(case, DAY)),
        ("explain?on=2026-04-14&figure=interest", lambda case: reprieve.explain(case, DAY, "interest")),
        ("explain?on=2026-04-14", lambda case: reprieve.explain(case, DAY, "penalty")),
        ("cost", reprieve.cost),
        ("remaining?on=2026-04-14", lambda case: reprieve.remaining(case, DAY)),
        ("project?days=30&days=400&on=2026-04-14", lambda case: reprieve.project(case, [30, 400], DAY)),
        ("project", lambda case: reprieve.project(case, [30, 60, 90, 180])),
    ],
)
def test_an_answer_is_the_front_doors_own_and_of_the_published_shape(client, path, expected):
    response = post(client, f"{CALCULATE}/{path}", CASE)
    assert response.status_code == 200, response.content
    assert response.json() == plain(expected(reprieve.Case.read(CASE)))
    ANSWERS[path.partition("?")[0]].model_validate_json(response.content)


def test_apr_and_guide_answer_as_the_front_door_does(client):
    apr = post(client, f"{CALCULATE}/apr", FLOWS)
    assert apr.json() == plain(reprieve.apr(FLOWS))
    guide = post(client, f"{CALCULATE}/guide?on=2026-11-23", REQUEST)
    assert guide.json() == guide_answer(REQUEST, date(2026, 11, 23)).to_dict()


def test_what_was_known_later_does_not_count_on_an_earlier_day(client):
    late = {"kind": "payment", "on": "2026-03-15", "amount": 73344, "recorded_at": "2026-04-20T08:00:00Z"}
    case = {**CASE, "events": [*CASE["events"], late]}
    known = [
        post(client, f"{CALCULATE}/position?on=2026-04-14&known_on={day}", case).json()["days_past_due"]
        for day in ("2026-04-19", "2026-04-20")
    ]
    assert known == [30, 0]


def test_every_fault_of_a_document_is_named_with_its_path(client):
    case = changed(principal=-1, method="levle_instalment")
    shown = problem(post(client, f"{CALCULATE}/schedule", case), 422, "bad-input")
    assert {fault["path"] for fault in shown["errors"]} == {"$.contract.principal", "$.contract.method"}
    assert all(fault["allowed"] and fault["found"] and fault["detail"] and fault["code"] for fault in shown["errors"])
    assert 'Did you mean "level_instalment"?' in str(shown["errors"])


@pytest.mark.parametrize("case", [changed(principal=0), changed(method="flat", interest="daily"), {"contract": 1}])
def test_a_problem_is_the_one_the_command_line_shows(client, case):
    shown = post(client, f"{CALCULATE}/schedule", case).json()
    with pytest.raises(ReprieveError) as error:
        reprieve.Case.read(case)
    expected = cli_problem_of(error.value)
    assert {key: shown[key] for key in expected} == expected


def test_a_combination_that_is_not_supported_is_refused_as_409(client):
    shown = problem(post(client, f"{CALCULATE}/schedule", changed(method="flat", interest="daily")), 409, "refused")
    assert shown["errors"][0]["path"] == "$.contract.interest"


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (" ", "nothing"),
        ("{", "line 1"),
        ('{"contract": {}, "contract": {}}', "twice"),
        ('{"contract": NaN}', "NaN"),
        ("[]", "array"),
        (b"\xff\xfe", "not UTF-8"),
        ('{"contract": ' + "[" * 5000 + "]" * 5000 + "}", "deep"),
    ],
)
def test_what_is_no_json_object_is_refused_in_a_sentence(client, body, found):
    shown = problem(post(client, f"{CALCULATE}/schedule", body), 422, "bad-input")
    assert found in shown["detail"]


@pytest.mark.parametrize(
    ("query", "path", "found"),
    [
        ("", "?on", "nothing"),
        ("on=2026-02-30", "?on", "2026-02-30"),
        ("on=14.04.2026", "?on", "14.04.2026"),
        ("on=2026-04-14&on=2026-04-15", "?on", "2026-04-15"),
        ("on=2026-04-14&onn=1", "?onn", "onn"),
        ("on=1776-07-04", "?on", "1776-07-04"),
    ],
)
def test_a_query_is_read_as_strictly_as_a_document(client, query, path, found):
    shown = problem(post(client, f"{CALCULATE}/position?{query}", CASE), 422, "bad-input")
    assert [fault["path"] for fault in shown["errors"]] == [path]
    assert found in shown["errors"][0]["found"]
    assert path in shown["detail"]


@pytest.mark.parametrize("days", ["-1", "1.5", "36501", "x", "9" * 30, ""])
def test_days_ahead_are_whole_numbers_within_a_century(client, days):
    shown = problem(post(client, f"{CALCULATE}/project?days={days}", CASE), 422, "bad-input")
    assert shown["errors"][0]["path"].startswith("?days")


def test_rules_are_shown_and_compared_as_the_pack_has_them(client):
    shown = client.get("/api/v1/rules/cn?on=2026-11-23&key=penalty&lender_type=consumer_finance")
    RulesShown.model_validate_json(shown.content)
    assert {rule["key"] for rule in shown.json()["rules"]} >= {"penalty.multiple_most"}
    compared = client.get("/api/v1/rules/cn/changes?from=2026-02-01&to=2026-11-23")
    assert RulesCompared.model_validate_json(compared.content).changes
    problem(client.get("/api/v1/rules/fr?on=2026-11-23"), 404, "not-found")
    problem(client.get("/api/v1/rules/cn?on=2026-11-23&lender_type=shark"), 422, "bad-input")


def test_an_answer_one_has_already_is_not_sent_again(client):
    first = client.get("/api/v1/rules/cn?on=2026-11-23")
    again = client.get("/api/v1/rules/cn?on=2026-11-23", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    other = client.get("/api/v1/rules/cn?on=2026-11-24", headers={"If-None-Match": first["ETag"]})
    assert other.status_code == 200
