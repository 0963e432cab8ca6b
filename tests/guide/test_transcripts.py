"""What twenty people see, in both languages, word for word; and every key figure of it, computed a second time.

After a wanted change: UPDATE_TRANSCRIPTS=1 python -m pytest tests/guide/test_transcripts.py, then read the difference.
"""

import io
import json
import os
import re
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from reprieve.cli import main
from tests import reference
from tests.guide.reference import half_even, level_rows, parked_rows, shortest
from tests.guide.situations import SITUATIONS

pytestmark = pytest.mark.fast

HERE = Path(__file__).parent / "transcripts"
ON = date(2026, 11, 23)
LANGUAGES = ("zh", "en")
HORIZONS = (30, 60, 90, 180, 365)
IS_UPDATE = bool(os.environ.get("UPDATE_TRANSCRIPTS"))


@pytest.fixture
def transcript(monkeypatch, capsys):
    """Return what the real command prints for a situation, with the command itself."""

    def ran(name, language):
        one = SITUATIONS[name]
        arguments = ["guide", *one.flags.split(), *(["-"] if one.request else [])]
        arguments += ["--on", ON.isoformat(), "--lang", language]
        monkeypatch.setenv("COLUMNS", "80")
        given = io.TextIOWrapper(io.BytesIO(json.dumps(one.request).encode()), "utf-8")
        monkeypatch.setattr("sys.stdin", given)
        with pytest.raises(SystemExit) as left:
            main(arguments)
        captured = capsys.readouterr()
        assert left.value.code == one.code
        asked = f"$ reprieve {' '.join(arguments)}{f' < {name}.json' if one.request else ''}\n"
        return asked + captured.out + captured.err

    return ran


def kept(name, language):
    return (HERE / f"{name}.{language}.txt").read_text("utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SITUATIONS)
def test_the_transcript_is_as_it_was_read_and_approved(name, language, transcript):
    shown = transcript(name, language)
    if IS_UPDATE:
        (HERE / f"{name}.{language}.txt").write_text(shown, "utf-8")
        if SITUATIONS[name].request:
            request = json.dumps(SITUATIONS[name].request, indent=2, ensure_ascii=False)
            (HERE / f"{name}.json").write_text(f"{request}\n", "utf-8")
    assert shown == kept(name, language)


def test_every_kept_transcript_belongs_to_a_situation():
    names = {path.name for path in HERE.glob("*.txt")}
    assert names == {f"{name}.{language}.txt" for name in SITUATIONS for language in LANGUAGES}
    assert len(SITUATIONS) >= 15


# -------------------------------------------------------------------------------------------- the figures a second time


def money(minor):
    return f"{'−' if minor < 0 else ''}{abs(minor) // 100:,}.{abs(minor) % 100:02}"


def parts_of(debt):
    """Return principal, interest and penalty overdue, by the stated split where only the whole is known."""
    if debt.whole is None:
        return debt.principal, debt.interest, debt.penalty
    principal = half_even(debt.whole / (1 + debt.rate * debt.multiple * debt.days / 365))
    return principal, 0, debt.whole - principal


def decimal(fraction):
    """Return a fraction as a decimal string with nine places at most, which every rate here fits."""
    nano = fraction * 10**9
    assert nano.denominator == 1
    return f"{nano.numerator // 10**9}.{nano.numerator % 10**9:09}"


def case_of(debt, currency):
    """Return a debt as a case file: balances taken over today, instalments to come."""
    principal, interest, penalty = parts_of(debt)
    due_on = ON - timedelta(debt.days)
    opening = {
        "kind": "opening", "on": ON.isoformat(),
        "balances": {
            "principal": principal, "interest": interest, "penalty": penalty, "fees": 0,
            "principal_not_due": debt.not_due,
        },
    }  # fmt: skip
    if principal + interest + penalty:
        opening["oldest_unpaid_due_on"] = due_on.isoformat()
    if debt.not_due:
        opening |= {"instalments": debt.instalments, "next_due_on": debt.next_due}
    contract = {
        "currency": currency, "principal": principal + interest + penalty + debt.not_due,
        "disbursed_on": (due_on - timedelta(31)).isoformat(), "first_due_on": due_on.isoformat(), "period": "1 month",
        "annual_rate": decimal(debt.rate), "method": "level_instalment" if debt.not_due else "bullet",
        "instalments": debt.instalments or 1, "day_count": "equal_periods" if debt.not_due else "act_365",
        "penalty": {
            "multiple": decimal(debt.multiple), "base": "principal", "replaces_interest": True, "day_count": "act_365",
        },
        "allocation": {
            "order": ["fee", "penalty", "interest", "principal"], "across": "oldest_instalment_first",
            "surplus": "hold",
        },
    }  # fmt: skip
    return {"contract": contract, "events": [opening]}


def growth_of(debt, currency):
    """Yield day by day what a debt becomes, by the slow reference of the loan."""
    case = case_of(debt, currency)
    for days in HORIZONS:
        on = ON + timedelta(days)
        yield days, on, reference.position(case, on.isoformat())["outstanding"]["total"]


DEBTS = [(name, place) for name, one in SITUATIONS.items() for place in range(len(one.debts))]


@pytest.mark.parametrize(("name", "place"), DEBTS)
def test_what_it_grows_to_is_what_the_slow_reference_says(name, place):
    one = SITUATIONS[name]
    debt = one.debts[place]
    total = sum(parts_of(debt)) + debt.not_due
    for days, on, owed in growth_of(debt, one.currency):
        row = rf"^{days}\s+{on}\s+{money(owed)}\s+{money(owed - total)}\b"
        for language in LANGUAGES:
            assert re.search(row, kept(name, language), re.MULTILINE), f"{days} days: {money(owed)}"


@pytest.mark.parametrize("name", [name for name, one in SITUATIONS.items() if not any(d.not_due for d in one.debts)])
def test_late_interest_is_principal_by_rate_by_days(name):
    """Where nothing is still to fall due, the growth is one multiplication, done here by hand."""
    for debt in SITUATIONS[name].debts:
        principal = parts_of(debt)[0]
        added = half_even(principal * debt.rate * debt.multiple * 365 / 365)
        assert re.search(rf"^365\s+2027-11-23\s+\S+\s+{money(added)}\b", kept(name, "en"), re.MULTILINE)


@pytest.mark.parametrize(("name", "place"), DEBTS)
def test_the_parts_are_those_of_the_stated_split(name, place):
    parts = [part for part in parts_of(SITUATIONS[name].debts[place]) if part]
    row = r"\s+".join(money(part) for part in parts)
    for language in LANGUAGES:
        assert not parts or re.search(row, kept(name, language))


def after_months(months):
    """Return the 23rd of the month some months on."""
    month = ON.month - 1 + months
    return date(ON.year + month // 12, month % 12 + 1, ON.day)


def plans_of(name, place):
    """Yield the plans of a debt by hand: what each is, and its payments, after how many months of pause."""
    one = SITUATIONS[name]
    debt, owed = one.debts[place], [sum(parts_of(debt)) + debt.not_due for debt in one.debts]
    principal, interest, penalty = parts_of(debt)
    total, offer = owed[place], one.available * owed[place] // sum(owed)
    charges = interest + penalty
    yield "twelve months", level_rows(total, debt.rate, 12), 0
    yield "shortest", shortest(total, debt.rate, offer), 0
    yield "interest-free", shortest(total, 0, offer), 0
    yield "half the rate", shortest(total, debt.rate / 2, offer), 0
    if penalty:
        yield "late interest waived", shortest(total - penalty, debt.rate, offer), 0
    if charges:
        yield "charges parked", shortest(total - charges, debt.rate, offer, parked=charges), 0
    if one.ceiling is not None:
        yield "at the ceiling", shortest(total, one.ceiling, offer), 0
    held = half_even((total - charges) * debt.rate * one.pause / 12)
    yield "after a pause", shortest(total - charges, debt.rate, offer, parked=charges + held), one.pause
    yield "lowest", lowest(total - charges, debt.rate / 2, interest, shortest(total, debt.rate, offer)), 0
    if debt.not_due:
        coming = level_rows(debt.not_due, debt.rate, debt.instalments)
        overdue = parked_rows(principal + charges, len(coming))
        yield "instalments as agreed", [due + part for due, part in zip(coming, overdue)], None


def lowest(principal, rate, parked, basis):
    """Return the longest plan, of sixty payments at most, that costs no more in all than the shortest affordable."""
    found = None
    for months in range(1, 61 if basis else 1):
        rows = [level + part for level, part in zip(level_rows(principal, rate, months), parked_rows(parked, months))]
        if sum(rows) <= sum(basis):
            found = rows
    return found


PLANNED = [(name, place) for name, place in DEBTS if SITUATIONS[name].available]


@pytest.mark.parametrize(("name", "place"), PLANNED)
def test_every_plan_shown_is_what_the_slow_reference_gives(name, place):
    one = SITUATIONS[name]
    owed = sum(parts_of(one.debts[place])) + one.debts[place].not_due
    found = {what: rows for what, rows, _ in plans_of(name, place)}
    for what, rows, pause in plans_of(name, place):
        if not rows or (what not in ("shortest", "twelve months") and rows == found["shortest"]):
            continue
        last = r"\S+" if pause is None else after_months(pause + len(rows))
        amounts = (money(rows[0]), len(rows), last, money(sum(rows)), money(sum(rows) - owed))
        row = r"\s{1,}".join(str(amount) for amount in amounts)
        for language in LANGUAGES:
            assert re.search(row, kept(name, language)), f"{what}: {row}"


@pytest.mark.parametrize("name", [name for name, one in SITUATIONS.items() if one.debts])
def test_a_plan_at_the_contract_rate_is_named_just_where_one_fits(name):
    one = SITUATIONS[name]
    fits = one.available and all(
        any(rows for what, rows, _ in plans_of(name, place) if what == "shortest") for place in range(len(one.debts))
    )
    words = {"zh": "最短的可承受方案：每月", "en": "The shortest affordable plan at the contract rate:"}
    for language in LANGUAGES:
        assert (words[language] in kept(name, language)) is bool(fits)


@pytest.mark.parametrize("name", [name for name, one in SITUATIONS.items() if len(one.debts) > 1])
def test_a_share_to_each_costs_what_the_plans_cost_together(name):
    debts = SITUATIONS[name].debts
    chosen = [
        next(rows for what, rows, _ in plans_of(name, place) if what == "shortest") for place in range(len(debts))
    ]
    total, owed = sum(map(sum, chosen)), sum(sum(parts_of(debt)) + debt.not_due for debt in debts)
    months = [len(rows) for rows in chosen]
    row = rf"{max(months)}\s+{money(total)}\s+{money(total - owed)}\s+{after_months(min(months))}"
    for language in LANGUAGES:
        assert re.search(row, kept(name, language))


@pytest.mark.parametrize("name", SITUATIONS)
def test_figures_worked_out_by_hand_stand_in_both_languages(name):
    one = SITUATIONS[name]
    figures = [*one.says, *([money(one.available)] if one.available else [])]
    for language in LANGUAGES:
        assert not [figure for figure in figures if figure not in kept(name, language)]


def test_half_a_percent_a_month_beside_eighteen_percent_is_28_4_percent_a_year():
    """By bisection in fractions: 733.44 and 40 a month for 8,000 received."""
    low, high = Fraction(0), Fraction(1)
    for _ in range(40):
        middle = (low + high) / 2
        worth, factor = Fraction(0), Fraction(1)
        for _ in range(12):
            factor = (factor / (1 + middle)).limit_denominator(10**15)
            worth += 77_344 * factor
        low, high = (middle, high) if worth > 800_000 else (low, middle)
    assert f"{float(1200 * low):.2f}" == "28.36"
