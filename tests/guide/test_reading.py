"""How an answer reads: figures whole at any width, debts by name, one as one, standards as what they are."""

import re
from datetime import date

import pytest

from reprieve.cli import guide_text
from reprieve.lending.guide import answer
from reprieve.words import words
from tests.guide.people import ON, PEOPLE, answer_to, eight_thousand

pytestmark = pytest.mark.fast

AMOUNT = re.compile(r"\d{1,3}(?:,\d{3})*\.\d\d\b")
MILLION = {
    "debts": [{"overdue": 123_456_789, "rate": "24%", "days_overdue": 60, "lender": "bank"}], "surplus": 5_000_000,
}  # fmt: skip


@pytest.fixture
def read(monkeypatch, capsys):
    """Return an answer as it is shown at a width."""

    def shown(found, language="en", columns=80):
        monkeypatch.setenv("COLUMNS", str(columns))
        guide_text.show(found, words(language))
        return capsys.readouterr().out

    return shown


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("columns", [40, 60, 80])
@pytest.mark.parametrize("request_", [MILLION, PEOPLE["five debts"]], ids=["a million", "five debts"])
def test_no_figure_and_no_day_is_broken_at_any_width(read, request_, columns, language):
    found = answer(request_, ON)
    out = read(found, language, columns)
    say = words(language)
    for plan in found.plans:
        for minor in (plan.monthly, plan.total, plan.extra):
            assert say.money(minor, "CNY", symbol=False) in out
        assert plan.last_on.isoformat() in out
    for debt in found.debts:
        for row in debt.growth:
            assert say.money(row.owed.total, "CNY", symbol=False) in out
    assert "…" not in out


def test_a_wide_enough_screen_shows_a_table_and_a_narrow_one_a_list(read):
    found = answer_to("the 8,000 case")
    assert "• over 12 months · a month 733.44 · months 12" in read(found, columns=60).replace("\n  ", " ")
    assert re.search(r"^over 12 months +733\.44 +12 ", read(found, columns=80), re.MULTILINE)


@pytest.mark.parametrize(("language", "order"), [("en", "In this order: "), ("zh", "次序：")])
def test_several_debts_are_named_in_the_order_they_are_paid_in_with_their_days(read, language, order):
    found, say = answer_to("two debts"), words(language)
    out = re.sub(r"\n *", " " if language == "en" else "", read(found, language))
    for one in found.order.strategies:
        days = [say.day(step.clear_on) for step in one.steps]
        assert all(day in out for day in days)
    lines = out.split(order)[1:]
    assert len(lines) == 2, "paying one after another is told twice: the dearest first, the smallest first"
    for one, line in zip(found.order.strategies, lines, strict=False):
        first, second = (found.debts[step.debt] for step in one.steps)
        names = [debt.name or say.text(f"guide.lender.{debt.lender}") for debt in (first, second)]
        assert line.index(names[0]) < line.index(names[1])


def test_what_is_assumed_says_of_which_debts(read):
    asked = {"debts": [{"overdue": 100_000, "rate": "18%", "days_overdue": 9}, {"overdue": 200_000, "rate": "12%"}]}
    found = answer(asked, ON)
    of = {message.key: numbers for numbers, message in found.assumed()}
    assert of["guide.assumed.late_interest_first"] == (1,)
    assert of["guide.assumed.all_principal"] == (2,)
    assert of["guide.assumed.whole"] == ()
    out = " ".join(read(found).split())
    assert "• Debt 1: You did not say what the overdue amount is made of. We count 9 days" in out
    assert "• Debt 2: You did not say since when" in out
    assert "• You did not say whether more falls due later" in out
    assert not any(numbers for numbers, _ in answer_to("the 8,000 case").assumed())


@pytest.mark.parametrize(
    ("key", "figures", "text"),
    [
        ("guide.advice.long", {"months": 1}, "take 1 month of"),
        ("guide.advice.long", {"months": 21}, "take 21 months of"),
        ("problem.more", {"count": 1}, "1 more problem"),
        ("problem.more", {"count": 2}, "2 more problems"),
        ("guide.contact.calls_in_window", {"count": 7, "days": 1, "source": "x"}, "7 calls in 1 day about"),
    ],
)
def test_one_is_one_in_english(key, figures, text):
    assert text in words("en").text(key, **figures)


STANDARD, OWN_RULE = "guide.contact.online_standard", "guide.contact.self_regulatory"


@pytest.mark.parametrize(
    ("lender", "on", "said"),
    [
        ("consumer_finance", ON, [STANDARD]),
        ("bank", ON, [OWN_RULE, STANDARD]),
        ("private", ON, []),
        ("consumer_finance", date(2025, 2, 28), [STANDARD]),
        ("consumer_finance", date(2025, 2, 27), [OWN_RULE]),
    ],
)
def test_a_standard_is_called_one_and_a_law_is_not(lender, on, said):
    found = answer(eight_thousand(lender=lender), on)
    assert [message.key for message in found.contact if message.key in (STANDARD, OWN_RULE)] == said
    levels = {rule.key: rule.level for rule in found.rules}
    weak = {"national_standard", "self_regulatory"} & {levels[one.rule] for one in found.contact if one.rule}
    assert len(weak) == len(said)


def test_the_lowest_plan_is_measured_against_another_only_where_there_is_one(read):
    short = {"debts": [{"overdue": 2_000_000, "rate": "24%", "days_overdue": 60, "lender": "bank"}], "surplus": 50_000}
    found = answer(short, ON)
    assert found.shortest() is None
    assert "no higher cost" not in read(found)
    assert "lowest payment, longest time" in " ".join(read(found).split())
    assert "no higher cost" in " ".join(read(answer_to("the 8,000 case")).split())
