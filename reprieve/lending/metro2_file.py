"""A Metro 2 file, byte by byte: header, base segments and trailer of 426 characters each, with their totals.

Never decides what a field says (that is `metro2`): it places and pads fields, and refuses one that does not fit.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from reprieve.errors import BadInput
from reprieve.lending.metro2 import ACCOUNT_TYPE, COUNTRY, INDIVIDUAL, PORTFOLIO_TYPE, BaseSegment, Consumer

LENGTH: Final = 426
RECORD_END: Final = "\n"
VENDOR: Final = "REPRIEVE"
STATUSES: Final = (
    "DA", "05", "11", "13", "61", "62", "63", "64", "65", "71", "78", "80", "82", "83", "84", "88", "89", "93", "94",
    "95", "96", "97",
)  # fmt: skip
"""Account statuses in the order in which the trailer counts them, after DF."""
_KEYS: Final = ("name", "address", "telephone", "identification_number")
_PROGRAMS: Final = {"innovis": 10, "equifax": 10, "experian": 5, "transunion": 10}
"""Who receives the file, and how long the number is that each gave the reporter."""


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who reports: as it stands in the header, and the number that names it in every segment."""

    name: str
    address: str
    telephone: str
    identification_number: str
    programs: tuple[tuple[str, str], ...] = ()


def reporter_of(document: dict[str, object]) -> Reporter:
    """Return the reporter of a document. Raises `BadInput` for a key that is missing, unknown or does not fit."""
    for key in {*document} - {*_KEYS, *_PROGRAMS}:
        raise BadInput(key, "a key that is not known", ", ".join([*_KEYS, *_PROGRAMS]), code="unknown_key")
    texts = {key: str(document.get(key, "")).upper().strip() for key in (*_KEYS, *_PROGRAMS)}
    longest = {"name": 40, "address": 96, "telephone": 10, "identification_number": 20, **_PROGRAMS}
    for key, text in texts.items():
        if key in _KEYS and not text:
            raise BadInput(key, "nothing", "a text", code="missing")
        if len(text) > longest[key] or not text.isascii():
            raise BadInput(key, f"{len(text)} characters", f"at most {longest[key]} ASCII characters", code="too_long")
    if not (texts["telephone"].isdigit() and len(texts["telephone"]) == 10):
        raise BadInput("telephone", f'"{texts["telephone"]}"', "ten digits", code="telephone")
    number = texts["identification_number"]
    if len(number) < 5 or not number.isalnum() or set(number) in ({"0"}, {"9"}):
        raise BadInput("identification_number", f'"{number}"', "5 to 20 letters and digits", code="identification")
    programs = tuple((name, texts[name]) for name in _PROGRAMS if texts[name])
    return Reporter(texts["name"], texts["address"], texts["telephone"], number, programs)


def file_of(
    reporter: Reporter, segments: Sequence[tuple[BaseSegment, Consumer]], *, activity_on: date, created_on: date
) -> str:
    """Return the file: a header, a segment for each account in the order given, and a trailer with the totals."""
    records = [
        _header(reporter, activity_on, created_on),
        *(_base(reporter, segment, consumer) for segment, consumer in segments),
        _trailer(segments),
    ]
    assert all(len(record) == LENGTH for record in records), "every record has the length its first field says"
    return "".join(record + RECORD_END for record in records)


def _header(reporter: Reporter, activity_on: date, created_on: date) -> str:
    programs = dict(reporter.programs)
    return "".join((
        f"{LENGTH:04}", "HEADER", _text("", 2), *(_text(programs.get(name, ""), _PROGRAMS[name]) for name in _PROGRAMS),
        _day(activity_on), _day(created_on), _day(None), _day(None), _text(reporter.name, 40),
        _text(reporter.address, 96), _text(reporter.telephone, 10), _text(VENDOR, 40), _text("", 5), _text("", 10),
        _text("", 146),
    ))  # fmt: skip


def _base(reporter: Reporter, segment: BaseSegment, consumer: Consumer) -> str:
    return "".join((
        f"{LENGTH:04}", "1", _number(0, 14), "0", _text(reporter.identification_number, 20), _text("", 2),
        _text(segment.account_number, 30), PORTFOLIO_TYPE, ACCOUNT_TYPE, _day(segment.date_opened), _number(0, 9),
        _number(segment.highest_credit, 9), _text(segment.terms_duration, 3), _text(segment.terms_frequency, 1),
        _number(segment.scheduled_monthly_payment, 9), _number(segment.actual_payment, 9),
        _text(segment.account_status, 2), _text(segment.payment_rating, 1), _text(segment.payment_history_profile, 24),
        _text(segment.special_comment, 2), _text(segment.compliance_condition_code, 2),
        _number(segment.current_balance, 9), _number(segment.amount_past_due, 9),
        _number(segment.original_charge_off_amount, 9), _day(segment.date_of_account_information),
        _day(segment.date_of_first_delinquency), _day(segment.date_closed), _day(segment.date_of_last_payment),
        _text("", 1), _text("", 17), _person(consumer),
    ))  # fmt: skip


def _person(consumer: Consumer) -> str:
    return "".join((
        _text(consumer.surname, 25), _text(consumer.first_name, 20), _text(consumer.middle_name, 20), _text("", 1),
        consumer.social_security_number or _number(0, 9), _day(consumer.date_of_birth),
        consumer.telephone or _number(0, 10), INDIVIDUAL, _text("", 2), COUNTRY, _text(consumer.first_line, 32),
        _text("", 32), _text(consumer.city, 20), _text(consumer.state, 2), _text(consumer.postal_code, 9),
        _text("", 1), _text("", 1),
    ))  # fmt: skip


def _trailer(segments: Sequence[tuple[BaseSegment, Consumer]]) -> str:
    """Return the trailer. There are no segments but base segments, so the totals of all others are nothing."""
    statuses = Counter(segment.account_status for segment, _ in segments)
    assert set(statuses) <= {"DF", *STATUSES}, "every status is counted"
    numbers = sum(bool(consumer.social_security_number) for _, consumer in segments)
    births = sum(consumer.date_of_birth is not None for _, consumer in segments)
    telephones = sum(bool(consumer.telephone) for _, consumer in segments)
    counts = [statuses["DF"], 0, 0, 0, *(statuses[status] for status in STATUSES), *([0] * 7)]
    counts += [numbers, numbers, 0, 0, births, births, 0, 0, telephones]
    return "".join((
        f"{LENGTH:04}", "TRAILER", _number(len(segments), 9), _text("", 9), *(_number(count, 9) for count in counts),
        _text("", 19),
    ))  # fmt: skip


def _text(value: str, length: int) -> str:
    assert len(value) <= length, "a field that does not fit was refused before"
    assert value.isascii(), "signs the format does not have were refused before"
    return value.ljust(length)


def _number(value: int, length: int) -> str:
    assert 0 <= value < 10**length, "an amount that does not fit was refused before"
    return f"{value:0{length}}"


def _day(value: date | None) -> str:
    return "00000000" if value is None else f"{value:%m%d%Y}"
