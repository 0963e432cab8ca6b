"""The printed plan, read back: every figure and every sentence is the answer's, and it can be read by ear."""

from functools import cache
from io import BytesIO

import pytest
from pypdf import PdfReader

from reprieve.cli.guide_print import pdf_of
from reprieve.cli.guide_proposal import proposal_of
from reprieve.errors import BadInput
from reprieve.lending.guide import answer
from reprieve.operations import print_font
from reprieve.words import words
from tests.guide.people import ON, PEOPLE, answer_to, eight_thousand
from tests.guide.printing import HOSTILE, MONEY, debts_with_names, money, needs_font

LANGUAGES = ("zh", "en")


@cache
def printed(name, language):
    """Return the text of one person's printed pages."""
    return text_of(pdf_of(answer_to(name), words(language)))


def text_of(pdf):
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def plain(text):
    """Return text without its spaces and line ends, which a page lays as it likes."""
    return "".join(text.split())


def integers_in(part):
    """Yield every integer of a JSON document."""
    if isinstance(part, bool):
        return
    if isinstance(part, int):
        yield part
    elif isinstance(part, dict | list):
        for below in part.values() if isinstance(part, dict) else part:
            yield from integers_in(below)


def expected_in_print(found):
    """Yield every amount that the pages must show."""
    for debt in found["debts"]:
        yield from (amount for amount in debt["owed"]["overdue"].values() if amount)
        yield debt["owed"]["total"]
        for row in debt["growth"]:
            yield from (row["owed"]["total"], row["added"], row["at_ceiling"] or row["owed"]["total"])
    for plan in found["plans"]:
        yield from (plan["monthly"], plan["total"], plan["extra"])
    for one in found["order"]["strategies"]:
        yield from (one["total"] or 0, one["extra"] or 0)
    for name in ("surplus", "available"):
        yield found["budget"][name] or 0


@needs_font
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PEOPLE)
def test_every_figure_of_the_answer_is_printed_and_no_other(name, language):
    shown = set(MONEY.findall(printed(name, language)))
    found = answer_to(name).to_dict()
    assert {money(minor) for minor in expected_in_print(found) if minor} <= shown
    assert shown <= {money(minor) for minor in integers_in(found)}


@needs_font
@pytest.mark.parametrize("name", PEOPLE)
def test_every_payment_of_the_plan_is_printed_with_its_day(name):
    text = plain(printed(name, "en"))
    for debt in answer_to(name).debts:
        plan = proposal_of(answer_to(name), debt.number - 1)
        for row in plan.rows if plan else ():
            assert f"{row.number}{row.on.isoformat()}{money(row.amount)}{money(row.left)}" in text


@needs_font
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["the 8,000 case", "nothing to spare", "five debts", "not overdue yet"])
def test_every_message_and_every_rule_is_printed(name, language):
    found, say, text = answer_to(name), words(language), plain(printed(name, language))
    groups = [found.headline, found.contact, found.relief, found.asking, found.advice, found.assumptions]
    groups += [part for debt in found.debts for part in (debt.letter, debt.phone, debt.owed.why)]
    for message in (message for group in groups for message in group):
        assert plain(say.say(message, found.currency)) in text, message.key
    for rule in found.rules:
        assert plain(rule.says[language]) in text
        assert plain(rule.source[language]) in text


@needs_font
@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_are_tagged_titled_in_their_language_and_a4(language):
    reader = PdfReader(BytesIO(pdf_of(answer_to("the 8,000 case"), words(language))))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] is not None
    assert root["/MarkInfo"]["/Marked"].value is True
    assert str(root["/Lang"]).startswith(language)
    assert reader.metadata.title
    assert {tuple(round(float(side)) for side in page.mediabox[2:]) for page in reader.pages} == {(595, 842)}
    assert b"pdfuaid:part" in root["/Metadata"].get_data()


@needs_font
def test_the_same_answer_prints_the_same_bytes():
    assert pdf_of(answer_to("two debts"), words("zh")) == pdf_of(answer_to("two debts"), words("zh"))


@needs_font
def test_a_lender_name_is_printed_as_it_is_and_never_read_as_markup():
    text = plain(text_of(pdf_of(answer(debts_with_names(HOSTILE), ON), words("en"))))
    for name in HOSTILE:
        assert plain(f"To {name}: request for a repayment plan") in text


@needs_font
@pytest.mark.parametrize("name", ["ธนาคาร", "\U0001f600", "\ue000", "은행"])
def test_a_name_in_letters_that_no_font_has_prints_all_the_same(name):
    assert "536.64" in text_of(pdf_of(answer(eight_thousand(lender_name=name), ON), words("en")))


def test_without_a_font_for_chinese_the_error_says_how_to_get_one(monkeypatch):
    monkeypatch.setattr(print_font, "families", lambda: frozenset({"DejaVu Sans", "Libertinus Serif"}))
    with pytest.raises(BadInput, match="apt-get install fonts-noto-cjk") as raised:
        pdf_of(answer_to("the 8,000 case"), words("en"))
    assert raised.value.path == "--pdf"
