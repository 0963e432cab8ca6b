"""A pack file is read strictly: every fault names file, rule and field, what was found and what is allowed."""

import tomllib
from datetime import date
from decimal import Decimal

import pytest

from reprieve.errors import BadInput
from reprieve.rules.load import pack_of

pytestmark = pytest.mark.fast

RULE = """
[[rule]]
key = "penalty.multiple_most"
from = 2004-01-01
value = "1.5"
unit = "multiple"
level = "normative_notice"
applies_by = "contract"
lenders = ["bank"]
confidence = "verified"
says.en = "At most half as much again."
says.zh = "最多上浮一半。"
source = { title = "通知", number = "银发〔2003〕251号", article = "item 3", date = 2003-12-10 }
"""
SERIES = """
[[series]]
key = "reference_rate.lpr_1y"
points = [[2026-01-20, "0.030"], [2026-05-20, "0.029"]]
known_to = 2026-06-19
unit = "rate_per_year"
level = "normative_notice"
applies_by = "contract"
confidence = "verified"
says.en = "A rate."
says.zh = "利率。"
source = { title = "利率" }
"""
LEFT_OUT = """
[[not_encoded]]
key = "a.b"
confidence = "press_only"
says.en = "A."
says.zh = "甲。"
because.en = "B."
because.zh = "乙。"
"""


def read(text, name="penalty.toml"):
    return pack_of("cn", {name: text})


def test_a_rule_is_read_as_it_stands():
    [rule] = read(RULE).rules
    assert (rule.key, rule.value, rule.unit) == ("penalty.multiple_most", Decimal("1.5"), "multiple")
    assert (rule.from_, rule.until, rule.lenders, rule.products) == (date(2004, 1, 1), None, ("bank",), ())
    assert rule.cite("zh") == "《通知》（银发〔2003〕251号）第3项"
    assert rule.cite("en") == "通知, 银发〔2003〕251号, item 3"


@pytest.mark.parametrize(
    ("article", "chinese"),
    [
        ("art. 25", "第25条"),
        ("arts. 26, 29–31", "第26、29–31条"),
        ("item 6", "第6项"),
        ("(b)(1)(i) and (ii)", "(b)(1)(i) and (ii)"),
    ],
)
def test_a_source_reads_in_both_languages(article, chinese):
    [rule] = read(RULE.replace("item 3", article)).rules
    assert rule.cite("zh").endswith(chinese)
    assert rule.cite("en").endswith(article)


BROKEN = [
    ('value = "1.5"', "value = 1.5", "value", "1.5", "a decimal string"),
    ('value = "1.5"', 'value = "-1.5"', "value", '"-1.5"', "a decimal string"),
    ('value = "1.5"', "", "value", "nothing", "a decimal string"),
    ('unit = "multiple"', 'unit = "times"', "unit", '"times"', "multiple"),
    ('unit = "multiple"', 'unit = "share"', "value", '"1.5"', "from 0 to 1"),
    ('unit = "multiple"', 'unit = "days"', "value", '"1.5"', "a whole number"),
    ('unit = "multiple"', 'unit = "flag"', "value", '"1.5"', "true or false"),
    ('unit = "multiple"', 'unit = "time_of_day"', "value", '"1.5"', "a time of day"),
    ('value = "1.5"\nunit = "multiple"', 'value = true\nunit = "days"', "value", "true", "a whole number"),
    ('value = "1.5"\nunit = "multiple"', 'value = -1\nunit = "days"', "value", "-1", "a whole number"),
    ('value = "1.5"\nunit = "multiple"', 'value = {}\nunit = "table"', "value", "{}", "a table with something"),
    ('value = "1.5"\nunit = "multiple"', 'value = {a = 0.5}\nunit = "table"', "value", "0.5", "decimal strings"),
    ('value = "1.5"\nunit = "multiple"', 'value = "25:00"\nunit = "time_of_day"', "value", '"25:00"', "time of day"),
    ('value = "1.5"\nunit = "multiple"', 'value = 5\nunit = "minor_units"', "currency", "nothing", "ISO 4217"),
    ('unit = "multiple"', 'unit = "multiple"\ncurrency = "CNY"', "currency", '"CNY"', "left out beside others"),
    ('level = "normative_notice"', 'level = "rumour"', "level", '"rumour"', "window_guidance"),
    ('applies_by = "contract"', "", "applies_by", "nothing", "filing"),
    ('confidence = "verified"', 'confidence = "medium"', "confidence", '"medium"', "verified, high"),
    ('confidence = "verified"', 'confidence = "press_only"', "confidence", '"press_only"', "verified, high"),
    ('lenders = ["bank"]', 'lenders = ["banks"]', "lenders", '["banks"]', "consumer_finance"),
    ('lenders = ["bank"]', "lenders = []", "lenders", "[]", "each once"),
    ('lenders = ["bank"]', 'lenders = ["bank", "bank"]', "lenders", '["bank", "bank"]', "each once"),
    ('says.zh = "最多上浮一半。"', "", "says", "At most", "says.zh"),
    ('says.zh = "最多上浮一半。"', 'says.zh = " "', "says", "At most", "says.zh"),
    ("from = 2004-01-01", 'from = "2004-01-01"', "from", '"2004-01-01"', "without quotes"),
    ("from = 2004-01-01", "from = 2004-01-01T00:00:00", "from", "2004", "without quotes"),
    ("from = 2004-01-01", "from = 2004-01-01\nuntil = 2004-01-01", "until", "2004-01-01", "a day after 2004-01-01"),
    ("from = 2004-01-01", "from = 2004-01-01\nuntill = 2005-01-01", "untill", "untill", "the closest is until"),
    ('key = "penalty.multiple_most"', 'key = "Penalty"', "key", '"Penalty"', "joined by dots"),
    ('title = "通知", ', "", "source: title", "nothing", "a sentence or a name"),
    ("date = 2003-12-10", "date = 2003", "source: date", "2003", "a day written"),
]


@pytest.mark.parametrize(("old", "new", "field", "found", "allowed"), BROKEN)
def test_a_fault_names_file_rule_field_found_and_allowed(old, new, field, found, allowed):
    assert old in RULE
    with pytest.raises(BadInput) as error:
        read(RULE.replace(old, new))
    assert error.value.path.startswith("cn/penalty.toml: rule 1 (")
    assert error.value.path.endswith(f": {field}")
    assert found in error.value.found
    assert allowed in error.value.allowed
    assert str(error.value).startswith(f"At {error.value.path}: found ")


def test_text_that_is_no_toml_names_file_and_line():
    with pytest.raises(BadInput, match=r"At cn/penalty.toml: found .*line 2"):
        read("\nkey = \nfrom = 1\n")


def test_a_file_holds_rules_series_and_what_is_left_out_alone():
    with pytest.raises(BadInput, match="allowed is \\[\\[rule\\]\\]"):
        read(RULE.replace("[[rule]]", "[[rules]]"))
    with pytest.raises(BadInput, match="allowed is \\[\\[rule\\]\\]"):
        read('rule = "none"')


def test_two_answers_on_one_day_are_refused():
    later = RULE.replace("2004-01-01", "2010-01-01")
    with pytest.raises(BadInput, match=r"penalty.multiple_most.*two rules.*2010-01-01, one of them from 2004-01-01"):
        read(RULE + later)
    assert len(read(RULE.replace("from = 2004-01-01", "from = 2004-01-01\nuntil = 2010-01-01") + later).rules) == 2


def test_a_day_of_overlap_is_refused_and_none_is_not():
    later = RULE.replace("2004-01-01", "2010-01-01")
    with pytest.raises(BadInput, match="two rules"):
        read(RULE.replace("from = 2004-01-01", "from = 2004-01-01\nuntil = 2010-01-02") + later)


@pytest.mark.parametrize(
    ("scope", "is_allowed"),
    [
        ('lenders = ["trust"]', True),
        ('lenders = ["bank", "trust"]', False),
        ('lenders = ["any_creditor"]', False),
        ('products = ["credit_card"]', False),
        ('lenders = ["bank"]\nproducts = ["credit_card"]', True),
        ("", True),
    ],
)
def test_scopes_that_share_a_lender_and_are_equally_narrow_contradict(scope, is_allowed):
    text = RULE + RULE.replace('lenders = ["bank"]', scope)
    if is_allowed:
        assert len(read(text).rules) == 2
    else:
        with pytest.raises(BadInput, match="two rules for the same lenders and products"):
            read(text)


def test_a_series_holds_each_point_until_the_next_and_the_last_to_where_it_is_known():
    spans = [(rule.from_, rule.until, rule.value) for rule in read(SERIES).rules]
    assert spans == [
        (date(2026, 1, 20), date(2026, 5, 20), Decimal("0.030")),
        (date(2026, 5, 20), date(2026, 6, 20), Decimal("0.029")),
    ]


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("known_to = 2026-06-19", "", "known_to"),
        ("known_to = 2026-06-19", "known_to = 2026-05-19", "known_to"),
        ('[2026-05-20, "0.029"]', '[2026-01-20, "0.029"]', "points"),
        ('[2026-05-20, "0.029"]', '[2026-05-20, "0.029", 1]', "points"),
        ('[2026-05-20, "0.029"]', '["2026-05-20", "0.029"]', "points"),
        ('[2026-05-20, "0.029"]', "[2026-05-20, 0.029]", "value"),
    ],
)
def test_a_broken_series_is_refused(old, new, field):
    assert old in SERIES
    with pytest.raises(BadInput) as error:
        read(SERIES.replace(old, new))
    assert error.value.path == f"cn/penalty.toml: series 1 (reference_rate.lpr_1y): {field}"


def test_what_is_left_out_is_never_a_rule():
    pack = read(LEFT_OUT)
    assert (pack.rules, [one.key for one in pack.not_encoded]) == ((), ["a.b"])
    with pytest.raises(BadInput, match="press_only"):
        read(LEFT_OUT.replace("press_only", "verified"))
    with pytest.raises(BadInput, match="because"):
        read(LEFT_OUT.replace('because.zh = "乙。"', ""))


def test_the_content_hash_follows_what_is_said_and_not_how_it_is_laid_out():
    other = RULE.replace("multiple_most", "multiple_least").replace("1.5", "1.3")
    one = read(RULE + other).content_hash
    assert one == pack_of("cn", {"b.toml": other, "a.toml": f"# a comment\n\n{RULE}"}).content_hash
    assert tomllib.loads(RULE) != tomllib.loads(RULE.replace("1.5", "1.4"))
    changed = [RULE.replace("1.5", "1.4"), RULE.replace("2004-01-01", "2004-01-02"), RULE.replace("一半", "百分之五十")]
    assert len({one, *(read(text + other).content_hash for text in changed)}) == 4
