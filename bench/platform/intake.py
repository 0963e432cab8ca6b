"""Intake of a bank file beside a bare ADBC ingest: of its lines, and of all rows that they become. Decides nothing.

`python -m bench.platform.intake LINES LOANS ROUND` takes a file of so many lines and prints the seconds.
"""

import os
import random
import sys
import time
from datetime import UTC, datetime
from statistics import median
from typing import Final

import adbc_driver_postgresql.dbapi as adbc
import psycopg

from bench.platform.server import Figures, Place, make_database, settle

BARE: Final = "bare"
TABLES: Final = ("bank_line", "event", "journal_entry", "journal_line", "audit_entry")
"""What a line becomes: a row of each, two to four of the lines of an entry."""


def measure(place: Place, lines: int, loans: int, rounds: int) -> Figures:
    """Return lines a second of intake, and of bare ingests of the lines alone and of all rows that they became."""
    make_database(place, BARE)
    taken, alone, whole, counts = [], [], [], []
    for number in range(rounds):
        before = _last_rows(place)
        settle(place)
        taken.append(float(place.run("bench.platform.intake", str(lines), str(loans), str(number))))
        settle(place)
        seconds, rows = zip(*(_ingest(place, table, after) for table, after in before.items()), strict=True)
        alone.append(seconds[0])
        whole.append(sum(seconds))
        counts.append(sum(rows))
    return {
        "lines": lines, "lines_rate": lines / median(taken), "bare_lines_rate": lines / median(alone),
        "bare_rate": lines / median(whole), "rows_per_line": counts[0] / lines,
    }  # fmt: skip


def _last_rows(place: Place) -> dict[str, int]:
    """Return the last row there is of each table."""
    with psycopg.connect(place.url()) as connection:
        found = [connection.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone() for table in TABLES]
    return {table: int(row[0]) for table, row in zip(TABLES, found, strict=True) if row is not None}


def _ingest(place: Place, table: str, after: int) -> tuple[float, int]:
    """Ingest the rows that a table has got since into a table without a key; return seconds and rows."""
    with adbc.connect(place.url()) as connection, connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} WHERE id > {after}")
        rows = cursor.fetch_arrow_table()
    with adbc.connect(place.url(BARE)) as connection, connection.cursor() as cursor:
        begun = time.perf_counter()
        cursor.adbc_ingest(table, rows, mode="replace")
        connection.commit()
        return time.perf_counter() - begun, len(rows)


def take(lines: int, loans: int, number: int) -> float:
    """Take a bank file as the platform does, read and all; return the seconds."""
    from bench.platform.seed import USER
    from reprieve.lending.intake import CsvFormat, read_csv
    from reprieve.operations.command import Act
    from reprieve.operations.intake import take_bank_file

    file = _file(lines, loans, number)
    begun = time.perf_counter()
    report = take_bank_file(Act(f"file {number}", USER, datetime.now(UTC)), read_csv(file, CsvFormat("CNY")))
    seconds = time.perf_counter() - begun
    assert report["lines"] == {"payment": lines}, report
    return seconds


def _file(lines: int, loans: int, number: int) -> bytes:
    drawn = random.Random(number)
    chosen = drawn.sample(range(loans), lines)
    rows = [
        f"2026-07-01,{drawn.randrange(200, 1200)}.00,L-{loan:06},,{number}-{place}" for place, loan in enumerate(chosen)
    ]
    return "\n".join(["date,amount,reference,payer,id", *rows, ""]).encode()


def main(arguments: list[str]) -> None:
    """Take one file; the kernels are loaded before the clock starts."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "reprieve.settings"
    import django

    django.setup()
    from reprieve.engine.warm import warm

    warm()
    print(take(*(int(one) for one in arguments)))


if __name__ == "__main__":
    main(sys.argv[1:])
