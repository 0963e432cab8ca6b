"""Payers over HTTP, each in a thread: post, ask again under the same key when the line breaks. Never trusts an answer.

A few ask twice at once, a few ask again after the answer, and a few give up after a broken line and never know.
"""

import queue
import random
import threading
import time
from dataclasses import dataclass, field
from http import HTTPStatus

import httpx

from tests.faults.bank import loan

PAUSE_SECONDS = 0.05
READ_SECONDS = 20
PATIENCE_SECONDS = 120
AMOUNT_MOST = 99
"""In minor units; small, so that thousands of payments do not end the loans."""
AGAIN = 0.1
"""How many of the answered ask once more."""
TOGETHER = 0.1
"""How many are asked by two at once."""
GIVES_UP = 0.1
"""How many never ask again after a broken line."""
WORTH_ANOTHER_TRY = {500, 502, 503, 504}
STILL_RUNNING = "key-running"


@dataclass
class Intent:
    """A payment that somebody means to make once, and what was answered: each answer's event id."""

    key: str
    contract: str
    amount: int
    events: list[str] = field(default_factory=list)
    is_given_up: bool = False


@dataclass
class Payers:
    """All payers of a run and what they were told."""

    url: str
    token: str
    loans: int
    seed: str
    count: int = 3
    intents: list[Intent] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    trouble: dict[str, int] = field(default_factory=dict)
    _is_over: threading.Event = field(default_factory=threading.Event)
    _is_abandoned: threading.Event = field(default_factory=threading.Event)
    _together: queue.Queue = field(default_factory=queue.Queue)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        """Set every payer to work, and one more who echoes."""
        self._threads = [threading.Thread(target=self._pay, args=(number,)) for number in range(self.count)]
        self._threads.append(threading.Thread(target=self._echo))
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Begin no further payment, and wait until those under way are answered."""
        self._is_over.set()
        for thread in self._threads:
            thread.join()

    def abandon(self) -> None:
        """Let every payer go at once, answered or not."""
        self._is_abandoned.set()
        self.stop()

    def under_way(self) -> int:
        """How many payments wait for their answer right now."""
        return sum(not intent.events and not intent.is_given_up for intent in list(self.intents))

    def answered(self) -> list[Intent]:
        """The payments that were acknowledged."""
        return [intent for intent in list(self.intents) if intent.events]

    def _pay(self, payer: int) -> None:
        rng = random.Random(f"{self.seed} payer {payer}")
        with self._client() as client:
            turn = 0
            while not self._is_over.is_set():
                turn += 1
                amount = rng.randint(1, AMOUNT_MOST)
                intent = Intent(f"payment-{payer}-{turn}", loan(rng.randrange(self.loans)), amount)
                self.intents.append(intent)
                if rng.random() < TOGETHER:
                    self._together.put(intent)
                self._ask(client, intent, gives_up=rng.random() < GIVES_UP)
                if intent.events and rng.random() < AGAIN:
                    self._ask(client, intent)

    def _echo(self) -> None:
        """Ask for the same as another at the same moment."""
        with self._client() as client:
            while not self._is_over.is_set() or not self._together.empty():
                try:
                    intent = self._together.get(timeout=PAUSE_SECONDS)
                except queue.Empty:
                    continue
                self._ask(client, intent)

    def _ask(self, client: httpx.Client, intent: Intent, *, gives_up: bool = False) -> None:
        """Post a payment until it is answered, under the same key each time."""
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end and not self._is_abandoned.is_set():
            try:
                answer = self._post(client, intent)
            except httpx.TransportError as error:
                self._note(type(error).__name__)
                if gives_up and not isinstance(error, httpx.ConnectError):
                    intent.is_given_up = True
                    return
            else:
                if answer.status_code == HTTPStatus.CREATED:
                    intent.events.append(answer.json()["event"]["id"])
                    return
                self._note(str(answer.status_code))
                if not _is_worth_another_try(answer):
                    self.faults.append(f"{intent.key} was answered {answer.status_code}: {answer.text[:300]}")
                    return
            time.sleep(PAUSE_SECONDS)
        self.faults.append(f"{intent.key} was not answered in {PATIENCE_SECONDS} seconds")

    def _post(self, client: httpx.Client, intent: Intent) -> httpx.Response:
        body = {"amount": intent.amount, "reference": intent.key}
        headers = {"Idempotency-Key": intent.key}
        return client.post(f"/contracts/{intent.contract}/payments", json=body, headers=headers)

    def _note(self, what: str) -> None:
        self.trouble[what] = self.trouble.get(what, 0) + 1

    def _client(self) -> httpx.Client:
        headers = {"Authorization": f"Bearer {self.token}"}
        return httpx.Client(base_url=f"{self.url}/api/v1", headers=headers, timeout=READ_SECONDS)


def _is_worth_another_try(answer: httpx.Response) -> bool:
    """Whether the server was in trouble, or another is at work on the same key."""
    return answer.status_code in WORTH_ANOTHER_TRY or (
        answer.status_code == HTTPStatus.CONFLICT and STILL_RUNNING in answer.text
    )
