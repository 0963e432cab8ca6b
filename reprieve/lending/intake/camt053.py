"""Reads an ISO 20022 bank statement, camt.053 in any version. Never follows an entity, a schema or an address.

Only booked entries are money; pending ones are counted. An entry with several transactions becomes a line each where
they sum to it; where they do not, it stays one line without a reference, and says so.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from reprieve.errors import BadInput
from reprieve.lending.intake.bank_line import BankLine, Statement, keyed, minor_units

_OPENING: Final = ("OPBD", "PRCD")
_CLOSING: Final = "CLBD"
_SIGNS: Final = {"CRDT": 1, "DBIT": -1}


def read_camt053(content: bytes) -> Statement:
    """Return the lines of a statement, and an error for each entry that cannot be read or sum that is off.

    Raises `BadInput` for a file that is no camt.053 document, is not well formed, or tries to define entities.
    """
    root = _root(content)
    statements = list(_all(root, "BkToCstmrStmt/Stmt"))
    if not statements:
        raise BadInput("the file", _name(root), "a camt.053 document with a BkToCstmrStmt and a Stmt", code="no_camt")
    lines: list[BankLine] = []
    errors: list[BadInput] = []
    pending, row = 0, 0
    for statement in statements:
        account = _text(statement, "Acct/Id/IBAN") or _text(statement, "Acct/Id/Othr/Id")
        own: list[BankLine] = []
        bad = 0
        for entry in _all(statement, "Ntry"):
            row += 1
            if (_text(entry, "Sts/Cd") or _text(entry, "Sts")) != "BOOK":
                pending += 1
                continue
            try:
                own += _lines(entry, row, account, errors)
            except BadInput as error:
                bad += 1
                errors.append(error)
        errors += _off(statement, own, is_whole=not bad)
        lines += own
    opening, closing = _balance(statements[0], _OPENING), _balance(statements[-1], (_CLOSING,))
    return Statement(keyed(lines), tuple(errors), opening, closing, pending)


def _root(content: bytes) -> Element:
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except ParseError as error:
        raise BadInput("the file", f"text that is not XML ({error})", "a camt.053 document", code="no_xml") from None
    except DefusedXmlException:
        raise BadInput("the file", "a document type or entities of its own", "plain XML", code="unsafe_xml") from None
    return root


def _lines(entry: Element, row: int, account: str, errors: list[BadInput]) -> list[BankLine]:
    whole = _line(entry, entry, row, account)
    details = list(_all(entry, "NtryDtls/TxDtls"))
    if len(details) == 1:
        return [_line(entry, entry, row, account, details[0])]
    if not details:
        return [whole]
    parts = [_line(entry, detail, row, account, detail) for detail in details if _has_amount(detail)]
    if len(parts) == len(details) and sum(part.amount for part in parts) == whole.amount:
        return parts
    found = f"{len(details)} transactions that do not sum to the entry"
    errors.append(BadInput(f"Ntry {row}", found, f"amounts that sum to {whole.amount}", code="details_sum"))
    return [whole]


def _line(entry: Element, priced: Element, row: int, account: str, detail: Element | None = None) -> BankLine:
    """Return one line: its amount from `priced`, its reference from the transaction's details, the rest as booked."""
    amount, currency = _amount(priced, f"Ntry {row}", _text(entry, "CdtDbtInd"))
    said = entry if detail is None else detail
    bank_id = _text(said, "Refs/AcctSvcrRef") or _text(said, "Refs/TxId") or _text(entry, "AcctSvcrRef")
    return BankLine(
        row=row, booked_on=_day(entry, row), amount=amount, currency=currency, reference=_reference(said),
        payer=_text(said, "RltdPties/Dbtr/Nm") or _text(said, "RltdPties/Dbtr/Pty/Nm"), bank_id=bank_id,
        account=account, is_reversal=_text(entry, "RvslInd") in ("true", "1"),
    )  # fmt: skip


def _amount(priced: Element, path: str, entry_sign: str) -> tuple[int, str]:
    money = _find(priced, "Amt")
    money = _find(priced, "AmtDtls/TxAmt/Amt") if money is None else money
    if money is None or money.text is None:
        raise BadInput(f"{path}, Amt", "nothing", "an amount with its currency", code="missing")
    sign = _text(priced, "CdtDbtInd") or entry_sign
    if sign not in _SIGNS:
        raise BadInput(f"{path}, CdtDbtInd", repr(sign), "CRDT or DBIT", code="sign")
    currency = money.get("Ccy", "")
    amount = minor_units(money.text.strip(), currency, f"{path}, Amt")
    if amount <= 0:
        raise BadInput(f"{path}, Amt", money.text, "an amount above 0; CdtDbtInd says which way", code="amount")
    return _SIGNS[sign] * amount, currency


def _has_amount(detail: Element) -> bool:
    return _find(detail, "Amt") is not None or _find(detail, "AmtDtls/TxAmt/Amt") is not None


def _reference(said: Element) -> str:
    """Return what the payer wrote: the structured reference, the free text, or the end-to-end reference."""
    structured = _text(said, "RmtInf/Strd/CdtrRefInf/Ref")
    free = " ".join(filter(None, ((part.text or "").strip() for part in _all(said, "RmtInf/Ustrd"))))
    end_to_end = _text(said, "Refs/EndToEndId")
    known = [words for words in (structured, free, "" if end_to_end == "NOTPROVIDED" else end_to_end) if words]
    return " ".join(dict.fromkeys(known))


def _day(entry: Element, row: int) -> date:
    text = _text(entry, "BookgDt/Dt") or _text(entry, "BookgDt/DtTm")[:10]
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"Ntry {row}, BookgDt", repr(text), "a day written YYYY-MM-DD", code="date") from None


def _off(statement: Element, lines: list[BankLine], *, is_whole: bool) -> list[BadInput]:
    """Return the error of a statement whose entries do not lead from its opening to its closing balance."""
    opening, closing = _balance(statement, _OPENING), _balance(statement, (_CLOSING,))
    if not is_whole or opening is None or closing is None:
        return []
    found = opening + sum(line.amount for line in lines)
    if found == closing:
        return []
    path = f"Stmt {_text(statement, 'Id')}, Bal"
    return [BadInput(path, f"entries that lead to {found}", f"the closing balance, {closing}", code="control_total")]


def _balance(statement: Element, codes: tuple[str, ...]) -> int | None:
    for balance in _all(statement, "Bal"):
        if _text(balance, "Tp/CdOrPrtry/Cd") in codes:
            money = _find(balance, "Amt")
            if money is not None and money.text is not None:
                amount = minor_units(money.text.strip(), money.get("Ccy", ""), "Bal, Amt")
                return _SIGNS.get(_text(balance, "CdtDbtInd"), 1) * amount
    return None


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _all(element: Element, path: str) -> Iterator[Element]:
    """Yield the elements at a path, whatever the version's namespace."""
    first, _, rest = path.partition("/")
    for child in element:
        if _name(child) == first:
            if rest:
                yield from _all(child, rest)
            else:
                yield child


def _find(element: Element, path: str) -> Element | None:
    return next(_all(element, path), None)


def _text(element: Element, path: str) -> str:
    found = _find(element, path)
    return (found.text or "").strip() if found is not None else ""
