"""Commands at the same moment, each on a connection of its own: every one counts, none twice."""

import threading
from datetime import date

from reprieve.errors import BadInput, Refused
from tests.operations.lending import act, balances, close, controls, establish, held, sign, take


def _at_once(work, count):
    """Run work in threads, each with a connection of its own, all let go at the same moment."""
    from django.db import connections

    barrier, outcomes = threading.Barrier(count), []

    def run(number):
        barrier.wait()
        try:
            outcomes.append(work(number))
        except (BadInput, Refused) as error:
            outcomes.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[number]) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_payments_at_the_same_moment_all_count_and_post_right(fresh_database):
    from reprieve.operations.commands.payments import take_payment
    from reprieve.operations.reading import position

    establish()
    sign()
    acts = [act("2026-02-15") for _ in range(6)]
    outcomes = _at_once(lambda n: take_payment(acts[n], contract="L-1", amount=20_000).answer["version"], 6)
    assert sorted(outcomes) == [1, 2, 3, 4, 5, 6]
    found = balances()
    assert found["bank"] == 6 * 20_000 - 800_000
    assert found["held_money"] == -(6 * 20_000 - 73_344)
    assert position("L-1", on=date(2026, 2, 15))["held"] == -found["held_money"]


def test_the_same_request_at_the_same_moment_takes_effect_once(fresh_database):
    from reprieve.operations.commands.payments import take_payment

    establish()
    sign()
    same = act("2026-02-15", key="one")
    outcomes = _at_once(lambda _: take_payment(same, contract="L-1", amount=20_000), 6)
    done = [one for one in outcomes if not isinstance(one, Refused)]
    assert [one.is_replay for one in done].count(False) == 1
    assert all(one.answer["version"] == 1 for one in done)
    refused = [one for one in outcomes if isinstance(one, Refused)]
    assert {one.refusals[0].rule for one in refused} <= {"command.still_running"}
    assert balances()["bank"] == 20_000 - 800_000


def test_a_close_waits_for_commands_under_way_and_later_ones_get_the_next_day(fresh_database):
    """A payment is recorded but not committed when the close begins; it belongs to the day, the next one does not."""
    from django.db import connections, transaction

    from reprieve.operations.command import begin
    from reprieve.operations.reading import journal
    from reprieve.operations.recording import record
    from reprieve.storage.actors import user_row

    establish()
    sign()
    closed = []

    def run():
        try:
            closed.extend(close("2026-02-20"))
        finally:
            connections.close_all()

    closing = threading.Thread(target=run)
    with transaction.atomic():
        work = begin(act("2026-02-20"), user_row("officer"))
        record(work, "L-1", {"kind": "payment", "amount": 73_344, "on": "2026-02-20"})
        closing.start()
        closing.join(timeout=1.5)
        assert closing.is_alive(), "the close waits"
    closing.join(timeout=60)
    [done] = closed
    assert done["state"] == "finished"
    assert held() == controls("2026-02-20")
    take("L-1", 500, "2026-02-20")
    assert [entry["posted_on"] for entry in journal(contract="L-1")][1:] == ["2026-02-20", "2026-02-21"]


def test_two_closes_at_the_same_moment_close_each_day_once(fresh_database):
    establish()
    sign()
    outcomes = _at_once(lambda _: close("2026-02-20"), 3)
    assert sum(len(one) for one in outcomes if not isinstance(one, Refused)) == 1
    refused = [one for one in outcomes if isinstance(one, Refused)]
    assert {one.refusals[0].rule for one in refused} <= {"close.running"}
    assert held() == controls("2026-02-20")


def test_payments_taken_while_days_are_closed_all_count(fresh_database):
    """Four threads pay while another closes: at the end every payment counts once, and the ledger agrees."""
    from reprieve.operations.commands.payments import take_payment

    establish()
    for number in range(4):
        sign(f"L-{number}")
    acts = [[act("2026-02-20") for _ in range(8)] for _ in range(4)]

    def work(number):
        if number == 4:
            return close("2026-02-20", shard_loans=1)
        return [take_payment(one, contract=f"L-{number}", amount=1_000 + number).answer for one in acts[number]]

    outcomes = _at_once(work, 5)
    assert not [one for one in outcomes if isinstance(one, Exception)], outcomes
    assert balances()["bank"] == sum(8 * (1_000 + number) for number in range(4)) - 4 * 800_000
    assert all(one["state"] == "finished" for one in close("2026-02-21"))
    assert held() == controls("2026-02-21")
