"""Bank statements as camt.053: old and new versions, batches, pending entries, control balances, hostile files."""

from datetime import date

import pytest

from reprieve.errors import BadInput
from reprieve.lending.intake import read_camt053

pytestmark = pytest.mark.fast

HEAD = '<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}">'


def balance(code, amount, sign="CRDT"):
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{amount}</Amt>'
        f"<CdtDbtInd>{sign}</CdtDbtInd><Dt><Dt>2026-02-15</Dt></Dt></Bal>"
    )


def entry(amount, sign="CRDT", details="", status="BOOK", extra="<AcctSvcrRef>s1</AcctSvcrRef>"):
    return (
        f'<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd><Sts>{status}</Sts>'
        f"<BookgDt><Dt>2026-02-15</Dt></BookgDt>{extra}<NtryDtls>{details}</NtryDtls></Ntry>"
    )


def detail(reference, amount="", end_to_end="NOTPROVIDED", payer="<Nm>L. Ming</Nm>", own="t1"):
    money = f'<AmtDtls><TxAmt><Amt Ccy="EUR">{amount}</Amt></TxAmt></AmtDtls>' if amount else ""
    return (
        f"<TxDtls><Refs><AcctSvcrRef>{own}</AcctSvcrRef><EndToEndId>{end_to_end}</EndToEndId></Refs>{money}"
        f"<RltdPties><Dbtr>{payer}</Dbtr></RltdPties><RmtInf><Ustrd>{reference}</Ustrd></RmtInf></TxDtls>"
    )


def statement(*entries, balances="", version="02"):
    return (
        HEAD.format(version=version)
        + "<BkToCstmrStmt><Stmt><Id>7</Id><Acct><Id><IBAN>DE02120300000000202051</IBAN></Id>"
        f"</Acct>{balances}{''.join(entries)}</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def test_an_entry_with_one_transaction_is_one_line():
    [line] = read_camt053(statement(entry("733.44", details=detail("rent REP-000123")))).lines
    assert (line.amount, line.currency, line.booked_on) == (73344, "EUR", date(2026, 2, 15))
    assert (line.reference, line.payer, line.bank_id) == ("rent REP-000123", "L. Ming", "t1")
    assert line.account == "DE02120300000000202051"


def test_a_newer_version_names_status_and_payer_differently():
    newer = entry("5.00", status="<Cd>BOOK</Cd>", details=detail("x", payer="<Pty><Nm>L. Ming</Nm></Pty>"))
    [line] = read_camt053(statement(newer, version="08")).lines
    assert (line.amount, line.payer) == (500, "L. Ming")


def test_a_structured_reference_comes_first_and_an_end_to_end_reference_counts():
    structured = (
        "<TxDtls><Refs><EndToEndId>E2E-9</EndToEndId></Refs><RmtInf><Strd><CdtrRefInf><Ref>RF18539007547034</Ref>"
        "</CdtrRefInf></Strd></RmtInf></TxDtls>"
    )
    [line] = read_camt053(statement(entry("5.00", details=structured))).lines
    assert line.reference == "RF18539007547034 E2E-9"
    assert line.bank_id == "s1"


def test_a_batch_that_sums_becomes_a_line_each():
    batch = entry("10.00", details=detail("A", "4.00", own="t1") + detail("B", "6.00", own="t2"))
    first, second = read_camt053(statement(batch)).lines
    assert [(line.amount, line.reference) for line in (first, second)] == [(400, "A"), (600, "B")]
    assert first.key != second.key


@pytest.mark.parametrize("parts", [detail("A", "4.00") + detail("B", "5.99"), detail("A", "4.00") + detail("B")])
def test_a_batch_that_does_not_sum_stays_one_line_without_a_reference_and_says_so(parts):
    read = read_camt053(statement(entry("10.00", details=parts)))
    [line] = read.lines
    assert (line.amount, line.reference) == (1000, "")
    assert [error.code for error in read.errors] == ["details_sum"]


def test_money_out_is_negative_and_a_reversal_is_marked():
    out = entry("7.00", "DBIT", extra="<RvslInd>true</RvslInd>")
    [line] = read_camt053(statement(out)).lines
    assert (line.amount, line.is_reversal) == (-700, True)


def test_pending_entries_are_no_money():
    read = read_camt053(statement(entry("5.00", status="PDNG"), entry("6.00")))
    assert (read.total, read.pending) == (600, 1)


def test_the_entries_lead_from_the_opening_to_the_closing_balance():
    both = balance("OPBD", "100.00") + balance("CLBD", "98.00")
    good = read_camt053(statement(entry("5.00"), entry("7.00", "DBIT"), balances=both))
    assert (good.errors, good.opening, good.closing) == ((), 10000, 9800)
    [error] = read_camt053(statement(entry("5.00"), balances=both)).errors
    assert (error.code, error.path) == ("control_total", "Stmt 7, Bal")
    assert "10500" in error.found
    overdrawn = balance("OPBD", "1.00", "DBIT") + balance("CLBD", "4.00")
    assert read_camt053(statement(entry("5.00"), balances=overdrawn)).errors == ()


@pytest.mark.parametrize(
    ("bad", "where"),
    [
        (entry("5.005"), "Ntry 1, Amt"),
        (entry("-5.00"), "Ntry 1, Amt"),
        (entry("5.00", "CREDIT"), "Ntry 1, CdtDbtInd"),
        (entry("5.00").replace("2026-02-15", "2026-02-31"), "Ntry 1, BookgDt"),
        (entry("5.00").replace('Ccy="EUR"', 'Ccy="ZZZ"'), "Ntry 1, Amt"),
    ],
)
def test_a_bad_entry_is_named_and_the_others_are_read(bad, where):
    read = read_camt053(statement(bad, entry("6.00")))
    assert [error.path for error in read.errors] == [where]
    assert [line.row for line in read.lines] == [2]


BOMB = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><Document>&b;</Document>'
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/hostname">]><Document>&x;</Document>'


@pytest.mark.parametrize(
    ("content", "code"),
    [(BOMB, "unsafe_xml"), (OUTSIDE, "unsafe_xml"), (b"<Document>", "no_xml"), (b"", "no_xml"),
     (b"<Document><Other/></Document>", "no_camt")],
)  # fmt: skip
def test_a_hostile_or_foreign_file_is_refused(content, code):
    with pytest.raises(BadInput) as caught:
        read_camt053(content)
    assert caught.value.code == code


def test_lines_without_an_id_of_their_own_are_told_apart_in_one_entry():
    parts = "".join(
        detail(name, amount).replace("<AcctSvcrRef>t1</AcctSvcrRef>", "")
        for name, amount in (("A", "4.00"), ("B", "6.00"))
    )
    keys = {line.key for line in read_camt053(statement(entry("10.00", details=parts))).lines}
    assert len(keys) == 2
