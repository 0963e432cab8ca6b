"""What must hold after every kill, asked of PostgreSQL in plain SQL: what was answered is there once, the books agree.

None of the platform's own code is asked: amounts are those the payers and the bank sent, and what loans owe is worked
out by the slow reference from the contracts and events as they are stored.
"""

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

from tests import reference
from tests.faults.bank import BEGUN, lines, loan
from tests.faults.payers import Intent

POSTING = Path(__file__).parents[2] / "reprieve" / "lending" / "posting.toml"
PRINCIPAL = 800_000
STEPS_LEAST = {"adjust", "positions", "post", "credit_record", "reconcile"}


class Story(NamedTuple):
    """What everybody outside knows: payments meant, days whose file was taken, the last day closed, webhooks posted."""

    loans: int
    intents: list[Intent]
    files: list[date]
    closed: date
    posted: set[str]

    def days(self) -> list[date]:
        """Every day that is closed."""
        return [BEGUN + timedelta(days=number) for number in range((self.closed - BEGUN).days + 1)]

    def lines(self) -> list[tuple[date, int, bool]]:
        """Every line of every file: its day, amount, and whether it names a loan."""
        return [(day, line.amount, line.is_ours) for day in self.days() for line in lines(day, self.loans)]


def complaints(connection: psycopg.Connection, story: Story) -> Iterator[str]:
    """Everything that does not hold."""
    for check in (payments, answers, entries, bank_lines, closes, ledger, outbox):
        yield from (f"{check.__name__}: {complaint}" for complaint in check(connection, story))


def payments(connection: psycopg.Connection, story: Story) -> Iterator[str]:
    """Each acknowledged payment exists exactly once, as it was sent; no other twice, none that nobody sent."""
    rows = connection.execute(
        "SELECT reference, number, amount_minor, event_id FROM event JOIN contract ON contract.id = contract_id "
        "WHERE reference LIKE 'payment-%'"
    ).fetchall()
    found: dict[str, list[tuple[str, int, str]]] = {}
    for key, *row in rows:
        found.setdefault(key, []).append(tuple(row))
    meant = {intent.key: intent for intent in story.intents}
    yield from (f"{key} is there and nobody sent it" for key in found.keys() - meant.keys())
    for intent in story.intents:
        there = found.get(intent.key, [])
        if len(there) > 1:
            yield f"{intent.key} is there {len(there)} times"
        if len(set(intent.events)) > 1:
            yield f"{intent.key} was answered as {sorted(set(intent.events))}"
        if intent.events and not there:
            yield f"{intent.key} was acknowledged and is not there"
        if there and there[0][:2] != (intent.contract, intent.amount):
            yield f"{intent.key} of {intent.amount} on {intent.contract} is there as {there[0]}"
        if there and intent.events and there[0][2] != intent.events[0]:
            yield f"{intent.key} was answered as {intent.events[0]} and is there as {there[0][2]}"
        if not intent.events and not intent.is_given_up:
            yield f"{intent.key} was never answered"


def answers(connection: psycopg.Connection, story: Story) -> Iterator[str]:
    """A payment is there if and only if its key is, with the answer that was given, and it left one trace."""
    rows = connection.execute(
        "SELECT key, answer #>> '{event,id}' FROM idempotency_key WHERE key LIKE 'payment-%'"
    ).fetchall()
    kept = dict(rows)
    if len(kept) != len(rows):
        yield "a key is kept twice"
    for intent in story.intents:
        if intent.events and kept.get(intent.key) != intent.events[0]:
            yield f"{intent.key} was answered as {intent.events[0]}; its key is kept with {kept.get(intent.key)}"
    there = {key for (key,) in connection.execute("SELECT reference FROM event WHERE reference LIKE 'payment-%'")}
    yield from (f"{key}: an event without its key, or a key without its event" for key in there ^ kept.keys())
    [(traces,)] = connection.execute("SELECT count(*) FROM audit_entry WHERE action = 'take_payment'").fetchall()
    if traces != len(kept):
        yield f"{len(kept)} payments left {traces} traces"


def entries(connection: psycopg.Connection, story: Story) -> Iterator[str]:
    """Every entry balances, each event of money has exactly one, and it moves the money of its event."""
    for entry, total, count in connection.execute(
        "SELECT e.id, coalesce(sum(l.amount_minor), 0), count(l.id) FROM journal_entry e "
        "LEFT JOIN journal_line l ON l.entry_id = e.id GROUP BY e.id HAVING sum(l.amount_minor) <> 0 OR count(l.id) < 2"
    ):
        yield f"entry {entry} has {count} lines that sum to {total}"
    for event, kind, amount, moved in connection.execute(
        "SELECT v.id, v.kind, v.amount_minor, coalesce(sum(l.amount_minor), 0) FROM event v "
        "LEFT JOIN journal_entry e ON e.event_id = v.id LEFT JOIN journal_line l ON l.entry_id = e.id AND "
        "l.account = 'bank' GROUP BY v.id HAVING coalesce(sum(l.amount_minor), 0) <> "
        "CASE v.kind WHEN 'payment' THEN v.amount_minor WHEN 'disbursement' THEN -v.amount_minor ELSE 0 END"
    ):
        yield f"event {event}, a {kind} of {amount}, moved {moved} at the bank"
    for contract, event, count in connection.execute(
        "SELECT contract_id, event_id, count(*) FROM event GROUP BY 1, 2 HAVING count(*) > 1"
    ):
        yield f"contract {contract} has event {event} {count} times"


def bank_lines(connection: psycopg.Connection, story: Story) -> Iterator[str]:
    """Each line of a file that was taken is there once; what names a loan is its payment, other money waits."""
    rows = connection.execute(
        "SELECT booked_on, b.amount_minor, event_id IS NOT NULL, v.amount_minor FROM bank_line b "
        "LEFT JOIN (SELECT id, amount_minor FROM event) v ON v.id = b.event_id"
    ).fetchall()
    found, meant = Counter((day, amount, placed) for day, amount, placed, _ in rows), Counter(story.lines())
    for line in (found - meant).elements():
        yield f"the line {line} is there once too often, or other than it was sent"
    for line in (meant - found).elements():
        yield f"the line {line} was taken and is not there"
    for day, amount, _, paid in rows:
        if paid not in (None, amount):
            yield f"the line of {day} over {amount} became a payment of {paid}"
    [(paid,)] = connection.execute(
        "SELECT count(*) FROM event WHERE kind = 'payment' AND reference NOT LIKE 'payment-%'"
    ).fetchall()
    named = sum(placed for _, _, placed in meant.elements())
    if paid != named:
        yield f"{paid} payments came from bank lines, {named} lines name a loan"
    missing = set(story.files) - {day for day, *_ in rows}
    yield from (f"the file of {day} was taken and none of it is there" for day in missing)


def closes(connection: psycopg.Connection, story: Story) -> Iterator[str]:
    """Every day to the last is closed once, each step of each shard done once, no loan set aside."""
    runs = connection.execute("SELECT id, business_on, state FROM close_run ORDER BY business_on").fetchall()
    if [day for _, day, _ in runs] != story.days():
        yield f"{len(story.days())} days to {story.closed} were closed, and {len(runs)} closes are there"
    for run, day, state in runs:
        if state != "finished":
            yield f"the close of {day} is {state}"
        steps = connection.execute(
            "SELECT step, count(*), count(DISTINCT shard) FROM close_checkpoint WHERE close_run_id = %s GROUP BY 1",
            [run],
        ).fetchall()
        missing = STEPS_LEAST - {step for step, *_ in steps}
        if missing or any(count != shards for _, count, shards in steps):
            yield f"the close of {day} has the steps {steps}"
    [(count,)] = connection.execute("SELECT count(*) FROM quarantine").fetchall()
    if count:
        yield f"{count} loans are in quarantine"
    for contract, day in connection.execute(
        "SELECT contract_id, business_on FROM (SELECT *, lag(bucket, 1, '-') OVER (PARTITION BY contract_id ORDER BY "
        "business_on) AS last FROM transition) t WHERE last <> '-' AND last <> bucket_before"
    ):
        yield f"contract {contract} left a bucket on {day} that it was not in"


def ledger(connection: psycopg.Connection, story: Story) -> Iterator[str]:
    """The accounts hold what the reference says the loans owe, and the bank what came in less what went out."""
    held = dict(connection.execute("SELECT account, sum(amount_minor)::bigint FROM journal_line GROUP BY 1").fetchall())
    if sum(held.values()):
        yield f"the journal sums to {sum(held.values())}"
    owed = _owed(connection, story.closed)
    for account, amount in owed.items():
        if held.get(account, 0) != amount:
            yield f"{account} holds {held.get(account, 0)}; the loans come to {amount}"
    waiting = sum(amount for _, amount, is_placed in story.lines() if amount > 0 and not is_placed)
    if held.get("unmatched_money", 0) != -waiting:
        yield f"unmatched_money holds {held.get('unmatched_money', 0)}; {waiting} came that names no loan"
    [(paid,)] = connection.execute("SELECT sum(amount_minor)::bigint FROM event WHERE kind = 'payment'").fetchall()
    if held.get("bank") != paid + waiting - story.loans * PRINCIPAL:
        yield f"the bank holds {held.get('bank')}; {paid} was paid, {waiting} waits, {story.loans} loans were paid out"


def outbox(connection: psycopg.Connection, story: Story) -> Iterator[str]:
    """Each closed day is told once; what is marked as sent has arrived, and nothing arrived that nobody sent."""
    for key, count in connection.execute("SELECT key, count(*) FROM outbox_message GROUP BY 1 HAVING count(*) > 1"):
        yield f"the message {key} is there {count} times"
    rows = connection.execute(
        "SELECT payload ->> 'id', payload ->> 'type', payload #>> '{data,business_on}', sent_at IS NOT NULL "
        "FROM outbox_message WHERE endpoint_id IS NOT NULL"
    ).fetchall()
    told = sorted(day for _, kind, day, _ in rows if kind == "close.finished")
    if told != [day.isoformat() for day in story.days()]:
        yield f"{len(story.days())} days were closed, and {len(told)} were told, {len(set(told))} of them once"
    sent = {key for key, _, _, is_sent in rows if is_sent}
    yield from (f"the webhook {key} is marked as sent and did not arrive" for key in sent - story.posted)
    yield from (f"the webhook {key} arrived and nobody sent it" for key in story.posted - {key for key, *_ in rows})
    if not sent:
        yield "no webhook was sent at all"


def _owed(connection: psycopg.Connection, on: date) -> Counter[str]:
    """What each account that holds claims should hold at the end of a day."""
    table: Mapping[str, str] = tomllib.loads(POSTING.read_text())["balances"]
    sums: Counter[str] = Counter(dict.fromkeys(table.values(), 0))
    for number in range(len(_numbers(connection))):
        position = reference.position(_case(connection, loan(number)), on.isoformat())
        for name, account in table.items():
            part, _, component = name.rpartition("_")
            sums[account] += -position["held"] if name == "held" else position[part][component]
    return sums


def _numbers(connection: psycopg.Connection) -> list[Any]:
    return connection.execute("SELECT number FROM contract").fetchall()


def _case(connection: psycopg.Connection, number: str) -> dict[str, Any]:
    """The case file of a loan, put together from its rows."""
    [(row, terms)] = connection.execute("SELECT id, terms FROM contract WHERE number = %s", [number]).fetchall()
    rows = connection.execute(
        "SELECT event_id, event_on, kind, amount_minor, recorded_at, terms FROM event "
        "WHERE contract_id = %s AND event_id <> 'contract' ORDER BY id",
        [row],
    ).fetchall()
    events = [
        {
            "id": event,
            "on": on.isoformat(),
            "kind": kind,
            "amount": amount,
            "recorded_at": f"{at:%Y-%m-%dT%H:%M:%S.%fZ}",
        }
        | more
        for event, on, kind, amount, at, more in rows
    ]
    return {"contract": terms, "events": events}
