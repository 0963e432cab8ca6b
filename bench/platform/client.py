"""One client that pays as fast as it is answered: by commands in its own process, or over HTTP. Decides nothing.

`python -m bench.platform.client command|http NUMBER LOANS [PORT TOKEN]` says "ready", then for each line it is sent
(seconds) pays for so long and prints the microseconds of every payment, and the processor time they took here.
"""

import json
import os
import random
import socket
import sys
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

CLIENTS: Final = 4
SHARED: Final = 50
"""Loans that all clients pay, as TPC-B's clients share its 50 branches; one payment in ten goes to one of them."""

Pay = Callable[[str, int], None]


def draw(drawn: random.Random, client: int, loans: int) -> str:
    """Return the number of the loan to pay: mostly one that no other client pays."""
    if drawn.random() < 0.1:
        return f"L-{drawn.randrange(SHARED):06}"
    own = drawn.randrange(SHARED + client, loans, CLIENTS)
    return f"L-{own:06}"


def by_command() -> Pay:
    """Return how to pay by a command."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "reprieve.settings"
    import django

    django.setup()
    from bench.platform.seed import USER
    from reprieve.operations.command import Act
    from reprieve.operations.commands.payments import take_payment

    def pay(contract: str, amount: int) -> None:
        done = take_payment(Act(uuid.uuid4().hex, USER, datetime.now(UTC)), contract=contract, amount=amount)
        assert not done.is_replay

    return pay


def by_http(port: int, token: str) -> Pay:
    """Return how to pay over HTTP, on one connection that is kept."""
    connection = socket.create_connection(("127.0.0.1", port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    head = (
        "POST /api/v1/contracts/{}/payments HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + token + "\r\n"
        "Content-Type: application/json\r\nIdempotency-Key: {}\r\nContent-Length: {}\r\n\r\n{}"
    )

    def pay(contract: str, amount: int) -> None:
        body = json.dumps({"amount": amount})
        connection.sendall(head.format(contract, uuid.uuid4().hex, len(body), body).encode())
        status, answer = _answer(connection)
        assert status == 201, answer

    return pay


def _answer(connection: socket.socket) -> tuple[int, bytes]:
    """Return status and body of the next response, which tells its length."""
    held = b""
    while b"\r\n\r\n" not in held:
        held += connection.recv(65_536)
    top, _, body = held.partition(b"\r\n\r\n")
    fields = dict(line.lower().split(b": ", 1) for line in top.split(b"\r\n")[1:])
    while len(body) < int(fields[b"content-length"]):
        body += connection.recv(65_536)
    return int(top[9:12]), body


def pay_for(seconds: float, pay: Pay, drawn: random.Random, client: int, loans: int) -> list[int]:
    """Pay for some seconds; return the microseconds of each payment."""
    taken = []
    now = time.perf_counter()
    end = now + seconds
    while now < end:
        pay(draw(drawn, client, loans), drawn.randrange(20_000, 120_000))
        done = time.perf_counter()
        taken.append(round((done - now) * 1e6))
        now = done
    return taken


def main(arguments: list[str]) -> None:
    """Be one client."""
    how, client, loans = arguments[0], int(arguments[1]), int(arguments[2])
    pay = by_command() if how == "command" else by_http(int(arguments[3]), arguments[4])
    drawn = random.Random(f"{how} {client}")
    pay_for(0.5, pay, drawn, client, loans)
    print("ready", flush=True)
    for line in sys.stdin:
        begun = time.process_time()
        taken = pay_for(float(line), pay, drawn, client, loans)
        print(json.dumps({"us": taken, "cpu": time.process_time() - begun}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
