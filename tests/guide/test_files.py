"""The calendar, read back: every payment on its day; and the files themselves: none is lost or half written."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar

from reprieve.cli import guide_files, main
from reprieve.cli.guide_calendar import calendar_of
from reprieve.cli.guide_proposal import proposal_of
from reprieve.errors import BadInput
from reprieve.lending.guide import answer
from reprieve.words import words
from tests.guide.people import ON, PEOPLE, answer_to, eight_thousand
from tests.guide.printing import HOSTILE, MONEY, debts_with_names, money, needs_font

pytestmark = pytest.mark.fast

LANGUAGES = ("zh", "en")


def events_of(content):
    return list(Calendar.from_ical(content).walk("VEVENT"))


# ------------------------------------------------------------------------------------------------------------ calendar


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PEOPLE)
def test_a_calendar_holds_every_payment_of_the_plan_on_its_day_with_its_amount(name, language):
    found = answer_to(name)
    due = sorted(
        (row.on, money(row.amount))
        for debt in found.debts
        if (plan := proposal_of(found, debt.number - 1))
        for row in plan.rows
    )
    there = [
        (event.decoded("dtstart"), found_money[0])
        for event in events_of(calendar_of(found, words(language)))
        if (found_money := MONEY.findall(str(event["summary"])))
    ]
    assert sorted(there) == due


def test_the_8000_case_is_17_payments_of_536_64_and_two_other_reminders():
    events = events_of(calendar_of(answer_to("the 8,000 case"), words("en")))
    assert len(events) == 19
    assert str(events[0]["summary"]) == "Has the lender answered?"
    assert events[0].decoded("dtstart") == ON + timedelta(7)
    assert str(events[1]["summary"]) == "Payment 1 of 17: ¥536.64"
    assert str(events[17]["summary"]) == "Payment 17 of 17: ¥536.59"
    assert events[18].decoded("dtstart") == date(2028, 4, 24)


@pytest.mark.parametrize("name", PEOPLE)
def test_the_plan_in_the_files_is_the_one_the_letter_offers(name):
    found = answer_to(name)
    for debt in found.debts:
        offers = [message for message in debt.letter if message.key == "guide.letter.offer"]
        plan = proposal_of(found, debt.number - 1)
        assert bool(offers) == (plan is not None)
        if plan is not None:
            figures = offers[0].figures
            assert (figures["months"].count, figures["total"].minor) == (plan.months, plan.total)
            assert figures["first_on"].day == plan.first_on


@pytest.mark.parametrize("name", PEOPLE)
def test_a_calendar_keeps_to_rfc_5545(name):
    content = calendar_of(answer_to(name), words("zh"))
    assert content.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(len(line) for line in content.split(b"\r\n")) <= 75
    calendar = Calendar.from_ical(content)
    assert (calendar["version"], calendar["method"]) == ("2.0", "PUBLISH")
    events = events_of(content)
    identities = [str(event["uid"]) for event in events]
    assert len(set(identities)) == len(identities)
    for event in events:
        assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(1)
        assert event.decoded("dtstamp").date() == ON
        assert event["class"] == "PRIVATE"
        assert not event.errors
        assert [alarm["action"] for alarm in event.walk("VALARM")]


def test_reminders_ring_in_the_morning_three_days_before_and_on_the_day():
    payment = events_of(calendar_of(answer_to("the 8,000 case"), words("en")))[1]
    triggers = [alarm.decoded("trigger") for alarm in payment.walk("VALARM")]
    assert triggers == [timedelta(days=-3, hours=9), timedelta(hours=9)]


def test_a_later_plan_for_the_same_days_takes_the_place_of_the_earlier_one():
    before = events_of(calendar_of(answer_to("the 8,000 case"), words("en")))
    smaller = eight_thousand() | {"surplus": 50_000}
    after = events_of(calendar_of(answer(smaller, ON), words("en")))
    assert {str(event["uid"]) for event in before[:-1]} < {str(event["uid"]) for event in after}
    later = events_of(calendar_of(answer(eight_thousand(), ON + timedelta(1)), words("en")))
    assert later[0]["sequence"] > before[0]["sequence"]


def test_the_same_answer_gives_the_same_bytes():
    assert calendar_of(answer_to("two debts"), words("zh")) == calendar_of(answer_to("two debts"), words("zh"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_amounts_can_be_left_out(language):
    content = calendar_of(answer_to("two debts"), words(language), has_amounts=False).decode()
    assert not MONEY.search(content.replace("\r\n ", ""))
    assert len(events_of(content)) == len(events_of(calendar_of(answer_to("two debts"), words(language))))


def test_no_name_is_in_a_calendar():
    named, unnamed = (answer(debts_with_names(names), ON) for names in (HOSTILE[:4], [None] * 4))
    for language in LANGUAGES:
        assert calendar_of(named, words(language)) == calendar_of(unnamed, words(language))


def test_debts_are_told_apart_by_their_number():
    titles = [str(event["summary"]) for event in events_of(calendar_of(answer_to("two debts"), words("zh")))]
    assert {title[:4] for title in titles if "还款" in title} == {"第 1 ", "第 2 "}


def test_who_has_no_plan_is_still_reminded_to_ask_again():
    events = events_of(calendar_of(answer_to("nothing to spare"), words("en")))
    assert [str(event["summary"]) for event in events] == ["Has the lender answered?"]


# --------------------------------------------------------------------------------------------------------------- files


def write(path, **options):
    guide_files.write_ics(answer_to("the 8,000 case"), str(path), words("en"), **options)


def test_a_file_is_written_for_its_owner_alone_and_said_so(tmp_path, capsys):
    write(tmp_path / "plan.ics")
    assert [path.name for path in tmp_path.iterdir()] == ["plan.ics"]
    assert (tmp_path / "plan.ics").stat().st_mode & 0o077 == 0
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "17 payments" in captured.err


def test_another_file_is_never_replaced_unless_that_is_asked_for(tmp_path):
    path = tmp_path / "plan.ics"
    path.write_text("someone's own", "utf-8")
    with pytest.raises(BadInput, match="--force"):
        write(path)
    assert path.read_text("utf-8") == "someone's own"
    write(path, force=True)
    write(path)
    assert path.read_bytes() == calendar_of(answer_to("the 8,000 case"), words("en"))


def test_a_failure_leaves_nothing_half_written(tmp_path, monkeypatch):
    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(BadInput, match="no space left on device"):
        write(tmp_path / "plan.ics")
    assert not list(tmp_path.iterdir())


NO_FILES = {
    "no/such/plan.ics": "a folder that exists", "-": "name of a file", ".": "name of a file", "": "name of a file",
    "/dev/null": "ordinary file",
}  # fmt: skip


@pytest.mark.parametrize(("path", "allowed"), NO_FILES.items())
def test_what_cannot_be_a_file_is_sent_back(tmp_path, monkeypatch, path, allowed):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadInput, match=allowed) as raised:
        write(path)
    assert raised.value.path == "--ics"
    assert not list(tmp_path.iterdir())


@needs_font
def test_the_command_writes_both_files_and_keeps_the_json_clean(tmp_path, capsys):
    flags = ["--overdue", "8000", "--rate", "18%", "--surplus", "600", "--on", "2026-11-23", "--json", "--lang", "zh"]
    paths = [str(tmp_path / "plan.ics"), str(tmp_path / "plan.pdf")]
    with pytest.raises(SystemExit) as left:
        main(("guide", *flags, "--ics", paths[0], "--pdf", paths[1]))
    captured = capsys.readouterr()
    assert left.value.code == 0
    assert json.loads(captured.out)["owed"] == 800_000
    assert all(path in captured.err for path in paths)
    assert len(events_of(Path(paths[0]).read_bytes())) == 19
    assert Path(paths[1]).read_bytes().startswith(b"%PDF-")


def test_the_command_hides_amounts_and_replaces_a_file_only_when_asked(tmp_path, capsys):
    path = tmp_path / "plan.ics"
    flags = ("guide", "--overdue", "8000", "--rate", "18%", "--surplus", "600", "--on", "2026-11-23")

    def code(*more):
        with pytest.raises(SystemExit) as left:
            main((*flags, "--ics", str(path), *more))
        return left.value.code

    assert code("--no-ics-amounts") == 0
    assert not MONEY.search(path.read_text("utf-8"))
    assert code() == 2
    assert "--force" in capsys.readouterr().err
    assert not MONEY.search(path.read_text("utf-8"))
    assert code("--force") == 0
    assert "536.64" in path.read_text("utf-8")


def test_a_file_without_a_name_is_sent_back_and_not_passed_over(capsys):
    with pytest.raises(SystemExit) as left:
        main(("guide", "--overdue", "8000", "--rate", "18%", "--ics", ""))
    assert left.value.code == 2
    assert "--ics" in capsys.readouterr().err
