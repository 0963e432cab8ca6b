"""The guide in words: each message reads in both languages, a claim carries its rule, the answer fits 80 columns."""

import re

import pytest
from rich.cells import cell_len

from reprieve.cli import guide_text
from reprieve.cli.wrapping import wrap
from reprieve.lending.guide import answer
from reprieve.lending.guide.compose import messages_in
from reprieve.rules import load
from reprieve.words import words
from tests.guide.people import ON, PEOPLE, answer_to, eight_thousand

pytestmark = pytest.mark.fast

LANGUAGES = ("zh", "en")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PEOPLE)
def test_every_message_reads_and_nothing_is_left_unfilled(name, language):
    say = words(language)
    for message in messages_in(answer_to(name)):
        said = say.say(message, answer_to(name).currency)
        assert said
        assert not re.search(r"[{}]|None|Decimal", said), said


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PEOPLE)
def test_the_answer_fits_80_columns_in_plain_text(name, language, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    guide_text.show(answer_to(name), words(language))
    lines = capsys.readouterr().out.splitlines()
    assert max(cell_len(line) for line in lines) <= 80, max(lines, key=cell_len)
    assert not [line for line in lines if line != line.rstrip() or "\x1b" in line]


@pytest.mark.parametrize("name", PEOPLE)
def test_a_rule_that_is_claimed_is_in_the_pack_and_cited(name):
    found = answer_to(name)
    keys = {rule.key for rule in load(found.place).rules}
    claimed = {message.rule for message in messages_in(found) if message.rule}
    assert claimed <= keys
    assert {citation.key for citation in found.rules} == claimed
    assert found.rules_hash == load(found.place).content_hash


CLAIMING = re.compile(
    r"guide\.(contact\.(?!note|channel)|record\.|finding\.|letter\.(record|quiet|third|.*_above)|rule$)"
)


@pytest.mark.parametrize("name", PEOPLE)
def test_what_claims_a_rule_carries_one(name):
    for message in messages_in(answer_to(name)):
        if CLAIMING.match(message.key):
            assert message.rule, message.key


def test_a_private_lender_is_told_nothing_that_binds_institutions():
    found = answer_to("a private lender")
    keys = {message.key for message in messages_in(found)}
    assert not {key for key in keys if key.startswith(("guide.record.", "guide.contact.quiet", "guide.letter.quiet"))}
    finding = found.debts[0].cost.findings[0]
    assert (finding.message.rule, str(finding.ceiling_percent)) == ("cost_ceiling.private_lending", "12.000")


def test_the_letter_and_the_phone_say_the_plan_and_ask_for_less():
    letter = [message.key for message in answer_to("the 8,000 case").debts[0].letter]
    assert letter[:4] == [
        "guide.letter.subject_unnamed",
        "guide.letter.greeting",
        "guide.letter.situation",
        "guide.letter.offer",
    ]
    asked = letter[letter.index("guide.letter.asks") + 1 :][:3]
    assert asked == ["guide.ask.lower_rate", "guide.ask.penalty_waived", "guide.ask.parked"]
    assert "guide.letter.late_above" in letter
    phone = [message.key for message in answer_to("the 8,000 case").debts[0].phone]
    assert phone[0] == "guide.phone.open_unnamed"
    assert {"guide.phone.offer", "guide.phone.if_no", "guide.phone.never"} <= set(phone)


@pytest.mark.parametrize("name", PEOPLE)
def test_everyone_hears_that_asking_is_free_and_where_to_turn(name):
    keys = {message.key for message in messages_in(answer_to(name))}
    assert {"guide.asking.free", "guide.asking.agents", "guide.advice.where", "guide.order.first"} <= keys


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("one two three", 7, ["one two", "three"]),
        ("每月还 ¥536.64，17 个月还清。", 16, ["每月还 ¥536.64，", "17 个月还清。"]),
        ("还清（见第15条）。", 10, ["还清（见第", "15条）。"]),
        ("", 10, [""]),
    ],
)
def test_lines_break_where_a_reader_expects(text, width, lines):
    assert wrap(text, width) == lines


def test_a_lender_that_is_named_is_addressed_by_name():
    found = answer(eight_thousand(lender_name="Example Bank"), ON).debts[0]
    assert words("zh").say(found.letter[0], "CNY") == "致Example Bank：关于协商还款方案的申请"
    assert "Example Bank" in words("en").say(found.phone[0], "CNY")


def test_who_is_not_overdue_is_told_so_and_nothing_of_entries_that_are_not_there():
    found = answer_to("not overdue yet")
    assert found.headline[0].key == "guide.headline.ahead"
    assert found.debts[0].letter[2].key == "guide.letter.ahead"
    assert "guide.letter.breakdown" not in [message.key for message in found.debts[0].letter]
    assert found.plans[[plan.name for plan in found.plans].index("as_agreed")].months == 18
