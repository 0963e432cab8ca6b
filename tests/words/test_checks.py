"""Each word check finds the fault that is planted for it, and lets good words be."""

import pytest

from tests.words import checks
from tests.words.test_words import CAPITALS, CATALOGUES, FOR_BORROWERS, HARSH, HOUSE, complaints

pytestmark = pytest.mark.fast

GOOD = {
    "en": "You can ask for a plan of {months} months at {rate} a year. It is free, and it costs nothing to ask again.",
    "zh": "您可以申请分 {months} 个月还，年利率 {rate}。申请不收费，以后也可以再申请。",
}
PLANTED = [
    ("harsh", "en", "You failed to pay {amount}.", "blames"),
    ("harsh", "en", "Pay immediately.", "hurries"),
    ("harsh", "en", "As a defaulter, you owe {amount}.", "by their debt"),
    ("harsh", "en", "Legal action will follow.", "threatens"),
    ("harsh", "en", "Your name goes on a blacklist.", "shames"),
    ("harsh", "en", "Ask for forbearance.", "plain one"),
    ("harsh", "zh", "您拖欠了 {amount}。", "责备"),
    ("harsh", "zh", "请立即还款。", "催促"),
    ("harsh", "zh", "否则后果自负。", "威胁"),
    ("harsh", "zh", "会进黑名单。", "羞辱"),
    ("harsh", "zh", "不做老赖。", "称呼"),
    ("harsh", "zh", "滞纳金 {amount}。", "违约金"),
    ("loud", "en", "Pay today!", "exclamation"),
    ("loud", "zh", "今天还款！", "exclamation"),
    ("loud", "en", "This is IMPORTANT news.", "IMPORTANT"),
    ("long", "en", "one " * 21 + "end.", "at most 20"),
    ("long", "zh", "字" * 36 + "。", "at most 35"),
    ("long", "zh", "好。" + "长" * 30 + "，{amount}" + "长" * 10 + "。", "at most 35"),
    ("marks", "zh", "还清,再谈。", "half-width"),
    ("marks", "zh", "还清(全部)。", "half-width"),
    ("marks", "zh", "欠款:很多", "half-width"),
    ("marks", "zh", "还{amount}元。", "no space"),
    ("marks", "zh", "还8,000元。", "no space"),
    ("marks", "zh", "还清 ，再谈。", "beside a full-width"),
    ("marks", "zh", "还清， 再谈。", "beside a full-width"),
    ("marks", "zh", "年利率 18 %。", "percent"),
    ("marks", "zh", "１８ 期。", "full-width digits"),
    ("marks", "zh", "还 清。", "between Chinese"),
    ("marks", "zh", "说\"好\"。", "half-width"),
    ("marks", "en", "Paid，then.", "full-width"),
    ("marks", "en", "Paid , then.", "space"),
    ("marks", "en", "Say \"yes\".", "quotes"),
    ("marks", "en", "Paid 还.", "Chinese"),
    ("claim", "en", "They must not call at night.", "must not"),
    ("claim", "en", "You are entitled to a plan.", "entitled"),
    ("claim", "en", "By law it is free.", "law"),
    ("claim", "en", "You have the right to a plan.", "right"),
    ("claim", "zh", "您有权要求分期。", "有权"),
    ("claim", "zh", "对方不得在夜间来电。", "不得"),
    ("claim", "zh", "依法应当减免。", "依法"),
    ("claim", "zh", "对方必须同意。", "必须"),
]  # fmt: skip


@pytest.mark.parametrize(("check", "language", "text", "said"), PLANTED)
def test_a_planted_fault_is_found(check, language, text, said):
    found = complaints(check, language, "guide.planted", text)
    assert found, text
    assert any(said in one for one in found), found


@pytest.mark.parametrize("language", GOOD)
@pytest.mark.parametrize("check", ["harsh", "loud", "long", "marks", "claim"])
def test_good_words_are_let_be(check, language):
    assert not complaints(check, language, "guide.planted", GOOD[language])


@pytest.mark.parametrize(
    ("zh", "en", "said"),
    [
        ({"a": "好"}, {}, "one language only"),
        ({"a": "{amount} 元"}, {"a": "{sum} yuan"}, "one language only"),
        ({"a": " "}, {"a": "good"}, "no words"),
    ],
)
def test_what_one_language_lacks_is_found(zh, en, said):
    assert any(said in one for one in checks.one_sided(zh, en))


def test_a_claim_that_names_its_source_is_let_be():
    assert not complaints("claim", "en", "guide.planted", "They must not call at night ({source}).")
    assert not complaints("claim", "zh", "guide.planted", "对方不得在夜间来电（{source}）。")


def test_edges_of_length():
    assert not checks.long_sentences("one " * 19 + "end.", is_english=True)
    assert not checks.long_sentences("字" * 35 + "。", is_english=False)
    assert not checks.long_sentences("字" * 34 + " {amount}（{source}）。", is_english=False)


def test_words_inside_other_words_are_let_be():
    assert not checks.harsh_words("A workshop in Jailbury", HARSH["en"], is_english=True)
    assert not checks.loud_words("{AMOUNT} under IFRS 9", CAPITALS)


def test_the_lint_looks_at_what_borrowers_read():
    looked_at = [key for key in CATALOGUES["zh"] if key.startswith(FOR_BORROWERS)]
    assert len(looked_at) > 200
    assert set(HOUSE["bound"]) <= set(looked_at)
