"""The plain book in DuckDB: a recursive query for the schedule, one for what happens, one query for the figures.

The oldest unpaid instalment is the only one that can be paid in part, so a loan's state is one row: that instalment,
the next payment, the money in hand. `USING KEY` keeps the last state of every loan.
"""

from pathlib import Path
from typing import Final

import duckdb
import numpy as np
import pyarrow as pa

from bench.rivals import NAMES
from bench.rivals.tables import contracts_table, payments_table
from reprieve.engine.batch import Book

THREADS: Final = 2
QUERIES: Final = Path(__file__).with_name("duckdb.sql").read_text(encoding="utf-8")


def read_contracts(book: Book) -> duckdb.DuckDBPyConnection:
    """Return a database that holds contracts and payments as tables."""
    database = duckdb.connect(config={"threads": THREADS})
    database.execute("SET enable_progress_bar = false")
    tables: dict[str, pa.Table] = {"contracts": contracts_table(book), "payments": payments_table(book)}
    for name, table in tables.items():
        database.register("loaded", table)
        database.execute(f"CREATE TABLE {name} AS FROM loaded")
        database.unregister("loaded")
    return database


def run(database: duckdb.DuckDBPyConnection, on: int) -> pa.Table:
    """Return the figures of every loan on a day."""
    database.execute(f"SET VARIABLE today = DATE '1970-01-01' + {int(on)}")
    for query in QUERIES.split(";\n\n"):
        database.execute(query)
    return database.sql("FROM figures ORDER BY loan").to_arrow_table()


def as_minor(figures: pa.Table) -> np.ndarray:
    """Return int64[loans, figures], to compare."""
    return np.stack([figures[name].to_numpy() for name in NAMES], axis=1).astype(np.int64)
